"""Which quiz a student asks for: about what, of which kind, how many questions, from where."""

from __future__ import annotations

import re
from typing import List, Literal, Mapping, Optional, Sequence, Tuple

from pydantic import Field

from index.vocabulary import Vocabulary
from knowledge.fields import Model
from knowledge.models import Aspect, Course
from tutor.items import ItemType

QUESTIONS, MOST_QUESTIONS = 10, 50  # of a quiz, unless another number is asked for

_TYPES: Mapping[ItemType, str] = {
    ItemType.true_false: r"true\W*(?:or|and|n)?\W*false|t\W?(?:or)?\W?f\b|yes\W*(?:or)?\W*no\b|tfs?\b",
    ItemType.multiple_choice: r"multi(?:ple)?\W?choices?|mcqs?\b|mc\b",
    ItemType.select_all: r"select\W(?:all|several|many)|all that apply|check\W?box(?:es)?|"
    r"multi(?:ple)?\W?(?:answers?|responses?|select)",
    ItemType.match: r"match(?:ing|es|\W?up)?\b|pair(?:s|ing)\b",
    ItemType.short_answer: r"short\W(?:answers?|questions)|open\W(?:ended|questions?|answers?)|(?:my )?own words|free\W?text|"
    r"writ(?:ten|ing)(?: answers?)?|typed answers?",
}
_NOT = r"\b(?:no|not|without|except|but|instead of|anything but|dont want)(?: any| more| the| for)*\W*$"
_TOO_EASY = re.compile(r"\b(?:too|not (?:so|too|that)|not) (?:easy|simple|basic)\b", re.I)
_TOO_HARD = re.compile(r"\b(?:too|less|not (?:so|too|that)|not) (?:hard|difficult|tough|tricky)\b", re.I)
_EASIER = re.compile(r"\b(?:eas(?:y|ier)|simpler?|basics?|beginners?)\b", re.I)
_HARDER = re.compile(r"\b(?:hard(?:er|est)?|difficult|tough(?:er)?|trick(?:y|ier)|advanced|challenge me|challenging)\b", re.I)
_DUE = re.compile(
    r"\bdue\b(?! to\b)|\b(?:to|for|my|pending) reviews?\b|\babout to forget|\b(?:might|will|would) forget|\bi forgot", re.I
)
_MISSED = re.compile(
    r"\b(?:get|got|had|have|did|answered|was|were|went)\b[^.?!]{0,30}?\b(?:wrong|incorrect)\b(?! with)|"
    r"\b(?:wrong|incorrect|missed|failed)\b(?: (?:ones?|answers?|questions?|items?))?(?! with)|\bi (?:fail|miss)\b|\bmistakes?\b|"
    r"\bmy (?:weak\w*|problem\w*|bad|worst|gaps?|errors?|difficult\w*)(?: (?:spots?|points?|areas?|topics?|ones?|sides?))?\b|"
    r"\bi(?:'m| am)? (?:struggl\w*|bad at)|\b(?:couldn'?t|could not|can'?t) (?:answer|get|remember)|\bretry\b",
    re.I,
)
_UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_NUMBERS: Mapping[str, int] = {
    **{word: n for n, word in enumerate((*_UNITS, *_TEENS), 1)},
    **{"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "hundred": 100, "dozen": 12, "couple": 2, "few": 5, "handful": 5},
}
_NUMBER = re.compile(
    rf"(?<![\w.,#/])(?P<figure>\d+)(?![\d/]|[.,]\d|\w)|\b(?P<word>{'|'.join(_NUMBERS)})(?:[\s-](?P<unit>{'|'.join(_UNITS)}))?\b",
    re.I,
)
_ASKED_FOR = re.compile(
    r"(?:\bgi(?:ve|mme)\b(?: me)?|\b(?:ask|test|quiz) me|\b(?:do|try|want|need|get|make it|just|only|like))(?: a| just| only)*\W*$",
    re.I,
)
_COUNTED = re.compile(
    r"\W+(?:(?!on\b|about\b|from\b|for\b)\w[\w/-]*(?![\w/-])\W+){0,3}?(?:questions?|quest|qs?|items?|more|cards?|flash\W?cards?|mcqs?|tfs?|tasks?)\b|"
    r"\W+(?:on|about|true|false|t/f|short|multiple|match\w*|select|open|hard\w*|eas\w+|difficult|tricky)\b",
    re.I,
)
_MEASURE = re.compile(r"\W*(?:min|mins|minutes?|hours?|h|days?|weeks?|percent|%|st|nd|rd|th|am|pm)\b", re.I)


class QuizRequest(Model):
    """A quiz as it was asked for; what is empty was left open. `source` says whether it repeats what was missed or is due."""

    concepts: Tuple[str, ...] = ()
    aspects: Tuple[Aspect, ...] = ()
    types: Tuple[ItemType, ...] = ()
    number: int = Field(default=QUESTIONS, ge=1, le=MOST_QUESTIONS)
    harder: bool = False
    easier: bool = False
    source: Literal["new", "missed", "due"] = "new"

    @property
    def is_plain(self) -> bool:
        """Whether nothing in particular was asked for ("ask me another one")."""
        return self == QuizRequest()


def read_request(text: str, vocabulary: Vocabulary, course: Course) -> QuizRequest:
    """Read which quiz a text asks for: "10 questions on weaknesses of track 2", "only true or false", "what's due?"."""
    typed = _TOO_HARD.sub("easier", _TOO_EASY.sub("harder", vocabulary.mend(vocabulary.spell_out(text))))
    types, rest = _types(typed)
    easier, harder = bool(_EASIER.search(rest)), bool(_HARDER.search(rest))
    due, missed = bool(_DUE.search(rest)), bool(_MISSED.search(rest))
    for pattern in (_MISSED, _DUE, _EASIER, _HARDER):
        rest = pattern.sub(lambda m: " " * len(m.group()), rest)
    named = [m for m in vocabulary.mentions(rest) if not _counts(rest, m.start, m.end)]
    unnamed = _blank(rest, [(m.start, m.end) for m in named])
    return QuizRequest(
        concepts=tuple(dict.fromkeys(m.concept for m in named if m.concept and m.concept in course.concept)),
        aspects=tuple(dict.fromkeys(a.aspect for a in vocabulary.aspects(rest))),
        types=types,
        number=_number(unnamed, typed) or QUESTIONS,
        harder=harder and not easier,
        easier=easier and not harder,
        source="missed" if missed else "due" if due else "new",
    )


def _types(text: str) -> Tuple[Tuple[ItemType, ...], str]:
    """The kinds of question asked for, and the text without them; "no matching" asks for all the others."""
    wanted: List[ItemType] = []
    refused: List[ItemType] = []
    spans: List[Tuple[int, int]] = []
    for kind, pattern in _TYPES.items():
        for match in re.finditer(rf"\b(?:{pattern})", text, re.I):
            (refused if re.search(_NOT, text[: match.start()], re.I) else wanted).append(kind)
            spans.append(match.span())
    kinds = wanted or ([kind for kind in ItemType if kind not in refused] if refused else [])
    return tuple(kind for kind in ItemType if kind in kinds), _blank(text, spans)


def _counts(text: str, start: int, end: int) -> bool:
    """Whether what might be a bare number of the series counts questions ("five questions", "gimme 5")."""
    number = _NUMBER.fullmatch(text, start, end)
    return bool(number) and bool(_ASKED_FOR.search(text[:start]) or _COUNTED.match(text[end:]))


def _number(text: str, typed: str) -> Optional[int]:
    """How many questions are asked for; figures by themselves, words only where they count something.

    `text` is what was typed, names and kinds of questions blanked.
    """
    for match in _NUMBER.finditer(text):
        after = typed[match.end() :]
        counted = bool(_COUNTED.match(after) or _ASKED_FOR.search(text[: match.start()]))
        if _MEASURE.match(after) or not (counted or match.group("figure")):
            continue
        value = int(match.group("figure") or 0) or _spelled(match.group("word"), match.group("unit"))
        return min(max(value, 1), MOST_QUESTIONS)
    return None


def _spelled(word: Optional[str], unit: Optional[str]) -> int:
    tens = _NUMBERS[word.lower()] if word else 0
    return tens + _NUMBERS[unit.lower()] if unit and tens % 10 == 0 and tens > 10 else tens


def _blank(text: str, spans: Sequence[Tuple[int, int]]) -> str:
    """Overwrite spans with spaces, keeping all offsets."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text
