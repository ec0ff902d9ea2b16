"""Words as students type them: cut, folded, spelled out."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Dict, Iterable, List, Mapping, NamedTuple, Set

from index.lexical import without_accents

# A comma is decimal only if no list goes on behind it: "1,5" but not "1,1.5" or "1,2,3".
_TOKEN = re.compile(r"\d+(?:\.\d+|,\d+(?![.,\d]))?(?:\s?½)?|½|[^\W\d_]+|[&/+,;?!.]")
_SPLIT_PREFIX = re.compile(r"\b(dis|un|in|re)-(?=[a-z])", re.IGNORECASE)
_YEAR = re.compile(  # before the last two figures of a year, where nothing is counted: "in 93", "since '78"
    r"(?:(?<=\bin )|(?<=\bfrom )|(?<=\bsince ))['\u2019]?"
    r"(?=[5-9]\d(?:\s*(?:$|[?.!,;)])|\s+(?:and|or|with|was|is|how|who|what|which)\b))",
    re.I,
)
_AGE = re.compile(
    r"(?<=\blike )(?P<i>i'?m|i am|i\u2019m|im)(?: a)? (?:4|5|6|7|8|9|10|11|12)\b(?![.,]\d)", re.IGNORECASE
)  # no number of a name
_SHORT = re.compile(r"(?<![\w.'])[A-Za-z0-9]+(?![\w'])")


class Token(NamedTuple):
    """A word or number as typed, and as compared: lower case, no accents, decimal point."""

    text: str
    start: int
    end: int
    capital: bool = False  # typed in upper case


def tokens(text: str) -> List[Token]:
    """Cut a text into words, numbers and the few signs that matter between names."""
    return [Token(_fold(m.group()), m.start(), m.end(), m.group().isupper()) for m in _TOKEN.finditer(text)]


def words_of(texts: Iterable[str]) -> Set[str]:
    """Every word, number and sign of some texts, as it is compared: `tokens` without the places."""
    return set(map(_fold, set(chain.from_iterable(map(_TOKEN.findall, texts)))))


def singular(word: str) -> str:
    """Drop a plural's s, so that "weaknesses", "tracks" and "countries" meet their singular."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "ches")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


@lru_cache(maxsize=1)
def shorthand() -> Mapping[str, str]:
    """What students type for short, and what it stands for."""
    lines = (Path(__file__).parent / "shorthand.txt").read_text(encoding="utf-8").splitlines()
    pairs: Dict[str, str] = {}
    for line in lines:
        if line and not line.startswith("#"):
            short, full = line.split(maxsplit=1)
            pairs[short] = full
    return pairs


def spell_out(text: str, more: Mapping[str, str] = MappingProxyType({})) -> str:
    """Write shorthand in full ("ppl" -> "people", "in 93" -> "in 1993") and join prefixes that a hyphen cuts off ("dis-advantage").

    `more` is the shorthand of a course, besides what students type everywhere.
    """
    joined = _YEAR.sub("19", _AGE.sub(r"\g<i> five", _SPLIT_PREFIX.sub(r"\1", text)))
    return _SHORT.sub(lambda m: more.get(m.group().lower()) or shorthand().get(m.group().lower(), m.group()), joined)


@lru_cache(maxsize=16384)
def _fold(word: str) -> str:
    half = "½" in word
    bare = without_accents(word.replace("½", "")).lower().strip()
    bare = re.sub(r"(?<=\d),(?=\d)", ".", bare)
    if half:
        return f"{bare}.5" if bare else "0.5"
    return bare or word
