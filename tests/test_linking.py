"""One learner over two channels: a code links them once, their records become one. On SQLite, and on PostgreSQL if there is one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from itertools import cycle
from typing import Any, Dict, Mapping, Tuple

import pytest

from tutor.learners import Learners
from tutor.linking import SIGNS, Links, as_typed
from tutor.progress import Card, Mastery, grade, review
from tutor.storage import Reviewed, Status

NOON = datetime(2026, 5, 1, 12, tzinfo=timezone.utc)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture
def links(learners: Learners) -> Links:
    """Nobody is linked."""
    return learners.links


def join(links: Links, alias: str, account: str, now: datetime = NOON) -> bool:
    """Link two learners as students do: one asks for a code, the other types it."""
    return links.link(links.new_code(account, now), alias, now)


def answer(learners: Learners, learner: str, score: float, now: datetime, claim: str = "salt", hints: int = 0) -> int:
    """A session with one answered question on a claim, of the concept that is called like it; the session's id."""

    def judge(cards: Mapping[str, Card], known: Mapping[str, Mastery]) -> Tuple[Any, Any]:
        given = grade(score, hints)
        card = review(cards.get(claim), claim, given, now)
        return [Reviewed(claim, given, score, card, "item")], [known.get(claim, Mastery(claim)).after(score / (2 if hints else 1))]

    session = learners.begin(learner, {}, now)
    learners.put(session.id, 1, {"id": "item", "stem": "Salt?", "concept": claim}, now)
    for _ in range(hints):
        learners.hint(session.id, 1)
    result: Dict[str, Any] = {"correct": score == 1, "score": score}
    learners.answer(session.id, 1, "a", result, [claim], [claim], judge, now)
    learners.set_status(session.id, Status.done)
    return session.id


# -- codes ---------------------------------------------------------------------------------------------------------------


def test_code(learners: Learners) -> None:
    """A code has two groups of four signs that nobody mistakes for others; chance picks them."""
    signs = cycle("K7Q29FHM")
    code = Links(learners.engine, lambda _: next(signs)).new_code("ada", NOON)

    assert code == "K7Q2-9FHM"
    assert set("ILOU") & set(SIGNS) == set()
    assert len({learners.links.new_code("ada", NOON) for _ in range(20)}) == 20


@pytest.mark.parametrize("typed", ["K7Q0-1FHM", "k7q01fhm", " K7QO - LFHM ", "k7qo_ifhm", "K7Q0–1FHM"])
def test_as_typed(typed: str) -> None:
    """A code is read however it is typed."""
    assert as_typed(typed) == "K7Q01FHM"


def test_linked(links: Links) -> None:
    """From then on both are the same learner."""
    assert join(links, "web.a", "slack.a")

    assert links.account("web.a") == links.account("slack.a") == "slack.a"
    assert links.everyone("web.a") == ["slack.a", "web.a"]
    assert (links.is_linked("web.a"), links.is_linked("slack.a"), links.is_linked("web.b")) == (True, True, False)


def test_code_is_used_once(links: Links) -> None:
    """A code works once, and its successor makes it worthless."""
    code = links.new_code("slack.a", NOON)
    assert links.link(code, "web.a", NOON)
    assert not links.link(code, "web.b", NOON)

    old, new = links.new_code("slack.a", NOON), links.new_code("slack.a", NOON)
    assert not links.link(old, "web.b", NOON)
    assert links.link(new, "web.b", NOON)


def test_code_is_used_once_at_once(links: Links) -> None:
    """Of several that type a code at the same time one is linked."""
    code = links.new_code("slack.a", NOON)

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda n: links.link(code, f"web.{n}", NOON), range(6)))

    assert done.count(True) == 1
    assert len(links.everyone("slack.a")) == 2


def test_code_ends(links: Links) -> None:
    """A code is valid for ten minutes."""
    code = links.new_code("slack.a", NOON)

    assert not links.link(code, "web.a", NOON + 10 * MINUTE)
    assert links.link(code, "web.a", NOON + 10 * MINUTE - timedelta(seconds=1))


@pytest.mark.parametrize("code", ["", "-", "0000-0000", "K7Q2", "'; DROP TABLE links; --", "\0", "\ud800", "x" * 5000])
def test_wrong_code(links: Links, code: str) -> None:
    """A code that was never given links nobody."""
    links.new_code("slack.a", NOON)

    assert not links.link(code, "web.a", NOON)
    assert not links.is_linked("web.a")


def test_own_code(links: Links) -> None:
    """Nobody is linked with himself, and the code stays good for another."""
    code = links.new_code("slack.a", NOON)

    assert not links.link(code, "slack.a", NOON)
    assert links.link(code, "web.a", NOON)


# -- chains --------------------------------------------------------------------------------------------------------------


def test_alias_asks(links: Links) -> None:
    """A code that an alias asks for leads to its account."""
    join(links, "web.a", "slack.a")
    join(links, "web.b", "web.a")

    assert links.everyone("web.b") == ["slack.a", "web.a", "web.b"]


