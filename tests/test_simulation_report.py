"""The report on simulated learners: figures by hand, nothing made prettier, the same bytes from the same seed."""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import Any, Dict, List
from xml.etree import ElementTree

import pytest

from knowledge.models import Course
from tutor import simulation_report
from tutor.simulation import MEMORIES, SCHEDULES, Outcome
from tutor.simulation_report import add_simulate, compare, deck, lead, markdown, settings_of, summary, verdict
from tutor.simulation_svg import recall_svg


def outcomes(*recall: float) -> List[Outcome]:
    """One outcome for each share recalled, each after an hour and 100 answers."""
    return [Outcome(share, 100, 60.0, 0.8, day) for share, day in zip(recall, (3, None, 5, 4), strict=False)]


def test_summary() -> None:
    """Mean, standard deviation and the 5 % and 95 % points over the learners; cost; what is recalled for each hour."""
    found = summary(outcomes(0.2, 0.4, 0.6, 0.8), cards=50)

    assert found["recall"] == {"mean": 0.5, "sd": 0.2582, "p5": 0.23, "p95": 0.77}
    assert (found["minutes"], found["answers"], found["right"], found["met_all"]) == (60.0, 100, 0.8, 4.5)
    assert found["per_hour"] == 25.0


def test_never_met() -> None:
    """If most learners never meet all claims, there is no day."""
    assert summary([Outcome(0.1, 1, 1.0, 1.0, day) for day in (None, None, 2)], 4)["met_all"] is None


def test_lead() -> None:
    """Differences are taken learner by learner: 0.1, 0.1 and 0.4 are 0.2 on average, sd 0.1732."""
    found = lead(outcomes(0.3, 0.5, 0.9), outcomes(0.2, 0.4, 0.5))

    margin = 1.96 * 0.17320508 / math.sqrt(3)
    assert found == {"mean": 0.2, "low": round(0.2 - margin, 4), "high": round(0.2 + margin, 4), "share": 1.0}


@pytest.fixture(scope="module")
def report(request: pytest.FixtureRequest) -> Dict[str, Any]:
    """A report on three learners who study the test course for five days."""
    course: Course = request.getfixturevalue("course")
    return compare(course, settings_of(course, arguments("--days", "5", "--minutes", "2")), 3, seed=1)


def arguments(*given: str) -> argparse.Namespace:
    """The command line, read."""
    parser = argparse.ArgumentParser()
    add_simulate(parser.add_subparsers())
    return parser.parse_args(["simulate", *given])


def test_deck(course: Course) -> None:
    """By default strengths and weaknesses are learnt; more claims are those first, then the others."""
    listed = deck(course)
    everything = deck(course, len(course.claim))

    assert {course.claim[c].aspect.value for c in listed.claims} == {"strength", "weakness"}
    assert everything.claims[: len(listed.claims)] == listed.claims
    assert sorted(everything.claims) == sorted(course.claim)
    assert list(listed.concepts) == [course.concept_of[c] for c in listed.claims]
    assert deck(course, 2).claims == listed.claims[:2]


def test_settings(course: Course) -> None:
    """Each setting is run twice, with the minutes used up and stopping when nothing is due; variations are asked for."""
    plain = settings_of(course, arguments())
    varied = settings_of(course, arguments("--variations"))

    assert [(s.name, s.plan.whole, s.plan.minutes, s.plan.days) for s in plain] == [
        ("recall", True, 10.0, 60),
        ("recall-when-due", False, 10.0, 60),
    ]
    assert {s.plan.minutes for s in varied} == {10.0, 4.0}


def test_markdown_owns_up(report: Dict[str, Any]) -> None:
    """The report says that it is a simulation, what it assumes, and shows every order and memory with spread and cost."""
    text = markdown(report)

    assert "**This is a simulation. No student took part.**" in text
    assert "## What it assumes" in text
    for setting in report["settings"]:
        for of_schedule in setting["results"].values():
            assert list(of_schedule) == list(SCHEDULES)
            for figures in of_schedule.values():
                assert f"{figures['recall']['mean'] * 100:.1f} % (sd {figures['recall']['sd'] * 100:.1f})" in text
    assert "{" not in text


def test_told_where_it_is_behind(report: Dict[str, Any]) -> None:
    """Every comparison in which the tutor's order is behind is named, with its points and, where they differ, the minutes."""
    behind = {"mean": -0.031, "low": -0.042, "high": -0.02, "share": 0.1}
    level = {"mean": -0.001, "low": -0.02, "high": 0.018, "share": 0.5}
    rows = [{**s, "lead": {m: {"ladder": behind, "random": level} for m in MEMORIES}} for s in report["settings"]]

    lines = list(verdict({**report, "settings": rows}))

    assert "ahead in 0, level in 2 and **behind in 2** of 4" in lines[0]
    told = [line for line in lines if line.startswith("- behind the fixed ladder by 3.1 points (2.0 to 4.2): memory by")]
    assert len(told) == 4
    assert [" minutes against " in line for line in told] == [False, False, True, True]


def test_picture(report: Dict[str, Any]) -> None:
    """The picture is well-formed, has words for those who cannot see it, a mark of its own for each order, and greys alone."""
    picture = recall_svg(report["settings"][0])

    root = ElementTree.fromstring(picture)  # noqa: S314 - our own
    names = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert names.count("circle") == len(MEMORIES)
    assert root.findtext("{*}title", "").startswith("Recall on day 90")
    assert "memory by ACT-R, random order" in root.findtext("{*}desc", "")
    assert set(picture.split("#")[1:]) and all(len(set(part[:3])) == 1 for part in picture.split("#")[1:])


def test_same_seed_same_bytes(course_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """The same seed writes the same bytes; another seed writes others."""
    monkeypatch.setenv("TUTOR_COURSE", str(course_folder))
    written = []

    for n, seed in enumerate(("1", "1", "2")):
        folder = tmp_path / str(n)
        args = arguments("--learners", "2", "--days", "3", "--minutes", "1", "--seed", seed, "--out", str(folder))
        assert args.run(args) == 0
        written.append({p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")})

    assert (
        list(map(sorted, written))
        == [["simulation.md", "simulation/recall-when-due.svg", "simulation/recall.svg", "simulation/report.json"]] * 3
    )
    assert written[0] == written[1] != written[2]
    assert capsys.readouterr().out.startswith("# Three ways")


def test_json(course_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """With --json programs can read it."""
    monkeypatch.setenv("TUTOR_COURSE", str(course_folder))
    args = arguments("--learners", "2", "--days", "1", "--minutes", "1", "--cards", "3", "--json")

    status = args.run(args)

    found = json.loads(capsys.readouterr().out)
    assert status == 0
    assert [s["cards"] for s in found["settings"]] == [3, 3]


def test_wrong_numbers(course_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """More claims than the course has is a fault of the input; numbers that make no sense are wrong usage."""
    monkeypatch.setenv("TUTOR_COURSE", str(course_folder))
    args = arguments("--cards", "9999")

    assert args.run(args) == 1
    assert "9999" in capsys.readouterr().err
    for wrong in (("--learners", "1"), ("--days", "91"), ("--minutes", "0"), ("--cards", "many")):
        with pytest.raises(SystemExit) as stopped:
            arguments(*wrong)
        assert stopped.value.code == 2


def test_no_library_of_plots() -> None:
    """The report needs no plotting library."""
    assert "matplotlib" not in Path(simulation_report.__file__).read_text(encoding="utf-8")
