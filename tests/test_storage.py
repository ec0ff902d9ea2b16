"""Learners' records: what is written stays, counts once, and goes when its learner says so.

Every rule is tried on SQLite, and on PostgreSQL where TEST_POSTGRES names a database (postgresql+psycopg2://user@host/name) in
which schemas may be created.
"""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor, TimeoutError
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta, timezone
from itertools import count
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Callable, Iterator, Mapping, Sequence

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event

from tests.conftest import POSTGRES
from tutor import tables
from tutor.progress import Card, Grade, Mastery, grade, review
from tutor.settings import Settings
from tutor.storage import Gone, Reviewed, Status, Storage, StorageError, Totals, Turn

ROOT = Path(__file__).resolve().parent.parent
NOON = datetime(2024, 5, 1, 12, tzinfo=timezone.utc)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
PLAN = {"wanted": 3, "course": {"id": "bread", "version": "1"}}
RIGHT = {"correct": True, "score": 1.0}
WRONG = {"correct": False, "score": 0.0}


@pytest.fixture
def storage(url: str) -> Iterator[Storage]:
    """Empty records."""
    opened = Storage.open(url)
    yield opened
    opened.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a SQLite database may be made."""
    return tmp_path / "bread.sqlite3"


def item(name: str = "salt-1") -> dict[str, Any]:
    """A question as a session keeps it."""
    return {"id": name, "stem": f"What of {name}?", "options": [{"id": "a", "text": "Salt — ‘sel’"}], "key": ["a"]}


def judge(score: float = 1.0, now: datetime = NOON, claim: str = "salt", name: str = "salt-1") -> Callable[..., Any]:
    """What an answer of this score does to one claim and to the concept rye."""

    def judged(cards: Mapping[str, Card], mastery: Mapping[str, Mastery]) -> tuple[list[Reviewed], list[Mastery]]:
        given = grade(score, 0)
        after = review(cards.get(claim), claim, given, now)
        return [Reviewed(claim, given, score, after, name)], [mastery.get("rye", Mastery("rye")).after(score)]

    return judged


def answer(storage: Storage, session: int, number: int, score: float = 1.0, now: datetime = NOON, name: str = "salt-1") -> bool:
    """Put a question on salt and answer it."""
    storage.put(session, number, item(name), now)
    result = {"correct": score == 1, "score": score}
    return storage.answer(session, number, "a", result, ["salt"], ["rye"], judge(score, now, name=name), now)


def unreviewed(cards: Mapping[str, Card], mastery: Mapping[str, Mastery]) -> tuple[Sequence[Reviewed], Sequence[Mastery]]:
    """An answer that no card follows from."""
    return [], []


# -- sessions ------------------------------------------------------------------------------------------------------------


def test_begin(storage: Storage) -> None:
    """A session begins active, with its plan as it was given."""
    session = storage.begin("ada", PLAN, NOON)

    assert (session.learner, session.plan, session.status, session.started) == ("ada", PLAN, Status.active, NOON)
    assert storage.current("ada") == storage.last("ada") == session


def test_nobody(storage: Storage) -> None:
    """Of a learner who never came there is nothing."""
    assert (storage.current("ada"), storage.last("ada"), storage.missed("ada", 5), storage.seen("ada")) == (None, None, [], {})
    assert storage.totals("ada") == Totals(0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize("status, current", [(Status.active, True), (Status.paused, True), (Status.done, False)])
def test_status(storage: Storage, status: Status, current: bool) -> None:
    """A session that is paused is still the current one; one that is done is only the last."""
    session = storage.begin("ada", PLAN, NOON)

    storage.set_status(session.id, status)

    assert (storage.current("ada") is not None) is current
    last = storage.last("ada")
    assert last and last.status is status


def test_newest(storage: Storage) -> None:
    """The newest session counts, of this learner and nobody else; an older one comes back when it is done."""
    first, second = storage.begin("ada", PLAN, NOON), storage.begin("ada", PLAN, NOON)
    storage.begin("bob", PLAN, NOON)

    assert storage.current("ada") == second
    storage.set_status(second.id, Status.done)
    assert storage.current("ada") == first


def test_survives(url: str) -> None:
    """Closing and opening again, a week later, finds the session and its open question."""
    before = Storage.open(url)
    session = before.begin("ada", PLAN, NOON)
    turn = before.put(session.id, 1, item(), NOON)
    before.close()

    after = Storage.open(url)

    assert after.current("ada") == session
    assert after.turns(session.id) == [turn]
    after.close()


# -- turns ---------------------------------------------------------------------------------------------------------------


def test_put(storage: Storage) -> None:
    """A question is kept as it stood, unanswered and without hints."""
    session = storage.begin("ada", PLAN, NOON)

    turn = storage.put(session.id, 1, item(), NOON)

    assert turn == Turn(session.id, 1, item(), NOON, 0, None, None, None)


def test_put_twice(storage: Storage) -> None:
    """The same number again gives what stands there, so two tabs show one question."""
    session = storage.begin("ada", PLAN, NOON)
    first = storage.put(session.id, 1, item("salt-1"), NOON)

    assert storage.put(session.id, 1, item("yeast-2"), NOON + DAY) == first
    assert storage.turns(session.id) == [first]


def test_put_at_once(storage: Storage) -> None:
    """Two tabs that put a question at the same time get the same one."""
    session = storage.begin("ada", PLAN, NOON)
    names = [f"item-{n}" for n in range(8)]

    put = at_once([lambda name=name: storage.put(session.id, 1, item(name), NOON) for name in names])

    assert len({turn.item["id"] for turn in put}) == 1


def test_turns(storage: Storage) -> None:
    """The questions of a session come in order, and no other session's."""
    session, other = storage.begin("ada", PLAN, NOON), storage.begin("ada", PLAN, NOON)
    for number in (2, 1, 3):
        storage.put(session.id, number, item(f"salt-{number}"), NOON)
    storage.put(other.id, 1, item(), NOON)

    assert [turn.item["id"] for turn in storage.turns(session.id)] == ["salt-1", "salt-2", "salt-3"]


