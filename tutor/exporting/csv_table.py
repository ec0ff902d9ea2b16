"""A table for spreadsheets: one item a row."""

from __future__ import annotations

import csv
import io
from typing import List, Sequence

from knowledge.models import Course
from tutor.exporting.wording import Wording, as_text, clean
from tutor.items import Item, ItemType

COLUMNS = ("id", "type", "concept", "stem", "options", "key", "feedback", "citations")
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t")  # a cell that begins with one is run by spreadsheets, not shown


def write(items: Sequence[Item], course: Course) -> bytes:
    """Write UTF-8 with a byte order mark, by which Excel knows it; several entries of a cell stand on lines of their own."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(COLUMNS)
    wording = Wording(course)
    table.writerows([inert(cell) for cell in _row(item, wording)] for item in items)
    return out.getvalue().encode("utf-8-sig")


def _row(item: Item, wording: Wording) -> List[str]:
    shown = {o.id: clean(o.text) for o in item.options}
    told = [as_text(remark) for remark in wording.reasons(item)]
    told += [f"“{shown[remark.option]}”: {as_text(remark)}" for remark in wording.others(item)]
    key = wording.key(item) if item.type is ItemType.short_answer else item.key
    return [
        clean(item.id),
        item.type.value,
        item.concept,
        clean(item.stem),
        "\n".join([*(f"{p.id}. {clean(p.text)}" for p in item.prompts), *(f"{id}) {text}" for id, text in shown.items())]),
        "\n".join(key),
        "\n".join(told),
        "\n".join(reference.text for reference in wording.references(item)),
    ]


def inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe in front makes it a text."""
    return f"'{cell}" if cell.lstrip(" \n").startswith(_FORMULA) else cell
