"""The course of a quiz: what is heard as an answer, what counts, what is kept."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Callable, Iterator, List, NamedTuple, Optional

import pytest

from index.vocabulary import Vocabulary
from knowledge.models import Aspect, Course
from tutor.catalogue import Catalogue
from tutor.items import Ground, Item, ItemType, Option, Point, Why
from tutor.progress import Grade
from tutor.quiz import IDLE, YES_DELETE, Heard, Quizmaster
from tutor.reply import Context
from tutor.storage import Storage
from tutor.understanding import Question, understand

NOW = datetime(2026, 3, 2, 9, tzinfo=timezone.utc)
OPTIONS = (Option(id="a", text="A quick rise"), Option(id="b", text="A dull taste"), Option(id="c", text="A long wait"))


class Points(NamedTuple):
    """What a short answer said."""

    present: tuple[str, ...]
    missing: tuple[str, ...]
    score: float


def grade_short(item: Item, text: str) -> Points:
    """Right if it speaks of resting."""
    ids = tuple(p.id for p in item.points)
    return Points(ids, (), 1.0) if "rest" in text else Points((), ids, 0.0)


def claims_of(course: Course) -> List[str]:
    """Claims of the first three concepts that have any."""
    return [claim.id for concept in course.concepts for claim in concept.claims][:6]


def choice(n: int, claim: str, course: Course) -> Item:
    """A question with three options, the first right."""
    right = Ground(option="a", right=True, why=Why.listed, claims=(claim,))
    concept = course.concept_of[claim]
    return Item(
        id=f"choice.{n}",
        type=ItemType.multiple_choice,
        form="strength_of",
        concept=concept,
        aspect=Aspect.strength,
        stem=f"Question {n}: which of these is a strength of Type 1?",
        options=OPTIONS,
        key=("a",),
        proof=(right,),
        claims=(claim,),
        nudge="Think of the oven.",
    )


def own_words(claim: str, course: Course) -> Item:
    """A question to be answered in own words."""
    return Item(
        id="own.1",
        type=ItemType.short_answer,
        form="short_answer",
        concept=course.concept_of[claim],
        stem="Why is the dough left alone?",
        points=(Point(id="rest", text="it rests", claim=claim),),
        claims=(claim,),
    )


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    """Records of this test alone."""
    kept = Storage.open(f"sqlite:///{tmp_path / 'learners.sqlite3'}")
    yield kept
    kept.close()


@pytest.fixture
def master(course: Course, vocabulary: Vocabulary, storage: Storage) -> Quizmaster:
    """Five questions with options, on the test course."""
    items = [choice(n, claim, course) for n, claim in enumerate(claims_of(course)[:5])]
    return Quizmaster(course, vocabulary, items, storage, grade_short)


@pytest.fixture
def say(master: Quizmaster, catalogue: Catalogue, vocabulary: Vocabulary) -> Callable[..., Any]:
    """Say something, meant as this act."""

    def said(text: str, act: str = "quiz_answer", sure: float = 0.9, now: datetime = NOW, quiz: Quizmaster = master) -> Any:
        request = understand(Question(text, {act: sure}, context=Context()), catalogue, vocabulary)
        return quiz.hear(Heard("ada", text, request, now))[0]

    return said


def test_right_answer(say: Callable[..., Any], storage: Storage) -> None:
    """A right answer is kept with its review before the feedback, which cites why."""
    put = say("quiz me", "start_quiz")

    told = say("a")

    claim = storage.turns(1)[0].item["claims"][0]
    assert (put.item.number, told.correct, told.key) == (1, True, ("a",))
    assert [s.text for s in told.sentences] and told.citations
    assert [(r.claim, r.grade) for r in storage.reviews("ada")] == [(claim, Grade.good)]


def test_answer_counts_once(say: Callable[..., Any], storage: Storage) -> None:
    """What another tab or an impatient finger sends again changes nothing, not even to another answer."""
    say("quiz me", "start_quiz")
    say("b")

    again = say("a")

    assert (again.correct, again.chosen) == (False, ("b",))
    assert len(storage.reviews("ada")) == 1


def test_hint_counts_as_hard(say: Callable[..., Any], storage: Storage) -> None:
    """Right after a hint is graded hard, and worth half in the mastery."""
    say("quiz me", "start_quiz")
    hinted = say("hint", "quiz_hint")

    told = say("a")

    assert hinted.item.hints == ("Think of the oven.",)
    assert told.correct
    assert storage.reviews("ada")[0].grade is Grade.hard
    assert [m.value for m in storage.mastery("ada").values()] == [0.25]


def test_hint_ladder(say: Callable[..., Any]) -> None:
    """A nudge, then one option less, then the answer."""
    say("quiz me", "start_quiz")

    steps = [say("hint", "quiz_hint") for _ in range(3)]

    assert steps[1].item.struck == ("b",)
    assert (steps[2].kind, steps[2].correct, steps[2].chosen) == ("feedback", False, ())


def test_skipped_is_not_reviewed(say: Callable[..., Any], storage: Storage) -> None:
    """A skipped question says nothing of what is known; the next one is put at once."""
    first = say("quiz me", "start_quiz")

    second = say("skip", "quiz_skip")
    summary = say("stop", "quiz_stop")

    assert (second.message, second.item.number) == ("Skipped.", 2)
    assert second.item.id != first.item.id
    assert (storage.reviews("ada"), summary.asked) == ([], 0)


def test_answer_before_command(say: Callable[..., Any], course: Course, vocabulary: Vocabulary, storage: Storage) -> None:
    """Words of a command inside a short answer are an answer; the command by itself is none."""
    quiz = Quizmaster(course, vocabulary, [own_words(claims_of(course)[0], course)], storage, grade_short)
    say("quiz me", "start_quiz", quiz=quiz)

    paused = say("pause", "quiz_pause", quiz=quiz)
    say("resume", "quiz_resume", quiz=quiz)
    score = say("my score", "quiz_progress", quiz=quiz)
    told = say("to pause the dough and let it rest", "quiz_pause", quiz=quiz)

    assert (paused.kind, score.kind) == ("chat", "progress")
    assert (told.kind, told.correct, told.present) == ("feedback", True, ("it rests",))


def test_ambiguous_answer(say: Callable[..., Any], storage: Storage) -> None:
    """Two letters where one is wanted are asked back, and nothing is graded."""
    say("quiz me", "start_quiz")

    asked = say("a or b?")

    assert (asked.kind, asked.suggestions) == ("clarify", ("a", "b"))
    assert storage.turns(1)[0].answered_at is None


def test_question_is_not_for_the_quiz(
    say: Callable[..., Any], master: Quizmaster, catalogue: Catalogue, vocabulary: Vocabulary
) -> None:
    """A question of another kind is left to others; the item waits under it, but not for ever."""
    put = say("quiz me", "start_quiz")
    request = understand(Question("what is type 2?", {"define": 0.9}), catalogue, vocabulary)

    said, waiting = master.hear(Heard("ada", request.text, request, NOW))
    assert said is None
    assert waiting is not None
    assert waiting.id == put.item.id
    assert master.waiting("ada") == waiting
    assert master.hear(Heard("ada", request.text, request, NOW + IDLE + timedelta(seconds=1))) == (None, None)


def test_list_is_no_quiz(master: Quizmaster, catalogue: Catalogue, vocabulary: Vocabulary) -> None:
    """Where a list that is named is about as likely to be meant as a quiz, none is begun."""
    ranking = {"start_quiz": 0.54, "ask_weaknesses": 0.43}
    request = understand(Question("i asked about the weaknesses", ranking), catalogue, vocabulary)

    assert master.hear(Heard("ada", request.text, request, NOW)) == (None, None)


@pytest.mark.parametrize("sure, kind", [(0.57, None), (0.9, "chat")])
def test_another_one_after_an_answer(
    master: Quizmaster, catalogue: Catalogue, vocabulary: Vocabulary, sure: float, kind: Optional[str]
) -> None:
    """ "Another one" after an answer goes on with that, unless it is surely for a quiz, of which there is none."""
    context = Context(subjects=("type-1",), act="ask_examples")
    request = understand(Question("another one please", {"quiz_skip": sure}, context=context), catalogue, vocabulary)

    said = master.hear(Heard("ada", request.text, request, NOW))[0]

    assert (said.kind if said else None) == kind


def test_next_does_not_skip(say: Callable[..., Any]) -> None:
    """Asked for the next while one is open, it puts the open one again."""
    first = say("quiz me", "start_quiz")

    assert say("next", "next_one").item.id == first.item.id


def test_whole_session(say: Callable[..., Any]) -> None:
    """No question comes twice; after the last there is the summary, by concept."""
    put, seen = say("quiz me", "start_quiz"), []
    while put.kind == "quiz_item":
        seen.append(put.item.id)
        say("a" if len(seen) > 1 else "b")
        put = say("next", "next_one")

    assert sorted(seen) == [f"choice.{n}" for n in range(5)]
    assert (put.kind, put.correct, put.asked, put.score) == ("quiz_summary", 4, 5, 0.8)
    assert sum(row.asked for row in put.by_concept) == 5
    assert len(put.missed) == 1


def test_results_of_the_session(say: Callable[..., Any]) -> None:
    """The button under the last feedback leads to the summary of this quiz, even if it sounds like a question about all of them."""
    say("2 questions", "start_quiz")
    say("a")
    say("next", "next_one")
    last = say("a")

    told = say(last.suggestions[0], "quiz_progress")

    assert (told.kind, told.correct, told.asked) == ("quiz_summary", 2, 2)


def test_missed_come_back(say: Callable[..., Any]) -> None:
    """What was wrong is what comes back; without any, it says so."""
    assert say("test me on what i got wrong", "start_quiz").kind == "chat"
    put = say("quiz me", "start_quiz")
    say("b")

    again = say("test me on what i got wrong", "start_quiz")

    assert (again.item.id, again.item.of) == (put.item.id, 1)


def test_nothing_due(say: Callable[..., Any]) -> None:
    """Before anything is due it tells when; two days after a right answer the claim is due."""
    say("quiz me", "start_quiz")
    say("a")
    say("stop", "quiz_stop")

    early = say("what's due?", "start_quiz")
    late = say("what's due?", "start_quiz", now=NOW + timedelta(days=3))

    assert "4 March" in early.message
    assert late.item.of == 1


def test_forgetting(say: Callable[..., Any], storage: Storage) -> None:
    """Deleting is asked back when it may be a misunderstanding, and then done whole."""
    say("quiz me", "start_quiz")
    say("a")

    asked = say("forget it maybe", "forget_me", 0.6)
    kept = len(storage.reviews("ada"))
    told = say(YES_DELETE, "quiz_answer")

    assert (asked.kind, kept) == ("clarify", 1)
    assert "deleted" in told.message
    assert (storage.reviews("ada"), storage.last("ada")) == ([], None)


def test_forgotten_in_another_window(say: Callable[..., Any], storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A session that is gone between two looks at it is no error for the student."""
    say("quiz me", "start_quiz")
    open_session = storage.current("ada")
    storage.forget("ada")
    monkeypatch.setattr(storage, "current", lambda _: open_session)

    assert say("resume", "quiz_resume").kind == "chat"
