"""`python -m bot.train`: train the bot, unless a model of just this data is there already."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import sys
import tempfile
from contextlib import redirect_stdout
from pathlib import Path
from typing import Iterator

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
        if model.is_file():
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
        for old in settings.models.glob("tutor-*.tar.gz"):
            old.unlink()
        shutil.move(result.model, target)


def _files() -> Iterator[Path]:
    for name in TRAINED_ON:
        path = ROOT / name
        yield from sorted(f for f in path.rglob("*") if f.suffix in (".yml", ".py", ".txt")) if path.is_dir() else [path]


if __name__ == "__main__":
    sys.exit(main())
