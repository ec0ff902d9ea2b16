"""How a learner stands, as the progress view draws it: by concept, what falls due on which day, what was answered on which."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any, Dict, Iterable, List, Sequence

from tutor.progress import Card, utc
from tutor.quiz_reply import Progress
from tutor.storage import Storage, Turn

DAYS = 30
MOST = 5000  # answers that the history goes back


def standing(storage: Storage, progress: Progress, learner: str, now: datetime) -> Dict[str, Any]:
    """Progress as JSON-ready rows; days are those of UTC."""
    evidence = storage.mastery(learner)
    rows = [
        {
            "concept": row.concept,
            "name": row.name,
            "mastery": row.mastery,
            "evidence": evidence[row.concept].evidence if row.concept in evidence else 0,
            "asked": row.asked,
            "correct": row.correct,
            "due": row.due.isoformat() if row.due else None,
        }
        for row in progress.by_concept
    ]
    return {
        "by_concept": rows,
        "due": progress.due,
        "forecast": forecast(storage.cards(learner).values(), now),
        "history": history(storage.history(learner, MOST)),
        "totals": asdict(storage.totals(learner)),
    }


def forecast(cards: Iterable[Card], now: datetime) -> List[Dict[str, Any]]:
    """Count what falls due on each of the next days, today first and with all that is overdue."""
    today = utc(now).date()
    counts = Counter(max(today, card.due.date()) for card in cards)
    days: Sequence[date] = [today + timedelta(days=n) for n in range(DAYS)]
    return [{"date": day.isoformat(), "due": counts[day]} for day in days]


def history(turns: Iterable[Turn]) -> List[Dict[str, Any]]:
    """Count the answers of each day that has any, the oldest first; what was skipped is none."""
    results = [(t.answered_at.date(), t.result) for t in turns if t.answered_at and t.result and not t.result.get("skipped")]
    answered = Counter(day for day, _ in results)
    right = Counter(day for day, result in results if result["correct"])
    return [{"date": day.isoformat(), "answered": answered[day], "right": right[day]} for day in sorted(answered)]
