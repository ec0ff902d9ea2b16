"""What carries an answer on: the same of something else, more of it, and where it stands."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import Dict, List, Optional, Sequence

from index.lexical import terms
from knowledge.models import Aspect, Claim, ConceptKind
from tutor.desk import Desk
from tutor.memory import which_of
from tutor.reply import Reply
from tutor.scope import SURE, asks_for_fact
from tutor.understanding import ACT_OF, ASPECTS_OF, Act, Request, by_what, contrasts

MORE = 5
BOTH = 2  # claims on two things at once
_IS_IT = re.compile(
    r"(?:(?!wh(?:at|o|y|en|ere|ich)|how)\w+,? ){0,3}?(?:was|is|were|are|would|does|did) (?:that|it|this|he|she|they|these|those)\b|"
    r"(?:\w+,? ){0,2}?(?:do|does|did|would|can) (?:that|it|this|he|she|they|these|those) (?:\w+ ){0,2}?"
    r"(?:count|belong|qualify|fall)\b|"
    r"(?:\w+,? ){0,3}?(?:does|would|did) (?:that|it|this) make (?:it|that|this|him|her|them)\b|"
    r"(?:\w+,? ){0,3}?(?:that|it|this|they) (?:was|is|were|are|does|do|did)(?:n['\u2019]?t| not)\b",
    re.IGNORECASE,
)
_THAT = re.compile(r"\b(that|it|this)\b", re.IGNORECASE)
FEW_WORDS = 2  # of a message's own, up to which it is about what was just said
BEARING = 0.3  # cosine from which an item of a list bears on a question
_TURNED = {Act.ask_strengths: Act.ask_weaknesses, Act.ask_weaknesses: Act.ask_strengths}
_OPPOSITE = re.compile(r"\b(?:opposite|contrary|reverse|flip ?side|other side of (?:it|that|the (?:coin|medal)))\b", re.IGNORECASE)
_WHICH_ONE = re.compile(r"\bwhich (?:one|of (?:them|the two))\b", re.IGNORECASE)
_EITHER = re.compile(r"^(?:\w+,? ){0,3}?(?:was|is|were|are|does|did|would)\b.*\bor\b", re.IGNORECASE)
_OF_THEM = re.compile(r"\b(which|any|one|some|none) of (them|these|those)\b", re.IGNORECASE)
_AND_THIS = re.compile(r"(?:and|or|what about|how about)(?: the)?(?: [^\W\d_]+){1,3}[\s?.!]*", re.IGNORECASE)
_MADE_OF = (Aspect.definition, Aspect.participants)
_THE_OTHERS = re.compile(r"\bother (two|three|\d|kinds?|types?|sorts?|forms?|ones)\b", re.IGNORECASE)
_WITH_IT = re.compile(r"\b(?:about|for|from|in|of|to|with) (?:that|it|this|those|these|them)[\s?!.]*$", re.IGNORECASE)
_SAME = re.compile(  # "have those the same problems", "does that apply to 1.5 as well?", but not "define that too"
    r"\bsame\b(?! (?:time|way|table|room|side|page|again))|"
    r"^(?:\w+,? ){0,2}?(?:does|do|is|are|did|was|has|have|can)\b.{0,60}\b(?:that|it|this|they|those|these|them)\b.{0,60}"
    r"\b(?:too|as well|also|either)\b",
    re.IGNORECASE,
)
_AS_TABLE = re.compile(r"\b(?:table|tabular|grid|columns?|side by side)\b", re.IGNORECASE)
_ADD = re.compile(r"\b(add|include|put in|bring in|throw in|with)\b", re.IGNORECASE)
_ADDING = frozenset(terms("add include put bring throw comparison table too also"))
FOREMOST = 3  # of a list, said where nothing ranks it
_FOREMOST = re.compile(
    r"\b(?:which|what)\b.{0,30}?\b(?:the|most) (?:most|biggest|main|worst|best|greatest|largest|strongest|key|top|serious|"
    r"important|significant|crucial)\b",
    re.IGNORECASE,
)
_RANKED = re.compile(
    r"\b(?:greatest|biggest|foremost|(?:the|his|their) (?:main|chief)|most (?:important|serious|significant))\b", re.IGNORECASE
)
_JUDGING = frozenset(
    terms("regard consider think find rate call judge view opinion personally honestly interesting good nice weigh matter")
)
_DETAIL = frozenset(
    terms("detail details depth deeper information info explanation further longer elaborate hear read learn continue")
)
RELATED = 0.5  # cosine from which a claim says something alike of another concept


class Following:
    """Answers messages that ask for more of the last answer."""

    def __init__(self, desk: Desk) -> None:
        self._course, self._catalogue, self._weigher = desk.course, desk.catalogue, desk.weigher
        self._scope, self._speak, self._do = desk.scope, desk.speak, desk.do

    def sources(self, request: Request) -> Reply:
        """Where the last answer stands; without one, the readings."""
        known = request.context.said or request.context.shown
        shown = [self._course.claim[i] for i in known if i in self._course.claim]
        if request.concepts and not shown:
            return self._readings_on(request)
        if not self._scope.is_bare(request) and not (shown and request.leans_back):
            return self._do(Act.ask_question, request)
        if shown and not request.concepts:
            return self._speak.say(
                request, shown, self._scope.remembered(request.context.subjects), None, lead="That stands in these places"
            )
        return self._speak.readings(request)

    def _readings_on(self, request: Request) -> Reply:
        """Which readings speak of what is named: the first thing that each says of it, the one that says most before the others."""
        told: Dict[str, List[Claim]] = defaultdict(list)
        for claim in (c for concept in request.concepts for c in self._catalogue.claims(concept, list(Aspect))):
            told[claim.source].append(claim)
        claims = [told[source][0] for source in sorted(told, key=lambda s: -len(told[s]))]
        lead = f"The readings on {self._speak.names(request.concepts)}"
        return self._speak.say(request, claims, request.concepts, None, lead=lead)

    def follow_up(self, request: Request) -> Reply:
        """ "What about Track 2?": the last question again, about something else."""
        if request.people:
            return self.of_somebody_else(request) or self._do(Act.ask_position, request)
        subjects = request.concepts or self._scope.subjects(request)
        if not subjects:
            return (
                self._speak.which(request, (Aspect.definition,))
                if self._scope.is_bare(request)
                else self._do(Act.ask_question, request)
            )
        if self._asks_of_its_own(request, subjects):
            return self._do(Act.ask_question, request)
        last = Act.__members__.get(request.context.act or "")
        asked = replace(request, concepts=subjects)
        if len(request.context.aspects) > 1:
            several = tuple(Aspect(a) for a in request.context.aspects)
            return self._do(Act.define, replace(asked, aspects=several, lists_aspects=True))
        if last is Act.compare and request.concepts and len(request.context.subjects) > 1:
            return self._do(last, replace(asked, concepts=tuple(dict.fromkeys((*request.context.subjects, *subjects)))))
        if last and last in ASPECTS_OF:
            return self._do(last, replace(asked, act=last))
        return self._same_of(asked) if last is Act.ask_question and request.context.shown else self._do(Act.explain, asked)

    def _asks_of_its_own(self, request: Request, subjects: Sequence[str]) -> bool:
        """Whether words beside the name ask for something in particular ("and what about enforcement in Track 2?")."""
        if self._scope.only_names(request):
            return False
        return request.probability < SURE or self._scope.is_specific(request, subjects)

    def comparison(self, request: Request) -> Optional[Reply]:
        """ "How is that different from Track 2?", and after a comparison "in terms of secrecy"."""
        before = self._scope.remembered(request.context.subjects)
        if request.people or not before or asks_for_fact(request.text):
            return None
        last = Act.__members__.get(request.context.act or "")
        if last is Act.compare and request.concepts and _ADD.search(request.text) and set(request.leftover) <= _ADDING:
            together = tuple(dict.fromkeys((*before, *request.concepts)))
            return self._do(Act.compare, replace(request, act=Act.compare, concepts=together, text=f"compare {request.text}"))
        if len(request.concepts) == 1 and request.leans_back and _SAME.search(request.text):
            if last is Act.ask_question and request.context.shown:
                return self._same_of(request)
            aspects = request.aspects or (ASPECTS_OF.get(last, ())[:1] if last and last is not Act.define else ())
            return self._do(Act.compare, replace(request, aspects=aspects, text=f"compare {request.text}"))
        if len(request.concepts) == 1 and request.aspects and _SAME.search(request.text) and self._scope.is_bare(request):
            act = ACT_OF[request.aspects[0]]  # "does Track 2 have the same problems?"
            return self._do(act, replace(request, act=act, probability=1.0))
        against = len(request.concepts) == 1 and contrasts(request.text) and request.leans_back
        if against and last and last is not Act.define and not request.aspects:  # "compare that with Track 2", after a list
            request = replace(request, aspects=ASPECTS_OF.get(last, ())[:1])
        if last is Act.compare and len(before) > 1 and not request.concepts and _AS_TABLE.search(request.text):
            return self._do(Act.compare, replace(request, text="compare", act=Act.compare, leftover=()))
        again = request.context.act == Act.compare.value and not request.concepts and not request.aspects and len(before) > 1
        return self._do(Act.compare, request) if against or (again and by_what(request)) else None

    def foremost(self, request: Request) -> Optional[Reply]:
        """ "Which one is the most important?" of a list: what a claim calls so, else the first items."""
        last = Act.__members__.get(request.context.act or "")
        if last is None or last not in ASPECTS_OF or len(request.context.shown) < 2 or not _FOREMOST.search(request.text):
            return None
        if contrasts(request.text):  # "what is the main difference?"
            return None
        own = set(request.leftover) - _JUDGING
        if request.concepts or request.people or request.aspects or len(own) > 1:  # it asks for something of its own
            return None
        shown = [self._course.claim[i] for i in request.context.shown if i in self._course.claim]
        subjects = self._scope.remembered(request.context.subjects)
        ranked = [c for s in subjects for c in self._catalogue.claims(s, ASPECTS_OF[last]) if _RANKED.search(c.text)]
        lead = None if ranked else "The course does not say which matters most; it names these first"
        asked = replace(request, act=last)
        return self._speak.say(asked, ranked or shown[:FOREMOST], subjects, ASPECTS_OF[last][0], lead=lead) if shown else None

    def opposite(self, request: Request) -> Optional[Reply]:
        """ "And now the opposite" of a list of strengths, or of weaknesses."""
        turned = _TURNED.get(Act.__members__.get(request.context.act or "", Act.ask_question))
        subjects = request.concepts or self._scope.remembered(request.context.subjects)
        if turned is None or not subjects or request.people or not _OPPOSITE.search(request.text):
            return None
        return self._do(turned, replace(request, text="", act=turned, aspects=(), concepts=subjects, leftover=(), probability=1.0))

    def whether_it_is(self, request: Request) -> Optional[Reply]:
        """ "Was that Track 1.5?", "how does Track 2 help with that?" of something spoken of: what is said of both."""
        before = [c for c in self._scope.remembered(request.context.subjects) if not self._course.concept[c].number]
        if (
            not request.concepts
            or request.people
            or not before
            or not (_IS_IT.match(request.text) or _WITH_IT.search(request.text))
        ):
            return None
        things = [c for c in before if self._catalogue.is_thing(c)] or before  # not the traveller, but the journey
        words = f"{' and '.join(self._catalogue.name(c) for c in before)}: {request.canonical}"
        evidence = self._weigher.search(replace(request, canonical=words), request.concepts)
        both = [e for e in evidence if self._catalogue.touches(e.claim, things)]
        if not both and all(self._course.concept[c].number for c in request.concepts):  # it may be another member of the series
            of_them = self._weigher.search(replace(request, canonical=words, concepts=()), things)
            both = [e for e in of_them if self._catalogue.about(e.claim, things) and self._catalogue.members(e.claim)]
        claims = [self._course.claim[e.claim] for e in self._weigher.best(both, request.concepts)[:BOTH]] if both else []
        return self._speak.say(replace(request, act=Act.ask_question), claims, (*before, *request.concepts)) if claims else None

    def among_them(self, request: Request) -> Optional[Reply]:
        """ "Which of them is done by Track 1?" of the parts of a whole: what ties one of them to what is named."""
        if not (request.concepts and _OF_THEM.search(request.text)):
            return None
        parts = [p.id for whole in self._scope.remembered(request.context.subjects) for p in self._course.parts_of(whole)]
        evidence = self._weigher.search(request, request.concepts)
        tied = [e for e in evidence if self._course.concept_of[e.claim] in parts or self._catalogue.touches(e.claim, parts)]
        tied = [e for e in tied if self._catalogue.touches(e.claim, request.concepts)]
        claims = [self._course.claim[e.claim] for e in self._weigher.best(tied, request.concepts)] if parts and tied else []
        return self._speak.say(replace(request, act=Act.ask_question), claims, (*request.concepts, *parts)) if claims else None

    def one_of_them(self, request: Request) -> Optional[Reply]:
        """ "Which of these concerns ordinary people?" of a list: the items of it that bear on the question."""
        said = [self._course.claim[i] for i in request.context.said if i in self._course.claim]
        if request.act is Act.pick or which_of(request.text) is not None:  # "the second of these"
            return None
        compared = request.context.act == Act.compare.value and not (request.concepts or request.people)
        own = [t for t in request.leftover if not self._weigher.is_common(t)]
        if compared and own and _OF_THEM.search(request.text) and not contrasts(request.text):  # "which of them can sign a treaty?"
            return self._do(Act.ask_question, replace(request, act=Act.ask_question))
        if len(said) < FOREMOST or request.concepts or request.people or not (request.leftover and _OF_THEM.search(request.text)):
            return None
        listed = {c.id for c in said}
        subjects = self._scope.remembered(request.context.subjects)
        of_them = [e for e in self._weigher.search(request, subjects) if e.claim in listed]
        near = [e for e in of_them if e.cosine >= BEARING and self._weigher.covers(e.claim, request.leftover) > 0]
        claims = [self._course.claim[e.claim] for e in near[:1]]
        return self._speak.say(replace(request, act=Act.ask_question), claims, subjects) if claims else None

    def on_that(self, request: Request) -> Optional[Reply]:
        """ "Is that not what Montville warned against?": what somebody holds that comes nearest to what was just said."""
        said = [self._course.claim[i] for i in request.context.said if i in self._course.claim]
        own = [t for t in request.leftover if not self._weigher.is_common(t)]
        held = request.act in (Act.ask_position, Act.ask_question) and request.leftover and _THAT.search(request.text)
        if not said or not held or len(request.people) != 1 or request.concepts or request.aspects or len(own) > FEW_WORDS:
            return None
        words = f"{self._speak.names(request.people)}: {said[0].text}"
        evidence = self._weigher.search(replace(request, canonical=words, leftover=()), ())
        near = [e for e in evidence if e.cosine >= RELATED and self._catalogue.touches(e.claim, request.people)]
        near = sorted(near, key=lambda e: -e.cosine)
        claims = [c for c in (self._course.claim[e.claim] for e in near) if not self._catalogue.is_person(c)][:BOTH]
        subjects = (*request.people, *(c for c in self._scope.remembered(request.context.subjects) if c not in request.people))
        return self._speak.say(replace(request, act=Act.ask_question), claims, subjects) if claims else None

    def siblings(self, request: Request) -> Optional[Reply]:
        """ "And the other two kinds?" of one part of a whole: what the other parts are."""
        before = self._scope.remembered(request.context.subjects)
        if request.concepts or request.people or request.aspects or not before or not _THE_OTHERS.search(request.text):
            return None
        whole = self._course.concept[before[0]].part_of
        others = [p.id for p in self._course.parts_of(whole) if p.id not in before] if whole else []
        if not 0 < len(others) <= FOREMOST:
            return None
        return self._do(
            Act.define, replace(request, text="", concepts=tuple(others), act=Act.define, leftover=(), leans_back=False)
        )

    def fellow(self, request: Request) -> Optional[Reply]:
        """ "And universities?" after one part of a whole: what another part of it has to do with them."""
        before = self._scope.remembered(request.context.subjects)
        whole = self._course.concept[before[0]].part_of if len(before) == 1 and self._course.concept[before[0]].number else None
        short = _AND_THIS.fullmatch(request.text) and request.context.act == Act.ask_question.value
        if whole is None or not short or request.concepts or request.people or request.aspects or not request.leftover:
            return None
        parts = [p.id for p in self._course.parts_of(whole) if p.number]
        found = [e for e in self._weigher.search(request, ()) if self._course.concept_of[e.claim] in parts]
        found = [e for e in found if self._weigher.covers(e.claim, request.leftover) >= 1]
        of_before = sorted(found, key=lambda e: self._course.claim[e.claim].aspect not in _MADE_OF)
        own = [e for e in of_before if self._course.concept_of[e.claim] == self._course.concept_of[of_before[0].claim]]
        claims = [self._course.claim[e.claim] for e in own[:BOTH]]
        subjects = [self._course.concept_of[c.id] for c in claims[:1]]
        return self._speak.say(replace(request, act=Act.ask_question), claims, subjects) if claims else None

    def member(self, request: Request) -> Optional[Reply]:
        """ "Which track was that?" of something that happened, named or spoken of: what ties it to a member of the series."""
        subjects = request.concepts or self._scope.remembered(request.context.subjects)
        either = _EITHER.search(request.text) and any(self._course.concept[s].number for s in subjects)  # "was Oslo Track 1 or 2?"
        if either:
            subjects = tuple(s for s in subjects if self._course.concept[s].kind in (ConceptKind.event, ConceptKind.organisation))
        of_before = not request.concepts and self._scope.only_names(request)
        one = of_before and bool(_WHICH_ONE.search(request.text))  # "which one by the end?"
        asked = either or one or self._scope.asks_which_member(request)
        if (request.people and not request.concepts) or not subjects or not asked:
            return None
        if any(self._course.concept[s].number or self._course.concept[s].kind is ConceptKind.topic for s in subjects):
            return None
        words = request.canonical if request.concepts else f"{self._speak.names(subjects)}: {request.canonical}"
        found = self._weigher.search(replace(request, canonical=words), subjects)
        tied = [e for e in found if self._catalogue.about(e.claim, subjects) and self._catalogue.members(e.claim)]
        tied = sorted(tied, key=lambda e: self._course.concept_of[e.claim] not in subjects)  # its own come first
        claims = [self._course.claim[e.claim] for e in tied[:BOTH]]
        return self._speak.say(replace(request, act=Act.ask_question), claims, subjects) if claims else None

    def of_somebody_else(self, request: Request) -> Optional[Reply]:
        """ "And Montville?": the last question, put to somebody else."""
        about = tuple(c for c in self._scope.remembered(request.context.subjects) if c not in self._catalogue.voices)
        if request.concepts or not about:
            return None
        same = request.aspects or tuple(Aspect(a) for a in filter(None, [request.context.aspect]))
        words = " ".join([*(self._catalogue.name(c) for c in about), *(a.value for a in same), request.canonical])
        return self._do(Act.ask_position, replace(request, concepts=about, aspects=same, canonical=words))

    def _same_of(self, request: Request) -> Reply:
        """What was just said of one concept, now of another: the claims nearest to it."""
        claim = self._course.claim.get(request.context.shown[0])
        if claim is None:
            return self._do(Act.explain, request)
        said = claim.text
        for old in request.context.subjects:
            said = said.replace(self._catalogue.name(old), self._catalogue.name(request.concepts[0]))
        evidence = self._weigher.search(replace(request, canonical=said, leftover=()), request.concepts)
        evidence = [e for e in evidence if self._catalogue.touches(e.claim, request.concepts)]
        claims = [self._course.claim[e.claim] for e in self._weigher.best(evidence) if e.cosine >= RELATED] if evidence else []
        return (
            self._speak.say(replace(request, act=Act.ask_question), claims, request.concepts)
            if claims
            else self._do(Act.explain, request)
        )

    def more(self, request: Request) -> Reply:
        """What was not shown yet of the last subject, under the last aspect first."""
        own = [t for t in request.leftover if t not in _DETAIL and not self._weigher.is_common(t)]
        if any(not self._weigher.is_unknown(t) for t in own):
            return self._do(Act.ask_question, request)
        subjects = self._scope.subjects(request) or self._scope.remembered(request.context.subjects)
        if not subjects:
            return self._speak.which(request, (Aspect.definition,))
        aspect = request.aspects[0] if request.aspects else request.context.aspect
        first = [Aspect(aspect)] if aspect else []
        voices = [c for s in subjects if s in self._catalogue.voices for c in self._catalogue.held_by(s)]
        rest = [*voices, *(c for s in subjects for c in self._catalogue.claims(s, [*first, *Aspect]))]
        rest = [c for c in rest if c.id not in request.context.shown]
        if not rest:
            return self._speak.that_is_all(request, subjects)
        if not first and request.context.shown:
            said = self._course.claim.get(request.context.shown[0])
            order = self._weigher.among(replace(request, canonical=said.text, leftover=()), rest) if said else []
            rest = [self._course.claim[i] for i in order] or rest
        lead = f"More about {self._catalogue.name(subjects[0])}"
        return self._speak.say(request, rest[:MORE], subjects, first[0] if first else None, lead=lead, seen=request.context.shown)
