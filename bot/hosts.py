"""By which names the tutor may be called. A page can let its own name lead to this machine (DNS rebinding), but not rename us."""

from __future__ import annotations

from ipaddress import ip_address
from typing import FrozenSet, Optional
from urllib.parse import urlsplit

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.channels.rest import is_local

REFUSED = "is no name of this tutor; its operator can add it to TUTOR_HOSTS"


def guard_hosts(app: Sanic, named: FrozenSet[str], host: str) -> None:
    """Refuse requests for a host that is none of ours: neither named, nor the one served on, nor an address, nor localhost.

    A tutor that serves other machines, and was told no names, can be called by any from there, but not from its own machine.
    """
    own = named | {"localhost", host.lower()}
    to_others = not named and not _is_loopback(host)

    @app.middleware("request")
    async def check(request: Request) -> Optional[HTTPResponse]:
        asked = asked_host(request)
        if asked is not None and (not asked or {asked, "*"} & own or is_address(asked) or (to_others and not is_local(request))):
            return None
        return json_response({"error": {"field": "Host", "message": REFUSED}}, status=421)


def asked_host(request: Request) -> Optional[str]:
    """The name that a request is for, without its port, empty if it has none; None if it cannot be read or there are two."""
    try:
        given = request.headers.getall("host", [""])
        return (urlsplit(f"//{given[0]}").hostname or "").rstrip(".") if len(given) == 1 else None
    except ValueError:
        return None


def is_address(host: str) -> bool:
    """Whether a host is written as an IP address, which no name server can turn elsewhere."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return host.lower() == "localhost" or (is_address(host) and ip_address(host).is_loopback)
