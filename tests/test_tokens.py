"""Learner tokens: nobody makes one but the tutor, none lasts for ever."""

from __future__ import annotations

import base64
import json
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Dict

import jwt
import pytest

from bot.tokens import GRACE, BadToken, Tokens, kept_secret, new_learner
from tutor.settings import Settings, SettingsError

NOON = datetime(2026, 5, 1, 12, tzinfo=timezone.utc)
SECRET = "s" * 40
ADA = "web." + "a" * 32
SECOND = timedelta(seconds=1)


def tokens() -> Tokens:
    """The tokens of a tutor that issues them for thirty days."""
    return Tokens(SECRET, 30)


def signed(content: Dict[str, Any], secret: str = SECRET, algorithm: str = "HS256") -> str:
    """A token with any content."""
    return jwt.encode(content, secret, algorithm=algorithm)


def content(**more: Any) -> Dict[str, Any]:
    """What a token of Ada says."""
    return {"sub": ADA, "iat": int(NOON.timestamp()), "exp": int((NOON + timedelta(days=30)).timestamp()), **more}


def test_own_token() -> None:
    """A token that was issued is read as its learner's, and says when it ends."""
    issued = tokens().issue(ADA, NOON)

    assert tokens().learner(issued.token, NOON) == ADA
    assert issued.expires == NOON + timedelta(days=30)
    assert re.fullmatch("[0-9a-f]{6}", issued.shown)


def test_expired() -> None:
    """A token ends to the second; it can be renewed for thirty days more, and not a second longer."""
    token = tokens().issue(ADA, NOON).token
    end = NOON + timedelta(days=30)

    assert tokens().learner(token, end - SECOND) == ADA
    with pytest.raises(BadToken, match="has expired"):
        tokens().learner(token, end)
    assert tokens().learner(token, end + GRACE - SECOND, GRACE) == ADA
    with pytest.raises(BadToken, match="has expired"):
        tokens().learner(token, end + GRACE, GRACE)


def unsigned(algorithm: str) -> str:
    """A token that claims to need no signature."""
    parts = [{"alg": algorithm, "typ": "JWT"}, content()]
    return ".".join([*(base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in parts), ""])


@pytest.mark.parametrize(
    "forged",
    [
        signed(content(), "x" * 40),
        unsigned("none"),
        unsigned("None"),
        unsigned("HS256"),
        signed(content(), algorithm="HS512"),
        signed(content(), algorithm="HS256")[:-4] + "AAAA",
        "",
        "a.b.c",
        "." * 3000,
        "é" * 50,
        "[" * 5000,
    ],
    ids=["secret", "none", "None", "unsigned", "HS512", "signature", "empty", "words", "dots", "signs", "nested"],
)
def test_forged(forged: str) -> None:
    """Another secret, no signature, another algorithm or no token at all: not ours."""
    with pytest.raises(BadToken, match="is not a token of this tutor"):
        tokens().learner(forged, NOON)


@pytest.mark.parametrize(
    "changed",
    [
        {"sub": "ada"},
        {"sub": "slack.T1.U1"},
        {"sub": "web.x"},
        {"sub": ADA + "\n"},
        {"sub": 7},
        {"exp": "tomorrow"},
        {"exp": 9e99},
        {"exp": True},
    ],
    ids=repr,
)
def test_strange_content(changed: Dict[str, Any]) -> None:
    """Even with the right signature only a learner of the web, with a time, is believed."""
    with pytest.raises(BadToken):
        tokens().learner(signed_anyhow({**content(), **changed}), NOON)


@pytest.mark.parametrize("missing", ["sub", "iat", "exp"])
def test_incomplete(missing: str) -> None:
    """A token without learner or times is none."""
    with pytest.raises(BadToken):
        tokens().learner(signed({name: value for name, value in content().items() if name != missing}), NOON)


def signed_anyhow(what: Dict[str, Any]) -> str:
    """A token with content that the library would not sign by itself."""
    return jwt.api_jws.encode(json.dumps(what).encode(), SECRET, algorithm="HS256")


def test_learners_differ() -> None:
    """Each new learner has 128 bits of chance to himself."""
    made = {new_learner() for _ in range(1000)}

    assert len(made) == 1000
    assert all(re.fullmatch(r"web\.[0-9a-f]{32}", one) for one in made)


# -- the secret ----------------------------------------------------------------------------------------------------------


def test_secret_is_made_once(tmp_path: Path) -> None:
    """Without TUTOR_SECRET one is made, for the owner's eyes only, and kept."""
    file = tmp_path / "var" / "secret"

    first = kept_secret(file)

    assert len(first) >= 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert kept_secret(file) == first
    assert [path.name for path in file.parent.iterdir()] == ["secret"]


def test_secret_of_many_starts(tmp_path: Path) -> None:
    """Processes that start at once sign with the same secret."""
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(kept_secret, [tmp_path / "secret"] * 16))

    assert len(made) == 1


def test_given_secret(tmp_path: Path) -> None:
    """TUTOR_SECRET goes before the file, which is then not made."""
    issued = Tokens.of(Settings(secret=SECRET, var=tmp_path)).issue(ADA, NOON)

    assert tokens().learner(issued.token, NOON) == ADA
    assert list(tmp_path.iterdir()) == []


def test_spoiled_secret(tmp_path: Path) -> None:
    """A secret that was cut short, or cannot be read, is told with what to do."""
    file = tmp_path / "secret"
    file.write_text("short\n")

    with pytest.raises(SettingsError, match=r"secret holds no secret of 32 characters; delete it"):
        kept_secret(file)
    with pytest.raises(SettingsError, match=r"TUTOR_SECRET"):
        kept_secret(file / "below")
