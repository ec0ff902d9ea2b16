"""Reading a question: which act, about what, under which aspect."""

from __future__ import annotations

from typing import Any, Dict, Optional, Tuple

import pytest

from index.vocabulary import Vocabulary
from knowledge.models import Aspect
from tutor.catalogue import Catalogue
from tutor.reply import Context
from tutor.understanding import (
    ACT_OF,
    ASPECTS_OF,
    Act,
    Question,
    Request,
    asks_for_brevity,
    asks_for_no_list,
    asks_why,
    contrasts,
    sets_against,
    speaks_of_saying,
    understand,
)


@pytest.fixture
def read(catalogue: Catalogue, vocabulary: Vocabulary) -> Any:
    """Understand a text on the test course."""

    def _read(text: str, ranking: Dict[str, float] | None = None, **fields: Any) -> Request:
        return understand(Question(text, ranking or {}, **fields), catalogue, vocabulary)

    return _read


def test_acts_are_intents(project: Any) -> None:
    """Every act is an intent of the bot, and every intent an act."""
    import yaml

    domain = yaml.safe_load((project / "domain.yml").read_text(encoding="utf-8"))

    assert sorted(act.value for act in Act) == sorted(name for intent in domain["intents"] for name in intent)


def test_every_aspect_has_an_act() -> None:
    """There is one act to ask for each aspect."""
    assert set(ACT_OF) == set(Aspect)
    assert all(aspect in ASPECTS_OF[act] for aspect, act in ACT_OF.items())


# -- what it is about ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, concepts",
    [
        ("what is type 2?", ("type-2",)),
        ("T2 vs flatbread", ("type-2", "type-1")),
        ("type 2, type II and the second type", ("type-2",)),
        ("is soda bread Type 1.5?", ("type-1.5",)),
        ("what is cake?", ()),
    ],
)
def test_concepts(read: Any, text: str, concepts: Tuple[str, ...]) -> None:
    """Concepts are found in every spelling, each once, in order."""
    assert read(text).concepts == concepts


@pytest.mark.parametrize(
    "text, aspects",
    [
        ("if the dough stays flat overnight, what does it mean", ()),
        ("what does it mean", (Aspect.definition,)),
        ("what does sourdough mean", (Aspect.definition,)),
    ],
)
def test_meaning(read: Any, text: str, aspects: Tuple[Aspect, ...]) -> None:
    """What something that happens means is no definition."""
    assert read(text).aspects == aspects


def test_buttons_name_concepts(read: Any) -> None:
    """Concepts given by a button go before what the text names."""
    assert read("what is type 1?", concepts=("type-2",)).concepts == ("type-2",)


def test_people_are_apart(read: Any) -> None:
    """Who can hold a position is not among the concepts."""
    request = read("what does Ada Baker say of type 1?")

    assert (request.people, request.concepts) == (("ada-baker",), ("type-1",))


def test_pronoun_of_a_person(read: Any) -> None:
    """ "She" is the person of the last answer, and nobody when there was none."""
    before = Context(subjects=("type-1", "ada-baker"))

    assert read("what did she say?", context=before).people == ("ada-baker",)
    assert read("what did she say?").people == ()
    assert read("what did it say?", context=before).people == ()


@pytest.mark.parametrize(
    "text, concepts",
    [
        ("type 1, not type 2", ("type-1",)),
        ("type 2 instead of type 1", ("type-2",)),
        ("not type 2", ("type-2",)),
        ("how does type 1 differ from all the other kinds of type 2", ("type-1",)),
        ("type 1 and any other type 2", ("type-1",)),
        ("all the other forms of type 2", ("type-2",)),
        ("type 1 and the other, type 2", ("type-1", "type-2")),
    ],
)
def test_exclusion(read: Any, text: str, concepts: Tuple[str, ...]) -> None:
    """What is named only to be excluded, or for all the rest, is left out, as long as something else is named."""
    assert read(text).concepts == concepts


@pytest.mark.parametrize(
    "text, concepts, without",
    [
        ("which breads rise, apart from type 2", (), ("type-2",)),
        ("besides type 1, what about type 2?", ("type-2",), ("type-1",)),
        ("what is beside type 1", ("type-1",), ()),
        ("who bakes type 1 besides Ada Baker?", ("type-1",), ()),
    ],
)
def test_left_out(read: Any, text: str, concepts: Tuple[str, ...], without: Tuple[str, ...]) -> None:
    """What is asked for besides something is not about it; somebody besides whom others are sought takes part all the same."""
    request = read(text)

    assert (request.concepts, request.without) == (concepts, without)


@pytest.mark.parametrize(
    "text, aspects",
    [
        ("not the definition, the strengths", (Aspect.strength,)),
        ("not weaknesses, strengths", (Aspect.strength,)),
        ("its strengths rather than its weaknesses", (Aspect.strength,)),
        ("not the weaknesses", (Aspect.weakness,)),
        ("strengths and weaknesses", (Aspect.strength, Aspect.weakness)),
    ],
)
def test_excluded_aspect(read: Any, text: str, aspects: Tuple[Aspect, ...]) -> None:
    """An aspect that is named only to be excluded is not asked for, as long as another one is."""
    request = read(text, {"ask_weaknesses": 0.6, "ask_strengths": 0.2})

    assert (request.aspects, request.lists_aspects) == (aspects, len(aspects) > 1)
    assert (Act.ask_weaknesses in request.ranking) is (Aspect.weakness in aspects or "weak" not in text)


