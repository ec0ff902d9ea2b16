"""The same Slack with the really trained bot behind it."""

from __future__ import annotations

from typing import Any, Dict, Iterator

import pytest

from tests.slack.trained import Trained, load
from tests.slack.world import actions_of, filled, play, text_of, world
from tutor.items import Item

pytestmark = pytest.mark.rasa


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trained]:
    """The trained bot, loaded once."""
    loaded = load(tmp_path_factory.mktemp("trained"))
    yield loaded
    loaded.tutor.learners.close()


def asked(trained: Trained, message: Dict[str, Any]) -> Item:
    """The question that a message puts, with its key."""
    value = next(e["value"] for b in message["blocks"] for e in b.get("elements", ()) if e.get("action_id") == "quiz:submit")
    return next(item for item in trained.tutor.quiz.items if f'"{item.id}"' in value)  # type: ignore[union-attr]


@pytest.mark.parametrize("socket", [False, True], ids=["http", "socket"])
def test_conversation(trained: Trained, socket: bool) -> None:
    """A question, a follow-up, a thread with two people, a passage: as on the web page."""
    user = f"U{socket:d}"

    async def scenario() -> None:
        async with world(trained.tutor, socket, agent=trained.agent) as w:
            await w.dm(user, "whats track 1.5")
            await w.dm(user, "and its weaknesses?")
            first, second = await w.said(f"D{user}", 2)
            assert "Track 1.5" in text_of(first["blocks"]) and "[1]" in text_of(first["blocks"])
            assert "Weaknesses of Track 1.5" in text_of(second["blocks"])

            ts = await w.mention(user, "what is track 2?")
            await w.said("C1")
            await w.mention("U9", "and its weaknesses?", thread=ts)
            _, followed = await w.said("C1", 2)
            assert "Weaknesses of Track 2" in text_of(followed["blocks"])

            await w.press(user, (f"D{user}", first["ts"]), "passage:1")
            [opened] = await w.slack.until(lambda: w.slack.made("views.open"))
            assert "Track 1.5" in text_of(opened["view"])
            await w.settle()
            assert w.slack.refused == []

    play(scenario())


def test_ten_questions(trained: Trained) -> None:
    """Ten questions of all kinds by buttons, a hint among them; then the summary."""

    async def scenario() -> None:
        async with world(trained.tutor, agent=trained.agent) as w:
            await w.dm("U5", "quiz me, 10 questions")
            for number in range(1, 11):
                message = (await w.said("DU5", number))[-1]
                at, item = ("DU5", message["ts"]), asked(trained, message)
                assert f"Question {number} of 10." in text_of(message["blocks"])
                if number == 3:
                    await w.press("U5", at, "quiz:hint")
                    await w.slack.until(lambda at=at: "Hint: " in text_of(w.slack.messages[at]["blocks"]))
                values = filled(message, item)
                if item.points:
                    values["answer"]["value"] = ". ".join(point.text for point in item.points)
                await w.press("U5", at, "quiz:submit", values)
                told = await w.slack.until(lambda at=at: (m := w.slack.messages[at]) and "say:0" in actions_of(m) and m)
                assert "*Right.*" in text_of(told["blocks"]), text_of(told["blocks"])
                await w.press("U5", at, "say:0")
            summary = (await w.said("DU5", 11))[-1]
            await w.settle()

            assert "*10 of 10 right.*" in text_of(summary["blocks"])
            assert w.slack.refused == []

    play(scenario())


def test_linked_with_the_web(trained: Trained) -> None:
    """What is answered in Slack counts on the web page once the code of /tutor link was typed there."""

    async def scenario() -> None:
        async with world(trained.tutor, agent=trained.agent) as w:
            await w.dm("U6", "1 true or false question")
            [message] = await w.said("DU6")
            await w.press("U6", ("DU6", message["ts"]), "quiz:submit", filled(message, asked(trained, message)))
            await w.command("U6", "/tutor", "link")
            [told] = await w.slack.until(lambda: w.slack.made("response_url"))
            await w.settle()
            now = w.app.ctx.slack.parts.clock()

            assert trained.tutor.link(text_of(told["blocks"]).split("*")[1], "web.6", now)
            assert trained.tutor.progress("web.6", now)["totals"]["right"] == 1
            assert trained.tutor.forget("web.6") > 0
            assert trained.tutor.progress("slack.T1.U6", now)["totals"]["answered"] == 0

    play(scenario())


def test_everything_else(trained: Trained) -> None:
    """Declines, asking back, comparisons, disagreements and small talk are taken by Slack as they are."""
    said = [
        "what is dollar diplomacy?",
        "what are the weaknesses?",
        "compare track 1, track 1.5 and track 2",
        "do the readings agree on track 1.5?",
        "what are the nine tracks?",
        "hello",
        "how am I doing?",
        "export my data",
    ]

    async def scenario() -> None:
        async with world(trained.tutor, agent=trained.agent) as w:
            for text in said:
                await w.dm("U7", text)
            await w.said("DU7", len(said))
            await w.settle()

            assert w.slack.refused == []
            assert len(w.slack.files) == 1

    play(scenario())
