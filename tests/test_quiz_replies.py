"""Reading what is typed under a quiz item: which options, which pairs, own words, nothing at all, or no answer."""

from __future__ import annotations

from typing import Any, Sequence, Tuple

import pytest

from index.vocabulary import Vocabulary
from knowledge.models import Aspect
from tutor.items import Item, ItemType, Option, Prompt
from tutor.quiz_replies import Kind, read_reply


def item(kind: ItemType, stem: str, options: Sequence[Tuple[str, str]], prompts: Sequence[str] = ()) -> Item:
    """An item as the tutor would put it; its key does not matter here."""
    return Item(
        id="i",
        type=kind,
        form="toy",
        concept="type-1",
        aspect=Aspect.strength,
        stem=stem,
        options=tuple(Option(id=i, text=t) for i, t in options),
        prompts=tuple(Prompt(id=str(n), text=t) for n, t in enumerate(prompts, 1)),
        claims=("c",),
    )


CHOICE = item(
    ItemType.multiple_choice,
    "Which of these is a strength of Type 1?",
    [("a", "ready within ten minutes"), ("b", "keeps soft for a week"), ("c", "needs no oven")],
)
NAMES = item(
    ItemType.multiple_choice,
    "Of which type is this a strength: ready within ten minutes?",
    [("a", "Type 2"), ("b", "Type 1"), ("c", "Type 1.5")],
)
VERDICT = item(ItemType.true_false, "True or false: Type 2 needs no waiting.", [("true", "True"), ("false", "False")])
SEVERAL = item(
    ItemType.select_all,
    "Which of these are strengths of Type 1?",
    [
        ("a", "ready within ten minutes"),
        ("b", "keeps soft for a week"),
        ("c", "needs only flour, water and salt"),
        ("d", "sold by bakers and grocers"),
    ],
)
MATCH = item(
    ItemType.match,
    "Match each strength with its type.",
    [("a", "Type 1"), ("b", "Type 2"), ("c", "Type 1.5")],
    ["ready within ten minutes", "keeps soft", "needs no waiting"],
)
PAIR = item(ItemType.match, "Match each strength with its type.", [("a", "Type 1"), ("b", "Type 2")], ["quick", "soft"])
OWN = item(ItemType.short_answer, "Why do campers like Type 1?", [])


@pytest.fixture
def read(vocabulary: Vocabulary) -> Any:
    """Read a reply, the names of the test course written one way."""
    return lambda text, asked: read_reply(text, asked, vocabulary.canonical)


def rows(asked: Item, kind: Kind, answers: Sequence[Tuple[str, Any]]) -> Any:
    """One case for each typed answer; the ids are written with spaces between."""
    return [
        pytest.param(asked, text, kind, tuple(ids.split()), id=f"{asked.type.value}: {text}"[:70] or "empty")
        for text, ids in answers
    ]


