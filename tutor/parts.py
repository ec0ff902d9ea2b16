"""A message with several questions: where it is cut, and how their answers become one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Dict, List, Mapping, Optional, Sequence, Set, Tuple, TypeVar

from tutor.reply import Answer, Cell, Citation, Context, Position, Section, Sentence

P = TypeVar("P", Sentence, Cell, Position)
MOST_PARTS = 3  # questions of one message that are answered
SHORTEST = 2  # words of a request that says by itself what it is about ("Discuss." does not)
LONG = 18  # words from which a message may be a pasted task
SENTENCES = 5  # of the answer to each
_OF_ONE = ("ask_question", "ask_origin")  # acts whose first sentence is the answer
_POLITE = (
    r"(?:(?:and|also|then|so|but|well|now|please|pls|plz|ok|okay|hi|hey|hello|wait|oh|um|hm+|lol|"
    r"thanks|thank you|thx|ty|cool|great|nice|anyways?|basically|quick|kindly|(?:dear )?(?:sir|madam|tutor|professor|all)|"
    r"(?:can|could|would) (?:you|u)|if (?:not|so)|i(?:'d| would|'ll)? (?:really )?(?:like|want|need|love) to (?:know|understand)|"
    r"(?:i(?:'m| am| was) )?(?:just )?wondering|(?:my|the) question is)\b[\s,:]+){0,6}"
)
_OPENER = (
    r"(?:according to|(?:in|on) (?:the )?(?:light|basis|view)|with|using|use|draw(?:ing)? (?:up)?on|based on|by|bearing|keeping|"
    r"referring to|taking|given|considering|making use of|after|having|in|on|from|for|if)"
)
_BY_THE_WAY = (
    rf"(?:{_OPENER}\b[^,.?!;:]{{0,200}},\s*(?:and\s+)?){{0,3}}"
    r"(?:if\b(?:\s+[^\s,.?!;:]+){1,8}?,?\s+(?=(?:who|what|when|where|why|how|which)\b))?"
    r"(?:(?:critically|briefly|first|then|also|finally)\s+)?"
)
_BEFORE_REQUEST = re.compile(rf"^{_OPENER}\b[^,.?!;:]{{0,200}},\s*(?:and\s+)?", re.IGNORECASE)
_WH = (
    r"(?:who|whos|who's|whose|what|whats|what's|when|where|why|how|hows|which|(?:since|until|from) when|"
    r"(?:by|for|with|from|to) whom|(?:in|at|on) wh(?:at|ich) (?:year|date|place|town|city))\b"
)
_TELL = (
    r"(?:define|explain|compare|contrast|list|name|give|tell|show|describe|discuss|outline|evaluate|assess|identify|analy[sz]e|"
    r"summari[sz]e|illustrate|state|examine|indicate|specify|characteri[sz]e|distinguish|justify|elaborate|clarify|set out|"
    r"point out|comment on|say (?=(?:under |in |by |to )?(?:who|what|when|where|why|how|which|whether)\b))\b"
)
_DOES = (
    r"(?:whether|is|are|was|were|does|do(?! not\b)|did|has|have|can|could|should|would|will|"
    r"its(?! (?:not|a|an|the|just|only|also|so|very|really|still|after)\b)|their|any)\b"
)
_ASKING = rf"(?:{_WH}|{_TELL}|{_DOES})"
_OPENS = re.compile(_POLITE + _BY_THE_WAY + _ASKING, re.IGNORECASE)
_SENTENCE = re.compile(
    r"[?!;]+\s+|(?<!\bvs)(?<!\d)\.\s+|(?:(?<=[a-z] \d)|(?<=\d\.\d))\.\s+(?=[a-z])|\n+",
    re.IGNORECASE,  # "define Track 1. Name ..."
)
_NUMBERED = re.compile(r"(?:^|(?<=[\s.?!;:]))q(?:uestion)?\s?\d{1,2}\s?[.:)]\s+", re.IGNORECASE)  # "Q2."
_ENUMERATED = re.compile(  # "(i) name ... (ii) explain ..."
    rf"(?<=\s)\(?(?:[a-e]|i{{1,3}}|iv|v|[1-5])\)\s{{1,9}}(?={_ASKING})", re.IGNORECASE
)
_AND = re.compile(rf"[,\s]\s{{0,9}}(?:and|plus|&)\s{{1,9}}(?={_POLITE}{_BY_THE_WAY}{_ASKING})", re.IGNORECASE)
_AND_WHAT = re.compile(rf"[,\s]\s{{0,9}}(?:and|plus|&)\s{{1,9}}(?={_POLITE}{_BY_THE_WAY}{_WH})", re.IGNORECASE)
_FRONTED = re.compile(  # "the Elders, who are they"
    rf"(?:[^\s,.?!;:]+ ){{0,5}}[^\s,.?!;:]+(?:,| -+) {_WH} (?:is|are|r|was|were|does|do|did|has|have)\b", re.IGNORECASE
)
_SEEN_BY = (
    r"(?:think|feel|find|see|say|look|roll|dislike|distrust|like|complain|influence|affect|support|help|need|view|regard|treat)\b"
)
_OTHER_WAY = re.compile(  # "what do diplomats think of Track 2 people, and the other way round?"
    rf"(?P<before>.{{0,80}}?\b(?:do|does|did|would|can)) (?P<one>(?:[^\s,]+ ){{1,4}}?)(?P<verb>"
    rf"{_SEEN_BY}(?: [^\s,]+){{0,4}}? (?:about|of|at|to|on|with|for|from)|{_SEEN_BY}) (?P<other>[^,?]{{3,60}}?),? (?:and )?"
    r"(?:(?:the )?other way (?:round|around)|vice[ -]versa)(?: too| as well)?[\s?.!]*",
    re.IGNORECASE,
)
_VERB_ALONE = re.compile(
    rf"{_POLITE}{_BY_THE_WAY}{_TELL}(?: (?:for|to) (?:me|us))?"
    r"(?:,? (?:in|with) (?:a )?\w+ (?:own )?(?:words?|sentences?|lines?))?\W*$",
    re.IGNORECASE,
)  # "identify" of "identify and discuss"
_NOUN_ALONE = re.compile(  # "what carrots" of "what carrots and what sticks can they offer?"
    r"(?:what|which|how many) (?!is|are|was|were|does|do|did|has|have|can|could)[\w-]+(?: [\w-]+)?", re.IGNORECASE
)
_RESPECT = re.compile(  # "compare them as regards who takes part and how formal it is"
    r"\b(?:compare|contrast|distinguish|differ(?:s|ences?)?)\b.{0,200}\b(?:as regards|regarding|in terms of|"
    rf"with (?:regard|respect) to|concerning|as to|by|in|on)\s{_WH}",
    re.IGNORECASE,
)
_IF = re.compile(r",\s+(?=if (?:not|so)\b)", re.IGNORECASE)
_IF_SO = re.compile(r"^(?:and\s+)?if (?:not|so)\b[\s,]*(?=\S)", re.IGNORECASE)
_OVER_WHETHER = re.compile(  # "my roommate and I were arguing about whether ..."
    r"^[^?]{0,80}?\b(?:about|over|wonder\w*|ask\w*|know|sure|unsure|argu\w+|debat\w+|discuss\w*|tell me|decide) (?=whether\b)",
    re.IGNORECASE,
)
_WHY_ALONE = re.compile(r"(?:but |and |so |ok )?(?:why|how come)(?: is (?:that|this|it)| so| though?)?", re.IGNORECASE)
_THEN = re.compile(rf",\s+(?=(?:(?:critically|briefly|then|also)\s+)?{_TELL}|(?:what|how|why|when|whether)\b)", re.IGNORECASE)
_TOLD = re.compile(_POLITE + _BY_THE_WAY + _TELL, re.IGNORECASE)
_AFTER_COLON = re.compile(rf":\s+(?={_POLITE}{_BY_THE_WAY}(?:{_WH}|{_TELL}))", re.IGNORECASE)
_AFTER_COMMA = re.compile(  # where the question begins in a sentence that opens with something else
    rf"(?:[,\u2013\u2014]|\s-)\s*(?={_POLITE}(?:{_TELL}|(?:what|whats|what's|how|why)\s+(?:is|are|was|were|do|does|did|can|would)\b))",
    re.IGNORECASE,
)
_AFTER_DASH = re.compile(  # "one thing I missed - what is ...", but not "moral authority - is it a strength"
    rf"\s[-\u2013\u2014]{{1,2}}\s+(?={_POLITE}(?:{_WH}|{_TELL})(?!.*\b(?:it|its|they|them|that|this|these|those|he|she)\b))",
    re.IGNORECASE,
)
_STATEMENT = re.compile(
    r"(?:^|(?<=[\s:(]))(['\"\u2018\u201c])(?:\S+\s+){4,}?\S+?['\"\u2019\u201d](?=[\s.,;:)]|$)"
)  # quoted to be discussed
_HEADING = re.compile(
    r"\s{0,9}(?:(?:exam|essay|homework|assignment|quiz|test|short[- ]answer|part|section|question|task|topic|prompt|q|exercise)"
    r"\s?\d{0,4}[a-z]?|\d{1,4}[a-z]?|[ivx]{1,4}|[a-z]|\([^)]{0,60}\)|\[[^\]]{0,60}\])(?=[\s.,:)\]-])[\s.,:)-]{0,9}",
    re.IGNORECASE,
)
HEADING_WORDS = 6  # "Exam 2022, part B, question 3 (10 marks)."
_OF_TEXTS = (
    r"(?:primer|(?:text|hand)?books?|articles?|readings?|literature|texts?|authors?|quot\w+|statement|claim|sources?|"
    r"materials?|course|lectures?|mind|words)"
)
_FROM_TEXTS = re.compile(  # where to look for the answer is no part of the question
    r"(?:(?:with|using|drawing (?:up)?on|based on|by|bearing|keeping|referring to|making use of|in) "
    rf"[^,.?!;:]{{0,150}}?\b{_OF_TEXTS}\b[^,.?!;:]{{0,80}},\s*(?:and\s+)?){{1,3}}(?=(?:(?:critically|briefly|first|then)\s+)?{_ASKING})",
    re.IGNORECASE,
)
_AT_THE_END = re.compile(
    r",\s+(?:(?:with|by) reference to|making use of|using|drawing (?:up)?on|referring to|giving|citing|with examples)\b[^,.?!;:]*$",
    re.IGNORECASE,
)
_ABOUT_THE_TASK = re.compile(  # asks for nothing but how to answer, or points at the statement above
    r"\byour (?:own )?answers?\b|\bthe following(?: questions?)?$|^(?:please )?(?:\w+ (?:and )?){1,4}(?:this|the) "
    r"(?:claim|statement|view|quotation|quote|assertion|opinion|idea)(?: (?:critically|with|using|by|in)\b.*)?$|"
    r"^(?:discuss|explain|elaborate|comment)(?: briefly)?$|^give (?:reasons|examples)\b|"
    r"^(?:please )?(?:can|could|would) (?:you|u) (?:please )?(?:help|explain|tell)(?: (?:me|it|that|this|out|with)){0,4}"
    r"(?: please| pls)?$",
    re.IGNORECASE,
)
_IN_THE_COURSE = re.compile(  # says no more than that the course is asked
    r"(?:and |so )?(?:wh?at(?:['\u2019]?s| is| does| do| did)|is there anything|anything)(?: there)?(?: in)? "
    r"(?:the|our|my|your|this) (?:course|class|readings?|texts?|materials?|notes|sources?)"
    r"(?: (?:say|says|tell|have|teach)(?: us| me)?)?(?: (?:about|on|of) (?:it|this|that|them))?",
    re.IGNORECASE,
)
_JOIN = re.compile(r"\b(and|n|plus|or|also|as well as|along with)\b|[,;?&/+]", re.IGNORECASE)
_JOINED_ON = re.compile(r"^(?:(?:and|also|then|plus|but|so)\b[\s,]*)+(?=\S)", re.IGNORECASE)
_SIGNS = re.compile(r"[*_\[\]<>|`#\\]+")


@dataclass(frozen=True)
class Part:
    """One question of a message. `ranking` holds the intent model's probabilities by act, as for a whole message."""

    text: str
    ranking: Mapping[str, float]