@pytest.mark.parametrize(
    "text, ranking, act",
    [
        ("and flat?", {"ask_question": 0.9}, Act.follow_up),
        ("the flat one", {"pick": 0.9}, Act.follow_up),
        ("so whats the flat one", {"out_of_scope": 0.9}, Act.define),
        ("who makes the flat one", {"ask_participants": 0.9}, Act.ask_participants),
        ("the strengths of the flat one", {"pick": 0.3}, Act.ask_strengths),
        ("does the flat one have a crust", {"ask_question": 0.9}, Act.ask_question),
    ],
)
def test_short_name(read: Any, text: str, ranking: Dict[str, float], act: Act) -> None:
    """A name cut short is completed by what was spoken of, and a turn with nothing else carries the conversation on."""
    request = read(text, ranking, context=Context(subjects=("type-2",)))

    assert (request.concepts, request.act) == (("type-1",), act)


@pytest.mark.parametrize("text", ["and flat?", "can it replace the flat one", "type 2 and the flat one", "the second one"])
def test_no_short_name(read: Any, text: str) -> None:
    """Nothing is completed without a subject, beside another name or beside a pronoun that is that subject."""
    before = Context(subjects=() if text == "and flat?" else ("type-2",))

    assert "type-1" not in read(text, {"pick": 0.9}, context=before).concepts


def test_unknown_number(read: Any) -> None:
    """A number that the series does not have is reported as typed, and is no concept."""
    request = read("what is type 7?")

    assert (request.unknown, request.concepts) == (("type 7",), ())


def test_leftover(read: Any) -> None:
    """What is left over are the stems outside names, aspect words and function words, each once."""
    request = read("why does the crust of type 1 have crusts and strengths, tell me?")

    assert request.leftover == ("crust",)
    assert read("which type is it?").leftover == ()


@pytest.mark.parametrize(
    "text, leftover",
    [
        ("hm, typo, I wanted the type 1 ones", ()),
        ("how does type 1 work in practice, step by step, in your own words", ()),
        ("real-world cases in detail", ()),
        ("type 1, not type 2", ()),
        ("the practice of bakers", ("practic",)),
    ],
)
def test_fillers(read: Any, text: str, leftover: Tuple[str, ...]) -> None:
    """What only wraps a question, or is named to be excluded, is no topic."""
    assert tuple(t for t in read(text).leftover if t != "work") == leftover


def test_canonical(read: Any) -> None:
    """The text that is searched has numbered names written one way."""
    assert read("t1.5 or the second type").canonical == "Type 1.5 or the Type 2"


@pytest.mark.parametrize(
    "text, leans",
    [
        ("and its weaknesses?", True),
        ("compare them", True),
        ("what about the former?", True),
        ("what is type 1?", False),
        ("items?", False),
    ],
)
def test_leaning_back(read: Any, text: str, leans: bool) -> None:
    """A pronoun leans on the conversation."""
    assert read(text).leans_back is leans


@pytest.mark.parametrize(
    "text, count",
    [
        ("three weaknesses of type 1", 3),
        ("name one weakness of type 1", 1),
        ("the 2 main strengths of type 2", 2),
        ("type 2 weaknesses", None),
        ("weaknesses of type 2", None),
        ("3 things about type 1", None),
        ("weaknesses of type 1?? i need like three", 3),
        ("the weaknesses of type 1, my boss wants four of them.", 4),
        ("weaknesses of type 1, i need two sentences", None),
    ],
)
def test_count(read: Any, text: str, count: Optional[int]) -> None:
    """A number before what is asked for, or by itself as what is needed, says how many; the number of a name does not."""
    assert read(text).count == count


@pytest.mark.parametrize("text, readable", [("type 1", True), ("1.5", True), ("???", False), ("ما هو الخبز", False), ("🍞", False)])
def test_readable(read: Any, text: str, readable: bool) -> None:
    """Letters or digits can be read; other scripts and signs cannot."""
    assert read(text).readable is readable


# -- which act -----------------------------------------------------------------------------------------------------


def test_most_likely_intent(read: Any) -> None:
    """The act is the intent with the highest probability, the next act the second."""
    request = read("type 1", {"define": 0.2, "explain": 0.7, "greet": 0.1})

    assert (request.act, request.next_act, request.probability) == (Act.explain, Act.define, 0.7)


def test_named_aspect_outweighs(read: Any) -> None:
    """An aspect named outright lifts its act above a slightly likelier one, whose probability is not changed."""
    request = read("the weaknesses of type 1", {"explain": 0.5, "ask_weaknesses": 0.3})

    assert (request.act, request.probability, request.aspects) == (Act.ask_weaknesses, 0.3, (Aspect.weakness,))


