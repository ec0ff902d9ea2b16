"""Direct messages, mentions, threads, commands: what is heard, where the answer goes."""

from __future__ import annotations

import logging

import pytest

from tests.slack.standin import BOT_USER
from tests.slack.world import actions_of, play, text_of, world
from tutor.tutor import Tutor

BOTH = pytest.mark.parametrize("socket", [False, True], ids=["http", "socket"])


@BOTH
def test_direct_message(bread: Tutor, socket: bool) -> None:
    """A direct message is answered beside it, with sources and a button for each passage."""

    async def scenario() -> None:
        async with world(bread, socket) as w:
            assert await w.dm("U1", "what is type 1?") == 200
            [said] = await w.said("DU1")
            await w.settle()

            assert "thread_ts" not in said
            assert "Type 1 is dough that is baked without any rising. [1]" in text_of(said["blocks"])
            assert actions_of(said)["passage:1"] == "Open [1]"
            assert w.bot.heard == [("slack.T1.U1", "slack.T1.U1", "what is type 1?")]
            assert w.slack.refused == []

    play(scenario())


def test_others_logs(bread: Tutor) -> None:
    """What keeps bolt from writing its log leaves the tutor's own warnings alone."""

    async def scenario() -> None:
        async with world(bread) as w:
            await w.dm("U1", "what is type 1?")
            await w.said("DU1")
            await w.settle()

    play(scenario())

    assert {name: logging.getLogger(name).level for name in ("tutor", "bot")} == {"tutor": logging.NOTSET, "bot": logging.NOTSET}


@BOTH
def test_mention(bread: Tutor, socket: bool) -> None:
    """A mention in a channel is answered in the thread of the message, for everybody; the name is not part of the question."""

    async def scenario() -> None:
        async with world(bread, socket) as w:
            ts = await w.mention("U1", "what is type 1?")
            [said] = await w.said("C1")
            await w.settle()

            assert said["thread_ts"] == ts
            assert w.bot.heard == [(f"slack.T1.C1.{ts}", "slack.T1.U1", "what is type 1?")]
            assert w.slack.refused == []

    play(scenario())


def test_thread_is_one_conversation(bread: Tutor) -> None:
    """In a thread "and its weaknesses?" leans on what was asked there, also by somebody else; in another thread it does not."""

    async def scenario() -> None:
        async with world(bread) as w:
            ts = await w.mention("U1", "what is type 1?")
            await w.said("C1")
            await w.mention("U2", "and its weaknesses?", thread=ts)
            _, followed = await w.said("C1", 2)
            await w.mention("U2", "and its weaknesses?")
            *_, alone = await w.said("C1", 3)
            await w.settle()

            assert "Type 1 turns hard within a day." in text_of(followed["blocks"])
            assert "Type 1 turns hard" not in text_of(alone["blocks"])
            assert [learner for _, learner, _ in w.bot.heard] == ["slack.T1.U1", "slack.T1.U2", "slack.T1.U2"]
            assert len({conversation for conversation, _, _ in w.bot.heard}) == 2

    play(scenario())


def test_assistant_pane(bread: Tutor) -> None:
    """The pane opens with suggestions; a message in it is a thread of its own, and the tutor shows that it is at work."""

    async def scenario() -> None:
        async with world(bread) as w:
            thread = {"user_id": "U1", "context": {}, "channel_id": "DU1", "thread_ts": "5.0"}
            await w.send(w.event({"type": "assistant_thread_started", "assistant_thread": thread}))
            await w.dm("U1", "what is type 1?", thread="5.0")
            [said] = await w.said("DU1")
            await w.settle()

            [prompts] = w.slack.made("assistant.threads.setSuggestedPrompts")
            assert [p["message"] for p in prompts["prompts"]] == list(bread.course.start_with)
            assert w.slack.made("assistant.threads.setStatus")[0]["thread_ts"] == "5.0"
            assert said["thread_ts"] == "5.0"
            assert w.bot.heard[0][0] == "slack.T1.U1.5.0"
            assert w.slack.refused == []

    play(scenario())


