"""Threat: a text on which a regular expression takes minutes."""

from __future__ import annotations

import importlib
import re
import signal
import sre_parse
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, Sequence, Tuple

import pytest

from knowledge.ingest.document import UnreadableDocument
from knowledge.ingest.phrases import LABELS
from knowledge.ingest.reading import read_document
from tests.conftest import ROOT
from tutor.parts import clauses, unopened

LENGTH = 2000  # characters: the longest message that is read, and more than a line of a document on which most patterns run
SOON = 0.05  # seconds of computing in which quick patterns are done; their growth is not measured
LONGEST = 1.0  # seconds of computing, where a blow-up takes minutes
GROWTH = 7  # times as long for twice the text: 2 is linear, 4 quadratic, 8 cubic
LINES = {"phrases", "pages"}  # modules whose patterns see lines of at most 300 characters
USES = re.compile(r"\b(\w+)\.(search|match|fullmatch|findall|finditer|sub|subn|split)\b")


class TooLong(Exception):
    """Time is up."""


def _sources() -> Iterator[Path]:
    for layer in ("knowledge", "index", "tutor", "bot"):
        yield from sorted(p for p in (ROOT / layer).rglob("*.py") if "__main__" not in p.name and "migrations" not in p.parts)


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def _used() -> Dict[str, set[str]]:
    """How each name is used: what it is asked for, wherever."""
    used: Dict[str, set[str]] = {}
    for path in _sources():
        for held, value in vars(importlib.import_module(_module(path))).items():
            if any(value is pattern for pattern, _ in LABELS):  # knowledge.ingest.phrases.label goes through a table
                used.setdefault(held, set()).add("fullmatch")
        for name, method in USES.findall(path.read_text(encoding="utf-8")):
            used.setdefault(name, set()).add(method)
    return used


def _patterns() -> Iterator[Tuple[str, re.Pattern[Any], Sequence[str]]]:
    """Every pattern that a module keeps, with how it is used."""
    used = _used()
    for path in _sources():
        name = _module(path)
        for held, value in vars(importlib.import_module(name)).items():
            if isinstance(value, re.Pattern) and f"{held} = " in path.read_text(encoding="utf-8"):
                yield f"{name}.{held}", value, sorted(used.get(held, {"search"}))


PATTERNS = list(_patterns())


def signs(parsed: Any) -> Iterator[str]:
    """The characters that a parsed pattern names, and one of each class."""
    classes = {"DIGIT": "1", "SPACE": " \n", "WORD": "a1_", "NOT_SPACE": "a-", "NOT_DIGIT": "a", "NOT_WORD": "-"}
    for kind, value in parsed:
        name = str(kind)
        if name == "LITERAL":
            yield chr(value)
        elif name == "RANGE":
            yield chr(value[0])
        elif name == "CATEGORY":
            yield from classes.get(str(value).removeprefix("CATEGORY_"), "")
        elif name == "IN":
            yield from signs(value)
        elif name in ("MAX_REPEAT", "MIN_REPEAT"):
            yield from signs(value[2])
        elif name == "SUBPATTERN":
            yield from signs(value[3])
        elif name == "BRANCH":
            yield from (sign for branch in value[1] for sign in signs(branch))
        elif name in ("ASSERT", "ASSERT_NOT"):
            yield from signs(value[1])


