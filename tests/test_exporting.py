"""Items as Anki deck, GIFT, QTI and CSV, read back by readers that know the formats and not the writers."""

from __future__ import annotations

import argparse
import csv
import hashlib
import html
import io
import json
import re
import sqlite3
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Tuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from knowledge.loader import load_course
from knowledge.models import Aspect, Course
from tutor.exporting import KINDS, Format, export, file_name
from tutor.exporting.anki import deck_id, note_id
from tutor.exporting.choosing import CannotExport, choose
from tutor.exporting.csv_table import COLUMNS, inert
from tutor.exporting.wording import clean
from tutor.items import Ground, Item, ItemType, Option, Point, Prompt, Why

ROOT = Path(__file__).resolve().parent.parent
FAST = "Ada Baker, The Three Types (1950), page 2"
SIGNS = [*"~=#{}:\\%[]<>&\"'-+@*_$`|,;/ \n\t\r\x00\x1f\u2028", "->", "//", "\\n", "::", "####", "[html]", "%50%", "=1", "]]>"]
NASTY = (
    st.lists(st.one_of(st.sampled_from(SIGNS), st.characters(blacklist_categories=("Cs", "Co"))), min_size=1, max_size=25)
    .map(lambda parts: "".join(parts).strip())
    .filter(lambda text: bool(clean(text).strip()))
)


def options(*texts: str) -> Tuple[Option, ...]:
    return tuple(Option(id="abcdef"[n], text=text) for n, text in enumerate(texts))


def ground(option: str, right: bool, why: Why, claim: str, belongs: Optional[str] = None) -> Ground:
    return Ground(option=option, right=right, why=why, claims=(claim,), belongs=belongs)


def one_of(stem: str = "Which is a strength of Type 1?", *texts: str, id: str = "mc-1") -> Item:
    """Key b; a belongs to Type 2, c is a weakness of Type 1."""
    return Item(
        id=id,
        type=ItemType.multiple_choice,
        form="strength_of",
        concept="type-1",
        aspect=Aspect.strength,
        stem=stem,
        options=options(*(texts or ("stays soft", "ready within ten minutes", "hard within a day"))),
        key=("b",),
        proof=(
            ground("a", False, Why.other_concept, "type-2.strength", "type-2"),
            ground("b", True, Why.listed, "type-1.strength.fast", "type-1"),
            ground("c", False, Why.opposite_list, "type-1.weakness", "type-1"),
        ),
        claims=("type-1.strength.fast",),
    )


def true_false(key: str = "false", stem: str = "Type 2 is ready within ten minutes.") -> Item:
    right, wrong = ("exchanged", "exchanged") if key == "false" else ("stated", "stated")
    return Item(
        id=f"tf-{key}",
        type=ItemType.true_false,
        form="statement",
        concept="type-1",
        stem=stem,
        options=(Option(id="true", text="True"), Option(id="false", text="False")),
        key=(key,),
        proof=(
            ground(key, True, Why(right), "type-1.strength.fast", "type-1"),
            ground("true" if key == "false" else "false", False, Why(wrong), "type-1.strength.fast", "type-1"),
        ),
        claims=("type-1.strength.fast",),
    )


def several_of(stem: str = "Which are strengths of Type 1?", *texts: str) -> Item:
    """Keys a and c of five."""
    texts = texts or ("ready within ten minutes", "stays soft", "only flour, water and salt", "hard within a day", "tastes of soap")
    return Item(
        id="sa-1",
        type=ItemType.select_all,
        form="strengths_of",
        concept="type-1",
        stem=stem,
        options=options(*texts),
        key=("a", "c"),
        proof=(
            ground("a", True, Why.listed, "type-1.strength.fast"),
            ground("b", False, Why.other_concept, "type-2.strength", "type-2"),
            ground("c", True, Why.listed, "type-1.strength.salt"),
            ground("d", False, Why.opposite_list, "type-1.weakness"),
            ground("e", False, Why.other_concept, "type-1.5.weakness", "type-1.5"),
        ),
        claims=("type-1.strength.fast", "type-1.strength.salt"),
    )


def match(stem: str = "Match each with its type.", *texts: str) -> Item:
    """1b, 2c, 3a; d is spare."""
    texts = texts or ("hard within a day", "stays soft", "no waiting", "Type 1.5", "Type 1", "Type 2", "Type 3")
    return Item(
        id="ma-1",
        type=ItemType.match,
        form="claims_to_topics",
        concept="type-2",
        stem=stem,
        prompts=tuple(Prompt(id=str(n), text=text) for n, text in enumerate(texts[:3], start=1)),
        options=options(*texts[3:]),
        key=("1b", "2c", "3a"),
        proof=(
            ground("1b", True, Why.listed, "type-1.weakness"),
            ground("2c", True, Why.listed, "type-2.strength"),
            ground("3a", True, Why.listed, "type-1.5.strength"),
        ),
        claims=("type-1.weakness", "type-2.strength", "type-1.5.strength"),
    )


def own_words(stem: str = "Name strengths of Type 1.", *texts: str) -> Item:
    texts = texts or ("ready within ten minutes", "needs only flour, water and salt")
    claims = ("type-1.strength.fast", "type-1.strength.salt")
    return Item(
        id="sh-1",
        type=ItemType.short_answer,
        form="name_strengths",
        concept="type-1",
        stem=stem,
        points=tuple(Point(id=f"p{n}", text=text, claim=claims[n]) for n, text in enumerate(texts)),
        claims=claims,
    )


