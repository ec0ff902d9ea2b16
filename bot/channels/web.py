"""The channel of the web widget: whose conversation it is comes from a signed token, and each message is answered once."""

from __future__ import annotations

import json
import logging
import re
from datetime import datetime, timezone
from typing import Any, Awaitable, Callable, Dict, Mapping, Optional

from pydantic import ValidationError
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, raw
from sanic.response import json as json_response

from bot.actions import shared_tutor
from bot.channels.rest import NO_ANSWER, BadInput, NotYet, failed, read_body, read_message, ready_agent
from bot.redis import RedisDown
from bot.render import render
from bot.tokens import GRACE, BadToken, Tokens, new_learner
from bot.turns import NoReply, beside, forget_all, take, to_the_end
from tutor.reply import Answer
from tutor.reported import LONGEST_NOTE
from tutor.settings import load_settings
from tutor.talks import MOST, Talk
from tutor.tutor import StorageError, Tutor

log = logging.getLogger(__name__)

EXAMPLE = '{"message": "...", "id": "..."}'
USUAL = 50  # turns of a history
LARGEST = 2**31 - 1  # the largest number of a turn
LONGEST_CODE = 40  # characters
_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
Handler = Callable[[UserMessage], Awaitable[Any]]
Learners = Callable[[Request, str], Awaitable[HTTPResponse]]  # a request of a learner


class WebChannel(InputChannel):
    """`/webhooks/web/...`: token, webhook, history, progress, report, share, link, unlink, export, forget."""

    @classmethod
    def name(cls) -> str:
        """Part of the route."""
        return "web"

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        """The routes of the channel."""
        routes = Blueprint("web_channel")
        limit = load_settings().max_message

        @routes.get("/")
        async def alive(_: Request) -> HTTPResponse:
            return json_response({"status": "ok"})

        @routes.post("/token")
        async def token(request: Request) -> HTTPResponse:
            try:
                _body(request, "{}")
            except BadInput as fault:
                return fault.response()
            return _private(json_response(_new_token(request)))

        async def webhook(request: Request, learner: str) -> HTTPResponse:
            body = _body(request)
            text, said, message_id = read_message(body, limit), read_shown(body, limit), read_id(body)
            agent, talks = ready_agent(request), _tutor(request).learners.talks
            message = UserMessage(text, None, learner, input_channel=self.name(), message_id=message_id)
            turn = await to_the_end(take(agent, on_new_message, talks, message, said or text))
            return json_response({"turn": told(turn)})

        _add(routes, "/webhook", webhook, "POST")
        for path, handler, method in _ROUTES:
            _add(routes, path, handler, method)
        return routes


# -- what a learner may ask for --------------------------------------------------------------------------------------


async def history(request: Request, learner: str) -> HTTPResponse:
    """The turns so far: the last ones, those before a number, or those after one."""
    before, after = (read_number(request.args.get(name), name, 0, LARGEST) for name in ("before", "after"))
    limit = read_number(request.args.get("limit"), "limit", 1, MOST) or USUAL
    talks = _tutor(request).learners.talks
    turns, more = await beside(talks.history, learner, limit, before, after)
    oldest = await beside(talks.oldest, learner)
    return json_response({"turns": [told(turn) for turn in turns], "more": more, "oldest": oldest})


async def progress(request: Request, learner: str) -> HTTPResponse:
    """How the learner stands."""
    return json_response(await beside(_tutor(request).progress, learner, _now()))


async def report(request: Request, learner: str) -> HTTPResponse:
    """Tell the instructor that an answer is wrong."""
    body = _body(request, '{"turn": 12, "note": "..."}')
    note = read_note(body)
    turn = await _turn(request, learner, body)
    try:
        await beside(_tutor(request).report, turn.said, _reply(turn, body), note, _now())
    except OSError as fault:
        log.error("a report could not be kept: %s", fault)
        raise NotYet("the report could not be kept; try again later") from None
    return json_response({"reported": True}, status=201)


async def share(request: Request, learner: str) -> HTTPResponse:
    """Keep an answer for others, under an address of its own; without who asked, and without the quiz question under it."""
    body = _body(request, '{"turn": 12}')
    turn = await _turn(request, learner, body)
    custom = _reply(turn, body)["custom"]
    try:
        answer = Answer(**custom).copy(update={"item": None})
    except (TypeError, ValidationError):
        raise BadInput("reply", "is not an answer with citations; only those can be shared") from None
    plain = render(answer)
    reply = {"text": plain["text"], "buttons": plain["buttons"], "custom": plain["json_message"]}
    shared = await beside(_tutor(request).learners.talks.share, turn.said, reply)
    return json_response({"id": shared.id, "path": f"/answers/{shared.id}"}, status=201)


async def link(request: Request, learner: str) -> HTTPResponse:
    """Share the records of whoever asked for a code elsewhere."""
    code = _body(request, '{"code": "K7Q2-9FHM"}').get("code")
    if not isinstance(code, str) or not 0 < len(code) <= LONGEST_CODE:
        raise BadInput("code", "must be the code that you were given, such as K7Q2-9FHM")
    if not await beside(_tutor(request).link, code, learner, _now()):
        raise BadInput("code", "is wrong, was used, or is older than ten minutes; ask for a new one")
    return json_response({"linked": True})


async def unlink(request: Request, learner: str) -> HTTPResponse:
    """Stand alone again."""
    await beside(_tutor(request).unlink, learner)
    return json_response({"linked": False})


async def export(request: Request, learner: str) -> HTTPResponse:
    """Everything that is kept of the learner, as a file."""
    data = await beside(_tutor(request).export_learner, learner, _now())
    headers = {"Content-Disposition": 'attachment; filename="my-data.json"'}
    content = json.dumps(data, ensure_ascii=False, indent=1).encode("utf-8", "replace")
    return raw(content, content_type="application/json", headers=headers)


