"""Questions put to a whole channel: anyone may answer once, and only the one who answered sees the feedback."""

from __future__ import annotations

import asyncio
import json
import random
from datetime import datetime
from typing import Any, Callable, Dict, Optional

from bot.channels.slack.blocks import Message, context, header, messages, sections
from bot.channels.slack.quiz import Incomplete, chosen, question
from bot.channels.slack.sending import Place, Sender
from bot.channels.slack.talk import Press
from tutor.items import Item, shown
from tutor.notices import Notices
from tutor.tutor import Tutor

BEFORE = 500  # questions put in a channel that are not repeated
NO_QUESTION = "I have no question of that kind. I can ask about the tracks, their strengths and weaknesses, terms and authors."
ONCE = "You have answered this already; your first answer counts."
GONE = "This question is no longer kept."


class Rooms:
    """Puts questions in channels and hears the answers."""

    def __init__(self, tutor: Tutor, notices: Notices, sender: Sender, clock: Callable[[], datetime]) -> None:
        self._tutor, self._notices, self._sender, self._clock = tutor, notices, sender, clock

    async def put(self, place: Place, wish: str, seed: str, title: str = "") -> bool:
        """Put a question about what is wished for; False if there is none. Raises Undelivered."""
        item = await asyncio.to_thread(self._choose, place.channel, wish, seed)
        if item is None:
            return False
        told = self._told(item, 0, title)
        ts = (await self._sender.send(place, [told]))[0]
        await asyncio.to_thread(self._notices.post, _post(place.channel, ts), place.channel, self._kept(item, title), self._clock())
        return True

    def _choose(self, channel: str, wish: str, seed: str) -> Optional[Item]:
        before = self._notices.put_before(channel, BEFORE)
        return self._tutor.choose_item(wish, before, random.Random(f"{channel}.{seed}.{len(before)}"))  # noqa: S311 - no secret

    @staticmethod
    def _kept(item: Item, title: str) -> Dict[str, Any]:
        return {"id": item.id, "item": json.loads(item.json()), "title": title}

    @staticmethod
    def _told(item: Item, count: int, title: str) -> Message:
        put = json.loads(shown(item, 1, 1).json())
        made = question(put, [header(title)] if title else [], shared=True)
        counted = [context(f"{count} {'has' if count == 1 else 'have'} answered.")] if count else []
        return Message(f"{title or 'A question for everybody'}: {made.text.partition(': ')[2]}", [*made.blocks, *counted])

    async def answer(self, press: Press) -> None:
        """Grade one answer of one person; a second one is told the feedback on the first."""
        alone = press.place.seen_by(press.who.user)
        try:
            text = chosen(press.state, press.kind)
        except Incomplete as lack:
            await self._sender.send(alone, messages({"text": str(lack)}))
            return
        post = _post(press.place.channel, press.ts)
        kept = await asyncio.to_thread(self._notices.posted, post)
        if not kept:
            await self._sender.send(alone, messages({"text": GONE}))
            return
        item = Item(**kept["item"])
        told = await asyncio.to_thread(self._graded, post, press.who.learner, item, text)
        await self._sender.send(alone, messages(told, sections(f"*{ONCE}*") if told.get("again") else ()))
        if not told.get("again"):
            await self._count(press, post, item, kept["title"])

    def _graded(self, post: str, learner: str, item: Item, text: str) -> Dict[str, Any]:
        """The feedback, on the first answer; nothing is counted twice, also when two come at once."""
        now = self._clock()
        if not self._notices.attempt(post, learner, now):
            return {**(self._notices.told(post, learner) or {"text": ONCE}), "again": True}
        feedback = self._tutor.answer_apart(learner, item, text, now)
        if feedback is None:
            return {"text": "That is no answer to this question."}
        told = {"text": feedback.message, "custom": json.loads(feedback.json())}
        self._notices.tell(post, learner, told)
        return told

    async def _count(self, press: Press, post: str, item: Item, title: str) -> None:
        """Say under the question how many have answered; if Slack is busy, the next answer brings it up to date."""
        count = await asyncio.to_thread(self._notices.attempted, post)
        told = self._told(item, count, title)
        await self._sender.once("chat.update", channel=press.place.channel, ts=press.ts, text=told.text, blocks=told.blocks)


def _post(channel: str, ts: str) -> str:
    return f"{channel}.{ts}"
