"""The web channel: whose conversation it is, each message answered once, and what a learner may see, share and delete."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Iterator, List

import httpx
import pytest

from index.retrieval import Retriever
from knowledge.models import Course
from tests.toy_app import Student, ToyServer, toy_server
from tutor.storage import StorageError
from tutor.tutor import Tutor
from tutor.understanding import Question

BREAD = "What is Type 1?"
WEB = "/webhooks/web"


@pytest.fixture
def server(course: Course, retriever: Retriever, tmp_path: Path) -> Iterator[ToyServer]:
    """A server with nobody known to it."""
    made = toy_server(course, retriever, tmp_path)
    yield made
    made.close()


@pytest.fixture
def ada(server: ToyServer) -> Student:
    """A student with a token."""
    return Student(server)


@pytest.fixture
def bob(server: ToyServer) -> Student:
    """Another one."""
    return Student(server)


def now() -> datetime:
    """Read when it is needed: the tests that come before take long."""
    return datetime.now(timezone.utc)


def error(response: httpx.Response) -> Any:
    """How a request failed: (status, field)."""
    return response.status_code, response.json()["error"]["field"]


# -- tokens --------------------------------------------------------------------------------------------------------------


def test_token(server: ToyServer) -> None:
    """Whoever comes first gets a token for thirty days, of a learner that nobody else is."""
    made = [server.call("POST", f"{WEB}/token", json={}) for _ in range(2)]

    assert [r.status_code for r in made] == [200, 200]
    assert sorted(made[0].json()) == ["expires", "learner", "token"]
    assert made[0].json()["learner"] != made[1].json()["learner"]
    assert timedelta(days=29) < datetime.fromisoformat(made[0].json()["expires"]) - now() < timedelta(days=31)
    assert made[0].headers["cache-control"] == "no-store"


@pytest.mark.parametrize("age, same", [(0, True), (31, True), (59, True), (61, False)])
def test_renewed(server: ToyServer, ada: Student, age: int, same: bool) -> None:
    """A token is renewed for the same learner, also within thirty days after its end; after that it is a new learner's."""
    old = server.app.ctx.tokens.issue(ada.id, now() - timedelta(days=age)).token

    new = server.call("POST", f"{WEB}/token", json={}, headers={"Authorization": f"Bearer {old}"}).json()

    assert (new["learner"] == ada.issued["learner"]) is same
    assert server.call("GET", f"{WEB}/history", headers={"Authorization": f"Bearer {new['token']}"}).status_code == 200


ROUTES = [
    "GET /history",
    "GET /progress",
    "GET /export",
    *(f"POST /{n}" for n in ["webhook", "report", "share", "link", "unlink", "forget"]),
]


