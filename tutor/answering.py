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
from tutor.contrasting import Contrasting
from tutor.desk import Desk
from tutor.discourse import ACTS, Discourse
from tutor.disputes import Disputes
from tutor.evidence import Evidence, Weigher
from tutor.following import Following
from tutor.memory import remember, which_of
from tutor.offers import Offers
from tutor.parts_of import PartsOf
from tutor.quoting import Quotation, Quoter
from tutor.reply import Answer, Decline, Reason, Reply
from tutor.scope import JUDGED, SURE, SURE_OF_ABUSE, Scope, asks_for_fact, can_answer
from tutor.several import Several
from tutor.speaking import LIST_LIMIT, Speaker
from tutor.understanding import (
    ACT_OF,
    ASPECTS_OF,
    CHATTING,
    WORD_BONUS,
    Act,
    Question,
    Request,
    asks_for_brevity,
    asks_for_no_list,
    asks_why,
    contrasts,
    likens,
    outside_quiz,
    sets_against,
    speaks_of_agreeing,
    speaks_of_saying,
    understand,
)
from tutor.voices import Voices

ORIGINS = 3  # claims on where something comes from
SHORTER_LIST = 6  # items of a list that is not of strengths or weaknesses
DEFINITIONS = 3  # of one concept
RELATIONS = 5
NEAREST = 3  # of what is found for a message that names nothing: what was spoken of is meant, if it is among them
MORE = 5
OVERVIEW = (Aspect.definition, Aspect.participants, Aspect.purpose, Aspect.method, Aspect.strength, Aspect.weakness)
# ... of a body, an event or a term: where it comes from, and what came of it, too.
OF_THING = (Aspect.definition, Aspect.origin, *OVERVIEW[1:], Aspect.outcome)
OPEN = (Act.ask_question, Act.ask_relation)  # acts that a disagreement may answer
VAGUE = 0.3  # probability below which an intent is not even that
GUESSED = 0.5  # probability below which an intent is only a guess
PLAIN = 0.95  # probability from which an aspect that is named is what is asked for
OF_EACH = 3  # claims under each of several aspects
QUOTED = 0.75  # probability from which a reading of one's own is quoted
QUOTED_OF_COURSE = 0.93  # ... and one of the course's, where the course itself declines

