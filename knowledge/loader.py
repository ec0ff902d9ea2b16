"""Read a course from its folder, check it whole, and report every fault at once."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple, Type, TypeVar

import yaml
from pydantic import ValidationError, parse_obj_as

from knowledge.fields import Model
from knowledge.models import (
    Aspect,
    AspectWords,
    Claim,
    Concept,
    ConceptFile,
    Course,
    CourseFile,
    Disagreement,
    DisagreementFile,
    Note,
    NoteFile,
    Source,
    SourceFile,
    passages_of,
)
from knowledge.quiz_models import ClaimPoints, PointFile, QuizEdits

PACKS = Path(__file__).parent / "packs"
ASPECTS = Path(__file__).parent / "aspects.yml"
MAX_DEPTH = 20  # a course file has five levels
MAX_FILE_BYTES = 2 * 1024 * 1024  # far above any course file written by hand

M = TypeVar("M", bound=Model)
Loc = Tuple[Any, ...]
Where = Dict[Tuple[str, str], str]  # the file in which a concept or claim stands, by noun and id

_REMEDIES = {  # by pydantic's name for a fault
    "value_error.missing": "is missing; add it",
    "value_error.extra": "is not a known field; remove it or correct its spelling",
    "type_error.enum": "is not one of: {choices}",
    "value_error.str.regex": "does not fit the pattern {pattern}; an id has lower-case letters, digits, '.' and '-'",
    "value_error.any_str.max_length": "is longer than {limit_value} characters; shorten it",
    "value_error.any_str.min_length": "is empty; write it or remove the key",
}


class Fault(NamedTuple):
    """One thing an author has to mend."""

    file: str
    key: str
    remedy: str
    line: Optional[int] = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.key}: {self.remedy}" if self.key else f"{place}: {self.remedy}"


class CourseError(Exception):
    """The course cannot be taught as it stands; `faults` lists everything that is wrong."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