@pytest.mark.parametrize("route", ROUTES)
def test_no_token(server: ToyServer, route: str) -> None:
    """Nothing of a learner is to be had without a token that is valid now."""
    method, path = route.split()
    expired = server.app.ctx.tokens.issue("web." + "a" * 32, now() - timedelta(days=31)).token
    for header in ({}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer x.y.z"}, {"Authorization": f"Bearer {expired}"}):
        response = server.call(method, WEB + path, headers=header, **({"json": {}} if method == "POST" else {}))

        assert error(response) == (401, "token")
        assert response.headers["www-authenticate"] == "Bearer"


def test_sender_is_not_read(server: ToyServer, ada: Student, bob: Student) -> None:
    """Whose message it is stands in the token; a sender in the body changes nothing."""
    ada.say("quiz me")

    bob.send("a", sender=ada.id, learner=ada.id)

    assert ada.get("/progress").json()["totals"]["answered"] == 0
    assert [t["said"] for t in ada.get("/history").json()["turns"]] == ["quiz me"]


# -- messages ------------------------------------------------------------------------------------------------------------


def test_turn(ada: Student) -> None:
    """A message comes back as a turn with its replies whole."""
    turn = ada.say(BREAD)

    assert (turn["id"], turn["said"]) == ("message-1", BREAD)
    assert abs(datetime.fromisoformat(turn["at"]) - now()) < timedelta(minutes=5)
    (reply,) = turn["replies"]
    assert sorted(reply) == ["buttons", "custom", "text"]
    assert (reply["custom"]["kind"], reply["custom"]["citations"][0]["number"]) == ("answer", 1)


def test_shown(ada: Student, server: ToyServer) -> None:
    """Of a button its label is kept as what was said, while its payload is what is answered."""
    turn = ada.say(BREAD, shown=" Tell me more ")

    assert turn["said"] == "Tell me more"
    assert server.agent.handled == [BREAD]


def test_sent_again(ada: Student, bob: Student, server: ToyServer) -> None:
    """A message that is sent again under its id is not handled again, and has the same turn; another's id is another message."""
    body = {"message": BREAD, "id": "message-1"}

    turns = [student.post("/webhook", body).json()["turn"] for student in (ada, ada, bob)]

    assert turns[0] == turns[1]
    assert turns[2]["number"] != turns[0]["number"]
    assert len(server.agent.handled) == 2


def test_sent_again_after_a_restart(course: Course, retriever: Retriever, tmp_path: Path) -> None:
    """What was answered before a restart is not answered anew."""
    before = toy_server(course, retriever, tmp_path)
    ada = Student(before)
    turn = ada.say("quiz me")
    before.close()

    ada.server = after = toy_server(course, retriever, tmp_path)
    again = ada.post("/webhook", {"message": "quiz me", "id": "message-1"}).json()["turn"]

    assert (again, after.agent.handled) == (turn, [])
    assert ada.get("/history").json()["turns"] == [turn]
    after.close()


def test_sent_again_too_early(ada: Student, server: ToyServer) -> None:
    """A message that is sent again while it is still being answered waits for the one answer."""

    async def play() -> List[httpx.Response]:
        server.agent.go = asyncio.Event()
        body = {"message": BREAD, "id": "message-1"}
        async with server.client() as client:
            sent = [asyncio.ensure_future(client.post(f"{WEB}/webhook", json=body, headers=ada)) for _ in range(3)]
            await asyncio.sleep(0.3)
            assert [one.done() for one in sent] == [False] * 3
            server.agent.go.set()
            return list(await asyncio.gather(*sent))

    responses = server.run(play())

    assert [r.status_code for r in responses] == [200] * 3
    assert len({r.text for r in responses}) == 1
    assert server.agent.handled == [BREAD]


def test_lost_connection(ada: Student, server: ToyServer) -> None:
    """Whoever hangs up in the middle finds the answer kept: it is made to its end, once."""

    async def play() -> httpx.Response:
        server.agent.go = asyncio.Event()
        body = {"message": "quiz me", "id": "message-1"}
        async with server.client() as client:
            lost = asyncio.ensure_future(client.post(f"{WEB}/webhook", json=body, headers=ada))
            await asyncio.sleep(0.1)
            lost.cancel()
            await asyncio.sleep(0.1)
            server.agent.go.set()
            return await client.post(f"{WEB}/webhook", json=body, headers=ada)

    turn = server.run(play()).json()["turn"]

    assert turn["replies"][0]["custom"]["item"]["number"] == 1
    assert server.agent.handled == ["quiz me"]


def test_two_at_once(ada: Student, server: ToyServer) -> None:
    """Two different messages of one learner at once are handled one after the other, and both are kept."""

    async def play() -> List[httpx.Response]:
        async with server.client() as client:
            bodies = [{"message": text, "id": f"message-{n}"} for n, text in enumerate(["quiz me", "a", BREAD])]
            return list(await asyncio.gather(*(client.post(f"{WEB}/webhook", json=body, headers=ada) for body in bodies)))

    numbers = [r.json()["turn"]["number"] for r in server.run(play())]

    assert numbers == sorted(set(numbers))
    assert server.agent.handled == ["quiz me", "a", BREAD]
    assert ada.get("/progress").json()["totals"]["answered"] == 1


@pytest.mark.parametrize(
    "body, expected",
    [
        ({"id": "message-1"}, (400, "message")),
        ({"message": "", "id": "message-1"}, (400, "message")),
        ({"message": 7, "id": "message-1"}, (400, "message")),
        ({"message": "x" * 2001, "id": "message-1"}, (413, "message")),
        ({"message": "hi"}, (400, "id")),
        ({"message": "hi", "id": "short"}, (400, "id")),
        ({"message": "hi", "id": "x" * 65}, (400, "id")),
        ({"message": "hi", "id": "message 1"}, (400, "id")),
        ({"message": "hi", "id": "message-1\n"}, (400, "id")),
        ({"message": "hi", "id": 12345678}, (400, "id")),
        ({"message": "hi", "id": "message-1", "shown": ""}, (400, "shown")),
        ({"message": "hi", "id": "message-1", "shown": ["x"]}, (400, "shown")),
        ({"message": "hi", "id": "message-1", "shown": "x" * 2001}, (400, "shown")),
        ([], (400, "body")),
        ("hi", (400, "body")),
    ],
)
def test_bad_message(ada: Student, server: ToyServer, body: Any, expected: Any) -> None:
    """What cannot be read is named, and nothing is done."""
    assert error(ada.post("/webhook", body)) == expected
    assert server.agent.handled == []


@pytest.mark.parametrize(
    "content, kind, status",
    [
        (b"{", "application/json", 400),
        (b"[" * 30000, "application/json", 400),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "application/json", 400),
        (b'{"message": "hi", "id": "message-1"}', "text/plain", 415),
    ],
    ids=["cut", "deep list", "deep object", "text"],
)
def test_bad_body(server: ToyServer, ada: Student, content: bytes, kind: str, status: int) -> None:
    """A body that is cut off, nested too deep, or of another type is refused in words."""
    response = server.call("POST", f"{WEB}/webhook", headers={**ada, "Content-Type": kind}, content=content)

    assert response.status_code == status
    assert response.json()["error"]["message"]


