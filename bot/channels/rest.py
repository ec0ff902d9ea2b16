"""The REST channel of the contract: one message in, one message out, bad input named."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import re
from ipaddress import ip_address
from typing import Any, Awaitable, Callable, Dict, Mapping, Optional

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.core.lock_store import LockError
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.locks import Crowded
from bot.redis import RedisDown
from bot.trackers import forget
from tutor.settings import load_settings
from tutor.tables import StorageError

log = logging.getLogger(__name__)

_COMMAND = re.compile(r"^[\s/]+")
NO_ANSWER = "the message could not be answered; try again"
MAX_SENDER = 200  # characters
EXAMPLE = '{"sender": "...", "message": "..."}'
FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip")
TAKEN = ("web.", "slack.")  # how learners of other channels begin, whose conversations are not for this one


class BadInput(Exception):
    """A request that cannot be read: which field, and what to do about it."""

    def __init__(self, field: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.field, self.message, self.status = field, message, status

    def response(self) -> HTTPResponse:
        """As JSON, with its status."""
        headers = {"WWW-Authenticate": "Bearer"} if self.status == 401 else {}
        return json_response({"error": {"field": self.field, "message": self.message}}, status=self.status, headers=headers)


class NotYet(BadInput):
    """What is needed for an answer is not there for a moment."""

    def __init__(self, message: str) -> None:
        super().__init__("", message, 503)

    def response(self) -> HTTPResponse:
        """As JSON, with the time after which to try again."""
        return json_response({"error": {"message": self.message}}, 503, {"Retry-After": "5"})


class OneMessage(CollectingOutputChannel):
    """Keeps text, buttons and custom JSON of a reply together; Rasa's own would send them apart."""

    async def send_response(self, recipient_id: str, message: Dict[str, Any]) -> None:
        """Collect a reply as one message."""
        kept = {key: message[key] for key in ("text", "buttons", "custom") if message.get(key)}
        self.messages.append({"recipient_id": recipient_id, **kept})


class RestChannel(InputChannel):
    """`POST /webhooks/rest/webhook` with {"sender", "message"}."""

    @classmethod
    def name(cls) -> str:
        """Part of the route."""
        return "rest"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes of the channel."""
        routes = Blueprint("rest_channel")
        settings = load_settings()

        @routes.route("/", methods=["GET"])
        async def alive(_: Request) -> HTTPResponse:
            return json_response({"status": "ok"})

        @routes.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            try:
                check_rights(request, settings.rest_token)
                agent = ready_agent(request)
                body = read_body(request.headers.get("content-type", ""), request.body)
                sender, text = read_sender(body), read_message(body, settings.max_message)
            except BadInput as fault:
                return fault.response()
            output = OneMessage()
            try:
                await on_new_message(UserMessage(text, output, sender, input_channel=self.name()))
            except asyncio.CancelledError:
                raise
            except Exception as fault:
                return failed(fault)
            if any((message.get("custom") or {}).get("forgotten") for message in output.messages):
                forget(agent, sender)
            return json_response(output.messages) if output.messages else NotYet(NO_ANSWER).response()

        return routes


def failed(fault: Exception) -> HTTPResponse:
    """The answer to a message that broke something: whether to come again, and when. The cause goes to the log."""
    if isinstance(fault, LockError):
        return not_your_turn(fault).response()
    if isinstance(fault, (StorageError, RedisDown)):
        log.error("%s", fault)
        return NotYet("your conversation cannot be reached just now; try again in a few seconds").response()
    log.error("no reply", exc_info=fault)
    return json_response({"error": {"message": NO_ANSWER}}, status=500)


def not_your_turn(fault: LockError) -> NotYet:
    """What is told to somebody whose message has to wait too long."""
    what = "too many students write just now" if isinstance(fault, Crowded) else "your last message is still being answered"
    return NotYet(f"{what}; try again in a few seconds")


def ready_agent(request: Request) -> Any:
    """Rasa's agent; raise NotYet while it is loaded, and once the server stops."""
    if getattr(request.app.ctx, "stopping", False):
        raise NotYet("this server is stopping; try again in a few seconds")
    agent = getattr(request.app.ctx, "agent", None)
    if agent is None:
        raise NotYet("still starting; try again in a few seconds")
    return agent


def check_rights(request: Request, token: str, setting: str = "TUTOR_REST_TOKEN") -> None:
    """Let programs of this machine in, and others if they have the token; what came through a proxy is from elsewhere."""
    if is_local(request):
        return
    if not token:
        what = "the REST channel" if setting == "TUTOR_REST_TOKEN" else "this page"
        raise BadInput("address", f"{what} is for this machine only; set {setting} to open it", 403)
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not hmac.compare_digest(given.strip().encode("utf-8", "replace"), token.encode()):
        raise BadInput("token", f"is missing or wrong; send 'Authorization: Bearer' with the {setting}", 401)


def is_local(request: Request) -> bool:
    """Whether a request was made on this machine, and by no proxy for somebody else."""
    try:
        address = ip_address(request.ip)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback and not any(name in request.headers for name in FORWARDED)


def read_body(content_type: str, body: bytes, example: str = EXAMPLE) -> Mapping[str, Any]:
    """The JSON object of a request. Only application/json is read: a foreign page cannot send that unasked."""
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise BadInput("Content-Type", "must be application/json", 415)
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise BadInput("body", f"is not JSON; send {example}") from None
    if not isinstance(data, dict):
        raise BadInput("body", f"is not a JSON object; send {example}")
    return data


def read_sender(body: Mapping[str, Any]) -> str:
    """Whose conversation it is: any name of up to 200 characters."""
    sender = body.get("sender", "default")
    if not isinstance(sender, str) or not sender.strip():
        raise BadInput("sender", "must be a non-empty string")
    if len(sender) > MAX_SENDER:
        raise BadInput("sender", f"is longer than {MAX_SENDER} characters")
    if sender.startswith(TAKEN):
        raise BadInput(
            "sender", f"begins with '{sender.partition('.')[0]}.', which belongs to another channel; choose another name"
        )
    return sender


def read_message(body: Mapping[str, Any], limit: int) -> str:
    """What the student typed. A leading slash would be a command to Rasa, so it is dropped."""
    message: Optional[Any] = body.get("message")
    if message is None:
        raise BadInput("message", "is missing; write the question there")
    if not isinstance(message, str):
        raise BadInput("message", f"must be a string, not {type(message).__name__}")
    text = _COMMAND.sub("", message.encode("utf-8", "ignore").decode().replace("\0", "")).strip()  # half characters go, too
    if not text:
        raise BadInput("message", "is empty; write a question")
    if len(text) > limit:
        raise BadInput("message", f"has {len(text)} characters; the most that is read is {limit}, so shorten it", 413)
    return text
