"""The nouns of a course."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from knowledge.fields import sentences
from knowledge.models import (
    Aspect,
    Claim,
    Concept,
    ConceptKind,
    Course,
    Disagreement,
    Note,
    Place,
    Series,
    Slip,
    Source,
    Stance,
    passages_of,
)


def claim(**changes: Any) -> Claim:
    """A claim that is in order, but for `changes`."""
    return Claim(**{"id": "c", "aspect": "definition", "text": "Bread is food.", "source": "s", "locator": "page 1", **changes})


def test_frozen() -> None:
    """A record cannot be changed."""
    made = claim()

    with pytest.raises(TypeError, match="immutable"):
        made.text = "Bread is not food."  # type: ignore[misc]


def test_unknown_field() -> None:
    """A field that the model does not know is refused."""
    with pytest.raises(ValidationError, match="colour"):
        claim(colour="red")


def test_whitespace() -> None:
    """Spaces around a text are dropped."""
    made = claim(text="  Bread is food.\n")

    assert made.text == "Bread is food."


def test_claim_defaults() -> None:
    """A claim needs no more than id, aspect, text, source and locator."""
    made = claim()

    assert (made.brief, made.author) == (None, None)
    assert (made.also_in, made.also_true_of, made.about, made.unclear_for, made.questions) == ((), (), (), (), ())
    assert made.aspect is Aspect.definition


def test_concept_defaults() -> None:
    """A concept is a term without a number unless it says otherwise."""
    made = Concept(id="bread", name="Bread")

    assert (made.kind, made.number, made.also_called, made.part_of, made.claims) == (ConceptKind.term, None, (), None, ())


@pytest.mark.parametrize("good", ["a", "7", "type-1.5", "a.b-c", "x" * 80])
def test_id_accepted(good: str) -> None:
    """An id is of lower-case letters, digits, dots and hyphens."""
    assert claim(id=good).id == good


@pytest.mark.parametrize("bad", ["", "A", "a b", "a/b", "..", ".a", "a.", "-a", "a-", "a_b", "ä", "a\nb", "x" * 81])
def test_id_refused(bad: str) -> None:
    """An id that is unsafe in a URL or a file name is refused."""
    with pytest.raises(ValidationError, match="id"):
        claim(id=bad)


@pytest.mark.parametrize("end", [".", "!", "?", "…", '."', ".'", ".”", ".’", ".)", ".]", '?")'])
def test_sentence_end_accepted(end: str) -> None:
    """A claim ends as a sentence does."""
    assert claim(text=f"Bread is food{end}").text == f"Bread is food{end}"


@pytest.mark.parametrize("text", ["They call it “daily bread.”", "Bread is food (see page 2.)"])
def test_sentence_end_inside(text: str) -> None:
    """A full stop inside a closing mark ends a sentence too."""
    assert claim(text=text).text == text


@pytest.mark.parametrize("text", ["food", 'They call it "bread"', "They call it “bread”", "Bread is food (see page 2)", "Bread:"])
def test_no_sentence_end(text: str) -> None:
    """A text that is not a whole sentence is refused, whatever closes it."""
    with pytest.raises(ValidationError, match="ends without a full stop; write whole sentences"):
        claim(text=text)


def test_two_sentences() -> None:
    """Two sentences make one claim."""
    assert claim(text="Bread is food. It is old.").text == "Bread is food. It is old."


@pytest.mark.parametrize("text", ["Bread is food. It is old. It is good.", "They call it “bread.” “It is old.” (It is good.)"])
def test_three_sentences(text: str) -> None:
    """Three sentences are more than one claim, in whatever marks they stand."""
    with pytest.raises(ValidationError, match="has more than 2 sentences; split it into several claims"):
        claim(text=text)


@pytest.mark.parametrize("field, longest", [("text", 600), ("brief", 120), ("locator", 120), ("author", 120)])
def test_longest(field: str, longest: int) -> None:
    """A field takes its longest text and refuses one character more."""
    fits = "x" * (longest - 1) + "."

    assert getattr(claim(**{field: fits}), field) == fits
    with pytest.raises(ValidationError, match=f"at most {longest} characters"):
        claim(**{field: "x" + fits})


@pytest.mark.parametrize("year", [999, 3000, "long ago"])
def test_year_refused(year: object) -> None:
    """A year has four digits and is not of the next millennium."""
    with pytest.raises(ValidationError, match="year"):
        Source(id="s", title="Bread", author="Ada Baker", year=year)


@pytest.mark.parametrize("url", ["ftp://example.org", "javascript:alert(1)", "example.org", "https://two words.org"])
def test_url_refused(url: str) -> None:
    """A source's address is of the web."""
    with pytest.raises(ValidationError, match="url"):
        Source(id="s", title="Bread", author="Ada Baker", url=url)


