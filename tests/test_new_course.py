"""A new course: laid out with a note at every key, in order from the first minute, refused in one line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from index.encoder import Encoder
from knowledge.loader import CourseError, load_course
from knowledge.models import Claim, Concept, CourseFile, Disagreement, Note, Source
from tutor.checking import faults
from tutor.new_course import TEMPLATE, new_course


def test_new_course(tmp_path: Path, toy_encoder: Encoder) -> None:
    """A new course bears the name of its folder, can be loaded, and has no faults."""
    folder = new_course("my-teas", tmp_path)

    course = load_course(folder)
    assert folder == tmp_path / "my-teas"
    assert (course.id, course.title, len(course.concepts)) == ("my-teas", "Tea", 3)
    assert faults(course, folder, toy_encoder) == []


def test_leaves_nothing_else(tmp_path: Path) -> None:
    """Nothing but the course's folder is left behind."""
    new_course("my-teas", tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["my-teas"]
    files = sorted(path.relative_to(TEMPLATE).as_posix() for path in TEMPLATE.rglob("*.yml"))
    assert files == ["concepts/tea.yml", "course.yml", "disagreements.yml", "notes.yml", "quiz.yml", "sources.yml"]


def test_every_key_is_explained() -> None:
    """Every key that an author may write stands in the template."""
    text = "".join(path.read_text(encoding="utf-8") for path in TEMPLATE.rglob("*.yml"))
    keys = [key for model in (CourseFile, Source, Concept, Claim, Disagreement, Note) for key in model.__fields__]

    assert [key for key in keys if f"{key}:" not in text] == []


def test_every_file_is_commented() -> None:
    """Every file of the template begins with a note on what it is."""
    assert all(path.read_text(encoding="utf-8").startswith("# ") for path in TEMPLATE.rglob("*.yml"))


@pytest.mark.parametrize("name", ["", "My Teas", "my_teas", "-teas", "teas.", "../teas", "a/b", "teas\n", "x" * 81, "Tee"])
def test_wrong_name(name: str, tmp_path: Path) -> None:
    """A name that cannot be an id is refused in one line that says what can."""
    with pytest.raises(CourseError) as refused:
        new_course(name, tmp_path)

    message = str(refused.value)
    assert len(refused.value.faults) == 1
    assert "lower-case letters, digits, '.' and '-'" in message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("there", ["folder", "file"])
def test_existing(there: str, tmp_path: Path) -> None:
    """What exists already is left as it is."""
    if there == "folder":
        (tmp_path / "my-teas").mkdir()
    else:
        (tmp_path / "my-teas").write_text("mine", encoding="utf-8")

    with pytest.raises(CourseError, match=r"my-teas: exists already; choose another name or move it away$"):
        new_course("my-teas", tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["my-teas"]


def test_missing_parent(tmp_path: Path) -> None:
    """A parent folder that is missing is not made."""
    with pytest.raises(CourseError, match=r"nowhere: there is no such folder; create it or name another$"):
        new_course("my-teas", tmp_path / "nowhere")
    assert list(tmp_path.iterdir()) == []


def test_parent_is_a_file(tmp_path: Path) -> None:
    """A parent that is a file is refused."""
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(CourseError, match=r"notes\.txt: is a file; name a folder$"):
        new_course("my-teas", tmp_path / "notes.txt")


def test_cannot_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder in which nothing can be written is told in one line, and nothing is left behind."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(shutil, "copytree", refuse)

    with pytest.raises(CourseError, match=r"nothing can be written here \(Permission denied\); choose another folder"):
        new_course("my-teas", tmp_path)
    assert list(tmp_path.iterdir()) == []
