"""`python -m tutor ...`: the tutor without Rasa, and the author's tool."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from typing import List, Optional

from tutor.author_commands import check, new_course, report
from tutor.ingest_command import ingest
from tutor.quiz_commands import add_parser as add_quiz
from tutor.reply import Answer, markdown
from tutor.settings import describe, load_settings
from tutor.simulation_report import add_simulate
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
    except KeyboardInterrupt:
        print("\nstopped; what was finished is kept, and the same command goes on from there", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output has gone, as with `| head`
        sys.stderr.close()
        return 0


def ask(args: argparse.Namespace) -> int:
    """Answer one question."""
    text = " ".join(args.question).strip()
    if not text:
        print("the question is empty; write it after `ask`, in quotes", file=sys.stderr)
        return 1
    reply = Tutor.load().answer(Question(text))
    print(reply.json(indent=1, ensure_ascii=False) if args.json else markdown(reply))
    if isinstance(reply, Answer) and reply.suggestions and not args.json:
        print("\nYou could ask next:\n" + "\n".join(f"- {s}" for s in reply.suggestions))
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
    for run in (ask, check, index, ingest, report, new_course, settings):
        command = commands.add_parser(run.__name__.replace("_", "-"), help=run.__doc__, description=run.__doc__)
        command.set_defaults(run=run)
        _ARGUMENTS.get(run.__name__, lambda _: None)(command)
        if run not in (index, new_course):
            command.add_argument("--json", action="store_true", help="print JSON, for programs")
    add_quiz(commands)
    return parser


def _of_ask(command: argparse.ArgumentParser) -> None:
    command.add_argument("question", nargs="+", help="the question, as a student would type it")


def _of_check(command: argparse.ArgumentParser) -> None:
    command.add_argument("course", nargs="?", help="a course's name or folder (default: TUTOR_COURSE)")
    command.add_argument("--against", metavar="FOLDER", help="compare each claim with the readings in this folder")
    command.add_argument(
        "--publish", action="store_true", help="write down the ids of all claims, which may not change from then on"
    )


def _of_index(command: argparse.ArgumentParser) -> None:
    command.add_argument("--force", action="store_true", help="build even if it is up to date")


def _of_ingest(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "paths", nargs="*", metavar="PATH", help="a file, or a folder with files; a sources.yml in it describes them"
    )
    command.add_argument("--source", metavar="ID", help="which reading of the course this is, or an id of your own")
    for name in ("title", "author", "url"):
        command.add_argument(f"--{name}", help=f"{name} of the document, for its citations")
    command.add_argument("--year", type=int, help="year of the document, for its citations")
    command.add_argument("--list", action="store_true", help="show what the library holds")
    command.add_argument("--remove", nargs="+", metavar="ID", help="take documents out of the library")
    command.add_argument("--rollback", action="store_true", help="undo the last change of the library")


def _of_report(command: argparse.ArgumentParser) -> None:
    reports = command.add_subparsers(dest="what", required=True, metavar="REPORT")
    coverage = reports.add_parser("coverage", help="claims and paragraphs, both ways")
    coverage.add_argument("--against", metavar="FOLDER", help="read the readings in this folder, not those in the library")
    gaps = reports.add_parser("gaps", help="what was asked in vain")
    answers = reports.add_parser("answers", help="answers that students reported")
    library = reports.add_parser("library", help="how well each reading was read")
    library.add_argument("document", nargs="?", metavar="ID", help="show every spot of this document")
    for one in (coverage, gaps, answers, library):
        one.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON, for programs")
    add_simulate(reports)


def _of_new_course(command: argparse.ArgumentParser) -> None:
    command.add_argument("name", metavar="NAME", help="the id of the course, such as green-tea")
    command.add_argument("folder", nargs="?", default=".", help="where its folder is made (default: here)")


_ARGUMENTS = {
    "ask": _of_ask,
    "check": _of_check,
    "index": _of_index,
    "ingest": _of_ingest,
    "report": _of_report,
    "new_course": _of_new_course,
}


if __name__ == "__main__":
    sys.exit(main())
