"""Put an item together: its id, the order of its options, its key and its proof."""

from __future__ import annotations

import hashlib
import random
import string
from dataclasses import dataclass
from typing import Any, Iterable, Optional, Sequence, Tuple

from knowledge.models import Aspect, Claim, Course
from tutor.item_lists import mentions
from tutor.items import Ground, Item, ItemType, Option, Point, Prompt, Why


@dataclass(frozen=True)
class Choice:
    """An option with its ground. `belongs` is the concept whose list holds the claims."""

    text: str
    right: bool
    why: Why
    claims: Tuple[str, ...]
    belongs: Optional[str] = None


@dataclass(frozen=True)
class Asked:
    """What an item asks, without its options. `shows` is the part of the id that says what it is about and tells no answer."""

    type: ItemType
    form: str
    concept: str
    aspect: Optional[Aspect]
    stem: str
    claims: Tuple[str, ...]
    nudge: str
    shows: str

    def id(self, course: Course, more: Iterable[str]) -> str:
        """An id that changes with whatever a student reads, and with the claims behind it."""
        behind = (f"{c.id} {c.text} {c.brief}" for c in (course.claim[i] for i in self.claims))
        digest = hashlib.sha256("\n".join((self.form, self.concept, self.stem, *behind, *more)).encode()).hexdigest()
        return f"{self.form.replace('_', '-')}.{self.shows}.{digest[:10]}"


def chance(*parts: str) -> random.Random:
    """A generator that always gives the same for the same parts."""
    return random.Random(hashlib.sha256("\n".join(parts).encode()).hexdigest())  # noqa: S311 - it orders options


def choose(course: Course, asked: Asked, choices: Sequence[Choice]) -> Item:
    """An item whose options stand in an order that is drawn from its id."""
    made = asked.id(course, sorted(c.text for c in choices))
    order = sorted(choices, key=lambda c: c.text)
    chance(made).shuffle(order)
    named = list(zip(string.ascii_lowercase, order, strict=False))
    return _item(
        asked,
        made,
        options=tuple(Option(id=letter, text=c.text) for letter, c in named),
        key=tuple(letter for letter, c in named if c.right),
        proof=tuple(_ground(letter, c) for letter, c in named),
    )


def judge(course: Course, asked: Asked, true: Choice, false: Choice) -> Item:
    """A statement to be judged: one of the two choices is right."""
    named = (("true", true), ("false", false))
    return _item(
        asked,
        asked.id(course, ()),
        options=(Option(id="true", text="True"), Option(id="false", text="False")),
        key=tuple(name for name, c in named if c.right),
        proof=tuple(_ground(name, c) for name, c in named),
    )


@dataclass(frozen=True)
class Pair:
    """A prompt with the option that it goes with, and every option's ground for it, by the option's text."""

    prompt: str
    option: str
    grounds: Tuple[Choice, ...]


def match(course: Course, asked: Asked, pairs: Sequence[Pair]) -> Item:
    """An item whose prompts and options stand in orders that are drawn from its id."""
    made = asked.id(course, sorted(f"{p.prompt} {p.option}" for p in pairs))
    left = sorted(pairs, key=lambda p: p.prompt)
    chance(made).shuffle(left)
    right = sorted(p.option for p in pairs)
    letters = dict(zip(right, string.ascii_lowercase, strict=False))  # names in their own order: nothing is told by it
    numbered = list(enumerate(left, start=1))
    return _item(
        asked,
        made,
        prompts=tuple(Prompt(id=str(n), text=p.prompt) for n, p in numbered),
        options=tuple(Option(id=letter, text=text) for text, letter in letters.items()),
        key=tuple(f"{n}{letters[p.option]}" for n, p in numbered),
        proof=tuple(_ground(f"{n}{letters[c.text]}", c) for n, p in numbered for c in p.grounds),
    )


def write(course: Course, asked: Asked, points: Sequence[Point]) -> Item:
    """An item that is answered in the student's own words."""
    made = asked.id(course, (f"{p.id} {p.text} {' '.join(p.words)}" for p in points))
    return _item(asked, made, points=tuple(points))


def _item(asked: Asked, made: str, **parts: Any) -> Item:
    return Item(
        id=made,
        type=asked.type,
        form=asked.form,
        concept=asked.concept,
        aspect=asked.aspect,
        stem=asked.stem,
        claims=asked.claims,
        nudge=asked.nudge,
        **parts,
    )


def _ground(option: str, choice: Choice) -> Ground:
    return Ground(option=option, right=choice.right, why=choice.why, claims=choice.claims, belongs=choice.belongs)


def hint(course: Course, claim: Claim, options: Sequence[str], first: str = "") -> str:
    """The first hint: the heading under which it stands, else the reading; whichever names no option."""
    source = course.source[claim.source]
    label = course.aspects[claim.aspect].label
    tries = (
        first,
        f"The answer rests on “{source.title}”.",
        f"Go through what the readings list under “{label}”.",
    )
    return next(t for t in tries if t and not any(mentions(t, o) for o in options))
