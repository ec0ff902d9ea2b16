"""Reading a course: what is in order loads, and what is not is listed whole."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Callable

import pytest
import yaml

from knowledge import loader
from knowledge.loader import CourseError, course_version, find_course, load_aspects, load_course, load_sources
from knowledge.models import Aspect, Course

Edit = Callable[[str, str, str], Path]
HEAD = "id: bread\ntitle: Bread\n"
DISAGREEMENTS, NOTES, QUIZ, POINTS = "disagreements.yml", "notes.yml", "quiz.yml", "points.yml"
PEOPLE = "concepts/people.yml"
TYPES = "concepts/types.yml"
IN_SOURCES = "is not known; add it to sources.yml or correct the id"
ONE = "name either an item or a claim, and not both"
TOO_DEEP = "is not valid YAML: nested deeper than 20 levels; a course file has five"
NOT_TEXT = "is not valid YAML for a course: a key must be plain text, a value text, a number or a list"
IN_CONCEPTS = "is not known; add it to concepts/ or correct the id"
BAKER = "concept 'ada-baker', claim 'ada-baker.definition'"


@pytest.fixture
def folder(course_folder: Path, tmp_path: Path) -> Path:
    """A copy of the test course, to spoil."""
    return Path(shutil.copytree(course_folder, tmp_path / "bread"))


@pytest.fixture
def edit(folder: Path) -> Edit:
    """Replace a text, which stands once, in one file of the copy; return its folder."""

    def replace(name: str, old: str, new: str) -> Path:
        text = (folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
        return folder

    return replace


def faults(folder: Path) -> list[str]:
    """What is wrong with a course, one line each."""
    with pytest.raises(CourseError) as caught:
        load_course(folder)
    assert str(caught.value) == "\n".join(map(str, caught.value.faults))
    return [str(fault) for fault in caught.value.faults]


# -- in order ------------------------------------------------------------------------------------------------------


def test_load(course: Course) -> None:
    """A course in order is loaded whole, files by name and records as written."""
    assert (course.id, course.title, course.description) == ("bread", "Bread", "Three types of bread, from flat to risen.")
    assert course.series is not None
    assert (course.series.noun, course.series.short, course.series.tails) == ("type", "t", ("bread",))
    assert course.start_with == ("What is type 1.5 bread?", "Compare type 1 and type 2")
    assert [source.id for source in course.sources] == ["baker-1950", "miller-1980", "digest-2000"]
    assert [(c.id, len(c.claims)) for c in course.concepts] == [("ada-baker", 1), ("type-1", 6), ("type-1.5", 4), ("type-2", 6)]


def test_load_real(project: Path) -> None:
    """Every course that comes with the project is in order."""
    packs = sorted((project / "knowledge" / "packs").glob("*/course.yml"))

    loaded = [load_course(path.parent).id for path in packs]

    assert loaded == [path.parent.name for path in packs]
    assert "multi-track-diplomacy" in loaded


def test_aspects() -> None:
    """Every aspect has a label, words, and a question with room for a concept."""
    aspects = load_aspects()

    assert list(aspects) == [*dict.fromkeys(aspects)]
    assert set(aspects) == set(Aspect)
    assert all(words.label and words.words and "{concept}" in words.question for words in aspects.values())


def test_byte_order_mark(folder: Path) -> None:
    """A byte order mark, which some editors write, does no harm."""
    (folder / "course.yml").write_bytes(b"\xef\xbb\xbf" + HEAD.encode())

    assert load_course(folder).id == "bread"


def test_load_disagreements(course: Course) -> None:
    """Disagreements and notes are loaded as written."""
    (disagreement,), (note,) = course.disagreements, course.notes

    assert (disagreement.id, disagreement.about, len(disagreement.questions)) == ("what-type-2-is", ("type-2",), 1)
    assert [(p.author, p.claims) for p in disagreement.positions] == [
        ("Ada Baker", ("type-2.definition.baker",)),
        ("Ben Miller", ("type-2.definition.miller",)),
    ]
    assert (note.id, note.source, note.slip.value, note.claims) == ("nomads", "miller-1980", "misspelt", ("type-1.participants",))


@pytest.mark.parametrize("name", [DISAGREEMENTS, NOTES, QUIZ])
def test_optional_file(folder: Path, name: str) -> None:
    """A course may do without disagreements, without notes and without edits of its quiz."""
    (folder / name).unlink()

    course = load_course(folder)

    assert () in (course.disagreements, course.notes, course.quiz_edits.ban)


def test_load_points(course: Course, folder: Path) -> None:
    """The points of short answers are loaded by claim, in the order in which they stand; a course may do without."""
    assert list(course.points) == ["type-1.definition", "type-2.purpose"]
    assert course.open_questions["type-1.definition"] == "What is Type 1?"
    dough, flat = course.points["type-1.definition"]
    assert (dough.id, flat.text, flat.words) == ("dough", "without rising", ("it stays flat", "nothing lifts it"))

    (folder / POINTS).unlink()

    assert load_course(folder).points == {}


def test_load_sources(course_folder: Path, course: Course) -> None:
    """The readings of a folder are loaded by themselves, whatever else is in it."""
    assert load_sources(course_folder) == course.sources


@pytest.mark.parametrize(
    "text, fault",
    [
        (None, "sources.yml: is missing; create it"),
        ("", "sources.yml: is not a mapping; it should begin with 'sources:'"),
        ("sources:\n  - {id: A B, title: T, author: X}\n", "sources.yml:2: source 'A B', id: does not fit the pattern"),
    ],
)
def test_load_sources_with_a_fault(tmp_path: Path, text: str | None, fault: str) -> None:
    """A fault of a folder's readings is told like one of a course."""
    if text is not None:
        (tmp_path / "sources.yml").write_text(text, encoding="utf-8")

    with pytest.raises(CourseError) as caught:
        load_sources(tmp_path)

    assert str(caught.value).startswith(f"{tmp_path}/{fault}")


