"""`python -m bench.growing`: what a reply costs late in a conversation, and what is due among a million rows of others.

The conversation is with the trained bot in this process, without HTTP. The database is SQLite in a temporary folder.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Callable, Dict, List

import sqlalchemy as sa

from bench.benchmarks_page import put
from bench.figures import keep
from bench.messages import turns as said
from tutor import tables
from tutor.progress import grade, review
from tutor.storage import Storage

EARLY, LATE, AROUND = 5, 500, 24  # turns
NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
OWN, OTHERS = 10_000, 1_000_000  # reviews
CLAIMS = 500  # of a course
READINGS = 60


def main() -> int:
    """Measure both, print them, and write the figures to var/bench/."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=LATE)
    parser.add_argument("--rows", type=int, default=OTHERS)
    parser.add_argument("--docs", type=Path, help="folder of the page to put the table into")
    asked = parser.parse_args()
    figures = {"conversation": conversation(asked.turns), "learners": learners(asked.rows)}
    keep("growing", figures)
    print(table(figures))
    if asked.docs:
        put(asked.docs, "python -m bench.growing", f"{date.today().isoformat()}.\n\n{table(figures)}")
    return 0


def conversation(turns: int) -> Dict[str, float]:
    """The median milliseconds of a reply around turn 5 and around the last turns, of one conversation with each kind of message."""
    from bot.agent import load_agent, say
    from bot.quiet import silence, silence_rasa
    from bot.train import model_path
    from tutor.settings import load_settings
    from tutor.tutor import Tutor

    silence()
    with tempfile.TemporaryDirectory() as scratch:
        settings = load_settings().copy(update={"database": f"sqlite:///{scratch}/learners.sqlite3", "keep_gaps": False})
        tutor = Tutor.load(settings, learners=True)
        silence_rasa()
        agent = load_agent(model_path(settings), tutor)
        loop = asyncio.new_event_loop()
        says = said(0)
        times = []
        for _ in range(turns + AROUND):
            text = next(says)
            begun = time.perf_counter()
            reply = loop.run_until_complete(say(agent, text, "bench"))
            times.append((time.perf_counter() - begun) * 1000)
            assert reply, text
    early, late = times[EARLY - 1 : EARLY - 1 + AROUND], times[turns - 1 : turns - 1 + AROUND]
    return {"turns": turns, "early_ms": statistics.median(early), "late_ms": statistics.median(late)}


def learners(others: int) -> Dict[str, Any]:
    """Median milliseconds of what the next question reads, of a learner with 10,000 reviews: alone, and among others' rows."""
    with tempfile.TemporaryDirectory() as scratch:
        alone, crowded = (Storage.open(f"sqlite:///{scratch}/{name}.sqlite3") for name in ("alone", "crowded"))
        for storage in (alone, crowded):
            _fill(storage, "ada", OWN)
        for number in range(max(1, others // OWN)):
            _fill(crowded, f"learner-{number}", OWN)
        for storage in (alone, crowded):
            with storage.engine.connect() as db:
                db.exec_driver_sql("ANALYZE")
        return {"rows": others, "own": OWN, "read_ms": _read({"alone": alone, "crowded": crowded})}


def _read(storages: Dict[str, Storage]) -> Dict[str, Dict[str, float]]:
    now = NOON + timedelta(days=400)
    readings: Dict[str, Callable[[Storage], Any]] = {
        "due": lambda s: s.due_claims("ada", now, 500),
        "reviewed": lambda s: s.claims("ada"),
        "seen": lambda s: s.seen("ada"),
        "missed": lambda s: s.missed_items("ada", 500),
    }
    times: Dict[str, Dict[str, List[float]]] = {name: {which: [] for which in storages} for name in readings}
    for _ in range(READINGS):
        for name, read in readings.items():
            for which, storage in storages.items():
                begun = time.perf_counter()
                read(storage)
                times[name][which].append((time.perf_counter() - begun) * 1000)
    return {name: {which: statistics.median(each) for which, each in of.items()} for name, of in times.items()}


def _fill(storage: Storage, learner: str, reviews: int) -> None:
    """Sessions of ten questions, each with a review; written in bulk."""
    after = review(None, "claim", grade(1.0, 0), NOON)
    with storage.engine.begin() as db:
        first = (db.execute(sa.select(sa.func.max(tables.sessions.c.id))).scalar() or 0) + 1
        sessions = range(first, first + reviews // 10)
        db.execute(
            tables.sessions.insert(),
            [{"id": n, "learner": learner, "plan": {}, "status": "done", "started": NOON} for n in sessions],
        )
        turns, kept = [], []
        for n in sessions:
            for number in range(1, 11):
                claim, at = f"claim-{(n * 10 + number) % CLAIMS}", NOON + timedelta(minutes=n * 10 + number)
                right = number % 3 > 0
                asked = {"session": n, "number": number, "item_id": f"item-{claim}", "item": {"id": f"item-{claim}"}}
                said = {"answer": "a", "result": {"correct": right}, "correct": right, "answered_at": at}
                turns.append({**asked, "put_at": at, "hints": 0, **said})
                card = {"stability": after.stability, "difficulty": after.difficulty, "due": after.due}
                what = {"claim": claim, "item": f"item-{claim}", "grade": grade(1.0, 0).value, "score": 1.0}
                kept.append({"learner": learner, "session": n, "number": number, "at": at, **what, **card})
        db.execute(tables.turns.insert(), turns)
        db.execute(tables.reviews.insert(), kept)
        more = {"state": after.state.value, "step": after.step, "last_review": NOON, "reps": 1, "lapses": 0}
        own = {"learner": learner, "stability": after.stability, "difficulty": after.difficulty, "due": after.due, **more}
        db.execute(tables.cards.insert(), [{**own, "claim": f"claim-{n}"} for n in range(CLAIMS)])


def table(figures: Dict[str, Any]) -> str:
    """The figures as Markdown."""
    talk, people = figures["conversation"], figures["learners"]
    rows = ["| what | before | after | ratio |", "|---|---|---|---|"]
    early, late = talk["early_ms"], talk["late_ms"]
    rows.append(f"| a reply, around turn {EARLY} and turn {talk['turns']} | {early:.1f} ms | {late:.1f} ms | {late / early:.2f} |")
    for name, of in people["read_ms"].items():
        what = f"{name}: a learner with {people['own']:,} reviews, alone and among {people['rows']:,} others"
        rows.append(f"| {what} | {of['alone']:.2f} ms | {of['crowded']:.2f} ms | {of['crowded'] / of['alone']:.2f} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.exit(main())
