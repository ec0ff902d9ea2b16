"""What the records of a course are made of: a strict model, and texts of checked lengths."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Sized, Tuple, TypeVar

from pydantic import BaseModel, Extra, constr

# The first and last characters are alphanumeric, so that an id is safe in a URL and in a file name.
ID_PATTERN = r"^[a-z0-9](?:[a-z0-9.\-]*[a-z0-9])?$"
MAX_SENTENCES = 2
T = TypeVar("T", bound=Sized)
_SENTENCE_END = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"'”’)\]]))\s+(?=[A-Z\"'“‘(\[])")
_ABBREVIATION = re.compile(r"\b(?:[A-Z]|Dr|Mr|Mrs|Ms|St|vs|etc|e\.g|i\.e|ca|No|U\.S|U\.N)\.[\"'”’)\]]?$")


class Model(BaseModel):
    """A frozen record that refuses unknown fields."""

    class Config:
        """Every record refuses unknown fields and changes, and drops the spaces around a text."""

        extra = Extra.forbid
        frozen = True
        anystr_strip_whitespace = True
        keep_untouched = (cached_property,)


if TYPE_CHECKING:  # to mypy they are plain text; pydantic checks the rest
    Identifier = str
    PassageIdentifier = str
    Text = str
    Phrase = str
    Question = str
    Url = str
    Number = str
    Letter = str
else:
    Identifier = constr(regex=ID_PATTERN, max_length=80)
    PassageIdentifier = constr(regex=ID_PATTERN, max_length=80 + 1 + 80)  # a source's, a dot, a claim's
    Text = constr(min_length=1, max_length=600)
    Phrase = constr(min_length=1, max_length=120)
    Question = constr(min_length=1, max_length=300)  # as a student might put it
    Url = constr(regex=r"^https?://\S+$", max_length=300)
    Number = constr(regex=r"^\d+(\.\d+)?$")
    Letter = constr(regex=r"^[a-z]$")


def at_least(fewest: int, items: T, what: str) -> T:
    """Return the items; raise ValueError if there are too few of them."""
    if len(items) < fewest:
        raise ValueError(f"has {len(items)} of at least {fewest}; list {what}")
    return items


def sentences(text: str) -> Tuple[str, ...]:
    """Split a claim into sentences; abbreviations and initials do not end one."""
    parts: list[str] = []
    for piece in _SENTENCE_END.split(text):
        if parts and _ABBREVIATION.search(parts[-1]):
            parts[-1] += " " + piece
        else:
            parts.append(piece)
    return tuple(parts)
