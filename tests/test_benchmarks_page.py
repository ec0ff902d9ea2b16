"""The page that `make bench` writes, from figures that one can compute by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict
from xml.etree import ElementTree

import pytest

from bench.benchmarks_page import goals, percentile, tables, write_page
from bench.messages import KINDS


@pytest.fixture
def figures() -> Dict[str, Any]:
    """A tutor that is four times as fast as the default bot, a fifth smaller, and 5 ms above its encoder."""
    times = {"tutor": 10.0, "default": 40.0}
    rates = {1: (20.0, 10.0), 2: (60.0, 15.0)}
    return {
        "date": "2026-01-01",
        "cores": 2,
        "load": {"before": 0.5, "after": 2.0},
        "training_s": {"tutor": 30.0, "default": 300.0},
        "ready_s": {"tutor": [20.0, 18.0], "default": [30.0, 40.0]},
        "memory_ready_mb": {"tutor": [500.0], "default": [800.0, 100.0]},
        "memory_mb": {"tutor": [720.0], "default": [800.0, 100.0]},
        "replies_ms": {bot: {kind: [ms] * 5 for kind in KINDS} for bot, ms in times.items()},
        "parts_ms": {
            "tutor": {part: {kind: [5.0] * 3 for kind in KINDS} for part in ("parse", "retrieval", "encoder")},
            "default": {"parse": {kind: [9.0] * 3 for kind in KINDS}},
        },
        "concurrent": [
            {
                "students": students,
                "tutor": {"per_second": own, "times_ms": [10.0, 12.0]},
                "default": {"per_second": other, "times_ms": [40.0, 44.0]},
            }
            for students, (own, other) in rates.items()
        ],
    }


def test_goals(figures: Dict[str, Any]) -> None:
    """Each figure stands against the default bot's: medians, most messages a second, the quickest start, all processes."""
    compared = {what: (own, other) for what, own, other, *_ in goals(figures)}

    assert list(compared.values()) == [(10, 40), (60, 15), (30, 300), (18, 30), (720, 900)]


def test_reached(figures: Dict[str, Any]) -> None:
    """A target is reached at its limit, and said to be missed beyond it."""
    assert "**no**" not in tables(figures)
    figures["memory_mb"]["tutor"] = [730.0]

    rows = [row for row in tables(figures).splitlines() if "**no**" in row]

    assert rows == ["| memory of all processes, after | 730 MB | 900 MB | 0.81 | at most 0.8 | **no** |"]


def test_above_the_encoder(figures: Dict[str, Any]) -> None:
    """The worst kind of message decides how far replies are above the encoder's bare pass."""
    figures["replies_ms"]["tutor"]["chat"] = [46.0] * 5

    assert "| reply p50 above the bare encoder pass, worst kind | 41 ms | | | at most 40 ms | **no** |" in tables(figures)


def test_without_training(figures: Dict[str, Any]) -> None:
    """What was not measured is not compared."""
    del figures["training_s"]["tutor"]

    assert "training" not in tables(figures)


def test_page(figures: Dict[str, Any], tmp_path: Path) -> None:
    """The tables go between their marks, whatever stands around them stays, also the second time; the plots are whole."""
    around = ("before\n<!-- make bench: begin -->\n", "<!-- make bench: end -->\nafter\n")
    (tmp_path / "benchmarks.md").write_text(f"{around[0]}old\n{around[1]}", encoding="utf-8")

    for _ in range(2):
        made = write_page(figures, tmp_path)

    assert (tmp_path / "benchmarks.md").read_text(encoding="utf-8") == f"{around[0]}{made.strip()}\n{around[1]}"
    for name in ("replies", "students"):
        root = ElementTree.parse(tmp_path / "benchmarks" / f"{name}.svg").getroot()  # noqa: S314 - our own
        assert root.tag.endswith("svg") and "default" in (root.findtext("{*}desc") or "")


def test_new_page(figures: Dict[str, Any], tmp_path: Path) -> None:
    """Where there is no page yet, one is begun."""
    made = write_page(figures, tmp_path)

    assert made.strip() in (tmp_path / "benchmarks.md").read_text(encoding="utf-8")


def test_percentile() -> None:
    """The median of 1, 2, 9 is 2; of one time it is that time."""
    assert (percentile([1, 2, 9], 50), percentile([7], 95)) == (2, 7)