def test_hint(storage: Storage) -> None:
    """Hints are counted up to three, and no more once the question is answered."""
    session = storage.begin("ada", PLAN, NOON)
    storage.put(session.id, 1, item(), NOON)
    storage.put(session.id, 2, item(), NOON)

    assert [storage.hint(session.id, 1) for _ in range(5)] == [1, 2, 3, 3, 3]
    storage.hint(session.id, 2)
    answer(storage, session.id, 2)
    assert storage.hint(session.id, 2) == 1


def test_gone(storage: Storage) -> None:
    """What is done to a session or a question that is not there is told, and writes nothing."""
    session = storage.begin("ada", PLAN, NOON)

    for call in (
        lambda: storage.put(session.id + 1, 1, item(), NOON),
        lambda: storage.set_status(session.id + 1, Status.done),
        lambda: storage.hint(session.id, 1),
        lambda: storage.answer(session.id, 1, "a", RIGHT, ["salt"], ["rye"], judge(), NOON),
    ):
        with pytest.raises(Gone):
            call()
    assert storage.totals("ada") == Totals(1, 0, 0, 0, 0, 0)


# -- answers -------------------------------------------------------------------------------------------------------------


def test_answer(storage: Storage) -> None:
    """An answer is kept with its result, and card, mastery and review follow from it."""
    session = storage.begin("ada", PLAN, NOON)
    storage.put(session.id, 1, item(), NOON)

    assert storage.answer(session.id, 1, "the salt", RIGHT, ["salt"], ["rye"], judge(), NOON + MINUTE)

    (turn,) = storage.turns(session.id)
    assert (turn.answer, turn.result, turn.answered_at) == ("the salt", RIGHT, NOON + MINUTE)
    card = review(None, "salt", Grade.good, NOON)
    assert storage.cards("ada") == {"salt": card}
    assert storage.mastery("ada") == {"rye": Mastery("rye", 0.5, 1)}
    (written,) = storage.reviews("ada")
    assert (written.session, written.number, written.claim, written.item, written.at) == (
        session.id,
        1,
        "salt",
        "salt-1",
        NOON + MINUTE,
    )
    assert (written.grade, written.score) == (Grade.good, 1.0)
    assert (written.stability, written.difficulty, written.due) == (card.stability, card.difficulty, card.due)


