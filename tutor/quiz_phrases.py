"""The small words of quiz replies: how students wrap an answer, hedge, give up, ask in between, or give an order."""

from __future__ import annotations

import re
import unicodedata
from typing import FrozenSet, List, Tuple


def bag(text: str) -> FrozenSet[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


ORDINALS = {
    word: place
    for place, words in enumerate(("first 1st", "second 2nd", "third 3rd", "fourth 4th", "fifth 5th", "sixth 6th"), 1)
    for word in words.split()
}
NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
FILLERS: FrozenSet[str] = bag(
    "i id im ill ive my me we think thinking thought say said believe feel its it is that thats this the be so well oh ah "
    "hm hmm um uh er ok okay alright yes yeah yep yup no then please pls plz lol haha sir miss definitely surely certainly "
    "obviously clearly def defo probably prob prolly pretty quite very sure must gotta has have to should would with going "
    "go gonna choose chose choosing pick picking picked select take taking try final finally answer answers option options "
    "choice letter number nr one ones of for lets let and n nd plus also too both are right correct true best real really "
    "only just by far course them these those above statement sentence claim were was am totally completely absolutely "
    "honestly tbh want imo percent"
)


def _either(*patterns: str) -> str:
    return f"(?:{'|'.join(patterns)})"


_PAUSES = r"(?:(?:hm+|uh+|um+|er+|oh|ah|ok|okay|well|so|sorry|honestly|tbh|lol|haha|nope|no|ugh|wait)\W+)*"
_AFTERWARDS = r"(?:\W+(?:sorry|lol|man|tbh|honestly|really|at all|haha|pls|please|though|tho|yet|sir))*\W*"
_GIVES_UP = re.compile(
    _PAUSES
    + _either(
        r"idk|i ?dunno|dunno|(?:i )?pass|(?:i )?give up|beats me|no answer",
        r"(?:i )?(?:(?:really|honestly|just) )?(?:dont|do not) (?:really |even )?(?:know|remember)"
        r"(?: (?:it|this|that|this one|that one|the answer))?",
        r"(?:i )?(?:(?:have|got|ve) )?(?:absolutely )?(?:no|not a|zero) (?:idea|clue)",
        r"i havent (?:a|got a|the) \w+",
        r"(?:i )?(?:cant|cannot|can not) (?:remember|answer|say|tell|think of)(?: (?:it|this|that|this one|anything))?",
        r"i (?:forgot|forget)(?: it| this| that)?",
        r"(?:i ?m |i am )?(?:not sure|unsure|lost)",
        r"(?:just )?(?:tell|show|give) me the answer",
        r"what(?:s| is) the (?:right |correct )?answer",
        r"reveal(?: it| the answer)?",
    )
    + _AFTERWARDS
)
_HEDGES = re.compile(
    r"\b"
    + _either(
        r"(?:but )?(?:i ?m |i am )?not (?:(?:really|so|too|very|entirely|totally|quite|100|completely) )*(?:sure|certain)"
        r"(?: (?:if|whether|about|at all))*",
        r"unsure|idk|i ?dunno|dunno|(?:i )?(?:dont|do not) (?:really )?know|(?:i have )?no (?:idea|clue)",
        r"maybe|perhaps|possibly|might be|may be|could be|(?:it )?might|50\W*50|torn",
        r"(?:just )?guessing|(?:i|id) guess|(?:my |a |just a )?(?:wild )?guess(?: is)?",
    )
    + r"\b(?:\W+but\b)?"
)
_TENTATIVE = re.compile(
    r"^(?:(?:hm+|um+|so|wait|oh|ok|well)\W+)*(?:is|isnt|could|might|would|should|wouldnt) (?:it|that|the answer)(?: be)?\W+"
    r"(?=(?:the )?(?:[a-h]|first|second|third|fourth|fifth|sixth|last|middle|option \w|number \w)(?: one| option)?\W*$)"
)
_TURNS = re.compile(r"\b(?:no wait|wait no|actually|i mean|i meant|scratch that|sorry)\b[\s,.:]*")
_CLAUSE = re.compile(r"[,;:!?()]+|\.(?!\d)|\s[-–—]+\s")
_SENTENCE = re.compile(r"(?<=[.!?;:])\s+|\bbut (?=wh|how)")

_OPENING = (
    r"^\W*(?:"
    + _either(
        r"wait|hold on|hang on|one sec(?:ond)?|before that|quick|just|first|now|btw",
        r"hey|hi|hello|sorry|please|pls|plz|ok|okay|so|hm+|um+|uh+|er+|oh|ah|well",
        r"but|and|or|also|then|actually|no|yes|yeah",
    )
    + r"\b\W*)*"
)
_VERB = r"(?:(?:is|are|was|were|has|have|had|can|could|would|should)(?:nt)?|cant|will|wont|may|might|shall)"
_SUBJECT = _either(
    r"it|its|this|that|these|those|they|there|he|she|you|u|i|we|someone|anyone|anybody",
    r"tracks?|[b-z]|\d\S*|[a-z]\d\S*|true|false",
)
_ASKS = re.compile(
    _OPENING
    + _either(
        r"(?:what|whats|wat|wats|wut|who|whos|whose|whom|why|whys|which|how|hows|huh)\b",
        r"y (?:is|not|are|does|do|tho)\b",
        r"(?:when|where|whens|wheres) (?:is|are|was|were|do|does|did|can|could|should|would|will|has|have)\b",
        rf"{_VERB} {_SUBJECT}\b",
        rf"{_VERB}\b.*\?\W*$",
        r"(?:do|does|did|doesnt|didnt) (?!not\b)\w+",
        r"dont (?:you|u|they|we|the)\b",
        r"am i\b",
        r"any (?:hint|clue|tip)",
    )
)
_ORDERS = re.compile(
    _OPENING
    + _either(
        r"(?:(?:i|ive) (?:have |got )?)?(?:(?:a|one|another|my) )?(?:quick )?(?:question|q)\b(?! \d)",
        r"(?:i|we) (?:want|need|wanna|gotta|have|would like) (?:to|a|an|the|some|more|help)\b",
        r"i (?:wanna|gotta|need|wonder)\b|id like\b",
        r"i (?:dont|do not|didnt) (?:get|understand)\b",
        r"(?:explain|define|compare|contrast|describe|elaborate|summari[sz]e|simplify|rephrase|repeat|clarify)\b",
        r"(?:quit|skip|pause|resume|restart|export|download|undo|expand on|go back|back to|more (?:on|about))\b",
        r"(?:tell|show|remind|teach|ask|quiz|test|give) (?:me|us)\b",
        r"(?:gimme|lemme)\b|give (?:a|another) (?:hint|clue)",
        r"help\b(?: me| with|\W*$)",
        r"(?:open|show|read) (?:(?:the|me|my) )*(?:\w+ )?(?:source|citation|passage|reference|footnote|progress|score|\[?\d)",
        r"lets (?:stop|pause|skip|end|move|go on|continue|do)\b",
        r"(?:stop|end|pass|finish|continue|leave) (?:the|this|that|my)\b",
        r"(?:forget|delete|erase) (?:me|my|all|every)",
        r"(?:the )?(?:next|previous|other) (?:one|question)",
    )
)
_BARE_ORDER = re.compile(
    _OPENING
    + _either(
        r"next|stop|end|finish|exit|cancel|enough|continue|again|back|later|more|less|hints?|clues?|start|keep going|reset",
        r"harder|easier|simpler|shorter|menu|sources?|progress|score",
        r"brb|bye|goodbye|cya|ttyl|thanks|thank you|thx|ty|hi|hello|hey|yo",
        r"ok|okay|cool|lol|haha|wait|hold on|hang on|nice|great|good|wow|really|seriously|sure",
        r"yes please|no thanks|no thank you",
    )
    + r"(?:\W+"
    + _either(
        r"one|ones|question|please|pls|plz|now|the|this|that|quiz|session|test|it|here|there|a|sec|second|bit|minute",
        r"you|u|me|my|again|some|for|got|gotta|to|go|with|of|over|today|on|so|much|lot|then",
    )
    + r")*\W*$"
)
_CLOSING = re.compile(r"^\W*(?:next(?: one| question)?|thanks|thx|lol|haha|final answer|for sure|please|pls|sure|sorry)\W*$")


def plain(text: str) -> str:
    """A text in lower case, without apostrophes, with single spaces and commas between lines."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return " ".join(re.sub(r"\s*\n\s*", ", ", re.sub(r"['’‘`´]", "", folded).strip()).split())


def words(text: str) -> List[str]:
    """Words, numbers, and the signs that join answers."""
    return re.findall(r"\d+(?:\.\d+)?(?:st|nd|rd|th)?|[^\W\d_]+|[&+/,]", text)


def gives_up(text: str) -> bool:
    """Whether a plain text only says that there is no answer ("idk", "pass", "?")."""
    return bool(_GIVES_UP.fullmatch(text)) or ("?" in text and not text.strip("?.! "))


def without_hedges(text: str) -> Tuple[str, bool]:
    """A plain text without "maybe", "not sure, but", "is it ...?", and whether there was any."""
    bare = _TENTATIVE.sub("", text)
    bare = _HEDGES.sub(" ", bare).strip(" ,.;:-")
    return bare, bare != text.strip(" ,.;:-") or text.endswith("?")


def last_thought(text: str) -> str:
    """What stands after "no wait" or "actually": people correct themselves."""
    parts = [part for part in _TURNS.split(text) if part.strip(" ,.!?-")]
    return parts[-1].strip() if parts else text


def clauses(text: str) -> List[str]:
    """A plain text cut at its signs; "1.5" stays whole."""
    return [clause for clause in _CLAUSE.split(text) if clause.strip()]


def speaks(text: str, at_commas: bool) -> bool:
    """Whether a plain text, or a part of it, asks or orders something.

    Commas cut answers that are letters, not those in whole sentences, where "which ..." may follow one.
    """
    parts = (text, *(clauses(text) if at_commas else _SENTENCE.split(text)))
    return any(_speaks(part) for part in parts if not _CLOSING.match(part) or part == text)


def _speaks(part: str) -> bool:
    return any(pattern.search(part) for pattern in (_ASKS, _ORDERS, _BARE_ORDER))
