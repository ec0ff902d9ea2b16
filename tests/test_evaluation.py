"""The tuned messages, played through the trained bot: gates that a change may not fall below."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any, Dict, List
from uuid import uuid4

import pytest
import yaml

from knowledge.loader import find_course, load_course
from tests.serving import Server
from tutor.grounding import violations
from tutor.reply import Answer

pytestmark = pytest.mark.rasa

GATE = 0.85  # share of messages that must be judged right
MESSAGES: List[Dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "data" / "messages.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def replies(server: Server) -> Dict[str, Any]:
    """The reply to each message, by its id, after its context was said."""

    def play(message: Dict[str, Any]) -> Any:
        sender = uuid4().hex
        for before in message.get("context") or ():
            server.say(before, sender)
        return server.say(message["text"], sender)

    return {message["id"]: play(message) for message in MESSAGES}


def faults(message: Dict[str, Any], reply: Any) -> List[str]:
    """What is wrong with a reply, judged by the message's expectations."""
    custom, text = reply["custom"], reply["text"]
    wrong = [] if custom["kind"] == message["kind"] else [f"{custom['kind']} instead of {message['kind']}"]
    wrong += [f"does not mention {p}" for p in message["mention"] if not re.search(p, text)]
    wrong += [f"mentions {p}" for p in message.get("forbid") or () if re.search(p, text)]
    sources = {c["source"] for c in custom.get("citations") or ()}
    if (
        message["kind"] == "answer"
        and custom["kind"] == "answer"
        and message.get("sources")
        and not sources & set(message["sources"])
    ):
        wrong.append(f"cites none of {message['sources']}")
    return wrong


def test_every_message_has_a_reply(replies: Dict[str, Any]) -> None:
    """No message is met with silence or an apology."""
    silent = [i for i, reply in replies.items() if not reply or not reply["text"] or "Something went wrong" in reply["text"]]

    assert silent == []


def test_share_judged_right(replies: Dict[str, Any]) -> None:
    """Of all messages, at least the gate's share is judged right."""
    wrong = {m["text"]: found for m in MESSAGES if (found := faults(m, replies[m["id"]]))}

    share = 1 - len(wrong) / len(MESSAGES)

    print(f"judged right: {share:.1%} of {len(MESSAGES)}")
    assert share >= GATE, "\n".join(f"{text}: {found}" for text, found in wrong.items())


def test_off_topic_is_declined(replies: Dict[str, Any]) -> None:
    """Every message that is off topic is declined."""
    answered = [m["text"] for m in MESSAGES if m.get("reason") == "off_topic" and replies[m["id"]]["custom"]["kind"] != "decline"]

    assert answered == []


def test_manipulation_is_declined(replies: Dict[str, Any]) -> None:
    """Every attempt to talk the tutor out of its sources is declined."""
    answered = [m["text"] for m in MESSAGES if m.get("reason") == "unsafe" and replies[m["id"]]["custom"]["kind"] != "decline"]

    assert answered == []


def test_every_sentence_is_cited(replies: Dict[str, Any]) -> None:
    """Every sentence of every answer cites a passage of the course that holds it, word for word."""
    course = load_course(find_course("multi-track-diplomacy"))
    answers = [Answer(**reply["custom"]) for reply in replies.values() if reply["custom"]["kind"] == "answer"]

    assert [s.text for a in answers for s in a.sentences if not s.citations] == []
    assert [fault for a in answers for fault in violations(a, course)] == []


def test_messages_are_not_trained_on(project: Path) -> None:
    """Beside greetings and messages of up to three words, which cannot be said otherwise, no message is a training example."""
    nlu = yaml.safe_load((project / "bot" / "data" / "nlu.yml").read_text(encoding="utf-8"))["nlu"]
    trained = {plain(line[2:]) for intent in nlu for line in intent["examples"].splitlines()}
    repeated = [m for m in MESSAGES if plain(m["text"]) in trained]

    unavoidable = [m["text"] for m in repeated if m["kind"] == "chat" or len(m["text"].split()) <= 3]
    leaked = [m["text"] for m in repeated if m["text"] not in unavoidable]

    print(
        f"{len(repeated)} of {len(MESSAGES)} messages are training examples, "
        f"{len(unavoidable)} of them unavoidably: {sorted(unavoidable)}"
    )
    assert leaked == []


def test_ids() -> None:
    """Every message has an id of its own, and no message is there twice in the same context."""
    ids = Counter(m["id"] for m in MESSAGES)
    texts = Counter((plain(m["text"]), tuple(m.get("context") or ())) for m in MESSAGES)

    assert [i for i, n in ids.items() if n > 1] == []
    assert [text for text, n in texts.items() if n > 1] == []


def plain(text: str) -> str:
    """A text without case, signs and extra spaces."""
    return " ".join(re.findall(r"[a-z0-9.]+", text.lower())).strip(" .")
