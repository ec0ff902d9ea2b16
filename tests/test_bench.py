"""What measures is run by hand and seldom, so at least nothing in it may be missing."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from bench.messages import KINDS, conversations, turns

ROOT = Path(__file__).resolve().parent.parent
ELSEWHERE = {"bench.evaluation.haystack_side"}  # runs under a Python of its own
MODULES = sorted(".".join(path.relative_to(ROOT).with_suffix("").parts) for path in (ROOT / "bench").rglob("*.py"))


@pytest.mark.parametrize("name", [name for name in MODULES if name not in ELSEWHERE and not name.endswith("__main__")])
def test_imports(name: str) -> None:
    """Every module finds what it imports from the others."""
    importlib.import_module(name)


def test_conversations() -> None:
    """Each conversation has a message of each kind, and none repeats what an earlier one said while there is more."""
    said = conversations(30)

    assert all(list(one) == list(KINDS) for one in said)
    for kind in ("definition", "list", "comparison", "free question", "decline", "chat"):
        assert len({one[kind] for one in said}) == 30, kind


def test_students_begin_apart() -> None:
    """Students who write at once do not say the same at once."""
    first = [next(turns(number)) for number in range(8)]

    assert len(set(first)) == 8
