"""Short answers in the student's own words: which key points they contain."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import AbstractSet, Dict, FrozenSet, List, Mapping, Optional, Sequence, Tuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from index.encoder import Encoder, Vectors
from index.series import NumberedNames, number_forms
from index.vocabulary import Vocabulary
from index.words import tokens
from knowledge.models import Course
from tutor.answer_words import DENIES, MARK, WORD, Signs, add, completed, faint, is_bare, normal, says, signs, unheaped
from tutor.items import Item, Point

Features = NDArray[np.float64]

# Logistic regression on the best piece of each answer of the split `fit` in tests/data/short_answers.yml, without wordings that
# repeat the answer. Of the cosine, the share of words, the best of both together, the lead over other points, what is denied, the
# bias.
WEIGHTS = np.array([3.34, 12.15, 5.75, 2.33, -3.20, -7.21])
PRESENT = 0.55  # probability from which a point counts as said

# Chosen by cross-validation on the same answers, question by question.
FAINT = 0.3  # weight of a word that the question has already given away, or that says little
IN_SEVERAL = 0.5  # ... that several points of a question share, so that it does not tell which one is meant
SHORT = 1.5  # added to a wording's weight, so that the one word of a short wording proves less than three of three
FORGIVEN = ((9, 2), (5, 1))  # from so many letters so many typos

_STRONG = re.compile(r"[;:!?\n()\[\]]+|\.(?!\d)|\s[-–—]+\s|\b(?:but|while|whereas|whilst|because|however|although|though)\b")
_WEAK = re.compile(r",(?!\d)|[/+&=]|\b(?:and|so|then|which|who|when|if|also|plus)\b")
_BEFORE_PREPOSITION = re.compile(r"\s(?=(?:by|to|with|for|from|in|at|on|through|thru|via|until|before|after|as|that)\s)")
_NOTHING = re.compile(
    r"\W*(?:(?:sorry|hm+|um+|well|honestly|i)\W+)*"
    r"(?:idk|dunno|no (?:idea|clue)|(?:really )?(?:do not|don'?t|can'?t|cannot) (?:really )?(?:know|remember|recall)"
    r"|not sure|pass|skip|nothing|forgot|no answer|n/?a)\b[\w\s',]{0,25}\W*",
    re.IGNORECASE,
)
_TOPIC = re.compile(r"(?:the )?(\w+) (?:is|are|has|have)\b")  # what a point is about: "carrots are ..."
_STATES = re.compile(
    r"\b(?:i|you|we|they|it|he|she|that|there|can|could|may|must|is|are|was|were|do|does|did|have|has|had|will|would)\b"
)
_NAME = re.compile(rf"{MARK}(\S+)")
_ASIDE = re.compile(rf"\b(?:unlike|than|from|like|besides?|not)\s+{MARK}\S+")


@dataclass(frozen=True)
class Graded:
    """The ids of the key points that an answer contains and lacks; `score` is the share that it contains, 0 to 1."""

    present: Tuple[str, ...]
    missing: Tuple[str, ...]
    score: float


@dataclass(frozen=True)
class _Atom:
    """The smallest part of an answer: the number of its clause, and the numbered concepts that it is about."""

    text: str
    clause: int
    about: FrozenSet[str]
    states: bool


@dataclass(frozen=True)
class _Piece:
    """Atoms that are judged together; `slips` are stems that the course does not know and that may be mistyped."""

    text: str  # as it is embedded
    signs: Tuple[Tuple[str, int], ...]
    about: FrozenSet[str]
    slips: Tuple[str, ...]


@dataclass(frozen=True)
class _Wording:
    """One way to say a point, with the weights of its stems."""

    text: str
    signs: Signs
    weights: Mapping[str, float]


@dataclass(frozen=True)
class _Sought:
    """A point as it is looked for.

    `subject` is the numbered concept that a piece must be about, where the points of a question differ in it; `rivals` are the
    stems of what its other points are about ("sticks").
    """

    wordings: Tuple[_Wording, ...]
    subject: Optional[str]
    rivals: FrozenSet[str]
    names: FrozenSet[str]  # numbered concepts that it names and that do not go without saying


@dataclass(frozen=True)
class _Question:
    """What an answer is held against.

    `given` are the words that the stem gives away; `known` the numbered concepts that go without saying; `allowed` those of
    which a piece must name one if it names any; `bare` their numbers, where these can stand alone ("in 2", "the second").
    `denying` tells whether the stem asks for what is not.
    """

    points: Tuple[_Sought, ...]
    given: Signs
    known: FrozenSet[str]
    allowed: FrozenSet[str]
    bare: Mapping[str, str]
    denying: bool

    def fits(self, point: _Sought, piece: _Piece) -> bool:
        """Whether a piece of an answer is about what a point is about."""
        if any(stem in point.rivals for stem, _ in piece.signs):
            return False
        if point.subject:
            return piece.about == {point.subject}
        allowed = self.known | point.names if point.names else self.allowed
        return not piece.about or not allowed or bool(piece.about & allowed)

    def learns(self, piece: _Piece) -> bool:
        """Whether a piece says anything that the stem does not; a stem with two names does not tell which of them it is."""
        one_of_two = len(piece.about) == 1 and sum(stem.startswith(MARK) for stem in self.given) > 1
        words = [(stem, sign) for stem, sign in piece.signs if not stem.startswith(MARK)]
        return any(one_of_two or stem not in self.given or self.given[stem] * sign < 0 for stem, sign in words)


class ShortAnswers:
    """Grades short answers by meaning and by words, minding what is denied and which numbered concept is meant."""

    def __init__(self, encoder: Encoder, course: Course, vocabulary: Vocabulary) -> None:
        self._encoder = encoder
        self._vocabulary = vocabulary
        self._names = NumberedNames(course.series, course.concepts, vocabulary.knows) if course.series else None
        self._called = {c.id: c.name for c in course.concepts if c.number}
        self._number = {c.id: c.number for c in course.concepts if c.number}
        self._stems = frozenset(stem for claim in course.claim.values() for stem in signs(normal(claim.text)))
        self._wordings: Dict[str, Vectors] = {}  # a vector each; no more than the course has wordings

    def grade(self, item: Item, text: str) -> Graded:
        """Tell which of an item's points an answer contains; an empty answer and "I don't know" contain none."""
        chances = self.chances(item, text)
        present = tuple(p.id for p, chance in zip(item.points, chances, strict=True) if chance >= PRESENT)
        missing = tuple(p.id for p in item.points if p.id not in present)
        return Graded(present, missing, len(present) / len(item.points) if item.points else 0.0)

    def chances(self, item: Item, text: str) -> List[float]:
        """How likely an answer contains each point of an item, 0 to 1, in the order of the points."""
        return [_chance(rows) for rows in self.features(item, text)]

    def features(self, item: Item, text: str) -> List[Features]:
        """For each point what WEIGHTS are multiplied with: a row for each piece of the answer that may say it."""
        question = self._question(item)
        pieces = [] if _NOTHING.fullmatch(text) else self._pieces(question, text)
        if not pieces or not item.points:
            return [np.zeros((0, len(WEIGHTS))) for _ in item.points]
        vectors = self._embed(question, pieces)
        likeness = np.stack([self._likeness(point, pieces, vectors) for point in question.points])
        fitting = np.array([[question.fits(point, piece) for piece in pieces] for point in question.points])
        return [_features(likeness, fitting, n) for n in range(len(question.points))]

    def _embed(self, question: _Question, pieces: Sequence[_Piece]) -> Vectors:
        """Embed the pieces, and in the same batch the wordings that are not known yet."""
        new = list(dict.fromkeys(w.text for point in question.points for w in point.wordings if w.text not in self._wordings))
        vectors = self._encoder.encode([*new, *(piece.text for piece in pieces)])
        self._wordings.update(zip(new, vectors, strict=False))
        return vectors[len(new) :]

    def _likeness(self, point: _Sought, pieces: Sequence[_Piece], vectors: Vectors) -> Features:
        """Likenesses of a point to each piece: cosine, share of words, both together, denial; shape (pieces, 4)."""
        ways = np.stack([self._wordings[w.text] for w in point.wordings])
        rows = [
            _alike(vector @ ways.T, [_shares(w, dict(piece.signs), piece.slips) for w in point.wordings])
            for piece, vector in zip(pieces, vectors, strict=True)
        ]
        return np.asarray(rows, dtype=np.float64)

    # -- what is looked for ----------------------------------------------------------------------------------------

    def _question(self, item: Item) -> _Question:
        given = {**signs(normal(item.stem)), **signs(self._marked(item.stem))}
        ways = [[self._marked(way) for way in (p.text, *p.words)] for p in item.points]
        subjects = _subjects([_names(texts[0]) for texts in ways])
        own = {item.concept} & set(self._called)
        known = frozenset(own.union(subject for subject in subjects if subject))
        weights = _Weights.of(ways, given)
        points = [
            _Sought(
                tuple(self._wording(text, known, weights) for text in texts), subject, rivals, frozenset(_names(texts[0])) - known
            )
            for texts, subject, rivals in zip(ways, subjects, _rivals(item.points, given), strict=True)
        ]
        allowed = own.union(_names(self._marked(item.stem)), *map(_named, ways))
        bare = {form: subject for subject in subjects if subject for form in _bare_forms(self._number[subject])}
        denying = any(word in DENIES for word in WORD.findall(normal(item.stem)))
        return _Question(tuple(points), given, known, frozenset(allowed), bare, denying)

    def _wording(self, text: str, known: AbstractSet[str], weights: _Weights) -> _Wording:
        said = {stem: sign for stem, sign in signs(text).items() if stem.lstrip(MARK) not in known}
        return _Wording(self._plain(text, known), said, {stem: weights.weight(stem) for stem in said})

    # -- what is said ----------------------------------------------------------------------------------------------

    def _pieces(self, question: _Question, text: str) -> List[_Piece]:
        """Cut an answer into clauses and their parts, beside the whole; what only repeats the stem is left out."""
        atoms = self._atoms(_with_bare_numbers(self._marked(self._vocabulary.mend(text)), question.bare))
        joined = [atom for atom in atoms if not is_bare(atom.text)]
        clauses = [[atom for atom in joined if atom.clause == number] for number in range(len(atoms))]
        groups = [joined, *clauses, *([atom] for atom in atoms), *([part] for atom in atoms for part in _phrases(atom))]
        pieces = dict.fromkeys(self._piece(question, group) for group in groups if group)
        return [piece for piece in pieces if question.learns(piece)]

    def _atoms(self, marked: str) -> List[_Atom]:
        atoms: List[_Atom] = []
        about: FrozenSet[str] = frozenset()
        before = ""
        clauses = [[smaller for part in _WEAK.split(clause) for smaller in unheaped(part)] for clause in _STRONG.split(marked)]
        for number, part in ((number, part) for number, parts in enumerate(clauses) for part in parts):
            whole = completed(part, before).strip()
            before = whole if says(whole) else before
            about = frozenset(_names(whole)) or about  # "Track 1 is official, has power": the second part is about it, too
            atoms.append(_Atom(whole, number, about, bool(_STATES.search(whole))))
        return atoms

    def _piece(self, question: _Question, group: Sequence[_Atom]) -> _Piece:
        """Join parts to a piece; a bare phrase in reply to "whom can it not reach?" neither affirms nor denies."""
        unclear = question.denying and not any(atom.states for atom in group)
        found: Dict[str, int] = {}
        for atom in group:
            for stem, sign in signs(atom.text).items():
                add(found, stem, sign)
        said = tuple((stem, 0 if unclear else sign) for stem, sign in found.items() if stem.lstrip(MARK) not in question.known)
        slips = tuple(stem for stem, _ in said if not stem.startswith(MARK) and stem not in self._stems)
        about: FrozenSet[str] = frozenset().union(*(atom.about for atom in group))
        return _Piece(" ".join(self._plain(atom.text, question.known) for atom in group), said, about, slips)

    # -- numbered names --------------------------------------------------------------------------------------------

    def _marked(self, text: str) -> str:
        """Write a text in normal form, shorthand in full and numbered names as marks."""
        full = normal(self._vocabulary.spell_out(text))
        toks = tokens(full)
        parts, at = [], 0
        for span in (s for s in (self._names.find(toks) if self._names else []) if s.concept):
            parts += [full[at : toks[span.start].start], f" {MARK}{span.concept} "]
            at = toks[span.end - 1].end
        return "".join([*parts, full[at:]])

    def _plain(self, marked: str, known: AbstractSet[str]) -> str:
        """Write marks as names again, without those that go without saying: to the encoder all tracks are alike."""
        return " ".join(_NAME.sub(lambda m: "" if m[1] in known else self._called[m[1]], marked).split())


