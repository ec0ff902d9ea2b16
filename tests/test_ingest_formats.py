"""Each format is read to its paragraphs, and what cannot be read says why in one line."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Callable

import docx
import pytest

from knowledge.ingest import parsers
from knowledge.ingest.document import Document, Format, UnreadableDocument
from knowledge.ingest.reading import find_documents, read_document
from knowledge.ingest.tracing import locate, mended

Row = tuple[str, int, int, int]  # text, left, bottom, size of the letters
BODY = [
    ("A river is a natural stream of water which flows in its own", 72, 640, 11),
    ("channel towards the sea, and the snow makes a great contri-", 72, 626, 11),
    ("bution to it in the spring of every year.", 72, 612, 11),
]


def pdf_of(pages: list[list[Row]], extra: str = "") -> bytes:
    """A PDF written by hand: one font, lines of text at places."""
    count = len(pages)
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(count))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {count} /Kids [{kids}] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for n, rows in enumerate(pages):
        shown = "\n".join(f"BT /F1 {size} Tf {left} {bottom} Td ({text}) Tj ET" for text, left, bottom, size in rows)
        resources = "<< /Font << /F1 3 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources {resources} /Contents {5 + 2 * n} 0 R >>")
        objects.append(f"<< /Length {len(shown)} >>\nstream\n{shown}\nendstream")
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    start = len(out)
    tail = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n"
    tail += f"<< /Size {len(objects) + 1} /Root 1 0 R {extra} >>\nstartxref\n{start}\n%%EOF\n"
    return out + tail.encode("latin-1")


def docx_of(path: Path) -> Path:
    """A Word document with headings, a list and a table."""
    document = docx.Document()
    document.add_heading("About rivers", 0)
    document.add_heading("Where they begin", 1)
    document.add_paragraph("A river begins at a spring, high in the hills.")
    document.add_paragraph("Springs in the hills", style="List Bullet")
    table = document.add_table(2, 3)
    for cell, text in zip(
        (cell for row in table.rows for cell in row.cells),
        ["River", "Length", "Mouth", "Rhine", "1,230 km", "North Sea"],
        strict=True,
    ):
        cell.text = text
    document.save(str(path))
    return path


PAGE = """<!doctype html><html><head><title>Rivers | The Site</title><style>p {color: red}</style></head><body>
<nav><ul><li>Start</li><li>News</li></ul></nav><div class="breadcrumbs">Home &gt; Rivers</div>
<main><h1>About rivers</h1><div class="share-buttons">Tweet it</div>
<p>A river <b>begins</b> at a spring, high in the hills<sup>1</sup>, and it drains ten km<sup>2</sup> of land before
it comes to the plain, where it slows down and grows wide.</p>
<h2>Rivers of Europe</h2><ul><li>The Rhine runs north.</li><li><p>The Danube runs east.</p></li></ul>
<table><tr><th>River</th><th>Length</th></tr><tr><td>Rhine</td><td>1,230 km</td></tr></table>
<p>Ships have sailed on both of them since Roman times, with wine and salt and stone on board.</p></main>
<aside>Buy boots</aside><footer>Imprint</footer><script>alert("x")</script></body></html>"""


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str, str | bytes], Document]:
    """Write a file and read it as a document."""

    def write_and_read(name: str, content: str | bytes) -> Document:
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_document(tmp_path / name)

    return write_and_read


def texts(document: Document) -> list[str]:
    """The paragraphs' texts."""
    return [paragraph.text for paragraph in document.paragraphs]


def check_places(document: Document) -> None:
    """Spans, numbers and mends of a document are consistent."""
    assert [paragraph.number for paragraph in document.paragraphs] == list(range(1, len(document.paragraphs) + 1))
    for paragraph in document.paragraphs:
        assert mended(document, paragraph) == paragraph.text
        assert all(0 <= start < end <= len(document.original) for start, end in paragraph.spans)
    for mend in document.mends:
        assert document.original[mend.start : mend.end] == mend.original
    for removal in document.removals:
        assert document.original[removal.start : removal.end] == removal.text


def test_text(read: Callable[..., Document]) -> None:
    """Wrapped lines are joined, an empty line ends a paragraph, and a line above a paragraph heads it."""
    document = read("a.txt", "Where it begins\n\nA river begins at a spring that\nlies high in the hills.\n\nIt ends at the sea.\n")

    assert texts(document) == ["A river begins at a spring that lies high in the hills.", "It ends at the sea."]
    assert [paragraph.heading for paragraph in document.paragraphs] == ["Where it begins"] * 2
    assert document.format is Format.text
    assert len(document.digest) == 64
    check_places(document)


