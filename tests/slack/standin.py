"""A stand-in for Slack on loopback: Web API, signed Events API, Socket Mode, response URLs. It refuses what Slack would refuse."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Callable, Deque, Dict, List, Optional, Tuple
from urllib.parse import urlencode

import aiohttp
from aiohttp import WSMsgType, web

from tests.slack.limits import message_fault, view_fault

BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-test", "xapp-test", "8f742231b10e8888abcd99yyyzzz85a5"
TEAM, BOT_USER, BOT_ID = "T1", "UBOT", "BBOT"
MESSAGE_KEYS = {
    "chat.postMessage": {"channel", "text", "blocks", "thread_ts", "unfurl_links", "unfurl_media"},
    "chat.postEphemeral": {"channel", "text", "blocks", "thread_ts", "user"},
    "chat.update": {"channel", "text", "blocks", "ts"},
}


@dataclass
class Call:
    """One call of the Web API, or of a response URL, as it came in."""

    method: str
    body: Dict[str, Any]
    ok: bool = True
    error: str = ""


@dataclass
class Refusal:
    """An answer that is given in the place of the right one."""

    status: int = 200
    error: str = ""
    headers: Dict[str, str] = field(default_factory=dict)


class Standin:
    """Slack, as far as the tutor uses it."""

    def __init__(self) -> None:
        self.calls: List[Call] = []
        self.messages: Dict[Tuple[str, str], Dict[str, Any]] = {}  # (channel, ts) -> as it stands now
        self.views: List[Dict[str, Any]] = []
        self.files: List[str] = []
        self.members = {"C1", "C2"}  # channels the app was invited to
        self.zone = "Europe/Berlin"
        self.refusals: Dict[str, Deque[Refusal]] = {}
        self.tokens = {BOT_TOKEN}
        self.sockets: List[web.WebSocketResponse] = []
        self.connections = 0
        self.acknowledged: Dict[str, asyncio.Future[float]] = {}
        self._numbers = itertools.count(1)
        self._news: Optional[asyncio.Condition] = None
        self.url = ""

    # -- running -------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Listen on loopback."""
        self._news = asyncio.Condition()
        app = web.Application()
        app.router.add_post("/api/{method}", self._api)
        app.router.add_get("/socket", self._socket)
        app.router.add_post("/response/{name}", self._response)
        app.router.add_post("/upload/{name}", self._upload)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"
        self.ws = f"ws://127.0.0.1:{port}/socket"

    async def stop(self) -> None:
        """Hang up."""
        for socket in self.sockets:
            await socket.close()
        await self._runner.cleanup()

    # -- what tests look at --------------------------------------------------------------------------------------

    def made(self, method: str) -> List[Dict[str, Any]]:
        """The bodies of the calls of a method that were taken."""
        return [call.body for call in self.calls if call.method == method and call.ok]

    @property
    def refused(self) -> List[str]:
        """What was refused for its content: there must be none, unless a test asked for it."""
        return [f"{call.method}: {call.error}" for call in self.calls if not call.ok]

    async def until(self, holds: Callable[[], Any], seconds: float = 20) -> Any:
        """Wait until something holds of the calls; the value. Raises AssertionError."""
        assert self._news
        end = time.monotonic() + seconds
        while not (value := holds()):
            left = end - time.monotonic()
            assert left > 0, f"it never came to hold; the last calls: {[(c.method, c.error) for c in self.calls[-5:]]}"
            async with self._news:
                try:
                    await asyncio.wait_for(self._news.wait(), min(left, 0.5))
                except asyncio.TimeoutError:
                    continue
        return value

    def refuse(self, method: str, *refusals: Refusal) -> None:
        """Answer the next calls of a method so."""
        self.refusals.setdefault(method, deque()).extend(refusals)

    def ts(self) -> str:
        """A new time stamp."""
        return f"1700000000.{next(self._numbers):06}"

    # -- the Web API ---------------------------------------------------------------------------------------------

    async def _api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        body = await _read(request)
        planned = self.refusals.get(method) or self.refusals.get("*")
        if planned:
            refusal = planned.popleft()
            await self._note(
                Call(method, body, ok=refusal.error == "" and refusal.status == 200, error=refusal.error or str(refusal.status))
            )
            told = {"ok": False, "error": refusal.error or "unknown"}
            if refusal.status >= 500:
                return web.Response(status=refusal.status, text="<html>upstream</html>", content_type="text/html")
            return web.json_response(told, status=refusal.status, headers=refusal.headers)
        token = request.headers.get("Authorization", "").partition(" ")[2] or str(body.get("token", ""))
        answer = self._answer(method, body, token)
        await self._note(Call(method, body, ok=answer.get("ok", False), error=answer.get("error", "")))
        return web.json_response(answer)

    def _answer(self, method: str, body: Dict[str, Any], token: str) -> Dict[str, Any]:
        if method == "apps.connections.open":
            return {"ok": True, "url": self.ws} if token == APP_TOKEN else _no("invalid_auth")
        if token not in self.tokens:
            return _no("token_revoked" if token == BOT_TOKEN else "invalid_auth")
        handler = getattr(self, "_" + method.replace(".", "_"), None)
        return handler(body) if handler else _no("unknown_method")

    def _auth_test(self, _: Dict[str, Any]) -> Dict[str, Any]:
        return {
            "ok": True,
            "url": "https://t.slack.test/",
            "team": "T",
            "user": "tutor",
            "team_id": TEAM,
            "user_id": BOT_USER,
            "bot_id": BOT_ID,
        }

    def _chat_postMessage(self, body: Dict[str, Any]) -> Dict[str, Any]:  # noqa: N802 - Slack's name
        fault = self._refuses("chat.postMessage", body)
        if fault:
            return fault
        channel = f"D{body['channel']}" if body["channel"].startswith("U") else body["channel"]
        ts = self.ts()
        self.messages[channel, ts] = {**body, "channel": channel, "ts": ts}
        return {"ok": True, "channel": channel, "ts": ts, "message": {"text": body["text"], "ts": ts}}

    def _chat_postEphemeral(self, body: Dict[str, Any]) -> Dict[str, Any]:  # noqa: N802
        if not body.get("user"):
            return _no("user_not_in_channel")
        return self._refuses("chat.postEphemeral", body) or {"ok": True, "message_ts": self.ts()}

    def _chat_update(self, body: Dict[str, Any]) -> Dict[str, Any]:
        fault = self._refuses("chat.update", body)
        if fault:
            return fault
        at = (body["channel"], body["ts"])
        if at not in self.messages:
            return _no("message_not_found")
        self.messages[at] = {**self.messages[at], **body}
        return {"ok": True, "channel": body["channel"], "ts": body["ts"]}

    def _refuses(self, method: str, body: Dict[str, Any]) -> Optional[Dict[str, Any]]:
        unknown = set(body) - MESSAGE_KEYS[method]
        if unknown:
            return _no("invalid_arguments", f"unknown {sorted(unknown)}")
        channel = body.get("channel", "")
        if channel.startswith("C") and channel not in self.members:
            return _no("not_in_channel")
        fault = message_fault(body)
        return _no("no_text" if fault == "no_text" else "invalid_blocks", fault) if fault else None

    def _views_open(self, body: Dict[str, Any]) -> Dict[str, Any]:
        if not body.get("trigger_id"):
            return _no("invalid_arguments")
        return self._view(body)

    _views_push = _views_open

    def _views_publish(self, body: Dict[str, Any]) -> Dict[str, Any]:
        return self._view(body) if body.get("user_id") else _no("invalid_arguments")

    def _view(self, body: Dict[str, Any]) -> Dict[str, Any]:
        fault = view_fault(body["view"])
        if fault:
            return _no("invalid_arguments", fault)
        self.views.append(body["view"])
        return {"ok": True, "view": {**body["view"], "id": f"V{len(self.views)}"}}

    def _users_info(self, body: Dict[str, Any]) -> Dict[str, Any]:
        return {"ok": True, "user": {"id": body["user"], "tz": self.zone}}

    def _conversations_open(self, body: Dict[str, Any]) -> Dict[str, Any]:
        return {"ok": True, "channel": {"id": f"D{body['users']}"}}

    def _assistant_threads_setStatus(self, body: Dict[str, Any]) -> Dict[str, Any]:  # noqa: N802
        return {"ok": True} if {"channel_id", "thread_ts", "status"} <= set(body) else _no("invalid_arguments")

    def _assistant_threads_setSuggestedPrompts(self, body: Dict[str, Any]) -> Dict[str, Any]:  # noqa: N802
        prompts = body.get("prompts") or []
        fits = 1 <= len(prompts) <= 4 and all(p.get("title") and p.get("message") for p in prompts)
        return {"ok": True} if fits else _no("invalid_arguments")

    def _files_getUploadURLExternal(self, body: Dict[str, Any]) -> Dict[str, Any]:  # noqa: N802
        return {"ok": True, "upload_url": f"{self.url}/upload/F1", "file_id": "F1"}

    def _files_completeUploadExternal(self, body: Dict[str, Any]) -> Dict[str, Any]:  # noqa: N802
        return {"ok": True, "files": [{"id": "F1", "title": "x"}]}

    async def _upload(self, request: web.Request) -> web.Response:
        self.files.append((await request.read()).decode("utf-8", "replace"))
        return web.Response(text="OK")

    async def _response(self, request: web.Request) -> web.Response:
        body = await request.json()
        planned = self.refusals.get("response_url")
        fault = message_fault({"text": body.get("text"), "blocks": body.get("blocks")})
        if planned:
            refusal = planned.popleft()
            return web.Response(status=refusal.status, text=refusal.error, headers=refusal.headers)
        await self._note(Call("response_url", body, ok=not fault, error=fault or ""))
        return web.Response(status=400, text="invalid_blocks") if fault else web.Response(text="ok")

    async def _note(self, call: Call) -> None:
        assert self._news
        self.calls.append(call)
        async with self._news:
            self._news.notify_all()

    # -- Socket Mode ---------------------------------------------------------------------------------------------

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        self.connections += 1
        await socket.send_json({"type": "hello", "num_connections": 1, "debug_info": {}, "connection_info": {"app_id": "A1"}})
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                waiting = self.acknowledged.get(json.loads(message.data).get("envelope_id", ""))
                if waiting and not waiting.done():
                    waiting.set_result(time.monotonic())
        return socket

    async def envelope(self, kind: str, payload: Dict[str, Any], patience: float = 20) -> float:
        """Send something over the newest socket; the seconds until it was acknowledged."""
        number = f"E{next(self._numbers)}"
        self.acknowledged[number] = asyncio.get_running_loop().create_future()
        begun = time.monotonic()
        await self.sockets[-1].send_json(
            {"type": kind, "envelope_id": number, "payload": payload, "accepts_response_payload": False}
        )
        return await asyncio.wait_for(self.acknowledged[number], patience) - begun

    async def drop(self) -> None:
        """Cut the socket as Slack does when it refreshes a connection."""
        socket = self.sockets.pop()
        await socket.close()


