"""Figures on what was said: right or wrong by kind of message, refusals, confusion of tracks, citations."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Sequence, Tuple

from bench.evaluation.judging import Said, faults, is_confused, subjects
from bench.evaluation.messages import GROUPS, Message
from index.vocabulary import Vocabulary
from knowledge.models import Course

Pair = Tuple[Message, Said]


def share(count: int, total: int) -> Dict[str, Any]:
    """A count of a total, and their ratio; None of nothing."""
    return {"count": count, "of": total, "share": round(count / total, 4) if total else None}


def measure(messages: Sequence[Message], replies: Sequence[Said], course: Course) -> Dict[str, Any]:
    """Every figure on the replies to some messages."""
    pairs = list(zip(messages, replies, strict=True))
    return {
        "right": right(pairs),
        "by_group": {group: right([p for p in pairs if p[0].group == group]) for group in GROUPS},
        "declined": declined(pairs),
        "reason_right": reasons(pairs),
        "false_refusals": false_refusals(pairs),
        "false_refusals_alone": false_refusals([p for p in pairs if not p[0].context]),
        "asked_back": share(*_count([r.kind == "clarify" for m, r in pairs if m.must_answer])),
        "false_answers": false_answers(pairs),
        "track_confusion": confusion(pairs, course),
        **citations(pairs, course),
    }


def right(pairs: Sequence[Pair]) -> Dict[str, Any]:
    """How many replies have no fault."""
    return share(*_count([not faults(m, r) for m, r in pairs]))


def declined(pairs: Sequence[Pair]) -> Dict[str, Any]:
    """Of the messages that must be declined, how many were."""
    return share(*_count([r.kind == "decline" for m, r in pairs if m.must_decline]))


def reasons(pairs: Sequence[Pair]) -> Dict[str, Any]:
    """Of the messages that were rightly declined, how many for the expected reason."""
    return share(*_count([r.reason == m.reason for m, r in pairs if m.kind == r.kind == "decline"]))


def false_refusals(pairs: Sequence[Pair]) -> Dict[str, Any]:
    """Of the messages that must be answered, how many were declined."""
    return share(*_count([r.kind == "decline" for m, r in pairs if m.must_answer]))


def false_answers(pairs: Sequence[Pair]) -> Dict[str, Any]:
    """Of the messages that must be declined, how many were answered."""
    return share(*_count([r.kind == "answer" for m, r in pairs if m.must_decline]))


def confusion(pairs: Sequence[Pair], course: Course) -> Dict[str, Any]:
    """Answers to questions about a numbered concept in which a part is confused, and such parts.

    `unnamed` are the answers in which such a part does not even name an expected concept.
    """
    names = Vocabulary(course)
    numbered = {c.id for c in course.concepts if c.number}
    asked = [(m, r) for m, r in pairs if m.kind == r.kind == "answer" and numbered & set(m.concepts)]
    parts = [[is_confused(m, part, course) for part in r.parts] for m, r in asked]
    unnamed = [
        any(confused and not set(names.concepts(part.text)) & set(m.concepts) for part, confused in zip(r.parts, each, strict=True))
        for (m, r), each in zip(asked, parts, strict=True)
    ]
    return {
        "answers": share(sum(map(any, parts)), len(asked)),
        "unnamed": share(*_count(unnamed)),
        "parts": share(*_count([confused for each in parts for confused in each])),
        "messages": [m.id for (m, _), each in zip(asked, parts, strict=True) if any(each)],
    }


def citations(pairs: Sequence[Pair], course: Course) -> Dict[str, Any]:
    """Whether everything said is cited, the citations lead somewhere, and where they lead is what was asked for."""
    answers = [(m, r) for m, r in pairs if r.kind == "answer"]
    parts = [part for _, r in answers for part in r.parts]
    asked = [(m, r) for m, r in answers if m.kind == "answer"]
    verdicts = [(m, claim) for m, r in asked for claim in _cited(r, course)]
    concept = [_is_on_concept(m, claim, course) for m, claim in verdicts]
    aspect = [_is_on_aspect(m, claim, course) for m, claim in verdicts]
    facts = [bool(re.search(p, r.text)) for m, r in pairs if m.must_answer for p in m.mention]
    return {
        "uncited_parts": share(*_count([not part.passages and not part.dangling for part in parts])),
        "unresolved_citations": sum(part.dangling + sum(p not in course.passages for p in part.passages) for part in parts),
        "citation_precision": {
            "concept": share(*_count(concept)),
            "concept_and_aspect": share(*_count([a and b for a, b in zip(concept, aspect, strict=True)])),
        },
        "fact_recall": share(*_count(facts)),
    }


def _cited(reply: Said, course: Course) -> List[str]:
    """The claims that a reply cites, each once."""
    passages = [p for part in reply.parts for p in part.passages if p in course.passages]
    return list(dict.fromkeys(course.passages[p].claim for p in passages))


def _is_on_concept(message: Message, claim: str, course: Course) -> bool:
    return bool(subjects(course.claim[claim], course) & set(message.concepts))


def _is_on_aspect(message: Message, claim: str, course: Course) -> bool:
    """A comparison is about every aspect."""
    return "compare" in message.aspects or course.claim[claim].aspect.value in message.aspects


def outcomes(messages: Sequence[Message], replies: Sequence[Said]) -> List[Dict[str, Any]]:
    """Each message that was judged wrong, and why."""
    judged = ((m, r, faults(m, r)) for m, r in zip(messages, replies, strict=True))
    return [{"id": m.id, "text": m.text, "group": m.group, "said": r.kind, "faults": found} for m, r, found in judged if found]


def _count(flags: Sequence[bool]) -> Tuple[int, int]:
    return sum(flags), len(flags)
