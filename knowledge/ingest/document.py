"""The nouns of ingestion: what was read of a document, what was removed from it, and what was mended in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Optional, Tuple


class Format(str, Enum):
    """How a document is written."""

    text = "text"
    markdown = "markdown"
    html = "html"
    pdf = "pdf"
    docx = "docx"


class UnreadableDocument(Exception):
    """A document cannot be read; the message is one line that names the file, the cause and the remedy."""


@dataclass(frozen=True)
class Mend:
    """A spot that was mended. `start` and `end` are character offsets into `Document.original`."""

    start: int
    end: int
    original: str
    mended: str
    why: str  # "run-together words", "hyphenated break", "mojibake", "footnote in mid-sentence" ...


@dataclass(frozen=True)
class Removal:
    """A stretch that is no part of the text. `start` and `end` are character offsets into `Document.original`."""

    start: int
    end: int
    text: str
    why: str  # "navigation", "advert", "teaser", "repeated caption", "page header", "footnote" ...


@dataclass(frozen=True)
class Paragraph:
    """One paragraph, list item or table row as it is searched and quoted.

    `number` counts the kept paragraphs from 1. `text` is mended, its white space single. `spans` say where it stands:
    half-open character ranges of `Document.original`, in order; more than one where something inside was removed.
    `heading` is the nearest one above; `page` counts from 1 where the format has pages.
    """

    number: int
    text: str
    spans: Tuple[Tuple[int, int], ...]
    heading: Optional[str] = None
    page: Optional[int] = None


@dataclass(frozen=True)
class Document:
    """A document as it was read. `digest` is the SHA-256 of the file's bytes, in hexadecimal."""

    name: str  # the file's name without its folder
    digest: str
    format: Format
    title: Optional[str]
    original: str  # the whole text as extracted, before cleaning
    paragraphs: Tuple[Paragraph, ...]
    mends: Tuple[Mend, ...] = ()
    removals: Tuple[Removal, ...] = ()
