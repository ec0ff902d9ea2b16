"""What measures is run by hand and seldom, so at least nothing in it may be missing."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ELSEWHERE = {"bench.evaluation.haystack_side"}  # runs under a Python of its own
MODULES = sorted(".".join(path.relative_to(ROOT).with_suffix("").parts) for path in (ROOT / "bench").rglob("*.py"))


@pytest.mark.parametrize("name", [name for name in MODULES if name not in ELSEWHERE and not name.endswith("__main__")])
def test_imports(name: str) -> None:
    """Every module finds what it imports from the others."""
    importlib.import_module(name)
