"""`python -m tutor`: exit status 0, 1 with a line for each fault of the input, 2 for wrong usage."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, List

import pytest

from tests.conftest import ToyEncoder
from tests.serving import make_ready, own_var
from tutor import tutor as wiring
from tutor.__main__ import main
from tutor.reply import Answer


class Exporter:
    """Stands in for the real encoder, whose export takes half a minute."""

    def __init__(self) -> None:
        self.exported: List[str] = []

    def export(self, name: str, folder: Path) -> Path:
        """Note what is exported."""
        self.exported.append(name)
        return folder

    def is_exported(self, name: str, folder: Path) -> bool:
        """Whether it was exported."""
        return name in self.exported


@pytest.fixture(autouse=True)
def exporter(monkeypatch: pytest.MonkeyPatch, course_folder: Path) -> Exporter:
    """The test course, with the toy encoder in the place of the real one."""
    stub = Exporter()
    monkeypatch.setenv("TUTOR_COURSE", str(course_folder))
    monkeypatch.setenv("TUTOR_ENCODER", "toy")
    monkeypatch.setattr(wiring, "export", stub.export)
    monkeypatch.setattr(wiring, "is_exported", stub.is_exported)
    monkeypatch.setattr(wiring, "load_encoder", lambda name, folder: ToyEncoder())
    return stub


@pytest.fixture
def broken(tmp_path: Path, course_folder: Path) -> Path:
    """A copy of the test course with two faults."""
    folder = tmp_path / "broken"
    shutil.copytree(course_folder, folder)
    types = folder / "concepts" / "types.yml"
    text = types.read_text(encoding="utf-8")
    types.write_text(
        text.replace("source: miller-1980", "source: nobody", 1).replace("about: [type-1, type-2]", "about: [type-9]"),
        encoding="utf-8",
    )
    return folder


# -- index ---------------------------------------------------------------------------------------------------------


def test_index(exporter: Exporter, capsys: pytest.CaptureFixture[str]) -> None:
    """The encoder is exported and the index built once; the second time there is nothing to do."""
    assert main(["index"]) == 0
    first = capsys.readouterr().out
    assert main(["index"]) == 0
    second = capsys.readouterr().out

    assert (first, second) == ("the index is built\n", "the index is up to date\n")
    assert exporter.exported == ["toy"]


def test_index_forced(exporter: Exporter, capsys: pytest.CaptureFixture[str]) -> None:
    """An index that is up to date is built anew on demand."""
    main(["index"])
    capsys.readouterr()

    assert main(["index", "--force"]) == 0
    assert capsys.readouterr().out == "the index is built\n"


def test_index_of_another_course(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, course_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A changed course is indexed anew."""
    copy = tmp_path / "bread"
    shutil.copytree(course_folder, copy)
    monkeypatch.setenv("TUTOR_COURSE", str(copy))
    main(["index"])
    types = copy / "concepts" / "types.yml"
    types.write_text(types.read_text(encoding="utf-8").replace("within ten minutes", "within nine minutes"), encoding="utf-8")
    capsys.readouterr()

    assert main(["index"]) == 0
    assert capsys.readouterr().out == "the index is built\n"


# -- ask -----------------------------------------------------------------------------------------------------------


def test_ask(capsys: pytest.CaptureFixture[str]) -> None:
    """An answer is printed as Markdown, with what to ask next."""
    main(["index"])
    capsys.readouterr()

    assert main(["ask", "weaknesses", "of", "type 1"]) == 0
    assert capsys.readouterr().out == (
        "**Weaknesses of Type 1**\n\nType 1 turns hard within a day. [1]\n\n"
        "Sources:\n- Ada Baker, *The Three Types* (1950): [1] page 3\n"
        "\nYou could ask next:\n"
        "- What are the strengths of Type 1?\n- What are examples of Type 1?\n- Compare Type 1 and Type 1.5\n"
    )


def test_ask_json(capsys: pytest.CaptureFixture[str]) -> None:
    """With --json the reply is printed in the shape of the contract, and nothing else."""
    main(["index"])
    capsys.readouterr()

    assert main(["ask", "--json", "weaknesses of type 1"]) == 0
    reply = Answer(**json.loads(capsys.readouterr().out))
    assert [(s.text, s.citations) for s in reply.sentences] == [("Type 1 turns hard within a day.", (1,))]


def test_ask_declined(capsys: pytest.CaptureFixture[str]) -> None:
    """A decline is a reply like any other: exit status 0."""
    main(["index"])
    capsys.readouterr()

    assert main(["ask", "what is type 7?"]) == 0
    assert capsys.readouterr().out.startswith("The course knows no type 7.")


