"""Where in a course's files a record stands, for fault messages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Dict, NamedTuple, Optional

from knowledge.loader import Fault

# `- id: x`, `id: "x"` and `{id: x, ...}`: ids are plain words, so that no YAML is needed to find them.
_ID = re.compile(r"""(?<![\w'"-])["']?id["']?:\s*["']?(?P<id>[a-z0-9][a-z0-9.\-]*)""")


class Spot(NamedTuple):
    """A file of the course, relative to its folder, and a line in it, counted from 1."""

    file: str
    line: Optional[int] = None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file

    def fault(self, key: str, remedy: str) -> Fault:
        """A fault at this spot."""
        return Fault(self.file, key, remedy, self.line)


class Whereabouts:
    """Finds the file and line of concepts and claims in a course that has been loaded."""

    def __init__(self, folder: Path) -> None:
        self._spots: Dict[str, Spot] = {}
        for path in sorted((folder / "concepts").glob("*.yml")):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                if not line.lstrip().startswith("#"):
                    for match in _ID.finditer(line):
                        self._spots.setdefault(match["id"], Spot(path.relative_to(folder).as_posix(), number))

    def of(self, record: str) -> Spot:
        """Where the concept or claim of this id stands."""
        return self._spots.get(record, Spot("concepts/"))
