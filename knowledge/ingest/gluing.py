"""Give words that run together their spaces back: in whole stretches, and in single words of a sound text."""

from __future__ import annotations

import re
from typing import Dict, Iterable, Iterator, List, Optional

from knowledge.ingest.blocks import Edit, Span
from knowledge.ingest.words import Splitter, Vocabulary, frequencies, is_known

WHY = "run-together words"
MONSTER = 15  # letters in a row that may be more than one word
LONGEST = 30  # letters of one word
SAMPLE = 600  # letters that are tried before a long stretch is split
BUDGET = 150_000  # letters that are split in one document: far more than any page lost, and a few seconds
FREQUENT = 3_000_000  # counts of a word that may be split off a single word

# never part of a compound, so that a word which ends or begins with one has swallowed a space
_JOINT_WORDS = (
    "the and of is are was were that which this these those their his has have had been not but or they we you because however "
    "although than then there when where who whose while with from for it its be as to an a if so also now"
)
_LOOSE_WORDS = (
    "the and that which these those their were was are been because however although have from with they this has had not now"
)
_STARTER_WORDS = (
    "The This That These Those It They We He She In On At But And However Although When While If As For There Such Their Its"
)
_JOINTS = frozenset(_JOINT_WORDS.split())
_LOOSE = frozenset(_LOOSE_WORDS.split())  # those that are never a part of a technical or foreign word either
_STARTERS = frozenset(_STARTER_WORDS.split())

_RUN = re.compile(r"[^\W\d_]+")
_LONG = re.compile(rf"[^\W\d_]{{{MONSTER},}}")
_MARKS_GLUED = re.compile(r"(?<![^\W\d_])[^\W\d_]{7,}[,.;][^\W\d_]{7,}")
_ADDRESS = re.compile(r"https?://|www\.|\S@\S|\S/\S+/|[=_<>{}#\\|$%~^*]")
_PART = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+(?:[.,:]\d+)*(?:(?:st|nd|rd|th|s)(?![^\W\d_]))?|\s+|.", re.DOTALL)
_GLUED = re.compile(r"[a-z][,.][A-Za-z]|s[’'][a-z]{4}|”[(\w]")
_QUOTE_GLUED = re.compile(r"(?<=[\w.,;!?])”(?=[(\w])")
_COMMA_GLUED = re.compile(r"(?<![^\s“‘\"'(])([a-z]{2,}),([a-z]{2,})(?![^\s.;:!?”’\"')])")
_STOP_GLUED = re.compile(r"(?<![^\s“‘\"'(])([a-z]{2,})\.([A-Z][a-z]+)(?![^\s,;:!?”’\"')])")
_SHIFTED = re.compile(r"(?<![\w'’.-])([^\W\d_]{4,}) ([^\W\d_]{2,})(?![\w'’-])")
_OWNER_GLUED = re.compile(r"(?<![\w'’])([a-z]{3,}s)[’'](?=([a-z]{4,})\b)")


