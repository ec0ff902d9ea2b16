"""The local library on disk: documents embedded once, and the states in which they can be searched.

documents/<key>/   one document as it was read, its passages and their vectors; never changed once it is there
unfinished/<key>/  the same while it is being embedded, so that an interrupted run goes on where it stopped
states/<number>/   which documents are searched together, and what follows from that
current            the number of the state in use
"""

from __future__ import annotations

import fcntl
import json
import shutil
from contextlib import contextmanager
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Callable, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors
from index.passages import windows
from knowledge.fields import Model
from knowledge.ingest.document import Document, Format, Mend, Paragraph, Removal
from knowledge.models import Source

FORMAT = 1  # raised when the files of a library change their meaning
TEXTS = "texts.jsonl"
DENSE = "dense"  # folder of a state with the vectors that are searched together
KEPT = 5  # states that can be gone back to
REMEDY = "run: python -m tutor index"

Cuts = NDArray[np.int32]  # a row for each passage: paragraph number, start and end within its text


class LibraryError(Exception):
    """The library cannot be used as asked; the message is one line with the remedy."""


class Entry(Model):
    """A document in the library. `key` names its folder, `path` the file it was read from; `source` is how it is cited."""

    key: str
    source: Source
    name: str
    path: str = ""
    digest: str
    passages: int


class State(Model):
    """What is searched together. `made_with` names the encoder and the rules by which texts were read."""

    number: int
    entries: Tuple[Entry, ...]
    made_with: str
    format: int = FORMAT
    back_to: Optional[int] = None  # the state before this one

    def entry(self, document_id: str) -> Optional[Entry]:
        """The document of this id, if it is there."""
        return next((e for e in self.entries if e.source.id == document_id), None)


EMPTY = State(number=0, entries=(), made_with="")


def passages_of(document: Document) -> Cuts:
    """The passages of a document: paragraphs, long ones cut."""
    rows = [(p.number, start, end) for p in document.paragraphs for start, end in windows(p.text)]
    return np.asarray(rows, dtype=np.int32).reshape(-1, 3)


class Store:
    """The folder of a library. `milvus` is the URI of the Milvus that searches it; empty: FAISS does."""

    def __init__(self, root: Path, milvus: str = "") -> None:
        self.root = root
        self.milvus = milvus
        self.pointer = root / "current"

    # -- states --------------------------------------------------------------------------------------------------

    def state(self) -> State:
        """The state in use; the empty one before anything was added."""
        if not self.pointer.exists():
            return EMPTY
        try:
            return self._read(int(self.pointer.read_text(encoding="ascii")))
        except (OSError, ValueError) as error:
            raise LibraryError(f"the library {self.root} is damaged ({error}); {self._way_out()}") from None

    def _read(self, number: int) -> State:
        state = State.parse_raw((self.folder(number) / "state.json").read_text(encoding="utf-8"))
        if state.format != FORMAT:
            raise LibraryError(f"the library {self.root} was written by another version; {REMEDY}")
        return state

    def _way_out(self) -> str:
        return f"remove the folder and ingest again, or put the number of a good state into {self.pointer}"

    def folder(self, number: int) -> Path:
        """Where a state lives."""
        return self.root / "states" / f"{number:06}"

    def commit(
        self,
        entries: Sequence[Entry],
        made_with: str,
        files: Mapping[str, bytes],
        instead: bool = False,
        prepare: Optional[Callable[[Path], object]] = None,
    ) -> State:
        """Put a new state into use, whole; the one before stays for `rollback`, unless this one stands `instead` of it.

        `prepare` may write what is too large for `files` into the folder of the state, before anybody sees it.
        """
        before = self.state()
        back_to = before.back_to if instead else before.number
        state = State(number=self._newest() + 1, entries=tuple(entries), made_with=made_with, back_to=back_to)
        scratch = self.folder(state.number).with_suffix(".new")
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        for name, content in files.items():
            (scratch / name).write_bytes(content)
        if prepare:
            prepare(scratch)
        (scratch / "state.json").write_text(state.json(indent=1), encoding="utf-8")
        scratch.rename(self.folder(state.number))
        self._point_to(state.number)
        self._prune(state)
        return state

    def rollback(self) -> State:
        """Go back to the state before the one in use."""
        back_to = self.state().back_to
        if back_to is None:
            raise LibraryError("the library is as it was at first; there is nothing to go back to")
        if back_to and not (self.folder(back_to) / "state.json").is_file():
            raise LibraryError(f"the state before this one is gone; the last {KEPT} are kept")
        self._point_to(back_to)
        return self.state()

    def _point_to(self, number: int) -> None:
        fresh = self.pointer.with_suffix(".new")
        if not number:
            self.pointer.unlink(missing_ok=True)
            return
        fresh.write_text(str(number), encoding="ascii")
        fresh.replace(self.pointer)

    def _numbers(self) -> List[int]:
        return sorted(int(p.name) for p in (self.root / "states").glob("[0-9]" * 6))

    def _newest(self) -> int:
        return max(self._numbers(), default=0)

    def _prune(self, current: State) -> None:
        """Drop what no state that can be gone back to needs."""
        kept = [current]
        while kept[-1].back_to and len(kept) < KEPT:
            try:
                kept.append(self._read(kept[-1].back_to))
            except (OSError, ValueError, LibraryError):  # nobody can go back to a damaged one
                break
        used = {e.key for s in kept for e in s.entries}
        for number in set(self._numbers()) - {s.number for s in kept}:
            for key in self._keys(number) - used:
                shutil.rmtree(self.root / "documents" / key, ignore_errors=True)
            shutil.rmtree(self.folder(number), ignore_errors=True)
        for state in kept[2:]:  # large; who goes back that far has the rows gathered from the documents
            shutil.rmtree(self.folder(state.number) / DENSE, ignore_errors=True)

    def _keys(self, number: int) -> Set[str]:
        """The documents of a state; none if it cannot be read any more."""
        try:
            return {e.key for e in self._read(number).entries}
        except (OSError, ValueError, LibraryError):
            return set()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the library for one writer; raise LibraryError if another has it."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise LibraryError("another command is changing the library; wait until it has finished") from None
            yield

    # -- documents -----------------------------------------------------------------------------------------------

    def all_keys(self) -> Set[str]:
        """Every document that is there, in use or not."""
        folder = self.root / "documents"
        return {path.name for path in folder.iterdir()} if folder.is_dir() else set()

    def has(self, key: str) -> bool:
        """Whether a document is there, whole."""
        return (self.root / "documents" / key).is_dir()

    def document(self, key: str) -> Document:
        """A document as it was read."""
        return _load_document(self.root / "documents" / key / "document.json")

    def cuts(self, key: str) -> Cuts:
        """The passages of a document."""
        rows: Cuts = np.load(self.root / "documents" / key / "passages.npy")
        return rows

    def texts(self, key: str) -> Iterator[str]:
        """What was embedded of a document: its passages with their headings, names written one way."""
        with (self.root / "documents" / key / TEXTS).open(encoding="ascii") as lines:
            for line in lines:
                yield json.loads(line)

    def vectors(self, key: str) -> Vectors:
        """The vectors of a document's passages, unit rows, mapped from disk."""
        rows: Vectors = np.load(self.root / "documents" / key / "vectors.npy", mmap_mode="r")
        return rows

    def file(self, key: str) -> Path:
        """The copy of the file that a document was read from."""
        return next((self.root / "documents" / key / "file").iterdir())

    def unfinished(self, key: str, file: Path, document: Document, dimension: int) -> Unfinished:
        """Begin to embed a document, or go on where a run was interrupted."""
        return Unfinished(self.root / "unfinished" / key, self.root / "documents" / key, file, document, dimension)


