"""What the course holds, arranged for answering: claims by concept and aspect, who holds them, what they touch."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import Dict, FrozenSet, Iterable, List, Optional, Sequence, Tuple

from index.lexical import terms
from index.vocabulary import Vocabulary
from knowledge.models import Aspect, Claim, ConceptKind, Course

_ALIKE = re.compile(r"\b(both|alike|in common|the same|similar(ly)?|likewise)\b", re.IGNORECASE)
_APART = re.compile(r"\b(whereas|while|unlike|but|differ\w*|although|apart|separate\w*|between)\b", re.IGNORECASE)

_MAKING = frozenset(terms("providing through making"))  # words of mottos that name no member of the series


class Catalogue:
    """Look-ups over one course that take no search."""

    def __init__(self, course: Course, vocabulary: Vocabulary) -> None:
        self.course = course
        self._claims: Dict[Tuple[str, Aspect], List[Claim]] = defaultdict(list)
        self._named: Dict[str, FrozenSet[str]] = {}
        self._holders: Dict[str, FrozenSet[str]] = {}
        self._about: Dict[str, FrozenSet[str]] = {}
        self._touched: Dict[str, FrozenSet[str]] = {}
        for claim in course.claim.values():
            self._named[claim.id] = frozenset(vocabulary.concepts(claim.text))
            self._about[claim.id] = self._told_of(claim)
            self._holders[claim.id] = frozenset(vocabulary.concepts(claim.author or ""))
            self._touched[claim.id] = self._concepts_of(claim) | self._named[claim.id]
        for concept in course.concepts:
            for claim in concept.claims:
                self._claims[concept.id, claim.aspect].append(claim)
        for claim in course.claim.values():  # what is said elsewhere comes after what is said here
            shared = (c for c in claim.also_true_of if c in self._named[claim.id])  # else the sentence speaks of something else
            for other in dict.fromkeys((*shared, *claim.about)):
                if claim not in self._claims[other, claim.aspect]:
                    self._claims[other, claim.aspect].append(claim)
        publishers = {s.id: frozenset(vocabulary.concepts(s.author)) for s in course.sources}
        self._publishers = {c.id: frozenset().union(*(publishers[p.source] for p in c.places)) for c in course.claim.values()}
        self._parts = {c.id: frozenset(part.id for part in course.parts_of(c.id)) for c in course.concepts}
        self._numbers = {i: frozenset(c for c in about if course.concept[c].number) for i, about in self._about.items()}
        self.people = frozenset(c.id for c in course.concepts if c.kind is ConceptKind.person)
        self.voices = self.people.union(*self._holders.values(), *publishers.values())  # who can hold a position
        self.topics = self._main_topics()
        self._nouns = vocabulary.nouns  # each member's name has it, so it tells none apart

    def claims(self, concept: str, aspects: Sequence[Aspect]) -> Tuple[Claim, ...]:
        """What the course says of a concept under these aspects, the author's order kept."""
        return tuple(dict.fromkeys(claim for aspect in aspects for claim in self._claims.get((concept, aspect), ())))

    def own(self, concept: str) -> Tuple[Claim, ...]:
        """Every claim that stands under a concept."""
        return self.course.concept[concept].claims

    def own_or_all(self, concept: str, aspect: Aspect) -> Tuple[Claim, ...]:
        """What stands under a concept for an aspect; failing that, what is said of it elsewhere."""
        return tuple(c for c in self.own(concept) if c.aspect is aspect) or self.claims(concept, [aspect])

    def definitions(self, concept: str) -> Tuple[Claim, ...]:
        """What a concept is: its own definitions, else those given elsewhere, else the first that is said of it."""
        own = tuple(c for c in self.own(concept) if c.aspect is Aspect.definition)
        return own or self.claims(concept, [Aspect.definition]) or self.claims(concept, list(Aspect))[:2]

    def aspects(self, concept: str) -> Tuple[Aspect, ...]:
        """The aspects under which the course says something of a concept."""
        return tuple(a for a in Aspect if self._claims.get((concept, a)))

    def part_named(self, whole: str, words: Sequence[str]) -> Tuple[Optional[str], FrozenSet[str]]:
        """The one member of a whole whose names have some of these stems ("religion" in multi-track diplomacy), and these stems."""
        common = set(terms(self.name(whole))).union(self._nouns, _MAKING)
        parts = [p for p in self.course.parts_of(whole) if p.number]
        named = {p.id: frozenset(words) & set(terms(" ".join(p.also_called))) - common for p in parts}
        found = [part for part, said in named.items() if said]
        return (found[0], named[found[0]]) if len(found) == 1 else (None, frozenset())

    def holders(self, claim_id: str) -> FrozenSet[str]:
        """Who holds a claim."""
        return self._holders[claim_id]

    def people_told_of(self, claim_id: str) -> FrozenSet[str]:
        """The people of whom a claim tells something, without those who hold it."""
        return (self._named[claim_id] & self.people) - self._holders[claim_id]

    def is_person(self, claim: Claim) -> bool:
        """Whether a claim tells who somebody is."""
        return self.course.concept[self.course.concept_of[claim.id]].kind is ConceptKind.person

    def is_thing(self, concept: str) -> bool:
        """Whether a concept is an event, a body or a term, and no topic of the course nor a person."""
        found = self.course.concept.get(concept)
        return found is not None and found.kind not in (ConceptKind.topic, ConceptKind.person)

    def touches(self, claim_id: str, concepts: Sequence[str]) -> bool:
        """Whether a claim is about, or names, one of these concepts."""
        return not self._touched[claim_id].isdisjoint(concepts)

    def about(self, claim_id: str, concepts: Sequence[str]) -> bool:
        """Whether a claim is about one of these concepts, not merely naming it."""
        return not self._about[claim_id].isdisjoint(concepts)

    def about_or_part(self, claim_id: str, concepts: Sequence[str]) -> bool:
        """Whether a claim is about one of these concepts or a member of one ("where do universities fit into the nine tracks")."""
        about = self._about[claim_id]
        return any(concept in about or about & self._parts[concept] for concept in concepts)

    def wholes(self, concepts: Iterable[str]) -> FrozenSet[str]:
        """The concepts of which some of these are parts."""
        return frozenset(filter(None, (self.course.concept[c].part_of for c in concepts)))

    def goes_with(self, claim_id: str, first: str, concepts: Sequence[str]) -> bool:
        """Whether a claim is about no other numbered topic than the `first` one and these concepts."""
        own, meant = self._numbers[claim_id], self._numbers[first]
        return not own or not meant or bool(own & (meant | set(concepts)))

    def members(self, claim_id: str) -> FrozenSet[str]:
        """The numbered topics that a claim is about or names."""
        return frozenset(c for c in self._touched[claim_id] if self.course.concept[c].number)

    def strays(self, claim_id: str, concepts: Sequence[str]) -> float:
        """How far a claim is off the numbered topics among these concepts: the share left out, 1 more if about others."""
        wanted = {c for c in concepts if self.course.concept[c].number}
        own = self._numbers[claim_id]
        if not wanted:
            return float(self._is_of_another(claim_id, concepts))
        return len(wanted - self._touched[claim_id]) / len(wanted) + float(bool(own) and not own & wanted)

    def _is_of_another(self, claim_id: str, concepts: Sequence[str]) -> bool:
        """Whether a claim is about other numbered topics than those of which these concepts are parts, and not about them."""
        meant = {whole for whole in self.wholes(concepts) if self.course.concept[whole].number}
        own = self._numbers[claim_id]
        return bool(meant and own) and own.isdisjoint(meant) and not self.about(claim_id, concepts)

    def held_by(self, voice: str) -> Tuple[Claim, ...]:
        """Every claim whose author this is."""
        return tuple(c for c in self.course.claim.values() if voice in self._holders[c.id])

    def published_by(self, voice: str) -> Tuple[Claim, ...]:
        """Every claim made in a reading of which this is an author."""
        return tuple(c for c in self.course.claim.values() if voice in self._publishers[c.id])

    def stands_in_reading(self, claim_id: str, voices: Sequence[str]) -> bool:
        """Whether a claim is made in a reading of which one of these is an author."""
        return not self._publishers[claim_id].isdisjoint(voices)

    def joint(self, concepts: Sequence[str]) -> Tuple[Claim, ...]:
        """Every claim, of whatever aspect, that speaks of two of these concepts."""
        return tuple(c for c in self.course.claim.values() if len(self._touched[c.id] & set(concepts)) > 1)

    def alike(self, concepts: Sequence[str]) -> Tuple[Claim, ...]:
        """What is true of all these concepts: claims of one, or of a third thing, that hold for the others just as well."""
        wanted = set(concepts)
        told = [c for c in self.course.claim.values() if wanted <= self._named[c.id] and c.aspect is not Aspect.example]
        shared = [c for c in told if wanted <= {self.course.concept_of[c.id], *c.also_true_of}]
        both = [c for c in told if c not in shared and _ALIKE.search(c.text) and not _APART.search(c.text)]
        return (*shared, *both)

    def between(self, concepts: Sequence[str]) -> Tuple[Claim, ...]:
        """Relations among these concepts: claims of one that are about, or true of, another."""
        wanted = set(concepts)
        related = [c for c in self.course.claim.values() if c.aspect in (Aspect.relation, Aspect.criticism)]
        both = [c for c in related if len(wanted & self._touched[c.id]) > 1]
        return tuple(
            sorted(
                both,
                key=lambda c: (
                    self.course.concept_of[c.id] not in wanted,
                    -len(wanted & self._concepts_of(c)),
                    len(self._concepts_of(c) - wanted),
                ),
            )
        )

    def counts(self, name: str) -> bool:
        """Whether a name is that of a member of the series by its number ("Track Two talks")."""
        return bool(self._nouns.intersection(terms(name)))

    def name(self, concept: str) -> str:
        """The concept's name, as it stands inside a sentence."""
        return self.course.concept[concept].name

    def title(self, concept: str) -> str:
        """The concept's name, as it stands at the beginning of one."""
        name = self.name(concept)
        return name[0].upper() + name[1:]

    def _concepts_of(self, claim: Claim) -> FrozenSet[str]:
        return self._about[claim.id]

    def _told_of(self, claim: Claim) -> FrozenSet[str]:
        """What a sentence tells something of: a sentence on Track 2 says nothing to a student of a track it does not name."""
        own = self.course.concept_of[claim.id]
        shared = (c for c in claim.also_true_of if c in self._named[claim.id] or not self.course.concept[own].number)
        return frozenset({own, *claim.about, *shared})

    def _main_topics(self) -> Tuple[str, ...]:
        """The concepts that the course says most about, in the order of its series."""
        sizes = Counter({c.id: len(c.claims) for c in self.course.concepts if c.kind is ConceptKind.topic})
        numbered = [c for c in self.course.concepts if c.number and c.kind is ConceptKind.topic]
        biggest = sizes.most_common(1)[0][1] if sizes else 0
        main = [i for i, size in sizes.items() if size * 4 >= biggest]
        order = {c.id: float(c.number or 0) for c in numbered}
        return tuple(sorted(main, key=lambda i: (i not in order, order.get(i, 0.0), -sizes[i])))[:4]
