"""What a student types under a quiz item, read as an answer to it; a question or an order is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Callable, Iterable, List, Mapping, Optional, Sequence, Tuple

from knowledge.fields import Model
from tutor.items import Item, ItemType
from tutor.option_words import by_words, likeness, typed_out
from tutor.quiz_phrases import (
    FILLERS,
    NUMBERS,
    ORDINALS,
    bag,
    clauses,
    gives_up,
    last_thought,
    plain,
    speaks,
    without_hedges,
    words,
)

Naming = Callable[[str], str]

MISTYPED = 0.8  # likeness, 0 to 1, from which a word is a verdict with a typo

_NUMBERING = frozenset({"number", "option", "answer", "choice", "nr", "no"})  # "number one", but "the second one"
_ALL, _NONE = frozenset({"all", "everything", "every", "each"}), frozenset({"none", "nothing", "neither", "zero"})
_EITHER = frozenset({"or", "either", "between"})
_TRUTH: Mapping[str, bool] = {
    **dict.fromkeys(bag("true t tru correct right accurate agree agreed"), True),
    **dict.fromkeys(bag("false f fals wrong incorrect untrue lie inaccurate disagree"), False),
}
_YES_NO: Mapping[str, bool] = {
    **dict.fromkeys(bag("yes y yep yeah yup ya yea yh"), True),
    **dict.fromkeys(bag("no n nope nah nay na"), False),
}
_EMPHATIC = bag("definitely absolutely indeed totally")  # by themselves a yes
_NOT = bag("not isnt aint dont doesnt never wasnt arent cant cannot")
_HALF = bag("partly partially half somewhat kinda sorta depends both neither")
_AROUND_TRUTH = (FILLERS - _TRUTH.keys() - _YES_NO.keys()) | _EMPHATIC | {"a", "an", "way", "at", "all", "do", "does", "really"}
_PAIRING = FILLERS | {"matches", "match", "goes", "belongs", "belong", "equals", "fits", "pairs", "as", "in", "on"}
_REASON = re.compile(
    r"(?<=\w)\W+(?:because|cause|cuz|cos|coz|bc|bcs|bcuz|since|as|due to)\b.*|(?:(?<=true|ight|rong)|(?<=false)) that\b.*"
)
_DENIED = re.compile(r"\b(?:but |and |its |is )*(?:not|isnt|never|cant be|dont think its?) (?:the )?(\w+(?: one)?)")
_DENIAL = re.compile(r"(?<=\w)\W+(?:but |and |its )*(?:not|rather than|instead of) .*")
_EXCEPT = re.compile(r"\b(?:but|except(?: for)?|excluding|besides|minus|without|apart from|other than|not)\b(?: not\b)?")
_RANGE = re.compile(r"\W{0,3}(?:from )?[a-h]\W{0,3}(?:-|–|to|through)\W{0,3}[a-h]\W{0,3}")
_RUN = re.compile(r"\b(first|last) (two|three|four|2|3|4)\b")
_LED = re.compile(r"\W*(?:option |answer )?([b-h]|\d(?!\.\d))[\s).:,-]+(?=\w)")
_PAIR = re.compile(
    r"\W*(?:the )?(\d(?!\.?\d)|first|second|third|fourth)(?: one)?\b\W*"
    r"(?:is\b|goes\b|belongs\b|with\b|to\b|matches\b|equals\b|the\b|\W)*(?P<what>\w.*)"
)
_NEXT_PAIR = r"\s+(?=[1-9]\s*(?:is\b|=|:|->|-|→|\)))"


class Kind(str, Enum):
    """What a reply amounts to."""

    chosen = "chosen"  # options, or pairs of a matching item
    free = "free"  # a short answer in own words
    gives_up = "gives_up"
    ambiguous = "ambiguous"  # meant as an answer, but which one is not clear
    none = "none"  # no answer to this item: a question, an order, small talk


class Reply(Model):
    """What was typed under an item.

    `chosen` are option ids in the order of the item, or pairs ("1b"); of an ambiguous reply the candidates, if it names any.
    Somebody who selects none of the options has chosen nothing, which is an answer.
    """

    kind: Kind
    chosen: Tuple[str, ...] = ()
    unsure: bool = False
    text: str = ""

    @property
    def is_answer(self) -> bool:
        """Whether it can be graded."""
        return self.kind in (Kind.chosen, Kind.free, Kind.gives_up)

    @property
    def gives_up(self) -> bool:
        """Whether the student has no answer."""
        return self.kind is Kind.gives_up

    @property
    def ambiguous(self) -> bool:
        """Whether the student has to be asked which one is meant."""
        return self.kind is Kind.ambiguous


@dataclass(frozen=True)
class _Found:
    """What a text names of an item, and whether that is one clear answer."""

    ids: Tuple[str, ...] = ()
    clear: bool = False


def read_reply(text: str, item: Item, canonical: Naming = str) -> Reply:
    """Read what was typed under an item; `canonical` writes the names of the course one way, as in the options."""
    said = plain(text)
    if gives_up(said):
        return Reply(kind=Kind.gives_up, text=text)
    bare, unsure = without_hedges(said)
    if item.type is ItemType.short_answer:
        return Reply(kind=_kind_of_free(said, bare), unsure=unsure, text=text)
    found = _found(last_thought(bare), item, canonical) if bare else _Found() if said else None
    if found is None:
        return Reply(kind=Kind.none, text=text)
    return Reply(kind=Kind.chosen if found.clear else Kind.ambiguous, chosen=found.ids, unsure=unsure, text=text)


def _kind_of_free(said: str, bare: str) -> Kind:
    if not said or speaks(said, at_commas=False):
        return Kind.none
    telling = [w for w in words(bare) if len(w) > 1 and w not in FILLERS and w not in _YES_NO and w not in _TRUTH]
    return Kind.free if telling else Kind.ambiguous


def _found(text: str, item: Item, canonical: Naming) -> Optional[_Found]:
    """What a text names of an item; None if it is no answer."""
    verbatim = typed_out(text, item)
    if verbatim and item.type is not ItemType.match and not _LED.match(text):
        return _Found((verbatim,), clear=True)
    if speaks(text, at_commas=True):
        return None
    return _pairs(text, item, canonical) if item.type is ItemType.match else _options(text, item, canonical)


# -- options -----------------------------------------------------------------------------------------------------


def _options(text: str, item: Item, canonical: Naming) -> Optional[_Found]:
    """The options that a text chooses by letter, place or verdict, or else by words; a reason may follow."""
    claim, parts = _REASON.sub("", text), clauses(text)
    for part in (text, claim):
        found = _spotted(part, item)
        if found:
            return _doubled(found, part, item, canonical)
    listed = next(filter(None, (_listed(part, item, canonical) for part in (claim, text, _DENIAL.sub("", text)))), None)
    if listed and (listed.clear or not parts[1:] or _LED.match(text)):
        return listed
    head = _spotted(parts[0], item) if parts[1:] else None
    return head or listed


def _doubled(found: _Found, text: str, item: Item, canonical: Naming) -> _Found:
    """A bare number may be a place or the number in an option's name ("2" where the first option is Track 2)."""
    if not re.fullmatch(r"\W*\d\W*", text) or item.type is not ItemType.multiple_choice:
        return found
    named = by_words(text, item, canonical)
    return _Found(_ordered((*found.ids, *named), item)) if len(named) == 1 and named != found.ids else found


