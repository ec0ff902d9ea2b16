"""What is left out of a serving process. When this fails after an upgrade, compare Rasa's list of channels with bot/lean.py."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from bot import lean

ROOT = Path(__file__).resolve().parent.parent


def test_channels() -> None:
    """The channels that are left out are those that Rasa imports by itself, all but the one for REST that others build on."""
    folder = importlib.util.find_spec("rasa")
    assert folder and folder.submodule_search_locations
    source = Path(folder.submodule_search_locations[0], "core", "channels", "__init__.py").read_text(encoding="utf-8")
    froms = [node for node in ast.parse(source).body if isinstance(node, ast.ImportFrom) and node.module]
    found = {n.module.rpartition(".")[2]: n.names[0].name for n in froms if n.module and n.module.startswith("rasa.core.channels.")}

    assert {k: v for k, v in found.items() if k not in ("channel", "rest")} == lean.CHANNELS


def test_training() -> None:
    """What checks training data is imported by Rasa only where a training is set up, and named in a trained bot's schema."""
    folder = importlib.util.find_spec("rasa")
    assert folder and folder.submodule_search_locations
    root = Path(folder.submodule_search_locations[0])
    users = [
        f.relative_to(root).as_posix() for f in root.rglob("*.py") if "default_recipe_validator import" in f.read_text("utf-8")
    ]
    recipe = ast.parse((root / "engine" / "recipes" / "default_recipe.py").read_text(encoding="utf-8"))
    at_the_top = [node.module for node in recipe.body if isinstance(node, ast.ImportFrom)]

    assert users == ["engine/recipes/default_recipe.py"]
    assert not set(lean.TRAINING) & set(at_the_top)
    assert root.joinpath(*next(iter(lean.TRAINING)).split(".")[1:]).with_suffix(".py").is_file()


@pytest.mark.rasa
def test_left_out() -> None:
    """With what is left out Rasa's agent, its channels and the server can be imported, and the libraries are not."""
    code = (
        "import bot.lean, sys; bot.lean.leave_out(); import bot.server, bot.agent\n"
        "from rasa.core.channels import BUILTIN_CHANNELS\n"
        "print(*sorted(BUILTIN_CHANNELS))\n"
        "heavy = (*bot.lean.ABSENT, 'torch', 'transformers', 'sentence_transformers', 'matplotlib', 'aiogram', 'twilio')\n"
        "print(*(name for name in heavy if sys.modules.get(name)))\n"
        "try:\n    BUILTIN_CHANNELS['slack'].from_credentials({})\nexcept NotImplementedError as error:\n    print(error)\n"
    )

    done = subprocess.run([sys.executable, "-Wi", "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=240, check=True)

    names, heavy, refused = done.stdout.split("\n")[:3]
    assert set(names.split()) == {*lean.CHANNELS, "rest"}
    assert heavy == ""
    assert refused == "Rasa's own 'slack' is left out of the tutor's server; see bot/lean.py"


def test_not_once_rasa_is_there() -> None:
    """Where Rasa's channels are imported already nothing is taken away."""
    pytest.importorskip("rasa.core.channels")
    before = dict(sys.modules)

    lean.leave_out()

    assert {name: sys.modules.get(name) for name in lean.ABSENT} == {name: before.get(name) for name in lean.ABSENT}
