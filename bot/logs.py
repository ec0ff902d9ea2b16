"""The log: lines of JSON, one for each message, with a digest in the place of the learner and never what was said."""

from __future__ import annotations

import asyncio
import logging
import os
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Awaitable, Callable, Optional

import structlog
from rasa.core.channels.channel import UserMessage

from bot.metrics import Metrics

messages = logging.getLogger("tutor.messages")
Handler = Callable[[UserMessage], Awaitable[Any]]


@dataclass
class Note:
    """What the log tells of a message: never its text, nor whose it is."""

    channel: str
    learner: Optional[str] = None
    kind: Optional[str] = None
    reason: Optional[str] = None
    error: Optional[str] = None
    begun: float = field(default_factory=lambda: asyncio.get_running_loop().time())

    @property
    def seconds(self) -> float:
        """How long it took so far."""
        return asyncio.get_running_loop().time() - self.begun

    def write(self, status: Optional[int] = None) -> None:
        """Write the line."""
        told = {"channel": self.channel, "learner": self.learner, "kind": self.kind, "reason": self.reason, "error": self.error}
        told = {**told, "status": status, "ms": round(self.seconds * 1000, 1)}
        messages.info("message", extra={name: value for name, value in told.items() if value is not None})


current: ContextVar[Optional[Note]] = ContextVar("note", default=None)  # of the request that is being answered


def configure(level: str) -> None:
    """Send everything that is logged to the standard error, as JSON; call it once Rasa is imported, which has its own ideas."""
    shared = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.format_exc_info,
        _worker,
    ]
    last = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer(sort_keys=True)]
    handler = logging.StreamHandler()
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=last, foreign_pre_chain=shared))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    messages.setLevel(level.upper())


def _worker(_: Any, __: str, event: Any) -> Any:
    """Which process speaks."""
    event["worker"] = os.getpid()
    return event


def watched(handle: Handler, metrics: Metrics, digest: Callable[[str], str]) -> Handler:
    """A handler of messages that counts and notes them; `digest` stands for a learner in the log."""

    async def watch(message: UserMessage) -> Any:
        asked = current.get()
        note = asked or Note(str(message.input_channel))
        note.learner = digest(str((message.metadata or {}).get("learner") or message.sender_id))
        try:
            with metrics.in_flight():
                result = await handle(message)
        except Exception as fault:
            note.error = type(fault).__name__
            metrics.errors.labels(note.error).inc()
            raise
        finally:
            _outcome(note, message)
            if asked is None:
                note.write()
        metrics.answered(note.channel, note.kind or "none", note.reason, note.seconds)
        return result

    return watch


def _outcome(note: Note, message: UserMessage) -> None:
    """Take kind and reason from what was sent."""
    sent = getattr(message.output_channel, "messages", None)
    custom = (sent[-1].get("custom") or {}) if sent else {}
    note.kind, note.reason = custom.get("kind"), custom.get("reason")
