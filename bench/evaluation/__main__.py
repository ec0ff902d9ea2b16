"""`python -m bench.evaluation` (`make eval`): measure the tutor and what it is compared with, in one run.

Writes report.json, report.md and reliability.svg to var/eval; --commit copies them to docs.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import Any, Dict, List, Optional

from bot.quiet import silence, silence_rasa

silence()

from bench.evaluation import answers, certainty, diet, framework, intents, report, retrieval  # noqa: E402
from bench.evaluation.judging import said  # noqa: E402
from bench.evaluation.messages import ROOT, load  # noqa: E402
from bench.evaluation.play import play, tutor_without_readings  # noqa: E402

DOCS = ROOT / "docs"


def main(arguments: Optional[List[str]] = None) -> int:
    """Measure, write the reports, print the table."""
    given = _options(arguments)
    folder = Path(os.environ.get("TUTOR_VAR", "var")) / "eval"
    measured = {"date": given.date, "command": _command(given), **measure(folder, given.framework_python)}
    report.write(folder, measured)
    if given.commit:
        commit(folder)
    print(report.table(measured))
    print(f"written: {folder}/report.md" + (", docs/evaluation.md" if given.commit else ""))
    return 0


def _options(arguments: Optional[List[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.evaluation", description="Measure the tutor.")
    parser.add_argument("--date", default="", help="the day of the run, as it shall stand in the report")
    parser.add_argument("--commit", action="store_true", help="copy the report to docs")
    parser.add_argument("--framework-python", type=Path, help="a Python with haystack-ai, to compare with")
    return parser.parse_args(arguments)


def _command(given: argparse.Namespace) -> str:
    """The command, without the paths of this machine."""
    options = " --commit" * given.commit + " --framework-python PYTHON" * bool(given.framework_python)
    return f"python -m bench.evaluation{options}"


def measure(folder: Path, framework_python: Optional[Path]) -> Dict[str, Any]:
    """Every figure of one run."""
    from bot.train import model_path
    from index.retrieval import Retriever
    from tutor.settings import load_settings
    from tutor.tutor import serving_encoder

    silence_rasa()
    settings, cache = load_settings(), folder / "cache"
    tutor = tutor_without_readings(settings, folder / "home")
    course, vocabulary, encoder = tutor.course, tutor.vocabulary, serving_encoder()
    retriever = Retriever.load(settings.index_folder(course.id), course, encoder)
    messages = load()
    played = play(messages, tutor, model_path(settings), cache)
    replies = [said(p.reply) for p in played]
    found = retrieval.rankings(messages, retriever, vocabulary)
    baseline = diet.intents(messages, vocabulary, cache)
    other = framework.rankings(messages, course, vocabulary, encoder, framework_python, cache) if framework_python else None
    version, theirs = other or (None, {})
    return {
        "course": {"id": course.id, "version": course.version, "claims": len(course.claim)},
        "messages": len(messages),
        "tutor": answers.measure(messages, replies, course),
        "wrong": answers.outcomes(messages, replies),
        "plain": {name: retrieval.as_tutor(messages, found[name], course) for name in ("dense", "bm25")},
        "framework": {
            "name": "Haystack",
            "version": version,
            **{name: retrieval.as_tutor(messages, each, course) for name, each in theirs.items()},
        },
        "retrieval": {
            **{name: retrieval.measure(messages, each, course) for name, each in found.items()},
            **{f"framework_{name}": retrieval.measure(messages, each, course) for name, each in theirs.items()},
        },
        "intents": {
            "cross_validation": intents.cross_validate(),
            "shipped": intents.on_messages(messages, [p.intent for p in played]),
            **{f"default_{name}": intents.on_messages(messages, each) for name, each in baseline.items()},
        },
        "calibration": certainty.measure(messages, played),
    }


def commit(folder: Path) -> None:
    """Put the report where it is read."""
    (DOCS / "evaluation").mkdir(parents=True, exist_ok=True)
    text = (folder / "report.md").read_text(encoding="utf-8").replace(f"]({report.PLOT})", f"](evaluation/{report.PLOT})")
    (DOCS / "evaluation.md").write_text(text, encoding="utf-8")
    for name in ("report.json", report.PLOT):
        shutil.copy(folder / name, DOCS / "evaluation" / name)


if __name__ == "__main__":
    sys.exit(main())