CHOSEN = [
    *rows(
        CHOICE,
        Kind.chosen,
        [
            ("b", "b"),
            ("B)", "b"),
            ("(b)", "b"),
            ("b.", "b"),
            ("B!!", "b"),
            ("its b", "b"),
            ("it's b", "b"),
            ("i think b", "b"),
            ("I think it's B", "b"),
            ("option b", "b"),
            ("answer: c", "c"),
            ("my answer is a", "a"),
            ("i'll go with c", "c"),
            ("definitely a", "a"),
            ("a", "a"),
            ("the second", "b"),
            ("second one", "b"),
            ("the 3rd one", "c"),
            ("first", "a"),
            ("the first option", "a"),
            ("2", "b"),
            ("number 2", "b"),
            ("number three", "c"),
            ("no. 1", "a"),
            ("option 3", "c"),
            ("one", "a"),
            ("the last one", "c"),
            ("the middle one", "b"),
            ("b because it stays soft", "b"),
            ("b, they stay soft for long", "b"),
            ("b) keeps soft for a week", "b"),
            ("c, not b", "c"),
            ("not a, it's c", "c"),
            ("a... no wait, b", "b"),
            ("actually c", "c"),
            ("b. next", "b"),
            ("ready within ten minutes", "a"),
            ("Ready within 10 minutes.", "a"),
            ("redy within ten minuts", "a"),
            ("ten minutes", "a"),
            ("keeps soft", "b"),
            ("the soft one", "b"),
            ("ten minutes obviously", "a"),
            ("it keeps soft for a weak", "b"),
            ("needs no oven", "c"),
            ("no oven needed", "c"),
            ("i think its the one that needs no oven", "c"),
            ("Ｂ", "b"),
        ],
    ),
    *rows(
        NAMES,
        Kind.chosen,
        [
            ("type 2", "a"),
            ("type II", "a"),
            ("t2", "a"),
            ("type one", "b"),
            ("its type 1", "b"),
            ("Type 1.5 bread", "c"),
            ("t1.5", "c"),
            ("type one and a half", "c"),
            ("soda bread", "c"),
            ("1.5", "c"),
            ("number 2", "b"),
            ("the second one", "b"),
            ("type 1, not type 2", "b"),
        ],
    ),
    *rows(
        VERDICT,
        Kind.chosen,
        [
            ("true", "true"),
            ("True.", "true"),
            ("t", "true"),
            ("T", "true"),
            ("yes", "true"),
            ("yep", "true"),
            ("yeah thats true", "true"),
            ("correct", "true"),
            ("that's right", "true"),
            ("i think its true", "true"),
            ("it is true", "true"),
            ("tru", "true"),
            ("treu", "true"),
            ("i agree", "true"),
            ("definitely", "true"),
            ("true because soda lifts it", "true"),
            ("no, that's true", "true"),
            ("false", "false"),
            ("f", "false"),
            ("flase", "false"),
            ("nope", "false"),
            ("no", "false"),
            ("nah that's wrong", "false"),
            ("not true", "false"),
            ("that isn't true", "false"),
            ("i dont think so", "false"),
            ("i don't agree", "false"),
            ("definitely not", "false"),
            ("no it isnt", "false"),
            ("false, it rises overnight", "false"),
            ("its not false", "true"),
            ("the second one", "false"),
        ],
    ),
    *rows(
        SEVERAL,
        Kind.chosen,
        [
            ("both a and c", "a c"),
            ("a, c", "a c"),
            ("ac", "a c"),
            ("ca", "a c"),
            ("a & c", "a c"),
            ("a+c", "a c"),
            ("a/c", "a c"),
            ("A and C", "a c"),
            ("a c d", "a c d"),
            ("acd", "a c d"),
            ("1 and 3", "a c"),
            ("1,3", "a c"),
            ("134", "a c d"),
            ("first and third", "a c"),
            ("the first two", "a b"),
            ("the last two", "c d"),
            ("all of them", "a b c d"),
            ("all", "a b c d"),
            ("all four", "a b c d"),
            ("everything", "a b c d"),
            ("none", ""),
            ("none of them", ""),
            ("everything but b", "a c d"),
            ("all except b and d", "a c"),
            ("all but the last one", "a b c"),
            ("a and c but not b", "a c"),
            ("i think a, c and d", "a c d"),
            ("only b", "b"),
            ("ten minutes", "a"),
            ("flour, water and salt", "c"),
            ("ready within ten minutes and flour, water and salt", "a c"),
            ("bakers and grocers, ten minutes", "a d"),
            ("a and the bakers one", "a d"),
        ],
    ),
    *rows(
        MATCH,
        Kind.chosen,
        [
            ("1a 2b 3c", "1a 2b 3c"),
            ("1-a, 2-b, 3-c", "1a 2b 3c"),
            ("1a2b3c", "1a 2b 3c"),
            ("1: c; 2: b; 3: a", "1c 2b 3a"),
            ("1=b 2=a 3=c", "1b 2a 3c"),
            ("a1 b2 c3", "1a 2b 3c"),
            ("a b c", "1a 2b 3c"),
            ("b,a,c", "1b 2a 3c"),
            ("bac", "1b 2a 3c"),
            ("1 is a and 2 is b and 3 is c", "1a 2b 3c"),
            ("1 goes with b, 2 with a, 3 with c", "1b 2a 3c"),
            ("first is a, second is b, third is c", "1a 2b 3c"),
            ("1 is type 2, 2 is type 1, 3 is type 1.5", "1b 2a 3c"),
            ("1 type 1.5, 2 type 1, 3 type 2", "1c 2a 3b"),
            ("type 2, type 1, type 1.5", "1b 2a 3c"),
            ("1. type 1\n2. type 2\n3. type 1.5", "1a 2b 3c"),
            ("1a 2b", "1a 2b"),
        ],
    ),
    *rows(PAIR, Kind.chosen, [("1 is type 2, 2 is type 1", "1b 2a"), ("1 is type 2 and 2 is type 1", "1b 2a"), ("ba", "1b 2a")]),
]

