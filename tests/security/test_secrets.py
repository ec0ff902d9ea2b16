"""Threat: secrets, messages or ids of learners in logs, errors or pages."""

from __future__ import annotations

import ast
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any, Iterator

import pytest

from tests.security.conftest import MakeServer
from tests.serving import ROOT, environment, ready_var, serving
from tests.toy_app import ELSEWHERE, Student
from tutor.storage import StorageError

SECRETS = {
    "TUTOR_SECRET": "signing-secret-0123456789-0123456789-abc",
    "TUTOR_REST_TOKEN": "rest-token-0123456789",
    "TUTOR_SLACK_BOT_TOKEN": "xoxb-000000000000-secret-of-slack",
    "TUTOR_SLACK_SIGNING_SECRET": "0123456789abcdef0123456789abcdef",
    "TUTOR_DATABASE": "postgresql+psycopg2://tutor:database-password@127.0.0.1:1/tutor",
}
HIDDEN = [value for name, value in SECRETS.items() if name != "TUTOR_DATABASE"] + ["database-password"]
SAID = "my name is Adalbert and I live in Exampletown"


def hidden_in(text: str) -> list[str]:
    """The secrets that stand in a text."""
    return [secret for secret in HIDDEN if secret in text]


@pytest.mark.parametrize("words", [["settings"], ["settings", "--json"], ["report", "gaps"]])
def test_commands(words: list[str]) -> None:
    """No command prints a secret."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tutor", *words],
        cwd=ROOT,
        env=environment(**SECRETS),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )

    assert hidden_in(done.stdout + done.stderr) == []


@pytest.mark.parametrize(
    "change", [{"TUTOR_SECRET": "too-short-secret"}, {"TUTOR_REST_TOKEN": "short"}, {"TUTOR_TOKEN_DAYS": "many"}]
)
def test_wrong_settings(change: dict[str, str]) -> None:
    """A setting that is wrong is named without its value, and without those of others."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tutor", "settings"],
        cwd=ROOT,
        env=environment(**{**SECRETS, **change}),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )

    assert done.returncode == 1
    assert hidden_in(done.stdout + done.stderr) == []
    assert not [value for name, value in change.items() if name != "TUTOR_TOKEN_DAYS" and value in done.stdout + done.stderr]


@pytest.mark.rasa
def test_server_without_its_database(tmp_path: Path) -> None:
    """A server whose database cannot be reached ends, and prints neither the password nor another secret."""
    done = subprocess.run(
        [sys.executable, "-m", "bot"],
        cwd=ROOT,
        env=environment(PORT="5997", **SECRETS),
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr
    assert hidden_in(done.stdout + done.stderr) == []


@pytest.mark.rasa
def test_server(tmp_path: Path) -> None:
    """A server that is asked rightly and wrongly prints no secret, no message and no token."""
    var = ready_var(tmp_path)
    known = {name: value for name, value in SECRETS.items() if name in ("TUTOR_SECRET", "TUTOR_REST_TOKEN")}
    with serving(tmp_path / "log.txt", TUTOR_VAR=str(var), **known) as server:
        server.wait()
        token = server.http.post("/webhooks/web/token", json={}).json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        for path in ("/webhooks/web/webhook", "/webhooks/rest/webhook"):
            answered = server.http.post(path, headers=headers, json={"message": SAID, "id": "12345678", "sender": "ada"})
            server.http.post(path, headers=headers, content=b"{")
            assert answered.status_code == 200
        server.http.get(f"/webhooks/web/history?token={token}", headers={"Authorization": "Bearer forged.token.here"})
        server.stop()
        log = server.log()

    assert "The tutor is ready" in log
    assert hidden_in(log) == []
    assert [part for part in (token, "Adalbert", "forged.token") if part in log] == []


FAULTS = [StorageError("the database cannot be reached"), ValueError("broken"), RuntimeError(f"about {SAID[:5]}")]


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[Any]:
    """Everything that is logged as loud as the server logs, whoever does it."""
    caplog.set_level(logging.WARNING)
    yield lambda: "\n".join(logging.Formatter().format(record) for record in caplog.records)


@pytest.mark.parametrize("fault", FAULTS[:2], ids=["database", "bug"])
def test_faults(make_server: MakeServer, logged: Any, fault: Exception) -> None:
    """What is logged of a fault holds neither the message, nor the learner, nor the token; the answer holds no traceback."""
    server = make_server()
    ada = Student(server)
    server.agent.fault = fault

    answers = [ada.send(SAID), server.call("POST", "/webhooks/rest/webhook", json={"sender": ada.id, "message": SAID})]

    assert answers[0].status_code in (500, 503)
    assert not [answer.text for answer in answers if "Traceback" in answer.text or 'File "' in answer.text]
    told = logged()
    assert [part for part in (SAID, "Adalbert", ada.id, ada.issued["token"], "s" * 40) if part in told] == []


def test_wrong_tokens(make_server: MakeServer, logged: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that is refused is not repeated, neither to who sent it nor in the log."""
    monkeypatch.setenv("TUTOR_REST_TOKEN", SECRETS["TUTOR_REST_TOKEN"])
    server = make_server()
    wrong = "Bearer wrong-token-0123456789"

    answers = [
        server.call("POST", "/webhooks/rest/webhook", address=ELSEWHERE, headers={"Authorization": wrong}, json={"message": "hi"}),
        server.call("GET", "/webhooks/web/history", headers={"Authorization": wrong}),
    ]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert hidden_in("".join(answer.text for answer in answers) + logged()) == []
    assert "wrong-token" not in logged() + "".join(answer.text for answer in answers)


def test_only_from_the_environment() -> None:
    """No secret stands in the sources or in what the repository configures."""
    suspicious = ("xoxb-", "xapp-", "BEGIN PRIVATE", "AKIA")
    for folder in ("bot", "tutor", "index", "knowledge"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix == ".py":
                held = [n.value for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Constant)]
                assert not [v for v in held if isinstance(v, str) and v.startswith(suspicious) and len(v) > 12 and " " not in v], (
                    path
                )
            elif path.suffix in (".yml", ".yaml"):
                assert not [word for word in suspicious if f"{word}0" in path.read_text(encoding="utf-8")], path
