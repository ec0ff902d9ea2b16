"""What Rasa calls, with a tutor that says what the test wants."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Dict, List, Tuple

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions import APOLOGY, ActionAnswer, ActionSessionStart, question_of
from tutor.reply import Chat, Context, CourseRef, Reply
from tutor.understanding import Question

SPOKEN_OF = Context(act="define", aspect="definition", subjects=("type-1",), recent=("type-1",), shown=("type-1.definition",))


class FakeTutor:
    """Answers "Hello!" and remembers what it was asked; or fails."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.course = CourseRef(id="bread", version="abc")
        self.asked: List[Question] = []
        self.noted: List[Tuple[Question, Reply, Any]] = []

    def note_gap(self, question: Question, reply: Reply, now: datetime) -> None:
        """Remember what was noted."""
        self.noted.append((question, reply, now.tzinfo))

    def reply(self, question: Question, learner: str, now: datetime) -> Chat:
        """Answer a question of the learner whose conversation it is."""
        assert (learner, now.tzinfo) == ("ada", timezone.utc)
        self.asked.append(question)
        if self.fault:
            raise self.fault
        return Chat(
            message="Hello!", suggestions=("What is Type 1?",), course=CourseRef(id="bread", version="abc"), context=SPOKEN_OF
        )


def tracker(message: Dict[str, Any], **slots: Any) -> Tracker:
    """A conversation with this latest message and these slots."""
    return Tracker("ada", slots, message, [], False, None, {}, "action_listen")


def run(action: Any, conversation: Tracker) -> Any:
    """What an action sends and which events it returns."""
    dispatcher = CollectingDispatcher()
    events = action.run(dispatcher, conversation, {})
    return dispatcher.messages, events


# -- answering -----------------------------------------------------------------------------------------------------


def test_one_message() -> None:
    """A reply is one message with text, buttons and JSON."""
    messages, _ = run(ActionAnswer(FakeTutor()), tracker({"text": "hi"}))

    assert len(messages) == 1
    assert messages[0]["text"] == "Hello!\n\n- What is Type 1?"
    assert messages[0]["buttons"] == [{"title": "What is Type 1?", "payload": "What is Type 1?"}]
    assert messages[0]["custom"] == {
        "kind": "chat",
        "message": "Hello!",
        "suggestions": ["What is Type 1?"],
        "course": {"id": "bread", "version": "abc"},
        "item": None,
        "downloads": [],
        "data": None,
        "forgotten": False,
    }


@pytest.mark.parametrize("metadata", [None, {}, {"learner": ""}, {"other": "x"}, {"learner": "ada"}], ids=repr)
def test_learner(metadata: Any) -> None:
    """Who speaks is whom the channel names, as several may speak in one conversation; else the one whose conversation it is."""
    named = bool(metadata and metadata.get("learner"))
    conversation = Tracker(
        "thread.7" if named else "ada", {}, {"text": "hi", "metadata": metadata}, [], False, None, {}, "action_listen"
    )

    messages, _ = run(ActionAnswer(FakeTutor()), conversation)  # which refuses any learner but Ada

    assert messages[0]["custom"]["message"] == "Hello!"


def test_context_slot() -> None:
    """The context of the reply goes into the slot, as plain values."""
    _, events = run(ActionAnswer(FakeTutor()), tracker({"text": "hi"}))

    assert events == [{"event": "slot", "timestamp": None, "name": "context", "value": SPOKEN_OF.dict()}]


def test_context_returns() -> None:
    """The context in the slot reaches the tutor on the next turn, also after it was stored as JSON."""
    tutor = FakeTutor()
    stored = {"act": "define", "aspect": "definition", "subjects": ["type-1"], "recent": ["type-1"], "shown": ["type-1.definition"]}

    run(ActionAnswer(tutor), tracker({"text": "more"}, context=stored))

    assert tutor.asked[0].context == SPOKEN_OF


