"""`python -m tutor ingest` and `report library`: what is printed, and the exit status."""

from __future__ import annotations

import argparse
import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Callable, List

import pytest

from index.library import LibraryError, Store
from knowledge.loader import CourseError
from tests import readings
from tests.conftest import ToyEncoder
from tests.readings import write
from tutor import tutor as wiring
from tutor.ingest_command import SHOWN, _effects, _Progress, ingest, report_library
from tutor.ingesting import Effect
from tutor.settings import load_settings

YEAST = "Yeast raises the dough of every loaf overnight."
SODA = "Soda lifts the other loaves in the oven at once."
HARD = "Type 1 turns hard within a day."

Run = Callable[..., int]


@pytest.fixture(autouse=True)
def _toys(monkeypatch: pytest.MonkeyPatch, course_folder: Path) -> None:
    """The test course with the toy encoder; a reading supports what stands in it word for word."""
    monkeypatch.setenv("TUTOR_COURSE", str(course_folder))
    monkeypatch.setenv("TUTOR_ENCODER", "toy")
    monkeypatch.setattr(wiring, "is_exported", lambda name, folder: True)
    monkeypatch.setattr(wiring, "load_encoder", lambda name, folder: ToyEncoder())
    monkeypatch.setitem(sys.modules, "tutor.support", SimpleNamespace(support=readings.support))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where documents are."""
    return tmp_path / "documents"


def run(*paths: object, **options: Any) -> int:
    """Run the command with these arguments."""
    none: dict[str, Any] = dict.fromkeys(["source", "title", "author", "year", "url"])
    switches = {"remove": [], "rollback": False, "list": False, "json": False}
    return ingest(argparse.Namespace(**{"paths": [str(path) for path in paths], **none, **switches, **options}))


def store() -> Store:
    """The library on disk."""
    return Store(load_settings().library_folder("bread"))


def held() -> List[str]:
    """The ids of the documents in the library."""
    return [entry.source.id for entry in store().state().entries]


def test_add(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A document that is added is told with how well it was read, what it changes, and the way back."""
    assert run(write(folder, "baker-1950.txt", YEAST, HARD)) == 0

    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0].startswith("added: baker-1950: 2 paragraphs, 100.0% of the words known, 0 spots removed, 0 mended; ")
    assert "- 1 claim with an original paragraph to open now: type-1.weakness" in lines
    assert lines[-2:] == ["The library now holds 1 document with 2 passages.", "To undo this: python -m tutor ingest --rollback"]
    assert err == "baker-1950.txt: 2 of 2 passages (100 %)\n"


def test_add_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is there already is told as unchanged, and nothing else is."""
    file = write(folder, "a.txt", YEAST)
    run(file)
    capsys.readouterr()

    assert run(file) == 0
    assert capsys.readouterr() == ("unchanged: a\nThe library now holds 1 document with 1 passage.\n", "")


def test_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder is added with all its documents, described by the `sources.yml` in it; other files are passed over."""
    write(folder, "a.txt", YEAST)
    write(folder / "deep", "b.md", SODA)
    write(folder, "photo.jpg", "no text")
    write(folder, "sources.yml", "sources:\n  - {id: a, title: On Rye, author: Eva Eater, year: 1999}")

    assert run(folder) == 0

    assert {e.source.id: (e.source.title, e.source.year) for e in store().state().entries} == {
        "a": ("On Rye", 1999),
        "b": ("B", None),
    }


