"""The names of a course: find them in what a student typed, in every spelling, and write them one way."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_lowercase
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

from rapidfuzz.distance import OSA

from index.lexical import stopwords, terms
from index.series import CONTRASTS, JOINS, SMALL, NumberedNames
from index.words import Token, singular, spell_out, tokens, words_of
from knowledge.ingest.words import is_known, is_usual
from knowledge.models import Aspect, ConceptKind, Course

TOPIC, PERSON = "TOPIC", "PERSON"  # what the intent model sees in the place of a name
SHORTEST_GUESSED = 6  # ... and of the course's other words, which are many
OFTEN = 3  # claims that must be asked about with a word for it to be one of the course ("dollar diplomacy" is not, after one)
LONG = 9  # letters from which two typos are forgiven
_SHORT_WORD = re.compile(r"\b[^\W\d_]{4,5}\b")
_LONG_WORD = re.compile(r"[^\W\d_]{6,}")
_COUNTS = {"two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "main", "other", "same", "different", "various"}
_BEFORE_SHORT = frozenset({"the", "a", "an", "of", "for"})  # "what about the political one?"
_STANDS_IN = {"one", "ones", "kind", "type", "form", "sort", "version"}  # for what was spoken of: "the political one"
_OWNERS = {"my", "your", "our", "his", "her", "their", "down"}
RECENT = 1000  # texts whose names are remembered: each message is looked through several times
SURELY_A_SLIP = 6  # letters from which a word with one wrong letter is no word of its own
_ALIKE = str.maketrans("cqszj", "kkkkg")
SHORTEST_MENDED = 5  # letters; shorter words are too near to each other to guess at


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


@dataclass(frozen=True)
class _Unit:
    """A word as names are made of: a token, or a whole numbered name written as its concept's mark."""

    word: str
    start: int  # tokens [start, end)
    end: int
    concept: Optional[str] = None
    numbered: bool = False


