"""Answers that students reported: a log for the instructor, with nothing that tells who did."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

from tutor.gaps import LARGEST, anonymous

LONGEST_NOTE = 1000  # characters
LONGEST_ANSWER = 20_000


@dataclass(frozen=True)
class Reported:
    """A reply that was reported: when (UTC), what was asked, what was said and cited, from which version of the course."""

    at: str
    question: str
    kind: str
    answer: str
    citations: Tuple[str, ...]
    version: str
    note: str


def reported(question: str, reply: Dict[str, Any], note: str, now: datetime) -> Reported:
    """A reply (`text` and `custom`, as it was sent) as it goes to the instructor, without what could tell who asked."""
    custom = reply.get("custom") or {}
    return Reported(
        at=now.isoformat(timespec="seconds"),
        question=anonymous(question),
        kind=str(custom.get("kind") or ""),
        answer=str(reply.get("text") or "")[:LONGEST_ANSWER],
        citations=tuple(str(c.get("passage")) for c in custom.get("citations") or ()),
        version=str((custom.get("course") or {}).get("version") or ""),
        note=anonymous(note, LONGEST_NOTE),
    )


class Reports:
    """The log of one course, a line of JSON for each answer that was reported."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, one: Reported) -> None:
        """Keep a report; raise OSError if it cannot be written."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._path.exists() and self._path.stat().st_size > LARGEST:
            self._path.replace(self._path.with_suffix(".old.jsonl"))
        with self._path.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(asdict(one), ensure_ascii=True) + "\n")

    def all(self) -> List[Reported]:
        """Every report, the newest first; a line that was cut off is left out."""
        return list(self._read())[::-1]

    def _read(self) -> Iterator[Reported]:
        names = {field.name for field in fields(Reported)}
        for path in (self._path.with_suffix(".old.jsonl"), self._path):
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else ():
                try:
                    row = json.loads(line)
                except ValueError:
                    continue
                if isinstance(row, dict) and row.keys() == names:
                    yield Reported(**{**row, "citations": tuple(row["citations"])})