# -- versions ------------------------------------------------------------------------------------------------------


def test_version(course: Course, course_folder: Path) -> None:
    """A version is twelve hexadecimal characters, and the same for the same files."""
    version = course_version(course_folder)

    assert version == course.version
    assert len(version) == 12
    assert set(version) <= set("0123456789abcdef")


@pytest.mark.parametrize("name", ["course.yml", "sources.yml", TYPES, DISAGREEMENTS, NOTES, POINTS])
def test_version_changes(folder: Path, name: str) -> None:
    """A change in any file of a course changes its version."""
    before = course_version(folder)

    with (folder / name).open("a", encoding="utf-8") as file:
        file.write("\n")

    assert course_version(folder) != before


def test_version_aspects(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change in the words for aspects changes the version too."""
    before = course_version(folder)
    changed = tmp_path / "aspects.yml"
    changed.write_bytes(loader.ASPECTS.read_bytes() + b"\n")

    monkeypatch.setattr(loader, "ASPECTS", changed)

    assert course_version(folder) != before


# -- finding -------------------------------------------------------------------------------------------------------


def test_find_by_name(project: Path) -> None:
    """A course is found by its name among the packs."""
    assert find_course("multi-track-diplomacy") == project / "knowledge" / "packs" / "multi-track-diplomacy"


def test_find_by_path(course_folder: Path) -> None:
    """A course is found by the path of its folder."""
    assert find_course(str(course_folder)) == course_folder


def test_find_by_relative_path(course_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path counts from where one stands."""
    monkeypatch.chdir(course_folder.parent)

    assert find_course("course") == Path("course")


def test_find_unknown() -> None:
    """An unknown course is answered with those that there are."""
    with pytest.raises(CourseError) as caught:
        find_course("cheese")

    assert str(caught.value).startswith("cheese: no course here (no course.yml); the courses that come with it: ")
    assert "multi-track-diplomacy" in str(caught.value)


# -- faults of a file ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["course.yml", "sources.yml"])
def test_missing_file(folder: Path, name: str) -> None:
    """A file that every course needs is asked for."""
    (folder / name).unlink()

    assert faults(folder) == [f"{name}: is missing; create it"]


def test_no_concepts(folder: Path) -> None:
    """A course without a concept file is refused."""
    shutil.rmtree(folder / "concepts")

    assert faults(folder) == ["concepts/: holds no .yml file; add one with at least one concept"]


def test_folder_for_file(folder: Path) -> None:
    """A folder in the place of a file is a fault like any other."""
    (folder / "sources.yml").unlink()
    (folder / "sources.yml").mkdir()

    with pytest.raises(CourseError, match=r"sources\.yml: .*Is a directory"):
        load_course(folder)


def test_bad_utf8(folder: Path) -> None:
    """A file in another encoding is named, with the place of the first foreign byte."""
    (folder / "course.yml").write_bytes(b"id: bread\ntitle: Cr\xe8me\n")

    assert faults(folder) == ["course.yml: is not UTF-8 (byte 19); save it as UTF-8"]


@pytest.mark.parametrize("text", ["", "# nothing but a comment\n", "just words\n", "- a\n- list\n", "7\n"])
def test_not_a_mapping(folder: Path, text: str) -> None:
    """A file that is empty or holds something else than keys is told how to begin."""
    (folder / "course.yml").write_text(text, encoding="utf-8")

    assert faults(folder) == ["course.yml: is not a mapping; it should begin with 'id:'"]


@pytest.mark.parametrize("name, key", [("sources.yml", "sources"), (TYPES, "concepts")])
def test_not_a_mapping_elsewhere(folder: Path, name: str, key: str) -> None:
    """How a file should begin depends on the file."""
    (folder / name).write_text("- a\n", encoding="utf-8")

    assert faults(folder) == [f"{name}: is not a mapping; it should begin with '{key}:'"]


def test_huge_file(folder: Path) -> None:
    """A file of more than 2 MB is not even read."""
    (folder / "course.yml").write_bytes(b"#" * (2 * 1024 * 1024 + 1))

    assert faults(folder) == ["course.yml: is larger than 2 MB; split it into several files"]


def test_largest_file(folder: Path) -> None:
    """A file of 2 MB is read."""
    (folder / "course.yml").write_bytes(HEAD.encode().ljust(2 * 1024 * 1024, b"\n"))

    assert load_course(folder).id == "bread"


# -- faults of YAML ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, fault",
    [
        ("id: bread\ntitle: a: b\n", "course.yml:2: is not valid YAML: mapping values are not allowed in this context"),
        ('id: bread\ntitle: "open\n', "course.yml:3: is not valid YAML: found unexpected end of stream"),
        (HEAD + "---\nid: other\n", "course.yml:3: is not valid YAML: but found another document"),
        (
            HEAD + "description: !python x\n",
            "course.yml:3: is not valid YAML: tags (!python) are not allowed; write plain text",
        ),
    ],
)
def test_bad_yaml(folder: Path, text: str, fault: str) -> None:
    """Text that is not YAML, or wants more than data, is refused with its line."""
    (folder / "course.yml").write_text(text, encoding="utf-8")

    assert faults(folder) == [fault]