def test_commands_are_text(ada: Student, server: ToyServer) -> None:
    """Nobody commands Rasa with a slash."""
    ada.say('/restart{"x": 1}')

    assert server.agent.handled == ['restart{"x": 1}']


def test_still_starting(ada: Student, server: ToyServer) -> None:
    """Before the bot is loaded a message is asked to come again; the history can be read."""
    server.app.ctx.agent = None

    response = ada.send(BREAD)

    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert ada.get("/history").json()["turns"] == []


@pytest.mark.parametrize("silent", [True, False])
def test_no_reply(ada: Student, server: ToyServer, silent: bool, caplog: pytest.LogCaptureFixture) -> None:
    """What could not be answered is told, and not kept, so that a second try is a real one; no log repeats what was said."""
    server.agent.silent = silent
    server.agent.fault = None if silent else RuntimeError("no oven")

    failed = ada.post("/webhook", {"message": BREAD, "id": "message-1"})
    server.agent.silent, server.agent.fault = False, None
    again = ada.post("/webhook", {"message": BREAD, "id": "message-1"})

    assert (failed.status_code, "oven" in failed.text) == (500, False)
    assert again.json()["turn"]["replies"][0]["custom"]["kind"] == "answer"
    assert BREAD not in caplog.text
    assert ada.id not in caplog.text


def test_no_database(ada: Student, server: ToyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the database is down nothing is promised: 503, and when to come again."""

    def down(*_: Any) -> None:
        raise StorageError("TUTOR_DATABASE: gone")

    for name in ("find", "history"):
        monkeypatch.setattr(type(server.learners.talks), name, down)

    for response in (ada.send(BREAD), ada.get("/history")):
        assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert server.agent.handled == []


# -- history -------------------------------------------------------------------------------------------------------------


def test_history(ada: Student, bob: Student) -> None:
    """History gives one's own turns in order, a page at a time, both ways."""
    turns = [ada.say(f"Type {n}") for n in range(1, 6)]
    bob.say("mine")
    numbers = [t["number"] for t in turns]

    assert ada.get("/history").json() == {"turns": turns, "more": False, "oldest": numbers[0]}
    assert ada.get("/history?limit=2").json() == {"turns": turns[3:], "more": True, "oldest": numbers[0]}
    assert ada.get(f"/history?limit=2&before={numbers[2]}").json()["turns"] == turns[:2]
    assert ada.get(f"/history?limit=2&after={numbers[1]}").json() == {"turns": turns[2:4], "more": True, "oldest": numbers[0]}
    assert ada.get("/history").headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "query, field",
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=", None),
        ("before=-1", "before"),
        ("after=x", "after"),
        ("after=9e9", "after"),
        (f"before={2**31}", "before"),
        ("before=1;drop", "before"),
        ("after=٣", "after"),
    ],
)
def test_bad_query(ada: Student, query: str, field: Any) -> None:
    """A number that is none is named."""
    response = ada.get(f"/history?{query}")

    assert (response.status_code == 200) if field is None else error(response) == (400, field)


# -- progress ------------------------------------------------------------------------------------------------------------


def test_progress(ada: Student, course: Course) -> None:
    """Progress tells mastery by concept, what falls due on each of thirty days, and what was answered."""
    ada.say("quiz me")
    ada.say("a")

    seen = ada.get("/progress").json()

    (row,) = seen["by_concept"]
    assert (row["evidence"], row["asked"], row["correct"], row["mastery"]) == (1, 1, 1, 0.5)
    assert row["name"] == course.concept[row["concept"]].name
    assert len(seen["forecast"]) == 30
    assert sum(day["due"] for day in seen["forecast"]) == 1
    assert seen["forecast"][0]["date"] in {now().date().isoformat(), now().date().isoformat()}
    assert [(d["answered"], d["right"]) for d in seen["history"]] == [(1, 1)]
    assert (seen["totals"]["answered"], seen["due"], seen["linked"]) == (1, 0, False)


