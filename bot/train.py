"""`python -m bot.train`: train the bot, unless a model of just this data is there already."""

from __future__ import annotations

import hashlib
import hmac
import io
import os
import shutil
import sys
import tempfile
from contextlib import redirect_stdout
from pathlib import Path
from typing import Iterator, Optional

from bot.quiet import silence, silence_rasa
from tutor.settings import Settings, load_settings
from tutor.tutor import CannotTeach, names_digest, serving_encoder

ROOT = Path(__file__).parent.parent
TRAINED_ON = (
    "config.yml",
    "domain.yml",
    "bot/data",
    "bot/nlu.py",
    *(f"index/{name}" for name in ("encoder.py", "lexical.py", "series.py", "vocabulary.py", "words.py")),
    *(f"index/{name}" for name in ("shorthand.txt", "stopwords.txt")),
    "requirements.lock",
)


def main() -> int:
    """Train if needed; 0 when a model is there, 1 with one line when it cannot be."""
    silence()
    try:
        settings = load_settings()
        model = model_path(settings)
        if model.is_file() and not unfit(model):
            print("the bot is trained")
            return 0
        serving_encoder()  # a missing one is told now, not after a minute
        print("training the bot (about a minute, most of it loading Rasa) ...", flush=True)
        train(settings, model)
        print(f"the bot is trained: {model}")
        return 0
    except (*CannotTeach, TrainingFailed) as error:
        print(error, file=sys.stderr)
        return 1


class TrainingFailed(Exception):
    """Rasa made no model; what it printed says why."""


def model_path(settings: Settings) -> Path:
    """Where the model of the present data, configuration and names belongs."""
    digest = hashlib.sha256()
    for path in _files():
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    digest.update(names_digest(settings).encode())
    return settings.models / f"tutor-{digest.hexdigest()[:12]}.tar.gz"


def unfit(model: Path) -> Optional[str]:
    """Why a model must not be loaded: it is missing, not from here, or not what was trained here; None if it may.

    A model is a program of a kind: whoever wrote it decides what its loader does. So it is a file of the models' folder itself, and
    its SHA-256 stands beside it, written by the training.
    """
    if not model.is_file():
        return f"the trained bot {model} is missing; run: python -m bot.train"
    try:
        known = _seal(model).read_text(encoding="ascii").strip()
        same = hmac.compare_digest(known, hashlib.sha256(model.read_bytes()).hexdigest())
    except (OSError, ValueError, TypeError):
        same = False
    if same and not model.is_symlink():
        return None
    return f"the trained bot {model} is not the one that was trained here (see {_seal(model).name}); run: python -m bot.train"


def seal(model: Path) -> None:
    """Write down the SHA-256 of a model that was just trained, for the owner's eyes only."""
    scratch = _seal(model).with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(hashlib.sha256(model.read_bytes()).hexdigest() + "\n")
    scratch.replace(_seal(model))


def _seal(model: Path) -> Path:
    return model.with_name(model.name + ".sha256")


def train(settings: Settings, target: Path) -> None:
    """Train with Rasa, move the model in whole, and drop older ones."""
    os.chdir(ROOT)  # Rasa imports our components by dotted path
    sys.path.insert(0, str(ROOT))
    from rasa.model_training import train as rasa_train

    silence_rasa()
    settings.models.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.models) as scratch:
        with redirect_stdout(io.StringIO()) as said:
            result = rasa_train(
                "domain.yml", "config.yml", ["bot/data"], output=scratch, fixed_model_name="tutor", force_training=True
            )
        if not result.model:
            raise TrainingFailed(
                f"{said.getvalue()}\nRasa made no model (code {result.code}); mend bot/data, domain.yml or config.yml"
            )
        for old in settings.models.glob("tutor-*.tar.gz*"):
            old.unlink()
        shutil.move(result.model, target)
        seal(target)


def _files() -> Iterator[Path]:
    for name in TRAINED_ON:
        path = ROOT / name
        yield from sorted(f for f in path.rglob("*") if f.suffix in (".yml", ".py", ".txt")) if path.is_dir() else [path]


if __name__ == "__main__":
    sys.exit(main())
