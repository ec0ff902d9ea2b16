"""Items out of the lists of the course: which, of which, true or false, select all, true of one but not of another."""

from __future__ import annotations

from typing import Iterator, List, Sequence, Tuple

from knowledge.models import Aspect, Claim, Concept, ConceptKind
from tutor.item_build import Asked, Choice, chance, choose, hint, judge
from tutor.item_lists import OPPOSITE, Lists, brief, comparable, phrase_kind
from tutor.item_wording import LISTED, READINGS, SEVERAL, WORDING, heading, statement, title, whose
from tutor.items import Item, ItemType, Why

HARDEST = 12  # distractors are drawn from this many, the likest to the key
LIKELY = 3  # a false statement is about one of so many concepts, those to which the claim comes nearest
VARIANTS = 3  # items of one form with the same key, where there are distractors enough
OPTIONS = 3
SELECTED = 5  # options of a select-all item
CONTESTED = (Aspect.strength, Aspect.weakness)  # the lists that students mix up: more items


class ListForms:
    """Makes the items that need no more than the lists of concepts."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists
        self._course = lists.course

    def items(self) -> Iterator[Item]:
        """Every item of these forms, in the order of the course."""
        for concept in self._course.concepts:
            for aspect in LISTED:
                own = self._lists.own(concept.id, aspect)
                wrong = self._wrong(concept, aspect) if own else []
                for claim in own:
                    yield from self._one(concept, claim, wrong)
                    yield from self._several(concept, claim, own, wrong)
                    yield from self._judged(concept, claim)
                    if concept.number:
                        yield from self._of_which(concept, claim)
                        yield from self._but_not(concept, claim)

    # -- which of these ----------------------------------------------------------------------------------------------

    def _one(self, concept: Concept, claim: Claim, wrong: Sequence[Claim]) -> Iterator[Item]:
        form = "definition_of" if claim.aspect is Aspect.definition else f"{claim.aspect.value}_of"
        if concept.kind is ConceptKind.person:  # they are asked for by what is said of them, see `which_term`
            return
        stem = f"{WORDING[claim.aspect].one.format(c=concept.name)}, according to {READINGS}?"
        for others in self._draws(claim, wrong, OPTIONS - 1, form):
            choices = [self._right(claim), *(self._false(other, concept) for other in others)]
            yield choose(self._course, self._asked(form, concept, claim, stem, choices), choices)

    def _several(self, concept: Concept, claim: Claim, own: Sequence[Claim], wrong: Sequence[Claim]) -> Iterator[Item]:
        if not concept.number and claim.aspect not in CONTESTED:
            return
        form = f"all_{claim.aspect.value}"
        stem = f"{WORDING[claim.aspect].several.format(c=concept.name)}, according to {READINGS}? {SEVERAL}"
        drawn = chance(claim.id, form)
        for keys in (2, 3) if claim.aspect in CONTESTED else (2,):
            more = self._draw(claim, [c for c in own if c is not claim], keys - 1, f"{form}{keys}")
            number = min(SELECTED, 6) - keys + drawn.choice((0, 0, 1)) if more else 0
            others = self._draw(claim, wrong, number, f"{form}{keys}", more) or self._draw(claim, wrong, 2, form, more)
            if more and others:
                choices = [*map(self._right, (claim, *more)), *(self._false(other, concept) for other in others)]
                asked = self._asked(form, concept, claim, stem, choices, ItemType.select_all, more)
                yield choose(self._course, asked, choices)

    def _wrong(self, concept: Concept, aspect: Aspect) -> List[Claim]:
        """The claims that are provably not in a list: the opposite list's, those of peers in the same list or its opposite."""
        alike = self._beside(concept) if aspect is Aspect.definition else self._lists.peers(concept.id)
        aspects = [a for a in (aspect, OPPOSITE.get(aspect)) if a]
        pool = [c for other in [concept, *alike] for a in aspects for c in self._lists.own(other.id, a)]
        return [c for c in dict.fromkeys(pool) if self._lists.foreign(c.id, concept.id, aspect)]

    # -- of which track ----------------------------------------------------------------------------------------------

    def _of_which(self, concept: Concept, claim: Claim) -> Iterator[Item]:
        others = [p for p in self._lists.peers(concept.id) if self._lists.foreign(claim.id, p.id, claim.aspect)]
        if len(others) < OPTIONS - 1 or self._course.series is None:
            return
        chance(claim.id, "of_which").shuffle(others)
        choices = [Choice(title(concept.name), True, Why.listed, (claim.id,), concept.id)]
        choices += [Choice(title(p.name), False, Why.other_concept, (claim.id,), concept.id) for p in others[: OPTIONS - 1]]
        stem = whose(claim.aspect, self._course.series.noun, claim)
        asked = Asked(
            type=ItemType.multiple_choice,
            form="of_which",
            concept=concept.id,
            aspect=claim.aspect,
            stem=stem,
            claims=(claim.id,),
            nudge=hint(self._course, claim, [c.text for c in choices]),
            shows=claim.aspect.value,
        )
        yield choose(self._course, asked, choices)

    # -- true or false -----------------------------------------------------------------------------------------------

    def _judged(self, concept: Concept, claim: Claim) -> Iterator[Item]:
        """A true and a false statement, both or none, so that neither answer is the likelier."""
        if concept.kind is ConceptKind.person:
            return
        kind = phrase_kind(brief(claim))
        false = [(c, claim.aspect, Why.exchanged) for c in self._exchangeable(concept, claim)[:LIKELY]]
        chance(claim.id, "judged").shuffle(false)
        turned = OPPOSITE.get(claim.aspect)
        if turned and self._lists.foreign(claim.id, concept.id, turned):
            false.append((concept, turned, Why.opposite_list))
        if not false or statement(claim.aspect, kind, concept.name, claim) is None:
            return
        yield self._statement(concept, claim.aspect, claim, Why.stated)
        yield self._statement(false[0][0], false[0][1], claim, false[0][2])

    def _exchangeable(self, concept: Concept, claim: Claim) -> List[Concept]:
        """The concepts of which a claim is false, those first to which it comes nearest."""
        beside = self._beside(concept) if claim.aspect is Aspect.definition else self._lists.peers(concept.id)
        false = [c for c in beside if self._lists.foreign(claim.id, c.id, claim.aspect)]
        return sorted(false, key=lambda c: (-self._lists.nearness(claim, c.id), c.id))

    def _beside(self, concept: Concept) -> Sequence[Concept]:
        """The concepts with whose definitions a definition may be confused: peers, else those of the same kind."""
        if concept.number:
            return self._lists.peers(concept.id)
        return [c for c in self._course.concepts if c.kind is concept.kind and not c.number and c is not concept]

    def _statement(self, concept: Concept, aspect: Aspect, claim: Claim, why: Why) -> Item:
        stem = statement(aspect, phrase_kind(brief(claim)), concept.name, claim) or ""
        true = why is Why.stated
        own = self._course.concept_of[claim.id]
        choices = [Choice(text, right, why, (claim.id,), own) for text, right in (("True", true), ("False", not true))]
        asked = Asked(
            type=ItemType.true_false,
            form="true_false",
            concept=concept.id,
            aspect=aspect,
            stem=stem,
            claims=(claim.id,),
            nudge=f"Compare it with what the readings list under “{heading(self._course, aspect)}” of {concept.name}.",
            shows=concept.id,
        )
        return judge(self._course, asked, *choices)

    # -- of one, but not of another ----------------------------------------------------------------------------------

    def _but_not(self, concept: Concept, claim: Claim) -> Iterator[Item]:
        if claim.aspect is Aspect.definition:
            return
        for other in self._lists.peers(concept.id):
            if self._lists.is_main(concept.id) and self._lists.foreign(claim.id, other.id, claim.aspect):
                yield from self._between(concept, other, claim)

    def _between(self, concept: Concept, other: Concept, claim: Claim) -> Iterator[Item]:
        listed = [*self._lists.own(concept.id, claim.aspect), *self._lists.own(other.id, claim.aspect)]
        shared = [c for c in listed if {concept.id, other.id} <= {self._course.concept_of[c.id], *c.also_true_of}]
        theirs = [c for c in self._lists.own(other.id, claim.aspect) if self._lists.foreign(c.id, concept.id, claim.aspect)]
        form = "of_one_not_other"
        stem = f"{WORDING[claim.aspect].one.format(c=concept.name)}, but NOT of {other.name}, according to {READINGS}?"
        if claim.aspect not in (*CONTESTED, Aspect.purpose) or len(shared) < 2:  # one would be wrong each time
            return
        for both in self._draws(claim, shared, 1, f"{form} {other.id}")[:2]:
            mine = [c for c in shared if c not in both]
            rest = self._draw(claim, theirs or mine, 1, f"{form} {other.id}", both) or self._draw(claim, mine, 1, form, both)
            if rest:
                choices = [self._right(claim), *(self._unfit(c, other, shared) for c in (*both, *rest))]
                yield choose(self._course, self._asked(form, concept, claim, stem, choices), choices)

    def _unfit(self, claim: Claim, other: Concept, shared: Sequence[Claim]) -> Choice:
        why = Why.shared if claim in shared else Why.other_concept
        return Choice(title(brief(claim)), False, why, (claim.id,), other.id)

    # -- parts -------------------------------------------------------------------------------------------------------

    def _right(self, claim: Claim) -> Choice:
        return Choice(title(brief(claim)), True, Why.listed, (claim.id,), self._course.concept_of[claim.id])

    def _false(self, claim: Claim, concept: Concept) -> Choice:
        own = self._course.concept_of[claim.id]
        why = Why.opposite_list if own == concept.id else Why.other_concept
        return Choice(title(brief(claim)), False, why, (claim.id,), own)

    def _asked(
        self,
        form: str,
        concept: Concept,
        claim: Claim,
        stem: str,
        choices: Sequence[Choice],
        kind: ItemType = ItemType.multiple_choice,
        more: Sequence[Claim] = (),
    ) -> Asked:
        label, source = heading(self._course, claim.aspect), self._course.source[claim.source].title
        first = f"Look under “{label}” of {concept.name}, for instance in “{source}”."
        return Asked(
            type=kind,
            form=form,
            concept=concept.id,
            aspect=claim.aspect,
            stem=stem,
            claims=(claim.id, *(c.id for c in more)),
            nudge=hint(self._course, claim, [c.text for c in choices], first),
            shows=concept.id,
        )

    def _draws(self, key: Claim, pool: Sequence[Claim], number: int, form: str) -> List[Tuple[Claim, ...]]:
        """Different sets of distractors for one key."""
        times = VARIANTS if key.aspect in CONTESTED else VARIANTS - 1
        sets = [self._draw(key, pool, number, f"{form} {n}") for n in range(times)]
        return list({frozenset(s): s for s in sets if s}.values())

    def _draw(self, key: Claim, pool: Sequence[Claim], number: int, seed: str, beside: Sequence[Claim] = ()) -> Tuple[Claim, ...]:
        """As many options as wanted that fit beside a key, drawn from the likest; none if there are too few."""
        fit = [c for c in pool if phrase_kind(brief(c)) == phrase_kind(brief(key)) and comparable([brief(c), brief(key)])]
        fit.sort(key=lambda c: (-self._lists.alike(brief(c), brief(key)), c.id))
        fit = fit[:HARDEST]
        chance(key.id, seed).shuffle(fit)
        fit.sort(key=lambda c: len(brief(c)) < len(brief(key)))  # the key is not to stand out by its length
        drawn: List[Claim] = []
        for claim in fit if number > 0 else ():
            with_it = [key, *beside, *drawn]
            apart = not any(self._lists.near(claim.id, c.id) for c in with_it)
            if apart and comparable([brief(c) for c in (*with_it, claim)]):
                drawn.append(claim)
            if len(drawn) == number:
                return tuple(drawn)
        return ()
