"""The last look at a reply: nothing goes out that the course does not hold, word for word."""

from __future__ import annotations

import logging
from typing import Dict, List, Sequence

from knowledge.models import Course
from tutor.comparison import SILENCE
from tutor.reply import Answer, Citation, Decline, Reason, Reply, citation

log = logging.getLogger(__name__)


def withhold_ungrounded(reply: Reply, course: Course) -> Reply:
    """Return the reply if it is grounded; else log each violation, which is a bug, and take out what is not."""
    if not isinstance(reply, Answer):
        return reply
    faults = violations(reply, course)
    if not faults:
        return reply
    for fault in faults:
        log.error("ungrounded: %s", fault)
    good = {c.number: c for c in reply.citations if _is_true(c, course)}
    kept = tuple(s for s in reply.sentences if not _faults_of(s.text, s.citations, good, course))
    if not kept:
        message = "I cannot show a source for that, so I do not say it."
        return Decline(reason=Reason.not_covered, message=message, course=reply.course, context=reply.context)
    cited = {n for sentence in kept for n in sentence.citations}
    left = {"sentences": kept, "citations": tuple(c for n, c in good.items() if n in cited), "table": None, "positions": None}
    return reply.copy(update={**left, "context": reply.context})


def violations(reply: Answer, course: Course) -> List[str]:
    """Every way in which an answer says more than the course does."""
    faults = [f"citation {c.number} is not as the course has it: {c.passage}" for c in reply.citations if not _is_true(c, course)]
    numbers = {c.number: c for c in reply.citations}
    if len(numbers) < len(reply.citations):
        faults.append("two citations have the same number")
    said = [(s.text, s.citations) for s in reply.sentences] + [(p.text, p.citations) for p in reply.positions or ()]
    for text, cited in said:
        faults += _faults_of(text, cited, numbers, course)
    for row in reply.table.rows if reply.table else ():
        for cell in row.cells:
            faults += _faults_of_cell(cell.text, cell.citations, numbers, course)
    return faults


def _is_true(cited: Citation, course: Course) -> bool:
    """Whether a citation is, in every field, what the course says of its passage."""
    passage = course.passages.get(cited.passage)
    return passage is not None and cited == citation(cited.number, passage, course.source)


def _faults_of(text: str, cited: Sequence[int], numbers: Dict[int, Citation], course: Course) -> List[str]:
    """A sentence needs citations, and each of them must make it."""
    if not cited:
        return [f"no citation: {text!r}"]
    return [f"citation {n} does not hold: {text!r}" for n in cited if n not in numbers or not _makes(numbers[n], text, course)]


def _faults_of_cell(text: str, cited: Sequence[int], numbers: Dict[int, Citation], course: Course) -> List[str]:
    """Each point of a cell needs a citation, and each citation a point."""
    if not cited:
        return [] if text == SILENCE else [f"no citation: {text!r}"]
    points = text.split("\n")
    known = [numbers[n] for n in cited if n in numbers]
    faults = [f"no citation holds: {point!r}" for point in points if not any(_makes(c, point, course) for c in known)]
    faults += [f"citation {c.number} holds no point of {text!r}" for c in known if not any(_makes(c, p, course) for p in points)]
    return faults + [f"no citation has the number {n}" for n in cited if n not in numbers]


def _makes(cited: Citation, text: str, course: Course) -> bool:
    """Whether the passage's claim is this text, whole or in brief."""
    passage = course.passages.get(cited.passage)
    claim = course.claim.get(passage.claim) if passage else None
    return claim is not None and text in (claim.text, claim.brief)