@pytest.mark.parametrize(
    "more",
    [
        {"subtype": "message_changed", "message": {"text": "what is type 2?"}},
        {"subtype": "message_deleted", "deleted_ts": "1.0"},
        {"subtype": "bot_message", "bot_id": "B9"},
        {"bot_id": "B9"},
        {"user": BOT_USER},
        {"edited": {"user": "U1", "ts": "2.0"}},
        {"subtype": "channel_join"},
        {"channel_type": "channel", "channel": "C1"},
        {"text": "  "},
    ],
    ids=["edited", "deleted", "bot", "another bot", "itself", "edit", "joined", "not mentioned", "nothing"],
)
def test_ignored(bread: Tutor, more: dict[str, object]) -> None:
    """What nobody said to the tutor just now is acknowledged and left alone."""

    async def scenario() -> None:
        async with world(bread) as w:
            assert await w.dm("U1", "what is type 1?", change=more) == 200
            await w.dm("U2", "hello")
            await w.said("DU2")
            await w.settle()

            assert [text for _, _, text in w.bot.heard] == ["hello"]
            assert list(w.slack.messages) == [("DU2", ts) for _, ts in w.slack.messages]

    play(scenario())


def test_what_was_typed(bread: Tutor) -> None:
    """Links, names and entities reach the bot as they were read; a leading slash is no command to Rasa."""

    async def scenario() -> None:
        async with world(bread) as w:
            await w.dm("U1", f"/restart <@{BOT_USER}> is 1 &lt; 2 &amp; <http://a.example|a.example> in <#C1|general>?")
            await w.said("DU1")
            await w.settle()

            assert w.bot.heard[0][2] == "restart is 1 < 2 & a.example in #general?"

    play(scenario())


def test_too_long(bread: Tutor) -> None:
    """A message that is too long is told so, with both lengths."""

    async def scenario() -> None:
        async with world(bread) as w:
            await w.dm("U1", "x" * 2500)
            [said] = await w.said("DU1")
            await w.settle()

            assert said["text"] == "Your message has 2500 characters; the most that is read is 2000, so shorten it."
            assert w.bot.heard == []

    play(scenario())


def test_broken(bread: Tutor, caplog: pytest.LogCaptureFixture) -> None:
    """When the bot breaks, the student is told; the next message is answered."""

    async def scenario() -> None:
        async with world(bread) as w:

            async def breaks(message: object) -> None:
                if len(w.bot.heard) == 1:
                    raise ValueError("secret")

            w.bot.before = breaks
            await w.dm("U1", "what is type 1?")
            await w.dm("U1", "what is type 1?")
            apology, answer = await w.said("DU1", 2)
            await w.settle()

            assert "Something went wrong on my side" in text_of(apology["blocks"])
            assert "secret" not in str(apology)
            assert "baked without any rising" in text_of(answer["blocks"])

    play(scenario())
    assert any("secret" in str(record.exc_info) for record in caplog.records)


def test_suggestion(bread: Tutor) -> None:
    """A suggestion is said by pressing it; above the answer stands what was pressed."""

    async def scenario() -> None:
        async with world(bread) as w:
            await w.dm("U1", "what is type 1?")
            [said] = await w.said("DU1")
            label = actions_of(said)["say:0"]
            await w.press("U1", ("DU1", said["ts"]), "say:0")
            _, answer = await w.said("DU1", 2)
            await w.settle()

            assert w.bot.heard[1][2] == label
            assert answer["blocks"][0]["elements"][0] == {"type": "plain_text", "text": f"You: {label}", "emoji": False}

    play(scenario())


def test_suggestion_in_a_channel(bread: Tutor) -> None:
    """What is pressed under an answer in a thread is answered in that thread."""

    async def scenario() -> None:
        async with world(bread) as w:
            ts = await w.mention("U1", "what is type 1?")
            [said] = await w.said("C1")
            await w.press("U2", ("C1", said["ts"]), "say:0")
            _, answer = await w.said("C1", 2)
            await w.settle()

            assert answer["thread_ts"] == ts
            assert [(c, learner) for c, learner, _ in w.bot.heard] == [
                (f"slack.T1.C1.{ts}", "slack.T1.U1"),
                (f"slack.T1.C1.{ts}", "slack.T1.U2"),
            ]

    play(scenario())


