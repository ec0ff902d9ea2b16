"""The tables of the learners' records, and the database that holds them, SQLite or PostgreSQL, brought up to date when opened.

SQL is written here, in tutor/storage.py, talks.py, linking.py, notices.py, dialogues.py and in tutor/migrations/, and nowhere
else. A change of a table is a new revision in tutor/migrations/versions/; a test compares the two.
"""

from __future__ import annotations

import fcntl
import threading
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Dict, Iterator, Optional, Sequence, Type

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, TimeoutError
from sqlalchemy.pool import QueuePool

from tutor.progress import utc

MIGRATIONS = Path(__file__).parent / "migrations"
WAIT = 15  # seconds for another writer to finish
MIGRATING = 7249001  # the key of PostgreSQL's advisory lock while tables change
LEARNER = 7249002  # and, with a hash of the learner, while that learner's records change
_migrating = threading.Lock()  # alembic keeps what it works on in globals
_HOW = "leave it empty for a SQLite file, or write postgresql+psycopg2://user@host/name"
_REMEDIES = {
    "sqlite": "see that its folder can be written and is not full",
    "postgresql": "see that its server runs, and that user and password are right",
}


class StorageError(Exception):
    """The learners' records cannot be opened, read or written; one line names TUTOR_DATABASE and what to do."""


class Utc(sa.types.TypeDecorator):  # type: ignore[misc]  # SQLAlchemy 1.4 has no types
    """A moment in UTC; SQLite keeps it as text that sorts by time."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: Optional[datetime], dialect: Any) -> Optional[datetime]:
        """Refuse what is not in UTC."""
        if value is None:
            return None
        return utc(value).replace(tzinfo=None) if dialect.name == "sqlite" else utc(value)

    def process_result_value(self, value: Optional[datetime], dialect: Any) -> Optional[datetime]:
        """Say that it is UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=timezone.utc) if dialect.name == "sqlite" else value.astimezone(timezone.utc)


