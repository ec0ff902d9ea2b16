"""Learners' records: sessions, the questions put, answers, reviews, cards and mastery. Safe to call from any thread."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any, Callable, Collection, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, Type, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tutor import tables
from tutor.progress import Card, Grade, Mastery, State, utc
from tutor.records import Review, Reviewed, Session, Status, Totals, Turn
from tutor.tables import StorageError, explained

__all__ = ["Gone", "Review", "Reviewed", "Session", "Status", "Storage", "StorageError", "Totals", "Turn"]

MOST_HINTS = 3
RECENT = 1000  # turns of a learner that choosing the next question looks back on
Opened = TypeVar("Opened", bound="Storage")


class Gone(LookupError):
    """The session or its question is not there; its learner may have been forgotten meanwhile."""


# The cards and the mastery before an answer, by claim and by concept -> the reviews and the mastery after it.
Judge = Callable[[Mapping[str, Card], Mapping[str, Mastery]], Tuple[Sequence[Reviewed], Sequence[Mastery]]]


class Storage:
    """The learners' records of one course in one database.

    Every method raises StorageError when the database fails, ValueError for a time that is not in UTC.
    """

    def __init__(self, url: str) -> None:
        self.engine = tables.engine(url)
        self._reading, self._writing = tables.reading(self.engine), tables.writing(self.engine)

    @classmethod
    def open(cls: Type[Opened], url: str) -> Opened:
        """Open a database, made or brought up to date first; raise StorageError if that cannot be done."""
        storage = cls(url)
        tables.migrate(storage.engine)
        return storage

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()

    def check(self) -> None:
        """Raise StorageError unless the database answers."""
        with self._read() as db:
            db.execute(sa.select(tables.sessions.c.id).limit(1))

    # -- sessions ------------------------------------------------------------------------------------------------

    def begin(self, learner: str, plan: Dict[str, Any], now: datetime) -> Session:
        """Begin a session; those before it stay as they are."""
        row = {"learner": learner, "plan": plan, "status": Status.active.value, "started": utc(now)}
        with self._write() as db:
            (number,) = db.execute(tables.sessions.insert().values(row)).inserted_primary_key
            return _session(db, number)

    def current(self, learner: str) -> Optional[Session]:
        """The learner's newest session that is active or paused."""
        return self._newest(learner, tables.sessions.c.status != Status.done.value)

    def last(self, learner: str) -> Optional[Session]:
        """The learner's newest session."""
        return self._newest(learner, sa.true())

    def set_status(self, session_id: int, status: Status) -> None:
        """Pause, resume or end a session; raise Gone if it is not there."""
        session = tables.sessions
        with self._write() as db:
            if not db.execute(session.update().where(session.c.id == session_id).values(status=status.value)).rowcount:
                raise Gone(f"there is no session {session_id}")

    def _newest(self, learner: str, which: Any) -> Optional[Session]:
        table = tables.sessions
        query = sa.select(table).where(table.c.learner == learner, which).order_by(table.c.id.desc()).limit(1)
        with self._read() as db:
            row = db.execute(query).first()
        return _to_session(row) if row else None

    # -- turns ---------------------------------------------------------------------------------------------------

    def put(self, session_id: int, number: int, item: Dict[str, Any], now: datetime) -> Turn:
        """Put a question, or give back the one that stands under this number already; raise Gone for an unknown session."""
        row = {"session": session_id, "number": number, "item_id": item["id"], "item": item, "put_at": utc(now), "hints": 0}
        with self._write() as db:
            _own(db, session_id)
            db.execute(tables.insert(db, tables.turns).values(row).on_conflict_do_nothing())
            return _turn(db, session_id, number)

    def turns(self, session_id: int) -> List[Turn]:
        """The questions put in a session, in order."""
        table = tables.turns
        with self._read() as db:
            return _to_turns(db.execute(sa.select(table).where(table.c.session == session_id).order_by(table.c.number)))

    def hint(self, session_id: int, number: int) -> int:
        """Count one more hint, at most three and none after the answer; give the count. Raise Gone for an unknown question."""
        table = tables.turns
        more = _open(session_id, number) & (table.c.hints < MOST_HINTS)
        with self._write() as db:
            db.execute(table.update().where(more).values(hints=table.c.hints + 1))
            return _turn(db, session_id, number).hints

    def answer(
        self,
        session_id: int,
        number: int,
        text: str,
        result: Dict[str, Any],
        claims: Collection[str],
        concepts: Collection[str],
        review: Judge,
        now: datetime,
    ) -> bool:
        """Keep an answer and what follows from it, all or nothing; False, with nothing written, if there was one already.

        `result` is JSON and tells whether it is `correct`. `review` is given the learner's cards of these claims and mastery of
        these concepts, as they stand in the same transaction: it must be quick and not use the storage. Raises Gone for an
        unknown question.
        """
        given = {"answer": text, "result": result, "correct": bool(result["correct"]), "answered_at": utc(now)}
        with self._write() as db:
            learner = _own(db, session_id).learner
            if not db.execute(tables.turns.update().where(_open(session_id, number)).values(given)).rowcount:
                _turn(db, session_id, number)
                return False
            reviewed, mastery = review(_cards(db, learner, claims), _mastery(db, learner, concepts))
            turn = {"learner": learner, "session": session_id, "number": number, "at": now}
            for one in reviewed:
                db.execute(tables.reviews.insert().values({**turn, **_review_row(one)}))
            tables.upsert(db, tables.cards, [{"learner": learner, **_card_row(one.card)} for one in reviewed])
            tables.upsert(db, tables.mastery, [{"learner": learner, **asdict(one)} for one in mastery])
            return True

    # -- what is known -------------------------------------------------------------------------------------------

    def cards(self, learner: str, claims: Optional[Collection[str]] = None) -> Dict[str, Card]:
        """The learner's cards by claim: of these claims, or all."""
        with self._read() as db:
            return _cards(db, learner, claims)

    def due(self, learner: str, now: datetime, limit: int) -> List[Card]:
        """The learner's cards that are due, the longest overdue first."""
        table = tables.cards
        query = sa.select(table).where(table.c.learner == learner, table.c.due <= utc(now))
        with self._read() as db:
            return [_to_card(row) for row in db.execute(query.order_by(table.c.due, table.c.claim).limit(limit))]

    def mastery(self, learner: str) -> Dict[str, Mastery]:
        """How well the learner knows each concept that was asked about."""
        with self._read() as db:
            return _mastery(db, learner, None)

    def history(self, learner: str, limit: int) -> List[Turn]:
        """The learner's answered questions, the newest first."""
        answered = _asked(learner).where(tables.turns.c.answered_at.is_not(None))
        with self._read() as db:
            return _to_turns(db.execute(answered.order_by(*_latest(tables.turns)).limit(limit)))

    def missed(self, learner: str, limit: int) -> List[Turn]:
        """The questions, one turn an item, whose last answer was not wholly right, the newest first; of the last RECENT turns."""
        which = _missed(learner, limit).subquery()
        whole = (tables.turns.c.session == which.c.session) & (tables.turns.c.number == which.c.number)
        found = sa.select(tables.turns).select_from(which.join(tables.turns, whole))
        with self._read() as db:
            return _to_turns(db.execute(found.order_by(*_latest(tables.turns))))

    def missed_items(self, learner: str, limit: int) -> List[str]:
        """The ids of the items of `missed`."""
        with self._read() as db:
            return [row.item_id for row in db.execute(_missed(learner, limit))]

    def due_claims(self, learner: str, now: datetime, limit: int) -> List[str]:
        """The claims of the learner's cards that are due, the longest overdue first."""
        card = tables.cards.c
        query = sa.select(card.claim).where(card.learner == learner, card.due <= utc(now))
        with self._read() as db:
            return list(db.execute(query.order_by(card.due, card.claim).limit(limit)).scalars())

    def claims(self, learner: str) -> List[str]:
        """The claims that the learner has a card of."""
        query = sa.select(tables.cards.c.claim).where(tables.cards.c.learner == learner)
        with self._read() as db:
            return list(db.execute(query).scalars())

    def seen(self, learner: str) -> Dict[str, int]:
        """How often each item was put to the learner, by its id; of the last RECENT turns."""
        last = _recent(learner).subquery()
        with self._read() as db:
            return {row[0]: row[1] for row in db.execute(sa.select(last.c.item_id, sa.func.count()).group_by(last.c.item_id))}

    def reviews(self, learner: str) -> List[Review]:
        """Every review of the learner, the oldest first."""
        with self._read() as db:
            return _reviews(db, learner)

    def totals(self, learner: str) -> Totals:
        """Count what the learner has done."""
        asked = _asked(learner).subquery()
        right = sa.func.count(sa.case((asked.c.correct.is_(True), 1)))
        counts = sa.select(sa.func.count(), sa.func.count(asked.c.answered_at), right).select_from(asked)
        with self._read() as db:
            put, answered, wholly = db.execute(counts).one()
            sessions, reviews, cards = (_count(db, t, learner) for t in (tables.sessions, tables.reviews, tables.cards))
        return Totals(sessions, put, answered, wholly, reviews, cards)

    # -- the learner's own say -----------------------------------------------------------------------------------

    def forget(self, learner: str) -> int:
        """Delete everything of a learner; give the number of rows that were."""
        theirs = sa.select(tables.sessions.c.id).where(tables.sessions.c.learner == learner)
        with self._write() as db:
            tables.alone(db, learner)
            gone: int = db.execute(tables.reviews.delete().where(tables.reviews.c.learner == learner)).rowcount
            gone += db.execute(tables.turns.delete().where(tables.turns.c.session.in_(theirs))).rowcount
            for table in (tables.sessions, tables.cards, tables.mastery):
                gone += db.execute(table.delete().where(table.c.learner == learner)).rowcount
        tables.empty_log(self.engine)
        return gone

    def export(self, learner: str) -> Dict[str, Any]:
        """Everything that is kept of a learner, JSON-ready; of a question that is still open only its id and stem, not the key."""
        with self._read() as db:
            sessions = db.execute(sa.select(tables.sessions).where(tables.sessions.c.learner == learner).order_by("id"))
            put = _to_turns(db.execute(_asked(learner).order_by(tables.turns.c.session, tables.turns.c.number)))
            kept = {
                "learner": learner,
                "sessions": [asdict(_to_session(row)) for row in sessions],
                "answers": [_told(turn) for turn in put],
                "reviews": [asdict(one) for one in _reviews(db, learner)],
                "cards": [asdict(one) for one in _cards(db, learner, None).values()],
                "mastery": [asdict(one) for one in _mastery(db, learner, None).values()],
            }
        plain: Dict[str, Any] = json.loads(json.dumps(kept, default=datetime.isoformat))
        return plain

    # -- transactions --------------------------------------------------------------------------------------------

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with explained(self.engine.url), self._reading.begin() as db:
            yield db

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with explained(self.engine.url), self._writing.begin() as db:
            yield db


