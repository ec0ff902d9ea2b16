"""Options of a quiz item named by their words, typos and all."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Callable, Dict, FrozenSet, Optional, Sequence, Tuple

from rapidfuzz import fuzz

from index.lexical import terms
from knowledge.models import Aspect
from tutor.items import Item
from tutor.quiz_phrases import FILLERS, NUMBERS, ORDINALS, plain, words

NEAR = 0.75  # likeness, 0 to 1, from which two words are the same but for a typo: one of four letters
TYPED_OUT = 0.9  # ... and from which a whole option was typed out
LEAST, LEAST_OF_MANY = 0.75, 0.65  # share of what was typed that an option must hold; of more than three words
CLEARLY = 0.1  # by which an option must be nearer than the next
_PLACES = {word: place for word, place in {**NUMBERS, **ORDINALS}.items() if word != "one"}  # "the media one"
_FIGURES = {**{word: str(place) for word, place in _PLACES.items()}, "ii": "2", "iii": "3", "iv": "4"}
_DENIES = re.compile(r"\b(?:not|no|never|without|cannot|isnt|arent|dont|doesnt|cant|aint|wont|lacks?)\b")


def typed_out(text: str, item: Item) -> Optional[str]:
    """The option whose very words a plain text is, though it may begin like a question ("when officials cannot meet")."""
    bare = text.rstrip(" .!")
    scores = {o.id: likeness(bare, plain(o.text).rstrip(" .!")) for o in item.options}
    first, second = [*sorted(scores.values(), reverse=True), 0.0, 0.0][:2]
    clear = first == 1 or (first >= TYPED_OUT and first - second > CLEARLY / 2 and not re.search(r"\d", bare))
    return max(scores, key=lambda i: scores[i]) if clear and len(bare) > 1 else None


def by_words(text: str, item: Item, canonical: Callable[[str], str]) -> Tuple[str, ...]:
    """The option to which the words of a plain text are clearly nearest; several if they are as near to each; () if to none."""
    typed, idle = stems(canonical(text)), _repeatable(item) | _idle()
    if not set(typed) - {"not"}:
        return ()
    scores: Dict[str, float] = {}
    for option in item.options:
        own = stems(canonical(option.text))
        said = [stem for stem in typed if stem in own or stem not in idle]
        held, told = _share(said, own), _share(own, typed)
        enough = held >= (LEAST if len(said) <= 3 else LEAST_OF_MANY) and not ("?" in text and told < 0.5)
        scores[option.id] = 0.65 * held + 0.35 * told if enough else 0.0
    best = max(scores.values(), default=0.0)
    return tuple(i for i, score in scores.items() if score and score > best - CLEARLY)


def stems(text: str) -> Tuple[str, ...]:
    """What a text is about: its stems, each once, figures for numbers, and "not" if it denies something."""
    said = words(re.sub(r"\b[a-z](?=\d)", "", re.sub(r"\bone and a half\b", "1.5", plain(text))))  # "t2"
    figures = [_FIGURES.get(word, word) for word in said]
    denied = ("not",) if _DENIES.search(plain(text)) else ()
    return (*dict.fromkeys(s for s in terms(" ".join(figures)) if len(s) > 1 or s.isdigit()), *denied)


def likeness(one: str, other: str) -> float:
    """How alike two texts are, letter by letter: 0 to 1."""
    return float(fuzz.ratio(one, other)) / 100


@lru_cache(maxsize=1)
def _idle() -> FrozenSet[str]:
    """Stems of words that wrap an answer."""
    return frozenset(terms(" ".join(FILLERS | {"anything", "something", "stuff"})))


def _repeatable(item: Item) -> FrozenSet[str]:
    """Stems of the question, which an answer may repeat; those that name an aspect would ask for something else."""
    return frozenset(stems(item.stem)) - frozenset(stem for aspect in Aspect for stem in terms(aspect.value)) - {"not"}


def _share(these: Sequence[str], those: Sequence[str]) -> float:
    """The share of some stems that others hold, typos counting for a little less."""
    return sum(_nearest(stem, those) for stem in these) / len(these) if these else 0.0


def _nearest(stem: str, others: Sequence[str]) -> float:
    if stem in others:
        return 1.0
    near = max((likeness(stem, other) for other in others if min(len(stem), len(other)) >= 4), default=0.0)
    return near if near >= NEAR else 0.0