async def _read(request: web.Request) -> Dict[str, Any]:
    if request.content_type == "application/json":
        return dict(await request.json())
    return {**request.query, **await request.post()}


def _no(error: str, detail: Optional[str] = None) -> Dict[str, Any]:
    messages = {"response_metadata": {"messages": [f"[ERROR] {detail}"]}} if detail else {}
    return {"ok": False, "error": error if not detail else f"{error}: {detail}" if error == "invalid_blocks" else error, **messages}


# -- signed HTTP -------------------------------------------------------------------------------------------------------


def signed(body: str, content_type: str, secret: str = SECRET, age: float = 0) -> Dict[str, str]:
    """The headers of a request of Slack's that was signed so many seconds ago."""
    stamp = str(int(time.time() - age))
    signature = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"Content-Type": content_type, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={signature}"}


async def post(url: str, payload: Dict[str, Any], form: str = "", **signing: Any) -> Tuple[int, str]:
    """Send Slack's request: an event as JSON, with `form` "payload" an interaction, "command" a slash command."""
    if form == "command":
        body, kind = urlencode(payload), "application/x-www-form-urlencoded"
    elif form:
        body, kind = urlencode({"payload": json.dumps(payload)}), "application/x-www-form-urlencoded"
    else:
        body, kind = json.dumps(payload), "application/json"
    headers = signed(body, kind, **signing)
    async with aiohttp.ClientSession() as session, session.post(url, data=body.encode(), headers=headers) as answer:
        return answer.status, await answer.text()
