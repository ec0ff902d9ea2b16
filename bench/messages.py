"""What is said in benchmarks: one message of each kind, in the order of one conversation."""

from __future__ import annotations

from typing import Dict

MESSAGES: Dict[str, str] = {
    "definition": "define track 1.5",
    "list": "strengths of track II",
    "comparison": "compare 1.5 vs 2",
    "free question": "why would a government want deniability?",
    "decline": "book me a flight",
    "chat": "hello there",
    "quiz question": "3 questions on track 2",
    "quiz answer": "a",
}
