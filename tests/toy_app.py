"""The web server around a toy tutor and in Rasa's place an agent of a few lines: no model, no port, many tests in a second."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Awaitable, Dict, List, Optional, TypeVar

import httpx
from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Sanic

from bot.render import render
from bot.server import create_app
from bot.trackers import RecentEvents
from index.retrieval import Retriever
from knowledge.models import Course
from tests.test_quiz import choice, claims_of, grade_short
from tutor.learners import Learners
from tutor.quiz import Quizmaster
from tutor.reported import Reports
from tutor.settings import Settings
from tutor.tutor import Tutor
from tutor.understanding import Question

Made = TypeVar("Made")
MEANT = {"quiz me": "start_quiz", "forget me": "forget_me", "export my data": "export_data"}
HERE, ELSEWHERE = "127.0.0.1", "192.0.2.7"
HOST = "tutor.example"
ADDRESS = f"http://{HOST}"


class ToyAgent:
    """In Rasa's place: one message after the other for each learner, answered by the tutor at once, or when `go` is set."""

    def __init__(self, tutor: Tutor) -> None:
        self.tutor = tutor
        self.lock_store = InMemoryLockStore()
        self.tracker_store = RecentEvents(Domain.empty())
        self.handled: List[str] = []
        self.fault: Optional[Exception] = None
        self.silent = False
        self.go: Optional[asyncio.Event] = None

    async def handle_message(self, message: UserMessage) -> None:
        """Answer through the channel, as Rasa does."""
        async with self.lock_store.lock(message.sender_id):
            self.handled.append(message.text)
            if self.go:
                await self.go.wait()
            if self.fault:
                raise self.fault
            await self.tracker_store.save(DialogueStateTracker(message.sender_id, []))
            question = Question(message.text, {MEANT.get(message.text.lower(), "quiz_answer"): 0.9})
            said = render(self.tutor.reply(question, message.sender_id, datetime.now(timezone.utc)))
            if not self.silent:
                sent = {"text": said["text"], "buttons": said["buttons"], "custom": said["json_message"]}
                await message.output_channel.send_response(message.sender_id, sent)


class ToyServer:
    """A server on one's own loop: call it, from this machine or from elsewhere."""

    def __init__(self, app: Sanic, agent: ToyAgent, learners: Learners, var: Path) -> None:
        self.app, self.agent, self.learners, self.var = app, agent, learners, var
        self._loop = asyncio.new_event_loop()
        self.run(app._startup())

    def run(self, work: Awaitable[Made]) -> Made:
        """Do something on the server's loop."""
        return self._loop.run_until_complete(work)

    def close(self) -> None:
        """Close the records and the loop."""
        self.learners.close()
        self._loop.close()

    def client(self, address: str = HERE) -> httpx.AsyncClient:
        """A client at this address."""
        transport = httpx.ASGITransport(app=self.app, client=(address, 40000))  # type: ignore[arg-type]
        return httpx.AsyncClient(transport=transport, base_url=ADDRESS)

    def call(self, method: str, path: str, address: str = HERE, **more: Any) -> httpx.Response:
        """One request."""

        async def once() -> httpx.Response:
            async with self.client(address) as client:
                return await client.request(method, path, **more)

        return self.run(once())


class Student(Dict[str, str]):
    """The headers of somebody with a token, who can say things."""

    def __init__(self, server: ToyServer) -> None:
        issued = server.call("POST", "/webhooks/web/token", json={}).json()
        super().__init__(Authorization=f"Bearer {issued['token']}")
        self.server, self.issued, self.count = server, issued, 0

    @property
    def id(self) -> str:
        """The learner behind the token."""
        return str(self.server.app.ctx.tokens.learner(self.issued["token"], datetime.now(timezone.utc)))

    def get(self, path: str, **more: Any) -> httpx.Response:
        """Ask for something of one's own."""
        return self.server.call("GET", f"/webhooks/web{path}", headers=self, **more)

    def post(self, path: str, body: Any = None) -> httpx.Response:
        """Have something done."""
        return self.server.call("POST", f"/webhooks/web{path}", headers=self, json={} if body is None else body)

    def send(self, message: str, **more: Any) -> httpx.Response:
        """Send a message under a new id."""
        self.count += 1
        return self.post("/webhook", {"message": message, "id": f"message-{self.count}", **more})

    def say(self, message: str, **more: Any) -> Dict[str, Any]:
        """Send a message; the turn."""
        turn: Dict[str, Any] = self.send(message, **more).json()["turn"]
        return turn


def toy_server(course: Course, retriever: Retriever, folder: Path, widget: Optional[Path] = None, **settings: Any) -> ToyServer:
    """A server with records of its own in a folder; five quiz questions, each with a) as the right answer."""
    chosen = Settings(**{"var": folder / "var", "secret": "s" * 40, "hosts": HOST, **settings})
    learners = Learners.open(chosen.database_url(course.id))
    items = [choice(n, claim, course) for n, claim in enumerate(claims_of(course)[:5])]
    reports = Reports(chosen.reports_file(course.id))
    tutor = Tutor(course, retriever, learners=learners, reports=reports)
    tutor.quiz = Quizmaster(course, tutor.vocabulary, items, learners, grade_short)
    Sanic.test_mode = True  # several servers of one name
    app = create_app(tutor, chosen, widget=widget or folder / "no-widget")
    app.ctx.agent = ToyAgent(tutor)
    return ToyServer(app, app.ctx.agent, learners, chosen.var)
