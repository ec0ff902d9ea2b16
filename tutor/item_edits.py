"""The instructor's hand in the quiz items: some are never asked, some are asked first, some are put in other words."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Iterator, List, Sequence, Tuple

from knowledge.quiz_models import ItemEdit, QuizEdits, QuizPick
from tutor.items import Item, ItemType

_FILE = "quiz.yml"


def apply(items: Sequence[Item], edits: QuizEdits) -> Tuple[Item, ...]:
    """The items as the instructor wants them, in their order: banned ones gone, pinned ones marked, edited ones in new words.

    What is right, what proves it and the ids stay as they are.
    """
    edit_of = {edit.item: edit for edit in edits.edit}
    return tuple(
        _edited(item, edit_of.get(item.id)).copy(update={"pinned": item.pinned or _is_meant(item, edits.pin)})
        for item in items
        if not _is_meant(item, edits.ban)
    )


def unknown(items: Sequence[Item], edits: QuizEdits) -> List[str]:
    """What is wrong with the ids and options that `quiz.yml` names, one line each with the remedy.

    `items` are those made from the course, before any edit.
    """
    return [*_unknown_items(items, edits), *_wrong_edits(items, edits)]


def _is_meant(item: Item, picks: Sequence[QuizPick]) -> bool:
    return any(pick.item == item.id or pick.claim in item.claims for pick in picks)


def _edited(item: Item, edit: ItemEdit | None) -> Item:
    if edit is None:
        return item
    options = tuple(o.copy(update={"text": edit.options.get(o.id, o.text)}) for o in item.options)
    prompts = tuple(p.copy(update={"text": edit.options.get(p.id, p.text)}) for p in item.prompts)
    return item.copy(update={"stem": edit.stem or item.stem, "options": options, "prompts": prompts})


def _unknown_items(items: Sequence[Item], edits: QuizEdits) -> Iterator[str]:
    known = [item.id for item in items]
    named = [
        *(("ban", pick.item) for pick in edits.ban if pick.item),
        *(("pin", pick.item) for pick in edits.pin if pick.item),
        *(("edit", edit.item) for edit in edits.edit),
    ]
    for key, wrong in named:
        if wrong not in known:
            nearest = get_close_matches(wrong, known, n=1, cutoff=0)
            hint = f"the nearest is '{nearest[0]}'; " if nearest else ""
            yield (
                f"{_FILE}: {key}, item '{wrong}': is no item of this course; {hint}"
                "correct the id, or remove the entry if its claim was changed or removed"
            )


def _wrong_edits(items: Sequence[Item], edits: QuizEdits) -> Iterator[str]:
    item_of = {item.id: item for item in items}
    for edit in edits.edit:
        if edit.item in item_of:
            yield from (f"{_FILE}: edit, item '{edit.item}', {fault}" for fault in _faults(item_of[edit.item], edit))


def _faults(item: Item, edit: ItemEdit) -> Iterator[str]:
    """What an edit may not do to an item: name options that it lacks, reword "true" and "false", make two options alike."""
    ids = [*(option.id for option in item.options), *(prompt.id for prompt in item.prompts)]
    if item.type is ItemType.true_false and edit.options:
        yield "options: true and false are fixed; change the stem only"
        return
    for wrong in sorted(set(edit.options) - set(ids)):
        has = f"it has {', '.join(ids)}" if ids else "it has none; remove the key"
        yield f"options: '{wrong}' is none of its options; {has}"
    after = _edited(item, edit)
    for texts in ([o.text.casefold() for o in after.options], [p.text.casefold() for p in after.prompts]):
        if len(set(texts)) < len(texts):
            yield "options: two of them would read the same; word one differently"
