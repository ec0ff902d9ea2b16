"""What the course lists for a concept, and what it leaves no doubt is not in a list: the ground that items stand on."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import Callable, Dict, FrozenSet, List, Mapping, Optional, Sequence, Tuple

import numpy as np

from index.encoder import Encoder, Vectors
from index.vocabulary import Vocabulary
from knowledge.models import Aspect, Claim, Concept, Course

Likeness = Callable[[str, str], float]

# Measured on the course on multi-track diplomacy, 278 times "could this claim of one main track stand in the lists of another?".
# What says the same in like words lies above (7 of the 29 that authors marked as shared); most of what lies above else is one
# matter seen from two sides ("issues too contentious for governments"), no loss as a distractor. What is shared in other words
# no cosine tells from what is not (median .55 against .51): there the course's own keys decide, and this is the second look.
ALIKE_BRIEFS = 0.60  # cosine of two briefs from which one is no distractor for the other
ALIKE_TEXTS = 0.72  # ... of two texts, names left out: whole sentences share more words that carry no point
KIN = 1 / 3  # share of a concept's claims about another from which the two are one matter (Track 1.5 and its diplomat)
MAIN = 1 / 4  # share of the longest concept's claims from which the lists of a concept are full
OPTION_RATIO, OPTION_SLACK = 2.0, 12  # the longest phrase has at most twice the characters of the shortest, and a word more
NAME_RATIO = 3.0  # names are as long as they are
OPPOSITE: Mapping[Aspect, Aspect] = {Aspect.strength: Aspect.weakness, Aspect.weakness: Aspect.strength}
_JOINED = re.compile(r", (?:and )?| and ")
_REMARK = re.compile(r", (?:on|as|its) .*$")
_PARENTHESIS = re.compile(r" \(.*\)$")


class Alikeness:
    """The cosine of two texts of a course, the names of its numbered concepts left out."""

    def __init__(self, course: Course, encoder: Encoder) -> None:
        self._vocabulary = Vocabulary(course)
        self._numbered = frozenset(c.id for c in course.concepts if c.number)
        self._encoder = encoder
        self._rows: Dict[str, Vectors] = {}

    @classmethod
    def over(cls, course: Course, encoder: Encoder) -> Alikeness:
        """Embed every brief and text of a course in one batch."""
        made = cls(course, encoder)
        made._embed([text for claim in course.claim.values() for text in (brief(claim), claim.text)])
        return made

    def __call__(self, one: str, other: str) -> float:
        """How alike two texts are: -1 to 1; 1 for the same text."""
        self._embed([text for text in (one, other) if text not in self._rows])
        return float(np.dot(self._rows[one], self._rows[other]))

    def _embed(self, texts: Sequence[str]) -> None:
        if texts:
            self._rows.update(zip(texts, self._encoder.encode([self._bare(text) for text in texts]), strict=True))

    def _bare(self, text: str) -> str:
        parts: List[str] = []
        at = 0
        for mention in self._vocabulary.mentions(text):
            if mention.concept in self._numbered:
                parts += [text[at : mention.start], "it"]
                at = mention.end
        return "".join([*parts, text[at:]])


def brief(claim: Claim) -> str:
    """A claim as a phrase; as it stands where an author wrote none."""
    return claim.brief or claim.text


def near(alike: Likeness, one: Claim, other: Claim) -> bool:
    """Whether two claims may say the same."""
    return alike(brief(one), brief(other)) >= ALIKE_BRIEFS or alike(one.text, other.text) >= ALIKE_TEXTS


def true_of(claim: Claim, course: Course) -> FrozenSet[str]:
    """The concepts of which the course says, by keys, that the claim is or may be true."""
    unclear = claim.unclear_for
    return frozenset({course.concept_of[claim.id], *claim.also_true_of, *claim.about, *unclear})


# -- authors ---------------------------------------------------------------------------------------------------------


def holders(course: Course, claim: Claim) -> FrozenSet[str]:
    """The names under which the course gives a claim: its author, and those whose position it states in a disagreement."""
    stances = (p.author for d in course.disagreements for p in d.positions if claim.id in p.claims)
    return frozenset(filter(None, (claim.author, *map(plain_author, stances))))


def plain_author(author: str) -> Optional[str]:
    """A position's author without the institution in brackets; None where it is not just a name ("..., on Jimmy Carter")."""
    if _REMARK.search(author) or author.startswith(("A text", "Some ")):
        return None
    bare = _PARENTHESIS.sub("", author)
    return author if "(web" in author else bare


def same_voice(one: str, other: str) -> bool:
    """Whether two authors share a person, or one is named within the other."""
    return one in other or other in one or bool(set(_JOINED.split(one)) & set(_JOINED.split(other)))


def surnames(author: str) -> Tuple[str, ...]:
    """The last names in an author's name, each of which would tell who is meant."""
    return tuple(person.split()[-1] for person in _JOINED.split(author) if person)


# -- lists -----------------------------------------------------------------------------------------------------------


