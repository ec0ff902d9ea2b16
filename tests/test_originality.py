"""The course is in our own words: no file shares a run of eight words with the readings."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
CHECK = PROJECT.parent / "shared" / "tools" / "check_originality.py"  # lives beside the project, as the readings do


@pytest.mark.skipif(not CHECK.is_file(), reason="the readings are not beside the project")
def test_originality() -> None:
    """No file of the project repeats a run of eight words of a reading."""
    done = subprocess.run([sys.executable, str(CHECK), str(PROJECT)], capture_output=True, text=True, timeout=50, check=False)

    assert (done.returncode, done.stdout.splitlines()) == (0, ["0 copied runs of 8+ words"])
