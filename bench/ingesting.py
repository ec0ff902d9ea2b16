"""`python -m bench.ingesting [PARAGRAPHS]`: how fast readings are taken in, against the encoder alone, and in how much memory.

Writes paragraphs of the length of ordinary prose into files and ingests them into an empty library, half of them and all, each in
a process of its own. The encoder's share is measured in the same run, so that a busy machine slows both: the ratio is what counts.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Dict, List, Sequence

FILES = 10
SENTENCES = (2, 6)  # of a paragraph
SEED = 7


def main() -> int:
    """Print a table of rates, their ratio, and memory."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as scratch:
        print("| paragraphs | passages | ingest | encoder alone | ratio | peak memory | of it vectors |")
        print("|---|---|---|---|---|---|---|")
        for paragraphs in (wanted // 2, wanted):
            folder = Path(scratch) / str(paragraphs)
            folder.mkdir()
            write_readings(folder / "readings", paragraphs)
            print(row(paragraphs, run("ingest", folder)), flush=True)
    return 0


def row(paragraphs: int, measured: Dict[str, Any]) -> str:
    """One line of the table."""
    passages, seconds, encoder = measured["passages"], measured["seconds"], measured["encoder_seconds"]
    rates = f"{seconds:.1f} s, {passages / seconds:.0f}/s | {encoder:.1f} s, {passages / encoder:.0f}/s | {seconds / encoder:.2f}"
    return f"| {paragraphs} | {passages} | {rates} | {measured['peak_mb']:.0f} MB | {measured['vectors_mb']:.0f} MB |"


def write_readings(folder: Path, paragraphs: int) -> None:
    """Write paragraphs of shuffled sentences, a tenth of them into each file, a heading now and then."""
    from knowledge.loader import find_course, load_course

    chance = random.Random(SEED)
    course = load_course(find_course("multi-track-diplomacy"))
    sentences = [claim.text for claim in course.claim.values()]
    folder.mkdir()
    for number in range(FILES):
        lines: List[str] = [f"# Reading {number}"]
        for n in range(paragraphs // FILES):
            if n % 25 == 0:
                lines.append(f"## Part {n // 25}")
            lines.append(" ".join(chance.sample(sentences, chance.randint(*SENTENCES) // 2 + 1)))
        (folder / f"reading-{number}.md").write_text("\n\n".join(lines), encoding="utf-8")


def run(what: str, folder: Path) -> Dict[str, Any]:
    """Measure one side in a process of its own."""
    environment = {**os.environ, "TUTOR_COURSE": str(Path("knowledge/packs/multi-track-diplomacy").resolve())}
    made = subprocess.run(
        [sys.executable, "-c", f"from bench.ingesting import {what}; {what}({str(folder)!r})"],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    result: Dict[str, Any] = json.loads(made.stdout.splitlines()[-1])
    return result


class TimedEncoder:
    """An encoder that adds up the time it needs."""

    def __init__(self, encoder: Any) -> None:
        self._encoder = encoder
        self.name, self.dimension = encoder.name, encoder.dimension
        self.seconds = 0.0

    def encode(self, texts: Sequence[str]) -> Any:
        """Embed texts as unit rows: float32, shape (len(texts), dimension)."""
        begun = time.perf_counter()
        rows = self._encoder.encode(texts)
        self.seconds += time.perf_counter() - begun
        return rows


def ingest(folder: str) -> None:
    """Take the readings in, and print what it took as JSON."""
    from index.library import Store
    from tutor.ingesting import Description, Ingester
    from tutor.settings import load_settings
    from tutor.tutor import ingester

    made = ingester(load_settings())
    encoder = TimedEncoder(made.encoder)
    library = Ingester(made.course, made.vocabulary, encoder, Store(Path(folder) / "library"))
    begun = time.perf_counter()
    library.add(sorted((Path(folder) / "readings").iterdir()), Description(), {})
    seconds = time.perf_counter() - begun
    passages = sum(entry.passages for entry in library.store.state().entries)
    figures = {
        "seconds": seconds,
        "encoder_seconds": encoder.seconds,
        "passages": passages,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,  # kilobytes on Linux
        "vectors_mb": passages * encoder.dimension * 4 / 1024**2,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    sys.exit(main())
