"""Read a document: its text, cut into paragraphs, cleaned and mended, each with its place."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path
from typing import Dict, Iterable, List, NamedTuple, Optional, Tuple

from knowledge.ingest.blocks import Draft, Extract, Kind, draft_of
from knowledge.ingest.cleaning import Cleaner
from knowledge.ingest.document import Document, Format, Mend, Paragraph, UnreadableDocument
from knowledge.ingest.gluing import is_dense
from knowledge.ingest.parsers import parse
from knowledge.ingest.repair import Repair
from knowledge.ingest.structure import find_headings, stitch
from knowledge.ingest.tracing import mends_of, trace
from knowledge.ingest.words import Vocabulary, vocabulary

MAX_BYTES = 50 * 1024 * 1024
FORMATS: Dict[str, Format] = {
    ".txt": Format.text,
    ".text": Format.text,
    ".md": Format.markdown,
    ".markdown": Format.markdown,
    ".html": Format.html,
    ".htm": Format.html,
    ".pdf": Format.pdf,
    ".docx": Format.docx,
}


class Found(NamedTuple):
    """The documents among some files and folders, and the files in those folders that are none."""

    documents: List[Path]
    skipped: List[Path]


def find_documents(paths: Iterable[Path]) -> Found:
    """List the files that can be read, each once and in order; raise UnreadableDocument for a named file that cannot."""
    documents: Dict[Path, None] = {}
    skipped: Dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            for file in sorted(file for file in path.rglob("*") if file.is_file()):
                (documents if file.suffix.lower() in FORMATS else skipped)[file] = None
        else:
            format_of(path)
            documents[path] = None
    return Found(list(documents), list(skipped))


def format_of(path: Path) -> Format:
    """Tell a format by the file's suffix."""
    found = FORMATS.get(path.suffix.lower())
    if not path.exists():
        raise UnreadableDocument(f"{path.name}: there is no such file; check the path {path}")
    if found is None:
        raise UnreadableDocument(f"{path.name}: is of no kind that can be read; save it as one of {', '.join(sorted(FORMATS))}")
    return found


def read_document(path: Path, max_bytes: int = MAX_BYTES) -> Document:
    """Read a document; raise UnreadableDocument if it cannot be."""
    kind = format_of(path)
    data = read_bytes(path, max_bytes)
    extract = parse(data, kind, path.name)
    if not extract.text.strip():
        raise UnreadableDocument(f"{path.name}: holds no text; check that it is the right file")
    document = document_of(path.name, hashlib.sha256(data).hexdigest(), kind, extract)
    if not document.paragraphs:
        raise UnreadableDocument(
            f"{path.name}: holds no running text in a script that can be read; give a document with paragraphs in English"
        )
    return document


def read_bytes(path: Path, max_bytes: int) -> bytes:
    """Read a file's bytes, unless they are too many or none."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise UnreadableDocument(f"{path.name}: is not a file; give a file or a folder")
        if about.st_size > max_bytes:
            size, limit = about.st_size / 1024**2, max_bytes / 1024**2
            raise UnreadableDocument(f"{path.name}: is too large ({size:.1f} MB, the limit is {limit:.1f} MB); split it")
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        raise UnreadableDocument(f"{path.name}: cannot be opened ({error.strerror}); check the path and the permissions") from error
    if not data.strip():
        raise UnreadableDocument(f"{path.name}: is empty; check that it is the right file")
    return data


def document_of(name: str, digest: str, format: Format, extract: Extract) -> Document:
    """Clean, join and mend the blocks of a document."""
    original = extract.text
    drafts = [draft_of(block) for block in extract.blocks]
    cleaner = Cleaner(original, drafts, format, extract.title)
    drafts = cleaner.run()
    known = _vocabulary(original)
    if not extract.marked:
        find_headings(drafts, original, known.hyphened)
    drafts = stitch(drafts, original, known.hyphened)
    builder = Builder(original, known)
    builder.add_all(drafts)
    removals = sorted([*extract.removals, *cleaner.removals], key=lambda removal: (removal.start, removal.end))
    title = builder.title or extract.title if format in (Format.text, Format.markdown) else extract.title or builder.title
    return Document(
        name, digest, format, title, original, tuple(builder.paragraphs), tuple(sorted(builder.mends, key=_place)), tuple(removals)
    )


def _place(mend: Mend) -> Tuple[int, int]:
    return mend.start, mend.end


def _vocabulary(original: str) -> Vocabulary:
    return vocabulary(line for line in original.split("\n") if not is_dense(line[:200]))


class Builder:
    """Makes paragraphs out of drafts."""

    def __init__(self, original: str, known: Vocabulary) -> None:
        self.original = original
        self.repair = Repair(known)
        self.paragraphs: List[Paragraph] = []
        self.mends: List[Mend] = []
        self.heading: Optional[str] = None
        self.title: Optional[str] = None

    def add_all(self, drafts: List[Draft]) -> None:
        """Add every draft; a heading is a paragraph only if nothing stands under it."""
        for number, draft in enumerate(drafts):
            if draft.kind is Kind.heading:
                text, mends = self.mended(draft)
                self.heading = text.strip(" :-–#") or None
                self.title = self.title or (self.heading if draft.marked or not self.paragraphs else None)
                if number + 1 == len(drafts):
                    self.add(draft, text, mends, None)
                else:
                    self.mends += mends
            else:
                self.add(draft, *self.mended(draft), self.heading)

    def mended(self, draft: Draft) -> Tuple[str, List[Mend]]:
        """Give a draft's text and what was mended in it."""
        work = trace(self.original, draft.spans)
        work.edit_origins(draft.edits)
        if draft.kind is not Kind.code:
            self.repair.mend(work)
        return " ".join(work.text.split()), mends_of(work, self.original, draft.spans)

    def add(self, draft: Draft, text: str, mends: List[Mend], heading: Optional[str]) -> None:
        """Add a paragraph, if anything is left of it."""
        if any(char.isalnum() for char in text):
            self.mends += mends
            self.paragraphs.append(Paragraph(len(self.paragraphs) + 1, text, tuple(draft.spans), heading, draft.page))
