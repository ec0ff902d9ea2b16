"""What lies in deploy/ can be read, names settings that exist, and nginx takes it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, List

import pytest
import yaml

from tests.conftest import lacking
from tests.serving import ROOT
from tutor.settings import Settings

DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.iterdir() if path.is_file())


def documents(name: str) -> List[Any]:
    """What a YAML file holds."""
    return list(yaml.safe_load_all((DEPLOY / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", [*FILES, ROOT / "docs" / "operating.md"], ids=lambda path: path.name)
def test_settings_exist(path: Path) -> None:
    """Every setting that is named can be set."""
    named = set(re.findall(r"TUTOR_([A-Z_]+[A-Z])", path.read_text(encoding="utf-8")))

    assert {name.lower() for name in named} <= set(Settings.__fields__)


def test_compose() -> None:
    """Workers wait for healthy engines, and are given the time to finish what they have in hand."""
    (compose,) = documents("compose.yml")
    worker = compose["services"]["worker"]

    assert {name: wish["condition"] for name, wish in worker["depends_on"].items()} == {
        "postgres": "service_healthy",
        "redis": "service_healthy",
    }
    assert int(worker["stop_grace_period"].rstrip("s")) > 20
    assert set(compose["volumes"]) >= {volume.split(":")[0] for volume in worker["volumes"]}


def test_kubernetes() -> None:
    """A pod is ready when messages are answered, and restarted only when its process is dead."""
    kinds = {document["kind"]: document for document in documents("kubernetes.yml")}
    pod = kinds["Deployment"]["spec"]["template"]["spec"]
    (worker,) = pod["containers"]

    assert worker["readinessProbe"]["httpGet"]["path"] == "/health"
    assert worker["livenessProbe"]["httpGet"]["path"] == worker["startupProbe"]["httpGet"]["path"] == "/alive"
    assert pod["terminationGracePeriodSeconds"] > 20 + 5
    assert kinds["Service"]["spec"]["selector"] == kinds["Deployment"]["spec"]["selector"]["matchLabels"]


def test_nginx() -> None:
    """Nginx takes the configuration."""
    program = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if program is None:
        lacking("Nginx is missing (Debian: apt install nginx-light)")

    done = subprocess.run([str(program), "-t", "-c", str(DEPLOY / "nginx.conf")], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
