"""Rasa's agent with the tutor inside: actions run in the same process, so that encoder and index are loaded once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Dict, Optional

from rasa.core.agent import Agent
from rasa.core.agent import load_agent as rasa_load_agent
from rasa.core.channels.channel import UserMessage
from rasa.core.utils import AvailableEndpoints
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from bot import actions, patches
from bot.channels.rest import OneMessage
from bot.train import unfit
from tutor.tutor import Tutor

CANARY = "what is this course about?"


class InProcessActions(EndpointConfig):
    """Stands in for the action server: same call, no HTTP."""

    def __init__(self, tutor: Tutor) -> None:
        super().__init__(url="in-process", enable_selective_domain=True)
        self._executor = ActionExecutor()
        self._executor.register_action(actions.ActionAnswer(tutor))
        self._executor.register_action(actions.ActionSessionStart())

    async def request(self, *_: Any, json: Dict[str, Any], **__: Any) -> Optional[Dict[str, Any]]:  # type: ignore[override]
        """Run the action that an action server would have been asked for."""
        return await self._executor.run(json)


class NotReady(Exception):
    """The trained bot does not answer; the message says why and what to run."""


def load_agent(model: Path, tutor: Tutor) -> Agent:
    """Load the trained bot around a tutor and make sure that it answers."""
    fault = unfit(model)
    if fault:
        raise NotReady(fault)
    patches.apply()
    trackers = EndpointConfig(type="bot.trackers.RecentEvents")
    endpoints = AvailableEndpoints(action=InProcessActions(tutor), tracker_store=trackers)
    loop = asyncio.new_event_loop()
    try:
        agent = loop.run_until_complete(rasa_load_agent(model_path=str(model), endpoints=endpoints, loop=loop))
        if not agent.is_ready():
            raise NotReady(f"the trained bot {model} cannot be loaded; delete it and run: python -m bot.train")
        if not loop.run_until_complete(say(agent, CANARY, "canary")):
            raise NotReady(f"the trained bot {model} does not answer; delete it and run: python -m bot.train")
    finally:
        loop.close()
    return agent


async def say(agent: Agent, text: str, sender: str) -> Optional[Dict[str, Any]]:
    """Say something in a conversation and return the reply as the REST channel would send it."""
    output = OneMessage()
    await agent.handle_message(UserMessage(text, output, sender, input_channel="rest"))
    return output.messages[-1] if output.messages else None
