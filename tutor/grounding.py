"""The last look at a reply: nothing goes out that the course or a reading in the library does not hold, word for word."""

from __future__ import annotations

import logging
from typing import Dict, List, Optional, Sequence

from index.passages import sentence_spans
from knowledge.models import Course
from tutor.comparison import SILENCE
from tutor.library import Library, locator
from tutor.reply import Answer, Citation, Decline, Reason, Reply, citation, cite_paragraph

log = logging.getLogger(__name__)


def withhold_ungrounded(reply: Reply, course: Course, library: Optional[Library] = None) -> Reply:
    """Return the reply if it is grounded; else log each violation, which is a bug, and take out what is not."""
    if not isinstance(reply, Answer):
        return reply
    ground = _Ground(course, library)
    faults = ground.violations(reply)
    if not faults:
        return reply
    for fault in faults:
        log.error("ungrounded: %s", fault)
    good = {c.number: c for c in reply.citations if ground.is_true(c)}
    kept = tuple(s for s in reply.sentences if not ground.faults_of(s.text, s.citations, good))
    if not kept:
        message = "I cannot show a source for that, so I do not say it."
        return Decline(reason=Reason.not_covered, message=message, course=reply.course, context=reply.context)
    cited = {n for sentence in kept for n in sentence.citations}
    left = {"sentences": kept, "citations": tuple(c for n, c in good.items() if n in cited), "table": None, "positions": None}
    return reply.copy(update={**left, "context": reply.context})


def violations(reply: Answer, course: Course, library: Optional[Library] = None) -> List[str]:
    """Every way in which an answer says more than the course and the library do."""
    return _Ground(course, library).violations(reply)


class _Ground:
    """What a reply must stand on."""

    def __init__(self, course: Course, library: Optional[Library]) -> None:
        self._course = course
        self._library = library

    def violations(self, reply: Answer) -> List[str]:
        faults = [f"citation {c.number} is not as its reading has it: {c.passage}" for c in reply.citations if not self.is_true(c)]
        numbers = {c.number: c for c in reply.citations}
        if len(numbers) < len(reply.citations):
            faults.append("two citations have the same number")
        said = [(s.text, s.citations) for s in reply.sentences] + [(p.text, p.citations) for p in reply.positions or ()]
        for text, cited in said:
            faults += self.faults_of(text, cited, numbers)
        for row in reply.table.rows if reply.table else ():
            for cell in row.cells:
                faults += self._faults_of_cell(cell.text, cell.citations, numbers)
        return faults

    def is_true(self, cited: Citation) -> bool:
        """Whether a citation is, in every field, what the course or the library says of its passage."""
        passage = self._course.passages.get(cited.passage)
        if passage is not None:
            return vars(cited) == vars(citation(cited.number, passage, self._course))
        found = self._library.passage(cited.passage) if self._library else None
        if found is None:
            return False
        source, paragraph, _ = found
        return cited == cite_paragraph(cited.number, cited.passage, source, locator(paragraph), paragraph.text)

    def faults_of(self, text: str, cited: Sequence[int], numbers: Dict[int, Citation]) -> List[str]:
        """A sentence needs citations, and each of them must make it."""
        if not cited:
            return [f"no citation: {text!r}"]
        return [f"citation {n} does not hold: {text!r}" for n in cited if n not in numbers or not self._makes(numbers[n], text)]

    def _faults_of_cell(self, text: str, cited: Sequence[int], numbers: Dict[int, Citation]) -> List[str]:
        """Each point of a cell needs a citation, and each citation a point."""
        if not cited:
            return [] if text == SILENCE else [f"no citation: {text!r}"]
        points = text.split("\n")
        known = [numbers[n] for n in cited if n in numbers]
        faults = [f"no citation holds: {point!r}" for point in points if not any(self._makes(c, point) for c in known)]
        faults += [f"citation {c.number} holds no point of {text!r}" for c in known if not any(self._makes(c, p) for p in points)]
        return faults + [f"no citation has the number {n}" for n in cited if n not in numbers]

    def _makes(self, cited: Citation, text: str) -> bool:
        """Whether the passage says this: its claim, whole or in brief, the difference that it takes part in, or its own words."""
        passage = self._course.passages.get(cited.passage)
        if passage is None:
            return text in {cited.text[start:end] for start, end in sentence_spans(cited.text)}
        claim = self._course.claim[passage.claim]
        return text in (claim.text, claim.brief) or any(
            text == d.difference and claim.id in d.claims for d in self._course.disagreements
        )
