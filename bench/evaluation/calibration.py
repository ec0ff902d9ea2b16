"""Whether probabilities mean what they say: bins, expected calibration error, Brier score, and the plot of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Sequence

BINS = 10
SIDE, MARGIN = 320, 48  # of the plot, in pixels


@dataclass(frozen=True)
class Bin:
    """The predictions in one stretch of probabilities: how many, their mean, and the share that came true."""

    count: int
    predicted: float
    observed: float


def bins(probabilities: Sequence[float], happened: Sequence[bool], number: int = BINS) -> List[Bin]:
    """The predictions in bins of equal width, empty ones left out; a probability of 1 is in the last."""
    sorted_in: List[List[int]] = [[] for _ in range(number)]
    for i, probability in enumerate(probabilities):
        sorted_in[min(int(probability * number), number - 1)].append(i)
    return [
        Bin(len(rows), sum(probabilities[i] for i in rows) / len(rows), sum(happened[i] for i in rows) / len(rows))
        for rows in sorted_in
        if rows
    ]


def calibration_error(found: Sequence[Bin]) -> float:
    """The mean distance between predicted and observed, bins counting by their size."""
    total = sum(b.count for b in found)
    return sum(b.count * abs(b.predicted - b.observed) for b in found) / total


def brier(probabilities: Sequence[float], happened: Sequence[bool]) -> float:
    """The mean squared distance between probability and what happened (1 or 0)."""
    return sum((p - h) ** 2 for p, h in zip(probabilities, happened, strict=True)) / len(probabilities)


def measure(probabilities: Sequence[float], happened: Sequence[bool]) -> Dict[str, Any]:
    """Size, calibration error, Brier score, and the bins."""
    if not probabilities:
        return {"questions": 0}
    found = bins(probabilities, happened)
    return {
        "questions": len(probabilities),
        "answerable": sum(happened),
        "ece": round(calibration_error(found), 4),
        "brier": round(brier(probabilities, happened), 4),
        "bins": [{"count": b.count, "predicted": round(b.predicted, 4), "observed": round(b.observed, 4)} for b in found],
    }


def reliability_svg(found: Sequence[Dict[str, Any]], title: str) -> str:
    """Observed against predicted, a dot for each bin, its area by the bin's size; the diagonal is perfect."""
    total = sum(b["count"] for b in found) or 1
    dots = [
        f'<circle cx="{_x(b["predicted"])}" cy="{_y(b["observed"])}" r="{4 + 16 * (b["count"] / total) ** 0.5:.1f}">'
        f"<title>{b['count']} questions: {b['predicted']:.2f} predicted, {b['observed']:.2f} observed</title></circle>"
        for b in found
    ]
    ticks = [
        f'<text x="{_x(v)}" y="{MARGIN + SIDE + 18}" text-anchor="middle">{v:g}</text>'
        f'<text x="{MARGIN - 8}" y="{_y(v) + 4}" text-anchor="end">{v:g}</text>'
        for v in (0, 0.25, 0.5, 0.75, 1)
    ]
    size = SIDE + 2 * MARGIN
    middle = MARGIN + SIDE / 2
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size}" height="{size}" role="img">',
            f"<title>{title}</title>",
            "<style>text{font:12px sans-serif;fill:#333}circle{fill:#1f6f8b;fill-opacity:.75}</style>",
            f'<rect width="{size}" height="{size}" fill="#fff"/>',
            f'<rect x="{MARGIN}" y="{MARGIN}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#999"/>',
            f'<path d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" stroke="#999" stroke-dasharray="4 4"/>',
            *ticks,
            *dots,
            f'<text x="{middle}" y="{MARGIN - 16}" text-anchor="middle">{title}</text>',
            f'<text x="{middle}" y="{size - 8}" text-anchor="middle">predicted probability</text>',
            f'<text transform="translate(14 {middle})rotate(-90)" text-anchor="middle">share that is answerable</text>',
            "</svg>\n",
        ]
    )


def _x(value: float) -> float:
    return round(MARGIN + SIDE * value, 1)


def _y(value: float) -> float:
    return round(MARGIN + SIDE * (1 - value), 1)
