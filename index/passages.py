"""Cut a paragraph into passages that an encoder reads whole."""

from __future__ import annotations

import re
from typing import List, Tuple

LONGEST = 900  # characters: about 200 tokens, and the packaged encoder reads 256
_END = re.compile(r"[.!?…][\"'”’)\]]*\s+(?=\S)")
_GAP = re.compile(r"\s+")


def sentence_spans(text: str) -> List[Tuple[int, int]]:
    """Where the sentences of a paragraph stand, as half-open ranges; abbreviations do not end one."""
    spans: List[Tuple[int, int]] = []
    begin = 0
    for match in _END.finditer(text):
        if _goes_on(text, begin, match):
            continue
        spans.append((begin, begin + len(text[begin : match.end()].rstrip())))
        begin = match.end()
    return [*spans, (begin, len(text.rstrip()))] if begin < len(text.rstrip()) else spans


_ABBREVIATION = re.compile(r"(?:\b[A-Z]|\b(?:Dr|Mr|Mrs|Ms|St|vs|etc|e\.g|i\.e|ca|cf|No|pp?|vol|ed|eds|al|U\.S|U\.N))\.$")


def _goes_on(text: str, begin: int, match: re.Match[str]) -> bool:
    """Whether a full stop is that of an abbreviation, or a small letter follows it."""
    following = text[match.end()]
    return following.islower() or bool(_ABBREVIATION.search(text[max(begin, match.start() - 8) : match.start() + 1]))


def windows(text: str, longest: int = LONGEST) -> List[Tuple[int, int]]:
    """Cut a text into half-open ranges of at most `longest` characters, at ends of sentences where there are any."""
    cut: List[Tuple[int, int]] = []
    for start, end in _pieces(text, longest):
        if cut and end - cut[-1][0] <= longest:
            cut[-1] = (cut[-1][0], end)
        else:
            cut.append((start, end))
    return cut


def _pieces(text: str, longest: int) -> List[Tuple[int, int]]:
    """The sentences, those that are too long cut between words."""
    pieces: List[Tuple[int, int]] = []
    for start, end in sentence_spans(text):
        begin = start
        while end - begin > longest:
            gaps = list(_GAP.finditer(text, begin + longest // 2, begin + longest))
            stop, after = (gaps[-1].start(), gaps[-1].end()) if gaps else (begin + longest, begin + longest)
            pieces.append((begin, stop))
            begin = after
        pieces.append((begin, end))
    return pieces