class _UniqueKeyLoader(yaml.CSafeLoader):
    """Refuses the same key twice, which YAML allows but no author means."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"the key '{key}' stands twice; keep one", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def find_course(name_or_path: str) -> Path:
    """The folder of a course: a path, or the name of one in `knowledge/packs/`."""
    for folder in (Path(name_or_path), PACKS / name_or_path):
        if (folder / "course.yml").is_file():
            return folder
    known = ", ".join(sorted(p.parent.name for p in PACKS.glob("*/course.yml")))
    raise CourseError([Fault(str(name_or_path), "", f"no course here (no course.yml); the courses that come with it: {known}")])


def load_course(folder: Path) -> Course:
    """Read and cross-check a course; raise CourseError with every fault."""
    faults: List[Fault] = []
    head = _read(folder / "course.yml", folder, CourseFile, faults)
    source_file = _read(folder / "sources.yml", folder, SourceFile, faults)
    concepts: List[Concept] = []
    where: Where = {}
    files = sorted((folder / "concepts").glob("*.yml"))
    if not files:
        faults.append(Fault("concepts/", "", "holds no .yml file; add one with at least one concept"))
    for path in files:
        concept_file = _read(path, folder, ConceptFile, faults)
        for concept in concept_file.concepts if concept_file else ():
            concepts.append(concept)
            where.setdefault(("concept", concept.id), _name(path, folder))
            for claim in concept.claims:
                where.setdefault(("claim", claim.id), _name(path, folder))
    sources = source_file.sources if source_file else ()
    disagreement_file = _read_optional(folder / "disagreements.yml", folder, DisagreementFile, faults)
    note_file = _read_optional(folder / "notes.yml", folder, NoteFile, faults)
    disagreements = disagreement_file.disagreements if disagreement_file else ()
    notes = note_file.notes if note_file else ()
    point_file = _read_optional(folder / "points.yml", folder, PointFile, faults)
    pointed = point_file.claims if point_file else ()
    quiz = _read_optional(folder / "quiz.yml", folder, QuizEdits, faults) or QuizEdits()
    all_read = not faults
    faults += _cross_check(concepts, sources, where, all_read)
    if all_read:
        faults += _check_disagreements(disagreements, concepts)
        faults += _check_notes(notes, concepts, sources)
        faults += _check_points(pointed, concepts)
        faults += _check_quiz(quiz, concepts)
    if faults or head is None:
        raise CourseError(faults)
    return Course(
        **dict(head),
        version=course_version(folder),
        aspects=load_aspects(),
        sources=sources,
        concepts=tuple(concepts),
        disagreements=disagreements,
        notes=notes,
        points={claim.id: claim.points for claim in pointed},
        open_questions={claim.id: claim.question for claim in pointed},
        quiz_edits=quiz,
    )


def load_sources(folder: Path) -> Tuple[Source, ...]:
    """The `sources.yml` of a folder; raise CourseError with every fault."""
    faults: List[Fault] = []
    read = _read(folder / "sources.yml", folder, SourceFile, faults)
    if faults or read is None:
        raise CourseError([fault._replace(file=str(folder / fault.file)) for fault in faults])
    return read.sources


def load_aspects(path: Path = ASPECTS) -> Dict[Aspect, AspectWords]:
    """The words by which aspects are asked for."""
    return parse_obj_as(Dict[Aspect, AspectWords], yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


def course_version(folder: Path) -> str:
    """Digest everything that a course is made of: twelve hexadecimal characters."""
    digest = hashlib.sha256()
    for path in [*sorted(folder.rglob("*.yml")), ASPECTS]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _read(path: Path, folder: Path, model: Type[M], faults: List[Fault]) -> Optional[M]:
    """Parse one file into its model, or add what is wrong with it to `faults`."""
    name = _name(path, folder)
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ValueError(f"is larger than {MAX_FILE_BYTES // 1024 // 1024} MB; split it into several files")
        text = path.read_text(encoding="utf-8")
        _refuse_tricks(text)
        data = yaml.load(text, Loader=_UniqueKeyLoader)  # noqa: S506 - derived from CSafeLoader
        if not isinstance(data, dict):
            raise ValueError(f"is not a mapping; it should begin with '{next(iter(model.__fields__))}:'")
        return model(**{str(key): value for key, value in data.items()})
    except FileNotFoundError:
        faults.append(Fault(name, "", "is missing; create it"))
    except UnicodeDecodeError as error:
        faults.append(Fault(name, "", f"is not UTF-8 (byte {error.start}); save it as UTF-8"))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        faults.append(Fault(name, "", f"is not valid YAML: {error.problem}", mark.line + 1 if mark else None))
    except yaml.YAMLError as error:
        faults.append(Fault(name, "", f"is not valid YAML: {error}"))
    except ValidationError as error:
        lines = _Lines(text)
        faults.extend(Fault(name, _key(e["loc"], data), _remedy(e), lines.of(e["loc"])) for e in error.errors())
    except (TypeError, KeyError, IndexError, AttributeError):
        faults.append(Fault(name, "", "is not valid YAML for a course: a key must be plain text, a value text, a number or a list"))
    except (ValueError, OSError) as error:
        faults.append(Fault(name, "", str(error)))
    return None


def _read_optional(path: Path, folder: Path, model: Type[M], faults: List[Fault]) -> Optional[M]:
    """Parse a file that a course may do without."""
    return _read(path, folder, model, faults) if path.exists() else None


def _refuse_tricks(text: str) -> None:
    """Refuse what no author needs and what can crash or flood a reader: `*name`, `!tag`, endless nesting."""
    depth = 0
    events: Iterator[Any] = yaml.parse(text, Loader=yaml.CSafeLoader)
    for event in events:
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            problem = "aliases (*name) are not allowed; write the text out"
        elif getattr(event, "tag", None):
            problem = f"tags ({event.tag}) are not allowed; write plain text"
        elif depth > MAX_DEPTH:
            problem = f"nested deeper than {MAX_DEPTH} levels; a course file has five"
        else:
            continue
        raise yaml.composer.ComposerError(None, None, problem, event.start_mark)


class _Lines:
    """Finds the line on which a key of a YAML text stands."""

    def __init__(self, text: str) -> None:
        self._root = yaml.compose(text, Loader=yaml.CSafeLoader)

    def of(self, loc: Loc) -> int:
        node, line = self._root, 1
        for step in loc:
            child = self._child(node, step)
            if child is None:
                break
            node, line = child
        return line

    @staticmethod
    def _child(node: Any, step: Any) -> Optional[Tuple[Any, int]]:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == str(step):
                    return value, key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            return node.value[step], node.value[step].start_mark.line + 1
        return None


def _key(loc: Loc, data: Any) -> str:
    """Write `('concepts', 0, 'claims', 2, 'text')` as `concept 'x', claim 'y', text`, by ids where there are any."""
    words: List[str] = []
    for step in loc:
        if isinstance(step, int):
            data = data[step] if isinstance(data, list) and step < len(data) else None
            item = data.get("id") if isinstance(data, dict) else None
            noun = words.pop().rstrip("s") if words else "item"
            words.append(f"{noun} '{item}'" if item else f"{noun} number {step + 1}")
        else:
            data = data.get(step) if isinstance(data, dict) else None
            words.append(str(step))
    return ", ".join(words)


def _remedy(error: Any) -> str:
    """Say what to do about a fault that pydantic found."""
    context = error.get("ctx", {})
    choices = ", ".join(value.value for value in context.get("enum_values", ()))
    remedy = _REMEDIES.get(error["type"])
    return remedy.format(**context, choices=choices) if remedy else str(error["msg"])


def _cross_check(concepts: Sequence[Concept], sources: Sequence[Source], where: Where, all_read: bool) -> Iterator[Fault]:
    """Check what concerns more than one record. References are only followed when every file could be read."""
    claims = [claim for concept in concepts for claim in concept.claims]
    yield from _doubles("source", (s.id for s in sources), {("source", s.id): "sources.yml" for s in sources})
    yield from _doubles("concept", (c.id for c in concepts), where)
    yield from _doubles("claim", (claim.id for claim in claims), where)
    for concept in concepts:
        if not concept.claims and not any(c.part_of == concept.id for c in concepts):
            message = "has no claims; write at least one or remove the concept"
            yield Fault(where["concept", concept.id], f"concept '{concept.id}'", message)
    if not all_read:
        return
    known_sources = {s.id for s in sources}
    known_concepts = {c.id for c in concepts}
    for source in sources:
        yield from _unknown("sources.yml", f"source '{source.id}', copies", source.copies, known_sources, "sources.yml")
    for concept in concepts:
        if concept.part_of:
            key = f"concept '{concept.id}', part_of"
            yield from _unknown(where["concept", concept.id], key, [concept.part_of], known_concepts, "concepts/")
    yield from _collisions(claims, where)
    for claim in claims:
        yield from _check_references(claim, where["claim", claim.id], known_sources, known_concepts)


def _check_disagreements(disagreements: Sequence[Disagreement], concepts: Sequence[Concept]) -> Iterator[Fault]:
    file = "disagreements.yml"
    known_concepts = {c.id for c in concepts}
    known_claims = {claim.id for concept in concepts for claim in concept.claims}
    yield from _doubles("disagreement", (d.id for d in disagreements), {("disagreement", d.id): file for d in disagreements})
    for disagreement in disagreements:
        key = f"disagreement '{disagreement.id}'"
        yield from _unknown(file, f"{key}, about", disagreement.about, known_concepts, "concepts/")
        for position in disagreement.positions:
            yield from _unknown(file, f"{key}, position of {position.author}", position.claims, known_claims, "concepts/")
        for claim, times in Counter(disagreement.claims).items():
            if times > 1:
                yield Fault(file, key, f"claim '{claim}' stands on {times} sides; keep it on one")
        for author, times in Counter(position.author for position in disagreement.positions).items():
            if times > 1:
                yield Fault(file, key, f"'{author}' has {times} positions; say in the name what sets them apart")


def _check_notes(notes: Sequence[Note], concepts: Sequence[Concept], sources: Sequence[Source]) -> Iterator[Fault]:
    file = "notes.yml"
    known_claims = {claim.id for concept in concepts for claim in concept.claims}
    yield from _doubles("note", (n.id for n in notes), {("note", n.id): file for n in notes})
    for note in notes:
        yield from _unknown(file, f"note '{note.id}', source", [note.source], {s.id for s in sources}, "sources.yml")
        yield from _unknown(file, f"note '{note.id}', claims", note.claims, known_claims, "concepts/")


def _check_points(pointed: Sequence[ClaimPoints], concepts: Sequence[Concept]) -> Iterator[Fault]:
    file = "points.yml"
    known_claims = {claim.id for concept in concepts for claim in concept.claims}
    yield from _doubles("claim", (claim.id for claim in pointed), {("claim", claim.id): file for claim in pointed})
    for claim in pointed:
        key = f"claim '{claim.id}'"
        yield from _unknown(file, key, [claim.id], known_claims, "concepts/")
        for double, times in Counter(point.id for point in claim.points).items():
            if times > 1:
                yield Fault(file, f"{key}, point '{double}'", f"stands {times} times; give each point an id of its own")


def _check_quiz(quiz: QuizEdits, concepts: Sequence[Concept]) -> Iterator[Fault]:
    """Check the claims that are named and what contradicts itself; item ids are checked where the items are made."""
    file = "quiz.yml"
    known_claims = {claim.id for concept in concepts for claim in concept.claims}
    for key, picks in (("ban", quiz.ban), ("pin", quiz.pin)):
        yield from _unknown(file, f"{key}, claim", [pick.claim for pick in picks if pick.claim], known_claims, "concepts/")
    named = {
        "ban": [pick.item or f"claim {pick.claim}" for pick in quiz.ban],
        "pin": [pick.item or f"claim {pick.claim}" for pick in quiz.pin],
        "edit": [edit.item for edit in quiz.edit],
    }
    for key, names in named.items():
        for double, times in Counter(names).items():
            if times > 1:
                yield Fault(file, f"{key}, '{double}'", f"stands {times} times; keep one entry")
    for key in ("pin", "edit"):
        for name in sorted(set(named["ban"]) & set(named[key])):
            yield Fault(file, f"{key}, '{name}'", "is banned as well; remove one of the two entries")


def _collisions(claims: Sequence[Claim], where: Where) -> Iterator[Fault]:
    """Claims of different ids whose passages would bear the same: 't.c' in source 's', and 'c' in source 's.t'."""
    makers: Dict[str, Set[str]] = defaultdict(set)
    for claim in claims:
        for passage in passages_of(claim):
            makers[passage.id].add(claim.id)
    for passage_id, ids in makers.items():
        for claim_id in sorted(ids) if len(ids) > 1 else ():
            message = f"makes the passage id '{passage_id}', which another source and claim make too; rename the claim"
            yield Fault(where["claim", claim_id], f"claim '{claim_id}'", message)


def _check_references(claim: Claim, file: str, sources: Iterable[str], concepts: Iterable[str]) -> Iterator[Fault]:
    key = f"claim '{claim.id}'"
    yield from _unknown(file, f"{key}, source", [place.source for place in claim.places], sources, "sources.yml")
    yield from _unknown(file, f"{key}, also_true_of", claim.also_true_of, concepts, "concepts/")
    yield from _unknown(file, f"{key}, about", claim.about, concepts, "concepts/")
    yield from _unknown(file, f"{key}, unclear_for", claim.unclear_for, concepts, "concepts/")
    for concept in sorted(set(claim.unclear_for) & set(claim.also_true_of)):
        yield Fault(file, f"{key}, unclear_for", f"names '{concept}', of which the point is said to hold (also_true_of); keep one")
    if len({place.source for place in claim.places}) < len(claim.places):
        yield Fault(file, f"{key}, also_in", "names the same source twice; join its places in one locator")


def _unknown(file: str, key: str, ids: Iterable[str], known: Iterable[str], home: str) -> Iterator[Fault]:
    for wrong in sorted(set(ids) - set(known)):
        yield Fault(file, key, f"'{wrong}' is not known; add it to {home} or correct the id")


def _doubles(noun: str, ids: Iterable[str], where: Where) -> Iterator[Fault]:
    for double, times in Counter(ids).items():
        if times > 1:
            message = f"stands {times} times; give each {noun} an id of its own"
            yield Fault(where.get((noun, double), ""), f"{noun} '{double}'", message)
