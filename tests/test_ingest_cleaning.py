"""What is no part of the text is removed, with a reason; what is part of it stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.ingest.document import Document
from knowledge.ingest.quality import quality
from knowledge.ingest.reading import read_document
from knowledge.ingest.tracing import mended

PROSE = "A river begins at a spring in the hills, and it ends where the land meets the sea."
OTHER = "Ships have sailed on it since Roman times, with wine and salt and stone on board."


def read(folder: Path, text: str, name: str = "a.txt") -> Document:
    """Read a text as a document, and check its places."""
    (folder / name).write_text(text, encoding="utf-8")
    document = read_document(folder / name)
    assert [mended(document, paragraph) for paragraph in document.paragraphs] == texts(document)
    return document


def texts(document: Document) -> list[str]:
    """The paragraphs' texts."""
    return [paragraph.text for paragraph in document.paragraphs]


@pytest.mark.parametrize(
    "line, why",
    [
        ("Home > Rivers > Europe", "navigation"),
        ("Exit mobile version", "navigation"),
        ("Skip to content", "navigation"),
        ("What You'll Learn", "navigation"),
        ("Introduction ........ 3", "table of contents"),
        ("Explore related products", "advert"),
        ("Share this article on Facebook", "share or subscribe"),
        ("Subscribe to our newsletter", "share or subscribe"),
        ("We use cookies to give you the best experience.", "cookie notice"),
        ("Photo credit: Jane Doe", "photo credit"),
        ("PUBLICATION TYPE: Report", "metadata"),
        ("![boots](http://shop.example/boots.jpg)", "image"),
        ("يبدأ النهر من نبع في التلال", "another script"),
    ],
)
def test_lines(tmp_path: Path, line: str, why: str) -> None:
    """A line that only serves the page is removed for its reason."""
    document = read(tmp_path, f"{PROSE}\n\n{line}\n\n{OTHER}\n")

    assert texts(document) == [PROSE, OTHER]
    assert [(removal.text, removal.why) for removal in document.removals] == [(line, why)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Home is where a river is at rest, and it seldom is.",
        "Subscribe to this view or not, the river will rise.",
        "The photo by the gate shows the river in spring.",
        "Share prices of ship owners rose in that year as never before.",
        "In this article we follow the river from its spring to the sea.",
        "The word ποταμός means a river.",
        "Depth > width > length is the order in which they measure.",
        "An area of 5 km² lies under 10³ tons of water, and x² grows.",
    ],
)
def test_sentences_stay(tmp_path: Path, sentence: str) -> None:
    """A sentence is not removed for a word that furniture has too."""
    document = read(tmp_path, f"{PROSE}\n\n{sentence}\n\n{OTHER}\n")

    assert texts(document) == [PROSE, sentence, OTHER]
    assert document.removals == ()


def test_teasers(tmp_path: Path) -> None:
    """The headline that belongs to a teaser's label goes with it, above or below; the next section's heading stays."""
    above = "Ten Boots for Wet Feet: Our Guide\nYou may want to see also\n"
    text = f"{PROSE}\n{above}\nThe mouth\n{OTHER}\nRelated articles\n- Five Best Hats\n"

    document = read(tmp_path, text)

    assert texts(document) == [PROSE, OTHER]
    assert document.paragraphs[1].heading == "The mouth"
    assert {removal.text for removal in document.removals if removal.why == "teaser"} == {
        "Ten Boots for Wet Feet: Our Guide",
        "You may want to see also",
        "Related articles",
        "Five Best Hats",
    }


def test_captions(tmp_path: Path) -> None:
    """A caption that is repeated stays once, without its photographer."""
    caption = "The river at its spring, in the hills of the north."

    document = read(
        tmp_path, f"{PROSE}\n\n{caption} (Jane Doe/The Daily)\n{caption} (Jane Doe/The Daily)\n\n{OTHER}\n\nPHOTO: {caption}\n"
    )

    assert texts(document) == [PROSE, caption, OTHER]
    assert quality(document).removed == {"photo credit": 1, "repeated caption": 2}


def test_footnotes(tmp_path: Path) -> None:
    """Notes between two halves of a sentence are removed, their markers too, and the halves are joined."""
    text = (
        "A river begins at a spring in the hills,¹ and over many years it digs\n\n¹Doe, Jane. *Rivers*. 1999, p. 3.\n\n"
        "²Roe, Ann. *Seas*. 2001, p. 5.\n\na bed that leads to the sea.²\n"
    )

    document = read(tmp_path, text)

    assert texts(document) == ["A river begins at a spring in the hills, and over many years it digs a bed that leads to the sea."]
    assert quality(document).removed == {"footnote": 2, "footnote marker": 2}


def test_markdown_notes(tmp_path: Path) -> None:
    """Markdown's notes and their markers are removed."""
    document = read(tmp_path, f"# Rivers\n\nA river[^1] begins.[^b]\n\n[^1]: Doe 1999.\n[^b]: Roe 2001.\n\n{OTHER}\n", "a.md")

    assert texts(document) == ["A river begins.", OTHER]


def test_references(tmp_path: Path) -> None:
    """A list of references is removed up to the next prose; a section of that name without any stays."""
    listed = "Doe, J. (1999). Rivers. Oxford: Old Press.\n\nRoe, A. (2001). Seas. Journal of Water, 3, 5-9.\n\n"
    long = " ".join([PROSE, OTHER, PROSE.replace("river", "stream")])

    assert texts(read(tmp_path, f"{PROSE}\n\nReferences\n\n{listed}")) == [PROSE]
    assert texts(read(tmp_path, f"{PROSE}\n\nFurther Reading:\n\n{listed}{long}\n")) == [PROSE, long]
    assert texts(read(tmp_path, f"{PROSE}\n\nSources\n\n{OTHER}\n\n{OTHER} Still.\n")) == [PROSE, OTHER, f"{OTHER} Still."]


def test_page_break(tmp_path: Path) -> None:
    """What stands on both sides of a page break stands once."""
    document = read(
        tmp_path,
        "A river begins at a spring outlined above,\n\nove, and it then runs down through the hills to\n\n"
        "through the hills to the sea.\n",
    )

    assert texts(document) == ["A river begins at a spring outlined above, and it then runs down through the hills to the sea."]


def test_heading_alone(tmp_path: Path) -> None:
    """A heading under which nothing stands is a paragraph."""
    document = read(tmp_path, f"# Rivers\n\n{PROSE}\n\n# A last word\n", "a.md")

    assert texts(document) == [PROSE, "A last word"]
