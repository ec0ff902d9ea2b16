"""Threat: a package with a known flaw, of an unknown licence, or that nobody meant to add."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any, Dict, List

import pytest
import yaml

from scripts.licences import PAGE, pinned, rows
from tests.conftest import ROOT

ADVISORIES: List[Dict[str, Any]] = yaml.safe_load((ROOT / "security" / "advisories.yml").read_text(encoding="utf-8"))["accepted"]
ID = re.compile(r"CVE-\d{4}-\d{4,}|GHSA(-[0-9a-z]{4}){3}|PYSEC-\d{4}-\d+")


def test_all_pinned() -> None:
    """Every line of the lock is one package in one version, from no address."""
    lines = [
        line for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
    ]

    assert len(pinned()) == len(lines) > 100
    assert len(dict(pinned())) == len(lines)
    assert not [line for line in lines if "://" in line or line.startswith("-")]


def test_listed() -> None:
    """Every pinned package stands with its version in docs/licences.md, and no other: `python scripts/licences.py` writes it."""
    listed = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)[1:]

    assert sorted((name, version) for name, version, _ in listed) == sorted(pinned())


def test_licences() -> None:
    """Every package says under which licence it is, and what is written down is what it says."""
    written = PAGE.read_text(encoding="utf-8")
    silent = [name for name, _, licence in rows() if licence == "not said"]
    changed = [row for row in rows() if row[2] != "not installed here" and "| {} | {} | {} |".format(*row) not in written]

    assert (silent, changed) == ([], [])


@pytest.mark.parametrize("entry", ADVISORIES, ids=[entry["package"] for entry in ADVISORIES])
def test_accepted(entry: Dict[str, Any]) -> None:
    """What is accepted is about the version that is pinned, names advisories, and has a reason that says what of it is used."""
    assert dict(pinned()).get(entry["package"]) == entry["version"], "weigh it anew: the version has changed"
    assert all(ID.fullmatch(each) for each in entry["ids"])
    assert entry["forced_by"] in dict(pinned())
    assert len(entry["reason"].split()) >= 8


def test_audit_says_that_it_could_not(tmp_path: Path) -> None:
    """Without a way to ask, `make audit` says so and is no pass."""
    for tool in ("sh", "dirname", "grep", "sort", "sed", "mktemp", "cat", "rm"):
        (tmp_path / tool).symlink_to(next(p for p in (Path(d) / tool for d in os.environ["PATH"].split(":")) if p.exists()))
    (tmp_path / "pip-audit").write_text("#!/bin/sh\necho 'ConnectionError: no route'\nexit 1\n", encoding="utf-8")
    (tmp_path / "pip-audit").chmod(0o755)

    done = subprocess.run(
        ["/bin/sh", ROOT / "scripts" / "audit.sh"], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )

    assert done.returncode == 3
    assert "this run says nothing about the packages" in done.stderr
