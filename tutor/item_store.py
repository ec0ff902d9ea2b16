"""The items of a course, made once and kept beside its index."""

from __future__ import annotations

import hashlib
import json
import logging
import tempfile
from pathlib import Path
from typing import Callable, Sequence, Tuple

from pydantic import ValidationError

from knowledge.models import Course
from tutor.items import Item

log = logging.getLogger(__name__)

_MAKERS = "item*.py"  # the files that decide which items there are


def stored_items(file: Path, course: Course, encoder: str, make: Callable[[], Sequence[Item]]) -> Tuple[Item, ...]:
    """The items from a file, if they were made of this course in this way with this encoder; else made anew and kept."""
    made_with = f"{course.version}.{encoder}.{_rules()}"
    kept = _read(file, made_with)
    if kept is not None:
        return kept
    log.info("making the quiz questions of the course '%s' ...", course.title)
    items = tuple(make())
    _write(file, made_with, items)
    return items


def _rules() -> str:
    """Digest of the code that makes items."""
    sources = sorted(Path(__file__).parent.glob(_MAKERS))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]


def _read(file: Path, made_with: str) -> Tuple[Item, ...] | None:
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        return tuple(Item(**row) for row in kept["items"]) if kept["made_with"] == made_with else None
    except (OSError, ValueError, KeyError, TypeError, ValidationError):
        return None  # missing, or of another version: it is made again


def _write(file: Path, made_with: str, items: Sequence[Item]) -> None:
    """Write beside the place and move in whole; a file that cannot be written only costs time at the next start."""
    text = json.dumps(
        {"made_with": made_with, "items": [json.loads(i.json(exclude_defaults=True)) for i in items]}, ensure_ascii=False
    )
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, suffix=".part", delete=False) as part:
            part.write(text)
        Path(part.name).replace(file)
    except OSError as error:
        log.warning("the quiz questions cannot be kept in %s: %s", file, error)
