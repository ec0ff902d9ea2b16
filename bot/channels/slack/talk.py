"""What is said to the tutor in Slack, and where its reply goes."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Awaitable, Callable, Dict, List, Optional, Sequence

from bot.actions import APOLOGY
from bot.channels.rest import BadInput, read_message
from bot.channels.slack.blocks import Block, Json, Message, body, messages, quoted, sections
from bot.channels.slack.quiz import Incomplete, answered, chosen, closed, question
from bot.channels.slack.sending import Place, Sender, Undelivered
from tutor.tutor import Tutor

log = logging.getLogger(__name__)

Ask = Callable[[str, str, str], Awaitable[Sequence[Json]]]  # text, conversation, learner -> replies
Clock = Callable[[], datetime]

PERSONAL = frozenset({"quiz_item", "feedback", "quiz_summary", "progress"})  # between the tutor and one learner
TO_THEM = "I answered you in a direct message: how you are doing is yours to know."
SETTLED = "This question is settled; the one that waits is further down."
REMEMBERED = 5000  # learners whose last question can be closed when they type the answer
LINK = re.compile(r"link(?: me| my account| accounts?)?[.!]?", re.I)
UNLINK = re.compile(r"unlink(?: me| my account| accounts?)?[.!]?", re.I)
QUIZ_US = re.compile(r"/?quiz(?: (?:us|everyone|everybody|the (?:class|channel|group|room)))?\b[.!]?(?P<wish>.*)", re.I | re.S)


@dataclass(frozen=True)
class Who:
    """A Slack user."""

    team: str
    user: str

    @property
    def learner(self) -> str:
        """The id under which records are kept."""
        return f"slack.{self.team}.{self.user}"


@dataclass(frozen=True)
class Said:
    """A message to the tutor: whose, where to answer, and in which conversation it stands.

    `private` is a direct message. `above` goes before the reply: what was pressed, since a button leaves no trace by itself.
    """

    who: Who
    text: str
    place: Place
    private: bool
    above: Sequence[Block] = ()

    @property
    def conversation(self) -> str:
        """A thread is one conversation, whoever speaks in it; so is what somebody writes to the tutor outside of threads."""
        if self.private:
            return ".".join(filter(None, [self.who.learner, self.place.thread]))
        return ".".join(filter(None, ["slack", self.who.team, self.place.channel, self.place.thread or self.who.user]))

    @property
    def at_home(self) -> Place:
        """The direct messages with this user."""
        return self.place if self.private else Place(self.who.user)


@dataclass(frozen=True)
class Press:
    """Something pressed under a question: whose, which item, and the message as it stands."""

    who: Who
    place: Place
    ts: str
    item: str
    number: int
    kind: str
    state: Json = field(default_factory=dict)
    shown: Sequence[Block] = ()


class Talk:
    """Hears, asks the bot, and answers."""

    def __init__(self, ask: Ask, tutor: Tutor, sender: Sender, clock: Clock, limit: int) -> None:
        self._ask, self._tutor, self._sender = ask, tutor, sender
        self._clock, self._limit = clock, limit
        self._put: OrderedDict[str, Dict[str, Any]] = OrderedDict()

    async def hear(self, said: Said) -> None:
        """Answer a message; whatever happens, the student is told."""
        try:
            text = read_message({"message": said.text}, self._limit)
        except BadInput as fault:
            await self._sender.send(said.place, messages({"text": f"Your message {fault.message}."}))
            return
        if LINK.fullmatch(text) or UNLINK.fullmatch(text):
            await self.link(said) if LINK.fullmatch(text) else await self.unlink(said)
            return
        if said.private and said.place.thread:
            thinking = {"channel_id": said.place.channel, "thread_ts": said.place.thread, "status": "is reading ..."}
            await self._sender.once("assistant.threads.setStatus", **thinking)
        for reply in await self._replies(text, said):
            await self.deliver(said, reply)

    async def _replies(self, text: str, said: Said) -> Sequence[Json]:
        try:
            replies = await self._ask(text, said.conversation, said.who.learner)
        except Exception:
            log.exception("no reply")
            replies = ()
        return replies or ({"text": APOLOGY, "custom": {"kind": "chat", "message": APOLOGY}},)

    # -- answering -----------------------------------------------------------------------------------------------

    async def deliver(self, said: Said, reply: Json) -> None:
        """Send a reply where it belongs: what is about one learner to him or her alone."""
        custom = reply.get("custom") or {}
        personal = custom.get("kind") in PERSONAL or bool(custom.get("data"))
        home = replace(said, place=said.at_home, private=True)
        if personal and not said.private:
            await self._sender.send(said.place.seen_by(said.who.user), messages({"text": TO_THEM}))
            said = home
        if custom.get("kind") == "quiz_item":
            await self._put_question(said, custom["item"], [*said.above, *body({"message": custom.get("message")}, "")])
            return
        await self._sender.send(said.place, messages(reply, said.above))
        if custom.get("kind") == "feedback":
            await self._close_put(said.who, custom)
        if custom.get("data"):
            await self._hand_over(said.place, custom["data"])
        if custom.get("item") and said.private:
            await self._put_question(said, custom["item"], sections("*Still open:*"))

    async def _put_question(self, said: Said, item: Json, above: Sequence[Block]) -> None:
        shown = question(item, above)
        ts = (await self._sender.send(said.place, [shown]))[0]
        self._put[said.who.learner] = {"channel": said.place.channel, "ts": ts, "item": item, "blocks": shown.blocks}
        self._put.move_to_end(said.who.learner)
        while len(self._put) > REMEMBERED:
            self._put.popitem(last=False)

    async def _close_put(self, who: Who, custom: Json) -> None:
        """Take the controls from a question that was answered by typing."""
        put = self._put.get(who.learner)
        if not put or put["item"]["id"] != custom.get("item_id") or not put["ts"] or put["channel"] == who.user:
            return
        del self._put[who.learner]
        await self._sender.update(put["channel"], put["ts"], closed(put["blocks"], "Answered below."))

    async def _hand_over(self, place: Place, data: Any) -> None:
        """Give learners their data as a file."""
        content = json.dumps(data, ensure_ascii=False, indent=2)
        target = {"channel": await self._channel(place), "thread_ts": place.thread}

        async def upload() -> Any:
            return await self._sender.client.files_upload_v2(filename="my-data.json", content=content, **target)

        await self._sender.tried(upload, "files.upload")

    async def _channel(self, place: Place) -> str:
        """The id of a channel; a user's id stands for the direct messages with that user."""
        if not place.channel.startswith(("U", "W")):
            return place.channel
        return str((await self._sender.call("conversations.open", users=place.channel))["channel"]["id"])

    # -- what is pressed under a question ------------------------------------------------------------------------

    async def submit(self, press: Press) -> None:
        """Grade what was chosen, and put the feedback in the place of the controls."""
        try:
            text = chosen(press.state, press.kind)
        except Incomplete as lack:
            await self._sender.send(press.place.seen_by(press.who.user), messages({"text": str(lack)}))
            return
        await self._answer(press, text)

    async def hint(self, press: Press) -> None:
        """Show a hint in place."""
        await self._answer(press, "hint")

    async def skip(self, press: Press) -> None:
        """Leave a question and put the next."""
        item = await self._waiting(press)
        if item:
            await self._sender.update(press.place.channel, press.ts, closed(press.shown, "Skipped."))
            await self._go_on(press, "skip")

    async def _answer(self, press: Press, text: str) -> None:
        item = await self._waiting(press)
        if not item:
            return
        replies = await self._replies(text, self._said(press, text))
        custom = replies[-1].get("custom") or {}
        if custom.get("kind") == "feedback":
            said = text if press.kind == "short_answer" and text != "hint" else ""
            self._put.pop(press.who.learner, None)
            await self._replace(press, answered(item, custom, said))
        elif custom.get("kind") == "quiz_item" and custom["item"]["id"] == press.item:
            await self._replace(press, [question(custom["item"])])
        else:
            await self.deliver(self._said(press, text), replies[-1])

    async def _waiting(self, press: Press) -> Optional[Json]:
        """The question pressed under, if it is the one that waits; else its message is closed."""
        put = await asyncio.to_thread(self._tutor.waiting, press.who.learner)
        if put and (put.id, put.number) == (press.item, press.number):
            found: Json = json.loads(put.json())
            return found
        await self._sender.update(press.place.channel, press.ts, closed(press.shown, SETTLED))
        return None

    async def _replace(self, press: Press, pages: List[Message]) -> None:
        await self._sender.update(press.place.channel, press.ts, pages[0])
        await self._sender.send(press.place, pages[1:])

    async def _go_on(self, press: Press, text: str) -> None:
        said = self._said(press, text)
        for reply in await self._replies(text, said):
            await self.deliver(said, reply)

    @staticmethod
    def _said(press: Press, text: str) -> Said:
        return Said(press.who, text, press.place, private=True)

    # -- one learner across channels -----------------------------------------------------------------------------

    async def link(self, said: Said) -> None:
        """Give a code that the web page accepts, to the learner alone."""
        code = await asyncio.to_thread(self._tutor.new_link_code, said.who.learner, self._clock())
        text = (
            f"Your code is **{code}**. Type it on the tutor’s web page under “Link” within ten minutes; it works once. "
            "From then on your progress there and here is one. Say unlink to part them again."
        )
        await self._sender.send(self._alone(said), messages({"text": text}))

    async def unlink(self, said: Said) -> None:
        """Part what was linked."""
        parted = await asyncio.to_thread(self._tutor.unlink, said.who.learner)
        text = "Your Slack account and the web page are parted." if parted else "Nothing is linked with your Slack account."
        await self._sender.send(self._alone(said), messages({"text": text}))

    @staticmethod
    def _alone(said: Said) -> Place:
        return said.place if said.private or said.place.respond else said.place.seen_by(said.who.user)


def pressed(text: str) -> Sequence[Block]:
    """What stands above the reply to a button."""
    return [quoted(text)]


__all__ = ["PERSONAL", "QUIZ_US", "Press", "Said", "Talk", "Undelivered", "Who", "pressed"]
