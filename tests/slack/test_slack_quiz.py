"""Quizzes by buttons: in direct messages a session of one's own, in a channel a question for everybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List

import pytest

from index.retrieval import Retriever
from knowledge.models import Course
from tests.slack.world import World, actions_of, database, filled, play, text_of, toy_tutor, world
from tutor.items import Item
from tutor.storage import Status
from tutor.tutor import Tutor

LEARNER = "slack.T1.U1"


def items(tutor: Tutor) -> Dict[str, Item]:
    """The questions by stem, with the keys that no student sees."""
    assert tutor.quiz
    return {item.stem: item for item in tutor.quiz.items}


def of(message: Dict[str, Any], tutor: Tutor) -> Item:
    """The question that a message puts."""
    shown = text_of(message["blocks"])
    return max((item for stem, item in items(tutor).items() if stem in shown), key=lambda item: len(item.stem))


async def put(w: World, channel: str, count: int) -> Dict[str, Any]:
    """The newest of so many messages."""
    return (await w.said(channel, count))[-1]


async def replaced(w: World, at: Any) -> Dict[str, Any]:
    """A message once its controls have given way to feedback."""
    return await w.slack.until(lambda: (m := w.slack.messages[at]) and "quiz:submit" not in actions_of(m) and m)


def test_ten_questions(bread: Tutor) -> None:
    """Ten questions by buttons: each message turns into its feedback in place, then the summary; all of it counts."""

    async def scenario() -> None:
        async with world(bread) as w:
            await w.dm("U1", "quiz me, 10 questions")
            kinds: List[str] = []
            for number in range(1, 11):
                asked = await put(w, "DU1", number)
                item, at = of(asked, bread), ("DU1", asked["ts"])
                kinds.append(item.type.value)
                assert f"Question {number} of 10." in text_of(asked["blocks"])
                await w.press("U1", at, "quiz:submit", filled(asked, item))
                told = await replaced(w, at)
                assert "*Right.*" in text_of(told["blocks"]), text_of(told["blocks"])
                assert not [b for b in told["blocks"] if b["type"] == "input"]
                await w.press("U1", at, "say:0")
            summary = await put(w, "DU1", 11)
            await w.settle()

            assert "*10 of 10 right.*" in text_of(summary["blocks"])
            assert set(kinds) >= {"true_false", "multiple_choice", "short_answer", "select_all"}
            assert bread.learners.totals(LEARNER).right == 10
            assert w.slack.refused == []

    play(scenario())


@pytest.mark.parametrize("kind", ["multiple_choice", "true_false", "select_all", "match", "short_answer"])
def test_controls(course: Course, retriever: Retriever, tmp_path: Path, kind: str) -> None:
    """Each type of question has its controls; Submit with nothing in them counts nothing, with the key in them it is right."""
    tutor = toy_tutor(course, retriever, database(tmp_path), only=kind)
    control = {"select_all": "checkboxes", "match": "static_select", "short_answer": "plain_text_input"}.get(kind, "radio_buttons")

    async def scenario() -> None:
        async with world(tutor) as w:
            await w.dm("U1", "quiz me")
            asked = await put(w, "DU1", 1)
            inputs = [b["element"]["type"] for b in asked["blocks"] if b["type"] == "input"]
            await w.press("U1", ("DU1", asked["ts"]), "quiz:submit", {})
            [note] = await w.slack.until(lambda: w.slack.made("chat.postEphemeral"))
            assert tutor.learners.totals(LEARNER).answered == 0
            await w.press("U1", ("DU1", asked["ts"]), "quiz:submit", filled(asked, of(asked, tutor)))
            told = await replaced(w, ("DU1", asked["ts"]))
            await w.settle()

            assert "*Right.*" in text_of(told["blocks"])
            assert set(inputs) == {control}
            assert len(inputs) == (2 if kind == "match" else 1)
            assert note["user"] == "U1" and "first, then press Submit" in note["text"]
            assert w.slack.refused == []

    play(scenario())
    tutor.learners.close()


def test_one_attempt(bread: Tutor) -> None:
    """Submitting twice, as by a double click, counts once; the second press changes nothing."""

    async def scenario() -> None:
        async with world(bread) as w:
            await w.dm("U1", "quiz me, 3 questions")
            asked = await put(w, "DU1", 1)
            at, values = ("DU1", asked["ts"]), filled(asked, of(asked, bread))
            await w.press("U1", at, "quiz:submit", values)
            w.slack.messages[at] = asked  # the second press comes from the message as it was
            await w.press("U1", at, "quiz:submit", values)
            await w.slack.until(lambda: len(w.slack.made("chat.update")) == 2)
            await w.settle()

            assert bread.learners.totals(LEARNER).answered == 1
            assert "settled" in text_of(w.slack.messages[at]["blocks"])
            assert actions_of(w.slack.messages[at]) == {}

    play(scenario())


def test_hint_and_skip(bread: Tutor) -> None:
    """A hint comes in place; a question that is skipped loses its controls, and the next comes below."""

    async def scenario() -> None:
        async with world(bread) as w:
            await w.dm("U1", "quiz me, 3 questions")
            asked = await put(w, "DU1", 1)
            at = ("DU1", asked["ts"])
            await w.press("U1", at, "quiz:hint")
            await w.slack.until(lambda: "Hint: " in text_of(w.slack.messages[at]["blocks"]))
            await w.press("U1", at, "quiz:skip")
            after = await put(w, "DU1", 2)
            await w.settle()

            assert actions_of(w.slack.messages[at]) == {}
            assert "Skipped." in text_of(w.slack.messages[at]["blocks"])
            assert "Question 2 of 3." in text_of(after["blocks"])
            assert w.slack.refused == []

    play(scenario())


def test_typed_answer(bread: Tutor) -> None:
    """An answer that is typed counts as well; the question's controls go."""

    async def scenario() -> None:
        async with world(bread) as w:
            await w.dm("U1", "quiz me, 3 questions, multiple choice")
            asked = await put(w, "DU1", 1)
            item = of(asked, bread)
            await w.dm("U1", item.key[0])
            _, told = await w.said("DU1", 2)
            await w.slack.until(lambda: w.slack.made("chat.update"))
            await w.settle()

            assert "*Right.*" in text_of(told["blocks"])
            assert actions_of(w.slack.messages["DU1", asked["ts"]]) == {}

    play(scenario())


