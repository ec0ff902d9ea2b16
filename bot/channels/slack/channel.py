"""Slack as a channel of Rasa. Without TUTOR_SLACK_BOT_TOKEN it is not there: no route, no import, no thread."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Any, Awaitable, Callable, Dict, Optional, Sequence

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.channels.rest import OneMessage
from tutor.settings import Settings, load_settings

log = logging.getLogger(__name__)
MAX_BODY = 512 * 1024  # bytes; a button brings along the whole message that it stands in
OnMessage = Callable[[UserMessage], Awaitable[Any]]


class SlackChannel(InputChannel):
    """Socket Mode, or `POST /webhooks/slack/events` with Slack's signature."""

    def __init__(self, settings: Optional[Settings] = None) -> None:
        self._settings = settings or load_settings()

    @classmethod
    def name(cls) -> str:
        """Part of the route, and the name of the channel in conversations."""
        return "slack"

    @classmethod
    def from_credentials(cls, _: Optional[Dict[str, Any]]) -> SlackChannel:
        """Read TUTOR_SLACK_*; what credentials.yml holds is not looked at."""
        return cls()

    def blueprint(self, on_new_message: OnMessage) -> Blueprint:
        """The route of HTTP mode, and what starts and stops with the server; nothing at all without a token."""
        routes = Blueprint("slack_channel")
        if not self._settings.slack_bot_token:
            return routes

        @routes.listener("after_server_start")
        async def start(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
            from bot.channels.slack.service import Service

            if self._settings.slack_signing_secret:
                app.config.REQUEST_MAX_SIZE = max(app.config.REQUEST_MAX_SIZE, MAX_BODY)
            app.ctx.slack = Service(app, self._settings, Asker(on_new_message))
            app.ctx.slack.start()

        @routes.listener("before_server_stop")
        async def stop(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
            await app.ctx.slack.stop()
            app.ctx.slack.ask.close()

        if self._settings.slack_signing_secret:

            @routes.route("/events", methods=["POST"])
            async def events(request: Request) -> HTTPResponse:
                service = getattr(request.app.ctx, "slack", None)
                if service is None:
                    return json_response({"error": {"message": "still starting"}}, 503, {"Retry-After": "5"})
                answered: HTTPResponse = await service.http(request)
                return answered

        return routes


class Asker:
    """Asks Rasa in a thread with an event loop of its own, one message at a time.

    Reading a message and answering it keeps a loop busy for tenths of a second, in which the server could acknowledge nothing.
    """

    def __init__(self, on_new_message: OnMessage) -> None:
        self._on_new_message = on_new_message
        self._turn = asyncio.Semaphore(1)
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="slack-answers", daemon=True).start()

    async def __call__(self, text: str, conversation: str, learner: str) -> Sequence[Dict[str, Any]]:
        """The replies to a message of this learner in this conversation."""
        output = OneMessage()
        message = UserMessage(text, output, conversation, input_channel=SlackChannel.name(), metadata={"learner": learner})
        async with self._turn:
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._answer(message), self._loop))
        return output.messages

    async def _answer(self, message: UserMessage) -> None:
        await self._on_new_message(message)

    def close(self) -> None:
        """End the thread once what it works on is done."""
        self._loop.call_soon_threadsafe(self._loop.stop)
