"""Turn what a student typed into a request: which act, about which concepts, under which aspect."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from typing import Dict, FrozenSet, List, Mapping, Optional, Set, Tuple

from index.lexical import stopwords, terms
from index.vocabulary import Mention, Vocabulary
from knowledge.models import Aspect
from tutor.catalogue import Catalogue
from tutor.parts import Part, are_listed
from tutor.reply import Context


class Act(str, Enum):
    """What a student may want. The names are those of the intents that the bot is trained on."""

    define = "define"
    explain = "explain"
    compare = "compare"
    ask_strengths = "ask_strengths"
    ask_weaknesses = "ask_weaknesses"
    ask_participants = "ask_participants"
    ask_purpose = "ask_purpose"
    ask_methods = "ask_methods"
    ask_examples = "ask_examples"
    ask_conditions = "ask_conditions"
    ask_outcomes = "ask_outcomes"
    ask_relation = "ask_relation"
    ask_origin = "ask_origin"
    ask_position = "ask_position"
    ask_agreement = "ask_agreement"
    list_parts = "list_parts"
    ask_sources = "ask_sources"
    follow_up = "follow_up"
    more = "more"
    simplify = "simplify"
    shorten = "shorten"
    ask_reason = "ask_reason"
    doubt = "doubt"
    pick = "pick"
    open_source = "open_source"
    next_one = "next_one"
    go_back = "go_back"
    ask_question = "ask_question"
    ask_beyond = "ask_beyond"
    out_of_scope = "out_of_scope"
    manipulate = "manipulate"
    greet = "greet"
    thanks = "thanks"
    goodbye = "goodbye"
    help = "help"
    start_quiz = "start_quiz"
    quiz_answer = "quiz_answer"
    quiz_hint = "quiz_hint"
    quiz_skip = "quiz_skip"
    quiz_stop = "quiz_stop"
    quiz_pause = "quiz_pause"
    quiz_resume = "quiz_resume"
    quiz_progress = "quiz_progress"
    quiz_export = "quiz_export"
    export_data = "export_data"
    forget_me = "forget_me"


ASPECTS_OF: Mapping[Act, Tuple[Aspect, ...]] = {
    Act.define: (Aspect.definition,),
    Act.ask_strengths: (Aspect.strength,),
    Act.ask_weaknesses: (Aspect.weakness, Aspect.criticism),
    Act.ask_participants: (Aspect.participants,),
    Act.ask_purpose: (Aspect.purpose,),
    Act.ask_methods: (Aspect.method,),
    Act.ask_examples: (Aspect.example,),
    Act.ask_conditions: (Aspect.condition,),
    Act.ask_outcomes: (Aspect.outcome,),
    Act.ask_relation: (Aspect.relation,),
    Act.ask_origin: (Aspect.origin,),
}
ACT_OF: Mapping[Aspect, Act] = {aspect: act for act, aspects in ASPECTS_OF.items() for aspect in aspects}
QUIZZING: FrozenSet[Act] = frozenset(  # what means something only in a quiz, or to the learner's records
    {
        Act.quiz_answer,
        Act.quiz_hint,
        Act.quiz_skip,
        Act.quiz_stop,
        Act.quiz_pause,
        Act.quiz_resume,
        Act.quiz_progress,
        Act.quiz_export,
        Act.export_data,
        Act.forget_me,
    }
)
CHATTING: FrozenSet[Act] = frozenset({Act.greet, Act.thanks, Act.goodbye, Act.help})

INSTEAD = {Act.quiz_answer: Act.pick, Act.quiz_skip: Act.next_one, Act.quiz_resume: Act.next_one}  # where there is no quiz
WORD_BONUS = 0.5  # what naming an aspect outright is worth beside the model's probability
_PRONOUN = re.compile(r"\b(it|its|they|them|their|theirs|this|that|these|those|there|both|the (two|three|former|latter))\b", re.I)
_ALL_THIS = re.compile(  # "who pays for all this peace work" points at nothing
    r"\ball (?:of )?(?:this|that|these|those) (?!(?:is|was|are|were|has|have|to|for|from|with|about|in|on|at)\b)(?=[a-z]{4,})", re.I
)
_SOMEBODY = re.compile(r"\b(he|him|his|she|her|hers)\b", re.I)
_ALIKE_VIEW = re.compile(r"\b(same|agree\w*|disagree\w*|share\w*|differ\w*|unlike|contradict\w*)\b", re.I)
_PROCESS = re.compile(r"process(es)?", re.I)
_IN_BRACKETS = re.compile(r"\s*\(\s*")
_NOT = re.compile(r"\b(not|instead of|rather than|except)\s+((the|its|their|any)\s+)?$", re.I)
_BESIDE = re.compile(  # "which deals began informally, apart from Oslo?"
    r"\b(?:apart from|aside from|other than|besides|except(?: for)?|excluding|not counting|leaving out)\s+(?:the\s+)?$", re.I
)
_FOIL = re.compile(r"\b(any|all|every|each|the|most)\s+(the\s+)?other\s+((form|kind|type|way|sort)s?\s+of\s+)?$", re.I)
_MEANS_THAT = re.compile(r"\s+(?:if|when|that|for|to)\b", re.I)  # "what does it mean if a minister comes" asks for no meaning
_IT_MEANS = re.compile(  # "if a minister comes instead, what does it mean" asks for no meaning either
    r"\s*(?:\S+\s+){4,}?what (?:does|do|did|would|might|could|can) (?:it|that|this) mean$", re.I
)
_WHAT = re.compile(r"\bwhat (?:the (?:term|word|concept) )?$", re.I)
_IS = re.compile(r"\s+(?:is|are|was|means?)(?: (?:all )?about)?\s*(?:$|[?.!,;])", re.I)  # "put into words what Track 1.5 is"
_WHAT_IS = re.compile(r"(\w+,? )??what('?s| is)\b", re.I)
_I = re.compile(r"\b(i|we) $", re.I)  # "i mean ..." asks for no meaning
_CONTRAST = re.compile(
    r"\b(side by side|next to each other|vs?|versus|compar\w*|contrast\w*|differ(?!ently)\w*|diff|distinguish\w*|similarit\w*|"
    r"separates?|apart)\b",
    re.I,
)
_LIKENESS = re.compile(r"\b(similar\w*|alike|in common|common ground|shared?|resembl\w*)\b", re.I)
_SAYING = re.compile(
    r"\b(says?|said|saying|thinks?|thought|argues?|argued|claims?|claimed|believes?|believed|holds?|held|writes?|wrote|"
    r"tells?|told|agrees?|agreed|disagrees?|sees? it|views?|opinions?|stance|position|reckons?|according to|puts? it|"
    r"defines?|describes?)\b",
    re.I,
)
_WHY = re.compile(
    r"(?:(?:and|so|but|ok|then|well|wait|hm+),? ){0,3}(?:why|how come|for what reason|what['\u2019]s (?:behind|the reason)|"
    r"what (?:accounts for|explains|(?:lies|is) behind|(?:is|are|was|were) the (?:reason|cause)s?))\b",
    re.I,
)
_BRIEFLY = re.compile(
    r"\b(?:brief(?:ly)?|in short|short answer|(?:keep|make) (?:it|this|that) (?:short|brief|quick)|short(?:ly)?|nutshell|tl;?dr|"
    r"(?:one|1|two|2|a few|few|couple of) (?:sentences?|lines?|words)|concise(?:ly)?)\b",
    re.IGNORECASE,
)
_NO_LIST = re.compile(
    r"(?:(?:and|so|but|ok|then|well|wait),? ){0,3}"
    r"(?:why|how come|is|are|was|were|does|do|did|has|have|(?:can|could|would|will)(?! (?:you|u|i)\b))\b",
    re.I,
)
_DIFFERENCE = re.compile(r"\bdiff", re.I)
_ITEMS = re.compile(r",\s*(?:and\s+)?|\s{1,9}(?:and|or)\s+|\s{0,9}[/&]\s*", re.I)
_BY = (
    re.compile(
        r"\b(?:in terms of|with (?:regard|respect) to|when it comes to|as regards|regarding|concerning|(?:only )?as to) "
        r"(?P<what>[^?.;]+?)(?= between\b| among\b|[?.;]|$)",
        re.I,
    ),
    re.compile(r"\b(?:by|in|on) (?P<what>[^?.,;]+?)(?= between\b| of\b| for\b| among\b| with\b|[?.,;]|$)", re.I),
    re.compile(r"\bcompare (?:the )?(?P<what>[^?.,;]+?) (?:of|in) ", re.I),
    re.compile(r"\b(?:more|less) (?P<what>[a-z]+)\b", re.I),
    re.compile(r"\bhow (?P<what>(?!do|does|did|is|are|was|were|can|could|would|should|far|much|many)[a-z]+) ", re.I),
)
_NO_TOPIC = frozenset(
    [
        "table",
        "detail",
        "depth",
        "way",
        "ways",
        "aspect",
        "aspects",
        "respect",
        "respects",
        "row",
        "column",
        "columns",
        "side",
        "list",
        "points",
        "better",
        "best",
        "good",
        "worse",
        "worst",
        "sound",
        "sounds",
        "seem",
        "seems",
        "look",
        "looks",
        "same",
        "similar",
        "alike",
        "overall",
        "general",
        "generally",
        "main",
        "mainly",
        "really",
        "exactly",
        "confused",
        "confusing",
        "mix",
        "mixed",
        "mixing",
        "always",
        "keep",
        "found",
        "against",
        "only",
        "please",
        "format",
        "stuck",
        "sure",
        "understand",
        "everything",
        "few",
        "lines",
        "sentence",
        "sentences",
        "words",
        "short",
        "brief",
        "system",
        "scheme",
        "framework",
        "class",
        "course",
        "exam",
    ]
)
_AGREE = re.compile(
    r"\b(dis)?agree(s|d|ment)?\b|\b(contest|disput|controvers|contradict)\w*|\b(consensus|debated?)\b|"
    r"\b(?:same|this|that) (?:view|way|opinion)(?= too\b|[\s?.!]*$)",
    re.I,
)
# Stems that say nothing of a topic: "two of its strengths", "play a role", "in one sentence", "count for anything".
_IDLE = frozenset(
    [
        "two",
        "three",
        "four",
        "five",
        "six",
        "role",
        "relev",
        "play",
        "sentenc",
        "line",
        "count",
        "anyth",
        "here",
        "true",
        "longer",
        "page",
        "number",
        "never",
        "ever",
        "wait",
        "hm",
        "typo",
        "want",
        "one",
        "detail",
        "concret",
        "warn",
        "real",
        "actual",
        "text",
        "stori",
        "anywher",
        "besid",
        "differ",
        "see",
        "assess",
        "evalu",
        "examin",
        "analys",
        "analyz",
        "identifi",
        "highlight",
        "summar",
        "summari",
        "summaris",
        "recap",
        "enumer",
        "outlin",
    ]
)
_FILLER = re.compile(
    r"\b(step by step|in practice|real[- ]?(world|life)|in (your|my|our|his|her|their) own words|hang on|hold on|oops|"
    r"((quick|general|brief|short) )?overview|for (my|our) \w+(?=\W*$)|"
    r"(in|as|with) (an? )?(bullet( points?)?|bullets|table|list|note form|keywords)|my bad|never ?mind|"
    r"(the )?same (aspect|respect|thing|question|point|angle|criteri(on|a)|list)(?= ?[,.?!]|$| for\b| of\b)|"
    r"wrong one|(all|everything) (there is to know )?about|"
    r"(according to|in|from) (the|these|my|our|your) ([\w-]+ ){0,3}?(readings?|texts?|course|sources|articles?|papers?|primer|"
    r"web ?(site|page)|chapters?)|in (short|brief|a nutshell))\b|"
    r"(?<!save )(?<!saving )(?<!lose )(?<!losing )(?<!saves )\bfaces?(?=\W*$)",
    re.I,
)  # no topic as a whole
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_HOW_MANY = re.compile(
    rf"\b(?P<n>10|[1-9]|{'|'.join(_NUMBERS[1:])})\s+(?:(?:of|its|the|their|main|key|major|big|biggest|important|most|different|"
    r"specific|good|top|best|possible|common)\s+)*$",
    re.I,
)
_SO_MANY = re.compile(  # "i need like three", "... wants four of them"
    r"\b(?:need|wants?|ask(?:s|ed)?(?: (?:us|me))? for|give me|gimme|name|list|tell me|only|just)\s+"
    r"(?:(?:like|about|just|only|at least)\s+)?"
    rf"(?P<n>10|[1-9]|{'|'.join(_NUMBERS[1:])})(?:\s+of (?:them|these|those)|\s+(?:points?|things?|items?))?"
    r"(?=\s*(?:$|[?.!,;)]|please\b|pls\b))",
    re.I,
)
_OF_ONESELF = re.compile(  # "im cramming, ...", "..., i always mix them up": whoever asks, not what is asked
    r"(?:^|(?<=[,;.!\u2013-]) ?)(?:(?:and|but|so|as|since|because|cause|cuz) )?(?:i|i['’ ]?m|i['’ ]?ve|my (?:head|brain))\b"
    r"[^,;.!?]{3,80}(?:[,;.!\u2013]|$)",
    re.I,
)
_AT_THE_END = re.compile(  # "Our unit has to present them on Thursday.", "... i need them for my flashcards"
    r"(?<=[.;!?])\s{1,9}(?:our|my|we)\b(?![^.?!]{0,40}\b(?:sa(?:id|ys)|told|claim|think|argue|wrote|insist))[^.?!]{3,80}[.!]?$|"
    r",?\s{1,9}(?:(?:because|as|since) )?(?:i|we) (?:need|must have|have to have) (?:it|them|this|that)"
    r"\b[^.?!]{0,60}$",
    re.I,
)
_ASKED_WITH = re.compile(
    r"\b(what|which|who|whom|whose|why|how|when|where|whether|if|that|wonder\w*|ask\w*|know|understand|want|need|like|mean\w*|"
    r"looking|think|thought|guess|heard|read|believe|you|u)\b",
    re.I,
)
_BOTH = frozenset({"was", "die", "in", "so", "an", "am", "me", "no", "a", "on", "as", "do", "he", "her"})  # words of theirs, too
_ELSEWHERE = frozenset(  # small words of German, Spanish, French, Italian and Portuguese that English does not have
    [
        *("sind", "wer", "ist", "und", "von", "wie", "warum", "welche", "zwischen", "bedeutet", "erkläre"),
        *("qué", "cuál", "cuáles", "es", "los", "las", "del", "cómo", "por", "quién", "quiénes", "término", "diferencia"),
        *("quelle", "quels", "quelles", "est", "les", "une", "des", "et", "dans", "pourquoi", "différence", "entre"),
        *(
            "chi",
            "alla",
            "il",
            "cosa",
            "sono",
            "gli",
            "della",
            "dello",
            "che",
            "perché",
            "quali",
            "tra",
            "una",
            "differenza",
            "spiegami",
        ),
        *(
            "la",
            "le",
            "el",
            "de",
            "du",
            "que",
            "quoi",
            "puedes",
            "podría",
            "pouvez",
            "peux",
            "vous",
            "moi",
            "der",
            "den",
            "das",
            "bitte",
        ),
        *("termo", "os", "uma", "quais", "são", "qual", "diferença", "quem"),
    ]
)
_LATIN = re.compile(r"[^\W\d_]*[A-Za-z\u00c0-\u024f][^\W\d_]*")
_WORD = re.compile(r"\b[a-z]{3,}\b")
_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Question:
    """A message with what the channel knows of it.

    `ranking` holds the intent model's probabilities by act; empty when no model heard the message.
    `concepts` are given by a button; otherwise they are found in the text. `parts` are its questions if it asks several.
    """

    text: str
    ranking: Mapping[str, float] = field(default_factory=dict)
    concepts: Tuple[str, ...] = ()
    context: Context = field(default_factory=Context)
    parts: Tuple[Part, ...] = ()


@dataclass(frozen=True)
class Request:
    """A question understood. `leftover` are its topical stems outside names and aspect words.

    `text` has its typos mended towards the words of the course. `canonical` is `text` with names written one way,
    `asked` is the same of what was typed.
    """

    text: str
    canonical: str
    asked: str
    act: Act
    next_act: Act  # the second most likely
    probability: float
    ranking: Mapping[Act, float]
    aspects: Tuple[Aspect, ...]
    concepts: Tuple[str, ...]
    people: Tuple[str, ...]
    unknown: Tuple[str, ...]
    surfaces: Tuple[str, ...]  # the names as they were typed
    leftover: Tuple[str, ...]
    leans_back: bool
    context: Context
    without: Tuple[str, ...] = ()  # concepts that are named only to be left out
    lists_aspects: bool = False  # whether several aspects are named side by side
    count: Optional[int] = None  # how many are asked for ("three advantages"), 1 to 10

    @property
    def readable(self) -> bool:
        """Whether most of what is not a name is in letters, and words, that the tutor can read; a number alone will do, too."""
        words = _LETTERS.findall(_without_names(self.text, self.surfaces)) or _LETTERS.findall(self.text)
        if not words:
            return any(c.isdigit() for c in self.text)
        latin = sum(map(len, filter(_LATIN.fullmatch, words))) * 3 >= sum(map(len, words)) * 2
        small = [word.lower() for word in words]
        foreign = sum(word in _ELSEWHERE for word in small)
        english = any(word in stopwords() - _ELSEWHERE - _BOTH for word in small)
        few = len(words) < 3 and not (foreign and _BOTH & {*small})  # "was ist ..."
        return latin and foreign < (max(2, len(words) / 4) if english else 1 + few)


def understand(question: Question, catalogue: Catalogue, vocabulary: Vocabulary) -> Request:
    """Read a question: names by the vocabulary, the act by the intent model, corrected by named aspects."""
    text = vocabulary.mend(vocabulary.spell_out(_without_self(question.text.strip(), vocabulary)))
    found = vocabulary.mentions(text)
    besides = [m for m in found if _BESIDE.search(text[: m.start]) and m.concept not in catalogue.voices]
    mentions = _meant([m for m in found if m not in besides], text)
    cut = [] if mentions or _PRONOUN.search(text) else vocabulary.completed(text, question.context.subjects)
    mentions = mentions or cut
    named = question.concepts or tuple(dict.fromkeys(m.concept for m in mentions if m.concept))
    spoken = [a for a in vocabulary.aspects(text) if not _I.search(text[: a.start])]
    spoken = [a for a in spoken if not (a.aspect is Aspect.definition and _MEANS_THAT.match(text, a.end))]
    spoken = [a for a in spoken if mentions or not (a.aspect is Aspect.definition and _IT_MEANS.match(text[: a.end]))]
    ends = {m.end for m in found}  # "a Track 2 process" is Track 2, and asks not how it works
    spoken = [a for a in spoken if not (_PROCESS.fullmatch(text[a.start : a.end]) and a.start - 1 in ends)]
    wanted = [a for a in spoken if not _NOT.search(text[: a.start])] or spoken
    aspects = tuple(dict.fromkeys(a.aspect for a in wanted))
    if not aspects and any(_WHAT.search(text[: m.start]) and _IS.match(text, m.end) for m in mentions):
        aspects = (Aspect.definition,)
    fillers = [m.span() for m in _FILLER.finditer(text)]
    outside = _blank(text, [*((m.start, m.end) for m in {*found, *mentions}), *((a.start, a.end) for a in spoken), *fillers])
    outside = _WORD.sub(lambda m: " " * len(m.group()) if vocabulary.is_slip(m.group()) else m.group(), outside)
    leftover = tuple(t for t in dict.fromkeys(terms(outside)) if len(t) > 1 and t not in vocabulary.nouns | _IDLE)
    people = tuple(c for c in named if c in catalogue.voices)
    concepts = tuple(c for c in named if c not in people)
    spoken_of: Tuple[str, ...] = ()
    if (
        people and not concepts and _SOMEBODY.search(outside) and _ALIKE_VIEW.search(text)
    ):  # "does Nan take the same view as he does?"
        before = tuple(c for c in question.context.subjects if c in catalogue.voices and c not in people)
        concepts = tuple(c for c in question.context.subjects if c not in catalogue.voices) if before else concepts
        people = (*before, *people)
    if not people and _SOMEBODY.search(outside):
        people = spoken_of = tuple(c for c in question.context.subjects if c in catalogue.voices)
        people = spoken_of = people or (() if named or aspects or leftover else _told_of(question, catalogue))
        things = tuple(c for c in question.context.subjects if c not in people and catalogue.is_thing(c))
        if people and not concepts:  # "did he give anything away?", of a journey
            concepts, spoken_of = things, (*people, *things)
        elif people and things and _PRONOUN.search(outside):  # "why did he move them to Track 2?"
            spoken_of = (*people, *things)
    ranking = {Act(name): p for name, p in question.ranking.items() if name in Act.__members__}
    ranking = _without(ranking, {ACT_OF[a.aspect] for a in spoken} - {ACT_OF[a] for a in aspects})
    if cut and not (aspects or leftover):
        ranking = _carried_on(text, ranking)
    scores = _weigh(ranking, aspects) if ranking else _guess(text, outside, concepts, people, aspects)
    order = sorted(scores, key=lambda a: -scores[a])
    return Request(
        text=text,
        canonical=": ".join([*map(catalogue.name, spoken_of), vocabulary.canonical(text)]),
        asked=vocabulary.canonical(question.text.strip()),
        act=order[0],
        next_act=order[1] if len(order) > 1 else Act.ask_question,
        probability=ranking.get(order[0], 0.0) if ranking else 1.0,
        ranking=ranking,
        aspects=aspects,
        concepts=concepts,
        people=people,
        unknown=_unknown(mentions),
        surfaces=tuple(m.surface for m in mentions if m.concept),
        leftover=leftover,
        leans_back=bool(_PRONOUN.search(_ALL_THIS.sub("", outside))),
        context=question.context,
        without=tuple(m.concept for m in besides if m.concept),
        lists_aspects=len(aspects) > 1 and are_listed(text, [(a.start, a.end) for a in wanted]),
        count=_count(outside[: wanted[0].start], text) if len(wanted) == 1 else None,
    )


def _told_of(question: Question, catalogue: Catalogue) -> Tuple[str, ...]:
    """The one person of whom the last answer told something."""
    for claim in (i for i in question.context.said if i in catalogue.course.claim):
        people = catalogue.people_told_of(claim)
        if people:
            return tuple(people) if len(people) == 1 else ()
    return ()


def _without_self(text: str, vocabulary: Vocabulary) -> str:
    """A message without what a student says of himself or herself, as long as a question is left."""
    text = _AT_THE_END.sub(lambda m: m.group() if vocabulary.concepts(m.group()) else "", text) or text
    for found in _OF_ONESELF.finditer(text):
        clause = found.group()
        left = f"{text[: found.start()]} {text[found.end() :]}".strip(" ,;.!-\u2013")
        if len(_LETTERS.findall(left)) > 1 and not (_ASKED_WITH.search(clause) or vocabulary.concepts(clause)):
            return left
    return text


def _without_names(text: str, names: Tuple[str, ...]) -> str:
    for name in names:
        text = text.replace(name, " ", 1)
    return text


def _count(before: str, text: str) -> Optional[int]:
    """The number that stands before what is asked for, or by itself as what is needed."""
    found = _HOW_MANY.search(before) or _SO_MANY.search(text)
    if found is None:
        return None
    number = found.group("n").lower()
    return int(number) if number.isdigit() else _NUMBERS.index(number)


def _meant(mentions: List[Mention], text: str) -> List[Mention]:
    """Leave out what is named only to be excluded ("track 1, not 1.5"), as long as something else is named.

    So is what stands for all the rest ("all the other forms of diplomacy").
    """
    kept = [m for m in mentions if not (_NOT.search(text[: m.start]) or _FOIL.search(text[: m.start]))]
    named_anew = {a.start for a, b in pairwise(kept) if _IN_BRACKETS.fullmatch(text[a.end : b.start]) and text[b.end :][:1] == ")"}
    return [m for m in kept if m.start not in named_anew] or mentions  # "citizen diplomacy (track 4)"


def _without(ranking: Mapping[Act, float], excluded: Set[Act]) -> Dict[Act, float]:
    """The model's probabilities without those of acts whose aspect is named only to be excluded ("not weaknesses, strengths")."""
    return {act: p for act, p in ranking.items() if act not in excluded}


