"""What a parser hands on: the extracted text, and the blocks that it falls into."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import List, NamedTuple, Optional, Sequence, Tuple

from knowledge.ingest.document import Removal

Span = Tuple[int, int]


class Kind(str, Enum):
    """What a block is."""

    text = "text"
    heading = "heading"
    item = "item"
    row = "row"
    code = "code"
    footnote = "footnote"
    header = "header"  # the head of a table, which its rows repeat
    furniture = "furniture"  # of the page, not of the text


class Edit(NamedTuple):
    """A replacement: `start` and `end` are offsets into the text that it is made for."""

    start: int
    end: int
    new: str
    why: str


@dataclass(frozen=True)
class Block:
    """A stretch of the extracted text; `edits` are what its notation asks for, in offsets of that text."""

    start: int
    end: int
    kind: Kind = Kind.text
    page: Optional[int] = None
    marked: bool = False  # the document itself says that this is a heading
    apart: bool = True  # an empty line or the border of an element stands before it
    edits: Tuple[Edit, ...] = ()


@dataclass(frozen=True)
class Extract:
    """A document as its parser sees it."""

    text: str
    blocks: Tuple[Block, ...]
    title: Optional[str] = None
    removals: Tuple[Removal, ...] = ()
    marked: bool = False  # headings are marked, so unmarked lines are none


class Piece(NamedTuple):
    """What a parser collects of one block before the text is put together."""

    text: str
    kind: Kind
    page: Optional[int] = None
    cells: Tuple[str, ...] = ()
    header: Tuple[str, ...] = ()
    apart: bool = True


@dataclass
class Draft:
    """A paragraph in the making: its stretches of the text, what stands above it and what is to be edited."""

    spans: List[Span]
    kind: Kind
    page: Optional[int]
    marked: bool
    apart: bool
    edits: List[Edit] = field(default_factory=list)
    hole: bool = False  # something was removed before it
    plain: Optional[str] = None  # its text without notation, once it was asked for

    def text(self, original: str) -> str:
        """Give the text of the stretches."""
        return "".join([original[start:end] for start, end in self.spans])


def draft_of(block: Block) -> Draft:
    """Begin a paragraph with a block."""
    return Draft([(block.start, block.end)], block.kind, block.page, block.marked, block.apart, list(block.edits))


def row_edits(cells: Sequence[Span], header: Sequence[str]) -> Tuple[Span, Tuple[Edit, ...]]:
    """Turn a table row into a phrase, "first: Label: second; Label: third", and give where it stands."""
    filled = [(column, span) for column, span in enumerate(cells) if span[0] < span[1]]
    edits = []
    for place, (column, (start, _)) in enumerate(filled):
        label = f"{header[column]}: " if 0 < column < len(header) and header[column] else ""
        before = filled[place - 1][1][1] if place else start
        joint = "" if not place else ": " if place == 1 and filled[0][0] == 0 else "; "
        if joint or label:
            edits.append(Edit(before, start, joint + label, "table"))
    return (filled[0][1][0], filled[-1][1][1]) if filled else (0, 0), tuple(edits)


def assemble(pieces: Sequence[Piece], title: Optional[str], marked: bool) -> Extract:
    """Put the collected blocks together to one text."""
    parts: List[str] = []
    blocks: List[Block] = []
    at = 0
    for piece in pieces:
        text = " | ".join(piece.cells) if piece.cells else piece.text
        start, edits = at, ()  # type: Tuple[int, Tuple[Edit, ...]]
        span = (start, start + len(text))
        if piece.cells:
            span, edits = row_edits(_cell_spans(start, piece.cells), piece.header)
        if span[0] < span[1]:
            blocks.append(Block(*span, piece.kind, piece.page, piece.kind is Kind.heading and marked, piece.apart, edits))
        parts.append(text)
        at += len(text) + 2
    return Extract("\n\n".join(parts), tuple(blocks), title, marked=marked)


def _cell_spans(start: int, cells: Sequence[str]) -> List[Span]:
    spans = []
    for cell in cells:
        spans.append((start, start + len(cell)))
        start += len(cell) + 3
    return spans