class Typed(sa.types.TypeDecorator):  # type: ignore[misc]  # see Utc
    """What somebody typed, or is called; signs that a database refuses (NUL, half of a surrogate pair) are replaced."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Optional[str], dialect: Any) -> Optional[str]:
        """Replace what cannot be kept."""
        return None if value is None else value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


metadata = sa.MetaData()

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("learner", Typed, nullable=False),
    sa.Column("plan", sa.JSON, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("started", Utc, nullable=False),
    sa.Index("ix_sessions_learner", "learner", "id"),
    sqlite_autoincrement=True,  # the number of a session that was forgotten is never given to another learner's
)
turns = sa.Table(
    "turns",
    metadata,
    sa.Column("session", sa.Integer, sa.ForeignKey("sessions.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("item_id", sa.Text, nullable=False),
    sa.Column("item", sa.JSON, nullable=False),  # a snapshot: the course may have changed since
    sa.Column("put_at", Utc, nullable=False),
    sa.Column("hints", sa.Integer, nullable=False),
    sa.Column("answer", Typed),
    sa.Column("result", sa.JSON(none_as_null=True)),
    sa.Column("correct", sa.Boolean),
    sa.Column("answered_at", Utc),
)
reviews = sa.Table(
    "reviews",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("learner", Typed, nullable=False),
    sa.Column("session", sa.Integer, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("claim", sa.Text, nullable=False),
    sa.Column("item", sa.Text, nullable=False),
    sa.Column("grade", sa.Text, nullable=False),
    sa.Column("score", sa.Float(53), nullable=False),
    sa.Column("stability", sa.Float(53), nullable=False),  # of the card after it
    sa.Column("difficulty", sa.Float(53), nullable=False),
    sa.Column("due", Utc, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.ForeignKeyConstraint(["session", "number"], ["turns.session", "turns.number"]),
    sa.UniqueConstraint("session", "number", "claim", name="uq_reviews_turn"),  # nothing counts twice, whatever the code does
    sa.Index("ix_reviews_learner", "learner", "id"),
    sqlite_autoincrement=True,
)
cards = sa.Table(
    "cards",
    metadata,
    sa.Column("learner", Typed, primary_key=True),
    sa.Column("claim", sa.Text, primary_key=True),
    sa.Column("stability", sa.Float(53), nullable=False),
    sa.Column("difficulty", sa.Float(53), nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("step", sa.Integer),
    sa.Column("due", Utc, nullable=False),
    sa.Column("last_review", Utc, nullable=False),
    sa.Column("reps", sa.Integer, nullable=False),
    sa.Column("lapses", sa.Integer, nullable=False),
    sa.Index("ix_cards_due", "learner", "due", "claim"),
)
mastery = sa.Table(
    "mastery",
    metadata,
    sa.Column("learner", Typed, primary_key=True),
    sa.Column("concept", sa.Text, primary_key=True),
    sa.Column("value", sa.Float(53), nullable=False),
    sa.Column("evidence", sa.Integer, nullable=False),
)
talks = sa.Table(
    "talks",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),  # over all learners, so that one is never given twice
    sa.Column("learner", Typed, nullable=False),
    sa.Column("message_id", sa.Text, nullable=False),
    sa.Column("said", Typed, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("replies", sa.JSON, nullable=False),
    sa.UniqueConstraint("learner", "message_id", name="uq_talks_message"),  # a message that is sent again is answered once
    sa.Index("ix_talks_learner", "learner", "number"),
    sa.Index("ix_talks_at", "at"),
    sqlite_autoincrement=True,
)
shared_answers = sa.Table(
    "shared_answers",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),  # a digest of what it holds
    sa.Column("question", Typed, nullable=False),
    sa.Column("reply", sa.JSON, nullable=False),
)
links = sa.Table(
    "links",
    metadata,
    sa.Column("alias", Typed, primary_key=True),
    sa.Column("account", Typed, nullable=False),  # the learner under whom the records of both are kept
    sa.Column("at", Utc, nullable=False),
    sa.Index("ix_links_account", "account"),
)
link_codes = sa.Table(
    "link_codes",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("learner", Typed, nullable=False, unique=True),  # a new code replaces the one before
    sa.Column("expires", Utc, nullable=False),
)


dialogues = sa.Table(
    "dialogues",
    metadata,
    sa.Column("conversation", Typed, primary_key=True),
    sa.Column("learner", Typed, nullable=False),  # who spoke last
    sa.Column("events", sa.Text, nullable=False),  # JSON: the last ones, without what was said
    sa.Column("at", Utc, nullable=False),
    sa.Index("ix_dialogues_learner", "learner"),
    sa.Index("ix_dialogues_at", "at"),
)


def engine(url: str, durable: bool = True) -> Engine:
    """Make the connections to a database; raise StorageError for one that cannot be used. None is opened yet.

    What is not `durable` may lose its last second in a power cut, and waits for no disk.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StorageError(f"TUTOR_DATABASE is not a database URL; {_HOW}") from None
    kind = parsed.get_backend_name()
    if kind not in ("sqlite", "postgresql"):
        raise StorageError(f"TUTOR_DATABASE: {kind} is not supported; {_HOW}")
    if kind == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise StorageError(f"TUTOR_DATABASE: what is kept in memory is lost; {_HOW}, or sqlite:///folder/file.sqlite3")
    with explained(parsed, OSError, ImportError, ArgumentError):
        return _sqlite(parsed, durable) if kind == "sqlite" else _postgresql(parsed, durable)


def reading(engine: Engine) -> Engine:
    """The same connections, for transactions that see one state of the database throughout."""
    return engine if engine.dialect.name == "sqlite" else engine.execution_options(isolation_level="REPEATABLE READ")


def writing(engine: Engine) -> Engine:
    """The same connections, for transactions that write."""
    return engine.execution_options(writes=True)


