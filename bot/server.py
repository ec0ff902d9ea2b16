"""The web server: Rasa's channels, the page, passages, health and metrics, on one port."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Dict, List, Optional

import yaml
from pydantic import ValidationError
from rasa.core.channels.channel import InputChannel, register
from rasa.shared.utils.common import class_from_module_path
from sanic import Sanic
from sanic.exceptions import RequestTimeout, SanicException, ServiceUnavailable
from sanic.request import Request
from sanic.response import HTTPResponse, raw
from sanic.response import empty as empty_response
from sanic.response import json as json_response
from sanic.response import text as text_response

from bot.agent import NotReady, ahead, load_agent
from bot.beside import beside
from bot.channels.rest import BadInput, NotYet, check_rights
from bot.hosts import guard_hosts
from bot.limits import Limits, limit
from bot.logs import Note, current, watched
from bot.metrics import Metrics
from bot.openapi import add_openapi
from bot.origins import guard
from bot.pages import add_widget
from bot.redis import Redis, RedisDown
from bot.tokens import Tokens
from bot.train import model_path
from bot.turns import all_done
from tutor.reply import Answer
from tutor.settings import Settings
from tutor.tutor import CannotTeach, NoSuchExport, StorageError, Tutor

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
MAX_BODY = 64 * 1024  # bytes; the longest message that is read fits many times
WIDGET = HERE / "widget"
FAREWELL = 1  # second from the answer to a request that took too long until its connection is closed
LAST_WORDS = 20  # seconds for the messages in hand when the server stops
DAY = 24 * 60 * 60  # seconds


def create_app(tutor: Tutor, settings: Settings, announce: str = "", widget: Path = WIDGET) -> Sanic:
    """The server around a tutor; the trained bot is loaded once it listens, and `announce` printed when it answers.

    `widget` is the folder with the files of the widget and the study page. Raises SettingsError if there can be no secret.
    """
    app = Sanic("tutor", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = MAX_BODY
    app.config.REQUEST_TIMEOUT = 20  # seconds until a request has come whole; more is for those who keep connections busy
    app.config.RESPONSE_TIMEOUT = 60  # seconds
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.ctx.agent = None
    app.ctx.failure = None
    app.ctx.stopping = False
    app.ctx.redis = Redis(settings.redis) if settings.redis else None
    app.ctx.tutor = tutor
    app.ctx.settings = settings
    app.ctx.tokens = Tokens.of(settings)
    app.ctx.metrics = Metrics()
    register(_channels(), app, route="/webhooks/")
    add_widget(app, widget)
    _add_api(app, tutor)
    _add_probes(app, tutor, settings)
    _add_answers(app, tutor)
    add_openapi(app)
    guard_hosts(app, settings.named_hosts, os.environ.get("HOST", "127.0.0.1"))
    guard(app, settings.allowed_origins)
    _add_notes(app)
    limit(app, Limits(settings, app.ctx.redis), settings.proxies)
    app.error_handler.add(Exception, _failure)

    _add_work(app, tutor, settings, announce)
    return app


def _add_work(app: Sanic, tutor: Tutor, settings: Settings, announce: str) -> None:
    """What is done beside answering: loading the bot, dropping what is old, finishing what is in hand."""

    @app.after_server_start
    async def load(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
        app.add_task(_load_bot(app, tutor, settings, announce))
        app.ctx.dropping = asyncio.ensure_future(_drop_old(tutor, timedelta(days=settings.keep_days)))

    @app.before_server_stop
    async def finish(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
        app.ctx.stopping = True
        app.ctx.dropping.cancel()
        await all_done(LAST_WORDS)
        if app.ctx.redis:
            await app.ctx.redis.close()


async def _drop_old(tutor: Tutor, keep: timedelta) -> None:
    """Drop old conversations now and each day."""
    while True:
        try:
            await beside(tutor.learners.drop_before, datetime.now(timezone.utc) - keep)
        except StorageError as fault:
            log.error("old conversations could not be dropped: %s", fault)
        await asyncio.sleep(DAY)


async def _load_bot(app: Sanic, tutor: Tutor, settings: Settings, announce: str) -> None:
    """Load Rasa's agent beside the event loop, so that /health answers meanwhile."""
    loop = asyncio.get_event_loop()
    try:
        with ThreadPoolExecutor(max_workers=1) as pool:
            agent = await loop.run_in_executor(pool, load_agent, model_path(settings), tutor, settings, app.ctx.redis)
        agent.handle_message = watched(ahead(agent.handle_message), app.ctx.metrics, app.ctx.tokens.digest)
        gc.collect()
        gc.freeze()  # what was loaded stays: to look through all of it for garbage took 10 ms and more, in the middle of a reply
        app.ctx.agent = agent
    except Exception as error:
        app.ctx.failure = str(error)
        if not isinstance(error, NotReady):
            log.exception("the bot could not be loaded")
        print(error, flush=True)
        app.stop()
        return
    if announce:
        print(announce, flush=True)


def _channels() -> List[InputChannel]:
    credentials: Dict[str, Any] = yaml.safe_load((HERE / "credentials.yml").read_text(encoding="utf-8"))
    made = [class_from_module_path(path).from_credentials(values) for path, values in credentials.items()]
    return [channel for channel in made if channel is not None]  # one without its settings is not served


