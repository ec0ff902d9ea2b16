"""Threat: readings made to crash, flood or spy: zip bombs, XML entities, broken and endless PDFs, pages nested without end."""

from __future__ import annotations

import io
import shutil
import time
import zipfile
from pathlib import Path
from typing import Callable, Dict

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.ingest import parsers
from knowledge.ingest.document import UnreadableDocument
from knowledge.ingest.reading import read_document
from knowledge.loader import CourseError, load_course

TYPES = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml"
ContentType="application/xml"/><Override PartName="/word/document.xml"
ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
RELATIONS = """<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
Target="word/document.xml"/></Relationships>"""
BODY = """<?xml version="1.0"?>{dtd}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>
<w:p><w:r><w:t>Bread is baked by everybody who knows how. {text}</w:t></w:r></w:p></w:body></w:document>"""
LAUGHS = "<!DOCTYPE d [<!ENTITY a '{}'>{}]>".format(
    "ha" * 50, "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9))
)
QUADRATIC = f"<!DOCTYPE d [<!ENTITY a '{'a' * 100_000}'>]>"
SOON = 20  # seconds of computing; a bomb takes minutes or all memory


def docx(folder: Path, document: str, **more: bytes) -> Path:
    """A Word file with this document in it."""
    path = folder / "hostile.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", TYPES)
        packed.writestr("_rels/.rels", RELATIONS)
        packed.writestr("word/document.xml", document)
        for name, content in more.items():
            packed.writestr(name, content)
    return path


def text_of(path: Path) -> str:
    """What is read; empty if it is refused, in one line that names the file."""
    begun = time.process_time()
    try:
        return read_document(path).original
    except UnreadableDocument as refusal:
        assert str(refusal).startswith(path.name), refusal
        assert "\n" not in str(refusal)
        return ""
    finally:
        assert time.process_time() - begun < SOON


def test_plain_docx(tmp_path: Path) -> None:
    """The file that the others are made of is read."""
    assert "everybody who knows how" in text_of(docx(tmp_path, BODY.format(dtd="", text="")))


@pytest.mark.parametrize("dtd, text", [(LAUGHS, "&j;"), (QUADRATIC, "&a;" * 20_000)], ids=["laughs", "quadratic"])
def test_entity_bomb(tmp_path: Path, dtd: str, text: str) -> None:
    """Entities that stand for more and more of themselves are not written out."""
    assert len(text_of(docx(tmp_path, BODY.format(dtd=dtd, text=text)))) < 100_000


@pytest.mark.parametrize("address", ["file://{secret}", "{secret}", "http://127.0.0.1:9/x"])
def test_external_entity(tmp_path: Path, address: str) -> None:
    """No file of the machine, and nothing of the network, is read into a reading."""
    secret = tmp_path / "secret.txt"
    secret.write_text("the-secret-of-this-machine")
    dtd = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{address.format(secret=secret)}">]>'

    assert "the-secret" not in text_of(docx(tmp_path, BODY.format(dtd=dtd, text="&x;")))


def test_zip_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file that would unpack to a large one is refused before it is unpacked."""
    monkeypatch.setattr(parsers, "MAX_UNPACKED", 1024 * 1024)
    path = docx(tmp_path, BODY.format(dtd="", text=""), **{"word/media/zeros.bin": bytes(4 * 1024 * 1024)})

    assert path.stat().st_size < 20_000
    assert text_of(path) == ""


def test_zip_bomb_that_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that gives a false size for what it holds is refused, or read no further than that size."""
    monkeypatch.setattr(parsers, "MAX_UNPACKED", 1024 * 1024)
    path = docx(tmp_path, BODY.format(dtd="", text="x" * (3 * 1024 * 1024)))
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as packed:
        true = packed.getinfo("word/document.xml").file_size.to_bytes(4, "little")
    path.write_bytes(bytes(data).replace(true, (1000).to_bytes(4, "little")))

    assert len(text_of(path)) < 2000


def test_paths_inside(tmp_path: Path) -> None:
    """Names in a packed file that lead out of it write nothing anywhere."""
    before = sorted(tmp_path.parent.rglob("*"))
    path = docx(tmp_path, BODY.format(dtd="", text=""), **{"../../escaped.txt": b"x", "/tmp/escaped-from-docx.txt": b"x"})  # noqa: S108

    assert "everybody" in text_of(path)
    assert [found for found in tmp_path.parent.rglob("*") if found not in before] == [path]
    assert not Path("/tmp/escaped-from-docx.txt").exists()  # noqa: S108


PDFS: Dict[str, bytes] = {
    "empty": b"%PDF-1.7\n%%EOF",
    "loop": b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]/Count 9>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF",
    "millions": b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 2000000000>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
    "deep": b"%PDF-1.4\n1 0 obj" + b"[" * 100_000 + b"endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
    "script": b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
    "launch": b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/Launch/F(/bin/sh)>>>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF",
}


@pytest.mark.parametrize("name", PDFS)
def test_hostile_pdf(tmp_path: Path, name: str) -> None:
    """A PDF that is broken, endless or a program is refused in one line, soon."""
    path = tmp_path / "hostile.pdf"
    path.write_bytes(PDFS[name])

    assert text_of(path) == ""


