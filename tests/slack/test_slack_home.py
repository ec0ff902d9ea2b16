"""The Home tab, reminders and the question of the day."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, Dict, List

import pytest

from bot.channels.slack.schedule import Wish, read_wish
from tests.slack.standin import Refusal
from tests.slack.test_slack_quiz import of
from tests.slack.world import World, actions_of, filled, play, text_of, world
from tutor.notices import Notice, NoticeKind
from tutor.tutor import Tutor

LEARNER = "slack.T1.U1"
MONDAY = datetime(2026, 3, 2, tzinfo=timezone.utc)  # in Berlin it is an hour later


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the first week of March 2026, in UTC."""
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


async def shown(w: World, count: int) -> Dict[str, Any]:
    """The Home tab as it was published the last of so many times."""
    published = await w.slack.until(lambda: (m := w.slack.made("views.publish"))[count - 1 :] and m)
    return dict(published[-1]["view"])


async def study(w: World, tutor: Tutor, user: str = "U1") -> None:
    """Answer one question, so that something falls due later."""
    await w.dm(user, "quiz me, 1 question")
    [asked] = await w.said(f"D{user}")
    await w.press(user, (f"D{user}", asked["ts"]), "quiz:submit", filled(asked, of(asked, tutor)))
    await w.settle()


def control(view: Dict[str, Any], action: str) -> Dict[str, Any]:
    """The control with this action_id."""
    return next(e for b in view["blocks"] for e in b.get("elements", ()) if e.get("action_id") == action)


# -- the Home tab ------------------------------------------------------------------------------------------------------


def test_home(bread: Tutor) -> None:
    """The Home tab shows progress, what is due, and how to begin; before the first answer it says that there is none."""

    async def scenario() -> None:
        async with world(bread) as w:
            await w.send(w.event({"type": "app_home_opened", "user": "U1", "channel": "DU1", "tab": "home"}))
            empty = await shown(w, 1)
            assert "not answered any quiz questions yet" in text_of(empty)
            assert "What is type 1.5 bread?" in text_of(empty)

            await study(w, bread)
            await w.send(w.event({"type": "app_home_opened", "user": "U1", "channel": "DU1", "tab": "home"}))
            view = await shown(w, 2)
            await w.settle()

            assert "1 of 1 answers right so far" in text_of(view)
            assert "Bread" in text_of(view["blocks"][0])
            assert control(view, "remind:at")["type"] == "timepicker"
            assert w.slack.refused == []

    play(scenario())


def test_other_tab(bread: Tutor) -> None:
    """Opening the messages is not opening the Home tab."""

    async def scenario() -> None:
        async with world(bread) as w:
            await w.send(w.event({"type": "app_home_opened", "user": "U1", "channel": "DU1", "tab": "messages"}))
            await w.settle()

            assert w.slack.made("views.publish") == []

    play(scenario())


def test_quiz_from_home(bread: Tutor) -> None:
    """A button of the Home tab is answered in the direct messages."""

    async def scenario() -> None:
        async with world(bread) as w:
            await w.at_home("U1", {"type": "button", "action_id": "say:quiz", "value": "Quiz me"})
            [asked] = await w.said("DU1")
            await w.settle()

            assert "quiz:submit" in actions_of(asked)
            assert w.bot.heard == [(LEARNER, LEARNER, "Quiz me")]
            assert w.slack.refused == []

    play(scenario())


def test_reminders_from_home(bread: Tutor) -> None:
    """A time chosen on the Home tab turns reminders on, in the learner's own time zone; days can be left out; a button ends it."""

    async def scenario() -> None:
        async with world(bread) as w:
            await w.at_home("U1", {"type": "timepicker", "action_id": "remind:at", "selected_time": "18:30"})
            view = await shown(w, 1)
            kept = bread.learners.notices.wished(NoticeKind.due, LEARNER)
            assert kept and (kept.minute, kept.zone, kept.quiet) == (18 * 60 + 30, "Europe/Berlin", frozenset())
            assert "18:30 (Europe/Berlin)" in text_of(view)

            box = {"type": "checkboxes", "action_id": "remind:quiet", "selected_options": [{"value": "5"}, {"value": "6"}]}
            await w.at_home("U1", box)
            view = await shown(w, 2)
            kept = bread.learners.notices.wished(NoticeKind.due, LEARNER)
            assert kept and kept.quiet == frozenset({5, 6})
            assert [o["value"] for o in control(view, "remind:quiet")["initial_options"]] == ["5", "6"]

            await w.at_home("U1", {"type": "button", "action_id": "remind:off", "value": "off"})
            view = await shown(w, 3)
            await w.settle()
            assert bread.learners.notices.wished(NoticeKind.due, LEARNER) is None
            assert "They are off now" in text_of(view)
            assert w.slack.refused == []

    play(scenario())


# -- what comes unasked ------------------------------------------------------------------------------------------------


