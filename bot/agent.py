"""Rasa's agent with the tutor inside: actions run in the same process, so that encoder and index are loaded once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Awaitable, Callable, Dict, Optional

from rasa.core.agent import Agent
from rasa.core.agent import load_agent as rasa_load_agent
from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import LockStore
from rasa.core.tracker_store import TrackerStore
from rasa.core.utils import AvailableEndpoints
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from bot import actions, patches
from bot.beside import beside
from bot.channels.rest import OneMessage
from bot.locks import LocalLocks, RedisLocks
from bot.redis import Redis
from bot.trackers import RecentEvents, StoredEvents
from bot.train import unfit
from tutor.dialogues import Dialogues
from tutor.settings import Settings
from tutor.tutor import Tutor, embed

CANARY = "what is this course about?"
Handler = Callable[[UserMessage], Awaitable[Any]]


class InProcessActions(EndpointConfig):
    """Stands in for the action server: same call, no HTTP."""

    def __init__(self, tutor: Tutor) -> None:
        super().__init__(url=patches.IN_PROCESS, enable_selective_domain=True)
        self._executor = ActionExecutor()
        self._executor.register_action(actions.ActionAnswer(tutor))
        self._executor.register_action(actions.ActionSessionStart())

    async def request(self, *_: Any, json: Dict[str, Any], **__: Any) -> Optional[Dict[str, Any]]:  # type: ignore[override]
        """Run the action that an action server would have been asked for."""
        return await self._executor.run(json)


def ahead(handle: Handler) -> Handler:
    """A handler of messages that has each embedded beside the event loop first, so that others are answered meanwhile."""

    async def embedded(message: UserMessage) -> Any:
        if message.text:
            await beside(embed, message.text)
        return await handle(message)

    return embedded


class NotReady(Exception):
    """The trained bot does not answer; the message says why and what to run."""


def load_agent(model: Path, tutor: Tutor, settings: Optional[Settings] = None, redis: Optional[Redis] = None) -> Agent:
    """Load the trained bot around a tutor and make sure that it answers; without settings it remembers in memory."""
    fault = unfit(model)
    if fault:
        raise NotReady(fault)
    patches.apply()
    trackers = _trackers(tutor) if settings else RecentEvents(None)
    locks = RedisLocks(redis) if redis else LocalLocks()
    acting = _actions(tutor, settings.actions if settings else "")
    loop = asyncio.new_event_loop()
    try:
        agent = loop.run_until_complete(_load(model, loop, trackers, locks, acting))
        if not agent.is_ready():
            raise NotReady(f"the trained bot {model} cannot be loaded; delete it and run: python -m bot.train")
        if not loop.run_until_complete(say(agent, CANARY, "canary")):
            raise NotReady(_no_answer(model, settings))
        if redis:
            loop.run_until_complete(redis.close())
    finally:
        loop.close()
    return agent


async def _load(model: Path, loop: Any, trackers: TrackerStore, locks: LockStore, acting: EndpointConfig) -> Agent:
    endpoints = AvailableEndpoints(action=acting, tracker_store=trackers, lock_store=locks)
    agent = await rasa_load_agent(model_path=str(model), endpoints=endpoints, loop=loop)
    if agent.is_ready():
        # Rasa wraps the store in one that begins a conversation anew when the database is away, and says nothing.
        agent.tracker_store = agent.processor.tracker_store = trackers
    return agent


def _trackers(tutor: Tutor) -> TrackerStore:
    """Where conversations are remembered: in a database, if the tutor has one for it; deleted with the learner in any case."""
    learners = tutor.learners
    if isinstance(learners.dialogues, Dialogues):
        return StoredEvents(learners.dialogues)
    learners.dialogues = store = RecentEvents(None)
    return store


def _actions(tutor: Tutor, url: str) -> EndpointConfig:
    return EndpointConfig(url=url, enable_selective_domain=True) if url else InProcessActions(tutor)


def _no_answer(model: Path, settings: Optional[Settings]) -> str:
    if settings and settings.actions:
        return (
            f"no action server answers at {settings.actions}; run: python -m rasa_sdk --actions bot.actions, or see TUTOR_ACTIONS"
        )
    return f"the trained bot {model} does not answer; delete it and run: python -m bot.train"


async def say(agent: Agent, text: str, sender: str) -> Optional[Dict[str, Any]]:
    """Say something in a conversation and return the reply as the REST channel would send it."""
    output = OneMessage()
    await agent.handle_message(UserMessage(text, output, sender, input_channel="rest"))
    return output.messages[-1] if output.messages else None