def test_folder_without_documents(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder without a document is a fault of the input."""
    write(folder, "photo.jpg", "no text")

    assert run(folder) == 1
    assert f"{folder}: holds no document that can be read (text, Markdown, HTML, PDF or DOCX)" in capsys.readouterr().err


def test_faulty_sources(folder: Path) -> None:
    """A `sources.yml` with a fault stops the command before anything is added."""
    write(folder, "a.txt", YEAST)
    write(folder, "sources.yml", "sources: 7")

    with pytest.raises(CourseError, match=r"sources\.yml"):
        run(folder)

    assert held() == []


def test_failed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be read is told on the error stream, a line each, with exit status 1; the rest is added."""
    good, bad = write(folder, "a.txt", YEAST), write(folder, "song.mp3", "la")

    assert run(bad, folder / "gone.txt", good, write(folder, "empty.txt")) == 1

    failed = [line for line in capsys.readouterr().err.splitlines() if "passages" not in line]
    assert [line.partition(":")[0] for line in failed] == ["song.mp3", "gone.txt", "empty.txt"]
    assert held() == ["a"]


def test_described(folder: Path) -> None:
    """What is said of one document describes it."""
    assert run(write(folder, "a.txt", YEAST), source="rye", title="On Rye", author="Eva Eater", year=1999) == 0

    (entry,) = store().state().entries
    assert (entry.source.id, entry.source.title, entry.source.author, entry.source.year) == ("rye", "On Rye", "Eva Eater", 1999)


def test_described_together(folder: Path) -> None:
    """What is said of one document cannot be said of two."""
    with pytest.raises(LibraryError, match="describe one document, and 2 are named; add it by itself"):
        run(write(folder, "a.txt", YEAST), write(folder, "b.txt", SODA), title="On Rye")

    assert held() == []


def test_remove(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A document is taken out by its id, and the last one too."""
    run(write(folder, "a.txt", YEAST))
    capsys.readouterr()

    assert run(remove=["a"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "removed: a"
    assert "The library now holds 0 documents with 0 passages." in lines
    assert held() == []


def test_remove_unknown(folder: Path) -> None:
    """A document that is not there cannot be taken out."""
    run(write(folder, "a.txt", YEAST))

    with pytest.raises(LibraryError, match="the library has no document 'x'; it has: a"):
        run(remove=["x"])


def test_rollback(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A step back is told by what came back and what went."""
    run(write(folder, "a.txt", YEAST))
    run(remove=["a"])
    capsys.readouterr()

    assert run(rollback=True) == 0

    assert capsys.readouterr().out.startswith("added: a: 1 paragraph, ")
    assert held() == ["a"]


def test_rollback_of_nothing() -> None:
    """Where nothing was done nothing can be undone."""
    with pytest.raises(LibraryError, match="nothing to go back to"):
        run(rollback=True)


def test_list(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The library is listed, a line for each document; an empty one tells how to begin."""
    assert run(list=True) == 0
    empty = capsys.readouterr().out
    run(write(folder, "a.txt", YEAST, SODA))
    capsys.readouterr()

    assert run(list=True) == 0

    assert empty == "the library is empty; add readings with: python -m tutor ingest PATH...\n"
    assert capsys.readouterr().out == "a: A (Author not named); 2 passages, from a.txt\n"


def test_list_while_another_writes(folder: Path) -> None:
    """The library can be listed while another command changes it."""
    run(write(folder, "a.txt", YEAST))

    with store().locked():
        assert run(list=True) == 0


def test_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --json the outcome is one object: ids by what was done with them, the effect and the library."""
    assert run(write(folder, "a.txt", YEAST), write(folder, "empty.txt"), json=True) == 1

    record = json.loads(capsys.readouterr().out)
    assert {kind: record[kind] for kind in ("added", "replaced", "unchanged", "removed")} == {
        "added": ["a"],
        "replaced": [],
        "unchanged": [],
        "removed": [],
    }
    assert (len(record["failed"]), record["state"], record["library"][0]["source"]["id"]) == (1, 1, "a")
    assert sorted(record["effect"]) == ["gained", "lost", "moved", "questions", "unsupported"]


def test_list_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --json the library is listed for a program."""
    run(list=True, json=True)

    assert json.loads(capsys.readouterr().out) == {"library": [], "state": 0}


@pytest.mark.parametrize(
    "options", [{}, {"rollback": True, "list": True}, {"remove": ["a"], "rollback": True}, {"paths": ["a"], "list": True}], ids=str
)
def test_wrong_usage(options: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing to do, or two things at once, is wrong usage: exit status 2, and nothing is touched."""
    assert run(**options) == 2

    out, err = capsys.readouterr()
    assert (out, err) == ("", "name files or folders to add, or one of --remove, --rollback, --list\n")
    assert not load_settings().var.exists()


def test_stale_library_is_refreshed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that was made with other rules is made anew before anything else is done with it."""
    run(write(folder, "a.txt", YEAST))
    before = store().state().made_with
    monkeypatch.setattr("tutor.ingesting.reading_rules", lambda: "other")

    run(write(folder, "b.txt", SODA))

    assert held() == ["a", "b"]
    assert store().state().made_with != before


# -- effects -------------------------------------------------------------------------------------------------------


def test_no_effect() -> None:
    """Where nothing changes, that is said."""
    assert list(_effects(Effect())) == ["no answer of the course changes"]


def test_many_effects() -> None:
    """Of many claims and questions the first are shown, and how many there are."""
    effect = Effect(gained=tuple("abcdefg"), questions=(("why?", "a, paragraph 1"), ("how?", "nothing")))

    gained, questions = _effects(effect)

    assert gained == f"7 claims with an original paragraph to open now: {', '.join('abcdefg'[:SHOWN])}, ..."
    assert questions == "2 questions of the course now find another passage: “why?” finds a, paragraph 1; “how?” finds nothing"


# -- progress ------------------------------------------------------------------------------------------------------


def test_progress_in_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    """Where no terminal shows it, progress is a line for each tenth, and the last."""
    show = _Progress()

    for done in range(1, 101):
        show("a.txt", done, 100)
    show("b.txt", 1, 1)

    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "a.txt: 1 of 100 passages (1 %)"
    assert lines[-2:] == ["a.txt: 100 of 100 passages (100 %)", "b.txt: 1 of 1 passages (100 %)"]
    assert len(lines) == 12


def test_progress_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal progress is one moving line, which ends when the document is done."""
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys, "stderr", terminal)
    show = _Progress()

    show("a.txt", 1, 2)
    show("a.txt", 2, 2)

    assert terminal.getvalue() == "\ra.txt: 1 of 2 passages (50 %)\033[K\ra.txt: 2 of 2 passages (100 %)\033[K\n"


# -- report --------------------------------------------------------------------------------------------------------


def test_report(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each document is reported with how well it was read; for a program by its id."""
    run(write(folder, "a.txt", YEAST))
    capsys.readouterr()

    assert report_library(None, False) == 0
    line = capsys.readouterr().out
    assert report_library(None, True) == 0

    assert line == "a: 1 paragraph, 100.0% of the words known, 0 spots removed, 0 mended\n"
    assert list(json.loads(capsys.readouterr().out)) == ["a"]


def test_report_of_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """An empty library has nothing to report."""
    assert report_library(None, False) == 0
    assert "the library is empty" in capsys.readouterr().out


def test_report_of_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of one document every spot that was mended is shown, original and mended side by side."""
    run(write(folder, "a.txt", f"{YEAST} Bakers under-\nstand this. {SODA}"))
    capsys.readouterr()

    assert report_library("a", False) == 0
    out = capsys.readouterr().out
    assert report_library("a", True) == 0

    mended = json.loads(capsys.readouterr().out)["mends"]
    assert [(m["original"], m["mended"]) for m in mended] == [("under-\nstand", "understand")]
    assert "Mended (1):\n- hyphenated break: under- stand -> understand\n" in out


def test_report_of_unknown(folder: Path) -> None:
    """A document that is not there is told with those that are."""
    run(write(folder, "a.txt", YEAST))

    with pytest.raises(LibraryError, match="the library has no document 'x'; it has: a"):
        report_library("x", False)
