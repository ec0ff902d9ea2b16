"""`python -m tutor report simulate`: simulated learners by three schedules, as table, pictures, JSON and Markdown."""

from __future__ import annotations

import argparse
import json
import logging
import math
import random
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean, median, quantiles, stdev
from typing import Any, Dict, Iterator, List, Sequence, Tuple

from knowledge.loader import find_course, load_course
from knowledge.models import Aspect, Course
from tutor.settings import load_settings
from tutor.simulation import MEMORIES, SCHEDULES, Deck, Outcome, Plan, draw_learner, study
from tutor.simulation_prose import ASSUMPTIONS, HEAD, MEMORY_NAMES, NAMES, READING, WHEN_DUE, WHOLE, mode
from tutor.simulation_svg import recall_svg

LOG = logging.getLogger(__name__)
LISTS = (Aspect.strength, Aspect.weakness)
COLUMNS = ("schedule", "recall on day {exam_day}", "5 to 95 %", "minutes", "answers", "right", "all met on day", "per hour")
Report = Dict[str, Any]
Outcomes = Dict[str, Dict[str, List[Outcome]]]  # by memory, by schedule, in the order of the learners


@dataclass(frozen=True)
class Setting:
    """One run: its name, which is the name of its picture too, and what is studied."""

    name: str
    plan: Plan