class Vocabulary:
    """Every name of a course's concepts, and the words that ask for an aspect."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._kind: Mapping[str, ConceptKind] = {c.id: c.kind for c in course.concepts}
        self._known: Set[str] = set()
        self._spellings: Mapping[str, Set[str]] = {}
        self._numbered = NumberedNames(course.series, course.concepts, self.knows) if course.series else None
        self._noun = re.compile(rf"\b{re.escape(course.series.noun)}s?\b", re.IGNORECASE) if course.series else None
        self.nouns = frozenset(terms(course.series.noun)) if course.series else frozenset()  # stems of the series' noun
        self._names: Dict[Tuple[str, ...], str] = {}
        for concept in course.concepts:
            for name in (concept.name, *concept.also_called):
                self._names.setdefault(self._phrase(name), concept.id)
        asking = [(aspect, word) for aspect, words in course.aspects.items() for word in words.words]
        self._aspects = {tuple(singular(t.text) for t in tokens(word)): aspect for aspect, word in asking}
        self._longest = max(map(len, [*self._names, *self._aspects, ("",)]))
        self._beginnings = {phrase[0] for phrase in self._names}
        self._heads = {phrase[-1] for phrase in self._names if len(phrase) > 1}  # words that end longer names, too
        self._spellings = _by_first_letter(w for phrase in [*self._names, *self._aspects] for w in phrase if w.isalpha())
        self._told = words_of(_texts(course))
        asked = _asked_words(course)
        self._known |= _with_singulars(self._told | set(asked))
        self._own = _with_singulars(self._told | {word for word, claims in asked.items() if claims >= OFTEN})
        self._found = lru_cache(maxsize=RECENT)(self._find)
        self._by_letter = _by_first_letter(w for w in self._known if w.isalpha() and len(w) >= SHORTEST_GUESSED)

    def concepts(self, text: str) -> Tuple[str, ...]:
        """The concepts named in a text, each once, in order."""
        return tuple(dict.fromkeys(m.concept for m in self.mentions(text) if m.concept))

    def mentions(self, text: str) -> List[Mention]:
        """Find every name, longest first where names overlap, in order of appearance."""
        return list(self._found(text))

    def _find(self, text: str) -> Tuple[Mention, ...]:
        toks = tokens(text)
        units = self._units(toks)
        found: List[Mention] = []
        at = 0
        while at < len(units):
            end, concept = self._name_at(units, at)
            if end == at and self._is_foreign_compound(units, at):
                found.append(_mention(None, units[at - 1 : at + 1], toks, text))
            elif end > at:
                found += self._shared_head(units, at, end, toks, text)
                found.append(_mention(concept, units[at:end], toks, text))
            at = max(end, at + 1)
        return tuple(found)

    def completed(self, text: str, subjects: Sequence[str]) -> List[Mention]:
        """Names cut to their first word where it is clear how they go on, from what was spoken of.

        After economic peacebuilding, or peacebuilding, "the political one", or a turn that says no more than "and social?".
        """
        toks = [t for t in tokens(text) if t.text.isalpha()]
        words = [self._spelled(t.text) for t in toks]
        tails = [phrase[n:] for phrase, c in self._names.items() if c in subjects for n in range(len(phrase))]
        whole = [t.text not in SMALL | _BEFORE_SHORT | _STANDS_IN for t in toks].count(True) == 1
        found: List[Mention] = []
        for tok, word, after in zip(toks, words, [*words, ""][1:], strict=True):
            concept = next((c for tail in tails if (c := self._names.get((word, *tail)))), None)
            if concept and word not in stopwords() and (whole or after in _STANDS_IN):
                found.append(Mention(concept, tok.start, tok.end, tok.text))
        return found

    def aspects(self, text: str) -> List[AspectMention]:
        """Find the words that ask for an aspect, outside the names."""
        taken = [(m.start, m.end) for m in self.mentions(text)]
        toks = [t for t in tokens(text) if not any(a <= t.start < b for a, b in taken)]
        words = [self._spelled(t.text) for t in toks]
        found: List[AspectMention] = []
        at = 0
        while at < len(toks):
            length, aspect = _longest_phrase(words[at : at + self._longest], self._aspects)
            if length:
                found.append(AspectMention(aspect, toks[at].start, toks[at + length - 1].end))
            at += length or 1
        return found

    def spell_out(self, text: str) -> str:
        """Write shorthand in full, the course's own too, and every number of a range ("tracks 3 to 6")."""
        plain = spell_out(text, self._course.shorthand)
        return self._numbered.spell_ranges(plain) if self._numbered else plain

    def canonical(self, text: str) -> str:
        """Write every numbered name one way ("t1.5", "Track One and a Half" -> "Track 1.5")."""
        return self._rewrite(
            self.spell_out(text), lambda c: self._course.concept[c].name if self._course.concept[c].number else None
        )

    def mask(self, text: str) -> str:
        """Put TOPIC and PERSON in the place of names, and of the series' noun, typos mended: what the intent model reads."""
        named = self._rewrite(
            self.mend(self.spell_out(text)), lambda c: PERSON if self._kind[c] is ConceptKind.person else TOPIC, unknown=TOPIC
        )
        return self._noun.sub(lambda m: self._mask_noun(m, named), named) if self._noun else named

    def _mask_noun(self, match: re.Match[str], text: str) -> str:
        """The series' noun by itself ("which track ...") stands for a name; in "running track", "track my parcel" it does not."""
        before = re.findall(r"[^\W\d_]+", text[: match.start()].lower())[-1:]
        after = re.findall(r"[^\W\d_]+", text[match.end() :].lower())[:1]
        fitting = stopwords() | JOINS | _COUNTS | self._beginnings
        foreign = bool(before) and before[0] not in fitting and before[0] != TOPIC.lower()
        return match.group() if foreign or (after and after[0] in _OWNERS) else TOPIC

    def mend(self, text: str) -> str:
        """Write words that the course does not use like the one word of it that is near ("dialoges" -> "dialogues").

        Of the shorter words only the series' noun is mended ("traks" -> "tracks").
        """
        text = _LONG_WORD.sub(lambda m: self._near(m.group().lower()) or m.group(), text)
        return _SHORT_WORD.sub(lambda m: self._as_noun(m.group().lower()) or m.group(), text) if self._numbered else text

    def _as_noun(self, word: str) -> Optional[str]:
        """The series' noun, in the plural if the word is, for a word that is one slip away from it and no word of its own."""
        noun = self._course.series.noun if self._course.series else ""
        if self.knows(word) or is_known(word) or OSA.distance(singular(word), noun, score_cutoff=1) > 1:
            return None
        return f"{noun}s" if word.endswith("s") else noun

    def _near(self, word: str) -> Optional[str]:
        if self.knows(word) or is_usual(word):
            return None
        allowed = 1 if len(word) < LONG else 2
        near = {w: OSA.distance(word, w, score_cutoff=allowed) for w in self._by_letter.get(_sound(word), ())}
        best = min(near.values(), default=allowed + 1)
        nearest = sorted((w for w, distance in near.items() if distance == best <= allowed), key=lambda w: (not w.endswith("s"), w))
        told = [w for w in nearest if w in self._told] or nearest  # what the course says itself, before what is only asked
        return told[0] if len({singular(w) for w in told}) == 1 else None

    def knows(self, word: str) -> bool:
        """Whether the course uses this word (or its singular) anywhere."""
        return word in self._known or singular(word) in self._known

    def is_slip(self, word: str) -> bool:
        """Whether a word that no dictionary has is a usual one but for a letter ("happend"), or for the order of two ("agian")."""
        if self.knows(word) or is_known(word):
            return False
        cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
        meant = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
        if len(word) >= SURELY_A_SLIP:
            meant |= {a + b[1:] for a, b in cuts if b} | {a + c + b[n:] for a, b in cuts for c in ascii_lowercase for n in (0, 1)}
        return any(map(is_usual, meant))

    def _rewrite(self, text: str, name: Callable[[str], Optional[str]], unknown: Optional[str] = None) -> str:
        parts, at = [], 0
        for mention in self.mentions(text):
            new = name(mention.concept) if mention.concept else unknown
            if new is not None:
                parts += [text[at : mention.start], new]
                at = mention.end
        return "".join([*parts, text[at:]])

    # -- names -------------------------------------------------------------------------------------------------

    def _phrase(self, name: str) -> Tuple[str, ...]:
        """A name as it is looked up: singular words, a numbered name inside it ("Track 1.5 diplomat") as its mark."""
        return tuple(unit.word for unit in self._units(tokens(name)))

    def _units(self, toks: Sequence[Token]) -> List[_Unit]:
        spans = {span.start: span for span in (self._numbered.find(toks) if self._numbered else ())}
        units: List[_Unit] = []
        at = 0
        while at < len(toks):
            span = spans.get(at)
            if span:
                units.append(_Unit(f"#{span.concept}", span.start, span.end, span.concept, numbered=True))
            else:
                units.append(_Unit(self._spelled(toks[at].text), at, at + 1))
            at = units[-1].end
        return units

    def _name_at(self, units: Sequence[_Unit], at: int) -> Tuple[int, Optional[str]]:
        """The longest name that starts here: (index of the unit after it, concept); the same index if there is none."""
        length, concept = _longest_phrase([u.word for u in units[at : at + self._longest]], self._names)
        if length and not (length == 1 and self._is_compound(units, at, concept)):
            return at + length, concept
        return (at + 1, units[at].concept) if units[at].numbered else (at, None)

    def _is_compound(self, units: Sequence[_Unit], at: int, concept: str) -> bool:
        """Whether a one-word name is only the head of another term ("dollar diplomacy" is not diplomacy)."""
        if at == 0 or units[at].numbered or self._kind[concept] not in (ConceptKind.topic, ConceptKind.term):
            return False
        before = units[at - 1].word
        describes = before.endswith(("ly", "ing"))  # "a lonely envoy" is an envoy, "describing diplomacy" describes diplomacy
        return (
            before.isalpha() and before not in stopwords() | CONTRASTS | JOINS and (before,) not in self._aspects and not describes
        )

    def _is_foreign_compound(self, units: Sequence[_Unit], at: int) -> bool:
        """Whether a one-word name ends a term whose first word the course never uses ("dollar diplomacy")."""
        concept = self._names.get((units[at].word,))
        heads = units[at].word in self._heads
        return bool(heads and concept and self._is_compound(units, at, concept) and units[at - 1].word not in self._own)

    def _shared_head(self, units: Sequence[_Unit], at: int, end: int, toks: Sequence[Token], text: str) -> List[Mention]:
        """The names before one that share its last words: "official" in "official and unofficial diplomacy"."""
        found: List[Mention] = []
        tail = tuple(u.word for u in units[at + 1 : end])
        while tail and at >= 2 and units[at - 1].word in JOINS | CONTRASTS:
            before = self._names.get((units[at - 2].word, *tail))
            if not before:
                break
            found.insert(0, _mention(before, units[at - 2 : at - 1], toks, text))
            at -= 2
        return found

    def _spelled(self, word: str) -> str:
        """Mend a typo in a word that no text of the course uses, if exactly one name or aspect word is near."""
        base = singular(word)
        if len(word) < SHORTEST_MENDED or word in self._known or base in self._known or is_usual(word):
            return base
        allowed = 1 if len(base) < 8 else 2
        near = {w for w in self._spellings.get(_sound(base), ()) if OSA.distance(base, w, score_cutoff=allowed) <= allowed}
        return near.pop() if len(near) == 1 else base