def test_markdown(read: Callable[..., Document]) -> None:
    """Markdown's signs are taken off, its code is left alone, and its tables name their columns."""
    document = read(
        "a.md",
        "# Rivers\n\nThey **begin** at [springs](http://a.org/b) and `end_at` the\nsea.\n\n"
        "## Kinds\n\n- one *small* kind\n- another\n\n"
        "| River | Length | Mouth |\n|---|---|---|\n| Rhine | 1,230 km | North Sea |\n\n```\nx = a*b*c\n```\n",
    )

    assert texts(document) == [
        "They begin at springs and end_at the sea.",
        "one small kind",
        "another",
        "Rhine: Length: 1,230 km; Mouth: North Sea",
        "x = a*b*c",
    ]
    assert document.title == "Rivers"
    assert [paragraph.heading for paragraph in document.paragraphs] == ["Rivers", *["Kinds"] * 4]
    check_places(document)


def test_html(read: Callable[..., Document]) -> None:
    """Of a web page the article is kept, and every part of the page around it is listed as removed."""
    document = read("a.html", PAGE)

    assert texts(document) == [
        "A river begins at a spring, high in the hills, and it drains ten km² of land before it comes to the plain, "
        "where it slows down and grows wide.",
        "The Rhine runs north.",
        "The Danube runs east.",
        "Rhine: Length: 1,230 km",
        "Ships have sailed on both of them since Roman times, with wine and salt and stone on board.",
    ]
    assert document.title == "About rivers"
    assert document.paragraphs[1].heading == "Rivers of Europe"
    gone = {removal.text for removal in document.removals}
    assert {"Start", "News", "Home > Rivers", "Tweet it", "Buy boots", "Imprint"} <= gone
    check_places(document)


def test_docx(tmp_path: Path) -> None:
    """Of a Word document headings, paragraphs, items and rows are kept in their order."""
    document = read_document(docx_of(tmp_path / "a.docx"))

    assert texts(document) == [
        "A river begins at a spring, high in the hills.",
        "Springs in the hills",
        "Rhine: Length: 1,230 km; Mouth: North Sea",
    ]
    assert {paragraph.heading for paragraph in document.paragraphs} == {"Where they begin"}
    assert document.title == "About rivers"
    check_places(document)


def test_pdf(read: Callable[..., Document]) -> None:
    """Lines of a page become paragraphs with their page; what stands on every page is removed, divided words are joined."""
    pages = []
    for n, name in enumerate(["Rhine", "Danube", "Volga"], start=1):
        second = [(f"The {name} is one of them, and ships sail on it.", 72, 570, 11)]
        pages.append([("Journal of Rivers", 72, 760, 9), (f"On the {name}", 72, 680, 18), *BODY, *second, (f"{n}", 300, 30, 9)])
    document = read("a.pdf", pdf_of(pages))

    assert len(document.paragraphs) == 6
    assert document.paragraphs[0].text.endswith("the snow makes a great contribution to it in the spring of every year.")
    assert [paragraph.page for paragraph in document.paragraphs] == [1, 1, 2, 2, 3, 3]
    assert document.paragraphs[5].heading == "On the Volga"
    assert sorted(removal.text for removal in document.removals) == ["1", "2", "3", *["Journal of Rivers"] * 3]
    check_places(document)


def test_pdf_sentence_over_two_pages(read: Callable[..., Document]) -> None:
    """A sentence that a note and a page's end cut is one paragraph of two spans."""
    first = [*BODY[:2], ("1 See a book on rivers, p. 5.", 72, 60, 8)]
    document = read("a.pdf", pdf_of([first, [("bution to it in the spring of every year.", 72, 740, 11)]]))

    (paragraph,) = document.paragraphs
    assert paragraph.text.endswith("a great contribution to it in the spring of every year.")
    assert paragraph.page == 1
    assert len(paragraph.spans) == 2
    check_places(document)


def line_of(path: Path, **options: int) -> str:
    """The message for a file that cannot be read."""
    with pytest.raises(UnreadableDocument) as caught:
        read_document(path, **options)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(path.name)
    return str(caught.value)


LOCKED = "/Encrypt << /Filter /Standard /V 1 /R 2 /O <" + "41" * 32 + "> /U <" + "42" * 32 + "> /P -4 >> /ID [<00> <00>]"


