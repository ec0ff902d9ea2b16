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
from index.vocabulary import Vocabulary

CONFIG = """
recipe: default.v1
language: en
pipeline:
  - name: WhitespaceTokenizer
  - name: RegexFeaturizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
  - name: DIETClassifier
    epochs: 100
    constrain_similarities: true
    random_seed: 1
  - name: EntitySynonymMapper
  - name: FallbackClassifier
    threshold: 0.3
    ambiguity_threshold: 0.1
"""


def intents(messages: Sequence[Message], vocabulary: Vocabulary, cache: Path) -> Dict[str, List[str]]:
    """The most likely intent of each message as it was typed, and with its names masked as in the examples."""
    texts = {"as_typed": [m.text for m in messages], "masked": [vocabulary.mask(m.text) for m in messages]}
    key = digest(CONFIG, NLU.read_text(encoding="utf-8"), *texts["as_typed"], *texts["masked"])
    read: Dict[str, List[str]] = cached(cache / f"diet-{key}.json", lambda: _train_and_read(texts))
    return read


def _train_and_read(texts: Dict[str, List[str]]) -> Dict[str, List[str]]:
    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    with tempfile.TemporaryDirectory() as scratch:
        config = Path(scratch) / "config.yml"
        config.write_text(yaml.safe_dump({**yaml.safe_load(CONFIG), "assistant_id": "baseline"}), encoding="utf-8")
        with redirect_stdout(io.StringIO()):
            model = train_nlu(str(config), str(NLU), scratch, fixed_model_name="baseline")
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
