"""`python -m tutor quiz export`: quiz items as a file for Anki, Moodle, Canvas or a spreadsheet."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any, Optional

from knowledge.loader import find_course, load_course
from tutor.exporting import Format, export
from tutor.exporting.choosing import CannotExport, choose
from tutor.items import ItemType
from tutor.settings import load_settings
from tutor.tutor import quiz_items, ready_encoder

_FOR = {Format.anki: "Anki", Format.gift: "Moodle", Format.qti: "Canvas", Format.csv: "spreadsheets"}


def add_export(commands: Any) -> None:
    """Add `export` to the subcommands of `quiz`."""
    command = commands.add_parser("export", help=export_quiz.__doc__, description=export_quiz.__doc__)
    formats = ", ".join(f"{format.value} for {whom}" for format, whom in _FOR.items())
    command.add_argument("--format", required=True, choices=[f.value for f in Format], help=formats)
    command.add_argument("--out", required=True, type=Path, metavar="FILE", help="the file to write; one of this name is replaced")
    command.add_argument("--concept", metavar="C", help="only items on this concept, by its id or its name")
    command.add_argument("--type", metavar="T", choices=[t.value for t in ItemType], help=", ".join(t.value for t in ItemType))
    command.add_argument("--number", type=_positive, metavar="N", help="only so many: pinned ones first, the others from all parts")
    command.set_defaults(run=export_quiz)


def export_quiz(args: argparse.Namespace) -> int:
    """Write the quiz items of the course, with their citations, as a file for Anki, Moodle, Canvas or a spreadsheet."""
    settings = load_settings()
    course = load_course(find_course(settings.course))
    items = quiz_items(course, ready_encoder(settings), settings)
    try:
        chosen = choose(items, course, args.concept, args.type, args.number)
        _write(args.out, export(args.format, chosen, course))
    except CannotExport as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{args.out}: {len(chosen)} {'item' if len(chosen) == 1 else 'items'} for {_FOR[Format(args.format)]}")
    return 0


def _write(file: Path, data: bytes) -> None:
    """Write beside the place and move in whole, so that a file is never half there."""
    part: Optional[Path] = None
    try:
        with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as out:
            part = Path(out.name)
            out.write(data)
        part.chmod(0o644)  # a temporary file is its owner's alone
        part.replace(file)
    except OSError as error:
        if part:
            part.unlink(missing_ok=True)
        raise CannotExport(f"{file} cannot be written: {error.strerror}") from error


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number
