"""Conversations: each message is kept once, nobody reads another's, what is old goes. On SQLite, and PostgreSQL if there is one."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any, List

import pytest

from tutor.learners import Learners
from tutor.storage import StorageError
from tutor.talks import Talks

NOON = datetime(2026, 5, 1, 12, tzinfo=timezone.utc)
MINUTE = timedelta(minutes=1)
REPLIES = [{"text": "Rye — ‘Roggen’ \ud83c [1]", "buttons": [{"title": "More", "payload": "more"}], "custom": {"kind": "answer"}}]


@pytest.fixture
def talks(learners: Learners) -> Talks:
    """No conversation yet."""
    return learners.talks


def say(talks: Talks, number: int, learner: str = "ada", now: datetime = NOON) -> Any:
    """Keep a turn whose message is called by a number."""
    return talks.keep(learner, f"message-{number}", f"question {number}", REPLIES, now + number * MINUTE)


def said(turns: List[Any]) -> List[str]:
    """What was asked in these turns."""
    return [turn.said for turn in turns]


def test_kept(talks: Talks) -> None:
    """A turn comes back as it was sent, and is found by its message and by its number."""
    kept = say(talks, 1)

    assert (kept.message_id, kept.said, kept.at, kept.replies) == ("message-1", "question 1", NOON + MINUTE, REPLIES)
    assert talks.find("ada", "message-1") == talks.turn("ada", kept.number) == kept
    assert (talks.find("ada", "message-2"), talks.turn("ada", kept.number + 1)) == (None, None)


def test_strange_signs(talks: Talks) -> None:
    """What a database refuses is replaced, so that the turn is kept all the same."""
    kept = talks.keep("ada\0", "message-1", "rye\0 or \ud800?", [{"text": "\0"}], NOON)

    assert (kept.said, kept.replies) == ("rye\ufffd or ??", [{"text": "\0"}])


def test_sent_again(talks: Talks) -> None:
    """A message that is kept again keeps its first reply; the same id of another learner is another message."""
    first = say(talks, 1)

    again = talks.keep("ada", "message-1", "changed", [], NOON + 9 * MINUTE)
    other = say(talks, 1, "bob")

    assert again == first
    assert other.number > first.number
    assert len(talks.history("ada", 9)[0]) == 1


def test_at_once(talks: Talks) -> None:
    """Kept by several at once, a message has one turn."""
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda n: say(talks, n % 2), range(16)))

    assert len({turn.number for turn in kept}) == 2


def test_history(talks: Talks) -> None:
    """History gives the newest turns, those before one, or those after one, always in order, and tells whether there are more."""
    numbers = [say(talks, n).number for n in range(1, 6)]
    say(talks, 6, "bob")

    assert [(said(t), more) for t, more in [talks.history("ada", 2)]] == [(["question 4", "question 5"], True)]
    assert [(said(t), more) for t, more in [talks.history("ada", 2, before=numbers[2])]] == [(["question 1", "question 2"], False)]
    assert [(said(t), more) for t, more in [talks.history("ada", 2, after=numbers[1])]] == [(["question 3", "question 4"], True)]
    assert talks.history("ada", 5, after=numbers[4]) == ([], False)
    assert talks.history("ada", 9, before=numbers[4], after=numbers[2])[0] == [talks.turn("ada", numbers[3])]
    assert talks.oldest("ada") == numbers[0]


def test_not_anothers(talks: Talks) -> None:
    """Whoever guesses a number reads nothing of another's conversation."""
    kept = say(talks, 1)

    assert talks.turn("bob", kept.number) is None
    assert talks.find("bob", "message-1") is None
    assert talks.history("bob", 9) == ([], False)
    assert talks.oldest("bob") is None


def test_old_ones_go(talks: Talks) -> None:
    """What is older than a moment is dropped, of every learner; a number is never given again."""
    last = [say(talks, 1), say(talks, 2, "bob"), say(talks, 3)][-1]

    assert talks.drop_before(NOON + 4 * MINUTE) == 3
    assert talks.drop_before(NOON + 4 * MINUTE) == 0
    assert say(talks, 5).number > last.number


def test_utc(talks: Talks) -> None:
    """A time that does not say where it is from is a fault of the program."""
    with pytest.raises(ValueError, match="UTC"):
        talks.keep("ada", "message-1", "hi", [], datetime(2026, 5, 1))


def test_forgotten(learners: Learners) -> None:
    """Forgetting a learner deletes the conversation, of that learner alone."""
    say(learners.talks, 1)
    say(learners.talks, 2, "bob")

    assert learners.forget("ada") == 1
    assert learners.talks.history("ada", 9)[0] == []
    assert said(learners.talks.history("bob", 9)[0]) == ["question 2"]


def test_exported(learners: Learners) -> None:
    """The export holds every turn, and no export that was made before, which would hold the one before it, and so on."""
    for n in range(1, 251):
        say(learners.talks, n)
    learners.talks.keep("ada", "message-x", "export", [{"text": "all", "custom": {"kind": "chat", "data": {"big": 1}}}], NOON)
    say(learners.talks, 1, "bob")

    data = json.loads(json.dumps(learners.export("ada")))

    assert len(data["conversations"]) == 251
    assert data["conversations"][-1]["replies"] == [{"text": "all", "custom": {"kind": "chat", "data": None}}]
    assert {turn["learner"] for turn in data["conversations"]} == {"ada"}
    assert (data["answers"], data["linked"]) == ([], [])


# -- shared answers ------------------------------------------------------------------------------------------------------


def test_shared(talks: Talks) -> None:
    """An answer is shared under a digest of what it says: the same one twice is one, another one is another."""
    one = talks.share("what is rye?", REPLIES[0])

    assert talks.shared(one.id) == one
    assert (one.question, one.reply, len(one.id)) == ("what is rye?", REPLIES[0], 24)
    assert talks.share("what is rye?", REPLIES[0]).id == one.id
    assert talks.share("what is wheat?", REPLIES[0]).id != one.id
    assert talks.shared("0" * 24) is None


def test_shared_outlasts(learners: Learners) -> None:
    """A shared answer names nobody, and stays when its conversation is forgotten."""
    say(learners.talks, 1)
    shared = learners.talks.share("question 1", REPLIES[0])

    learners.forget("ada")

    assert learners.talks.shared(shared.id) == shared


def test_broken(tmp_path: Any) -> None:
    """A database that cannot be read is told as one."""
    learners = Learners.open(f"sqlite:///{tmp_path}/bread.sqlite3")
    learners.close()
    (tmp_path / "bread.sqlite3").write_bytes(b"no database" * 1000)

    with pytest.raises(StorageError, match="TUTOR_DATABASE"):
        learners.talks.history("ada", 9)