def test_ask_without_an_index(capsys: pytest.CaptureFixture[str]) -> None:
    """Without an index one line names the command that builds it."""
    assert main(["ask", "what is type 1?"]) == 1

    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith("run: python -m tutor index\n")
    assert err.count("\n") == 1


@pytest.mark.parametrize("words", [[""], ["  ", " "]])
def test_ask_nothing(words: List[str], capsys: pytest.CaptureFixture[str]) -> None:
    """An empty question is a fault of the input, told in one line."""
    assert main(["ask", *words]) == 1
    assert capsys.readouterr() == ("", "the question is empty; write it after `ask`, in quotes\n")


# -- check ---------------------------------------------------------------------------------------------------------


HINT = "hint: published.txt: is missing; before students begin, run this check with --publish"


def test_check(capsys: pytest.CaptureFixture[str], course: Any) -> None:
    """A course without faults is counted, and what its author may want to mend is hinted at."""
    assert main(["check"]) == 0
    *counted, hint = capsys.readouterr().out.splitlines()
    assert counted == [
        f"Bread (bread, version {course.version}): no faults",
        "3 sources, 4 concepts, 17 claims, 1 disagreement, 1 note",
        "definition 5, strength 4, weakness 3, participants 1, example 1, relation 1, purpose 1, origin 1",
    ]
    assert hint.startswith(HINT)


def test_check_json(capsys: pytest.CaptureFixture[str], course: Any) -> None:
    """With --json the counts are printed for a program."""
    assert main(["check", "--json"]) == 0

    report = json.loads(capsys.readouterr().out)
    aspects, hints = report.pop("aspects"), report.pop("hints")
    counts = {"sources": 3, "concepts": 4, "claims": 17, "disagreements": 1, "notes": 1}
    assert report == {"course": "bread", "version": course.version, **counts, "faults": []}
    assert sum(aspects.values()) == 17
    assert [hint["file"] for hint in hints] == ["published.txt"]