def _listed(text: str, item: Item, canonical: Naming) -> Optional[_Found]:
    """The options whose words a text uses, several of them if they are joined."""
    if item.type is ItemType.true_false:
        return None
    whole = _worded(text, item, canonical)
    single = item.type is not ItemType.select_all
    if whole and whole.clear and single:
        return whole
    for cut in (r"[,;]+|\bor\b", r"[,;]+|\bor\b|\band\b|[&+]|\bplus\b"):
        parts = [part for part in re.split(cut, re.sub(r"^\W*(?:both|either)\b", "", text)) if part.strip()]
        found = [_spotted(part, item) or _worded(part, item, canonical) for part in parts]
        if len(parts) > 1 and all(f and f.clear for f in found):
            ids = _ordered((i for f in found if f for i in f.ids), item)
            return _Found(ids, clear=len(ids) == 1 or not (single or re.search(r"\bor\b", text)))
    return whole


def _worded(text: str, item: Item, canonical: Naming) -> Optional[_Found]:
    """The option nearest to the words of a text; a letter in front of them has to mean the same."""
    led = _LED.match(text)
    named = by_words(text[led.end() :], item, canonical) if led else ()
    if not named:
        named, led = by_words(text, item, canonical), None
    letter = _picked(led.group(1), item) if led else None
    if letter and letter.ids != named:
        return _Found(_ordered((*named, *letter.ids), item))
    return _Found(named, clear=len(named) == 1) if named else None


