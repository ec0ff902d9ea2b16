"""The blocks of each kind of reply, as they were recorded and looked at, and the limits they keep."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from bot.channels.slack.blocks import PAGE_BLOCKS, Message, bar, body, messages, paged, sections, table
from bot.channels.slack.mrkdwn import escape, mrkdwn, shorten, split, typed
from bot.channels.slack.quiz import Incomplete, answered, chosen, closed, question, read_value
from bot.channels.slack.views import home_view, minute_of, passage_view
from tests.slack.limits import message_fault, view_fault
from tests.slack.record import DATA, SAID, kept, rendered
from tutor.notices import Notice, NoticeKind

FILES = sorted(DATA.glob("*.json"))
TEXT = st.text(alphabet=st.characters(blacklist_categories=("Cs",)), max_size=4000)


def read(path: Path) -> Dict[str, Any]:
    """A recorded file."""
    return dict(json.loads(path.read_text(encoding="utf-8")))


def valid(blocks: List[Dict[str, Any]]) -> None:
    """Slack's own models read the blocks, lose nothing, and find no fault."""
    for block in blocks:
        parsed = Block.parse(block)
        assert parsed is not None, block
        parsed.validate_json()
        assert parsed.to_dict()["type"] == block["type"]


# -- the transcript ----------------------------------------------------------------------------------------------------


def test_complete() -> None:
    """Each kind of reply has its file."""
    assert {path.stem for path in FILES} == {*SAID, "feedback_in_place", "passage", "home"}
    kinds = {read(DATA / f"{name}.json")["reply"]["custom"]["kind"] for name in SAID}
    assert kinds == {"answer", "decline", "clarify", "chat", "quiz_item", "feedback", "quiz_summary", "progress"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_recorded(path: Path) -> None:
    """What was recorded is what is shown today, within Slack's limits and valid by Slack's own models."""
    held = read(path)
    if "reply" in held:
        shown = kept(rendered(held["reply"]))
    elif "feedback" in held:
        shown = kept(answered(held["item"], held["feedback"]))
    else:
        view = passage_view("1", held["passage"]) if "passage" in held else home(held)
        assert view == held["view"]
        assert view_fault(view) is None
        valid(view["blocks"])
        return

    assert shown == held["messages"]
    assert [message_fault(message) for message in shown] == [None] * len(shown)
    for message in shown:
        valid(message["blocks"])


def home(held: Dict[str, Any]) -> Dict[str, Any]:
    """The recorded Home tab."""
    notice = Notice(NoticeKind.due, "slack.T1.progress", 1080, "Europe/Berlin", frozenset({5, 6}))
    return home_view("Multi-track diplomacy", held["progress"], notice, held["starts"])


@pytest.mark.parametrize("name", [name for name in SAID if name.startswith("answer")])
def test_nothing_lost(name: str) -> None:
    """Every sentence, cell and source of an answer is shown, and each source can be opened."""
    held = read(DATA / f"{name}.json")
    custom, shown = held["reply"]["custom"], json.dumps(held["messages"], ensure_ascii=False)
    for sentence in custom["sentences"]:
        assert json.dumps(mrkdwn(sentence["text"]), ensure_ascii=False)[1:-1] in shown
    for cell in (cell for row in (custom["table"] or {"rows": ()})["rows"] for cell in row["cells"]):
        for point in cell["text"].split("\n"):
            assert json.dumps(mrkdwn(point), ensure_ascii=False)[1:-1] in shown
    for citation in custom["citations"]:
        assert escape(citation["title"]) in shown and f"[{citation['number']}] " in shown
        assert f'"value": {json.dumps(citation["passage"])}' in shown


# -- limits ------------------------------------------------------------------------------------------------------------


def long_answer(sentences: int, length: int) -> Dict[str, Any]:
    """A reply longer than anything Slack takes in one message."""
    cited = {"source": "s", "title": "A <Title>", "author": "A & B", "year": None, "locator": "p. 1", "url": None, "text": "t"}
    return {
        "text": "long",
        "custom": {
            "kind": "answer",
            "sentences": [{"text": f"{n} " + "word " * length, "citations": [n + 1]} for n in range(sentences)],
            "citations": [{**cited, "number": n + 1, "passage": f"p.{n}"} for n in range(sentences)],
            "suggestions": ["x" * 3000, "y"],
        },
    }


@pytest.mark.parametrize("sentences, length", [(1, 700), (60, 100), (200, 60), (130, 1)])
def test_long(sentences: int, length: int) -> None:
    """A long answer goes into several messages, each within the limits; nothing of it is lost."""
    shown = messages(long_answer(sentences, length))

    assert [message_fault({"text": m.text, "blocks": m.blocks}) for m in shown] == [None] * len(shown)
    words = json.dumps([m.blocks for m in shown]).count("word")
    assert words == sentences * length


def test_wide_table() -> None:
    """A table of twelve columns with cells longer than a field keeps to ten fields a section and loses nothing."""
    cell = {"text": "\n".join(f"point {n} " + "word " * 150 for n in range(6)), "citations": [1]}
    blocks = table({"columns": [f"C{n}" for n in range(12)], "rows": [{"aspect": "A", "cells": [cell] * 12}]})

    assert message_fault({"text": "x", "blocks": paged(blocks, "x")[0].blocks}) is None
    assert json.dumps(blocks).count("word") == 12 * 6 * 150


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)
@given(TEXT, TEXT, st.integers(1, 12))
def test_any_text(text: str, other: str, count: int) -> None:
    """Whatever stands in a course, its answers and questions are within the limits."""
    filled_text = text.strip() or "x"
    custom = {
        "kind": "answer",
        "lead": other,
        "sentences": [{"text": filled_text, "citations": [1]}],
        "positions": [{"author": filled_text, "text": other or "x", "citations": [1]}],
        "citations": [
            {
                "number": n,
                "passage": f"p{n}",
                "title": text or "t",
                "author": other or "a",
                "year": 1,
                "locator": text,
                "repeats": "x",
            }
            for n in range(count)
        ],
        "suggestions": [filled_text],
    }
    item = {
        "id": "i",
        "number": 1,
        "of": 3,
        "type": "multiple_choice",
        "stem": filled_text,
        "options": [{"id": letter, "text": filled_text} for letter in "abc"],
        "hints": [filled_text],
    }

    for message in (*messages({"text": text, "custom": custom}), question(item), closed(question(item).blocks, "Done.")):
        assert message_fault({"text": message.text, "blocks": message.blocks}) is None


