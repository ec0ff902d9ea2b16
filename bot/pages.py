"""The files of the widget and the study page, with the version in their address so that browsers may keep them."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Mapping, Optional

from sanic import Sanic
from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse, raw

STUDY = "study.html"
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
SOON = "no-cache"  # ask each time whether it has changed
FOREVER = "public, max-age=31536000, immutable"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
COMMON = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Vary": "Accept-Encoding"}
EMBEDDED = {"Cross-Origin-Resource-Policy": "cross-origin"}  # other sites embed the widget


@dataclass(frozen=True)
class Part:
    """A file as it is sent."""

    kind: str
    content: bytes
    packed: bytes
    tag: str


class Parts:
    """What lies in the widget's folder, read anew when a file has changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stamp: object = None
        self._parts: Mapping[str, Part] = {}
        self._version = ""

    def get(self, name: str) -> Optional[Part]:
        """A file by its name."""
        self._refresh()
        return self._parts.get(name)

    @property
    def version(self) -> str:
        """A short digest of all files, which parts of different versions do not share."""
        self._refresh()
        return self._version

    def _refresh(self) -> None:
        paths = sorted(p for p in self._folder.glob("*") if p.suffix in KINDS and p.is_file())
        stamp = [(path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in paths]
        if stamp == self._stamp:
            return
        contents = {path.name: path.read_bytes() for path in paths}
        whole = hashlib.sha256(b"".join(name.encode() + b"\0" + content + b"\0" for name, content in contents.items()))
        self._version = whole.hexdigest()[:10]
        self._parts = {name: self._part(name, content) for name, content in contents.items()}
        self._stamp = stamp

    def _part(self, name: str, content: bytes) -> Part:
        if name == STUDY:
            content = content.replace(b"{version}", self._version.encode())
        digest = hashlib.sha256(content).hexdigest()[:20]
        return Part(KINDS[Path(name).suffix], content, gzip.compress(content, mtime=0), f'"{digest}"')


def add_widget(app: Sanic, folder: Path) -> None:
    """Serve the widget at /widget.js and under its version, and the study page at / and under each shared answer."""
    parts = Parts(folder)

    @app.get("/<name:[a-z-]+\\.(?:js|css|svg)>", name="widget_part")
    async def part(request: Request, name: str) -> HTTPResponse:
        return send(request, parts, name, SOON)

    @app.get("/widget/<version:[0-9a-f]+>/<name:[a-z-]+\\.(?:js|css|svg)>", name="widget_version")
    async def versioned(request: Request, version: str, name: str) -> HTTPResponse:
        return send(request, parts, name, FOREVER if version == parts.version else SOON)  # a page may name an older one for long

    @app.get("/answers/<answer_id:[0-9a-f]{24}>", name="shared_answer")
    async def answer(request: Request, answer_id: str) -> HTTPResponse:
        return send(request, parts, STUDY, SOON)

    @app.get("/", name="study_page")
    async def study(request: Request) -> HTTPResponse:
        return send(request, parts, STUDY, SOON)


def send(request: Request, parts: Parts, name: str, keep: str) -> HTTPResponse:
    """A file, or only the word that the browser has it."""
    part = parts.get(name)
    if part is None:
        raise NotFound("there is no such page")
    policy = {"Content-Security-Policy": POLICY} if name == STUDY else EMBEDDED
    headers: Dict[str, str] = {**COMMON, **policy, "Cache-Control": keep, "ETag": part.tag}
    if part.tag in [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]:
        return HTTPResponse(status=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return raw(part.packed, content_type=part.kind, headers={**headers, "Content-Encoding": "gzip"})
    return raw(part.content, content_type=part.kind, headers=headers)
