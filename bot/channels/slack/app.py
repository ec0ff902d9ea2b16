"""The slack-bolt app: each event is acknowledged at once, told apart from its redeliveries, and put in its user's lane."""

from __future__ import annotations

import asyncio
import logging
import re
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Awaitable, Callable, Dict, Optional

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack import views
from bot.channels.slack.blocks import PASSAGE, SAY
from bot.channels.slack.commands import Command, Commands
from bot.channels.slack.home import Home
from bot.channels.slack.lanes import Job, Lanes
from bot.channels.slack.mrkdwn import typed
from bot.channels.slack.quiz import HINT, SHARED, SKIP, SUBMIT, read_value
from bot.channels.slack.rooms import Rooms
from bot.channels.slack.sending import Place, Sender, Undelivered
from bot.channels.slack.talk import QUIZ_US, Press, Said, Talk, Who, pressed
from tutor.notices import Notices
from tutor.tutor import Tutor

log = logging.getLogger(__name__)
BY_PEOPLE = frozenset({None, "file_share", "thread_broadcast"})  # subtypes of messages that somebody wrote
LOG = f"{__name__}.bolt"
KNOWN = 10_000  # deliveries that are told apart without asking the database


@dataclass
class Self:
    """Who the app is in Slack, once Slack has said so."""

    user: str = ""
    bot: str = ""
    team: str = ""


@dataclass
class Parts:
    """What the listeners use."""

    tutor: Tutor
    notices: Notices
    sender: Sender
    talk: Talk
    rooms: Rooms
    home: Home
    commands: Commands
    lanes: Lanes
    myself: Self
    clock: Callable[[], datetime]
    ready: Callable[[], bool]


def bolt_app(parts: Parts, signing_secret: str, api_url: str) -> AsyncApp:
    """The app with all its listeners; without a signing secret it takes requests over Socket Mode alone."""
    myself = parts.myself

    async def authorize(**_: Any) -> AuthorizeResult:
        token = parts.sender.client.token
        return AuthorizeResult(
            enterprise_id=None, team_id=myself.team, bot_user_id=myself.user or None, bot_id=myself.bot or None, bot_token=token
        )

    client = AsyncWebClient(base_url=api_url)
    app = AsyncApp(name=LOG, logger=_quiet(), signing_secret=signing_secret, authorize=authorize, client=client)
    listen = Listeners(parts)
    app.use(listen.admit)
    app.event("app_mention")(listen.mention)
    app.event("message")(listen.message)
    app.event("app_home_opened")(listen.home)
    app.event("assistant_thread_started")(listen.pane)
    app.event(re.compile(".+"))(_nothing)
    app.command("/tutor")(listen.tutor)
    app.command("/quiz")(listen.quiz)
    for action, heard in listen.actions().items():
        app.action(re.compile(f"{re.escape(action)}(:.*)?"))(heard)
    app.action(re.compile(".*"))(_acknowledged)
    return app


def _quiet() -> logging.Logger:
    """Bolt's log: what it tells of every request is of no use here. It sets the log of the app's name alike."""
    logger = logging.getLogger(LOG)
    logger.setLevel(logging.ERROR)
    return logger


async def _nothing() -> None:
    """Some event that the tutor has no use for."""


async def _acknowledged(ack: Callable[[], Awaitable[Any]]) -> None:
    """A control that only matters once Submit is pressed."""
    await ack()


