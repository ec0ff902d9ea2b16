"""Who holds what: people, positions side by side, and disagreements. None means that it is a free question after all."""

from __future__ import annotations

import re
from typing import List, Optional, Sequence, Set, Tuple

from index.lexical import terms
from knowledge.models import Aspect, Claim, ConceptKind, Course, Disagreement
from tutor.catalogue import Catalogue
from tutor.disputes import Disputes
from tutor.evidence import Weigher
from tutor.reply import Reply
from tutor.scope import Scope, asks_for_fact
from tutor.speaking import Speaker
from tutor.suggesting import capital
from tutor.understanding import Request

POSITIONS = 5  # claims of one author
FEW = 3  # claims that answer what was asked in particular
_ON_MEANING = re.compile(r"\bwhat\b[^?,;]{0,40}\b(is|are|means?)\W*$|\bdefin", re.IGNORECASE)
_OTHER_SIDE = re.compile(
    r"\b(other|opposite|opposing) (side|camp|view|opinion|position)s?\b|\b(counter-?arguments?|opponents|both sides)\b|"
    r"\b(?:who|which)(?: one| of (?:them|these|those|the two))?(?: is|['’]?s| are)?(?: then)? (?:right|correct|wrong)\b",
    re.IGNORECASE,
)
_SAYS_OTHERWISE = re.compile(r"\b(?:opposite|contrary|otherwise|something else|differently|the reverse)\b", re.IGNORECASE)
CLEAR = 0.08  # by which the nearest disagreement must lead for a message that names nothing