AMBIGUOUS = [
    *rows(
        CHOICE,
        Kind.ambiguous,
        [
            ("a or b?", "a b"),
            ("maybe b or c", "b c"),
            ("either a or c", "a c"),
            ("b/c", "b c"),
            ("a and c", "a c"),
            ("d", ""),
            ("the fifth", ""),
            ("all of them", ""),
            ("none of these", ""),
            ("not sure if a or b", "a b"),
            ("c: keeps soft for a week", "b c"),
            ("soft or ten minutes", "a b"),
        ],
    ),
    *rows(NAMES, Kind.ambiguous, [("2", "a b"), ("1", "a b"), ("type 1 or type 2?", "a b")]),
    *rows(VERDICT, Kind.ambiguous, [("true or false", ""), ("half true", ""), ("both", ""), ("yes and no", "")]),
    *rows(SEVERAL, Kind.ambiguous, [("a or b", "a b"), ("b and c or d", "b c d"), ("a-c", "a c"), ("a and f", "a")]),
    *rows(MATCH, Kind.ambiguous, [("a", ""), ("1a 1b 2c", "1a 1b 2c"), ("a b", ""), ("1a 2", "")]),
    *rows(OWN, Kind.ambiguous, [("b", ""), ("yes", "")]),
]

QUESTIONS_AND_ORDERS = [
    "what is b about?",
    "a question: what is deniability",
    "wait, what's plausible deniability?",
    "wait what is soda bread",
    "why is it true",
    "why",
    "why not b",
    "is b right?",
    "is that true?",
    "are you sure",
    "who is ada baker",
    "how does type 1 work?",
    "can you explain b",
    "does type 2 need an oven",
    "explain the second one",
    "tell me more about the first",
    "tell me about soda bread",
    "what about type 2?",
    "define sourdough",
    "compare type 1 and type 2",
    "i have a question",
    "b, but why?",
    "hint",
    "hint please",
    "give me a clue",
    "help",
    "help me with this one",
    "skip",
    "skip this one",
    "next",
    "next question pls",
    "stop",
    "stop the quiz",
    "enough",
    "pause",
    "brb gotta go",
    "quiz me on type 2",
    "i want to stop",
    "can we do something else",
    "show source 2",
    "harder",
    "thanks",
    "hi",
    "ok",
    "i dont understand the question",
    "",
]
NO_ANSWER = [
    *(pytest.param(asked, text, id=f"{asked.type.value}: {text}") for text in QUESTIONS_AND_ORDERS for asked in (CHOICE, OWN)),
    *(
        pytest.param(asked, text, id=f"{asked.type.value}: {text}")
        for text in QUESTIONS_AND_ORDERS[:-1]
        for asked in (VERDICT, SEVERAL, MATCH, NAMES)
    ),
    pytest.param(CHOICE, "not b", id="not b"),
    pytest.param(CHOICE, "i dont think its b", id="denied"),
    pytest.param(CHOICE, "b is wrong", id="b is wrong"),
    pytest.param(CHOICE, "yes", id="yes to a choice"),
    pytest.param(CHOICE, "the weather is nice today", id="something else"),
    pytest.param(NAMES, "weaknesses of type 1", id="another list"),
]


@pytest.mark.parametrize("asked, text, kind, ids", [*CHOSEN, *AMBIGUOUS])
def test_reads(read: Any, asked: Item, text: str, kind: Kind, ids: Tuple[str, ...]) -> None:
    """What is chosen comes out in the order of the item; what is not clear names its candidates."""
    reply = read(text, asked)

    assert (reply.kind, reply.chosen) == (kind, ids)


