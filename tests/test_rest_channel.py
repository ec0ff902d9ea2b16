"""The REST channel: bad input is named, one message goes out."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Dict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.rest import MAX_SENDER, BadInput, OneMessage, RestChannel, read_body, read_message, read_sender

JSON = "application/json"
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def fault(read: Any, *values: Any) -> Any:
    """How reading fails: (field, status, message)."""
    with pytest.raises(BadInput) as caught:
        read(*values)
    return caught.value.field, caught.value.status, caught.value.message


# -- body ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content_type", [JSON, "Application/JSON", "application/json; charset=utf-8", " application/json ;x=y"])
def test_body(content_type: str) -> None:
    """A JSON object is read whatever parameters its type has."""
    assert read_body(content_type, b'{"message": "hi"}') == {"message": "hi"}


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp"]
)
def test_content_type(content_type: str) -> None:
    """Another content type is refused: a foreign page can send those unasked."""
    assert fault(read_body, content_type, b'{"message": "hi"}') == ("Content-Type", 415, "must be application/json")


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"message": "hi"', b"hi", b"\xff\xfe\xfd", b'{"message": "\x00"}', b"[" * 30000], ids=repr
)
def test_broken_json(body: bytes) -> None:
    """What is not JSON, or nested too deep to read, is a fault of the body, with an example of what is right."""
    assert fault(read_body, JSON, body)[:2] == ("body", 400)
    assert '{"sender": "...", "message": "..."}' in fault(read_body, JSON, body)[2]


@pytest.mark.parametrize("body", [b"[]", b'"hi"', b"7", b"null", b"true"])
def test_no_object(body: bytes) -> None:
    """JSON that is no object is a fault of the body."""
    assert fault(read_body, JSON, body)[:2] == ("body", 400)


# -- sender --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sender", ["ada", "Ada Lovelace", "عدا", "a" * MAX_SENDER, "../../etc/passwd"])
def test_sender(sender: str) -> None:
    """Any name will do."""
    assert read_sender({"sender": sender}) == sender


def test_no_sender() -> None:
    """Without a sender the conversation is the default one."""
    assert read_sender({}) == "default"


@pytest.mark.parametrize(
    "sender", ["", "  ", None, 7, ["ada"], {"id": 1}, True, "a" * (MAX_SENDER + 1)], ids=lambda s: repr(s)[:20]
)
def test_bad_sender(sender: Any) -> None:
    """A sender that is empty, too long or no string is named."""
    assert fault(read_sender, {"sender": sender})[:2] == ("sender", 400)


# -- message -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "message, text",
    [
        ("what is type 1", "what is type 1"),
        ("  what?\n", "what?"),
        ("/restart", "restart"),
        ("//restart", "restart"),
        (" / restart", "restart"),
        ('/define{"concept": "type-1"}', 'define{"concept": "type-1"}'),
        ("\0/restart", "restart"),
        ("ty\0pe", "type"),
        ("1/2", "1/2"),
        ("<b>hi</b>", "<b>hi</b>"),
        ("🍞", "🍞"),
        ("x" * 100, "x" * 100),
    ],
)
def test_message(message: str, text: str) -> None:
    """A message is trimmed, without null bytes, and without the slash that would be a command to Rasa."""
    assert read_message({"message": message}, 100) == text


@pytest.mark.parametrize("message", ["/ /restart", "/\t/restart", "/ / /restart"])
def test_slashes_apart(message: str) -> None:
    """No slash is left at the beginning, however it was hidden."""
    assert read_message({"message": message}, 100) == "restart"


def test_no_message() -> None:
    """A missing message is named."""
    assert fault(read_message, {}, 100) == ("message", 400, "is missing; write the question there")
    assert fault(read_message, {"message": None}, 100)[:2] == ("message", 400)


@pytest.mark.parametrize(
    "message, kind", [(7, "int"), (1.5, "float"), (True, "bool"), (["hi"], "list"), ({"text": "hi"}, "dict")], ids=repr
)
def test_message_of_another_type(message: Any, kind: str) -> None:
    """A message that is no string is named with what it is."""
    assert fault(read_message, {"message": message}, 100) == ("message", 400, f"must be a string, not {kind}")


@pytest.mark.parametrize("message", ["", "  ", "\n\t", "/", "///", "\0", "\0 / \0"], ids=repr)
def test_empty_message(message: str) -> None:
    """A message with nothing in it is named."""
    assert fault(read_message, {"message": message}, 100) == ("message", 400, "is empty; write a question")


def test_long_message() -> None:
    """A message that is too long is answered with both lengths."""
    assert fault(read_message, {"message": "x" * 101}, 100) == (
        "message",
        413,
        "has 101 characters; the most that is read is 100, so shorten it",
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy
@given(st.dictionaries(st.sampled_from(["sender", "message", "other"]), ANYTHING))
def test_anything(body: Dict[str, Any]) -> None:
    """Whatever JSON comes, it is read as two non-empty strings, or a field is named."""
    try:
        read = read_sender(body), read_message(body, 100)
    except BadInput as named:
        assert named.field in ("sender", "message")
        assert named.status in (400, 413)
    else:
        assert all(isinstance(text, str) and text.strip() for text in read)


def test_response() -> None:
    """A fault goes out as JSON with the field and its status."""
    response = BadInput("message", "is empty", 413).response()

    assert response.status == 413
    assert json.loads(response.body) == {"error": {"field": "message", "message": "is empty"}}


# -- out -----------------------------------------------------------------------------------------------------------


def test_one_message() -> None:
    """Text, buttons and custom JSON of a reply stay together; what is empty is left out."""
    output = OneMessage()
    whole = {
        "text": "Hi [1]",
        "buttons": [{"title": "A", "payload": "a"}],
        "custom": {"kind": "answer"},
        "attachment": None,
        "elements": [],
    }

    asyncio.run(output.send_response("ada", whole))
    asyncio.run(output.send_response("ada", {"text": "Bye", "buttons": [], "custom": None}))

    assert output.messages == [
        {"recipient_id": "ada", "text": "Hi [1]", "buttons": [{"title": "A", "payload": "a"}], "custom": {"kind": "answer"}},
        {"recipient_id": "ada", "text": "Bye"},
    ]


def test_route() -> None:
    """The channel is called as in the contract's route."""
    assert RestChannel.name() == "rest"
