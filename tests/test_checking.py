"""The course's check beyond the schema: what an author must mend, what an author may mend, and how it is told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Callable, List

import pytest

from index.encoder import PACKAGED, Encoder, is_exported, load_encoder
from index.vocabulary import Vocabulary
from knowledge.loader import CourseError, Fault, find_course, load_course
from knowledge.models import Course
from tutor.checking import Report, examine, faults, hints, publish
from tutor.likeness import alike
from tutor.published import digest, published
from tutor.whereabouts import Whereabouts

REAL = Path(__file__).resolve().parent.parent / "var" / "encoder"
needs_export = pytest.mark.skipif(not is_exported(PACKAGED, REAL), reason="the encoder is not exported; run: python -m tutor index")
Edit = Callable[..., Course]


@pytest.fixture
def folder(tmp_path: Path, course_folder: Path) -> Path:
    """A copy of the test course, to spoil."""
    return Path(shutil.copytree(course_folder, tmp_path / "bread"))


@pytest.fixture
def edit(folder: Path) -> Edit:
    """Change texts in the copy, given as old, new, old, new ..., and load it."""

    def change(*texts: str) -> Course:
        path = folder / "concepts" / "types.yml"
        text = path.read_text(encoding="utf-8")
        for old, new in zip(texts[::2], texts[1::2], strict=True):
            assert old in text
            text = text.replace(old, new, 1)
        path.write_text(text, encoding="utf-8")
        return load_course(folder)

    return change


def line_of(folder: Path, text: str) -> int:
    """The line of the copy on which a text stands first, from 1."""
    lines = (folder / "concepts" / "types.yml").read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def keys(found: List[Fault]) -> List[str]:
    """What the faults are about."""
    return [fault.key for fault in found]


# -- in order ------------------------------------------------------------------------------------------------------


def test_no_faults(course: Course, course_folder: Path, toy_encoder: Encoder) -> None:
    """A course in order has no faults."""
    assert faults(course, course_folder, toy_encoder) == []


@needs_export
def test_no_faults_in_the_real_course() -> None:
    """The course that comes with the project has no faults."""
    folder = find_course("multi-track-diplomacy")

    assert [str(fault) for fault in faults(load_course(folder), folder, load_encoder(PACKAGED, REAL))] == []


def test_report() -> None:
    """A report is told in a line for each finding, hints marked as such, or as JSON."""
    report = Report((Fault("a.yml", "claim 'x'", "is wrong; mend it", 3),), (Fault("b.txt", "", "is missing"),))

    assert report.lines() == ["a.yml:3: claim 'x': is wrong; mend it", "hint: b.txt: is missing"]
    assert json.loads(json.dumps(report.as_dict()))["faults"] == [
        {"file": "a.yml", "key": "claim 'x'", "remedy": "is wrong; mend it", "line": 3}
    ]


def test_examine(course: Course, course_folder: Path, toy_encoder: Encoder) -> None:
    """Faults and hints are found together as they are apart."""
    report = examine(course, course_folder, toy_encoder)

    assert list(report.faults) == faults(course, course_folder, toy_encoder)
    assert list(report.hints) == hints(course, course_folder, toy_encoder)


# -- the schema's own faults -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "old, new, key, remedy, line",
    [
        ("minutes.", "minutes. It is. It is!", "text", "has more than 2 sentences; split it into several claims", "minutes. It"),
        ("        source: miller-1980\n", "", "source", "is missing; add it", "id: type-1.participants"),
        ("        locator: page 10\n", "", "locator", "is missing; add it", "id: type-1.participants"),
    ],
)
def test_schema(old: str, new: str, key: str, remedy: str, line: str, folder: Path, edit: Edit) -> None:
    """A claim that is too long, or lacks source or locator, is refused with file, line, key and remedy."""
    with pytest.raises(CourseError) as refused:
        edit(old, new)

    (fault,) = refused.value.faults
    assert (fault.file, fault.remedy, fault.line) == ("concepts/types.yml", remedy, line_of(folder, line))
    assert fault.key.startswith("concept 'type-1', claim 'type-1.") and fault.key.endswith(f", {key}")


# -- where -----------------------------------------------------------------------------------------------------------


def test_whereabouts(course: Course, course_folder: Path) -> None:
    """Every concept and claim is found in its file, on the line of its id."""
    where = Whereabouts(course_folder)

    assert str(where.of("type-1")) == "concepts/types.yml:2"
    assert str(where.of("ada-baker.definition")) == "concepts/people.yml:7"
    assert all(where.of(record).line for record in (*course.claim, *course.concept))


@pytest.mark.parametrize("line", ["- id: x.y", "id: 'x.y'", '- "id": "x.y"', "- {name: z, id: x.y}", "- {id: x.y, name: z}  # no"])
def test_whereabouts_of_any_spelling(line: str, tmp_path: Path) -> None:
    """An id is found however the YAML is written; one that is commented out is not there."""
    (tmp_path / "concepts").mkdir()
    (tmp_path / "concepts" / "a.yml").write_text(f"# - id: x.y\nconcepts:\n  {line}\n", encoding="utf-8")

    assert str(Whereabouts(tmp_path).of("x.y")) == "concepts/a.yml:3"


# -- ids that students have met --------------------------------------------------------------------------------------


def test_publish(course: Course, folder: Path, toy_encoder: Encoder) -> None:
    """Publishing writes a line for each claim, sorted; the course's version stays, and there is no hint any more."""
    assert any(hint.file == "published.txt" for hint in hints(course, folder, toy_encoder))

    assert publish(course, folder) == 17

    lines = [line for line in (folder / "published.txt").read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert lines == sorted(f"{claim.id} {digest(claim.text)}" for claim in course.claim.values())
    assert load_course(folder).version == course.version
    assert not any(hint.file == "published.txt" for hint in hints(course, folder, toy_encoder))
    assert publish(course, folder) == 0


def test_digest() -> None:
    """A text keeps its digest when it is wrapped differently."""
    assert digest("Type 1 is\n flat.") == digest("type 1 is flat.") != digest("Type 1 is not flat.")


def test_renamed(course: Course, folder: Path, edit: Edit, toy_encoder: Encoder) -> None:
    """A claim whose id has changed is told its former id."""
    publish(course, folder)
    changed = edit("id: type-1.strength.fast", "id: type-1.strength.quick")

    assert faults(changed, folder, toy_encoder) == [
        Fault(
            "concepts/types.yml",
            "claim 'type-1.strength.quick'",
            "was published as 'type-1.strength.fast'; call it 'type-1.strength.fast' again: students' progress is kept by the id",
            line_of(folder, "id: type-1.strength.quick"),
        )
    ]


def test_gone(course: Course, folder: Path, edit: Edit, toy_encoder: Encoder) -> None:
    """A published claim that is gone is a fault on its line until it is retired, and stays retired when published again."""
    publish(course, folder)
    changed = edit("id: type-1.strength.fast", "id: type-1.strength.quick")
    changed = edit("ready within ten minutes.", "eaten at once.")

    (fault,) = faults(changed, folder, toy_encoder)
    assert (fault.file, fault.key) == ("published.txt", "claim 'type-1.strength.fast'")
    assert "give the claim its id back" in fault.remedy and "write the word 'retired' at the end of this line" in fault.remedy

    path = folder / "published.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[(fault.line or 0) - 1] += " retired"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert faults(changed, folder, toy_encoder) == []
    publish(changed, folder)
    assert [entry.id for entry in published(folder) if entry.retired] == ["type-1.strength.fast"]


def test_gone_claims_stay_published(course: Course, folder: Path, edit: Edit, toy_encoder: Encoder) -> None:
    """Publishing does not hide that a claim is gone."""
    publish(course, folder)
    changed = edit("id: type-1.strength.fast", "id: type-1.strength.quick")

    publish(changed, folder)

    assert keys(faults(changed, folder, toy_encoder)) == ["claim 'type-1.strength.fast'"]


def test_reworded(course: Course, folder: Path, edit: Edit, toy_encoder: Encoder) -> None:
    """A claim may be worded anew."""
    publish(course, folder)

    assert faults(edit("within ten minutes", "in ten minutes"), folder, toy_encoder) == []


def test_swapped(course: Course, folder: Path, edit: Edit, toy_encoder: Encoder) -> None:
    """Two claims that have exchanged their texts are told so."""
    publish(course, folder)
    fast, hard = "text: Type 1 is ready within ten minutes.", "text: Type 1 turns hard within a day."

    found = faults(edit(fast, "text: FAST", hard, fast, "text: FAST", hard), folder, toy_encoder)

    assert keys(found) == ["claim 'type-1.weakness'", "claim 'type-1.strength.fast'"]
    assert found[0].remedy.startswith("has the text that was published as 'type-1.strength.fast'")


def test_retired_id_used_again(course: Course, folder: Path, toy_encoder: Encoder) -> None:
    """An id that was retired is not given to another claim."""
    (folder / "published.txt").write_text("type-1.example 0123456789ab retired\n", encoding="utf-8")

    (fault,) = faults(course, folder, toy_encoder)

    assert (fault.key, fault.remedy) == ("claim 'type-1.example'", "has an id that was retired; give a new claim a new id")


def test_damaged(course: Course, folder: Path, toy_encoder: Encoder) -> None:
    """A line that cannot be read is a fault; nothing is published over it."""
    path = folder / "published.txt"
    path.write_text("# head\ntype-1.example\n", encoding="utf-8")

    (fault,) = faults(course, folder, toy_encoder)

    assert (fault.file, fault.line) == ("published.txt", 2)
    with pytest.raises(CourseError, match=r"published\.txt:2"):
        publish(course, folder)
    assert path.read_text(encoding="utf-8") == "# head\ntype-1.example\n"


def test_not_yet_published(course: Course, folder: Path, edit: Edit, toy_encoder: Encoder) -> None:
    """Claims that are not published yet are a hint."""
    publish(course, folder)
    path = folder / "published.txt"
    path.write_text("\n".join(path.read_text(encoding="utf-8").splitlines()[:-1]), encoding="utf-8")

    (hint,) = [hint for hint in hints(course, folder, toy_encoder) if hint.file == "published.txt"]

    assert hint.remedy == "1 claim is not in it yet; run this check with --publish when students get to see them"


# -- claims that say the same ----------------------------------------------------------------------------------------

AGAIN = """
      - id: type-1.weakness.again
        aspect: weakness
        text: Within a day Type 1 turns quite hard.
        source: {source}
        locator: page 40
"""
LAST_OF_TYPE_1 = "        locator: page 12\n"


def with_another(edit: Edit, source: str, text: str = "Within a day Type 1 turns quite hard.") -> Course:
    """The test course with one more claim under Type 1."""
    again = AGAIN.format(source=source).replace("Within a day Type 1 turns quite hard.", text)
    return edit(LAST_OF_TYPE_1, LAST_OF_TYPE_1 + again)


@pytest.mark.parametrize(
    "source, advice",
    [("miller-1980", "merge them, the second reading under `also_in`"), ("baker-1950", "keep one of them")],
)
def test_repetition(source: str, advice: str, folder: Path, edit: Edit, toy_encoder: Encoder) -> None:
    """A claim that is made twice of one concept is merged, or dropped if it is from the same reading."""
    (fault,) = faults(with_another(edit, source), folder, toy_encoder)

    line = line_of(folder, "id: type-1.weakness")
    assert (fault.file, fault.key) == ("concepts/types.yml", "claim 'type-1.weakness.again'")
    assert fault.remedy.startswith(f"says the same as claim 'type-1.weakness' (concepts/types.yml:{line}); {advice}")
    assert fault.remedy.endswith("in a line such as `type-1.weakness type-1.weakness.again: why`")


def test_different_claims(folder: Path, edit: Edit, toy_encoder: Encoder) -> None:
    """To an encoder alone much is alike; the words must agree, too."""
    assert faults(with_another(edit, "baker-1950", "Type 1 crumbles in the mouth."), folder, toy_encoder) == []


def test_reviewed(folder: Path, edit: Edit, toy_encoder: Encoder) -> None:
    """A pair that an author has reviewed, in either order, is accepted."""
    changed = with_another(edit, "baker-1950")
    line = "type-1.weakness.again type-1.weakness: one is hard, the other quite hard\n"
    (folder / "reviewed.txt").write_text(f"# on purpose\n\n{line}", encoding="utf-8")

    assert faults(changed, folder, toy_encoder) == []
    assert changed.version == load_course(folder).version


@pytest.mark.parametrize(
    "line, key",
    [
        ("type-1.weakness type-1.example", "'type-1.weakness type-1.example'"),
        ("type-1.weakness type-1.example:", "'type-1.weakness type-1.example:'"),
        ("type-1.weakness: because", "'type-1.weakness: because'"),
        ("type-1.weakness type-9: because", "claim 'type-9'"),
    ],
)
def test_wrong_review(line: str, key: str, course: Course, folder: Path, toy_encoder: Encoder) -> None:
    """A review without two ids and a reason, or of a claim that is not there, is a fault."""
    (folder / "reviewed.txt").write_text(f"\n{line}\n", encoding="utf-8")

    (fault,) = faults(course, folder, toy_encoder)

    assert (fault.file, fault.key, fault.line) == ("reviewed.txt", key, 2)


def test_idle_review(course: Course, folder: Path, toy_encoder: Encoder) -> None:
    """A review of claims that are no longer alike is a hint."""
    (folder / "reviewed.txt").write_text("type-1.weakness type-1.example: once alike\n", encoding="utf-8")

    found = [hint for hint in hints(course, folder, toy_encoder) if hint.file == "reviewed.txt"]

    assert [(hint.remedy, hint.line) for hint in found] == [("are no longer alike; remove the line", 1)]


ELSEWHERE = """
      - id: type-2.weakness.hard
        aspect: {aspect}
        text: {text}
        brief: hard within a day
        source: digest-2000
        locator: entry 3
"""


@pytest.mark.parametrize(
    "aspect, text, advice",
    [
        ("weakness", "Type 2 turns hard within a day.", "`also_true_of: [type-2]`"),
        ("outcome", "Type 2 turns hard within a day.", "`about: [type-2]`"),
        ("weakness", "Type 2 turns hard within a day, just like Type 1.", ""),
    ],
)
def test_said_of_two(aspect: str, text: str, advice: str, folder: Path, toy_encoder: Encoder) -> None:
    """What is said of one concept and of another must point to the other."""
    path = folder / "concepts" / "types.yml"
    path.write_text(path.read_text(encoding="utf-8") + ELSEWHERE.format(aspect=aspect, text=text), encoding="utf-8")

    found = faults(load_course(folder), folder, toy_encoder)

    assert [fault.key for fault in found] == (["claim 'type-2.weakness.hard'"] if advice else [])
    line = line_of(folder, "id: type-1.weakness")
    beginning = f"says of 'type-2' what claim 'type-1.weakness' (concepts/types.yml:{line}) says of 'type-1'; "
    assert all(fault.remedy.startswith(beginning) for fault in found)
    assert all(advice in fault.remedy for fault in found)


@needs_export
def test_alike_finds_what_is_worded_anew() -> None:
    """A claim that is worded anew is found beside its original; its opposite side is not a repetition of it."""
    course = load_course(find_course("multi-track-diplomacy"))
    concept = course.concept["jimmy-carter"]
    original = course.claim["jimmy-carter.strength.bridge"]
    text = "According to Diamond and McDonald, the prominence of a former president lets Carter bridge Track 1 and Track 2."
    again = original.copy(update={"id": "again", "text": text})
    twice = concept.copy(update={"claims": (original, again)})
    fields = {name: getattr(course, name) for name in Course.__fields__}
    small = Course(**{**fields, "concepts": (twice,), "disagreements": (), "notes": ()})

    found = alike(small, Vocabulary(small), load_encoder(PACKAGED, REAL))

    assert [(pair.first, pair.second) for pair in found] == [(original.id, "again")]


# -- concepts nobody can ask for -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "old, new, name, remedy",
    [
        ("[sourdough, risen bread]", "[soda breads]", "soda breads", "is a name of concept 'type-1.5' too"),
        ("[sourdough, risen bread]", "[the who]", "the who", "has only everyday words"),
        ("[sourdough, risen bread]", "[type 1 with yeast]", "type 1 with yeast", ""),
        ("[sourdough, risen bread]", "['+++']", "+++", "has only everyday words"),
        ("name: Type 2", "name: Type 1", "Type 1", "is a name of concept 'type-1' too"),
    ],
)
def test_names(old: str, new: str, name: str, remedy: str, folder: Path, edit: Edit, toy_encoder: Encoder) -> None:
    """A name that leads elsewhere or nowhere is a fault at its concept."""
    found = [fault for fault in faults(edit(old, new), folder, toy_encoder) if f"'{name}'" in fault.key]

    assert [(f.file, f.line, f.key) for f in found] == (
        [("concepts/types.yml", line_of(folder, "- id: type-2"), f"concept 'type-2', '{name}'")] if remedy else []
    )
    assert all(fault.remedy.startswith(remedy) for fault in found)