def _own(db: Connection, session_id: int) -> Session:
    """The session, once nobody else changes the records of its learner; by then it may have been forgotten."""
    tables.alone(db, _session(db, session_id).learner)
    return _session(db, session_id)


def _session(db: Connection, session_id: int) -> Session:
    row = db.execute(sa.select(tables.sessions).where(tables.sessions.c.id == session_id)).first()
    if row is None:
        raise Gone(f"there is no session {session_id}")
    return _to_session(row)


def _turn(db: Connection, session_id: int, number: int) -> Turn:
    table = tables.turns
    found = _to_turns(db.execute(sa.select(table).where(table.c.session == session_id, table.c.number == number)))
    if not found:
        raise Gone(f"there is no question {number} in session {session_id}")
    return found[0]


def _open(session_id: int, number: int) -> Any:
    table = tables.turns.c
    return (table.session == session_id) & (table.number == number) & table.answered_at.is_(None)


def _asked(learner: str) -> Any:
    joined = tables.turns.join(tables.sessions, tables.turns.c.session == tables.sessions.c.id)
    return sa.select(tables.turns).select_from(joined).where(tables.sessions.c.learner == learner)


def _recent(learner: str) -> Any:
    """The learner's last turns without their items: as many however long somebody learns, read off two indexes."""
    joined = tables.sessions.join(tables.turns, tables.turns.c.session == tables.sessions.c.id)
    kept = (tables.turns.c[name] for name in ("session", "number", "item_id", "correct", "answered_at"))
    latest = sa.select(*kept).select_from(joined).where(tables.sessions.c.learner == learner)
    return latest.order_by(tables.sessions.c.id.desc(), tables.turns.c.number.desc()).limit(RECENT)


