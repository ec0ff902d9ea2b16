"""Settings from TUTOR_* variables, and the net that keeps tests away from the real folders."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Dict

import pytest

from tutor.settings import Settings, SettingsError, describe, load_settings


def test_defaults() -> None:
    """Without variables, the tutor teaches its own course with the packaged encoder."""
    settings = load_settings({})

    assert settings == Settings()
    assert (settings.course, settings.encoder) == ("multi-track-diplomacy", "all-MiniLM-L6-v2")
    assert (settings.var, settings.models, settings.max_message) == (Path("var"), Path("models"), 2000)
    assert settings.max_file_mb == 50


def test_variables() -> None:
    """A variable sets the field of its name, and other variables are none of ours."""
    settings = load_settings(
        {"TUTOR_COURSE": "bread", "TUTOR_VAR": "/v", "TUTOR_MAX_MESSAGE": "100", "HOME": "/h", "tutor_var": "/x"}
    )

    assert (settings.course, settings.var, settings.max_message) == ("bread", Path("/v"), 100)


def test_folders() -> None:
    """Encoders, indexes and libraries live in the generated folder, an index and a library by their course."""
    settings = load_settings({"TUTOR_VAR": "/v"})

    assert settings.encoder_folder == Path("/v/encoder")
    assert settings.index_folder("bread") == Path("/v/index/bread")
    assert settings.library_folder("bread") == Path("/v/library/bread")


def test_database() -> None:
    """Learners' records are a SQLite file for each course among what is generated, or wherever the URL says."""
    own = load_settings({"TUTOR_VAR": "/v"})
    elsewhere = load_settings({"TUTOR_DATABASE": "postgresql+psycopg2://ada@host/tutor_{course}"})

    assert own.database_url("bread") == "sqlite:////v/learners/bread.sqlite3"
    assert elsewhere.database_url("bread") == "postgresql+psycopg2://ada@host/tutor_bread"


@pytest.mark.parametrize(
    "url, shown",
    [
        ("postgresql://ada:se:cr@t@host:5432/x", "postgresql://ada:***@host:5432/x"),
        ("postgresql://ada@host:5432/x", "postgresql://ada@host:5432/x"),
        ("sqlite:////v/a:b@c.sqlite3", "sqlite:////v/a:b@c.sqlite3"),
        ("", ""),
    ],
)
def test_password(url: str, shown: str) -> None:
    """A password is not printed with the settings."""
    assert describe(load_settings({"TUTOR_DATABASE": url}))["TUTOR_DATABASE"][0] == shown


def test_unknown() -> None:
    """A misspelt variable is refused with the command that lists the right ones."""
    with pytest.raises(SettingsError) as caught:
        load_settings({"TUTOR_COURES": "bread"})

    assert str(caught.value) == "TUTOR_COURES is not a setting; `python -m tutor settings` lists them"


@pytest.mark.parametrize(
    "value, fault",
    [
        ("many", "value is not a valid integer"),
        ("99", "ensure this value is greater than or equal to 100"),
        ("20001", "ensure this value is less than or equal to 20000"),
        ("", "value is not a valid integer"),
    ],
)
def test_bad_value(value: str, fault: str) -> None:
    """A value that cannot be used is refused by the name of its variable."""
    with pytest.raises(SettingsError) as caught:
        load_settings({"TUTOR_MAX_MESSAGE": value})

    assert str(caught.value) == f"TUTOR_MAX_MESSAGE: {fault}"


def test_all_at_once() -> None:
    """Every fault is told in one go, one line each."""
    with pytest.raises(SettingsError) as caught:
        load_settings({"TUTOR_MAX_MESSAGE": "many", "TUTOR_COLOUR": "red", "TUTOR_SIZE": "2"})

    names = [line.split(" ")[0].rstrip(":") for line in str(caught.value).splitlines()]
    assert names == ["TUTOR_MAX_MESSAGE", "TUTOR_COLOUR", "TUTOR_SIZE"]


def test_frozen() -> None:
    """Settings cannot be changed."""
    with pytest.raises(TypeError, match="immutable"):
        load_settings({}).course = "bread"  # type: ignore[misc]


def test_describe() -> None:
    """Every setting is shown with its variable, its value and what it means."""
    shown = describe(load_settings({"TUTOR_COURSE": "bread"}))

    assert [name[len("TUTOR_") :].lower() for name in shown] == list(Settings.__fields__)
    assert shown["TUTOR_COURSE"][0] == "bread"
    assert all(meaning.endswith(".") for _, meaning in shown.values())


