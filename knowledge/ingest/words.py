"""Which words there are, how frequent they are, and where words run together begin and end."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from itertools import pairwise
from string import ascii_lowercase
from typing import Dict, FrozenSet, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

TOKENS = 1.02e12  # words counted for the dictionary
RARE = 1e-10  # the probability of a word that is only derived
USUAL = 100_000  # counts of a word that is not rare
COMMON = 500_000  # ... of one of the 30,000 most frequent
STRANGE, STRANGE_LETTER = 22.0, 2.5  # what an unknown word costs, and each of its letters
ODD = 2e-6  # the probability up to which a short word is rather a part of another one
LONGEST = 22  # letters: longer words are not looked for

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_RUN = re.compile(r"[^\W\d_]+")
_HYPHENED = re.compile(r"(?<![^\W\d_])[^\W\d_]+-[^\W\d_]+")
_ACRONYM = re.compile(r"[A-Z]{2,6}s?")
_CAPITALS = re.compile(r"(?<=[A-Z])[A-Z](?=[A-Z])")
_FUNCTION_WORDS = "the and of is are was that this for with to in on by it as be or not"
_ENDING_PARTS = "s ed d ing er ers ly ness ization isation izing ising ized ised able less ful ism ist ists ality"
_BEGINNING_PARTS = (
    "non multi inter intra anti pre post sub super trans counter over under micro macro hyper semi ultra mis dis un re co bio geo "
    "socio eco neuro psycho peace"
)
_FUNCTION = frozenset(_FUNCTION_WORDS.split())
_ENDINGS = tuple(_ENDING_PARTS.split())
_BEGINNINGS = tuple(_BEGINNING_PARTS.split())
_AFTER = {"s", "t", "ll", "re", "ve", "d", "m"}  # what may stand after an apostrophe
_HUMP = re.compile(r"[a-z][A-Z]")


@lru_cache(maxsize=1)
def frequencies() -> Dict[str, int]:
    """Load how often each word of the dictionary was counted."""
    text = (files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig")
    return {word: int(count) for word, _, count in (line.partition(" ") for line in text.splitlines())}


def is_usual(word: str) -> bool:
    """See whether a word, in lower case, is so frequent in English that it is no slip of the pen."""
    return frequencies().get(word, 0) >= COMMON


@lru_cache(maxsize=1)
def pairs() -> Dict[str, int]:
    """Load how often two words were counted in a row."""
    text = (files("symspellpy") / "frequency_bigramdictionary_en_243_342.txt").read_text(encoding="utf-8-sig")
    return {words: int(count) for words, _, count in (line.rpartition(" ") for line in text.splitlines())}


def is_known(word: str) -> bool:
    """See whether the dictionary has a word, or what stands before its apostrophe and after it."""
    lower = word.lower().replace("’", "'")
    stem, apostrophe, rest = lower.partition("'")
    return lower in frequencies() or (bool(apostrophe) and rest in _AFTER and stem in frequencies())


@dataclass
class Vocabulary:
    """The words of one document, as far as they are written with spaces; all in lower case."""

    words: Counter[str]
    lines: Sequence[Sequence[str]]
    hyphened: Set[str]

    @cached_property
    def total(self) -> int:
        """Count all words, at least 1."""
        return max(1, sum(self.words.values()))

    @cached_property
    def pairs(self) -> Counter[str]:
        """Count the words that stand side by side."""
        return Counter(pair for line in self.lines for pair in map(" ".join, pairwise(line)))

    @cached_property
    def unknown(self) -> FrozenSet[str]:
        """Give the runs of letters that the dictionary lacks."""
        return frozenset(run for word in self.words if not is_known(word) for run in _RUN.findall(word))

    def knows(self, word: str) -> bool:
        """See whether a word is in the dictionary or stands in the document more than once."""
        return is_known(word) or self.words[word.lower()] > 1


def vocabulary(texts: Iterable[str]) -> Vocabulary:
    """Count the words of a document."""
    words: Counter[str] = Counter()
    lines: List[List[str]] = []
    hyphened: Set[str] = set()
    for text in texts:
        lower = text.lower()
        lines.append(WORD.findall(lower))
        words.update(lines[-1])
        if "-" in lower:
            hyphened.update(_HYPHENED.findall(lower))
    return Vocabulary(words, lines, hyphened)


class _Step(NamedTuple):
    """The best way to an offset: its cost, where its last word begins, and that word if it is a known one."""

    cost: float
    start: int
    word: str


class Splitter:
    """Finds the likeliest words of a stretch without spaces."""

    def __init__(self, known: Vocabulary) -> None:
        self.known = known
        self.counts: Mapping[str, int] = frequencies()
        self.pairs: Mapping[str, int] = pairs()
        self.own = {word: count for word, count in known.words.items() if (count > 1 and len(word) > 1) or word in self.counts}
        self.starts = beginnings() | beginnings_of(self.own)

    def chance(self, word: str) -> float:
        """Give a word's probability, 0.0 if neither the dictionary nor the document has it."""
        found = 0.6 * self.counts.get(word, 0) / TOKENS + 0.4 * self.own.get(word, 0) / self.known.total
        return found or (RARE if is_derived(word) else 0.0)

    def cost(self, word: str, lower: str, before: str) -> float:
        """Give how unlikely a known word is after another: the natural logarithm of its probability, negated."""
        chance = self.chance(lower)
        if before:
            pair = f"{before} {lower}"
            general = self.pairs.get(pair, 0) / max(self.counts.get(before, 0), 1)
            here = self.known.pairs[pair] / max(self.known.words[before], 1)
            chance = 0.4 * min(general, 1.0) + 0.3 * min(here, 1.0) + 0.3 * chance
        return 1.0 - math.log(chance) + (6.0 if _HUMP.search(word) else 0.0)

    def split(self, letters: str, before: str = "") -> List[str]:
        """Cut letters into the likeliest words."""
        lower = letters.lower()
        if len(lower) != len(letters):
            return [letters]
        inside = {match.start() for match in _CAPITALS.finditer(letters)}
        best: List[Optional[_Step]] = [_Step(0.0, 0, before), *[None] * len(letters)]
        unknown = _Step(math.inf, 0, "")
        for at in range(len(letters)):
            step = best[at]
            if unknown.cost < (step.cost if step else math.inf):
                step = best[at] = unknown
            if at not in inside and step:
                for end, cost in self.onward(letters, lower, at, step.word):
                    if not best[end] or cost + step.cost < best[end].cost:  # type: ignore[union-attr]
                        best[end] = _Step(step.cost + cost, at, lower[at:end])
                if step.cost + STRANGE < unknown.cost:
                    unknown = _Step(step.cost + STRANGE, at, "")
            unknown = unknown._replace(cost=unknown.cost + STRANGE_LETTER)
        last = best[-1]
        best[-1] = last if last and last.cost <= unknown.cost else unknown
        return self.healed(_followed(letters, best))

    def onward(self, letters: str, lower: str, at: int, before: str) -> Iterator[Tuple[int, float]]:
        """Give the ends of the words that may begin at an offset, with their costs."""
        for end in range(at + 1, min(at + LONGEST, len(lower)) + 1):
            word = lower[at:end]
            if word not in self.starts:
                break
            if word in self.counts or word in self.own:
                yield end, self.cost(letters[at:end], word, before)
                if end - at > 4:
                    yield from ((end + len(ending), -math.log(RARE)) for ending in _ENDINGS if lower.startswith(ending, end))
        acronym = _ACRONYM.match(letters, at)
        if acronym:
            yield from ((end, 10.0 + 2.0 * (end - at)) for end in range(at + 2, acronym.end() + 1))

    def healed(self, words: Sequence[str]) -> List[str]:
        """Put together again what is one word, or a common word with one slip."""
        done: List[str] = []
        for word in words:
            done.append(word)
            for count in (3, 2):
                parts = done[-count:]
                if len(parts) == count and self.is_one(parts):
                    done[-count:] = ["".join(parts)]
                    break
        return done

    def is_one(self, parts: Sequence[str]) -> bool:
        """See whether parts are one word of the dictionary, or rare parts of a word in which one letter is lost."""
        whole = "".join(parts).lower()
        if len(whole) > LONGEST or any(part != part.lower() for part in parts[1:]):
            return False
        if whole in ("cannot", "into") or (
            len(parts) == 2 and self.counts.get(whole, 0) >= max(USUAL, self.pairs.get(f"{parts[0]} {parts[1]}".lower(), 0))
        ):
            return True
        apart = len(parts) > 1 and min(map(len, parts)) < 4 and " ".join(parts).lower() not in self.pairs
        odd = apart or any(self.chance(part.lower()) < ODD for part in parts)
        return odd and len(whole) >= 7 and not _FUNCTION & set(parts) and self.lacks_a_letter(whole)

    def lacks_a_letter(self, word: str) -> bool:
        """See whether one more letter makes a common word."""
        slips = (word[:at] + letter + word[at:] for at in range(len(word) + 1) for letter in ascii_lowercase)
        return any(self.counts.get(slip, 0) >= USUAL for slip in slips)

    def is_sound(self, words: Sequence[str], share: float) -> bool:
        """See whether enough of the letters are in words that exist."""
        good = sum(len(word) for word in words if self.chance(word.lower()) or _ACRONYM.fullmatch(word))
        return good >= share * sum(map(len, words))


def _followed(letters: str, best: Sequence[Optional[_Step]]) -> List[str]:
    words: List[str] = []
    end = len(letters)
    while end:
        step = best[end]
        start = step.start if step else end - 1
        words.append(letters[start:end])
        end = start
    return words[::-1]


def beginnings_of(words: Iterable[str]) -> FrozenSet[str]:
    """Give everything that a word may begin with."""
    return frozenset(word[:end] for word in words for end in range(1, len(word) + 1))


@lru_cache(maxsize=1)
def beginnings() -> FrozenSet[str]:
    """Give everything that a word of the dictionary may begin with."""
    return beginnings_of(frequencies())


@lru_cache(maxsize=65536)
def is_derived(word: str) -> bool:
    """See whether a word is one of the dictionary with a common ending or beginning."""
    known = frequencies()
    return len(word) > 7 and (
        any(word.endswith(end) and (word[: -len(end)] in known or word[: -len(end)] + "e" in known) for end in _ENDINGS)
        or any(word.startswith(start) and len(word) - len(start) > 3 and word[len(start) :] in known for start in _BEGINNINGS)
    )
