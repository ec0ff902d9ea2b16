"""What a part of a message refers to: a word that stands for a name gives way to the name that stands before it."""

from __future__ import annotations

import re
from typing import Sequence, Tuple

from index.vocabulary import Vocabulary
from tutor.catalogue import Catalogue

_STANDS_FOR = re.compile(
    r"\b(?:(?P<person>he|him|she|(?P<whose>his|hers?))|(?P<several>they|them|(?P<theirs>theirs?))|(?P<one>it(?!self)|(?P<its>its))|"
    r"(?P<term>(?:the|this|that) (?:term|concept|notion|idea|expression|phrase|method|approach)(?! of\b))|"
    r"(?P<which>(?<=which)(?= are\b)|(?<=which) (?:of (?:them|these|those)|ones)))"
    r"(?P<verb>['’](?:s|re|ve))?\b",
    re.IGNORECASE,
)
_VERBS = {"s": " is", "re": " are", "ve": " have"}
_OF_NOTHING = re.compile(  # "is it true that", "it takes long to"
    r"\bit(?:['’]?s)? (?:\w+ ){1,3}?(?:that|to|if|whether)\b|\b(?:is|was|does|did) it (?:\w+ ){1,2}?(?:that|to|if|whether)\b",
    re.IGNORECASE,
)
_SOMETHING_NEW = re.compile(  # "there's this guy who ..."
    r"\b(?:this|a|an|some|one) (?:\w+ ){0,2}?(?:guy|man|woman|person|scholar|author|professor|thing|term|word|concept|idea|method) "
    r"(?:who|that|which|where|called|whose)\b",
    re.IGNORECASE,
)
_THAT_THEY = re.compile(r" (?:of the \w+ )?(?:which|whom) (?:he|she|they|it|we|you)\b[^,.]*$", re.IGNORECASE)
_WHAT_WAS_SAID = re.compile(r"\b(?:that|so|this)\W*$|\b(?:is|was) (?:that|this) (?:true|right|correct|so)\b", re.IGNORECASE)
_GIVE_ONE = re.compile(r"^(?P<give>(?:please )?(?:give|name|show)(?: me| us)? one)\W*$", re.IGNORECASE)


class Referring:
    """Finds what was named before a part of a message, and says it in the part."""

    def __init__(self, catalogue: Catalogue, vocabulary: Vocabulary) -> None:
        self._catalogue = catalogue
        self._vocabulary = vocabulary

    def nearest(self, before: Sequence[str]) -> Tuple[str, ...]:
        """The concepts of the last of some sentences that names any."""
        return next(filter(None, map(self._vocabulary.concepts, reversed(before))), ())

    def spelt_out(self, part: str, before: Sequence[str]) -> str:
        """A part that says by itself what it is about, as far as the sentences before it in the message tell.

        The first "it" or "they" or "the term" becomes the name that came last, unless the part named something before that word.
        A sentence that gives no name, or is itself what is asked about ("why does he think that?"), goes along with the part.
        A clause about what was said before ("the tracks which they added") goes, as long as it names nothing. "Give one" is an
        example of it.
        """
        part = _GIVE_ONE.sub(r"\g<give> example of it", part) if before else part
        clause = _THAT_THEY.search(part)
        if clause and before and not self._vocabulary.concepts(clause.group()) and self._vocabulary.concepts(part):
            part = part[: clause.start()]
        new = bool(before and _SOMETHING_NEW.search(before[-1]) and _STANDS_FOR.search(part))
        whole = part if new else self._filled(part, before)
        return f"{before[-1]}. {whole}" if new or (before and _WHAT_WAS_SAID.search(part)) else whole

    def _filled(self, part: str, before: Sequence[str]) -> str:
        found = _STANDS_FOR.search(part)
        if found is None or (found.group("one") and _OF_NOTHING.search(part)):
            return part
        if found.group("term") and any(not part[found.end() : m.start].strip() for m in self._vocabulary.mentions(part)):
            return part  # "the term Track 2" stands for nothing else
        people = bool(found.group("person"))
        names = next(filter(None, (self._names(sentence, people) for sentence in reversed(before))), None)
        if not names or self._names(part[: found.start()], people):
            return part
        said = " and ".join(names if found.group("several") else names[:1])
        owned = found.group("whose") or found.group("theirs") or found.group("its")
        verb = _VERBS[found.group("verb")[1:].lower()] if found.group("verb") else ""
        ending = "'s" if owned else verb
        gap = " " if found.group("which") is not None else ""
        return f"{part[: found.start()]}{gap}{said}{ending}{part[found.end() :]}"

    def _names(self, text: str, people: bool) -> Tuple[str, ...]:
        """The names of the people in a text, or of all that is no person."""
        concepts = [c for c in self._vocabulary.concepts(text) if (c in self._catalogue.people) == people]
        return tuple(self._catalogue.name(c) for c in concepts)
