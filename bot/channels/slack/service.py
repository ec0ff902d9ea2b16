"""What runs while the server does: the connection to Slack, the clock for reminders, and the end of both."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta, timezone
from typing import Any, List, Optional

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response
from slack_bolt.adapter.sanic.async_handler import AsyncSlackRequestHandler
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.request.internals import parse_body
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack.app import Parts, Self, bolt_app
from bot.channels.slack.channel import Asker
from bot.channels.slack.commands import Commands
from bot.channels.slack.home import Home
from bot.channels.slack.lanes import Lanes
from bot.channels.slack.rooms import Rooms
from bot.channels.slack.schedule import TICK, Schedule
from bot.channels.slack.sending import Sender, Undelivered
from bot.channels.slack.talk import Talk
from tutor.settings import Settings
from tutor.tutor import Tutor

log = logging.getLogger(__name__)
LOADING = 0.5  # seconds between two looks whether the bot is loaded
WATCH = 5  # seconds between two looks at the connection
AGAIN = 60  # seconds until Slack is asked again who the app is
LEAVE = 4  # seconds for what is under way when the server stops
HANG_UP = 2  # seconds for the end of the connection


class Service:
    """The Slack app of one server."""

    def __init__(self, app: Sanic, settings: Settings, ask: Asker, ping: float = 10) -> None:
        self._settings, self.ask, self._ping = settings, ask, ping
        tutor = _tutor(app)
        self._notices = tutor.learners.notices
        client = AsyncWebClient(token=settings.slack_bot_token, base_url=settings.slack_api_url, retry_handlers=[])
        sender, self.myself, self.lanes = Sender(client), Self(), Lanes()
        rooms = Rooms(tutor, self._notices, sender, utc_now)
        home = Home(tutor, self._notices, sender, utc_now)
        talk = Talk(ask, tutor, sender, utc_now, settings.max_message)
        self.parts = Parts(
            tutor, self._notices, sender, talk, rooms, home, Commands(talk, rooms, home, sender), self.lanes, self.myself, utc_now,
            lambda: bool(getattr(app.ctx, "agent", None)),
        )  # fmt: skip
        self.schedule = Schedule(tutor, self._notices, rooms, sender)
        self._bolt = bolt_app(self.parts, settings.slack_signing_secret, settings.slack_api_url)
        self._http = AsyncSlackRequestHandler(self._bolt)
        secret = settings.slack_signing_secret
        self._signatures = SignatureVerifier(secret) if secret else None
        self.socket: Optional[AsyncSocketModeHandler] = None
        self._tasks: List[asyncio.Task[None]] = []

    async def http(self, request: Request) -> HTTPResponse:
        """Answer a signed request of Slack's; 401 for one that is not, or is older than five minutes, before it is read."""
        try:
            body = request.body.decode("utf-8")
        except UnicodeDecodeError:
            body = ""
        if not self._signatures or not self._signatures.is_valid_request(body, {k.lower(): v for k, v in request.headers.items()}):
            return json_response({"error": {"field": "X-Slack-Signature", "message": "is not Slack's for this body"}}, 401)
        try:
            read = parse_body(body, request.headers.get("content-type"))
        except ValueError:
            read = None
        if not isinstance(read, dict) or not read:
            return json_response({"error": {"field": "body", "message": "cannot be read"}}, 400)
        return await self._http.handle(request)

    def start(self) -> None:
        """Begin, beside the server."""
        self._tasks.append(asyncio.ensure_future(self._run()))

    async def _run(self) -> None:
        """Connect once the bot is loaded, then look at the clock and the connection."""
        while not self.parts.ready():
            await asyncio.sleep(LOADING)
        self._tasks.append(asyncio.ensure_future(self._tick()))
        await self._introduce()
        if self._settings.slack_app_token:
            self._tasks.append(asyncio.ensure_future(self._listen()))

    async def _introduce(self) -> None:
        """Ask Slack who the app is, until it says so."""
        while True:
            try:
                told = await self.parts.sender.call("auth.test")
            except Undelivered:
                await asyncio.sleep(AGAIN)
                continue
            self.myself.user, self.myself.bot = str(told.get("user_id") or ""), str(told.get("bot_id") or "")
            self.myself.team = str(told.get("team_id") or "")
            return

    async def _listen(self) -> None:
        """Keep the socket connected. The client connects anew by itself, but never asks for a new address after a failure."""
        told = Once()
        logger = logging.getLogger(f"{__name__}.socket")
        logger.addFilter(told)
        client = self.parts.sender.client
        token = self._settings.slack_app_token
        self.socket = AsyncSocketModeHandler(self._bolt, token, logger=logger, web_client=client, ping_interval=self._ping)
        connecting = asyncio.ensure_future(self.socket.connect_async())
        self._tasks.append(connecting)
        while True:
            await asyncio.sleep(min(WATCH, self._ping))
            if await self.socket.client.is_connected():
                told.again()
            else:
                self.socket.client.wss_uri = None

    async def _tick(self) -> None:
        tidied = utc_now()
        while True:
            now = utc_now()
            try:
                await self.schedule.tick(now)
                if now - tidied > timedelta(days=1):
                    tidied = now
                    await self.schedule.tidy(now)
            except Exception:  # the database may be down; the next look is soon
                log.exception("reminders were not sent")
            await asyncio.sleep(TICK)

    async def stop(self) -> None:
        """Finish what is under way, as far as a few seconds go, and hang up."""
        for task in self._tasks:
            task.cancel()
        if self.socket:
            try:
                await asyncio.wait_for(self.socket.close_async(), HANG_UP)
            except asyncio.TimeoutError:
                log.debug("Slack did not answer the end of the connection")
        await self.lanes.drained(LEAVE)


class Once(logging.Filter):
    """Lets a fault through once, until it is over."""

    def __init__(self) -> None:
        super().__init__()
        self._said: List[str] = []

    def again(self) -> None:
        """The connection stands: the next fault is a new one."""
        self._said.clear()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether this is to be logged."""
        if record.levelno < logging.WARNING:
            return False
        kind = str(record.msg)[:20]
        if kind in self._said:
            return False
        self._said.append(kind)
        record.exc_info = None  # one line says it
        return True


def utc_now() -> datetime:
    """The time, where the server meets the world."""
    return datetime.now(timezone.utc)


def _tutor(app: Sanic) -> Tutor:
    """The server's tutor; the stock `rasa run` has none of its own."""
    from bot.actions import shared_tutor

    found: Any = getattr(app.ctx, "tutor", None)
    return found or shared_tutor()