def test_answer_twice(storage: Storage) -> None:
    """The second answer to a question changes nothing, and is told so."""
    session = storage.begin("ada", PLAN, NOON)
    assert answer(storage, session.id, 1, 1.0)
    before = storage.export("ada")

    assert not storage.answer(session.id, 1, "b", WRONG, ["salt"], ["rye"], judge(0.0), NOON + DAY)
    assert storage.export("ada") == before


def test_answer_at_once(storage: Storage) -> None:
    """Of several threads that answer one question exactly one wins, and its answer alone counts."""
    session = storage.begin("ada", PLAN, NOON)
    for number in range(1, 6):
        storage.put(session.id, number, item(), NOON)

        def give(text: str, number: int = number) -> bool:
            return storage.answer(session.id, number, text, RIGHT, ["salt"], ["rye"], judge(), NOON)

        won = at_once([lambda text=text: give(text) for text in "abcd"])

        assert sorted(won) == [False, False, False, True]
        assert storage.turns(session.id)[number - 1].answer == "abcd"[won.index(True)]
    assert len(storage.reviews("ada")) == storage.cards("ada")["salt"].reps == storage.mastery("ada")["rye"].evidence == 5


def test_two_sessions_at_once(storage: Storage) -> None:
    """Answers on the same claim in several sessions at once all reach its card: none is computed from an old one."""
    sessions = [storage.begin("ada", PLAN, NOON) for _ in range(8)]

    assert all(at_once([lambda id=session.id: answer(storage, id, 1) for session in sessions]))

    assert storage.cards("ada")["salt"].reps == len(storage.reviews("ada")) == 8
    assert storage.mastery("ada")["rye"].evidence == 8


def test_all_or_nothing(storage: Storage) -> None:
    """When what follows from an answer cannot be worked out, the question is still open."""
    session = storage.begin("ada", PLAN, NOON)
    turn = storage.put(session.id, 1, item(), NOON)

    def fail(cards: Mapping[str, Card], mastery: Mapping[str, Mastery]) -> Any:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        storage.answer(session.id, 1, "a", RIGHT, ["salt"], ["rye"], fail, NOON)

    assert storage.turns(session.id) == [turn]
    assert answer(storage, session.id, 1)


def test_same_claim_twice(storage: Storage) -> None:
    """One answer reviews a claim once: a second review of it is refused, and the answer with it."""
    session = storage.begin("ada", PLAN, NOON)
    storage.put(session.id, 1, item(), NOON)
    (once,), _ = judge()({}, {})

    with pytest.raises(sa.exc.IntegrityError):
        storage.answer(session.id, 1, "a", RIGHT, ["salt"], [], lambda *_: ([once, once], []), NOON)

    assert storage.totals("ada") == Totals(1, 1, 0, 0, 0, 0)


def test_only_what_is_asked_for(storage: Storage) -> None:
    """The judge of an answer is given the cards and the mastery that it named, and only this learner's."""
    session, other = storage.begin("ada", PLAN, NOON), storage.begin("bob", PLAN, NOON)
    answer(storage, session.id, 1)
    answer(storage, other.id, 1)
    seen = []

    def look(cards: Mapping[str, Card], mastery: Mapping[str, Mastery]) -> Any:
        seen.append((sorted(cards), [m.evidence for m in mastery.values()]))
        return [], []

    for number, (claims, concepts) in enumerate([((), ()), (("salt", "yeast"), ("rye",)), (("yeast",), ("wheat",))], start=2):
        storage.put(session.id, number, item(), NOON)
        storage.answer(session.id, number, "a", RIGHT, claims, concepts, look, NOON)

    assert seen == [([], []), (["salt"], [1]), ([], [])]


