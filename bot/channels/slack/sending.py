"""Calls to Slack: limits respected, outages waited for, each cause logged once."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import Any, Awaitable, Callable, Dict, List, Optional, Sequence

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.channels.slack.blocks import Message

log = logging.getLogger(__name__)

BACKOFF = (1, 2, 4, 8, 16, 32)  # seconds between tries
LONGEST = 120  # seconds that Slack may ask to wait
PASSING = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited", "rate_limited", "team_added_to_org"}
)
LOCKED_OUT = frozenset({"invalid_auth", "token_revoked", "token_expired", "account_inactive", "not_authed"})
REMEDY = "TUTOR_SLACK_BOT_TOKEN is not accepted; install the app again and set the new token"

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True)
class Place:
    """Where something is said: a channel or direct message, perhaps in a thread, perhaps seen by one user alone.

    With a `respond` URL, which a command brings along, it goes there and only the user sees it.
    """

    channel: str
    thread: Optional[str] = None
    only: Optional[str] = None
    respond: Optional[str] = None

    def seen_by(self, user: str) -> Place:
        """The same place, for the eyes of one user."""
        return replace(self, only=user)


class Undelivered(Exception):
    """Slack did not take something; `code` is its own word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Sender:
    """Says things in Slack."""

    def __init__(self, client: AsyncWebClient, sleep: Sleep = asyncio.sleep) -> None:
        self.client = client
        self._sleep = sleep
        self._logged: Dict[str, bool] = {}

    async def send(self, place: Place, messages: Sequence[Message]) -> List[str]:
        """Say messages one after the other; give their time stamps. Raises Undelivered."""
        return [await self._send(place, message) for message in messages]

    async def _send(self, place: Place, message: Message) -> str:
        body: Dict[str, Any] = {"text": message.text, "blocks": message.blocks}
        if place.respond:
            await self.tried(lambda: _respond(place.respond or "", body), "response_url")
            return ""
        body.update(channel=place.channel, **({"thread_ts": place.thread} if place.thread else {}))
        if place.only:
            said = await self.call("chat.postEphemeral", user=place.only, **body)
            return str(said.get("message_ts") or "")
        said = await self.call("chat.postMessage", unfurl_links=False, unfurl_media=False, **body)
        return str(said["ts"])

    async def update(self, channel: str, ts: str, message: Message) -> None:
        """Put a message in the place of an earlier one."""
        await self.call("chat.update", channel=channel, ts=ts, text=message.text, blocks=message.blocks)

    async def call(self, method: str, **arguments: Any) -> Dict[str, Any]:
        """Call a method of the Web API as often as it takes; raises Undelivered."""
        return await self.tried(lambda: self.client.api_call(method, json=arguments), method)

    async def once(self, method: str, **arguments: Any) -> Optional[Dict[str, Any]]:
        """Call a method whose effect may be missed: no second try, no fault."""
        try:
            return dict((await self.client.api_call(method, json=arguments)).data)
        except (SlackApiError, aiohttp.ClientError, asyncio.TimeoutError) as error:
            log.debug("%s: %s", method, error)
            return None

    async def tried(self, call: Callable[[], Awaitable[Any]], what: str) -> Dict[str, Any]:
        """Make a call, again and again while the fault may pass; raises Undelivered."""
        code = ""
        for pause in (*BACKOFF, None):
            wait: Optional[float] = pause
            try:
                answered = await call()
                self._well()
                return dict(answered.data) if isinstance(answered.data, dict) else {}
            except SlackApiError as error:
                code, passing, wait = _judged(error, pause)
                if not passing:
                    break
            except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
                code = type(error).__name__
            self._ill(what, code)
            if wait is not None:
                await self._sleep(wait)
        self._ill(what, code)
        raise Undelivered(code)

    def _ill(self, what: str, code: str) -> None:
        """Log a cause once, until Slack answers again."""
        if code in ("ratelimited", "rate_limited") or code in self._logged:
            return
        self._logged[code] = True
        log.error("Slack: %s fails: %s%s", what, code, f"; {REMEDY}" if code in LOCKED_OUT else "")

    def _well(self) -> None:
        if self._logged:
            log.warning("Slack answers again")
            self._logged.clear()


async def _respond(url: str, body: Dict[str, Any]) -> Any:
    """Answer a command by the address that came with it, to its user alone."""
    answered = await AsyncWebhookClient(url, retry_handlers=[]).send(response_type="ephemeral", **body)
    if answered.status_code >= 400:
        headers = {key: value[0] if isinstance(value, list) else value for key, value in answered.headers.items()}
        raise SlackApiError(answered.body, _Refused(answered.status_code, headers, {"error": answered.body[:80]}))
    return _Refused(200, {}, {})


@dataclass
class _Refused:
    """A webhook's answer in the shape that other answers have."""

    status_code: int
    headers: Dict[str, Any]
    data: Dict[str, Any]

    def get(self, key: str, default: Any = None) -> Any:
        return self.data.get(key, default)


def _judged(error: SlackApiError, wait: Optional[float]) -> Any:
    """Slack's word for a fault, whether it may pass, and how long to wait."""
    response: Any = error.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)
    data = getattr(response, "data", None)
    code = str(data.get("error") or status) if isinstance(data, dict) else str(status or "unreadable answer")
    if status == 429:
        asked = {key.lower(): value for key, value in response.headers.items()}.get("retry-after", "1")
        return "ratelimited", True, None if wait is None else min(LONGEST, float(asked))
    return code, status >= 500 or code in PASSING or code in LOCKED_OUT, wait
