"""A reply in the arguments of Rasa's dispatcher."""

from __future__ import annotations

import json
from datetime import datetime, timezone

from bot.render import plain, render
from tutor.reply import Answer, Chat, Clarify, Context, CourseRef, Decline, Reason

REF = CourseRef(id="bread", version="abc")
CITATION = {
    "number": 1,
    "passage": "baker-1950.type-1.weakness",
    "source": "baker-1950",
    "title": "The Three Types",
    "author": "Ada Baker",
    "year": None,
    "locator": "page 3",
    "url": None,
    "text": "Type 1 turns hard within a day.",
    "repeats": None,
}
SENTENCE = {"text": "Type 1 turns hard within a day.", "citations": [1]}


def test_answer() -> None:
    """An answer is its Markdown, a button for each suggestion, and the JSON of the contract, nulls and all."""
    reply = Answer(
        sentences=[SENTENCE], citations=[CITATION], suggestions=("What is Type 2?", "Compare Type 1 and Type 2"), course=REF
    )

    rendered = render(reply)

    assert sorted(rendered) == ["buttons", "json_message", "text"]
    assert (
        rendered["text"] == "Type 1 turns hard within a day. [1]\n\nSources:\n- Ada Baker, *The Three Types* (no date): [1] page 3"
    )
    assert rendered["buttons"] == [
        {"title": "What is Type 2?", "payload": "What is Type 2?"},
        {"title": "Compare Type 1 and Type 2", "payload": "Compare Type 1 and Type 2"},
    ]
    assert rendered["json_message"]["sentences"] == [SENTENCE]
    assert rendered["json_message"]["citations"] == [CITATION]
    assert rendered["json_message"]["kind"] == "answer"


def test_decline() -> None:
    """A decline carries its reason as a plain string, and no sentences."""
    rendered = render(Decline(reason=Reason.off_topic, message="No.", suggestions=("What is Type 1?",), course=REF))

    assert rendered["text"] == "No.\n\n- What is Type 1?"
    assert rendered["json_message"] == {
        "kind": "decline",
        "reason": "off_topic",
        "message": "No.",
        "suggestions": ["What is Type 1?"],
        "course": {"id": "bread", "version": "abc"},
        "item": None,
    }
    assert type(rendered["json_message"]["reason"]) is str


def test_clarify() -> None:
    """A question back has its readings as buttons."""
    rendered = render(Clarify(message="Which one?", suggestions=("What is Type 1?", "What is Type 2?"), course=REF))

    assert [button["payload"] for button in rendered["buttons"]] == ["What is Type 1?", "What is Type 2?"]


def test_context_stays_inside() -> None:
    """The context goes into a slot, not to the outside."""
    rendered = render(Chat(message="Hello!", course=REF, context=Context(act="define", subjects=("type-1",))))

    assert "context" not in rendered["json_message"]
    assert rendered["buttons"] == []


def test_plain() -> None:
    """The JSON of a reply is what pydantic makes of it: lists for tuples, values for members, text for times, nothing inner."""
    declined = Decline(reason=Reason.off_topic, message="No.", course=REF, context=Context(act="define"))
    answer = Answer(sentences=[SENTENCE], citations=[CITATION], course=REF, context=Context(said=("a",)))

    for reply in (declined, answer):
        assert plain(reply) == json.loads(reply.json())
    assert plain({"at": [datetime(2026, 1, 2, 3, 4, tzinfo=timezone.utc)]}) == {"at": ["2026-01-02T03:04:00+00:00"]}
