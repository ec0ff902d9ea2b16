"""Whose conversation it is: signed tokens that expire, and the secret that signs them."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Dict

import jwt

from tutor.settings import LEAST, Settings, SettingsError

ALGORITHM = "HS256"
GRACE = timedelta(days=30)  # after its end a token can still be renewed
LEARNER = re.compile(r"web\.[0-9a-f]{32}")


class BadToken(Exception):
    """A token that is not ours, or too old; the message says which."""


@dataclass(frozen=True)
class Issued:
    """A token, when it ends, and a short name of its learner that tells nothing else."""

    token: str
    expires: datetime
    shown: str


class Tokens:
    """Issues and reads the tokens of one secret."""

    def __init__(self, secret: str, days: int) -> None:
        self._secret = secret
        self._valid = timedelta(days=days)

    @classmethod
    def of(cls, settings: Settings) -> Tokens:
        """The tokens of a tutor; raise SettingsError if it can have no secret."""
        return cls(settings.secret or kept_secret(settings.secret_file), settings.token_days)

    def issue(self, learner: str, now: datetime) -> Issued:
        """A token of a learner, valid from now on."""
        ends = (now + self._valid).replace(microsecond=0)
        content = {"sub": learner, "iat": int(now.timestamp()), "exp": int(ends.timestamp())}
        token = jwt.encode(content, self._secret, algorithm=ALGORITHM)
        return Issued(token, ends.astimezone(timezone.utc), hashlib.sha256(learner.encode()).hexdigest()[:6])

    def learner(self, token: str, now: datetime, grace: timedelta = timedelta(0)) -> str:
        """Whose token it is; raise BadToken for one that nobody here signed, or that ended longer ago than `grace`."""
        content = self._content(token)
        learner, ends = content["sub"], content["exp"]
        if not isinstance(learner, str) or not LEARNER.fullmatch(learner) or type(ends) is not int:
            raise BadToken("is not a token of this tutor; ask for a new one")
        if now.timestamp() >= ends + grace.total_seconds():
            raise BadToken("has expired; ask for a new one")
        return learner

    def digest(self, learner: str) -> str:
        """A name for a learner in logs, from which nobody without the secret finds the learner."""
        return hashlib.blake2b(learner.encode("utf-8", "replace"), key=self._secret.encode()[:64], digest_size=6).hexdigest()

    def _content(self, token: str) -> Dict[str, Any]:
        """What a token says, once its signature is checked; the time is the caller's to check."""
        checked = {"require": ["sub", "iat", "exp"], "verify_exp": False, "verify_iat": False}
        try:
            content: Dict[str, Any] = jwt.decode(token, self._secret, algorithms=[ALGORITHM], options=checked)
        except (jwt.InvalidTokenError, ValueError, RecursionError):
            raise BadToken("is not a token of this tutor; ask for a new one") from None
        return content


def new_learner() -> str:
    """An id that nobody can guess."""
    return f"web.{secrets.token_hex(16)}"


def kept_secret(path: Path) -> str:
    """The secret in a file, made first where there is none; raise SettingsError if that cannot be done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        secret = path.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path} cannot be made or read ({error}); mend that, or set TUTOR_SECRET") from error
    if len(secret) < LEAST["secret"]:
        raise SettingsError(f"{path} holds no secret of {LEAST['secret']} characters; delete it, and it is made anew")
    return secret


def _make(path: Path) -> None:
    """Write a secret for the owner's eyes only; of several processes that start at once, the first one's stays."""
    own = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
        with suppress(FileExistsError):
            os.link(own, path)
    finally:
        own.unlink()