@dataclass(frozen=True)
class _Weights:
    """Which words of a question's points tell less than others."""

    given: Signs
    shared: FrozenSet[str]

    @classmethod
    def of(cls, ways: Sequence[Sequence[str]], given: Signs) -> _Weights:
        """Weigh the words of a question's points; `ways` holds the wordings of each."""
        points = Counter(stem for texts in ways for stem in {stem for text in texts for stem in signs(text)})
        return cls(given, frozenset(stem for stem, count in points.items() if count > 1))

    def weight(self, stem: str) -> float:
        """What a word counts, 0 to 1."""
        if stem in self.given or stem in faint():
            return FAINT
        return IN_SEVERAL if stem in self.shared else 1.0


def _phrases(atom: _Atom) -> List[_Atom]:
    """The phrases of a part, cut before its prepositions; a part that denies something stays whole, or the denial got lost."""
    phrases = [phrase.strip() for phrase in _BEFORE_PREPOSITION.split(atom.text)]
    if len(phrases) < 2 or any(word in DENIES for word in WORD.findall(atom.text)):
        return []
    return [_Atom(phrase, atom.clause, atom.about, atom.states) for phrase in phrases if says(phrase)]


def _names(marked: str) -> Tuple[str, ...]:
    """The numbered names that a text is about; not "unlike Track 1"."""
    return tuple(dict.fromkeys(_NAME.findall(_ASIDE.sub("", marked))))


