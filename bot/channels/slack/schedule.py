"""What comes unasked: "3 points are due" to a learner, the question of the day to a channel. The time is an argument."""

from __future__ import annotations

import asyncio
import logging
import re
from datetime import datetime
from typing import FrozenSet, NamedTuple, Optional

from bot.channels.slack.blocks import SAY, Message, actions, button, sections
from bot.channels.slack.rooms import Rooms
from bot.channels.slack.sending import Place, Sender, Undelivered
from bot.channels.slack.views import DAYS, REMIND_OFF
from tutor.notices import Notice, NoticeKind, Notices
from tutor.tutor import Tutor

log = logging.getLogger(__name__)
TICK = 30  # seconds between two looks
_DAY = r"\W*(?:and )?(?:mon|tue|wed|thu|fri|sat|sun|weekend)[a-z]*"
_WISH = re.compile(
    r"(?:at )?(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s*(?P<half>am|pm)?\b"
    rf"\W*(?:(?:quiet|not)(?: on)? (?P<quiet>(?:{_DAY})+))?"
    r"\W*(?:(?:on|about) (?P<about>.+))?",
    re.I | re.S,
)


class Wish(NamedTuple):
    """When somebody wants to be told, and about what."""

    minute: int
    quiet: FrozenSet[int]
    about: str


def read_wish(text: str) -> Optional[Wish]:
    """Read "18:30", "9am quiet sat sun", "08:00 about Track 2"; None if there is no time in it."""
    found = _WISH.fullmatch(text.strip())
    if not found:
        return None
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        hour = hour % 12 + 12 * (found["half"].lower() == "pm")
    if hour > 23 or minute > 59:
        return None
    quiet = (found["quiet"] or "").lower()
    days = {n for n, day in enumerate(DAYS) if re.search(rf"\b{day[:3].lower()}", quiet)}
    return Wish(hour * 60 + minute, frozenset(days | ({5, 6} if "weekend" in quiet else set())), (found["about"] or "").strip())


class Schedule:
    """Sends what is wished for when its time has come."""

    def __init__(self, tutor: Tutor, notices: Notices, rooms: Rooms, sender: Sender) -> None:
        self._tutor, self._notices, self._rooms, self._sender = tutor, notices, rooms, sender

    async def tick(self, now: datetime) -> int:
        """Send whatever is to be sent by now; give the number of messages."""
        sent = 0
        for notice in await asyncio.to_thread(self._notices.to_send, now):
            if await asyncio.to_thread(self._notices.take, notice, now):
                try:
                    sent += await (self._due(notice, now) if notice.kind is NoticeKind.due else self._daily(notice, now))
                except Undelivered as fault:
                    log.warning("a notice for %s was not sent: %s", notice.who, fault.code)
        return sent

    async def _due(self, notice: Notice, now: datetime) -> bool:
        progress = await asyncio.to_thread(self._tutor.progress, notice.who, now)
        due = int(progress["due"])
        if not due:
            return False
        text = f"{due} {'point is' if due == 1 else 'points are'} due for review."
        review = button("Review now", f"{SAY}:due", "What's due?", "primary")
        off = button("Turn reminders off", REMIND_OFF, "off")
        await self._sender.send(Place(notice.who.rpartition(".")[2]), [Message(text, [*sections(text), *actions([review, off])])])
        return True

    async def _daily(self, notice: Notice, now: datetime) -> bool:
        place = Place(notice.who.rpartition(".")[2])
        return await self._rooms.put(place, notice.about, now.date().isoformat(), "Question of the day")

    async def tidy(self, now: datetime) -> None:
        """Drop what is no longer needed."""
        await asyncio.to_thread(self._notices.tidy, now)