class Unfinished:
    """A document whose passages are being embedded."""

    def __init__(self, folder: Path, place: Path, file: Path, document: Document, dimension: int) -> None:
        self._folder, self._place, self._dimension = folder, place, dimension
        self._rows = folder / "vectors.f32"
        self._texts = folder / TEXTS
        self.cuts = passages_of(document)
        (folder / "file").mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, folder / "file" / file.name)
        (folder / "document.json").write_text(json.dumps(asdict(document), ensure_ascii=False), encoding="utf-8")
        np.save(folder / "passages.npy", self.cuts)
        row = dimension * 4  # bytes of a vector
        lines = self._texts.read_text(encoding="ascii").split("\n")[:-1] if self._texts.exists() else []
        vectors = self._rows.stat().st_size // row if self._rows.exists() else 0
        self.done = min(vectors, len(lines), len(self.cuts))
        with self._rows.open("ab") as rows:
            rows.truncate(self.done * row)
        self._texts.write_text("".join(f"{line}\n" for line in lines[: self.done]), encoding="ascii")

    def append(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Keep the texts that were embedded for the next passages, and their vectors."""
        with self._texts.open("a", encoding="ascii") as lines:
            lines.writelines(json.dumps(text) + "\n" for text in texts)
        with self._rows.open("ab") as rows:
            rows.write(np.ascontiguousarray(vectors, dtype=np.float32).tobytes())
        self.done += len(vectors)

    def finish(self) -> None:
        """Move the document in, whole."""
        rows = np.fromfile(self._rows, dtype=np.float32).reshape(-1, self._dimension)
        np.save(self._folder / "vectors.npy", rows)
        self._rows.unlink()
        self._place.parent.mkdir(parents=True, exist_ok=True)
        self._folder.rename(self._place)


@lru_cache(maxsize=8)
def _load_document(path: Path) -> Document:
    record = json.loads(path.read_text(encoding="utf-8"))
    paragraphs = tuple(Paragraph(**{**p, "spans": tuple(map(tuple, p["spans"]))}) for p in record.pop("paragraphs"))
    mends = tuple(Mend(**m) for m in record.pop("mends"))
    removals = tuple(Removal(**r) for r in record.pop("removals"))
    return Document(**{**record, "format": Format(record["format"])}, paragraphs=paragraphs, mends=mends, removals=removals)
