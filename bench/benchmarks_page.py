"""The part of docs/benchmarks.md that `make bench` writes, and its plots. Readable without colour."""

from __future__ import annotations

import math
import statistics
from pathlib import Path
from typing import Any, Dict, List, Sequence, Tuple

MOST_ABOVE = 40  # milliseconds that a reply may take beyond the bare encoder pass
Figures = Dict[str, Any]


def write_page(figures: Figures, folder: Path) -> str:
    """Put the tables into benchmarks.md between their marks, the plots beside it; give the tables."""
    plots = folder / "benchmarks"
    plots.mkdir(parents=True, exist_ok=True)
    (plots / "replies.svg").write_text(_replies_svg(figures), encoding="utf-8")
    (plots / "students.svg").write_text(_students_svg(figures), encoding="utf-8")
    made = tables(figures)
    put(folder, "make bench", made)
    return made


def put(folder: Path, command: str, made: str) -> None:
    """Put what a command measured between its marks in benchmarks.md."""
    path = folder / "benchmarks.md"
    begin, end = f"<!-- {command}: begin -->", f"<!-- {command}: end -->"
    before = path.read_text(encoding="utf-8") if path.is_file() else "# Benchmarks\n"
    if begin not in before:
        before += f"\n{begin}\n{end}\n"
    head, _, rest = before.partition(begin)
    path.write_text(f"{head}{begin}\n{made.strip()}\n{end}{rest.partition(end)[2]}", encoding="utf-8")


def tables(figures: Figures) -> str:
    """The targets, replies by kind, their parts, students at once, as Markdown."""
    load = figures["load"]
    about = (
        f"{figures['date']}, `make bench`, {figures['cores']} cores, load before {load['before']:.1f} "
        f"(with what it measures itself, {load['after']:.1f} after)."
    )
    pictures = "![Replies by kind](benchmarks/replies.svg)\n\n![Messages a second](benchmarks/students.svg)"
    parts = [about, _targets(figures), _replies(figures), _parts(figures), _students(figures), pictures]
    return "\n" + "\n\n".join(parts) + "\n\n"


def _targets(figures: Figures) -> str:
    rows = [_target(*goal) for goal in goals(figures)]
    above = _above(figures)
    told = "yes" if above <= MOST_ABOVE else "**no**"
    rows.append(f"| reply p50 above the bare encoder pass, worst kind | {above:.0f} ms | | | at most {MOST_ABOVE} ms | {told} |")
    return "| what | tutor | Rasa's default | ratio | target | reached |\n|---|---|---|---|---|---|\n" + "\n".join(rows)


def _target(what: str, own: float, other: float, unit: str, target: float, at_least: bool) -> str:
    ratio = own / other
    reached = "yes" if (ratio >= target if at_least else ratio <= target) else "**no**"
    wanted = f"{'at least' if at_least else 'at most'} {target:g}"
    return f"| {what} | {_number(own)} {unit} | {_number(other)} {unit} | {ratio:.2f} | {wanted} | {reached} |"


def goals(figures: Figures) -> List[Tuple[str, float, float, str, float, bool]]:
    """What is compared: name, the tutor's figure, the default bot's, unit, target of the ratio, whether that is the least."""
    every = {name: [t for times in by.values() for t in times] for name, by in figures["replies_ms"].items()}
    best = {name: max(level[name]["per_second"] for level in figures["concurrent"]) for name in every}
    ready = {name: min(times) for name, times in figures["ready_s"].items()}
    memory = {name: sum(each) for name, each in figures["memory_mb"].items()}
    found = [
        ("reply p50, all kinds", *(percentile(every[n], 50) for n in ("tutor", "default")), "ms", 0.35, False),
        ("messages a second, at most", best["tutor"], best["default"], "", 3.0, True),
        ("start to ready", ready["tutor"], ready["default"], "s", 0.8, False),
        ("memory of all processes, after", memory["tutor"], memory["default"], "MB", 0.8, False),
    ]
    if "tutor" in figures["training_s"]:
        training = figures["training_s"]
        found.insert(2, ("training, the whole command", training["tutor"], training["default"], "s", 0.3, False))
    return found  # type: ignore[return-value]


def _above(figures: Figures) -> float:
    replies, encoder = figures["replies_ms"]["tutor"], figures["parts_ms"]["tutor"]["encoder"]
    return max(percentile(replies[kind], 50) - percentile(encoder[kind], 50) for kind in replies)


def _replies(figures: Figures) -> str:
    own, other = figures["replies_ms"]["tutor"], figures["replies_ms"]["default"]
    rows = []
    for kind in (*own, "all"):
        pair = [by[kind] if kind != "all" else [t for times in by.values() for t in times] for by in (own, other)]
        cells = [" / ".join(f"{percentile(times, p):.0f}" for p in (50, 95, 99)) for times in pair]
        rows.append(f"| {kind} | {cells[0]} | {cells[1]} | {percentile(pair[0], 50) / percentile(pair[1], 50):.2f} |")
    head = "| reply over REST, ms: p50 / p95 / p99 | tutor | Rasa's default | ratio of p50 |\n|---|---|---|---|\n"
    return head + "\n".join(rows)


