"""Items about names: who holds what, which term is this, how a track is called; matching; short answers."""

from __future__ import annotations

from itertools import combinations
from typing import Dict, FrozenSet, Iterator, List, Optional, Sequence, Tuple

from index.vocabulary import Vocabulary
from knowledge.models import Aspect, Claim, Concept, ConceptKind
from tutor.item_build import Asked, Choice, Pair, chance, choose, hint, match, write
from tutor.item_lists import Lists, brief, comparable, holders, mentions, phrase_kind, plain_author, same_voice, surnames
from tutor.item_wording import WORDING, heading, own_words, title, which_of_kind
from tutor.items import Item, ItemType, Point, Why

OPTIONS = 3
SETS = 24  # sets of tracks whose names are matched
Holding = Tuple[str, Claim]  # an author and what he or she holds


class NameForms:
    """Makes the items in which names of authors, terms and tracks are told apart."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists
        self._course = lists.course
        self._holders: Dict[str, FrozenSet[str]] = {c.id: holders(self._course, c) for c in self._course.claim.values()}
        self._held: Dict[str, List[str]] = {}
        for claim_id, names in self._holders.items():
            for name in names:
                self._held.setdefault(name, []).append(claim_id)
        self._vocabulary = Vocabulary(self._course)
        self._noun = self._course.series.noun if self._course.series else ""

    def items(self) -> Iterator[Item]:
        """Every item of these forms, in the order of the course."""
        for claim in self._course.claim.values():
            if claim.brief:
                concept = self._course.concept[self._course.concept_of[claim.id]]
                yield from self._who_holds(concept, claim)
                yield from self._author_says(concept, claim)
                yield from self._which_term(concept, claim)
        yield from self._positions()
        yield from self._called()
        yield from self._short_answers()

    # -- authors -----------------------------------------------------------------------------------------------------

    def _who_holds(self, concept: Concept, claim: Claim) -> Iterator[Item]:
        if not claim.author or concept.kind is ConceptKind.person:
            return
        described = claim.aspect is Aspect.definition and phrase_kind(brief(claim)) == "noun"
        stem = (
            f"Who describes {concept.name} as “{claim.brief}”?"
            if described
            else f"Who says this of {concept.name}: “{claim.brief}”?"
        )
        others = self._rivals(claim.author, claim, self.holdings(concept.id) + self.holdings())
        yield from self._of_authors("who_holds", stem, concept, claim, claim.author, others)

    def _positions(self) -> Iterator[Item]:
        for dispute in self._course.disagreements:
            concept = self._course.concept[dispute.about[0]]
            stances = [(plain_author(p.author), self._course.claim[c]) for p in dispute.positions for c in p.claims[:1]]
            named = [(author, claim) for author, claim in stances if author]
            for author, claim in named:
                stem = f"The readings differ on {dispute.topic}. Whose position is this: “{claim.brief}”?"
                yield from self._of_authors("whose_position", stem, concept, claim, author, self._rivals(author, claim, named))

    def _of_authors(
        self, form: str, stem: str, concept: Concept, claim: Claim, author: str, others: Sequence[Holding]
    ) -> Iterator[Item]:
        drawn = self._drawn(author, brief(claim), others[: 2 * OPTIONS], f"{form} {claim.id}")
        if len(drawn) == OPTIONS - 1:
            choices = [Choice(author, True, Why.held_by, (claim.id,), concept.id)]
            choices += [Choice(a, False, Why.other_author, (c.id,), self._course.concept_of[c.id]) for a, c in drawn]
            nudge = hint(self._course, claim, [c.text for c in choices])
            asked = self._asked(ItemType.multiple_choice, form, concept, claim, stem, nudge)
            yield choose(self._course, asked, choices)

    def _drawn(self, author: str, told: str, others: Sequence[Holding], seed: str) -> List[Holding]:
        """Two authors that are not the same voice, of names about as long."""
        mixed = list(others)
        chance(seed).shuffle(mixed)
        drawn: List[Holding] = []
        for name, claim in mixed:
            apart = not any(same_voice(name, other) for other, _ in drawn) and not any(mentions(told, n) for n in surnames(name))
            if apart and comparable([author, name, *(n for n, _ in drawn)], names=True):
                drawn.append((name, claim))
        return drawn[: OPTIONS - 1]

    def _rivals(self, author: str, claim: Claim, holdings: Sequence[Holding]) -> List[Holding]:
        """Others with something that they hold, if they hold nothing like the claim and did not publish it; each once."""
        found: Dict[str, Claim] = {}
        for name, own in holdings:
            if name not in found and self.is_rival(name, author, claim):
                found[name] = own
        return list(found.items())

    def is_rival(self, name: str, author: str, claim: Claim) -> bool:
        """Whether somebody holds nothing like a claim of another author."""
        if any(same_voice(name, holder) for holder in (author, *self._holders[claim.id])):
            return False
        publishers = [self._course.source[p.source].author for p in claim.places]
        if any(name in p and (author not in p or p.startswith(name)) for p in publishers):  # it reports what it may share
            return False
        return not any(self._lists.near(claim.id, own) for own in self._held.get(name, ()))

    def holdings(self, concept: Optional[str] = None) -> List[Holding]:
        """Who holds what of a concept; of any without one."""
        claims = self._course.concept[concept].claims if concept else self._course.claim.values()
        return [(c.author, c) for c in claims if c.author and c.brief]

    def _author_says(self, concept: Concept, claim: Claim) -> Iterator[Item]:
        if not claim.author:
            return
        others = [(a, c) for a, c in self.holdings(concept.id) if c.aspect is claim.aspect and self.is_rival(claim.author, a, c)]
        kind = phrase_kind(brief(claim))
        fit = [c for a, c in others if phrase_kind(brief(c)) == kind and comparable([brief(c), brief(claim)])]
        chance(claim.id, "author_says").shuffle(fit)
        for pair in list(combinations(fit, OPTIONS - 1))[:2]:
            if not any(self._lists.near(a.id, b.id) for a, b in combinations((claim, *pair), 2)):
                choices = [Choice(title(brief(claim)), True, Why.held_by, (claim.id,), concept.id)]
                choices += [Choice(title(brief(c)), False, Why.other_author, (c.id,), concept.id) for c in pair]
                stem = f"{self._says(claim)} {concept.name}, according to {claim.author}?"
                nudge = hint(self._course, claim, [c.text for c in choices])
                yield choose(
                    self._course, self._asked(ItemType.multiple_choice, "author_says", concept, claim, stem, nudge), choices
                )

    @staticmethod
    def _says(claim: Claim) -> str:
        wording = WORDING.get(claim.aspect)
        return wording.one.split("{c}")[0].strip() if wording and wording.one.endswith("{c}") else "Which of these holds of"

    # -- terms and tracks --------------------------------------------------------------------------------------------

    def _which_term(self, concept: Concept, claim: Claim) -> Iterator[Item]:
        if concept.number or claim not in self._lists.own(concept.id, Aspect.definition):
            return
        same = [c for c in self._course.concepts if c.kind is concept.kind and not c.number and c is not concept]
        apart = [c for c in same if self._lists.foreign(claim.id, c.id, claim.aspect)]
        fit = [c for c in apart if comparable([c.name, concept.name], names=True) and not mentions(claim.brief or "", c.name)]
        fit.sort(key=lambda c: (-self._lists.nearness(claim, c.id), c.id))
        fit = fit[:8]
        chance(claim.id, "which_term").shuffle(fit)
        for others in (fit[:2], fit[2:4]):
            if len(others) == OPTIONS - 1:
                choices = [Choice(title(concept.name), True, Why.listed, (claim.id,), concept.id)]
                choices += [Choice(title(c.name), False, Why.other_concept, (claim.id,), concept.id) for c in others]
                nudge = hint(self._course, claim, [c.text for c in choices])
                asked = self._asked(ItemType.multiple_choice, "which_term", concept, claim, which_of_kind(concept, claim), nudge)
                yield choose(self._course, asked, choices)

    def _called(self) -> Iterator[Item]:
        """The names in the series, from name to number and back."""
        named = [(c, n, self._told(c, n)) for c in self._lists.numbered for n in self._names(c)]
        known = [(c, n, claim) for c, n, claim in named if claim]
        for concept, name, claim in known:
            drawn = chance(concept.id, name, "called")
            others = list({c.id: c for c, _, _ in known if c is not concept}.values())
            if len(others) >= OPTIONS - 1 and claim:
                verb = f"Which {self._noun} is known as" if name == concept.motto else f"Which {self._noun} is the"
                yield self._name_item("called", concept, claim, f"{verb} “{name}”?", drawn.sample(others, OPTIONS - 1))
        mottos = [(c, claim) for c, n, claim in known if claim and n == c.motto]
        for concept, claim in mottos:
            others_told = [m for m in mottos if m[0] is not concept]
            if len(others_told) >= OPTIONS - 1:
                picked = chance(concept.id, "motto_of").sample(others_told, OPTIONS - 1)
                choices = [Choice(concept.motto or "", True, Why.listed, (claim.id,), concept.id)]
                choices += [Choice(c.motto or "", False, Why.other_concept, (x.id,), c.id) for c, x in picked]
                stem = f"By which name is {concept.name} known?"
                nudge = hint(self._course, claim, [c.text for c in choices])
                yield choose(self._course, self._asked(ItemType.multiple_choice, "motto_of", concept, claim, stem, nudge), choices)
        yield from self._match_mottos(mottos)

    def _names(self, concept: Concept) -> List[str]:
        plain = [n for n in concept.also_called if n.endswith(f" {self._noun}") and not mentions(n, concept.name)]
        return [*([concept.motto] if concept.motto else []), *plain[:2]]

    def _told(self, concept: Concept, name: str) -> Optional[Claim]:
        """The claim that calls a concept so."""
        claims = (*concept.claims, *(c for c in self._course.claim.values() if concept.id in c.about))
        return next((c for c in claims if name.casefold() in c.text.casefold()), None)

    def _name_item(self, form: str, concept: Concept, claim: Claim, stem: str, others: Sequence[Concept]) -> Item:
        choices = [Choice(title(concept.name), True, Why.listed, (claim.id,), concept.id)]
        choices += [Choice(title(c.name), False, Why.other_concept, (claim.id,), concept.id) for c in others]
        nudge = hint(self._course, claim, [c.text for c in choices])
        return choose(self._course, self._asked(ItemType.multiple_choice, form, concept, claim, stem, nudge), choices)

    def _match_mottos(self, mottos: Sequence[Tuple[Concept, Claim]]) -> Iterator[Item]:
        sets = [s for size in (3, 4) for s in combinations(mottos, size)]
        chance(self._course.id, "mottos").shuffle(sets)
        for chosen in sets[:SETS]:
            pairs = [
                Pair(
                    concept.motto or "",
                    title(concept.name),
                    tuple(
                        Choice(title(c.name), c is concept, Why.listed if c is concept else Why.other_concept, (x.id,), concept.id)
                        for c, _ in chosen
                    ),
                )
                for concept, x in chosen
            ]
            claims = tuple(x.id for _, x in chosen)
            stem = f"Match each name with the {self._noun} that is known by it:"
            nudge = "Begin with the name that you are surest of."
            asked = Asked(ItemType.match, "match_mottos", chosen[0][0].id, Aspect.definition, stem, claims, nudge, "names")
            yield match(self._course, asked, pairs)

    # -- short answers -----------------------------------------------------------------------------------------------

    def _short_answers(self) -> Iterator[Item]:
        for claim_id, points in self._course.points.items():
            claim = self._course.claim[claim_id]
            concept = self._course.concept[self._course.concept_of[claim_id]]
            nudge = f"Think of what “{self._course.source[claim.source].title}” says under “{heading(self._course, claim.aspect)}”."
            stem = own_words(self._course.open_questions[claim_id], concept)
            asked = self._asked(ItemType.short_answer, "short_answer", concept, claim, stem, nudge)
            made = [Point(id=p.id, text=p.text, words=p.words, claim=claim_id) for p in points]
            yield write(self._course, asked, made)

    def _asked(self, kind: ItemType, form: str, concept: Concept, claim: Claim, stem: str, nudge: str) -> Asked:
        shows = concept.id if mentions(stem, concept.name) else claim.aspect.value
        return Asked(kind, form, concept.id, claim.aspect, stem, (claim.id,), nudge, shows)
