"""Items on their way to where students and teachers are: Anki, Moodle, Canvas, a table."""

from __future__ import annotations

import re
from enum import Enum
from importlib import import_module
from typing import Mapping, NamedTuple, Sequence, Union

from knowledge.models import Course
from tutor.items import Item


class Format(str, Enum):
    """What items can be written as."""

    anki = "anki"  # a deck of cards
    gift = "gift"  # Moodle's text format
    qti = "qti"  # QTI 1.2, as Canvas imports it
    csv = "csv"  # a table, one item a row


class FileKind(NamedTuple):
    """How files of a format are called and announced over HTTP."""

    suffix: str
    media_type: str


KINDS: Mapping[Format, FileKind] = {
    Format.anki: FileKind(".apkg", "application/apkg"),
    Format.gift: FileKind(".gift.txt", "text/plain; charset=utf-8"),
    Format.qti: FileKind(".qti.zip", "application/zip"),
    Format.csv: FileKind(".csv", "text/csv; charset=utf-8"),
}
_MODULES = {Format.anki: "anki", Format.gift: "gift", Format.qti: "qti", Format.csv: "csv_table"}


def export(format: Union[Format, str], items: Sequence[Item], course: Course) -> bytes:
    """Write items as a file of this format; the same input gives the same bytes. Raise ValueError for another format."""
    module = import_module(f"tutor.exporting.{_MODULES[Format(format)]}")  # loaded when needed, so that the tutor starts fast
    written: bytes = module.write(items, course)
    return written


def file_name(format: Union[Format, str], course: Course) -> str:
    """What to call the file: "bread-quiz.apkg"."""
    return f"{re.sub(r'[^a-z0-9.-]', '-', course.id)}-quiz{KINDS[Format(format)].suffix}"
