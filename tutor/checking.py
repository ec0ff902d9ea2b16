"""What an author has to mend beyond the schema: lost ids, repetitions, names nobody can ask for, claims nobody can find."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Sequence, Set, Tuple

from index.encoder import Encoder, Knowing
from index.lexical import terms
from index.retrieval import Document, Retriever, documents
from index.vocabulary import Vocabulary
from index.words import singular, tokens
from knowledge.loader import Fault
from knowledge.models import Course
from tutor.item_edits import unknown
from tutor.item_lists import Alikeness
from tutor.item_space import items
from tutor.likeness import alike, idle_reviews, repetitions, wrong_reviews
from tutor.published import changed_ids, publish, unpublished
from tutor.whereabouts import Whereabouts

__all__ = ["Report", "examine", "faults", "hints", "publish"]

FOUND = 10  # ranks among which a claim must stand for one of its questions


@dataclass(frozen=True)
class Report:
    """What was found in a course: faults must be mended, hints may be."""

    faults: Tuple[Fault, ...]
    hints: Tuple[Fault, ...]

    def lines(self) -> List[str]:
        """One line for each, faults first."""
        return [str(fault) for fault in self.faults] + [f"hint: {hint}" for hint in self.hints]

    def as_dict(self) -> Dict[str, Any]:
        """The same, JSON-ready."""
        return {"faults": [fault._asdict() for fault in self.faults], "hints": [hint._asdict() for hint in self.hints]}


def examine(course: Course, folder: Path, encoder: Encoder) -> Report:
    """Look for everything that can be wrong with a course that could be loaded."""
    knowing = encoder if isinstance(encoder, Knowing) else Knowing(encoder)
    return Report(tuple(faults(course, folder, knowing)), tuple(hints(course, folder, knowing)))


def faults(course: Course, folder: Path, encoder: Encoder) -> List[Fault]:
    """List what an author must mend."""
    where = Whereabouts(folder)
    vocabulary = Vocabulary(course)
    return [
        *changed_ids(course, folder, where),
        *unaskable(course, vocabulary, where),
        *copies_first(course, where),
        *wrong_reviews(course, folder),
        *repetitions(course, folder, where, alike(course, vocabulary, encoder)),
        *wrong_edits(course, encoder),
    ]


def hints(course: Course, folder: Path, encoder: Encoder) -> List[Fault]:
    """List what an author may want to mend; takes longer than `faults`, since every question is asked."""
    vocabulary = Vocabulary(course)
    return [
        *unpublished(course, folder),
        *idle_reviews(course, folder, alike(course, vocabulary, encoder)),
        *unfindable(course, vocabulary, encoder, Whereabouts(folder)),
    ]


def unaskable(course: Course, vocabulary: Vocabulary, where: Whereabouts) -> Iterator[Fault]:
    """Find the names by which a student cannot ask for the concept that bears them."""
    owners = _owners(course)
    for concept in course.concepts:
        for name in dict.fromkeys((concept.name, *concept.also_called)):
            remedy = _name_remedy(concept.id, name, owners[_key(name)], vocabulary)
            if remedy:
                yield where.of(concept.id).fault(f"concept '{concept.id}', '{name}'", remedy)


def _name_remedy(concept: str, name: str, owners: Sequence[str], vocabulary: Vocabulary) -> str:
    """What to do about a name; empty if it leads to its concept."""
    if not terms(name):
        return "has only everyday words, by which nobody can ask for it; write a name that stands for this concept alone"
    if concept != owners[0]:
        return f"is a name of concept '{owners[0]}' too, which the tutor always understands by it; keep it at one of the two"
    understood = vocabulary.concepts(name)
    if understood == (concept,):
        return ""
    if not understood:
        return "is not recognised in a question; write it differently or remove it"
    others = " and ".join(f"'{other}'" for other in understood if other != concept)
    return f"is understood as {others}; write a name that holds no other concept's name, or remove it"


def _owners(course: Course) -> Mapping[Tuple[str, ...], List[str]]:
    """The concepts that bear each name, in the order of the course."""
    owners: Dict[Tuple[str, ...], List[str]] = defaultdict(list)
    for concept in course.concepts:
        for name in (concept.name, *concept.also_called):
            owners[_key(name)].append(concept.id)
    return owners


def _key(name: str) -> Tuple[str, ...]:
    return tuple(singular(token.text) for token in tokens(name))


def copies_first(course: Course, where: Whereabouts) -> Iterator[Fault]:
    """Find claims that cite a reading first which only repeats another one that they cite, too."""
    for claim in course.claim.values():
        original = course.repeats(claim.source, [place.source for place in claim.also_in])
        if original:
            remedy = f"cites '{claim.source}' first, which repeats '{original}'; put the original, '{original}', first"
            yield where.of(claim.id).fault(f"claim '{claim.id}', source", f"{remedy} and the copy under `also_in`")


# -- findability -----------------------------------------------------------------------------------------------------


def unfindable(course: Course, vocabulary: Vocabulary, encoder: Encoder, where: Whereabouts) -> Iterator[Fault]:
    """Find claims that none of their questions brings up, each asked of a search that does not know this question."""
    lost = {claim.id for claim in course.claim.values() if claim.questions}
    whole = documents(course, vocabulary)
    for asked in (0, 1):  # every other question is left out of the index and asked
        if lost:
            lost -= _found(whole, asked, lost, encoder)
    for claim in course.claim.values():
        if claim.id in lost:
            remedy = f"does not come up among the first {FOUND} for any of its questions; word them more like the text, or add some"
            yield where.of(claim.id).fault(f"claim '{claim.id}', questions", remedy)


def _found(whole: Sequence[Document], asked: int, wanted: Set[str], encoder: Encoder) -> Set[str]:
    """The claims that come up for one of their questions whose number is odd or even."""
    known = [Document(d.id, (d.texts[0], *d.texts[2 - asked :: 2])) for d in whole]
    retriever = Retriever.build(known, encoder)
    queries = [(d.id, question) for d in whole if d.id in wanted for question in d.texts[1 + asked :: 2]]
    found = set()
    for (claim, question), vector in zip(queries, encoder.encode([question for _, question in queries]), strict=True):
        if claim not in found and claim in {hit.id for hit in retriever.search(question, vector, most=FOUND)}:
            found.add(claim)
    return found


def wrong_edits(course: Course, encoder: Encoder) -> List[Fault]:
    """What `quiz.yml` names that no quiz question has; the questions are made only if it names any."""
    edits = course.quiz_edits
    if not edits.edit and not any(pick.item for pick in (*edits.ban, *edits.pin)):
        return []
    made = items(course, Alikeness.over(course, encoder))
    return [Fault("quiz.yml", "", line.partition(": ")[2]) for line in unknown(made, edits)]