def _missed(learner: str, limit: int) -> Any:
    last = _recent(learner).subquery()
    order = sa.func.row_number().over(partition_by=last.c.item_id, order_by=_latest(last)).label("place")
    ranked = sa.select(last, order).where(last.c.answered_at.is_not(None)).subquery()
    return sa.select(ranked).where(ranked.c.place == 1, ranked.c.correct.is_(False)).order_by(*_latest(ranked)).limit(limit)


def _latest(turns: Any) -> Tuple[Any, ...]:
    return (turns.c.answered_at.desc(), turns.c.session.desc(), turns.c.number.desc())


def _cards(db: Connection, learner: str, claims: Optional[Collection[str]]) -> Dict[str, Card]:
    return {row.claim: _to_card(row) for row in _known(db, tables.cards, tables.cards.c.claim, learner, claims)}


def _mastery(db: Connection, learner: str, concepts: Optional[Collection[str]]) -> Dict[str, Mastery]:
    rows = _known(db, tables.mastery, tables.mastery.c.concept, learner, concepts)
    return {row.concept: Mastery(row.concept, row.value, row.evidence) for row in rows}


def _known(db: Connection, table: sa.Table, key: Any, learner: str, wanted: Optional[Collection[str]]) -> Any:
    query = sa.select(table).where(table.c.learner == learner).order_by(key)
    return db.execute(query if wanted is None else query.where(key.in_(list(wanted))))