def test_shadowed(folder: Path, edit: Edit, toy_encoder: Encoder) -> None:
    """A name that is understood as another concept is a fault that names this concept."""
    (fault,) = faults(edit("[sourdough, risen bread]", "[first type]"), folder, toy_encoder)

    assert fault.remedy.startswith("is understood as 'type-1'; ")


# -- readings --------------------------------------------------------------------------------------------------------


def test_copy_first(folder: Path, edit: Edit, toy_encoder: Encoder) -> None:
    """The original is cited before the reading that repeats it."""
    main, copy = "source: baker-1950\n        locator: page 1\n", "{source: digest-2000, locator: entry 1}"
    changed = edit(copy, "{source: baker-1950, locator: page 1}", main, "source: digest-2000\n        locator: entry 1\n")

    (fault,) = faults(changed, folder, toy_encoder)

    line = line_of(folder, "id: type-1.definition")
    assert (fault.file, fault.line, fault.key) == ("concepts/types.yml", line, "claim 'type-1.definition', source")
    assert fault.remedy.startswith("cites 'digest-2000' first, which repeats 'baker-1950'; ")


# -- claims nobody can find ------------------------------------------------------------------------------------------


def test_findable(course: Course, course_folder: Path, toy_encoder: Encoder) -> None:
    """A claim with a question that brings it up is no matter for a hint."""
    assert not any("questions" in hint.key for hint in hints(course, course_folder, toy_encoder))


def test_unfindable(folder: Path, edit: Edit, toy_encoder: Encoder) -> None:
    """A claim that comes up for none of its questions is a hint; that the index knows the question does not count."""
    changed = edit("- which loaf stays soft?", "- how much salt and soda and yeast?")

    found = [hint for hint in hints(changed, folder, toy_encoder) if "questions" in hint.key]

    assert [(hint.file, hint.line, hint.key) for hint in found] == [
        ("concepts/types.yml", line_of(folder, "id: type-2.strength"), "claim 'type-2.strength', questions")
    ]