ALL = (one_of(), true_false("false"), true_false("true", "Type 1 is ready within ten minutes."), several_of(), match(), own_words())


@pytest.fixture(scope="module")
def bread() -> Course:
    return load_course(ROOT / "tests" / "course")


def plain(markup: str) -> str:
    """What a browser shows of a piece of HTML that this project writes."""
    return html.unescape(re.sub(r"<[^>]*>", "", markup.replace("<br>", "\n")))


def shown(text: str) -> str:
    """What every format must show of a text."""
    return clean(text).strip()


# -- all formats -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", list(Format))
def test_same_bytes(format: Format, bread: Course) -> None:
    """The same items give the same bytes in another process, with another hash seed, time zone and time."""
    code = (
        "import hashlib, time; time.sleep(2.1)\n"  # a zip tells the time in steps of two seconds
        "from tests.test_exporting import *\n"
        f"print(hashlib.sha256(export('{format.value}', ALL, load_course(ROOT / 'tests' / 'course'))).hexdigest())"
    )
    environment = {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "PYTHONPATH": str(ROOT), "PATH": "/usr/bin"}

    done = subprocess.run(
        [sys.executable, "-Wi", "-c", code], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )

    assert done.stdout.strip() == hashlib.sha256(export(format, ALL, bread)).hexdigest()


@pytest.mark.parametrize("format", list(Format))
def test_nothing(format: Format, bread: Course) -> None:
    """No items make a file as well."""
    assert export(format, (), bread)


def test_unknown_format(bread: Course) -> None:
    """A format that there is not is refused."""
    with pytest.raises(ValueError, match="docx"):
        export("docx", ALL, bread)


def test_file_names(bread: Course) -> None:
    """A file is named for its course and its format."""
    assert [file_name(format, bread) for format in Format] == [
        "bread-quiz.apkg",
        "bread-quiz.gift.txt",
        "bread-quiz.qti.zip",
        "bread-quiz.csv",
    ]
    assert set(KINDS) == set(Format)


# -- Anki --------------------------------------------------------------------------------------------------------------


@dataclass
class Deck:
    """What an import of a deck reads."""

    decks: Dict[str, Any]
    models: Dict[str, Any]
    notes: Dict[str, Dict[str, str]]  # fields by guid
    tags: Dict[str, List[str]]
    cards: List[Tuple[str, int, int]]  # guid, number of the card, deck


def read_anki(packed: bytes, folder: Path) -> Deck:
    file = folder / f"{hashlib.sha256(packed).hexdigest()}.anki2"
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        assert json.loads(archive.read("media")) == {}
        file.write_bytes(archive.read("collection.anki2"))
    database = sqlite3.connect(file)
    decks, models = map(json.loads, database.execute("SELECT decks, models FROM col").fetchone())
    (model,) = models.values()
    names = [f["name"] for f in model["flds"]]
    rows = database.execute("SELECT guid, mid, flds, tags FROM notes").fetchall()
    assert {str(mid) for _, mid, _, _ in rows} <= set(models)
    cards = database.execute("SELECT guid, ord, did FROM cards JOIN notes ON notes.id = nid ORDER BY cards.id").fetchall()
    database.close()
    notes = {guid: dict(zip(names, fields.split("\x1f"), strict=True)) for guid, _, fields, _ in rows}
    return Deck(decks, models, notes, {guid: tags.split() for guid, _, _, tags in rows}, cards)


def test_anki_card(bread: Course, tmp_path: Path) -> None:
    """Question and options stand on the front; key, reasons and citations on the back."""
    item = one_of()

    deck = read_anki(export("anki", [item], bread), tmp_path)

    note = deck.notes[note_id(item, bread)]
    (template,) = next(iter(deck.models.values()))["tmpls"]
    front, back = (set(re.findall(r"{{([^}#/]+)}}", template[side])) for side in ("qfmt", "afmt"))
    assert front == {"Question", "Options"}
    assert back == {"FrontSide", "Answer", "Why", "Other options", "Item"}
    assert note["Question"] == "Which is a strength of Type 1?"
    assert note["Options"].split("<br>") == ["a) stays soft", "b) ready within ten minutes", "c) hard within a day"]
    assert note["Answer"] == "b) ready within ten minutes"
    assert plain(note["Why"]) == f"Listed under “Strengths of Type 1”. Type 1 is ready within ten minutes. [{FAST}]"
    assert '<a href="https://example.org/three-types">Ada Baker, The Three Types (1950), page 2</a>' in note["Why"]
    assert "stays soft: This belongs under “Strengths of Type 2”. Type 2 stays soft" in plain(note["Other options"])
    assert "hard within a day: This belongs under “Weaknesses of Type 1”." in plain(note["Other options"])
    assert deck.tags[note_id(item, bread)] == ["concept::type-1", "type::multiple_choice"]


def test_anki_types(bread: Course, tmp_path: Path) -> None:
    """Each item makes one card, in the deck of the course; its answer is said in words."""
    deck = read_anki(export("anki", ALL, bread), tmp_path)

    assert [(ord, did) for _, ord, did in deck.cards] == [(0, deck_id(bread))] * len(ALL)
    assert [guid for guid, _, _ in deck.cards] == [note_id(item, bread) for item in ALL]
    assert deck.decks[str(deck_id(bread))]["name"] == "Bread"
    assert [plain(deck.notes[note_id(item, bread)]["Answer"]) for item in ALL] == [
        "b) ready within ten minutes",
        "False",
        "True",
        "a) ready within ten minutes\nc) only flour, water and salt",
        "1b) hard within a day – Type 1\n2c) stays soft – Type 2\n3a) no waiting – Type 1.5",
        "ready within ten minutes\nneeds only flour, water and salt",
    ]
    assert all("[" in plain(deck.notes[guid]["Why"]) for guid, _, _ in deck.cards)


