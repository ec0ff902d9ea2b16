"""What a question asks for by its first words, and which sentences can answer it."""

from __future__ import annotations

import pytest

from tutor.scope import asks_for_fact, can_answer


@pytest.mark.parametrize(
    "question, sentence, can",
    [
        ("what percentage of loaves rises", "Three loaves rise in ten minutes.", False),
        ("what percentage of loaves rises", "Most loaves rise.", True),
        ("what is the success rate of sourdough", "Half of it rises.", True),
        ("since when has rye been baked", "Rye is baked everywhere.", False),
        ("since when has rye been baked", "Rye has been baked since the 1990s.", True),
        ("when was rye baked", "Rye was baked in 1950.", True),
        ("when was rye baked", "Rye (1950) is a book.", False),
        ("how long did it last", "It lasted from 2004 to 2019.", True),
        ("how long did it last", "It brought them together.", False),
        ("how many years did it run", "It ran from 2004 to 2019.", True),
        ("how many years did it run", "It ran under two organizers.", True),  # a number of something else cannot be told apart
        ("how many loaves are there", "They were baked in 2004.", False),
    ],
)
def test_fact(question: str, sentence: str, can: bool) -> None:
    """A share asks for a share, a time for a year, be it that of a decade; a year in brackets is that of a book."""
    assert asks_for_fact(question)
    assert can_answer(question, sentence) is can


@pytest.mark.parametrize("question", ["how much should one trust it", "how far do they agree"])
def test_no_fact(question: str) -> None:
    """To what degree something holds asks for no number."""
    assert not asks_for_fact(question)
