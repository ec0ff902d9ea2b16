"""Cut text and Markdown into blocks, line by line."""

from __future__ import annotations

import itertools
import re
from typing import Iterator, List, NamedTuple, Optional, Tuple

from knowledge.ingest.blocks import Block, Edit, Extract, Kind, Span, row_edits
from knowledge.ingest.document import Removal
from knowledge.ingest.markup import inline_edits, plain
from knowledge.ingest.phrases import is_headline

WRAP = 120  # characters: no longer line was wrapped by hand or by an extractor
LONGEST_SIGN = 2000  # characters: a line beyond is text, whatever it begins with
ENDS = tuple(".!?:;”\"')")

_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(?=\S)")
_BOLD = re.compile(r"(\*\*|__)[^*_\s](?:[^*\n]*[^*_\s])?\1[.:]?$")
_RULER = re.compile(r" {0,3}(?:=+|(?:[-*_][ \t]*){3,})$")
_UNDERLINE = re.compile(r" {0,3}(?:={3,}|-{3,})$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_DIVIDER = re.compile(r"\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?$")
_ITEM = re.compile(r"[ \t]{0,40}(?:[-*+•◦‣▪·–][ \t]+|\(?(?:\d{1,3}|[a-zA-Z])[.)][ \t]+)(?=\S)")
_NUMBERED = re.compile(r"[ \t]{0,40}\(?(?:\d{1,3}|[a-zA-Z])[.)]")
_IMAGE = re.compile(r"[ \t]*\[?!\[[^\n]*\]\([^\n]*\)[ \t]*$")
_TARGET = re.compile(r" {0,3}\[[^\]\n^][^\]\n]*\]:[ \t]*\S+")
_NOTE = re.compile(r" {0,3}\[\^[^\]\n]+\]:[ \t]*")
_QUOTE = re.compile(r" {0,3}>")


class Line(NamedTuple):
    """One line without its white space at the end."""

    start: int
    end: int
    text: str

    @property
    def width(self) -> int:
        """Give its length in characters."""
        return self.end - self.start


class _Scan:
    """The state of one pass over the lines."""

    def __init__(self, text: str, markdown: bool) -> None:
        self.text = text
        self.markdown = markdown
        self.lines = list(_lines(text))
        self.blocks: List[Block] = []
        self.removals: List[Removal] = []
        self.apart = True
        self.width = _usual_width(self.lines)

    def add(self, start: int, end: int, kind: Kind, marked: bool = False, edits: Tuple[Edit, ...] = ()) -> None:
        """Add a block."""
        if start < end:
            own = edits if kind is Kind.code else (*edits, *inline_edits(self.text, start, end, self.markdown))
            self.blocks.append(Block(start, end, kind, None, marked, self.apart, _in_order(own)))
        self.apart = False

    def remove(self, first: int, last: int, why: str) -> None:
        """Leave lines out."""
        start, end = self.lines[first].start, self.lines[last].end
        self.removals.append(Removal(start, end, self.text[start:end], why))

    def run(self) -> Extract:
        """Cut all lines into blocks."""
        at = self.front_matter()
        while at < len(self.lines):
            at = self.step(at)
        marked = any(block.marked for block in self.blocks)
        return Extract(self.text, tuple(self.blocks), self.title(), tuple(self.removals), marked and self.markdown)

    def title(self) -> Optional[str]:
        """Take the first marked heading, unless text stands before it."""
        for block in self.blocks[:12]:
            if block.marked:
                return plain(self.text, block.start, block.end, block.edits)
        return None

    def front_matter(self) -> int:
        """Leave out a Markdown file's head of settings."""
        if self.markdown and self.lines and self.lines[0].text == "---":
            for number, line in enumerate(self.lines[1:100], start=1):
                if line.text in ("---", "..."):
                    self.remove(0, number, "front matter")
                    return number + 1
        return 0

    def step(self, at: int) -> int:
        """Handle what begins on a line, and give the number of the next line to handle."""
        line = self.lines[at]
        if not line.text.strip():
            self.apart = True
            return at + 1
        if line.width > LONGEST_SIGN:
            return self.chunk(at)
        if _FENCE.match(line.text):
            return self.fence(at)
        if _HEADING.match(line.text):
            self.add(line.start + len(_HEADING.match(line.text)[0]), _hashes_off(line), Kind.heading, True)  # type: ignore[index]
            return at + 1
        if _IMAGE.match(line.text):
            self.remove(at, at, "image")
            return at + 1
        if self.is_table(at):
            return self.table(at)
        if _RULER.match(line.text) or (_TARGET.match(line.text) and self.markdown):
            self.remove(at, at, "markup")
            self.apart = True
            return at + 1
        return self.chunk(at)

    def fence(self, at: int) -> int:
        """Take fenced code as it is, as one block."""
        mark = self.lines[at].text.strip()[:3]
        close = next((n for n in range(at + 1, len(self.lines)) if self.lines[n].text.strip().startswith(mark)), len(self.lines))
        if close > at + 1:
            self.add(self.lines[at + 1].start, self.lines[close - 1].end, Kind.code)
        return close + 1

    def is_table(self, at: int) -> bool:
        """See whether a table's head and its divider stand here."""
        return "|" in self.lines[at].text and at + 1 < len(self.lines) and self.is_divider(at + 1)

    def is_divider(self, at: int) -> bool:
        """See whether a line divides a table's head from its body."""
        text = self.lines[at].text.strip()
        return "|" in text and len(text) < LONGEST_SIGN and bool(_DIVIDER.match(text))

    def table(self, at: int) -> int:
        """Make every row of a table a block that names its columns."""
        header = [plain(self.text, *span, inline_edits(self.text, *span, True)) for span in _cells(self.lines[at])]
        self.remove(at, at + 1, "table header")
        number = at + 2
        while number < len(self.lines) and "|" in self.lines[number].text:
            (start, end), edits = row_edits(_cells(self.lines[number]), header)
            self.add(start, end, Kind.row, edits=edits)
            number += 1
        return number

    def chunk(self, at: int) -> int:
        """Take the lines up to an empty or a special one, and cut them into paragraphs."""
        end = at + 1
        while end < len(self.lines) and self.continues(end):
            end += 1
        if end < len(self.lines) and end - at == 1 and _UNDERLINE.match(self.lines[end].text):
            self.add(self.lines[at].start, self.lines[at].end, Kind.heading, True)
            self.remove(end, end, "markup")
            return end + 1
        for first, last in self.groups(at, end):
            self.paragraph(first, last)
        return end

    def continues(self, at: int) -> bool:
        """See whether a line may belong to the paragraph above it."""
        text = self.lines[at].text
        special = (_FENCE, _HEADING, _IMAGE, _ITEM, _RULER, _NOTE)
        if not text.strip() or len(text) > LONGEST_SIGN:
            return bool(text.strip())
        return not any(pattern.match(text) for pattern in special) and not self.is_table(at)

    def groups(self, at: int, end: int) -> Iterator[Tuple[int, int]]:
        """Cut a chunk where a line was not wrapped."""
        widest = max(line.width for line in self.lines[at:end])
        full = sum(line.width >= 0.75 * widest for line in self.lines[at:end])
        sure = (end - at >= 4 and full >= 0.6 * (end - at)) or self.width > 0  # lines were wrapped, here or everywhere
        width = widest if end - at >= 4 and full >= 0.6 * (end - at) else max(widest, self.width)
        first = at
        for number in range(at + 1, end):
            if not self.wrapped(self.lines[number - 1], self.lines[number], width, sure):
                yield first, number
                first = number
        yield first, end

    def wrapped(self, line: Line, after: Line, width: int, sure: bool) -> bool:
        """See whether a paragraph goes on from one line to the next."""
        text, next_text = line.text.strip(), after.text.strip()
        if self.markdown and not (line.width > WRAP and text.endswith(ENDS)):
            return not line.text.endswith("\\") and not _BOLD.match(text)
        if next_text[0].islower():
            return not text.endswith(ENDS) or width <= WRAP
        word = next_text.split(None, 1)[0]
        if width > WRAP or line.width + 1 + len(word) <= width or _BOLD.match(text):
            return False
        return sure or (not text.endswith(ENDS) and line.width > 30 and not is_headline(text))

    def paragraph(self, first: int, last: int) -> None:
        """Add a paragraph, a list item, a footnote or a bold heading."""
        line = self.lines[first]
        start, end = line.start, self.lines[last - 1].end
        text = self.text[start:end]
        note, item = _NOTE.match(text), _ITEM.match(text)
        if note:
            self.add(start, end, Kind.footnote)
        elif item and not self.is_numbered_heading(first, last):
            self.add(start + len(item[0]), end, Kind.item)
        else:
            bold = bool(re.fullmatch(r"(\*\*|__)(?:(?!\1)[\s\S]){1,200}\1[.:]?", text.strip())) and len(text) < 200
            self.add(start + len(text) - len(text.lstrip()), end, Kind.heading if bold else Kind.text, bold)

    def is_numbered_heading(self, first: int, last: int) -> bool:
        """See whether a number stands before a heading rather than before an item of a list."""
        text = self.text[self.lines[first].start : self.lines[last - 1].end]
        if not _NUMBERED.match(text) or len(text) > 80 or text.endswith((".", ";", ",")) or last - first > 1:
            return False
        around = (first - 1, last)
        alone = all(not (0 <= n < len(self.lines)) or not self.lines[n].text.strip() for n in around)
        near = [self.lines[n].text for n in (first - 2, last + 1) if 0 <= n < len(self.lines)]
        return alone and not any(_ITEM.match(text) for text in near)


def read_lines(text: str, markdown: bool) -> Extract:
    """Cut text or Markdown into blocks."""
    return _Scan(text, markdown).run()


def _lines(text: str) -> Iterator[Line]:
    for match in re.finditer(r"[^\n\f]*(?:[\n\f]|\Z)", text):
        body = match[0].rstrip()
        if match[0]:
            yield Line(match.start(), match.start() + len(body), body)


def _usual_width(lines: List[Line]) -> int:
    widths = sorted(
        line.width
        for line, after in itertools.pairwise(lines)
        if after.text and 25 <= line.width <= WRAP and not line.text.endswith(ENDS)
    )
    return widths[int(len(widths) * 0.8)] if len(widths) > 2 else 0


def _hashes_off(line: Line) -> int:
    body = re.sub(r"[ \t]+#+$", "", line.text) if line.text.endswith("#") else line.text
    return line.start + len(body)


def _cells(line: Line) -> List[Span]:
    edges = [match.start() for match in re.finditer(r"(?<!\\)\|", line.text)]
    first = 0 if line.text.lstrip().startswith("|") else -1
    bounds = [*([] if first == 0 else [-1]), *edges, *([] if line.text.endswith("|") else [len(line.text)])]
    spans = []
    for left, right in itertools.pairwise(bounds):
        cell = line.text[left + 1 : right]
        start = line.start + left + 1 + len(cell) - len(cell.lstrip())
        spans.append((start, max(start, line.start + left + 1 + len(cell.rstrip()))))
    return spans


def _in_order(edits: Tuple[Edit, ...]) -> Tuple[Edit, ...]:
    kept: List[Edit] = []
    for edit in sorted(edits):
        if not kept or edit.start >= kept[-1].end:
            kept.append(edit)
    return tuple(kept)