class Voices:
    """Answers questions about authors and their positions."""

    def __init__(self, catalogue: Catalogue, weigher: Weigher, scope: Scope, speak: Speaker, disputes: Disputes) -> None:
        self._course: Course = catalogue.course
        self._catalogue = catalogue
        self._weigher = weigher
        self._scope = scope
        self._speak = speak
        self._disputes = disputes

    def who_is(self, request: Request) -> Optional[Reply]:
        """A person: who it is, then what the readings have of him or her."""
        claims = [c for p in request.people for c in (*self._catalogue.own(p), *self._catalogue.held_by(p)[:POSITIONS])]
        return self._speak.say(request, claims, request.people, None) if claims else None

    def position(self, request: Request) -> Optional[Reply]:
        """What the people named hold."""
        if (self._weigher.unknown_share(request) > 0.5 or self._weigher.is_current(request)) and not self._scope.is_bare(request):
            return None
        about = request.concepts
        if about and Aspect.origin in request.aspects:  # "why did they invent it" asks where it comes from, whoever it was
            return None
        held = [c for p in request.people for c in self._catalogue.held_by(p)]
        if about:
            held = [c for p in request.people for c in self._held_about(p, about, request.aspects)]
        elif not request.leftover and not any(c.aspect in request.aspects for c in held):
            return None if asks_for_fact(request.text) else self.who_is(request)
        held = [c for c in held if c.aspect in request.aspects] or held
        held = [c for c in held if self._scope.tells(request, c)]
        if about or request.leftover:  # who the author is, is not what he or she holds
            held = [c for c in held if not self._catalogue.is_person(c)] or held
        if not held:
            return None
        broad = request.leftover or len(about) > 1
        if about and broad and self._stands_elsewhere(request, {c.id for c in held}):
            return None
        if len(request.people) > 1:
            return self._side_by_side(request, held)
        ranked = self._ranked(request, held) if about or request.leftover else [c.id for c in self._main_first(held)]
        if not self._bears_on(request, ranked):
            return None
        claims = [self._course.claim[i] for i in ranked][:POSITIONS]
        if request.leftover and not self._scope.is_bare(request):
            claims = claims[:FEW]
        lead = capital(f"{self._speak.names(request.people)} in the readings")
        return self._speak.say(request, claims, (*request.people, *about), None, lead=lead)

    def _ranked(self, request: Request, held: Sequence[Claim]) -> List[str]:
        """What bears most on a request first; where nothing but names is asked about, what it is to somebody comes before all."""
        ranked = self._weigher.among(request, held)
        if request.aspects or not self._scope.only_names(request):
            return ranked
        told = {c.id for concept in request.concepts for c in self._catalogue.own(concept) if c.aspect is Aspect.definition}
        return sorted(ranked, key=lambda i: i not in told)

    def _main_first(self, claims: Sequence[Claim]) -> List[Claim]:
        """What concerns the topics of the course, then what concerns its terms."""
        kind = {c.id: self._course.concept[self._course.concept_of[c.id]].kind for c in claims}
        return sorted(claims, key=lambda c: kind[c.id] is not ConceptKind.topic)

    def _stands_elsewhere(self, request: Request, held: Set[str]) -> bool:
        """Whether something that the person does not hold answers far better ("why did McDonald add Track 1.5?")."""
        own = {c.id for person in request.people for c in self._catalogue.own(person)}
        evidence = [e for e in self._weigher.search(request, request.concepts) if e.claim not in own]
        best = next((e.weight for e in evidence if e.claim in held), 0.0)
        return bool(evidence) and evidence[0].weight > best + CLEAR and self._weigher.answers(request, evidence)

    def _bears_on(self, request: Request, claims: Sequence[str]) -> bool:
        """Whether any of these claims has one of the words that are asked about beside names."""
        rare = [t for t in request.leftover if not self._weigher.is_common(t)]
        return not rare or any(self._weigher.covers(claim, rare) for claim in claims[:POSITIONS])

    def _held_about(self, person: str, concepts: Sequence[str], aspects: Sequence[Aspect]) -> List[Claim]:
        """What somebody holds of these concepts, under these aspects if any; failing that, what his or her reading says of them."""
        touching = [c for c in self._catalogue.held_by(person) if self._catalogue.touches(c.id, concepts)]
        apart = [c for c in touching if self._catalogue.strays(c.id, concepts) < 1]  # not about another numbered topic
        held = sorted(apart, key=lambda c: not self._catalogue.about(c.id, concepts)) or touching
        told = [c for c in self._catalogue.published_by(person) if self._catalogue.about(c.id, concepts)]
        asked = sum(c.aspect in aspects for c in told) > 2 * sum(c.aspect in aspects for c in held)  # "listed by Abu Hammad"
        return told if asked or not held else held

    def _side_by_side(self, request: Request, held: Sequence[Claim]) -> Reply:
        """What each of several authors holds of the same."""
        ranked = self._ranked(request, held)
        first: List[Tuple[str, Claim]] = []
        for person in request.people:
            own = {
                c.id
                for c in (*self._catalogue.held_by(person), *self._catalogue.published_by(person), *self._catalogue.own(person))
            }
            best = next((i for i in ranked if i in own), None)
            first += [(self._catalogue.title(person), self._course.claim[best])] if best else []
        if len({claim.id for _, claim in first}) < len(request.people):  # one sentence is not two sides
            claims = [self._course.claim[i] for i in ranked][:FEW]
            return self._speak.say(request, claims, (*request.people, *request.concepts))
        lead = f"{self._speak.names(request.people)} side by side"
        return self._speak.positions(request, lead, first, (*request.people, *request.concepts))

    def positions(self, request: Request) -> Optional[Reply]:
        """What the authors hold of one concept."""
        subjects = self._scope.subjects(request)
        if len(subjects) != 1 or self._scope.is_foreign(request) or self._scope.is_specific(request, subjects):
            return None
        contested = self._disputes.on_meaning(subjects[0])
        if contested:
            return self._speak.disagreement(request, contested)
        held = [c for c in self._catalogue.claims(subjects[0], [Aspect.definition, Aspect.criticism]) if c.author]
        if len({c.author for c in held}) < 2:
            return None
        first = self._catalogue.definitions(subjects[0])[0]
        one_each = {c.author: c for c in reversed(held) if c is not first and c.author != first.author}
        positions = [(c.author or "", c) for c in held if one_each.get(c.author) is c]
        lead = f"What the authors hold of {self._catalogue.name(subjects[0])}"
        return self._speak.positions(request, lead, positions, subjects, [first])

    def meaning(self, request: Request, concept: str, first: Sequence[Claim]) -> Optional[Reply]:
        """A definition that is contested: a plain one first, then the positions side by side."""
        contested = self._disputes.on_meaning(concept)
        return self._speak.disagreement(request, contested, first) if contested else None

    def asked(self, request: Request) -> Optional[Reply]:
        """A question that a disagreement answers almost in the course's words."""
        nearest = max((e.cosine for e in self._weigher.search(request, ())), default=0.0)
        found = self._disputes.asked(request.canonical, nearest)
        return self._speak.disagreement(request, found) if found and not self._says_more(request, found) else None

    def _says_more(self, request: Request, disagreement: Disagreement) -> bool:
        """Whether a claim has all the rare words of a question and a disagreement none ("did officials complain of Track 2?")."""
        rare = [t for t in request.leftover if not self._weigher.is_common(t)]
        held = {*terms(" ".join((disagreement.topic, disagreement.difference, *disagreement.questions)))}
        best = self._weigher.search(request, ())[:1]
        return bool(rare) and not held & {*rare} and any(self._weigher.covers(e.claim, rare) >= 1 for e in best)

    def other_side(self, request: Request) -> Optional[Reply]:
        """ "What does the other side say?", "so which of them is right?": the positions of which one was told."""
        if request.concepts or request.people or not _OTHER_SIDE.search(request.text):
            return None
        told = [d for i in request.context.said for d in self._course.disagreements if i in d.claims]
        return self._speak.disagreement(request, told[0]) if told else None

    def contradicting(self, request: Request) -> Optional[Reply]:
        """ "But doesn't Schiller say the opposite?": the disagreement on what was told in which he takes part."""
        if len(request.people) != 1 or not _SAYS_OTHERWISE.search(request.text):
            return None
        told = [d for i in request.context.said for d in self._course.disagreements if i in d.claims]
        told = [d for d in told if self._takes_part(request.people, d)]
        return self._speak.disagreement(request, told[0]) if told else None

    def agreement(self, request: Request) -> Optional[Reply]:
        """Whether the readings agree: on what is named, or on what is nearest to the words; without either, where they differ."""
        named = request.concepts or (self._scope.subjects(request) if request.leans_back or self._goes_on(request) else ())
        if request.concepts and request.leans_back and set(request.concepts) < set(request.context.subjects):
            named = self._scope.remembered(request.context.subjects)  # "does everybody agree that it complements Track 1?"
        subjects = (*named, *request.people)
        other = self.other_side(request)
        if other:
            return other
        if not subjects and self._scope.is_bare(request):
            return self._speak.disagreements(request, self._course.disagreements) if self._course.disagreements else None
        spoken_of = set(request.concepts) <= set(request.context.subjects)  # or nothing
        if request.people and spoken_of and not request.leftover:
            involved = [d for d in self._course.disagreements if self._takes_part(request.people, d)]
            on_it = [d for d in involved if set(d.claims) & set(request.context.said)]
            if on_it:  # "does Schiller agree?"
                return self._speak.disagreement(request, on_it[0], also=on_it[1:])
            if not request.concepts:
                return self._speak.disagreements(request, involved) if involved else None
        if _ON_MEANING.search(request.text) and len(named) == 1:  # "do they contradict each other on what it is?"
            defined = self._disputes.on_meaning(named[0])
            if defined and (not request.people or self._takes_part(request.people, defined)):
                return self._speak.disagreement(request, defined)
        said = request.context.said[:1] if not request.concepts else ()
        about_it = next(
            (d for d in self._course.disagreements for i in said if i in d.claims and set(d.about) & set(subjects)), None
        )
        if about_it and self._scope.is_bare(request):  # "do the others see it the same way?"
            return self._speak.disagreement(request, about_it)
        found = self._disputes.ranked(request.canonical, subjects)
        if len(request.people) > 1:  # "does the institute agree with him?": on what both take part in
            between = [f for f in self._disputes.ranked(request.canonical) if self._takes_part(request.people, f[0])]
            near = {*request.concepts, *self._catalogue.wholes(request.concepts)}
            found = [f for f in between if near & set(f[0].about)] or between or found
        if not found or (not subjects and not self._is_near(found)):
            return None
        best, others = found[0][0], [d for d, _ in found[1:]] if subjects else []
        bare = self._scope.is_bare(request) and len(named) == 1  # no other words ask for another than that on what it is
        meaning = self._disputes.on_meaning(named[0]) if bare else None
        nearness = {d.id: cosine for d, cosine in found}
        chosen = meaning if meaning and nearness.get(meaning.id, 0.0) >= found[0][1] - CLEAR else best
        return self._speak.disagreement(request, chosen, also=others)

    def _takes_part(self, people: Sequence[str], disagreement: Disagreement) -> bool:
        """Whether each of these people holds one of the positions."""
        holders = [{h for i in p.claims for h in self._catalogue.holders(i)} for p in disagreement.positions]
        return all(any(person in held for held in holders) for person in people)

    def _goes_on(self, request: Request) -> bool:
        """Whether "ok but do they all agree" is about what was just answered."""
        return bool(request.context.subjects) and not request.people and self._scope.is_bare(request)

    @staticmethod
    def _is_near(found: Sequence[Tuple[Disagreement, float]]) -> bool:
        """Whether the words point at one disagreement."""
        return found[0][1] >= 0.5 or (len(found) > 1 and found[0][1] - found[1][1] >= CLEAR)