def test_too_many_blocks() -> None:
    """Blocks beyond the limit go into further messages, in order."""
    blocks = [block for n in range(130) for block in sections(f"line {n}")]
    pages = paged(blocks, "text")

    assert [len(page.blocks) for page in pages] == [PAGE_BLOCKS, PAGE_BLOCKS, 130 - 2 * PAGE_BLOCKS]
    assert [block for page in pages for block in page.blocks] == blocks


def test_unheard_of_kind() -> None:
    """A kind of reply that came later is shown by its text."""
    assert body({"kind": "news"}, "**Hello**")[0]["text"]["text"] == "*Hello*"


# -- controls ----------------------------------------------------------------------------------------------------------


def state(**values: Any) -> Dict[str, Any]:
    """What Slack sends of the controls of a message."""
    return {"values": {f"block {name}": {name.replace("_", ":"): value} for name, value in values.items()}}


@pytest.mark.parametrize(
    "kind, values, typed_out",
    [
        ("multiple_choice", {"answer": {"selected_option": {"value": "b"}}}, "b"),
        ("true_false", {"answer": {"selected_option": {"value": "false"}}}, "false"),
        ("select_all", {"answer": {"selected_options": [{"value": "a"}, {"value": "c"}]}}, "a, c"),
        ("match", {"pair_2": {"selected_option": {"value": "a"}}, "pair_1": {"selected_option": {"value": "b"}}}, "1b, 2a"),
        ("short_answer", {"answer": {"value": " because "}}, "because"),
    ],
)
def test_chosen(kind: str, values: Dict[str, Any], typed_out: str) -> None:
    """What is chosen in controls reads as if it had been typed."""
    assert chosen(state(**values), kind) == typed_out