# -- reports -------------------------------------------------------------------------------------------------------------


def test_reported(ada: Student, server: ToyServer, course: Course) -> None:
    """A reported answer reaches the instructor with its sources and the note, and without who reported it."""
    turn = ada.say(BREAD)

    response = ada.post("/report", {"turn": turn["number"], "note": "wrong! ask me at ada@example.org"})

    kept = (server.var / "reports" / f"{course.id}.jsonl").read_text()
    row = json.loads(kept)
    assert (response.status_code, response.json()) == (201, {"reported": True})
    assert (row["question"], row["kind"], row["version"]) == (BREAD, "answer", course.version)
    assert row["citations"] == [c["passage"] for c in turn["replies"][0]["custom"]["citations"]]
    assert row["note"] == "wrong! ask me at …"
    assert ada.id not in kept
    assert ada.issued["learner"] not in kept


@pytest.mark.parametrize("path", ["/report", "/share"])
def test_only_own_turns(ada: Student, bob: Student, path: str) -> None:
    """Whoever guesses the number of another's turn can do nothing with it."""
    turn = ada.say(BREAD)

    assert error(bob.post(path, {"turn": turn["number"]})) == (404, "turn")
    assert error(bob.post(path, {"turn": turn["number"] + 1})) == (404, "turn")


@pytest.mark.parametrize("path", ["/report", "/share"])
@pytest.mark.parametrize(
    "body, expected",
    [
        ({}, (400, "turn")),
        ({"turn": "x"}, (400, "turn")),
        ({"turn": True}, (400, "turn")),
        ({"turn": 2**40}, (400, "turn")),
        ({"turn": 1, "reply": 1}, (404, "reply")),
        ({"turn": 1, "reply": -1}, (400, "reply")),
    ],
)
def test_bad_turn(ada: Student, path: str, body: Any, expected: Any) -> None:
    """A turn or reply that is none is named."""
    assert ada.say(BREAD)["number"] == 1

    assert error(ada.post(path, body)) == expected


@pytest.mark.parametrize("note, status", [(7, 400), ("x" * 1001, 413)])
def test_bad_note(ada: Student, note: Any, status: int) -> None:
    """A note is a text of at most a thousand characters."""
    turn = ada.say(BREAD)

    assert error(ada.post("/report", {"turn": turn["number"], "note": note})) == (status, "note")


def test_report_that_cannot_be_kept(ada: Student, server: ToyServer) -> None:
    """A report that cannot be written is not confirmed."""
    turn = ada.say(BREAD)
    (server.var / "reports").write_text("in the way")

    assert ada.post("/report", {"turn": turn["number"]}).status_code == 503


# -- shared answers ------------------------------------------------------------------------------------------------------


def test_shared(ada: Student, server: ToyServer, course: Course) -> None:
    """A shared answer can be read by everybody, with its course version and whether it still holds, but not who asked."""
    turn = ada.say(BREAD)

    shared = ada.post("/share", {"turn": turn["number"]})
    read = server.call("GET", f"/api{shared.json()['path']}")

    version = {"id": course.id, "version": course.version}
    assert (shared.status_code, read.status_code) == (201, 200)
    assert read.json() == {
        "id": shared.json()["id"],
        "question": BREAD,
        "reply": turn["replies"][0],
        "course": version,
        "now": version,
        "same": True,
    }
    assert ada.id not in read.text


def test_shared_without_the_quiz(ada: Student, server: ToyServer) -> None:
    """The quiz question that waits under an answer is the student's own business."""
    ada.say("quiz me")
    quiz = server.app.ctx.tutor.quiz
    quiz.hear = lambda heard: (None, quiz.waiting(heard.learner))  # the message is a question
    turn = ada.say(BREAD)
    assert turn["replies"][0]["custom"]["item"]

    path = ada.post("/share", {"turn": turn["number"]}).json()["path"]

    reply = server.call("GET", f"/api{path}").json()["reply"]
    assert reply["custom"]["item"] is None
    assert "which of these" not in reply["text"]


def test_only_answers_are_shared(ada: Student) -> None:
    """Quiz questions, results and data of one's own have no permalink."""
    turns = [ada.say(text) for text in ("quiz me", "a", "export my data")]

    assert [error(ada.post("/share", {"turn": t["number"]})) for t in turns] == [(400, "reply")] * 3


