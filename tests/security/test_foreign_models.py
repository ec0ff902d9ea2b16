"""Threat: a model that somebody else made. Rasa's loaders run what stands in a model; pickles would run anything."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Callable

import pytest

from bot import train
from tests.serving import ROOT, environment, make_ready
from tutor.settings import load_settings

PICKLES = (".pkl", ".pickle", ".joblib", ".dill", ".npy", ".pt", ".h5")
UNPICKLERS = ("pickle", "joblib", "dill", "cloudpickle", "shelve", "marshal")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model that was trained here."""
    made = tmp_path / "models" / "tutor-0123456789ab.tar.gz"
    made.parent.mkdir()
    made.write_bytes(b"as it was trained")
    train.seal(made)
    return made


def replaced(model: Path) -> None:
    model.write_bytes(b"as somebody else made it")


def unsealed(model: Path) -> None:
    train._seal(model).unlink()


def wrongly_sealed(model: Path) -> None:
    train._seal(model).write_bytes(b"\xff\xfe nothing of the kind")


def linked(model: Path) -> None:
    elsewhere = model.parent.parent / "elsewhere.tar.gz"
    model.rename(elsewhere)
    model.symlink_to(elsewhere)


def test_own_model(model: Path) -> None:
    """A model that is as it was trained is loaded; its hash is for the owner's eyes only."""
    assert train.unfit(model) is None
    assert stat.S_IMODE(train._seal(model).stat().st_mode) == 0o600


@pytest.mark.parametrize("change", [replaced, unsealed, wrongly_sealed, linked])
def test_foreign_model(model: Path, change: Callable[[Path], None]) -> None:
    """A model that was replaced, has no hash of ours, or lies in another folder is refused in one line with the remedy."""
    change(model)

    fault = train.unfit(model)

    assert fault is not None
    assert fault.startswith(f"the trained bot {model} is not the one that was trained here")
    assert fault.endswith("run: python -m bot.train")
    assert "\n" not in fault


def test_never_given_to_rasa(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rasa does not get to see a refused model."""
    from bot import agent

    replaced(model)
    monkeypatch.setattr(agent, "rasa_load_agent", lambda **_: pytest.fail("loaded"))

    with pytest.raises(agent.NotReady, match="is not the one that was trained here"):
        agent.load_agent(model, None)  # type: ignore[arg-type]


def test_trained_anew(model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The next training replaces a refused model."""
    replaced(model)
    monkeypatch.setattr(train, "model_path", lambda _: model)
    monkeypatch.setattr(train, "serving_encoder", lambda: None)
    monkeypatch.setattr(train, "train", lambda _, target: train.seal(target))

    assert train.main() == 0
    assert train.unfit(model) is None
    assert "the bot is trained: " in capsys.readouterr().out


@pytest.mark.rasa
def test_refused_by_the_server(tmp_path: Path) -> None:
    """`python -m bot` ends with status 1 and one line when the model was replaced."""
    make_ready()
    real = train.model_path(load_settings(environment()))
    fake = tmp_path / real.name
    fake.write_bytes(b"anything")

    done = subprocess.run(
        [sys.executable, "-m", "bot"],
        cwd=ROOT,
        env=environment(PORT="5998", TUTOR_MODELS=str(tmp_path)),
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "is not the one that was trained here" in done.stderr


@pytest.mark.rasa
def test_no_pickles_inside() -> None:
    """A model of ours holds nothing that is unpickled."""
    make_ready()
    with tarfile.open(ROOT / train.model_path(load_settings(environment()))) as packed:
        names = packed.getnames()

    assert any(name.endswith(".skops") for name in names)
    assert [name for name in names if name.endswith(PICKLES)] == []


def test_nothing_is_unpickled() -> None:
    """No code of ours reads pickles; numpy's own are never allowed."""
    for layer in ("knowledge", "index", "tutor", "bot"):
        for path in (ROOT / layer).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert not [name for name in UNPICKLERS if f"import {name}" in text or f"from {name}" in text], path
            assert "allow_pickle=True" not in text.replace(" ", ""), path


def test_models_from_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a model server nor a remote storage is configured, from which Rasa would fetch models."""
    assert "models:" not in (ROOT / "bot" / "endpoints.yml").read_text(encoding="utf-8")
    assert not [name for name in os.environ if name.startswith("RASA_MODEL")]
