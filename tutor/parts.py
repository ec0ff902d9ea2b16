"""A message with several questions: where it is cut, and how their answers become one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Dict, List, Mapping, Sequence, Set, Tuple, TypeVar

from tutor.reply import Answer, Cell, Citation, Context, Section, Sentence

P = TypeVar("P", Sentence, Cell)
MOST_PARTS = 3  # questions of one message that are answered
SHORTEST = 3  # words of a request that says by itself what it is about ("Discuss." does not)
LONG = 18  # words from which a message may be a pasted task
SENTENCES = 5  # of the answer to each
_POLITE = r"(?:(?:and|also|then|so|please|pls|ok|hi|hey|hello|but|well|can (?:you|u)|could (?:you|u)|would (?:you|u))[\s,]+)*"
_BY_THE_WAY = (
    r"(?:(?:using|drawing on|with reference to|based on|referring to|in (?:your|ur) own words)\b[^,.?]*,\s*)?"
    r"(?:(?:critically|briefly|first|then)\s+)?"
)
_ASKING = (
    r"(?:who|whos|who's|whose|what|whats|what's|when|where|why|how|hows|which|is|are|was|were|does|do|did|has|have|"
    r"define|explain|compare|contrast|list|name|give|tell|show|describe|discuss|outline|evaluate|assess|identify|"
    r"analy[sz]e|summari[sz]e|illustrate|state|its|their|any)\b"
)
_OPENS = re.compile(_POLITE + _BY_THE_WAY + _ASKING, re.IGNORECASE)
_CUT = re.compile(rf"[?!;]+\s+|(?<!\bvs)(?<!\d)\.\s+|\n+|[,\s]\s*(?:and|plus|&)\s+(?={_POLITE}{_ASKING})", re.IGNORECASE)
_STATEMENT = re.compile(
    r"(?:^|(?<=[\s:(]))(['\"\u2018\u201c])(?:\S+\s+){4,}?\S+?['\"\u2019\u201d](?=[\s.,;:)]|$)"
)  # quoted to be discussed
_HEADING = re.compile(
    r"^\s*(?:(?:exam|essay|homework|assignment|quiz|test|short[- ]answer)?\s{0,9}(?:question|task|q|prompt|topic)?\s{0,9}"
    r"\d{0,9}[a-z]?)?\s{0,9}(?:\([^)]{0,200}\))?\s{0,9}[:.)]\s+",  # bounded: four runs of spaces in a row can be cut in n³ ways
    re.IGNORECASE,
)
_JOIN = re.compile(r"\b(and|n|plus|or|also|as well as|along with)\b|[,;?&/+]", re.IGNORECASE)
_SIGNS = re.compile(r"[*_\[\]<>|`#\\]+")


@dataclass(frozen=True)
class Part:
    """One question of a message. `ranking` holds the intent model's probabilities by act, as for a whole message."""

    text: str
    ranking: Mapping[str, float]


def clauses(text: str) -> Tuple[str, ...]:
    """The questions and statements of a message, in order; the whole message if it has but one.

    Of a pasted task only what it asks for counts, not its heading nor the statement that is to be discussed.
    """
    task = len(text.split()) >= LONG
    cut = [part.strip(" ,?!;.") for part in _CUT.split(_bare_task(text) if task else text)]
    kept = tuple(part for part in cut if part)
    asked = tuple(part for part in kept if asks(part))
    if task and 0 < len(asked) <= MOST_PARTS and all(len(part.split()) >= SHORTEST for part in asked):
        return asked
    return kept if 1 < len(kept) <= 2 * MOST_PARTS else (text,)


def _bare_task(text: str) -> str:
    """A pasted task without its heading and without quoted statements."""
    return _STATEMENT.sub(" ", _HEADING.sub("", text)).strip() or text


def asks(clause: str) -> bool:
    """Whether a clause begins as a question or a request does."""
    return bool(_OPENS.match(clause))


def are_listed(text: str, spans: Sequence[Tuple[int, int]]) -> bool:
    """Whether these places in a text are joined as a list is ("strengths and weaknesses")."""
    ordered = sorted(spans)
    gaps = [text[left[1] : right[0]] for left, right in pairwise(ordered)]
    return bool(gaps) and all(_JOIN.search(gap) for gap in gaps)


def heading(text: str) -> str:
    """A student's own words as a heading."""
    plain = " ".join(_SIGNS.sub(" ", text).split())
    return plain[:1].upper() + plain[1:]


def together(answers: Sequence[Tuple[str, Answer]]) -> Answer:
    """Several answers as one, each under its heading: no sentence twice, citations numbered through, at most one table."""
    numbers: Dict[str, int] = {}
    cited: Dict[str, Citation] = {}
    sentences: List[Sentence] = []
    sections: List[Section] = []
    told: Set[str] = set()
    for head, answer in answers:
        fresh = [s for s in answer.sentences if s.text not in told][:SENTENCES]
        told.update(s.text for s in fresh)
        by_number = {c.number: c for c in answer.citations}
        sections += [Section(title=answer.lead or head, first=len(sentences))] if fresh else []
        sentences += [_moved(sentence, by_number, numbers, cited) for sentence in fresh]
    first = answers[0][1]
    tables = [(a, a.table) for _, a in answers if a.table]
    table = None
    if tables:
        by_number = {c.number: c for c in tables[0][0].citations}
        rows = [
            row.copy(update={"cells": tuple(_moved(cell, by_number, numbers, cited) for cell in row.cells)})
            for row in tables[0][1].rows
        ]
        table = tables[0][1].copy(update={"rows": tuple(rows)})
    suggestions = tuple(dict.fromkeys(s for _, a in answers for s in a.suggestions[:2]))[:3]
    return Answer(
        sentences=tuple(sentences),
        citations=tuple(cited.values()),
        list=len(sentences) > 2,
        table=table,
        sections=tuple(sections),
        course=first.course,
        suggestions=suggestions,
        context=_context(answers),
    )


def _moved(part: P, by_number: Mapping[int, Citation], numbers: Dict[str, int], cited: Dict[str, Citation]) -> P:
    """A part of an answer with its citations numbered as in the whole."""
    new = []
    for old in part.citations:
        citation = by_number[old]
        number = numbers.setdefault(citation.passage, len(numbers) + 1)
        cited.setdefault(citation.passage, citation.copy(update={"number": number}))
        new.append(number)
    return part.copy(update={"citations": tuple(new)})


def _context(answers: Sequence[Tuple[str, Answer]]) -> Context:
    """What may be leant on after all of them: the last, with the subjects and claims of the others too."""
    last = answers[-1][1].context
    subjects = tuple(dict.fromkeys(s for _, a in answers for s in a.context.subjects))
    shown = tuple(dict.fromkeys(i for _, a in answers for i in a.context.shown))
    return last.copy(update={"subjects": subjects, "shown": shown})
