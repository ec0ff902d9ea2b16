"""`python -m tutor ingest`: readings of one's own, into the library and out of it."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from index.library import Entry, LibraryError, State, Store
from knowledge.ingest.document import Document, UnreadableDocument
from knowledge.ingest.quality import quality
from knowledge.ingest.reading import find_documents
from knowledge.loader import load_sources
from knowledge.models import Source
from tutor.ingesting import Description, Effect, Ingester, Outcome
from tutor.settings import load_settings
from tutor.tutor import build_index, ingester

SHOWN = 5  # examples of each effect
STEP = 10  # per cent between two lines of progress where no terminal shows a moving one


def ingest(args: argparse.Namespace) -> int:
    """Add readings of your own to the library: files or folders with text, Markdown, HTML, PDF or DOCX."""
    if bool(args.paths) + bool(args.remove) + args.rollback + args.list != 1:
        print("name files or folders to add, or one of --remove, --rollback, --list", file=sys.stderr)
        return 2
    settings = load_settings()
    build_index(settings)
    library = ingester(settings)
    if args.list:
        return _say(_listed(library.store.state()), _held(library.store), args.json)
    outcome = _run(args, library)
    state = library.store.state()
    back = "" if args.rollback or not outcome.effect else "To undo this: python -m tutor ingest --rollback"
    _say({**_json(outcome), **_listed(state)}, [*_lines(outcome, library.store, state), *filter(None, [back])], args.json)
    for line in outcome.failed:
        print(line, file=sys.stderr)
    return 1 if outcome.failed else 0


def _run(args: argparse.Namespace, library: Ingester) -> Outcome:
    if args.rollback:
        return library.rollback()
    if args.remove:
        return library.remove(args.remove)
    said = Description(args.source, args.title, args.author, args.year, args.url)
    files, described, failed = _files(args.paths)
    if said != Description() and len(files) > 1:
        message = (
            f"--source, --title, --author, --year and --url describe one document, and {len(files)} are named; add it by itself"
        )
        raise LibraryError(message)
    library.progress = _Progress()
    outcome = library.add(files, said, described)
    return Outcome(**{**vars(outcome), "failed": (*failed, *outcome.failed)})


def _files(paths: Sequence[str]) -> Tuple[List[Path], Dict[str, Source], List[str]]:
    """The documents among some paths, how a `sources.yml` beside them describes them, and a line for each path that is none."""
    files: Dict[Path, None] = {}
    described: Dict[str, Source] = {}
    failed: List[str] = []
    for path in map(Path, paths):
        try:
            found = find_documents([path])
        except UnreadableDocument as error:
            failed.append(str(error))
            continue
        files.update(dict.fromkeys(found.documents))
        if (path / "sources.yml").is_file():
            described.update({source.id: source for source in load_sources(path)})
        elif path.is_dir() and not found.documents:
            failed.append(f"{path}: holds no document that can be read (text, Markdown, HTML, PDF or DOCX)")
    return list(files), described, failed


class _Progress:
    """Shows how far a run is: a moving line on a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        self._told: Tuple[str, int] = ("", 0)

    def __call__(self, name: str, done: int, total: int) -> None:
        share = 100 * done // max(total, 1)
        if sys.stderr.isatty():
            end = "\n" if done >= total else ""
            print(f"\r{name}: {done} of {total} passages ({share} %)\033[K", end=end, file=sys.stderr, flush=True)
        elif name != self._told[0] or share >= self._told[1] + STEP or done >= total:
            print(f"{name}: {done} of {total} passages ({share} %)", file=sys.stderr, flush=True)
            self._told = (name, share)


# -- what is printed ---------------------------------------------------------------------------------------------


def _say(record: Mapping[str, Any], lines: Sequence[str], as_json: bool) -> int:
    print(json.dumps(record, indent=1, ensure_ascii=False) if as_json else "\n".join(lines))
    return 0


def _json(outcome: Outcome) -> Dict[str, Any]:
    kinds = ("added", "replaced", "unchanged", "removed")
    done = {kind: [entry.source.id for entry in getattr(outcome, kind)] for kind in kinds}
    return {**done, "failed": outcome.failed, "effect": asdict(outcome.effect) if outcome.effect else None}


