"""Claims that say the same: found by meaning and by words together, so that neither alone decides."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import AbstractSet, FrozenSet, Iterator, List, Sequence, Tuple

import numpy as np
from numpy.typing import NDArray

from index.encoder import Encoder
from index.lexical import terms
from index.vocabulary import Vocabulary
from knowledge.loader import Fault
from knowledge.models import Aspect, Claim, ConceptKind, Course
from tutor.whereabouts import Spot, Whereabouts

REVIEWED = "reviewed.txt"
# Fitted on the course on multi-track diplomacy: of 30 claims that were worded anew by hand 25 are found beside their originals;
# of its 136,000 pairs of claims 8 are, and these differ on purpose.
ALIKE = 0.60  # mean of cosine and shared words from which two claims about one concept, or two items of one list, say the same
ALIKE_ELSEWHERE = 0.70  # ... of two other claims: a fact often has two sides, the weakness of one concept and the use of another
ALIKE_WORDS = 0.33  # ... of which the words must give this much: to an encoder opposites are near to each other
LISTED = frozenset(
    {Aspect.strength, Aspect.weakness, Aspect.participants, Aspect.purpose, Aspect.method, Aspect.condition, Aspect.outcome}
)  # fmt: skip
_REVIEWED_LINE = re.compile(r"(?P<first>\S+)\s+(?P<second>[^\s:]+)\s*:\s*(?P<reason>\S.*)")

Matrix = NDArray[np.float32]
Two = FrozenSet[str]


@dataclass(frozen=True)
class Alike:
    """Two claims that say nearly the same, in the order of the course. `likeness` is 0 to 1."""

    first: str
    second: str
    likeness: float


@dataclass(frozen=True)
class Review:
    """A line of `reviewed.txt`: two claims that differ on purpose, and why."""

    claims: Two
    reason: str
    line: int


def alike(course: Course, vocabulary: Vocabulary, encoder: Encoder) -> List[Alike]:
    """Find the claims that say the same, likest first.

    Claims of two concepts are left alone if one points to the other's concept, and all that name different ones of the series.
    """
    claims = [_Bare.of(course, vocabulary, claim) for claim in course.claim.values()]
    texts = _likeness([claim.text for claim in claims], [claim.words for claim in claims], encoder)
    briefs = _likeness([claim.brief for claim in claims], [frozenset(terms(claim.brief)) for claim in claims], encoder)
    found: List[Alike] = []
    for i, j in zip(*np.where(np.triu(np.maximum(texts, briefs) >= ALIKE, k=1)), strict=True):
        least = _least(claims[i], claims[j])
        value = float(max(texts[i, j], briefs[i, j]) if _in_one_list(claims[i], claims[j]) else texts[i, j])
        if least and value >= least:
            found.append(Alike(claims[i].id, claims[j].id, value))
    return sorted(found, key=lambda pair: -pair.likeness)


def repetitions(course: Course, folder: Path, where: Whereabouts, found: Sequence[Alike]) -> Iterator[Fault]:
    """Report the claims that say the same, unless an author has declared that they differ."""
    accepted = {review.claims for review in _reviews(folder)}
    for pair in found:
        if frozenset((pair.first, pair.second)) not in accepted:
            yield where.of(pair.second).fault(f"claim '{pair.second}'", _remedy(course, pair, where.of(pair.first)))


def wrong_reviews(course: Course, folder: Path) -> Iterator[Fault]:
    """Report the lines of `reviewed.txt` that cannot be read or name claims that are not there."""
    for number, line in _lines(folder):
        match = _REVIEWED_LINE.fullmatch(line)
        if match is None:
            remedy = "is not `claim claim: why they differ`; write two ids, a colon and the reason"
            yield Fault(REVIEWED, f"'{line[:60]}'", remedy, number)
            continue
        for claim in (match["first"], match["second"]):
            if claim not in course.claim:
                yield Fault(REVIEWED, f"claim '{claim}'", "is not in the course; correct the id or remove the line", number)


def idle_reviews(course: Course, folder: Path, found: Sequence[Alike]) -> Iterator[Fault]:
    """Hint at lines of `reviewed.txt` whose claims are no longer alike."""
    still = {frozenset((pair.first, pair.second)) for pair in found}
    for review in _reviews(folder):
        if review.claims not in still and all(claim in course.claim for claim in review.claims):
            names = " and ".join(f"'{claim}'" for claim in sorted(review.claims))
            yield Fault(REVIEWED, names, "are no longer alike; remove the line", review.line)


# -- how alike -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Bare:
    """A claim without the name of its concept, so that the name does not make two claims alike."""

    id: str
    concept: str
    kind: ConceptKind
    aspect: Aspect
    text: str
    brief: str
    words: FrozenSet[str]  # stems of the text
    series: FrozenSet[str]  # numbered concepts named in the text, its own left out
    points_to: FrozenSet[str]  # concepts, by keys or in the text

    @classmethod
    def of(cls, course: Course, vocabulary: Vocabulary, claim: Claim) -> _Bare:
        """Strip a claim."""
        own = course.concept[course.concept_of[claim.id]]
        named = frozenset(vocabulary.concepts(claim.text))
        numbered = frozenset(concept for concept in named if course.concept[concept].number)
        return cls(
            id=claim.id,
            concept=own.id,
            kind=own.kind,
            aspect=claim.aspect,
            text=_without(vocabulary, claim.text, {own.id}),
            brief=_without(vocabulary, claim.brief or claim.text, {own.id}),
            words=frozenset(terms(_without(vocabulary, claim.text, {own.id, *numbered}))),
            series=numbered - {own.id},
            points_to=named | {own.id, *claim.about, *claim.also_true_of},
        )


def _without(vocabulary: Vocabulary, text: str, concepts: AbstractSet[str]) -> str:
    """A text with "it" in the place of these concepts' names."""
    parts: List[str] = []
    at = 0
    for mention in vocabulary.mentions(text):
        if mention.concept in concepts:
            parts += [text[at : mention.start], "it"]
            at = mention.end
    return "".join([*parts, text[at:]])


