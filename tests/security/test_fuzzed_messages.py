"""Threat: a message or an answer that nobody thought of, which breaks the tutor or makes it silent."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Tuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.fuzzing import fault_of, fuzz, seeds, shapes
from bench.mutating import MUTATIONS, QUIZ, messages
from index.vocabulary import Vocabulary
from knowledge.models import Course
from tests.conftest import ToyEncoder
from tests.serving import ROOT, ready_var
from tutor.grading import grade
from tutor.item_lists import Alikeness
from tutor.item_space import items
from tutor.items import Item
from tutor.quiz_replies import Reply, read_reply
from tutor.settings import Settings
from tutor.short_answers import ShortAnswers
from tutor.tutor import Tutor

MESSAGES = 300
OFTEN = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def some(course: Course, toy_encoder: ToyEncoder) -> Tuple[Item, ...]:
    """An item of each type."""
    made = items(course, Alikeness.over(course, toy_encoder))
    return tuple({item.type: item for item in made}.values())


@pytest.fixture(scope="module")
def short(course: Course, vocabulary: Vocabulary, toy_encoder: ToyEncoder) -> ShortAnswers:
    """Grades short answers with the toy encoder."""
    return ShortAnswers(toy_encoder, course, vocabulary)


@pytest.mark.rasa
def test_trained_bot(tmp_path: Path) -> None:
    """Whatever is said, in a quiz or out of it, is answered in the contract's shape, and nothing is logged as an error."""
    from bot.agent import load_agent
    from bot.quiet import silence_rasa
    from bot.train import model_path

    silence_rasa()
    var = ready_var(tmp_path)
    chosen, rng = Settings(var=var, models=ROOT / "models"), random.Random(2)
    agent = load_agent(model_path(chosen), Tutor.load(chosen, learners=True))

    outcome = asyncio.new_event_loop().run_until_complete(fuzz(agent, messages(rng, seeds()), MESSAGES, rng))

    assert outcome.faults == []
    assert outcome.said > 0.9 * MESSAGES
    assert {"answer", "decline", "quiz_item"} <= set(outcome.kinds)


@OFTEN
@given(
    text=st.one_of(
        st.text(max_size=60),
        st.text("abcdABCD1234 ,.)(-/&+'?\n", max_size=40),
        st.tuples(st.sampled_from(QUIZ), st.sampled_from(sorted(MUTATIONS)), st.integers(0, 99)).map(
            lambda made: MUTATIONS[made[1]](random.Random(made[2]), made[0])[:300]
        ),
    )
)
def test_any_answer(some: Tuple[Item, ...], short: ShortAnswers, text: str) -> None:
    """Whatever is typed under a question is read, and graded from 0 to 1 if it is an answer; options are those of the question."""
    for item in some:
        reply = read_reply(text, item)

        assert Reply(**reply.dict()) == reply
        pairs = {f"{prompt.id}{option.id}" for prompt in item.prompts for option in item.options}
        assert set(reply.chosen) <= pairs | {option.id for option in item.options}
        if reply.is_answer:
            assert 0 <= grade(item, reply, short.grade).score <= 1


def test_mutations() -> None:
    """The same seed makes the same messages; all are different from what they were, now and then."""
    made = [[text for text, _ in zip(messages(random.Random(5), ["what is track 2"]), range(50), strict=False)] for _ in range(2)]

    assert made[0] == made[1]
    assert len(set(made[0])) > 30


@pytest.mark.parametrize(
    "reply, errors",
    [
        (None, []),
        ({"text": "", "custom": {"kind": "chat"}}, []),
        ({"text": "Hi", "custom": {"kind": "poem"}}, []),
        ({"text": "Hi", "custom": {"kind": "answer", "sentences": "none"}}, []),
        ({"text": "Hi", "custom": {"kind": "chat"}}, ["tutor: broken"]),
    ],
)
def test_noticed(reply: object, errors: list[str]) -> None:
    """A reply that is missing, empty, of no kind, of a wrong shape, or with an error in the log is a fault."""
    assert fault_of(reply, errors) is not None  # type: ignore[arg-type]
    assert len(shapes()) == 8
