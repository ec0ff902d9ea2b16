"""Threat: a request that nobody thought of. What our OpenAPI document allows, and what it does not, is sent to every route."""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from typing import Any, Dict, Iterator

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from bot.openapi import description
from index.retrieval import Retriever
from knowledge.models import Course
from tests.toy_app import ADDRESS, Student, ToyServer, toy_server

SCHEMA = schemathesis.openapi.from_dict(description())
EXAMPLES = 25  # of each operation
NOT_DESCRIBED = {"/", "/favicon.ico"}  # pages


@pytest.fixture(scope="module")
def server(course: Course, retriever: Retriever, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ToyServer]:
    """One server for all requests."""
    made = toy_server(course, retriever, tmp_path_factory.mktemp("surface"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def ada(server: ToyServer) -> Student:
    """A student with a conversation."""
    student = Student(server)
    student.say("What is Type 1?")
    student.say("quiz me")
    return student


def sent(server: ToyServer, case: Any, headers: Dict[str, str]) -> Any:
    """Send what was generated, and give the answer as schemathesis wants it."""
    kwargs = case.as_transport_kwargs(base_url=ADDRESS, headers=headers)
    kwargs.pop("cookies", None)
    given = {key: kwargs[key] for key in ("params", "json", "data", "headers") if kwargs.get(key) is not None}
    if "data" in given:
        given["content"] = given.pop("data")
    try:
        response = server.call(kwargs["method"], kwargs["url"], **given)
    except (UnicodeError, httpx.InvalidURL):  # no client can send that
        return None
    return schemathesis.Response.from_httpx(response, verify=False)


@SCHEMA.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_every_route(case: Any, server: ToyServer, ada: Student) -> None:
    """No request makes an error of the server, and every answer has a status and a shape that are described."""
    body = case.body if isinstance(case.body, dict) else {}
    if "id" in body and re.fullmatch(r"[A-Za-z0-9-]{8,64}", str(body["id"])):
        case.body = {**body, "id": uuid.uuid5(uuid.NAMESPACE_OID, str(body["id"])).hex}
    response = sent(server, case, dict(ada))
    if response is None:
        return

    case.validate_response(response, checks=[not_a_server_error, status_code_conformance, response_schema_conformance])


@pytest.mark.parametrize(
    "path", [p for p in description()["paths"] if p.startswith("/webhooks/web/") and not p.endswith(("/", "token"))]
)
@pytest.mark.parametrize("header", [None, "Bearer ", "Bearer x.y.z", "Basic YTpi", "Bearer \u00e9"])
def test_without_a_token(server: ToyServer, path: str, header: str | None) -> None:
    """What is a learner's own needs a token."""
    method = next(iter(description()["paths"][path])).upper()
    headers = {"Authorization": header.encode("latin-1")} if header else {}

    response = server.call(method, path, headers=headers, json={} if method == "POST" else None)

    assert response.status_code == 401
    assert response.json()["error"]["field"] == "token"


def test_served(server: ToyServer) -> None:
    """The document is served as it stands in the project."""
    assert server.call("GET", "/api/openapi.json").json() == description()


def test_complete(server: ToyServer) -> None:
    """Every route is described, with its methods; the pages and the widget's files are not."""
    served: Dict[str, set[str]] = {}
    for route in server.app.router.routes:
        path = "/" + re.sub(r"<(\w+?)(?:_id)?(?::[^>]*)?>", r"{\1}", route.path)
        served.setdefault(path.rstrip("/") or "/", set()).update(m.lower() for m in route.methods if m not in ("OPTIONS", "HEAD"))
    described = {path.rstrip("/"): set(methods) for path, methods in description()["paths"].items()}

    assert described == {
        path: methods
        for path, methods in served.items()
        if path not in NOT_DESCRIBED and not path.startswith(("/answers", "/widget", "/{name"))
    }


def test_document() -> None:
    """The document is where it is served from, and every answer that is not an error has a shape."""
    operations = [operation for path in description()["paths"].values() for operation in path.values()]

    assert Path("bot/openapi.yml").is_file()
    assert all(operation["summary"] for operation in operations)
    assert all("$ref" in answer or answer["content"] for operation in operations for answer in operation["responses"].values())
