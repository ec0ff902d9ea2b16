"""What the tutor says: the shapes of the contract, and their Markdown."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

from pydantic import Field
from typing_extensions import Literal

from knowledge.fields import Model
from knowledge.models import Claim, Course, Passage, Place, Source
from tutor.items import PutItem, item_markdown
from tutor.quoting import Quotation


class Citation(Model):
    """A numbered pointer to one passage, with all that a reader needs to find it.

    `repeats` names the reading whose wording this one repeats where both are cited: the two are one voice.
    """

    number: int
    passage: str
    source: str
    title: str
    author: str
    year: Optional[int]
    locator: str
    url: Optional[str]
    text: str
    repeats: Optional[str] = None


class Sentence(Model):
    """A claim of the course, or a sentence of a reading that was ingested, word for word, with its citations."""

    text: str
    citations: Tuple[int, ...]


class Section(Model):
    """A heading above some of the sentences of an answer; `first` is the index of the first of them."""

    title: str
    first: int


class Cell(Model):
    """One cell of a comparison; several points stand on lines of their own."""

    text: str
    citations: Tuple[int, ...]


class Row(Model):
    """One aspect of a comparison, a cell for each column."""

    aspect: str
    cells: Tuple[Cell, ...]


class Table(Model):
    """A comparison: the first column holds the aspects, `columns` names the others."""

    columns: Tuple[str, ...]
    rows: Tuple[Row, ...]


class Position(Model):
    """What one author holds."""

    author: str
    text: str
    citations: Tuple[int, ...]


class CourseRef(Model):
    """Which course, in which version, a reply was made from."""

    id: str
    version: str


class Reason(str, Enum):
    """Why the tutor declines."""

    not_covered = "not_covered"
    off_topic = "off_topic"
    unsafe = "unsafe"


class Turn(Model):
    """One answer of a conversation, as far as it takes to give it again."""

    act: Optional[str] = None
    aspects: Tuple[str, ...] = ()
    subjects: Tuple[str, ...] = ()
    said: Tuple[str, ...] = ()


class Context(Model):
    """What a follow-up can lean on; ids only, and what was offered, so that it fits in a slot.

    `subjects` are the concepts of the last answer, `recent` those of the last few, newest first; `shown` its claims.
    `aspects` are those of an answer on several. `said` are the claims of the last reply in the order of its sentences, `cited`
    its passages in the order of their numbers, `offered` its suggestions; `asking` is true if it asked back, `plain` if it put
    the one before more simply. `trail` are the answers so far: the first, and the last few, the newest at the end.
    """

    act: Optional[str] = None
    aspect: Optional[str] = None
    subjects: Tuple[str, ...] = ()
    recent: Tuple[str, ...] = ()
    shown: Tuple[str, ...] = ()
    aspects: Tuple[str, ...] = ()
    said: Tuple[str, ...] = ()
    cited: Tuple[str, ...] = ()
    offered: Tuple[str, ...] = ()
    asking: bool = False
    plain: bool = False
    trail: Tuple[Turn, ...] = ()


class _Reply(Model):
    course: CourseRef
    suggestions: Tuple[str, ...] = ()
    item: Optional[PutItem] = None  # the quiz question that still waits, put again under whatever else was asked
    context: Context = Field(Context(), exclude=True)  # for the next turn, not for the outside


class Answer(_Reply):
    """The course answers: cited sentences, perhaps with a table or positions side by side."""

    kind: Literal["answer"] = "answer"
    lead: Optional[str] = None
    sentences: Tuple[Sentence, ...]
    citations: Tuple[Citation, ...]
    list: bool = False  # whether the sentences are the items of a list
    table: Optional[Table] = None
    positions: Optional[Tuple[Position, ...]] = None
    sections: Tuple[Section, ...] = ()  # of an answer to several questions, or under several aspects


class Decline(_Reply):
    """The course does not answer, and why."""

    kind: Literal["decline"] = "decline"
    reason: Reason
    message: str


class Clarify(_Reply):
    """More than one reading of the message is plausible; the suggestions are the ways to mean it."""

    kind: Literal["clarify"] = "clarify"
    message: str


class Download(Model):
    """A file that can be taken away; `path` is below the tutor's address."""

    title: str
    path: str


class Chat(_Reply):
    """Small talk, and what is said of the quiz. `data` is what a learner asked to have of his or her own.

    `forgotten` tells a channel that it has to forget this learner, too.
    """

    kind: Literal["chat"] = "chat"
    message: str
    downloads: Tuple[Download, ...] = ()
    data: Optional[Dict[str, Any]] = None
    forgotten: bool = False


Reply = Union[Answer, Decline, Clarify, Chat]