def migrate(engine: Engine) -> None:
    """Bring the tables up to date, all or nothing, one process at a time; raise StorageError if that cannot be done."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with explained(engine.url, OSError, ImportError, CommandError), _migrating, _single(engine), writing(engine).begin() as db:
        if engine.dialect.name == "postgresql":
            db.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATING)))
        config.attributes["connection"] = db
        command.upgrade(config, "head")


def alone(db: Connection, learner: str) -> None:
    """Let no other transaction change this learner's records until this one ends. SQLite has one writer anyhow."""
    if db.dialect.name == "postgresql":
        db.execute(sa.select(sa.func.pg_advisory_xact_lock(LEARNER, sa.func.hashtext(sa.literal(learner, Typed)))))


def insert(db: Connection, table: sa.Table) -> Any:
    """An insert that can say what to do on conflict."""
    return (postgresql if db.dialect.name == "postgresql" else sqlite).insert(table)


def upsert(db: Connection, table: sa.Table, rows: Sequence[Dict[str, Any]]) -> None:
    """Write rows over those with the same primary key."""
    keys = [column.name for column in table.primary_key]
    for row in rows:
        rest = {name: value for name, value in row.items() if name not in keys}
        db.execute(insert(db, table).values(row).on_conflict_do_update(index_elements=keys, set_=rest))


def empty_log(engine: Engine) -> None:
    """Copy SQLite's log into the file and empty it, so that what was deleted is in neither."""
    if engine.dialect.name == "sqlite":
        with explained(engine.url):
            _pragma(engine, "wal_checkpoint(TRUNCATE)")


@contextmanager
def explained(url: URL, *also: Type[Exception]) -> Iterator[None]:
    """Tell in one line what a database could not do, without its password; a fault of the program stays what it is."""
    try:
        yield
    except (IntegrityError, DataError):
        raise
    except (DBAPIError, TimeoutError, *also) as error:
        cause = " ".join(str(getattr(error, "orig", None) or error).split())
        remedy = _REMEDIES[url.get_backend_name()]
        where = url.render_as_string(hide_password=True)
        raise StorageError(f"TUTOR_DATABASE: {where} cannot be used: {cause}; {remedy}, or name another database") from error


def _postgresql(url: URL, durable: bool) -> Engine:
    hurry = {"connect_timeout": WAIT} if url.get_dialect().driver == "psycopg2" else {}
    made = sa.create_engine(url, future=True, pool_pre_ping=True, hide_parameters=True, connect_args=hurry)
    if not durable:
        event.listen(made, "begin", _do_not_wait)
    return made


def _do_not_wait(connection: Connection) -> None:
    connection.exec_driver_sql("SET LOCAL synchronous_commit TO OFF")


def _sqlite(url: URL, durable: bool) -> Engine:
    Path(url.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)  # learners' records are nobody else's business
    made = sa.create_engine(
        url,
        future=True,
        hide_parameters=True,  # errors are logged, and what students say is not
        poolclass=QueuePool,  # with none, closing the last connection would copy the log back after every answer
        connect_args={"timeout": WAIT, "check_same_thread": False},
    )
    event.listen(made, "connect", _prepare if durable else _prepare_in_a_hurry)
    event.listen(made, "begin", _begin)
    return made


def _prepare_in_a_hurry(connection: Any, _: Any) -> None:
    _prepare(connection, _)
    connection.execute("PRAGMA synchronous = NORMAL")


def _prepare(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # transactions begin where _begin says, not where the driver guesses
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")  # an answer that was acknowledged outlasts a power cut
    connection.execute("PRAGMA secure_delete = ON")  # what is forgotten does not stay in the file


def _begin(connection: Connection) -> None:
    # A transaction that reads first and writes later could not wait for another writer: it would fail at once.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _single(engine: Engine) -> Iterator[None]:
    """Hold a lock beside a SQLite file, and have its changes logged first (WAL): a writer keeps no reader waiting."""
    if engine.dialect.name != "sqlite":
        yield
        return
    with Path(f"{engine.url.database}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _pragma(engine, "journal_mode = WAL")
        yield


def _pragma(engine: Engine, what: str) -> None:
    """Tell SQLite something that it does not take inside a transaction."""
    raw = engine.raw_connection()
    try:
        raw.cursor().execute(f"PRAGMA {what}").fetchall()
    finally:
        raw.close()
