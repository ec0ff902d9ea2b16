"""A whole Slack for a test: the stand-in, our server with the real channel, and people who write and press."""

from __future__ import annotations

import asyncio
import itertools
import os
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, AsyncIterator, Awaitable, Callable, Dict, List, Optional, Tuple
from unittest.mock import patch
from uuid import uuid4

from rasa.core.channels.channel import UserMessage, register
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sanic import Sanic, response
from sanic.signals import Event

from bot.actions import ActionAnswer
from bot.channels.slack.channel import SlackChannel
from index.retrieval import Retriever
from knowledge.models import Aspect, Course
from tests.conftest import ToyEncoder
from tests.serving import free_port
from tests.slack.standin import APP_TOKEN, BOT_TOKEN, BOT_USER, SECRET, TEAM, Standin, post
from tutor.grading import Short
from tutor.item_lists import Alikeness
from tutor.item_space import items as items_of
from tutor.items import Ground, Item, ItemType, Option, Prompt, Why
from tutor.learners import Learners
from tutor.quiz import YES_DELETE, Quizmaster
from tutor.settings import Settings
from tutor.tutor import Tutor

WORDS = {  # what the toy bot takes a message for, by the words in it
    "quiz": "start_quiz",
    "due?": "start_quiz",
    "hint": "quiz_hint",
    "skip": "quiz_skip",
    "stop": "quiz_stop",
    "results": "next_one",
    "next": "next_one",
    "doing": "quiz_progress",
    "forget me": "forget_me",
    "export my data": "export_data",
    "compare": "compare",
    "weaknesses": "ask_weaknesses",
    "strengths": "ask_strengths",
    "agree": "ask_agreement",
    "hello": "greet",
    "tea": "out_of_scope",
    "what is": "define",
}
_names = itertools.count(1)


class ToyBot:
    """Rasa with an intent model of a dozen words; the action is the real one."""

    def __init__(self, tutor: Any) -> None:
        self._action = ActionAnswer(tutor)
        self._contexts: Dict[str, Any] = {}
        self.heard: List[Tuple[str, str, str]] = []  # conversation, learner, text
        self.before: Callable[[UserMessage], Awaitable[None]] = _at_once

    async def handle_message(self, message: UserMessage) -> None:
        """Answer as Rasa's agent would."""
        self.heard.append((message.sender_id, message.metadata["learner"], message.text))
        await self.before(message)
        intent = next((intent for word, intent in WORDS.items() if word in message.text.lower()), "ask_question")
        if message.text == YES_DELETE:
            intent = "ask_question"
        latest = {"text": message.text, "metadata": message.metadata, "intent_ranking": [{"name": intent, "confidence": 0.95}]}
        slots = {"context": self._contexts.get(message.sender_id)}
        dispatcher = CollectingDispatcher()
        events = self._action.run(dispatcher, Tracker(message.sender_id, slots, latest, [], False, None, {}, None), {})
        for event in events:
            self._contexts[message.sender_id] = event["value"]
        for said in dispatcher.messages:
            await message.output_channel.send_response(message.sender_id, said)


async def _at_once(_: UserMessage) -> None:
    """Nothing comes before the answer."""


def more_items(course: Course) -> List[Item]:
    """The types of question that the small course has no matter for."""
    a, b = "type-1.strength.fast", "type-1.strength.salt"
    several = Item(
        id="all.1",
        type=ItemType.select_all,
        form="strengths_of",
        concept="type-1",
        aspect=Aspect.strength,
        stem="Which of these are strengths of Type 1?",
        options=(
            Option(id="a", text="Ready within ten minutes"),
            Option(id="b", text="Few things needed"),
            Option(id="c", text="Soft"),
        ),
        key=("a", "b"),
        proof=(
            Ground(option="a", right=True, why=Why.listed, claims=(a,)),
            Ground(option="b", right=True, why=Why.listed, claims=(b,)),
            Ground(option="c", right=False, why=Why.opposite_list, claims=("type-1.weakness",)),
        ),
        claims=(a, b),
    )
    match = Item(
        id="match.1",
        type=ItemType.match,
        form="match",
        concept="type-1",
        stem="Match each type with what is said of it.",
        prompts=(Prompt(id="1", text="Type 1"), Prompt(id="2", text="Type 1.5")),
        options=(Option(id="a", text="lifted by soda"), Option(id="b", text="baked without rising")),
        key=("1b", "2a"),
        proof=(
            Ground(option="1b", right=True, why=Why.listed, claims=("type-1.definition",)),
            Ground(option="2a", right=True, why=Why.listed, claims=("type-1.5.definition",)),
        ),
        claims=("type-1.definition", "type-1.5.definition"),
    )
    return [item for item in (several, match) if all(claim in course.claim for claim in item.claims)]


