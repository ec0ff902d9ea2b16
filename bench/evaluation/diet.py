"""Rasa's default pipeline, trained on the same examples: what it takes the messages for."""

from __future__ import annotations

import asyncio
import io
import tempfile
from contextlib import redirect_stdout
from pathlib import Path
from typing import Dict, List, Sequence

import yaml

from bench.evaluation.intents import NLU
from bench.evaluation.messages import Message
from bench.evaluation.play import cached, digest
from bench.yardstick import CONFIG
from index.vocabulary import Vocabulary

SEED = 1


def config() -> str:
    """The NLU part of the yardstick's configuration, with a seed; it has no responses to select."""
    default = yaml.safe_load(CONFIG)
    pipeline = [part for part in default["pipeline"] if part["name"] != "ResponseSelector"]
    seeded = [{**part, "random_seed": SEED} if part["name"] == "DIETClassifier" else part for part in pipeline]
    return str(yaml.safe_dump({"recipe": default["recipe"], "language": "en", "assistant_id": "baseline", "pipeline": seeded}))


def intents(messages: Sequence[Message], vocabulary: Vocabulary, cache: Path) -> Dict[str, List[str]]:
    """The most likely intent of each message as it was typed, and with its names masked as in the examples."""
    texts = {"as_typed": [m.text for m in messages], "masked": [vocabulary.mask(m.text) for m in messages]}
    key = digest(config(), NLU.read_text(encoding="utf-8"), *texts["as_typed"], *texts["masked"])
    read: Dict[str, List[str]] = cached(cache / f"diet-{key}.json", lambda: _train_and_read(texts))
    return read


def _train_and_read(texts: Dict[str, List[str]]) -> Dict[str, List[str]]:
    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    with tempfile.TemporaryDirectory() as scratch:
        written = Path(scratch) / "config.yml"
        written.write_text(config(), encoding="utf-8")
        with redirect_stdout(io.StringIO()):
            model = train_nlu(str(written), str(NLU), scratch, fixed_model_name="baseline")
        if not model:
            raise RuntimeError("Rasa's default pipeline could not be trained")
        agent = Agent.load(model)

    async def read(each: Sequence[str]) -> List[str]:
        return [str((await agent.parse_message(text))["intent"]["name"]) for text in each]

    loop = asyncio.new_event_loop()
    try:
        return {name: loop.run_until_complete(read(each)) for name, each in texts.items()}
    finally:
        loop.close()
