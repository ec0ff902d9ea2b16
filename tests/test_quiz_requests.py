"""Which quiz is asked for: about what, of which kind, how many, from where."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from index.vocabulary import Vocabulary
from knowledge.loader import find_course, load_course
from knowledge.models import Aspect, Course
from tutor.items import ItemType
from tutor.quiz_requests import QuizRequest, read_request

TF, MC, ALL, MATCH, SHORT = (
    ItemType.true_false,
    ItemType.multiple_choice,
    ItemType.select_all,
    ItemType.match,
    ItemType.short_answer,
)
STRENGTH, WEAKNESS = Aspect.strength, Aspect.weakness

REQUESTS = [
    ("quiz me", {}),
    ("ask me another one", {}),
    ("ask me a question", {}),
    ("Quiz me on this", {}),
    # about what
    ("quiz me on track 2", {"concepts": ["track-2"]}),
    ("quiz me on 2", {"concepts": ["track-2"]}),
    ("quiz me on 1.5", {"concepts": ["track-1.5"]}),
    ("test me on the second track", {"concepts": ["track-2"]}),
    ("quiz me on tracks 1, 1.5 and 2", {"concepts": ["track-1", "track-1.5", "track-2"]}),
    ("quiz me on the nine tracks", {"concepts": ["multi-track"]}),
    ("test me on schiller", {"concepts": ["barrington-roy-schiller"]}),
    ("quiz me on lederach and schiller", {"concepts": ["john-paul-lederach", "barrington-roy-schiller"]}),
    ("quiz me on track one strengths", {"concepts": ["track-1"], "aspects": [STRENGTH]}),
    ("quiz me on strengths and weaknesses of track two", {"concepts": ["track-2"], "aspects": [STRENGTH, WEAKNESS]}),
    ("questions on the challenges of track 2", {"concepts": ["track-2"], "aspects": [WEAKNESS]}),
    ("quiz me on what is wrong with track 1", {"concepts": ["track-1"], "aspects": [WEAKNESS]}),
    ("quiz me on who takes part in track 2", {"concepts": ["track-2"], "aspects": [Aspect.participants]}),
    # how many
    ("10 questions on weaknesses", {"aspects": [WEAKNESS]}),
    ("5 questions on weaknesses", {"aspects": [WEAKNESS], "number": 5}),
    ("give me 5 questions about track 1", {"concepts": ["track-1"], "number": 5}),
    ("ask me 3 questions on tracks 1 and 2", {"concepts": ["track-1", "track-2"], "number": 3}),
    ("five questions on track two", {"concepts": ["track-2"], "number": 5}),
    ("five on track five", {"concepts": ["track-5"], "number": 5}),
    ("test me on track 9, 5 questions", {"concepts": ["track-9"], "number": 5}),
    ("quiz on track one and a half, 7 questions", {"concepts": ["track-1.5"], "number": 7}),
    ("5 on track 2", {"concepts": ["track-2"], "number": 5}),
    ("quiz me with twenty-five questions", {"number": 25}),
    ("give me a dozen questions", {"number": 12}),
    ("give me twenty", {"number": 20}),
    ("gimme 5", {"number": 5}),
    ("make it 15 questions", {"number": 15}),
    ("one question on track 1", {"concepts": ["track-1"], "number": 1}),
    ("100 questions", {"number": 50}),
    ("0 questions", {"number": 1}),
    ("a 20 minute quiz", {}),
    # of which kind
    ("gimme five true/false on 1.5", {"concepts": ["track-1.5"], "types": [TF], "number": 5}),
    ("only true or false", {"types": [TF]}),
    ("t/f only", {"types": [TF]}),
    ("20 mcqs on T2", {"concepts": ["track-2"], "types": [MC], "number": 20}),
    ("multiple choice pls", {"types": [MC]}),
    ("select all that apply questions", {"types": [ALL]}),
    ("matching only", {"types": [MATCH]}),
    ("short answer questions please", {"types": [SHORT]}),
    ("let me answer in my own words", {"types": [SHORT]}),
    ("matching and short answers", {"types": [MATCH, SHORT]}),
    ("no true false please", {"types": [MC, ALL, MATCH, SHORT]}),
    ("anything but matching", {"types": [MC, TF, ALL, SHORT]}),
    # how hard
    ("harder", {"harder": True}),
    ("harder questions pls", {"harder": True}),
    ("challenge me", {"harder": True}),
    ("this is too easy", {"harder": True}),
    ("easier questions please", {"easier": True}),
    ("not so hard please", {"easier": True}),
    ("ask me 5 hard questions about the definition of t1.5",
     {"concepts": ["track-1.5"], "aspects": [Aspect.definition], "number": 5, "harder": True}),
    # from where
    ("test me on what I got wrong", {"source": "missed"}),
    ("what did i get wrong? test me on it", {"source": "missed"}),
    ("the ones i missed", {"source": "missed"}),
    ("retry the missed ones", {"source": "missed"}),
    ("quiz me on my mistakes", {"source": "missed"}),
    ("quiz me on my weak spots", {"source": "missed"}),
    ("5 of the questions i got wrong on track 2", {"concepts": ["track-2"], "number": 5, "source": "missed"}),
    ("what's due?", {"source": "due"}),
    ("anything due today", {"source": "due"}),
    ("what am i about to forget", {"source": "due"}),
    ("quiz me on what is due for track 1", {"concepts": ["track-1"], "source": "due"}),
]  # fmt: skip


@pytest.fixture(scope="module")
def taught() -> Course:
    """The course that the tutor teaches."""
    return load_course(find_course("multi-track-diplomacy"))


@pytest.fixture(scope="module")
def names(taught: Course) -> Vocabulary:
    """Its names."""
    return Vocabulary(taught)


@pytest.mark.parametrize("text, wanted", REQUESTS, ids=[text for text, _ in REQUESTS])
def test_reads(taught: Course, names: Vocabulary, text: str, wanted: Dict[str, Any]) -> None:
    """A request says what it says and leaves the rest open; the numbers of a series count no questions."""
    request = read_request(text, names, taught)

    assert request == QuizRequest(**wanted)


def test_plain(taught: Course, names: Vocabulary) -> None:
    """A request for nothing in particular is plain; any wish makes it particular."""
    assert [text for text, _ in REQUESTS if read_request(text, names, taught).is_plain] == [
        t for t, wanted in REQUESTS if not wanted
    ]


def test_another_course(course: Course, vocabulary: Vocabulary) -> None:
    """Names are those of the course that is taught."""
    assert read_request("10 questions on type 2", vocabulary, course) == QuizRequest(concepts=("type-2",))
    assert read_request("10 questions on track 2", vocabulary, course).concepts == ()


def test_kept(taught: Course, names: Vocabulary) -> None:
    """A request survives being kept as JSON."""
    request = read_request("gimme five true/false on the strengths of 1.5", names, taught)

    assert QuizRequest.parse_raw(request.json()) == request
