"""Turn the bytes of a text into characters."""

from __future__ import annotations

import re
from typing import Optional

from charset_normalizer import from_bytes

from knowledge.ingest.document import UnreadableDocument

SAMPLE = 256 * 1024  # bytes that are looked at to guess an encoding
WESTERN = "cp1252"  # the likeliest by far of the encodings that cannot be told apart
CLEAN = 0.05  # the share of odd sequences up to which a guess is convincing

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x7f]")
_DECLARED = re.compile(
    rb"""<meta[^>]{1,200}?charset\s*=\s*["']?([\w-]{2,30})|<\?xml[^>]{1,100}?encoding=["']([\w-]{2,30})""", re.IGNORECASE
)


def decode(data: bytes, name: str, markup: bool = False) -> str:
    """Decode a text; raise UnreadableDocument if it is none or its encoding cannot be told."""
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    if not marked and (b"\x00" in data or is_binary(data[:SAMPLE])):
        raise UnreadableDocument(f"{name}: is no text but binary data; give the file the suffix of its kind, or save it as text")
    text = first_of(data, marked or "utf-8", *([declared(data)] if markup and not marked else []))
    if text is None and not marked:
        text = guessed(data)
    if text is None:
        raise UnreadableDocument(f"{name}: is not UTF-8, and its encoding cannot be told; save it as UTF-8")
    if len(_BINARY.findall(text[:SAMPLE])) > len(text[:SAMPLE]) // 200:
        raise UnreadableDocument(f"{name}: is no text but binary data; give the file the suffix of its kind, or save it as text")
    return text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")


def is_binary(sample: bytes) -> bool:
    """See whether bytes hold more control characters than a text does."""
    return len(_BINARY.findall(sample.decode("latin-1"))) > len(sample) // 100


def first_of(data: bytes, *encodings: Optional[str]) -> Optional[str]:
    """Decode with the first encoding that fits."""
    for encoding in encodings:
        text = attempt(data, encoding)
        if text is not None:
            return text
    return None


def attempt(data: bytes, encoding: Optional[str]) -> Optional[str]:
    """Decode with one encoding, if it is known and fits."""
    try:
        return data.decode(encoding) if encoding else None
    except (UnicodeDecodeError, LookupError):
        return None


def declared(data: bytes) -> Optional[str]:
    """Read the encoding that a page declares."""
    match = _DECLARED.search(data[:4096])
    return (match[1] or match[2]).decode("ascii") if match else None


def guessed(data: bytes) -> Optional[str]:
    """Guess an encoding, if the guess leaves no doubt."""
    matches = from_bytes(data[:SAMPLE])
    western = next((match for match in matches if WESTERN in match.could_be_from_charset and match.chaos <= 2 * CLEAN), None)
    best = western or matches.best()
    if best is None or (best.chaos > CLEAN and not western) or not has_letters(str(best)):
        return None
    return first_of(data, WESTERN if western else best.encoding)


def has_letters(text: str) -> bool:
    """See whether most of a text is letters, spaces and marks of sentences."""
    common = sum(char.isalpha() or char.isspace() or char in ".,;:'\"!?()-" or char.isdigit() for char in text)
    return common >= 0.95 * len(text)