@pytest.mark.parametrize(
    "name, content, cause",
    [
        ("a.txt", b"", "is empty"),
        ("a.txt", b" \n\t ", "is empty"),
        ("a.txt", bytes(range(256)) * 20, "binary data"),
        ("a.txt", b"abc\xff\xfe\xfd\x9d\x81 def \xc3", "is not UTF-8"),
        ("a.md", "Ο ποταμός κυλά προς τη θάλασσα.".encode(), "script that can be read"),
        ("a.html", b"<html><body><script>x</script></body></html>", "holds no"),
        ("a.pdf", b"no PDF at all", "is damaged"),
        ("a.pdf", pdf_of([[*BODY]])[:300], "is damaged"),
        ("a.pdf", pdf_of([[]]), "has no text, only images; run OCR first (for example with OCRmyPDF)"),
        ("a.pdf", pdf_of([[*BODY]], LOCKED), "protected by a password"),
        ("a.docx", b"PK\x03\x04 nothing", "is damaged"),
        ("a.docx", b"\xd0\xcf\x11\xe0" + b"x" * 600, "is encrypted or an old .doc file"),
        ("a.odt", b"x", "is of no kind that can be read"),
    ],
)
def test_faults(tmp_path: Path, name: str, content: bytes, cause: str) -> None:
    """A file that cannot be read says so in one line with its name and the cause."""
    (tmp_path / name).write_bytes(content)

    assert cause in line_of(tmp_path / name)


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file over the limit is refused before it is opened."""
    path = tmp_path / "a.txt"
    path.write_text("x" * 2000)
    monkeypatch.setattr(Path, "open", None)

    assert "is too large" in line_of(path, max_bytes=1000)


def test_packed_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A DOCX that would unpack to too much is refused before it is unpacked."""
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b"0" * 3_000_000)
    monkeypatch.setattr(parsers, "MAX_UNPACKED", 1_000_000)

    assert "unpacks to 3 MB" in line_of(path)


def test_no_docx_inside(tmp_path: Path) -> None:
    """An archive that is no Word document ends in one line, whatever the library raises."""
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("a.txt", "hello")

    assert "is damaged" in line_of(path)


def test_missing_and_special(tmp_path: Path) -> None:
    """What is not there, or is no file, ends in one line."""
    os.mkfifo(tmp_path / "pipe.txt")

    assert "no such file" in line_of(tmp_path / "none.txt")
    assert "is not a file" in line_of(tmp_path / "pipe.txt")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_encodings(read: Callable[..., Document], encoding: str) -> None:
    """UTF-8 is read with and without its mark, UTF-16 with it."""
    text = "The café lies on the river’s bank.\r\n"
    data = b"\xff\xfe" + text.encode(encoding) if encoding == "utf-16-le" else text.encode(encoding)

    assert texts(read("a.txt", data)) == [text.strip()]


def test_another_encoding(read: Callable[..., Document]) -> None:
    """An old encoding is read if the guess leaves no doubt."""
    text = "Le café est très bon. Il a déjà mangé à la maison, et ça va être très bien pour les élèves de l’école."

    assert texts(read("a.txt", text.encode("cp1252"))) == [text]


def test_find_documents(tmp_path: Path) -> None:
    """Folders are searched to the bottom, each file is listed once, and what cannot be read there is listed apart."""
    (tmp_path / "sub").mkdir()
    for name in ("b.md", "sub/a.txt", "sub/c.odt", ".hidden.html", "README.md"):
        (tmp_path / name).write_text("x")

    found = find_documents([tmp_path, tmp_path / "b.md"])

    assert [path.relative_to(tmp_path).as_posix() for path in found.documents] == [".hidden.html", "README.md", "b.md", "sub/a.txt"]
    assert [path.name for path in found.skipped] == ["c.odt"]
    with pytest.raises(UnreadableDocument, match=r"c\.odt: is of no kind that can be read"):
        find_documents([tmp_path / "sub" / "c.odt"])


def test_locate(read: Callable[..., Document]) -> None:
    """A range of a mended paragraph is found in the original, over holes, line ends and mends."""
    document = read("a.txt", "The snow makes a great contri-\nbution.¹ It werethe best\nof all.\n\n¹ A note, 1999, p. 3.\n")
    (paragraph,) = document.paragraphs

    def shown(words: str) -> list[str]:
        at = paragraph.text.index(words)
        return [document.original[start:end] for start, end in locate(document, paragraph, at, at + len(words))]

    assert paragraph.text == "The snow makes a great contribution. It were the best of all."
    assert shown("snow") == ["snow"]
    assert shown("contribution.") == ["contri-\nbution."]
    assert shown("contribution. It") == ["contri-\nbution.", "It"]
    assert shown("were the") == ["werethe"]
    assert shown("the best of") == ["the best\nof"]
    assert locate(document, paragraph, 0, len(paragraph.text)) == ((0, 38), (40, 63))


def test_locate_mojibake(read: Callable[..., Document]) -> None:
    """A mended letter stands for the letters it was made of."""
    document = read("a.txt", "The cafÃ© on the bank is open.")
    (paragraph,) = document.paragraphs

    assert paragraph.text == "The café on the bank is open."
    assert locate(document, paragraph, 7, 8) == ((7, 9),)
