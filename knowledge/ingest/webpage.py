"""Walk a web page: what is the article, and what is the page around it."""

from __future__ import annotations

import re
from typing import Any, Iterator, List, Optional, Set

from knowledge.ingest.blocks import Kind, Piece

_SKIPPED_TAGS = "script style noscript template head svg iframe object canvas select option textarea math input"
_BLOCK_TAGS = (
    "p div section article main header footer aside nav form ul ol li dl dt dd table thead tbody tfoot tr td th caption blockquote "
    "pre figure figcaption hr address details summary fieldset dialog menu body html center"
)
SKIPPED = frozenset(_SKIPPED_TAGS.split())
FURNITURE = frozenset({"nav", "footer", "aside", "form", "button", "dialog", "menu"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCKS = HEADINGS | frozenset(_BLOCK_TAGS.split())
ROLES = {"navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog", "menu", "menubar", "toolbar"}
_NAMES = re.compile(
    r"(?:^|[-_\s])(?:nav(?:bar|igation)?|menu|breadcrumbs?|share|sharing|social|related|recommend(?:ed|ations)?|newsletter|subscribe|cookies?|consent|gdpr|advert(?:isement)?s?"
    r"|ads?|promos?|sponsor(?:ed)?|sidebar|comments?|pagination|pager|popup|modal|skip-?link|screen-reader-text|toc|outbrain|taboola|byline|author-box|tags?)(?:$|[-_\s])",
    re.IGNORECASE,
)
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
ENOUGH = 250  # characters of text that an article has


class Web:
    """A parsed page, with the element that holds its article."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.article = _article(root)
        self.inside: Set[Any] = set(self.article.iter()) if self.article is not None else set()
        self.total = max(1, _length(root))
        self.title = _title(root)

    def is_furniture(self, element: Any) -> bool:
        """See whether an element belongs to the page rather than to the text."""
        if element.tag in ("body", "html", "main", "article") or element is self.article:
            return False
        role = (element.get("role") or "").lower()
        named = _NAMES.search(f"{element.get('class') or ''} {element.get('id') or ''}")
        hidden = (
            element.get("hidden") is not None
            or element.get("aria-hidden") == "true"
            or "display:none" in (element.get("style") or "").replace(" ", "")
        )
        if not (element.tag in FURNITURE or role in ROLES or hidden or named or self.is_site_header(element)):
            return False
        return _length(element) < 0.5 * self.total and (hidden or element.find(".//h1") is None)

    def is_site_header(self, element: Any) -> bool:
        """See whether an element is the head of the site, not of its article."""
        return bool(
            element.tag == "header" and (self.article is None or element not in self.inside) and element.find(".//h1") is None
        )


def pieces_of_page(page: Web) -> Iterator[Piece]:
    """Give the blocks of a page in order."""
    yield from _Walk(page).run()


class _Walk:
    """One pass over the elements; text is collected until a block begins or ends."""

    def __init__(self, page: Web) -> None:
        self.page = page
        self.pieces: List[Piece] = []
        self.parts: List[str] = []
        self.kind = Kind.text
        self.outside = 0  # how many of the elements around are furniture

    def run(self) -> List[Piece]:
        """Walk the whole page."""
        body = self.page.root.find("body")
        self.element(body if body is not None else self.page.root)
        self.flush()
        return self.pieces

    def flush(self) -> None:
        """End a block."""
        text = "".join(self.parts)
        self.parts = []
        clean = (
            text.strip("\n") if self.kind is Kind.code else "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()
        )
        if clean.strip():
            self.pieces.append(Piece(clean, Kind.furniture if self.outside else self.kind))

    def element(self, element: Any) -> None:
        """Handle an element and all it holds."""
        tag = element.tag
        if not isinstance(tag, str) or tag in SKIPPED:
            return
        block = tag in BLOCKS
        kind = self.kind
        if block:
            self.flush()
            self.kind = _kind(tag, kind)
        strange = block and self.is_outside(element)
        self.outside += strange
        if tag == "table" and not self.outside and element.find(".//table") is None:
            self.pieces += _table(element)
        else:
            self.content(element)
        if block:
            self.flush()
            self.kind = kind
        self.outside -= strange

    def is_outside(self, element: Any) -> bool:
        """See whether an element is furniture, or lies beside the article."""
        article = self.page.article
        if self.page.is_furniture(element):
            return True
        return bool(article is not None and element not in self.page.inside and article not in element.iter())

    def content(self, element: Any) -> None:
        """Collect what an element holds."""
        if element.tag == "br":
            self.parts.append("\n")
        raised = element.tag == "sup"
        self.text(element.text, raised)
        for child in element:
            self.element(child) if not raised else self.text(child.text_content() if isinstance(child.tag, str) else "", True)
            self.text(child.tail, raised)

    def text(self, text: Optional[str], raised: bool = False) -> None:
        """Collect text; raised digits are written as such."""
        if text:
            plain = text if self.kind is Kind.code else re.sub(r"\s+", " ", text)
            self.parts.append(plain.strip().translate(_RAISED) if raised and plain.strip().isdecimal() else plain)


def _kind(tag: str, around: Kind) -> Kind:
    if tag in HEADINGS or tag in {"dt", "summary"}:
        return Kind.heading
    if tag in ("li", "dd"):
        return Kind.item
    if tag == "pre":
        return Kind.code
    return around if tag in ("p", "div", "blockquote") and around is Kind.item else Kind.text


def _table(table: Any) -> Iterator[Piece]:
    rows = [[" ".join(cell.text_content().split()) for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
    heads = [[cell.tag == "th" for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
    header = tuple(rows[0]) if len(rows) > 1 and heads[0] and all(heads[0]) else ()
    caption = table.find("caption")
    if caption is not None and caption.text_content().strip():
        yield Piece(" ".join(caption.text_content().split()), Kind.text)
    if header:
        yield Piece(" | ".join(header), Kind.header)
    for row in rows[1 if header else 0 :]:
        if len(row) == 1 and row[0]:
            yield Piece(row[0], Kind.text)  # a table that only lays a page out
        elif any(row):
            yield Piece("", Kind.row, cells=tuple(row), header=header)


def _length(element: Any) -> int:
    return sum(len(text) for text in element.itertext() if text and not text.isspace())


def _article(root: Any) -> Optional[Any]:
    """Find the element that holds the article, if the page marks one and it holds enough."""
    for path in (".//main", ".//*[@role='main']", ".//article"):
        found = root.findall(path)
        if len(found) == 1 and _length(found[0]) >= ENOUGH:
            inner = found[0].findall(".//article")
            return inner[0] if len(inner) == 1 and _length(inner[0]) >= 0.6 * _length(found[0]) else found[0]
    return None


def _title(root: Any) -> Optional[str]:
    meta = root.find(".//meta[@property='og:title']")
    h1, title = root.find(".//h1"), root.find(".//title")
    candidates = [
        h1.text_content() if h1 is not None else "",
        meta.get("content") if meta is not None else "",
        title.text_content() if title is not None else "",
    ]
    return next((" ".join(text.split()) for text in candidates if text and text.strip()), None)
