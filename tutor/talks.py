"""Conversations as a learner saw them: what was said and replied, each message kept once; and answers that were shared."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Collection, Dict, List, Optional, Tuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from tutor import tables
from tutor.progress import utc
from tutor.tables import explained

MOST = 200  # turns that are given at once


@dataclass(frozen=True)
class Talk:
    """One turn: what the learner said, and the replies (JSON) as they were sent.

    `number` grows with every turn of every learner, and is never given again. `message_id` is the sender's own.
    """

    number: int
    message_id: str
    said: str
    at: datetime
    replies: List[Dict[str, Any]]


@dataclass(frozen=True)
class Shared:
    """An answer that somebody shared: the question and the reply (JSON), not who asked."""

    id: str
    question: str
    reply: Dict[str, Any]


class Talks:
    """The conversations of all learners, in the database of their records.

    Every method raises StorageError when the database fails, ValueError for a time that is not in UTC.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading, self._writing = tables.reading(engine), tables.writing(engine)

    def find(self, learner: str, message_id: str) -> Optional[Talk]:
        """The turn of a message, if it was answered before."""
        with explained(self._engine.url), self._reading.begin() as db:
            return _find(db, learner, tables.talks.c.message_id == message_id)

    def turn(self, learner: str, number: int) -> Optional[Talk]:
        """The learner's turn of this number; that of another learner is none."""
        with explained(self._engine.url), self._reading.begin() as db:
            return _find(db, learner, tables.talks.c.number == number)

    def keep(self, learner: str, message_id: str, said: str, replies: List[Dict[str, Any]], now: datetime) -> Talk:
        """Keep a turn, or give back the one that this message has already."""
        row = {"learner": learner, "message_id": message_id, "said": said, "replies": replies, "at": utc(now)}
        with explained(self._engine.url), self._writing.begin() as db:
            tables.alone(db, learner)  # numbers are given and seen in one order
            db.execute(tables.insert(db, tables.talks).values(row).on_conflict_do_nothing())
            kept = _find(db, learner, tables.talks.c.message_id == message_id)
        if kept is None:
            raise RuntimeError("a turn that was written cannot be read")
        return kept

    def history(
        self, learner: str, limit: int, before: Optional[int] = None, after: Optional[int] = None
    ) -> Tuple[List[Talk], bool]:
        """Turns in order, and whether there are more of them.

        They are the newest, or the newest before a number, or the oldest after one; numbers may be of turns that are gone.
        """
        table = tables.talks
        query = sa.select(table).where(table.c.learner == learner)
        query = query if before is None else query.where(table.c.number < before)
        query = query if after is None else query.where(table.c.number > after)
        order = table.c.number.desc() if after is None else table.c.number
        with explained(self._engine.url), self._reading.begin() as db:
            rows = [_to_talk(row) for row in db.execute(query.order_by(order).limit(limit + 1))]
        return sorted(rows[:limit], key=lambda talk: talk.number), len(rows) > limit

    def oldest(self, learner: str) -> Optional[int]:
        """The number of the learner's oldest turn that is kept."""
        table = tables.talks
        with explained(self._engine.url), self._reading.begin() as db:
            found: Optional[int] = db.execute(sa.select(sa.func.min(table.c.number)).where(table.c.learner == learner)).scalar()
        return found

    def forget(self, learners: Collection[str]) -> int:
        """Delete every turn of these learners; give their number."""
        with explained(self._engine.url), self._writing.begin() as db:
            return int(db.execute(tables.talks.delete().where(tables.talks.c.learner.in_(list(learners)))).rowcount)

    def drop_before(self, moment: datetime) -> int:
        """Delete every turn that is older; give their number."""
        with explained(self._engine.url), self._writing.begin() as db:
            gone = int(db.execute(tables.talks.delete().where(tables.talks.c.at < utc(moment))).rowcount)
        tables.empty_log(self._engine)
        return gone

    # -- shared answers ------------------------------------------------------------------------------------------

    def share(self, question: str, reply: Dict[str, Any]) -> Shared:
        """Keep an answer under a digest of what it says; sharing it twice is sharing it once."""
        text = json.dumps([question, reply], sort_keys=True)
        shared = Shared(hashlib.sha256(text.encode()).hexdigest()[:24], question, reply)
        row = {"id": shared.id, "question": question, "reply": reply}
        with explained(self._engine.url), self._writing.begin() as db:
            db.execute(tables.insert(db, tables.shared_answers).values(row).on_conflict_do_nothing())
        return shared

    def shared(self, answer_id: str) -> Optional[Shared]:
        """An answer that was shared."""
        table = tables.shared_answers
        with explained(self._engine.url), self._reading.begin() as db:
            row = db.execute(sa.select(table).where(table.c.id == answer_id)).first()
        return Shared(row.id, row.question, row.reply) if row else None


def _find(db: Connection, learner: str, which: Any) -> Optional[Talk]:
    row = db.execute(sa.select(tables.talks).where(tables.talks.c.learner == learner, which)).first()
    return _to_talk(row) if row else None


def _to_talk(row: Any) -> Talk:
    return Talk(row.number, row.message_id, row.said, row.at, row.replies)
