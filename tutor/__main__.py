"""`python -m tutor ...`: the tutor without Rasa, and the author's tool."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections import Counter
from typing import List, Optional

from knowledge.loader import CourseError, find_course, load_course
from tutor.reply import Answer, markdown
from tutor.settings import describe, load_settings
from tutor.tutor import CannotTeach, Tutor, build_index
from tutor.understanding import Question


def main(argv: Optional[List[str]] = None) -> int:
    """Run one command: 0 for success, 1 for a fault of the input, told in one line each, 2 for wrong usage."""
    args = _parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    try:
        return int(args.run(args))
    except CannotTeach as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of our output has gone, as with `| head`
        sys.stderr.close()
        return 0


def ask(args: argparse.Namespace) -> int:
    """Answer one question."""
    text = " ".join(args.question).strip()
    if not text:
        print("the question is empty; write it after `ask`, in quotes", file=sys.stderr)
        return 1
    reply = Tutor.load().reply(Question(text))
    print(reply.json(indent=1, ensure_ascii=False) if args.json else markdown(reply))
    if isinstance(reply, Answer) and reply.suggestions and not args.json:
        print("\nYou could ask next:\n" + "\n".join(f"- {s}" for s in reply.suggestions))
    return 0


def check(args: argparse.Namespace) -> int:
    """Check a course and list every fault."""
    try:
        course = load_course(find_course(args.course or load_settings().course))
    except CourseError as error:
        if not args.json:
            raise
        print(json.dumps({"faults": [fault._asdict() for fault in error.faults]}, indent=1))
        return 1
    by_aspect = Counter(claim.aspect.value for claim in course.claim.values())
    counts = {"sources": len(course.sources), "concepts": len(course.concepts), "claims": len(course.claim)}
    if args.json:
        print(json.dumps({"course": course.id, "version": course.version, **counts, "aspects": by_aspect, "faults": []}, indent=1))
    else:
        print(f"{course.title} ({course.id}, version {course.version}): no faults")
        print(", ".join(f"{n} {noun}" for noun, n in counts.items()))
        print(", ".join(f"{aspect} {n}" for aspect, n in by_aspect.most_common()))
    return 0


def index(args: argparse.Namespace) -> int:
    """Prepare the encoder and build the index, where they are missing or stale."""
    built = build_index(load_settings(), force=args.force)
    print("the index is built" if built else "the index is up to date")
    return 0


def settings(args: argparse.Namespace) -> int:
    """Show every setting with its value and meaning."""
    rows = describe(load_settings())
    if args.json:
        print(json.dumps({name: value for name, (value, _) in rows.items()}, indent=1))
    else:
        print("\n".join(f"{name}={value}\n    {meaning}" for name, (value, meaning) in rows.items()))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tutor", description="The tutor without Rasa, and the author's tool.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for run in (ask, check, index, settings):
        command = commands.add_parser(run.__name__, help=run.__doc__, description=run.__doc__)
        command.set_defaults(run=run)
        if run is not index:
            command.add_argument("--json", action="store_true", help="print JSON, for programs")
        if run is ask:
            command.add_argument("question", nargs="+", help="the question, as a student would type it")
        if run is check:
            command.add_argument("course", nargs="?", help="a course's name or folder (default: TUTOR_COURSE)")
        if run is index:
            command.add_argument("--force", action="store_true", help="build even if it is up to date")
    return parser


if __name__ == "__main__":
    sys.exit(main())
