"""What an exported item says besides its question: why each option is right or wrong, and where the readings say so."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from knowledge.models import Claim, ConceptKind, Course
from tutor.item_lists import holders as holders_of
from tutor.items import Ground, Item, ItemType, Why
from tutor.reply import Citation, citation, passage_id
from tutor.speaking import LEADS

# What XML, a database field or a spreadsheet cannot hold: control characters, halves of pairs, code points without a character.
_UNSAFE = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Reference:
    """One place in one reading, as a bibliography would put it, and the reading's address."""

    text: str
    url: Optional[str] = None


@dataclass(frozen=True)
class Cited:
    """A sentence of the course and the places that it rests on."""

    text: str
    references: Tuple[Reference, ...]


@dataclass(frozen=True)
class Remark:
    """What is told of an option, a pair or the points that rest on one claim: `lead` places it, `cited` shows it."""

    option: str
    right: bool
    lead: str
    cited: Tuple[Cited, ...]

    @property
    def verdict(self) -> str:
        """What a student who chose this is told first."""
        return "Right." if self.right else "Not right."


class Wording:
    """Words the key and the feedback of items of one course."""

    def __init__(self, course: Course) -> None:
        self._course = course

    def remarks(self, item: Item) -> Tuple[Remark, ...]:
        """One remark for each option in its order; of a matching item for each right pair; of a short answer for each claim."""
        if item.type is ItemType.short_answer:
            return tuple(self._points(item, claim) for claim in dict.fromkeys(point.claim for point in item.points))
        if item.type is ItemType.match:
            return tuple(self._pair(item, pair) for pair in item.key)
        return tuple(self._option(item, option.id) for option in item.options)

    def reasons(self, item: Item) -> Tuple[Remark, ...]:
        """The remarks that say why the key is right."""
        return tuple(remark for remark in self.remarks(item) if remark.right)

    def others(self, item: Item) -> Tuple[Remark, ...]:
        """The remarks on wrong options that cite something else than what makes the key right."""
        told = [remark.cited for remark in self.reasons(item)]
        return tuple(remark for remark in self.remarks(item) if not remark.right and remark.cited not in told)

    def feedback(self, item: Item) -> Dict[str, str]:
        """What is told to who chose an option, by option, as HTML; the claims behind the key are left to `general`."""
        full = [remark.option for remark in self.others(item)]
        return {r.option: as_html(r, verdict=True) if r.option in full else places_as_html(r) for r in self.remarks(item)}

    def general(self, item: Item) -> str:
        """What is told to everybody, as HTML: why the key is right."""
        lead = "<p>A full answer says:</p>" if item.type is ItemType.short_answer else ""
        return lead + "".join(f"<p>{as_html(remark)}</p>" for remark in self.reasons(item))

    def key(self, item: Item) -> Tuple[str, ...]:
        """The right answers in words, without the ids of the options."""
        if item.type is ItemType.short_answer:
            return tuple(clean(point.text) for point in item.points)
        if item.type is ItemType.match:
            return tuple(" – ".join(sides(item, pair)) for pair in item.key)
        return tuple(clean(option.text) for option in item.options if option.id in item.key)

    def references(self, item: Item) -> Tuple[Reference, ...]:
        """Every place that its remarks cite, each once."""
        return tuple(dict.fromkeys(r for remark in self.remarks(item) for cited in remark.cited for r in cited.references))

    def concept(self, concept: str) -> str:
        """The name of a concept."""
        return clean(self._course.concept[concept].name)

    def _option(self, item: Item, option: str) -> Remark:
        right = option in item.key
        ground = item.grounds().get(option) or next((g for g in item.proof if g.right), None)
        if ground is None:  # an item that an instructor wrote: what it tests must do
            return Remark(option, right, "", self._cite(item.claims))
        return Remark(option, right, self._lead(item, ground), self._cite(ground.claims or item.claims))

    def _points(self, item: Item, claim: str) -> Remark:
        """What a full answer takes from one claim."""
        points = [point for point in item.points if point.claim == claim]
        return Remark(points[0].id, True, f"{'; '.join(f'“{clean(point.text)}”' for point in points)}.", self._cite([claim]))

    def _pair(self, item: Item, pair: str) -> Remark:
        prompt, option = sides(item, pair)
        ground = item.grounds().get(pair)
        claims = ground.claims if ground and ground.claims else item.claims
        return Remark(pair, True, f"“{prompt}”: {option}.", self._cite(claims))

    def _lead(self, item: Item, ground: Ground) -> str:
        known = self._known(ground.claims or item.claims)
        if not known:
            return ""
        claim = self._course.claim[known[0]]
        belongs = self._course.concept[ground.belongs or self._course.concept_of[claim.id]]
        concept, asks = clean(belongs.name), "Who" if belongs.kind is ConceptKind.person else "What"
        title = LEADS.get(claim.aspect, f"{asks} {{concept}} is").format(concept=concept)
        holders = sorted(map(clean, holders_of(self._course, claim)))
        if ground.why in (Why.held_by, Why.other_author):
            chosen = next((clean(o.text) for o in item.options if o.id == ground.option), "")
            return _held(chosen, holders, ground.right)
        return _WORDS[ground.why].format(title=title, concept=concept)

    def _cite(self, claims: Sequence[str]) -> Tuple[Cited, ...]:
        return tuple(self._cited(self._course.claim[claim]) for claim in self._known(claims))

    def _known(self, claims: Sequence[str]) -> List[str]:
        """Those that the course still has, each once."""
        return [claim for claim in dict.fromkeys(claims) if claim in self._course.claim]

    def _cited(self, claim: Claim) -> Cited:
        passages = [self._course.passages[passage_id(claim, place)] for place in claim.places]
        references = [_reference(citation(n, p, self._course)) for n, p in enumerate(passages, start=1)]
        return Cited(clean(claim.text), tuple(references))