@pytest.mark.parametrize("number", ["1", "1.5", "12"])
def test_number_accepted(number: str) -> None:
    """A number is whole or has a decimal point."""
    assert Concept(id="c", name="Bread", number=number).number == number


@pytest.mark.parametrize("number", ["", "II", "1.", ".5", "-1", "1,5"])
def test_number_refused(number: str) -> None:
    """A number is written in digits."""
    with pytest.raises(ValidationError, match="number"):
        Concept(id="c", name="Bread", number=number)


@pytest.mark.parametrize("short", ["tt", "T", "1", ""])
def test_short_refused(short: str) -> None:
    """The short form of a series is one lower-case letter."""
    with pytest.raises(ValidationError, match="short"):
        Series(noun="type", short=short)


def test_places() -> None:
    """The places of a claim begin with its own reading."""
    made = claim(also_in=[{"source": "t", "locator": "page 2"}, {"source": "u", "locator": "page 3"}])

    assert made.places == (
        Place(source="s", locator="page 1"),
        Place(source="t", locator="page 2"),
        Place(source="u", locator="page 3"),
    )


def test_passages() -> None:
    """A claim has one passage for each reading that makes it."""
    made = passages_of(claim(also_in=[{"source": "t", "locator": "page 2"}]))

    assert [(p.id, p.claim, p.source, p.locator, p.text) for p in made] == [
        ("s.c", "c", "s", "page 1", "Bread is food."),
        ("t.c", "c", "t", "page 2", "Bread is food."),
    ]


def test_passages_of_course(course: Course) -> None:
    """A course finds every passage by its id."""
    assert course.passages["baker-1950.type-1.definition"].locator == "page 1"
    assert course.passages["digest-2000.type-1.definition"].locator == "entry 1"
    assert len(course.passages) == sum(len(c.places) for c in course.claim.values())


def test_longest_passage_id() -> None:
    """The longest ids of a source and a claim make a passage's id."""
    (made,) = passages_of(claim(id="c" * 80, source="s" * 80))

    assert made.id == "s" * 80 + "." + "c" * 80


def test_lookups(course: Course) -> None:
    """A course finds its records by id, in the order of the authors."""
    assert list(course.source) == ["baker-1950", "miller-1980", "digest-2000"]
    assert list(course.concept) == ["ada-baker", "type-1", "type-1.5", "type-2"]
    assert list(course.claim)[:3] == ["ada-baker.definition", "type-1.definition", "type-1.participants"]
    assert course.concept_of["type-1.5.relation"] == "type-1.5"


def test_parts() -> None:
    """The parts of a concept are those that name it, in the order of the course."""
    whole, first, second = Concept(id="w", name="W"), Concept(id="b", name="B", part_of="w"), Concept(id="a", name="A", part_of="w")

    made = Course(id="c", title="C", version="1", aspects={}, sources=(), concepts=(first, whole, second))

    assert made.parts_of("w") == (first, second)
    assert made.parts_of("a") == ()


# -- disagreements and notes ---------------------------------------------------------------------------------------

SIDES = [{"author": "Ada Baker", "claims": ["a", "b"]}, {"author": "Ben Miller", "claims": ["c"]}]


def disagreement(**changes: Any) -> Disagreement:
    """A disagreement that is in order, but for `changes`."""
    fields = {"id": "d", "topic": "what bread is", "about": ["bread"], "difference": "One bakes, one mills.", "positions": SIDES}
    return Disagreement(**{**fields, **changes})


def note(**changes: Any) -> Note:
    """A note that is in order, but for `changes`."""
    fields = {"id": "n", "source": "s", "locator": "p", "slip": "misspelt", "reading_says": "Bred.", "course_teaches": "Bread."}
    return Note(**{**fields, **changes})


