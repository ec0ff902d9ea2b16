"""The last look at a reply: nothing goes out that the course does not hold, word for word."""

from __future__ import annotations

import logging
from typing import List, Sequence, Tuple

from knowledge.models import Course
from tutor.reply import Answer, Decline, Reason, Reply

log = logging.getLogger(__name__)


def withhold_ungrounded(reply: Reply, course: Course) -> Reply:
    """Return the reply if it is grounded; else log each violation, which is a bug, and take the sentences out."""
    if not isinstance(reply, Answer):
        return reply
    faults = violations(reply, course)
    if not faults:
        return reply
    for fault in faults:
        log.error("ungrounded: %s", fault)
    known = {claim.text for claim in course.claim.values()}
    kept = tuple(s for s in reply.sentences if s.text in known and s.citations)
    if not kept:
        return Decline(
            reason=Reason.not_covered,
            message="I cannot show a source for that, so I do not say it.",
            course=reply.course,
            context=reply.context,
        )
    return reply.copy(update={"sentences": kept, "table": None, "positions": None})


def violations(reply: Answer, course: Course) -> List[str]:
    """Every way in which an answer says more than the course does."""
    numbers = {c.number: c for c in reply.citations}
    faults: List[str] = []
    for citation in reply.citations:
        passage = course.passages.get(citation.passage)
        if passage is None or passage.source != citation.source or passage.text != citation.text:
            faults.append(f"citation {citation.number} does not resolve: {citation.passage}")
    for text, cited in _said(reply):
        if not any(n in numbers and _supports(numbers[n].passage, text, course) for n in cited):
            faults.append(f"no citation holds: {text!r}")
        faults += [f"no citation has the number {n}" for n in cited if n not in numbers]
    return faults


def _said(reply: Answer) -> List[Tuple[str, Sequence[int]]]:
    said: List[Tuple[str, Sequence[int]]] = [(s.text, s.citations) for s in reply.sentences]
    said += [(p.text, p.citations) for p in reply.positions or ()]
    cells = [cell for row in (reply.table.rows if reply.table else ()) for cell in row.cells]
    said += [(line, cell.citations) for cell in cells if cell.citations for line in cell.text.split("\n")]
    return said


def _supports(passage_id: str, text: str, course: Course) -> bool:
    passage = course.passages.get(passage_id)
    claim = course.claim.get(passage.claim) if passage else None
    return claim is not None and text in (claim.text, claim.brief)