def _add_api(app: Sanic, tutor: Tutor) -> None:
    course = {"id": tutor.course.id, "title": tutor.course.title, "version": tutor.course.version}

    @app.get("/favicon.ico")
    async def no_icon(_: Request) -> HTTPResponse:
        return empty_response()

    @app.get("/api/course")
    async def described(_: Request) -> HTTPResponse:
        concepts = [{"id": concept.id, "name": concept.name} for concept in tutor.course.concepts]
        return json_response({**course, "start_with": tutor.course.start_with, "concepts": concepts})

    @app.get("/api/passages/<passage_id:str>")
    async def passage(_: Request, passage_id: str) -> HTTPResponse:
        found = tutor.passage(passage_id)
        if found is None:
            error = {"field": "passage id", "message": f"the course has no passage '{passage_id[:100]}'"}
            return json_response({"error": error}, status=404)
        return json_response(found, headers={"X-Content-Type-Options": "nosniff"})

    @app.get("/api/quiz/export/<kind:str>")
    async def quiz_export(request: Request, kind: str) -> HTTPResponse:
        try:
            name, media_type, content = tutor.export_quiz(kind, request.args.get("concept"))
        except NoSuchExport as fault:
            return json_response({"error": {"field": fault.field, "message": str(fault)}}, status=404)
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
        return raw(content, content_type=media_type, headers=headers)


def _add_probes(app: Sanic, tutor: Tutor, settings: Settings) -> None:
    course = {"id": tutor.course.id, "title": tutor.course.title, "version": tutor.course.version}

    @app.get("/alive")
    async def alive(_: Request) -> HTTPResponse:
        """The process lives: restarting it would mend nothing that it waits for."""
        return json_response({"status": "alive"})

    @app.get("/health")
    async def health(_: Request) -> HTTPResponse:
        """Messages are answered."""
        status = await _status(app, tutor)
        told = {"status": status, "course": course, "start_with": tutor.course.start_with}
        return json_response(told, status=200 if status == "ready" else 503)

    @app.get("/metrics")
    async def metrics(request: Request) -> HTTPResponse:
        try:
            check_rights(request, settings.metrics_token, "TUTOR_METRICS_TOKEN")
        except BadInput as fault:
            return fault.response()
        return text_response(app.ctx.metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")


async def _status(app: Sanic, tutor: Tutor) -> str:
    """What /health says."""
    if app.ctx.stopping:
        return "stopping"
    if app.ctx.agent is None:
        return "failed" if app.ctx.failure else "starting"
    try:
        await beside(tutor.check)
        if app.ctx.redis:
            await app.ctx.redis.check()
    except (*CannotTeach, RedisDown) as fault:
        log.error("%s", fault)
        return "failing"
    return "ready"


def _add_notes(app: Sanic) -> None:
    """Count each request to a channel, and log each message."""

    @app.middleware("request")
    async def begin(request: Request) -> None:
        request.ctx.begun = asyncio.get_event_loop().time()
        channel, _, rest = request.path.removeprefix("/webhooks/").partition("/")
        is_message = request.method == "POST" and request.path.startswith("/webhooks/") and rest == "webhook"
        request.ctx.note = Note(channel) if is_message else None
        current.set(request.ctx.note)

    @app.middleware("response")
    async def end(request: Request, response: HTTPResponse) -> None:
        begun: Optional[float] = getattr(request.ctx, "begun", None)
        if begun is not None and request.path.startswith("/webhooks/"):
            app.ctx.metrics.count(response.status, asyncio.get_event_loop().time() - begun)
        note: Optional[Note] = getattr(request.ctx, "note", None)
        if note:
            note.write(response.status)


def _add_answers(app: Sanic, tutor: Tutor) -> None:
    now = {"id": tutor.course.id, "version": tutor.course.version}

    @app.get("/api/answers/<answer_id:str>")
    async def shared_answer(_: Request, answer_id: str) -> HTTPResponse:
        """An answer that was shared, and whether it still holds."""
        try:
            found = await beside(tutor.learners.talks.shared, answer_id[:100])
        except StorageError as fault:
            log.error("%s", fault)
            return NotYet("shared answers cannot be reached just now; try again in a few seconds").response()
        if found is None:
            return BadInput("answer id", "there is no shared answer of this id", 404).response()
        kept = {"id": found.id, "question": found.question, "reply": found.reply, "course": found.reply["custom"]["course"]}
        return json_response({**kept, "now": now, "same": _still_stands(tutor, found.reply["custom"])})


def _still_stands(tutor: Tutor, custom: Dict[str, Any]) -> bool:
    try:
        return tutor.still_stands(Answer(**custom))
    except ValidationError:  # of a shape that is no longer made
        return False


async def _failure(request: Request, error: Exception) -> HTTPResponse:
    """Every error as JSON; the cause of an unexpected one goes to the log, not to the student."""
    if isinstance(error, (RequestTimeout, ServiceUnavailable)):  # Sanic would go on waiting for the rest of the body, for good
        asyncio.get_event_loop().call_later(FAREWELL, request.transport.close)
    if isinstance(error, SanicException):
        message = str(error) or "the request cannot be answered"
        return json_response({"error": {"message": message}}, status=error.status_code)
    log.error("unexpected error", exc_info=error)
    return json_response({"error": {"message": "something went wrong here; try again"}}, status=500)
