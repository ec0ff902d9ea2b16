"""What is left out of a serving process. When this fails after an upgrade, compare Rasa's list of channels with bot/lean.py."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import List

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
    """What only a training uses is imported by Rasa where a training is set up, by its rules, and by its neural networks."""
    folder = importlib.util.find_spec("rasa")
    assert folder and folder.submodule_search_locations
    root = Path(folder.submodule_search_locations[0])
    core = [
        f for part in ("core", "engine", "graph_components", "nlu", "shared", "utils") for f in sorted((root / part).rglob("*.py"))
    ]
    users = {
        module: [f.relative_to(root).as_posix() for f in core if module in _imported(f.read_text(encoding="utf-8"))]
        for module in lean.TRAINING
    }
    recipe = ast.parse((root / "engine" / "recipes" / "default_recipe.py").read_text(encoding="utf-8"))

    assert users == {
        "rasa.graph_components.validators.default_recipe_validator": ["engine/recipes/default_recipe.py"],
        "rasa.core.test": ["core/policies/rule_policy.py"],
        "rasa.utils.tensorflow.callback": ["utils/train_utils.py"],
        "rasa.utils.tensorflow.data_generator": ["utils/tensorflow/models.py", "utils/train_utils.py"],
    }
    assert not set(lean.TRAINING) & {node.module for node in recipe.body if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize(
    "module, used, functions",
    [
        ("rasa.core.policies.rule_policy", ["rasa.core.test."], ["_predicted_action_name"]),  # looks for contradictions in stories
        (
            "rasa.utils.train_utils",
            [name for names in lean.TRAINING.values() for name in names],
            ["create_data_generators", "create_common_callbacks"],  # for neural networks
        ),
    ],
)
def test_used_in_training_only(module: str, used: List[str], functions: List[str]) -> None:
    """Of the modules that are loaded and name what was left out, only functions that a training calls use it."""
    spec = importlib.util.find_spec(module)
    assert spec and spec.origin
    all_functions = [
        n for n in ast.walk(ast.parse(Path(spec.origin).read_text(encoding="utf-8"))) if isinstance(n, ast.FunctionDef)
    ]

    assert [f.name for f in all_functions if any(name in ast.unparse(f) for name in used)] == functions


def _imported(source: str) -> set[str]:
    """The modules that a source imports."""
    nodes = list(ast.walk(ast.parse(source)))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


@pytest.mark.rasa
def test_left_out() -> None:
    """With what is left out Rasa's agent, its channels and the server can be imported, and the libraries are not."""
    code = (
        "import bot.lean, sys; bot.lean.leave_out(); import bot.server, bot.agent\n"
        "from rasa.core.channels import BUILTIN_CHANNELS\n"
        "print(*sorted(BUILTIN_CHANNELS))\n"
        "heavy = (*bot.lean.ABSENT, 'tensorflow', 'keras', 'torch', 'transformers', 'sentence_transformers', 'pandas')\n"
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
    import rasa.core.channels  # noqa: F401 - imported to be there

    before = dict(sys.modules)

    lean.leave_out()

    assert dict(sys.modules) == before