@pytest.mark.parametrize("text", ["", "naïve ‘sel’ 🥖", "a\0b", "half \ud83d of a pair", "x" * 20000, "'; DROP TABLE turns; --"])
def test_any_text(storage: Storage, text: str) -> None:
    """Whatever a learner types, or is called, is kept; signs that no database takes are replaced."""
    session = storage.begin(text, PLAN, NOON)
    storage.put(session.id, 1, item(), NOON)

    storage.answer(session.id, 1, text, {**RIGHT, "text": text}, [], [], unreviewed, NOON)

    (turn,) = storage.history(text, 5)
    assert turn.answer == text.replace("\0", "\ufffd").replace("\ud83d", "?")
    assert turn.result == {**RIGHT, "text": text}
    assert storage.forget(text) == 2


def test_reviews_are_appended(storage: Storage) -> None:
    """Reviews stand as they were written, in order; the card is the one after the last of them."""
    session = storage.begin("ada", PLAN, NOON)
    answer(storage, session.id, 1, 1.0, NOON)
    first = storage.reviews("ada")
    answer(storage, session.id, 2, 0.0, NOON + 2 * DAY)

    reviews = storage.reviews("ada")

    assert reviews[:1] == first
    assert [each.grade for each in reviews] == [Grade.good, Grade.again]
    card = storage.cards("ada")["salt"]
    assert (card.stability, card.due, card.reps, card.lapses) == (reviews[1].stability, reviews[1].due, 2, 1)


def test_never_rewritten(storage: Storage) -> None:
    """No review is updated, whatever happens; only forgetting deletes one."""
    seen: list[str] = []
    event.listen(storage.engine, "before_cursor_execute", lambda c, cursor, sql, *rest: seen.append(sql))
    session = storage.begin("ada", PLAN, NOON)
    for number in (1, 2, 2):
        answer(storage, session.id, number)
    storage.set_status(session.id, Status.done)

    touching = [sql for sql in seen if "reviews" in sql and not sql.startswith("SELECT")]

    assert len(touching) == 2
    assert all(sql.startswith("INSERT INTO reviews") and "CONFLICT" not in sql for sql in touching)


@pytest.mark.parametrize("moment", [datetime(2024, 5, 1), datetime(2024, 5, 1, tzinfo=timezone(timedelta(hours=2)))])
def test_utc(storage: Storage, moment: datetime) -> None:
    """A time that is not in UTC is refused before anything is written."""
    session = storage.begin("ada", PLAN, NOON)
    storage.put(session.id, 1, item(), NOON)

    for call in (
        lambda: storage.begin("ada", PLAN, moment),
        lambda: storage.put(session.id, 2, item(), moment),
        lambda: storage.answer(session.id, 1, "a", RIGHT, [], [], unreviewed, moment),
        lambda: storage.due("ada", moment, 5),
    ):
        with pytest.raises(ValueError, match="must be in UTC"):
            call()
    assert storage.totals("ada") == Totals(1, 1, 0, 0, 0, 0)


# -- what is known -------------------------------------------------------------------------------------------------------


def with_cards(storage: Storage, learner: str, due: Mapping[str, datetime]) -> None:
    """Give a learner cards that are due at these times."""
    session = storage.begin(learner, PLAN, NOON)
    storage.put(session.id, 1, item(), NOON)
    card = review(None, "", Grade.good, NOON)
    after = [Reviewed(claim, Grade.good, 1.0, Card(**{**vars(card), "claim": claim, "due": at}), "i") for claim, at in due.items()]
    storage.answer(session.id, 1, "a", RIGHT, [], [], lambda *_: (after, []), NOON)


def test_due(storage: Storage) -> None:
    """What is due comes longest overdue first, up to the limit; what is not yet, or another's, does not."""
    with_cards(storage, "ada", {"d": NOON, "a": NOON + MINUTE, "c": NOON - DAY, "b": NOON - MINUTE})
    with_cards(storage, "bob", {"e": NOON - DAY})

    assert [card.claim for card in storage.due("ada", NOON, 10)] == ["c", "b", "d"]
    assert [card.claim for card in storage.due("ada", NOON, 2)] == ["c", "b"]


