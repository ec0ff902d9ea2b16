"""Make paragraphs of the lines on the pages of a PDF."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import Iterator, List, Sequence, Set, Tuple

from knowledge.ingest.blocks import Kind, Piece

EDGE = 3  # lines at the top and at the bottom of a page that may be repeated on others
LARGE, SMALL = 1.12, 0.92  # sizes of headings and of notes, as shares of the body's

_NUMBER = re.compile(r"(?:page\s*)?[-–—|\s]*(?:\d{1,4}|[ivxlc]{1,6})[-–—|\s]*(?:(?:of|/)\s*\d{1,4})?", re.IGNORECASE)
_ITEM = re.compile(r"[•◦‣▪·–*-]\s+(?=\S)|\(?(?:\d{1,2}|[a-z])[.)]\s+(?=\S)")
_NOTE = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+\s*\S|\d{1,3}\s+\S")
_LAST = tuple('.!?:;”"’)')


@dataclass(frozen=True)
class PageLine:
    """One line of a page and its place, in points from the lower left corner; all 0 where the place is not known."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float


@dataclass(frozen=True)
class Page:
    """A page as it was read."""

    number: int
    lines: List[PageLine]
    height: float


def pieces_of(pages: Sequence[Page]) -> List[Piece]:
    """Cut pages into paragraphs, headings, notes and furniture."""
    furniture = _repeated(pages)
    body = _body_size(pages)
    pieces: List[Piece] = []
    for page in pages:
        odd = _furniture(page, furniture, body)
        pieces += [Piece(page.lines[place].text, Kind.furniture, page.number) for place in sorted(odd)]
        pieces += _paragraphs([line for place, line in enumerate(page.lines) if place not in odd], page.number, body)
    return pieces


def _masked(text: str) -> str:
    return re.sub(r"\d+", "#", " ".join(text.lower().split()))


def _edges(page: Page) -> Iterator[Tuple[int, PageLine]]:
    for place, line in enumerate(page.lines):
        if place < EDGE or place >= len(page.lines) - EDGE:
            yield place, line


def _repeated(pages: Sequence[Page]) -> Set[str]:
    """Find the lines that stand at the edge of several pages, whatever their numbers."""
    counts = Counter(text for page in pages for text in {_masked(line.text) for _, line in _edges(page)})
    needed = max(2, min(3, len(pages)))
    return {text for text, count in counts.items() if count >= needed and len(text) < 150}


def _furniture(page: Page, repeated: Set[str], body: float) -> Set[int]:
    """Find the lines at the edges of a page, from outside in, that are no part of its text."""
    found: Set[int] = set()
    for order in (range(len(page.lines)), range(len(page.lines) - 1, -1, -1)):
        for place in list(order)[:EDGE]:
            if not _is_furniture(page.lines[place], repeated, body, len(page.lines)):
                break
            found.add(place)
    return found


def _is_furniture(line: PageLine, repeated: Set[str], body: float, lines: int) -> bool:
    if _masked(line.text) in repeated and (line.size <= LARGE * body or not re.search(r"\d", line.text)):
        return True
    return lines > 1 and bool(_NUMBER.fullmatch(line.text))


def _body_size(pages: Sequence[Page]) -> float:
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _paragraphs(lines: List[PageLine], page: int, body: float) -> Iterator[Piece]:
    """Join the lines of a page to paragraphs."""
    if not lines:
        return
    pitches = [above.bottom - line.bottom for above, line in itertools.pairwise(lines) if 0 < above.bottom - line.bottom < 60]
    pitch = median(pitches) if pitches else 0.0
    right = sorted(line.right for line in lines)[int(len(lines) * 0.8)]
    group = [lines[0]]
    for above, line in itertools.pairwise(lines):
        if _begins(above, line, pitch, right, body):
            yield _piece(group, page, body)
            group = []
        group.append(line)
    yield _piece(group, page, body)


def _begins(above: PageLine, line: PageLine, pitch: float, right: float, body: float) -> bool:
    """See whether a line begins a paragraph."""
    if _ITEM.match(line.text) or (_is_small(line, body) and _NOTE.match(line.text)):
        return True
    if not line.size or not pitch:
        return above.text.endswith(_LAST) and not line.text[0].islower()
    if abs(above.size - line.size) > 0.08 * max(above.size, line.size):
        return True
    gap = above.bottom - line.bottom
    if gap > 1.35 * max(pitch, line.size * 1.1) or (gap < -2 * pitch and above.text.endswith(_LAST)):
        return True
    indented = line.left - above.left > 0.8 * line.size and gap > 0 and not _ITEM.match(above.text)
    short = above.right < right - 6 * line.size
    return above.text.endswith(_LAST) and (indented or short) and not line.text[0].islower()


def _is_small(line: PageLine, body: float) -> bool:
    return 0 < line.size < SMALL * body


def _piece(group: List[PageLine], page: int, body: float) -> Piece:
    """Make a group of lines a piece."""
    text = "\n".join(line.text for line in group)
    first = group[0]
    if _is_small(first, body) and _NOTE.match(text):
        return Piece(text, Kind.footnote, page)
    if first.size > LARGE * body > 0 and len(text) < 200 and not text.endswith((".", ",", ";")):
        return Piece(text, Kind.heading, page)
    item = _ITEM.match(text)
    return Piece(text[item.end() :], Kind.item, page) if item else Piece(text, Kind.text, page)
