"""What is kept of a reply for the next turn, and which of several things a student points at."""

from __future__ import annotations

import re
from typing import Optional, Sequence, Tuple

from knowledge.models import Claim, Course
from tutor.reply import Answer, Clarify, Context, Reply, Turn

TURNS = 6  # answers that can be gone back to
LAST = -1  # "the last one"

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
CARDINALS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_MARK = re.compile(r"\[(\d{1,2})\]")
_ORDINAL = re.compile(rf"\b({'|'.join(ORDINALS)})\b|\b(\d{{1,2}})\s?(?:st|nd|rd|th)\b", re.IGNORECASE)
_FIGURE = re.compile(r"(?<![\d.,])(\d{1,2})(?![\d.,]*\d)")
_SPELT = re.compile(
    rf"\b(?:number|no|nr|point|option|item|bullet|source|reference|citation)\s+({'|'.join(CARDINALS)})\b", re.IGNORECASE
)
_LETTER = re.compile(r"\boption\s+([a-j])\b|^\(?([a-j])\)?[.)]?$", re.IGNORECASE)
_LAST = re.compile(r"\b(last|final|bottom)\b", re.IGNORECASE)
_FIRST = re.compile(r"\b(top|beginning|start)\b", re.IGNORECASE)


def which_of(text: str) -> Optional[int]:
    """The place in a row that a text points at, counted from 1; LAST for the last; None if it names none."""
    mark, ordinal, spelt, letter = _MARK.search(text), _ORDINAL.search(text), _SPELT.search(text), _LETTER.search(text.strip())
    if mark:
        return int(mark.group(1))
    if ordinal:
        return int(ordinal.group(2)) if ordinal.group(2) else ORDINALS.index(ordinal.group(1).lower()) + 1
    if spelt:
        return CARDINALS.index(spelt.group(1).lower()) + 1
    figure = _FIGURE.search(text)
    if figure:
        return int(figure.group(1))
    if letter:
        return "abcdefghij".index((letter.group(1) or letter.group(2)).lower()) + 1
    return LAST if _LAST.search(text) else 1 if _FIRST.search(text) else None


def place(number: Optional[int], length: int) -> Optional[int]:
    """The index that a number stands for in a row of this length; None if there is no such place."""
    if number == LAST and length:
        return length - 1
    return number - 1 if number and 0 < number <= length else None


def remember(reply: Reply, before: Context, course: Course) -> Reply:
    """The reply with all that the next turn may lean on."""
    kept = {
        "said": said(reply, course) if isinstance(reply, Answer) else (),
        "cited": tuple(c.passage for c in sorted(reply.citations, key=lambda c: c.number))
        if isinstance(reply, Answer)
        else before.cited,
        "offered": reply.suggestions,
        "asking": isinstance(reply, Clarify),
        "trail": _trail(reply, before, course),
    }
    return reply.copy(update={"context": reply.context.copy(update=kept)})


def said(answer: Answer, course: Course) -> Tuple[str, ...]:
    """The claims of an answer, in the order of its sentences and positions."""
    found = []
    for text, numbers in [(s.text, s.citations) for s in answer.sentences] + [
        (p.text, p.citations) for p in answer.positions or ()
    ]:
        cited = [_claim(answer, n, course) for n in numbers]
        claims = [c for c in cited if c]
        found += [c.id for c in claims if text in (c.text, c.brief)][:1] or [c.id for c in claims][:1]
    return tuple(dict.fromkeys(found))


def _claim(answer: Answer, number: int, course: Course) -> Optional[Claim]:
    passage = next((c.passage for c in answer.citations if c.number == number), "")
    known = course.passages.get(passage)
    return course.claim[known.claim] if known else None


def _trail(reply: Reply, before: Context, course: Course) -> Tuple[Turn, ...]:
    """The answers so far, this one at the end; the first is never forgotten."""
    now = reply.context
    if not isinstance(reply, Answer) or not now.subjects:
        return before.trail
    aspects = now.aspects or tuple(filter(None, [now.aspect]))
    turn = Turn(act=now.act, aspects=aspects, subjects=now.subjects, said=said(reply, course)[:TURNS])
    if before.trail and _same(before.trail[-1], turn):
        return before.trail
    trail = (*before.trail, turn)
    return trail if len(trail) <= TURNS else (trail[0], *trail[2:])


def _same(one: Turn, other: Turn) -> bool:
    question = (one.act, one.aspects, one.subjects) == (other.act, other.aspects, other.subjects)
    return question and (one.act != "ask_question" or one.said == other.said)


def newest(trail: Sequence[Turn], subject: str) -> Optional[Turn]:
    """The last answer on a subject."""
    return next((t for t in reversed(trail) if subject in t.subjects), None)