def _mention(concept: Optional[str], units: Sequence[_Unit], toks: Sequence[Token], text: str) -> Mention:
    start, end = toks[units[0].start].start, toks[units[-1].end - 1].end
    return Mention(concept, start, end, text[start:end])


def _longest_phrase(words: Sequence[str], phrases: Mapping[Tuple[str, ...], Any]) -> Tuple[int, Any]:
    """The longest phrase with which these words begin: (its length, its value); length 0 if there is none."""
    for length in range(len(words), 0, -1):
        value = phrases.get(tuple(words[:length]))
        if value is not None:
            return length, value
    return 0, None


def _by_first_letter(words: Iterable[str]) -> Mapping[str, Set[str]]:
    """Typos seldom touch the first letter, so that only words with the same one, or one that sounds alike, are compared."""
    grouped: Dict[str, Set[str]] = defaultdict(set)
    for word in words:
        if len(word) >= SHORTEST_MENDED:
            grouped[_sound(word)].add(word)
    return grouped


def _sound(word: str) -> str:
    """The first letter of a word, those that sound alike made one ("corea")."""
    return word[0].translate(_ALIKE)


def _asked_words(course: Course) -> Mapping[str, int]:
    """The words of a course's questions that a dictionary has, and of how many claims each is asked: some are misspelt."""
    asked = Counter(word for claim in course.claim.values() for word in words_of(claim.questions))
    return {word: claims for word, claims in asked.items() if is_known(word)}


def _with_singulars(words: Set[str]) -> Set[str]:
    return words | {singular(word) for word in words}


def _texts(course: Course) -> Iterator[str]:
    for words in course.aspects.values():
        yield from words.words
    for concept in course.concepts:
        yield from (concept.name, *concept.also_called, concept.motto or "")
        for claim in concept.claims:
            yield from (claim.text, claim.brief or "", claim.author or "")
