"""What is said in benchmarks: conversations of one message of each kind, each in other words, as students type them."""

from __future__ import annotations

from functools import lru_cache
from itertools import cycle, islice
from typing import Callable, Dict, Iterator, List, Mapping, Tuple

from bench.evaluation.messages import Message, load

KINDS = ("definition", "list", "comparison", "free question", "decline", "chat", "quiz question", "quiz answer")
_LISTED = {"strength", "weakness"}
_FREE = ("why", "how", "when", "who", "does", "is", "can", "would")
_DEVELOPMENT: Mapping[str, Callable[[Message], bool]] = {  # of the development set: whether a message is of the kind
    "definition": lambda m: m.group == "definitions",
    "list": lambda m: m.group == "aspects" and bool(_LISTED & set(m.aspects)) and m.text.split()[0].lower() not in _FREE,
    "comparison": lambda m: m.group == "comparisons",
    "free question": lambda m: m.group == "aspects" and m.text.split()[0].lower() in _FREE,
    "decline": lambda m: m.group in ("not covered", "off topic"),
    "chat": lambda m: m.group == "small talk",
}
_QUIZZED = ("track 1", "track 1.5", "track 2", "multi-track diplomacy", "official diplomacy", "T2")


def conversations(count: int) -> List[Dict[str, str]]:
    """So many conversations, a message by its kind: none is said twice while the development set has more of its kind."""
    said = _endless()
    return [{kind: next(said[kind]) for kind in KINDS} for _ in range(count)]


def turns(student: int) -> Iterator[str]:
    """What one of many students says, without end: each begins elsewhere, so that they do not all say the same at once."""
    said = _endless()
    rounds = ({kind: next(said[kind]) for kind in KINDS} for _ in cycle((None,)))
    return islice((text for one in rounds for text in one.values()), student * (len(KINDS) - 1), None)


@lru_cache(maxsize=1)
def development() -> Mapping[str, Tuple[str, ...]]:
    """The messages of the development set that need no context, by the kind that they are of here."""
    alone = [m for m in load() if not m.context and len(m.kinds) == 1]
    return {kind: tuple(dict.fromkeys(m.text for m in alone if fits(m))) for kind, fits in _DEVELOPMENT.items()}


def _endless() -> Dict[str, Iterator[str]]:
    of_kind = {kind: cycle(texts) for kind, texts in development().items()}
    wishes = (f"{number} questions on {name}" for number in cycle(range(3, 9)) for name in _QUIZZED)
    return {**of_kind, "quiz question": wishes, "quiz answer": cycle("abcd")}