def test_control_character(folder: Path) -> None:
    """A control character is refused."""
    (folder / "course.yml").write_text(HEAD + "description: \x01\n", encoding="utf-8")

    with pytest.raises(CourseError, match=r"course\.yml: is not valid YAML: .*control characters are not allowed"):
        load_course(folder)


def test_alias(folder: Path) -> None:
    """An alias, of which a few lines can stand for gigabytes, is refused."""
    (folder / "course.yml").write_text("id: bread\ntitle: &t Bread\ndescription: *t\n", encoding="utf-8")

    assert faults(folder) == ["course.yml:3: is not valid YAML: aliases (*name) are not allowed; write the text out"]


def test_alias_bomb(folder: Path) -> None:
    """Nested aliases are refused before they are followed."""
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 60)]
    (folder / "course.yml").write_text("\n".join(["l0: &l0 bread", *levels]), encoding="utf-8")

    assert faults(folder) == ["course.yml:2: is not valid YAML: aliases (*name) are not allowed; write the text out"]


def test_double_key(folder: Path) -> None:
    """The same key twice is refused at its second place."""
    (folder / "course.yml").write_text(HEAD + "title: Cake\n", encoding="utf-8")

    assert faults(folder) == ["course.yml:3: is not valid YAML: the key 'title' stands twice; keep one"]


def test_double_key_inside(edit: Edit, folder: Path) -> None:
    """The same key twice is refused at any depth."""
    edit(PEOPLE, "    kind: person", "    kind: person\n    kind: term")

    assert faults(folder) == ["concepts/people.yml:5: is not valid YAML: the key 'kind' stands twice; keep one"]