def test_net(project: Path) -> None:
    """Tests cannot write into the real var/ and models/, and see no TUTOR_* of the developer's."""
    settings = load_settings()

    assert not settings.var.resolve().is_relative_to(project)
    assert not settings.models.resolve().is_relative_to(project)
    assert sorted(name for name in os.environ if name.startswith("TUTOR_")) == ["TUTOR_MODELS", "TUTOR_VAR"]


def test_net_is_fresh() -> None:
    """Each test has folders of its own, which do not exist yet."""
    assert not load_settings().var.exists()
    assert not load_settings().models.exists()


@pytest.mark.rasa
def test_net_spares_the_trained_bot() -> None:
    """Tests that are marked as needing the trained bot see the environment as it is."""
    assert "pytest-of" not in os.environ.get("TUTOR_VAR", "")


# -- what is secret, and who may come in ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name, least", [("TUTOR_SECRET", 32), ("TUTOR_REST_TOKEN", 16)])
def test_secrets(name: str, least: int) -> None:
    """A secret has a least length, and is never printed: not with the settings, not in a fault, not by accident."""
    secret = "Q" * least
    settings = load_settings({name: secret})

    assert describe(settings)[name][0] == "***"
    assert secret not in repr(settings)
    for wrong in (secret[1:], secret + " x", secret + "\n"):
        with pytest.raises(SettingsError, match=f"{name}: must be {least} characters or more, without spaces") as caught:
            load_settings({name: wrong})
        assert wrong not in str(caught.value)


def test_origins() -> None:
    """TUTOR_ORIGINS is a list with commas, capitals aside."""
    settings = load_settings({"TUTOR_ORIGINS": "https://Course.example.org , http://localhost:8000,"})

    assert settings.allowed_origins == {"https://course.example.org", "http://localhost:8000"}
    assert load_settings({}).allowed_origins == frozenset()
    assert load_settings({"TUTOR_ORIGINS": "*"}).allowed_origins == {"*"}


@pytest.mark.parametrize(
    "wrong", ["course.example.org", "https://a.example/", "https://a.example/path", "ftp://a.example", "https://a b", "https://u@a"]
)
def test_no_origin(wrong: str) -> None:
    """What is no origin is named with what one looks like."""
    with pytest.raises(SettingsError, match=r"TUTOR_ORIGINS: .* is no origin; write scheme, host and port"):
        load_settings({"TUTOR_ORIGINS": f"https://good.example, {wrong}"})


@pytest.mark.parametrize("name", ["TUTOR_KEEP_DAYS", "TUTOR_TOKEN_DAYS"])
@pytest.mark.parametrize("wrong", ["0", "-1", "many", "99999"])
def test_days(name: str, wrong: str) -> None:
    """Days are a number from one on."""
    with pytest.raises(SettingsError, match=name):
        load_settings({name: wrong})


@pytest.mark.parametrize(
    "given, fault",
    [
        ({"BOT_TOKEN": "xoxb-1"}, "TUTOR_SLACK_BOT_TOKEN: set TUTOR_SLACK_APP_TOKEN .* or TUTOR_SLACK_SIGNING_SECRET"),
        ({"APP_TOKEN": "xapp-1"}, "TUTOR_SLACK_BOT_TOKEN: is missing"),
        ({"SIGNING_SECRET": "s"}, "TUTOR_SLACK_BOT_TOKEN: is missing"),
        ({"BOT_TOKEN": "xapp-1", "APP_TOKEN": "xapp-1"}, "TUTOR_SLACK_BOT_TOKEN: a bot token begins with xoxb-"),
        ({"BOT_TOKEN": "xoxb-1", "APP_TOKEN": "xoxb-1"}, "TUTOR_SLACK_APP_TOKEN: an app-level token begins with xapp-"),
    ],
)
def test_slack_incomplete(given: Dict[str, str], fault: str) -> None:
    """Half of what Slack needs, or one token in the place of the other, is told with what to do."""
    with pytest.raises(SettingsError, match=fault):
        load_settings({f"TUTOR_SLACK_{name}": value for name, value in given.items()})


@pytest.mark.parametrize("beside", [{"APP_TOKEN": "xapp-QQQ"}, {"SIGNING_SECRET": "QQQ"}])
def test_slack_secrets(beside: Dict[str, str]) -> None:
    """Either mode is enough, and no token of Slack's is printed."""
    given = {f"TUTOR_SLACK_{name}": value for name, value in {"BOT_TOKEN": "xoxb-QQQ", **beside}.items()}
    settings = load_settings(given)

    assert "QQQ" not in repr(settings) + str(describe(settings))