class Notes:
    """Numbers citations in the order in which an answer first needs them."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._numbers: Dict[str, int] = {}
        self._quoted: Dict[str, Quotation] = {}

    def cite(self, claim: Claim) -> Tuple[int, ...]:
        """The numbers of a claim's citations, one for each reading that makes it."""
        ids = [passage_id(claim, place) for place in claim.places]
        return tuple(self._numbers.setdefault(i, len(self._numbers) + 1) for i in ids)

    def cite_once(self, claim: Claim) -> int:
        """The number of a claim's main citation alone."""
        return self._numbers.setdefault(passage_id(claim, claim.places[0]), len(self._numbers) + 1)

    def sentence(self, claim: Claim, brief: bool = False) -> Sentence:
        """The claim as a cited sentence, or its point in brief."""
        return Sentence(text=(brief and claim.brief) or claim.text, citations=self.cite(claim))

    def quote(self, quotation: Quotation) -> Tuple[Sentence, ...]:
        """The sentences of a quotation, cited."""
        number = self._numbers.setdefault(quotation.passage, len(self._numbers) + 1)
        self._quoted[quotation.passage] = quotation
        return tuple(Sentence(text=text, citations=(number,)) for text in quotation.sentences)

    def citations(self) -> Tuple[Citation, ...]:
        """Everything cited so far, by number."""
        return tuple(self._citation(number, i) for i, number in self._numbers.items())

    def _citation(self, number: int, passage: str) -> Citation:
        quoted = self._quoted.get(passage)
        if quoted:
            return cite_quotation(number, quoted)
        return citation(number, self._course.passages[passage], self._course)


def passage_id(claim: Claim, place: Place) -> str:
    """The id of a claim's passage in one reading."""
    return f"{place.source}.{claim.id}"


def citation(number: int, passage: Passage, course: Course) -> Citation:
    """Write out a citation of a claim."""
    others = tuple(place.source for place in course.claim[passage.claim].places)
    written = _written(passage, course.source[passage.source], course.repeats(passage.source, others))
    return Citation.construct(**{**vars(written), "number": number})  # checked when it was written first


@lru_cache(maxsize=4096)
def _written(passage: Passage, source: Source, repeats: Optional[str]) -> Citation:
    """A citation of a claim before it has its number."""
    return cite_paragraph(0, passage.id, source, passage.locator, passage.text).copy(update={"repeats": repeats})


def cite_quotation(number: int, quotation: Quotation) -> Citation:
    """Write out a citation of a paragraph in the library."""
    return cite_paragraph(number, quotation.passage, quotation.source, quotation.locator, quotation.text)


def cite_paragraph(number: int, passage: str, source: Source, locator: str, text: str) -> Citation:
    """Write out a citation of a passage of a reading."""
    return Citation(
        number=number,
        passage=passage,
        source=source.id,
        title=source.title,
        author=source.author,
        year=source.year,
        locator=locator,
        url=source.url,
        text=text,
    )


def markdown(reply: Reply) -> str:
    """The reply as Markdown that is complete by itself: text, marks and sources."""
    open_question = item_markdown(reply.item) if reply.item else ""
    if not isinstance(reply, Answer):
        return "\n\n".join(filter(None, [reply.message, "\n".join(f"- {s}" for s in reply.suggestions), open_question]))
    parts: List[str] = [f"**{reply.lead}**"] if reply.lead else []
    placed = {p.text for p in reply.positions or ()}  # side by side, so not above it too, unless something else is as well
    placed = placed if all(s.text in placed for s in reply.sentences) else set()
    heads = {section.first: f"\n**{section.title}**\n\n" for section in reply.sections}
    said = [(n, s) for n, s in enumerate(reply.sentences) if s.text not in placed]
    lines = [f"{heads.get(n, '')}{'- ' * reply.list}{s.text} {marks(s.citations)}" for n, s in said]
    if lines:
        parts.append(("\n" if reply.list else "\n\n").join(lines).strip())
    if reply.table:
        parts.append(_table(reply.table))
    if reply.positions:
        parts.append("\n".join(f"- **{p.author}**: {p.text} {marks(p.citations)}" for p in reply.positions))
    parts.append(sources(reply.citations))
    return "\n\n".join(filter(None, [*parts, open_question]))


def marks(numbers: Sequence[int]) -> str:
    """Citation marks: "[1] [2]"."""
    return " ".join(f"[{n}]" for n in numbers)


def sources(citations: Sequence[Citation]) -> str:
    """One line for each reading, with the places that are cited in it."""
    lines: Dict[str, List[str]] = {}
    for c in citations:
        again = " (in the same words)" if c.repeats else ""
        lines.setdefault(f"{c.author}, *{c.title}* ({c.year or 'no date'})", []).append(f"[{c.number}] {c.locator}{again}")
    return "\n".join(["Sources:", *(f"- {reading}: {'; '.join(places)}" for reading, places in lines.items())])


def _table(table: Table) -> str:
    head = "| | " + " | ".join(map(_escape, table.columns)) + " |"
    rule = "|---" * (len(table.columns) + 1) + "|"
    rows = [f"| {_escape(row.aspect)} | " + " | ".join(_cell(cell) for cell in row.cells) + " |" for row in table.rows]
    return "\n".join([head, rule, *rows])


def _cell(cell: Cell) -> str:
    text = _escape(cell.text).replace("\n", "; ")
    return f"{text} {marks(cell.citations)}".strip()


def _escape(text: str) -> str:
    """A bar would end the cell."""
    return text.replace("|", "\\|")
