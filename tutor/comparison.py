"""Set concepts side by side: what is said between them, and a cited table."""

from __future__ import annotations

from itertools import combinations
from typing import List, Mapping, NamedTuple, Optional, Sequence, Tuple

from knowledge.models import Aspect, Claim
from tutor.catalogue import Catalogue
from tutor.reply import Cell, Notes, Row, Sentence, Table

WHOLE = (Aspect.definition, Aspect.participants, Aspect.purpose, Aspect.strength, Aspect.weakness, Aspect.example)
SILENCE = "The course does not say."
RELATIONS = 3  # sentences above the table
POINTS = 2  # points in a cell when everything is compared
POINTS_BY_ASPECT = 6  # when only one aspect is


class Topic(NamedTuple):
    """Something in particular by which concepts are compared ("secrecy"), and what bears on it for each.

    Without a `label` it has no row of its own. `whole` if that is what was asked for, and each of them has something on it: then
    nothing else is compared.
    """

    label: Optional[str]
    claims: Mapping[str, Sequence[Claim]]
    between: Sequence[Claim] = ()  # ... and between them
    whole: bool = False


def compare(
    catalogue: Catalogue,
    notes: Notes,
    concepts: Sequence[str],
    aspects: Sequence[Aspect],
    points: Optional[int] = None,
    topics: Sequence[Topic] = (),
    between: Sequence[Claim] = (),
) -> Tuple[Tuple[Sentence, ...], Table, Tuple[Claim, ...]]:
    """Compare two or more concepts, by some aspects or as a whole: lead sentences, table, and the claims used.

    What bears on the `topics` comes first; `between` is what is said between the concepts, best first, if that is known.
    """
    points = points or (POINTS_BY_ASPECT if aspects else POINTS)
    wanted = [a for a in (aspects or WHOLE) if sum(bool(catalogue.claims(c, [a])) for c in concepts) > 1] or list(WHOLE[:1])
    if any(topic.whole for topic in topics) and not aspects:
        wanted = []
    leading = tuple(between[:RELATIONS]) or _leading(catalogue, concepts, aspects)
    if topics:
        first = (c for topic in topics for c in (*topic.between, *(c for concept in concepts for c in topic.claims[concept][:1])))
        leading = tuple(dict.fromkeys((*(_leading(catalogue, concepts, aspects) if aspects else ()), *first)))
    sentences = tuple(notes.sentence(claim) for claim in leading)
    used: List[Claim] = list(leading)
    rows = []
    for topic in topics:
        if topic.label:
            rows.append(Row(aspect=topic.label, cells=tuple(_cell(notes, topic.claims[c]) for c in concepts)))
            used += [claim for c in concepts for claim in topic.claims[c]]
    for aspect in wanted:
        cells = []
        for concept in concepts:
            claims = catalogue.own_or_all(concept, aspect)[: 1 if aspect is Aspect.definition else points]
            used += claims
            cells.append(_cell(notes, claims))
        rows.append(Row(aspect=catalogue.course.aspects[aspect].label, cells=tuple(cells)))
    table = Table(columns=tuple(catalogue.title(c) for c in concepts), rows=tuple(rows))
    return sentences, table, tuple(dict.fromkeys(used))


def _leading(catalogue: Catalogue, concepts: Sequence[str], aspects: Sequence[Aspect]) -> Tuple[Claim, ...]:
    """What the course says between the concepts; without that, how it defines each."""
    pairs = list(combinations(concepts, 2)) if not aspects else []
    each = RELATIONS if len(pairs) == 1 else 1
    between = tuple(dict.fromkeys(claim for pair in pairs for claim in catalogue.between(pair)[:each]))
    if between:
        return between
    aspect = aspects[0] if aspects else Aspect.definition
    return tuple(
        claim for c in concepts for claim in (catalogue.claims(c, [aspect]) or catalogue.claims(c, [Aspect.definition]))[:1]
    )


def _cell(notes: Notes, claims: Sequence[Claim]) -> Cell:
    if not claims:
        return Cell(text=SILENCE, citations=())
    numbers = dict.fromkeys(n for claim in claims for n in notes.cite(claim))
    return Cell(text="\n".join(claim.brief or claim.text for claim in claims), citations=tuple(numbers))
