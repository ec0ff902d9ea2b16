"""The rules that an item keeps, one by one, and those that all items keep together."""

from __future__ import annotations

import re
from typing import Callable, Dict, List, Mapping, Sequence, Tuple

from index.lexical import terms
from knowledge.models import Course
from tutor.item_lists import ALIKE_BRIEFS, Likeness, comparable, mentions, phrase_kind, surnames
from tutor.item_proof import BY_NAME, OF_AUTHORS, Facts, of_names, proved
from tutor.items import Item, ItemType

ONE_KEY = "one key"
LONGEST_KEY = 1.10  # the key may be this much longer than the longest wrong option
POSITION_LIMIT = {2: 10.83, 3: 13.82, 4: 16.27}  # chi-square at p = .001, by the number of options
_ABOVE = re.compile(r"\b(all|none|both|neither|any) of (the above|these|them)\b", re.IGNORECASE)
_ABSOLUTE = re.compile(r"\b(always|never)\b", re.IGNORECASE)
_NEGATIVE = re.compile(r"\b(not|except|isn't|doesn't|aren't)\b")
_QUOTED = re.compile(r"“[^”]*”")


def broken(item: Item, course: Course, alike: Likeness) -> List[str]:
    """Name the rules that an item breaks; none if it may be asked."""
    return faults(item, Facts(course, alike))


def faults(item: Item, facts: Facts) -> List[str]:
    """Name the rules that an item breaks, as `broken` does, for many items of one course."""
    if not _one_key(item, facts):  # what the other rules compare is not there
        return [ONE_KEY]
    return [name for name, holds in _RULES.items() if not holds(item, facts)]


def unbalanced(items: Sequence[Item]) -> List[str]:
    """Name the rules that a whole space of items breaks."""
    found = [f"key position ({n} options)" for n, counts in positions(items).items() if chi_square(counts) > POSITION_LIMIT[n]]
    keys, wrong = lengths(items)
    return [*found, *(["key longer on average"] if keys > wrong else [])]


def positions(items: Sequence[Item]) -> Dict[int, List[int]]:
    """How often each position holds the key, by the number of options, among the items that have one key."""
    counts: Dict[int, List[int]] = {}
    for item in items:
        if item.type in (ItemType.multiple_choice, ItemType.true_false):
            at = [o.id for o in item.options].index(item.key[0])
            counts.setdefault(len(item.options), [0] * len(item.options))[at] += 1
    return counts


def chi_square(counts: Sequence[int]) -> float:
    """How far counts are from being equal."""
    expected = sum(counts) / len(counts)
    return sum((n - expected) ** 2 / expected for n in counts) if expected else 0.0


def lengths(items: Sequence[Item]) -> Tuple[float, float]:
    """The mean length of keys and of wrong options, in characters, each item counting the same."""
    gaps = [item_lengths(i) for i in items if i.type in (ItemType.multiple_choice, ItemType.select_all)]
    return (sum(k for k, _ in gaps) / len(gaps), sum(w for _, w in gaps) / len(gaps)) if gaps else (0.0, 0.0)


def item_lengths(item: Item) -> Tuple[float, float]:
    """The mean length of an item's keys and of its wrong options, in characters."""
    keys = [len(o.text) for o in item.options if o.id in item.key]
    wrong = [len(o.text) for o in item.options if o.id not in item.key]
    return sum(keys) / len(keys), sum(wrong) / len(wrong)


# -- single rules: each answers whether the item keeps it -------------------------------------------------------------


def _one_key(item: Item, facts: Facts) -> bool:
    ids = {o.id for o in item.options}
    if item.type is ItemType.short_answer:
        return not item.options and not item.key and bool(item.points)
    if item.type is ItemType.match:
        pairs = {p.id + o.id for p in item.prompts for o in item.options}
        once = len({k[:1] for k in item.key}) == len({k[1:] for k in item.key}) == len(item.key)
        return once and set(item.key) <= pairs and len(item.key) == len(item.prompts) == len(item.options) in (3, 4)
    if item.type is ItemType.select_all:
        return 2 <= len(item.key) <= 4 <= len(item.options) <= 6 and set(item.key) < ids
    number = 2 if item.type is ItemType.true_false else 3
    return len(item.key) == 1 and set(item.key) < ids and len(item.options) == number


def _distinct(item: Item, facts: Facts) -> bool:
    if item.type is ItemType.true_false:
        return True
    return _differ([o.text for o in item.options], of_names(item), facts) and _differ(
        [p.text for p in item.prompts], item.form in BY_NAME, facts
    )


