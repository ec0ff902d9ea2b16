"""What a channel that speaks unasked remembers: what was delivered, who is reminded when, questions put to many. Any thread."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, Dict, FrozenSet, Iterator, List, Optional
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from tutor import tables
from tutor.progress import utc
from tutor.tables import Typed, Utc, explained, metadata

LATE = timedelta(hours=3)  # after which a notice that was missed waits for the next day
KEPT = timedelta(days=7)  # how long a delivery is remembered; it comes again within hours, if at all

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("at", Utc, nullable=False),
    sa.Index("ix_deliveries_at", "at"),
)
notices = sa.Table(
    "notices",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("who", Typed, primary_key=True),
    sa.Column("minute", sa.Integer, nullable=False),  # of the day, in `zone`
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("quiet", sa.Text, nullable=False),  # weekdays without notice: "56" is Saturday and Sunday
    sa.Column("about", Typed, nullable=False),
    sa.Column("sent", sa.Text),  # the last day, in `zone`
)
posts = sa.Table(
    "posts",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("item_id", sa.Text, nullable=False),
    sa.Column("item", sa.JSON, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Index("ix_posts_place", "place", "at"),
)
attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("post", sa.Text, sa.ForeignKey("posts.id"), primary_key=True),
    sa.Column("learner", Typed, primary_key=True),
    sa.Column("at", Utc, nullable=False),
    sa.Column("told", sa.JSON(none_as_null=True)),  # the feedback, once there is one
    sa.Index("ix_attempts_learner", "learner"),
)


class NoticeKind(str, Enum):
    """What comes unasked."""

    due = "due"  # to one learner: so many items are due
    daily = "daily"  # to a room: the question of the day


@dataclass(frozen=True)
class Notice:
    """A notice that somebody wished for: each day at `minute` of the day in `zone`, but not on `quiet` weekdays (0 is Monday)."""

    kind: NoticeKind
    who: str
    minute: int
    zone: str
    quiet: FrozenSet[int] = frozenset()
    about: str = ""
    sent: Optional[date] = None

    def day(self, now: datetime) -> Optional[date]:
        """The day for which the notice is to be sent now; None if it is not its time."""
        local = utc(now).astimezone(ZoneInfo(self.zone))
        since = timedelta(hours=local.hour, minutes=local.minute) - timedelta(minutes=self.minute)
        if local.weekday() in self.quiet or self.sent == local.date():
            return None
        return local.date() if timedelta(0) <= since < LATE else None


class Notices:
    """Deliveries, notices, posts and attempts in the database of the learners' records; raises StorageError when it fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading, self._writing = tables.reading(engine), tables.writing(engine)

    # -- deliveries ----------------------------------------------------------------------------------------------

    def is_new(self, key: str, now: datetime) -> bool:
        """Note a delivery; False if it was noted before, here, in another process or before a restart."""
        row = {"key": key, "at": utc(now)}
        with self._write() as db:
            noted = db.execute(tables.insert(db, deliveries).values(row).on_conflict_do_nothing()).rowcount
            return bool(noted)

    def tidy(self, now: datetime) -> int:
        """Drop deliveries that cannot come again; give their number."""
        with self._write() as db:
            return int(db.execute(deliveries.delete().where(deliveries.c.at < utc(now) - KEPT)).rowcount)

    # -- notices -------------------------------------------------------------------------------------------------

    def wish(self, notice: Notice) -> None:
        """Keep a notice, in the place of one of the same kind for the same learner or room."""
        row = {
            "kind": notice.kind.value,
            "who": notice.who,
            "minute": notice.minute,
            "zone": notice.zone,
            "quiet": "".join(str(day) for day in sorted(notice.quiet)),
            "about": notice.about,
            "sent": notice.sent.isoformat() if notice.sent else None,
        }
        with self._write() as db:
            tables.upsert(db, notices, [row])

    def stop(self, kind: NoticeKind, who: str) -> bool:
        """Drop a notice; False if there was none."""
        with self._write() as db:
            return bool(db.execute(notices.delete().where(_is(kind, who))).rowcount)

    def wished(self, kind: NoticeKind, who: str) -> Optional[Notice]:
        """The notice of a learner or room."""
        with self._read() as db:
            row = db.execute(sa.select(notices).where(_is(kind, who))).first()
        return _notice(row) if row else None

    def to_send(self, now: datetime) -> List[Notice]:
        """The notices whose time it is."""
        with self._read() as db:
            wished = [_notice(row) for row in db.execute(sa.select(notices).order_by(notices.c.kind, notices.c.who))]
        return [notice for notice in wished if notice.day(now)]

    def take(self, notice: Notice, now: datetime) -> bool:
        """Mark a notice as sent for its day; False if another process did, or if it was changed meanwhile."""
        day = notice.day(now)
        if day is None:
            return False
        before = notice.sent.isoformat() if notice.sent else None
        still = _is(notice.kind, notice.who) & (notices.c.sent.is_(None) if before is None else notices.c.sent == before)
        with self._write() as db:
            return bool(db.execute(notices.update().where(still).values(sent=day.isoformat())).rowcount)

    # -- questions put to many -----------------------------------------------------------------------------------

    def post(self, post: str, place: str, item: Dict[str, Any], now: datetime) -> None:
        """Keep a question that was put in a room, as it stood then."""
        row = {"id": post, "place": place, "item_id": item["id"], "item": item, "at": utc(now)}
        with self._write() as db:
            tables.upsert(db, posts, [row])

    def posted(self, post: str) -> Optional[Dict[str, Any]]:
        """The question behind a post."""
        with self._read() as db:
            row = db.execute(sa.select(posts.c.item).where(posts.c.id == post)).first()
        return dict(row.item) if row else None

    def put_before(self, place: str, limit: int) -> List[str]:
        """The ids of the items that were put in a room, the newest first."""
        query = sa.select(posts.c.item_id).where(posts.c.place == place).order_by(posts.c.at.desc()).limit(limit)
        with self._read() as db:
            return [row.item_id for row in db.execute(query)]

    def attempt(self, post: str, learner: str, now: datetime) -> bool:
        """Note that a learner answers; False if he or she did before: the first attempt counts."""
        row = {"post": post, "learner": learner, "at": utc(now)}
        with self._write() as db:
            return bool(db.execute(tables.insert(db, attempts).values(row).on_conflict_do_nothing()).rowcount)

    def tell(self, post: str, learner: str, told: Dict[str, Any]) -> None:
        """Keep the feedback on an attempt."""
        with self._write() as db:
            db.execute(attempts.update().where(_by(post, learner)).values(told=told))

    def told(self, post: str, learner: str) -> Optional[Dict[str, Any]]:
        """The feedback on a learner's attempt."""
        with self._read() as db:
            row = db.execute(sa.select(attempts.c.told).where(_by(post, learner))).first()
        return row.told if row else None

    def attempted(self, post: str) -> int:
        """How many have answered."""
        with self._read() as db:
            counted = sa.select(sa.func.count()).select_from(attempts).where(attempts.c.post == post)
            return int(db.execute(counted).scalar_one())

    # -- the learner's own say -----------------------------------------------------------------------------------

    def forget(self, learner: str) -> int:
        """Delete the notices and attempts of a learner; give the number of rows that were."""
        with self._write() as db:
            gone: int = db.execute(notices.delete().where(notices.c.who == learner)).rowcount
            gone += db.execute(attempts.delete().where(attempts.c.learner == learner)).rowcount
        tables.empty_log(self._engine)
        return gone

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with explained(self._engine.url), self._reading.begin() as db:
            yield db

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with explained(self._engine.url), self._writing.begin() as db:
            yield db


def _is(kind: NoticeKind, who: str) -> Any:
    return (notices.c.kind == kind.value) & (notices.c.who == who)


def _by(post: str, learner: str) -> Any:
    return (attempts.c.post == post) & (attempts.c.learner == learner)


def _notice(row: Any) -> Notice:
    sent = date.fromisoformat(row.sent) if row.sent else None
    return Notice(NoticeKind(row.kind), row.who, row.minute, row.zone, frozenset(map(int, row.quiet)), row.about, sent)
