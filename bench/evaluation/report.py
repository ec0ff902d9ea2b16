"""The report: figures as JSON, as Markdown, and the plot of the probabilities."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List, Sequence, Tuple

from bench.evaluation.calibration import reliability_svg
from bench.evaluation.messages import GROUPS
from bench.evaluation.prose import BESIDE, CERTAINTY, HEAD, INTENTS, INTENTS_ON_MESSAGES, RULES, SEARCH
from bench.evaluation.ranking import DEPTHS

PLOT = "reliability.svg"
Report = Dict[str, Any]

GOALS: Sequence[Tuple[str, str, str]] = (  # name, figure of the tutor, goal
    ("judged right", "right", "95 % or more"),
    ("declined where it must", "declined", "95 % or more"),
    ("declines with the expected reason", "reason_right", ""),
    ("false refusals (answerable, declined)", "false_refusals", "2 % or fewer"),
    ("asked back where an answer was due", "asked_back", ""),
    ("false answers (not answerable, answered)", "false_answers", "5 % or fewer"),
    ("answers with a confused track", "track_confusion.answers", "0"),
    ("... that does not even name the track asked for", "track_confusion.unnamed", "0"),
    ("sentences, cells, positions with a confused track", "track_confusion.parts", "0"),
    ("sentences, cells, positions without a citation", "uncited_parts", "0"),
    ("citations that lead nowhere", "unresolved_citations", "0"),
    ("cited claims on an expected concept", "citation_precision.concept", ""),
    ("... and on an expected aspect", "citation_precision.concept_and_aspect", ""),
    ("expected facts found", "fact_recall", ""),
)
SYSTEMS = (
    ("the tutor", "tutor"),
    ("vectors alone", "plain.dense"),
    ("BM25 alone", "plain.bm25"),
    ("Haystack, as typed", "framework.as_typed"),
    ("Haystack, names known", "framework.names_known"),
)
COMPARED = (  # name, figure, whether more is better
    ("judged right", "right", True),
    ("declined where it must", "declined", True),
    ("false refusals", "false_refusals", False),
    ("false refusals of messages that stand by themselves", "false_refusals_alone", False),
    ("answers with a confused track", "track_confusion.answers", False),
    ("cited claims on concept and aspect", "citation_precision.concept_and_aspect", True),
    ("expected facts found", "fact_recall", True),
)
RETRIEVERS = (
    ("fused, as shipped", "fused"),
    ("vectors alone", "dense"),
    ("BM25 alone", "bm25"),
    ("Haystack, as typed", "framework_as_typed"),
    ("Haystack, names known", "framework_names_known"),
)
READERS = (
    ("sentence vectors, logistic regression (shipped)", "shipped"),
    ("Rasa's default (DIET), as typed", "default_as_typed"),
    ("Rasa's default (DIET), names masked", "default_masked"),
)
READ = (
    ("family right", "family", True),
    ("expected act", "expected_act", True),
    ("left to search", "left_open", False),
    ("out of scope, found", "out_of_scope_recall", True),
    ("answerable, taken for out of scope", "false_out_of_scope", False),
)


def write(folder: Path, report: Report) -> None:
    """Write report.json, report.md and the plot."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / "report.md").write_text(markdown(report), encoding="utf-8")
    plot = reliability_svg(report["calibration"]["free"].get("bins", []), "Free questions: predicted and observed")
    (folder / PLOT).write_text(plot, encoding="utf-8")


def markdown(report: Report) -> str:
    """The whole report."""
    sections = (_head, table, _groups, _comparison, _winners, _retrieval, _intents, _calibration, _wrong, _rules)
    return "\n\n".join(section(report) for section in sections) + "\n"


def _head(report: Report) -> str:
    day = f" on {report['date']}" if report["date"] else ""
    course = report["course"]
    return HEAD.format(
        command=report["command"], day=day, messages=report["messages"], **{f"course_{k}": v for k, v in course.items()}
    )


def table(report: Report) -> str:
    """The main figures beside their goals."""
    rows = [(name, _figure(_at(report["tutor"], path)), goal) for name, path, goal in GOALS]
    return _table(("the tutor", "measured", "goal"), rows)


def _groups(report: Report) -> str:
    systems = _present(report, SYSTEMS)
    rows = [(group, *(_percent(_at(report, path)["by_group"][group]) for _, path in systems)) for group in GROUPS]
    sizes = {group: report["tutor"]["by_group"][group]["of"] for group in GROUPS}
    named = [(f"{group} ({sizes[group]})", *rest) for group, *rest in rows]
    return "## Judged right, by kind of message\n\n" + _table(("kind (messages)", *(name for name, _ in systems)), named)


def _comparison(report: Report) -> str:
    systems = _present(report, SYSTEMS)
    rows = [(name, *(_percent(_at(_at(report, path), figure)) for _, path in systems)) for name, figure, _ in COMPARED]
    rows.append(("judged right at the threshold that suits it best", "", *(_best(report, path) for _, path in systems[1:])))
    version = report["framework"]["version"]
    ran = f"Haystack is version {version}." if version else "The comparison with a public framework (Haystack) was not run."
    return f"{BESIDE}\n{ran}\n\n" + _table(("figure", *(name for name, _ in systems)), rows)


