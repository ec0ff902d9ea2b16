"""Every setting of the tutor, from TUTOR_* environment variables and nowhere else."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Dict, FrozenSet, Mapping, Optional, Tuple

from pydantic import BaseModel, Extra, Field, ValidationError, validator
from pydantic.fields import ModelField

from index.encoder import encoder_name

PREFIX = "TUTOR_"
IN_MEMORY = "memory"
LEAST = {"secret": 32, "rest_token": 16, "metrics_token": 16}  # characters
_ORIGIN = re.compile(r"https?://[^/\s:@?#]+(:\d{1,5})?", re.IGNORECASE)
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}")
_PASSWORD = re.compile(r"(?<=://)(?P<user>[^:/@]*):[^/]*(?=@)")


class SettingsError(Exception):
    """A TUTOR_* variable cannot be used; the message names it and what it may be."""


class Settings(BaseModel):
    """How this tutor runs. Each field is the environment variable TUTOR_<NAME>."""

    course: str = Field(
        "multi-track-diplomacy", description="The course: a name in knowledge/packs/ or a folder with a course.yml."
    )
    encoder: str = Field(
        "all-MiniLM-L6-v2", description="The sentence-transformers model: a name or a folder. The default comes with the packages."
    )
    encoder_int8: bool = Field(
        False, description="Whether the encoder computes in 8 bits: faster and smaller, a little less exact (docs/benchmarks.md)."
    )
    vectors: str = Field(
        "",
        description="What searches the readings that were ingested: the URI of a Milvus (http://host:19530, or a file for Milvus "
        "Lite; user:password@ before the host if it wants them). Empty: FAISS, in TUTOR_VAR. See docs/milvus.md.",
    )
    var: Path = Field(Path("var"), description="Folder for everything that is generated: encoder, index, library.")
    max_file_mb: int = Field(50, ge=1, le=2000, description="Largest document that `ingest` reads, in megabytes.")
    models: Path = Field(Path("models"), description="Folder for the trained bot.")
    max_message: int = Field(2000, ge=100, le=20000, description="Longest message that is read, in characters.")

    keep_gaps: bool = Field(True, description="Whether declined questions are kept, without who asked, for `report gaps`.")
    database: str = Field(
        "",
        description="Where learners' records are kept: a SQLAlchemy URL (postgresql+psycopg2://user@host/name), one database "
        "for each course; {course} in it stands for the course's id. Empty: a SQLite file in TUTOR_VAR.",
    )
    tracker: str = Field(
        "",
        description="Where the bot's memory of conversations is kept: a SQLAlchemy URL as above, or 'memory' (lost when the server "
        "stops, and of no use to several workers). Empty: in TUTOR_DATABASE.",
    )
    keep_days: int = Field(90, ge=1, le=3650, description="How many days conversations are kept; quiz records stay until deleted.")

    secret: str = Field(
        "",
        secret=True,
        repr=False,
        description="What learner tokens are signed with, 32 characters or more. Empty: made once, in TUTOR_VAR.",
    )
    token_days: int = Field(30, ge=1, le=365, description="How many days a learner token of the web widget is valid.")
    origins: str = Field(
        "",
        description="Other sites whose pages may use the tutor, with commas: https://course.example.org; * for all. Empty: none.",
    )
    hosts: str = Field(
        "",
        description="Names by which the tutor is called, with commas: tutor.example.org; * for any. Addresses, localhost and HOST "
        "always may. Empty: those alone, and on a HOST that other machines reach any name, but from this machine.",
    )
    rest_token: str = Field(
        "",
        secret=True,
        repr=False,
        description="Opens the REST channel to other machines, as 'Authorization: Bearer ...'. Empty: this machine only.",
    )

    redis: str = Field(
        "",
        description="What several workers share: locks of conversations and rate limits, redis://[:password@]host:6379/0 (or "
        "rediss://). Empty: one worker, in memory.",
    )
    actions: str = Field(
        "",
        description="Action servers (`python -m rasa_sdk --actions bot.actions`), such as http://actions:5055/webhook. Empty: "
        "actions run inside each worker.",
    )
    rate_learner: int = Field(
        60, ge=0, le=100000, description="Messages a minute from one learner; as many may come at once. 0: no limit."
    )
    rate_address: int = Field(
        6000, ge=0, le=1000000, description="Requests a minute from one address, such as a class behind one router. 0: no limit."
    )
    proxies: int = Field(
        0, ge=0, le=9, description="How many proxies stand before the tutor: so far its X-Forwarded-For is believed."
    )
    metrics_token: str = Field(
        "",
        secret=True,
        repr=False,
        description="Opens /metrics to other machines, as 'Authorization: Bearer ...'. Empty: this machine only.",
    )
    log_level: str = Field(
        "info", regex="^(info|warning|error)$", description="info: a line of JSON for each message; or warning, error."
    )

    slack_app_token: str = Field(
        "", secret=True, repr=False, description="Slack, Socket Mode: the app-level token (xapp-...). See docs/slack.md."
    )
    slack_signing_secret: str = Field("", secret=True, repr=False, description="Slack, HTTP mode: the signing secret of the app.")
    slack_bot_token: str = Field(
        "",
        secret=True,
        repr=False,
        description="Slack: the bot token (xoxb-...), and one of the two above beside it. Empty: no Slack.",
    )
    slack_api_url: str = Field("https://slack.com/api/", description="Slack's Web API; another one only for tests.")

    @validator("slack_app_token")
    def _is_app_token(cls, value: str) -> str:
        if value and not value.startswith("xapp-"):
            raise ValueError("an app-level token begins with xapp-; it is under Basic Information, App-Level Tokens")
        return value

    @validator("slack_bot_token", always=True)
    def _has_both(cls, value: str, values: Dict[str, Any]) -> str:
        beside = values.get("slack_app_token") or values.get("slack_signing_secret")
        if value and not value.startswith("xoxb-"):
            raise ValueError("a bot token begins with xoxb-; it is under OAuth & Permissions")
        if value and not beside and "slack_app_token" in values:
            raise ValueError("set TUTOR_SLACK_APP_TOKEN (Socket Mode) or TUTOR_SLACK_SIGNING_SECRET (HTTP mode) beside it")
        if beside and not value:
            raise ValueError("is missing; it is under OAuth & Permissions and begins with xoxb-")
        return value

    class Config:
        extra = Extra.forbid
        frozen = True

    @validator("secret", "rest_token", "metrics_token")
    def _long_enough(cls, value: str, field: ModelField) -> str:
        least = LEAST[field.name]
        if value and (len(value) < least or not value.isprintable() or " " in value):
            raise ValueError(f"must be {least} characters or more, without spaces")
        return value

    @validator("redis", "actions")
    def _is_address(cls, value: str, field: ModelField) -> str:
        schemes = {"redis": ("redis", "rediss"), "actions": ("http", "https")}[field.name]
        if value and not re.fullmatch(rf"({'|'.join(schemes)})://\S+", value):
            example = {"redis": "redis://localhost:6379/0", "actions": "http://localhost:5055/webhook"}[field.name]
            raise ValueError(f"is no address; write one such as {example}")
        return value

    @validator("origins")
    def _are_origins(cls, value: str) -> str:
        for origin in filter(None, map(str.strip, value.split(","))):
            if origin != "*" and not _ORIGIN.fullmatch(origin):
                raise ValueError(f"'{origin[:100]}' is no origin; write scheme, host and port, such as https://course.example.org")
        return value

    @validator("hosts")
    def _are_names(cls, value: str) -> str:
        for name in filter(None, map(str.strip, value.split(","))):
            if name != "*" and not _HOST.fullmatch(name):
                raise ValueError(f"'{name[:100]}' is no name; write it without scheme and port, such as tutor.example.org")
        return value

    @property
    def named_hosts(self) -> FrozenSet[str]:
        """The names in TUTOR_HOSTS, in lower case."""
        return frozenset(filter(None, (name.strip().lower() for name in self.hosts.split(","))))

    @property
    def allowed_origins(self) -> FrozenSet[str]:
        """The origins in TUTOR_ORIGINS, as browsers write them."""
        return frozenset(filter(None, (origin.strip().lower() for origin in self.origins.split(","))))

    @property
    def secret_file(self) -> Path:
        """Where the secret is kept that was made because none was given."""
        return self.var / "secret"

    def reports_file(self, course_id: str) -> Path:
        """Where answers that students reported are kept."""
        return self.var / "reports" / f"{course_id}.jsonl"

    @property
    def encoder_name(self) -> str:
        """What the encoder in use is called: the model's name, and whether it computes in 8 bits."""
        return encoder_name(self.encoder, self.encoder_int8)

    @property
    def encoder_folder(self) -> Path:
        """Where exported encoders live."""
        return self.var / "encoder"

    def index_folder(self, course_id: str) -> Path:
        """Where the index of a course lives."""
        return self.var / "index" / course_id

    def gaps_file(self, course_id: str) -> Path:
        """Where the questions that were declined are kept."""
        return self.var / "gaps" / f"{course_id}.jsonl"

    def items_file(self, course_id: str) -> Path:
        """Where the quiz questions of a course are kept."""
        return self.var / "quiz" / f"{course_id}.json"

    def library_folder(self, course_id: str) -> Path:
        """Where the readings that were ingested for a course live."""
        return self.var / "library" / course_id

    def tracker_url(self, course_id: str) -> Optional[str]:
        """Where the bot's memory of conversations is kept; None for in the process alone."""
        if self.tracker == IN_MEMORY:
            return None
        return self.tracker.replace("{course}", course_id) or self.database_url(course_id)

    def database_url(self, course_id: str) -> str:
        """Where the records of those who learn a course live."""
        return self.database.replace("{course}", course_id) or f"sqlite:///{self.var / 'learners' / course_id}.sqlite3"


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; raise SettingsError with every fault."""
    given: Dict[str, Any] = {key[len(PREFIX) :].lower(): value for key, value in environ.items() if key.startswith(PREFIX)}
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError("\n".join(_fault(e) for e in error.errors())) from error


def describe(settings: Settings) -> Dict[str, Tuple[str, str]]:
    """Each variable with its value, secrets and a password in it left out, and its meaning."""
    return {
        PREFIX + name.upper(): (_shown(getattr(settings, name), field), str(field.field_info.description))
        for name, field in Settings.__fields__.items()
    }


def _shown(value: Any, field: ModelField) -> str:
    if field.field_info.extra.get("secret"):
        return "***" if value else ""
    return _PASSWORD.sub(r"\g<user>:***", str(value))


def _fault(error: Mapping[str, object]) -> str:
    name = PREFIX + str(error["loc"][0]).upper()  # type: ignore[index]
    if error["type"] == "value_error.extra":
        return f"{name} is not a setting; `python -m tutor settings` lists them"
    return f"{name}: {error['msg']}"
