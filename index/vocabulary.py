"""The names of a course: find them in what a student typed, in every spelling, and write them one way."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

from rapidfuzz.distance import OSA

from index.lexical import stopwords, terms
from knowledge.models import Aspect, Concept, ConceptKind, Course

TOPIC, PERSON = "TOPIC", "PERSON"  # what the intent model sees in the place of a name

_TOKEN = re.compile(r"\d+(?:[.,]\d+)?(?:\s?½)?|½|[^\W\d_]+|[&/+,;?!.]")
_UNITS = "zero one two three four five six seven eight nine ten eleven twelve".split()
_ORDINALS = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
_ROMAN = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"]
_JOINS = {"and", "or", "vs", "v", "versus", "with", "to", "than", "from", "against", "compared", "n", "&", "/", "+", ",", "between"}
_VERSUS = {"vs", "v", "versus"}
_CONTRASTS = {"between", "compare", "comparing", "comparison", "contrast", "differ", "difference", "differences", "diff"}
_LEADS = {"about", "and", "for", "of", "in", "with", "than", "explain", "define", "versus", "vs", "is", "on", "to", "or", "does", "then"}
_LETTERS = {"i", "v", "x"}  # Roman numerals that are words or signs in running text
_PLURAL = re.compile(r"(?!vs$|is$|was$|has$|does$|differs$)\w{2,}s$")
_TURNS = {"about"}  # "what about eight?"
_HALVES = [
    ("and", "a", "half"), ("and", "half"), ("point", "five"), ("a", "half"), ("0.5",),
    ("1", "/", "2"), ("and", "1", "/", "2"), ("&", "1", "/", "2"), ("&", "a", "half"), ("n", "a", "half"),
]  # fmt: skip
_FILLERS = {"number", "no", "nr", "num"}  # "track number two", "track no. 2"
_SPLIT_PREFIX = re.compile(r"\b(dis|un|in|re)-(?=[a-z])", re.IGNORECASE)
_SHORT = re.compile(r"(?<![\w.'])[A-Za-z0-9]+(?![\w'])")
_STOPS = {"?", "!", ";", ".", ","}


@dataclass(frozen=True)
class Token:
    """A word or number as typed, and as compared: lower case, no accents, decimal point."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Mention:
    """A name found in a text: characters [start, end). `concept` is None for a number the series does not have."""

    concept: Optional[str]
    start: int
    end: int
    surface: str


@dataclass(frozen=True)
class AspectMention:
    """The word by which a text asks for an aspect: characters [start, end)."""

    aspect: Aspect
    start: int
    end: int


def tokens(text: str) -> List[Token]:
    """Cut a text into words, numbers and the few signs that matter between names."""
    return [Token(_fold(m.group()), m.start(), m.end()) for m in _TOKEN.finditer(text)]


def _fold(word: str) -> str:
    half = "½" in word
    bare = unicodedata.normalize("NFKD", word.replace("½", "")).lower().strip()
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    bare = re.sub(r"(?<=\d),(?=\d)", ".", bare)
    return f"{bare}.5" if half and bare else bare or ("0.5" if half else word)


