"""Lay out a new course: a small one that works, with a note at every key."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from knowledge.fields import ID_PATTERN
from knowledge.loader import CourseError, Fault

TEMPLATE = Path(__file__).resolve().parent.parent / "knowledge" / "template"
LONGEST_NAME = 80  # characters, as for every id
_PLACEHOLDER = "id: my-course\n"


def new_course(name: str, parent: Path) -> Path:
    """Write a commented course into a new folder of this name and return the folder; raise CourseError if it cannot be."""
    folder = parent / name
    fault = _obstacle(name, parent, folder)
    if fault:
        raise CourseError([Fault(str(folder if fault.startswith("exists") else parent), "", fault)])
    try:
        with tempfile.TemporaryDirectory(dir=parent, prefix=".new-course-") as scratch:
            made = Path(scratch) / name
            shutil.copytree(TEMPLATE, made)
            head = made / "course.yml"
            head.write_text(head.read_text(encoding="utf-8").replace(_PLACEHOLDER, f"id: {name}\n"), encoding="utf-8")
            made.rename(folder)
    except OSError as error:
        reason = f"nothing can be written here ({error.strerror}); choose another folder or ask for the right to write"
        raise CourseError([Fault(str(parent), "", reason)]) from error
    return folder


def _obstacle(name: str, parent: Path, folder: Path) -> str:
    """Why a course of this name cannot be laid out here; empty if it can."""
    if not re.fullmatch(ID_PATTERN, name) or len(name) > LONGEST_NAME:
        return (
            f"'{name}' is no name for a course; take up to {LONGEST_NAME} lower-case letters, digits, '.' and '-', "
            "a letter or digit first and last, such as 'green-tea-2'"
        )
    if not parent.exists():
        return "there is no such folder; create it or name another"
    if not parent.is_dir():
        return "is a file; name a folder"
    return "exists already; choose another name or move it away" if folder.exists() else ""