def test_shared_and_changed(ada: Student, server: ToyServer, course: Course, retriever: Retriever) -> None:
    """A sentence that the course no longer has is told."""
    path = ada.post("/share", {"turn": ada.say(BREAD)["number"]}).json()["path"]
    kept = server.learners.talks.shared(path.rpartition("/")[2])
    assert kept
    changed = json.loads(json.dumps(kept.reply).replace(kept.reply["custom"]["sentences"][0]["text"], "Bread is a stone."))

    other = server.learners.talks.share(BREAD, changed)

    assert server.call("GET", f"/api/answers/{other.id}").json()["same"] is False


@pytest.mark.parametrize("wrong", ["0" * 24, "x", "..%2f..%2fsecret", "'--", "%00", "x" * 3000])
def test_not_shared(server: ToyServer, wrong: str) -> None:
    """An id that no answer has is told as such."""
    response = server.call("GET", f"/api/answers/{wrong}")

    assert response.status_code == 404
    assert len(response.text) < 300


# -- one's own data ------------------------------------------------------------------------------------------------------


def test_export(ada: Student, bob: Student) -> None:
    """The export is a file with all that was said and answered, and nothing of others."""
    bob.say("bob's own")
    ada.say("quiz me")
    ada.say("a")

    response = ada.get("/export")

    data = response.json()
    assert response.headers["content-disposition"] == 'attachment; filename="my-data.json"'
    assert [t["said"] for t in data["conversations"]] == ["quiz me", "a"]
    assert (data["learner"], len(data["answers"]), len(data["reviews"])) == (ada.id, 1, 1)
    assert "bob's own" not in response.text


@pytest.mark.parametrize("in_chat", [True, False])
def test_forget(ada: Student, bob: Student, server: ToyServer, in_chat: bool) -> None:
    """Forgetting, by button or in words, leaves nothing: records, history, links, what Rasa remembers; the token stays good."""
    for student in (ada, bob):
        student.say("quiz me")
        student.say("a")
    server.learners.links.link(server.learners.links.new_code("slack.T.U", now()), ada.id, now())

    if in_chat:
        turn = ada.say("forget me")
        assert (turn["number"], turn["replies"][0]["custom"]["forgotten"]) == (0, True)
    else:
        assert ada.post("/forget").json() == {"forgotten": True}

    data = ada.get("/export").json()
    assert (data["conversations"], data["answers"], data["linked"]) == ([], [], [])
    assert ada.get("/history").json() == {"turns": [], "more": False, "oldest": None}
    assert list(server.agent.tracker_store.store) == [bob.id]
    assert len(bob.get("/history").json()["turns"]) == 2
    assert ada.say("quiz me")["number"] > 4


# -- linking -------------------------------------------------------------------------------------------------------------


def test_link(ada: Student, server: ToyServer) -> None:
    """With the code from another channel, progress is shared; after unlinking it stays there."""
    tutor: Tutor = server.app.ctx.tutor
    ada.say("quiz me")
    ada.say("a")
    code = tutor.new_link_code("slack.T.U", now())

    linked = ada.post("/link", {"code": code.lower()})

    assert (linked.status_code, linked.json()) == (200, {"linked": True})
    assert ada.get("/progress").json()["linked"] is True
    assert tutor.progress("slack.T.U", now())["totals"] == ada.get("/progress").json()["totals"]
    assert tutor.progress("slack.T.U", now())["totals"]["answered"] == 1
    assert ada.post("/unlink").json() == {"linked": False}
    assert ada.get("/progress").json()["totals"]["answered"] == 0


def test_quiz_goes_on_elsewhere(ada: Student, server: ToyServer) -> None:
    """A question that was put in one channel is answered in the other, once."""
    tutor: Tutor = server.app.ctx.tutor
    ada.post("/link", {"code": tutor.new_link_code("slack.T.U", now())})
    ada.say("quiz me")
    said = tutor.reply(Question("a", {"quiz_answer": 0.9}), "slack.T.U", now())

    assert said.kind == "feedback"
    assert ada.get("/progress").json()["totals"]["answered"] == 1


@pytest.mark.parametrize("code", [None, "", 7, "0000-0000", "x" * 41, ["K7Q2-9FHM"]])
def test_wrong_code(ada: Student, code: Any) -> None:
    """A code that was never given, or is none, is named."""
    assert error(ada.post("/link", {"code": code})) == (400, "code")


# -- around it -----------------------------------------------------------------------------------------------------------


def test_course(server: ToyServer, course: Course) -> None:
    """The widget learns what is taught without a token."""
    told = server.call("GET", "/api/course").json()

    assert (told["id"], told["title"], told["version"]) == (course.id, course.title, course.version)
    assert told["concepts"][0] == {"id": course.concepts[0].id, "name": course.concepts[0].name}
    assert told["start_with"] == list(course.start_with)