@pytest.mark.parametrize(
    "kind, values",
    [
        ("multiple_choice", {"answer": {"selected_option": None}}),
        ("select_all", {"answer": {"selected_options": []}}),
        ("match", {"pair_1": {"selected_option": {"value": "a"}}, "pair_2": {"selected_option": None}}),
        ("short_answer", {"answer": {"value": None}}),
        ("match", {}),
    ],
)
def test_incomplete(kind: str, values: Dict[str, Any]) -> None:
    """Nothing, or not everything, chosen is no answer."""
    with pytest.raises(Incomplete):
        chosen(state(**values), kind)


def test_never_the_key() -> None:
    """No question carries its key anywhere in its blocks."""
    for path in DATA.glob("quiz_item_*.json"):
        assert '"key"' not in path.read_text(encoding="utf-8")


def test_value() -> None:
    """The buttons of a question carry which question it is."""
    item = read(DATA / "quiz_item_choice.json")["reply"]["custom"]["item"]
    value = question(item).blocks[-1]["elements"][0]["value"]

    assert read_value(value) == (item["id"], 1, "multiple_choice")


# -- text --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "markdown, expected",
    [
        ("**Right.** *so* ~~no~~ `a*b*`", "*Right.* _so_ ~no~ `a*b*`"),
        ("# Head **x**\n- one\n* two", "*Head x*\n• one\n• two"),
        ("[read](https://a.example/b?c=1&d=2)", "<https://a.example/b?c=1&amp;d=2|read>"),
        ("[read](javascript:alert(1))", "[read](javascript:alert(1))"),
        ("5 * 3 * 2 and 2*3*4", "5 * 3 * 2 and 2*3*4"),
        ("a < b & c > d <!channel> <@U1>", "a &lt; b &amp; c &gt; d &lt;!channel&gt; &lt;@U1&gt;"),
        ("said [1] [2]", "said [1] [2]"),
    ],
)
def test_mrkdwn(markdown: str, expected: str) -> None:
    """Markdown becomes mrkdwn; what somebody typed calls nobody and links nowhere."""
    assert mrkdwn(markdown) == expected


@pytest.mark.parametrize(
    "sent, expected",
    [
        ("<@UBOT> what is &lt;b&gt;?", "what is <b>?"),
        ("ask <@U2|ada> in <#C1|general> <!here> <!subteam^S1|@tutors>", "ask @ada in #general @here @tutors"),
        ("<https://a.example|a> <https://b.example> <mailto:a@b.c|a@b.c>", "a https://b.example a@b.c"),
        ("a\u00a0 b\n c", "a b\n c"),
        ("&amp;lt;", "&lt;"),
    ],
)
def test_typed(sent: str, expected: str) -> None:
    """What Slack sends is read as the student saw it."""
    assert typed(sent, "UBOT") == expected


@settings(deadline=None)
@given(TEXT, st.integers(50, 300))
def test_split(text: str, most: int) -> None:
    """Parts are within the limit, lose no letter, and no entity is cut in two."""
    escaped = escape(text)
    parts = split(escaped, most)

    assert all(0 < len(part) <= most for part in parts)
    assert "".join("".join(parts).split()) == "".join(escaped.split())
    assert "".join(part.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "") for part in parts).count("&") == 0


def test_small() -> None:
    """Small things: a bar, a time, a shortened line."""
    assert bar(0.5) in ("▰▰▱▱▱ 50 %", "▰▰▰▱▱ 50 %")
    assert minute_of("18:05") == 1085
    with pytest.raises(ValueError, match="25:00"):
        minute_of("25:00")
    assert shorten("a  b\nc", 10) == "a b c" and shorten("abcdef", 4) == "abc…"
    assert Message("a", []).text == "a"
