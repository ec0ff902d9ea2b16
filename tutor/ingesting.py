"""Readings of one's own: read documents, embed them, and put them into the local library in one step."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import AbstractSet, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from pydantic import ValidationError

from index.encoder import Encoder
from index.library import Entry, LibraryError, State, Store
from index.retrieval import text_rules
from index.shelf import (
    LEXICAL,
    LINKS,
    Link,
    Shelf,
    drop_vectors,
    has_vectors,
    lexical_file,
    links_file,
    prepare_vectors,
    texts_of,
)
from index.vocabulary import Vocabulary
from knowledge.ingest.document import Document, UnreadableDocument
from knowledge.ingest.reading import MAX_BYTES, read_document
from knowledge.models import Course, Source

BATCH = 256  # passages embedded between two marks of progress; so many are done again after an interruption
LINKED = 0.30  # score from which a paragraph is opened behind a claim: below, the nearest one is often another
LINKED_ASIDE = 0.46  # ... and a footnote or reference
BEGINNING = 1000  # characters of a document in which its title is looked for
UNNAMED = "Author not named"
_RULES = Path(__file__).parent.parent / "knowledge" / "ingest"

_FORMS = {  # of what is said of a document
    "source": "lower-case letters, digits, '.' and '-', such as 'my-notes-2'",
    "title": "1 to 120 characters long",
    "author": "1 to 120 characters long",
    "year": "a year from 1000 to 2999",
    "url": "an address that begins with http:// or https://",
}

Progress = Callable[[str, int, int], None]  # file name, passages done, passages in all


@dataclass(frozen=True)
class Description:
    """What the person who ingests says of a document; what is left out is guessed."""

    source: Optional[str] = None
    title: Optional[str] = None
    author: Optional[str] = None
    year: Optional[int] = None
    url: Optional[str] = None


@dataclass(frozen=True)
class Outcome:
    """What a run did. `failed` holds one line for each file that could not be read."""

    added: Tuple[Entry, ...] = ()
    replaced: Tuple[Entry, ...] = ()
    unchanged: Tuple[Entry, ...] = ()
    removed: Tuple[Entry, ...] = ()
    failed: Tuple[str, ...] = ()
    effect: Optional[Effect] = None


@dataclass(frozen=True)
class Effect:
    """What a change of the library does to answers: claims by id, questions with what they find now."""

    gained: Tuple[str, ...] = ()  # claims that now open their original paragraph
    lost: Tuple[str, ...] = ()  # ... that no longer do
    moved: Tuple[str, ...] = ()  # ... that open another paragraph
    unsupported: Tuple[str, ...] = ()  # claims whose reading is here and does not seem to say it
    questions: Tuple[Tuple[str, str], ...] = ()  # questions of the course that now find another passage, with its place


@dataclass
class _Run:
    """One call of `Ingester.add`: what was said of its files, and what became of them so far."""

    entries: Dict[str, Entry]
    said: Description
    described: Mapping[str, Source]
    stems: AbstractSet[str]  # of the files of this run
    added: List[Entry] = field(default_factory=list)
    replaced: List[Entry] = field(default_factory=list)
    unchanged: List[Entry] = field(default_factory=list)
    renamed: List[Entry] = field(default_factory=list)  # that had another id before
    failed: List[str] = field(default_factory=list)

    def take(self, entry: Entry) -> None:
        """Put a document in the place of the one of its id."""
        known = self.entries.get(entry.source.id)
        (self.unchanged if known == entry else self.replaced if known else self.added).append(entry)
        self.entries[entry.source.id] = entry

    def rename(self, entry: Entry) -> None:
        """Make room for a document that gets another id."""
        self.renamed.append(self.entries.pop(entry.source.id))

    def is_free(self, document_id: str, file: Path) -> bool:
        """Whether an id may be given to a file: no other file is named so, and nobody has it but an earlier version."""
        if document_id in self.stems and file.stem != document_id and slug(file.stem) != document_id:
            return False
        known = self.entries.get(document_id)
        return known is None or known.path == str(file.resolve()) or not Path(known.path).exists()


@dataclass
class Ingester:
    """Adds to, and takes from, the library of one course."""

    course: Course
    vocabulary: Vocabulary
    encoder: Encoder
    store: Store
    progress: Progress = field(default=lambda name, done, total: None)
    max_bytes: int = MAX_BYTES  # of one file

    def made_with(self) -> str:
        """The encoder, and the rules and names by which texts are read: vectors made with others do not fit."""
        return made_with(self.course, self.encoder)

    def add(self, files: Sequence[Path], description: Description, described: Mapping[str, Source]) -> Outcome:
        """Read files and put them in; those that cannot be read are told and leave the rest alone."""
        with self.store.locked():
            before = self.store.state()
            run = _Run({e.source.id: e for e in before.entries}, description, described, {file.stem for file in files})
            for file in files:
                try:
                    run.take(self._entry(file, run))
                except UnreadableDocument as error:
                    run.failed.append(str(error))
            effect = self._put(before, list(run.entries.values())) if run.added or run.replaced or run.renamed else None
            added, replaced, unchanged = (tuple(entries) for entries in (run.added, run.replaced, run.unchanged))
            return Outcome(added, replaced, unchanged, tuple(run.renamed), tuple(run.failed), effect)

    def remove(self, ids: Sequence[str]) -> Outcome:
        """Take documents out."""
        with self.store.locked():
            before = self.store.state()
            for wrong in [i for i in ids if before.entry(i) is None]:
                known = ", ".join(e.source.id for e in before.entries) or "none"
                raise LibraryError(f"the library has no document '{wrong}'; it has: {known}")
            kept = [e for e in before.entries if e.source.id not in ids]
            removed = tuple(e for e in before.entries if e.source.id in ids)
            return Outcome(removed=removed, effect=self._put(before, kept))

    def rollback(self) -> Outcome:
        """Go back to the state before the one in use."""
        with self.store.locked():
            before = self.store.state()
            after = self.store.rollback()
            gone = tuple(e for e in before.entries if e not in after.entries)
            back = tuple(e for e in after.entries if e not in before.entries)
            return Outcome(added=back, removed=gone, effect=self._effect(before, after))

    def refresh(self) -> bool:
        """Embed and link anew whatever no longer fits course, encoder or rules; whether anything was done."""
        if self._is_fresh(self.store.state()):
            return False
        with self.store.locked():
            before = self.store.state()
            self._put(before, [self._again(entry) for entry in before.entries], instead=True)
            return True

    def _is_fresh(self, state: State) -> bool:
        if not state.entries:
            return True
        return state.made_with == self.made_with() and self._links_fit(state) and has_vectors(self.store, state)

    # -- one document --------------------------------------------------------------------------------------------

    def _entry(self, file: Path, run: _Run) -> Entry:
        """Read and embed one file, unless it is known."""
        digest = digest_of(file, self.max_bytes)
        key = self._key(digest, file)
        same = next((e for e in run.entries.values() if e.key == key), None)
        if same and run.said == Description() and file.stem not in run.described:
            return same
        document = self.store.document(key) if self.store.has(key) else read_document(file, self.max_bytes)
        source = self._source(file, document, run)
        if same and same.source.id != source.id:
            run.rename(same)
        passages = self._embed(key, file, document)
        return Entry(key=key, source=source, name=file.name, path=str(file.resolve()), digest=digest, passages=passages)

    def _embed(self, key: str, file: Path, document: Document) -> int:
        """Embed a document's passages, unless they are; how many there are."""
        if not self.store.has(key):
            work = self.store.unfinished(key, file, document, self.encoder.dimension)
            while work.done < len(work.cuts):
                texts = texts_of(document, work.cuts[work.done : work.done + BATCH], self.vocabulary)
                work.append(texts, self.encoder.encode(texts))
                self.progress(document.name, work.done, len(work.cuts))
            work.finish()
        return len(self.store.cuts(key))

    def _again(self, entry: Entry) -> Entry:
        """The same document under the present rules, read from the copy in the library."""
        file = self.store.file(entry.key)
        key = self._key(entry.digest, file)
        if key == entry.key:
            return entry
        passages = self._embed(key, file, read_document(file, self.max_bytes))
        return entry.copy(update={"key": key, "passages": passages})

    def _key(self, digest: str, file: Path) -> str:
        return hashlib.sha256(f"{digest} {file.suffix.lower()} {self.made_with()}".encode()).hexdigest()[:20]

    def _source(self, file: Path, document: Document, run: _Run) -> Source:
        """How a document is cited: as a reading of the course if it is one, else as it was described."""
        if file.stem in run.described and run.said.source is None:
            return run.described[file.stem]
        chosen = run.said.source or self._recognise(file, document, run)
        if chosen in self.course.source:
            return self.course.source[chosen]
        before = run.entries.get(chosen)
        said = {name: value for name, value in vars(run.said).items() if value is not None and name != "source"}
        known = before.source.dict(include={"title", "author", "year", "url"}) if before else {}
        guessed = {"title": (document.title or readable(file.stem))[:120], "author": UNNAMED}
        try:
            return Source(**{**guessed, **known, **said, "id": chosen})
        except ValidationError as error:
            fault = error.errors()[0]
            field = "source" if fault["loc"][0] == "id" else fault["loc"][0]
            value = chosen if field == "source" else said.get(str(field))
            raise LibraryError(f"--{field} has value '{value}'; it must be {_FORMS.get(str(field), fault['msg'])}") from None

    def _recognise(self, file: Path, document: Document, run: _Run) -> str:
        """The id of the reading of the course that this is; else one made from the file's name."""
        if file.stem in self.course.source:
            return file.stem
        beginning = f" {_plain(document.original[:BEGINNING])} "
        named = [s.id for s in self.course.sources if len(s.title.split()) > 3 and f" {_plain(s.title)} " in beginning]
        if len(named) == 1 and run.is_free(named[0], file):  # a list of readings names several
            return named[0]
        plain, longer = slug(file.stem), slug(f"{file.resolve().parent.name} {file.stem}")
        return next((i for i in (plain, longer) if run.is_free(i, file)), f"{longer[:50]}-{digest_of(file)[:8]}")

    # -- the whole -----------------------------------------------------------------------------------------------

    def _put(self, before: State, entries: Sequence[Entry], instead: bool = False) -> Optional[Effect]:
        links = self._links(entries)
        scratch = self.store.root / LEXICAL
        try:
            words = lexical_file(self.store, entries, scratch)
        finally:
            scratch.unlink(missing_ok=True)
        stamp = json.dumps({"course": self.course.version}).encode()
        files = {LEXICAL: words, LINKS: links_file(links), "links-of.json": stamp}
        known, made = self.store.all_keys(), self.made_with()
        after = self.store.commit(entries, made, files, instead, partial(prepare_vectors, self.store, entries, made))
        drop_vectors(self.store, known - self.store.all_keys(), made)
        return None if instead else self._effect(before, after)

    def _links(self, entries: Sequence[Entry]) -> Dict[str, Dict[str, Link]]:
        """The paragraph behind each claim of the readings that are here."""
        from tutor.support import support  # only those who ingest need it

        readings = {e.source.id: self.store.document(e.key) for e in entries if e.source.id in self.course.source}
        links: Dict[str, Dict[str, Link]] = {source: {} for source in readings}
        for s in support(self.course, self.encoder, readings) if readings else ():
            if s.score >= (LINKED_ASIDE if s.aside else LINKED):
                links[s.source][s.claim] = Link(s.paragraph, s.start, s.end, s.score, s.aside)
        return links

    def _links_fit(self, state: State) -> bool:
        try:
            stamp = json.loads((self.store.folder(state.number) / "links-of.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return bool(stamp == {"course": self.course.version})

    def _effect(self, before: State, after: State) -> Effect:
        """Compare what two states do to the answers of the course."""
        old, new = (self._shelf(state) for state in (before, after))
        had, has = (_flat(shelf.links) if shelf else {} for shelf in (old, new))
        return Effect(
            gained=tuple(sorted({c for c, _ in has.keys() - had.keys()})),
            lost=tuple(sorted({c for c, _ in had.keys() - has.keys()})),
            moved=tuple(sorted({k[0] for k in had.keys() & has.keys() if had[k].paragraph != has[k].paragraph})),
            unsupported=tuple(sorted(set(self._unsupported(new)) - set(self._unsupported(old)))),
            questions=tuple(self._finds_else(old, new)),
        )

    def _shelf(self, state: State) -> Optional[Shelf]:
        usable = state.entries and state.made_with == self.made_with()
        return Shelf(self.store, state, self.encoder) if usable else None

    def _unsupported(self, shelf: Optional[Shelf]) -> Iterator[str]:
        for claim in self.course.claim.values():
            for place in claim.places if shelf else ():
                if shelf and place.source in shelf.entries and shelf.link(place.source, claim.id) is None:
                    yield claim.id

    def _finds_else(self, old: Optional[Shelf], new: Optional[Shelf]) -> Iterator[Tuple[str, str]]:
        """Questions of the course for which the best passage of the library is another now."""
        asked = list(dict.fromkeys(q for claim in self.course.claim.values() for q in claim.questions[:1]))
        if not asked:
            return
        vectors = self.encoder.encode([self.vocabulary.canonical(q) for q in asked])
        nothing = [None] * len(asked)
        was, now = ([f and f[:2] for f in shelf.nearest(vectors)] if shelf else nothing for shelf in (old, new))
        for question, one, other in zip(asked, was, now, strict=True):
            if one != other:
                yield question, f"{other[0]}, paragraph {other[1]}" if other else "nothing"


def made_with(course: Course, encoder: Encoder) -> str:
    """Digest of the encoder, and of the rules and names by which texts are read."""
    names = [(c.id, c.name, c.number) for c in course.concepts if c.number]
    series = course.series.dict() if course.series else None
    return hashlib.sha256(json.dumps([encoder.name, text_rules(), reading_rules(), series, names]).encode()).hexdigest()[:16]


@lru_cache(maxsize=1)
def reading_rules() -> str:
    """Digest of what decides how a document is read."""
    files = sorted(_RULES.glob("*.py"))
    return hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()[:12]


def digest_of(file: Path, max_bytes: int = MAX_BYTES) -> str:
    """SHA-256 of a file's bytes, in hexadecimal; raise UnreadableDocument if it cannot be opened. A file too large has none."""
    digest = hashlib.sha256()
    try:
        if file.stat().st_size > max_bytes:
            return ""
        with file.open("rb") as content:
            while block := content.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise UnreadableDocument(f"{file.name}: cannot be opened ({error.strerror}); check its name and permissions") from None
    return digest.hexdigest()


def slug(text: str) -> str:
    """An id made of a file's name."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
    return made or "document-" + hashlib.sha256(text.encode()).hexdigest()[:8]


def readable(stem: str) -> str:
    """A title made of a file's name."""
    words = re.sub(r"[-_]+", " ", stem).strip() or stem
    return words[0].upper() + words[1:]


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _flat(links: Mapping[str, Mapping[str, Link]]) -> Dict[Tuple[str, str], Link]:
    return {(claim, source): link for source, of in links.items() for claim, link in of.items()}
