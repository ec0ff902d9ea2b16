"""Threats: statements of SQL in whatever is kept, and paths that lead out of where files and passages are."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict

import pytest

from tests.toy_app import Student, ToyServer

SQL = [
    "'; DROP TABLE learners; --",
    '" OR ""="',
    "x' UNION SELECT * FROM sqlite_master --",
    "%' OR 1=1 --",
    "\\'; SELECT pg_sleep(9); --",
    ":name %(name)s %s ? $1 {course}",
    "Robert'); DELETE FROM reviews; --",
    "0x27; ATTACH DATABASE '/tmp/x' AS x; --",
]
PATHS = [
    "../../../etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/config.yml",
    "%252e%252e%252fconfig.yml",
    "....//....//config.yml",
    "..\\..\\config.yml",
    "..%5c..%5cconfig.yml",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "secret",
    "file:%2f%2f%2fetc%2fpasswd",
    "~root",
    ".git%2fconfig",
    "study.html%00.js",
    "con.js",
    "%c0%ae%c0%ae/secret",
    "a" * 4000,
]
SERVED = (
    "/api/passages/",
    "/api/answers/",
    "/answers/",
    "/widget/0123456789/",
    "/widget/",
    "/",
    "/api/quiz/export/",
    "/webhooks/web/",
)


@pytest.fixture
def ada(toy: ToyServer) -> Student:
    """A student with a conversation and a quiz."""
    student = Student(toy)
    student.say("What is Type 1?")
    student.say("quiz me")
    return student


def records(student: Student) -> Dict[str, Any]:
    """All that is kept of a student."""
    return dict(student.get("/export").json())


@pytest.mark.parametrize("text", SQL)
def test_sql_as_text(toy: ToyServer, ada: Student, text: str) -> None:
    """A statement is kept, given back and reported as the text that it is; what others have stays."""
    bob = Student(toy)
    bob.say("What is Type 1?")
    before = records(bob)

    turn = ada.say(text, shown=text)
    told = ada.post("/report", {"turn": turn["number"], "note": text})

    assert ada.get("/history").json()["turns"][-1]["said"] == text
    assert told.status_code == 201
    assert {k: v for k, v in records(bob).items() if k != "exported"} == {k: v for k, v in before.items() if k != "exported"}
    assert len(ada.get("/history").json()["turns"]) == 3


@pytest.mark.parametrize("text", SQL)
def test_sql_as_key(toy: ToyServer, ada: Student, text: str) -> None:
    """A statement in the place of an id, a code, a number or a name finds nothing and changes nothing."""
    turns = ada.get("/history").json()["turns"]
    asked = [
        toy.call("GET", "/api/passages/x", params={}).status_code,
        ada.post("/link", {"code": text[:40]}).status_code,
        ada.post("/share", {"turn": text}).status_code,
        ada.post("/webhook", {"message": "hi", "id": text}).status_code,
        ada.get("/history", params={"before": text}).status_code,
        toy.call("GET", "/api/quiz/export/csv", params={"concept": text}).status_code,
    ]

    assert asked == [404, 400, 400, 400, 400, 404]
    assert ada.get("/history").json()["turns"] == turns


@pytest.mark.parametrize("text", SQL)
def test_sql_as_sender(toy: ToyServer, text: str) -> None:
    """A sender of REST may be called anything, and is that one and no other."""
    said = [toy.call("POST", "/webhooks/rest/webhook", json={"sender": text, "message": m}) for m in ("quiz me", "a", "forget me")]

    assert [reply.status_code for reply in said] == [200, 200, 200]
    assert {reply.json()[0]["recipient_id"] for reply in said} == {text}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("below", SERVED)
def test_paths(toy: ToyServer, ada: Student, below: str, path: str) -> None:
    """No address leads to a file that is not served, nor makes an error of the server."""
    response = toy.call("GET", below + path)

    assert response.status_code in (404, 405, 401, 400, 414)
    assert "root:" not in response.text
    assert toy.app.ctx.settings.secret not in response.text


def test_links_in_the_widgets_folder(toy: ToyServer, tmp_path: Path) -> None:
    """Names that are served are letters and hyphens: neither hidden files nor the secret's are among them."""
    for name in (".env", "secret", "notes.yml", "a.js.bak"):
        (tmp_path / name).write_text("hidden", encoding="utf-8")

    assert [toy.call("GET", f"/{name}").status_code for name in (".env", "secret", "notes.yml", "a.js.bak")] == [404] * 4
    assert (tmp_path / ".env").exists()