def test_account_becomes_alias(links: Links) -> None:
    """An account that is linked to another brings its aliases along."""
    join(links, "web.a", "slack.a")
    join(links, "slack.a", "slack.b")

    assert sorted(links.everyone("web.a")) == ["slack.a", "slack.b", "web.a"]
    assert links.account("web.a") == "slack.b"


def test_account_links_to_its_alias(links: Links) -> None:
    """Who is linked already stays so, whoever asks."""
    join(links, "web.a", "slack.a")

    assert join(links, "slack.a", "web.a")
    assert links.everyone("web.a") == ["slack.a", "web.a"]


def test_linked_elsewhere(links: Links, learners: Learners) -> None:
    """One that was linked elsewhere leaves its records there."""
    join(links, "web.a", "slack.a")
    answer(learners, "slack.a", 1.0, NOON)

    join(links, "web.a", "slack.b")

    assert links.everyone("web.a") == ["slack.b", "web.a"]
    assert (learners.totals("slack.a").answered, learners.totals("slack.b").answered) == (1, 0)


@pytest.mark.parametrize("who", ["web.a", "slack.a"])
def test_unlinked(links: Links, learners: Learners, who: str) -> None:
    """Either may end a link; the records stay with the account."""
    answer(learners, "web.a", 1.0, NOON)
    join(links, "web.a", "slack.a")

    assert links.unlink(who)

    assert not links.unlink(who)
    assert (links.account("web.a"), links.is_linked("slack.a")) == ("web.a", False)
    assert (learners.totals("web.a").answered, learners.totals("slack.a").answered) == (0, 1)


# -- records that become one ---------------------------------------------------------------------------------------------


def test_records_move(links: Links, learners: Learners) -> None:
    """What the alias had recorded moves over, and the account's own stays."""
    answer(learners, "web.a", 1.0, NOON, "rye")
    answer(learners, "slack.a", 0.0, NOON, "salt")

    join(links, "web.a", "slack.a")

    assert sorted(learners.cards("slack.a")) == sorted(learners.mastery("slack.a")) == ["rye", "salt"]
    assert len(learners.reviews("slack.a")) == learners.totals("slack.a").answered == 2
    assert (learners.totals("web.a").sessions, learners.cards("web.a"), learners.reviews("web.a")) == (0, {}, [])


def test_as_if_one_had_answered_all(links: Links, learners: Learners) -> None:
    """A claim and a concept that both know stand as if one learner had given all answers, in their order."""
    given = [("web.a", 1.0, 0), ("slack.a", 0.0, 0), ("web.a", 1.0, 1), ("slack.a", 1.0, 0), ("web.a", 0.5, 0)]
    for n, (learner, score, hints) in enumerate(given):
        answer(learners, learner, score, NOON + n * DAY, hints=hints)
        answer(learners, "one", score, NOON + n * DAY, hints=hints)

    join(links, "web.a", "slack.a", NOON + 9 * DAY)

    assert learners.cards("slack.a") == learners.cards("one")
    assert learners.mastery("slack.a") == learners.mastery("one")
    assert learners.cards("slack.a")["salt"].reps == 5


def test_one_session_is_open(links: Links, learners: Learners) -> None:
    """Of two open sessions the newer one goes on, and the older one does not come back after it."""
    learners.begin("slack.a", {}, NOON)
    newer = learners.begin("web.a", {}, NOON)

    join(links, "web.a", "slack.a")

    assert learners.current("slack.a").id == newer.id  # type: ignore[union-attr]
    learners.set_status(newer.id, Status.done)
    assert learners.current("slack.a") is None


@pytest.mark.parametrize("who", ["web.a", "slack.a"])
def test_forgotten_from_either(links: Links, learners: Learners, who: str) -> None:
    """Forgetting from either channel deletes the records, both conversations, the link and an unused code."""
    for learner in ("web.a", "slack.a", "web.b"):
        learners.talks.keep(learner, "message-1", "hi", [], NOON)
        answer(learners, learner, 1.0, NOON)
    join(links, "web.a", "slack.a")
    code = links.new_code("web.a", NOON)

    assert learners.forget(who) > 5

    for learner in ("web.a", "slack.a"):
        assert (learners.totals(learner).sessions, learners.talks.history(learner, 9)[0]) == (0, [])
        assert not links.is_linked(learner)
    assert not links.link(code, "web.b", NOON)
    assert (learners.totals("web.b").answered, len(learners.talks.history("web.b", 9)[0])) == (1, 1)
    assert learners.forget(who) == 0


def test_export_of_both(links: Links, learners: Learners) -> None:
    """The export holds what was recorded and said in each channel, whichever it is asked from."""
    for learner in ("web.a", "slack.a"):
        learners.talks.keep(learner, "message-1", f"hi from {learner}", [], NOON)
        answer(learners, learner, 1.0, NOON)
    join(links, "web.a", "slack.a")

    data = learners.export("web.a")

    assert (data["learner"], data["linked"], len(data["answers"])) == ("slack.a", ["web.a"], 2)
    assert [turn["said"] for turn in data["conversations"]] == ["hi from slack.a", "hi from web.a"]
    assert data == learners.export("slack.a")