def clauses(text: str) -> Tuple[str, ...]:
    """The questions and statements of a message, in order; the whole message if it has but one.

    Of a long message only what it asks for counts: not a heading, nor a statement that is to be discussed, nor how to answer.
    """
    both_ways = _OTHER_WAY.fullmatch(text)
    if both_ways:
        before, one, verb, other = (part.strip() for part in both_ways.group("before", "one", "verb", "other"))
        return f"{before} {one} {verb} {other}", f"{before} {other} {verb} {one}"
    task = len(text.split()) >= LONG
    text = _ENUMERATED.sub("", _NUMBERED.sub("", text)) or text
    sentences = _SENTENCE.split(_bare_task(text) if task else text)
    cut = [part.strip(" ,?!;.") for sentence in sentences for part in _requests(sentence, task)]
    kept = tuple(_OVER_WHETHER.sub("", _IF_SO.sub("", part)) for part in cut if part)
    if len(kept) > 1 and _IN_THE_COURSE.fullmatch(kept[-1]):
        kept = kept[:-1]
        if len(kept) == 1:
            return kept
    if len(kept) > 1 and _WHY_ALONE.fullmatch(kept[-1]) and not asks(kept[-2]):  # "its results come slowly. why?"
        kept = (*kept[:-2], f"why {kept[-2]}")
        if len(kept) == 1:
            return kept
    asked = [_AT_THE_END.sub("", _FROM_TEXTS.sub("", part)) for part in kept if asks(part)] if task else []
    asked = [part for part in asked if len(part.split()) >= SHORTEST and not _ABOUT_THE_TASK.search(part)]
    if 0 < len(asked) <= MOST_PARTS:
        return tuple(asked)
    return kept if 1 < len(kept) <= 2 * MOST_PARTS else (text,)