class Points:
    """A short answer is right if it says anything of bread."""

    def __init__(self, item: Item, text: str) -> None:
        ids = tuple(p.id for p in item.points)
        right = "bread" in text
        self.present, self.missing, self.score = (ids, (), 1.0) if right else ((), ids, 0.0)


def toy_tutor(course: Course, retriever: Retriever, database: str, only: str = "") -> Tutor:
    """A tutor of bread whose records are in this database; with `only`, its quiz has questions of that type alone."""
    short: Short = Points
    learners = Learners.open(database)
    made = [*items_of(course, Alikeness.over(course, ToyEncoder())), *more_items(course)]
    kept = [item for item in made if not only or item.type.value == only]
    tutor = Tutor(course, retriever, learners=learners)
    tutor.quiz = Quizmaster(course, tutor.vocabulary, kept, learners, short)
    return tutor


class World:
    """One server and one Slack."""

    def __init__(self, standin: Standin, app: Sanic, url: str, socket: bool) -> None:
        self.slack, self.app, self.url, self._socket = standin, app, url, socket
        self._name = uuid4().hex[:8]  # no event of one test is a redelivery of another's
        self._events = (f"{self._name}.{n}" for n in itertools.count(1))

    @property
    def bot(self) -> ToyBot:
        """The bot behind the channel."""
        found: ToyBot = self.app.ctx.agent
        return found

    # -- what Slack sends ------------------------------------------------------------------------------------------

    async def send(self, payload: Dict[str, Any], form: str = "", **signing: Any) -> int:
        """Deliver something as Slack does, and see that it is acknowledged."""
        if self._socket:
            kind = {"": "events_api", "command": "slash_commands"}.get(form, "interactive")
            await self.slack.envelope(kind, payload)
            return 200
        status, _ = await post(f"{self.url}/webhooks/slack/events", payload, form, **signing)
        return status

    def event(self, event: Dict[str, Any], event_id: str = "") -> Dict[str, Any]:
        """The envelope of an event."""
        return {
            "token": "t",
            "team_id": TEAM,
            "api_app_id": "A1",
            "event": event,
            "type": "event_callback",
            "event_id": event_id or f"Ev{next(self._events)}",
            "event_time": 1700000000,
            "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
        }

    async def dm(self, user: str, text: str, event_id: str = "", thread: str = "", change: Optional[Dict[str, Any]] = None) -> int:
        """Write to the tutor directly."""
        event = {"type": "message", "channel": f"D{user}", "channel_type": "im", "user": user, "text": text, "ts": self.slack.ts()}
        event.update({"thread_ts": thread} if thread else {}, **(change or {}))
        return await self.send(self.event(event, event_id))

    async def mention(self, user: str, text: str, channel: str = "C1", thread: str = "", **more: Any) -> str:
        """Mention the tutor in a channel; the message's time stamp."""
        ts = self.slack.ts()
        event = {"type": "app_mention", "channel": channel, "user": user, "text": f"<@{BOT_USER}> {text}", "ts": ts}
        event.update({"thread_ts": thread} if thread else {}, **more)
        assert await self.send(self.event(event)) == 200
        return ts

    async def command(self, user: str, command: str, text: str, channel: str = "") -> int:
        """Use a slash command."""
        number = next(self._events)
        form = {
            "command": command,
            "text": text,
            "user_id": user,
            "team_id": TEAM,
            "channel_id": channel or f"D{user}",
            "trigger_id": f"trigger.{number}",
            "response_url": f"{self.slack.url}/response/{number}",
        }
        return await self.send(form, "command")

    async def press(
        self, user: str, at: Tuple[str, str], action: str, values: Optional[Dict[str, Any]] = None, trigger: str = ""
    ) -> int:
        """Press what has this action_id in a message, with these values in its controls."""
        message = self.slack.messages[at]
        element = next(e for b in message["blocks"] for e in b.get("elements", ()) if e.get("action_id") == action)
        number = next(self._events)
        payload = {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": user, "team_id": TEAM},
            "channel": {"id": at[0]},
            "container": {"type": "message", "message_ts": at[1], "channel_id": at[0], "is_ephemeral": False},
            "message": {**message, "blocks": message["blocks"]},
            "state": {"values": {name: {name: value} for name, value in (values or {}).items()}},
            "actions": [{**element, "action_ts": "1"}],
            "trigger_id": trigger or f"trigger.{number}",
            "response_url": f"{self.slack.url}/response/{number}",
        }
        if "thread_ts" in message:
            payload["container"]["thread_ts"] = message["thread_ts"]
        return await self.send(payload, "payload")

    async def at_home(self, user: str, element: Dict[str, Any]) -> int:
        """Use a control of the Home tab."""
        payload = {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": user, "team_id": TEAM},
            "container": {"type": "view", "view_id": "V1"},
            "view": {"type": "home", "id": "V1", "team_id": TEAM},
            "actions": [element],
            "trigger_id": f"trigger.{next(self._events)}",
        }
        return await self.send(payload, "payload")

    # -- what people see -------------------------------------------------------------------------------------------

    async def said(self, channel: str, count: int = 1) -> List[Dict[str, Any]]:
        """The messages in a channel once there are so many."""

        def there() -> List[Dict[str, Any]]:
            return [message for (place, _), message in self.slack.messages.items() if place == channel]

        await self.slack.until(lambda: len(there()) >= count)
        return there()

    async def settle(self) -> None:
        """Wait until every job is done."""
        assert await self.app.ctx.slack.lanes.drained(20)