class Gluing:
    """Splits what runs together, judged by the words of the whole document."""

    def __init__(self, known: Vocabulary) -> None:
        self.known = known
        self._splitter: Optional[Splitter] = None
        self._single: Dict[str, str] = {}
        self.budget = BUDGET

    @property
    def splitter(self) -> Splitter:
        """Load the frequencies of pairs when they are first needed."""
        self._splitter = self._splitter or Splitter(self.known)
        return self._splitter

    def edits(self, text: str) -> Iterator[Edit]:
        """Find where spaces are missing."""
        runs = _RUN.findall(text.lower())
        odd = not self.known.unknown.isdisjoint(runs)
        stretches = self.stretches(text) if max(map(len, runs), default=0) >= MONSTER else []
        at = 0
        for start, end in [*stretches, (len(text), len(text))]:
            found = [*(self.single(text, at, start) if odd else ()), *self.punctuation(text, at, start)]
            yield from apart(sorted(found), at, start)
            yield from self.spread(text, start, end)
            at = end

    def is_glued(self, text: str, start: int, end: int) -> bool:
        """See whether a line's end stands between two lines of a stretch without spaces."""
        above = text[max(text.rfind("\n", 0, start) + 1, start - 200) : start]
        below = text[end : min(_index(text, "\n", end), end + 200)]
        return (is_dense(above) and is_short(below)) or (is_short(above) and is_dense(below))

    def stretches(self, text: str) -> List[Span]:
        """Find the tokens that are a stretch without spaces, as ranges of the text."""
        if not _LONG.search(text):
            return []
        found: List[Span] = []
        for match in re.finditer(r"\S+", text):
            token = match[0]
            if _LONG.search(token) and not _ADDRESS.search(token[:SAMPLE]) and self.is_stretch(token):
                found.append(match.span())
        return self.widened(text, found)

    def widened(self, text: str, found: List[Span]) -> List[Span]:
        """Take in the shorter pieces that stand between two stretches, or right beside one."""
        wide: List[Span] = []
        for start, end in found:
            if wide and start - wide[-1][1] < 60 and is_short(text[wide[-1][1] : start].strip()):
                wide[-1] = (wide[-1][0], end)
            else:
                wide.append((start, end))
        return wide

    def is_stretch(self, token: str) -> bool:
        """See whether a token falls into words as running text does, and not at its capitals alone."""
        runs = [run for run in _RUN.findall(token[:SAMPLE]) if len(run) >= MONSTER and not self.known.knows(run)]
        return any(self.is_text(run) for run in runs)

    def is_text(self, run: str) -> bool:
        """See whether letters are a run of words with function words among them."""
        words = self.splitter.split(run)
        joints = [word for word in words[1:-1] if word.lower() in _JOINTS or word.lower() in ("in", "on", "by", "at")]
        humps = len(re.findall(r"[a-z][A-Z]", run))
        rich = len(joints) * 8 >= len(words) if len(words) > 3 else bool(joints)
        return rich and len(words) - 1 > humps and self.splitter.is_sound(words, 0.85) and sum(map(len, words)) >= 2.7 * len(words)

    def spread(self, text: str, start: int, end: int) -> Iterator[Edit]:
        """Set the spaces of a stretch."""
        quotes = text.count('"', 0, start)
        before = ""
        for part in _PART.finditer(text, start, end):
            left = text[part.start() - 1] if part.start() > start else " "
            quotes += part[0] == '"'
            if needs_space(left, part[0], quotes):
                yield Edit(part.start(), part.start(), " ", WHY)
            if part[0][0].isalpha():
                words = [part[0]] if "'" in part[0] or "’" in part[0] else self.words(part[0], before)
                at = part.start()
                for word in words[:-1]:
                    at += len(word)
                    yield Edit(at, at, " ", WHY)
                before = words[-1].lower()
            elif part[0] != "-":
                before = ""

    def words(self, run: str, before: str) -> List[str]:
        """Split one run of letters of a stretch."""
        if len(run) < 3 or self.known.knows(run) or self.budget < len(run):
            return [run]
        self.budget -= len(run)
        return self.splitter.split(run, before)

    def single(self, text: str, start: int, end: int) -> Iterator[Edit]:
        """Find single words that swallowed a space, in text that is sound otherwise."""
        for match in _RUN.finditer(text, start, end):
            word = match[0]
            if len(word) < 4 or is_known(word):
                continue
            yield from self.shifted(text, match.start(), match.end())
            if len(word) > 5 and word.islower() and self.stands_alone(text, match.start(), match.end()):
                at = match.start() + len(self.first_of(word))
                if match.start() < at < match.end():
                    yield Edit(at, at, " ", WHY)

    def shifted(self, text: str, start: int, end: int) -> Iterator[Edit]:
        """Find a space that stands some letters too late or too early between two words that the document has side by side."""
        for match in _SHIFTED.finditer(text, max(0, start - LONGEST), end + LONGEST):
            first, second = match[1].lower(), match[2].lower()
            if (is_known(first) and is_known(second)) or self.known.words[first] > 1 or second != match[2]:
                continue
            letters, space = match[1] + match[2], len(match[1])
            cuts = [at for at in range(max(2, space - 3), min(space + 4, len(letters) - 1)) if at != space]
            right = [at for at in cuts if self.are_paired(letters[:at].lower(), letters[at:].lower())]
            if len(right) == 1:
                yield Edit(match.start(), match.end(), f"{letters[: right[0]]} {letters[right[0] :]}", "misplaced space")

    def are_paired(self, first: str, second: str) -> bool:
        """See whether the document has two known words side by side."""
        return self.known.pairs[f"{first} {second}"] > 0 and is_known(first) and is_known(second)

    def stands_alone(self, text: str, start: int, end: int) -> bool:
        """See whether a word is no part of a name, an address, a compound or code."""
        around = text[start - 1 : start] + text[end : end + 1]
        return (
            not any(char in "-_/@\\#=~<>{}[]%&+*^|.'’0123456789" for char in around.rstrip(".’'"))
            and not text[end : end + 2].startswith((".", "-"))
        ) or (text[end : end + 1] == "." and not text[end + 1 : end + 2].strip() and (start == 0 or text[start - 1] in " \n“\"(‘'"))

    def first_of(self, word: str) -> str:
        """Give the first of the two words that a single one consists of, or nothing."""
        if word not in self._single:
            self._single[word] = self._first_of(word)
        return self._single[word]

    def _first_of(self, word: str) -> str:
        if len(word) > 30:
            return ""
        cuts = [(word[:at], word[at:]) for at in range(2, len(word) - 1)]
        sound = [(left, right) for left, right in cuts if is_known(left) and is_known(right) and self.is_joint(left, right)]
        if not sound or (self.known.words[word] > 1 and not any(left in _JOINTS and right in _JOINTS for left, right in sound)):
            return ""
        return max(sound, key=lambda pair: self.splitter.pairs.get(" ".join(pair), 0) + min(map(_count, pair)) / 1e9)[0]

    def is_joint(self, left: str, right: str) -> bool:
        """See whether one of two words can only have been set apart, and the other one is frequent."""
        if left in _JOINTS and right in _JOINTS:
            return len(left + right) > 5 or self.splitter.pairs.get(f"{left} {right}", 0) > 0
        other, joint = (right, left) if left in _JOINTS else (left, right)
        if joint not in _JOINTS or (joint not in _LOOSE and joint != "now"):
            return False
        return len(other) > 3 and _count(other) >= FREQUENT and len(joint) > 2

    def punctuation(self, text: str, start: int, end: int) -> Iterator[Edit]:
        """Find spaces that are missing after a mark."""
        if not _GLUED.search(text, start, end):
            return
        if "”" in text:
            yield from (_space(match.end()) for match in _QUOTE_GLUED.finditer(text, start, end))
        for match in _COMMA_GLUED.finditer(text, start, end):
            if is_known(match[1]) and is_known(match[2]):
                yield _space(match.start(2))
        for match in _STOP_GLUED.finditer(text, start, end):
            if is_known(match[1]) and match[2] in _STARTERS:
                yield _space(match.start(2))
        for match in _OWNER_GLUED.finditer(text, start, end):
            if is_known(match[1]) and is_known(match[2]):
                yield _space(match.end())


