"""The picture of one setting of the simulation: recall by memory and schedule, with its spread. Readable without colour."""

from __future__ import annotations

from typing import Any, List, Mapping

from tutor.simulation_prose import MEMORY_NAMES, NAMES, mode

LEFT, WIDTH, RIGHT = 170, 400, 190  # of the labels, the scale, the figures; in pixels
TOP, ROW, PANEL = 56, 30, 136
STYLE = "text{font:13px sans-serif;fill:#222}.b{font-weight:bold}.s{font-size:11px}line,path{stroke:#222}.g{stroke:#ccc}"


def recall_svg(setting: Mapping[str, Any]) -> str:
    """Draw a panel for each memory, in it a row for each schedule: line 5 to 95 %, bar one sd about the mean."""
    title = f"Recall on day {setting['exam_day']}: {mode(setting)}"
    height = TOP + PANEL * len(setting["results"]) + 36
    size = LEFT + WIDTH + RIGHT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {height}" width="{size}" height="{height}" role="img">',
        f"<title>{title}</title>",
        f"<desc>{_described(setting)}</desc>",
        f"<style>{STYLE}</style>",
        f'<rect width="{size}" height="{height}" fill="#fff"/>',
        f'<text class="b" x="12" y="24">{title}</text>',
    ]
    for n, (memory, of_schedule) in enumerate(setting["results"].items()):
        parts += _panel(TOP + n * PANEL, memory, of_schedule)
    legend = "simulated learners; line: 5 to 95 % of them; bar: mean and one standard deviation to either side"
    return "\n".join([*parts, f'<text class="s" x="12" y="{height - 12}">{legend}</text>', "</svg>\n"])


def _panel(top: int, memory: str, of_schedule: Mapping[str, Any]) -> List[str]:
    name = MEMORY_NAMES[memory]
    bottom = top + 10 + ROW * len(of_schedule)
    parts = [f'<text class="b" x="12" y="{top + 4}">{name[0].upper()}{name[1:]}</text>']
    for percent in range(0, 101, 25):
        x = _x(percent / 100)
        parts.append(f'<path class="g" d="M{x} {top + 10}V{bottom}"/>')
        parts.append(f'<text class="s" x="{x}" y="{bottom + 13}" text-anchor="middle">{percent} %</text>')
    for n, (schedule, figures) in enumerate(of_schedule.items()):
        parts += _row(top + 10 + ROW * n + ROW // 2, schedule, figures["recall"])
    return parts


def _row(y: int, schedule: str, recall: Mapping[str, float]) -> List[str]:
    low, high = max(recall["mean"] - recall["sd"], 0), min(recall["mean"] + recall["sd"], 1)
    x = _x(recall["mean"])
    name = NAMES[schedule]
    return [
        f'<text x="{LEFT - 12}" y="{y + 4}" text-anchor="end">{name}</text>',
        f'<path d="M{_x(recall["p5"])} {y}H{_x(recall["p95"])}"/>',
        f'<rect x="{_x(low)}" y="{y - 5}" width="{_x(high) - _x(low):.1f}" height="10" fill="#ddd" stroke="#222"/>',
        _mark(schedule, x, y),
        f'<text x="{LEFT + WIDTH + 14}" y="{y + 4}">{recall["mean"] * 100:.1f} % (sd {recall["sd"] * 100:.1f})</text>',
    ]


def _mark(schedule: str, x: float, y: int) -> str:
    """A full circle, an empty square, a triangle."""
    if schedule == "tutor":
        return f'<circle cx="{x}" cy="{y}" r="7" fill="#222"/>'
    if schedule == "ladder":
        return f'<rect x="{x - 6:.1f}" y="{y - 6}" width="12" height="12" fill="#fff" stroke="#222" stroke-width="2"/>'
    return f'<path d="M{x} {y - 8}l8 14h-16z" fill="#888"/>'


def _described(setting: Mapping[str, Any]) -> str:
    rows = [
        f"{MEMORY_NAMES[memory]}, {NAMES[schedule]}: {figures['recall']['mean'] * 100:.1f} %"
        for memory, of_schedule in setting["results"].items()
        for schedule, figures in of_schedule.items()
    ]
    return "; ".join(rows)


def _x(share: float) -> float:
    return round(LEFT + WIDTH * share, 1)
