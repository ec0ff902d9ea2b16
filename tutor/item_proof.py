"""The proof of an item: each option stands on claims that say what the item says of it, looked up without the item's maker."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Callable, Dict, List, Mapping, Optional

from knowledge.models import Aspect, Claim, Course
from tutor.item_lists import OPPOSITE, Likeness, brief, holders, near, same_voice, true_of
from tutor.items import Ground, Item, ItemType, Why

BY_NAME = frozenset({"called", "motto_of", "match_mottos"})  # ask how a concept is called
OF_AUTHORS = frozenset({"who_holds", "whose_position", "match_authors"})
NAMING = BY_NAME | OF_AUTHORS | {"of_which", "which_term"}  # options are names


class Facts:
    """What the rules look up in a course; make it once for many items."""

    def __init__(self, course: Course, alike: Likeness) -> None:
        self.course = course
        self.alike = alike
        self.briefs = frozenset(brief(c) for c in course.claim.values())
        self.holders = {c.id: holders(course, c) for c in course.claim.values()}
        self.held: Dict[str, List[Claim]] = {}
        self.said: Dict[str, List[Claim]] = {}
        for claim in course.claim.values():
            for who in self.holders[claim.id]:
                self.held.setdefault(who, []).append(claim)
            for concept in (course.concept_of[claim.id], *claim.also_true_of):
                self.said.setdefault(concept, []).append(claim)
        longest_first = sorted((c.name for c in course.concepts), key=len, reverse=True)
        self.any_name = re.compile("|".join(map(re.escape, longest_first)))
        self.near = lru_cache(maxsize=None)(self._near)

    def _near(self, one: str, other: str) -> bool:
        return near(self.alike, self.course.claim[one], self.course.claim[other])

    def as_brief(self, text: str) -> str:
        """A brief as the course has it: an option begins with a capital."""
        small = text[0].lower() + text[1:]
        return small if small in self.briefs else text


def of_names(item: Item) -> bool:
    """Whether the options are names: of concepts, of authors, of lists."""
    return item.form in NAMING or item.form.startswith("match_")


def proved(item: Item, facts: Facts) -> bool:
    """Every option has one ground, and the course bears it out."""
    if item.type is ItemType.short_answer:
        return all(p.claim in facts.course.claim for p in item.points) and set(item.claims) <= set(facts.course.claim)
    options = [o.id for o in item.options]
    if item.type is ItemType.match:
        options = [p.id + o for p in item.prompts for o in options]
    grounds = [g.option for g in item.proof]
    right = {g.option for g in item.proof if g.right}
    if sorted(options) != sorted(grounds) or right != set(item.key) or not set(item.claims) <= set(facts.course.claim):
        return False
    return all(_borne_out(Case(item, g, facts)) for g in item.proof)


class Case:
    """One option of an item with the ground that it is said to stand on."""

    def __init__(self, item: Item, ground: Ground, facts: Facts) -> None:
        self.item, self.ground, self.facts, self.course = item, ground, facts, facts.course
        self.claims = [self.course.claim[c] for c in ground.claims if c in self.course.claim]
        self.text = self._text()

    def _text(self) -> str:
        texts = {o.id: o.text for o in self.item.options}
        return texts[self.ground.option[1:] if self.item.prompts else self.ground.option]

    def prompt(self) -> str:
        """What a matching item puts on the left of this pair; else the stem."""
        return {p.id: p.text for p in self.item.prompts}.get(self.ground.option[:1], self.item.stem)

    def named(self) -> Optional[str]:
        """The concept that the option names, if it names one."""
        plain = re.sub(r"^(Strength|Weakness) of ", "", self.text)
        return next((c.id for c in self.course.concepts if _bare(c.name) == _bare(plain)), None)

    def aspect(self) -> Optional[Aspect]:
        """The list that is asked for: the option's own ("Strength of ..."), else the item's."""
        own = re.match(r"(Strength|Weakness) of ", self.text)
        return Aspect(own[1].lower()) if own and self.item.form == "match_lists" else self.item.aspect

    def asked(self) -> str:
        """The concept that the option is right or wrong of."""
        return (self.named() if of_names(self.item) else None) or self.item.concept


def _borne_out(case: Case) -> bool:
    if not case.claims or len(case.claims) != len(case.ground.claims):
        return False
    if case.item.form in BY_NAME:
        return _known_by_name(case)
    return _shown(case) and _GROUNDS[case.ground.why](case)


def _shown(case: Case) -> bool:
    """Whether the student reads the claim that the ground speaks of: in the option, the prompt, or the stem."""
    brief = case.claims[0].brief or ""
    if case.item.type is ItemType.true_false or (of_names(case.item) and not case.item.prompts):
        return case.ground.why is Why.other_author or brief in case.item.stem
    return case.prompt()[1:] == brief[1:] if case.item.prompts else case.text[1:] == brief[1:]


def _listed(case: Case) -> bool:
    claim, concept = case.claims[0], case.asked()
    there = case.course.concept_of[claim.id] == concept and claim.aspect is case.aspect()
    other = _other(case)
    return case.ground.right and there and (other is None or _not_true(case, claim, other))


def _opposite(case: Case) -> bool:
    claim, concept, aspect = case.claims[0], case.asked(), case.aspect()
    if aspect is None:
        return False
    there = case.course.concept_of[claim.id] == concept and claim.aspect is OPPOSITE.get(aspect)
    return there and _says_wrong(case) and not _said_alike(case, claim, concept, aspect)


def _elsewhere(case: Case) -> bool:
    claim = case.claims[0]
    there = case.course.concept_of[claim.id] == case.ground.belongs != case.asked()
    return there and _says_wrong(case) and _not_true(case, claim, case.asked())


def _shared(case: Case) -> bool:
    claim, other = case.claims[0], _other(case)
    own = case.course.concept_of[claim.id]
    held = {own, *claim.also_true_of}
    return not case.ground.right and other is not None and {case.item.concept, other} <= held


def _stated(case: Case) -> bool:
    claim, item = case.claims[0], case.item
    there = case.course.concept_of[claim.id] == item.concept and claim.aspect is item.aspect
    return there and case.ground.right is (case.ground.option == "true")


def _held(case: Case) -> bool:
    """The right one holds the claim."""
    who = case.text if of_names(case.item) else _author_in_stem(case)
    return case.ground.right and who in case.facts.holders[case.claims[0].id]


def _not_held(case: Case) -> bool:
    """Somebody else holds the claim: the one asked for nothing that is like it."""
    if case.ground.right:
        return False
    if not of_names(case.item):  # the option is a claim
        who, claim = _author_in_stem(case), case.claims[0]
    else:
        who, claim = case.text, case.claims[0] if case.item.prompts else _asked_claim(case)
    others = case.facts.holders[claim.id]
    mine = case.facts.held.get(who, [])
    return (
        bool(mine)
        and not any(same_voice(who, other) for other in others)
        and not any(case.facts.near(claim.id, c.id) for c in mine)
    )


def _asked_claim(case: Case) -> Claim:
    return case.course.claim[case.item.claims[0]]


def _author_in_stem(case: Case) -> str:
    authors = {a for a in case.facts.held if a in case.item.stem}
    return max(authors, key=len, default="")


def _other(case: Case) -> Optional[str]:
    """The concept of which the key is not to be true ("... but NOT of Track 2")."""
    after = case.item.stem.partition(" NOT of ")[2] if case.item.form == "of_one_not_other" else ""
    return next((c.id for c in case.course.concepts if after and _bare(after.split(",")[0].rstrip("?")) == _bare(c.name)), None)


def _says_wrong(case: Case) -> bool:
    """A wrong statement is marked as false; any other wrong option as wrong."""
    if case.item.type is ItemType.true_false:
        return case.ground.right is (case.ground.option == "false")
    return not case.ground.right


def _not_true(case: Case, claim: Claim, concept: str) -> bool:
    if concept in true_of(claim, case.course):
        return False
    return not any(case.facts.near(claim.id, c.id) for c in case.facts.said.get(concept, []))


def _said_alike(case: Case, claim: Claim, concept: str, aspect: Aspect) -> bool:
    return any(case.facts.near(claim.id, c.id) for c in case.course.concept[concept].claims if c.aspect is aspect)


def _known_by_name(case: Case) -> bool:
    """The claim calls its concept so; the option is that concept or its name, or it is another that is not called so."""
    claim, concept = case.claims[0], case.course.concept.get(case.ground.belongs or "")
    if concept is None or concept.id not in true_of(claim, case.course):
        return False
    if case.item.form == "motto_of":
        said = case.text.casefold() in claim.text.casefold() and case.text == concept.motto
        return said and case.ground.right is (concept.id == case.item.concept)
    name = next((n for n in (concept.motto, *concept.also_called) if n and n.casefold() in case.prompt().casefold()), None)
    return name is not None and name.casefold() in claim.text.casefold() and case.ground.right is (case.named() == concept.id)


def _bare(name: str) -> str:
    """A concept's name without article and capital."""
    return re.sub(r"^the ", "", name.strip().casefold())


_GROUNDS: Mapping[Why, Callable[[Case], bool]] = {
    Why.listed: _listed,
    Why.opposite_list: _opposite,
    Why.other_concept: _elsewhere,
    Why.exchanged: _elsewhere,
    Why.shared: _shared,
    Why.stated: _stated,
    Why.held_by: _held,
    Why.other_author: _not_held,
}
