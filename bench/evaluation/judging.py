"""The judge: what a reply says, and whether that is what a message calls for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, FrozenSet, Iterator, List, Mapping, Optional, Sequence, Tuple

from bench.evaluation.messages import Message
from knowledge.models import Claim, Course
from tutor.comparison import SILENCE


@dataclass(frozen=True)
class Part:
    """A sentence, a table cell or a position, with the ids of the passages it cites; `dangling` numbers point to none."""

    text: str
    passages: Tuple[str, ...]
    dangling: int = 0


@dataclass(frozen=True)
class Said:
    """A reply as far as it is judged; a reply that is no answer says its message."""

    kind: str
    parts: Tuple[Part, ...]
    reason: Optional[str] = None
    sources: FrozenSet[str] = frozenset()

    @property
    def text(self) -> str:
        """Everything said, without leads, headings and the list of sources."""
        return "\n".join(part.text for part in self.parts)


def said(custom: Mapping[str, Any]) -> Said:
    """Read a reply in the shape that the channel sends."""
    if custom["kind"] != "answer":
        return Said(custom["kind"], (Part(custom["message"], ()),), custom.get("reason"))
    passages = {c["number"]: c["passage"] for c in custom["citations"]}
    parts = tuple(
        Part(text, tuple(passages[n] for n in numbers if n in passages), sum(n not in passages for n in numbers))
        for text, numbers in _spoken(custom)
    )
    return Said("answer", parts, None, frozenset(c["source"] for c in custom["citations"]))


def _spoken(custom: Mapping[str, Any]) -> Iterator[Tuple[str, Sequence[int]]]:
    yield from ((s["text"], s["citations"]) for s in custom["sentences"])
    yield from ((p["text"], p["citations"]) for p in custom.get("positions") or ())
    for row in (custom.get("table") or {"rows": ()})["rows"]:
        yield from ((cell["text"], cell["citations"]) for cell in row["cells"] if cell["text"] != SILENCE)


def quoted(claims: Sequence[str], course: Course) -> Said:
    """An answer that says these claims and nothing else, as plain retrieval would."""
    found = [course.claim[claim] for claim in claims]
    parts = tuple(Part(c.text, tuple(f"{place.source}.{c.id}" for place in c.places)) for c in found)
    return Said("answer", parts, None, frozenset(place.source for c in found for place in c.places))


def faults(message: Message, reply: Said) -> List[str]:
    """What is wrong with a reply; empty if it is right.

    The kind must be the expected one or its alternative. Then every `mention` must be found and no `forbid`; where an answer
    would be right, a reply of another right kind need not mention what it would.
    An answer cites one of the sources, if any are named.
    """
    if reply.kind not in message.kinds:
        return [f"{reply.kind} instead of {message.kind}"]
    wrong = [f"mentions {p}" for p in message.forbid if re.search(p, reply.text)]
    if reply.kind == "answer" or "answer" not in message.kinds:
        wrong += [f"does not mention {p}" for p in message.mention if not re.search(p, reply.text)]
    if reply.kind == "answer" and message.sources and not reply.sources & set(message.sources):
        wrong.append(f"cites none of {', '.join(message.sources)}")
    return wrong


def subjects(claim: Claim, course: Course) -> FrozenSet[str]:
    """The concepts that a claim is about: the one under which it stands, and those it lists."""
    return frozenset({course.concept_of[claim.id], *claim.about, *claim.also_true_of})


def is_confused(message: Message, part: Part, course: Course) -> bool:
    """Whether a part speaks of another track than those asked for.

    That is: the message expects a numbered concept, the part cites claims of the course, and each of them is about some numbered
    concept but about none of the concepts expected.
    """
    numbered = {c.id for c in course.concepts if c.number}
    cited = [subjects(course.claim[course.passages[p].claim], course) for p in part.passages if p in course.passages]
    if not cited or not numbered & set(message.concepts):
        return False
    return all(about & numbered and not about & set(message.concepts) for about in cited)
