"""A quiz item: what is asked, what is right, and the proof of both."""

from __future__ import annotations

from enum import Enum
from typing import Dict, Optional, Sequence, Tuple

from knowledge.fields import Model
from knowledge.models import Aspect


class ItemType(str, Enum):
    """The forms of the contract."""

    multiple_choice = "multiple_choice"
    true_false = "true_false"
    select_all = "select_all"
    match = "match"
    short_answer = "short_answer"


class Why(str, Enum):
    """The ground on which an option is right, or wrong."""

    listed = "listed"  # the claim stands in the list that is asked for
    opposite_list = "opposite_list"  # it stands in the opposite list of the same concept, not in this one
    other_concept = (
        "other_concept"  # it stands in the same list of another concept, and the course holds it true of no concept asked for
    )
    stated = "stated"  # the statement is the claim as it stands
    exchanged = "exchanged"  # the statement gives one concept what the course gives another
    held_by = "held_by"  # the author of the claim is the one named
    other_author = "other_author"  # somebody else holds the claim
    shared = "shared"  # the claim is true of the concept that must not have it, too


class Option(Model):
    """What a student can choose. `id` is a letter, or "true" and "false"."""

    id: str
    text: str


class Prompt(Model):
    """The left side of a pair to be matched. `id` is a figure: "1", "2" ..."""

    id: str
    text: str


class Ground(Model):
    """Why one option is right or wrong: the claims that show it, and what was checked of them.

    `option` is the id of the option, or of the pair ("1b"). `belongs` names the concept to whose list the claim belongs.
    """

    option: str
    right: bool
    why: Why
    claims: Tuple[str, ...]
    belongs: Optional[str] = None


class Point(Model):
    """One thing that a full short answer says. `words` are other ways to say it, `claim` where it comes from."""

    id: str
    text: str
    words: Tuple[str, ...] = ()
    claim: str


class Item(Model):
    """One question with its key and its proof.

    `id` is stable: the same course gives the same ids, and a claim that changes gives its items new ones.
    `form` names the pattern that made it ("strength_of", "of_which_track" ...). `key` holds the ids of the right options; of
    a matching item the pairs ("1b"); of a short answer nothing, its `points` are the key. `claims` are what it tests, one
    card each, the main one first.
    """

    id: str
    type: ItemType
    form: str
    concept: str
    aspect: Optional[Aspect] = None
    stem: str
    options: Tuple[Option, ...] = ()
    prompts: Tuple[Prompt, ...] = ()
    key: Tuple[str, ...] = ()
    points: Tuple[Point, ...] = ()
    proof: Tuple[Ground, ...] = ()
    claims: Tuple[str, ...]
    nudge: Optional[str] = None  # the first hint, in words that name no option
    pinned: bool = False  # by the instructor: asked before others

    def grounds(self) -> Dict[str, Ground]:
        """The proof by option."""
        return {g.option: g for g in self.proof}


class PutItem(Model):
    """An item as a student sees it: never the key. `hints` are those that were given, `struck` the options that they rule out."""

    id: str
    type: ItemType
    stem: str
    options: Tuple[Option, ...] = ()
    prompts: Tuple[Prompt, ...] = ()
    number: int
    of: int
    hints: Tuple[str, ...] = ()
    struck: Tuple[str, ...] = ()


def shown(item: Item, number: int, of: int, hints: Sequence[str] = (), struck: Sequence[str] = ()) -> PutItem:
    """An item as it is put, without anything that tells its key."""
    return PutItem(
        id=item.id,
        type=item.type,
        stem=item.stem,
        options=item.options,
        prompts=item.prompts,
        number=number,
        of=of,
        hints=tuple(hints),
        struck=tuple(struck),
    )


def item_markdown(item: PutItem) -> str:
    """An item in text: stem, what is to be matched, options, how to answer, hints."""
    lines = [f"**Question {item.number} of {item.of}.** {item.stem}"]
    if item.prompts:
        lines.append("\n".join(f"{p.id}. {p.text}" for p in item.prompts))
    if item.options:
        lines.append("\n".join(_option(o, item) for o in item.options))
    lines.append(f"*{_HOW[item.type]}*")
    lines += [f"Hint: {hint}" for hint in item.hints]
    return "\n\n".join(lines)


_HOW: Dict[ItemType, str] = {
    ItemType.multiple_choice: "Answer with a letter.",
    ItemType.true_false: "Answer true or false.",
    ItemType.select_all: "Answer with all letters that fit, such as: a and c.",
    ItemType.match: "Answer with pairs, such as: 1b, 2a, 3c.",
    ItemType.short_answer: "Answer in your own words.",
}


def _option(option: Option, item: PutItem) -> str:
    text = f"~~{option.text}~~" if option.id in item.struck else option.text
    return f"- {text}" if item.type is ItemType.true_false else f"- {option.id}) {text}"