def _listed(state: State) -> Dict[str, Any]:
    return {"library": [json.loads(entry.json()) for entry in state.entries], "state": state.number}


def _held(store: Store) -> List[str]:
    """The library, a line for each document."""
    state = store.state()
    if not state.entries:
        return ["the library is empty; add readings with: python -m tutor ingest PATH..."]
    return [
        f"{e.source.id}: {e.source.title} ({e.source.author}); {_number(e.passages, 'passage')}, from {e.name}"
        for e in state.entries
    ]


def _lines(outcome: Outcome, store: Store, state: State) -> List[str]:
    lines = [f"{kind}: {_described(e, store)}" for kind in ("added", "replaced") for e in getattr(outcome, kind)]
    lines += [f"unchanged: {e.source.id}" for e in outcome.unchanged] + [f"removed: {e.source.id}" for e in outcome.removed]
    if outcome.effect:
        lines += ["", "What this changes:", *(f"- {line}" for line in _effects(outcome.effect)), ""]
    passages = sum(e.passages for e in state.entries)
    lines.append(f"The library now holds {_number(len(state.entries), 'document')} with {_number(passages, 'passage')}.")
    return lines


def _described(entry: Entry, store: Store) -> str:
    return (
        f"{entry.source.id}: {_measured(store.document(entry.key))}; `python -m tutor report library {entry.source.id}` shows more"
    )


def _measured(document: Document) -> str:
    measured = quality(document)
    spots = f"{sum(measured.removed.values())} spots removed, {sum(measured.mended.values())} mended"
    return f"{_number(measured.passages, 'paragraph')}, {measured.known:.1%} of the words known, {spots}"


def _effects(effect: Effect) -> Iterator[str]:
    """What a change does to answers, a line for each kind."""
    yield from _claims("with an original paragraph to open now", effect.gained)
    yield from _claims("without an original paragraph to open from now on", effect.lost)
    yield from _claims("with another original paragraph than before", effect.moved)
    if effect.unsupported:
        yield from _claims("not found in the reading (python -m tutor check --against FOLDER says more)", effect.unsupported)
    if effect.questions:
        first = "; ".join(f"“{question}” finds {place}" for question, place in effect.questions[:SHOWN])
        yield f"{_number(len(effect.questions), 'question')} of the course now find another passage: {first}"
    if not any(asdict(effect).values()):
        yield "no answer of the course changes"


def _claims(what: str, ids: Sequence[str]) -> Iterator[str]:
    if ids:
        more = ", ..." if len(ids) > SHOWN else ""
        yield f"{_number(len(ids), 'claim')} {what}: {', '.join(ids[:SHOWN])}{more}"


def _number(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def report_library(document_id: Optional[str], as_json: bool) -> int:
    """Show how well each document was read; of one, every spot that was removed or mended."""
    store = ingester(load_settings()).store
    state = store.state()
    if document_id is None:
        rows = {e.source.id: asdict(quality(store.document(e.key))) for e in state.entries}
        lines = [f"{e.source.id}: {_measured(store.document(e.key))}" for e in state.entries] or _held(store)
        return _say(rows, lines, as_json)
    entry = state.entry(document_id)
    if entry is None:
        known = ", ".join(e.source.id for e in state.entries) or "none"
        raise LibraryError(f"the library has no document '{document_id}'; it has: {known}")
    document = store.document(entry.key)
    record = {**asdict(quality(document)), "mends": [asdict(m) for m in document.mends]}
    return _say({**record, "removals": [asdict(r) for r in document.removals]}, list(_spots(document)), as_json)


def _spots(document: Document) -> Iterator[str]:
    """What was removed, and what was mended, original and mended side by side."""
    yield f"{document.name}: {_measured(document)}"
    yield f"\nRemoved ({len(document.removals)}):"
    for removal in document.removals:
        yield f"- {removal.why}: {_short(removal.text)}"
    yield f"\nMended ({len(document.mends)}):"
    for mend in document.mends:
        yield f"- {mend.why}: {_short(mend.original)} -> {_short(mend.mended)}"


def _short(text: str, longest: int = 160) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= longest else f"{plain[: longest - 4]} ..."