def _named(texts: Sequence[str]) -> FrozenSet[str]:
    return frozenset(name for text in texts for name in _names(text))


def _subjects(named: Sequence[Tuple[str, ...]]) -> List[Optional[str]]:
    """The numbered concept of each point, if each has its own and they differ."""
    contrasted = len(set(named)) > 1 and all(len(names) == 1 for names in named)
    return [names[0] if contrasted else None for names in named]


def _rivals(points: Sequence[Point], given: Signs) -> List[FrozenSet[str]]:
    """For each point what others are about, if the stem names it ("What are carrots and sticks?")."""
    heads = [_TOPIC.match(normal(point.text)) for point in points]
    firsts = [next(iter(signs(head[1])), "") if head else "" for head in heads]
    topics = {first for first in firsts if first in given}
    return [frozenset(topics - {first}) if first in topics else frozenset() for first in firsts]


def _bare_forms(number: str) -> List[str]:
    """A number by itself, and "the first" for the first."""
    ordinals = [" ".join(form) for form in number_forms(number)[1] if len(form) == 1]
    return [number, *(f"the {ordinal}" for ordinal in ordinals)]


def _with_bare_numbers(marked: str, bare: Mapping[str, str]) -> str:
    """Mark numbers that stand alone, where the question is about the concepts of these numbers ("in 2 there are none")."""
    if not bare:
        return marked
    numbers = "|".join(re.escape(number) for number in bare)
    return re.sub(rf"(?<![\w.\-{MARK}])({numbers})(?![\w\-]|\.\d)", lambda m: MARK + bare[m[1]], marked)


