"""Answers that students reported: what the instructor reads, and what nobody does."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest

from knowledge.models import Course
from tutor import reported as module
from tutor.__main__ import main
from tutor.reported import Reports, reported
from tutor.settings import load_settings

NOON = datetime(2026, 5, 1, 12, tzinfo=timezone.utc)
REPLY = {
    "text": "Rye is dense. [1]\n\nSources:\n- Baker",
    "custom": {"kind": "answer", "citations": [{"passage": "baker.rye.1"}], "course": {"id": "bread", "version": "abc"}},
}


def test_all(tmp_path: Path) -> None:
    """Reports come back as they were kept, the newest first."""
    reports = Reports(tmp_path / "below" / "bread.jsonl")
    for n in range(3):
        reports.add(reported(f"what is rye {n}?", REPLY, "too dense", NOON))

    assert [one.question for one in reports.all()] == ["what is rye 2?", "what is rye 1?", "what is rye 0?"]
    one = reports.all()[0]
    assert (one.at, one.kind, one.citations, one.version) == ("2026-05-01T12:00:00+00:00", "answer", ("baker.rye.1",), "abc")
    assert (one.answer, one.note) == (REPLY["text"], "too dense")


def test_private() -> None:
    """Addresses and numbers that could tell who asked are left out, of the question and of the note."""
    one = reported("I am ada@example.org, what is rye?", REPLY, "call 0123 456789 " + "x" * 2000, NOON)

    assert one.question == "I am … what is rye?"
    assert one.note.startswith("call … xxx")
    assert len(one.note) == 1000


def test_damaged(tmp_path: Path) -> None:
    """A line that was cut off, or is of another shape, is left out."""
    file = tmp_path / "bread.jsonl"
    Reports(file).add(reported("what is rye?", REPLY, "", NOON))
    file.write_text(file.read_text() + '[]\n{"at": 1}\n{"at": "20')

    assert len(Reports(file).all()) == 1


def test_odd_reply() -> None:
    """A reply without citations is kept with what it has; half a character does no harm."""
    one = reported("?\ud800", {"text": "hm", "custom": {}}, "", NOON)

    assert (one.answer, one.citations, one.version) == ("hm", (), "")


def test_half_characters_are_written(tmp_path: Path) -> None:
    """What cannot be encoded is escaped in the file."""
    reports = Reports(tmp_path / "bread.jsonl")

    reports.add(reported("?\ud800", REPLY, "", NOON))

    assert reports.all()[0].question == "?\ud800"


def test_not_endless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is set aside when it is large; the one before it is still read."""
    monkeypatch.setattr(module, "LARGEST", 10)
    reports = Reports(tmp_path / "bread.jsonl")

    for n in range(3):
        reports.add(reported(str(n), REPLY, "", NOON))

    assert [one.question for one in reports.all()] == ["2", "1"]


# -- the command ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def reports(course: Course, course_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Reports:
    """The reports of the test course, which the command reads."""
    monkeypatch.setenv("TUTOR_COURSE", str(course_folder))
    return Reports(load_settings().reports_file(course.id))


def test_nothing_reported(reports: Reports, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a report the command says so, or gives an empty list."""
    assert (main(["report", "answers"]), capsys.readouterr().out) == (0, "no answer was reported so far\n")
    assert (main(["report", "answers", "--json"]), capsys.readouterr().out) == (0, "[]\n")


def test_printed(reports: Reports, capsys: pytest.CaptureFixture[str]) -> None:
    """The command prints question, version, note, answer and what it cites; as JSON all of it."""
    reports.add(reported("what is rye?", REPLY, "too dense", NOON))

    assert main(["report", "answers"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "2026-05-01T12:00:00+00:00 what is rye? (answer, course version abc)"
    assert lines[1:3] == ["    note: too dense", "    Rye is dense. [1]"]
    assert lines[-1] == "    cites baker.rye.1"

    assert main(["report", "answers", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["answer"] == REPLY["text"]