def _carried_on(text: str, ranking: Mapping[Act, float]) -> Dict[Act, float]:
    """What a turn wants that only names something short ("and the political one?"), which the model cannot know for a name."""
    likeliest = max(ranking, key=lambda a: ranking[a], default=None)
    if likeliest in ASPECTS_OF:
        return dict(ranking)
    return {Act.define if _WHAT_IS.match(text) else Act.follow_up: 1.0}


def _weigh(ranking: Mapping[Act, float], aspects: Tuple[Aspect, ...]) -> Dict[Act, float]:
    """The model's probabilities, raised for acts whose aspect is named outright."""
    scores = dict(ranking)
    if ranking.get(Act.start_quiz, 0.0) >= 0.5:  # "10 questions on weaknesses" asks for no list
        return scores
    for aspect in aspects:
        act = ACT_OF.get(aspect)
        if act:
            scores[act] = scores.get(act, 0.0) + WORD_BONUS / len(aspects)
    return scores


def _guess(
    text: str, outside: str, concepts: Tuple[str, ...], people: Tuple[str, ...], aspects: Tuple[Aspect, ...]
) -> Dict[Act, float]:
    """Without an intent model (the command line): what the words alone suggest."""
    if _AGREE.search(text):
        return {Act.ask_agreement: 1.0}
    if len(concepts) > 1 and (_CONTRAST.search(text) or not terms(outside)):
        return {Act.compare: 1.0}
    if people:
        return {Act.ask_position: 1.0}
    if aspects and aspects[0] in ACT_OF:
        return {ACT_OF[aspects[0]]: 1.0}
    return {Act.define if concepts and len(text.split()) <= 6 else Act.ask_question: 1.0}