def test_due_to_the_microsecond(storage: Storage) -> None:
    """Times with and without fractions of a second sort as times do."""
    tick = timedelta(microseconds=1)
    with_cards(storage, "ada", {"a": NOON + tick, "b": NOON, "c": NOON - tick})

    assert [card.claim for card in storage.due("ada", NOON, 10)] == ["c", "b"]
    assert storage.cards("ada")["a"].due == NOON + tick


def test_due_uses_its_index(file: Path) -> None:
    """What is due is read off an index, in its order, without looking at every card."""
    storage = Storage.open(f"sqlite:///{file}")
    plans = []

    @event.listens_for(storage.engine, "after_cursor_execute")
    def explain(connection: Any, cursor: Any, sql: str, given: Any, *rest: Any) -> None:
        if "FROM cards" in sql:
            plans.append([row[3] for row in cursor.connection.execute("EXPLAIN QUERY PLAN " + sql, given)])

    storage.due("ada", NOON, 5)

    assert plans == [["SEARCH cards USING INDEX ix_cards_due (learner=? AND due<?)"]]


def test_cards(storage: Storage) -> None:
    """All cards of a learner, or those of the claims that are named."""
    with_cards(storage, "ada", {"b": NOON, "a": NOON})

    assert list(storage.cards("ada")) == ["a", "b"]
    assert list(storage.cards("ada", ["b", "z"])) == ["b"]
    assert storage.cards("ada", []) == {}
    assert storage.cards("bob") == {}


def test_history(storage: Storage) -> None:
    """Answered questions come newest first, from every session, and no open ones."""
    first, second = storage.begin("ada", PLAN, NOON), storage.begin("ada", PLAN, NOON)
    answer(storage, first.id, 1, now=NOON, name="i1")
    answer(storage, second.id, 1, now=NOON + MINUTE, name="i2")
    answer(storage, first.id, 2, now=NOON + 2 * MINUTE, name="i3")
    storage.put(first.id, 3, item("i4"), NOON)

    assert [turn.item["id"] for turn in storage.history("ada", 10)] == ["i3", "i2", "i1"]
    assert [turn.item["id"] for turn in storage.history("ada", 1)] == ["i3"]


def test_missed(storage: Storage) -> None:
    """An item counts as missed by its last answer: wrong or partly right; once however often; right since, no more."""
    first, second = storage.begin("ada", PLAN, NOON), storage.begin("ada", PLAN, NOON)
    for number, (name, score) in enumerate([("mended", 0.0), ("twice", 0.0), ("partly", 0.5), ("right", 1.0)], start=1):
        answer(storage, first.id, number, score, NOON + number * MINUTE, name)
    answer(storage, second.id, 1, 1.0, NOON + DAY, "mended")
    answer(storage, second.id, 2, 0.0, NOON + DAY, "twice")
    storage.put(second.id, 3, item("right"), NOON + DAY)

    assert [turn.item["id"] for turn in storage.missed("ada", 10)] == ["twice", "partly"]
    assert [(turn.session, turn.item["id"]) for turn in storage.missed("ada", 1)] == [(second.id, "twice")]


def test_seen(storage: Storage) -> None:
    """How often an item was put counts open questions too, and no other learner's."""
    session, other = storage.begin("ada", PLAN, NOON), storage.begin("bob", PLAN, NOON)
    answer(storage, session.id, 1, name="i1")
    storage.put(session.id, 2, item("i1"), NOON)
    storage.put(session.id, 3, item("i2"), NOON)
    answer(storage, other.id, 1, name="i3")

    assert storage.seen("ada") == {"i1": 2, "i2": 1}


def test_totals(storage: Storage) -> None:
    """What a learner did is counted: sessions, questions, answers, right ones, reviews, claims."""
    session = storage.begin("ada", PLAN, NOON)
    storage.begin("ada", PLAN, NOON)
    for number, score in enumerate([1.0, 0.5, 1.0], start=1):
        answer(storage, session.id, number, score)
    storage.put(session.id, 4, item(), NOON)

    assert storage.totals("ada") == Totals(sessions=2, asked=4, answered=3, right=2, reviews=3, cards=1)


# -- the learner's own say -----------------------------------------------------------------------------------------------