def singular(word: str) -> str:
    """Drop a plural's s, so that "weaknesses", "tracks" and "countries" meet their singular."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("sses") or word.endswith("ches"):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


@lru_cache(maxsize=1)
def shorthand() -> Mapping[str, str]:
    """What students type for short, and what it stands for."""
    lines = (Path(__file__).parent / "shorthand.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split(maxsplit=1) for line in lines if line and not line.startswith("#"))  # type: ignore[misc]


def spell_out(text: str) -> str:
    """Write shorthand in full ("ppl" -> "people") and join prefixes that a hyphen cuts off ("dis-advantage")."""
    joined = _SPLIT_PREFIX.sub(r"\1", text)
    return _SHORT.sub(lambda m: shorthand().get(m.group().lower(), m.group()), joined)


def number_forms(number: str) -> Tuple[List[Tuple[str, ...]], List[Tuple[str, ...]]]:
    """Cardinal and ordinal spellings of "2" or "1.5", as tuples of tokens."""
    whole, _, fraction = number.partition(".")
    n = int(whole)
    word = _UNITS[n] if n < len(_UNITS) else whole
    if fraction == "5":
        heads = [whole, word]
        return [(number,), *((head, *tail) for head in heads for tail in _HALVES), (_ROMAN[n], ".", "5")], []
    if fraction:
        return [(number,)], []
    roman = [(_ROMAN[n],)] if 0 < n < len(_ROMAN) else []
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(n, "th")
    ordinals = [(whole, suffix)] + ([(_ORDINALS[n],)] if n < len(_ORDINALS) else [])
    return [(whole,), (word,), *roman], ordinals


class Vocabulary:
    """Every name of a course's concepts, and the words that ask for an aspect."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._series = course.series
        self._noun = re.compile(rf"\b{re.escape(course.series.noun)}s?\b", re.IGNORECASE) if course.series else None
        self.nouns = frozenset(terms(course.series.noun)) if course.series else frozenset()  # stems of the series' noun
        self._kind: Mapping[str, ConceptKind] = {c.id: c.kind for c in course.concepts}
        self._names: Dict[Tuple[str, ...], str] = {}
        self._cardinals: Dict[Tuple[str, ...], str] = {}
        self._ordinals: Dict[Tuple[str, ...], str] = {}
        self._known: Set[str] = set()
        for concept in course.concepts:
            self._add_number(concept)
        for concept in course.concepts:
            self._add(concept)
        self._aspects = {
            tuple(singular(t.text) for t in tokens(word)): aspect for aspect, words in course.aspects.items() for word in words.words
        }
        self._longest = max(map(len, [*self._names, *self._aspects, ("",)]))
        self._spellings = _by_first_letter(w for phrase in [*self._names, *self._aspects] for w in phrase if len(w) >= 5 and w[0] != "#")
        self._known = _course_words(course)

    def _add(self, concept: Concept) -> None:
        for name in (concept.name, *concept.also_called):
            self._names.setdefault(self._phrase(name), concept.id)

    def _add_number(self, concept: Concept) -> None:
        if concept.number and self._series:
            cardinals, ordinals = number_forms(concept.number)
            self._cardinals.update({form: concept.id for form in cardinals})
            self._ordinals.update({form: concept.id for form in ordinals})

    def _phrase(self, name: str) -> Tuple[str, ...]:
        """A name as it is looked up: singular words, a numbered name inside it ("Track 1.5 diplomat") as its concept."""
        toks = tokens(name)
        words: List[str] = []
        at = 0
        while at < len(toks):
            hit = self._series_at(toks, at)
            words.append(_marker(hit[1]) if hit else singular(toks[at].text))
            at = hit[0] if hit else at + 1
        return tuple(words)

    def concepts(self, text: str) -> Tuple[str, ...]:
        """The concepts named in a text, each once, in order."""
        return tuple(dict.fromkeys(m.concept for m in self.mentions(text) if m.concept))

    def mentions(self, text: str) -> List[Mention]:
        """Find every name, longest first where names overlap, in order of appearance."""
        toks = tokens(text)
        found: List[Tuple[int, int, Optional[str]]] = []  # token ranges
        at = 0
        while at < len(toks):
            hit = self._longer_name(toks, self._series_at(toks, at)) or self._name_at(toks, at)
            if hit:
                found.append((at, hit[0], hit[1]))
                at = hit[0]
            else:
                at += 1
        for start, end, concept in self._bare_numbers(toks, found):
            longer = self._longer_name(toks, (end, concept)) or (end, concept)
            found.append((start, longer[0], longer[1]))
        found.sort()
        return [
            Mention(concept, toks[a].start, toks[b - 1].end, text[toks[a].start : toks[b - 1].end]) for a, b, concept in found
        ]

    def aspects(self, text: str) -> List[AspectMention]:
        """Find the words that ask for an aspect, outside the names."""
        taken = [(m.start, m.end) for m in self.mentions(text)]
        toks = [t for t in tokens(text) if not any(a <= t.start < b for a, b in taken)]
        found: List[AspectMention] = []
        at = 0
        while at < len(toks):
            hit = self._phrase_at(toks, at, self._aspects)
            if hit:
                found.append(AspectMention(hit[1], toks[at].start, toks[hit[0] - 1].end))
            at = hit[0] if hit else at + 1
        return found

    def canonical(self, text: str) -> str:
        """Write every numbered name one way ("t1.5", "Track One and a Half" -> "Track 1.5")."""
        text = spell_out(text)
        return self._rewrite(text, lambda c: self._course.concept[c].name if self._course.concept[c].number else None)

    def mask(self, text: str) -> str:
        """Put TOPIC and PERSON in the place of names, and of the series' noun: what the intent model reads."""
        named = self._rewrite(spell_out(text), lambda c: PERSON if self._kind[c] is ConceptKind.person else TOPIC, unknown=TOPIC)
        return self._noun.sub(TOPIC, named) if self._noun else named

    def knows(self, word: str) -> bool:
        """Whether the course uses this word (or its singular) anywhere."""
        return word in self._known or singular(word) in self._known

    def _rewrite(self, text: str, name: Callable[[str], Optional[str]], unknown: Optional[str] = None) -> str:
        parts, at = [], 0
        for mention in self.mentions(text):
            new = name(mention.concept) if mention.concept else unknown
            if new is not None:
                parts += [text[at : mention.start], new]
                at = mention.end
        return "".join([*parts, text[at:]])

    # -- names -------------------------------------------------------------------------------------------------

    def _longer_name(self, toks: Sequence[Token], hit: Optional[Tuple[int, Optional[str]]]) -> Optional[Tuple[int, Optional[str]]]:
        """The numbered name that was hit, or a longer name that begins with it ("T1.5 envoy")."""
        if not hit or not hit[1]:
            return hit
        words = [self._spelled(t.text) for t in toks[hit[0] : hit[0] + self._longest]]
        for length in range(len(words), 0, -1):
            concept = self._names.get((_marker(hit[1]), *words[:length]))
            if concept:
                return hit[0] + length, concept
        return hit

    def _name_at(self, toks: Sequence[Token], at: int) -> Optional[Tuple[int, Optional[str]]]:
        hit = self._phrase_at(toks, at, self._names)
        return None if hit and self._is_compound(toks, at, hit) else hit

    def _is_compound(self, toks: Sequence[Token], at: int, hit: Tuple[int, str]) -> bool:
        """Whether a one-word name is only the head of another term ("dollar diplomacy" is not diplomacy)."""
        if hit[0] - at > 1 or at == 0 or self._kind[hit[1]] not in (ConceptKind.topic, ConceptKind.term):
            return False
        before = toks[at - 1].text
        return before.isalpha() and before not in stopwords() and before not in _CONTRASTS | _JOINS and (singular(before),) not in self._aspects

    def _phrase_at(self, toks: Sequence[Token], at: int, phrases: Mapping[Tuple[str, ...], Any]) -> Optional[Tuple[int, Any]]:
        """The longest phrase that starts here: (index after it, its value)."""
        words = [self._spelled(t.text) for t in toks[at : at + self._longest]]
        for length in range(len(words), 0, -1):
            value = phrases.get(tuple(words[:length]))
            if value is not None:
                return at + length, value
        return None

    def _spelled(self, word: str) -> str:
        """Mend a typo in a word that no text of the course uses, if exactly one name or aspect word is near."""
        base = singular(word)
        if len(word) < 5 or word in self._known or base in self._known:
            return base
        allowed = 1 if len(base) < 8 else 2
        near = {w for w in self._spellings.get(base[0], ()) if OSA.distance(base, w, score_cutoff=allowed) <= allowed}
        return near.pop() if len(near) == 1 else base

    # -- numbered names ----------------------------------------------------------------------------------------

    def _series_at(self, toks: Sequence[Token], at: int) -> Optional[Tuple[int, Optional[str]]]:
        """A numbered name that starts here: "track II", "t1.5", "second track", "1.5 track"."""
        if not self._series:
            return None
        hit = self._noun_number(toks, at) or self._short_number(toks, at) or self._number_noun(toks, at)
        if hit and hit[0] < len(toks) and toks[hit[0]].text in self._series.tails:
            return hit[0] + 1, hit[1]
        return hit

    def _noun_number(self, toks: Sequence[Token], at: int) -> Optional[Tuple[int, Optional[str]]]:
        if not self._is_noun(toks[at].text):
            return None
        after = at + 1
        while after < len(toks) and toks[after].text in _FILLERS | {"."}:
            after += 1
        hit = self._number_at(toks, after)
        if hit is None:
            return self._unknown_number(toks, after)
        half = next((h for h in _HALVES if tuple(t.text for t in toks[hit[0] : hit[0] + len(h)]) == h), None)
        return (hit[0] + len(half), None) if half else hit  # "track two and a half" is not Track 2

    def _short_number(self, toks: Sequence[Token], at: int) -> Optional[Tuple[int, Optional[str]]]:
        assert self._series
        if toks[at].text != self._series.short or at + 1 >= len(toks) or not toks[at + 1].text[0].isdigit():
            return None
        return self._number_at(toks, at + 1) or self._unknown_number(toks, at + 1)

    def _number_noun(self, toks: Sequence[Token], at: int) -> Optional[Tuple[int, Optional[str]]]:
        hit = self._longest_form(toks, at, self._ordinals)
        if hit is None:
            hit = self._number_at(toks, at)
            hit = hit if hit and (hit[0] - at > 1 or toks[at].text[0].isdigit()) else None
        return (hit[0] + 1, hit[1]) if hit and hit[0] < len(toks) and self._is_noun(toks[hit[0]].text) else None

    def _number_at(self, toks: Sequence[Token], at: int) -> Optional[Tuple[int, Optional[str]]]:
        return self._longest_form(toks, at, self._cardinals)

    @staticmethod
    def _longest_form(toks: Sequence[Token], at: int, forms: Mapping[Tuple[str, ...], str]) -> Optional[Tuple[int, Optional[str]]]:
        words = [t.text for t in toks[at : at + 5]]
        for length in range(len(words), 0, -1):
            concept = forms.get(tuple(words[:length]))
            if concept:
                return at + length, concept
        return None

    @staticmethod
    def _unknown_number(toks: Sequence[Token], at: int) -> Optional[Tuple[int, Optional[str]]]:
        """A number that the series does not have ("track 10"); never mistaken for one that it has."""
        return (at + 1, None) if at < len(toks) and toks[at].text[0].isdigit() else None

    def _is_noun(self, word: str) -> bool:
        assert self._series
        noun = self._series.noun
        if singular(word) == noun:
            return True
        return len(word) >= 4 and not self.knows(word) and OSA.distance(singular(word), noun, score_cutoff=1) <= 1

    def _bare_numbers(self, toks: Sequence[Token], found: Sequence[Tuple[int, int, Optional[str]]]) -> List[Tuple[int, int, Optional[str]]]:
        """Numbers that stand without the noun but can only mean the series: "1.5 vs 2", "track 1 and 2", "what about 2?"."""
        if not self._series:
            return []
        taken = {i for a, b, _ in found for i in range(a, b)}
        numbered = [(a, b) for a, b, c in found if c is None or self._course.concept[c].number]
        candidates: List[Tuple[int, int, Optional[str]]] = []
        at = 0
        while at < len(toks):
            hit = None
            if at not in taken and toks[at].text not in _LETTERS:
                hit = self._longest_form(toks, at, self._ordinals) or self._number_at(toks, at)
            if hit and not taken & set(range(at, hit[0])):
                candidates.append((at, hit[0], hit[1]))
                at = hit[0]
            else:
                at += 1
        sure = [c for c in candidates if self._stands_for_series(toks, c)]
        sure += self._contrasted(toks, [c for c in candidates if c not in sure])
        return self._joined(toks, sure, [c for c in candidates if c not in sure], numbered)

    @staticmethod
    def _stands_for_series(toks: Sequence[Token], candidate: Tuple[int, int, Optional[str]]) -> bool:
        """A fraction always does ("1.5"); a digit does at the end of a clause after a preposition ("what about 2?")."""
        first, end, _ = candidate
        typed = toks[first].text
        if "." in typed or end - first > 1:
            return True
        if first == 0 or toks[first - 1].text not in (_LEADS if typed.isdigit() else _TURNS) or typed == "one":
            return False
        return end == len(toks) or toks[end].text in _STOPS

    @staticmethod
    def _contrasted(toks: Sequence[Token], candidates: Sequence[Tuple[int, int, Optional[str]]]) -> List[Tuple[int, int, Optional[str]]]:
        """Two bare numbers set against each other: "1 vs 2", "difference between one and two"."""
        contrast = any(t.text in _CONTRASTS for t in toks)
        kept: Set[Tuple[int, int, Optional[str]]] = set()
        for left, right in zip(candidates, candidates[1:]):
            between = [t.text for t in toks[left[1] : right[0]]]
            if len(between) == 1 and (between[0] in _VERSUS or (contrast and between[0] in _JOINS)):
                kept |= {left, right}
        return sorted(kept)

    @staticmethod
    def _joined(
        toks: Sequence[Token],
        sure: List[Tuple[int, int, Optional[str]]],
        candidates: List[Tuple[int, int, Optional[str]]],
        numbered: Sequence[Tuple[int, int]],
    ) -> List[Tuple[int, int, Optional[str]]]:
        """Add the numbers that are joined to a sure one by nothing but "and", "or", "vs", a comma ..."""
        grown = True
        while grown:
            grown = False
            anchors = [*numbered, *((a, b) for a, b, _ in sure)]
            for candidate in list(candidates):
                a, b, _ = candidate
                gaps = [toks[end:a] for _, end in anchors if end <= a] + [toks[b:start] for start, _ in anchors if start >= b]
                joined = any(0 < len(gap) <= 2 and all(t.text in _JOINS for t in gap) for gap in gaps)
                counts = b < len(toks) and _PLURAL.match(toks[b].text) and toks[b].text not in stopwords()  # "track 2 and 3 examples"
                is_figure = toks[a].text[0].isdigit() or toks[a].text in _ROMAN
                same_style = is_figure or any(not toks[e - 1].text[0].isdigit() for _, e in anchors)
                if joined and same_style and not counts:
                    sure.append(candidate)
                    candidates.remove(candidate)
                    grown = True
        return sure


def _marker(concept: Optional[str]) -> str:
    return f"#{concept}"


def _by_first_letter(words: Iterable[str]) -> Mapping[str, Set[str]]:
    """Typos seldom touch the first letter, so that only words with the same one are compared."""
    grouped: Dict[str, Set[str]] = defaultdict(set)
    for word in words:
        grouped[word[0]].add(word)
    return grouped


def _course_words(course: Course) -> Set[str]:
    """Every word of the course's texts and names, with its singular."""
    return {form for text in _texts(course) for t in tokens(text) for form in (t.text, singular(t.text))}


def _texts(course: Course) -> Iterator[str]:
    for words in course.aspects.values():
        yield from words.words
    for concept in course.concepts:
        yield from (concept.name, *concept.also_called, concept.motto or "")
        for claim in concept.claims:
            yield from (claim.text, claim.brief or "", claim.author or "", *claim.questions)
