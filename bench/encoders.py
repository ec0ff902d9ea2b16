"""`python -m bench.encoders`: the exported encoder and the one in 8 bits beside sentence-transformers: cosine, retrieval, time.

Texts are claims and questions of the course, queries the messages of the evaluation. Nothing of the tutor's own state is touched.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any, Dict, List, Sequence

import numpy as np

from bench.benchmarks_page import put
from bench.evaluation.messages import load as load_messages
from bench.figures import keep
from index.dense import DenseIndex
from index.encoder import Encoder, OnnxEncoder, SentenceTransformerEncoder, Vectors, encoder_name, export
from index.vocabulary import Vocabulary
from knowledge.loader import find_course, load_course
from tutor.settings import load_settings

TEXTS = 200
PASSES = 200  # of one message each
NEAREST = 10


def main() -> int:
    """Measure, print a Markdown table, and write it with the figures to var/bench/."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--docs", type=Path, help="folder of the page to put the table into")
    asked_for = parser.parse_args()
    settings = load_settings()
    course = load_course(find_course(settings.course))
    vocabulary = Vocabulary(course)
    texts = [vocabulary.canonical(claim.text) for claim in course.claim.values()]
    asked = [vocabulary.canonical(message.text) for message in load_messages()]
    with tempfile.TemporaryDirectory() as scratch:
        original = SentenceTransformerEncoder(settings.encoder)
        served = {
            name: OnnxEncoder(export(encoder_name(settings.encoder, int8), Path(scratch)))
            for name, int8 in (("ONNX Runtime", False), ("ONNX Runtime, 8 bits", True))
        }
        true = original.encode(texts), original.encode(asked)
        figures = {name: compared(encoder, true, texts, asked) for name, encoder in served.items()}
        for name, encoder in served.items():
            figures[name]["mb"] = _megabytes(Path(scratch), encoder.name)
    _time({"sentence-transformers": original, **served}, asked, figures)
    keep("encoders", figures)
    print(table(figures))
    if asked_for.docs:
        put(asked_for.docs, "python -m bench.encoders", f"{date.today().isoformat()}.\n\n{table(figures)}")
    return 0


def compared(encoder: Encoder, true: Sequence[Vectors], texts: Sequence[str], asked: Sequence[str]) -> Dict[str, Any]:
    """Cosines with the original's vectors, and how much of the search is the same: the first, and the first ten."""
    rows, queries = encoder.encode(texts), encoder.encode(asked)
    cosines = (rows[:TEXTS] * true[0][:TEXTS]).sum(axis=1)
    ours, _ = DenseIndex(rows).search_all(queries, NEAREST)
    theirs, _ = DenseIndex(true[0]).search_all(true[1], NEAREST)
    shared = [len(np.intersect1d(one, other)) for one, other in zip(ours, theirs, strict=True)]
    return {
        "cosine_min": float(cosines.min()),
        "cosine_mean": float(cosines.mean()),
        "first": float((ours[:, 0] == theirs[:, 0]).mean()),
        "ten": sum(shared) / theirs.size,
    }


def _time(encoders: Dict[str, Encoder], asked: Sequence[str], figures: Dict[str, Dict[str, Any]]) -> None:
    """Milliseconds of one message; the encoders take turns."""
    times: Dict[str, List[float]] = {name: [] for name in encoders}
    for text in asked[:PASSES]:
        for name, encoder in encoders.items():
            begun = time.perf_counter()
            encoder.encode([text])
            times[name].append((time.perf_counter() - begun) * 1000)
    for name, each in times.items():
        figures.setdefault(name, {})["ms"] = statistics.median(each)


def _megabytes(folder: Path, name: str) -> float:
    from index.encoder import encoder_folder

    return (encoder_folder(name, folder) / "model.onnx").stat().st_size / 2**20


def table(figures: Dict[str, Dict[str, Any]]) -> str:
    """The figures as Markdown."""
    rows = [
        "| encoder | cosine, least / mean | first claim the same | first ten shared | a message, p50 | network |",
        "|---|---|---|---|---|---|",
    ]
    for name, f in figures.items():
        if "first" in f:
            same = f"{f['cosine_min']:.5f} / {f['cosine_mean']:.5f} | {f['first']:.1%} | {f['ten']:.1%}"
            rows.append(f"| {name} | {same} | {f['ms']:.1f} ms | {f['mb']:.0f} MB |")
        else:
            rows.append(f"| {name} | | | | {f['ms']:.1f} ms | |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.exit(main())
