"""What was measured, kept for whoever wants more than the table."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def folder() -> Path:
    """Where figures are kept, made if it is missing."""
    kept = Path(os.environ.get("TUTOR_VAR", "var")).resolve() / "bench"
    kept.mkdir(parents=True, exist_ok=True)
    return kept


def keep(name: str, figures: Any) -> None:
    """Write figures down as JSON."""
    (folder() / f"{name}.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")
