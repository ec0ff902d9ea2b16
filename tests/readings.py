"""What tests of the library share: readings made by hand, and the steps that put them on a shelf."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Iterator, List, Mapping, NamedTuple, Optional, Sequence

from index.encoder import Encoder, Vectors
from index.library import Entry, State, Store
from index.shelf import LEXICAL, LINKS, Link, lexical_file, links_file, texts_of
from index.vocabulary import Vocabulary
from knowledge.ingest.document import Document, Format, Paragraph
from knowledge.models import Course, Source
from tests.conftest import ToyEncoder

Texts = Sequence[str]


def reading(name: str, texts: Texts, heading: Optional[str] = None) -> Document:
    """A document whose original is its paragraphs with an empty line between them."""
    original, paragraphs = "\n\n".join(texts), []
    at = 0
    for number, text in enumerate(texts, 1):
        paragraphs.append(Paragraph(number, text, ((at, at + len(text)),), heading))
        at += len(text) + 2
    digest = hashlib.sha256(original.encode()).hexdigest()
    return Document(name, digest, Format.text, None, original, tuple(paragraphs))


def put(store: Store, key: str, document: Document, encoder: Encoder, vocabulary: Vocabulary) -> Entry:
    """Embed a document and move it in; the entry cites it under its key."""
    store.root.mkdir(parents=True, exist_ok=True)
    file = store.root / document.name
    file.write_text(document.original, encoding="utf-8")
    work = store.unfinished(key, file, document, encoder.dimension)
    if len(work.cuts):
        texts = texts_of(document, work.cuts, vocabulary)
        work.append(texts, encoder.encode(texts))
    work.finish()
    file.unlink()
    return entry(key, len(work.cuts), document.name)


def entry(key: str, passages: int = 1, name: str = "x.txt") -> Entry:
    """An entry that is cited under its key."""
    source = Source(id=key, title=f"On {key}", author="Eva Eater", year=1999)
    return Entry(key=key, source=source, name=name, digest="0", passages=passages)


def shelve(
    store: Store,
    readings: Mapping[str, Texts],
    encoder: Encoder,
    vocabulary: Vocabulary,
    links: Optional[Mapping[str, Mapping[str, Link]]] = None,
    made_with: str = "toy",
) -> State:
    """Put readings, by id, into use together; those that are there already are taken as they are."""
    store.root.mkdir(parents=True, exist_ok=True)
    entries: List[Entry] = []
    for key, texts in readings.items():
        document = reading(f"{key}.txt", texts)
        is_there = store.has(key)
        entries.append(
            entry(key, len(store.cuts(key)), document.name) if is_there else put(store, key, document, encoder, vocabulary)
        )
    words = lexical_file(store, entries, store.root / LEXICAL)
    (store.root / LEXICAL).unlink()
    return store.commit(entries, made_with, {LEXICAL: words, LINKS: links_file({s: dict(of) for s, of in (links or {}).items()})})


class CountingEncoder(ToyEncoder):
    """The toy encoder; it notes every text, and stops when it has embedded as many as it may."""

    def __init__(self, most: float = float("inf")) -> None:
        self.seen: List[str] = []
        self.most = most

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as unit rows, as long as there are few."""
        if len(self.seen) + len(texts) > self.most:
            raise KeyboardInterrupt
        self.seen += texts
        return super().encode(texts)


class Supported(NamedTuple):
    """What `tutor.support` says of a claim in a reading."""

    claim: str
    source: str
    paragraph: int
    score: float
    start: int
    end: int
    supported: bool
    aside: None = None


def support(course: Course, encoder: Encoder, documents: Mapping[str, Document]) -> Iterator[Supported]:
    """Stand in for `tutor.support`: a reading supports a claim that stands in it word for word."""
    for claim in course.claim.values():
        for source in [place.source for place in claim.places if place.source in documents]:
            places = [(p.number, p.text.find(claim.text)) for p in documents[source].paragraphs if claim.text in p.text]
            number, at = places[0] if places else (1, 0)
            yield Supported(claim.id, source, number, float(bool(places)), at, at + len(claim.text) if places else 0, bool(places))


def write(folder: Path, name: str, *paragraphs: str) -> Path:
    """Write a text file."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n\n".join(paragraphs) + "\n", encoding="utf-8")
    return file