class Lists:
    """Look-ups over the lists of a course, for making items."""

    def __init__(self, course: Course, alike: Likeness) -> None:
        self.course = course
        self.alike = alike
        self.own = lru_cache(maxsize=None)(self._own)
        self.near = lru_cache(maxsize=None)(self._near)
        self.foreign = lru_cache(maxsize=None)(self._foreign)
        self.kin = lru_cache(maxsize=None)(self._kin)
        self.peers = lru_cache(maxsize=None)(self._peers)
        self._most = max((len(c.claims) for c in course.concepts), default=0)
        self._true = {c.id: true_of(c, course) for c in course.claim.values()}
        self._said: Dict[str, List[Claim]] = {}
        for claim in course.claim.values():
            for concept in (course.concept_of[claim.id], *claim.also_true_of):
                self._said.setdefault(concept, []).append(claim)

    def _own(self, concept: str, aspect: Aspect) -> Tuple[Claim, ...]:
        """The claims listed under a concept for an aspect: what can be a key."""
        return tuple(c for c in self.course.concept[concept].claims if c.aspect is aspect and c.brief and not self._of_a_part(c))

    def _of_a_part(self, claim: Claim) -> bool:
        """Whether a definition under a whole defines one of its parts ("Track 1 in the nine-track system")."""
        parts = {part.id for part in self.course.parts_of(self.course.concept_of[claim.id])}
        return claim.aspect is Aspect.definition and len(claim.about) == 1 and claim.about[0] in parts

    def is_main(self, concept: str) -> bool:
        """Whether a concept's lists are full enough for what is not in them to be false."""
        return len(self.course.concept[concept].claims) >= MAIN * self._most

    @cached_property
    def numbered(self) -> Tuple[Concept, ...]:
        """The concepts of the course's series, in order."""
        return tuple(sorted((c for c in self.course.concepts if c.number), key=lambda c: float(c.number or 0)))

    def _peers(self, concept: str) -> Tuple[Concept, ...]:
        """The numbered concepts whose lists may be set beside this one's: full beside full, short beside short."""
        if not self.course.concept[concept].number:
            return ()
        full = self.is_main(concept)
        return tuple(c for c in self.numbered if c.id != concept and self.is_main(c.id) == full)

    def _near(self, one: str, other: str) -> bool:
        return near(self.alike, self.course.claim[one], self.course.claim[other])

    def _foreign(self, claim_id: str, concept: str, aspect: Aspect) -> bool:
        """Whether a claim is not one of those that the course lists, or could list, for an aspect of a concept."""
        claim, own = self.course.claim[claim_id], self.course.concept_of[claim_id]
        if own == concept:
            return claim.aspect is OPPOSITE.get(aspect) and not any(self.near(claim_id, c.id) for c in self.own(concept, aspect))
        if concept in self._true[claim_id] or self.kin(own, concept):
            return False
        return not any(self.near(claim_id, c.id) for c in self._said.get(concept, ()))

    def _kin(self, one: str, other: str) -> bool:
        """Whether what is said of one concept may be meant of the other: part and whole, or much of it is about both."""
        if self.course.concept[one].number and self.course.concept[other].number:
            return False  # the members of the series are told apart
        parts = (self.course.concept[one].part_of, self.course.concept[other].part_of)
        return other == parts[0] or one == parts[1] or self._share(one, other) >= KIN or self._share(other, one) >= KIN

    def nearness(self, claim: Claim, concept: str) -> float:
        """How near a claim comes to what is said of a concept: the greatest cosine of briefs."""
        return max((self.alike(brief(claim), brief(c)) for c in self.course.concept[concept].claims), default=0.0)

    def _share(self, concept: str, other: str) -> float:
        claims = self.course.concept[concept].claims
        return sum(other in (*c.also_true_of, *c.about) for c in claims) / max(len(claims), 1)


# -- the form of a phrase --------------------------------------------------------------------------------------------

_AFTER_NOUN = frozenset(
    ("that", "which", "who", "whose", "whom", "in", "of", "and", "or", "between", "too", "for", "as", "with", "from", "by", "at",
     "among", "to", "than", "held", "run", "without", "under", "about")
)  # fmt: skip
_AFTER_VERB = frozenset(["on", "out", "into", "up", "when", "beyond"])
_MODAL = frozenset(["can", "may", "must", "could", "might", "has", "is", "cannot", "seldom", "does", "lets"])


def phrase_kind(text: str) -> str:
    """What sort of phrase it is: "clause" (when ...), "infinitive", "gerund", "verb" (3rd person), "sentence" or "noun"."""
    words = text.lower().split()
    first, second = words[0], words[1].strip(",;:") if len(words) > 1 else ""
    if text.endswith(".") and len(words) > 3:
        return "sentence"
    if first in ("when", "where", "if", "while"):
        return "clause"
    if first == "to":
        return "infinitive"
    if first.endswith("ing") and len(first) > 5:
        return "gerund"
    return "verb" if first in _MODAL or _is_verb(first, words[1:2], second) else "noun"


def _is_verb(first: str, following: Sequence[str], second: str) -> bool:
    """Whether a word in -s is a verb ("links formal channels") rather than a plural ("links between them")."""
    if not first.endswith("s") or first.endswith(("ss", "'s", "ous")) or not following:
        return False
    if second in _AFTER_VERB or second.endswith("ly"):
        return True
    return second not in _AFTER_NOUN and not second.endswith("ed")


def mentions(text: str, name: str) -> bool:
    """Whether a name stands in a text; "Track 1" does not stand in "Track 1.5", but does in "Tracks 1 and 2"."""
    bare = re.sub(r"^the ", "", name, flags=re.IGNORECASE)
    spelled = re.escape(bare)
    numbered = re.fullmatch(r"(\w+) (\d+(?:\.\d+)?)", bare)
    if numbered:
        spelled = rf"{numbered[1]}s?\b[^.“”]*?(?<![\d.]){re.escape(numbered[2])}(?!\.\d)"
    return re.search(rf"(?<!\w){spelled}(?!\w)", text, re.IGNORECASE) is not None


def comparable(texts: Sequence[str], names: bool = False) -> bool:
    """Whether texts are of about one length, so that none stands out."""
    sizes = [len(text) for text in texts] or [0]
    return max(sizes) <= (NAME_RATIO * min(sizes) if names else OPTION_RATIO * min(sizes) + OPTION_SLACK)
