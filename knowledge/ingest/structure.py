"""Which lines are headings, and which blocks are parts of one paragraph that a page break cut."""

from __future__ import annotations

import re
from typing import AbstractSet, List, Sequence

from knowledge.ingest.blocks import Draft, Kind

HEADING_WORDS = 14
HEADING_LENGTH = 200  # characters: a section may be headed by a whole sentence
PART_WORDS = 8  # a shorter line without a full stop is a heading or a label, not half a paragraph
TAIL = 400  # characters that are enough to see how a paragraph ends
OVERLAP = range(30, 2, -1)  # words that may stand on both sides of a page break

_SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_OPEN = re.compile(r"[^.!?:;”\"')\]»…]$|[\w)]\s*-$")
_RUN_TOGETHER = re.compile(r"[^\W\d_]{15}")


def find_headings(drafts: Sequence[Draft], original: str, hyphened: AbstractSet[str]) -> None:
    """Mark the lines of a plain text that head what follows."""
    texts = [draft.text(original).strip() for draft in drafts]
    for number, draft in enumerate(drafts):
        after = texts[number + 1] if number + 1 < len(drafts) else ""
        divided = is_divided(texts[number], after, hyphened)
        if draft.kind is Kind.text and not divided and is_heading(texts[number], after, draft, drafts[number + 1 : number + 2]):
            draft.kind = Kind.heading
    _thin_out(drafts)


def is_divided(text: str, after: str, hyphened: AbstractSet[str]) -> bool:
    """See whether a line ends within a compound that the document writes elsewhere."""
    last, first = re.search(r"[^\W\d_]+-$", text[-60:]), re.match(r"[^\W\d_]{1,60}", after)
    return bool(last and first and f"{last[0]}{first[0]}".lower() in hyphened)


def is_heading(text: str, after: str, draft: Draft, next_drafts: Sequence[Draft]) -> bool:
    """Judge a line by its form and by what follows it."""
    first = text.lstrip("\"“'‘(*")[:1]
    if not after or len(text) > HEADING_LENGTH or not (first.isupper() or first.isdigit()) or ("\n" in text and len(text) > 120):
        return False
    following = next_drafts[0]
    if text.endswith("?"):
        return (
            len(text.split()) <= 2 * HEADING_WORDS
            and not re.search(r"[.?!]\s", text)
            and following.kind is Kind.text
            and len(after) > 100
        )
    if text.rstrip("-–—").endswith(":"):
        return len(text.split()) <= 10 and "," not in text and following.kind is not Kind.item
    if text.endswith((".", ",", ";", "!", "—", "…")) or (not text[-1].isalnum() and text[-1] not in ")-–”\"'’" + _SUPERSCRIPT):
        return False
    if after[:1].islower() or re.search(r"[.!?]\s+[A-Z]", re.sub(r"\b(?:[A-Z]|vs|Dr|Mr|Mrs|St|No|\d+)\.", "", text)):
        return False
    if len(text.split()) <= HEADING_WORDS:
        return True
    return draft.apart and not following.apart and len(after) > 1.5 * len(text) and after.rstrip().endswith(".")


def _thin_out(drafts: Sequence[Draft]) -> None:
    """Take lines back that stand in a row of many: they are a list, or what stands before a text."""
    run: List[Draft] = []
    for draft in [*drafts, None]:
        if draft is not None and draft.kind is Kind.heading:
            run.append(draft)
            continue
        for early in run[:-2] if len(run) > 3 else []:
            if not early.marked:
                early.kind = Kind.text
        run = []


def stitch(drafts: Sequence[Draft], original: str, hyphened: AbstractSet[str]) -> List[Draft]:
    """Join the parts of paragraphs that pages, footnotes or columns cut."""
    joined: List[Draft] = []
    for draft in drafts:
        if joined and _belongs(joined[-1], draft, original, hyphened):
            _join(joined[-1], draft, original)
        else:
            joined.append(draft)
    return joined


def _belongs(part: Draft, rest: Draft, original: str, hyphened: AbstractSet[str]) -> bool:
    """See whether a paragraph goes on in the next block."""
    if rest.kind is not Kind.text or part.kind not in (Kind.text, Kind.item) or not part.spans or not rest.spans:
        return False
    if part.kind is Kind.item and not (rest.hole or part.page != rest.page):
        return False
    start, stop = rest.spans[0]
    text, next_text = _last(part, original), original[start : min(stop, start + 100)].lstrip()
    if not text or not next_text or not _OPEN.search(text):
        return False
    long = len(text.split()) >= PART_WORDS or bool(_RUN_TOGETHER.search(text))
    if next_text[0].islower():
        return long or (text.endswith(("-", ",", "—")) and not (rest.apart and len(text.split()) < 4))
    if text.endswith("-"):
        return long or is_divided(text, next_text, hyphened)
    return rest.hole and len(text.split()) >= HEADING_WORDS and part.kind is Kind.text and not rest.marked


def _last(part: Draft, original: str) -> str:
    """Give the last characters of what a paragraph has so far."""
    return "".join(original[max(start, end - TAIL) : end] for start, end in part.spans[-3:])[-TAIL:].rstrip()


def _join(part: Draft, rest: Draft, original: str) -> None:
    """Append a block to a paragraph; white space that stood between them stays between them."""
    start, end = part.spans[-1]
    if end < len(original) and original[end].isspace():
        part.spans[-1] = (start, end + 1)
    part.spans += _without_overlap(part, rest, original)
    part.edits += rest.edits


def _without_overlap(part: Draft, rest: Draft, original: str) -> List[tuple[int, int]]:
    """Leave out the words at the beginning that the paragraph already ends with."""
    (start, end), *more = rest.spans
    said = _last(part, original).split()
    words = list(re.finditer(r"\S+", original[start : min(end, start + TAIL)]))
    for count in OVERLAP:
        if len(words) > count and said[-count:] == [word[0] for word in words[:count]]:
            return [(start + words[count].start(), end), *more]
    return [(start, end), *more]