def test_anki_keeps_schedules(bread: Course, tmp_path: Path) -> None:
    """Of a changed, reordered, longer deck Anki recognises the notes, their type and the deck of the first import."""
    before = read_anki(export("anki", [one_of(), match()], bread), tmp_path)
    newer = bread.copy(update={"version": "next", "title": "More bread"})

    after = read_anki(export("anki", [own_words(), match(), one_of("Better worded?")], newer), tmp_path)

    assert set(before.notes) < set(after.notes)
    assert set(before.models) == set(after.models)
    assert set(before.decks) == set(after.decks)
    fields = [[f["name"] for f in next(iter(deck.models.values()))["flds"]] for deck in (before, after)]
    assert fields[0] == fields[1]


def test_anki_courses_apart(bread: Course) -> None:
    """Two courses have different decks and notes, even for items of the same id."""
    tea = bread.copy(update={"id": "tea"})

    assert deck_id(bread) != deck_id(tea)
    assert note_id(one_of(), bread) != note_id(one_of(), tea)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(texts=st.lists(NASTY, min_size=4, max_size=4))
def test_anki_shows_texts(texts: List[str], bread: Course, tmp_path: Path) -> None:
    """A text is shown as it is: no markup, no sound, no formula, no field that swallows the next one."""
    item = one_of(*texts)

    note = read_anki(export("anki", [item], bread), tmp_path).notes[note_id(item, bread)]

    assert plain(note["Question"]) == clean(item.stem)
    assert plain(note["Options"]) == "\n".join(f"{o.id}) {clean(o.text)}" for o in item.options)
    assert not any("[" in field for field in note.values())
    assert set(re.findall(r"</?(\w+)", "".join(note.values()))) <= {"br", "ul", "li", "i", "a"}


# -- GIFT --------------------------------------------------------------------------------------------------------------
# The grammar, as Moodle documents it: blank lines part questions; lines that begin with // are comments; a backslash takes its
# meaning from each of ~ = # { } : and itself, and \n is a line feed; ::title::, an optional [format], the text, and the answers
# between braces: = right, ~ wrong, %weight%, # feedback, = left -> right, TRUE or FALSE with feedback for the wrong choice first;
# #### general feedback; nothing at all makes an essay. $CATEGORY: names the category of what follows.

HIDDEN = 0x10F000  # where signs that were escaped wait, in a plane of no characters


@dataclass
class Answer:
    text: str
    weight: float
    feedback: str
    right: str = ""


@dataclass
class Question:
    category: str
    title: str
    kind: str
    text: str
    answers: List[Answer] = field(default_factory=list)
    general: str = ""
    tags: Sequence[str] = ()
    format: str = "moodle"


def read_gift(data: bytes) -> Iterator[Question]:
    category = ""
    for block in re.split(r"\n[ \t]*\n", data.decode("utf-8")):
        lines = block.split("\n")
        said = "\n".join(line for line in lines if not line.strip().startswith("//")).strip()
        if said.startswith("$CATEGORY:"):
            category = said[len("$CATEGORY:") :].strip()
        elif said:
            tags = re.findall(r"\[(?:id|tag):([^]]+)\]", "\n".join(line for line in lines if line.strip().startswith("//")))
            yield read_question(category, re.sub(r"\\([~=#{}:\\n])", lambda m: chr(HIDDEN + ord(m[1])), said), tags)


def read_question(category: str, said: str, tags: Sequence[str]) -> Question:
    match = re.fullmatch(r"::(?P<title>[^:]*)::(?P<text>[^{}]*)\{(?P<answers>[^{}]*)\}", said)
    assert match, said
    assert ":" not in match["text"] + match["answers"], "a colon that is not escaped"
    form = re.match(r"\[(html|plain|moodle|markdown)\]", match["text"])
    text = match["text"][form.end() if form else 0 :]
    answers, _, general = match["answers"].strip().rpartition("####") if "####" in match["answers"] else (match["answers"], "", "")
    kind, read = read_answers(answers.strip())
    return Question(
        category, revealed(match["title"]), kind, revealed(text), read, revealed(general), tags, form[1] if form else ""
    )


def read_answers(answers: str) -> Tuple[str, List[Answer]]:
    if not answers:
        return "essay", []
    head, *comments = answers.split("#")
    if head.strip() in ("T", "TRUE", "F", "FALSE"):
        wrong, right = (revealed(c) for c in (*comments, "", "")[:2])
        return "truefalse", [Answer(head.strip()[0], 100, right), Answer("F" if head.strip()[0] == "T" else "T", 0, wrong)]
    if "~" in answers:
        return "multichoice" if "=" in answers else "multianswer", [read_choice(*p) for p in re.findall(r"([~=])([^~=]*)", answers)]
    if "->" in answers:
        pairs = [part.partition("->") for part in answers.split("=")[1:]]
        return "match", [Answer(revealed(left), 100, "", revealed(right)) for left, _, right in pairs]
    raise AssertionError(f"an unknown kind of answers: {answers}")