async def forget(request: Request, learner: str) -> HTTPResponse:
    """Delete everything of the learner."""
    await to_the_end(forget_all(ready_agent(request), _tutor(request), learner))
    return json_response({"forgotten": True})


_ROUTES = (
    ("/history", history, "GET"),
    ("/progress", progress, "GET"),
    ("/export", export, "GET"),
    ("/report", report, "POST"),
    ("/share", share, "POST"),
    ("/link", link, "POST"),
    ("/unlink", unlink, "POST"),
    ("/forget", forget, "POST"),
)


# -- whose request it is ---------------------------------------------------------------------------------------------


def _add(routes: Blueprint, path: str, handler: Learners, method: str) -> None:
    """Serve a route to the learner whose token comes with the request."""

    async def serve(request: Request) -> HTTPResponse:
        try:
            return _private(await handler(request, _learner(request)))
        except BadInput as fault:
            return _private(fault.response())
        except StorageError as fault:
            log.error("%s", fault)
            return NotYet("your records cannot be reached just now; try again in a few seconds").response()
        except RedisDown as fault:
            return failed(fault)
        except NoReply:
            log.error("no reply")
            return json_response({"error": {"message": NO_ANSWER}}, status=500)

    routes.add_route(serve, path, methods=[method], name=handler.__name__)


def _learner(request: Request) -> str:
    try:
        return _tokens(request).learner(_bearer(request), _now())
    except BadToken as fault:
        raise BadInput("token", str(fault), 401) from None


def _new_token(request: Request) -> Dict[str, Any]:
    """A token: of the learner whose token comes with the request, even if it ended some days ago; else of a new one."""
    try:
        learner = _tokens(request).learner(_bearer(request), _now(), GRACE)
    except BadToken:
        learner = new_learner()
    issued = _tokens(request).issue(learner, _now())
    return {"token": issued.token, "expires": issued.expires.isoformat(), "learner": issued.shown}


def _bearer(request: Request) -> str:
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not given.strip():
        raise BadToken("is missing; get one from /webhooks/web/token and send it as 'Authorization: Bearer ...'")
    return given.strip()


def _tokens(request: Request) -> Tokens:
    if not hasattr(request.app.ctx, "tokens"):  # Rasa's stock server
        request.app.ctx.tokens = Tokens.of(load_settings())
    tokens: Tokens = request.app.ctx.tokens
    return tokens


def _tutor(request: Request) -> Tutor:
    return getattr(request.app.ctx, "tutor", None) or shared_tutor()


def _private(response: HTTPResponse) -> HTTPResponse:
    """For this learner's eyes, and no cache's."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _now() -> datetime:
    return datetime.now(timezone.utc)


# -- reading ---------------------------------------------------------------------------------------------------------


def _body(request: Request, example: str = EXAMPLE) -> Mapping[str, Any]:
    return read_body(request.headers.get("content-type", ""), request.body, example)


def read_id(body: Mapping[str, Any]) -> str:
    """The sender's own name of a message, by which a second sending is known."""
    given = body.get("id")
    if not isinstance(given, str) or not _ID.fullmatch(given):
        raise BadInput("id", "must be 8 to 64 letters, digits and hyphens, new for each message, such as a UUID")
    return given


def read_shown(body: Mapping[str, Any], limit: int) -> Optional[str]:
    """The label of the button that was clicked, if one was."""
    given = body.get("shown")
    if given is None:
        return None
    if not isinstance(given, str) or not given.strip() or len(given) > limit:
        raise BadInput("shown", f"must be the label of a button, at most {limit} characters")
    return given.strip()


def read_note(body: Mapping[str, Any]) -> str:
    """What a student writes to the instructor; it may be left out."""
    note = body.get("note") or ""
    if not isinstance(note, str):
        raise BadInput("note", "must be a string")
    if len(note) > LONGEST_NOTE:
        raise BadInput("note", f"has {len(note)} characters; the most that is kept is {LONGEST_NOTE}", 413)
    return note.strip()


def read_number(given: Any, field: str, least: int, most: int) -> Optional[int]:
    """A number, written as one or as digits; None if there is none."""
    if given is None:
        return None
    text = str(given)
    if isinstance(given, bool) or not re.fullmatch(r"[0-9]{1,10}", text) or not least <= int(text) <= most:
        raise BadInput(field, f"must be a whole number from {least} to {most}")
    return int(text)


async def _turn(request: Request, learner: str, body: Mapping[str, Any]) -> Talk:
    """The learner's own turn that a request is about."""
    number = read_number(body.get("turn"), "turn", 0, LARGEST)
    if number is None:
        raise BadInput("turn", "is missing; name the number of the turn")
    turn: Optional[Talk] = await beside(_tutor(request).learners.talks.turn, learner, number)
    if turn is None:
        raise BadInput("turn", f"there is no turn {number} in your conversation", 404)
    return turn


def _reply(turn: Talk, body: Mapping[str, Any]) -> Dict[str, Any]:
    """The reply of a turn that a request is about, the first unless it says which."""
    index = read_number(body.get("reply"), "reply", 0, 1000) or 0
    if index >= len(turn.replies):
        raise BadInput("reply", f"there is no reply {index} in this turn", 404)
    return turn.replies[index]


def told(turn: Talk) -> Dict[str, Any]:
    """A turn as the widget gets it."""
    at = turn.at.isoformat(timespec="milliseconds")
    return {"number": turn.number, "id": turn.message_id, "said": turn.said, "at": at, "replies": turn.replies}
