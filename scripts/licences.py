"""`python scripts/licences.py [--check]`: write docs/licences.md from what is installed; with --check only compare."""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import List, Tuple

ROOT = Path(__file__).resolve().parent.parent
LOCK, PAGE = ROOT / "requirements.lock", ROOT / "docs" / "licences.md"
HEAD = """# Licences of the pinned packages

What each package of `requirements.lock` says of its own licence, written by `python scripts/licences.py`. None is part of this
repository.

| package | version | licence |
|---|---|---|
"""
LONGEST = 80  # characters
NAMED = re.compile(
    r"(Apache License|MIT License|BSD 3-Clause|BSD License|GNU LESSER GENERAL PUBLIC LICENSE|Mozilla Public License)", re.I
)
BY_HAND = {"milvus-lite": "Apache-2.0"}  # whose metadata is silent; read in its repository


def main(words: List[str]) -> int:
    """Write the page, or 1 if it is not what would be written."""
    page = HEAD + "".join(f"| {name} | {version} | {licence} |\n" for name, version, licence in rows())
    if "--check" in words:
        return 0 if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page else 1
    PAGE.write_text(page, encoding="utf-8")
    return 0


def pinned() -> List[Tuple[str, str]]:
    """Each package of the lock with its version."""
    lines = (line.partition(";")[0].strip() for line in LOCK.read_text(encoding="utf-8").splitlines())
    found = (re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s#]+)", line) for line in lines)
    return [(match[1].lower(), match[2]) for match in found if match]


def rows() -> List[Tuple[str, str, str]]:
    """Name, version and licence of each pinned package, by name."""
    return sorted((name, version, licence_of(name)) for name, version in pinned())


def licence_of(name: str) -> str:
    """What a package says: its licence expression, else its classifiers, its licence field, the first line of its licence file."""
    try:
        package = distribution(name)
    except PackageNotFoundError:
        return "not installed here"
    meta = package.metadata
    classified = [c.rpartition(" :: ")[2] for c in meta.get_all("Classifier") or () if c.startswith("License ::")]
    precise = [c for c in classified if c != "OSI Approved"]
    field = (meta.get("License") or "").strip()
    said = meta.get("License-Expression") or ", ".join(precise) or (_short(field) if field != "UNKNOWN" else "")
    return BY_HAND.get(name) or said or _of_file(package) or "not said"


def _short(field: str) -> str:
    named = NAMED.search(field)
    line = field.splitlines()[0].strip() if field else ""
    return named[1].title() if named and len(field) > LONGEST else line[:LONGEST]


def _of_file(package: Distribution) -> str:
    for file in package.files or ():
        if re.match(r"(LICEN[CS]E|COPYING)", file.name, re.I):
            return _short(Path(str(file.locate())).read_text(encoding="utf-8", errors="replace").strip())
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