def needs_space(left: str, part: str, quotes: int) -> bool:
    """See whether a space is missing between a character and what follows, in a stretch without any."""
    first = part[0]
    if left.isspace() or first.isspace():
        return False
    if first.isalnum():
        return (
            left in ",;:!?)”]"
            or left == "."
            or (left == '"' and quotes % 2 == 0)
            or (left.isdigit() != first.isdigit() and left.isalnum())
        )
    if first == '"':
        return quotes % 2 == 1 and (left.isalnum() or left in ",;:")
    return first in "(“[" and (left.isalnum() or left in ",;:.)”")


def apart(edits: Iterable[Edit], start: int, end: int) -> Iterator[Edit]:
    """Leave out edits that overlap or lie outside of a range."""
    for edit in edits:
        if edit.start >= start and edit.end <= end:
            yield edit
            start = max(edit.end, edit.start + 1)


def is_dense(line: str) -> bool:
    """See whether a line lacks its spaces."""
    tokens = line.split()
    if len(line) < 11 * max(len(tokens), 1) or _ADDRESS.search(line):
        return False
    return bool(_LONG.search(line) or _MARKS_GLUED.search(line))


def is_short(line: str) -> bool:
    """See whether a line has no more than one space, so that it may belong to a stretch without any."""
    return len(line.split()) <= 2 or is_dense(line)


def _index(text: str, sign: str, start: int) -> int:
    found = text.find(sign, start)
    return len(text) if found < 0 else found


def _count(word: str) -> int:
    return frequencies().get(word, 0)


def _space(at: int) -> Edit:
    return Edit(at, at, " ", WHY)
