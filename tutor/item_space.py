"""Every item that a course yields: made from its lists, checked against the rules, the same for the same course."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import Dict, Iterable, List, Mapping, Set, Tuple

from knowledge.models import Course
from tutor.item_forms import ListForms
from tutor.item_lists import Alikeness, Likeness, Lists
from tutor.item_matching import MatchForms
from tutor.item_names import NameForms
from tutor.item_proof import Facts
from tutor.item_rules import faults, item_lengths
from tutor.items import Item, ItemType

__all__ = ["Alikeness", "Space", "items", "survey"]
EVEN_LENGTHS = "key longer on average"
REPEATED = "asked before"


@dataclass(frozen=True)
class Space:
    """The items of a course, and how many were made but are not offered: by form and the first rule that they break."""

    items: Tuple[Item, ...]
    rejected: Mapping[Tuple[str, str], int]


def items(course: Course, alike: Likeness) -> Tuple[Item, ...]:
    """Every item that keeps all rules, in a fixed order, each id once."""
    return survey(course, alike).items


def survey(course: Course, alike: Likeness) -> Space:
    """Make every item, and leave out those that break a rule."""
    rejected: Counter[Tuple[str, str]] = Counter()
    good: List[Item] = []
    seen: Set[object] = set()
    facts = Facts(course, alike)
    for item in _made(course, alike):
        wrong = faults(item, facts)
        again = _as_read(item) in seen
        if wrong or again:
            rejected[item.form, wrong[0] if wrong else REPEATED] += 1
            continue
        seen.add(_as_read(item))
        good.append(item)
    kept = _even(good)
    offered = {item.id for item in kept}
    rejected.update((item.form, EVEN_LENGTHS) for item in good if item.id not in offered)
    return Space(tuple(kept), dict(rejected))


def _made(course: Course, alike: Likeness) -> Iterable[Item]:
    lists = Lists(course, alike)
    names = NameForms(lists)
    return chain(ListForms(lists).items(), names.items(), MatchForms(lists, names).items())


def _as_read(item: Item) -> object:
    """What a student reads, whatever the order of the options: two items with the same are one."""
    return item.stem, frozenset(o.text for o in item.options), frozenset(p.text for p in item.prompts)


def _even(good: List[Item]) -> List[Item]:
    """Leave out the items whose keys are longest beside their distractors, until keys are no longer on average."""
    gaps: Dict[str, float] = {}
    for item in good:
        if item.type in (ItemType.multiple_choice, ItemType.select_all):
            key, wrong = item_lengths(item)
            gaps[item.id] = key - wrong
    excess = sum(gaps.values())
    dropped: Set[str] = set()
    for item_id, gap in sorted(gaps.items(), key=lambda pair: (-pair[1], pair[0])):
        if excess <= 0:
            break
        dropped.add(item_id)
        excess -= gap
    return [item for item in good if item.id not in dropped]
