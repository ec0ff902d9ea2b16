"""One turn of a conversation on the web: handled once, kept before it is sent, however often and wherever it is asked for."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone
from typing import Any, Awaitable, Callable, Dict, List, Set

from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import LockError

from bot.beside import beside
from bot.channels.rest import OneMessage, not_your_turn
from bot.locks import TURN_OF
from bot.trackers import forget
from tutor.talks import Talk, Talks
from tutor.tutor import Tutor

NOT_KEPT = 0  # the number of a turn that is not kept
Handler = Callable[[UserMessage], Awaitable[Any]]
_running: Set[asyncio.Task[Any]] = set()


class NoReply(Exception):
    """Nobody answered a message."""


async def to_the_end(work: Awaitable[Any]) -> Any:
    """Do something whole, even if whoever asked hangs up meanwhile."""
    task = asyncio.ensure_future(work)
    _running.add(task)
    task.add_done_callback(_done)
    return await asyncio.shield(task)


def _done(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if not task.cancelled():
        task.exception()  # was told to whoever asked; nobody may be left


async def all_done(seconds: float) -> None:
    """Wait for what is still being done, but not longer."""
    if _running:
        await asyncio.wait(_running, timeout=seconds)


async def take(agent: Any, handler: Handler, talks: Talks, message: UserMessage, said: str) -> Talk:
    """The turn of a message: the one that is kept, or a new one. Raises NoReply, NotYet, StorageError."""
    learner, message_id = message.sender_id, str(message.message_id)
    try:
        async with agent.lock_store.lock(_lock_of(learner)):
            kept: Talk = await beside(talks.find, learner, message_id)
            return kept or await _answer(agent, handler, talks, message, said)
    except LockError as fault:
        raise not_your_turn(fault) from None


async def forget_all(agent: Any, tutor: Tutor, learner: str) -> None:
    """Delete everything of a learner, once no message is being answered; also what Rasa remembers."""
    async with agent.lock_store.lock(_lock_of(learner)):
        await beside(tutor.forget, learner)
        forget(agent, learner)


async def _answer(agent: Any, handler: Handler, talks: Talks, message: UserMessage, said: str) -> Talk:
    output = OneMessage()
    message.output_channel = output
    now = datetime.now(timezone.utc)
    await handler(message)
    replies = [_reply(sent) for sent in output.messages]
    if not replies:
        raise NoReply
    learner, message_id = message.sender_id, str(message.message_id)
    if any(reply["custom"].get("forgotten") for reply in replies):
        forget(agent, learner)
        return Talk(NOT_KEPT, message_id, said, now, replies)  # to keep it would be to remember
    kept: Talk = await beside(talks.keep, learner, message_id, said, replies, now)
    return kept


def _reply(sent: Dict[str, Any]) -> Dict[str, Any]:
    buttons: List[Any] = sent.get("buttons") or []
    return {"text": sent.get("text") or "", "buttons": buttons, "custom": sent.get("custom") or {}}


def _lock_of(learner: str) -> str:
    """The name of the lock around a turn; Rasa's own, under the learner's name, is taken within it."""
    return f"{TURN_OF}{learner}"