def _requests(sentence: str, task: bool) -> List[str]:
    """A sentence, cut between what it asks for; what stands before the first question is a piece of its own."""
    begins = _opening(sentence)
    wrapped = _AFTER_COLON.search(sentence) or (_AFTER_COMMA.search(sentence) if task and begins is None else None)
    if wrapped is None and begins is None:
        wrapped = _AFTER_DASH.search(sentence)
    if wrapped:
        return [sentence[: wrapped.start()], *_requests(sentence[wrapped.end() :], task)]
    patterns = [_AND_WHAT] if begins is None else [_AND, _IF]
    if begins is not None and task and _TOLD.match(sentence.lstrip()):
        patterns.append(_THEN)
    pieces, at = [], 0
    for start, end in sorted(found.span() for pattern in patterns for found in pattern.finditer(sentence, begins or 0)):
        before = sentence[at:start].strip()
        whole = _VERB_ALONE.match(before) or _NOUN_ALONE.fullmatch(before) or _RESPECT.search(before)
        if start >= at and not whole:
            pieces.append(sentence[at:start])
            at = end
    return [*pieces, sentence[at:]]


def _opening(sentence: str) -> Optional[int]:
    """Where a sentence that opens as a question does has said so; None if it opens otherwise."""
    found = _OPENS.match(sentence.lstrip())
    return found.end() + len(sentence) - len(sentence.lstrip()) if found else None


