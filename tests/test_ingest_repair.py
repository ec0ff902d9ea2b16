"""What is broken is mended, and nothing is mended that was right."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.ingest.document import UnreadableDocument
from knowledge.ingest.quality import known_share
from knowledge.ingest.reading import read_document
from knowledge.ingest.tracing import locate, mended
from knowledge.ingest.words import frequencies, is_known

COMMON = sorted(word for word, count in frequencies().items() if count > 3_000_000 and len(word) > 1)
RUN = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read_text(text: str, name: str = "a.txt") -> list[str]:
    """The paragraphs of a text, with their places checked."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8", newline="")
        document = read_document(path)
    for paragraph in document.paragraphs:
        assert mended(document, paragraph) == paragraph.text
        assert " ".join(paragraph.text.split()) == paragraph.text
        locate(document, paragraph, 0, len(paragraph.text))
    return [paragraph.text for paragraph in document.paragraphs]


@pytest.mark.parametrize(
    "broken, whole",
    [
        ("The snow made a great contri-\nbution to it.", "The snow made a great contribution to it."),
        ("They asked a non-\ngovernmental body.", "They asked a non-governmental body."),
        ("It was a well-\nknown and well-known river.", "It was a well-known and well-known river."),
        ("They work as pr\nivate citizens there.", "They work as private citizens there."),
        ("The best of them werethe kings of old.", "The best of them were the kings of old."),
        ("This is, in my opinionnow, too late.", "This is, in my opinion now, too late."),
        ("The kings’ and their members’donations were large.", "The kings’ and their members’ donations were large."),
        ("So “good men”are called.", "So “good men” are called."),
        ("The cafÃ© is open and itâ€™s full.", "The café is open and it’s full."),
        ("It is an eﬃcient way to ﬁnd it.", "It is an efficient way to find it."),
        ("The word is con\u00adtri\u00adbution here.", "The word is contribution here."),
        ("They build water power—\nand they sell it.", "They build water power—and they sell it."),
        (
            "The river bank broke. They built up a new river bank soon, and the riverb ank held.",
            "The river bank broke. They built up a new river bank soon, and the river bank held.",
        ),
    ],
)
def test_mended(broken: str, whole: str) -> None:
    """What an extraction broke in a known way is put right."""
    assert read_text(broken) == [whole]


GLUED = """theriverbeginsataspringinthehills,anditendswh
erethelandmeetsthesea.Shipshavesailedonitfor2
000years,withwineandsaltandstoneonboard(andt
heystilldo).Thatiswhyitiscalleda“highway”byth
osewholiveonitsbanks.Everynon-
governmentalbodycaresforitnow."""


def test_run_together() -> None:
    """A stretch without spaces comes out as words; letters, capitals, marks and hyphens stay as they are."""
    (text,) = read_text(GLUED)

    assert text == (
        "the river begins at a spring in the hills, and it ends where the land meets the sea. Ships have sailed on it for 2000 "
        "years, with wine and salt and stone on board (and they still do). That is why it is called a “highway” by those who live "
        "on its banks. Every non-governmental body cares for it now."
    )
    assert known_share([text]) == 1.0
    assert text.replace(" ", "") == GLUED.replace("\n", "")


@pytest.mark.parametrize(
    "right",
    [
        "Wehrenfennig wrote on peacebuilding, multitrack talks and intractable wars.",
        "The organisation recognised its neighbours’ colour programme and practised behaviour.",
        "Call getElementById or parseHTMLDocument from jQuery on YouTube and the iPhone.",
        "See https://example.org/onetwothree/andthefour?is=it or write to thepeople@theriver.org today.",
        "The WANEP, the ECCP, INGOs and the LUFJAAN met UNESCO in 1.5 hours.",
        "They gave methylenedioxymethamphetamine and acetylsalicylic acid with H2SO4 and CO₂.",
        "The Donaudampfschifffahrtsgesellschaft, Llanfairpwllgwyngyll and Thiruvananthapuram are long words.",
        "A state-of-the-art, government-to-government and problem-solving approach to onboarding is upto them.",
        "O’Callaghan, D’Estree, al-Hussein, von der Leyen and McDonald’s co-founder agreed.",
        "It was 3.5 km, 1,000 m or 10:30 at no. 5, i.e. the U.S. way, e.g. in Washington D.C. then.",
        "The sequence ACGTACGTTTGACCAACGTACGTACG and the hash 9f86d081884c7d659a2feaa0c55ad015 are odd.",
        "Café, naïve, façade, Cédras, Magalhães and Ångström keep their marks.",
        "Use snake_case_names, x = a*b*c and `f(a,b)` in the code.",
        "a thermoform, an isotherm, a heretofore unseen forkhead and ofloxacin in a tofu andouille",
        "He said ”no” and ”yes” and then left.",
    ],
)
def test_untouched(right: str) -> None:
    """Names, terms, code, addresses, numbers and compounds come through as they are."""
    assert read_text(right) == [right]


@pytest.mark.parametrize(
    "word", ["peacebuilding", "facesaving", "policymakers", "backchannel", "statebuilding", "wellbeing", "lockdown"]
)
def test_compounds(word: str) -> None:
    """A compound of two words is no slip, even if the dictionary lacks it."""
    assert read_text(f"They spoke of {word} for hours.") == [f"They spoke of {word} for hours."]


@RUN
@given(st.lists(st.lists(st.sampled_from(COMMON), min_size=3, max_size=30), min_size=1, max_size=6, unique_by=tuple))
def test_clean_text(sentences: list[list[str]]) -> None:
    """Clean English text comes through as it is."""
    paragraphs = [" ".join(["Then", *words]) + "." for words in sentences]

    assert read_text("\n\n".join(paragraphs)) == paragraphs


@RUN
@given(st.text(max_size=300), st.sampled_from(["a.txt", "a.md", "a.html"]))
def test_any_text(text: str, name: str) -> None:
    """Any text is read or refused in one line, and the places of what is read are right."""
    try:
        read_text(text.encode("utf-8", "replace").decode(), name)
    except UnreadableDocument as error:
        assert "\n" not in str(error)


MARKS = st.text(alphabet='ab A.,-\n|*_`[](){}<>#!"“”’¹²ﬁÃ©\u00ad1 \t>', max_size=200)


@RUN
@given(MARKS, st.sampled_from(["a.txt", "a.md", "a.html"]))
def test_any_marks(text: str, name: str) -> None:
    """Texts full of the signs that are looked for are read with right places, or refused."""
    try:
        read_text(text, name)
    except UnreadableDocument as error:
        assert "\n" not in str(error)


@RUN
@given(st.binary(max_size=400), st.sampled_from(["a.txt", "a.md", "a.html", "a.pdf", "a.docx"]))
def test_any_bytes(data: bytes, name: str) -> None:
    """Any bytes under any suffix are read or refused in one line."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        try:
            read_document(path)
        except UnreadableDocument as error:
            assert "\n" not in str(error)


def test_known() -> None:
    """British and American words are known, their owners too; broken ones are not."""
    assert all(map(is_known, ["organisation", "organization", "river's", "river’s", "don't"]))
    assert not any(map(is_known, ["werethe", "xqz", "s"]))
