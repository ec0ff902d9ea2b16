"""Concepts side by side."""

from __future__ import annotations

import pytest

from knowledge.models import Aspect, Course
from tutor.catalogue import Catalogue
from tutor.comparison import POINTS, POINTS_BY_ASPECT, compare
from tutor.reply import Cell, Notes, Row, Sentence, Table


@pytest.fixture
def notes(course: Course) -> Notes:
    """Fresh numbers."""
    return Notes(course)


def test_as_a_whole(catalogue: Catalogue, notes: Notes) -> None:
    """A whole comparison leads with what stands between the two and has a row for each aspect that both have."""
    sentences, table, used = compare(catalogue, notes, ["type-1", "type-2"], [])

    assert sentences == (Sentence(text="Type 1.5 stands between Type 1 and Type 2.", citations=(1,)),)
    assert table == Table(
        columns=("Type 1", "Type 2"),
        rows=(
            Row(
                aspect="Definition",
                cells=(
                    Cell(text="dough baked without rising", citations=(2, 3)),
                    Cell(text="dough raised overnight by yeast", citations=(4,)),
                ),
            ),
            Row(
                aspect="Strengths",
                cells=(
                    Cell(text="ready within ten minutes\nneeds only flour, water and salt", citations=(5, 6)),
                    Cell(text="stays soft", citations=(7,)),
                ),
            ),
            Row(
                aspect="Weaknesses",
                cells=(Cell(text="hard within a day", citations=(8,)), Cell(text="a whole night of waiting", citations=(9,))),
            ),
        ),
    )
    assert [c.id for c in used] == [
        "type-1.5.relation",
        "type-1.definition",
        "type-2.definition.baker",
        "type-1.strength.fast",
        "type-1.strength.salt",
        "type-2.strength",
        "type-1.weakness",
        "type-2.weakness",
    ]


def test_by_aspect(catalogue: Catalogue, notes: Notes) -> None:
    """A comparison by one aspect leads with the first point of each and has a single row."""
    sentences, table, _ = compare(catalogue, notes, ["type-1", "type-2"], [Aspect.strength])

    assert [s.text for s in sentences] == ["Type 1 is ready within ten minutes.", "Type 2 stays soft, and its crust sings."]
    assert table.rows == (
        Row(
            aspect="Strengths",
            cells=(
                Cell(text="ready within ten minutes\nneeds only flour, water and salt", citations=(1, 3)),
                Cell(text="stays soft", citations=(2,)),
            ),
        ),
    )
    assert POINTS < POINTS_BY_ASPECT


def test_three(catalogue: Catalogue, notes: Notes) -> None:
    """Three concepts have three columns, in the order asked."""
    _, table, _ = compare(catalogue, notes, ["type-2", "type-1", "type-1.5"], [Aspect.weakness])

    assert table == Table(
        columns=("Type 2", "Type 1", "Type 1.5"),
        rows=(
            Row(
                aspect="Weaknesses",
                cells=(
                    Cell(text="a whole night of waiting", citations=(1,)),
                    Cell(text="hard within a day", citations=(2,)),
                    Cell(text="may taste of soap", citations=(3,)),
                ),
            ),
        ),
    )


def test_gap(catalogue: Catalogue, notes: Notes) -> None:
    """Where the course says nothing of one side, the cell says so and cites nothing."""
    _, table, _ = compare(catalogue, notes, ["type-1", "type-2", "ada-baker"], [Aspect.weakness])

    assert table.rows[0].cells[2] == Cell(text="The course does not say.", citations=())


def test_aspect_of_one_side(catalogue: Catalogue, notes: Notes) -> None:
    """An aspect that only one side has makes no comparison; the definitions do."""
    _, table, _ = compare(catalogue, notes, ["type-1", "type-2"], [Aspect.example])

    assert [row.aspect for row in table.rows] == ["Definition"]


def test_nothing_between(catalogue: Catalogue, notes: Notes) -> None:
    """Where nothing is said between the concepts, the definitions lead."""
    sentences, _, _ = compare(catalogue, notes, ["type-1", "ada-baker"], [])

    assert [s.text for s in sentences] == [
        "Type 1 is dough that is baked without any rising.",
        "Ada Baker sorted all breads into three types.",
    ]


def test_every_number_has_a_citation(catalogue: Catalogue, notes: Notes) -> None:
    """Every number of sentences and cells is one of the citations, and every citation is used."""
    sentences, table, _ = compare(catalogue, notes, ["type-1", "type-1.5", "type-2"], [])

    used = {n for s in sentences for n in s.citations} | {n for row in table.rows for cell in row.cells for n in cell.citations}
    assert used == {c.number for c in notes.citations()}