def test_sides() -> None:
    """The claims of a disagreement are those of its sides, in their order."""
    assert disagreement().claims == ("a", "b", "c")
    assert disagreement().questions == ()


@pytest.mark.parametrize("positions", [[], SIDES[:1]])
def test_one_side(positions: Any) -> None:
    """A disagreement has two sides at least."""
    with pytest.raises(ValidationError, match=f"has {len(positions)} of at least 2; list the authors who differ"):
        disagreement(positions=positions)


def test_side_without_claims() -> None:
    """A side rests on a claim at least."""
    with pytest.raises(ValidationError, match="has 0 of at least 1; list the claims in which this author says so"):
        Stance(author="Ada Baker", claims=[])


def test_about_nothing() -> None:
    """A disagreement is about a concept at least."""
    with pytest.raises(ValidationError, match="has 0 of at least 1; list the concepts that it concerns"):
        disagreement(about=[])


@pytest.mark.parametrize("difference", ["One bakes. One mills.", "one bakes", "Who bakes?", "", "x" * 600 + "."])
def test_difference_refused(difference: str) -> None:
    """Where the positions part is said in one whole sentence."""
    with pytest.raises(ValidationError, match="difference"):
        disagreement(difference=difference)


def test_difference_with_an_abbreviation() -> None:
    """An abbreviation does not end the sentence."""
    assert disagreement(difference="Dr. Baker bakes, Mr. Miller mills.").difference == "Dr. Baker bakes, Mr. Miller mills."


@pytest.mark.parametrize("slip", list(Slip))
def test_slip(slip: Slip) -> None:
    """A note says in which way the reading goes wrong."""
    assert note(slip=slip.value).slip is slip


@pytest.mark.parametrize("changes", [{"slip": "typo"}, {"reading_says": ""}, {"course_teaches": None}, {"colour": "red"}], ids=str)
def test_note_refused(changes: Any) -> None:
    """A note has a known slip, what is said and what is taught, and nothing else."""
    with pytest.raises(ValidationError, match=next(iter(changes))):
        note(**changes)


def test_notes_on() -> None:
    """A claim finds the notes that concern it, in the order of the course; a claim without one finds none."""
    first, second, loose = note(id="1", claims=["a", "b"]), note(id="2", claims=["b"]), note(id="3")

    made = Course(id="c", title="C", version="1", aspects={}, sources=(), concepts=(), notes=(second, first, loose))

    assert made.notes_on == {"a": (first,), "b": (second, first)}


def test_repeats(course: Course) -> None:
    """A reading that copies another repeats it where both are there; one that does not copy is a voice of its own."""
    assert course.repeats("digest-2000", ["baker-1950", "digest-2000"]) == "baker-1950"
    assert course.repeats("digest-2000", ["miller-1980"]) is None
    assert course.repeats("digest-2000", []) is None
    assert course.repeats("baker-1950", ["digest-2000", "baker-1950"]) is None


# -- sentences -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, parts",
    [
        ("One.", ("One.",)),
        ("One. Two.", ("One.", "Two.")),
        ("One! Two? Three.", ("One!", "Two?", "Three.")),
        ("Dr. Baker bakes. He sells.", ("Dr. Baker bakes.", "He sells.")),
        ("A. B. Miller mills.", ("A. B. Miller mills.",)),
        ("Grain, e.g. Spelt, is old.", ("Grain, e.g. Spelt, is old.",)),
        ("Type 1.5 rises. Type 2 rises more.", ("Type 1.5 rises.", "Type 2 rises more.")),
        ('She said "no." He left.', ('She said "no."', "He left.")),
        ("She said “no.” “Why?” He left.", ("She said “no.”", "“Why?”", "He left.")),
        ("Bread is food (see page 2.) It is old.", ("Bread is food (see page 2.)", "It is old.")),
        ("The loaf (rye etc.) Baker sold is old.", ("The loaf (rye etc.) Baker sold is old.",)),
        ("It rises. it falls.", ("It rises. it falls.",)),
        ("", ("",)),
    ],
)
def test_sentences(text: str, parts: tuple[str, ...]) -> None:
    """A sentence ends where a stop is followed by a capital, but not after an abbreviation or initial."""
    assert sentences(text) == parts