def _spotted(text: str, item: Item) -> Optional[_Found]:
    """What a text of nothing but letters, places, quantities, verdicts and small words chooses."""
    verdict = _verdict(words(text)) if item.type is ItemType.true_false else None
    found = verdict or _quantity(text, item)
    if found:
        return found
    kept, denied = _without_denied(text, item)
    picked = _picked(kept, item)
    if picked is None or not (picked.ids or not picked.clear):
        return None
    ids = tuple(i for i in picked.ids if i not in denied)
    if picked.ids and not ids:
        return None
    return _Found(ids, clear=picked.clear and (item.type is ItemType.select_all or len(ids) == 1))


def _ordered(ids: Iterable[str], item: Item) -> Tuple[str, ...]:
    wanted = set(ids)
    return tuple(o.id for o in item.options if o.id in wanted)


def _without_denied(text: str, item: Item) -> Tuple[str, Tuple[str, ...]]:
    """A text without what it rules out ("c, not b"), and the ids of that."""
    denied = [_picked(match.group(1), item) for match in _DENIED.finditer(text)]
    if not all(d and d.ids for d in denied):
        return text, ()
    return _DENIED.sub(" ", text), tuple(i for d in denied if d for i in d.ids)


def _quantity(text: str, item: Item) -> Optional[_Found]:
    """All, none, or everything but some; of a single choice that is no clear answer."""
    counted = re.sub(r"\b(all) (?:of )?(?:the |them |these )?(?:two|three|four|five|six|\d)\b", r"\1", text)
    head, *tail = _EXCEPT.split(counted, maxsplit=1)
    said = [w for w in words(head) if w not in ",&+/" and w not in FILLERS]
    if not said or not (set(said) <= _ALL or set(said) <= _NONE):
        return None
    if item.type is not ItemType.select_all:
        return _Found()
    without = _picked(tail[0], item) if tail else _Found(clear=True)
    if without is None or (tail and not without.ids):
        return None
    return _Found(tuple(o.id for o in item.options if said[0] in _ALL and o.id not in without.ids), without.clear)


def _picked(text: str, item: Item) -> Optional[_Found]:
    """What is named by letter or place; unclear if joined by "or", or beyond the item. None if there is any other word."""
    ids = [o.id for o in item.options]
    if _RANGE.fullmatch(text):  # two of them, or those between as well?
        return _Found(tuple(i for i in ids if i in text))
    said = words(_RUN.sub(lambda run: _places_of(run, len(ids)), text))
    places: List[int] = []
    clear = True
    for at, word in enumerate(said):
        found = _places(word, said, at, item)
        if not found and word not in FILLERS and word not in _EITHER and word not in ",&+/":
            return None
        places += found
        clear = clear and word not in _EITHER and not (word == "/" and item.type is not ItemType.select_all)
    within = [p for p in places if 0 < p <= len(ids)]
    return _Found(_ordered((ids[p - 1] for p in within), item), clear and within == places)


def _places_of(run: re.Match[str], options: int) -> str:
    """ "first two" as "1 2"."""
    count = NUMBERS.get(run.group(2)) or int(run.group(2))
    places = range(1, count + 1) if run.group(1) == "first" else range(options - count + 1, options + 1)
    return " ".join(map(str, places))


