"""What is said of the answer before: put simply, shortened, doubted, picked from, gone on with, gone back to."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Callable, FrozenSet, List, Mapping, Optional, Sequence, Tuple

from index.lexical import terms
from knowledge.models import Aspect, Claim
from tutor.desk import Desk
from tutor.memory import LAST, newest, place, which_of
from tutor.offers import Offers
from tutor.reply import Answer, Reply, Turn
from tutor.scope import JUDGED, SURE
from tutor.understanding import ACT_OF, ASPECTS_OF, Act, Request

POINTS = 6  # put simply at once
SHORT_LIST = 3
BESIDE = 2  # claims that stand nearest to the one that was picked
NEAR = 0.5  # cosine from which a claim says something alike
REASONS = 3
BEARING = 0.7  # cosine from which a claim may be the reason of another
POSSIBLE = 0.15  # ... from which it may be another act, where it can be none of these
LIKELY = 0.35  # probability from which a message without a topic of its own is taken for one of these acts

ACTS: FrozenSet[Act] = frozenset(
    {Act.simplify, Act.shorten, Act.ask_reason, Act.doubt, Act.pick, Act.open_source, Act.next_one, Act.go_back}
)
REPEATED: FrozenSet[Act] = frozenset({Act.define, Act.explain, Act.ask_relation, Act.list_parts, *ASPECTS_OF})
ASK_BACK: Mapping[Act, str] = {
    Act.simplify: "What shall I put in simpler words? You could ask:",
    Act.shorten: "What shall I shorten? You could ask:",
    Act.ask_reason: "Of what would you like to know the reason? You could ask:",
    Act.doubt: "Each sentence of mine stands in a reading, and I name the place. Ask me something and check it, for example:",
    Act.pick: "Which one do you mean? You could ask:",
    Act.open_source: "I have cited nothing yet. Ask me something, and I show where it stands:",
    Act.next_one: "Where shall we begin? You could ask:",
    Act.go_back: "We have not spoken of anything yet. You could ask:",
}

_FRAME = frozenset(
    terms(
        "point bullet option item first second third fourth fifth last top bottom middle number simpler easy easier plain english "
        "word sentence line long shorter short gist beginner dummies five twelve sum total text answer source footnote citation "
        "passage reference page next previous following before beginning start question topic track back true correct right sure "
        "fact certain real wrong reason cause ground sense case understand complicated difficult hard normal version language "
        "nd st rd th nr open see read look alright few information bit minute moment conversation discussion time"
    )
)
_REASON = re.compile(
    r"\b(because|since|now that|in that|as a result|therefore|thus|so that|in order to|due to|owing to|thanks to|for fear|"
    r"reasons?|explains?|"
    r"leads? to|makes? it|allows?|lets?|without|so (they|it|he|that))\b",
    re.IGNORECASE,
)
_THEY = re.compile(r"\b(they|people|parties|anyone|somebody|someone)\b", re.IGNORECASE)
_BEFORE = re.compile(r"\b(before|previous|prior|preceding)\b", re.IGNORECASE)
_ONE_OF_THEM = re.compile(
    r"\bthe (?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|last|\d(?:st|nd|rd|th))"
    r"(?: one| point| of (?:these|them|those))?(?=[\s?.!,]*$|,| (?:one|point|of)\b)",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"\b(?:source|citation|reference|footnote|ref) ?(?:number|no\.?|nr\.?|#)? ?\[?\d{1,2}\b", re.IGNORECASE)
_ARE_YOU_SURE = re.compile(  # "are you sure? my professor said it was Track 1"
    r"(?:\w+,? ){0,2}?(?:(?:are|r) )?(?:you|u) (?:really |absolutely )?(?:sure|certain)(?: about (?:that|this|it))?[?!.,;]*"
    r"(?:(?: (?:because|cause|cuz|since|but|bc))? (?:(?:my|our|the)(?: other| old)? \w+|i|we|he|she|they|wikipedia) (?:just )?"
    r"(?:said|says|told|tells|puts?|lists?|calls?|counts?|claim\w*|thoug\w*|think|heard|read|wrote|insist\w*|have|had|learn\w*|remember)\b.*)?$",
    re.IGNORECASE | re.DOTALL,
)
_WHO_SAYS = re.compile(
    r"(?:(?:and|but|so|ok|wait),? )?(?:who|where) (?:says?|said|claims?|claimed|argues?|wrote|writes) (?:that|this|so|it)[\s?!.]*",
    re.IGNORECASE,
)
_ONE_SENTENCE = re.compile(r"\b(?:one|1|a single) (?:sentence|line)\b", re.IGNORECASE)
_WH_QUESTION = re.compile(r"(?:\w+ ){0,2}?(?:who|what|which|when|where|how|why)\b", re.IGNORECASE)
_MATTERS = re.compile(r"\b(?:matters?|important|useful|needed|necessary|relevant|significant)\W*$", re.IGNORECASE)
_BUT_I_HEARD = re.compile(  # "hmm but somebody told me Oslo was Track 1.5"
    r"(?:(?:hm+|but|really|no|wait|huh|well|ok|oh|strange|odd|funny),?[?!.]* ){1,3}(?:because )?"
    r"(?:(?:my|our|the|a|another)(?: other)? \w+|somebody|someone|people|i|we|he|she|they|wikipedia) (?:once |always |just )?"
    r"(?:said|says|told|tells|thought|heard|read|learn\w*|claim\w*)\b",
    re.IGNORECASE,
)
_POINT = re.compile(r"\b(point|bullet|sentence|item|claim|argument)\b", re.IGNORECASE)


class Discourse:
    """Answers messages that lean on what was said."""

    def __init__(self, desk: Desk, offers: Offers) -> None:
        self._course, self._catalogue, self._weigher = desk.course, desk.catalogue, desk.weigher
        self._scope, self._speak, self._do, self._offers = desk.scope, desk.speak, desk.do, offers
        self._by_act: Mapping[Act, Callable[[Request], Optional[Reply]]] = {
            Act.simplify: self._simplify,
            Act.shorten: self._shorten,
            Act.ask_reason: self._reason,
            Act.doubt: self._doubt,
            Act.pick: self._pick,
            Act.open_source: self._open_source,
            Act.next_one: self._next,
            Act.go_back: self._go_back,
        }

    def reply(self, request: Request) -> Reply:
        """Answer a message that the intent model takes for one about the answer before; ask back if there is none."""
        if not self._is_meant(request):
            act = next((a for a in sorted(request.ranking, key=lambda a: -request.ranking[a]) if a not in ACTS), Act.ask_question)
            act = act if request.ranking.get(act, 0) > LIKELY or not request.leftover else Act.ask_question
            act = ACT_OF[request.aspects[0]] if request.aspects and request.concepts else act
            act = Act.ask_position if request.people and not (request.leftover or request.aspects) else act  # "what did he say"
            return self._do(act, replace(request, act=act, next_act=Act.ask_question, probability=request.ranking.get(act, 0.0)))
        return (
            self._by_act[request.act](request) or self._next_best(request) or self._speak.ask_back(request, ASK_BACK[request.act])
        )

    def _next_best(self, request: Request) -> Optional[Reply]:
        """What else a message may want that is not sure to be about the answer before ("name one", "what about the other one?")."""
        if request.act is Act.pick and self._scope.the_other(request) and self._scope.speaks_of_the_other(request):
            return self._do(Act.follow_up, replace(request, act=Act.follow_up))
        others = {a: p for a, p in request.ranking.items() if a in ASPECTS_OF and p >= POSSIBLE}
        act = max(others, key=lambda a: others[a], default=None)
        if act is None or request.probability >= SURE or not request.context.subjects:
            return None
        return self._do(act, replace(request, act=act, next_act=Act.ask_question, probability=others[act]))

    def pointed(self, request: Request) -> Optional[Reply]:
        """ "The second one", "source nr 2": a point or citation of the last answer, whatever the intent model takes it for."""
        named = request.concepts or request.people or request.aspects
        if request.context.cited and not named and _SOURCE.search(request.text):
            return self._open_source(request)
        if request.context.said and not named and _WHO_SAYS.fullmatch(request.text.strip()):
            return self._do(Act.ask_sources, replace(request, act=Act.ask_sources))
        if request.context.said and (_ARE_YOU_SURE.match(request.text) or self._objects(request)):
            return self._doubt(request)
        if request.act is Act.pick or not (len(request.context.said) > 1 and _ONE_OF_THEM.search(request.text)):
            return None
        own = [t for t in request.leftover if t not in _FRAME and not self._weigher.is_common(t)]
        return None if named or own or request.act in (Act.open_source, Act.go_back) else self._pick(request)

    def _objects(self, request: Request) -> bool:
        """Whether a message holds against what was said that somebody puts it elsewhere in the series."""
        spoken_of = all(c in request.context.subjects or self._course.concept[c].number for c in request.concepts)
        return bool(_BUT_I_HEARD.match(request.text)) and spoken_of and "?" not in request.text

    def _is_meant(self, request: Request) -> bool:
        """Whether nothing in a message speaks of something else."""
        own = [t for t in request.leftover if t not in _FRAME and not self._weigher.is_common(t)]
        if request.people or (request.aspects and not set(request.aspects) <= {Aspect.definition}):
            return False
        if request.concepts:
            return request.act in (Act.simplify, Act.shorten, Act.go_back) and not own
        if request.act is Act.go_back and request.probability < SURE and request.leftover and _WH_QUESTION.match(request.text):
            return False  # "between which sides was it again"
        if own and request.act is Act.go_back:
            return bool(self._hinted(request))
        return request.probability >= SURE or (not own and request.probability >= LIKELY)

    # -- the same, in other words --------------------------------------------------------------------------------

    def _simplify(self, request: Request) -> Optional[Reply]:
        """The points of the last answer in brief; of what it defined, a plain definition and the shortest of the others."""
        subjects = request.concepts or self._subjects(request)
        before = request.context
        if request.concepts or not self._said(request):
            return self._plainest(request, subjects)
        if before.plain and len(subjects) == 1:
            return self._otherwise(request, subjects[0])
        if before.act == Act.compare.value and len(subjects) > 1:
            aspects = (Aspect.definition, Aspect.participants, Aspect.purpose)
            return self._plain(self._speak.compare(self._again(request), subjects, aspects, points=1))
        claims = self._said(request)[:POINTS]
        if before.act in (Act.define.value, Act.explain.value) and len(subjects) == 1:
            plainest = self._plain_definition(subjects[0], said=claims)
            beside = sorted((c for c in claims if c is not plainest), key=lambda c: len(c.text))[: SHORT_LIST - 1]
            return self._plain(self._say_plainly(request, [plainest, *beside], subjects, whole=SHORT_LIST if beside else 0))
        return self._plain(self._say_plainly(request, claims, subjects))

    def _otherwise(self, request: Request, subject: str) -> Optional[Reply]:
        """Other things that are said of a concept, in brief, when the simple words were not simple enough."""
        spoken = {c.id for c in self._said(request)}
        everything = (*self._catalogue.definitions(subject), *self._catalogue.claims(subject, list(Aspect)))
        others = [c for c in dict.fromkeys(everything) if c.id not in spoken][:SHORT_LIST]
        return self._plain(self._say_plainly(request, others, [subject])) if others else self._plainest(request, [subject])

    def _plainest(self, request: Request, subjects: Sequence[str]) -> Optional[Reply]:
        """A plain definition of each subject, and an example of the first."""
        if not subjects:
            return None
        examples = (self._catalogue.claims(subjects[0], [Aspect.example]) or self._catalogue.claims(subjects[0], [Aspect.purpose]))[
            :1
        ]
        claims = [*map(self._plain_definition, subjects), *examples]
        return self._plain(self._say_plainly(request, claims, subjects, whole=len(claims)))

    def _say_plainly(self, request: Request, claims: Sequence[Claim], subjects: Sequence[str], whole: int = 0) -> Answer:
        aspect = self._aspect(request)
        listed = aspect if aspect in JUDGED else None
        of_what = f"{self._course.aspects[listed].label} of {self._speak.names(subjects)}" if listed and subjects else ""
        lead = f"{of_what or self._name(subjects)} in simple words" if subjects else "In simple words"
        return self._speak.say(self._again(request), claims, subjects, aspect, lead, len(claims), request.context.shown, whole)

    @staticmethod
    def _plain(reply: Optional[Answer]) -> Optional[Reply]:
        return reply.copy(update={"context": reply.context.copy(update={"plain": True})}) if reply else None

    def _shorten(self, request: Request) -> Optional[Reply]:
        """One sentence; of a list or a comparison, a few points in brief."""
        subjects = request.concepts or self._subjects(request)
        before, said = request.context, self._said(request)
        if request.concepts or (not said and subjects) or (before.act in (Act.define.value, Act.explain.value) and subjects):
            claims = [self._plain_definition(s, said) for s in subjects]
        elif before.act == Act.compare.value and len(subjects) > 1 and _ONE_SENTENCE.search(request.text):
            between = [c for c in self._catalogue.joint(subjects) if c.aspect is Aspect.relation]
            claims = sorted(between, key=lambda c: (bool(c.author), self._course.concept_of[c.id] not in subjects))[:1]
        elif before.act == Act.compare.value and len(subjects) > 1:
            return self._speak.compare(self._again(request), subjects, (Aspect.definition,), points=1)
        elif len(said) < SHORT_LIST:
            claims = sorted(said, key=lambda c: len(c.text))[:1]
        else:
            claims = said[:SHORT_LIST]
        if not claims:
            return None
        whole = 0 if len(claims) >= SHORT_LIST or said == claims else len(claims)
        lead = f"{self._name(subjects)} in short" if subjects else "In short"
        again = self._again(request)
        return self._speak.say(again, claims, subjects, self._aspect(request), lead, len(claims), before.shown, whole)

    def _plain_definition(self, concept: str, said: Sequence[Claim] = ()) -> Claim:
        """The first definition of a concept; if that was all that was `said`, the shortest, one of no author first."""
        definitions = self._catalogue.definitions(concept)
        if list(said) != [definitions[0]]:
            return definitions[0]
        return min(definitions, key=lambda c: (bool(c.author), len(c.text)))

    # -- why, and whether ----------------------------------------------------------------------------------------

    def _reason(self, request: Request) -> Optional[Reply]:
        """Claims that give reasons, nearest to what was said, and what was said if it gives one; failing that, more of it.

        Why those who take part do so is what it is for.
        """
        said = self._said(request)
        subjects = self._subjects(request)
        if not said:
            return self._do(Act.more, request) if subjects else None
        if request.leans_back and _MATTERS.search(request.text):  # "why do they matter?"
            return self._do(Act.ask_purpose, replace(request, act=Act.ask_purpose, probability=1.0, leftover=()))
        if request.context.act == Act.ask_participants.value and _THEY.search(request.text):
            return self._do(Act.ask_purpose, replace(request, act=Act.ask_purpose, probability=1.0, leftover=()))
        evidence = self._weigher.search(replace(request, canonical=said[0].text, leftover=()), subjects)
        near = [self._course.claim[e.claim] for e in evidence if e.cosine >= BEARING and e.claim not in request.context.shown]
        near = [c for c in near if not subjects or self._catalogue.touches(c.id, subjects)]
        near = [c for c in near if _REASON.search(c.text)]
        defined = request.context.act in (Act.define.value, Act.explain.value)  # a definition gives no reason for itself
        own = [c for c in said if _REASON.search(c.text)] if len(said) <= REASONS and not defined else []
        claims = [*own, *near][:REASONS]
        if not claims:
            return (None if defined else self._nearest(request, said[0], subjects)) or self._unexplained(request, said, subjects)
        return self._speak.say(self._again(request), claims, subjects, None, "Reasons in the readings", seen=request.context.shown)

    def _unexplained(self, request: Request, said: Sequence[Claim], subjects: Sequence[str]) -> Reply:
        """What was told in answer to a question, as all that the readings say on it; of a list or a definition, more."""
        if request.context.act != Act.ask_question.value:
            return self._do(Act.more, request)
        lead = "The readings give no reason beyond this"
        return self._speak.say(self._again(request), said[:BESIDE], subjects, None, lead) or self._do(Act.more, request)

    def _nearest(self, request: Request, claim: Claim, subjects: Sequence[str]) -> Optional[Reply]:
        """What was said, and what is nearest to it, by the same author if it has one, where nothing gives a reason."""
        evidence = self._weigher.search(replace(request, canonical=claim.text, leftover=()), subjects)
        near = [self._course.claim[e.claim] for e in evidence if e.cosine >= NEAR and e.claim not in request.context.shown]
        near = [c for c in near if self._catalogue.touches(c.id, subjects) and (not claim.author or c.author == claim.author)]
        near = [c for c in near if c.aspect in JUDGED or c.aspect in (Aspect.condition, Aspect.relation, Aspect.purpose)]
        lead = "What the readings say on that"
        one = len(self._said(request)) == 1 and request.context.act == Act.ask_question.value  # it was asked for by itself
        return self._speak.say(self._again(request), [claim, *near[:BESIDE]], subjects, None, lead) if near or one else None

    def _doubt(self, request: Request) -> Optional[Reply]:
        """Where it stands; if it is one of several positions, all of them."""
        said = self._said(request)
        if not said:
            return None
        subjects = set(self._subjects(request))
        disputed = next((d for d in self._course.disagreements if said[0].id in d.claims and subjects & set(d.about)), None)
        things = {c for c in subjects if self._catalogue.is_thing(c)}
        if disputed is None and self._objects(request):  # "hmm but somebody told me Oslo was Track 1.5"
            disputed = next((d for d in self._course.disagreements if things & set(d.about)), None)
        again = self._again(request)
        if disputed:
            plain = [c for c in said if c.id not in disputed.claims][:1]
            return self._speak.disagreement(again, disputed, plain)
        return self._speak.say(again, said, self._subjects(request), self._aspect(request), "It stands in these places")

    # -- one of several ------------------------------------------------------------------------------------------

    def _pick(self, request: Request) -> Optional[Reply]:
        """The point that is pointed at, and what stands nearest to it; after an offer, the answer to what was offered."""
        before = request.context
        number = which_of(request.text)
        if number is None:
            return None
        subjects = self._subjects(request)
        if before.act == Act.compare.value and before.said and not _POINT.search(request.text) and len(subjects) > 1:
            at = place(number, len(subjects))
            return self._do(Act.explain, self._about(request, subjects[at : at + 1])) if at is not None else None
        named = self._offers.numbered(request) if before.offered and not before.said else None
        if named:
            return self._offers.clicked(request, named)
        said = self._said(request) if before.said or not before.offered else []
        at = place(number, len(said))
        if at is not None:
            return self._point(request, said, at)
        offered = place(number, len(before.offered))
        if offered is not None and (not said or number == LAST):
            return self._offers.clicked(request, before.offered[offered])
        return self._too_far(request, len(said))

    def _point(self, request: Request, said: Sequence[Claim], at: int) -> Reply:
        claim = said[at]
        subjects = self._subjects(request)
        member = self._course.concept[self._course.concept_of[claim.id]]
        told = claim.about[0] if len(claim.about) == 1 else member.id
        if request.context.act == Act.list_parts.value and self._course.concept[told].part_of in subjects:
            return self._do(Act.explain, replace(self._about(request, (told,)), act=Act.explain))
        spoken = {c.id for c in said}
        alike = self._weigher.search(replace(request, canonical=claim.text, leftover=()), subjects)
        beside = [self._course.claim[e.claim] for e in alike if e.cosine >= NEAR and e.claim not in spoken]
        of_kind = [c for c in beside if not request.context.aspect or c.aspect is claim.aspect]
        beside = of_kind or beside
        beside = [c for c in beside if not subjects or self._catalogue.strays(c.id, subjects) < 1]
        asked = replace(request, act=Act.ask_question)
        lead = f"Point {at + 1}, and what stands nearest to it" if beside else f"Point {at + 1}"
        return self._speak.say(asked, [claim, *beside[:BESIDE]], subjects, None, lead, seen=request.context.shown)

    def _too_far(self, request: Request, length: int) -> Optional[Reply]:
        if not length:
            return None
        options = [f"Explain point {n + 1}" for n in range(min(length, SHORT_LIST))]
        points = "only one point" if length == 1 else f"only {length} points"
        return self._speak.ask_back(request, f"There is {points} above." if length == 1 else f"There are {points} above.", options)

    def _open_source(self, request: Request) -> Optional[Reply]:
        """The passage behind a citation of the last answer, with its place."""
        cited = request.context.cited
        number = which_of(request.text)
        if number is None:
            return self._do(Act.ask_sources, request)
        at = place(number, len(cited))
        if at is not None:
            passage = self._course.passages.get(cited[at])
            return self._speak.passage(request, passage, at + 1) if passage else self._speak.readings(request)
        if not cited:
            return None
        options = [f"Show source {n + 1}" for n in range(min(len(cited), SHORT_LIST))]
        return self._speak.ask_back(request, f"The last answer cites {len(cited)} of them. Which one?", options)

    # -- on, and back --------------------------------------------------------------------------------------------

    def _next(self, request: Request) -> Optional[Reply]:
        """The next in the series, asked the same; after a list, what it had no room for."""
        subjects = self._subjects(request)
        if not subjects:
            return None
        before = request.context
        listed = ASPECTS_OF.get(Act.__members__.get(before.act or "", Act.ask_question), ())
        listed = () if listed == (Aspect.definition,) else listed
        left = [c for c in self._catalogue.claims(subjects[0], listed) if c.id not in before.shown]
        numbered = sorted((c for c in self._course.concepts if c.number), key=lambda c: float(c.number or 0))
        ids = [c.id for c in numbered]
        if left or subjects[0] not in ids:
            return self._do(Act.more, request)
        at = ids.index(subjects[0] if _BEFORE.search(request.text) else subjects[-1] if subjects[-1] in ids else subjects[0])
        at += -1 if _BEFORE.search(request.text) else 1
        if not 0 <= at < len(ids):
            return self._speak.no_neighbour(request, subjects[0], first=at < 0)
        return self._do(Act.follow_up, replace(self._about(request, (ids[at],)), act=Act.follow_up))

    def _go_back(self, request: Request) -> Optional[Reply]:
        """What was asked before: of what is named, at first, or before the last answer."""
        trail = [t for t in request.context.trail if self._scope.remembered(t.subjects)]
        concepts = request.concepts or self._hinted(request)
        if concepts:
            request = replace(request, concepts=concepts, leftover=())
            found = newest(trail, concepts[0])
            return self._replay(request, found) if found else self._do(Act.explain, replace(request, act=Act.explain))
        if not trail:
            return None
        first = which_of(request.text) == 1
        return self._replay(request, trail[0] if first or len(trail) < 2 else trail[-2])

    def _hinted(self, request: Request) -> Tuple[str, ...]:
        """The concept whose name has all the words that are left ("lets return to oslo"), one spoken of before any other."""
        words = {t for t in request.leftover if t not in _FRAME}
        having = [c.id for c in self._course.concepts if words and words <= set(terms(" ".join((c.name, *c.also_called))))]
        spoken = [s for turn in reversed(request.context.trail) for s in turn.subjects if s in having]
        return tuple(spoken[:1] or (having if len(having) == 1 else ()))

    def _replay(self, request: Request, turn: Turn) -> Reply:
        """Give an answer again."""
        act = Act.__members__.get(turn.act or "", Act.ask_question)
        subjects = self._scope.remembered(turn.subjects)
        aspects = tuple(Aspect(a) for a in turn.aspects)
        again = replace(self._about(request, subjects), act=act, aspects=aspects, probability=1.0, ranking={act: 1.0})
        people = [s for s in subjects if s in self._catalogue.voices]
        if act is Act.compare and len(subjects) > 1:
            return self._do(act, replace(again, text="compare"))
        if act in REPEATED and not people:
            return self._do(act, replace(again, lists_aspects=len(aspects) > 1))
        claims = [self._course.claim[i] for i in turn.said if i in self._course.claim]
        lead = f"Back to {self._speak.names(subjects)}"
        return self._speak.say(again, claims, subjects, None, lead) if claims else self._do(Act.explain, again)

    # -- what was said -------------------------------------------------------------------------------------------

    def _said(self, request: Request) -> List[Claim]:
        """The claims of the last answer, in its order."""
        known = request.context.said or request.context.shown
        return [self._course.claim[i] for i in known if i in self._course.claim]

    def _subjects(self, request: Request) -> Tuple[str, ...]:
        return self._scope.remembered(request.context.subjects)

    @staticmethod
    def _aspect(request: Request) -> Optional[Aspect]:
        return Aspect(request.context.aspect) if request.context.aspect else None

    def _again(self, request: Request) -> Request:
        """The request as one of the act before, so that what follows leans on that."""
        return replace(request, act=Act.__members__.get(request.context.act or "", Act.ask_question))

    @staticmethod
    def _about(request: Request, concepts: Tuple[str, ...]) -> Request:
        """The request, now about these and nothing else."""
        return replace(request, text="", concepts=concepts, leftover=(), aspects=(), surfaces=(), people=(), leans_back=False)

    def _name(self, subjects: Sequence[str]) -> str:
        names = self._speak.names(subjects)
        return names[0].upper() + names[1:]
