"""What every test may ask for: a small course, an encoder one can compute in one's head, and a safety net."""

from __future__ import annotations

import os
import re
import shutil
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterator, List, Sequence

import numpy as np
import pytest
import sqlalchemy as sa

from index.encoder import Vectors
from index.retrieval import Retriever, documents
from index.vocabulary import Vocabulary
from knowledge.loader import load_course
from knowledge.models import Course
from tests.serving import Server, ready_var, serving
from tutor.answering import Answerer
from tutor.catalogue import Catalogue
from tutor.learners import Learners

if TYPE_CHECKING:
    from tests.toy_app import ToyServer

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = os.environ.get("TEST_POSTGRES", "")  # a database in which schemas may be created: postgresql+psycopg2://user@host/name
CHROMIUM_FLAGS = ["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking"]
USE_THE_REAL_ONES = ("rasa", "browser")  # tests with these marks read the trained bot


def lacking(what: str) -> None:
    """Skip a test for want of a part; on the test machine, where nothing may be missing, fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must skip nothing. {what}")
    pytest.skip(what)


class ToyEncoder:
    """Counts yeast, soda and salt; a text with none of them points the fourth way. Then divides by the length."""

    name = "toy"
    dimension = 4
    words = ("yeast", "soda", "salt")

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as unit rows: float32, shape (len(texts), 4)."""
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for n, text in enumerate(texts):
            words = re.findall(r"[a-z]+", text.lower())
            rows[n, :3] = [words.count(word) for word in self.words]
            rows[n, 3] = not rows[n].any()
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture(scope="session")
def _generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where tests may generate things, each in a folder of its own; pytest's numbered folders take longer the more there are."""
    return tmp_path_factory.mktemp("generated")


@pytest.fixture(autouse=True)
def _safety_net(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, _generated: Path) -> None:
    """Keep tests away from the real var/ and models/, and the developer's TUTOR_* away from tests."""
    if any(request.node.get_closest_marker(mark) for mark in USE_THE_REAL_ONES):
        return
    for name in [name for name in os.environ if name.startswith("TUTOR_")]:
        monkeypatch.delenv(name)
    scratch = _generated / uuid.uuid4().hex
    monkeypatch.setenv("TUTOR_VAR", str(scratch / "var"))
    monkeypatch.setenv("TUTOR_MODELS", str(scratch / "models"))


@pytest.fixture(params=["sqlite", "postgresql"] if POSTGRES else ["sqlite"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/learners/bread.sqlite3"
        return
    schema = f"test_{uuid.uuid4().hex}"
    server = sa.create_engine(POSTGRES, future=True)
    with server.begin() as db:
        db.exec_driver_sql(f"CREATE SCHEMA {schema}")
    yield f"{POSTGRES}?options=-csearch_path%3D{schema}"
    with server.begin() as db:
        db.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
    server.dispose()


@pytest.fixture(scope="session")
def project() -> Path:
    """The root of the project."""
    return ROOT


@pytest.fixture(scope="session")
def course_folder() -> Path:
    """The folder of the test course; copy it before changing anything."""
    return ROOT / "tests" / "course"


@pytest.fixture(scope="session")
def course(course_folder: Path) -> Course:
    """The test course: bread of Type 1, 1.5 and 2, and Ada Baker."""
    return load_course(course_folder)


@pytest.fixture(scope="session")
def vocabulary(course: Course) -> Vocabulary:
    """The names of the test course."""
    return Vocabulary(course)


@pytest.fixture(scope="session")
def toy_encoder() -> ToyEncoder:
    """An encoder whose numbers can be computed by hand."""
    return ToyEncoder()


@pytest.fixture(scope="session")
def retriever(course: Course, vocabulary: Vocabulary, toy_encoder: ToyEncoder) -> Retriever:
    """Search over the test course with the toy encoder."""
    return Retriever.build(documents(course, vocabulary), toy_encoder)


@pytest.fixture(scope="session")
def catalogue(course: Course, vocabulary: Vocabulary) -> Catalogue:
    """The claims of the test course, arranged for answering."""
    return Catalogue(course, vocabulary)


@pytest.fixture(scope="session")
def answerer(course: Course, vocabulary: Vocabulary, retriever: Retriever) -> Answerer:
    """Answers from the test course."""
    return Answerer(course, vocabulary, retriever)


@pytest.fixture
def learners(url: str) -> Iterator[Learners]:
    """Empty records."""
    opened = Learners.open(url)
    yield opened
    opened.close()


@pytest.fixture
def make_server(
    course: Course, retriever: Retriever, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., ToyServer]]:
    """Makes a server around the test course, without Rasa's model, with the settings given."""
    from tests.toy_app import toy_server  # imports Rasa, which takes seconds

    monkeypatch.delenv("HOST", raising=False)
    servers: List[ToyServer] = []

    def make(**settings: Any) -> ToyServer:
        servers.append(toy_server(course, retriever, tmp_path, **settings))
        return servers[-1]

    yield make
    for server in servers:
        server.close()


@pytest.fixture(scope="module")  # playwright keeps an event loop running, in which other modules could not run their own
def chromium() -> Iterator[Any]:
    """A browser; without Chromium its tests are skipped, but never on the test machine."""
    path = shutil.which("chromium")
    if path is None:
        lacking("Chromium is missing; install it to test pages (Debian: apt install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real server with the trained bot, started once; it must stop by itself when asked to."""
    folder = tmp_path_factory.mktemp("server")
    var = ready_var(folder)  # no readings of the developer's own
    with serving(folder / "log.txt", TUTOR_VAR=str(var)) as running:
        running.wait()
        running.var = var
        yield running
        status, seconds = running.stop()
        assert (status, seconds < 10) == (0, True), running.log()
