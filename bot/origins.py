"""Which sites' pages may use the tutor: its own, and those in TUTOR_ORIGINS."""

from __future__ import annotations

from typing import FrozenSet, Optional
from urllib.parse import urlsplit

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import empty as empty_response
from sanic.response import json as json_response

NEVER = ("/webhooks/rest", "/metrics")  # for programs, not for pages
ALLOWED = {
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "600",
}
EXPOSED = {"Access-Control-Expose-Headers": "Content-Disposition, Retry-After"}
_PORTS = {"http": 80, "https": 443}


def guard(app: Sanic, allowed: FrozenSet[str]) -> None:
    """Answer preflights, refuse what a page of another site posts, and let allowed pages read the answers."""

    @app.middleware("request")
    async def begin(request: Request) -> Optional[HTTPResponse]:
        origin = request.headers.get("origin")
        if not origin or is_own(request, origin):
            return None
        may = is_allowed(request, origin, allowed)
        if request.method == "OPTIONS" and "access-control-request-method" in request.headers:
            return empty_response(headers=ALLOWED if may else {}, status=204 if may else 403)
        if may or request.method in ("GET", "HEAD"):  # what may not be read is sent, and the browser keeps it from the page
            return None
        message = "is not allowed to use this tutor; its operator can name it in TUTOR_ORIGINS"
        return json_response({"error": {"field": "Origin", "message": message}}, status=403)

    @app.middleware("response")
    async def end(request: Request, response: HTTPResponse) -> None:
        if allowed - {"*"} and not request.path.startswith(NEVER):
            response.headers["Vary"] = ", ".join(filter(None, [response.headers.get("vary"), "Origin"]))
        origin = request.headers.get("origin")
        if origin and not is_own(request, origin) and is_allowed(request, origin, allowed):
            response.headers.update({**EXPOSED, "Access-Control-Allow-Origin": "*" if "*" in allowed else origin})


def is_allowed(request: Request, origin: str, allowed: FrozenSet[str]) -> bool:
    """Whether pages of another site may use what is asked for."""
    return not request.path.startswith(NEVER) and ("*" in allowed or origin.lower() in allowed)


def is_own(request: Request, origin: str) -> bool:
    """Whether a page is one of ours: of the host that the request is for. A proxy has to pass `Host` on as it came."""
    try:
        page, asked = urlsplit(origin), urlsplit(f"//{request.headers.get('host', '')}")
        usual = _PORTS.get(page.scheme)
        return bool(usual and page.hostname) and (page.hostname, page.port or usual) == (asked.hostname, asked.port or usual)
    except ValueError:  # a port that is none, half an address
        return False