def _places(word: str, said: Sequence[str], at: int, item: Item) -> Tuple[int, ...]:
    """The places, from 1, that a word stands for; 0 is no place of the item, () no place at all."""
    count = len(item.options)
    if word in ("last", "bottom", "top"):
        return (1 if word == "top" else count,)
    if word in ("middle", "centre", "center"):
        return ((count + 1) // 2 if count % 2 else 0,)
    if word == "one" and at and said[at - 1] not in _NUMBERING:
        return ()
    if word in ORDINALS or word in NUMBERS:
        return (ORDINALS.get(word) or NUMBERS[word],)
    if word.isdigit():
        joined = item.type is ItemType.select_all and int(word) > count and len(word) > 1
        return tuple(map(int, word)) if joined else (int(word),)
    return _lettered(word, len(said) == 1, [o.id for o in item.options])


def _lettered(word: str, alone: bool, ids: Sequence[str]) -> Tuple[int, ...]:
    """ "b", and "ac" for two letters written together."""
    if len(word) == 1:
        return (ids.index(word) + 1 if word in ids else 0,) if "a" <= word <= "h" else ()
    together = len(set(word)) == len(word) and all(c in ids for c in word) and (len(word) == 2 or list(word) == sorted(word))
    return tuple(ids.index(c) + 1 for c in word) if together and (alone or word not in FILLERS) else ()


# -- true or false -----------------------------------------------------------------------------------------------


def _verdict(said: Sequence[str]) -> Optional[_Found]:
    """What a text of verdicts and small words says of a statement: a plain "true" outweighs a "no" before it."""
    mended = [_unmistyped(word) for word in said]
    if any(w not in _TRUTH and w not in _YES_NO and w not in _AROUND_TRUTH | _NOT | _HALF | _EITHER | set(",&+/") for w in mended):
        return None
    plainly: List[bool] = []
    denied = False
    for word in mended:
        if word in _TRUTH:
            plainly.append(_TRUTH[word] is not denied)
        denied = (denied or word in _NOT) and word not in _TRUTH
    loosely = [_YES_NO[w] for w in mended if w in _YES_NO] or [True for w in mended if w in _EMPHATIC]
    said_so = set(plainly) or ({False} if denied else set(loosely))
    if not said_so and not set(mended) & _HALF:
        return None
    clear = len(said_so) == 1 and not set(mended) & _HALF
    return _Found((str(said_so == {True}).lower(),) if clear else (), clear)


def _unmistyped(word: str) -> str:
    """ "flase" is false."""
    if len(word) < 4 or word in _AROUND_TRUTH | _NOT | _HALF or word in _YES_NO:
        return word
    best = max(_TRUTH, key=lambda verdict: likeness(word, verdict))
    return best if likeness(word, best) >= MISTYPED else word


# -- pairs -------------------------------------------------------------------------------------------------------


def _pairs(text: str, item: Item, canonical: Naming) -> Optional[_Found]:
    """The pairs of a matching item: "1a 2b", "a b" in the order of the prompts, or with the options' names."""
    signs = _signs(text, item)
    if signs is not None:
        return _paired(signs, item)
    for cut in (rf"[,;]+|{_NEXT_PAIR}", rf"[,;]+|\band\b|\.(?!\d)|{_NEXT_PAIR}"):
        parts = [part for part in re.split(cut, text) if part.strip()]
        found = [_pair(part, item, canonical) for part in parts]
        if all(option for _, option in found) and parts:
            return _paired([sign for pair in found for sign in pair if sign], item)
    return None


def _signs(text: str, item: Item) -> Optional[List[str]]:
    """The ids of prompts and options in a text of nothing else, in order; None if there are other words."""
    letters, numbers = {o.id for o in item.options}, [p.id for p in item.prompts]
    signs: List[str] = []
    for word in words(text):
        if word in letters or word in numbers or word in _EITHER:
            signs.append(word)
        elif word in ORDINALS and ORDINALS[word] <= len(numbers):
            signs.append(numbers[ORDINALS[word] - 1])
        elif len(word) == len(numbers) and set(word) <= letters:
            signs += word
        elif word not in _PAIRING and word not in ",&+/":
            return None
    return signs or None


def _pair(part: str, item: Item, canonical: Naming) -> Tuple[str, str]:
    """The prompt, if one is named, and the option of one pair; empty where nothing is found."""
    match = _PAIR.match(part)
    prompt, what = (match.group(1), match.group("what")) if match else ("", part)
    numbers = [p.id for p in item.prompts]
    place = ORDINALS.get(prompt, int(prompt) if prompt.isdigit() else 0)
    if prompt and not 0 < place <= len(numbers):
        return "", ""
    letter = [w for w in words(what) if w not in _PAIRING]
    ids = tuple(letter) if len(letter) == 1 and letter[0] in {o.id for o in item.options} else by_words(what, item, canonical)
    return numbers[place - 1] if prompt else "", ids[0] if len(ids) == 1 else ""


def _paired(signs: Sequence[str], item: Item) -> _Found:
    """Signs as pairs; unclear if they do not come two by two, or one for each prompt."""
    numbers, letters = [p.id for p in item.prompts], {o.id for o in item.options}
    if not set(signs) & set(numbers) and len(signs) == len(numbers) and set(signs) <= letters:
        return _Found(tuple(n + s for n, s in zip(numbers, signs, strict=True)), clear=True)
    pairs = [sorted(signs[at : at + 2]) for at in range(0, len(signs), 2)]  # figures sort before letters
    if not all(len(pair) == 2 and pair[0] in numbers and pair[1] in letters for pair in pairs):
        return _Found()
    ids = tuple(sorted({number + letter for number, letter in pairs}))
    return _Found(ids, clear=len({i[0] for i in ids}) == len(ids))
