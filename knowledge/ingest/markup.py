"""Find the signs of Markdown in a line of text: emphasis, links, quotes, tags."""

from __future__ import annotations

import re
from typing import Iterable, Iterator, List

from knowledge.ingest.blocks import Edit

_SIGNS = re.compile(r"[*_`\[<>\\]")
_STRONG = re.compile(
    r"(\*\*)(?=\S)([^*\n]{1,500}(?:\n[^*\n]{1,500}){0,3})(?<=\S)\1|(?<!\w)(__)(?=\S)([^_\n]{1,500})(?<=\S)\3(?!\w)"
)
_EMPHASIS = re.compile(
    r"(?<![\w*])(\*)(?=[^\s*])([^*\n]{1,500}(?:\n[^*\n]{1,500}){0,3})(?<=[^\s*])\1(?![\w*])|(?<!\w)(_)(?=[^\s_])([^_\n]{1,500})(?<=[^\s_])\3(?!\w)"
)
_IMAGE = re.compile(r"!\[[^\]\n]{0,500}\]\([^()\s]{0,2000}(?:\([^()\s]{0,500}\))?[^()\n]{0,300}\)")
_LINK = re.compile(r"(?<!!)(\[)([^\[\]\n]{1,500})(\]\([^()\s]{0,2000}(?:\([^()\s]{0,500}\))?[^()\n]{0,300}\))")
_CODE = re.compile(r"(?<!`)(`{1,3})([^`\n]{1,500})\1(?!`)")
_AUTOLINK = re.compile(r"(<)((?:https?://|mailto:)[^<>\s]{1,2000})(>)")
_TAG = re.compile(
    r"</?(?:b|i|u|em|strong|br|sup|sub|span|p|div|a|small|mark|kbd|abbr)(?:\s[^<>\n]{0,500})?/?>|<!--[^\n]{0,2000}?-->",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"^[ ]{0,3}(?:>[ ]?)+", re.MULTILINE)
_ESCAPE = re.compile(r"\\(?=[\\`*_{}\[\]()#+\-.!|<>])")
_WHY = "markup"


def inline_edits(text: str, start: int, end: int, markdown: bool) -> List[Edit]:
    """Find what to take out of a stretch so that it reads as plain text; in plain text only what is clearly Markdown."""
    body = text[start:end]
    if not _SIGNS.search(body):
        return []
    edits: List[Edit] = []
    taken = [False] * (len(body) + 1)
    for edit in _found(body, markdown):
        if not any(taken[edit.start : edit.end]):
            taken[edit.start : edit.end] = [True] * (edit.end - edit.start)
            edits.append(Edit(edit.start + start, edit.end + start, edit.new, edit.why))
    return sorted(edits)


def _found(body: str, markdown: bool) -> Iterator[Edit]:
    if markdown and "`" in body:
        yield from (edit for match in _CODE.finditer(body) for edit in _around(match))
        body = _CODE.sub(lambda match: "x" * len(match[0]), body)  # nothing inside code is a sign
    if markdown:
        for pattern in (_TAG, _QUOTE, _ESCAPE):
            yield from (Edit(*match.span(), " " if match[0][:3].lower() == "<br" else "", _WHY) for match in pattern.finditer(body))
    yield from (Edit(*match.span(), "", _WHY) for match in _IMAGE.finditer(body))
    for pattern in (_LINK, _AUTOLINK, _STRONG, _EMPHASIS):
        yield from (edit for match in pattern.finditer(body) for edit in _around(match))


def _around(match: re.Match[str]) -> Iterator[Edit]:
    inner = 2 if match[2] is not None else 4
    yield Edit(match.start(), match.start(inner), "", _WHY)
    yield Edit(match.end(inner), match.end(), "", _WHY)


def plain(text: str, start: int, end: int, edits: Iterable[Edit]) -> str:
    """Give a stretch with its edits made and its white space single."""
    parts, at = [], start
    for edit in edits:
        parts += [text[at : edit.start], edit.new]
        at = edit.end
    return " ".join("".join([*parts, text[at:end]]).split())