def _differ(texts: Sequence[str], names: bool, facts: Facts) -> bool:
    for n, one in enumerate(texts):
        for other in texts[:n]:
            a, b = one.casefold(), other.casefold()
            if a == b or (not names and (a in b or b in a)):
                return False
            if not names and facts.alike(facts.as_brief(one), facts.as_brief(other)) >= ALIKE_BRIEFS:
                return False
    return True


def _nothing_above(item: Item, facts: Facts) -> bool:
    return not any(_ABOVE.search(o.text) for o in item.options)


def _no_absolutes(item: Item, facts: Facts) -> bool:
    return not any(_ABSOLUTE.search(text) for text in (*(o.text for o in item.options), *(p.text for p in item.prompts)))


def _key_not_longest(item: Item, facts: Facts) -> bool:
    if item.type is not ItemType.multiple_choice or of_names(item):
        return True
    key = max(len(o.text) for o in item.options if o.id in item.key)
    return key <= LONGEST_KEY * max(len(o.text) for o in item.options if o.id not in item.key)


def _no_clue(item: Item, facts: Facts) -> bool:
    """No word of the stem stands in the keys alone."""
    if item.type not in (ItemType.multiple_choice, ItemType.select_all):
        return True
    stem = set(terms(item.stem))
    wrong = {t for o in item.options if o.id not in item.key for t in terms(o.text)}
    return all(not (set(terms(o.text)) & stem) - wrong for o in item.options if o.id in item.key)


def _one_grammar(item: Item, facts: Facts) -> bool:
    if item.type is ItemType.true_false:
        return True
    options, prompts = [o.text for o in item.options], [p.text for p in item.prompts]
    sides = [prompts] if item.prompts else [] if of_names(item) else [options]
    return all(len({phrase_kind(facts.as_brief(text)) for text in side}) <= 1 for side in sides)


def _comparable(item: Item, facts: Facts) -> bool:
    if item.type is ItemType.true_false or not item.options:
        return True
    options, prompts = [o.text for o in item.options], [p.text for p in item.prompts]
    return comparable(options, names=of_names(item)) and comparable(prompts)


def _marked(item: Item, facts: Facts) -> bool:
    """A negative in what is asked, not in what is quoted or stated, stands in capitals."""
    return item.type is ItemType.true_false or not _NEGATIVE.search(_QUOTED.sub("", facts.any_name.sub("", item.stem)))


def _complete(item: Item, facts: Facts) -> bool:
    """The stem says by itself what is asked, of what."""
    stem = item.stem
    if item.type is ItemType.true_false:
        return stem.startswith("True or false: ") and stem.endswith(".") and _names(facts.course, item.concept, stem)
    if not stem.endswith(("?", ":")):
        return False
    if item.type is ItemType.match:
        return stem.startswith("Match ")
    return bool(_QUOTED.search(stem)) or _names(facts.course, item.concept, stem)


def _not_named(item: Item, facts: Facts) -> bool:
    """No option names what is asked for, and no quotation in the stem the answer."""
    if item.type is ItemType.true_false or not item.options:
        return True
    if of_names(item):
        quoted = " ".join([*_QUOTED.findall(item.stem), *(p.text for p in item.prompts)])
        names = [n for o in item.options for n in (surnames(o.text) if item.form in OF_AUTHORS else (o.text,))]
        return not any(mentions(quoted, name) for name in names)
    return not any(_names(facts.course, item.concept, o.text) for o in item.options)


def _quiet_hint(item: Item, facts: Facts) -> bool:
    return bool(item.nudge) and not any(mentions(item.nudge or "", o.text) for o in item.options if o.id not in ("true", "false"))


def _names(course: Course, concept: str, text: str) -> bool:
    return mentions(text, course.concept[concept].name)


_RULES: Mapping[str, Callable[[Item, Facts], bool]] = {
    ONE_KEY: _one_key,
    "distinct options": _distinct,
    "nothing of the above": _nothing_above,
    "no always or never": _no_absolutes,
    "key not longest": _key_not_longest,
    "no clue in the stem": _no_clue,
    "one grammar": _one_grammar,
    "comparable length": _comparable,
    "negative marked": _marked,
    "stem complete": _complete,
    "answer not named": _not_named,
    "hint tells nothing": _quiet_hint,
    "proved": proved,
}
RULES = tuple(_RULES)