_WORDS: Mapping[Why, str] = {
    Why.listed: "Listed under “{title}”.",
    Why.opposite_list: "This belongs under “{title}”.",
    Why.other_concept: "This belongs under “{title}”.",
    Why.stated: "The statement stands in the course.",
    Why.exchanged: "The course says this of {concept}.",
    Why.shared: "This holds for both.",
}


def _held(chosen: str, holders: Sequence[str], right: bool) -> str:
    """Who holds a claim. What is cited against an author who was chosen may be what that author does hold."""
    if chosen in holders:
        return f"Held by {chosen}." if right else f"{chosen} holds this instead:"
    return f"Held by {' and '.join(holders)}." if holders else ""


def _reference(cited: Citation) -> Reference:
    again = ", in the same words" if cited.repeats else ""
    return Reference(clean(f"{cited.author}, {cited.title} ({cited.year or 'no date'}), {cited.locator}{again}"), cited.url)


def sides(item: Item, pair: str) -> Tuple[str, str]:
    """The texts of the prompt and of the option of a pair such as "1b"."""
    prompt = next(p for p in item.prompts if pair.startswith(p.id))
    option = next(o for o in item.options if o.id == pair[len(prompt.id) :])
    return clean(prompt.text), clean(option.text)


def clean(text: str) -> str:
    """A text without characters that one of the formats cannot hold; lines end in a line feed."""
    return _UNSAFE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


# -- as plain text and as HTML -----------------------------------------------------------------------------------------


def as_text(remark: Remark) -> str:
    """The remark on one line."""
    return _said(remark, False, lambda text: text, lambda reference: reference.text)


def as_html(remark: Remark, verdict: bool = False) -> str:
    """The remark as safe HTML, its readings linked where they have an address."""
    return _said(remark, verdict, to_html, _link)


def places_as_html(remark: Remark) -> str:
    """The verdict, and where the readings show it, for an option whose reason is told elsewhere."""
    places = dict.fromkeys(_link(r) for cited in remark.cited for r in cited.references)
    return " ".join(filter(None, [remark.verdict, to_html(remark.lead), f"[{'; '.join(places)}]" if places else ""]))


def to_html(text: str) -> str:
    """A text as HTML that shows it as it is."""
    return html.escape(clean(text), quote=False).replace("\n", "<br>")


def _said(remark: Remark, verdict: bool, say: Callable[[str], str], refer: Callable[[Reference], str]) -> str:
    shown = [f"{say(cited.text)} [{'; '.join(map(refer, cited.references))}]" for cited in remark.cited]
    return " ".join(filter(None, [remark.verdict if verdict else "", say(remark.lead), *shown]))


def _link(reference: Reference) -> str:
    text = to_html(reference.text)
    return f'<a href="{html.escape(reference.url)}">{text}</a>' if reference.url else text