@asynccontextmanager
async def world(tutor: Any, socket: bool = False, agent: Any = None, **settings: Any) -> AsyncIterator[World]:
    """A server with the Slack channel around a tutor, and the stand-in; both end with it."""
    standin = Standin()
    await standin.start()
    keys = {"slack_app_token": APP_TOKEN} if socket else {"slack_signing_secret": SECRET}
    made = Settings(slack_bot_token=BOT_TOKEN, slack_api_url=f"{standin.url}/api/", **{**keys, **settings})
    async with serving(tutor, made, agent) as (app, url):
        if socket:
            await standin.until(lambda: standin.sockets)
        else:
            await standin.until(lambda: standin.made("auth.test"))
        await standin.until(lambda: app.ctx.slack.myself.user)
        yield World(standin, app, url, socket)
    await standin.stop()


async def _heard(**_: Any) -> None:
    """Somebody hears this signal."""


@asynccontextmanager
async def serving(tutor: Any, settings: Settings, agent: Any = None) -> AsyncIterator[Tuple[Sanic, str]]:
    """Our server with the Slack channel alone, in this process."""
    app = Sanic(f"slack_test_{os.getpid()}_{next(_names)}", configure_logging=False)
    app.ctx.tutor, app.ctx.settings = tutor, settings
    app.ctx.agent = agent or ToyBot(tutor)
    register([SlackChannel(settings)], app, route="/webhooks/")
    app.add_route(lambda _: response.json({"status": "ready"}), "/health", name="health")
    for signal in Event:  # Sanic takes unheard signals out of its own methods, which goes wrong the second time in a process
        if signal.value.startswith("http."):
            app.add_signal(_heard, signal.value)
    port = free_port()
    server = await app.create_server("127.0.0.1", port, return_asyncio_server=True, access_log=False)
    with patch(
        "sanic.app.TouchUp.run"
    ):  # Sanic rewrites its own methods as it starts, which goes wrong the second time in a process
        await server.startup()
    await server.before_start()
    await server.after_start()
    try:
        yield app, f"http://127.0.0.1:{port}"
    finally:
        await server.before_stop()
        server.close()
        await server.wait_closed()
        await server.after_stop()
        app.shutdown_tasks(1)


def play(scenario: Awaitable[Any]) -> Any:
    """Play a scenario from beginning to end."""

    async def whole() -> Any:
        return await asyncio.wait_for(scenario, 90)

    return asyncio.run(whole())


def text_of(value: Any) -> str:
    """All text that blocks show."""
    if isinstance(value, dict):
        return "\n".join(
            filter(None, [v if k == "text" and isinstance(v, str) else text_of(v) for k, v in value.items() if k != "value"])
        )
    return "\n".join(filter(None, map(text_of, value))) if isinstance(value, list) else ""


def actions_of(message: Dict[str, Any]) -> Dict[str, str]:
    """The buttons of a message: action_id and label."""
    elements = [e for b in message["blocks"] for e in b.get("elements", ()) if e.get("type") == "button"]
    return {e["action_id"]: e["text"]["text"] for e in elements}


def filled(message: Dict[str, Any], right: Optional[Item] = None) -> Dict[str, Any]:
    """Values for every control of a question: those of the key, or the first of each."""
    values: Dict[str, Any] = {}
    for block in message["blocks"]:
        element = block.get("element")
        if not element:
            continue
        name, kind = element["action_id"], element["type"]
        options = {option["value"]: option for option in element.get("options", ())}
        key = list(right.key) if right else list(options)[:1]
        if kind == "plain_text_input":
            values[name] = {"type": kind, "value": "it is about bread"}
        elif kind == "checkboxes":
            values[name] = {"type": kind, "selected_options": [options[k] for k in key]}
        elif kind == "static_select":
            number = name.partition(":")[2]
            letter = next((pair[1:] for pair in key if pair.startswith(number)), next(iter(options)))
            values[name] = {"type": kind, "selected_option": options[letter]}
        else:
            values[name] = {"type": kind, "selected_option": options[key[0]]}
    return values


def database(folder: Path) -> str:
    """A database of a test's own."""
    return f"sqlite:///{folder / 'learners.sqlite3'}"