def read_choice(sign: str, said: str) -> Answer:
    text, _, feedback = said.strip().partition("#")
    weight = re.match(r"%(-?\d{1,3}(?:\.\d+)?)%", text) if sign == "~" else None
    named = re.match(r"\[(html|plain|moodle|markdown)\]", text)
    assert not named, "a text that is taken for a format"
    value = 100.0 if sign == "=" else float(weight[1]) if weight else 0.0
    return Answer(revealed(text[weight.end() if weight else 0 :]), value, revealed(feedback))


def revealed(text: str) -> str:
    signs = {HIDDEN + ord(sign): sign for sign in "~=#{}:\\"} | {HIDDEN + ord("n"): "\n"}
    return text.strip().translate(signs).strip()


def gift(items: Sequence[Item], course: Course) -> Dict[str, Question]:
    return {question.title: question for question in read_gift(export("gift", items, course))}


def test_gift_one_choice(bread: Course) -> None:
    """One choice is right; each says where it belongs, with its citation, and the general feedback why the key is right."""
    read = gift([one_of()], bread)["mc-1"]

    assert (read.kind, read.text, read.format, read.category) == ("multichoice", one_of().stem, "html", "Bread/Type 1")
    assert [(a.text, a.weight) for a in read.answers] == [
        ("stays soft", 0),
        ("ready within ten minutes", 100),
        ("hard within a day", 0),
    ]
    assert [plain(a.feedback) for a in read.answers] == [
        "Not right. This belongs under “Strengths of Type 2”. Type 2 stays soft, and its crust sings. "
        "[Ada Baker, The Three Types (1950), page 8]",
        f"Right. Listed under “Strengths of Type 1”. [{FAST}]",
        "Not right. This belongs under “Weaknesses of Type 1”. Type 1 turns hard within a day. "
        "[Ada Baker, The Three Types (1950), page 3]",
    ]
    assert plain(read.general) == f"Listed under “Strengths of Type 1”. Type 1 is ready within ten minutes. [{FAST}]"
    assert read.tags == ["mc-1", "type-1", "multiple_choice"]


@pytest.mark.parametrize("key", ["true", "false"])
def test_gift_true_false(key: str, bread: Course) -> None:
    """The feedback on the wrong choice comes before that on the right one."""
    read = gift([true_false(key)], bread)[f"tf-{key}"]

    assert (read.kind, read.answers[0].text.lower()) == ("truefalse", key[0])
    assert [plain(a.feedback).split(". ")[0] for a in read.answers] == ["Right", "Not right"]
    assert all(FAST in plain(text) for text in (read.general, *(a.feedback for a in read.answers)))


def test_gift_several(bread: Course) -> None:
    """The right choices make 100 per cent together, and to tick everything gives nothing."""
    read = gift([several_of()], bread)["sa-1"]

    assert read.kind == "multianswer"
    assert [a.weight for a in read.answers] == [50, -33.33333, 50, -33.33333, -33.33333]
    assert all("[" in plain(a.feedback) for a in read.answers)


@pytest.mark.parametrize("keys, others", [(2, 2), (2, 4), (3, 1), (3, 3), (4, 2)])
def test_gift_weights(keys: int, others: int, bread: Course) -> None:
    """Weights are of Moodle's list of grades, which it demands to five places."""
    letters = "abcdef"[: keys + others]
    item = several_of().copy(update={"options": options(*letters), "key": tuple(letters[:keys]), "proof": ()})

    weights = [a.weight for a in gift([item], bread)["sa-1"].answers]

    assert {abs(w) for w in weights} <= {100, 50, 33.33333, 25}
    assert sum(w for w in weights if w > 0) == pytest.approx(100, abs=1e-4)
    assert sum(weights) == pytest.approx(0, abs=1e-4)


def test_gift_match(bread: Course) -> None:
    """Each prompt stands with its partner, an option too many with none; the reasons are in the general feedback."""
    read = gift([match()], bread)["ma-1"]

    assert read.kind == "match"
    assert [(a.text, a.right) for a in read.answers] == [
        ("hard within a day", "Type 1"),
        ("stays soft", "Type 2"),
        ("no waiting", "Type 1.5"),
        ("", "Type 3"),
    ]
    assert "“stays soft”: Type 2. Type 2 stays soft, and its crust sings. [Ada Baker" in plain(read.general)


def test_gift_own_words(bread: Course) -> None:
    """A short answer is an essay for the teacher, with the points and their citations as feedback."""
    read = gift([own_words()], bread)["sh-1"]

    assert (read.kind, read.answers) == ("essay", [])
    assert plain(read.general).startswith(
        f"A full answer says:“ready within ten minutes”. Type 1 is ready within ten minutes. [{FAST}]"
    )
    assert "Ben Miller, Flour and Water (1980), page 11" in plain(read.general)


def test_gift_categories(bread: Course) -> None:
    """The questions of a concept stand together."""
    read = list(read_gift(export("gift", [one_of(), match(), one_of(id="mc-2")], bread)))

    assert [(q.title, q.category) for q in read] == [("mc-1", "Bread/Type 1"), ("mc-2", "Bread/Type 1"), ("ma-1", "Bread/Type 2")]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(texts=st.lists(NASTY, min_size=8, max_size=8))