def _best(report: Report, path: str) -> str:
    return _percent(_at(report, path)["best_threshold"])


def _winners(report: Report) -> str:
    lines = [
        *_better(report, SYSTEMS, "the tutor", COMPARED, ""),
        *_better(
            report,
            SYSTEMS,
            "the tutor",
            [(f"judged right among {g}", f"by_group.{g}", True) for g in GROUPS if g != "small talk"],
            "",
        ),
        *_better(report, RETRIEVERS, "the fused search", [(name, name, True) for name in _measures()], "retrieval."),
        *_better(report, READERS, "the shipped intent model", [row for row in READ if row[1] != "left_open"], "intents."),
    ]
    said = "\n".join(f"- {line}" for line in lines) or "In no figure of this report."
    return f"## Where the others win\n\nEvery figure in which another is ahead, by however little.\n\n{said}"


def _better(
    report: Report, systems: Sequence[Tuple[str, str]], ours: str, figures: Sequence[Tuple[str, str, bool]], prefix: str
) -> List[str]:
    """One line for each figure in which another does better than the first of the systems."""
    found = [(name, _at(report, prefix + path)) for name, path in systems if _has(report, prefix + path)]
    lines = []
    for name, path, more in figures:
        own, *others = [(system, _share(_at(figures_of, path))) for system, figures_of in found]
        better = [(system, value) for system, value in others if (value > own[1] if more else value < own[1])]
        if better:
            theirs = ", ".join(f"{system} {_as_percent(value)}" for system, value in better)
            lines.append(f"{name}: {theirs}; {ours} {_as_percent(own[1])}")
    return lines


def _retrieval(report: Report) -> str:
    systems = [(name, path) for name, path in RETRIEVERS if path in report["retrieval"]]
    rows = [(name, *(f"{report['retrieval'][path][m]:.3f}" for m in _measures())) for name, path in systems]
    queries = report["retrieval"]["fused"]["queries"]
    return SEARCH.format(queries=queries) + _table(("search", *_measures()), rows)


def _measures() -> List[str]:
    return [*(f"recall@{k}" for k in DEPTHS), *(f"hit@{k}" for k in DEPTHS), "ndcg@10"]


def _intents(report: Report) -> str:
    cross = report["intents"]["cross_validation"]
    rows = [(name, *(_percent(report["intents"][path][figure]) for _, figure, _ in READ)) for name, path in READERS]
    worst = sorted(cross["f1"].items(), key=lambda item: item[1])[:8]
    return (
        INTENTS.format(
            accuracy=_as_percent(cross["accuracy"]),
            macro_f1=_as_percent(cross["macro_f1"]),
            worst=", ".join(f"{name} {value:.2f}" for name, value in worst),
            **{name: cross[name] for name in ("examples", "intents", "folds")},
        )
        + _table(("examples of", "taken for", "times"), _confusions(cross["confusion"]))
        + INTENTS_ON_MESSAGES
        + _table(("pipeline", *(name for name, _, _ in READ)), rows)
    )


def _confusions(confusion: Dict[str, Dict[str, int]]) -> List[Tuple[str, str, str]]:
    cells = [(n, true, got) for true, row in confusion.items() for got, n in row.items() if got != true]
    return [(true, got, str(n)) for n, true, got in sorted(cells, key=lambda c: (-c[0], c[1], c[2]))[:12]]


def _calibration(report: Report) -> str:
    names = (
        ("free questions", "free"),
        ("free questions, weights refitted without them", "free_held_out"),
        ("every message that could be searched", "all"),
    )
    found = [(name, report["calibration"][key]) for name, key in names]
    rows = [(name, str(f["questions"]), str(f["answerable"]), f"{f['ece']:.3f}", f"{f['brier']:.3f}") for name, f in found]
    figures = _table(("messages", "number", "answerable", "ECE", "Brier"), rows)
    return f"{CERTAINTY}{figures}\n\n![Reliability]({PLOT})"


def _wrong(report: Report) -> str:
    rows = [(w["id"], _escape(w["text"]), w["group"], _escape("; ".join(w["faults"]))) for w in report["wrong"]]
    return f"## Judged wrong\n\n{len(rows)} messages.\n\n" + _table(("id", "message", "kind", "fault"), rows)


def _rules(_: Report) -> str:
    return RULES


def _present(report: Report, systems: Sequence[Tuple[str, str]]) -> List[Tuple[str, str]]:
    return [(name, path) for name, path in systems if _has(report, path)]


def _has(report: Report, path: str) -> bool:
    try:
        return _at(report, path) is not None
    except KeyError:
        return False


def _at(figures: Any, path: str) -> Any:
    """The figure at a path of keys."""
    for key in path.split("."):
        figures = figures[key]
    return figures


def _share(figure: Any) -> float:
    return float((figure["share"] or 0.0) if isinstance(figure, dict) else figure)


def _figure(figure: Any) -> str:
    return f"{_percent(figure)} ({figure['count']} of {figure['of']})" if isinstance(figure, dict) else str(figure)


def _percent(figure: Dict[str, Any]) -> str:
    return "–" if figure["share"] is None else _as_percent(figure["share"])


def _as_percent(value: float) -> str:
    return f"{value:.1%}".replace("%", " %")


def _escape(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
