"""Quizzes over the channel, through the trained bot: mixed with questions, repeated, interrupted, killed."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Tuple
from uuid import uuid4

import pytest

from knowledge.models import Course
from tests.serving import ROOT, Server, ready_var, serving
from tutor.items import Item, ItemType
from tutor.settings import Settings
from tutor.tutor import quiz_items, serving_encoder

pytestmark = pytest.mark.rasa

KILLS = 2  # of the server between two messages; `python -m bench.crashing` does fifty
ITEMS = 500  # that the scripted learner takes


@pytest.fixture(scope="module")
def keyed(taught: Course) -> Dict[str, Item]:
    """The items by id, with the keys that no student sees."""
    settings = Settings(var=ROOT / "var")
    return {item.id: item for item in quiz_items(taught, serving_encoder(), settings)}


@pytest.fixture
def say(server: Server) -> Callable[[str], Dict[str, Any]]:
    """Say something as a new learner; the custom part of the reply."""
    learner = uuid4().hex
    return lambda text: dict(server.say(text, learner)["custom"])


def right_answer(item: Item) -> str:
    """What a student who knows would type."""
    if item.type is ItemType.short_answer:
        return ". ".join(point.text for point in item.points)
    return ", ".join(item.key)


def wrong_answer(item: Item) -> str:
    """What a student who does not know would type."""
    if item.type is ItemType.short_answer:
        return "it is something with bananas"
    if item.type is ItemType.match:
        letters = [pair[1:] for pair in item.key]  # each pair with the letter of the next
        return " ".join(f"{pair[0]}{letter}" for pair, letter in zip(item.key, letters[1:] + letters[:1], strict=True))
    return next(o.id for o in item.options if o.id not in item.key)


def test_whole_session(say: Callable[[str], Dict[str, Any]], keyed: Dict[str, Item]) -> None:
    """Ten questions, each graded with citations, never the same twice, then the summary."""
    put = say("quiz me on track 2, 5 questions")

    seen: List[str] = []
    for number in range(1, 6):
        assert (put["kind"], put["item"]["number"], put["item"]["of"]) == ("quiz_item", number, 5)
        item = keyed[put["item"]["id"]]
        told = say(right_answer(item) if number != 3 else wrong_answer(item))
        seen.append(item.id)
        assert (told["kind"], tuple(told["key"])) == ("feedback", item.key)
        assert told["correct"] is (number != 3), item
        assert told["sentences"] and all(s["citations"] for s in told["sentences"])
        put = say("next")

    assert len(set(seen)) == 5
    assert (put["kind"], put["correct"], put["asked"]) == ("quiz_summary", 4, 5)
    assert all(0 <= row["mastery"] <= 1 for row in put["by_concept"])


def test_key_is_never_shown(say: Callable[[str], Dict[str, Any]]) -> None:
    """What a question sends to a student does not tell the key."""
    put = say("quiz me")

    assert not {"key", "proof", "points", "claims"} & set(put["item"])


def test_question_in_the_middle(say: Callable[[str], Dict[str, Any]], keyed: Dict[str, Item]) -> None:
    """A question asked in the middle is answered, and the item is put again; then it can still be answered."""
    put = say("quiz me on strengths")

    told = say("wait, what's plausible deniability?")
    feedback = say(right_answer(keyed[put["item"]["id"]]))

    assert told["kind"] == "answer"
    assert told["item"]["id"] == put["item"]["id"]
    assert (feedback["kind"], feedback["correct"]) == ("feedback", True)


def test_answered_twice(say: Callable[[str], Dict[str, Any]], keyed: Dict[str, Item]) -> None:
    """An answer that comes twice gets the same feedback and counts once."""
    put = say("quiz me, only multiple choice")
    answer = right_answer(keyed[put["item"]["id"]])

    first, second = say(answer), say(answer)

    assert (second["kind"], second["item_id"], second["score"]) == ("feedback", first["item_id"], first["score"])
    assert say("how am I doing?")["asked"] == 1


def test_hints(say: Callable[[str], Dict[str, Any]]) -> None:
    """A hint nudges, the next strikes an option, the third tells the answer."""
    say("quiz me, multiple choice only")

    nudge, narrower, told = say("hint"), say("another hint please"), say("hint")

    assert (len(nudge["item"]["hints"]), nudge["item"]["struck"]) == (1, [])
    assert (len(narrower["item"]["hints"]), len(narrower["item"]["struck"])) == (2, 1)
    assert (told["kind"], told["correct"]) == ("feedback", False)


def test_skip_pause_resume_stop(say: Callable[[str], Dict[str, Any]]) -> None:
    """Skipping puts the next; a pause keeps the question; stopping sums up."""
    first = say("quiz me on weaknesses")

    second = say("skip")
    paused = say("pause the quiz")
    between = say("what are the nine tracks?")
    resumed = say("resume the quiz")
    stopped = say("stop the quiz")

    assert second["item"]["id"] != first["item"]["id"]
    assert (paused["kind"], between["item"]) == ("chat", None)
    assert resumed["item"]["id"] == second["item"]["id"]
    assert (stopped["kind"], stopped["asked"]) == ("quiz_summary", 0)


@pytest.mark.parametrize(
    "text, kind, types",
    [
        ("only true or false questions please", "true_false", {"true_false"}),
        ("test me with matching questions", "match", {"match"}),
        ("quiz me with short answer questions", "short_answer", {"short_answer"}),
        ("select all that apply quiz", "select_all", {"select_all"}),
    ],
)
def test_types(say: Callable[[str], Dict[str, Any]], text: str, kind: str, types: set[str]) -> None:
    """A type that is asked for is what comes."""
    put = say(text)

    assert put["kind"] == "quiz_item"
    assert put["item"]["type"] in types


def test_missed_come_back(say: Callable[[str], Dict[str, Any]], keyed: Dict[str, Item]) -> None:
    """What was wrong can be asked for again."""
    put = say("quiz me, only multiple choice")
    item = keyed[put["item"]["id"]]
    say(wrong_answer(item))
    say("stop")

    again = say("test me on what I got wrong")

    assert again["kind"] == "quiz_item"
    assert keyed[again["item"]["id"]].claims[0] == item.claims[0]


def test_forget_me(say: Callable[[str], Dict[str, Any]], keyed: Dict[str, Item]) -> None:
    """Everything of a learner goes, and the tutor says so."""
    put = say("quiz me")
    say(right_answer(keyed[put["item"]["id"]]))

    told = say("forget me")

    assert "deleted" in told["message"]
    assert say("how am I doing?")["asked"] == 0


def test_export_data(say: Callable[[str], Dict[str, Any]], keyed: Dict[str, Item]) -> None:
    """All that is kept of a learner comes as JSON."""
    put = say("quiz me")
    say(right_answer(keyed[put["item"]["id"]]))

    data = say("export my data")["data"]

    assert len(data["answers"]) == 1
    assert data["reviews"]


def test_two_learners(server: Server, keyed: Dict[str, Item]) -> None:
    """Nobody's quiz is touched by another's."""
    ada, ben = uuid4().hex, uuid4().hex
    server.say("quiz me", ada)

    said = server.say("b", ben)["custom"]

    assert said["kind"] not in ("feedback", "quiz_item")


def test_five_hundred(server: Server, keyed: Dict[str, Item]) -> None:
    """A scripted learner takes 500 questions of all types: one right answer each, none twice in a session, all feedback cited."""
    learner, rng = uuid4().hex, random.Random(5)
    types, asked = set(), 0
    while asked < ITEMS:
        put, seen = server.say("quiz me with 50 questions", learner)["custom"], set()
        while put["kind"] == "quiz_item":
            item = keyed[put["item"]["id"]]
            right = rng.random() < 0.7
            told = server.say(right_answer(item) if right else wrong_answer(item), learner)["custom"]
            assert told["kind"] == "feedback", (item, told)
            assert told["correct"] is right or (not right and not told["correct"]), item
            assert told["sentences"] and all(s["citations"] for s in told["sentences"])
            assert len({o["text"].lower() for o in put["item"]["options"]}) == len(put["item"]["options"])
            assert item.id not in seen
            seen.add(item.id)
            types.add(item.type)
            asked += 1
            put = server.say("next", learner)["custom"]
        assert put["kind"] == "quiz_summary"

    assert types == set(ItemType)


@pytest.fixture
def fragile(tmp_path: Path) -> Iterator[Tuple[Path, Dict[str, str]]]:
    """A place for a server that is killed and started again."""
    var = ready_var(tmp_path)
    yield tmp_path, {"TUTOR_VAR": str(var)}


def test_killed_between_messages(fragile: Tuple[Path, Dict[str, str]], keyed: Dict[str, Item]) -> None:
    """A server killed between question and answer, and between answer and next, loses nothing and counts nothing twice."""
    folder, settings = fragile
    waiting, answered = None, 0
    for life in range(KILLS):
        with serving(folder / f"log{life}.txt", **settings) as server:
            server.wait()
            put = server.say("next" if life else "quiz me", "ada")["custom"]
            if life:
                assert put["item"]["id"] == waiting
                assert server.say(right_answer(keyed[waiting]), "ada")["custom"]["correct"]
                answered += 1
                put = server.say("next", "ada")["custom"]
            waiting = put["item"]["id"]
            os.killpg(server.process.pid, signal.SIGKILL)
            server.process.wait()

    kept = sqlite3.connect(folder / "var" / "learners" / "multi-track-diplomacy.sqlite3")
    assert kept.execute("select count(*) from turns where answered_at is not null").fetchone() == (answered,)
