"""The words of a short answer: which stems it has, which of them it denies, and which words mean the same."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Dict, FrozenSet, List, Mapping, Tuple

import Stemmer

from index.lexical import without_accents

Signs = Mapping[str, int]  # of stems: 1 as said, -1 denied, 0 both or unclear

MARK = "§"  # stands before the id of a numbered name, so that it is one word
HEAP = 4  # content words in a row, with nothing that joins them, from which they say nothing together
FAR = 4  # content words that most denials reach

WORD = re.compile(rf"{MARK}[\w.\-]*\w|\d+(?:\.\d+)?|[^\W\d_]+(?:'[a-z]+)?")
_STEMMER = Stemmer.Stemmer("english")
_CONTRACTED = re.compile(r"\b(is|are|was|were|do|does|did|have|has|had|would|should|could|must|need|wo|ca)n'?t\b")
_IN_FULL = {"ca": "can", "wo": "will"}
_DENIABLE = re.compile(
    r"^(?:non|un|in|im|ir)-?(official(?:ly)?|formal(?:ly)?|government(?:al)?|binding|flexible|clear|realistic|direct(?:ly)?|structured"
    r"|able|possible|stable|willing|involved|committed|experienced|state|attainable|achievable|effective|elected|limited|prepared)$"
)
_REACH = {  # words that deny, by how many content words after them they deny
    FAR: "not never nobody nothing neither nor unable fail fails refuse refuses lack lacks",
    3: "hardly seldom rarely",
    2: "no without none few missing avoid avoids avoiding prevent prevents lose loses losing lost",
    1: "non",
}
DENIES = {word: reach for reach, words in _REACH.items() for word in words.split()}
_AFTER_SUBJECT = {"not", "never"}  # "officials are not there" denies officials, too
_TAKING_PART = "involve"  # the group of words for it
_CANCELS = {"lose", "loses", "losing", "lost", "lack", "lacks", "fail", "fails", "refuse", "refuses", "without", "unable"}
_SHORT_FOR = {"do", "does", "did", "is", "are", "has", "have", "can"}  # at the end of a part, for what was said before
_PRONOUNS = {"nobody", "nothing"}  # deny, and say something themselves
_BREAKS = {"until", "till", "unless", "as", "since", "before", "after"}  # no denial reaches beyond them

# Phrases, and how they are read.
_PHRASES = """
    with each other : together; with eachother : together; with one another : together; side by side : together
    hand in hand : together; w/o : without; no one : nobody; free of : without
    free from : without; instead of : without; rather than : without; stay out : not involved
    stays out : not involved; not only : beyond; not just : beyond; not merely : beyond
    stay away : not involved; stays away : not involved; keep out : not involved; keeps out : not involved
    cannot : can not; can't : can not; cant : can not
"""
# Words that say nothing by themselves, beside those that deny.
_EMPTY = """
    a an the this that these those it its it's is are was were be been being am do does did done have has had having will
    would can could may might must shall should of in on at by for with from to into onto as and or but if so than then there
    here their they them he she his her we us our you your i my me who whom whose which what when where why how all any some
    each such very really just also too quite sort about like thing things something someone somebody stuff make makes made
    making get gets got getting go goes going come comes put puts putting take takes took give gives let lets use uses used
    using because while t s re ll ve d m n much many lot lots most other others way ways im theyre both out over even only
    through type types kind kinds sth smth mean means need needs wanna
"""
# Words that say little.
_FAINT = """
    people person side party conflict everybody anybody good bad nice new first able different main time work
    world say says said tell
"""
# Words that students use for the same thing, one group up to each semicolon.
_GROUPS = """
    involve participate participant join attend present part; government governmental goverment state country nation; enemy
    hostile adversary; talk dialogue dialog conversation discussion discuss speak converse chat communicate communication;
    negotiate negotiation negotiator bargain; agreement treaty deal accord contract pact; secret covert hidden confidential
    private discreet; help support aid assist assistance; money fund finance financial; army military soldier troop; war fight
    fighting combat; enforce compel; expert specialist; academic scholar professor scientist researcher university prof;
    embassy mission; ambassador diplomat envoy; trust confidence; goal aim objective target; commit commitment obligation
    oblige bind binding bound; idea proposal; reward benefit; open free freer freely frank candid honest; deadlock impasse
    stalemate blockade; election electoral elect; voter vote electorate; fear scared afraid; flexible flexibility loose; rigid
    fixed stiff; cut gone dead; media press journalist newspaper news tv; deny deniable denial deniability; ignore overrule
    suppress; last hold stable lasting durable; test try experiment; find look search explore seek; realistic achievable
    attainable doable reachable; naive naiv amateur idealistic; interfere meddle disturb; memo briefing report brief; rank
    position; prepare preparation groundwork; before prior ahead advance beforehand; ngo charity; citizen individual;
    embarrass embarassed humiliate ashamed shame; hear heard listen; truce armistice ceasefire; solve solvable resolve
    solution settle resolution; spy spys intelligence; power powerful authority weight; reaction react feedback response;
    sanction embargo; commerce trade business; weapon arm; show signal demonstrate; relation relationship tie bond; strong
    strengthen stronger; improve better; combine cooperate collaborate collaboration together jointly joint; complement
    complementary complementarity; expel expulsion exclude; former retired ex; invasion invade; protocol procedure rule
    structure structured; web network link linked connected interlinked
