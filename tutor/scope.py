"""What a request is about: the concepts it means, the conversation it leans on, and what can answer it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Iterable, List, Optional, Sequence, Tuple

from index.lexical import terms
from knowledge.models import Aspect, Claim, ConceptKind
from tutor.catalogue import Catalogue
from tutor.evidence import Evidence, Weigher
from tutor.memory import CARDINALS, ORDINALS
from tutor.parts import asks
from tutor.understanding import ASPECTS_OF, Act, Request, asks_why, contrasts

NEAR_VERBATIM = 0.75  # cosine from which a question is one that the course lists for the claim, in other words
NEAR_ENOUGH = 0.68  # ... from which it is, where the tracks are spoken of without a number
PROBABLE = 0.7  # from which a question about a thing is answered in other words than its own, but not with what the thing is
NEAREST = 3  # of the ranking, among which one must be near for "how do the tracks work together"
BY_CHANCE = 0.4  # share of the words beside a name that may be met by chance
WORDED_ALIKE = 0.03  # how far the cosine of a claim that rare words single out may be below that of what is asked for
MEANT = 0.5  # share of the words of an unknown term that a definition must have
LIKE_A_CASE = 0.6  # cosine from which a case is like those that a claim speaks of
PREMISED = 0.60  # cosine from which a claim speaks to what a question takes for granted
SURE = 0.75  # probability from which an intent is believed although other words point elsewhere
SURE_OF_ABUSE = 0.6  # ... from which a message is taken for an attempt to talk the tutor out of its sources
SHORT = 6  # topical words up to which a message may lean on the conversation without a pronoun
JUDGED = frozenset({Aspect.strength, Aspect.weakness, Aspect.criticism})  # never answered with another aspect

# What a question asks for by its first words, and what a sentence must hold to be able to answer it.
_KINDS_OF_ANSWER = (
    (
        re.compile(
            r"\b(when (was|were|did)|(what|which) (year|date)|year (in which|when|that)|how long ago|since when)\b", re.IGNORECASE
        ),
        re.compile(r"(?<!\()\b\d{4}s?\b(?!\))|\bcentur(y|ies)\b", re.IGNORECASE),
    ),
    (
        re.compile(
            r"(?<!regard to )(?<!respect to )(?<!terms of )\bhow (many(?! (years|months|decades) (did|has|have|was|were)\b)|"
            r"old|tall|big|large|far (away|is it)|much (money|time|is|was|are|does it cost|did it cost|funding))\b|"
            r"\b(budget|salary|price|cost|percentage)\b",
            re.IGNORECASE,
        ),
        re.compile(
            r"(?<![\d.])\d{1,3}(?!\d)|\b(two|three|four|five|six|seven|eight|nine|ten|fifteen|several|many|most|few|poorly)\b",
            re.IGNORECASE,
        ),
    ),
    (
        re.compile(r"\bhow (long|many (years|months|decades)) (did|has|have|was|were)\b", re.IGNORECASE),
        re.compile(r"(?<![\d.])\d{1,4}s?\b|\b(two|three|four|five|six|seven|eight|nine|ten|many|several|long)\b", re.IGNORECASE),
    ),
    (
        re.compile(r"\b(percentage|percent|per cent|success rate|(what|which) (share|proportion|fraction) of)\b", re.IGNORECASE),
        re.compile(r"%|\b(percent|per cent|half|third|quarter|majority|most)\b", re.IGNORECASE),
    ),
    (
        re.compile(
            r"^(and |so |ok )?where (is|are|was|were|did) "
            r"(?!.*\b(place|belong|fit|stand|heading|going|leading|overlap|differ)\b)",
            re.IGNORECASE,
        ),
        re.compile(r"\b(in|at|from|of|on) (the )?[A-Z]"),
    ),
)

_PREMISE = re.compile(
    r"^(?:(?:but|so|and|ok|well),? )?(?:since|given that|seeing (?:that|as)|considering(?: that)?|as|because|now that|if) "
    r"(?P<what>[^,]{12,}), ",
    re.IGNORECASE,
)


_WHERE_IN = re.compile(  # "where would a foundation be located within the nine tracks?"
    r"^(?:\w+,? ){0,3}?where\b.{0,60}?\b(?:fits?|located?|belongs?|placed?|put|sits?|stands?|go|falls?|ranked?|found|find)\b"
    r".{0,30}?\b(?:in|into|within|inside|among|on|under)\b",
    re.IGNORECASE,
)
_INSIDE = r"(?:in|of|within|from|under|inside|among)"
ASKING_ELSE = (Act.compare, Act.ask_relation, Act.ask_agreement, Act.ask_sources, Act.start_quiz)
_OF_THE = re.compile(r"\b(?:which|what|one|any|each|all) of the\b", re.IGNORECASE)
PAIR = 2  # concepts that "the two" are
_THE_TWO = re.compile(r"\b(the|these|those) two\b|\bboth\b(?! sides)", re.IGNORECASE)
_WHICH_KIND = re.compile(r"\b(which|what) (sort|kind|type|form)s? of\b", re.IGNORECASE)
_TALLIED = re.compile(r"\bhow many (?!(?:years|months|decades)\b)(?:different |other )?(?P<what>[a-z]{4,})\b", re.IGNORECASE)
_COUNTED = (  # what is counted, after a number
    r"\b(?:\d{{1,3}}|two|three|four|five|six|seven|eight|nine|ten|fifteen|several|many|most|few|poorly)\b(?:[\W_]+\w+){{0,3}}[\W_]+{}"
)
_ANY_KIND = frozenset(["kind", "kinds", "type", "types", "sort", "sorts", "form", "forms", "ways", "parts", "members"])
ELSEWHERE = 0.3  # probability from which a message may be of something else altogether
TELLING = 4  # letters of a word by which it is known with another ending
_NUMBERED_ONE = re.compile(rf"\b(?:number|no\.?|nr\.?) ?(?P<n>\d(?:\.\d)?|{'|'.join(CARDINALS)})\b", re.IGNORECASE)
_OF_LIST = re.compile(r"\b(?:list|system|model|scheme)\b", re.IGNORECASE)
_ORDINAL = re.compile(rf"\bthe ({'|'.join(ORDINALS)})(?: ones?)?(?=[\s?.!,]*$|,? and\b|,? or\b|, the\b)", re.IGNORECASE)
_LAST_ONE = re.compile(r"\bthe (?:very )?last(?: one)?(?=[\s?.!]*$|,)", re.IGNORECASE)
_NEIGHBOUR = re.compile(  # "i meant the one before that"
    r"\bthe (?:one (?:right |just |directly |that (?:comes|came|goes|is) )?(?P<way>before|after|following)(?: (?:that|it|this))?|"
    r"(?P<next>next|previous) one)[\s?.!]*$",
    re.IGNORECASE,
)
_PLACE_STEMS = frozenset(terms(" ".join(ORDINALS)))
_IN_ANSWER = re.compile(r"\b(sources?|readings?|citations?|references?|points?|sentences?|items?)\b", re.IGNORECASE)
_PLACES = {"first": 0, "1st": 0, "former": 0, "second": 1, "2nd": 1, "latter": 1, "third": 2, "3rd": 2, "last": -1}
_PLACE = re.compile(rf"\bthe (?P<place>{'|'.join(_PLACES)})(?: ones?)?(?=[\s?.!,]*$| and\b| or\b)", re.IGNORECASE)


class Scope:
    """Reads requests against one course."""

    def __init__(self, catalogue: Catalogue, weigher: Weigher) -> None:
        self._course = catalogue.course
        self._catalogue = catalogue
        self._weigher = weigher
        noun = re.escape(self._course.series.noun) if self._course.series else "one"
        self._main = tuple(t for t in catalogue.topics if self._course.concept[t].number)
        several = PAIR < len(self._main) <= len(CARDINALS)
        count = rf"{CARDINALS[len(self._main) - 1]}|{len(self._main)}" if several else "(?!)"  # "three|3"
        self._all = re.compile(rf"\b(all|every|each|{count}|the {noun}s)\b", re.IGNORECASE)
        self._every = re.compile(
            rf"\b(?:all|every|each)(?: of)?(?: the| these| those)?(?: (?:{count}))?(?: main| major| basic)? {noun}s?\b|"
            rf"\bthe (?:{count})(?: main| major| basic)? {noun}s\b",
            re.IGNORECASE,
        )
        self._as_many = re.compile(rf"\b(?:{count})(?: [a-z]+)? {noun}s\b", re.IGNORECASE)
        self._numbered = re.compile(rf"\b{noun}s? \d[\d.]*((, | and | or |, and ){noun}?s? ?\d[\d.]*)*", re.IGNORECASE)
        self._in_plural = re.compile(rf"\b{noun}s\b", re.IGNORECASE)
        self._noun = re.compile(rf"\b{noun}s?\b", re.IGNORECASE)
        self._which_member = re.compile(
            rf"\b(which|what|wich) (of the (\w+ )?)?{noun}s?\b|"
            rf"\b{noun}[ -]wise\b|\b(which|what) of (\w+(['\u2019]?s)? ){{1,3}}?(and (\w+(['\u2019]?s)? ){{1,3}}?)?{noun}s\b",
            re.IGNORECASE,
        )
        self._other = re.compile(rf"\bthe other( one| {noun}| side)?\b", re.IGNORECASE)

    def subjects(self, request: Request) -> Tuple[str, ...]:
        """The concepts asked about: those named, else those of the last answer if the message leans on it."""
        if request.concepts:
            return request.concepts
        if self._other.search(request.text):
            return self.the_other(request)
        if _THE_TWO.search(request.text) and len(request.context.subjects) < PAIR:  # asked of one after the other
            last = self.remembered(c for c in request.context.recent if c not in self._catalogue.voices)[:PAIR]
            return tuple(reversed(last))
        if request.leans_back or self.is_bare(request):
            before = self.remembered(c for c in request.context.subjects if c not in self._catalogue.voices)
            one_member = len(before) == 1 and self._course.concept[before[0]].number
            return () if one_member and request.leftover and self.asks_which_member(request) else before  # which other one
        return ()

    def listed(self, request: Request) -> Tuple[str, ...]:
        """The concepts of which a list is asked for: of those of the last answer the narrower."""
        found = self.subjects(request)
        return found if request.concepts else self.narrowed(found)

    def in_part(self, request: Request) -> Request:
        """A request on the member that is meant, where a whole is named and a member of it by what it does."""
        part, words = (
            self._catalogue.part_named(request.concepts[0], request.leftover) if len(request.concepts) == 1 else (None, ())
        )
        if part is None:
            return request
        canonical = f"{self._catalogue.name(part)}: {request.canonical}"
        return replace(
            request, concepts=(part,), canonical=canonical, leftover=tuple(w for w in request.leftover if w not in words)
        )

    def pointed_at(self, request: Request) -> Request:
        """A request on the side that is meant by its place ("weaknesses of the second one") in the comparison before."""
        main = self._the_main_members(request)
        if main:
            return replace(request, concepts=main, leftover=(), act=Act.define, probability=1.0, leans_back=False)
        members = self._members_numbered(request) or self._of_the_list(request)
        if members:
            act = Act.follow_up if len(members) == 1 else Act.define
            return replace(request, concepts=members, leftover=(), act=act, probability=1.0)
        sides = self.remembered(request.context.subjects)
        found = _PLACE.search(request.text)
        if found is None or request.concepts or request.people or len(sides) < 2 or not (request.aspects or request.leans_back):
            return request
        at = _PLACES[found.group("place").lower()]
        if at >= len(sides):
            return request
        left = tuple(t for t in request.leftover if t not in terms(found.group()))
        return replace(request, concepts=(sides[at],), leftover=left, leans_back=False)

    def _members_numbered(self, request: Request) -> Tuple[str, ...]:
        """The members of the series that are meant by bare numbers ("and number five?", "and the fifth?") after one was defined."""
        last = self.remembered(request.context.subjects)
        defined = request.context.act in (Act.define.value, Act.explain.value, Act.follow_up.value, Act.list_parts.value)
        defined = defined or (request.context.act == Act.ask_question.value and len(request.context.said) == 1)
        defined = defined or request.context.act == Act.ask_relation.value
        among = all(self._course.concept[c].number for c in request.concepts) and bool(_NUMBERED_ONE.search(request.text))
        elsewhere = request.people or request.aspects or request.act in (Act.open_source, Act.ask_sources)
        elsewhere = elsewhere or (request.concepts and not among)
        wholes = self._catalogue.wholes(last)
        last = tuple(c for c in last if c not in wholes) or last  # "what is Track 9 in the nine-track system"
        if not defined or elsewhere or len(last) != 1 or _IN_ANSWER.search(request.text):
            return ()
        if not (self._course.concept[last[0]].number or self._course.parts_of(last[0])):
            return ()
        numbers = _numbers(request.text)
        in_series = self._course.concept[last[0]].part_of or request.context.act == Act.list_parts.value
        if not numbers and in_series and len(set(request.leftover) - _PLACE_STEMS) <= 1:
            numbers = [str(ORDINALS.index(found.lower()) + 1) for found in _ORDINAL.findall(request.text)]
            if not numbers and _LAST_ONE.search(request.text):
                siblings = self._course.parts_of(self._course.concept[last[0]].part_of or last[0])
                numbers = sorted((p.number for p in siblings if p.number), key=float)[-1:]
        if not numbers:
            numbers = self._neighbour(request, last[0])
        found = dict.fromkeys(c.id for n in dict.fromkeys(numbers) for c in self._course.concepts if c.number == n)
        return tuple(sorted({**found, **dict.fromkeys(request.concepts)}, key=self._number)) if found else ()

    def _number(self, concept: str) -> float:
        return float(self._course.concept[concept].number or 0)

    def _of_the_list(self, request: Request) -> Tuple[str, ...]:
        """The member that is meant by its number where its whole, or who made it, is named ("number seven in their list")."""
        numbers = _numbers(request.text)
        if not numbers or request.aspects or not _OF_LIST.search(request.text) or not (request.concepts or request.people):
            return ()
        wholes = [c.id for c in self._course.concepts if self._course.parts_of(c.id)]
        if not set(request.concepts) <= {*wholes} or len(request.leftover) > 1:
            return ()
        return tuple(p.id for whole in wholes for p in self._course.parts_of(whole) if p.number == numbers[0])[:1]

    def _neighbour(self, request: Request, member: str) -> List[str]:
        """The number of the member of the same whole that comes before or after one, if that is asked for."""
        found, concept = _NEIGHBOUR.search(request.text), self._course.concept[member]
        if found is None or concept.part_of is None or concept.number is None or contrasts(request.text):
            return []
        numbers = sorted((p.number for p in self._course.parts_of(concept.part_of) if p.number), key=float)
        before = "before" in (found.group("way") or "").lower() or (found.group("next") or "").lower() == "previous"
        at = numbers.index(concept.number) + (-1 if before else 1)
        return numbers[at : at + 1] if at >= 0 else []

    def asks_which_member(self, request: Request) -> bool:
        """Whether a message asks to which member of the series something belongs ("which track was it?")."""
        return bool(self._which_member.search(request.text) or _WHERE_IN.search(request.text))

    def nearest_member(self, request: Request, evidence: Sequence[Evidence]) -> List[Evidence]:
        """Of a case that is to be put under a member of a whole that is named, what comes near it of one member."""
        if not (self.asks_which_member(request) and request.leftover):
            return []
        parts = [p.id for whole in request.concepts for p in self._course.parts_of(whole) if p.number]
        near = [e for e in evidence if self._course.concept_of[e.claim] in parts and e.cosine >= LIKE_A_CASE]
        return [e for e in near if self._course.concept_of[e.claim] == self._course.concept_of[near[0].claim]][:NEAREST]

    def facts(self, request: Request) -> List[Evidence]:
        """Of a thing that was spoken of and is pointed at, what holds the time, number or place that is asked for."""
        things = [c for c in self.remembered(request.context.subjects) if self._catalogue.is_thing(c)]
        if not (things and request.leans_back and asks_for_fact(request.text)) or request.concepts or request.people:
            return []
        evidence = self._weigher.search(request, things)
        own = [
            e for e in evidence if self._course.concept_of[e.claim] in things and self.tells(request, self._course.claim[e.claim])
        ]
        return own[:1]

    def points_at_nothing(self, request: Request) -> bool:
        """Whether a message is of something that was never named ("is it effective?")."""
        named = request.concepts or request.people or request.aspects or request.context.subjects
        few = len(request.leftover) <= 1 and not any(map(self._weigher.is_unknown, request.leftover))
        beside = request.ranking.get(Act.manipulate, 0.0) + request.ranking.get(Act.out_of_scope, 0.0)
        return request.leans_back and few and not named and beside < ELSEWHERE and not self._noun.search(request.text)

    def speaks_of_one(self, request: Request) -> bool:
        """Whether a message asks nothing in so many words and names but one thing."""
        asked = asks(request.text) or "?" in request.text or request.aspects or request.people
        return len(request.concepts) == 1 and not asked and len(request.leftover) >= SHORT

    def asks_which(self, request: Request) -> bool:
        """Whether a message asks to which member of the series, or to which kind of thing, a case belongs."""
        return self.asks_which_member(request) or bool(_WHICH_KIND.search(request.text))

    def speaks_of_every(self, request: Request) -> bool:
        """Whether a message means each of the tracks without naming one ("who sits at the table in each of the three tracks")."""
        return bool(self._every.search(request.text)) and not request.concepts

    def _the_main_members(self, request: Request) -> Tuple[str, ...]:
        """The topics of the course that are members of the series, where as many are to be named ("what are the three tracks")."""
        if not self._as_many.search(request.text) or request.people or request.act in ASKING_ELSE:
            return ()
        others = [c for c in request.concepts if self._course.concept[c].number]
        elsewhere = others or set(request.aspects) - {Aspect.definition} or asks_for_fact(request.text)
        one_of_them = _OF_THE.search(request.text)  # "which of the three tracks is best?"
        return self._main if self.only_names(request) and not (elsewhere or one_of_them) else ()

    def speaks_of_the_other(self, request: Request) -> bool:
        """Whether a message means "the other one"."""
        return bool(self._other.search(request.text))

    def the_two_people(self, request: Request) -> Tuple[str, ...]:
        """The last two authors spoken of, where "those two" follows what one of them holds."""
        last = self.remembered(c for c in request.context.subjects if c in self._catalogue.voices)
        asked = _THE_TWO.search(request.text) and not (request.concepts or request.people)
        if not (asked and last):
            return ()
        said = dict.fromkeys((*last, *(c for c in request.context.recent if c in self._catalogue.voices)))
        return tuple(reversed(self.remembered(said)[:PAIR])) if len(said) >= PAIR else ()

    def the_other(self, request: Request) -> Tuple[str, ...]:
        """The concept that was spoken of before the last one."""
        last = request.context.subjects
        return self.remembered(c for c in request.context.recent if c not in last and c not in self._catalogue.voices)[:1]

    def remembered(self, concepts: Iterable[str]) -> Tuple[str, ...]:
        """Those of these concepts that the course still has."""
        return tuple(c for c in concepts if c in self._course.concept)

    def narrowed(self, subjects: Tuple[str, ...]) -> Tuple[str, ...]:
        """The narrower of the concepts named: a term beside a numbered topic is what is asked about."""
        wholes = self._catalogue.wholes(subjects)
        parts = tuple(s for s in subjects if s not in wholes)  # "track 5 in the nine tracks"
        terms = tuple(s for s in parts if not self._course.concept[s].number)
        return terms or parts or subjects

    def listed_of(self, subjects: Tuple[str, ...], aspects: Sequence[Aspect]) -> Tuple[str, ...]:
        """The narrower of the concepts named, unless it is a mere setting ("strengths of Track 1 in conflict resolution").

        It is, if it is named after a member of the series and only of that the course lists what is asked for.
        """
        narrow = self.narrowed(subjects)
        first = subjects[:1]
        if narrow == subjects or not first or first[0] in narrow or not self._course.concept[first[0]].number:
            return narrow
        terms_only = all(self._course.concept[s].kind is ConceptKind.term for s in narrow)
        listed = any(self._catalogue.claims(s, aspects) for s in narrow)
        return first if terms_only and not listed and self._catalogue.claims(first[0], aspects) else narrow

    def is_bare(self, request: Request) -> bool:
        """Whether a message has no topic of its own ("what are the weaknesses?")."""
        return not request.people and self.only_names(request)

    def only_names(self, request: Request) -> bool:
        """Whether nothing but names, aspects and common words stands in a message ("and Montville?")."""
        return all(self._weigher.is_common(t) for t in request.leftover)

    def is_specific(self, request: Request, subjects: Sequence[str]) -> bool:
        """Whether the words beside name and aspect single out a claim: then a list would bury the answer."""
        return self.singled_out(request, subjects) is not None

    def singled_out(self, request: Request, subjects: Sequence[str]) -> Optional[str]:
        """The id of the one claim that the words beside name and aspect are about."""
        rare = [t for t in request.leftover if not self._weigher.is_common(t) and not self._weigher.is_unknown(t)]
        evidence = self._weigher.search(request, subjects) if rare else []
        if not rare or not self._weigher.singles_out(evidence, rare):
            return None
        wanted = ASPECTS_OF.get(request.act, ())
        nearest = max((e.cosine for e in evidence if self._course.claim[e.claim].aspect in wanted), default=-1.0)
        return evidence[0].claim if evidence[0].cosine >= nearest - WORDED_ALIKE else None

    @staticmethod
    def is_guess(request: Request) -> bool:
        """Whether no word names the aspect that the model, not too surely, took a message to ask for."""
        return not request.aspects and request.probability < SURE

    def is_unsure(self, request: Request) -> bool:
        """Whether an aspect is only guessed at while other words ask for something of their own."""
        return self.is_guess(request) and not self.is_bare(request)

    def is_foreign(self, request: Request) -> bool:
        """Whether words that the course never uses outweigh what was recognised of the question."""
        return self.is_guess(request) and self._weigher.unknown_share(request) > 0.5

    def sides(self, request: Request) -> Tuple[str, ...]:
        """What is to be compared: what is named, filled up with what the conversation was about."""
        named = self._without_frame(request)
        if len(named) > 1:
            return named
        before = self.remembered(dict.fromkeys((*request.context.subjects, *request.context.recent)))
        if named:
            others = [c for c in before if c not in named]
            if _THE_TWO.search(request.text) and len(others) >= PAIR and len(named) == 1:  # "now compare both with Track 1"
                together = set(others[:PAIR]) <= {*request.context.subjects}  # else the one that was spoken of last comes first
                return (*(others[:PAIR] if together else reversed(others[:PAIR])), *named)
            return (others[0], named[0]) if others and (request.leans_back or self.is_bare(request)) else named
        if self._all.search(request.text) and len(request.context.subjects) < 2:
            return self._main
        return before[: max(2, len(request.context.subjects))]

    def _without_frame(self, request: Request) -> Tuple[str, ...]:
        """The concepts named, without the whole whose parts are set side by side ("how do 4 and 6 differ in the nine tracks?")."""
        wholes = self._catalogue.wholes(request.concepts)
        if len(request.concepts) - len(wholes & set(request.concepts)) < PAIR:
            return request.concepts
        if len(request.surfaces) != len(request.concepts):
            return request.concepts
        names = [name for name, concept in zip(request.surfaces, request.concepts, strict=True) if concept in wholes]
        inside = [re.search(rf"\b{_INSIDE} (?:\w+ ){{0,2}}?{re.escape(name)}", request.text, re.IGNORECASE) for name in names]
        return tuple(c for c in request.concepts if c not in wholes) if any(inside) else request.concepts

    def is_of_all(self, request: Request) -> bool:
        """Whether a message speaks of the tracks as such and so is a question, though it names none ("why more than one?")."""
        return bool(self._noun.search(request.text)) and not request.context.subjects

    def lacks_substance(self, request: Request, evidence: Sequence[Evidence]) -> bool:
        """Whether nothing but a name, or not even that, ties a question to what was found for it."""
        if not (request.concepts or request.people or request.leftover or request.leans_back):
            near = max(e.cosine for e in evidence[:NEAREST])
            return near < NEAR_ENOUGH if self._in_plural.search(request.text) else not self._weigher.is_strong(evidence[0])
        return self.is_name_only(request, evidence)

    def is_name_only(self, request: Request, evidence: Sequence[Evidence]) -> bool:
        """Whether of a question about a thing with little to it ("who funds USIP?") only the name was found."""
        named = (*request.concepts, *request.people)
        rare = [t for t in request.leftover if not self._weigher.is_common(t) and not t.isdigit()]
        if not named or not rare or any(self._course.concept[c].kind is ConceptKind.topic for c in named):
            return False
        first = self._course.claim[evidence[0].claim]
        why = asks_why(request.text)  # "why did the accords collapse" is not answered by whatever is told of them
        if self._weigher.is_strong(evidence[0]) or self._weigher.covers(first.id, rare) > (BY_CHANCE if why else 0):
            return False
        of_topic = self._course.concept[self._course.concept_of[first.id]].kind is ConceptKind.topic  # and not who somebody is
        told = (first.aspect is not Aspect.definition or of_topic) and self._weigher.probability(request, evidence) >= PROBABLE
        return why or not told

    def with_context(self, request: Request, aspects: Sequence[Aspect]) -> Optional[Tuple[List[Evidence], Tuple[str, ...]]]:
        """Read a short message without a name as one about the last subject, if that makes it answerable."""
        before = self.remembered(request.context.subjects)
        if request.concepts or request.people or not before or len(request.leftover) > SHORT:
            return None
        names = " and ".join(map(self._catalogue.name, before[:2]))
        named = replace(request, canonical=f"{names}: {request.canonical}")
        evidence = [
            e for e in self.fitting(named, self._weigher.search(named, before), aspects) if self._catalogue.touches(e.claim, before)
        ]
        rare = [t for t in request.leftover if not self._weigher.is_common(t)]
        known = not rare or (bool(evidence) and self._weigher.covers(evidence[0].claim, rare) > 0)
        return (evidence, before) if known and self._weigher.answers(named, evidence) else None

    def premise(self, request: Request, subjects: Sequence[str]) -> List[Evidence]:
        """What the course says on what a question takes for granted ("since track 2 is official, who signs?"), if anything."""
        given = _PREMISE.match(request.canonical)
        if given is None or not subjects:
            return []
        asked = replace(request, canonical=given.group("what"), leftover=tuple(terms(given.group("what"))))
        near = [
            e for e in self._weigher.search(asked, subjects) if e.cosine >= PREMISED and self._catalogue.about(e.claim, subjects)
        ]
        return near[:1]

    def fitting(self, request: Request, evidence: List[Evidence], aspects: Sequence[Aspect]) -> List[Evidence]:
        """Drop what cannot answer: no strength for a weakness, no time for a "when"."""
        claims = self._course.claim
        judged = set(aspects) & JUDGED
        if request.concepts and asks_for_fact(request.text):  # the year of this, not of something else
            evidence = [e for e in evidence if self._catalogue.touches(e.claim, request.concepts)]
        kept = [e for e in evidence if not judged or claims[e.claim].aspect in aspects or self._weigher.is_strong(e)]
        if Aspect.definition in request.aspects and request.leftover and not (request.concepts or request.people):
            kept = [e for e in kept if self._defines(e, request)]  # what is asked for is no concept of the course
        return [e for e in kept if self.tells(request, claims[e.claim]) or self._is_told_how_many(request, e)]

    def _is_told_how_many(self, request: Request, evidence: Evidence) -> bool:
        """Whether a claim tells how many there are of what is counted by another word than its own ("how many qualities")."""
        claim = self._course.claim[evidence.claim]
        asked = _TALLIED.search(request.text) and any(_TALLIED.search(question) for question in claim.questions)
        return bool(asked) and evidence.cosine >= NEAR_VERBATIM and can_answer(request.text, self._unnumbered(claim.text))

    def tells(self, request: Request, claim: Claim) -> bool:
        """Whether a claim holds what is asked for: a time, a place, a number, and of what is counted ("how many pages")."""
        text, counted = self._unnumbered(claim.text), _TALLIED.search(request.text)
        if (
            counted
            and counted.group("what").lower() not in _ANY_KIND
            and not re.search(_COUNTED.format(re.escape(counted.group("what")[:TELLING])), text, re.IGNORECASE)
        ):
            return False
        return can_answer(request.text, text)

    def _defines(self, evidence: Evidence, request: Request) -> bool:
        """Whether a claim tells what some words mean that name no concept."""
        claim = self._course.claim[evidence.claim]
        told = claim.aspect is Aspect.definition and not self._catalogue.is_person(claim)
        return evidence.cosine >= NEAR_VERBATIM or (told and self._weigher.covers(claim.id, request.leftover) >= MEANT)

    def _unnumbered(self, sentence: str) -> str:
        """A sentence without the numbers that are names: "Track 2" does not tell how many."""
        return self._numbered.sub(" ", sentence)


def _numbers(text: str) -> List[str]:
    """The numbers by which a text calls members of a series ("number five", "no. 1.5")."""
    found = [match.group("n").lower() for match in _NUMBERED_ONE.finditer(text)]
    return [str(CARDINALS.index(n) + 1) if n in CARDINALS else n for n in found]


def asks_for_fact(question: str) -> bool:
    """Whether a question asks for one thing of a kind: a time, a number, a place."""
    return any(asked.search(question) for asked, _ in _KINDS_OF_ANSWER)


def can_answer(question: str, sentence: str) -> bool:
    """Whether a sentence holds the kind of thing that is asked for: a time for "when", a number for "how many"."""
    return all(needed.search(sentence) for asked, needed in _KINDS_OF_ANSWER if asked.search(question))
