"""`python -m bench.parts tutor|default MODEL`: the parts of a reply, each alone: parse, retrieval, the bare encoder."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any, Callable, Dict, List

from bench.messages import KINDS, conversations

ROUNDS = 15  # after one that warms up


def main() -> int:
    """Print the milliseconds of each part as JSON, by part and kind of message."""
    from bot.quiet import silence, silence_rasa

    silence()
    own, model = sys.argv[1] == "tutor", Path(sys.argv[2])
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    from rasa.core.agent import Agent

    silence_rasa()
    agent = Agent.load(str(model))
    parts: Dict[str, Callable[[str], Any]] = {"parse": lambda text: loop.run_until_complete(agent.parse_message(text))}
    if own:
        parts.update(_own_parts())
    times: Dict[str, Dict[str, List[float]]] = {part: {kind: [] for kind in KINDS} for part in parts}
    for number, conversation in enumerate(conversations(ROUNDS + 1)):
        for kind, text in conversation.items():
            for part, work in parts.items():
                begun = time.perf_counter()
                work(text)
                if number:
                    times[part][kind].append((time.perf_counter() - begun) * 1000)
    print(json.dumps(times))
    return 0


def _own_parts() -> Dict[str, Callable[[str], Any]]:
    """Retrieval with a query's vector at hand, and the pass that makes one."""
    from index.encoder import OnnxEncoder, encoder_folder
    from index.retrieval import Retriever
    from knowledge.loader import find_course, load_course
    from tutor.settings import load_settings
    from tutor.tutor import course_vocabulary

    settings = load_settings()
    course, vocabulary = load_course(find_course(settings.course)), course_vocabulary()
    encoder = OnnxEncoder(encoder_folder(settings.encoder_name, settings.encoder_folder))  # one that remembers no text
    retriever = Retriever.load(settings.index_folder(course.id), course, encoder)
    vectors = {text: encoder.encode([text])[0] for said in conversations(ROUNDS + 1) for text in said.values()}
    return {
        "retrieval": lambda text: retriever.search(vocabulary.canonical(text), vectors[text]),
        "encoder": lambda text: encoder.encode([text]),
    }


if __name__ == "__main__":
    sys.exit(main())
