"""Which item comes next: what is due, then what is weakest, then what is new."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, FrozenSet, List, Mapping, Optional, Sequence, Tuple

from knowledge.models import Course
from tutor.items import Item, ItemType
from tutor.quiz_requests import QuizRequest

WEAK = 0.6  # mastery below which a concept is weak
LATER = 0.2  # by which a concept waits for others each time that a session has asked about it
HARDER = (ItemType.select_all, ItemType.match, ItemType.short_answer)
EASIER = (ItemType.true_false, ItemType.multiple_choice)


@dataclass(frozen=True)
class Standing:
    """What is known of a learner: claims that are due, longest due first; claims ever reviewed; mastery by concept, 0..1.

    `seen` counts how often an item was put, `missed` are items whose last answer was not right.
    """

    due: Sequence[str] = ()
    reviewed: FrozenSet[str] = frozenset()
    mastery: Mapping[str, float] = field(default_factory=dict)
    seen: Mapping[str, int] = field(default_factory=dict)
    missed: Sequence[str] = ()


class Chooser:
    """Chooses items of one course."""

    def __init__(self, course: Course, items: Sequence[Item]) -> None:
        self._course = course
        self._items = tuple(items)
        self._by_name = {c.name: c.id for c in course.concepts}
        self._abouts = [self._about(i) for i in self._items]

    def fitting(self, wanted: QuizRequest, standing: Standing) -> List[Item]:
        """The items that a request allows."""
        kept = [i for i, about in zip(self._items, self._abouts, strict=True) if _fits(i, about, wanted)]
        if wanted.source == "missed":
            missed = self._claims_of(standing.missed)
            return [i for i in kept if i.id in standing.missed or i.claims[0] in missed]
        return [i for i in kept if i.claims[0] in {*standing.due}] if wanted.source == "due" else kept

    def next(self, wanted: QuizRequest, standing: Standing, used: Sequence[Item], rng: random.Random) -> Optional[Item]:
        """The item to put after those that a session has used; None if nothing is left. No item comes twice in a session."""
        before = {i.id for i in used}
        left = [i for i in self.fitting(wanted, standing) if i.id not in before]
        if not left:
            return None
        ranks = self._ranks(standing)
        told = Counter(claim for i in used for claim in i.claims)
        types = Counter(i.type for i in used)
        concepts = Counter(i.concept for i in used)

        def rank(item: Item) -> Tuple[int, float]:
            new = (2, self._weakness(item, standing) + concepts[item.concept] * LATER)
            return ranks.get(item.claims[0], new)

        if told:
            left = _least(left, lambda i: sum(told[claim] for claim in i.claims))
        left = _least(left, lambda i: not i.pinned)
        left = _least(left, lambda i: _is_off(i, wanted)) if wanted.harder or wanted.easier else left
        left = _least(_least(left, rank), lambda i: types[i.type])
        return rng.choice(_least(left, lambda i: standing.seen.get(i.id, 0)))

    def _ranks(self, standing: Standing) -> Dict[str, Tuple[int, float]]:
        """Bucket and place of the claims that a learner has met: due, weak, known."""
        ranks: Dict[str, Tuple[int, float]] = {}
        for claim in standing.reviewed:
            mastery = standing.mastery.get(self._course.concept_of.get(claim, ""), 0.0)
            ranks[claim] = (1, round(mastery, 1)) if mastery < WEAK else (3, round(mastery, 1))
        return {**ranks, **{claim: (0, float(n // 3)) for n, claim in enumerate(standing.due)}}

    @staticmethod
    def _weakness(item: Item, standing: Standing) -> float:
        return round(standing.mastery.get(item.concept, WEAK), 1)

    def _about(self, item: Item) -> FrozenSet[str]:
        """The concepts that an item is on, or whose author holds it."""
        own = self._course.concept_of.get(item.claims[0])
        author = self._course.claim[item.claims[0]].author if item.claims[0] in self._course.claim else None
        return frozenset({item.concept, *filter(None, [own, self._by_name.get(author or "")])})

    def _claims_of(self, missed: Sequence[str]) -> FrozenSet[str]:
        """The claims behind items, if these are still there."""
        wanted = set(missed)
        return frozenset(i.claims[0] for i in self._items if i.id in wanted)


def _least(items: Sequence[Item], key: Callable[[Item], Any]) -> List[Item]:
    """The items of which a key is least."""
    keys = [key(i) for i in items]
    least = min(keys)
    return [i for i, k in zip(items, keys, strict=True) if k == least]


def _fits(item: Item, about: FrozenSet[str], wanted: QuizRequest) -> bool:
    if wanted.types and item.type not in wanted.types:
        return False
    if wanted.aspects and item.aspect not in wanted.aspects:
        return False
    return not wanted.concepts or not about.isdisjoint(wanted.concepts)


def _is_off(item: Item, wanted: QuizRequest) -> bool:
    """Whether an item is of a kind that was not wished for; it may come when the others are used up."""
    if wanted.harder:
        return item.type not in HARDER
    return wanted.easier and item.type not in EASIER
