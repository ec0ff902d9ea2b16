"""The Home tab and what is pressed on it; reminders and the commands that set them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any, Callable, FrozenSet, Optional
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.channels.slack.blocks import messages
from bot.channels.slack.schedule import read_wish
from bot.channels.slack.sending import Place, Sender, Undelivered
from bot.channels.slack.talk import Who
from bot.channels.slack.views import clock, home_view, minute_of
from tutor.notices import Notice, NoticeKind, Notices
from tutor.tutor import Tutor

HOW_DAILY = "Say `/quiz daily 09:00`, `/quiz daily 09:00 quiet sat sun about Track 2`, or `/quiz daily off`."
HOW_REMIND = "Say `/tutor remind 18:00`, `/tutor remind 6pm quiet weekends`, or `/tutor remind off`."


class Home:
    """Each learner's page in Slack, and when learners and channels are told something unasked."""

    def __init__(self, tutor: Tutor, notices: Notices, sender: Sender, clock: Callable[[], datetime]) -> None:
        self._tutor, self._notices, self._sender, self._clock = tutor, notices, sender, clock

    async def publish(self, who: Who) -> None:
        """Show a learner's page as it is now."""
        progress = await asyncio.to_thread(self._tutor.progress, who.learner, self._clock())
        notice = await asyncio.to_thread(self._notices.wished, NoticeKind.due, who.learner)
        course = self._tutor.course
        view = home_view(course.title, progress, notice, course.start_with)
        await self._sender.call("views.publish", user_id=who.user, view=view)

    async def remind_at(self, who: Who, time: str) -> None:
        """Turn reminders on, or move them to another time of day."""
        await self._wish(who, minute_of(time), None)
        await self.publish(who)

    async def keep_quiet(self, who: Who, days: FrozenSet[int]) -> None:
        """Choose the weekdays without a reminder."""
        notice = await asyncio.to_thread(self._notices.wished, NoticeKind.due, who.learner)
        if notice:
            await asyncio.to_thread(self._notices.wish, replace(notice, quiet=days))
        await self.publish(who)

    async def remind_off(self, who: Who) -> None:
        """Turn reminders off."""
        await asyncio.to_thread(self._notices.stop, NoticeKind.due, who.learner)
        await self.publish(who)

    async def _wish(self, who: Who, minute: int, quiet: Optional[FrozenSet[int]]) -> Notice:
        before = await asyncio.to_thread(self._notices.wished, NoticeKind.due, who.learner)
        days = quiet if quiet is not None else before.quiet if before else frozenset()
        notice = Notice(NoticeKind.due, who.learner, minute, await self._zone(who), days)
        await asyncio.to_thread(self._notices.wish, self._from_next(notice))
        return notice

    def _from_next(self, notice: Notice) -> Notice:
        """A time that lies behind begins tomorrow: nobody is reminded by choosing when to be."""
        return replace(notice, sent=notice.day(self._clock()))

    async def _zone(self, who: Who) -> str:
        """The time zone that the user has set in Slack."""
        try:
            told: Any = await self._sender.call("users.info", user=who.user)
            zone = str(told["user"].get("tz") or "UTC")
            ZoneInfo(zone)
        except (Undelivered, ZoneInfoNotFoundError, ValueError, KeyError):
            return "UTC"
        return zone

    # -- commands ------------------------------------------------------------------------------------------------

    async def remind(self, who: Who, text: str, place: Place) -> None:
        """`/tutor remind ...`."""
        wish = read_wish(text)
        if text.strip().lower() == "off":
            stopped = await asyncio.to_thread(self._notices.stop, NoticeKind.due, who.learner)
            told = "Reminders are off." if stopped else "Reminders were off already."
        elif wish is None:
            told = HOW_REMIND
        else:
            notice = await self._wish(who, wish.minute, wish.quiet)
            told = f"I tell you at {clock(wish.minute)} ({notice.zone}) when something is due. `/tutor remind off` ends that."
        await self._sender.send(place, messages({"text": told}))

    async def daily(self, who: Who, text: str, channel: str, place: Place) -> None:
        """`/quiz daily ...`: the question of the day in a channel."""
        room, wish = f"slack.{who.team}.{channel}", read_wish(text)
        if text.strip().lower() == "off":
            stopped = await asyncio.to_thread(self._notices.stop, NoticeKind.daily, room)
            told = "There is no question of the day here any more." if stopped else "There was no question of the day here."
        elif wish is None:
            told = HOW_DAILY
        else:
            zone = await self._zone(who)
            notice = self._from_next(Notice(NoticeKind.daily, room, wish.minute, zone, wish.quiet, wish.about))
            await asyncio.to_thread(self._notices.wish, notice)
            told = f"The question of the day comes here at {clock(wish.minute)} ({zone}). `/quiz daily off` ends that."
        await self._sender.send(place, messages({"text": told}))
