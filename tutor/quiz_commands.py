"""`python -m tutor quiz ...`: look at the items of a course, and prove them."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from dataclasses import replace
from typing import Any, Dict, List, Sequence, Tuple

from knowledge.loader import find_course, load_course
from knowledge.models import Course
from tutor.export_commands import add_export
from tutor.item_edits import apply, unknown
from tutor.item_lists import Alikeness, Likeness
from tutor.item_proof import Facts
from tutor.item_rules import faults, lengths, positions, unbalanced
from tutor.item_space import Space, survey
from tutor.items import Item, ItemType
from tutor.settings import load_settings
from tutor.tutor import ready_encoder

Fault = Tuple[str, str]  # an item's id ("" for all items together) and the rule that it breaks


def add_parser(commands: Any) -> None:
    """Add `quiz` to the commands of `python -m tutor`."""
    what = "Look at the quiz questions of the course: `audit` proves them all, `show` prints some."
    quiz = commands.add_parser("quiz", help=what, description=what)
    parts = quiz.add_subparsers(dest="part", required=True, metavar="audit|show|export")
    auditing = parts.add_parser("audit", help=audit.__doc__, description=audit.__doc__)
    auditing.set_defaults(run=audit)
    add_export(parts)
    showing = parts.add_parser("show", help=show.__doc__, description=show.__doc__)
    showing.set_defaults(run=show)
    showing.add_argument("item", nargs="?", metavar="ITEM_ID", help="one question, by its id")
    showing.add_argument("--type", choices=[t.value for t in ItemType], help="only questions of this type")
    showing.add_argument("--form", help="only questions of this pattern, such as strength_of")
    showing.add_argument("--concept", help="only questions on this concept, such as track-2")
    showing.add_argument("--number", type=int, default=10, help="at most so many (default: 10)")
    for command in (auditing, showing):
        command.add_argument("--json", action="store_true", help="print JSON, for programs")


def audit(args: argparse.Namespace) -> int:
    """Make every question, check each by itself against the course, and count; exit 1 if one that is offered fails.

    What `quiz.yml` bans is left out, what it edits is checked as it reads then.
    """
    course, alike = _course()
    made = survey(course, alike)
    space = replace(made, items=apply(made.items, course.quiz_edits))
    found = [*failures(space.items, course, alike), *(("", fault) for fault in unknown(made.items, course.quiz_edits))]
    if args.json:
        print(json.dumps(_record(course, space, found), indent=1, ensure_ascii=False))
    else:
        print("\n".join(_lines(course, space)))
        for item, rule in found:
            print(f"{item or 'all questions together'}: breaks the rule '{rule}'", file=sys.stderr)
    return 1 if found or not space.items else 0


def failures(items: Sequence[Item], course: Course, alike: Likeness) -> List[Fault]:
    """Verify items independently of what made them: single ones, then all together."""
    facts = Facts(course, alike)
    found = [(item.id, rule) for item in items for rule in faults(item, facts)]
    found += [(item, "id given once") for item, times in Counter(i.id for i in items).items() if times > 1]
    return found + [("", rule) for rule in unbalanced(items)]


def show(args: argparse.Namespace) -> int:
    """Print questions with key, proof and hint."""
    course, alike = _course()
    items = [i for i in survey(course, alike).items if _wanted(i, args)][: max(args.number, 0)]
    if not items:
        print("there is no such question; `quiz audit` counts those that there are", file=sys.stderr)
        return 1
    if args.json:
        print(json.dumps([json.loads(i.json(exclude_defaults=True)) for i in items], indent=1, ensure_ascii=False))
    else:
        print("\n\n".join("\n".join(_told(i, course)) for i in items))
    return 0


def _course() -> Tuple[Course, Likeness]:
    settings = load_settings()
    course = load_course(find_course(settings.course))
    return course, Alikeness.over(course, ready_encoder(settings))


def _wanted(item: Item, args: argparse.Namespace) -> bool:
    wishes = ((args.item, item.id), (args.type, item.type.value), (args.form, item.form), (args.concept, item.concept))
    return all(wish in (None, value) for wish, value in wishes)


def _record(course: Course, space: Space, found: Sequence[Fault]) -> Dict[str, Any]:
    keys, wrong = lengths(space.items)
    return {
        "course": course.id,
        "version": course.version,
        "items": len(space.items),
        **_counts(space),
        "rejected": [{"form": form, "rule": rule, "items": n} for (form, rule), n in sorted(space.rejected.items())],
        "key_positions": positions(space.items),
        "mean_length": {"key": round(keys, 1), "distractor": round(wrong, 1)},
        "faults": [{"item": item, "rule": rule} for item, rule in found],
    }


def _counts(space: Space) -> Dict[str, Dict[str, int]]:
    return {
        "by_type": dict(Counter(i.type.value for i in space.items).most_common()),
        "by_form": dict(Counter(i.form for i in space.items).most_common()),
        "by_concept": dict(Counter(i.concept for i in space.items).most_common()),
    }


def _lines(course: Course, space: Space) -> List[str]:
    keys, wrong = lengths(space.items)
    lines = [f"{course.title} ({course.id}, version {course.version}): {len(space.items)} questions"]
    for title, counts in _counts(space).items():
        lines.append(f"{title.replace('_', ' ')}: {', '.join(f'{name} {n}' for name, n in counts.items())}")
    rules: Counter[str] = Counter()
    for (_, rule), n in space.rejected.items():
        rules[rule] += n
    lines.append(f"made but not offered: {', '.join(f'{rule} {n}' for rule, n in rules.most_common()) or 'none'}")
    for options, places in sorted(positions(space.items).items()):
        lines.append(f"where the key stands, of {options} options: {', '.join(map(str, places))}")
    return [*lines, f"mean length in characters: key {keys:.1f}, distractor {wrong:.1f}"]


def _told(item: Item, course: Course) -> List[str]:
    lines = [f"{item.id} ({item.type.value}, {item.form})", item.stem]
    lines += [f"  {p.id}. {p.text}" for p in item.prompts]
    lines += [f"  {'*' if o.id in item.key else ' '} {o.id}) {o.text}" for o in item.options]
    lines += [f"  key: {', '.join(item.key)}"] if item.prompts else []
    lines += [f"  - {p.text}" for p in item.points]
    lines.append(f"  hint: {item.nudge}")
    lines += [
        f"  {g.option} is {'right' if g.right else 'wrong'}: {g.why.value.replace('_', ' ')}, {', '.join(g.claims)}"
        for g in item.proof
        if g.right or not item.prompts
    ]
    return lines
