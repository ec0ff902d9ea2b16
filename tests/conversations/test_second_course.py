"""Another course, about bread, goes through the same bot; readings are added and taken away while it answers."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest

from tests.serving import ROOT, Server, environment, own_var, serving

pytestmark = pytest.mark.rasa

PATIENCE = 20  # seconds until a running server must have taken up a change of the library
NOTES = """# Notes from a mill

## Spelt

Spelt is an old kind of wheat with a hull that clings to the grain. Millers must remove it before they can grind.

## Storage

Flour keeps for half a year in a cool cellar. In summer the miller sifts out beetles every week.
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Dict[str, str]:
    """What makes the bot teach bread, everything generated kept apart."""
    folder = tmp_path_factory.mktemp("bread")
    return {"TUTOR_COURSE": "tests/course", "TUTOR_VAR": str(own_var(folder)), "TUTOR_MODELS": str(folder / "models")}


def run(settings: Dict[str, str], module: str, *words: str) -> str:
    """Run a command as an instructor would; what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=ROOT,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{module} {words}: {done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def bakery(settings: Dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The bot, trained and serving, with the course on bread."""
    run(settings, "tutor", "index")
    run(settings, "bot.train")
    with serving(tmp_path_factory.mktemp("server") / "log.txt", **settings) as running:
        running.wait()
        yield running


def said(reply: Dict[str, Any]) -> List[str]:
    """The sentences of an answer."""
    assert reply["custom"]["kind"] == "answer", reply["text"]
    return [sentence["text"] for sentence in reply["custom"]["sentences"]]


def test_definition(bakery: Server) -> None:
    """A numbered concept of any course is understood in students' spellings."""
    assert said(bakery.say("whats type one and a half bread??")) == ["Type 1.5 is dough that soda lifts in the oven."]


def test_list_and_follow_up(bakery: Server) -> None:
    """Aspects are asked for by name, and a follow-up leans on the answer before."""
    assert "Type 2 takes a whole night of waiting." in said(bakery.say("disadvantages of sourdough", "ada"))
    assert "Type 2 stays soft, and its crust sings." in said(bakery.say("and its strengths?", "ada"))


def test_comparison(bakery: Server) -> None:
    """Two concepts stand side by side."""
    assert bakery.say("compare t1 vs t2")["custom"]["table"]["columns"] == ["Type 1", "Type 2"]


def test_disagreement(bakery: Server) -> None:
    """Where the readings differ, the positions stand side by side."""
    custom = bakery.say("do the authors agree on what sourdough is?")["custom"]

    assert [position["author"] for position in custom["positions"]] == ["Ada Baker", "Ben Miller"]


@pytest.mark.parametrize("text", ["what is track 2 diplomacy?", "who is Joseph Montville", "what are the nine tracks"])
def test_nothing_of_another_course(bakery: Server, text: str) -> None:
    """Of what another course teaches, this one knows nothing."""
    assert bakery.say(text)["custom"]["kind"] == "decline"


def test_library_while_it_serves(bakery: Server, settings: Dict[str, str], tmp_path: Path) -> None:
    """A reading that is added is quoted, word for word, without a restart; its paragraph opens; a rollback takes it away."""
    question = "why must millers remove the hull of spelt?"
    assert bakery.say(question)["custom"]["kind"] == "decline"
    (tmp_path / "mill.md").write_text(NOTES, encoding="utf-8")

    told = run(settings, "tutor", "ingest", str(tmp_path / "mill.md"), "--author", "Mel Miller")
    answered = until(bakery, question, "answer")

    assert "added: mill" in told
    sentences, citations = answered["custom"]["sentences"], answered["custom"]["citations"]
    assert all(sentence["text"] in NOTES for sentence in sentences)
    assert citations[0]["author"] == "Mel Miller"
    opened = bakery.http.get(f"/api/passages/{citations[0]['passage']}").json()
    assert opened["original"]["text"] in NOTES
    marked = [opened["original"]["text"][start:end] for start, end in opened["original"]["highlights"]]
    assert " ".join(marked) == " ".join(sentence["text"] for sentence in sentences)
    assert opened["source"]["title"] == "Notes from a mill"

    run(settings, "tutor", "ingest", "--rollback")

    assert until(bakery, question, "decline")["custom"]["reason"] in ("not_covered", "off_topic")


def test_original_behind_a_claim(bakery: Server, settings: Dict[str, str], tmp_path: Path) -> None:
    """Where a reading of the course is in the library, a citation opens its paragraph with the cited part marked."""
    text = "Flat breads come first.\n\nBaked without any rising at all, the dough of Type 1 stays flat. Nobody waits for it.\n"
    (tmp_path / "baker-1950.txt").write_text(text, encoding="utf-8")

    run(settings, "tutor", "ingest", str(tmp_path))
    end = time.monotonic() + PATIENCE
    while (opened := bakery.http.get("/api/passages/baker-1950.type-1.definition").json()["original"]) is None:
        assert time.monotonic() < end, "the library was not taken up"
        time.sleep(0.2)

    (start, stop), *_ = opened["highlights"]
    assert opened["text"][start:stop] == "Baked without any rising at all, the dough of Type 1 stays flat."


def until(server: Server, question: str, kind: str) -> Dict[str, Any]:
    """Ask until the reply is of a kind."""
    end = time.monotonic() + PATIENCE
    while (reply := server.say(question))["custom"]["kind"] != kind:
        assert time.monotonic() < end, f"still no {kind}: {reply['text']}"
        time.sleep(0.2)
    return reply