def test_forget(storage: Storage) -> None:
    """Everything of a learner goes, counted, and nothing of anybody else's."""
    for learner in ("ada", "bob"):
        session = storage.begin(learner, PLAN, NOON)
        answer(storage, session.id, 1)
        storage.put(session.id, 2, item(), NOON)
    bob = storage.export("bob")

    assert storage.forget("ada") == 1 + 2 + 1 + 1 + 1  # session, turns, review, card, mastery

    assert storage.export("ada") == {"learner": "ada", "sessions": [], "answers": [], "reviews": [], "cards": [], "mastery": []}
    assert storage.export("bob") == bob
    assert storage.forget("ada") == 0


def test_forgotten_meanwhile(storage: Storage) -> None:
    """An answer that comes after its learner was forgotten leaves no trace, nor does it land in somebody else's session."""
    session = storage.begin("ada", PLAN, NOON)
    storage.put(session.id, 1, item(), NOON)
    storage.forget("ada")
    other = storage.begin("bob", PLAN, NOON)

    with pytest.raises(Gone):
        storage.answer(session.id, 1, "a", RIGHT, ["salt"], ["rye"], judge(), NOON)

    assert other.id != session.id
    assert storage.totals("ada") == Totals(0, 0, 0, 0, 0, 0)


def test_forget_while_answering(storage: Storage) -> None:
    """Whoever comes first, an answer or the wish to be forgotten: afterwards nothing is left, and nothing breaks."""
    sessions = [storage.begin("ada", PLAN, NOON) for _ in range(6)]

    def try_to_answer(session: int) -> None:
        with suppress(Gone):
            answer(storage, session, 1)

    at_once([*(lambda id=session.id: try_to_answer(id) for session in sessions), lambda: storage.forget("ada")])

    assert storage.totals("ada") == Totals(0, 0, 0, 0, 0, 0)


def test_no_trace(file: Path) -> None:
    """What was forgotten is in none of SQLite's files any more, not even as deleted bytes."""
    storage = Storage.open(f"sqlite:///{file}")
    session = storage.begin("ada-lovelace", {"note": "ada-lovelace"}, NOON)
    answer(storage, session.id, 1)

    def holding() -> list[str]:
        return [path.name for path in file.parent.iterdir() if b"ada-lovelace" in path.read_bytes()]

    assert holding() != []
    storage.forget("ada-lovelace")
    assert holding() == []


def test_export(storage: Storage) -> None:
    """Everything kept of a learner is given as plain JSON, with times that say UTC."""
    session = storage.begin("ada", PLAN, NOON)
    answer(storage, session.id, 1)

    kept = storage.export("ada")

    assert json.loads(json.dumps(kept)) == kept
    assert [len(kept[part]) for part in ("sessions", "answers", "reviews", "cards", "mastery")] == [1, 1, 1, 1, 1]
    assert kept["sessions"][0]["status"] == "active"
    assert kept["answers"][0]["item"] == item()
    assert kept["reviews"][0]["grade"] == "good"
    assert kept["cards"][0]["due"] == "2024-05-03T12:00:00+00:00"


def test_export_keeps_the_key(storage: Storage) -> None:
    """An export does not tell the key of a question that is still open."""
    session = storage.begin("ada", PLAN, NOON)
    storage.put(session.id, 1, item(), NOON)

    assert storage.export("ada")["answers"][0]["item"] == {"id": "salt-1", "stem": "What of salt-1?"}


# -- threads and crashes -------------------------------------------------------------------------------------------------


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run calls in threads of their own that start together; give what each returned."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        start.wait(timeout=30)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def keep_answering(url: str, out: Connection) -> None:
    """Answer question after question, and tell each answer that was acknowledged; never comes back."""
    storage = Storage.open(url)
    session = storage.begin("ada", PLAN, NOON).id
    for number in count(1):
        assert answer(storage, session, number)
        out.send((session, number))