def attacks(pattern: re.Pattern[Any]) -> Iterator[Tuple[str, str, str]]:
    """What is repeated, before and after which: what the pattern likes to repeat, and an end that it does not like."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    likes = sorted(set(signs(sre_parse.parse(source, pattern.flags & ~re.UNICODE & ~re.DEBUG))))
    words = re.findall(r"[A-Za-z]{3,}", source)[:8]
    pairs = [a + b for a in likes[:5] for b in likes[:5] if a != b]
    units = dict.fromkeys(
        [*likes[:60], *" a1-\n\"'(*[<", "a ", "1 ", ". ", ", ", "a-", "a\n", *pairs, *(f"{word} " for word in words)]
    )
    for unit in units:
        yield "", unit, "\0!"
        yield (words[0] if words else likes[0] if likes else "x"), unit, "x"


def seconds(work: Callable[[], Any]) -> float:
    """The computing time of something, given up after LONGEST."""

    def stop(*_: Any) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
    begun = time.process_time()
    try:
        work()
    except TooLong:
        return LONGEST
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return time.process_time() - begun


def applied(pattern: re.Pattern[Any], methods: Sequence[str], attack: Tuple[str, str, str], length: int) -> float:
    """How long a pattern takes for an attack of a length, used as it is used."""
    head, unit, tail = attack
    made: Any = head + (unit * (length // len(unit) + 1))[:length] + tail
    text = made.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else made

    def work() -> None:
        for method in methods:
            if method in ("sub", "subn"):
                pattern.sub(text[:0], text)
            elif method == "finditer":
                list(pattern.finditer(text))
            else:
                getattr(pattern, method)(text)

    return seconds(work)


def _grows(pattern: re.Pattern[Any], methods: Sequence[str], attack: Tuple[str, str, str], length: int) -> bool:
    """Whether twice the text takes GROWTH times as long, in each of three rounds.

    Sums of five are compared: the clock ticks every 4 ms on some machines, and others compute, too.
    """
    return all(
        sum(applied(pattern, methods, attack, length) for _ in range(5))
        > GROWTH * sum(applied(pattern, methods, attack, length // 2) for _ in range(5))
        for _ in range(3)
    )


@pytest.mark.parametrize("name, pattern, methods", PATTERNS, ids=[name for name, *_ in PATTERNS])
def test_pattern(name: str, pattern: re.Pattern[Any], methods: Sequence[str]) -> None:
    """No pattern takes more than quadratic time, nor long, on what it likes to repeat."""
    length = 300 if name.split(".")[-2] in LINES else LENGTH
    for attack in attacks(pattern):
        took = applied(pattern, methods, attack, length)
        if took < SOON:
            continue
        assert took < LONGEST, attack
        assert not _grows(pattern, methods, attack, length), (attack, took)


def test_patterns() -> None:
    """The patterns are found at all, and a bad one would be noticed."""
    bad = re.compile(r"(?:a|a)*b")

    assert len(PATTERNS) > 100
    assert applied(bad, ["match"], ("", "a", "!"), 40) == LONGEST
    assert any(attack[1] == "a" for attack in attacks(bad))


# -- documents ---------------------------------------------------------------------------------------------------------

UNITS = (
    " ",
    "\n",
    "a",
    "a ",
    "-",
    "*",
    "[",
    "](",
    "<a ",
    "<",
    "1. ",
    ". ",
    ", ",
    "\t",
    "| ",
    "|-",
    "(",
    "_a",
    "**a",
    "> ",
    "`",
    "Photo: ",
    "A. ",
    "\r",
    "# ",
    "¹",
)


def written(folder: Path, suffix: str, unit: str, length: int) -> Path:
    """A document of one thing many times, between two sentences."""
    path = folder / f"attack{suffix}"
    prose = "The bread is baked within ten minutes by everybody who knows how to bake."
    path.write_text(f"{prose}\n\n{(unit * (length // len(unit) + 1))[:length]}x\n\n{prose}\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html"])
@pytest.mark.parametrize("unit", UNITS)
def test_document(tmp_path: Path, suffix: str, unit: str) -> None:
    """A document of one thing many times is read, or refused, in time that grows with its length."""

    def read(length: int) -> float:
        path = written(tmp_path, suffix, unit, length)

        def work() -> None:
            with suppress(UnreadableDocument):
                read_document(path)

        begun = time.process_time()
        work()
        return time.process_time() - begun

    read(100)  # word lists are loaded once
    half, whole = read(10_000), min(read(20_000) for _ in range(2))  # the quicker: the collector may run in the other

    assert whole < 5
    assert whole < 1 or whole < GROWTH * half, (half, whole)


@pytest.mark.parametrize(
    "unit",
    [
        "and in a, ",
        "in course ",
        "if a b c ",
        "so, ",
        "which they ",
        "it is it to ",
        "please can you ",
        "discuss and ",
        ": what ",
        "- how is ",
        ", with ",
    ],
)
def test_wrapped_question(unit: str) -> None:
    """Openings, courtesies and conditions that repeat are cut in time."""
    text = unit * (4000 // len(unit))

    assert seconds(lambda: [unopened(part) for part in clauses(text)]) < LONGEST


def test_pasted_task() -> None:
    """What took minutes once: a heading of a task with many spaces in it."""
    assert seconds(lambda: clauses("exam" + " " * 1800 + "a b c d e f g h i j k l m n o p q r s t u v w x y z")) < LONGEST