def _parts(figures: Figures) -> str:
    names = {"parse": "parse", "retrieval": "retrieval, its vector at hand", "encoder": "bare encoder pass"}
    rows = []
    for part, name in names.items():
        cells = []
        for bot in ("tutor", "default"):
            times = [t for each in figures["parts_ms"][bot].get(part, {}).values() for t in each]
            cells.append(" / ".join(f"{percentile(times, p):.1f}" for p in (50, 95, 99)) if times else "")
        rows.append(f"| {name} | {cells[0]} | {cells[1]} |")
    for what, key in (("memory of each process, ready, MB", "memory_ready_mb"), ("... after all messages", "memory_mb")):
        rows.append(f"| {what} | {' | '.join(' + '.join(f'{m:.0f}' for m in figures[key][bot]) for bot in ('tutor', 'default'))} |")
    starts = (", ".join(f"{s:.1f}" for s in figures["ready_s"][bot]) for bot in ("tutor", "default"))
    rows.append(f"| start to ready, each start, s | {' | '.join(starts)} |")
    return "| alone, ms: p50 / p95 / p99 | tutor | Rasa's default |\n|---|---|---|\n" + "\n".join(rows)


def _students(figures: Figures) -> str:
    rows = []
    for level in figures["concurrent"]:
        cells = [f"{level[n]['per_second']:.1f} | {percentile(level[n]['times_ms'], 95):.0f}" for n in ("tutor", "default")]
        ratio = level["tutor"]["per_second"] / level["default"]["per_second"]
        rows.append(f"| {level['students']} | {cells[0]} | {cells[1]} | {ratio:.1f} |")
    head = "| students at once | tutor: messages a second | p95, ms | default: messages a second | p95, ms | ratio |\n"
    head += "|---|---|---|---|---|---|\n"
    return head + "\n".join(rows)


def percentile(times: Sequence[float], p: int) -> float:
    """The value below which p per cent of the times lie."""
    if len(times) < 2:
        return times[0]
    return statistics.quantiles(times, n=100, method="inclusive")[p - 1]


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}"


STYLE = "text{font:13px sans-serif;fill:#222}.b{font-weight:bold}.s{font-size:11px}path{stroke:#222;fill:none}.g{stroke:#ccc}"
WIDTH, LEFT = 460, 130  # pixels of a scale, and where it begins


def _svg(title: str, described: str, height: int, parts: List[str]) -> str:
    size = LEFT + WIDTH + 110
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {height}" width="{size}" height="{height}" role="img">',
            f"<title>{title}</title>",
            f"<desc>{described}</desc>",
            f"<style>{STYLE}</style>",
            f'<rect width="{size}" height="{height}" fill="#fff"/>',
            f'<text class="b" x="12" y="24">{title}</text>',
            *parts,
            "</svg>\n",
        ]
    )


def _replies_svg(figures: Figures) -> str:
    """For each kind two bars to p50, each with a line to p95: the tutor's black, the default bot's white."""
    replies, parts, told = figures["replies_ms"], [], []
    longest = max(percentile(times, 95) for by in replies.values() for times in by.values())
    for n, kind in enumerate(replies["tutor"]):
        y = 56 + 44 * n
        parts.append(f'<text x="{LEFT - 10}" y="{y + 14}" text-anchor="end">{kind}</text>')
        for m, bot in enumerate(("tutor", "default")):
            middle, high = (percentile(replies[bot][kind], p) for p in (50, 95))
            x, far = (LEFT + WIDTH * value / longest for value in (middle, high))
            top, fill = y + 16 * m, "#222" if bot == "tutor" else "#fff"
            parts.append(f'<rect x="{LEFT}" y="{top}" width="{x - LEFT:.1f}" height="12" fill="{fill}" stroke="#222"/>')
            parts.append(f'<path d="M{x:.1f} {top + 6}H{far:.1f}M{far:.1f} {top + 2}v8"/>')
            parts.append(f'<text class="s" x="{far + 6:.1f}" y="{top + 10}">{middle:.0f} ms</text>')
            told.append(f"{kind}, {bot}: {middle:.0f} ms")
    height = 56 + 44 * len(replies["tutor"]) + 30
    parts.append(
        f'<text class="s" x="12" y="{height - 10}">black: tutor; white: Rasa\'s default bot; bar: p50, line: to p95</text>'
    )
    return _svg("Replies over REST", "; ".join(told), height, parts)


def _students_svg(figures: Figures) -> str:
    """Messages a second by students at once: a line with full circles for the tutor, with empty ones for the default bot."""
    levels, top, bottom = figures["concurrent"], 50, 290
    most = max(level[bot]["per_second"] for level in levels for bot in ("tutor", "default"))
    last = max(1.0, math.log2(levels[-1]["students"]))
    parts, told = [], []
    for level in levels:
        x = LEFT + WIDTH * math.log2(level["students"]) / last
        parts.append(f'<path class="g" d="M{x:.1f} {top}V{bottom}"/>')
        parts.append(f'<text class="s" x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{level["students"]}</text>')
    for bot, fill in (("tutor", "#222"), ("default", "#fff")):
        points = []
        for level in levels:
            rate = level[bot]["per_second"]
            points.append((LEFT + WIDTH * math.log2(level["students"]) / last, bottom - (bottom - top) * rate / most))
            told.append(f"{level['students']} students, {bot}: {rate:.0f}")
        parts.append(f'<path d="M{"L".join(f"{x:.1f} {y:.1f}" for x, y in points)}"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{fill}" stroke="#222"/>' for x, y in points]
        x, y = points[-1]
        parts.append(f'<text x="{x + 10:.1f}" y="{y + 4:.1f}">{levels[-1][bot]["per_second"]:.0f}/s</text>')
    parts.append(f'<text class="s" x="12" y="{bottom + 36}">students at once; full: tutor, empty: Rasa\'s default bot</text>')
    return _svg("Messages a second", "; ".join(told), bottom + 50, parts)
