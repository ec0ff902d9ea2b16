"""The description of the HTTP surface, as programs read it: `openapi.yml`, served as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict

import yaml
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

DESCRIPTION = Path(__file__).with_suffix(".yml")


def description() -> Dict[str, Any]:
    """The OpenAPI document."""
    read: Dict[str, Any] = yaml.safe_load(DESCRIPTION.read_text(encoding="utf-8"))
    return read


def add_openapi(app: Sanic) -> None:
    """Serve the document at /api/openapi.json."""
    document = description()

    @app.get("/api/openapi.json")
    async def openapi(_: Request) -> HTTPResponse:
        return json_response(document)