@pytest.mark.parametrize(
    "content",
    [
        "<div>" * 50_000 + "Bread.",
        "<table><tr><td>" * 3_000 + "Bread.",
        "<p " + "a=b " * 50_000 + ">Bread.</p>",
        "&#x10ffff;" * 20_000 + "<p>Bread.</p>",
        "<!DOCTYPE x [<!ENTITY a 'b'>]><p>&a; Bread.</p>",
        "<p>" + "<a href='javascript:alert(1)'>x</a>" * 5_000,
    ],
    ids=["divs", "tables", "attributes", "characters", "entities", "links"],
)
def test_hostile_page(tmp_path: Path, content: str) -> None:
    """A page nested without end, or flooded, is read or refused, soon."""
    path = tmp_path / "hostile.html"
    path.write_text(f"<html><body>{content}</body></html>", encoding="utf-8")

    text_of(path)


# -- anything at all ---------------------------------------------------------------------------------------------------

OFTEN = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
STARTS = (
    b"",
    b"%PDF-1.7\n",
    b"PK\x03\x04",
    b"<html><body>",
    b"# A\n\n",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xd0\xcf\x11\xe0",
    b"<?xml version='1.0'?>",
)


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".pdf", ".docx"])
@OFTEN
@given(
    start=st.sampled_from(STARTS), rest=st.one_of(st.binary(max_size=2000), st.text(max_size=1000).map(lambda t: t.encode("utf-8")))
)
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, suffix: str, start: bytes, rest: bytes) -> None:
    """Any bytes under any name are read, or refused in one line that names the file."""
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    path.write_bytes(start + rest)

    text_of(path)


@OFTEN
@given(at=st.integers(0, 2000), new=st.binary(min_size=1, max_size=20), part=st.sampled_from(["document", "zip"]))
def test_broken_docx(tmp_path_factory: pytest.TempPathFactory, at: int, new: bytes, part: str) -> None:
    """A Word file with some bytes changed, packed or inside, is read or refused."""
    folder = tmp_path_factory.getbasetemp()
    document = BODY.format(dtd="", text="").encode()
    if part == "document":
        at = at % len(document)
        docx(folder, (document[:at] + new + document[at + len(new) :]).decode("latin-1"))
    else:
        path = docx(folder, document.decode())
        data = path.read_bytes()
        at = at % len(data)
        path.write_bytes(data[:at] + new + data[at + len(new) :])

    text_of(folder / "hostile.docx")


# -- course files ------------------------------------------------------------------------------------------------------

TRICKS: Dict[str, str] = {
    "laughs": "a: &a [x, x]\n" + "\n".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]" for n in range(20)),
    "merge": "base: &b {id: x}\ntitle:\n  <<: *b\n",
    "python": "title: !!python/object/apply:os.system [touch hacked]\n",
    "name": "title: !!python/name:os.system\n",
    "binary": "title: !!binary aGk=\n",
    "deep": "title: " + "[" * 50_000,
    "keys": "? [a, b]\n: c\n",
    "loop": "title: &t [*t]\n",
    "documents": "title: a\n---\ntitle: b\n",
}
LEAF = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.dates().map(str))
ANYTHING = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4), max_leaves=12
)
NAMES = ("course.yml", "sources.yml", "concepts/types.yml", "disagreements.yml", "notes.yml", "points.yml", "quiz.yml")
KEYS = st.sampled_from(
    ["id", "title", "start_with", "sources", "concepts", "claims", "disagreements", "notes", "ban", "pin", "edit", "tails"]
)


@pytest.fixture
def folder(course_folder: Path, tmp_path: Path) -> Path:
    """A copy of the course."""
    return Path(shutil.copytree(course_folder, tmp_path / "bread"))


@pytest.mark.parametrize("name", TRICKS)
@pytest.mark.parametrize("file", NAMES[:3])
def test_yaml_tricks(folder: Path, name: str, file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Aliases, tags and endless nesting in a course file are faults that name the file; nothing is run."""
    monkeypatch.chdir(folder)
    (folder / file).write_text(TRICKS[name], encoding="utf-8")
    begun = time.process_time()

    with pytest.raises(CourseError) as caught:
        load_course(folder)

    assert time.process_time() - begun < 5
    assert any(fault.file == file for fault in caught.value.faults)
    assert not (folder / "hacked").exists()


def _only_faults(load: Callable[[], object]) -> None:
    try:
        load()
    except CourseError as error:
        assert error.faults


@OFTEN
@given(file=st.sampled_from(NAMES), made=st.dictionaries(KEYS | st.text(max_size=8), ANYTHING, max_size=4) | ANYTHING)
def test_any_yaml(course_folder: Path, tmp_path_factory: pytest.TempPathFactory, file: str, made: object) -> None:
    """Whatever stands in a course file, loading gives a course or a CourseError with faults."""
    copy = tmp_path_factory.mktemp("any") / "bread"
    shutil.copytree(course_folder, copy)
    (copy / file).write_text(yaml.safe_dump(made, allow_unicode=True), encoding="utf-8")

    _only_faults(lambda: load_course(copy))


@OFTEN
@given(
    file=st.sampled_from(NAMES[:3]),
    at=st.integers(0, 3000),
    new=st.one_of(st.text(max_size=12), st.sampled_from(["- ", ": ", "{", "&a ", "*a", "!x ", "|\n", "'"])),
)
def test_broken_course(course_folder: Path, tmp_path_factory: pytest.TempPathFactory, file: str, at: int, new: str) -> None:
    """A course file with something put in anywhere loads, or tells what is wrong."""
    copy = tmp_path_factory.mktemp("broken") / "bread"
    shutil.copytree(course_folder, copy)
    text = (copy / file).read_text(encoding="utf-8")
    at = at % len(text)
    (copy / file).write_bytes((text[:at] + new + text[at:]).encode("utf-8", "surrogatepass"))

    _only_faults(lambda: load_course(copy))
