"""GIFT, the text format that Moodle imports: one question a block, feedback and citations with it."""

from __future__ import annotations

import re
from typing import Callable, Dict, List, Mapping, Sequence

from knowledge.models import Course
from tutor.exporting.wording import Wording, clean, sides, to_html
from tutor.items import Item, ItemType

_ESCAPES = {ord(sign): f"\\{sign}" for sign in "\\~=#{}:"} | {ord("\n"): "\\n"}
_SAFE_TAG = re.compile(r"[^\w.\- ]")


def write(items: Sequence[Item], course: Course) -> bytes:
    """Write UTF-8 text; the questions of a concept stand together, in a category of the question bank named as it."""
    wording = Wording(course)
    by_concept: Dict[str, List[Item]] = {}
    for item in items:
        by_concept.setdefault(item.concept, []).append(item)
    blocks = [f"// {_one_line(course.title)}, version {_one_line(course.version)}"]
    for concept, those in by_concept.items():
        blocks.append(f"$CATEGORY: {_category(course.title)}/{_category(wording.concept(concept))}")
        blocks += [_question(item, wording) for item in those]
    return ("\n\n".join(blocks) + "\n").encode()


def _question(item: Item, wording: Wording) -> str:
    """The block of one item. Its comment gives Moodle an id and tags; all else is on lines that cannot be taken for comments."""
    note = f"// [id:{_SAFE_TAG.sub('-', item.id)}] " + " ".join(
        f"[tag:{_SAFE_TAG.sub('-', t)}]" for t in (item.concept, item.type.value)
    )
    answers = _ANSWERS[item.type](item, wording)
    return "\n".join(
        [note, f"::{_escaped(item.id)}::[html]{_html(item.stem)}{{", *answers, f"\t####{_escaped(wording.general(item))}", "}"]
    )


def _one_of(item: Item, wording: Wording) -> List[str]:
    told = wording.feedback(item)
    return [f"\t{'=' if o.id in item.key else '~'}{_html(o.text)}#{_escaped(told[o.id])}" for o in item.options]


def _several_of(item: Item, wording: Wording) -> List[str]:
    """Each right choice gives its share of the mark, each wrong one takes its share away: to tick all gives nothing."""
    told = wording.feedback(item)
    gain, loss = _share(len(item.key)), _share(len(item.options) - len(item.key))
    shares = {o.id: gain if o.id in item.key else f"-{loss}" for o in item.options}
    return [f"\t~%{shares[o.id]}%{_html(o.text)}#{_escaped(told[o.id])}" for o in item.options]


def _true_or_false(item: Item, wording: Wording) -> List[str]:
    """GIFT wants the feedback on the wrong choice first."""
    told = sorted(wording.feedback(item).items(), key=lambda option: option[0] in item.key)
    return [f"\t{item.key[0].upper()}" + "".join(f"#{_escaped(text)}" for _, text in told)]


def _pairs(item: Item, wording: Wording) -> List[str]:
    """A pair a line; an option without a prompt stays a wrong choice. Moodle shows the right side as plain text."""
    pairs = [sides(item, pair) for pair in item.key]
    taken = {option for _, option in pairs}
    spare = [("", clean(o.text)) for o in item.options if clean(o.text) not in taken]
    return [f"\t={_html(left)} -> {_escaped(right)}" for left, right in (*pairs, *spare)]


def _in_own_words(item: Item, wording: Wording) -> List[str]:
    """No answer at all makes it an essay: Moodle compares short answers letter by letter, which would be unjust."""
    return []


_ANSWERS: Mapping[ItemType, Callable[[Item, Wording], List[str]]] = {
    ItemType.multiple_choice: _one_of,
    ItemType.true_false: _true_or_false,
    ItemType.select_all: _several_of,
    ItemType.match: _pairs,
    ItemType.short_answer: _in_own_words,
}


def _share(parts: int) -> str:
    """A part of 100 as Moodle writes it; it refuses a weight that is not in its list, such as 33.33 for 33.33333."""
    return f"{100 / max(parts, 1):.5f}".rstrip("0").rstrip(".")


def _html(text: str) -> str:
    """A text as HTML in GIFT. A bracket in front would name a format, a per cent sign a weight."""
    shown = to_html(text)
    return _escaped(f"&#{ord(shown[0])};{shown[1:]}" if shown[:1] in ("[", "%") else shown)


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())


def _category(name: str) -> str:
    """A name in a category's path, where a single slash would begin another one and nothing can be escaped."""
    return _one_line(name).replace("/", "//")
