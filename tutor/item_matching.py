"""Matching items: claims to tracks, to lists, to authors."""

from __future__ import annotations

from typing import Iterator, List, Sequence, Tuple

from knowledge.models import Aspect, Claim, Concept
from tutor.item_build import Asked, Choice, Pair, chance, match
from tutor.item_lists import Lists, brief, comparable, phrase_kind
from tutor.item_names import NameForms
from tutor.item_wording import LISTED, WORDING, title
from tutor.items import Item, ItemType, Why

VARIANTS = 2  # items that begin with the same claim
SIZES = (3, 4)  # pairs of an item
Cell = Tuple[str, Concept, Aspect]  # how an option reads, and the list that it stands for
Held = Tuple[str, Claim]  # an author, and a claim


class MatchForms:
    """Makes items in which every claim goes with one of the options, and provably with no other."""

    def __init__(self, lists: Lists, names: NameForms) -> None:
        self._lists = lists
        self._names = names
        self._course = lists.course
        self._noun = self._course.series.noun if self._course.series else ""

    def items(self) -> Iterator[Item]:
        """Every matching item, in the order of the course."""
        if not self._noun:
            return
        for concept in self._lists.numbered:
            for aspect in LISTED:
                for claim in self._lists.own(concept.id, aspect):
                    yield from self._with_tracks(concept, claim)
                    if aspect in (Aspect.strength, Aspect.weakness):
                        yield from self._with_lists(concept, claim)
        for concept in self._course.concepts:
            yield from self._with_authors(concept)

    def _with_tracks(self, concept: Concept, claim: Claim) -> Iterator[Item]:
        cells = [(title(c.name), c, claim.aspect) for c in (concept, *self._lists.peers(concept.id))]
        stem = WORDING[claim.aspect].pairs.format(noun=self._noun)
        yield from self._matched("match_tracks", stem, claim, cells, claim.aspect)

    def _with_lists(self, concept: Concept, claim: Claim) -> Iterator[Item]:
        both = [claim.aspect, *(a for a in (Aspect.strength, Aspect.weakness) if a is not claim.aspect)]
        concepts = [concept, *self._lists.peers(concept.id)]
        cells = [(f"{a.value.capitalize()} of {c.name}", c, a) for c in concepts for a in both]
        stem = "Match each phrase with the list of strengths or weaknesses in which it stands:"
        yield from self._matched("match_lists", stem, claim, cells, None)

    def _matched(self, form: str, stem: str, first: Claim, cells: Sequence[Cell], aspect: Aspect | None) -> Iterator[Item]:
        """Items that begin with a claim of the first cell, each with claims of two or three other cells."""
        for n in range(VARIANTS):
            drawn = chance(first.id, form, str(n))
            rest = list(cells[1:])
            drawn.shuffle(rest)
            chosen: List[Tuple[Cell, Claim]] = [(cells[0], first)]
            for cell in rest:
                claims = list(self._lists.own(cell[1].id, cell[2]))
                drawn.shuffle(claims)
                fit = next((c for c in claims if self._fits(chosen, cell, c)), None)
                if fit and len(chosen) < SIZES[n % len(SIZES)]:
                    chosen.append((cell, fit))
            if len(chosen) >= SIZES[0]:
                yield self._item(form, stem, chosen, aspect)

    def _fits(self, chosen: Sequence[Tuple[Cell, Claim]], cell: Cell, claim: Claim) -> bool:
        phrases = [brief(c) for _, c in chosen]
        if not comparable([*phrases, brief(claim)]) or {phrase_kind(p) for p in phrases} != {phrase_kind(brief(claim))}:
            return False
        return all(
            self._lists.foreign(claim.id, other[1].id, other[2]) and self._lists.foreign(c.id, cell[1].id, cell[2])
            for other, c in chosen
        )

    def _item(self, form: str, stem: str, chosen: Sequence[Tuple[Cell, Claim]], aspect: Aspect | None) -> Item:
        pairs = [
            Pair(title(brief(claim)), cell[0], tuple(self._ground(cell, other, claim) for other, _ in chosen))
            for cell, claim in chosen
        ]
        claims = tuple(c.id for _, c in chosen)
        nudge = "Begin with the one that you are surest of; each option is used once."
        shows = aspect.value if aspect else "lists"
        return match(self._course, Asked(ItemType.match, form, chosen[0][0][1].id, aspect, stem, claims, nudge, shows), pairs)

    def _ground(self, own: Cell, option: Cell, claim: Claim) -> Choice:
        right = own == option
        why = Why.listed if right else Why.opposite_list if own[1] is option[1] else Why.other_concept
        return Choice(option[0], right, why, (claim.id,), own[1].id)

    def _with_authors(self, concept: Concept) -> Iterator[Item]:
        held = self._names.holdings(concept.id)
        for author, claim in held:
            for n in range(VARIANTS):
                rest = [h for h in held if h[0] != author]
                chance(claim.id, "match_authors", str(n)).shuffle(rest)
                chosen: List[Held] = [(author, claim)]
                for name, other in rest:
                    if len(chosen) < SIZES[n % len(SIZES)] and self._rivals(chosen, name, other):
                        chosen.append((name, other))
                if len(chosen) >= SIZES[0]:
                    yield self._of_authors(concept, chosen)

    def _rivals(self, chosen: Sequence[Held], name: str, claim: Claim) -> bool:
        phrases = [brief(c) for _, c in chosen]
        if not comparable([*phrases, brief(claim)]) or {phrase_kind(p) for p in phrases} != {phrase_kind(brief(claim))}:
            return False
        if not comparable([name, *(a for a, _ in chosen)], names=True):
            return False
        return all(self._names.is_rival(name, a, c) and self._names.is_rival(a, name, claim) for a, c in chosen)

    def _of_authors(self, concept: Concept, chosen: Sequence[Held]) -> Item:
        pairs = [
            Pair(
                title(brief(claim)),
                author,
                tuple(
                    Choice(a, a == author, Why.held_by if a == author else Why.other_author, (claim.id,), concept.id)
                    for a, _ in chosen
                ),
            )
            for author, claim in chosen
        ]
        claims = tuple(c.id for _, c in chosen)
        stem = f"Match each statement about {concept.name} with the author who makes it:"
        nudge = "Begin with the one that you are surest of; each option is used once."
        asked = Asked(ItemType.match, "match_authors", concept.id, chosen[0][1].aspect, stem, claims, nudge, concept.id)
        return match(self._course, asked, pairs)