"""
# Words that say the opposite of those before the colon.
_OPPOSITES = """
    improve increase raise rise grow up higher more : lessen reduce lower decrease worsen less down ease calm relax
    open : close shut
    together : separate separately alone against apart
    secret : public publicly publish
    strong : weak weaker
    continue keep remain stay still : stop end collapse break broken fail stall
    reward positive : punishment penalty negative threat threaten
    easy : hard difficult
    deny : admit confess
    former : current serving incumbent
    after later : before
    last : temporary short-lived
    follow obey stick : contradict deviate leave disagree
"""


@lru_cache(maxsize=1)
def phrases() -> Mapping[str, str]:
    """Phrases, and how they are read."""
    pairs = (phrase.split(" : ") for phrase in re.split(r"[;\n]", _PHRASES.strip()))
    return {phrase.strip(): plain.strip() for phrase, plain in pairs}


@lru_cache(maxsize=1)
def empty() -> FrozenSet[str]:
    """Words that say nothing by themselves."""
    return frozenset(_EMPTY.split()) | set(DENIES)


@lru_cache(maxsize=1)
def faint() -> FrozenSet[str]:
    """Stems of words that say little."""
    return frozenset(_stem(word)[0] for word in _FAINT.split())


@lru_cache(maxsize=1)
def _group_of() -> Mapping[str, Tuple[str, int]]:
    """For the stem of each word that has others of its meaning, the first of them; -1 with those that say its opposite."""
    groups = [group.split() for group in _GROUPS.split(";")]
    alike = {_STEMMER.stemWord(word): (group[0], 1) for group in groups for word in group}
    for line in _OPPOSITES.strip().splitlines():
        said, denied = (side.split() for side in line.split(" : "))
        head = alike.get(_STEMMER.stemWord(said[0]), (said[0], 1))[0]
        members = {_STEMMER.stemWord(word): 1 if word in said else -1 for word in (*said, *denied)}
        heads = {alike[stem][0]: sign for stem, sign in members.items() if stem in alike}
        alike.update({stem: (head, heads[group]) for stem, (group, _) in alike.items() if group in heads})
        alike.update({stem: (head, sign) for stem, sign in members.items()})
    return alike


@lru_cache(maxsize=4096)
def _stem(word: str) -> Tuple[str, int]:
    """A word's stem or its group, and -1 if the word denies it ("unofficial")."""
    if word == "officials":  # people; what is official is another thing
        return word, 1
    denied = _DENIABLE.match(word)
    stem = str(_STEMMER.stemWord(denied[1] if denied else word))
    group, sign = _group_of().get(stem, (stem, 1))
    return group, -sign if denied else sign


def normal(text: str) -> str:
    """Write a text in lower case, and its contractions and fixed phrases one way."""
    text = without_accents(text).lower().replace("’", "'").replace(MARK, " ")
    text = _CONTRACTED.sub(lambda m: f"{_IN_FULL.get(m[1], m[1])} not", text)
    for phrase, plain in phrases().items():
        text = re.sub(rf"(?<!\w){re.escape(phrase)}(?!\w)", plain, text)
    return text


def signs(text: str) -> Dict[str, int]:
    """The stems of a part of a sentence in normal form, and whether they are said or denied."""
    found: Dict[str, int] = {}
    before: Dict[str, int] = {}
    reach, denying = 0, False
    for word in WORD.findall(text):
        if word in _BREAKS:
            reach, denying = 0, False
        elif word in DENIES:
            reach = 0 if reach > 0 and word in _CANCELS else DENIES[word]  # two denials make an assertion: "nobody loses face"
            before = dict(found) if word in _AFTER_SUBJECT else {}
            denying = True
            if word in _PRONOUNS:
                add(found, word, 1)
        elif word.startswith(MARK):
            add(found, word, 1)
            reach -= 1
        elif word not in empty():
            stem, sign = _stem(word)
            if stem == _TAKING_PART and reach == FAR:
                found.update({s: -v for s, v in before.items() if not s.startswith(MARK)})
            add(found, stem, -sign if reach > 0 or (stem == _TAKING_PART and denying) else sign)
            reach = 0 if stem == _TAKING_PART else reach - 1
    return found


def add(found: Dict[str, int], stem: str, sign: int) -> None:
    """Note a stem's sign; one that is both said and denied is unclear."""
    found[stem] = sign if found.get(stem, sign) == sign else 0


def says(part: str) -> bool:
    """Whether a part of a sentence has a word of content, numbered names aside."""
    return any(word not in empty() and not word.startswith(MARK) for word in WORD.findall(part))


def completed(part: str, before: str) -> str:
    """Complete what is said in short ("Track 1 has them, Track 2 does not"; "... but Track 2 does") from the part before."""
    words = WORD.findall(part)
    names = [word for word in words if word.startswith(MARK)]
    denied = any(word in DENIES for word in words)
    if not before or says(part) or not (denied or (names and words[-1] in _SHORT_FOR)):
        return part
    said = [word for word in WORD.findall(before) if not word.startswith(MARK) and (denied or word not in DENIES)]
    return " ".join([*names, *(["no"] if denied else []), *said])


def unheaped(part: str) -> List[str]:
    """Take a heap of keywords apart; leave alone what has a word to join them or a verb's form."""
    words = WORD.findall(part)
    joined = any(word in empty() or word.endswith(("ing", "ed", "ly")) for word in words)
    return [part] if joined or len(words) < HEAP else words


def is_bare(part: str) -> bool:
    """Whether a part is one word, which joins with others to no statement."""
    return len(WORD.findall(part)) <= 1
