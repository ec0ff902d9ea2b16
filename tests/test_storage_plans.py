"""What a learner's next message reads is found by indexes, however much anybody has done; shown by SQLite's plan."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Callable, Iterator, List, Tuple

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from tutor import storage as module
from tutor import tables
from tutor.records import Status
from tutor.storage import Storage

NOON = datetime(2024, 5, 1, 12, tzinfo=timezone.utc)
Reading = Callable[[Storage], Any]
READINGS: List[Tuple[str, Reading]] = [
    ("due", lambda s: s.due("ada", NOON, 500)),
    ("due claims", lambda s: s.due_claims("ada", NOON, 500)),
    ("claims", lambda s: s.claims("ada")),
    ("missed items", lambda s: s.missed_items("ada", 500)),
    ("cards", lambda s: s.cards("ada")),
    ("cards of an item", lambda s: s.cards("ada", ["salt", "rye"])),
    ("mastery", lambda s: s.mastery("ada")),
    ("seen", lambda s: s.seen("ada")),
    ("missed", lambda s: s.missed("ada", 500)),
    ("current", lambda s: s.current("ada")),
    ("last", lambda s: s.last("ada")),
    ("turns", lambda s: s.turns(1)),
]


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    """Empty records in SQLite."""
    opened = Storage.open(f"sqlite:///{tmp_path}/bread.sqlite3")
    yield opened
    opened.close()


def plan_of(storage: Storage, read: Reading) -> List[str]:
    """The steps by which SQLite finds what a reading asks for."""
    asked: List[Tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        asked.append((statement, parameters))

    event.listen(storage.engine, "before_cursor_execute", note)
    read(storage)
    event.remove(storage.engine, "before_cursor_execute", note)
    with storage.engine.connect() as db:
        selects = [(text, given) for text, given in asked if text.startswith("SELECT")]
        assert selects
        return [row[3] for text, given in selects for row in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", given)]


@pytest.mark.parametrize("read", [r for _, r in READINGS], ids=[name for name, _ in READINGS])
def test_by_index(storage: Storage, read: Reading) -> None:
    """No table is read through: each is searched by an index or its key."""
    named = {table.name for table in tables.metadata.sorted_tables}

    plan = plan_of(storage, read)

    assert [step for step in plan if step.startswith("SCAN") and step.split()[1] in named] == []
    assert any(step.startswith("SEARCH") and ("USING INDEX" in step or "KEY" in step or "COVERING" in step) for step in plan)


def test_a_plan_can_be_bad(storage: Storage) -> None:
    """A reading without an index is seen in its plan."""

    def all_turns(s: Storage) -> None:
        with s.engine.connect() as db:
            db.execute(sa.select(tables.turns.c.item_id).where(tables.turns.c.item_id == "salt-1")).all()

    assert [step.split()[:2] for step in plan_of(storage, all_turns)] == [["SCAN", "turns"]]


@pytest.mark.parametrize(
    "read", [lambda s: s.due("ada", NOON, 500), lambda s: s.due_claims("ada", NOON, 500)], ids=["cards", "claims"]
)
def test_due_is_not_sorted(storage: Storage, read: Reading) -> None:
    """What is due comes off the index in its order: reading stops at the limit."""
    plan = plan_of(storage, read)

    assert len(plan) == 1 and "ix_cards_due (learner=? AND due<?)" in plan[0]


def test_only_names() -> None:
    """To choose the next question no question and no card is read whole."""
    assert {column.name for column in module._missed("ada", 5).selected_columns} == {
        "session", "number", "item_id", "correct", "answered_at", "place"
    }  # fmt: skip


def test_last_turns_are_not_sorted(storage: Storage) -> None:
    """The last turns come off the indexes in their order: reading stops at RECENT, however long somebody learns."""

    def recent(s: Storage) -> None:
        with s.engine.connect() as db:
            db.execute(module._recent("ada")).all()

    plan = plan_of(storage, recent)

    assert "ix_sessions_learner (learner=?)" in plan[0]
    assert "(session=?)" in plan[1]
    assert len(plan) == 2


def test_only_the_last(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Choosing the next question looks back on the last turns, over the seams of sessions, and no further."""
    monkeypatch.setattr(module, "RECENT", 3)
    for n, names in enumerate((("a", "b"), ("a", "c"))):
        session = storage.begin("ada", {}, NOON)
        for number, name in enumerate(names, 1):
            now = NOON + timedelta(minutes=10 * n + number)
            storage.put(session.id, number, {"id": name}, now)
            storage.answer(session.id, number, "x", {"correct": False}, (), (), lambda *_: ((), ()), now)
        storage.set_status(session.id, Status.done)

    assert storage.seen("ada") == {"a": 1, "b": 1, "c": 1}
    assert [turn.item["id"] for turn in storage.missed("ada", 5)] == ["c", "a", "b"]
    assert storage.missed_items("ada", 5) == ["c", "a", "b"]
