"""Whatever is sent, the server answers politely or names the field, and goes on."""

from __future__ import annotations

import json
from typing import Any, Dict

import pytest
from pydantic import parse_obj_as

from tests.serving import WEBHOOK, Server
from tutor.reply import Reply

pytestmark = pytest.mark.rasa


@pytest.fixture(autouse=True)
def _still_answers(server: Server, request: pytest.FixtureRequest) -> Any:
    """Whatever a test sends, the server answers afterwards, and its log has no traceback."""
    before = len(server.log())
    yield
    assert server.say("What is Track 2?")["custom"]["kind"] == "answer"
    if not request.node.get_closest_marker("xfail"):
        assert "Traceback" not in server.log()[before:]


def named(response: Any, status: int) -> str:
    """The field that a refusal names."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    assert "Traceback" not in response.text
    error: Dict[str, str] = response.json()["error"]
    assert error["message"]
    return error["field"]


# -- text that is read -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "🙂🙂🙂",
        "ما هي دبلوماسية المسار الثاني؟",
        "什么是第二轨道外交",
        "<script>alert(1)</script>",
        "<b>What is Track 2?</b>",
        "What is\0 Track 2?",
        "'; DROP TABLE events; --",
        "{{7*7}} ${7*7} %s %d {0}",
        "[1] [2] [99]",
        "a" * 2000,
        "what " * 400,
        "track " * 333,
        "1 " * 1000,
        "\u202etrack 2\u202c \u200b\u200b",
        "́" * 500 + "a",
        "?",
        "..",
        "What\nis\n\nTrack\t2\r\n?",
        "NaN",
        "null",
        "1.5",
        "Track 99999999999999999999999999",
        "track 1e308 vs track -1",
        "\\u0000 \\n \\x00",
        "𝕿𝖗𝖆𝖈𝖐 𝟚",
    ],
    ids=lambda text: ascii(text)[:30],
)
def test_odd_text(server: Server, text: str) -> None:
    """Odd text gets one polite reply in the shape of the contract."""
    reply = server.say(text)

    assert parse_obj_as(Reply, reply["custom"]).kind in ("answer", "decline", "clarify", "chat")  # type: ignore[arg-type, union-attr]
    assert reply["text"].strip()
    assert "Something went wrong" not in reply["text"]


@pytest.mark.parametrize("text", ["ما هي الدبلوماسية؟", "外交是什么", "🙂"], ids=ascii)
def test_other_language(server: Server, text: str) -> None:
    """What the tutor cannot read is declined with the language it can."""
    reply = server.say(text)

    assert (reply["custom"]["kind"], "English" in reply["text"]) == ("decline", True)


def test_markup_is_not_repeated(server: Server) -> None:
    """Markup that a student sends does not come back."""
    reply = server.say("what is track <img src=x onerror=alert(1)> 17")

    assert "<img" not in json.dumps(reply)


# -- commands to Rasa --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        "/session_start",
        "/back",
        '/define{"concept": "track-2"}',
        "/define{",
        "/greet",
        "//restart",
        "/SetSlots(context=1)",
        "EXTERNAL: x",
        "/ /restart",
    ],
)
def test_command(server: Server, text: str) -> None:
    """A command to Rasa is text when a student types it: it is answered, and what was spoken of stays known."""
    sender = f"commander {text}"
    server.say("What are the strengths of Track 2?", sender)

    reply = server.say(text, sender)
    after = server.say("and its weaknesses?", sender)

    assert parse_obj_as(Reply, reply["custom"])  # type: ignore[arg-type]
    assert after["custom"]["kind"] == "answer"


# -- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("message", ["", "   ", "\n\t ", "/", "\0", None, 7, 1.5, True, ["hi"], {"text": "hi"}], ids=repr)
def test_no_message(server: Server, message: Any) -> None:
    """A message that is empty or no string is refused by name."""
    assert named(server.post({"sender": "ada", "message": message}), 400) == "message"


def test_missing_message(server: Server) -> None:
    """A missing message is refused by name."""
    assert named(server.post({"sender": "ada"}), 400) == "message"


@pytest.mark.parametrize("length", [2001, 10_000])
def test_long_message(server: Server, length: int) -> None:
    """A message that is too long is refused by name, with the limit."""
    response = server.post({"sender": "ada", "message": "x" * length})

    assert named(response, 413) == "message"
    assert "2000" in response.json()["error"]["message"]


def test_missing_sender(server: Server) -> None:
    """Without a sender the message is answered all the same."""
    response = server.post({"message": "What is Track 2?"})

    assert response.status_code == 200
    assert response.json()[0]["custom"]["kind"] == "answer"


@pytest.mark.parametrize("sender", ["", "  ", None, 7, ["ada"], {"id": 1}, "x" * 201], ids=lambda s: repr(s)[:20])
def test_bad_sender(server: Server, sender: Any) -> None:
    """A sender that is empty, too long or no string is refused by name."""
    assert named(server.post({"sender": sender, "message": "hi"}), 400) == "sender"


@pytest.mark.parametrize(
    "sender", ["عدا", "../../etc/passwd", "a b", "'; --", "x" * 200, "ada\n", "🙂"], ids=lambda s: ascii(s)[:20]
)
def test_odd_sender(server: Server, sender: str) -> None:
    """Any other name will do."""
    reply = server.say("What is Track 2?", sender)

    assert (reply["recipient_id"], reply["custom"]["kind"]) == (sender, "answer")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"hi", b"\xff\xfe", b"[]", b'"hi"', b"7", b"null", b'{"message": "hi"', b"[" * 30_000, b'{"a":' * 10_000],
    ids=lambda body: repr(body[:12]),
)
def test_broken_json(server: Server, body: bytes) -> None:
    """What is no JSON object, or nested too deep, is refused by name."""
    assert named(server.http.post(WEBHOOK, content=body, headers={"content-type": "application/json"}), 400) == "body"


@pytest.mark.parametrize("nested", [{"message": [[[["deep"]]]]}, {"message": {"a": {"b": {"c": 1}}}}], ids=str)
def test_nested_message(server: Server, nested: Any) -> None:
    """A nested message is refused by name."""
    assert named(server.post({"sender": "ada", **nested}), 400) == "message"


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""])
def test_wrong_content_type(server: Server, content_type: str) -> None:
    """Another content type is refused by name."""
    response = server.http.post(WEBHOOK, content=b'{"sender": "ada", "message": "hi"}', headers={"content-type": content_type})

    assert named(response, 415) == "Content-Type"


def test_large_body(server: Server) -> None:
    """A body that no message needs is refused before it is read."""
    response = server.http.post(WEBHOOK, content=b"x" * 1_000_000, headers={"content-type": "application/json"})

    assert response.status_code == 413
    assert response.json()["error"]["message"]


def test_more_fields(server: Server) -> None:
    """Fields that the contract does not know are passed over."""
    response = server.post(
        {"sender": "ada", "message": "What is Track 2?", "stream": True, "metadata": {"x": 1}, "input_channel": "slack"}
    )

    assert response.status_code == 200
    assert response.json()[0]["custom"]["kind"] == "answer"


def test_lone_surrogate(server: Server) -> None:
    """Half a character is no reason to fall over."""
    body = b'{"sender": "ada", "message": "what is track 2 \\ud83d"}'

    response = server.http.post(WEBHOOK, content=body, headers={"content-type": "application/json"})

    assert response.status_code < 500, response.text
