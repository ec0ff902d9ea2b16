"""Where the trained bot belongs: its name changes with what it is trained on, and with nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Tuple

import pytest

from bot import train
from tutor.settings import Settings, load_settings


@pytest.fixture
def copy(tmp_path: Path, project: Path, course_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Tuple[Path, Path]:
    """A copy of all that the bot is trained on, and of the test course."""
    root, course = tmp_path / "root", tmp_path / "bread"
    for name in train.TRAINED_ON:
        source, target = project / name, root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
    shutil.copytree(course_folder, course)
    monkeypatch.setattr(train, "ROOT", root)
    monkeypatch.setenv("TUTOR_COURSE", str(course))
    return root, course


def edit(path: Path, old: str, new: str) -> None:
    """Replace some text of a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_same(copy: Tuple[Path, Path]) -> None:
    """Without a change the model has the same place, in the models' folder."""
    first, second = train.model_path(load_settings()), train.model_path(load_settings())

    assert first == second
    assert first.parent == load_settings().models
    assert first.match("tutor-????????????.tar.gz")


@pytest.mark.parametrize("name", train.TRAINED_ON)
def test_trained_on(copy: Tuple[Path, Path], name: str) -> None:
    """A change of anything that the bot is trained on asks for another model."""
    before = train.model_path(load_settings())
    path = copy[0] / name

    for file in [path] if path.is_file() else sorted(f for f in path.rglob("*") if f.suffix in (".py", ".yml"))[:1]:
        file.write_text(file.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")

    assert train.model_path(load_settings()) != before


def test_example(copy: Tuple[Path, Path]) -> None:
    """A new example asks for another model."""
    before = train.model_path(load_settings())

    edit(copy[0] / "bot" / "data" / "nlu.yml", "      - define TOPIC\n", "      - define TOPIC\n      - do define TOPIC\n")

    assert train.model_path(load_settings()) != before


@pytest.mark.parametrize(
    "file, old, new",
    [
        ("concepts/types.yml", "also_called: [flatbread, flat bread]", "also_called: [flatbread]"),
        ("concepts/types.yml", "name: Type 2", "name: Type Two"),
        ("concepts/people.yml", "kind: person", "kind: term"),
        ("course.yml", "tails: [bread]", "tails: [bread, loaf]"),
    ],
)
def test_names(copy: Tuple[Path, Path], file: str, old: str, new: str) -> None:
    """A change of the course's names asks for another model: names are masked in the examples."""
    before = train.model_path(load_settings())

    edit(copy[1] / file, old, new)

    assert train.model_path(load_settings()) != before


@pytest.mark.parametrize(
    "file, old, new",
    [
        ("concepts/types.yml", "within ten minutes", "within nine minutes"),
        ("concepts/types.yml", "locator: page 12", "locator: page 13"),
        ("concepts/types.yml", "which loaf stays soft?", "which loaf is soft?"),
        ("sources.yml", "year: 1950", "year: 1951"),
        ("course.yml", "title: Bread", "title: Breads"),
    ],
)
def test_claims(copy: Tuple[Path, Path], file: str, old: str, new: str) -> None:
    """A change of claims, sources or title needs no training."""
    before = train.model_path(load_settings())

    edit(copy[1] / file, old, new)

    assert train.model_path(load_settings()) == before


def test_encoder(copy: Tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Another sentence encoder asks for another model."""
    before = train.model_path(load_settings())

    monkeypatch.setenv("TUTOR_ENCODER", "toy")

    assert train.model_path(load_settings()) != before


def test_nothing_to_do(copy: Tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A model that is there is not trained again."""
    model = train.model_path(load_settings())
    model.parent.mkdir(parents=True)
    model.write_bytes(b"trained")
    train.seal(model)
    monkeypatch.setattr(train, "train", lambda *_: pytest.fail("trained"))

    assert train.main() == 0
    assert capsys.readouterr().out == "the bot is trained\n"


def test_no_encoder(copy: Tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """Without the sentence encoder one line names the command that makes it."""
    assert train.main() == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.endswith("run: python -m tutor index\n")


def test_failure(copy: Tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A training that makes no model is told in one line."""

    def fail(settings: Settings, target: Path) -> None:
        raise train.TrainingFailed("Rasa made no model (code 1)")

    monkeypatch.setattr(train, "train", fail)
    monkeypatch.setattr(train, "serving_encoder", lambda: None)

    assert train.main() == 1
    assert capsys.readouterr().err == "Rasa made no model (code 1)\n"