def test_due(bread: Tutor) -> None:
    """Something due is told at the time chosen, once a day, not on quiet days, not when nothing is due, not hours too late."""

    async def scenario() -> None:
        async with world(bread) as w:
            await study(w, bread)
            tick = w.app.ctx.slack.schedule.tick
            notices = bread.learners.notices
            due = max(card.due for card in bread.learners.cards(LEARNER).values())
            start = due.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=8 - due.weekday())
            friday = (start + timedelta(days=3)).weekday()
            notices.wish(Notice(NoticeKind.due, LEARNER, 18 * 60, "UTC", frozenset({friday})))

            sent: List[int] = []
            for day in range(5):
                for hour, minute in ((17, 59), (18, 0), (18, 30), (22, 0)):
                    sent.append(await tick(start + timedelta(days=day, hours=hour, minutes=minute)))
            late = await tick(start + timedelta(days=5, hours=21, minutes=1))
            await w.settle()

            assert sent == [0, 1, 0, 0] * 3 + [0, 0, 0, 0] + [0, 1, 0, 0]
            assert late == 0
            told = [m for m in w.slack.made("chat.postMessage") if "due for review" in m["text"]]
            assert len(told) == 4 and told[0]["channel"] == "U1"
            assert {"say:due", "remind:off"} <= set(actions_of(told[0]))

            notices.wish(Notice(NoticeKind.due, "slack.T1.U2", 18 * 60, "UTC"))
            assert await tick(at(0, 18)) == 0
            assert w.slack.refused == []

    play(scenario())


def test_choosing_reminds_nobody(bread: Tutor) -> None:
    """A time that has passed today begins tomorrow."""
    now = at(0, 17, 30)  # 18:30 in Berlin

    async def scenario() -> None:
        async with world(bread) as w:
            w.app.ctx.slack.parts.home._clock = lambda: now
            await w.command("U1", "/tutor", "remind 18:00 quiet sunday")
            await w.command("U1", "/tutor", "remind never")
            set_, how = await w.slack.until(lambda: (m := w.slack.made("response_url"))[1:] and m)
            await w.settle()

            kept = bread.learners.notices.wished(NoticeKind.due, LEARNER)
            assert kept and kept.quiet == frozenset({6})
            assert kept.day(now) is None and kept.day(now + timedelta(days=1))
            assert "18:00 (Europe/Berlin)" in set_["text"] and "remind 18:00" in how["text"]

    play(scenario())


def test_question_of_the_day(bread: Tutor) -> None:
    """A channel that wishes for it gets a question each day, another one each time; it can be answered and ended."""

    async def scenario() -> None:
        async with world(bread) as w:
            w.app.ctx.slack.parts.home._clock = lambda: at(0, 0)
            await w.command("U1", "/quiz", "daily 9am quiet weekends about type 1", "C1")
            await w.slack.until(lambda: w.slack.made("response_url"))
            tick = w.app.ctx.slack.schedule.tick
            sent = [await tick(at(day, 8, 5)) for day in range(7)]
            posts = [m for (place, _), m in w.slack.messages.items() if place == "C1"]
            await w.press("U2", ("C1", posts[0]["ts"]), "shared:submit", filled(posts[0], of(posts[0], bread)))
            await w.command("U1", "/quiz", "daily off", "C1")
            await w.slack.until(lambda: len(w.slack.made("response_url")) == 2)
            await w.settle()

            assert sent == [1, 1, 1, 1, 1, 0, 0]
            assert all("Question of the day" in text_of(post["blocks"]) for post in posts)
            asked = [of(post, bread) for post in posts]
            assert len({item.id for item in asked}) == 5 and all(
                item.concept == "type-1" or item.claims[0].startswith("type-1.") for item in asked
            )
            [feedback] = w.slack.made("chat.postEphemeral")
            assert "*Right.*" in text_of(feedback["blocks"])
            assert await tick(at(7, 8, 5)) == 0
            assert w.slack.refused == []

    play(scenario())


def test_notice_undelivered(bread: Tutor, caplog: pytest.LogCaptureFixture) -> None:
    """A channel that is gone stops no other notice."""

    async def scenario() -> None:
        async with world(bread) as w:
            for channel in ("C1", "C2"):
                bread.learners.notices.wish(Notice(NoticeKind.daily, f"slack.T1.{channel}", 60, "UTC"))
            w.slack.refuse("chat.postMessage", Refusal(error="channel_not_found"))

            assert await w.app.ctx.slack.schedule.tick(at(0, 1)) == 1
            assert [place for place, _ in w.slack.messages] == ["C2"]

    play(scenario())
    assert "channel_not_found" in caplog.text


def test_summer_time() -> None:
    """A time of day stays what it is when the clocks change."""
    notice = Notice(NoticeKind.due, LEARNER, 9 * 60, "Europe/Berlin")

    assert notice.day(datetime(2026, 3, 28, 8, tzinfo=timezone.utc)) and not notice.day(
        datetime(2026, 3, 28, 7, 59, tzinfo=timezone.utc)
    )
    assert notice.day(datetime(2026, 3, 29, 7, tzinfo=timezone.utc)) and not notice.day(
        datetime(2026, 3, 29, 6, 59, tzinfo=timezone.utc)
    )


@pytest.mark.parametrize(
    "text, wish",
    [
        ("18:30", Wish(1110, frozenset(), "")),
        ("at 9", Wish(540, frozenset(), "")),
        ("12am", Wish(0, frozenset(), "")),
        ("12.15 pm", Wish(735, frozenset(), "")),
        ("9am quiet sat, sun", Wish(540, frozenset({5, 6}), "")),
        ("09:00 not on Monday and Tuesdays about Track 2", Wish(540, frozenset({0, 1}), "Track 2")),
        ("7 quiet weekends on weaknesses of Track 1", Wish(420, frozenset({5, 6}), "weaknesses of Track 1")),
        ("24:00", None),
        ("9:60", None),
        ("noon", None),
        ("", None),
        ("9 o'clock sharp", None),
    ],
)
def test_wish(text: str, wish: Wish) -> None:
    """A time, quiet days and a topic are read as people write them; anything else is not guessed at."""
    assert read_wish(text) == wish