def killed_after(answers: int, url: str) -> set[tuple[int, int]]:
    """Kill a process once it has told so many answers; give all that it told."""
    into, out = Pipe(duplex=False)
    child = get_context("fork").Process(target=keep_answering, args=(url, out), daemon=True)
    child.start()
    out.close()
    told = [into.recv() for _ in range(answers)]
    child.kill()
    child.join()
    with suppress(EOFError):
        while True:
            told.append(into.recv())
    return set(told)


def killed_again_and_again(url: str) -> None:
    """Print as JSON what ten processes told before each of them was killed."""
    print(json.dumps([told for times in range(10) for told in killed_after(3 + 2 * times, url)]))


def test_killed(url: str) -> None:
    """A process that is killed among its answers loses none that it acknowledged, and none counts twice; ten times over."""
    code = f"from tests.test_storage import *; killed_again_and_again({url!r})"
    command = [sys.executable, "-Wi", "-c", code]  # other tests leave threads in this process, which no fork may copy
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=300, check=True)
    acknowledged = {(session, number) for session, number in json.loads(done.stdout)}

    storage = Storage.open(url)
    reviews = storage.reviews("ada")
    written = {(each.session, each.number) for each in reviews}
    answered = {(turn.session, turn.number) for turn in storage.history("ada", 10 * len(reviews))}
    assert len(acknowledged) >= 120
    assert acknowledged <= written
    assert len(written - acknowledged) <= 10  # killed after the answer was written and before it was told
    assert answered == written
    assert len(reviews) == len(written) == storage.cards("ada")["salt"].reps == storage.mastery("ada")["rye"].evidence
    storage.close()


# -- opening -------------------------------------------------------------------------------------------------------------


def differences(storage: Storage) -> list[Any]:
    """How the tables of a database differ from those that the code expects."""
    with storage.engine.connect() as db:
        found = compare_metadata(MigrationContext.configure(db, opts={"compare_type": True}), tables.metadata)
    return [one for one in found if getattr(one[1], "name", "") != "sqlite_sequence"]  # SQLite's own: the ids it has given


def test_migrated(storage: Storage) -> None:
    """The revisions make exactly the tables that the code expects."""
    assert differences(storage) == []


def test_opened_again(url: str) -> None:
    """Opening up-to-date records changes nothing and keeps what is in them."""
    first = Storage.open(url)
    answer(first, first.begin("ada", PLAN, NOON).id, 1)
    before = first.export("ada")
    second = tables.engine(url)
    seen: list[str] = []
    event.listen(second, "before_cursor_execute", lambda c, cursor, sql, *rest: seen.append(sql))

    tables.migrate(second)

    assert {sql.split()[0].upper() for sql in seen} <= {"SELECT", "BEGIN", "PRAGMA"}
    assert first.export("ada") == before
    second.dispose()
    first.close()


def test_opened_at_once(url: str) -> None:
    """Several that open new records at the same time all succeed."""
    opened = at_once([lambda: Storage.open(url)] * 4)

    assert [storage.totals("ada").sessions for storage in opened] == [0] * 4
    for storage in opened:
        storage.close()


def test_several_opened_at_once(tmp_path: Path) -> None:
    """The records of several courses may be opened at the same time, though alembic keeps its work in globals."""
    urls = [f"sqlite:///{tmp_path}/{course}.sqlite3" for course in ("bread", "tea", "salt", "rye")]

    opened = at_once([lambda url=url: Storage.open(url) for url in urls])

    assert [differences(storage) for storage in opened] == [[]] * 4


