"""What was asked in vain: a log of declined questions for the instructor, with nothing that tells who asked."""

from __future__ import annotations

import json
import logging
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Dict, Iterator, List, Sequence, Tuple

from tutor.reply import Decline, Reason, Reply

log = logging.getLogger(__name__)

LARGEST = 5 * 1024 * 1024  # bytes, from which the file is set aside and a new one begun; the one before is kept
LONGEST = 300  # characters of a question that are kept
KEPT = (Reason.not_covered, Reason.off_topic)
# What could tell who asked: addresses, handles, links and long numbers.
_PRIVATE = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|(?<!\w)@\w+|\+?\d[\d\s().-]{5,}\d")


@dataclass(frozen=True)
class Gap:
    """A question that was declined: how often, on which day last, and the nearest questions that were offered."""

    question: str
    reason: str
    times: int
    last: str
    nearest: Tuple[str, ...]


class Gaps:
    """The log of one course, a line of JSON for each declined question."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, text: str, reply: Reply, now: datetime) -> None:
        """Keep a declined question; `now` must know its time zone. What cannot be written is told in the log and forgotten."""
        if not isinstance(reply, Decline) or reply.reason not in KEPT or not text.strip():
            return
        day = now.astimezone(timezone.utc).date().isoformat()
        row = {"question": anonymous(text), "reason": reply.reason.value, "day": day, "nearest": reply.suggestions[:3]}
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if self._path.exists() and self._path.stat().st_size > LARGEST:
                self._path.replace(self._path.with_suffix(".old.jsonl"))
            with self._path.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(row, ensure_ascii=False) + "\n")
        except OSError as error:
            log.warning("a declined question could not be kept in %s: %s", self._path, error)

    def report(self) -> List[Gap]:
        """Every question that was declined, the most frequent first."""
        asked: Dict[str, List[Dict[str, object]]] = defaultdict(list)
        for row in self._rows():
            asked[_alike(str(row["question"]))].append(row)
        gaps = [_gap(rows) for rows in asked.values()]
        return sorted(gaps, key=lambda gap: (-gap.times, gap.question))

    def _rows(self) -> Iterator[Dict[str, object]]:
        for path in (self._path.with_suffix(".old.jsonl"), self._path):
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else ():
                try:
                    row = json.loads(line)
                except ValueError:  # a line that was cut off
                    continue
                if isinstance(row, dict) and {"question", "reason", "day", "nearest"} <= row.keys():
                    yield row


def anonymous(text: str, longest: int = LONGEST) -> str:
    """A text without addresses, handles, links and long numbers, shortened."""
    return " ".join(_PRIVATE.sub("…", text).split())[:longest]


def _alike(text: str) -> str:
    """What makes two questions the same: their words, signs and capitals aside."""
    return " ".join(re.findall(r"\w+", text.lower())) or text


def _gap(rows: Sequence[Dict[str, object]]) -> Gap:
    last = rows[-1]
    nearest = last["nearest"] if isinstance(last["nearest"], list) else []
    day = max(str(row["day"]) for row in rows)
    return Gap(str(last["question"]), str(last["reason"]), len(rows), day, tuple(map(str, nearest)))
