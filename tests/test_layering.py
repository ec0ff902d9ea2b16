"""Who may import whom, read off the sources."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Iterator

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ["knowledge", "index", "tutor", "bot"]  # from the bottom up
FILES = sorted(path.relative_to(ROOT).as_posix() for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))
BY_NAME = ("__import__", "import_module")
HOMES = {
    "rasa": ["bot/"],
    "rasa_sdk": ["bot/"],
    "sanic": ["bot/"],
    "faiss": ["index/dense.py", "index/near.py"],
    "pymilvus": ["index/milvus.py"],
    "sentence_transformers": ["index/encoder.py"],
    "torch": ["index/encoder.py"],
    "onnxruntime": ["index/encoder.py"],
    "bm25s": ["index/lexical.py"],
    "sklearn": ["index/adapting.py"],
    "Stemmer": ["index/lexical.py", "tutor/answer_words.py"],
    "rapidfuzz": ["index/series.py", "index/vocabulary.py", "tutor/option_words.py", "tutor/short_answers.py"],
    "fsrs": ["tutor/progress.py"],
    "sqlalchemy": [
        "tutor/storage.py",
        "tutor/talks.py",
        "tutor/linking.py",
        "tutor/dialogues.py",
        "tutor/notices.py",
        "tutor/tables.py",
        "tutor/migrations/",
    ],
    "alembic": ["tutor/tables.py", "tutor/migrations/"],
    "redis": ["bot/redis.py"],
    "structlog": ["bot/logs.py"],
    "jwt": ["bot/tokens.py"],
    "genanki": ["tutor/exporting/anki.py"],
    "yaml": ["knowledge/loader.py", "bot/server.py", "bot/openapi.py"],
    "pypdfium2": ["knowledge/ingest/"],
    "docx": ["knowledge/ingest/"],
    "lxml": ["knowledge/ingest/"],
    "ftfy": ["knowledge/ingest/"],
    "symspellpy": ["knowledge/ingest/"],
    "slack_bolt": ["bot/channels/slack/"],
    "slack_sdk": ["bot/channels/slack/"],
    "aiohttp": ["bot/channels/slack/"],
}


def imports(source: str) -> Iterator[str]:
    """The dotted modules that a source imports, wherever in it, `from a import b` as `a`; also by name at run time."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield ("." * node.level) + (node.module or "")
        elif isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in BY_NAME:
            yield from (arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant))


@cache
def packages(file: str) -> set[str]:
    """The packages that a file imports."""
    return {name.partition(".")[0] for name in imports((ROOT / file).read_text(encoding="utf-8"))}


def test_imports() -> None:
    """An import is seen at any depth and in any form."""
    source = "import a.b, c\nfrom d.e import f\ndef g():\n    from . import h\n    __import__('i.j')\nl.import_module('k')\n"

    assert list(imports(source)) == ["a.b", "c", "d.e", ".", "k", "i.j"]


def test_files() -> None:
    """Every layer has files to look at."""
    assert sorted({file.partition("/")[0] for file in FILES}) == sorted(LAYERS)


@pytest.mark.parametrize("file", FILES)
def test_down_only(file: str) -> None:
    """A package imports itself and those below it."""
    layer = file.partition("/")[0]

    assert packages(file) & set(LAYERS[LAYERS.index(layer) + 1 :]) == set()


@pytest.mark.parametrize("file", FILES)
def test_absolute(file: str) -> None:
    """A module is imported by its whole name."""
    assert "" not in packages(file)


@pytest.mark.parametrize("file", [file for file in FILES if file.startswith("bot/")])
def test_bot_asks_the_tutor(file: str) -> None:
    """The bot asks the tutor and reaches below it nowhere."""
    assert packages(file) & {"index", "knowledge"} == set()


@pytest.mark.parametrize("library", HOMES)
def test_homes(library: str) -> None:
    """A library is imported in its home and nowhere else."""
    strangers = [file for file in FILES if library in packages(file) and not file.startswith(tuple(HOMES[library]))]

    assert strangers == []


@pytest.mark.parametrize(
    "module, absent",
    [
        ("bot", "rasa rasa_sdk tensorflow torch"),
        ("bot.actions", "rasa tensorflow torch sentence_transformers"),
        ("bot.render", "rasa rasa_sdk tensorflow torch"),
        ("tutor.tutor", "rasa rasa_sdk sanic tensorflow torch sentence_transformers"),
        ("index.retrieval", "rasa rasa_sdk torch sentence_transformers"),
        ("knowledge.loader", "rasa faiss numpy torch"),
    ],
)
def test_loads_little(module: str, absent: str) -> None:
    """Importing a module does not load the heavy libraries that it has no use for."""
    code = f"import sys, {module}; print(*(name for name in {absent.split()} if name in sys.modules))"

    done = subprocess.run([sys.executable, "-Wi", "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=150, check=True)

    assert done.stdout.split() == []
