"""The readings that were ingested, as the tutor uses them: taken up while it answers, and opened behind citations."""

from __future__ import annotations

import logging
import re
import threading
from textwrap import shorten
from typing import Any, Dict, Optional, Tuple

from index.encoder import Encoder
from index.lexical import terms
from index.library import LibraryError, Store
from index.shelf import Shelf
from knowledge.ingest.document import Document, Paragraph
from knowledge.ingest.tracing import locate
from knowledge.models import Source

log = logging.getLogger(__name__)

_WHERE = re.compile(r"[1-9][0-9]{0,8}(\.(?P<start>[0-9]{1,9})-(?P<end>[1-9][0-9]{0,8}))?")
MARK = ".paragraph."  # between a document's id and the number of a paragraph, in the id of a passage


class Library:
    """The library of one course. A change on disk is taken up in the background, whole, while the old state answers."""

    def __init__(self, store: Store, encoder: Encoder, made_with: str) -> None:
        self._store = store
        self._encoder = encoder
        self._made_with = made_with
        self._taken: Any = None
        self._shelf: Optional[Shelf] = None
        self._before: Optional[Shelf] = None  # what was cited a moment ago can still be opened
        self._loading = threading.Lock()
        self.take_up()

    @property
    def shelf(self) -> Optional[Shelf]:
        """The state in use, None for an empty library; a newer one is fetched in the background."""
        if self._mark() != self._taken and not self._loading.locked():
            threading.Thread(target=self.take_up, daemon=True).start()
        return self._shelf

    def take_up(self) -> None:
        """Read the state that is in use on disk; one that cannot be read is told in the log, and the old one stays."""
        with self._loading:
            mark = self._mark()
            if mark == self._taken:
                return
            try:
                shelf = Shelf.open(self._store, self._encoder, self._made_with)
                self._before, self._shelf = self._shelf, (shelf if len(shelf) else None)
            except LibraryError as error:
                log.error("%s", error)
            self._taken = mark

    def _mark(self) -> Tuple[int, int]:
        """What changes whenever another state is put into use."""
        try:
            stat = self._store.pointer.stat()
        except OSError:
            return (0, 0)
        return (stat.st_mtime_ns, stat.st_ino)

    # -- originals -----------------------------------------------------------------------------------------------

    def behind(self, source_id: str, claim_id: str, text: str) -> Optional[Dict[str, Any]]:
        """The original paragraph of a claim of this text, JSON-ready; None if its reading is not here or hardly says it."""
        shelf = self.shelf
        link = shelf.link(source_id, claim_id) if shelf else None
        paragraph = shelf.paragraph(source_id, link.paragraph) if shelf and link else None
        if shelf is None or link is None or paragraph is None:
            return None
        document = shelf.document(source_id)
        return aside(document, paragraph, link.aside, text) if link.aside else original(document, paragraph, link.start, link.end)

    def passage(self, passage_id: str) -> Optional[Tuple[Source, Paragraph, Document]]:
        """A paragraph of the library by its passage id, with its document and how that is cited."""
        document_id, mark, where = passage_id.rpartition(MARK)
        number = where.partition(".")[0]
        if not mark or not _WHERE.fullmatch(where):
            return None
        for shelf in (self.shelf, self._before):
            try:
                paragraph = shelf.paragraph(document_id, int(number)) if shelf else None
            except FileNotFoundError:  # a state long gone
                continue
            if shelf and paragraph:
                return shelf.entries[document_id].source, paragraph, shelf.document(document_id)
        return None


def passage_id(document_id: str, number: int, start: int = 0, end: int = 0) -> str:
    """The id of a paragraph as a citation has it, with the characters of its text that are quoted, if any."""
    return f"{document_id}{MARK}{number}" + (f".{start}-{end}" if end else "")


def quoted(passage_id: str) -> Tuple[int, int]:
    """The characters of a paragraph's text that a citation quotes; nothing at all if its id names none."""
    match = _WHERE.fullmatch(passage_id.rpartition(MARK)[2])
    return (int(match["start"]), int(match["end"])) if match and match["end"] else (0, 0)


def locator(paragraph: Paragraph) -> str:
    """Where a paragraph stands, for a citation."""
    parts = [f"page {paragraph.page}" if paragraph.page else "", f"paragraph {paragraph.number}"]
    where = ", ".join(filter(None, parts))
    return f"{where}, under “{shorten(paragraph.heading, 60, placeholder=' …')}”" if paragraph.heading else where


def aside(document: Document, paragraph: Paragraph, text: str, claim: str) -> Optional[Dict[str, Any]]:
    """The footnote, reference or title, of those that were taken out together, that shares most words with a claim."""
    together = [r for r in document.removals if len(r.text) > 3 and " ".join(r.text.split()) in text]
    if not together:
        return None
    wanted = set(terms(claim))
    taken = max(together, key=lambda r: (len(wanted & set(terms(r.text))), r.start - r.end))
    whole = document.original[taken.start : taken.end]
    return {
        **original(document, paragraph, 0, 0),
        "locator": f"{taken.why} near {locator(paragraph)}" if taken.why == "footnote" else taken.why,
        "start": taken.start,
        "end": taken.end,
        "text": whole,
        "highlights": [[0, len(whole)]],
        "mended": None,
    }


def original(document: Document, paragraph: Paragraph, start: int, end: int) -> Dict[str, Any]:
    """A paragraph as the document has it, with the ranges of a part of its text to be highlighted; JSON-ready."""
    text, offsets = "", []
    for begin, stop in paragraph.spans:
        offsets.append((begin, stop, len(text) + bool(text)))
        text = "\n".join(filter(None, [text, document.original[begin:stop]]))
    ranges = locate(document, paragraph, start, end)
    highlights = [
        [max(a, begin) - begin + at, min(b, stop) - begin + at]
        for a, b in ranges
        for begin, stop, at in offsets
        if max(a, begin) < min(b, stop)
    ]
    return {
        "document": document.name,
        "heading": paragraph.heading,
        "page": paragraph.page,
        "paragraph": paragraph.number,
        "locator": locator(paragraph),
        "start": paragraph.spans[0][0],
        "end": paragraph.spans[-1][1],
        "text": text,
        "highlights": highlights,
        "mended": None if " ".join(text.split()) == paragraph.text else paragraph.text,
    }
