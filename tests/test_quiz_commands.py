"""`python -m tutor quiz audit | show`: what an author sees of the items."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any, List

import pytest

from knowledge.models import Course
from tests.conftest import ToyEncoder
from tutor import quiz_commands
from tutor.item_lists import Alikeness
from tutor.item_space import Space, survey
from tutor.quiz_commands import add_parser, failures


@pytest.fixture(autouse=True)
def bread(monkeypatch: pytest.MonkeyPatch, course_folder: Path, toy_encoder: ToyEncoder) -> None:
    monkeypatch.setenv("TUTOR_COURSE", str(course_folder))
    monkeypatch.setattr(quiz_commands, "ready_encoder", lambda settings: toy_encoder)


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    args = parser.parse_args(["quiz", *words])
    return int(args.run(args))


def in_json(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert run(*words, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_audit(capsys: pytest.CaptureFixture[str]) -> None:
    """An audit without faults counts the items by type, form and concept, and exits 0."""
    assert run("audit") == 0

    out = capsys.readouterr().out
    assert "Bread (bread, version" in out
    assert "by type: true_false" in out
    assert "made but not offered" in out


def test_audit_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    """A program reads the same counts."""
    record = in_json(capsys, "audit")

    assert record["items"] == sum(record["by_type"].values()) == sum(record["by_concept"].values()) > 0
    assert record["faults"] == []


def test_audit_fails(course: Course, toy_encoder: ToyEncoder, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """If an item that is offered fails the verification, it is named with the rule and the exit status is 1."""
    good = survey(course, Alikeness.over(course, toy_encoder))
    bad = [i.copy(update={"key": tuple({"true", "false"} - set(i.key))}) if i.form == "true_false" else i for i in good.items]
    monkeypatch.setattr(quiz_commands, "survey", lambda *_: Space(tuple(bad), good.rejected))

    assert run("audit") == 1

    first = next(i.id for i in bad if i.form == "true_false")
    assert f"{first}: breaks the rule 'proved'" in capsys.readouterr().err


def test_ids_are_given_once(course: Course, toy_encoder: ToyEncoder) -> None:
    """Two items with one id are a fault of both."""
    alike = Alikeness.over(course, toy_encoder)
    item = survey(course, alike).items[0]

    assert (item.id, "id given once") in failures([item, item], course, alike)


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [(["--type", "true_false"], "type", "true_false"), (["--concept", "type-2"], "concept", "type-2")],
)
def test_show_some(words: List[str], field: str, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Items are shown by type, form or concept, as many as are wanted."""
    shown = in_json(capsys, "show", *words, "--number", "2")

    assert [i[field] for i in shown] == [value, value]


def test_show_one(capsys: pytest.CaptureFixture[str]) -> None:
    """One item is shown by its id, with key, hint and proof."""
    (item,) = in_json(capsys, "show", "--form", "definition_of", "--number", "1")

    assert run("show", item["id"]) == 0

    out = capsys.readouterr().out
    assert item["stem"] in out
    assert f"* {item['key'][0]})" in out
    assert "is wrong: other concept, type-2.definition.baker" in out


def test_show_none(capsys: pytest.CaptureFixture[str]) -> None:
    """An id that no item has is told in one line, with exit status 1."""
    assert run("show", "no-such-item") == 1
    assert "there is no such question" in capsys.readouterr().err
