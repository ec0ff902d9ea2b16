"""A public retrieval framework on the same messages, with the same encoder, in an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Tuple

from bench.evaluation.messages import Message
from bench.evaluation.play import cached, digest
from bench.evaluation.retrieval import Ranking
from index.encoder import Encoder
from index.retrieval import documents
from index.vocabulary import Vocabulary
from knowledge.models import Course

SCRIPT = Path(__file__).with_name("haystack_side.py")


def rankings(
    messages: Sequence[Message], course: Course, vocabulary: Vocabulary, encoder: Encoder, python: Path, cache: Path
) -> Optional[Tuple[str, Dict[str, Ranking]]]:
    """Haystack's version, and what its BM25 and vectors, fused by rank, find; None if that Python has no Haystack.

    Twice: with texts as they are, and with the names in both written one way by this project's vocabulary.
    """
    version = _version(python)
    if version is None:
        return None
    found = {}
    for name in ("as_typed", "names_known"):
        payload = _payload(messages, course, vocabulary, encoder, names_known=name == "names_known")
        key = digest(version, SCRIPT.read_text(encoding="utf-8"), json.dumps(payload))
        rows = cached(cache / f"haystack-{name}-{key}.json", lambda sent=payload: _run(python, sent))
        found[name] = Ranking(tuple(tuple(row["claims"]) for row in rows), tuple(row["score"] for row in rows))
    return version, found


def _version(python: Path) -> Optional[str]:
    code = "from haystack.version import __version__; print(__version__)"
    done = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, check=False, env=_environment())
    return done.stdout.strip() if done.returncode == 0 else None


def _payload(
    messages: Sequence[Message], course: Course, vocabulary: Vocabulary, encoder: Encoder, names_known: bool
) -> Dict[str, Any]:
    """Every text of every claim, and every message, with its vector."""

    def plain(text: str) -> str:
        return vocabulary.canonical(text) if names_known else text

    if names_known:
        texts = [(d.id, text) for d in documents(course, vocabulary) for text in d.texts]
    else:
        concepts = ((concept, claim) for concept in course.concepts for claim in concept.claims)
        texts = [(c.id, text) for k, c in concepts for text in (f"{k.name}: {c.text}", *c.questions)]
    asked = [plain(m.text) for m in messages]
    return {
        "documents": [
            {"claim": claim, "text": text, "vector": vector}
            for (claim, text), vector in zip(texts, _vectors(encoder, [text for _, text in texts]), strict=True)
        ],
        "queries": [{"text": text, "vector": vector} for text, vector in zip(asked, _vectors(encoder, asked), strict=True)],
    }


def _vectors(encoder: Encoder, texts: List[str]) -> List[List[float]]:
    return [[round(float(value), 6) for value in row] for row in encoder.encode(texts)]


def _run(python: Path, payload: Dict[str, Any]) -> Any:
    with tempfile.TemporaryDirectory() as scratch:
        given, made = Path(scratch) / "given.json", Path(scratch) / "made.json"
        given.write_text(json.dumps(payload), encoding="utf-8")
        subprocess.run([python, "-I", str(SCRIPT), str(given), str(made)], check=True, env=_environment())
        return json.loads(made.read_text(encoding="utf-8"))


def _environment() -> Dict[str, str]:
    return {**os.environ, "HAYSTACK_TELEMETRY_ENABLED": "false"}