def test_check_after_publishing(tmp_path: Path, course_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Once its ids are published, a course is warned when one of them changes."""
    folder = shutil.copytree(course_folder, tmp_path / "bread")
    assert main(["check", str(folder), "--publish"]) == 0
    types = folder / "concepts" / "types.yml"
    types.write_text(types.read_text(encoding="utf-8").replace("id: type-2.origin", "id: type-2.yeast"), encoding="utf-8")
    capsys.readouterr()

    assert main(["check", str(folder)]) == 1

    (line,) = capsys.readouterr().err.splitlines()
    assert "type-2.origin" in line and "type-2.yeast" in line


def test_check_against(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Claims can be held against the readings themselves; sources without a file are named."""
    (tmp_path / "baker-1950.txt").write_text("Type 2 stays soft, and its crust sings.\n", encoding="utf-8")

    assert main(["check", "--against", str(tmp_path)]) == 0

    out = capsys.readouterr().out
    assert "baker-1950.txt: taken for 'baker-1950'" in out
    assert "no file for the source 'miller-1980'" in out


def test_check_against_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that is not there is told in one line."""
    assert main(["check", "--against", str(tmp_path / "nowhere")]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_report_coverage(capsys: pytest.CaptureFixture[str]) -> None:
    """Without the readings, coverage tells by concept and locator what the course takes from where."""
    assert main(["report", "coverage"]) == 0
    assert "baker-1950" in capsys.readouterr().out


def test_new_course(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A new course can be checked as it is; a second one of the name is refused in one line."""
    assert main(["new-course", "green-tea", str(tmp_path)]) == 0
    assert main(["check", str(tmp_path / "green-tea")]) == 0
    capsys.readouterr()

    assert main(["new-course", "green-tea", str(tmp_path)]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_check_broken(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A broken course gives a line for each fault, with its file, and exit status 1."""
    assert main(["check", str(broken)]) == 1

    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert out == ""
    assert len([line for line in lines if "nobody" in line]) == 1
    assert len([line for line in lines if "type-9" in line]) == 1
    assert all("types.yml" in line for line in lines if "nobody" in line or "type-9" in line)
    assert "Traceback" not in err


def test_check_broken_json(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --json the faults of a broken course are a list for a program."""
    assert main(["check", str(broken), "--json"]) == 1

    faults = json.loads(capsys.readouterr().out)["faults"]
    assert [sorted(word for word in ("nobody", "type-9") if word in json.dumps(fault)) for fault in faults] == [
        ["nobody"],
        ["type-9"],
    ]


@pytest.mark.parametrize("name", ["no-such-course", "/nowhere"])
def test_check_missing(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A course that is not there is told in one line."""
    assert main(["check", name]) == 1

    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert name in err


# -- settings ------------------------------------------------------------------------------------------------------


def test_settings(capsys: pytest.CaptureFixture[str]) -> None:
    """Every setting is printed with value and meaning."""
    assert main(["settings"]) == 0

    lines = capsys.readouterr().out.splitlines()
    at = lines.index("TUTOR_ENCODER=toy")
    assert lines[at + 1].startswith("    The sentence-transformers model")
    assert f"TUTOR_VAR={os.environ['TUTOR_VAR']}" in lines


def test_settings_json(capsys: pytest.CaptureFixture[str]) -> None:
    """With --json the settings are one object."""
    assert main(["settings", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "TUTOR_COURSE": os.environ["TUTOR_COURSE"],
        "TUTOR_ENCODER": "toy",
        "TUTOR_ENCODER_INT8": "False",
        "TUTOR_VECTORS": "",
        "TUTOR_VAR": os.environ["TUTOR_VAR"],
        "TUTOR_MODELS": os.environ["TUTOR_MODELS"],
        "TUTOR_MAX_FILE_MB": "50",
        "TUTOR_MAX_MESSAGE": "2000",
        "TUTOR_KEEP_GAPS": "True",
        "TUTOR_DATABASE": "",
        "TUTOR_TRACKER": "",
        "TUTOR_KEEP_DAYS": "90",
        "TUTOR_SECRET": "",
        "TUTOR_TOKEN_DAYS": "30",
        "TUTOR_ORIGINS": "",
        "TUTOR_HOSTS": "",
        "TUTOR_REST_TOKEN": "",
        "TUTOR_REDIS": "",
        "TUTOR_ACTIONS": "",
        "TUTOR_RATE_LEARNER": "60",
        "TUTOR_RATE_ADDRESS": "6000",
        "TUTOR_PROXIES": "0",
        "TUTOR_METRICS_TOKEN": "",
        "TUTOR_LOG_LEVEL": "info",
        "TUTOR_SLACK_APP_TOKEN": "",
        "TUTOR_SLACK_SIGNING_SECRET": "",
        "TUTOR_SLACK_BOT_TOKEN": "",
        "TUTOR_SLACK_API_URL": "https://slack.com/api/",
    }


@pytest.mark.parametrize("command", [["settings"], ["check"], ["index"], ["ask", "type 1"]])
def test_wrong_setting(command: List[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A setting that cannot be used is named, whatever the command."""
    monkeypatch.setenv("TUTOR_MAX_MESSAGE", "many")

    assert main(command) == 1
    assert capsys.readouterr().err.startswith("TUTOR_MAX_MESSAGE: ")


# -- usage ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "argv", [[], ["sing"], ["ask"], ["check", "--loud"], ["settings", "extra"], ["index", "--json"]], ids=" ".join
)
def test_wrong_usage(argv: List[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong usage is answered with the usage and exit status 2."""
    with pytest.raises(SystemExit) as stopped:
        main(argv)

    assert stopped.value.code == 2
    assert capsys.readouterr().err.startswith("usage: python -m tutor")


@pytest.mark.parametrize(
    "argv", [["--help"], ["ask", "--help"], ["check", "--help"], ["index", "--help"], ["settings", "--help"]], ids=" ".join
)
def test_help(argv: List[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Every command explains itself."""
    with pytest.raises(SystemExit) as stopped:
        main(argv)

    assert stopped.value.code == 0
    assert capsys.readouterr().out.startswith("usage: python -m tutor")


# -- for real ------------------------------------------------------------------------------------------------------


def test_process(project: Path, broken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command itself exits with 0 for a good course and 1 for a broken one, with no traceback."""
    make_ready()  # the encoder takes long to export
    monkeypatch.setenv("TUTOR_VAR", str(own_var(tmp_path)))
    monkeypatch.delenv("TUTOR_ENCODER")
    command = [sys.executable, "-m", "tutor", "check"]

    good = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=60, check=False)
    bad = subprocess.run([*command, str(broken)], cwd=project, capture_output=True, text=True, timeout=60, check=False)

    counts = "3 sources, 4 concepts, 17 claims, 1 disagreement, 1 note"
    assert (good.returncode, good.stdout.splitlines()[1], good.stderr) == (0, counts, "")
    assert (bad.returncode, bad.stdout, "Traceback" in bad.stderr) == (1, "", False)
