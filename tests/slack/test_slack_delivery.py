"""What Slack sends is acknowledged, told apart, and done once; what Slack refuses is tried again."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
import threading
from collections import defaultdict
from pathlib import Path
from typing import Any, Dict, List

import aiohttp
import pytest
from sanic import Sanic

from bot.channels.slack.channel import SlackChannel
from index.retrieval import Retriever
from knowledge.models import Course
from tests.serving import ROOT
from tests.slack.standin import APP_TOKEN, BOT_TOKEN, Refusal, post, signed
from tests.slack.world import World, database, play, text_of, toy_tutor, world
from tutor.settings import Settings
from tutor.tutor import Tutor

REVOKED = Refusal(error="token_revoked")


def hurry(w: World) -> List[float]:
    """Let the sender wait in no time; the seconds it would have waited."""
    waited: List[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    w.app.ctx.slack.parts.sender._sleep = sleep
    return waited


# -- told apart --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("socket", [False, True], ids=["http", "socket"])
def test_redelivery(bread: Tutor, socket: bool) -> None:
    """An event that is delivered again, at once or later, is acknowledged and answered once."""

    async def scenario() -> None:
        async with world(bread, socket) as w:
            statuses = await asyncio.gather(*(w.dm("U1", "what is type 1?", "Ev77") for _ in range(3)))
            await w.said("DU1")
            await w.settle()
            statuses.append(await w.dm("U1", "what is type 1?", "Ev77"))
            await w.settle()

            assert statuses == [200] * 4
            assert len(w.bot.heard) == len(await w.said("DU1")) == 1

    play(scenario())


def test_redelivery_after_a_restart(course: Course, retriever: Retriever, tmp_path: Path) -> None:
    """An event that was answered before a restart is not answered after it."""

    async def scenario() -> None:
        for expected in (1, 0):
            tutor = toy_tutor(course, retriever, database(tmp_path))
            async with world(tutor) as w:
                assert await w.dm("U1", "what is type 1?", "Ev77") == 200
                await w.dm("U2", "hello", f"Ev78.{expected}")
                await w.said("DU2")
                await w.settle()
                assert len([text for _, _, text in w.bot.heard if text != "hello"]) == expected
            tutor.learners.close()

    play(scenario())


@pytest.mark.parametrize(
    "signing",
    [{"secret": "another"}, {"age": 301}, {"age": -301}],
    ids=["wrong signature", "replayed", "from the future"],
)
@pytest.mark.parametrize("form", ["", "payload", "command"])
def test_refused(bread: Tutor, signing: Dict[str, Any], form: str) -> None:
    """What Slack did not sign just now is refused with 401, and nothing is done."""

    async def scenario() -> None:
        async with world(bread) as w:
            event = {"type": "message", "channel": "DU1", "channel_type": "im", "user": "U1", "text": "hello", "ts": "1.0"}
            payload: Dict[str, Any] = {"": w.event(event), "payload": {"type": "block_actions"}}.get(form, {"command": "/tutor"})
            before = len(w.slack.calls)

            assert await w.send(payload, form, **signing) == 401
            await w.settle()
            assert w.bot.heard == [] and len(w.slack.calls) == before

    play(scenario())


def test_unsigned(bread: Tutor) -> None:
    """A request without a signature is refused, whatever it holds."""

    async def scenario() -> None:
        async with world(bread) as w, aiohttp.ClientSession() as session:
            for body in (b"", b"{", b'{"type": "url_verification", "challenge": "x"}'):
                async with session.post(f"{w.url}/webhooks/slack/events", data=body) as answer:
                    assert answer.status == 401

    play(scenario())


def test_signed_nonsense(bread: Tutor) -> None:
    """A body that cannot be read is refused with 400, even when it is signed."""

    async def scenario() -> None:
        async with world(bread) as w, aiohttp.ClientSession() as session:
            for body in ("{", "[]", "payload=%7B", ""):
                headers = signed(body, "application/x-www-form-urlencoded" if "=" in body else "application/json")
                async with session.post(f"{w.url}/webhooks/slack/events", data=body, headers=headers) as answer:
                    assert answer.status == 400

    play(scenario())


def test_challenge(bread: Tutor) -> None:
    """Slack's question whether the address is ours is answered."""

    async def scenario() -> None:
        async with world(bread) as w:
            asked = {"token": "t", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P", "type": "url_verification"}
            status, text = await post(f"{w.url}/webhooks/slack/events", asked)

            assert (status, json.loads(text)) == (200, {"challenge": asked["challenge"]})

    play(scenario())


def test_unheard_of(bread: Tutor) -> None:
    """An event, or a control, of which the tutor knows nothing is acknowledged, so that Slack does not send it again."""

    async def scenario() -> None:
        async with world(bread) as w:
            assert await w.send(w.event({"type": "reaction_added", "user": "U1"})) == 200
            assert await w.at_home("U1", {"type": "button", "action_id": "of another version", "value": "x"}) == 200
            await w.settle()

    play(scenario())


# -- order and load ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("socket", [False, True], ids=["http", "socket"])
def test_many_at_once(bread: Tutor, socket: bool) -> None:
    """Of 200 messages from 50 users at once each is acknowledged, answered once, and in order for its user."""
    questions = ["hello", "what is type 1?", "what is type 1.5?", "what is type 2?"]

    async def scenario() -> None:
        async with world(bread, socket) as w:

            async def write(user: str) -> None:
                for text in questions:
                    assert await w.dm(user, text) == 200

            await asyncio.gather(*(write(f"U{n}") for n in range(50)))
            await w.slack.until(lambda: len(w.slack.messages) >= 200, 60)
            await w.settle()

            heard: Dict[str, List[str]] = defaultdict(list)
            for _, learner, text in w.bot.heard:
                heard[learner].append(text)
            assert heard == {f"slack.T1.U{n}": questions for n in range(50)}
            told: Dict[str, List[str]] = defaultdict(list)
            for (channel, _), message in w.slack.messages.items():
                told[channel].append(text_of(message["blocks"]))
            assert set(map(len, told.values())) == {4} and len(told) == 50
            first = told["DU0"]
            assert len(set(first)) == 4
            assert all(replies == first for replies in told.values())
            assert w.slack.refused == []

    play(scenario())


def test_acknowledged_first(bread: Tutor) -> None:
    """A message is acknowledged while its answer is still being thought of."""

    async def scenario() -> None:
        async with world(bread) as w:
            thought = threading.Event()  # answers are thought of in another thread

            async def wait(_: object) -> None:
                while not thought.is_set():
                    await asyncio.sleep(0.01)

            w.bot.before = wait
            assert await w.dm("U1", "what is type 1?") == 200
            assert w.slack.messages == {}
            thought.set()
            await w.said("DU1")
            await w.settle()

    play(scenario())


def test_too_much(bread: Tutor) -> None:
    """With too much to do nothing is acknowledged, so that Slack sends it again; then it is answered."""

    async def scenario() -> None:
        async with world(bread) as w:
            w.app.ctx.slack.lanes._most = 0
            assert await w.dm("U1", "what is type 1?", "Ev77") == 503
            w.app.ctx.slack.lanes._most = 10
            assert await w.dm("U1", "what is type 1?", "Ev77") == 200
            assert len(await w.said("DU1")) == 1
            await w.settle()

    play(scenario())


def test_too_early(bread: Tutor) -> None:
    """While the bot is being loaded nothing is acknowledged."""

    async def scenario() -> None:
        async with world(bread) as w:
            bot, w.app.ctx.agent = w.app.ctx.agent, None
            assert await w.dm("U1", "what is type 1?", "Ev77") == 503
            w.app.ctx.agent = bot
            assert await w.dm("U1", "what is type 1?", "Ev77") == 200
            await w.said("DU1")
            await w.settle()

    play(scenario())


# -- when Slack refuses ------------------------------------------------------------------------------------------------


def test_rate_limit(bread: Tutor) -> None:
    """Told to wait, the tutor waits as long as Slack says, then answers; the log says nothing."""

    async def scenario() -> None:
        async with world(bread) as w:
            waited = hurry(w)
            limited = Refusal(429, "ratelimited", {"Retry-After": "7"})
            w.slack.refuse("chat.postMessage", limited, limited)
            await w.dm("U1", "what is type 1?")
            await w.said("DU1")
            await w.settle()

            assert waited == [7.0, 7.0]
            assert len(w.slack.messages) == 1

    play(scenario())


def test_rate_limit_of_a_command(bread: Tutor) -> None:
    """The address that comes with a command has limits, too."""

    async def scenario() -> None:
        async with world(bread) as w:
            waited = hurry(w)
            w.slack.refuse("response_url", Refusal(429, "rate_limited", {"Retry-After": "3"}))
            await w.command("U1", "/tutor", "help", "C1")
            await w.slack.until(lambda: w.slack.made("response_url"))
            await w.settle()

            assert waited == [3.0]

    play(scenario())


@pytest.mark.parametrize(
    "refusal", [REVOKED, Refusal(status=503), Refusal(error="internal_error")], ids=["revoked", "down", "fault"]
)
def test_outage(bread: Tutor, refusal: Refusal, caplog: pytest.LogCaptureFixture) -> None:
    """Slack down, or the token revoked: tried again, later and later, logged once; then the answer arrives."""

    async def scenario() -> None:
        async with world(bread) as w:
            waited = hurry(w)
            w.slack.refuse("chat.postMessage", *[refusal] * 4)
            await w.dm("U1", "what is type 1?")
            await w.said("DU1")
            await w.settle()

            assert waited == [1, 2, 4, 8]

    play(scenario())
    faults = [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR]
    assert len(faults) == 1 and "chat.postMessage fails" in faults[0]
    assert BOT_TOKEN not in caplog.text
    assert ("TUTOR_SLACK_BOT_TOKEN" in faults[0]) == (refusal is REVOKED)


def test_long_outage(bread: Tutor, caplog: pytest.LogCaptureFixture) -> None:
    """An answer that Slack never takes is given up after a while; the tutor goes on, and the next is delivered."""

    async def scenario() -> None:
        async with world(bread) as w:
            hurry(w)
            w.slack.refuse("chat.postMessage", *[Refusal(status=500)] * 7)
            await w.dm("U1", "what is type 1?")
            await w.dm("U1", "what is type 1.5?")
            [said] = await w.said("DU1")
            await w.settle()

            assert "soda lifts" in text_of(said["blocks"])

    play(scenario())
    assert len([r for r in caplog.records if r.levelno >= logging.ERROR]) == 1


def test_down_at_the_start(bread: Tutor) -> None:
    """A Slack that cannot be reached keeps the server from nothing: it answers others, and connects later."""

    async def scenario() -> None:
        async with world(bread) as w:
            service = w.app.ctx.slack
            waited = hurry(w)
            service.myself.user = ""
            w.slack.refuse("auth.test", *[Refusal(status=503)] * 3)
            await service._introduce()

            assert (service.myself.user, waited) == ("UBOT", [1, 2, 4])

    play(scenario())


def test_socket_dropped(bread: Tutor, caplog: pytest.LogCaptureFixture) -> None:
    """A socket that drops is opened again with a new address, and messages go on."""

    async def scenario() -> None:
        async with world(
            bread,
            socket=True,
        ) as w:
            await w.dm("U1", "what is type 1?")
            await w.said("DU1")
            for n in (2, 3):
                await w.slack.drop()
                await w.slack.until(lambda n=n: w.slack.connections >= n and w.slack.sockets, 30)
                await w.dm("U1", f"what is type {n - 1}?")
                await w.said("DU1", n)
            await w.settle()

            assert len(w.slack.made("apps.connections.open")) >= 3
            assert len(w.bot.heard) == 3

    play(scenario())


# -- absent ------------------------------------------------------------------------------------------------------------


def test_absent() -> None:
    """Without a token there is no route, no listener, and slack_bolt is not imported."""
    routes = SlackChannel(Settings()).blueprint(None)  # type: ignore[arg-type]

    assert (routes._future_routes, routes._future_listeners) == (set(), [])


def test_absent_loads_nothing() -> None:
    """The channel itself loads nothing of Slack's."""
    code = (
        "import sys\nfrom bot.channels.slack.channel import SlackChannel\n"
        "SlackChannel.from_credentials(None).blueprint(None)\n"
        "print([name for name in ('slack_bolt', 'bot.channels.slack.app') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-Wi", "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=100, check=True)

    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_http_only_with_secret(bread: Tutor) -> None:
    """In Socket Mode there is no route that could be called from outside."""
    app = Sanic("no_route", configure_logging=False)
    settings = Settings(slack_bot_token=BOT_TOKEN, slack_app_token=APP_TOKEN)
    app.blueprint(SlackChannel(settings).blueprint(None))  # type: ignore[arg-type]

    assert not app.router.routes
