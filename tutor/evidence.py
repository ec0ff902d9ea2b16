"""Weigh what a search found: which claims answer a free question, and whether any does."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Dict, Iterable, List, Mapping, Sequence, Tuple

from pytz import country_names

from index.lexical import terms
from index.retrieval import Hit, Retriever
from knowledge.models import Aspect, Claim
from tutor.catalogue import Catalogue
from tutor.understanding import ASPECTS_OF, Act, Request, asks_why, speaks_of_saying

NEAR = 0.26  # a claim joins the best one if its weight is no further below it than this
NEAR_ELSEWHERE = 0.07  # ... than this, if it is about another numbered topic than the best one and than what is asked about
MOST = 3  # claims in the answer to a free question
FOREMOST, LEAD = 0.7, 0.25  # cosine of a claim, and by how much more it weighs than the next, from which it alone must be meant
LEAST_LIKELY = -12.0  # log-probability below which none counts
ONLY_SAID = 10  # how much more it counts against telling who somebody is, that what he or she says is asked for
IN_READING = 0.6  # what it counts that a claim stands in the reading of whoever is named
GOES_ON = 0.5  # what that counts where a message goes on with what was spoken of ("and how did it end?")
CANDIDATES = 60  # of the ranking that are weighed
ANSWERABLE = 0.5  # probability from which a free question is answered
STRONG = 0.80  # cosine from which a claim is asked for almost in its own words
SPECIFIC = 0.60  # coverage of the words beside names and aspects that singles out a claim by itself
SPECIFIC_IF_STRONG = 0.30  # ... and if the cosine is strong

# What makes a claim come before another; fitted by `python -m bench.ranking`, which asks each question of the course without having
# it in the index. "about" is added by hand: these questions name their concept, while a message may only point at it.
RANKING: Mapping[str, float] = {
    "learned": 0.25,
    "learned_told": 0.25,
    "likely": 0.05,
    "coverage": 0.30,
    "about": 0.10,
    "asked": 0.11,
    "named": 0.04,
    "voiced": 0.10,
    "strays": -0.10,
    "unasked": -0.02,
}

# Log-odds that the best claim answers the question: fitted by `python -m bench.calibrate` on tests/data/messages.yml, then moved a
# little by hand to where the whole replies on the same messages were best.
WEIGHTS: Mapping[str, float] = {
    "bias": -3.30,
    "cosine": 7.00,
    "coverage": 1.94,
    "unknown": -0.85,
    "off_topic": -4.00,
    "off_topic_covered": -2.60,
    "current": -1.50,
    "beyond": -3.20,
    "foreign_name": -1.20,
}

# ... and that a question which is not answered is not even of this field; fitted on the declined messages of the same set.
OFF_TOPIC: Mapping[str, float] = {"bias": 0.80, "cosine": -4.00, "out_of_scope": 6.10, "beyond": -2.60, "named": -2.00}

_WHO = re.compile(r"\b(who|whose|whom|authors?|books?|wrote|written|papers?|articles?|chapters?|scholars?|people|names?)\b", re.I)
_NAME = re.compile(r"(?<=[a-z,;:] )[A-Z][a-z]{3,}\b")  # in the middle of a sentence
_COMPOUND_NAME = re.compile(r"(?<=[a-z,;:] )[A-Z][a-z]+(?: [A-Z][a-z]+){1,3}\b")  # "the South China Sea"
_WORD = re.compile(r"[a-z]+")
COUNTRIES = frozenset(name.lower() for name in country_names.values() if name.isalpha())
_CURRENT = re.compile(  # "now the same for Track 2" is none
    r"\b((?<!^)(?<!^and )(?<!^so )(?<!^ok )now|today|currently|nowadays|at the moment|these days|latest|this (year|month|week)|"
    r"so far|yet|20[2-9]\d)\b",
    re.I,
)

_ACTS_FOR: Mapping[Aspect, Tuple[Act, ...]] = {a: tuple(act for act, asked in ASPECTS_OF.items() if a in asked) for a in Aspect}


@dataclass(frozen=True)
class Evidence:
    """A claim weighed against a question."""

    claim: str
    weight: float
    cosine: float
    coverage: float


class Weigher:
    """Ranks claims for free questions."""

    def __init__(self, catalogue: Catalogue, retriever: Retriever) -> None:
        self._catalogue = catalogue
        self._retriever = retriever
        self._unknown_idf = retriever.idf("\0")
        told = [text for claim in catalogue.course.claim.values() for text in (claim.text, claim.author or "")]
        names = [name for concept in catalogue.course.concepts for name in (concept.name, *concept.also_called)]
        self._told = frozenset(term for text in (*told, *names) for term in terms(text))  # by the course, not only by who asks it

    def search(self, request: Request, concepts: Sequence[str]) -> List[Evidence]:
        """Claims that bear on a request, best first."""
        return self._weighed(self.candidates(request, concepts), request, concepts)

    def candidates(self, request: Request, concepts: Sequence[str]) -> List[Hit]:
        """What is found for a request, without what is not about a numbered topic asked for, or about what a pronoun refers to."""
        numbered = tuple(c for c in concepts if self._catalogue.course.concept[c].number)
        topics = numbered or (tuple(concepts) if request.leans_back and not request.concepts else ())
        # "why did Camp David begin on Track 2" is on Camp David all the same
        things = tuple(c for c in concepts if c not in topics)

        def fits(claim: str) -> bool:
            if request.without and self._catalogue.touches(claim, request.without):
                return False
            return not topics or self._catalogue.touches(claim, topics) or self._catalogue.about(claim, things)

        return self._retriever.search(request.canonical, keep=fits, most=CANDIDATES)

    def among(self, request: Request, claims: Sequence[Claim]) -> List[str]:
        """The ids of these claims, those that bear most on the request first."""
        wanted = {c.id for c in claims}
        hits = self._retriever.search(request.canonical, keep=wanted.__contains__)
        return [e.claim for e in self._weighed(hits, request, request.concepts)]

    def _weighed(self, hits: Iterable[Hit], request: Request, concepts: Sequence[str]) -> List[Evidence]:
        """Hits as evidence, best first."""
        marked = ((hit, self.marks(hit, request, concepts)) for hit in hits)
        found = [
            Evidence(hit.id, sum(RANKING[name] * value for name, value in marks.items()), hit.cosine, hit.coverage)
            for hit, marks in marked
        ]
        return sorted(found, key=lambda e: -e.weight)

    def marks(self, hit: Hit, request: Request, concepts: Sequence[str]) -> Dict[str, float]:
        """What a claim's place in the ranking goes by, by name; mostly 0 to 1."""
        claim = self._catalogue.course.claim[hit.id]
        about = float(self._catalogue.about_or_part(hit.id, concepts))
        said, who = speaks_of_saying(request.text), _asks_who(request.text)
        if self._catalogue.about(hit.id, request.people):  # who somebody is, where something that he or she says is asked for
            told = self.covers(hit.id, request.leftover) > 0 and (not said or who)
            about = 3.0 if not (request.leftover or request.concepts) else float(told)
        is_person = self._catalogue.is_person(claim)
        about = about if not (is_person and said and (request.concepts or request.leftover)) or who else 0.0
        return {
            "learned": hit.learned,
            "learned_told": hit.learned_told,
            "likely": max(hit.likely, LEAST_LIKELY),
            "coverage": hit.coverage,
            "about": about,
            "asked": sum(request.ranking.get(act, 0.0) for act in _ACTS_FOR[claim.aspect]),
            "named": float(claim.aspect in request.aspects),
            "voiced": self._voiced(hit.id, request.people),
            "strays": self._catalogue.strays(hit.id, concepts),
            "unasked": (ONLY_SAID if said else 1) * float(is_person and not (about or who)),
        }

    def _voiced(self, claim: str, people: Sequence[str]) -> float:
        """Whether a claim is about or by somebody, 1, or stands in his or her reading."""
        if not people or self._catalogue.touches(claim, people):
            return float(bool(people))
        return IN_READING if self._catalogue.stands_in_reading(claim, people) else 0.0

    # -- whether it answers --------------------------------------------------------------------------------------

    def answers(self, request: Request, evidence: Sequence[Evidence]) -> bool:
        """Whether the best claim probably answers the question."""
        return bool(evidence) and self.probability(request, evidence) >= ANSWERABLE

    def probability(self, request: Request, evidence: Sequence[Evidence]) -> float:
        """How likely the best claim answers the question, 0 to 1."""
        features = self.features(request, evidence)
        return 1 / (1 + math.exp(-sum(WEIGHTS[name] * value for name, value in features.items())))

    def features(self, request: Request, evidence: Sequence[Evidence]) -> Dict[str, float]:
        """The signals behind `probability`, by name."""
        best = evidence[0]
        covered = self.covers(best.claim, request.leftover) if request.leftover else 1.0
        return {
            "bias": 1.0,
            "cosine": best.cosine,
            "coverage": covered,
            "unknown": self.unknown_share(request),
            "current": float(self.is_current(request)),
            "beyond": self._beyond(request),
            "foreign_name": float(self.names_stranger(request)),
            "off_topic": (1 - covered) * self.off_topic(request),
            "off_topic_covered": covered * self.off_topic(request),
        }

    def _beyond(self, request: Request) -> float:
        """How sure the intent model is, 0 to 1, that no textbook tells this; less so of a turn in words that the course knows."""
        goes_on = request.leans_back and request.context.subjects and not any(map(self.is_unknown, request.leftover))
        return request.ranking.get(Act.ask_beyond, 0.0) * (GOES_ON if goes_on else 1)

    def names_stranger(self, request: Request) -> bool:
        """Whether a country, or anything with a capital letter, is named that no claim names ("the Dartmouth Conference")."""
        names = [*_NAME.findall(request.text), *(w for w in _WORD.findall(request.text.lower()) if w in COUNTRIES)]
        compounds = [name for name in _COMPOUND_NAME.findall(request.text) if set(terms(name)) <= set(request.leftover)]
        return any(not self._told & set(terms(name)) for name in names if set(terms(name)) & set(request.leftover)) or any(
            not self._told.issuperset(terms(name)) for name in compounds
        )

    def certainty(self, request: Request) -> float:
        """How surely, 0 to 1, some claim answers a question."""
        evidence = self.search(request, request.concepts)
        return self.probability(request, evidence) if evidence else 0.0

    @staticmethod
    def is_current(request: Request) -> bool:
        """Whether a question asks for the present state of affairs, which no reading knows; "why ... these days?" does not."""
        return bool(_CURRENT.search(request.text)) and not asks_why(request.text)

    @staticmethod
    def off_topic(request: Request) -> float:
        """How sure the intent model is, 0 to 1, that a message is not of this field; a name of the course speaks for itself."""
        named = request.concepts or request.people or (request.leans_back and request.context.subjects)
        return request.ranking.get(Act.out_of_scope, 0.0) + (0.0 if named else request.ranking.get(Act.manipulate, 0.0))

    def singles_out(self, evidence: Sequence[Evidence], rare: Sequence[str]) -> bool:
        """Whether the best claim is the one that these rare words are about."""
        if not evidence:
            return False
        covered = self.covers(evidence[0].claim, rare)
        return covered >= SPECIFIC or (covered >= SPECIFIC_IF_STRONG and self.is_strong(evidence[0]))

    @staticmethod
    def is_strong(evidence: Evidence) -> bool:
        """Whether a claim is asked for almost in its own words."""
        return evidence.cosine >= STRONG

    @staticmethod
    def leads(evidence: Sequence[Evidence]) -> bool:
        """Whether the best claim is near, and far ahead of the next."""
        return evidence[0].cosine >= FOREMOST and evidence[0].weight - evidence[1].weight >= LEAD

    def best(self, evidence: Sequence[Evidence], concepts: Sequence[str] = ()) -> List[Evidence]:
        """The claims worth saying: the best, and those close behind it; closer, if they are about another numbered topic."""
        first = evidence[0]

        def reach(claim: str) -> float:
            return NEAR if self._catalogue.goes_with(claim, first.claim, concepts) else NEAR_ELSEWHERE

        near = [e for e in evidence[:MOST] if e.weight >= first.weight - reach(e.claim)]
        return [
            first,
            *(e for e in near[1:] if self._is_person(first) or self._catalogue.about(e.claim, concepts) or not self._is_person(e)),
        ]

    def _is_person(self, evidence: Evidence) -> bool:
        return self._catalogue.is_person(self._catalogue.course.claim[evidence.claim])

    # -- words ---------------------------------------------------------------------------------------------------

    def is_common(self, term: str) -> bool:
        """Whether so many claims use a term that it singles none out."""
        return self._retriever.idf(term) < self._retriever.common_idf

    def is_unknown(self, term: str) -> bool:
        """Whether no claim uses a term."""
        return self._retriever.idf(term) == self._unknown_idf

    def covers(self, claim_id: str, wanted: Sequence[str]) -> float:
        """The share of these terms that a claim has, rare ones counting for more, 0 to 1."""
        return self._retriever.coverage(wanted, claim_id)

    def unknown_share(self, request: Request) -> float:
        """The share of the leftover words that no claim uses, rare words counting for more, 0 to 1."""
        total = sum(self._retriever.idf(t) for t in request.leftover)
        unknown = sum(self._unknown_idf for t in request.leftover if self.is_unknown(t))
        return unknown / total if total else 0.0

    def is_off_topic(self, request: Request, evidence: Sequence[Evidence]) -> bool:
        """Whether an unanswered question is not even of this field."""
        if not evidence:
            return not (request.concepts or request.people)
        signals = {
            "bias": 1.0,
            "cosine": evidence[0].cosine,
            "out_of_scope": request.ranking.get(Act.out_of_scope, 0.0),
            "beyond": request.ranking.get(Act.ask_beyond, 0.0),
            "named": float(bool(request.concepts or request.people)),
        }
        return sum(OFF_TOPIC[name] * value for name, value in signals.items()) > 0


@lru_cache(maxsize=1)
def _asks_who(text: str) -> bool:
    """Whether a text speaks of people or what they write; kept, as every claim is held against one text."""
    return bool(_WHO.search(text))