def add_simulate(reports: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `simulate` to the reports."""
    about = "Simulated learners: what is recalled weeks later by this tutor's order, a fixed ladder and random order."
    command = reports.add_parser("simulate", help=about, description=about)
    command.add_argument("--learners", type=_at_least(2), default=200, metavar="N", help="how many learners (200)")
    command.add_argument("--days", type=_at_least(1, Plan.exam_day), default=Plan.days, metavar="N", help="days of study (60)")
    command.add_argument("--minutes", type=_at_least(1, 600), default=10, metavar="N", help="minutes of study a day (10)")
    command.add_argument("--cards", type=_at_least(1), metavar="N", help="claims to learn (all strengths and weaknesses)")
    command.add_argument("--seed", type=int, default=1, help="the same seed gives the same report (1)")
    command.add_argument("--variations", action="store_true", help="also with fewer minutes, fewer claims and more claims (slower)")
    command.add_argument("--out", metavar="DIR", type=Path, help="write simulation.md, and its data and pictures, into this folder")
    command.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON, for programs")
    command.set_defaults(run=simulate, what="simulate")


def simulate(args: argparse.Namespace) -> int:
    """Simulate learners and say what came out."""
    course = load_course(find_course(load_settings().course))
    if args.cards and args.cards > len(course.claim):
        print(f"--cards {args.cards}: the course has {len(course.claim)} claims", file=sys.stderr)
        return 1
    report = compare(course, settings_of(course, args), args.learners, args.seed)
    if args.out:
        write(args.out, report)
    print(json.dumps(report, indent=1) if vars(args).get("json") else markdown(report).rstrip())
    return 0


def settings_of(course: Course, args: argparse.Namespace) -> List[Setting]:
    """What to run: the minutes used up, stopping when nothing is due, and both again with other numbers if asked for."""
    plan = Plan(deck(course, args.cards), args.days, float(args.minutes))
    settings = [Setting("recall", plan)]
    if args.variations:
        settings.append(Setting("fewer-minutes", replace(plan, minutes=4.0)))
        sizes = {"fewer-claims": 40, "more-claims": 300}
        settings += [Setting(n, replace(plan, deck=deck(course, size))) for n, size in sizes.items() if size <= len(course.claim)]
    return [s for one in settings for s in (one, Setting(f"{one.name}-when-due", replace(one.plan, whole=False)))]


def deck(course: Course, cards: int | None = None) -> Deck:
    """The course's strengths and weaknesses; or this many claims, those first and then the others in the order of the course."""
    listed = [claim.id for claim in course.claim.values() if claim.aspect in LISTS]
    others = [claim.id for claim in course.claim.values() if claim.aspect not in LISTS]
    claims = tuple([*listed, *others][:cards] if cards else listed)
    return Deck(claims, tuple(course.concept_of[claim] for claim in claims))


# -- figures ---------------------------------------------------------------------------------------------------------------------


def run(plan: Plan, learners: int, seed: int) -> Outcomes:
    """Let the same learners study by every schedule, with every memory."""
    found: Outcomes = {memory: {schedule: [] for schedule in SCHEDULES} for memory in MEMORIES}
    for number in range(learners):
        learner = draw_learner(_chance(seed, number), len(plan.deck.claims), plan.days)
        for memory, of_schedule in found.items():
            for schedule, outcomes in of_schedule.items():
                rng = _chance(seed, number, memory, schedule)
                outcomes.append(study(learner, MEMORIES[memory](learner), SCHEDULES[schedule](plan, rng), plan, rng))
    return found


def _chance(*key: object) -> random.Random:
    return random.Random(".".join(map(str, key)))  # noqa: S311 - no secret


def compare(course: Course, settings: Sequence[Setting], learners: int, seed: int) -> Report:
    """The whole report, JSON-ready."""
    found = []
    for setting in settings:
        LOG.info("%s: %d learners, %d claims ...", setting.name, learners, len(setting.plan.deck.claims))
        found.append(_measured(setting, run(setting.plan, learners, seed)))
    return {"course": {"id": course.id, "version": course.version}, "learners": learners, "seed": seed, "settings": found}


def _measured(setting: Setting, found: Outcomes) -> Report:
    plan = setting.plan
    results = {
        memory: {schedule: summary(outcomes, len(plan.deck.claims)) for schedule, outcomes in of_schedule.items()}
        for memory, of_schedule in found.items()
    }
    rivals = [schedule for schedule in SCHEDULES if schedule != "tutor"]
    leads = {memory: {rival: lead(of["tutor"], of[rival]) for rival in rivals} for memory, of in found.items()}
    numbers = {"cards": len(plan.deck.claims), "days": plan.days, "minutes": plan.minutes, "exam_day": plan.exam_day}
    return {"name": setting.name, **numbers, "whole": plan.whole, "results": results, "lead": leads}


def summary(outcomes: Sequence[Outcome], cards: int) -> Report:
    """Recall with its spread over the learners, and the cost: means, but for the day on which all were met, a median."""
    recall = [o.recall for o in outcomes]
    cuts = quantiles(recall, n=20, method="inclusive")
    met = median(math.inf if o.met_all is None else o.met_all for o in outcomes)
    figures = {"mean": fmean(recall), "sd": stdev(recall), "p5": cuts[0], "p95": cuts[-1]}
    return {
        "recall": {name: round(value, 4) for name, value in figures.items()},
        "minutes": round(fmean(o.minutes for o in outcomes), 1),
        "answers": round(fmean(o.answers for o in outcomes), 1),
        "right": round(fmean(o.right for o in outcomes), 4),
        "met_all": None if math.isinf(met) else met,
        "per_hour": round(fmean(o.recall * cards / (o.minutes / 60) for o in outcomes), 1),
    }


def lead(ours: Sequence[Outcome], theirs: Sequence[Outcome]) -> Report:
    """How far the first recall more, learner by learner: mean, its 95 % interval, and the share of learners who do."""
    ahead = [a.recall - b.recall for a, b in zip(ours, theirs, strict=True)]
    mean, margin = fmean(ahead), 1.96 * stdev(ahead) / math.sqrt(len(ahead))
    share = fmean(difference > 0 for difference in ahead)
    return {"mean": round(mean, 4), "low": round(mean - margin, 4), "high": round(mean + margin, 4), "share": round(share, 4)}


# -- Markdown --------------------------------------------------------------------------------------------------------------------


def write(folder: Path, report: Report) -> None:
    """Write simulation.md, and beside it simulation/report.json and the pictures."""
    beside = folder / "simulation"
    beside.mkdir(parents=True, exist_ok=True)
    (folder / "simulation.md").write_text(markdown(report), encoding="utf-8")
    (beside / "report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    for setting in report["settings"]:
        (beside / f"{setting['name']}.svg").write_text(recall_svg(setting), encoding="utf-8")


def markdown(report: Report) -> str:
    """The whole report."""
    course, first = report["course"], report["settings"][0]
    head = HEAD.format(**report, **first, course_id=course["id"], version=course["version"])
    lines = [head, "## Where this tutor's order is ahead, and where it is not", "", *verdict(report), "", READING]
    for setting in report["settings"]:
        lines += ["", *_section(setting)]
    return "\n".join([*lines, "", ASSUMPTIONS.format(**first)])


def verdict(report: Report) -> Iterator[str]:
    """How often this tutor's order was ahead, level and behind, with equal minutes and without, and where it was behind."""
    found = [
        (standing(lead), setting, memory, rival, lead)
        for setting in report["settings"]
        for memory, of_rival in setting["lead"].items()
        for rival, lead in of_rival.items()
    ]
    yield WHOLE.format(**_counts([row[0] for row in found if row[1]["whole"]]))
    yield WHEN_DUE.format(**_counts([row[0] for row in found if not row[1]["whole"]]))
    for _, setting, memory, rival, lead in (row for row in found if row[0] == "behind"):
        where = f"{MEMORY_NAMES[memory]}, {mode(setting)}{_cost(setting, memory, rival)}"
        yield f"- behind {NAMES[rival]} by {_points(lead)}: {where}"


def _counts(standings: Sequence[str]) -> Dict[str, int]:
    return {"all": len(standings), **{name: standings.count(name) for name in ("ahead", "level", "behind")}}


def _cost(setting: Report, memory: str, rival: str) -> str:
    """What each took, where that differs."""
    ours, theirs = (setting["results"][memory][schedule]["minutes"] for schedule in ("tutor", rival))
    return "" if setting["whole"] else f", {ours:.0f} minutes against {theirs:.0f}"


def standing(lead: Report) -> str:
    """Ahead or behind if the interval of the mean excludes nought, else level."""
    return "ahead" if lead["low"] > 0 else "behind" if lead["high"] < 0 else "level"


def _points(lead: Report) -> str:
    low, high = sorted((abs(lead["low"]), abs(lead["high"])))
    return f"{abs(lead['mean']) * 100:.1f} points ({low * 100:.1f} to {high * 100:.1f})"


def _section(setting: Report) -> Iterator[str]:
    title = mode(setting)
    yield f"## {title[0].upper()}{title[1:]}"
    yield ""
    yield f"![Recall on day {setting['exam_day']}, {title}](simulation/{setting['name']}.svg)"
    for memory, of_schedule in setting["results"].items():
        yield f"\n### With {MEMORY_NAMES[memory]}\n"
        yield _row([name.format(**setting) for name in COLUMNS])
        yield _row(["---"] * len(COLUMNS))
        for schedule, figures in of_schedule.items():
            yield _row([NAMES[schedule], *_cells(figures)])
        yield ""
        for rival, lead in setting["lead"][memory].items():
            yield f"- {_sentence(rival, lead)}{_cost(setting, memory, rival)}."


def _cells(figures: Report) -> Tuple[str, ...]:
    recall = {name: f"{value * 100:.1f}" for name, value in figures["recall"].items()}
    met = "never" if figures["met_all"] is None else f"{figures['met_all']:g}"
    cost = (f"{figures['minutes']:.0f}", f"{figures['answers']:.0f}", f"{figures['right'] * 100:.0f} %", met)
    return f"{recall['mean']} % (sd {recall['sd']})", f"{recall['p5']} to {recall['p95']}", *cost, f"{figures['per_hour']:.1f}"


def _sentence(rival: str, lead: Report) -> str:
    share = f"{lead['share'] * 100:.0f} % of the learners recall more by this tutor's order"
    if standing(lead) == "level":
        return f"Level with {NAMES[rival]} (from {lead['low'] * 100:+.1f} to {lead['high'] * 100:+.1f} points); {share}"
    return f"{standing(lead).title()} {'of ' * (lead['mean'] > 0)}{NAMES[rival]} by {_points(lead)}; {share}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _at_least(lowest: int, highest: int = 100_000) -> Any:
    """A check of a number on the command line."""

    def whole_number(text: str) -> int:
        number = int(text)
        if not lowest <= number <= highest:
            raise argparse.ArgumentTypeError(f"must be {lowest} to {highest}, is {number}")
        return number

    return whole_number
