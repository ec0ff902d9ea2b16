"""What the bot remembers of each conversation: a few small events, written anew at every turn, so that any process can go on."""

from __future__ import annotations

from datetime import datetime
from typing import Collection, Optional, Protocol

import sqlalchemy as sa

from tutor import tables
from tutor.progress import utc
from tutor.tables import explained


class Remembered(Protocol):
    """Conversations as the bot remembers them, wherever that is."""

    def forget(self, names: Collection[str]) -> int:
        """Delete the conversations of these learners; give their number."""

    def drop_before(self, moment: datetime) -> int:
        """Delete every conversation that nothing was said in since; give their number."""

    def check(self) -> None:
        """Raise StorageError unless they can be reached."""

    def close(self) -> None:
        """Let go of them."""


class Dialogues:
    """One row for each conversation, in a database of learners' records or in one of their own.

    A power cut may take the last second of it, unlike an answer: losing what "it" meant is no loss of work, and waiting for
    the disk once more at every turn would be felt. Every method raises StorageError when the database fails.
    """

    def __init__(self, url: str) -> None:
        self._engine = tables.engine(url, durable=False)
        self._reading, self._writing = tables.reading(self._engine), tables.writing(self._engine)

    @classmethod
    def open(cls, url: str) -> Dialogues:
        """Open a database, made or brought up to date first; raise StorageError if that cannot be done."""
        opened = cls(url)
        tables.migrate(opened._engine)
        return opened

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def check(self) -> None:
        """Raise StorageError unless the database answers."""
        self.find("")

    def find(self, conversation: str) -> Optional[str]:
        """What was kept of a conversation."""
        query = sa.select(tables.dialogues.c.events).where(tables.dialogues.c.conversation == conversation)
        with explained(self._engine.url), self._reading.begin() as db:
            found: Optional[str] = db.execute(query).scalar()
        return found

    def keep(self, conversation: str, learner: str, events: str, now: datetime) -> None:
        """Keep a conversation in the place of what was kept of it; `learner` is who spoke last."""
        row = {"conversation": conversation, "learner": learner, "events": events, "at": utc(now)}
        with explained(self._engine.url), self._writing.begin() as db:
            tables.upsert(db, tables.dialogues, [row])

    def forget(self, names: Collection[str]) -> int:
        """Delete the conversations of these names, and those in which these learners spoke last; give their number."""
        table = tables.dialogues
        which = sa.or_(table.c.conversation.in_(list(names)), table.c.learner.in_(list(names)))
        with explained(self._engine.url), self._writing.begin() as db:
            return int(db.execute(table.delete().where(which)).rowcount)

    def drop_before(self, moment: datetime) -> int:
        """Delete every conversation that nothing was said in since; give their number."""
        with explained(self._engine.url), self._writing.begin() as db:
            return int(db.execute(tables.dialogues.delete().where(tables.dialogues.c.at < utc(moment))).rowcount)
