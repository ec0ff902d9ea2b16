"""Ids that students may have met: what they have learned is kept by the id of a claim, so that an id must not get lost."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterator, List, Mapping, Tuple

from knowledge.loader import CourseError, Fault
from knowledge.models import Course
from tutor.whereabouts import Spot, Whereabouts

FILE = "published.txt"  # no .yml: the course's version does not depend on it
RETIRED = "retired"
PUBLISH = "python -m tutor check --publish"
_HEAD = f"""\
# The claims that students may have met: id and digest of the text. Written by `{PUBLISH}`.
# To drop a claim for good, write the word "{RETIRED}" at the end of its line.
"""
_LINE = re.compile(rf"(?P<id>\S+)\s+(?P<digest>[0-9a-f]{{12}})(?P<retired>\s+{RETIRED})?")


@dataclass(frozen=True)
class Entry:
    """A claim as it was published, and the line of the file on which it stands."""

    id: str
    digest: str
    retired: bool
    line: int


def digest(text: str) -> str:
    """Digest a claim's text, its letters' case and white space aside: twelve hexadecimal characters."""
    return hashlib.sha256(" ".join(text.casefold().split()).encode()).hexdigest()[:12]


def published(folder: Path) -> Tuple[Entry, ...]:
    """The claims that were published, in the order of the file; none without one. Raise CourseError if it is damaged."""
    path = folder / FILE
    if not path.exists():
        return ()
    entries: List[Entry] = []
    wrong: List[Fault] = []
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        match = _LINE.fullmatch(line.strip())
        if match:
            entries.append(Entry(match["id"], match["digest"], bool(match["retired"]), number))
        elif line.strip() and not line.startswith("#"):
            remedy = f"is not `id digest` or `id digest {RETIRED}`; take the line back from an earlier copy of the file"
            wrong.append(Fault(FILE, f"'{line.strip()[:60]}'", remedy, number))
    if wrong:
        raise CourseError(wrong)
    return tuple(entries)


def publish(course: Course, folder: Path) -> int:
    """Write down every claim as it is now and keep what is gone or retired; return how many claims are new."""
    before = {entry.id: entry for entry in published(folder)}
    now = {claim.id: digest(claim.text) for claim in course.claim.values()}
    rows = {entry.id: f"{entry.id} {entry.digest}{' ' + RETIRED if entry.retired else ''}" for entry in before.values()}
    rows.update({claim: f"{claim} {text}" for claim, text in now.items()})
    scratch = folder / f".{FILE}.new"
    scratch.write_text(_HEAD + "".join(f"{rows[claim]}\n" for claim in sorted(rows)), encoding="utf-8")
    scratch.replace(folder / FILE)
    return len(now.keys() - before.keys())


def changed_ids(course: Course, folder: Path, where: Whereabouts) -> Iterator[Fault]:
    """Find ids that were published and are gone, taken for another claim, or used again after they were retired."""
    try:
        entries = published(folder)
    except CourseError as error:
        yield from error.faults
        return
    movers = _movers(course, entries)
    for entry in entries:
        claim = course.claim.get(entry.id)
        mover = movers.get(entry.digest)
        if claim is None and not entry.retired:
            yield where.of(mover).fault(f"claim '{mover}'", _renamed(entry.id, mover)) if mover else _gone(entry)
        elif claim is not None and digest(claim.text) != entry.digest:
            if entry.retired:
                yield where.of(entry.id).fault(f"claim '{entry.id}'", "has an id that was retired; give a new claim a new id")
            elif mover:
                yield where.of(mover).fault(f"claim '{mover}'", _swapped(entry.id, mover))


def unpublished(course: Course, folder: Path) -> Iterator[Fault]:
    """Hint at claims that are not published yet."""
    if not (folder / FILE).exists():
        remedy = "is missing; before students begin, run this check with --publish, so that a changed id is noticed from then on"
        yield Fault(FILE, "", remedy)
        return
    try:
        missing = course.claim.keys() - {entry.id for entry in published(folder)}
    except CourseError:  # a fault already
        return
    if missing:
        claims = "1 claim is" if len(missing) == 1 else f"{len(missing)} claims are"
        yield Fault(FILE, "", f"{claims} not in it yet; run this check with --publish when students get to see them")


def _movers(course: Course, entries: Tuple[Entry, ...]) -> Mapping[str, str]:
    """The claims that bear a text which was not published under their id, by digest of the text."""
    before = {entry.id: entry.digest for entry in entries}
    moved: Dict[str, str] = {}
    for claim in course.claim.values():
        text = digest(claim.text)
        if before.get(claim.id) != text:
            moved.setdefault(text, claim.id)
    return moved


def _renamed(old: str, new: str) -> str:
    return f"was published as '{old}'; call it '{old}' again: students' progress is kept by the id"


def _swapped(old: str, new: str) -> str:
    return f"has the text that was published as '{old}', and '{old}' has another; give each text its id back: {_WHY}"


_WHY = "students' progress is kept by the id"


def _gone(entry: Entry) -> Fault:
    remedy = (
        f"was published and is gone; give the claim its id back ({_WHY}), "
        f"or write the word '{RETIRED}' at the end of this line if the course no longer makes it"
    )
    return Spot(FILE, entry.line).fault(f"claim '{entry.id}'", remedy)
