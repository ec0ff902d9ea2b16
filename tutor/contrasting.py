"""Comparisons: what is set side by side, and by what."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations
from typing import List, Optional, Sequence, Tuple

from index.lexical import terms
from knowledge.models import Aspect, Claim
from tutor.comparison import Topic
from tutor.desk import Desk
from tutor.parts import heading
from tutor.reply import Reply
from tutor.suggesting import capital
from tutor.understanding import (
    ASPECTS_OF,
    CHATTING,
    Act,
    Request,
    asks_for_brevity,
    by_what,
    contrasts,
    likens,
    only_names,
    topical_words,
)

OF_EACH = 3  # claims of each side on what they are compared by
RELATED = 0.48  # cosine from which a claim bears on that
NAMED = 0.3  # ... and a claim that has most of its words
NEAR = 0.70  # cosine from which a claim between the sides bears on what they are compared by
NEAREST = 3  # of the ranking, among which a claim between the sides is looked for
HALF = 0.5  # ... more than this share of them
BETWEEN = 8  # claims between two sides, of which the best are said
ALIKE = 6  # claims on what the sides have in common
_THOSE = frozenset(terms("people persons individuals those side party take part"))  # whose aspect is named says what of them
_SIDES = re.compile(r"\b(?:between|compare) (?:an? |the )?([\w-]+) (?:and|with|to) (?:an? |the )?([\w-]+)[\s?.!]*$", re.IGNORECASE)
IN_SHORT = (Aspect.definition, Aspect.participants)  # by what sides are compared in short


class Contrasting:
    """Answers comparisons."""

    def __init__(self, desk: Desk) -> None:
        self._course, self._catalogue, self._weigher = desk.course, desk.catalogue, desk.weigher
        self._scope, self._speak, self._do = desk.scope, desk.speak, desk.do

    def compare(self, request: Request) -> Reply:
        """Set what is meant side by side, or ask what that is."""
        two = self._scope.the_two_people(request)
        if two:  # "what do those two have in common?"
            about = tuple(c for c in self._scope.remembered(request.context.subjects) if c not in self._catalogue.voices)
            return self._do(Act.ask_position, replace(request, people=two, concepts=about, leftover=(), leans_back=False))
        subjects = self._scope.sides(request)
        if len(subjects) < 2 or not self._is_comparison(request, subjects):
            return self._not_quite_compare(request, subjects)
        if not request.context.subjects and only_names(request):
            return self._speak.what_of(request, subjects)
        if likens(request.text):
            alike = self._catalogue.alike(subjects)
            if alike:
                lead = capital(f"{self._speak.names(subjects)} have in common")
                return self._speak.say(replace(request, act=Act.compare), alike, subjects, None, lead=lead, limit=ALIKE)
        aspects: Sequence[Aspect] = [a for a in request.aspects if a not in (Aspect.definition, Aspect.relation)]
        topics = self._weighed_topics(request, subjects, bool(aspects))
        between = self._best_between(request, subjects) if len(subjects) == 2 and not aspects else ()
        asked = replace(request, act=Act.compare)
        if asks_for_brevity(request.text):
            aspects = aspects or (() if topics else IN_SHORT)
            return self._speak.compare(asked, subjects, aspects, 1, topics, between[:1]) or self._do(Act.ask_question, request)
        return self._speak.compare(asked, subjects, aspects, topics=topics, between=between) or self._do(Act.ask_question, request)

    def of_each(self, request: Request) -> Optional[Reply]:
        """ "Who sits at the table in each of the three tracks?": that aspect of all, side by side."""
        listed = request.act in (*ASPECTS_OF, Act.list_parts) and request.act is not Act.define
        named = bool(request.aspects) and not request.people
        return self.compare(request) if listed and named and self._scope.speaks_of_every(request) else None

    def _best_between(self, request: Request, subjects: Sequence[str]) -> List[Claim]:
        """What the course says between two sides, that which bears most on the message first."""
        candidates = self._catalogue.between(subjects)[:BETWEEN]
        return [self._course.claim[i] for i in self._weigher.among(request, candidates)]

    def _weighed_topics(self, request: Request, subjects: Sequence[str], beside: bool) -> List[Topic]:
        """What the course says of each side on the things by which they are to be compared ("in secrecy and formality").

        What no words point out as such is one only if something is said between the sides on it, and nothing stands `beside` it.
        """
        given = by_what(request)
        if given:
            given = tuple(words for words in given if not (beside and set(terms(words)) <= _THOSE))  # "by the people who take part"
            return [t for t in (self._topic(request, subjects, words, given=True) for words in given) if t]
        topic = None if beside else self._topic(request, subjects, " ".join(topical_words(request)), given=False)
        return [topic] if topic else []

    def _topic(self, request: Request, subjects: Sequence[str], words: str, given: bool) -> Optional[Topic]:
        wanted = terms(words)
        between = self._between(request, subjects, wanted)
        if not (wanted and (given or between)) or all(map(self._weigher.is_unknown, wanted)):
            return None
        asked = replace(request, canonical=words, leftover=tuple(wanted), aspects=())
        found = {}
        for subject in subjects:
            evidence = [e for e in self._weigher.search(asked, (subject,)) if self._is_of(e.claim, subject)]
            kept = [e for e in evidence if e.cosine >= (NAMED if self._weigher.covers(e.claim, wanted) > HALF else RELATED)]
            found[subject] = tuple(self._course.claim[e.claim] for e in kept[:OF_EACH])
        whole = given and all(found.values())
        label = heading(words) if given else None
        return Topic(label, found, between, whole) if between or any(found.values()) else None

    def _is_of(self, claim_id: str, subject: str) -> bool:
        """Whether a claim speaks of a side, not of something else that holds for it, too."""
        claim = self._course.claim[claim_id]
        return subject in (self._course.concept_of[claim_id], *claim.about)

    def _between(self, request: Request, subjects: Sequence[str], wanted: Sequence[str]) -> Tuple[Claim, ...]:
        """What the course says between the sides on that one thing, best first."""
        if not wanted:
            return ()
        both = {c.id for pair in combinations(subjects, 2) for c in self._catalogue.between(pair)}
        near = [e for e in self._weigher.search(request, subjects)[:NEAREST] if e.claim in both]
        kept = [e for e in near if self._weigher.covers(e.claim, wanted) > HALF or e.cosine >= NEAR]
        return tuple(self._course.claim[e.claim] for e in kept[: len(subjects) - 1])

    def _is_comparison(self, request: Request, subjects: Sequence[str]) -> bool:
        """Whether things of one kind are set side by side, or any things are expressly contrasted."""
        alike = len({self._course.concept[s].kind for s in subjects}) == 1
        return contrasts(request.text) or (alike and request.act is not Act.ask_origin)

    def _is_with_stranger(self, request: Request) -> bool:
        """Whether one side of a comparison is something of which the course says nothing ("a consul and an ambassador")."""
        sides = _SIDES.search(request.text)
        if sides is None or len(request.concepts) > 1:
            return False
        return any(words and all(map(self._weigher.is_unknown, words)) for words in (terms(side) for side in sides.groups()))

    def _not_quite_compare(self, request: Request, subjects: Tuple[str, ...]) -> Reply:
        """One side only: "what is Track 2 better at?" asks for strengths, "compare Track 2" leaves out with what."""
        if self._is_with_stranger(request):
            return self._speak.not_covered(request, self._weigher.search(request, request.concepts))
        if request.concepts and not contrasts(request.text) and request.next_act not in (Act.compare, *CHATTING):
            return self._do(request.next_act, replace(request, act=request.next_act, next_act=Act.ask_question))
        evidence = self._weigher.search(request, request.concepts)[:1] if request.concepts and request.leftover else []
        if evidence and (not self._scope.is_bare(request) or self._weigher.is_strong(evidence[0])):
            return self._do(Act.ask_question, request)
        return self._speak.compare_which(request, subjects[0] if subjects else self._catalogue.topics[0])