def test_gift_reads_back(texts: List[str], bread: Course) -> None:
    """Whatever the texts are, each comes back as it was, in its place."""
    items = (
        one_of(*texts[:4]),
        several_of(*texts[:6]),
        match(*texts[:8]),
        own_words(*texts[:3]),
        true_false("true", texts[0]),
        one_of(id="last"),
    )

    read = gift(items, bread)

    assert list(read) == ["mc-1", "sa-1", "sh-1", "tf-true", "last", "ma-1"]
    for name in ("mc-1", "sa-1", "sh-1", "tf-true", "ma-1"):
        assert plain(read[name].text).strip() == shown(texts[0])
    for name, item in (("mc-1", items[0]), ("sa-1", items[1])):
        assert [plain(a.text).strip() for a in read[name].answers] == [shown(o.text) for o in item.options]
        assert [a.weight > 0 for a in read[name].answers] == [o.id in item.key for o in item.options]
    pairs = [(shown(texts[p]), shown(texts[o])) for p, o in ((1, 5), (2, 6), (3, 4))]
    assert [(plain(a.text).strip(), a.right) for a in read["ma-1"].answers][:3] == pairs
    assert all(shown(t) in plain(read["sh-1"].general) for t in texts[1:3])
    assert [a.weight for a in read["last"].answers] == [0, 100, 0]


HARD = [
    "%50%",
    "%-100% x",
    "[html]x",
    "[plain]",
    "//x",
    "-> y",
    "a->b",
    "\\n",
    "\\",
    "~=#{}:",
    "TRUE",
    "####x",
    "::x::",
    "&amp;",
    "$CATEGORY: x",
]


@pytest.mark.parametrize("text", HARD)
def test_gift_hard_texts(text: str, bread: Course) -> None:
    """A text that looks like a mark of the format, at the start of any place, is a text."""
    items = (
        one_of(text, text, "x", text),
        several_of(text, *[text] * 5),
        match(text, *[text] * 7),
        own_words(text, text),
        true_false("true", text),
    )

    read = gift(items, bread)

    assert [plain(question.text) for question in read.values()] == [text] * 5
    assert [(plain(a.text), a.weight) for a in read["mc-1"].answers] == [(text, 0), ("x", 100), (text, 0)]
    assert [(plain(a.text), a.weight) for a in read["sa-1"].answers] == [
        (text, w) for w in (50, -33.33333, 50, -33.33333, -33.33333)
    ]
    assert {(plain(a.text), a.right) for a in read["ma-1"].answers} == {(text, text)}
    assert f"“{text}”" in plain(read["sh-1"].general)


def test_gift_title(bread: Course) -> None:
    """An id may hold any signs."""
    assert list(gift([one_of(id="a::b{c}#d ]")], bread)) == ["a::b{c}#d ]"]


# -- QTI ---------------------------------------------------------------------------------------------------------------