def _least(one: _Bare, other: _Bare) -> float:
    """How alike two claims must be to say the same; 0 if they cannot."""
    if one.series != other.series:
        return 0.0
    if one.concept == other.concept or _in_one_list(one, other):
        return ALIKE if one.concept == other.concept or not _linked(one, other) else 0.0
    people = one.kind is other.kind is ConceptKind.person  # authors are introduced in the same words, and rightly so
    return 0.0 if people or _linked(one, other) else ALIKE_ELSEWHERE


def _linked(one: _Bare, other: _Bare) -> bool:
    return one.concept in other.points_to or other.concept in one.points_to


def _in_one_list(one: _Bare, other: _Bare) -> bool:
    """Whether two claims are items of lists that a student sets side by side: the strengths of two topics."""
    return one.kind is other.kind is ConceptKind.topic and one.aspect is other.aspect and one.aspect in LISTED


def _likeness(texts: Sequence[str], words: Sequence[FrozenSet[str]], encoder: Encoder) -> Matrix:
    """The mean of cosine and shared words, 0 where too few words are shared; shape (texts, texts)."""
    rows = encoder.encode(texts)
    shared = _shared_words(words)
    return np.asarray(np.where(shared >= ALIKE_WORDS, (rows @ rows.T + shared) / 2, 0), dtype=np.float32)


def _shared_words(bags: Sequence[FrozenSet[str]]) -> Matrix:
    """How much of the words of two texts is common to both (Dice, rare words counting for more), 0 to 1."""
    frequency = Counter(term for bag in bags for term in bag)
    column = {term: n for n, term in enumerate(frequency)}
    present = np.zeros((len(bags), len(column)), dtype=np.float32)
    for n, bag in enumerate(bags):
        present[n, [column[term] for term in bag]] = 1
    weighted = present * np.asarray([_rarity(times, len(bags)) for times in frequency.values()], dtype=np.float32)
    sizes = weighted.sum(axis=1)
    return np.asarray(2 * (weighted @ present.T) / np.maximum(sizes[:, None] + sizes[None, :], 1e-9), dtype=np.float32)


def _rarity(times: int, texts: int) -> float:
    return math.log(1 + (texts - times + 0.5) / (times + 0.5))


# -- what to do about it ---------------------------------------------------------------------------------------------


def _remedy(course: Course, pair: Alike, spot: Spot) -> str:
    first, second = course.claim[pair.first], course.claim[pair.second]
    one, other = course.concept_of[first.id], course.concept_of[second.id]
    if one != other:
        key = f"`also_true_of: [{other}]`" if first.aspect is second.aspect else f"`about: [{other}]`"
        what = (
            f"says of '{other}' what claim '{first.id}' ({spot}) says of '{one}'; make one claim of them that names both "
            f"and has {key}, or say in the texts what sets them apart"
        )
    elif {place.source for place in first.places} == {place.source for place in second.places}:
        what = f"says the same as claim '{first.id}' ({spot}); keep one of them"
    else:
        what = f"says the same as claim '{first.id}' ({spot}); merge them, the second reading under `also_in`"
    return f"{what}; if they differ on purpose, say why in {REVIEWED}, in a line such as `{first.id} {second.id}: why`"


def _reviews(folder: Path) -> Iterator[Review]:
    for number, line in _lines(folder):
        match = _REVIEWED_LINE.fullmatch(line)
        if match:
            yield Review(frozenset((match["first"], match["second"])), match["reason"], number)


def _lines(folder: Path) -> Iterator[Tuple[int, str]]:
    """The lines that say something, with their numbers."""
    path = folder / REVIEWED
    text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line.strip()
