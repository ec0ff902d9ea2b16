"""`python -m bench.fuzzing [--messages N] [--seed N]`: random and mutated messages through the trained bot, in process.

The messages of tests/data/messages.yml and those of quizzes are mutated (`bench/mutating.py`), cleaned as a channel does it,
and said in conversations of up to 40 messages. A fault is: no reply, an apology, an error in the log, a reply of another shape
than the contract's. The exit status is 1 if there was one; the first are printed with their messages.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Sequence, Type

from bench.mutating import messages
from bot.quiet import silence

TALK = 40  # messages of the longest conversation
SHOWN = 20  # faults that are printed
EVERY = 5000  # messages between two lines of progress


@dataclass
class Outcome:
    """What came of it."""

    said: int = 0
    refused: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    faults: List[str] = field(default_factory=list)
    seconds: List[float] = field(default_factory=list)
    slowest: Dict[str, float] = field(default_factory=dict)

    def note(self, text: str, kind: str, seconds: float) -> None:
        """Count one reply."""
        self.said += 1
        self.kinds[kind] += 1
        self.seconds.append(seconds)
        self.slowest[text[:200]] = seconds
        self.slowest = dict(sorted(self.slowest.items(), key=lambda row: -row[1])[:5])

    def told(self) -> str:
        """A few lines for people."""
        ordered = sorted(self.seconds) or [0.0]
        times = ", ".join(
            f"p{share} {1000 * ordered[min(len(ordered) - 1, len(ordered) * share // 100)]:.0f}" for share in (50, 95, 99)
        )
        kinds = ", ".join(f"{kind} {count}" for kind, count in self.kinds.most_common())
        head = f"{self.said} messages answered, {self.refused} refused by the channel, {len(self.faults)} faults"
        return f"{head}\nms: {times}, longest {1000 * ordered[-1]:.0f}\nkinds: {kinds}"


class _Errors(logging.Handler):
    """Collects what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.caught: List[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        cause = f": {record.exc_info[1]!r}" if record.exc_info else ""
        self.caught.append(f"{record.name}: {record.getMessage()}{cause}")


def shapes() -> Dict[str, Type[Any]]:
    """The model of each kind of reply."""
    from tutor.quiz_reply import Feedback, Progress, QuizItem, Summary
    from tutor.reply import Answer, Chat, Clarify, Decline

    models = (Answer, Decline, Clarify, Chat, QuizItem, Feedback, Summary, Progress)
    return {model.__fields__["kind"].default: model for model in models}


def cleaned(text: str) -> Optional[str]:
    """A message as a channel passes it on; None if it refuses it."""
    from bot.channels.rest import BadInput, read_message

    try:
        return read_message({"message": text}, 2000)
    except BadInput:
        return None


def fault_of(reply: Optional[Dict[str, Any]], errors: List[str]) -> Optional[str]:
    """What is wrong with a reply."""
    from bot.actions import APOLOGY

    if errors:
        return f"logged {errors[0]}"
    if reply is None:
        return "no reply"
    if reply.get("text") in (None, "", APOLOGY):
        return f"text {reply.get('text')!r}"
    custom = reply.get("custom") or {}
    model = shapes().get(custom.get("kind", ""))
    if model is None:
        return f"kind {custom.get('kind')!r}"
    try:
        model(**json.loads(json.dumps(custom)))
        json.dumps(reply, ensure_ascii=False).encode("utf-8")
    except (TypeError, ValueError) as error:
        return f"shape of {custom['kind']}: {error}"
    return None


async def fuzz(agent: Any, texts: Iterator[str], count: int, rng: random.Random, progress: bool = False) -> Outcome:
    """Say so many messages to an agent."""
    from bot.agent import say

    outcome, errors = Outcome(), _Errors()
    logging.getLogger().addHandler(errors)
    talks = (f"fuzz-{n}" for n in itertools.count() for _ in range(rng.randint(1, TALK)))
    try:
        for raw, sender in itertools.islice(zip(texts, talks, strict=False), count):
            text = cleaned(raw)
            if text is None:
                outcome.refused += 1
                continue
            errors.caught.clear()
            begun = time.perf_counter()
            try:
                reply = await say(agent, text, sender)
            except Exception as error:
                reply, errors.caught = None, [repr(error)]
            outcome.note(text, ((reply or {}).get("custom") or {}).get("kind", "none"), time.perf_counter() - begun)
            fault = fault_of(reply, errors.caught)
            if fault:
                outcome.faults.append(f"{sender}: {text[:300]!r}: {fault}")
            if progress and outcome.said % EVERY == 0:
                print(outcome.told(), *outcome.faults[:SHOWN], sep="\n", flush=True)
    finally:
        logging.getLogger().removeHandler(errors)
    return outcome


def seeds() -> Sequence[str]:
    """The messages of the development set."""
    from bench.evaluation.messages import load

    return [text for message in load() for text in (message.text, *message.context)]


def main(words: Optional[Sequence[str]] = None) -> int:
    """Fuzz; 1 if there was a fault."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.fuzzing", description="Random and mutated messages through the trained bot."
    )
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(words)
    silence()
    logging.basicConfig(level=logging.CRITICAL)
    from bot.agent import load_agent
    from bot.quiet import silence_rasa
    from bot.train import model_path
    from tutor.settings import load_settings
    from tutor.tutor import Tutor

    silence_rasa()
    settings, rng = load_settings(), random.Random(given.seed)
    with tempfile.TemporaryDirectory() as scratch:
        records = settings.copy(update={"database": f"sqlite:///{Path(scratch) / 'learners.sqlite3'}", "keep_gaps": False})
        agent = load_agent(model_path(settings), Tutor.load(records, learners=True))
        outcome = asyncio.new_event_loop().run_until_complete(
            fuzz(agent, messages(rng, seeds()), given.messages, rng, progress=True)
        )
    print(outcome.told(), *outcome.faults[:SHOWN], sep="\n")
    print("slowest:", *(f"  {1000 * seconds:.0f} ms {text!r}" for text, seconds in outcome.slowest.items()), sep="\n")
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main())