@pytest.mark.parametrize("depth, fault", [(19, "description: str type expected"), (20, TOO_DEEP), (500, TOO_DEEP)])
def test_nesting(folder: Path, depth: int, fault: str) -> None:
    """Nesting beyond twenty levels, the file's own being the first, is told as such."""
    (folder / "course.yml").write_text(HEAD + "description: " + "[" * depth + "]" * depth, encoding="utf-8")

    assert faults(folder) == [f"course.yml:3: {fault}"]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_nesting_is_told_quickly(folder: Path, opening: str) -> None:
    """A large file that only nests is refused at its twenty-first level, before the rest of it is read."""
    (folder / "course.yml").write_text(opening * 500_000, encoding="utf-8")
    start = time.monotonic()

    found = faults(folder)

    assert found == [f"course.yml:1: {TOO_DEEP}"]
    assert time.monotonic() - start < 5


def test_deep_nesting(folder: Path, project: Path) -> None:
    """Any depth of nesting is a fault and no crash: the process, one of its own here, ends as it should."""
    (folder / "course.yml").write_text("a: " + "[" * 30_000 + "]" * 30_000, encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "tutor", "check", str(folder)], cwd=project, capture_output=True, text=True, timeout=50, check=False
    )

    assert done.returncode == 1
    assert f"course.yml:1: {TOO_DEEP}" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("text", ["title: {{ name }}\n", "? [a]\n: b\n"])
def test_key_not_text(folder: Path, text: str) -> None:
    """A list or mapping in the place of a key is a fault and no crash."""
    (folder / "course.yml").write_text("id: bread\n" + text, encoding="utf-8")

    assert faults(folder) == [f"course.yml: {NOT_TEXT}"]


@pytest.mark.parametrize("tag, value", [("bool", "maybe"), ("int", '""'), ("timestamp", "soon"), ("str", "Bread")])
def test_tag(folder: Path, tag: str, value: str) -> None:
    """A tag is refused, whether its value fits it or not."""
    (folder / "course.yml").write_text(f"id: bread\ntitle: !!{tag} {value}\n", encoding="utf-8")

    assert faults(folder) == [f"course.yml:2: is not valid YAML: tags (tag:yaml.org,2002:{tag}) are not allowed; write plain text"]


# -- faults of a field ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, old, new, fault",
    [
        ("course.yml", "title: Bread\n", "", "course.yml:1: title: is missing; add it"),
        (
            "course.yml",
            "title: Bread\n",
            "title: Bread\ncolour: red\n",
            "course.yml:4: colour: is not a known field; remove it or correct its spelling",
        ),
        ("course.yml", "  short: t", "  short: ty", "course.yml:7: series, short: does not fit the pattern ^[a-z]$"),
        (
            "course.yml",
            "  - What is type 1.5 bread?",
            '  - ""',
            "course.yml:10: start_with number 1: is empty; write it or remove the key",
        ),
        ("sources.yml", "year: 1950", "year: old", "sources.yml:5: source 'baker-1950', year: value is not a valid integer"),
        ("sources.yml", "https://example.org", "example.org", "sources.yml:6: source 'baker-1950', url: does not fit the pattern"),
        ("sources.yml", "  - id: baker-1950\n    title", "  - title", "sources.yml:2: source number 1, id: is missing; add it"),
        (PEOPLE, "kind: person", "kind: bird", "concepts/people.yml:4: concept 'ada-baker', kind: is not one of: topic, "),
        (
            PEOPLE,
            "aspect: definition",
            "aspect: colour",
            f"{PEOPLE}:8: {BAKER}, aspect: is not one of: definition, participants, ",
        ),
        (
            PEOPLE,
            "        source: digest-2000\n",
            "",
            f"{PEOPLE}:7: {BAKER}, source: is missing; add it",
        ),
        (
            PEOPLE,
            "brief: the sorter of breads",
            f"brief: {'x' * 121}",
            f"{PEOPLE}:10: {BAKER}, brief: is longer than 120 characters; shorten it",
        ),
        (
            PEOPLE,
            "into three types.",
            "into three types. They agreed. They ate.",
            f"{PEOPLE}:9: {BAKER}, text: has more than 2 sentences; split it",
        ),
        (
            PEOPLE,
            "into three types.",
            "into three types",
            f"{PEOPLE}:9: {BAKER}, text: ends without a full stop; write whole sentences",
        ),
        (
            PEOPLE,
            "- who is Ada Baker?",
            "- who is Ada Baker?\n          - {a: b}",
            f"{PEOPLE}:15: {BAKER}, question number 2: str type expected",
        ),
    ],
)
def test_field(edit: Edit, name: str, old: str, new: str, fault: str) -> None:
    """A field at fault is named by file, line, ids and remedy."""
    folder = edit(name, old, new)

    found = faults(folder)

    assert [line[: len(fault)] for line in found] == [fault]