def test_sure_intent_stays(read: Any) -> None:
    """An aspect named outright does not outweigh a sure intent."""
    assert read("compare the strengths of type 1 and 2", {"compare": 0.9, "ask_strengths": 0.1}).act is Act.compare


def test_unknown_intent(read: Any) -> None:
    """An intent that is no act, of an older model say, is ignored."""
    request = read("type 1", {"sing": 0.8, "define": 0.2})

    assert (request.act, dict(request.ranking)) == (Act.define, {Act.define: 0.2})


@pytest.mark.parametrize(
    "text, act",
    [
        ("type 1 vs type 2", Act.compare),
        ("compare type 1 and type 2", Act.compare),
        ("type 1, type 2", Act.compare),
        ("what does ada baker say of type 1?", Act.ask_position),
        ("weaknesses of type 1", Act.ask_weaknesses),
        ("what is type 1?", Act.define),
        ("does type 1 go well with cheese or with jam?", Act.ask_question),
        ("which loaf stays soft?", Act.ask_question),
    ],
)
def test_without_a_model(read: Any, text: str, act: Act) -> None:
    """Without an intent model the words alone decide, and count as sure."""
    request = read(text)

    assert (request.act, request.probability, dict(request.ranking)) == (act, 1.0, {})


@pytest.mark.parametrize(
    "text, contrasting",
    [
        ("1 vs 2", True),
        ("how do they differ?", True),
        ("the DIFFERENCE", True),
        ("the distinction", False),
        ("both of them", False),
        ("an indifferent loaf", False),
    ],
)
def test_contrast(text: str, contrasting: bool) -> None:
    """Words of comparison set things against each other."""
    assert contrasts(text) is contrasting


@pytest.mark.parametrize(
    "text, against",
    [
        ("type 1 against type 2", True),
        ("type 1 against the type 2?", True),
        ("is type 1 against bread?", False),
        ("against type 1", False),
    ],
)
def test_sets_against(read: Any, text: str, against: bool) -> None:
    """Two names with "against" between them are set against each other; one name is against nothing of the course."""
    assert sets_against(read(text)) is against


@pytest.mark.parametrize(
    "text, saying",
    [("does she agree with that", True), ("according to him", True), ("what did he say?", True), ("who is she", False)],
)
def test_speaks_of_saying(text: str, saying: bool) -> None:
    """What somebody says or thinks is told from who somebody is."""
    assert speaks_of_saying(text) is saying


@pytest.mark.parametrize(
    "text, reason",
    [("why is it slow", True), ("ok and is it a tool?", True), ("what are its weaknesses", False), ("weaknesses, why not", False)],
)
def test_asks_for_no_list(text: str, reason: bool) -> None:
    """A reason, and yes or no, are asked for by the first words."""
    assert asks_for_no_list(text) is reason


@pytest.mark.parametrize(
    "text, left",
    [
        ("im cramming, what is type 2?", ()),
        ("how is type 1 different from type 2, i always mix them up", ()),
        ("my head is spinning; define type 2", ()),
        ("i want to know why type 2 is soft", ("soft",)),
        ("i bake", ("bake",)),
    ],
)
def test_about_oneself(read: Any, text: str, left: Tuple[str, ...]) -> None:
    """What students say of themselves is no topic, unless it is all they say, or how they ask."""
    assert set(left) <= set(read(text).leftover)
    assert bool(read(text).leftover) == bool(left)


@pytest.mark.parametrize(
    "text, readable",
    [
        ("was sind die Schwächen von type 2?", False),
        ("quelle est la différence entre type 1 et type 2", False),
        ("ما هي type 2؟", False),
        ("wat r the weakneses of type 2", True),
        ("T1 et al", True),
        ("type 2", True),
    ],
)
def test_other_languages(read: Any, text: str, readable: bool) -> None:
    """A message in another language is told by its small words or its letters; names and typos do not count."""
    assert read(text).readable is readable


def test_negation(read: Any) -> None:
    """The letter behind an apostrophe is no short form of the series' noun."""
    assert read("what can't 2 bakers do").concepts == ()
    assert read("can t2 rise").concepts == ("type-2",)


def test_name_in_brackets(read: Any) -> None:
    """A name in brackets tells which is meant by the one before it."""
    assert read("how is the flatbread (type 2) made").concepts == ("type-2",)


@pytest.mark.parametrize(
    "text, asks", [("why is it soft", True), ("ok but how come", True), ("what is it", False), ("whyever", False)]
)
def test_why(text: str, asks: bool) -> None:
    """A question for a reason is told by how it begins."""
    assert asks_why(text) is asks


@pytest.mark.parametrize(
    "text, brief",
    [("compare type 1 and 2, keep it short", True), ("type 1 in one sentence", True), ("what is type 1", False)],
)
def test_brevity(text: str, brief: bool) -> None:
    """A short answer is asked for in many ways."""
    assert asks_for_brevity(text) is brief
