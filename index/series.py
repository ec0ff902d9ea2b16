"""Numbered names in every spelling: "Track II", "t1.5", "second track", and bare numbers that can mean nothing else."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from rapidfuzz.distance import OSA

from index.lexical import stopwords
from index.words import Token, singular
from knowledge.models import Concept, Series

_UNITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_COUNTED = {"point", "one", "bullet", "source", "item", "question", "sentence", "part", "reason", "example", "option", "answer"}
_ORDINALS = [
    "zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
]  # fmt: skip
_NEGATED = frozenset(
    ["can", "don", "doesn", "didn", "isn", "aren", "wasn", "weren", "hasn", "haven", "couldn", "won", "wouldn", "shouldn"]
)
_ROMAN = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"]
_HALVES = [
    ("and", "a", "half"), ("and", "half"), ("point", "five"), ("a", "half"), ("0.5",), ("n", "a", "half"),
    ("an", "a", "half"), ("point", "5"), (".", "five"), ("1", "/", "2"), ("and", "1", "/", "2"), ("&", "1", "/", "2"),
    ("&", "a", "half"),
]  # fmt: skip
LONGEST_FORM = 5  # tokens

JOINS = {"and", "or", "vs", "v", "versus", "with", "to", "than", "from", "against", "compared", "n", "&", "/", "+", ",", "between"}
CONTRASTS = {"between", "compare", "comparing", "comparison", "contrast", "differ", "difference", "differences", "diff"}
_VERSUS = {"vs", "v", "versus"}
_LEADS = {
    "about", "and", "for", "of", "in", "with", "than", "from", "explain", "define", "versus", "vs",
    "is", "on", "to", "or", "does", "then",
}  # fmt: skip
_TURNS = {"about"}  # "what about eight?"
SMALL = frozenset(  # words of a turn that say nothing beside what it names: "so whats eight then", "oops, I meant 6"
    [
        "about", "actually", "ah", "also", "and", "but", "fine", "hm", "hmm", "how", "i", "is", "mean", "meant", "now", "oh",
        "ok", "okay", "oops", "ops", "or", "please", "pls", "s", "so", "sorry", "then", "too", "typo", "wait", "well", "what",
        "whats", "whoops",
    ]
)  # fmt: skip
_SOUNDS = {"too": "2", "tow": "2", "tu": "2"}
_DETERMINERS = frozenset(["the", "this", "that", "these", "a", "an", "each", "every", "any", "which", "what", "same", "other"])
_FILLERS = {"number", "no", "nr", "num", "."}  # "track number two", "track no. 2"
_OF_ALL = {"one", "out", "of", "the", *_UNITS[2:], *map(str, range(2, len(_UNITS)))}  # "one out of the nine"
_STOPS = {"?", "!", ";", ".", ","}
_COURTESY = {"please", "pls", "!", ";", ".", ","}
_RANGE_JOINS = r"\s*[-\u2010-\u2015]\s*|\s+(?:to|through|thru|till|until|up to)\s+"
_LETTERS = {"i", "v", "x"}  # Roman numerals that are words or signs in running text
_PLURAL = re.compile(r"(?!vs$|is$|was$|has$|does$|differs$|always$|sometimes$|perhaps$|besides$|thus$|across$|towards$)\w{2,}s$")


class Span(NamedTuple):
    """Tokens [start, end) that name a concept; None for a number that the series does not have."""

    start: int
    end: int
    concept: Optional[str]


Form = Tuple[str, ...]
Hit = Optional[Tuple[int, Optional[str]]]  # index after the last token, concept


def number_forms(number: str) -> Tuple[List[Form], List[Form]]:
    """Cardinal and ordinal spellings of "2" or "1.5", as tuples of tokens."""
    whole, _, fraction = number.partition(".")
    n = int(whole)
    word = _UNITS[n] if n < len(_UNITS) else whole
    roman = _ROMAN[n] if 0 < n < len(_ROMAN) else ""
    if fraction == "5":
        heads = dict.fromkeys([whole, word])
        return [(number,), *((head, *tail) for head in heads for tail in _HALVES), *([(roman, ".", "5")] if roman else [])], []
    if fraction:
        return [(number,)], []
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(n % 10 if n % 100 not in (11, 12, 13) else 0, "th")
    ordinals: List[Form] = [(whole, suffix)]
    ordinals += [(_ORDINALS[n],)] if n < len(_ORDINALS) else []
    return [(whole,), (word,), *([(roman,)] if roman else [])], ordinals


class NumberedNames:
    """Finds the numbered concepts of one series in a row of tokens."""

    def __init__(self, series: Series, concepts: Sequence[Concept], knows: Callable[[str], bool]) -> None:
        self._series = series
        self._knows = knows
        self._cardinals: Dict[Form, str] = {}
        self._ordinals: Dict[Form, str] = {}
        for concept in concepts:
            if concept.number:
                cardinals, ordinals = number_forms(concept.number)
                self._cardinals.update((form, concept.id) for form in cardinals)
                self._ordinals.update((form, concept.id) for form in ordinals)
        self._first_words = {form[0] for form in (*self._cardinals, *self._ordinals)}.union(_ORDINALS)
        self._numbers = [int(c.number) for c in concepts if c.number and c.number.isdigit()]
        noun, number = re.escape(series.noun), "|".join([r"\d{1,2}", *_UNITS[1:]])
        self._range = re.compile(
            rf"\b(?P<noun>{noun}s?)\s+(?P<first>{number})(?:{_RANGE_JOINS})(?:{noun}s?\s+)?(?P<last>{number})\b(?![.,]\d|\s*%)",
            re.I,
        )

    def spell_ranges(self, text: str) -> str:
        """Write "tracks 3 to 6" as "tracks 3, 4, 5 and 6"; not where two are set against each other ("compare track 1 to 9")."""
        return text if set(re.findall(r"\w+", text.lower())) & CONTRASTS else self._range.sub(self._spelled_range, text)

    def _spelled_range(self, match: re.Match[str]) -> str:
        first, last = (int(n) if n.isdigit() else _UNITS.index(n.lower()) for n in match.group("first", "last"))
        between = [str(n) for n in range(first, last) if n in self._numbers]
        if len(between) < 2 or first not in self._numbers or last not in self._numbers:
            return match.group()
        return f"{match.group('noun')} {', '.join(between)} and {last}"

    def find(self, toks: Sequence[Token]) -> List[Span]:
        """Every numbered name, in order; none overlap."""
        found: List[Span] = []
        at = 0
        while at < len(toks):
            hit = self.at(toks, at)
            if hit:
                found.append(Span(at, *hit))
            at = hit[0] if hit else at + 1
        return sorted(found + [Span(s, self._tail(toks, e), c) for s, e, c in self._bare(toks, found)])

    def at(self, toks: Sequence[Token], at: int) -> Hit:
        """A numbered name with its noun that starts here."""
        hit = self._noun_number(toks, at) or self._short_number(toks, at) or self._number_noun(toks, at)
        return (self._tail(toks, hit[0]), hit[1]) if hit else None

    def _tail(self, toks: Sequence[Token], end: int) -> int:
        """Take in a word that changes nothing ("Track 2 diplomacy")."""
        return end + 1 if end < len(toks) and toks[end].text in self._series.tails else end

    def _noun_number(self, toks: Sequence[Token], at: int) -> Hit:
        noun, word = self._series.noun, toks[at].text
        if word.startswith(noun) and (word[len(noun) :],) in self._cardinals:  # "trackone"
            return _longest([Token(word[len(noun) :], 0, 0), *toks[at + 1 : at + LONGEST_FORM]], 0, self._cardinals, shift=at)
        if not self._is_noun(word):
            return None
        after = at + 1
        while after < len(toks) and toks[after].text in _FILLERS:
            after += 1
        hit = _longest(toks, after, self._cardinals) or self._sounding_alike(toks, at, after)
        if hit is None:
            return _unknown_number(toks, after)
        half = next((h for h in _HALVES if tuple(t.text for t in toks[hit[0] : hit[0] + len(h)]) == h), None)
        return (hit[0] + len(half), None) if half else hit  # "track two and a half" is not Track 2

    def _sounding_alike(self, toks: Sequence[Token], at: int, after: int) -> Hit:
        """ "weaknesses of track too"; but "that track too" is any."""
        meant = _SOUNDS.get(toks[after].text) if after < len(toks) else None
        determined = at > 0 and (toks[at - 1].text in _DETERMINERS or toks[at - 1].text in self._first_words)
        return (after + 1, self._cardinals[(meant,)]) if meant and (meant,) in self._cardinals and not determined else None

    def _short_number(self, toks: Sequence[Token], at: int) -> Hit:
        short = self._series.short
        if not short:
            return None
        glued = toks[at].text[len(short) :] if toks[at].text.startswith(short) else ""
        if glued in _ROMAN[1:] and toks[at].text != "tv":  # "TII"
            hit = _longest([Token(glued, 0, 0)], 0, self._cardinals)
            return (at + 1, hit[1]) if hit else None
        if toks[at].text != short or at + 1 >= len(toks) or self._is_ending(toks, at):
            return None
        if not toks[at + 1].text[0].isdigit() and not (toks[at + 1].capital and toks[at + 1].text in _ROMAN):
            return None
        return _longest(toks, at + 1, self._cardinals) or _unknown_number(toks, at + 1)

    @staticmethod
    def _is_ending(toks: Sequence[Token], at: int) -> bool:
        """Whether a letter is what stands behind an apostrophe ("what can't 2 do")."""
        if at == 0 or toks[at - 1].text not in _NEGATED:
            return False
        return toks[at].start == toks[at - 1].end + 1 and toks[at + 1].start > toks[at].end  # "can t1.5" is none

    def _number_noun(self, toks: Sequence[Token], at: int) -> Hit:
        """ "second track", "1.5 track"; but "the 2 tracks" counts them."""
        if toks[at].text not in self._first_words:
            return None
        hit = _longest(toks, at, self._ordinals)
        if hit is None and toks[at].text in _ORDINALS[1:]:
            hit = (at + 1, None)  # "the tenth track" of nine
        if hit is None:
            hit = _longest(toks, at, self._cardinals)
            hit = hit if hit and (hit[0] - at > 1 or toks[at].text[0].isdigit()) else None
            if hit and toks[at].text.isdigit() and hit[0] - at == 1 and hit[0] < len(toks) and toks[hit[0]].text.endswith("s"):
                return None
        return (hit[0] + 1, hit[1]) if hit and hit[0] < len(toks) and self._is_noun(toks[hit[0]].text) else None

    def _is_noun(self, word: str) -> bool:
        noun = self._series.noun
        if singular(word) == noun:
            return True
        long_enough = len(word) >= max(3, len(noun) - 1)
        return long_enough and not self._knows(word) and OSA.distance(singular(word), noun, score_cutoff=1) <= 1

    # -- numbers without the noun --------------------------------------------------------------------------------

    def _bare(self, toks: Sequence[Token], found: Sequence[Span]) -> List[Span]:
        """Numbers that stand alone but can only mean the series: "1.5 vs 2", "track 1 and 2", "what about 2?"."""
        candidates = self._candidates(toks, {i for span in found for i in range(span.start, span.end)})
        several = bool(found) or len(candidates) > 1
        sure = [
            c for c in candidates if _stands_for_series(toks, c, several) or self._is_one_of_all(toks, c) or _is_whole_turn(toks, c)
        ]
        sure += _contrasted(toks, [c for c in candidates if c not in sure])
        return _joined(toks, sure, [c for c in candidates if c not in sure], found)

    def _is_one_of_all(self, toks: Sequence[Token], candidate: Span) -> bool:
        """ "Number four out of the nine tracks", "the fourth of the tracks"; but "one of the tracks" is any."""
        first, end, _ = candidate
        before = [t.text for t in toks[:first] if t.text != "."][-1:]
        placed = toks[first].text in _ORDINALS or end - first > 1 or bool(set(before) & _FILLERS)
        after = [t.text for t in toks[end:] if t.text not in _OF_ALL]
        return placed and end < len(toks) and toks[end].text in _OF_ALL and bool(after) and singular(after[0]) == self._series.noun

    def _candidates(self, toks: Sequence[Token], taken: Set[int]) -> List[Span]:
        candidates: List[Span] = []
        at = 0
        while at < len(toks):
            hit, possible = None, toks[at].text in self._first_words and at not in taken
            if possible and (toks[at].text not in _LETTERS or (toks[at].capital and at > 0 and _beside_join(toks, at))):
                hit = _longest(toks, at, self._ordinals) or _longest(toks, at, self._cardinals)
            if hit and not taken & set(range(at, hit[0])):
                candidates.append(Span(at, *hit))
                at = hit[0]
            else:
                at += 1
        return candidates


def _longest(toks: Sequence[Token], at: int, forms: Mapping[Form, str], shift: int = 0) -> Hit:
    """The longest spelling that starts here; `shift` is added to the index that is returned."""
    words = [t.text for t in toks[at : at + LONGEST_FORM]]
    for length in range(len(words), 0, -1):
        concept = forms.get(tuple(words[:length]))
        if concept:
            return at + length + shift, concept
    return None


def _unknown_number(toks: Sequence[Token], at: int) -> Hit:
    """A number that the series does not have ("track 10"); never mistaken for one that it has."""
    return (at + 1, None) if at < len(toks) and toks[at].text[0].isdigit() else None


def _beside_join(toks: Sequence[Token], at: int) -> bool:
    """Whether a capital letter stands in a list: "compare I and II", "I, 1.5 and II"."""
    return any(0 <= i < len(toks) and toks[i].text in JOINS for i in (at - 1, at + 1))


def _stands_for_series(toks: Sequence[Token], candidate: Span, several: bool) -> bool:
    """A fraction always does ("1.5"); a digit does at the end of a clause after a preposition ("what about 2?").

    Beside other numbers the clause may also go on: "the purpose of 1 and the purpose of 1.5".
    """
    first, end, _ = candidate
    typed = toks[first].text
    if "." not in typed and end < len(toks) and toks[end].text in _COUNTED:  # "the 2nd point"
        return False
    if "." in typed or end - first > 1:
        return True
    figure = typed.isdigit() or (typed in _ROMAN and len(typed) > 1)
    opening = first == 1 and toks[0].text == "and"  # "and six?"
    numbered = first > 1 and toks[first - 1].text in _FILLERS and toks[first - 2].text in _TURNS  # "what about number eight"
    if figure and numbered:
        return end == len(toks)
    if first == 0 or typed == "one" or not (opening or toks[first - 1].text in (_LEADS if figure else _TURNS)):
        return False
    return end == len(toks) or toks[end].text in _STOPS or (several and figure and toks[end].text in JOINS)


def _is_whole_turn(toks: Sequence[Token], candidate: Span) -> bool:
    """ "Six?", "so whats nine", "oops 6": where nothing else is said, nothing is counted; but "2" and "2 please" pick something."""
    first, end, _ = candidate
    if toks[first].text in ("one", *_ORDINALS) or end - first > 1:
        return False
    rest = {t.text for t in (*toks[:first], *toks[end:])}
    return bool(rest - _COURTESY) and rest <= SMALL | _STOPS


def _contrasted(toks: Sequence[Token], candidates: Sequence[Span]) -> List[Span]:
    """Two bare numbers set against each other: "1 vs 2", "difference between one and two"."""
    contrast = any(t.text in CONTRASTS for t in toks)
    kept: Set[Span] = set()
    for left, right in pairwise(candidates):
        between = [t.text for t in toks[left.end : right.start]]
        if len(between) == 1 and (between[0] in _VERSUS or (contrast and between[0] in JOINS)):
            kept |= {left, right}
    return sorted(kept)


def _joined(toks: Sequence[Token], sure: List[Span], candidates: List[Span], numbered: Sequence[Span]) -> List[Span]:
    """Add the numbers that are joined to a sure one by nothing but "and", "or", "vs", a comma ..."""
    grown = True
    while grown:
        grown = False
        for candidate in list(candidates):
            if _joins(toks, candidate, [*numbered, *sure]):
                sure.append(candidate)
                candidates.remove(candidate)
                grown = True
    return sure


def _joins(toks: Sequence[Token], candidate: Span, anchors: Sequence[Span]) -> bool:
    start, end, _ = candidate
    gaps = [toks[a.end : start] for a in anchors if a.end <= start] + [toks[end : a.start] for a in anchors if a.start >= end]
    joined = any(0 < len(gap) <= 2 and all(t.text in JOINS for t in gap) for gap in gaps)
    is_figure = toks[start].text[0].isdigit() or toks[start].text in _ROMAN
    same_style = is_figure or any(not toks[a.end - 1].text[0].isdigit() for a in anchors)
    after = toks[end].text if end < len(toks) else ""
    contrast = any(t.text in CONTRASTS | _VERSUS for t in toks)
    after = toks[end].text if end < len(toks) else ""
    counts = after == "more" or (
        not contrast and bool(_PLURAL.match(after)) and after not in stopwords()
    )  # "track 2 and 3 examples"
    return joined and same_style and not counts