_INSTANCES = re.compile(r"\b(such as|for (instance|example)|namely|among them|including)\b", re.IGNORECASE)
_AGAIN = re.compile(r"\b(another|more|else|others?)\b", re.IGNORECASE)
_GOES_ON = re.compile(r"^(and|but|so|then|also|ok|thx|thanks)\b", re.IGNORECASE)
_OTHERWISE = re.compile(r"\b(differently|otherwise|another way)\b", re.IGNORECASE)
_DEED = re.compile(  # "what did Carter do?"
    r"\bwhat (?:did|does|has|had|was|is) .{2,60}? (?:actually |really )?(?:do|done|doing)\b(?! (?:about|for|with))",
    re.IGNORECASE,
)
_CONTRIBUTED = re.compile(
    r"\bcontribut(?:e|ed|es|ions?)\b|"
    r"\b(?:do|did|done|does)(?: \w+)? for (?:the |this )?(?:field|discipline|subject|topic|theory|cause)\b",
    re.IGNORECASE,
)  # who somebody is tells what is owed to him or her
_GOOD_FOR = re.compile(r"\b(?:good|useful) for\b", re.IGNORECASE)
_TASK = re.compile(
    r"(?:critically |briefly )?(?:discuss|assess|evaluate|examine|analy[sz]e|outline|explain|describe)\b", re.IGNORECASE
)
_AN_EXAMPLE = re.compile(r"\b(?:an?|one) (?:[\w-]+ ){0,3}?(?:example|case|instance)\b", re.IGNORECASE)
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
        self._several = Several(self._catalogue, vocabulary, self._scope, self._one)
        desk = Desk(self._catalogue, self._weigher, self._scope, self._speak, self._do)
        self._following, self._contrasting, self._parts = Following(desk), Contrasting(desk), PartsOf(desk)
        self._offers = Offers(desk, vocabulary)
        self._discourse = Discourse(desk, self._offers)
        self._by_act: Dict[Act, Callable[[Request], Reply]] = {
            Act.define: self._define,
            Act.explain: self._explain,
            Act.compare: self._contrasting.compare,
            Act.ask_relation: self._relate,
            Act.ask_position: self._position,
            Act.ask_agreement: self._agreement,
            Act.list_parts: self._parts.answer,
            Act.ask_sources: self._following.sources,
            Act.follow_up: self._following.follow_up,
            Act.more: self._following.more,
            Act.ask_question: self._free,
            Act.ask_beyond: self._free,
            Act.out_of_scope: self._free,
            Act.manipulate: self._refuse,
            **dict.fromkeys(ACTS, self._discourse.reply),
        }

    def answer(self, question: Question) -> Reply:
        """Answer a message, or decline it, or ask back; several questions in one are answered one by one."""
        reply = self._several.answer(question) or self._one(question)
        return remember(reply, question.context, self._course)

    def read(self, question: Question) -> Request:
        """A message as it is understood."""
        return understand(question, self._catalogue, self._vocabulary)

    def _one(self, question: Question) -> Reply:
        """The reply to a message with one question."""
        request = self._scope.pointed_at(self._scope.in_part(outside_quiz(understand(question, self._catalogue, self._vocabulary))))
        if not request.readable:
            return self._foreign(request)
        if request.unknown:
            return self._with_library(request, self._speak.no_such_member(request))
        settled = self._offers.settled(request)
        if settled:
            return settled
        if request.act in CHATTING or request.act is Act.start_quiz:
            return self._chat(request)
        return self._with_library(request, self._act(request))

    def _foreign(self, request: Request) -> Reply:
        """A question in letters that are not read: of what it names, the aspects it names, else what it is, in English."""
        aspects = request.aspects or (Aspect.definition,)
        act = Act.compare if len(request.concepts) > 1 else ACT_OF[aspects[0]]
        plain = replace(request, text="", act=act, ranking={}, leftover=(), surfaces=(), probability=1.0)
        if not (request.concepts or request.people):
            return self._speak.unreadable(request)
        reply = self._do(act, plain)
        return self._speak.in_english(reply) if isinstance(reply, Answer) else reply

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
        request = self._scope.in_part(understand(question, self._catalogue, self._vocabulary))
        evidence = [] if request.unknown else self._weigher.search(request, self._scope.subjects(request))
        return self._weigher.features(request, evidence) if evidence else {}

    def _act(self, request: Request) -> Reply:
        carried_on = (
            self._discourse.pointed(request)
            or self._following.comparison(request)
            or self._following.foremost(request)
            or self._following.opposite(request)
            or self._following.whether_it_is(request)
            or self._following.among_them(request)
            or self._following.one_of_them(request)
            or self._following.on_that(request)
            or self._following.siblings(request)
            or self._following.fellow(request)
            or self._following.member(request)
            or self._voices.other_side(request)
            or self._voices.contradicting(request)
            or self._contrasting.of_each(request)
        )
        if carried_on:
            return carried_on
        if self._scope.facts(request):  # "when was that?"
            return self._free(request)
        somebody = request.people and not (request.concepts or request.leftover)
        if somebody and request.context.said and speaks_of_agreeing(request.text):  # "does the institute see it the same way?"
            agreed = self._voices.agreement(request)
            if agreed:
                return agreed
        numbered = [c for c in request.concepts if self._course.concept[c].number]
        set_beside = contrasts(request.text) or (likens(request.text) and len(numbered) != 1)
        set_beside = set_beside or sets_against(request)
        if len(request.concepts) > 1 and not request.people and set_beside and not asks_for_fact(request.text):
            return self._contrasting.compare(request)
        told = request.leftover and self._scope.asks_which_member(request)  # "a foundation pays for it: which of the nine tracks?"
        of_its_parts = not told and request.act is not Act.ask_sources and self._parts.are_named(request, request.concepts)
        if of_its_parts and self._scope.only_names(request) and not request.aspects:
            return self._parts.answer(request)
        no_comparison = asks_for_fact(request.text) or (asks_why(request.text) and not set_beside and self._finds(request))
        beside = set_beside or _OTHERWISE.search(request.text)
        if len(request.people) > 1 and beside and (speaks_of_saying(request.text) or _OTHERWISE.search(request.text)):
            return self._position(request)
        if self._is_asked_outright(request) or (request.act is Act.compare and no_comparison):
            return self._free(request)
        agreeing = speaks_of_agreeing(request.text) and request.ranking.get(Act.ask_agreement, 0) > VAGUE
        if agreeing and request.act in OPEN and request.leans_back:  # "does everybody agree that it complements Track 1?"
            return self._agreement(request)
        disagreement = self._voices.asked(request) if request.act in OPEN and request.leftover else None
        return disagreement or self._by_aspects(request) or self._vaguely(request) or self._do(request.act, request)

    def _vaguely(self, request: Request) -> Optional[Reply]:
        """The reply to a message of which nobody can tell what it wants: it goes on with what was spoken of."""
        clear = request.concepts or request.people or request.aspects or contrasts(request.text)
        if request.probability >= VAGUE or clear or not request.context.subjects or not self._scope.is_bare(request):
            return None
        of_its_own = request.leftover or asks_for_fact(request.text)
        return self._free(request) if of_its_own else self._following.more(request)

    def _is_asked_outright(self, request: Request) -> bool:
        """Whether the act is only guessed at while the words single out a claim."""
        if request.aspects and request.leftover and request.probability < VAGUE and asks_for_no_list(request.text):
            return self._weigher.answers(request, self._weigher.search(request, self._scope.subjects(request)))  # "is it a tool?"
        if request.probability < VAGUE and request.concepts and not request.people:  # nobody can tell the act: then the claims can
            evidence = self._weigher.search(request, request.concepts)[:1]
            return any(self._weigher.is_strong(e) for e in evidence) and not contrasts(request.text)
        if request.act in ASPECTS_OF and request.probability < SURE and request.leftover and self._is_far_ahead(request):
            return not contrasts(request.text)
        if request.probability >= GUESSED or request.aspects or not request.leftover:
            return False
        if request.act is Act.pick and which_of(request.text) is not None:  # "explain the second of these"
            return False
        if len(request.people) > 1:  # what each of them holds
            return False
        evidence = self._weigher.search(request, self._scope.subjects(request))
        told = not self._scope.is_bare(request) or (bool(evidence) and self._weigher.is_strong(evidence[0]))
        return told and self._weigher.answers(request, evidence)

    def _is_far_ahead(self, request: Request) -> bool:
        """Whether one claim bears on a message so much more than any other that it must be meant."""
        evidence = self._weigher.search(request, self._scope.subjects(request))
        return len(evidence) > 1 and self._weigher.leads(evidence)

    def _finds(self, request: Request) -> bool:
        """Whether some claim answers a message as a free question."""
        return self._weigher.answers(request, self._weigher.search(request, self._scope.subjects(request)))

    def _do(self, act: Act, request: Request) -> Reply:
        """Answer a request as this act."""
        if act in CHATTING or act is Act.start_quiz:
            return self._chat(request)
        otherwise = self._list if act in ASPECTS_OF else self._free  # "B" is a question where no answer is awaited
        handler = self._by_act.get(act, otherwise)
        return (act in ASPECTS_OF and self._by_aspects(request)) or handler(request)

    def _by_aspects(self, request: Request) -> Optional[Reply]:
        """Several aspects of one concept, named side by side: the best of each."""
        subjects = self._scope.listed_of(self._scope.subjects(request), request.aspects)
        task = bool(_TASK.match(request.text))  # "discuss the advantages and disadvantages of it as a means of ..."
        if not request.lists_aspects or len(subjects) != 1 or request.people or not (task or self._scope.is_bare(request)):
            return None
        if self._course.concept[subjects[0]].kind is not ConceptKind.topic:
            return None
        wanted = list(dict.fromkeys(ACT_OF[a] for a in request.aspects))
        sections = [(ASPECTS_OF[act][0], self._catalogue.claims(subjects[0], ASPECTS_OF[act])[:OF_EACH]) for act in wanted]
        some = len(wanted) > 1 and any(claims for _, claims in sections)
        return self._speak.sections(replace(request, act=wanted[0]), sections, subjects[0]) if some else None

    # -- acts ----------------------------------------------------------------------------------------------------

    def _define(self, request: Request) -> Reply:
        subjects = self._scope.subjects(request)
        if request.people and (request.concepts or Aspect.definition in request.aspects):
            return self._position(request)  # "how does he define it"
        if not subjects and request.people:
            said = self._following.of_somebody_else(request) if speaks_of_saying(request.text) else None
            return said or self._who_is(request)
        if not subjects or self._scope.is_specific(request, subjects):
            return self._free(request)
        if len(subjects) > 1 and contrasts(request.text):
            return self._contrasting.compare(request)
        if self._parts.are_named(request, subjects):
            return self._parts.answer(request)
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
        if len(claims) < DEFINITIONS and self._course.concept[concept].kind is ConceptKind.organisation:
            first = [c for aspect in OF_THING for c in self._catalogue.claims(concept, [aspect])[:1]]
            claims = list(dict.fromkeys((*claims, *first, *self._everything(concept))))[:DEFINITIONS]
        if len(subjects) > 1:  # "carrots and sticks in track 1": the term, as far as it concerns the topic
            claims += [c for c in self._catalogue.own(concept) if self._catalogue.touches(c.id, subjects)][:DEFINITIONS]
        return self._speak.say(request, claims, [concept], Aspect.definition)

    def _worded(self, request: Request, concept: str) -> List[Claim]:
        """The definitions of a concept, those that hold the very name that was typed first, if it is not its ordinary one."""
        names = self._rare_names(request)
        return sorted(self._catalogue.definitions(concept), key=lambda c: not _holds(c.text, names))

    def _rare_names(self, request: Request) -> List[str]:
        """The names that were typed, without those by which a member of the series is called by its number ("Track 1 talks")."""
        return [s for s in request.surfaces if not self._catalogue.counts(s)]

    def _everything(self, concept: str) -> Tuple[Claim, ...]:
        return self._catalogue.claims(concept, list(Aspect))

    def _explain(self, request: Request) -> Reply:
        subjects = self._scope.subjects(request)
        if request.people and request.concepts:  # "the gist of Montville's view of Track 2"
            return self._position(request)
        if not subjects and request.people:
            return self._who_is(request)
        if not subjects or self._scope.is_specific(request, subjects):
            return self._free(request)
        if len(subjects) > 1 or asks_for_brevity(request.text):
            return self._contrasting.compare(request) if contrasts(request.text) else self._define(request)
        overview = OF_THING if self._catalogue.is_thing(subjects[0]) else OVERVIEW
        first_of_each = [c for a in overview for c in self._catalogue.claims(subjects[0], [a])[:1]]
        if first_of_each and self._rare_names(request):
            first_of_each = list(dict.fromkeys([self._worded(request, subjects[0])[0], *first_of_each[1:]]))
        first_of_each = list(dict.fromkeys([*self._parts.worded(request, subjects[0]), *first_of_each]))
        claims = first_of_each if len(first_of_each) > 2 else self._everything(subjects[0])[:MORE]
        return self._speak.say(request, claims, subjects, None, lead=f"{self._catalogue.title(subjects[0])} in brief")

    def _list(self, request: Request) -> Reply:
        """Strengths, weaknesses, participants ...: the course's list for one aspect."""
        aspects = ASPECTS_OF[request.act]
        subjects = self._scope.listed(request)
        if request.people and (subjects or request.leftover):
            return self._position(request)
        if not subjects:
            return self._list_unnamed(request, aspects)
        if (len(subjects) > 1 and asks_for_fact(request.text)) or self._weigher.is_current(request):
            return self._free(request)
        if len(subjects) > 1 and (contrasts(request.text) or request.ranking.get(Act.compare, 0) > 0.4):
            return self._contrasting.compare(request)
        best = self._scope.singled_out(request, subjects)
        other = self._no_list(request, subjects, best)
        if other:
            return other
        if len(subjects) > 1 and len(self._scope.narrowed(subjects)) == len(subjects):
            return self._contrasting.compare(request)
        narrowed = self._scope.listed_of(subjects, aspects)
        if self._asks_who(request, narrowed):
            return self._define(request)
        claims = [c for s in narrowed for c in self._listed(s, aspects)]
        if request.act is Act.ask_origin and claims:
            if not any(self._course.concept_of[c.id] in narrowed for c in claims):  # what is told of others need not hold of this
                return self._free(request)
            claims = [self._course.claim[i] for i in self._weigher.among(request, claims)][:ORIGINS]
        claims = self._in_order(request, claims, best)
        if _AGAIN.search(request.text) and not request.concepts:
            claims = [c for c in claims if c.id not in request.context.shown]
            if not claims:
                return self._of_before(request, subjects, aspects) or self._speak.that_is_all(request, subjects)
        if not claims:
            return self._instead(request, subjects, aspects[0])
        limit = request.count or (LIST_LIMIT if set(aspects) & JUDGED else SHORTER_LIST)
        return self._speak.say(request, claims, narrowed, aspects[0], limit=limit)

    def _of_before(self, request: Request, subjects: Sequence[str], aspects: Sequence[Aspect]) -> Optional[Reply]:
        """ "Another example?" after one was told of: further ones of the topic that was spoken of before it."""
        topic = next((c for c in self._scope.remembered(request.context.recent) if not self._catalogue.is_thing(c)), None)
        if topic is None or not all(map(self._catalogue.is_thing, subjects)):
            return None
        further = [c for c in self._listed(topic, aspects) if c.id not in request.context.shown]
        further = [c for c in further if not self._catalogue.touches(c.id, subjects)]
        return self._speak.say(request, further, (topic,), aspects[0], limit=OF_EACH) if further else None

    def _list_unnamed(self, request: Request, aspects: Sequence[Aspect]) -> Reply:
        """A list of what is not named: ask back of what, or take it for a free question.

        An aspect that is only guessed at rules out no answer to that.
        """
        if Aspect.origin in request.aspects and self._scope.is_of_all(request):  # "how did we get from two tracks to nine?"
            return self._free(request)
        if (request.aspects or request.probability >= GUESSED) and self._scope.is_bare(request):
            return self._which(request, aspects)
        return self._free(request, aspects if request.aspects else ())

    def _in_order(self, request: Request, claims: Sequence[Claim], best: Optional[str]) -> List[Claim]:
        """A list in the author's order, what the other words single out first; of one example asked for, the best few."""
        if request.act is Act.ask_examples and _AN_EXAMPLE.search(request.text):
            claims = [self._course.claim[i] for i in self._weigher.among(request, claims)][:OF_EACH]
        return sorted(claims, key=lambda c: c.id != best)

    def _no_list(self, request: Request, subjects: Tuple[str, ...], best: Optional[str]) -> Optional[Reply]:
        """The reply to a message that only seems to ask for a list; `best` is the claim that its other words single out."""
        listed = best is not None and self._course.claim[best].aspect in ASPECTS_OF[request.act] and request.probability >= SURE
        own_words = not self._scope.is_bare(request) or (request.leans_back and request.leftover)
        reason = asks_why(request.text) and not request.aspects and own_words
        strange = request.leftover and self._weigher.names_stranger(request)  # "was it a method in the Northern Irish process?"
        named = request.aspects and request.probability >= PLAIN  # "which methods are in the toolbox"
        aside = best is not None and not listed and not (named and not self._is_strongly_asked(request, subjects))
        if aside or strange or self._scope.is_foreign(request) or (reason and self._finds(request)):
            return self._free(request)
        if not request.aspects and self._is_other(request, self._weigher.search(request, subjects)[:1] if request.leftover else []):
            return self._free(request)
        if not self._scope.is_guess(request):
            return None
        evidence = self._weigher.search(request, subjects) if request.leftover or request.probability < GUESSED else []
        unsure = self._scope.is_unsure(request) and self._weigher.answers(request, evidence)
        if unsure or self._is_other(request, evidence):
            return self._free(request)
        bodies = not any(self._course.concept[s].kind is ConceptKind.topic for s in subjects)
        return self._explain(request) if bodies else None

    def _is_strongly_asked(self, request: Request, subjects: Sequence[str]) -> bool:
        evidence = self._weigher.search(request, subjects)
        return bool(evidence) and self._weigher.is_strong(evidence[0])

    def _is_other(self, request: Request, evidence: Sequence[Evidence]) -> bool:
        """Whether a claim of another aspect than the one guessed at is asked for almost in its own words."""
        if not (evidence and self._weigher.is_strong(evidence[0])):
            return False
        return self._course.claim[evidence[0].claim].aspect not in ASPECTS_OF[request.act]

    def _asks_who(self, request: Request, subjects: Sequence[str]) -> bool:
        """Whether "who are the Elders?" asks what a body is, not who takes part in it."""
        bodies = all(self._course.concept[s].kind is not ConceptKind.topic for s in subjects)
        return bodies and request.act is Act.ask_participants and not request.aspects and not request.leftover

    def _listed(self, concept: str, aspects: Sequence[Aspect]) -> Tuple[Claim, ...]:
        """The list of a concept; of origins only its own, as those told elsewhere are of other things."""
        if aspects == ASPECTS_OF[Act.ask_origin]:
            return self._catalogue.own_or_all(concept, Aspect.origin)
        return self._catalogue.claims(concept, aspects)

    def _which(self, request: Request, aspects: Sequence[Aspect]) -> Reply:
        """Ask back of what, unless the tracks as such are meant and the course speaks of them almost in these words."""
        evidence = self._weigher.search(request, ()) if self._scope.is_of_all(request) else []
        if evidence and self._weigher.is_strong(evidence[0]):
            return self._speak_evidence(request, evidence, ())
        return self._speak.which(request, aspects)

    def _instead(self, request: Request, subjects: Tuple[str, ...], aspect: Aspect) -> Reply:
        """What to say when the course has no list for an aspect: never another aspect's, for strengths and weaknesses."""
        if request.leftover or len(subjects) > 1:
            return self._free(request)
        if aspect is Aspect.origin:  # "who came up with these?": at least who is cited on them
            cited = [
                c for c in self._course.claim.values() if self._catalogue.is_person(c) and self._catalogue.touches(c.id, subjects)
            ]
            if cited:
                return self._speak.say(request, cited, subjects, None, limit=MORE)
        used = self._catalogue.claims(subjects[0], [Aspect.purpose]) if aspect is Aspect.strength else ()
        if used and _GOOD_FOR.search(request.text):
            return self._speak.say(request, used, subjects, Aspect.purpose, limit=MORE)
        if aspect is Aspect.example:
            near = [c for c in self._course.claim.values() if c.aspect is aspect and self._catalogue.touches(c.id, subjects)]
            if near:
                return self._speak.say(request, near, subjects, aspect, limit=SHORTER_LIST)
            instances = [c for c in self._everything(subjects[0]) if _INSTANCES.search(c.text)]
            if instances:
                return self._speak.say(request, instances, subjects, aspect, limit=MORE)
            taking_part = self._catalogue.claims(subjects[0], [Aspect.participants])
            if self._course.concept[subjects[0]].number and taking_part:
                return self._speak.say(request, taking_part, subjects, Aspect.participants, limit=MORE)
            if self._course.concept[subjects[0]].kind is ConceptKind.term:
                return self._speak.nothing_listed(request, subjects[0], aspect)
        if self._course.concept[subjects[0]].kind is not ConceptKind.topic:
            everything = self._everything(subjects[0])
            ids = self._weigher.among(request, everything) if request.aspects else [c.id for c in everything]
            return self._speak.say(request, [self._course.claim[i] for i in ids][:MORE], subjects, None)
        if aspect in _UNRATED:
            return self._speak.say(request, self._catalogue.definitions(subjects[0])[:DEFINITIONS], subjects, Aspect.definition)
        if aspect is Aspect.outcome and aspect not in request.aspects:  # the model took "what does Track 8 do" for it
            return self._explain(request)
        return self._speak.nothing_listed(request, subjects[0], aspect)

    def _relate(self, request: Request) -> Reply:
        subjects = self._scope.subjects(request)
        if not subjects or request.people or self._scope.is_specific(request, subjects) or self._scope.is_foreign(request):
            return self._free(request)
        related = self._catalogue.joint(subjects) if len(subjects) > 1 else self._catalogue.claims(subjects[0], [Aspect.relation])
        related = tuple(c for c in related if not self._catalogue.is_person(c))
        claims = [self._course.claim[i] for i in self._weigher.among(request, related)]
        return self._speak.say(request, claims[:RELATIONS], subjects, Aspect.relation) if claims else self._free(request)

    def _position(self, request: Request) -> Reply:
        """What somebody holds; without a name, what the authors hold side by side."""
        if len(request.people) > 1 and request.act is Act.ask_origin and self._finds(request):  # "which of them coined which?"
            return self._free(request)
        if request.people and not request.concepts and request.context.said and speaks_of_agreeing(request.text):
            agreed = self._voices.agreement(request)
            if agreed:
                return agreed
        if request.people and not request.concepts and self._scope.only_names(request):
            if _GOES_ON.search(request.text):
                return self._following.of_somebody_else(request) or self._who_is(request)
            carried_on = self._following.of_somebody_else(request) if speaks_of_saying(request.text) else None
            if carried_on:
                return carried_on
        if request.people and not request.concepts and _CONTRIBUTED.search(request.text):
            return self._who_is(request)
        if request.people:
            done = _DEED.search(request.text) and self._finds(request)
            of_member = request.leftover and not request.concepts and self._scope.asks_which_member(request)
            held = None if done or of_member or self._is_about_thing(request) else self._voices.position(request)
            return held or self._free(request)
        if request.context.shown and not request.concepts and self._scope.is_bare(request):
            return self._following.sources(request)
        return self._voices.positions(request) or self._free(request)

    def _is_about_thing(self, request: Request) -> bool:
        """Whether somebody is named only as taking part in what is asked about ("what happened in Haiti with Carter?")."""
        things = [c for c in request.concepts if self._catalogue.is_thing(c)]
        why = asks_why(request.text) and bool(request.concepts)
        of_thing = why or (things and Aspect.definition not in request.aspects and not speaks_of_saying(request.text))
        if not (of_thing and self._scope.only_names(request)):
            return False
        evidence = self._weigher.search(request, request.concepts)[:1]
        told = bool(evidence) and self._weigher.is_strong(evidence[0])
        return told and self._catalogue.touches(evidence[0].claim, things or request.concepts)

    def _who_is(self, request: Request) -> Reply:
        return self._voices.who_is(request) or self._free(request)

    def _agreement(self, request: Request) -> Reply:
        if len(request.people) == 1 and request.concepts and not self._scope.is_bare(request):  # "does he think that it ...?"
            evidence = self._weigher.search(request, request.concepts)[:1]
            voiced = bool(evidence) and request.people[0] in self._catalogue.holders(evidence[0].claim)
            if voiced and self._weigher.is_strong(evidence[0]):
                return self._free(request)
        nobody_known = not (request.concepts or request.people) and request.leftover
        if nobody_known and all(map(self._weigher.is_unknown, request.leftover)):  # "would Kissinger agree with that?"
            return self._free(request)
        return self._voices.agreement(request) or self._free(request)

    def _free(self, request: Request, aspects: Sequence[Aspect] = ()) -> Reply:
        """Any other question: the claims that answer it, or an honest decline. `aspects` are the only ones that fit."""
        subjects = self._scope.subjects(request)
        told = self._scope.facts(request)
        if told:  # "when was it held?"
            return self._speak_evidence(request, told, self._scope.remembered(request.context.subjects))
        if self._scope.points_at_nothing(request):
            return self._speak.what(request)
        if request.act is Act.ask_beyond:  # "weaknesses of sanctions": what is named at least is what must be answered
            aspects = aspects or tuple(a for a in request.aspects if a in JUDGED)
        if not subjects and _GOES_ON.search(request.text):
            evidence, subjects = self._scope.with_context(request, aspects) or ([], ())
            if subjects:
                return self._speak_evidence(request, evidence, subjects)
        weighed = self._weigher.search(request, subjects)
        evidence = self._scope.fitting(request, weighed, aspects)
        carried_on = self._scope.with_context(request, aspects) if not subjects else None
        spoken_of = self._scope.remembered(request.context.subjects) if request.concepts and request.leans_back else ()
        things = tuple(c for c in spoken_of if self._catalogue.is_thing(c))  # "why did he move them to Track 2?", of the Elders
        about = subjects if not (request.concepts or request.people) else things
        if about:  # "as an official or privately?", of a journey spoken of
            tied = [e for e in evidence if self._catalogue.touches(e.claim, about)]
            evidence = tied if tied and tied[0] in evidence[:NEAREST] else evidence
        near = {e.claim for e in evidence[:NEAREST]}
        meant = [e for e in carried_on[0][:NEAREST] if e.claim in near] if carried_on else []
        if carried_on and meant:  # "as an official or privately?"
            return self._speak_evidence(request, [meant[0], *(e for e in carried_on[0] if e is not meant[0])], carried_on[1])
        if not self._weigher.answers(request, evidence) or self._scope.lacks_substance(request, evidence):
            evidence, found = self._scope.with_context(request, aspects) or (evidence, ())
            if not found:
                apart = self._apart(request) if subjects and not (request.concepts or request.people) else []
                member = apart or self._scope.nearest_member(request, weighed)
                if member:
                    return self._speak_evidence(request, member, () if apart else subjects)
                return self._no_answer(request, evidence or weighed)
            subjects = found
        return self._speak_evidence(request, evidence, subjects)

    def _apart(self, request: Request) -> List[Evidence]:
        """What answers a message that points at something, but not at what was spoken of ("what was that dialogue with China?")."""
        alone = replace(request, leans_back=False)
        evidence = self._scope.fitting(alone, self._weigher.search(alone, ()), ())
        told = self._weigher.answers(alone, evidence) and self._weigher.is_strong(evidence[0])
        return evidence if told and not self._scope.lacks_substance(alone, evidence) else []

    def _speak_evidence(self, request: Request, evidence: Sequence[Evidence], subjects: Sequence[str]) -> Reply:
        premise = self._scope.premise(request, subjects)
        claims = [self._course.claim[e.claim] for e in (*premise, *self._weigher.best(evidence, subjects))]
        asked = replace(request, act=Act.ask_question)
        return self._speak.say(asked, claims, subjects or (*request.people, self._course.concept_of[claims[0].id]))

    def _no_answer(self, request: Request, evidence: Sequence[Evidence]) -> Reply:
        if self._is_wrong_about_origin(request, evidence):
            return self._speak_evidence(request, evidence, request.concepts)
        if not request.leftover and not request.concepts and not request.people:
            return self._speak.what(request)
        if self._scope.speaks_of_one(request):  # "my professor keeps mentioning transfer mechanisms and I have no clue ..."
            return self._say_definitions(request, request.concepts[0], request.concepts)
        if self._weigher.is_off_topic(request, evidence):
            return self._speak.off_topic(request)
        return self._speak.not_covered(request, evidence)

    def _is_wrong_about_origin(self, request: Request, evidence: Sequence[Evidence]) -> bool:
        """Whether an origin is asked for in the name of somebody unheard of: then it is told who it was."""
        if Aspect.origin not in request.aspects or not request.concepts or not evidence:
            return False
        first = self._course.claim[evidence[0].claim]
        return first.aspect is Aspect.origin and self._catalogue.about(first.id, request.concepts)

    def _is_question(self, request: Request) -> bool:
        """Whether small talk wraps something that the course can answer."""
        if request.concepts or request.people or request.lists_aspects or (request.aspects and request.context.subjects):
            return True
        if request.leans_back and request.leftover and request.context.subjects:  # "thanks, and is it official?"
            return True
        return not self._scope.is_bare(request) and self._weigher.answers(request, self._weigher.search(request, ()))

    def _refuse(self, request: Request) -> Reply:
        asks_again = (
            request.aspects and request.context.subjects and self._scope.is_bare(request)
        )  # "I asked about the participants."
        if request.probability >= SURE_OF_ABUSE and not asks_again:
            return self._speak.unsafe(request)
        left_out = (Act.manipulate, Act.out_of_scope, *CHATTING, Act.start_quiz)
        act = _next_likely(request, without=left_out)
        if self._scope.is_bare(request) and (request.concepts or request.context.subjects):
            others = {a: p for a, p in request.ranking.items() if a not in left_out}  # or one of them would be next, and so on
            return self._do(act, replace(request, act=act, probability=others.get(act, 0.0), ranking=others))
        return self._free(request)

    def _chat(self, request: Request) -> Reply:
        """Small talk; but "hi, what is Track 2?" is a question, and a bare "why?" wants to hear more."""
        if request.leans_back and len(request.text.split()) == 1:  # "it"
            return self._following.more(request) if request.context.subjects else self._speak.what(request)
        if request.probability < SURE / 2 and request.context.subjects and not request.leftover:
            return self._following.more(request)
        aspects_alone = request.lists_aspects and not request.leftover  # "strengths and weaknesses?" has no word of a quiz
        aspects_alone = aspects_alone or bool(request.aspects and request.context.subjects and self._scope.is_bare(request))
        sure = request.act is Act.start_quiz and request.probability >= GUESSED and not aspects_alone
        sure = sure or (request.act in CHATTING and request.probability >= SURE and not (request.concepts or request.people))
        if not sure and self._is_question(request):
            act = _next_likely(request, without=(*CHATTING, *ACTS, Act.start_quiz))
            return self._act(replace(request, act=act))
        return self._speak.chat(request)


def _next_likely(request: Request, without: Container[Act]) -> Act:
    """The likeliest act but some; a named aspect makes its own likelier."""
    scores = {a: p + WORD_BONUS * any(x in request.aspects for x in ASPECTS_OF.get(a, ())) for a, p in request.ranking.items()}
    return max((a for a in scores if a not in without), key=lambda a: scores[a], default=Act.ask_question)


def _holds(sentence: str, names: Sequence[str]) -> bool:
    """Whether a sentence uses one of these names as it was typed, but for hyphens, capitals and endings."""
    said = " ".join(terms(sentence))
    return any(" ".join(terms(name)) in said for name in names if terms(name))