def _blank(text: str, spans: List[Tuple[int, int]]) -> str:
    """Overwrite spans with spaces, keeping all offsets."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _unknown(mentions: List[Mention]) -> Tuple[str, ...]:
    return tuple(m.surface for m in mentions if m.concept is None)


def contrasts(text: str) -> bool:
    """Whether a text sets things against each other."""
    return bool(_CONTRAST.search(text))


def likens(text: str) -> bool:
    """Whether a text asks what things have in common, and not what tells them apart."""
    return bool(_LIKENESS.search(text)) and not _DIFFERENCE.search(text)


def sets_against(request: Request) -> bool:
    """Whether a text sets two names against each other ("Track 1.5 against Track 2")."""
    pairs = pairwise(request.surfaces)
    return any(re.search(rf"{re.escape(a)}\W+against\W+(the )?{re.escape(b)}", request.text, re.I) for a, b in pairs)


def speaks_of_agreeing(text: str) -> bool:
    """Whether a text speaks of agreement or disagreement."""
    return bool(_AGREE.search(text))


@lru_cache(maxsize=1)
def speaks_of_saying(text: str) -> bool:
    """Whether a text speaks of what somebody says or thinks; kept, as every claim is held against one text."""
    return bool(_SAYING.search(text))


def asks_why(text: str) -> bool:
    """Whether a text asks for a reason."""
    return bool(_WHY.match(text))


def asks_for_brevity(text: str) -> bool:
    """Whether a text asks for a short answer."""
    return bool(_BRIEFLY.search(text))


def asks_for_no_list(text: str) -> bool:
    """Whether a text asks for a reason, or for yes or no."""
    return bool(_NO_LIST.match(text))


def only_names(request: Request) -> bool:
    """Whether a message holds nothing but names and "or" ("1.5 or 2?")."""
    rest = request.text
    for surface in request.surfaces:
        rest = rest.replace(surface, " ", 1)
    return {w.lower() for w in _LETTERS.findall(rest)} == {"or"}


def topical_words(request: Request, part: Optional[str] = None) -> List[str]:
    """The words of a message, or of a part of it, behind its leftover stems, as they were typed, without those of no topic."""
    words = _LETTERS.findall(request.text if part is None else part)
    return [w for w in words if set(terms(w)) & set(request.leftover) and w.lower() not in _NO_TOPIC]


def by_what(request: Request) -> Tuple[str, ...]:
    """The words for each thing that others are to be compared by ("in secrecy and cost"), without names and words of no topic."""
    found = next((m for m in (pattern.search(request.text) for pattern in _BY) if m), None)
    items = _ITEMS.split(found.group("what")) if found else ()
    return tuple(filter(None, (" ".join(topical_words(request, item)) for item in items)))


def outside_quiz(request: Request) -> Request:
    """A message that is taken for part of a quiz where there is none: the likeliest act of the others."""
    others = {a: p for a, p in request.ranking.items() if a not in QUIZZING}
    if request.act not in QUIZZING:
        return replace(request, ranking=others)
    instead = INSTEAD.get(request.act)
    act = instead or max(others, key=lambda a: others[a], default=Act.ask_question)
    sure = others.get(act, 0.0)
    sure = request.probability + sure if instead else sure / (sum(others.values()) or 1.0)
    return replace(request, act=act, probability=sure, ranking={**others, act: sure})