@pytest.mark.parametrize("asked, text", NO_ANSWER)
def test_no_answer(read: Any, asked: Item, text: str) -> None:
    """A question, an order, or what only rules an option out is no answer."""
    reply = read(text, asked)

    assert (reply.kind, reply.chosen, reply.is_answer) == (Kind.none, (), False)


@pytest.mark.parametrize("asked", [CHOICE, VERDICT, SEVERAL, MATCH, OWN])
@pytest.mark.parametrize(
    "text",
    [
        "idk",
        "no idea",
        "dunno",
        "pass",
        "?",
        "???",
        "i don't know",
        "I have no idea sorry",
        "not sure",
        "hmm idk",
        "no clue lol",
        "i give up",
        "i forgot",
        "cant remember",
        "just tell me the answer",
        "what's the answer?",
    ],
)
def test_gives_up(read: Any, asked: Item, text: str) -> None:
    """Somebody without an answer says so in a few ways, whatever is asked."""
    assert read(text, asked).gives_up


@pytest.mark.parametrize(
    "asked, text, ids",
    [
        (CHOICE, "not sure, maybe b", ("b",)),
        (CHOICE, "maybe b", ("b",)),
        (CHOICE, "b?", ("b",)),
        (CHOICE, "is it b?", ("b",)),
        (CHOICE, "could it be the second one", ("b",)),
        (CHOICE, "idk, b", ("b",)),
        (CHOICE, "my guess is c", ("c",)),
        (CHOICE, "perhaps ten minutes", ("a",)),
        (NAMES, "soda bread?", ("c",)),
        (VERDICT, "i guess true", ("true",)),
        (VERDICT, "not sure but false", ("false",)),
        (SEVERAL, "not sure, a and c", ("a", "c")),
        (MATCH, "idk maybe 1a 2b 3c", ("1a", "2b", "3c")),
    ],
)
def test_unsure(read: Any, asked: Item, text: str, ids: Tuple[str, ...]) -> None:
    """A hedged answer counts, and is marked as unsure; a plain one is not."""
    reply = read(text, asked)

    assert (reply.kind, reply.chosen, reply.unsure) == (Kind.chosen, ids, True)
    assert not read("i think b", CHOICE).unsure


@pytest.mark.parametrize(
    "text, unsure",
    [
        ("it is baked quickly and needs no oven", False),
        ("when they travel they have no oven", False),
        ("because it's ready in ten minutes", False),
        ("builds on flour, which is light to carry", False),
        ("Quick to bake", False),
        ("can be baked over a fire", False),
        ("does not need yeast", False),
        ("maybe because its quick", True),
        ("not sure, something about fire", True),
        ("it bakes fast?", True),
        ("open fire is enough", False),
        ("give warm food to many people", False),
    ],
)
def test_own_words(read: Any, text: str, unsure: bool) -> None:
    """A short answer is anything that neither asks nor orders, and comes back as typed."""
    reply = read(text, OWN)

    assert (reply.kind, reply.text, reply.unsure) == (Kind.free, text, unsure)


def test_options_that_ask() -> None:
    """An option typed out is chosen even if it begins like a question."""
    asked = item(
        ItemType.multiple_choice,
        "When is it used?",
        [("a", "when is no oven at hand"), ("b", "what is left over"), ("c", "at noon")],
    )

    assert read_reply("When is no oven at hand", asked).chosen == ("a",)
    assert read_reply("what is left over?", asked).kind is not Kind.chosen or read_reply("what is left over", asked).chosen == (
        "b",
    )


def test_near_options() -> None:
    """Words that fit two options alike choose neither; what sets one apart chooses it."""
    asked = item(
        ItemType.multiple_choice,
        "Which one?",
        [("a", "official talks of governments"), ("b", "official talks of experts"), ("c", "private letters")],
    )

    assert (read_reply("official talks", asked).ambiguous, read_reply("official talks", asked).chosen) == (True, ("a", "b"))
    assert read_reply("official talks with experts", asked).chosen == ("b",)
    assert read_reply("letters", asked).chosen == ("c",)


def test_without_a_course() -> None:
    """Figures, words and Roman numerals name the same even where nobody writes names one way."""
    assert [read_reply(text, NAMES).chosen for text in ("type two", "type II", "t2", "type 1.5")] == [
        ("a",),
        ("a",),
        ("a",),
        ("c",),
    ]