# -- faults between records ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, old, new, fault",
    [
        (
            PEOPLE,
            "source: digest-2000",
            "source: cheese-1",
            f"{PEOPLE}: claim 'ada-baker.definition', source: 'cheese-1' {IN_SOURCES}",
        ),
        (
            TYPES,
            "{source: digest-2000, locator: entry 1}",
            "{source: cheese-1, locator: entry 1}",
            f"{TYPES}: claim 'type-1.definition', source: 'cheese-1' {IN_SOURCES}",
        ),
        (
            TYPES,
            "also_true_of: [type-1]",
            "also_true_of: [type-7]",
            f"{TYPES}: claim 'type-1.5.strength', also_true_of: 'type-7' {IN_CONCEPTS}",
        ),
        (
            TYPES,
            "about: [type-1, type-2]",
            "about: [type-1, type-8]",
            f"{TYPES}: claim 'type-1.5.relation', about: 'type-8' {IN_CONCEPTS}",
        ),
        (
            TYPES,
            "also_true_of: [type-1]",
            "also_true_of: [type-1]\n        unclear_for: [type-2, type-6]",
            f"{TYPES}: claim 'type-1.5.strength', unclear_for: 'type-6' {IN_CONCEPTS}",
        ),
        (
            TYPES,
            "also_true_of: [type-1]",
            "also_true_of: [type-1]\n        unclear_for: [type-2, type-1]",
            f"{TYPES}: claim 'type-1.5.strength', unclear_for: names 'type-1', of which the point is said to hold (also_true_of); "
            "keep one",
        ),
        (
            PEOPLE,
            "    kind: person",
            "    kind: person\n    part_of: bakery",
            f"concepts/people.yml: concept 'ada-baker', part_of: 'bakery' {IN_CONCEPTS}",
        ),
        (
            "sources.yml",
            "copies: [baker-1950]",
            "copies: [cheese-1]",
            f"sources.yml: source 'digest-2000', copies: 'cheese-1' {IN_SOURCES}",
        ),
        (
            TYPES,
            "{source: digest-2000, locator: entry 1}",
            "{source: baker-1950, locator: page 9}",
            f"{TYPES}: claim 'type-1.definition', also_in: names the same source twice; join its places in one locator",
        ),
        (
            "sources.yml",
            "- id: digest-2000",
            "- {id: miller-1980, title: Twin, author: Ben Miller}\n  - id: digest-2000",
            "sources.yml: source 'miller-1980': stands 2 times; give each source an id of its own",
        ),
        (
            TYPES,
            "id: type-2.origin",
            "id: type-2.weakness",
            f"{TYPES}: claim 'type-2.weakness': stands 2 times; give each claim an id of its own",
        ),
        (
            PEOPLE,
            "concepts:\n",
            "concepts:\n  - {id: lonely, name: Lonely}\n",
            "concepts/people.yml: concept 'lonely': has no claims; write at least one or remove the concept",
        ),
        (
            DISAGREEMENTS,
            "about: [type-2]",
            "about: [type-2, type-9]",
            f"{DISAGREEMENTS}: disagreement 'what-type-2-is', about: 'type-9' {IN_CONCEPTS}",
        ),
        (
            DISAGREEMENTS,
            "claims: [type-2.definition.miller]",
            "claims: [type-2.definition.muller]",
            f"{DISAGREEMENTS}: disagreement 'what-type-2-is', position of Ben Miller: 'type-2.definition.muller' {IN_CONCEPTS}",
        ),
        (
            DISAGREEMENTS,
            "claims: [type-2.definition.miller]",
            "claims: [type-2.definition.baker]",
            f"{DISAGREEMENTS}: disagreement 'what-type-2-is': claim 'type-2.definition.baker' stands on 2 sides; keep it on one",
        ),
        (
            DISAGREEMENTS,
            "author: Ben Miller",
            "author: Ada Baker",
            f"{DISAGREEMENTS}: disagreement 'what-type-2-is': 'Ada Baker' has 2 positions; say in the name what sets them apart",
        ),
        (
            NOTES,
            "source: miller-1980",
            "source: miller-1890",
            f"{NOTES}: note 'nomads', source: 'miller-1890' {IN_SOURCES}",
        ),
        (
            NOTES,
            "claims: [type-1.participants]",
            "claims: [type-1.nomads]",
            f"{NOTES}: note 'nomads', claims: 'type-1.nomads' {IN_CONCEPTS}",
        ),
        (POINTS, "id: type-2.purpose", "id: type-2.aim", f"{POINTS}: claim 'type-2.aim': 'type-2.aim' {IN_CONCEPTS}"),
        (
            POINTS,
            "id: type-2.purpose",
            "id: type-1.definition",
            f"{POINTS}: claim 'type-1.definition': stands 2 times; give each claim an id of its own",
        ),
        (
            POINTS,
            "id: flat",
            "id: dough",
            f"{POINTS}: claim 'type-1.definition', point 'dough': stands 2 times; give each point an id of its own",
        ),
        (QUIZ, "claim: type-1.example", "claim: type-1.samples", f"{QUIZ}: ban, claim: 'type-1.samples' {IN_CONCEPTS}"),
        (QUIZ, "claim: type-1.strength.salt", "claim: type-1.salt", f"{QUIZ}: pin, claim: 'type-1.salt' {IN_CONCEPTS}"),
        (
            QUIZ,
            "pin:\n",
            "pin:\n  - claim: type-1.strength.salt\n",
            f"{QUIZ}: pin, 'claim type-1.strength.salt': stands 2 times; keep one entry",
        ),
        (
            QUIZ,
            "claim: type-1.strength.salt",
            "claim: type-1.example",
            f"{QUIZ}: pin, 'claim type-1.example': is banned as well; remove one of the two entries",
        ),
        (
            QUIZ,
            "edit: []",
            "edit:\n  - {item: x-1, stem: What?}\n  - {item: x-1, stem: Why?}",
            f"{QUIZ}: edit, 'x-1': stands 2 times; keep one entry",
        ),
    ],
)
def test_cross_check(edit: Edit, name: str, old: str, new: str, fault: str) -> None:
    """What does not fit together is named by file, id and remedy."""
    folder = edit(name, old, new)

    assert faults(folder) == [fault]


