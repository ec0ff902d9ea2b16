"""What the tutor says in a quiz: items, feedback, summaries, and their Markdown."""

from __future__ import annotations

from datetime import datetime
from typing import List, Optional, Sequence, Tuple, Union

from pydantic import Field
from typing_extensions import Literal

from knowledge.fields import Model
from tutor.items import PutItem, item_markdown
from tutor.reply import Citation, Context, CourseRef, Section, Sentence, marks, sources


class _QuizReply(Model):
    course: CourseRef
    message: str = ""
    suggestions: Tuple[str, ...] = ()
    context: Context = Field(Context(), exclude=True)  # as it was: a quiz leaves what the conversation was about


class QuizItem(_QuizReply):
    """A question is put."""

    kind: Literal["quiz_item"] = "quiz_item"
    item: PutItem


class Feedback(_QuizReply):
    """A reply was graded: why the key is right, and where what was chosen belongs; every sentence cited.

    `key` and `chosen` are option ids, or pairs. `present` and `missing` are the points of a short answer.
    """

    kind: Literal["feedback"] = "feedback"
    item_id: str
    number: int
    of: int
    correct: bool
    score: float
    key: Tuple[str, ...]
    chosen: Tuple[str, ...] = ()
    present: Tuple[str, ...] = ()
    missing: Tuple[str, ...] = ()
    sentences: Tuple[Sentence, ...]
    citations: Tuple[Citation, ...]
    sections: Tuple[Section, ...] = ()


class ConceptScore(Model):
    """How a learner stands with one concept. `mastery` is 0..1, `due` the next time something of it comes back."""

    concept: str
    name: str
    correct: int
    asked: int
    mastery: float
    due: Optional[datetime] = None


class Summary(_QuizReply):
    """The end of a session. `score` is 0..1; `missed` are the stems of what was not right."""

    kind: Literal["quiz_summary"] = "quiz_summary"
    score: float
    correct: int
    asked: int
    by_concept: Tuple[ConceptScore, ...]
    missed: Tuple[str, ...] = ()


class Progress(_QuizReply):
    """How a learner is doing over all sessions. `due` counts what is due now, `forecast` what falls due on each of 30 days."""

    kind: Literal["progress"] = "progress"
    score: float
    correct: int
    asked: int
    by_concept: Tuple[ConceptScore, ...]
    due: int
    forecast: Tuple[int, ...] = ()


QuizReply = Union[QuizItem, Feedback, Summary, Progress]


def quiz_markdown(reply: QuizReply) -> str:
    """The reply as Markdown that is complete by itself."""
    if isinstance(reply, QuizItem):
        body = [item_markdown(reply.item)]
    elif isinstance(reply, Feedback):
        body = _feedback(reply)
    else:
        body = [_table(reply.by_concept)] if reply.by_concept else []
    if isinstance(reply, Summary) and reply.missed:
        body.append("\n".join(["To review:", *(f"- {stem}" for stem in reply.missed)]))
    return "\n\n".join(filter(None, [reply.message, *body]))


def _feedback(reply: Feedback) -> List[str]:
    heads = {section.first: f"\n**{section.title}**\n\n" for section in reply.sections}
    lines = [f"{heads.get(n, '')}{s.text} {marks(s.citations)}" for n, s in enumerate(reply.sentences)]
    return ["\n\n".join(lines).strip(), sources(reply.citations)]


def _table(rows: Sequence[ConceptScore]) -> str:
    head = ["| Topic | Right | Mastery | Due |", "|---|---|---|---|"]
    return "\n".join(
        [*head, *(f"| {r.name} | {r.correct} of {r.asked} | {int(r.mastery * 100)} % | {_day(r.due)} |" for r in rows)]
    )


def _day(when: Optional[datetime]) -> str:
    return f"{when.day} {when:%B}" if when else "–"