def unopened(clause: str) -> str:
    """A request without what stands before it ("in the light of the crisis, explain ...")."""
    return _BEFORE_REQUEST.sub("", clause)


def sentences_of(text: str) -> Tuple[str, ...]:
    """The sentences of a text."""
    return tuple(filter(None, (sentence.strip(" ,?!;.") for sentence in _SENTENCE.split(text))))


def _bare_task(text: str) -> str:
    """A pasted task without its heading and without quoted statements."""
    at, ends = 0, False
    for _ in range(HEADING_WORDS):
        found = _HEADING.match(text, at)
        if found is None or found.end() == at:
            break
        at, ends = found.end(), bool(re.search(r"[.:)-]", found.group()))
    return _STATEMENT.sub(" ", text[at:] if ends else text).strip() or text


def asks(clause: str) -> bool:
    """Whether a clause begins as a question or a request does, or names first what is asked about ("the Elders, who are they")."""
    return bool(_OPENS.match(clause) or _FRONTED.match(clause))


def are_listed(text: str, spans: Sequence[Tuple[int, int]]) -> bool:
    """Whether these places in a text are joined as a list is ("strengths and weaknesses")."""
    ordered = sorted(spans)
    gaps = [text[left[1] : right[0]] for left, right in pairwise(ordered)]
    return bool(gaps) and all(_JOIN.search(gap) for gap in gaps)