@pytest.mark.parametrize("name, noun, double", [(DISAGREEMENTS, "disagreement", "what-type-2-is"), (NOTES, "note", "nomads")])
def test_double_id(folder: Path, name: str, noun: str, double: str) -> None:
    """Two disagreements, or two notes, have two ids."""
    head, item = (folder / name).read_text(encoding="utf-8").split("\n", 1)
    (folder / name).write_text(f"{head}\n{item}{item}", encoding="utf-8")

    assert faults(folder) == [f"{name}: {noun} '{double}': stands 2 times; give each {noun} an id of its own"]


@pytest.mark.parametrize(
    "name, old, new, fault",
    [
        (
            DISAGREEMENTS,
            "[type-2]",
            "[]",
            "disagreements.yml:4: disagreement 'what-type-2-is', about: has 0 of at least 1; list the concepts that it concerns",
        ),
        (
            DISAGREEMENTS,
            "      - author: Ben Miller\n        claims: [type-2.definition.miller]\n",
            "",
            "disagreements.yml:6: disagreement 'what-type-2-is', positions: has 1 of at least 2; list the authors who differ",
        ),
        (
            DISAGREEMENTS,
            "[type-2.definition.miller]",
            "[]",
            "disagreements.yml:10: disagreement 'what-type-2-is', position number 2, claims: has 0 of at least 1",
        ),
        (NOTES, "slip: misspelt", "slip: typo", "notes.yml:5: note 'nomads', slip: is not one of: reversed, wrong name, misplaced"),
        (NOTES, "    slip: misspelt\n", "", "notes.yml:2: note 'nomads', slip: is missing; add it"),
        (POINTS, "    question: What is Type 1?\n", "", "points.yml:2: claim 'type-1.definition', question: is missing; add it"),
        (POINTS, "text: baked dough", "text: ''", "points.yml:6: claim 'type-1.definition', point 'dough', text: is empty"),
        (
            POINTS,
            "      - id: week\n        text: it lasts for a week\n        words: [seven days]\n",
            "      []\n",
            "points.yml:13: claim 'type-2.purpose', points: has 0 of at least 1; list what a full answer has to say",
        ),
        (QUIZ, "pin:\n", "pins:\n", "quiz.yml:4: pins: is not a known field; remove it or correct its spelling"),
        (
            QUIZ,
            "  - claim: type-1.example\n",
            "  - item: x-1\n    claim: type-1.example\n",
            f"quiz.yml:3: ban number 1, claim: {ONE}",
        ),
        (QUIZ, "  - claim: type-1.example\n    reason", "  - reason", f"quiz.yml:2: ban number 1, claim: {ONE}"),
        (QUIZ, "edit: []", "edit:\n  - item: x-1", "quiz.yml:7: edit number 1, options: changes nothing; write a stem or options"),
        (QUIZ, "edit: []", "edit:\n  - stem: What?", "quiz.yml:7: edit number 1, item: is missing; add it"),
        (QUIZ, "edit: []", "edit:\n  - {item: x-1, options: {a: ''}}", "quiz.yml:7: edit number 1, options, a: is empty; write it"),
    ],
)
def test_field_of_optional_file(edit: Edit, name: str, old: str, new: str, fault: str) -> None:
    """A field at fault in disagreements or notes is named by file, line, ids and remedy."""
    (found,) = faults(edit(name, old, new))

    assert found.startswith(fault)


