"""An Anki deck: question and options on the front; key, reasons and citations on the back."""

from __future__ import annotations

import hashlib
import io
from typing import List, Sequence

import genanki

from knowledge.models import Course
from tutor.exporting.wording import Wording, as_html, clean, to_html
from tutor.exporting.zipping import unzipped, zipped
from tutor.items import Item, ItemType, Option

# Anki knows a note type by this number: with other fields it must get another one, or an import would mix the two.
MODEL = 1_607_392_319
FIELDS = ("Item", "Question", "Options", "Answer", "Why", "Other options")
MADE = 1_500_000_000.0  # seconds; a fixed time, so that the same items give the same bytes
_FRONT = '<div class="question">{{Question}}</div>{{#Options}}<div class="options">{{Options}}</div>{{/Options}}'
_BACK = (
    "{{FrontSide}}<hr id=answer>"
    '<div class="answer">{{Answer}}</div><div class="why">{{Why}}</div>'
    '{{#Other options}}<div class="why"><b>The others</b>{{Other options}}</div>{{/Other options}}'
    '<div class="item">{{Item}}</div>'
)
_STYLE = """.card { font-family: sans-serif; font-size: 20px; text-align: left; max-width: 40em; margin: 0 auto; }
.options, .why { margin-top: 0.8em; }
.answer { font-weight: bold; }
.why { font-size: 0.85em; }
.item { margin-top: 1em; font-size: 0.6em; opacity: 0.6; }
"""


def write(items: Sequence[Item], course: Course) -> bytes:
    """Write an `.apkg`; each item keeps its note, so that importing a newer deck keeps what was learned."""
    deck = genanki.Deck(deck_id(course), clean(course.title), to_html(f"Quiz items of the course “{course.title}”, with citations"))
    wording, model = Wording(course), _model()
    deck.add_model(model)  # also a deck without notes can be imported
    for item in items:
        deck.add_note(_note(item, model, course, wording))
    packed = io.BytesIO()
    genanki.Package(deck).write_to_file(packed, timestamp=MADE)
    return zipped(unzipped(packed.getvalue()))  # genanki's own archive tells the time


def deck_id(course: Course) -> int:
    """The number by which Anki knows the deck of a course."""
    digest = hashlib.sha256(f"deck of {course.id}".encode()).digest()
    return (1 << 30) + int.from_bytes(digest[:4], "big") % (1 << 30)


def note_id(item: Item, course: Course) -> str:
    """The text by which Anki recognises an item when a deck is imported again."""
    return str(genanki.guid_for(course.id, item.id))


def _model() -> genanki.Model:
    return genanki.Model(
        MODEL,
        "Quiz item with citations",
        fields=[{"name": name} for name in FIELDS],
        templates=[{"name": "Question", "qfmt": _FRONT, "afmt": _BACK}],
        css=_STYLE,
        sort_field_index=FIELDS.index("Question"),
    )


def _note(item: Item, model: genanki.Model, course: Course, wording: Wording) -> genanki.Note:
    texts = {option.id: to_html(option.text) for option in item.options}
    fields = [
        to_html(item.id),
        _question(item),
        "<br>".join(f"{option.id}) {texts[option.id]}" for option in _offered(item)),
        "<br>".join(_key(item, wording)),
        _list([as_html(remark) for remark in wording.reasons(item)]),
        _list([f"<i>{texts[remark.option]}</i>: {as_html(remark)}" for remark in wording.others(item)]),
    ]
    tags = [f"concept::{item.concept}", f"type::{item.type.value}"]
    return genanki.Note(model, [_inert(field) for field in fields], tags=tags, guid=note_id(item, course))


def _question(item: Item) -> str:
    return "<br>".join([to_html(item.stem), *(f"{p.id}. {to_html(p.text)}" for p in item.prompts)])


def _offered(item: Item) -> Sequence[Option]:
    """The options that the front lists; true and false go without saying."""
    return () if item.type is ItemType.true_false else item.options


def _key(item: Item, wording: Wording) -> List[str]:
    words = [to_html(answer) for answer in wording.key(item)]
    if item.type in (ItemType.true_false, ItemType.short_answer):
        return words
    ids = item.key if item.type is ItemType.match else [o.id for o in item.options if o.id in item.key]
    return [f"{option}) {answer}" for option, answer in zip(ids, words, strict=True)]


def _list(lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>" if lines else ""


def _inert(field: str) -> str:
    """A bracket may begin a sound or a formula for Anki, as in [sound:...] and [latex]."""
    return field.replace("[", "&#91;")