@contextmanager
def another_opening(url: str) -> Iterator[None]:
    """Hold what a process holds while it opens these records."""
    engine = tables.engine(url)
    if engine.dialect.name == "sqlite":
        with Path(f"{engine.url.database}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    else:
        with engine.begin() as db:
            db.execute(sa.select(sa.func.pg_advisory_xact_lock(tables.MIGRATING)))
            yield
    engine.dispose()


def test_waits_for_its_turn(url: str) -> None:
    """Who opens records while another process prepares them waits until that has finished."""
    with ThreadPoolExecutor(1) as pool:
        with another_opening(url):
            opening = pool.submit(Storage.open, url)
            with pytest.raises(TimeoutError):
                opening.result(timeout=1)

        storage = opening.result(timeout=60)
        assert storage.totals("ada").sessions == 0
        storage.close()


def test_half_migrated(file: Path) -> None:
    """A revision that fails leaves the file as it was."""
    url = f"sqlite:///{file}"
    engine = tables.engine(url)
    with engine.begin() as db:
        db.exec_driver_sql("CREATE TABLE mastery (x)")

    with pytest.raises(StorageError, match="table mastery already exists"):
        Storage.open(url)

    assert sa.inspect(engine).get_table_names() == ["mastery"]


def test_newer(storage: Storage, url: str) -> None:
    """Records of a newer version of the tutor are left alone."""
    with storage.engine.begin() as db:
        db.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(StorageError, match="Can't locate revision identified by '9999'"):
        Storage.open(url)


def test_empty_file(file: Path) -> None:
    """An empty file becomes a database."""
    file.touch()

    assert Storage.open(f"sqlite:///{file}").totals("ada").sessions == 0


def test_prepared(file: Path) -> None:
    """A SQLite file logs changes first, checks references, waits for its turn and writes through to the disk."""
    storage = Storage.open(f"sqlite:///{file}")
    names = ("journal_mode", "foreign_keys", "busy_timeout", "synchronous", "secure_delete")

    with storage.engine.connect() as db:
        found = [db.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    assert found == ["wal", 1, tables.WAIT * 1000, 2, 1]


@pytest.mark.skipif(not POSTGRES, reason="TEST_POSTGRES names no database, so nothing was tried on PostgreSQL")
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_one_state(storage: Storage) -> None:
    """On PostgreSQL an export sees one state of the records throughout, and a write sees what others finished meanwhile."""
    with storage._read() as reading, storage._write() as writing:
        found = [db.exec_driver_sql("SHOW transaction_isolation").scalar() for db in (reading, writing)]

    assert found == ["repeatable read", "read committed"]


def test_private(tmp_path: Path) -> None:
    """The folder that is made for the records is nobody else's to read."""
    Storage.open(f"sqlite:///{tmp_path}/learners/bread.sqlite3")

    assert (tmp_path / "learners").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "url, cause",
    [
        ("bread", "is not a database URL"),
        ("", "is not a database URL"),
        ("mysql://ada:secret@host/bread", "mysql is not supported"),
        ("sqlite://", "what is kept in memory is lost"),
        ("sqlite:///{tmp}/notes.txt", "file is not a database"),
        ("sqlite:///{tmp}", "unable to open database file"),
        ("sqlite:///{tmp}/notes.txt/bread.sqlite3", "File exists"),
        ("postgresql+psycopg2://ada:secret@127.0.0.1:1/bread", "Connection refused"),
        ("postgresql+bakery://ada:secret@127.0.0.1/bread", "Can't load plugin"),
    ],
)
def test_cannot_open(tmp_path: Path, url: str, cause: str) -> None:
    """Records that cannot be opened are told in one line that names the setting, the cause and a remedy, and no password."""
    (tmp_path / "notes.txt").write_text("flour, water, salt\n" * 100, encoding="utf-8")

    with pytest.raises(StorageError) as caught:
        Storage.open(url.format(tmp=tmp_path))

    told = str(caught.value)
    assert told.startswith("TUTOR_DATABASE")
    assert cause in told
    assert "leave it empty" in told or "name another database" in told
    assert len(told.splitlines()) == 1
    assert "secret" not in told


def test_lost(file: Path) -> None:
    """When the database fails later on, that is told the same way, and `check` tells it first."""
    storage = Storage.open(f"sqlite:///{file}")
    storage.check()
    storage.close()
    file.write_bytes(b"flour" * 1000)
    for log in file.parent.glob("*-wal"):
        log.unlink()

    with pytest.raises(StorageError, match=r"^TUTOR_DATABASE: .* cannot be used: file is not a database"):
        storage.check()


def test_settings(tmp_path: Path) -> None:
    """Without a setting, each course has a file of its own among what is generated."""
    settings = Settings(var=tmp_path)

    Storage.open(settings.database_url("bread")).close()

    assert (tmp_path / "learners" / "bread.sqlite3").exists()