@BOTH
def test_passage(bread: Tutor, socket: bool) -> None:
    """The button of a source opens its passage in a window."""

    async def scenario() -> None:
        async with world(bread, socket) as w:
            await w.dm("U1", "what is type 1?")
            [said] = await w.said("DU1")
            await w.press("U1", ("DU1", said["ts"]), "passage:1", trigger="window")
            [opened] = await w.slack.until(lambda: w.slack.made("views.open"))
            await w.settle()

            assert opened["trigger_id"] == "window"
            assert opened["view"]["title"]["text"] == "Source [1]"
            shown = text_of(opened["view"])
            assert "dough that is baked without any rising" in shown and "page 1" in shown
            assert w.slack.refused == []

    play(scenario())


def test_commands(bread: Tutor) -> None:
    """/tutor answers the one who asks and nobody else; without words it says what there is."""

    async def scenario() -> None:
        async with world(bread) as w:
            assert await w.command("U1", "/tutor", "what is type 1?", "C9") == 200
            await w.slack.until(lambda: len(w.slack.made("response_url")) == 1)
            assert await w.command("U1", "/tutor", "") == 200
            answer, told = await w.slack.until(lambda: (m := w.slack.made("response_url"))[1:] and m)
            await w.settle()

            assert answer["response_type"] == "ephemeral"
            assert "baked without any rising" in text_of(answer["blocks"])
            assert "/tutor link" in text_of(told["blocks"])
            assert w.slack.messages == {}
            assert w.slack.refused == []

    play(scenario())


def test_personal_in_a_channel(bread: Tutor) -> None:
    """How somebody is doing, asked in a channel, goes to a direct message; the channel sees nothing of it."""

    async def scenario() -> None:
        async with world(bread) as w:
            await w.mention("U1", "how am I doing?")
            [told] = await w.said("DU1")
            [note] = w.slack.made("chat.postEphemeral")
            await w.settle()

            assert "not answered any quiz questions yet" in text_of(told["blocks"])
            assert (note["user"], note["channel"]) == ("U1", "C1")
            assert not [place for place, _ in w.slack.messages if place == "C1"]
            assert w.slack.refused == []

    play(scenario())


def test_link_and_unlink(bread: Tutor) -> None:
    """A code for one use is given to the learner alone; the page that types it shares the progress; "unlink" parts them."""

    async def scenario() -> None:
        async with world(bread) as w:
            now = w.app.ctx.slack.parts.clock()
            await w.mention("U1", "link")
            [told] = await w.slack.until(lambda: w.slack.made("chat.postEphemeral"))
            code = text_of(told["blocks"]).split("*")[1]

            assert told["user"] == "U1"
            assert not bread.link("0000-0000", "web.7", now)
            assert bread.link(code, "web.7", now)
            assert not bread.link(code, "web.8", now)
            assert bread.is_linked("slack.T1.U1") and bread.is_linked("web.7")

            await w.dm("U1", "unlink")
            [parted] = await w.said("DU1")
            await w.settle()
            assert "parted" in parted["text"]
            assert not bread.is_linked("web.7")
            assert w.bot.heard == []

    play(scenario())


def test_my_data(bread: Tutor) -> None:
    """The data of a learner is handed over as a file, in direct messages only."""

    async def scenario() -> None:
        async with world(bread) as w:
            await w.mention("U1", "export my data")
            await w.slack.until(lambda: w.slack.made("files.completeUploadExternal"))
            await w.settle()

            [done] = w.slack.made("files.completeUploadExternal")
            assert "DU1" in (done.get("channel_id"), done.get("channels"))
            assert '"learner": "slack.T1.U1"' in w.slack.files[0]
            assert w.slack.refused == []

    play(scenario())
