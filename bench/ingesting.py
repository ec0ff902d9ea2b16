"""`python -m bench.ingesting [PARAGRAPHS]`: how fast readings are taken in, against the bare encoder, and in how much memory.

Writes paragraphs of the length of ordinary prose into files, ingests them into an empty library, and lets the encoder embed
the same passages without anything around it. Both in one run, in processes of their own; the ratio is what counts.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Dict, List

FILES = 10
SENTENCES = (2, 6)  # of a paragraph
SEED = 7


def main() -> int:
    """Print rates, their ratio, and the peak memory of each process."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_readings(folder / "readings", wanted)
        ingested = run("ingest", folder)
        embedded = run("embed", folder)
        print(f"paragraphs: {wanted}; passages: {ingested['passages']}")
        for name, measured in (("ingest", ingested), ("encoder alone", embedded)):
            rate = measured["passages"] / measured["seconds"]
            print(f"{name}: {measured['seconds']:.1f} s, {rate:.0f} passages/s, peak {measured['peak_mb']:.0f} MB")
        print(f"ingest / encoder alone: {ingested['seconds'] / embedded['seconds']:.2f}")
    return 0


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


def ingest(folder: str) -> None:
    """Take the readings in."""
    import time

    from index.library import Store
    from tutor.ingesting import Description, Ingester
    from tutor.settings import load_settings
    from tutor.tutor import ingester

    made = ingester(load_settings())
    library = Ingester(made.course, made.vocabulary, made.encoder, Store(Path(folder) / "library"))
    begun = time.perf_counter()
    library.add(sorted((Path(folder) / "readings").iterdir()), Description(), {})
    seconds = time.perf_counter() - begun
    tell(seconds, sum(entry.passages for entry in library.store.state().entries))


def embed(folder: str) -> None:
    """Embed the same passages, and nothing else."""
    import time

    from index.library import Store
    from tutor.settings import load_settings
    from tutor.tutor import ingester

    made = ingester(load_settings())
    store = Store(Path(folder) / "library")
    texts = [text for entry in store.state().entries for text in store.texts(entry.key)]
    begun = time.perf_counter()
    for at in range(0, len(texts), 256):
        made.encoder.encode(texts[at : at + 256])
    tell(time.perf_counter() - begun, len(texts))


def tell(seconds: float, passages: int) -> None:
    """Print what was measured, as JSON."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # kilobytes on Linux
    print(json.dumps({"seconds": seconds, "passages": passages, "peak_mb": peak}))


if __name__ == "__main__":
    sys.exit(main())
