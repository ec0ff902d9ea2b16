"""The development messages: what a student types, and what a good reply to it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import FrozenSet, List, Optional, Tuple

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
MESSAGES = ROOT / "tests" / "data" / "messages.yml"
GROUPS = (
    "definitions",
    "aspects",
    "comparisons",
    "follow-ups",
    "not covered",
    "off topic",
    "unsafe",
    "unclear",
    "small talk",
)


@dataclass(frozen=True)
class Message:
    """One message with its expectations; `or_kind` is a second kind of reply that is as good."""

    id: str
    text: str
    kind: str
    context: Tuple[str, ...] = ()
    or_kind: Optional[str] = None
    reason: Optional[str] = None
    concepts: Tuple[str, ...] = ()
    aspects: Tuple[str, ...] = ()
    mention: Tuple[str, ...] = ()
    forbid: Tuple[str, ...] = ()
    sources: Tuple[str, ...] = ()

    @property
    def kinds(self) -> FrozenSet[str]:
        """The kinds of reply that are right."""
        return frozenset(filter(None, (self.kind, self.or_kind)))

    @property
    def must_answer(self) -> bool:
        """Whether declining it is wrong."""
        return self.kind == "answer" and "decline" not in self.kinds

    @property
    def must_decline(self) -> bool:
        """Whether answering it is wrong."""
        return self.kind == "decline" and "answer" not in self.kinds

    @property
    def group(self) -> str:
        """The kind of message, one of GROUPS."""
        if self.kind == "decline":
            return str(self.reason).replace("_", " ")
        if self.kind in ("clarify", "chat"):
            return {"clarify": "unclear", "chat": "small talk"}[self.kind]
        if self.context:
            return "follow-ups"
        if "compare" in self.aspects:
            return "comparisons"
        return "definitions" if "definition" in self.aspects else "aspects"


def load(path: Path = MESSAGES) -> List[Message]:
    """Read the messages."""
    rows = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return [Message(**{key: tuple(v) if isinstance(v, list) else v for key, v in row.items()}) for row in rows]
