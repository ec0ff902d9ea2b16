"""Take the text and its blocks out of each format; the only module that knows the libraries for PDF, DOCX and HTML."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any, Callable, Dict, Iterator, List

from knowledge.ingest.blocks import Extract, Kind, Piece, assemble
from knowledge.ingest.decoding import decode
from knowledge.ingest.document import Format, UnreadableDocument
from knowledge.ingest.lines import read_lines
from knowledge.ingest.pages import Page, PageLine, pieces_of
from knowledge.ingest.webpage import Web, pieces_of_page

MAX_UNPACKED = 400 * 1024 * 1024  # bytes of all parts of a DOCX file
MAX_PAGES = 5000
BROKEN = "is damaged and cannot be opened; save it anew from the program it was made with"
_DIVIDED = ("\ufffe", "\x02")  # what PDFium leaves where it joins the lines of a divided word
_RAISABLE = frozenset("0123456789")
_PDF_LINE = re.compile("([^\n\ufffe\x02]*)([\n\ufffe\x02]|$)")
OLE = b"\xd0\xcf\x11\xe0"  # how old and encrypted Office files begin


def parse(data: bytes, format: Format, name: str) -> Extract:
    """Parse a document; raise UnreadableDocument if it cannot be."""
    try:
        return _PARSERS[format](data, name)
    except UnreadableDocument:
        raise
    except Exception as error:  # a parser may raise anything on a broken file
        raise UnreadableDocument(f"{name}: {BROKEN} ({type(error).__name__})") from error


def text(data: bytes, name: str) -> Extract:
    """Read plain text."""
    return read_lines(decode(data, name), markdown=False)


def markdown(data: bytes, name: str) -> Extract:
    """Read Markdown."""
    return read_lines(decode(data, name), markdown=True)


def html(data: bytes, name: str) -> Extract:
    """Read a web page."""
    from lxml import html as lxml_html

    source = decode(data, name, markup=True)
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    root = lxml_html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    page = Web(root)
    pieces = list(pieces_of_page(page))
    return assemble(pieces, page.title, marked=any(piece.kind is Kind.heading for piece in pieces))


def docx(data: bytes, name: str) -> Extract:
    """Read a Word document."""
    if data.startswith(OLE):
        raise UnreadableDocument(f"{name}: is encrypted or an old .doc file; save it as .docx without a password")
    check_size(data, name)
    import docx as library

    document = library.Document(io.BytesIO(data))
    pieces = list(_docx_pieces(document))
    title = next((piece.text for piece in pieces if piece.kind is Kind.heading), None)
    return assemble(pieces, (document.core_properties.title or "").strip() or title, marked=title is not None)


def check_size(data: bytes, name: str) -> None:
    """Refuse a packed file that is broken, or that would unpack to too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(part.file_size for part in packed.infolist())
    except zipfile.BadZipFile as error:
        raise UnreadableDocument(f"{name}: {BROKEN}") from error
    if size > MAX_UNPACKED:
        raise UnreadableDocument(
            f"{name}: unpacks to {size / 1024**2:.0f} MB (the limit is {MAX_UNPACKED / 1024**2:.0f} MB); save it without its media"
        )


def _docx_pieces(document: Any) -> Iterator[Piece]:
    from docx.table import Table

    names = {style.style_id: style.name or "" for style in document.styles}
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            yield from _table_pieces([[" ".join(cell.text.split()) for cell in row.cells] for row in block.rows])
        elif block.text.strip():
            yield Piece(block.text.strip(), _docx_kind(names.get(block._p.style or "", ""), block._p))


def _docx_kind(style: str, element: Any) -> Kind:
    name = style.lower()
    if name.startswith(("heading", "title")):
        return Kind.heading
    settings = element.pPr
    listed = settings is not None and settings.numPr is not None
    return Kind.item if listed or name.startswith("list") else Kind.text


def _table_pieces(rows: List[List[str]]) -> Iterator[Piece]:
    """Make the rows of a table pieces; the first is the header if it is full and there are others."""
    merged = [[cell for at, cell in enumerate(row) if not at or cell != row[at - 1] or not cell] for row in rows]
    header = tuple(merged[0]) if len(merged) > 1 and all(merged[0]) and len(merged[0]) > 1 else ()
    if header:
        yield Piece(" | ".join(header), Kind.header)
    for row in merged[1 if header else 0 :]:
        if any(row):
            yield Piece("", Kind.row, cells=tuple(row), header=header)


def pdf(data: bytes, name: str) -> Extract:
    """Read a PDF, page by page."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise UnreadableDocument(f"{name}: is protected by a password; save it without one") from error
        raise UnreadableDocument(f"{name}: {BROKEN}") from error
    with document:
        if len(document) > MAX_PAGES:
            raise UnreadableDocument(f"{name}: has {len(document)} pages (the limit is {MAX_PAGES}); split it")
        pages = [_page(document[number], number + 1) for number in range(len(document))]
        title = (document.get_metadata_dict().get("Title") or "").strip()
    if not any(page.lines for page in pages):
        raise UnreadableDocument(f"{name}: has no text, only images; run OCR first (for example with OCRmyPDF)")
    return assemble(pieces_of(pages), title or None, marked=False)


def _page(page: Any, number: int) -> Page:
    """Take the lines of a page, with their places."""
    raw = page.get_textpage()
    try:
        return Page(number, list(_page_lines(raw)), float(page.get_height()))
    finally:
        raw.close()
        page.close()


def _page_lines(raw: Any) -> Iterator[PageLine]:
    whole = raw.get_text_range() if raw.count_chars() else ""
    exact = len(whole) == raw.count_chars()  # else offsets are not the library's, and places stay unknown
    for match in _PDF_LINE.finditer(whole):
        text = match[1].strip()
        if text:
            start = match.start() + len(match[1]) - len(match[1].lstrip())
            divided = "-" if match[2] in _DIVIDED else ""
            yield _placed(raw, text, divided, start) if exact else PageLine(text + divided, 0.0, 0.0, 0.0, 0.0, 0.0)


def _placed(raw: Any, text: str, divided: str, start: int) -> PageLine:
    """Find a line's place; small raised digits are written as such, so that markers of notes are told from numbers."""
    from pypdfium2.raw import FPDFText_GetFontSize

    sizes = {at: FPDFText_GetFontSize(raw, start + at) for at, char in enumerate(text) if char.isdigit() or not at}
    usual = max(sizes.values())
    chars = [_raised(char) if char in _RAISABLE and sizes[at] < 0.8 * usual else char for at, char in enumerate(text)]
    left, bottom, _, top = raw.get_charbox(start)
    return PageLine("".join(chars) + divided, left, raw.get_charbox(start + len(text) - 1)[2], bottom, top, usual)


def _raised(digit: str) -> str:
    return "⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)]


_PARSERS: Dict[Format, Callable[[bytes, str], Extract]] = {
    Format.text: text,
    Format.markdown: markdown,
    Format.html: html,
    Format.docx: docx,
    Format.pdf: pdf,
}