class Listeners:
    """From Slack's payloads to jobs."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._known: OrderedDict[str, None] = OrderedDict()

    async def admit(self, body: Dict[str, Any], next: Callable[[], Awaitable[Any]]) -> Any:
        """Let a delivery in, once. With too much to do, or still starting, refuse it: Slack then sends it again."""
        key = _key(body)
        if key in self._known:
            return BoltResponse(status=200, body="")
        if self._parts.lanes.full or not self._parts.ready():
            return BoltResponse(status=503, body="", headers={"Retry-After": "5"})
        if key:
            self._known[key] = None
            if len(self._known) > KNOWN:
                self._known.popitem(last=False)
        return await next()

    def _put(self, who: Who, body: Dict[str, Any], job: Job) -> None:
        """Do a job after the user's earlier ones, unless it was done before a restart, or elsewhere."""
        key, notices, now = _key(body), self._parts.notices, self._parts.clock

        async def once() -> None:
            if key and not await asyncio.to_thread(notices.is_new, key, now()):
                return
            try:
                await job()
            except Undelivered as fault:
                log.warning("a reply was not delivered: %s", fault.code)

        self._parts.lanes.put(who.learner, once)

    # -- events --------------------------------------------------------------------------------------------------

    async def mention(self, event: Dict[str, Any], body: Dict[str, Any]) -> None:
        """Somebody mentioned the tutor in a channel: it answers in the thread."""
        if not self._is_said(event) or event.get("channel_type") == "im":
            return
        who, text = Who(str(body["team_id"]), event["user"]), typed(event.get("text") or "", self._parts.myself.user)
        place = Place(event["channel"], event.get("thread_ts") or event["ts"])
        us = QUIZ_US.fullmatch(text)
        if us:
            alone = place.seen_by(who.user)
            self._put(who, body, lambda: self._parts.commands.ask_room(who, place, us["wish"].strip(), event["ts"], alone))
        else:
            said = Said(who, text or "help", place, private=False)
            self._put(who, body, lambda: self._parts.talk.hear(said))

    async def message(self, event: Dict[str, Any], body: Dict[str, Any]) -> None:
        """Somebody wrote to the tutor directly, in the assistant's pane or beside it."""
        if event.get("channel_type") != "im" or not self._is_said(event):
            return
        text = typed(event.get("text") or "", self._parts.myself.user)
        if not text:
            return
        who = Who(str(body["team_id"]), event["user"])
        said = Said(who, text, Place(event["channel"], event.get("thread_ts")), private=True)
        self._put(who, body, lambda: self._parts.talk.hear(said))

    def _is_said(self, event: Dict[str, Any]) -> bool:
        """Whether a person said it just now: no bot, not the tutor itself, nothing edited or deleted."""
        by_person = event.get("user") and not event.get("bot_id") and event["user"] != self._parts.myself.user
        return bool(by_person and event.get("subtype") in BY_PEOPLE and not event.get("edited") and not event.get("hidden"))

    async def home(self, event: Dict[str, Any], body: Dict[str, Any]) -> None:
        """The Home tab was opened."""
        if event.get("tab", "home") == "home":
            who = Who(str(body["team_id"]), event["user"])
            self._put(who, body, lambda: self._parts.home.publish(who))

    async def pane(self, event: Dict[str, Any], body: Dict[str, Any]) -> None:
        """The assistant's pane was opened: offer something to begin with."""
        thread = event["assistant_thread"]
        starts = [{"title": text[:70], "message": text} for text in self._parts.tutor.course.start_with[:4]]
        told = {"channel_id": thread["channel_id"], "thread_ts": thread["thread_ts"], "prompts": starts}

        async def offer() -> None:
            await self._parts.sender.once("assistant.threads.setSuggestedPrompts", **told)

        self._put(Who(str(body["team_id"]), thread["user_id"]), body, offer)

    # -- commands ------------------------------------------------------------------------------------------------

    async def tutor(self, ack: Callable[[], Awaitable[Any]], body: Dict[str, Any]) -> None:
        """`/tutor`."""
        await ack()
        command = Command.read(body)
        self._put(command.who, body, lambda: self._parts.commands.tutor(command))

    async def quiz(self, ack: Callable[[], Awaitable[Any]], body: Dict[str, Any]) -> None:
        """`/quiz`."""
        await ack()
        command = Command.read(body)
        self._put(command.who, body, lambda: self._parts.commands.quiz(command))

    # -- what is pressed -----------------------------------------------------------------------------------------

    def actions(self) -> Dict[str, Callable[..., Awaitable[None]]]:
        """What each control does, by its action_id up to the last colon."""
        talk, home, rooms = self._parts.talk, self._parts.home, self._parts.rooms
        return {
            SUBMIT: self._acts(lambda body, action: talk.submit(_press(body, action))),
            HINT: self._acts(lambda body, action: talk.hint(_press(body, action))),
            SKIP: self._acts(lambda body, action: talk.skip(_press(body, action))),
            SHARED: self._acts(lambda body, action: rooms.answer(_press(body, action))),
            SAY: self._acts(lambda body, action: talk.hear(_said(body, action["value"]))),
            views.LINK: self._acts(lambda body, _: talk.link(_said(body, "link"))),
            views.UNLINK: self._acts(lambda body, _: talk.unlink(_said(body, "unlink"))),
            views.REMIND_AT: self._acts(lambda body, action: home.remind_at(_who(body), action["selected_time"])),
            views.REMIND_QUIET: self._acts(lambda body, action: home.keep_quiet(_who(body), _days(action))),
            views.REMIND_OFF: self._acts(lambda body, _: home.remind_off(_who(body))),
            PASSAGE: self._passage,
        }

    def _acts(self, do: Callable[[Dict[str, Any], Dict[str, Any]], Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        async def heard(ack: Callable[[], Awaitable[Any]], body: Dict[str, Any], action: Dict[str, Any]) -> None:
            await ack()
            self._put(_who(body), body, lambda: do(body, action))

        return heard

    async def _passage(self, ack: Callable[[], Awaitable[Any]], body: Dict[str, Any], action: Dict[str, Any]) -> None:
        """Open a passage, past the user's lane: Slack lets a window open for three seconds after the click."""
        await ack()
        picked = action.get("selected_option") or {"value": action.get("value"), "text": {"text": action["action_id"]}}
        found = await asyncio.to_thread(self._parts.tutor.passage, picked["value"])
        number = re.search(r"\d+", picked["text"]["text"])
        view = views.passage_view(number[0] if number else "", found)
        method = "views.push" if (body.get("view") or {}).get("type") == "modal" else "views.open"
        try:
            await self._parts.sender.call(method, trigger_id=body["trigger_id"], view=view)
        except Undelivered as fault:
            log.warning("a passage was not opened: %s", fault.code)


def _key(body: Dict[str, Any]) -> Optional[str]:
    """What a delivery is told from others by: the event's id; of a click or a command what Slack gives it instead."""
    found = body.get("event_id") or body.get("trigger_id")
    return str(found) if found else None


def _who(body: Dict[str, Any]) -> Who:
    team = (body.get("team") or {}).get("id") or body["user"].get("team_id") or ""
    return Who(str(team), body["user"]["id"])


def _place(body: Dict[str, Any]) -> Place:
    """Where something was pressed; on the Home tab that is the direct messages."""
    container, user = body.get("container") or {}, body["user"]["id"]
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id")
    if not channel:
        return Place(user)
    thread = container.get("thread_ts") or (body.get("message") or {}).get("thread_ts")
    return Place(channel, thread, only=user if container.get("is_ephemeral") and not channel.startswith("D") else None)


def _said(body: Dict[str, Any], text: str) -> Said:
    """What a button says for the one who presses it; in a channel in the thread of its message."""
    place = _place(body)
    private = place.channel.startswith(("D", "U", "W"))
    if not private and not place.thread and not place.only:
        place = Place(place.channel, (body.get("container") or {}).get("message_ts"))
    return Said(_who(body), text, place, private, pressed(text))


def _press(body: Dict[str, Any], action: Dict[str, Any]) -> Press:
    item, number, kind = read_value(action["value"])
    message = body.get("message") or {}
    ts = str((body.get("container") or {}).get("message_ts") or message.get("ts"))
    return Press(_who(body), _place(body), ts, item, number, kind, body.get("state") or {}, message.get("blocks") or ())


def _days(action: Dict[str, Any]) -> Any:
    return frozenset(int(option["value"]) for option in action.get("selected_options") or ())