# -- likeness --------------------------------------------------------------------------------------------------------


def _features(likeness: Features, fitting: NDArray[np.bool_], n: int) -> Features:
    """For point n a row for each piece that fits it.

    To its likenesses come by how much its cosine is above that of any other point, the strongest denial of any point anywhere
    in the answer, and one for the bias. `likeness` has the shape (points, pieces, 4).
    """
    margin = likeness[n, :, 0] - np.delete(likeness[:, :, 0], n, axis=0).max(axis=0, initial=0.0)
    denied = np.full_like(margin, np.where(fitting, likeness[:, :, 3], 0.0).max())
    rows: Features = np.column_stack([likeness[n, :, :3], margin, denied, np.ones_like(margin)])[fitting[n]]
    return rows


def _alike(cosines: Vectors, shares: Sequence[Tuple[float, float]]) -> List[float]:
    """Cosine, share of words less those denied, the best of both together, and how much is denied rather than said."""
    agree, oppose = (np.array(side) for side in zip(*shares, strict=True))
    denied = np.where(oppose >= agree, oppose, 0.0) * cosines
    meant = cosines * (1 - oppose / np.maximum(agree + oppose, 1e-9))  # the encoder hardly sees a "not"
    net = np.maximum(0.0, agree - oppose)
    return [float(meant.max()), float(net.max()), float((meant + net).max()) / 2, float(denied.max())]


def _shares(wording: _Wording, said: Signs, slips: Sequence[str]) -> Tuple[float, float]:
    """The shares, 0 to 1, of a wording's words that are said, and that are said with the opposite sign."""
    agree = oppose = 0.0
    for stem, sign in wording.signs.items():
        found = stem if stem in said else _mistyped(stem, slips)
        if found is not None and sign * said[found] < 0:
            oppose += wording.weights[stem]
        elif found is not None:
            agree += wording.weights[stem]
    whole = sum(wording.weights.values()) + SHORT
    return agree / whole, oppose / whole


def _mistyped(stem: str, slips: Sequence[str]) -> Optional[str]:
    """A word of an answer that is this stem but for a slip of the keyboard."""
    allowed = next((typos for letters, typos in FORGIVEN if len(stem) >= letters), 0)
    if not allowed or stem.startswith(MARK):
        return None
    return next((s for s in slips if s[0] == stem[0] and OSA.distance(stem, s, score_cutoff=allowed) <= allowed), None)


def _chance(rows: Features) -> float:
    """The probability, 0 to 1, that the best of these pieces says the point."""
    return 1 / (1 + math.exp(-float((rows @ WEIGHTS).max()))) if len(rows) else 0.0