@pytest.mark.parametrize(
    "fault", [ValueError("secret"), KeyError("secret"), RecursionError("secret"), MemoryError("secret")], ids=repr
)
def test_apology(fault: Exception, caplog: pytest.LogCaptureFixture) -> None:
    """A fault becomes an apology for the student and a traceback for the log; what was spoken of is kept."""
    messages, events = run(ActionAnswer(FakeTutor(fault)), tracker({"text": "hi"}, context=SPOKEN_OF.dict()))

    assert [(m["text"], m["custom"]) for m in messages] == [
        (APOLOGY, {"kind": "chat", "message": APOLOGY, "suggestions": [], "course": {"id": "bread", "version": "abc"}})
    ]
    assert events == []
    assert "secret" not in str(messages)
    assert [r.exc_info[1] for r in caplog.records if r.exc_info] == [fault]


def test_apology_has_the_shape_of_a_reply() -> None:
    """The apology can be read by whoever reads replies."""
    messages, _ = run(ActionAnswer(FakeTutor(ValueError())), tracker({"text": "hi"}))

    assert Chat(**messages[0]["custom"]).message == APOLOGY


# -- reading the tracker ---------------------------------------------------------------------------------------------


def test_question() -> None:
    """A question is the text with the intent model's probabilities; entities found in text are left to the tutor."""
    message = {
        "text": "what is type 1",
        "intent_ranking": [{"name": "define", "confidence": 0.7}, {"name": "explain", "confidence": 0.2}],
        "entities": [{"entity": "concept", "value": "type-2"}],
    }

    assert question_of(tracker(message)) == Question("what is type 1", {"define": 0.7, "explain": 0.2})


def test_button() -> None:
    """A button's payload names concepts; entities of another kind are no concepts."""
    message = {
        "text": '/define{"concept": "type-2"}',
        "intent_ranking": [{"name": "define", "confidence": 1.0}],
        "entities": [{"entity": "concept", "value": "type-2"}, {"entity": "aspect", "value": "weakness"}],
    }

    question = question_of(tracker(message))

    assert (question.concepts, question.ranking) == (("type-2",), {"define": 1.0})


@pytest.mark.parametrize(
    "message", [{}, {"text": None, "intent_ranking": None, "entities": None}, {"text": "", "intent_ranking": [{}]}]
)
def test_bare_message(message: Dict[str, Any]) -> None:
    """A message without text, intents or entities is an empty question."""
    assert question_of(tracker(message)) == Question("")


def test_gap_is_noted() -> None:
    """Every reply is offered to the log of what was asked in vain, with the time in UTC."""
    tutor = FakeTutor()
    run(ActionAnswer(tutor), tracker({"text": "hi"}))

    ((question, reply, zone),) = tutor.noted
    assert (question, reply.kind, zone) == (tutor.asked[0], "chat", timezone.utc)


@pytest.mark.parametrize("damaged", [None, "", "text", 7, [1], {"subjects": 7}, {"mood": "good"}, {"act": ["x"]}], ids=repr)
def test_damaged_slot(damaged: Any) -> None:
    """A context that cannot be read is forgotten, and the question is answered."""
    tutor = FakeTutor()

    messages, _ = run(ActionAnswer(tutor), tracker({"text": "hi"}, context=damaged))

    assert tutor.asked == [Question("hi")]
    assert messages[0]["custom"]["message"] == "Hello!"


# -- sessions ------------------------------------------------------------------------------------------------------


def test_new_session() -> None:
    """A session begins, with nothing to carry, and listens."""
    _, events = run(ActionSessionStart(), tracker({}))

    assert [e["event"] for e in events] == ["session_started", "action"]
    assert events[-1]["name"] == "action_listen"


def test_session_carries_the_context() -> None:
    """A new session remembers what the last one was about, in one event."""
    _, events = run(ActionSessionStart(), tracker({}, context=SPOKEN_OF.dict()))

    assert [e["event"] for e in events] == ["session_started", "slot", "action"]
    assert (events[1]["name"], events[1]["value"]) == ("context", SPOKEN_OF.dict())


# -- the file ------------------------------------------------------------------------------------------------------


def test_names_in_the_domain(project: Path) -> None:
    """The action is called as in the domain."""
    domain = (project / "domain.yml").read_text(encoding="utf-8")

    assert ActionAnswer().name() in domain
    assert ActionSessionStart().name() == "action_session_start"


def test_light(project: Path) -> None:
    """Actions are imported without Rasa, so that a stock action server starts at once."""
    code = "import sys, bot.actions; print([m for m in ('rasa', 'tensorflow', 'torch') if m in sys.modules])"

    result = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True, timeout=60, check=False)

    assert result.stdout == "[]\n", result.stderr