def test_load_quiz(course: Course, edit: Edit) -> None:
    """What an instructor wants of the quiz items is loaded as written; item ids are not looked up."""
    other = load_course(edit(QUIZ, "edit: []", "edit:\n  - item: x-1\n    stem: What?\n    options: {a: rye, 1: jars}"))

    (banned,), (pinned,), (edited,) = other.quiz_edits.ban, other.quiz_edits.pin, other.quiz_edits.edit
    assert (banned.item, banned.claim, banned.reason) == (None, "type-1.example", "Names of breads are not asked here.")
    assert (pinned.item, pinned.claim, pinned.reason) == (None, "type-1.strength.salt", None)
    assert (edited.item, edited.stem, edited.options) == ("x-1", "What?", {"a": "rye", "1": "jars"})
    assert course.quiz_edits.edit == ()
    assert other.version != course.version


def test_edit_of_banned_item(edit: Edit) -> None:
    """An item cannot be banned and edited."""
    edit(QUIZ, "ban:\n", "ban:\n  - item: x-1\n")

    folder = edit(QUIZ, "edit: []", "edit:\n  - {item: x-1, stem: What?}")

    assert faults(folder) == [f"{QUIZ}: edit, 'x-1': is banned as well; remove one of the two entries"]


def test_no_echo_in_optional_files(folder: Path) -> None:
    """References of disagreements and notes are not followed into a file that could not be read."""
    (folder / TYPES).write_text("concepts: [\n", encoding="utf-8")

    assert [line.partition(":")[0] for line in faults(folder)] == [TYPES]


def test_double_concept(folder: Path) -> None:
    """A concept that stands in two files is named, and so are its claims."""
    shutil.copy(folder / "concepts" / "people.yml", folder / "concepts" / "persons.yml")

    assert faults(folder) == [
        "concepts/people.yml: concept 'ada-baker': stands 2 times; give each concept an id of its own",
        f"{PEOPLE}: claim 'ada-baker.definition': stands 2 times; give each claim an id of its own",
    ]


def test_whole_without_claims(edit: Edit, folder: Path) -> None:
    """A concept without claims is in order when others are parts of it."""
    edit(PEOPLE, "concepts:\n", "concepts:\n  - {id: bakers, name: Bakers}\n")
    edit(PEOPLE, "    kind: person", "    kind: person\n    part_of: bakers")

    assert [part.id for part in load_course(folder).parts_of("bakers")] == ["ada-baker"]


def test_claim_named_as_concept(edit: Edit, folder: Path) -> None:
    """A fault of a claim is told with the claim's own file, even if a concept elsewhere has its id."""
    edit(TYPES, "id: type-2.origin", "id: ada-baker")
    edit(TYPES, "locator: entry 2", "locator: entry 2\n        about: [cheese]")

    assert faults(folder) == [f"{TYPES}: claim 'ada-baker', about: 'cheese' {IN_CONCEPTS}"]