NS = {"q": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2", "m": "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"}


class Canvas:
    """Reads a package as Canvas does: the manifest leads to the questions, response processing tells the key."""

    def __init__(self, packed: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            assert archive.testzip() is None
            self.files = {name: archive.read(name) for name in archive.namelist()}
        manifest = etree.fromstring(self.files["imsmanifest.xml"])
        self.listed = [str(f) for f in manifest.xpath("//m:file/@href", namespaces=NS)]
        (path,) = manifest.xpath("//m:resource[@type='imsqti_xmlv1p2']/m:file/@href", namespaces=NS)
        self.items = {str(i.get("title")): i for i in etree.fromstring(self.files[path]).iterfind(".//q:item", NS)}

    def kind(self, title: str) -> str:
        return self.metadata(title)["question_type"]

    def metadata(self, title: str) -> Dict[str, str]:
        fields = self.items[title].iterfind(".//q:qtimetadatafield", NS)
        return {f.findtext("q:fieldlabel", namespaces=NS): f.findtext("q:fieldentry", namespaces=NS) for f in fields}

    def stem(self, title: str) -> str:
        return plain(self.items[title].findtext("q:presentation/q:material/q:mattext", namespaces=NS))

    def choices(self, title: str) -> Dict[str, str]:
        labels = self.items[title].iterfind(".//q:response_label", NS)
        return {label.get("ident"): plain(label.findtext(".//q:mattext", namespaces=NS)) for label in labels}

    def feedback(self, title: str) -> Dict[str, str]:
        return {
            f.get("ident"): plain(f.findtext(".//q:mattext", namespaces=NS))
            for f in self.items[title].iterfind("q:itemfeedback", NS)
        }

    def score(self, title: str, chosen: Dict[str, List[str]]) -> float:
        """Run the response processing on what was chosen, by response."""
        score = 0.0
        for condition in self.items[title].iterfind("q:resprocessing/q:respcondition", NS):
            if all(holds(test, chosen) for test in condition.find("q:conditionvar", NS)):
                for var in condition.iterfind("q:setvar", NS):
                    score = float(var.text) + (score if var.get("action") == "Add" else 0)
                if condition.get("continue") == "No":
                    break
        return score

    def told(self, title: str, chosen: Dict[str, List[str]]) -> List[str]:
        """The feedback that is shown for a choice."""
        told = []
        for condition in self.items[title].iterfind("q:resprocessing/q:respcondition", NS):
            if all(holds(test, chosen) for test in condition.find("q:conditionvar", NS)):
                told += [f.get("linkrefid") for f in condition.iterfind("q:displayfeedback", NS)]
        return told


def holds(test: Any, chosen: Dict[str, List[str]]) -> bool:
    name = etree.QName(test).localname
    if name == "varequal":
        return test.text in chosen.get(test.get("respident"), [])
    return (
        {"other": lambda: True, "and": lambda: all(parts), "not": lambda: not all(parts)}[name]()
        if (parts := [holds(t, chosen) for t in test]) or name == "other"
        else False
    )


def test_qti_package(bread: Course) -> None:
    """The manifest lists every file, and every id is there once."""
    canvas = Canvas(export("qti", ALL, bread))

    idents = [i.get("ident") for i in canvas.items.values()]
    assert sorted(["imsmanifest.xml", *canvas.listed]) == sorted(canvas.files)
    assert len(set(idents)) == len(ALL)
    assert all(re.fullmatch(r"item_[0-9a-f]{32}", ident) for ident in idents)
    meta = etree.fromstring(next(data for name, data in canvas.files.items() if name.endswith("assessment_meta.xml")))
    assert meta.findtext("{*}points_possible") == f"{len(ALL)}.0"
    assert meta.findtext("{*}available") == "false"


def test_qti_types(bread: Course) -> None:
    """Each type is one that Canvas knows, with its kind of response."""
    canvas = Canvas(export("qti", ALL, bread))

    assert {title: canvas.kind(title) for title in canvas.items} == {
        "mc-1": "multiple_choice_question",
        "tf-false": "true_false_question",
        "tf-true": "true_false_question",
        "sa-1": "multiple_answers_question",
        "ma-1": "matching_question",
        "sh-1": "essay_question",
    }
    cardinality = {t: [r.get("rcardinality") for r in i.iterfind(".//q:response_lid", NS)] for t, i in canvas.items.items()}
    assert cardinality["mc-1"] == cardinality["tf-true"] == ["Single"]
    assert cardinality["sa-1"] == ["Multiple"]
    assert len(cardinality["ma-1"]) == 3
    assert canvas.items["sh-1"].find(".//q:response_str/q:render_fib", NS) is not None


@pytest.mark.parametrize("item", ALL[:4], ids=lambda item: item.id)
def test_qti_choices(item: Item, bread: Course) -> None:
    """Exactly the key is worth the mark; every choice has feedback with a citation, and so has the question."""
    canvas = Canvas(export("qti", [item], bread))
    choices = canvas.choices(item.id)
    key = [ident for ident, o in zip(choices, item.options, strict=True) if o.id in item.key]

    assert list(choices.values()) == [o.text for o in item.options]
    assert canvas.metadata(item.id)["original_answer_ids"].split(",") == list(choices)
    assert canvas.score(item.id, {"response1": key}) == 100
    assert [canvas.score(item.id, {"response1": [i]}) for i in choices] == [100 if [i] == key else 0 for i in choices]
    assert canvas.score(item.id, {}) == 0
    for ident in choices:
        shown = canvas.told(item.id, {"response1": [ident]})
        assert shown == ["general_fb", f"{ident}_fb"]
        assert all(
            "[Ada Baker" in canvas.feedback(item.id)[name] or "[Ben Miller" in canvas.feedback(item.id)[name] for name in shown
        )


def test_qti_all_ticked(bread: Course) -> None:
    """Where all that apply are asked for, to tick everything is wrong."""
    canvas = Canvas(export("qti", [several_of()], bread))

    assert canvas.score("sa-1", {"response1": list(canvas.choices("sa-1"))}) == 0


def test_qti_match(bread: Course) -> None:
    """Each right pair is worth its share, a wrong one is told where it belongs; every option has a number of its own."""
    canvas = Canvas(export("qti", [match()], bread))
    responses = [r.get("ident") for r in canvas.items["ma-1"].iterfind(".//q:response_lid", NS)]
    choices = canvas.choices("ma-1")
    number = {text: ident for ident, text in choices.items()}
    right = {r: [number[text]] for r, text in zip(responses, ("Type 1", "Type 2", "Type 1.5"), strict=True)}

    assert list(choices.values()) == ["Type 1.5", "Type 1", "Type 2", "Type 3"]
    assert all(ident.isdigit() for ident in choices)  # Canvas reads the first figures in it as the number of the option
    assert canvas.score("ma-1", right) == pytest.approx(100, abs=0.02)
    assert canvas.score("ma-1", {**right, responses[0]: [number["Type 3"]]}) == pytest.approx(66.67, abs=0.02)
    assert canvas.told("ma-1", right) == ["general_fb"]
    (_, wrong) = canvas.told("ma-1", {**right, responses[1]: [number["Type 3"]]})
    assert canvas.feedback("ma-1")[wrong].startswith("“stays soft”: Type 2. Type 2 stays soft, and its crust sings. [Ada Baker")


def test_qti_own_words(bread: Course) -> None:
    """The points of a short answer, cited, are its feedback."""
    canvas = Canvas(export("qti", [own_words()], bread))

    assert canvas.told("sh-1", {}) == ["general_fb"]
    assert canvas.feedback("sh-1")["general_fb"].startswith("A full answer says:“ready within ten minutes”.")
    assert FAST in canvas.feedback("sh-1")["general_fb"]


def test_qti_ids_stay(bread: Course) -> None:
    """An item keeps its id among others and in another version of the course, so that Canvas updates and does not double it."""
    before = Canvas(export("qti", [one_of()], bread)).items["mc-1"].get("ident")

    after = Canvas(export("qti", [match(), one_of()], bread.copy(update={"version": "next"}))).items["mc-1"].get("ident")

    assert before == after


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(texts=st.lists(NASTY, min_size=8, max_size=8))
def test_qti_reads_back(texts: List[str], bread: Course) -> None:
    """Whatever the texts are, the XML is sound and shows each as it was."""
    items = (one_of(*texts[:4], id=texts[4]), match(*texts), own_words(*texts[:3]))

    canvas = Canvas(export("qti", items, bread))

    first, second, third = canvas.items
    assert canvas.stem(first) == canvas.stem(second) == canvas.stem(third) == clean(items[0].stem)
    assert [t.strip() for t in canvas.choices(first).values()] == [shown(t) for t in texts[1:4]]
    raw = canvas.items[second].iterfind(".//q:response_label//q:mattext", NS)
    assert [t.text.strip() for t in raw][:4] == [shown(t) for t in texts[4:8]]
    assert all(shown(t) in canvas.feedback(third)["general_fb"] for t in texts[1:3])


# -- CSV ---------------------------------------------------------------------------------------------------------------


def read_csv(data: bytes) -> List[Dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_csv_rows(bread: Course) -> None:
    """One item is one row, with its options, key, feedback and citations."""
    rows = read_csv(export("csv", ALL, bread))

    assert tuple(rows[0]) == COLUMNS
    assert [row["id"] for row in rows] == [item.id for item in ALL]
    assert rows[0]["type"], rows[0]["concept"] == ("multiple_choice", "type-1")
    assert rows[0]["options"] == "a) stays soft\nb) ready within ten minutes\nc) hard within a day"
    assert rows[0]["key"] == "b"
    assert rows[0]["feedback"].split("\n")[0] == f"Listed under “Strengths of Type 1”. Type 1 is ready within ten minutes. [{FAST}]"
    assert rows[0]["feedback"].split("\n")[1].startswith("“stays soft”: This belongs under “Strengths of Type 2”.")
    assert rows[0]["citations"].split("\n")[1] == FAST
    assert [row["key"] for row in rows[3:]] == [
        "a\nc",
        "1b\n2c\n3a",
        "ready within ten minutes\nneeds only flour, water and salt",
    ]
    assert all(row["feedback"] and row["citations"] for row in rows)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\n=1", "＝1"])
def test_csv_formula(cell: str, bread: Course) -> None:
    """A cell that a spreadsheet would run begins with an apostrophe."""
    (row,) = read_csv(export("csv", [one_of(cell)], bread))

    assert inert(cell) == f"'{cell}"
    assert row["stem"] == f"'{cell.strip()}"


def test_csv_text() -> None:
    """A cell that no spreadsheet runs is left as it is."""
    assert [inert(cell) for cell in ("", "a-b", "1=1", "'quoted'")] == ["", "a-b", "1=1", "'quoted'"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(texts=st.lists(NASTY, min_size=4, max_size=4))
def test_csv_reads_back(texts: List[str], bread: Course) -> None:
    """Whatever the texts are, each cell comes back as it was and none is a formula."""
    item = one_of(*texts)

    (row,) = read_csv(export("csv", [item], bread))

    assert row["stem"].removeprefix("'" if clean(item.stem) != row["stem"] else "") == clean(item.stem)
    assert row["options"] == "\n".join(f"{o.id}) {clean(o.text)}" for o in item.options)
    assert not any(cell.strip()[:1] in ("=", "+", "-", "@") for cell in row.values())


# -- what is told ------------------------------------------------------------------------------------------------------


def test_repeated_reading(bread: Course) -> None:
    """A claim of two readings cites both, and says of one that repeats the other that it does."""
    item = one_of().copy(update={"proof": (ground("b", True, Why.listed, "type-1.definition"),)})

    (row,) = read_csv(export("csv", [item], bread))

    assert row["citations"].split("\n")[:2] == [
        "Ada Baker, The Three Types (1950), page 1",
        "Author not named, A Digest of Bread (no date), entry 1, in the same words",
    ]


@pytest.mark.parametrize("format", list(Format))
def test_without_proof(format: Format, bread: Course) -> None:
    """An item without a proof, as an instructor writes it, is cited by what it tests; a claim that is gone is passed over."""
    item = one_of().copy(update={"proof": (), "claims": ("type-1.strength.fast", "gone")})

    assert export(format, [item], bread)

    assert FAST in read_csv(export("csv", [item], bread))[0]["citations"]


def test_who_holds(bread: Course) -> None:
    """Who holds a claim is named; what is cited against an author may be what that author does hold."""
    item = one_of("Who says that Type 1 turns hard within a day?", "Ben Miller", "Ada Baker", "Nobody").copy(
        update={
            "proof": (
                ground("a", False, Why.other_author, "type-2.definition.miller"),
                ground("b", True, Why.held_by, "type-1.weakness"),
                ground("c", False, Why.other_author, "type-1.weakness"),
            )
        }
    )

    (row,) = read_csv(export("csv", [item], bread))

    assert [line.partition(" [")[0] for line in row["feedback"].split("\n")] == [
        "Held by Ada Baker. Type 1 turns hard within a day.",
        "“Ben Miller”: Ben Miller holds this instead: Type 2 is any loaf with holes in it.",
    ]
    nobody = gift([item], bread)["mc-1"].answers[2]
    assert plain(nobody.feedback) == "Not right. Held by Ada Baker. [Ada Baker, The Three Types (1950), page 3]"


def test_person(bread: Course) -> None:
    """Of a person it is said who, not what, he or she is."""
    item = one_of().copy(update={"proof": (ground("b", True, Why.listed, "ada-baker.definition"),)})

    assert read_csv(export("csv", [item], bread))[0]["feedback"].startswith("Listed under “Who Ada Baker is”. Ada Baker sorted")


@pytest.mark.parametrize("why", list(Why))
def test_every_ground(why: Why, bread: Course) -> None:
    """Every ground that an item may have is put into words before its claim."""
    item = one_of().copy(update={"proof": (ground("a", False, why, "type-1.weakness", "type-1"),)})

    (row,) = read_csv(export("csv", [item], bread))

    (told,) = [line for line in row["feedback"].split("\n") if line.startswith("“stays soft”")]
    assert re.fullmatch(r"“stays soft”: .+[.:] Type 1 turns hard within a day\. \[Ada Baker, .+, page 3\]", told)


def test_told_once(bread: Course, tmp_path: Path) -> None:
    """What makes the key right is not said again of a wrong option, nor of each point that it bears out."""
    points = own_words().copy(
        update={"points": tuple(p.copy(update={"claim": "type-1.strength.salt"}) for p in own_words().points)}
    )

    rows = read_csv(export("csv", [true_false(), points], bread))

    assert [row["feedback"].count("Type 1 ") for row in rows] == [1, 1]
    assert rows[1]["feedback"].startswith("“ready within ten minutes”; “needs only flour, water and salt”. Type 1 needs only")
    note = read_anki(export("anki", [true_false()], bread), tmp_path).notes[note_id(true_false(), bread)]
    assert note["Other options"] == ""


# -- which items, and the command --------------------------------------------------------------------------------------


@pytest.mark.parametrize("concept", ["type-1", "Type 1", "flatbread"])
def test_choose_concept(concept: str, bread: Course) -> None:
    """A concept is named by its id or by any of its names."""
    assert [i.id for i in choose(ALL, bread, concept)] == ["mc-1", "tf-false", "tf-true", "sa-1", "sh-1"]


def test_choose_type(bread: Course) -> None:
    """A type leaves the others out, also together with a concept."""
    assert [i.id for i in choose(ALL, bread, type="match")] == ["ma-1"]
    assert [i.id for i in choose(ALL, bread, "type-1", "true_false")] == ["tf-false", "tf-true"]


def test_choose_number(bread: Course) -> None:
    """Of many items the pinned come first and the others from all parts of the course; the order stays."""
    many = [one_of(id=f"n{n}").copy(update={"pinned": n == 7}) for n in range(10)]

    assert [i.id for i in choose(many, bread, number=4)] == ["n0", "n3", "n6", "n7"]
    assert [i.id for i in choose(many, bread, number=1)] == ["n7"]
    assert choose(many, bread, number=99) == many


@pytest.mark.parametrize(
    "concept, type, fault",
    [
        ("type-9", None, "no concept 'type-9'; those with items: type-1, type-2"),
        ("", None, "no concept ''; those with items: type-1, type-2"),
        ("type-2", "short_answer", "the course has no items of type short_answer on type-2"),
        ("ada-baker", None, "the course has no items on ada-baker"),
    ],
)
def test_choose_nothing(concept: str, type: Optional[str], fault: str, bread: Course) -> None:
    """A concept that there is not is answered with those that there are, and no items with why, in one line."""
    with pytest.raises(CannotExport) as refused:
        choose(ALL, bread, concept, type)

    assert str(refused.value) == fault


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """`quiz export` over the items of this file."""
    from tutor import export_commands

    monkeypatch.setenv("TUTOR_COURSE", str(ROOT / "tests" / "course"))
    monkeypatch.setattr(export_commands, "ready_encoder", lambda settings: None)
    monkeypatch.setattr(export_commands, "quiz_items", lambda course, encoder, settings: ALL)
    parser = argparse.ArgumentParser()
    export_commands.add_export(parser.add_subparsers())

    def run(*args: object) -> int:
        parsed = parser.parse_args(["export", *map(str, args)])
        return int(parsed.run(parsed))

    return run


@pytest.mark.parametrize("format", list(Format))
def test_command(format: Format, command: Callable[..., int], bread: Course, tmp_path: Path, capsys: Any) -> None:
    """The command writes the file that the function makes, and leaves nothing else behind."""
    file = tmp_path / "out"
    file.write_text("older")

    status = command("--format", format.value, "--out", file, "--concept", "type-2")

    assert (status, file.read_bytes()) == (0, export(format, [match()], bread))
    assert list(tmp_path.iterdir()) == [file]
    assert "1 item for" in capsys.readouterr().out


@pytest.mark.parametrize(
    "args, fault",
    [
        (["--concept", "type-9"], "no concept 'type-9'; those with items: type-1, type-2\n"),
        (["--type", "short_answer", "--concept", "Type 2"], "the course has no items of type short_answer on type-2\n"),
        (["--out", "{folder}/none/out.csv"], "{folder}/none/out.csv cannot be written: No such file or directory\n"),
        (["--out", "{folder}"], "{folder} cannot be written: Is a directory\n"),
    ],
)
def test_command_faults(args: List[str], fault: str, command: Callable[..., int], tmp_path: Path, capsys: Any) -> None:
    """A fault of the input is told in one line, with exit status 1, and no file is written."""
    folder = tmp_path / "folder"
    folder.mkdir()

    status = command("--format", "csv", "--out", folder / "out.csv", *(arg.format(folder=folder) for arg in args))

    assert (status, capsys.readouterr().err) == (1, fault.format(folder=folder))
    assert list(tmp_path.rglob("*")) == [folder]


@pytest.mark.parametrize("args", [["--format", "docx"], ["--number", "0"], ["--number", "many"], ["--type", "riddle"]])
def test_command_usage(args: List[str], command: Callable[..., int], tmp_path: Path) -> None:
    """Wrong usage ends with exit status 2."""
    with pytest.raises(SystemExit) as stopped:
        command("--format", "csv", "--out", tmp_path / "out.csv", *args)

    assert stopped.value.code == 2
