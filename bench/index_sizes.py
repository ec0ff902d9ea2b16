"""`python -m bench.index_sizes`: the search for the nearest passages at several sizes, beside the index of the real course.

Synthetic vectors have the mean and the spread along each axis of the course's own, and lie in clusters of some fifty, as the
passages of one reading do. Queries resemble a row, with a cosine of about 0.74. Each size is built in a process of its own
and searched in another one, so that the memory is that of a tutor that has just started. Building takes minutes for a
million.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import numpy as np

from bench.benchmarks_page import put
from bench.figures import folder, keep
from index import near
from index.dense import DenseIndex
from index.encoder import Vectors
from knowledge.loader import find_course, load_course
from tutor.settings import load_settings

SIZES = (1_000, 100_000, 300_000, 1_000_000)
CLUSTER = 50  # rows
WITHIN = 0.7  # spread within a cluster, of that between clusters
PART = 50_000  # rows that are made at once
QUERIES = 400
CORES = len(os.sched_getaffinity(0))
NAMES = {"exact": "exact", "hnsw": "HNSW, then exact", "ivfpq": "IVF-PQ, then exact"}


def main() -> int:
    """Measure every size, print a Markdown table, write it with the figures to var/bench/."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--docs", type=Path, help="folder of the page to put the table into")
    parser.add_argument("--build", nargs=2, metavar=("FOLDER", "ROWS"), help=argparse.SUPPRESS)
    parser.add_argument("--search", metavar="FOLDER", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.build or asked.search:
        told = _build(Path(asked.build[0]), int(asked.build[1])) if asked.build else _search(Path(asked.search))
        print(json.dumps(told))
        return 0
    measured: List[Dict[str, Any]] = []
    for size in (0, *asked.sizes):
        measured.append(_measure(folder(), size))
        print(_row(measured[-1]), flush=True)
    keep("index_sizes", measured)
    (folder() / "index_sizes.md").write_text(table(measured), encoding="utf-8")
    print(table(measured))
    if asked.docs:
        put(asked.docs, "python -m bench.index_sizes", f"{date.today().isoformat()}, {CORES} cores.\n\n{table(measured)}")
    return 0


def _measure(folder: Path, size: int) -> Dict[str, Any]:
    """Build and search so many synthetic rows; 0 stands for the rows of the course."""
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        _run("--build", scratch, str(size))
        return _run("--search", scratch)


def _run(*words: str) -> Dict[str, Any]:
    done = subprocess.run([sys.executable, "-m", "bench.index_sizes", *words], stdout=subprocess.PIPE, text=True, check=True)
    told: Dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _build(folder: Path, size: int) -> Dict[str, Any]:
    real = _course_rows()
    begun, worked = time.perf_counter(), time.process_time()
    made = 0.0

    def parts() -> Iterator[Vectors]:
        nonlocal made
        for part in [real] if size == 0 else synthetic(real, size):
            yield part
            made = time.process_time() - worked

    about = near.build(parts(), size or len(real), real.shape[1], folder)
    told = {
        "real": size == 0,
        "build_s": time.perf_counter() - begun,
        "build_cpu_s": time.process_time() - worked - made,
        "build_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "kind": about.kind.value,
        "reach": about.reach,
        "depth": about.depth,
    }
    (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")
    return told


def _search(folder: Path) -> Dict[str, Any]:
    before, begun = _memory(), time.perf_counter()
    index = near.load(folder)
    loaded = time.perf_counter() - begun
    exact = DenseIndex.load(folder / near.ROWS)
    chosen = np.sort(np.random.default_rng(99).choice(len(index), min(QUERIES, len(index)), replace=False))
    queries = near.resembling(exact.rows(chosen), 98)
    found, times = [], []
    for query in queries:
        begun = time.perf_counter()
        found.append(index.search(query, near.NEAREST)[0])
        times.append((time.perf_counter() - begun) * 1000)
    after = _memory()
    alone, tried = [], []
    for query in queries:
        begun = time.perf_counter()
        tried.append(exact.search(query, near.NEAREST)[0])
        alone.append((time.perf_counter() - begun) * 1000)
    return {
        **json.loads((folder / "told.json").read_text(encoding="utf-8")),
        "rows": len(index),
        "recall": near.recall_of(found, np.stack(tried)),
        "query_ms": statistics.median(times),
        "query_p95_ms": statistics.quantiles(times, n=20)[-1],
        "exact_ms": statistics.median(alone),
        "load_ms": loaded * 1000,
        "own_mb": after[0] - before[0],
        "mapped_mb": after[1] - before[1],
        "disk_mb": sum(f.stat().st_size for f in folder.iterdir()) / 2**20,
    }


def synthetic(real: Vectors, size: int) -> Iterator[Vectors]:
    """Unit rows that are spread along the axes of the real ones as these are, in clusters."""
    rng = np.random.default_rng(size)
    mean = real.mean(axis=0)
    _, lengths, axes = np.linalg.svd(real - mean, full_matrices=False)
    spread = (axes.T * (lengths / np.sqrt(len(real)))).T.astype(np.float32)  # a row drawn: normal numbers times this
    clusters = mean + rng.standard_normal((max(1, size // CLUSTER), len(spread)), dtype=np.float32) @ spread
    for start in range(0, size, PART):
        count = min(PART, size - start)
        own = clusters[rng.integers(0, len(clusters), count)]
        rows = own + WITHIN * rng.standard_normal((count, len(spread)), dtype=np.float32) @ spread
        yield (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def _course_rows() -> Vectors:
    """The vectors of the course in use, from its index."""
    settings = load_settings()
    course = load_course(find_course(settings.course))
    return DenseIndex.load(settings.index_folder(course.id) / "dense.npy").all_rows


def _memory() -> Tuple[float, float]:
    """The process's own memory, and what it has mapped of files, in MB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    kept = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines if line.startswith(("RssAnon", "RssFile"))}
    return kept["RssAnon"], kept["RssFile"]


COLUMNS = (
    "rows",
    "search",
    "recall@10",
    "query p50 / p95",
    "trying all",
    "own memory",
    "mapped",
    "build, CPU",
    "build, peak memory",
    "on disk",
    "load",
)
HEAD = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}"


def table(measured: List[Dict[str, Any]]) -> str:
    """The figures as Markdown."""
    return "\n".join([HEAD, *map(_row, measured)]) + "\n"


def _row(one: Dict[str, Any]) -> str:
    cells = [
        f"{one['rows']:,}{' (the course)' if one['real'] else ''}",
        NAMES[one["kind"]],
        f"{one['recall']:.3f}",
        f"{one['query_ms']:.2f} / {one['query_p95_ms']:.2f} ms",
        f"{one['exact_ms']:.2f} ms",
        f"{max(one['own_mb'], 0):.0f} MB",
        f"{one['mapped_mb']:.0f} MB",
        f"{one['build_cpu_s']:.0f} s",
        f"{one['build_peak_mb']:.0f} MB",
        f"{one['disk_mb']:.0f} MB",
        f"{one['load_ms']:.0f} ms",
    ]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main())