def _reviews(db: Connection, learner: str) -> List[Review]:
    table = tables.reviews
    rows = db.execute(sa.select(table).where(table.c.learner == learner).order_by(table.c.id)).mappings()
    return [Review(**{**_without(row, "id", "learner"), "grade": Grade(row["grade"])}) for row in rows]


def _count(db: Connection, table: sa.Table, learner: str) -> int:
    return int(db.execute(sa.select(sa.func.count()).select_from(table).where(table.c.learner == learner)).scalar_one())


def _to_session(row: Any) -> Session:
    return Session(row.id, row.learner, row.plan, Status(row.status), row.started)


def _to_turns(rows: Any) -> List[Turn]:
    return [Turn(**_without(row, "item_id", "correct", "place")) for row in rows.mappings()]


def _to_card(row: Any) -> Card:
    return Card(**{**_without(row._mapping, "learner"), "state": State(row.state)})


def _card_row(card: Card) -> Dict[str, Any]:
    return {**asdict(card), "state": card.state.value}


def _review_row(one: Reviewed) -> Dict[str, Any]:
    after = {"stability": one.card.stability, "difficulty": one.card.difficulty, "due": one.card.due}
    return {"claim": one.claim, "item": one.item, "grade": one.grade.value, "score": one.score, **after}


def _without(row: Mapping[str, Any], *names: str) -> Dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def _told(turn: Turn) -> Dict[str, Any]:
    told = asdict(turn)
    return told if turn.answered_at else {**told, "item": {name: turn.item[name] for name in ("id", "stem") if name in turn.item}}
