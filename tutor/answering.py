"""A request in, a cited reply out. Nothing here makes a sentence: every one is a claim of the course."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Callable, Container, Dict, List, Optional, Sequence, Tuple

from index.lexical import terms
from index.retrieval import Retriever
from index.vocabulary import Vocabulary
from knowledge.models import Aspect, Claim, ConceptKind, Course
from tutor.catalogue import Catalogue
from tutor.disputes import Disputes
from tutor.evidence import Evidence, Weigher
from tutor.quoting import Quotation, Quoter
from tutor.reply import Answer, Decline, Reason, Reply
from tutor.scope import JUDGED, SURE, Scope, can_answer
from tutor.speaking import LIST_LIMIT, Speaker
from tutor.understanding import ASPECTS_OF, CHATTING, Act, Question, Request, contrasts, understand
from tutor.voices import Voices

SHORTER_LIST = 6  # items of a list that is not of strengths or weaknesses
DEFINITIONS = 3  # of one concept
RELATIONS = 5
MORE = 5
OVERVIEW = (Aspect.definition, Aspect.participants, Aspect.purpose, Aspect.method, Aspect.strength, Aspect.weakness)
OPEN = (Act.ask_question, Act.ask_relation)  # acts that a disagreement may answer
RELATED = 0.5  # cosine from which a claim says something alike of another concept
QUOTED = 0.75  # probability from which a reading of one's own is quoted
QUOTED_OF_COURSE = 0.93  # ... and one of the course's, where the course itself declines
SURE_OF_ABUSE = 0.5  # ... from which a message is taken for an attempt to talk the tutor out of its sources

_AGAIN = re.compile(r"\b(another|more|else|others?)\b", re.IGNORECASE)
_GOES_ON = re.compile(r"^(and|but|so|then|also|ok|thx|thanks)\b", re.IGNORECASE)
_UNRATED = (Aspect.purpose, Aspect.participants, Aspect.method, Aspect.condition, Aspect.relation)  # a definition may serve instead


class Answerer:
    """Answers requests from one course."""

    def __init__(self, course: Course, vocabulary: Vocabulary, retriever: Retriever, quoter: Optional[Quoter] = None) -> None:
        self._course = course
        self._vocabulary = vocabulary
        self._catalogue = Catalogue(course, vocabulary)
        self._weigher = Weigher(self._catalogue, retriever)
        self._scope = Scope(self._catalogue, self._weigher)
        self._speak = Speaker(self._catalogue)
        self._voices = Voices(self._catalogue, self._weigher, self._scope, self._speak, Disputes(course, vocabulary, retriever))
        self._quoter = quoter
        self._by_act: Dict[Act, Callable[[Request], Reply]] = {
            Act.define: self._define,
            Act.explain: self._explain,
            Act.compare: self._compare,
            Act.ask_relation: self._relate,
            Act.ask_position: self._position,
            Act.ask_agreement: self._agreement,
            Act.list_parts: self._parts,
            Act.ask_sources: self._sources,
            Act.follow_up: self._follow_up,
            Act.more: self._more,
            Act.ask_question: self._free,
            Act.out_of_scope: self._free,
            Act.manipulate: self._refuse,
        }

    def answer(self, question: Question) -> Reply:
        """Answer a question, or decline it, or ask back."""
        request = understand(question, self._catalogue, self._vocabulary)
        if not request.readable:
            return self._speak.unreadable(request)
        if request.unknown:
            return self._with_library(request, self._speak.no_such_member(request))
        if request.act in CHATTING or request.act is Act.start_quiz:
            return self._chat(request)
        return self._with_library(request, self._act(request))

    def _with_library(self, request: Request, reply: Reply) -> Reply:
        """What the readings in the library say, where the course declines or they answer a free question too."""
        declined = isinstance(reply, Decline) and reply.reason is not Reason.unsafe
        free = isinstance(reply, Answer) and reply.context.act == Act.ask_question.value
        if self._quoter is None or not (declined or free):
            return reply
        own = self._quotation(request, QUOTED, without=self._course.source)
        if own and isinstance(reply, Answer):
            plain = reply.table is None and reply.positions is None
            return self._speak.add_quote(reply, own, first=plain and own.probability > self._weigher.certainty(request))
        if own is None and declined and not request.aspects and not request.unknown:
            own = self._quotation(request, QUOTED_OF_COURSE)  # what the course takes from its readings, its claims say already
        return self._speak.quote(request, own) if own else reply

    def _quotation(self, request: Request, least: float, without: Container[str] = ()) -> Optional[Quotation]:
        """What answers a question in the library, if it does so surely enough."""
        wanted, off_topic = terms(request.asked), self._weigher.off_topic(request)
        if self._quoter is None or self._quoter.likelihood(request.asked, wanted, off_topic, without) < least:
            return None
        found = self._quoter.quote(request.asked, wanted, off_topic, without)
        return found if found and can_answer(request.text, " ".join(found.sentences)) else None

    def signals(self, question: Question) -> Dict[str, float]:
        """What `Weigher.probability` goes by for a question; empty where names alone decide."""
        request = understand(question, self._catalogue, self._vocabulary)
        evidence = [] if request.unknown else self._weigher.search(request, self._scope.subjects(request))
        return self._weigher.features(request, evidence) if evidence else {}

    def _act(self, request: Request) -> Reply:
        if len(request.concepts) > 1 and not request.people and contrasts(request.text):
            return self._compare(request)
        disagreement = self._voices.asked(request) if request.act in OPEN and request.leftover else None
        return disagreement or self._by_act.get(request.act, self._list)(request)

    # -- acts ----------------------------------------------------------------------------------------------------

    def _define(self, request: Request) -> Reply:
        subjects = self._scope.subjects(request)
        if not subjects and request.people:
            return self._who_is(request)
        if not subjects or self._scope.is_specific(request, subjects):
            return self._free(request)
        if len(subjects) > 1 and contrasts(request.text):
            return self._compare(request)
        if self._names_parts(request, subjects):
            return self._parts(request)
        narrow = self._scope.narrowed(subjects)
        if len(narrow) == 1:
            return self._say_definitions(request, narrow[0], subjects)
        claims = [c for s in narrow for c in self._catalogue.definitions(s)[:1]]
        return self._speak.say(request, claims, narrow, Aspect.definition)

    def _say_definitions(self, request: Request, concept: str, subjects: Sequence[str]) -> Reply:
        """Define one concept: what holds the very name that was typed comes first."""
        contested = self._voices.meaning(request, concept, self._worded(request, concept)[:1]) if len(subjects) == 1 else None
        if contested:
            return contested
        claims = self._worded(request, concept)[:DEFINITIONS]
        if len(subjects) > 1:  # "carrots and sticks in track 1": the term, as far as it concerns the topic
            claims += [c for c in self._catalogue.own(concept) if self._catalogue.touches(c.id, subjects)][:DEFINITIONS]
        return self._speak.say(request, claims, [concept], Aspect.definition)

    def _worded(self, request: Request, concept: str) -> List[Claim]:
        """The definitions of a concept, those that hold the very name that was typed first."""
        return sorted(self._catalogue.definitions(concept), key=lambda c: not _holds(c.text, request.surfaces))

    def _everything(self, concept: str) -> Tuple[Claim, ...]:
        return self._catalogue.claims(concept, list(Aspect))

    def _explain(self, request: Request) -> Reply:
        subjects = self._scope.subjects(request)
        if not subjects and request.people:
            return self._who_is(request)
        if not subjects or self._scope.is_specific(request, subjects):
            return self._free(request)
        if len(subjects) > 1:
            return self._compare(request) if contrasts(request.text) else self._define(request)
        first_of_each = [c for a in OVERVIEW for c in self._catalogue.claims(subjects[0], [a])[:1]]
        claims = first_of_each if len(first_of_each) > 2 else self._everything(subjects[0])[:MORE]
        return self._speak.say(request, claims, subjects, None, lead=f"{self._catalogue.title(subjects[0])} in brief")

    def _list(self, request: Request) -> Reply:
        """Strengths, weaknesses, participants ...: the course's list for one aspect."""
        aspects = ASPECTS_OF[request.act]
        subjects = self._scope.subjects(request)
        if request.people and (subjects or request.leftover):
            return self._position(request)
        if not subjects:
            return self._which(request, aspects) if self._scope.is_bare(request) else self._free(request, aspects)
        if len(subjects) > 1 and (contrasts(request.text) or request.ranking.get(Act.compare, 0) > 0.4):
            return self._compare(request)
        best = self._scope.singled_out(request, subjects)
        listed = best is not None and self._course.claim[best].aspect in aspects and request.probability >= SURE
        if (best and not listed) or self._scope.is_foreign(request):
            return self._free(request)
        if self._scope.is_unsure(request) and self._weigher.answers(request, self._weigher.search(request, subjects)):
            return self._free(request)
        if len(subjects) > 1 and len(self._scope.narrowed(subjects)) == len(subjects):
            return self._compare(request)
        claims = [c for s in self._scope.narrowed(subjects) for c in self._catalogue.claims(s, aspects)]
        claims = sorted(claims, key=lambda c: c.id != best)  # what the other words single out comes first
        if _AGAIN.search(request.text) and not request.concepts:
            claims = [c for c in claims if c.id not in request.context.shown]
            if not claims:
                return self._speak.that_is_all(request, subjects)
        if not claims:
            return self._instead(request, subjects, aspects[0])
        limit = LIST_LIMIT if set(aspects) & JUDGED else SHORTER_LIST
        return self._speak.say(request, claims, self._scope.narrowed(subjects), aspects[0], limit=limit)

    def _instead(self, request: Request, subjects: Tuple[str, ...], aspect: Aspect) -> Reply:
        """What to say when the course has no list for an aspect: never another aspect's, for strengths and weaknesses."""
        if request.leftover or len(subjects) > 1:
            return self._free(request)
        if self._course.concept[subjects[0]].kind is not ConceptKind.topic:
            return self._speak.say(request, self._everything(subjects[0])[:MORE], subjects, None)
        if aspect in _UNRATED:
            return self._speak.say(request, self._catalogue.definitions(subjects[0])[:DEFINITIONS], subjects, Aspect.definition)
        return self._speak.nothing_listed(request, subjects[0], aspect)

    def _compare(self, request: Request) -> Reply:
        subjects = self._scope.sides(request)
        if len(subjects) < 2 or not self._is_comparison(request, subjects):
            return self._not_quite_compare(request, subjects)
        aspects = [a for a in request.aspects if a not in (Aspect.definition, Aspect.relation)]
        return self._speak.compare(replace(request, act=Act.compare), subjects, aspects) or self._free(request)

    def _is_comparison(self, request: Request, subjects: Sequence[str]) -> bool:
        """Whether things of one kind are set side by side, or any things are expressly contrasted."""
        alike = len({self._course.concept[s].kind for s in subjects}) == 1
        return contrasts(request.text) or (alike and request.act is not Act.ask_origin)

    def _not_quite_compare(self, request: Request, subjects: Tuple[str, ...]) -> Reply:
        """One side only: "what is Track 2 better at?" asks for strengths, "compare Track 2" leaves out with what."""
        if request.concepts and not contrasts(request.text) and request.next_act not in (Act.compare, *CHATTING):
            return self._act(replace(request, act=request.next_act, next_act=Act.ask_question))
        if request.concepts and request.leftover and not self._scope.is_bare(request):
            return self._free(request)
        return self._speak.compare_which(request, subjects[0] if subjects else self._catalogue.topics[0])

    def _relate(self, request: Request) -> Reply:
        subjects = self._scope.subjects(request)
        if not subjects or self._scope.is_specific(request, subjects) or self._scope.is_foreign(request):
            return self._free(request)
        related = self._catalogue.joint(subjects) if len(subjects) > 1 else self._catalogue.claims(subjects[0], [Aspect.relation])
        claims = [self._course.claim[i] for i in self._weigher.among(request, related)]
        return self._speak.say(request, claims[:RELATIONS], subjects, Aspect.relation) if claims else self._free(request)

    def _position(self, request: Request) -> Reply:
        """What somebody holds; without a name, what the authors hold side by side."""
        if request.people:
            return self._voices.position(request) or self._free(request)
        if request.context.shown and not request.concepts and self._scope.is_bare(request):
            return self._sources(request)
        return self._voices.positions(request) or self._free(request)

    def _who_is(self, request: Request) -> Reply:
        return self._voices.who_is(request) or self._free(request)

    def _agreement(self, request: Request) -> Reply:
        return self._voices.agreement(request) or self._free(request)

    def _parts(self, request: Request) -> Reply:
        """The members of a system, each with the first thing to be said of it."""
        if any(self._course.concept[c].number for c in request.concepts):  # "is 1.5 one of the nine?"
            return self._free(request)
        whole = next((s for s in self._scope.subjects(request) if self._course.parts_of(s)), None)
        if whole is None and not request.concepts and self._scope.is_bare(request):
            whole = next((c.id for c in self._course.concepts if self._course.parts_of(c.id)), None)
        if whole is None:
            return self._define(request) if request.concepts else self._free(request)
        parts = self._course.parts_of(whole)
        parts = tuple(sorted((p for p in parts if p.number), key=lambda p: float(p.number or 0))) or parts
        claims = [self._part_claim(whole, part.id) for part in parts]
        return self._speak.say(
            request, claims, (whole,), None, lead=f"The parts of {self._catalogue.name(whole)}", limit=len(claims)
        )

    def _names_parts(self, request: Request, subjects: Sequence[str]) -> bool:
        """Whether a whole is named by its members: "the nine tracks"."""
        members = f"{self._course.series.noun}s" if self._course.series else ""
        by_members = any(surface.lower().endswith(members) for surface in request.surfaces)
        return bool(members) and by_members and len(subjects) == 1 and bool(self._course.parts_of(subjects[0]))

    def _part_claim(self, whole: str, part: str) -> Claim:
        """How the system words a part, if it does, else the part's own definition."""
        worded = [c for c in self._catalogue.own(whole) if c.about == (part,) and c.aspect is Aspect.definition]
        return worded[0] if worded else self._catalogue.definitions(part)[0]

    def _sources(self, request: Request) -> Reply:
        shown = [self._course.claim[i] for i in request.context.shown if i in self._course.claim]
        if request.concepts and not shown:
            return self._define(request)
        if not self._scope.is_bare(request) and not (shown and request.leans_back):
            return self._free(request)
        if shown and not request.concepts:
            return self._speak.say(
                request, shown, self._scope.remembered(request.context.subjects), None, lead="That stands in these places"
            )
        return self._speak.readings(request)

    def _follow_up(self, request: Request) -> Reply:
        """ "What about Track 2?": the last question again, about something else."""
        if request.people:
            return self._position(request)
        subjects = request.concepts or self._scope.subjects(request)
        if not subjects:
            return self._which(request, (Aspect.definition,)) if self._scope.is_bare(request) else self._free(request)
        if request.leftover and not self._scope.is_bare(request):
            return self._free(request)
        last = Act.__members__.get(request.context.act or "")
        asked = replace(request, concepts=subjects)
        if last and last in ASPECTS_OF:
            return self._act(replace(asked, act=last))
        return self._same_of(asked) if last is Act.ask_question and request.context.shown else self._explain(asked)

    def _same_of(self, request: Request) -> Reply:
        """What was just said of one concept, now of another: the claims nearest to it."""
        claim = self._course.claim.get(request.context.shown[0])
        if claim is None:
            return self._explain(request)
        said = claim.text
        for old in request.context.subjects:
            said = said.replace(self._catalogue.name(old), self._catalogue.name(request.concepts[0]))
        evidence = self._weigher.search(replace(request, canonical=said, leftover=()), request.concepts)
        claims = [self._course.claim[e.claim] for e in self._weigher.best(evidence) if e.cosine >= RELATED]
        return (
            self._speak.say(replace(request, act=Act.ask_question), claims, request.concepts) if claims else self._explain(request)
        )

    def _more(self, request: Request) -> Reply:
        """What was not shown yet of the last subject, under the last aspect first."""
        if any(not self._weigher.is_common(t) and not self._weigher.is_unknown(t) for t in request.leftover):
            return self._free(request)
        subjects = self._scope.subjects(request) or self._scope.remembered(request.context.subjects)
        if not subjects:
            return self._which(request, (Aspect.definition,))
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

    def _free(self, request: Request, aspects: Sequence[Aspect] = ()) -> Reply:
        """Any other question: the claims that answer it, or an honest decline. `aspects` are the only ones that fit."""
        subjects = self._scope.subjects(request)
        if not subjects and _GOES_ON.search(request.text):
            evidence, subjects = self._scope.with_context(request, aspects) or ([], ())
            if subjects:
                return self._speak_evidence(request, evidence, subjects)
        evidence = self._scope.fitting(request, self._weigher.search(request, subjects), aspects)
        if not self._weigher.answers(request, evidence) or self._scope.lacks_substance(request, evidence):
            evidence, found = self._scope.with_context(request, aspects) or (evidence, ())
            if not found:
                return self._no_answer(request, evidence)
            subjects = found
        return self._speak_evidence(request, evidence, subjects)

    def _speak_evidence(self, request: Request, evidence: Sequence[Evidence], subjects: Sequence[str]) -> Reply:
        claims = [self._course.claim[e.claim] for e in self._weigher.best(evidence)]
        asked = replace(request, act=Act.ask_question)
        return self._speak.say(asked, claims, subjects or (self._course.concept_of[claims[0].id],))

    def _no_answer(self, request: Request, evidence: Sequence[Evidence]) -> Reply:
        if not request.leftover and not request.concepts and not request.people:
            return self._speak.what(request)
        if self._weigher.is_off_topic(request, evidence):
            return self._speak.off_topic(request)
        return self._speak.not_covered(request, evidence)

    def _which(self, request: Request, aspects: Sequence[Aspect]) -> Reply:
        return self._speak.which(request, aspects[0], [t for t in self._catalogue.topics if self._catalogue.claims(t, aspects)])

    def _is_question(self, request: Request) -> bool:
        """Whether small talk wraps something that the course can answer."""
        if request.concepts or request.people:
            return True
        return not self._scope.is_bare(request) and self._weigher.answers(request, self._weigher.search(request, ()))

    def _refuse(self, request: Request) -> Reply:
        if request.probability < SURE_OF_ABUSE:
            return self._more(request) if self._scope.is_bare(request) and request.context.subjects else self._free(request)
        return self._speak.unsafe(request)

    def _chat(self, request: Request) -> Reply:
        """Small talk; but "hi, what is Track 2?" is a question, and a bare "why?" wants to hear more."""
        if request.probability < SURE / 2 and request.context.subjects and not request.leftover:
            return self._more(request)
        sure = request.act is Act.start_quiz and request.probability >= SURE / 2
        if not sure and self._is_question(request):
            act = next(
                (a for a in sorted(request.ranking, key=lambda a: -request.ranking[a]) if a not in (*CHATTING, Act.start_quiz)),
                Act.ask_question,
            )
            return self._act(replace(request, act=act))
        return self._speak.chat(request)


def _holds(sentence: str, names: Sequence[str]) -> bool:
    """Whether a sentence uses one of these names as it was typed, hyphens and capitals aside."""
    plain = sentence.lower().replace("-", " ")
    return any(name.lower().replace("-", " ") in plain for name in names)