def test_question_in_between(bread: Tutor) -> None:
    """What is asked in between is answered, and the open question is put again below, with its controls."""

    async def scenario() -> None:
        async with world(bread) as w:
            await w.dm("U1", "quiz me, 3 questions")
            await w.said("DU1")
            await w.dm("U1", "what is type 1.5?")
            _, answer, again = await w.said("DU1", 3)
            await w.settle()

            assert "soda lifts in the oven" in text_of(answer["blocks"])
            assert "Still open" in text_of(again["blocks"]) and "quiz:submit" in actions_of(again)
            assert w.slack.refused == []

    play(scenario())


def test_room(bread: Tutor) -> None:
    """In a channel anyone may answer, once; only the one who answers sees how; the message counts the answers."""

    async def scenario() -> None:
        async with world(bread) as w:
            assert await w.command("U1", "/quiz", "", "C1") == 200
            asked = await put(w, "C1", 1)
            await w.slack.until(lambda: bread.learners.notices.posted(f"C1.{asked['ts']}"))
            item, at = of(asked, bread), ("C1", asked["ts"])
            right = filled(asked, item)
            wrong = filled(asked)
            for user, values in (("U1", right), ("U2", wrong), ("U1", wrong)):
                await w.press(user, at, "shared:submit", values)
                await w.settle()
            first, second, again = w.slack.made("chat.postEphemeral")

            assert [said["user"] for said in (first, second, again)] == ["U1", "U2", "U1"]
            assert "*Right.*" in text_of(first["blocks"])
            assert "your first answer counts" in text_of(again["blocks"]) and "*Right.*" in text_of(again["blocks"])
            assert [bread.learners.totals(f"slack.T1.{user}").answered for user in ("U1", "U2")] == [1, 1]
            assert "2 have answered." in text_of(w.slack.messages[at]["blocks"])
            assert "Right" not in text_of(w.slack.messages[at]["blocks"])
            assert "shared:submit" in actions_of(w.slack.messages[at])
            assert w.slack.refused == []

    play(scenario())


def test_room_by_mention(bread: Tutor) -> None:
    """ "quiz us on type 1" to the tutor in a channel puts a question for everybody into the thread."""

    async def scenario() -> None:
        async with world(bread) as w:
            ts = await w.mention("U1", "quiz us on type 1")
            asked = await put(w, "C1", 1)
            await w.settle()

            assert asked["thread_ts"] == ts
            assert of(asked, bread).concept == "type-1"
            assert "shared:submit" in actions_of(asked)

    play(scenario())


def test_room_beside_own_session(bread: Tutor) -> None:
    """Answering in a channel leaves one's own session where it is."""

    async def scenario() -> None:
        async with world(bread) as w:
            await w.dm("U1", "quiz me, 3 questions")
            own = await put(w, "DU1", 1)
            await w.command("U1", "/quiz", "", "C1")
            asked = await put(w, "C1", 1)
            await w.slack.until(lambda: bread.learners.notices.posted(f"C1.{asked['ts']}"))
            await w.press("U1", ("C1", asked["ts"]), "shared:submit", filled(asked, of(asked, bread)))
            await w.settle()

            session = bread.learners.current(LEARNER)
            assert session and session.status is Status.active
            await w.press("U1", ("DU1", own["ts"]), "quiz:submit", filled(own, of(own, bread)))
            assert "*Right.*" in text_of((await replaced(w, ("DU1", own["ts"])))["blocks"])

    play(scenario())


def test_room_without_invitation(bread: Tutor) -> None:
    """In a channel to which the tutor was not invited, the one who asks is told how to."""

    async def scenario() -> None:
        async with world(bread) as w:
            await w.command("U1", "/quiz", "", "C9")
            [told] = await w.slack.until(lambda: w.slack.made("response_url"))
            await w.settle()

            assert "/invite" in told["text"]

    play(scenario())


def test_forget_me(bread: Tutor) -> None:
    """ "Forget me" in Slack deletes all that is kept: answers in sessions and channels, reminders."""

    async def scenario() -> None:
        async with world(bread) as w:
            await w.command("U1", "/tutor", "remind 18:00")
            await w.command("U1", "/quiz", "", "C1")
            asked = await put(w, "C1", 1)
            await w.slack.until(lambda: bread.learners.notices.posted(f"C1.{asked['ts']}"))
            await w.press("U1", ("C1", asked["ts"]), "shared:submit", filled(asked, of(asked, bread)))
            await w.settle()
            assert bread.learners.notices.attempted(f"C1.{asked['ts']}") == 1

            await w.dm("U1", "forget me")
            await w.said("DU1")
            await w.settle()
            assert bread.learners.totals(LEARNER).asked == 0
            assert bread.learners.notices.attempted(f"C1.{asked['ts']}") == 0
            assert bread.learners.export(LEARNER)["reminders"] == []

    play(scenario())