def test_passage_collision(edit: Edit, folder: Path) -> None:
    """Two claims whose passages would share an id, for both ids may hold dots, are both named with their files."""
    edit("sources.yml", "  - id: digest-2000", "  - {id: baker-1950.type-2, title: More, author: Ada Baker}\n  - id: digest-2000")
    edit(PEOPLE, "id: ada-baker.definition", "id: origin")
    edit(PEOPLE, "source: digest-2000", "source: baker-1950.type-2")
    text = (folder / TYPES).read_text(encoding="utf-8")
    before, origin = text.split("- id: type-2.origin")
    origin = re.sub("source: .*", "source: baker-1950", origin, count=1)
    (folder / TYPES).write_text(f"{before}- id: type-2.origin{origin}", encoding="utf-8")

    message = "makes the passage id 'baker-1950.type-2.origin', which another source and claim make too; rename the claim"
    assert faults(folder) == [f"{PEOPLE}: claim 'origin': {message}", f"{TYPES}: claim 'type-2.origin': {message}"]


def test_longest_ids(edit: Edit, folder: Path) -> None:
    """Ids of the greatest length do no harm when source and claim make a passage's id."""
    edit("sources.yml", "  - id: digest-2000", f"  - {{id: {'s' * 80}, title: More, author: Ada Baker}}\n  - id: digest-2000")
    edit(PEOPLE, "id: ada-baker.definition", f"id: {'c' * 80}")
    edit(PEOPLE, "source: digest-2000", f"source: {'s' * 80}")

    assert f"{'s' * 80}.{'c' * 80}" in load_course(folder).passages


# -- all at once ---------------------------------------------------------------------------------------------------


def test_all_at_once(edit: Edit, folder: Path) -> None:
    """Every fault of every file is told in one go."""
    edit("course.yml", "id: bread", "id: Bread")
    edit("course.yml", "title: Bread", "colour: brown")
    (folder / "sources.yml").write_bytes(b"\xff")
    edit(PEOPLE, "kind: person", "kind: bird")
    (folder / "concepts" / "zero.yml").write_text("", encoding="utf-8")

    found = faults(folder)

    assert [line.split(": ")[0] for line in found] == [
        "course.yml:2",
        "course.yml:1",
        "course.yml:3",
        "sources.yml",
        "concepts/people.yml:4",
        "concepts/zero.yml",
    ]


def test_all_cross_checks_at_once(edit: Edit, folder: Path) -> None:
    """Every reference that leads nowhere is told in one go."""
    edit("sources.yml", "copies: [baker-1950]", "copies: [a, b]")
    edit(TYPES, "about: [type-1, type-2]", "about: [d, c]")

    found = faults(folder)

    assert [line.split(" is not known")[0] for line in found] == [
        "sources.yml: source 'digest-2000', copies: 'a'",
        "sources.yml: source 'digest-2000', copies: 'b'",
        f"{TYPES}: claim 'type-1.5.relation', about: 'c'",
        f"{TYPES}: claim 'type-1.5.relation', about: 'd'",
    ]


def test_no_echo(folder: Path) -> None:
    """References are not followed into a file that could not be read: one fault, not one for each claim."""
    (folder / "sources.yml").write_text("", encoding="utf-8")

    assert faults(folder) == ["sources.yml: is not a mapping; it should begin with 'sources:'"]


def test_never_runs_code(folder: Path, tmp_path: Path) -> None:
    """A course file cannot run anything."""
    trap = tmp_path / "trap"
    (folder / "course.yml").write_text(f"!!python/object/apply:os.mkdir [{trap}]\n", encoding="utf-8")

    with pytest.raises(CourseError, match=r"tags \(tag:yaml\.org,2002:python/object/apply:os\.mkdir\) are not allowed"):
        load_course(folder)

    assert not trap.exists()


def test_yaml_is_as_written(course_folder: Path, course: Course) -> None:
    """What is loaded is what stands in the files."""
    raw = yaml.safe_load((course_folder / "concepts" / "types.yml").read_text(encoding="utf-8"))

    assert [c["text"] for concept in raw["concepts"] for c in concept["claims"]] == [
        c.text for concept in course.concepts[1:] for c in concept.claims
    ]