def heading(text: str) -> str:
    """A student's own words as a heading."""
    plain = _JOINED_ON.sub("", " ".join(_SIGNS.sub(" ", text).split()))
    return plain[:1].upper() + plain[1:]


def together(answers: Sequence[Tuple[str, Answer]], unanswered: Sequence[str] = ()) -> Answer:
    """Several answers as one, each under its heading: no sentence twice, citations numbered through, at most one table.

    What was asked, too, but has no answer is named above them.
    """
    numbers: Dict[str, int] = {}
    cited: Dict[str, Citation] = {}
    sentences: List[Sentence] = []
    sections: List[Section] = []
    told: Set[str] = set()
    for head, answer in answers:
        whole = len(answers) == 1 or answer.context.act == "list_parts"  # a list that is cut would pass for the whole
        again = bool(answer.sentences) and answer.sentences[0].text in told
        if again and answer.context.act in _OF_ONE and not head.lower().startswith("which"):  # its answer was given above
            continue
        fresh = [s for s in answer.sentences if s.text not in told][: None if whole else SENTENCES]
        told.update(s.text for s in fresh)
        by_number = {c.number: c for c in answer.citations}
        sections += [Section(title=answer.lead or head, first=len(sentences))] if fresh else []
        sentences += [_moved(sentence, by_number, numbers, cited) for sentence in fresh]
    first = answers[0][1]
    tables = [(a, a.table) for _, a in answers if a.table]
    table = None
    if tables:
        by_number = {c.number: c for c in tables[0][0].citations}
        rows = [
            row.copy(update={"cells": tuple(_moved(cell, by_number, numbers, cited) for cell in row.cells)})
            for row in tables[0][1].rows
        ]
        table = tables[0][1].copy(update={"rows": tuple(rows)})
    suggestions = tuple(dict.fromkeys(s for _, a in answers for s in a.suggestions[:2]))[:3]
    sides = next((a for _, a in answers if a.positions), None)
    positions = None
    if sides:
        by_number = {c.number: c for c in sides.citations}
        positions = tuple(_moved(position, by_number, numbers, cited) for position in sides.positions or ())
    missing = ", ".join(f"“{question}”" for question in unanswered)
    return Answer(
        lead=f"The course has no answer to {missing}. What it does say:" if missing else None,
        sentences=tuple(sentences),
        citations=tuple(cited.values()),
        list=len(sentences) > 2,
        table=table,
        positions=positions,
        sections=tuple(sections) if len(sections) > 1 or len(answers) == 1 or missing else (),
        course=first.course,
        suggestions=suggestions,
        context=_context(answers),
    )


def _moved(part: P, by_number: Mapping[int, Citation], numbers: Dict[str, int], cited: Dict[str, Citation]) -> P:
    """A part of an answer with its citations numbered as in the whole."""
    new = []
    for old in part.citations:
        citation = by_number[old]
        number = numbers.setdefault(citation.passage, len(numbers) + 1)
        cited.setdefault(citation.passage, citation.copy(update={"number": number}))
        new.append(number)
    return part.copy(update={"citations": tuple(new)})


def _context(answers: Sequence[Tuple[str, Answer]]) -> Context:
    """What may be leant on after all of them: the last, with the subjects and claims of the others too."""
    last = answers[-1][1].context
    subjects = tuple(dict.fromkeys(s for _, a in answers for s in a.context.subjects))
    shown = tuple(dict.fromkeys(i for _, a in answers for i in a.context.shown))
    return last.copy(update={"subjects": subjects, "shown": shown})
