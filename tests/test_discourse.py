"""What is said of the answer before, on the test course; and several questions in one message."""

from __future__ import annotations

from typing import Any, Dict, Tuple

import pytest

from index import retrieval
from knowledge.models import Course
from tests.test_answering import (
    DIFFERENCE,
    FAST,
    FLAT,
    HARD,
    HOLES,
    JARS,
    LIFTED,
    NIGHT,
    NOMADS,
    PLAIN,
    RAISED,
    SOAP,
    SOFT,
    ask,
    built,
    rows,
    said,
)
from tutor.answering import Answerer
from tutor.discourse import ACTS, ASK_BACK
from tutor.grounding import violations
from tutor.memory import LAST, TURNS, place, which_of
from tutor.parts import Part, are_listed, asks, clauses, unopened
from tutor.reply import Answer, Chat, Clarify, Context, Decline, markdown
from tutor.understanding import Act, Question


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a course of 17 claims, what two of them say is not common yet."""
    monkeypatch.setattr(retrieval, "COMMON_SHARE", 0.2)


@pytest.fixture(scope="module")
def tutor(course: Course) -> Answerer:
    """Answers from the test course."""
    return built(course)


def talk(tutor: Answerer, *turns: Tuple[str, str]) -> Any:
    """The reply to the last of several messages, each with the act that the intent model hears."""
    context = Context()
    reply: Any = None
    for text, act in turns:
        reply = ask(tutor, text, act, context)
        context = Context(**reply.context.dict())  # as from the slot
    return reply


STRENGTHS = ("strengths of type 1", "ask_strengths")
FLATBREAD = ("what is type 1", "define")
COMPARED = ("compare type 1 and type 2", "compare")

# -- in other words ------------------------------------------------------------------------------------------------


def test_simplify_a_list(tutor: Answerer, course: Course) -> None:
    """Each point is said in brief, and cited as before."""
    reply = talk(tutor, STRENGTHS, ("explain that more simply", "simplify"))

    assert said(reply) == ["ready within ten minutes", "needs only flour, water and salt"]
    assert (reply.lead, violations(reply, course)) == ("Strengths of Type 1 in simple words", [])


def test_simplify_again(tutor: Answerer) -> None:
    """Who still does not get it is told other things of the same."""
    reply = talk(tutor, FLATBREAD, ("eli5", "simplify"), ("i still dont get it", "simplify"))

    assert said(talk(tutor, FLATBREAD, ("eli5", "simplify"))) == ["dough baked without rising"]
    assert "dough baked without rising" not in said(reply)


def test_simplify_a_comparison(tutor: Answerer) -> None:
    """A comparison becomes a smaller one."""
    reply = talk(tutor, COMPARED, ("too complicated", "simplify"))

    assert [row[0] for row in rows(reply)] == ["Definition"]


@pytest.mark.parametrize("act", ["simplify", "shorten"])
def test_named(tutor: Answerer, act: str) -> None:
    """What is named is defined as the course does first."""
    assert said(talk(tutor, ("type 2 in a few words", act)))[0] == RAISED


def test_shorten(tutor: Answerer) -> None:
    """A short answer becomes one sentence."""
    assert said(talk(tutor, STRENGTHS, ("tl;dr", "shorten"))) == [FAST]
    assert said(talk(tutor, FLATBREAD, ("tl;dr", "shorten"))) == ["dough baked without rising"]


def test_follow_up_after_simple_words(tutor: Answerer) -> None:
    """ "And type 2?" asks what was asked before it was put simply."""
    assert said(talk(tutor, STRENGTHS, ("simpler", "simplify"), ("and type 2?", "follow_up"))) == [SOFT]


# -- why, whether, where -------------------------------------------------------------------------------------------


def test_reason_or_more(tutor: Answerer) -> None:
    """Where the course gives no reason, there is more of the same."""
    reply = talk(tutor, FLATBREAD, ("why?", "ask_reason"))

    assert FLAT not in said(reply)
    assert reply.lead == "More about Type 1"


def test_doubt(tutor: Answerer) -> None:
    """What is doubted is said again with its places."""
    reply = talk(tutor, STRENGTHS, ("are you sure?", "doubt"))

    assert (reply.lead, said(reply)) == ("It stands in these places", [FAST, PLAIN])


def test_doubt_of_a_position(tutor: Answerer) -> None:
    """What is one of several positions is set beside the others."""
    reply = talk(tutor, ("what is type 2", "define"), ("really?", "doubt"))

    assert said(reply)[-1] == DIFFERENCE
    assert [p.text for p in reply.positions or ()] == [RAISED, HOLES]


def test_open_source(tutor: Answerer, course: Course) -> None:
    """A citation is opened by its number, and keeps it."""
    reply = talk(tutor, FLATBREAD, ("show source 2", "open_source"))

    assert [(c.number, c.passage) for c in reply.citations] == [(2, "digest-2000.type-1.definition")]
    assert (said(reply), violations(reply, course)) == ([FLAT], [])


def test_no_such_source(tutor: Answerer) -> None:
    """A number that was not cited is answered with those that were."""
    reply = talk(tutor, FLATBREAD, ("show source 9", "open_source"))

    assert isinstance(reply, Clarify)
    assert reply.suggestions == ("Show source 1", "Show source 2")


# -- one of several ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["the second one", "explain point 2", "the last one", "number two", "2"])
def test_pick_a_point(tutor: Answerer, text: str) -> None:
    """A point of the last answer is found by its place."""
    assert said(talk(tutor, STRENGTHS, (text, "pick")))[0] == PLAIN


def test_pick_too_far(tutor: Answerer) -> None:
    """A point that is not there is asked back for."""
    reply = talk(tutor, STRENGTHS, ("explain point 7", "pick"))

    assert isinstance(reply, Clarify)
    assert reply.suggestions == ("Explain point 1", "Explain point 2")


def test_pick_a_side(tutor: Answerer) -> None:
    """After a comparison "the second one" is the second thing compared."""
    assert talk(tutor, COMPARED, ("the second one", "pick")).context.subjects == ("type-2",)


def test_pick_an_option(tutor: Answerer) -> None:
    """After a question back the place is that of an option, which is answered as if pressed."""
    assert said(talk(tutor, ("weaknesses?", "ask_weaknesses"), ("the first one", "pick"))) == [HARD]
    assert said(talk(tutor, ("weaknesses?", "ask_weaknesses"), ("the last", "pick"))) == [NIGHT]


def test_pick_by_number_of_the_series(tutor: Answerer) -> None:
    """A mere "2" means the option about Type 2, which is the third."""
    assert said(talk(tutor, ("weaknesses?", "ask_weaknesses"), ("2", "pick"))) == [NIGHT]


def test_name_settles(tutor: Answerer) -> None:
    """A bare name after "which one do you mean?" chooses the option that has it, and only then."""
    assert said(talk(tutor, ("weaknesses?", "ask_weaknesses"), ("type 1.5", "define"))) == [SOAP]
    assert said(talk(tutor, ("hello", "greet"), ("type 1.5", "define"))) == [LIFTED]


# -- on and back ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text, subject", [("the next one", "type-2"), ("and the one before", "type-1")])
def test_next(tutor: Answerer, text: str, subject: str) -> None:
    """The neighbour in the series is asked the same."""
    reply = talk(tutor, ("weaknesses of type 1.5", "ask_weaknesses"), (text, "next_one"))

    assert (reply.context.subjects, reply.context.act) == ((subject,), "ask_weaknesses")


def test_end_of_the_series(tutor: Answerer) -> None:
    """After the last there is no next."""
    reply = talk(tutor, ("weaknesses of type 2", "ask_weaknesses"), ("next", "next_one"))

    assert isinstance(reply, Chat)
    assert reply.message.startswith("Type 2 is the last")


def test_go_back(tutor: Answerer) -> None:
    """What was asked before is answered again: of what is named, at first, or just before."""
    before = (FLATBREAD, ("weaknesses of type 2", "ask_weaknesses"), ("examples of type 1", "ask_examples"))

    assert said(talk(tutor, *before, ("go back to type 2", "go_back"))) == [NIGHT]
    assert said(talk(tutor, *before, ("back to my first question", "go_back"))) == [FLAT]
    assert said(talk(tutor, *before, ("go back", "go_back"))) == [NIGHT]


def test_go_back_to_something_new(tutor: Answerer) -> None:
    """What was not spoken of yet is explained."""
    assert LIFTED in said(talk(tutor, FLATBREAD, ("back to soda bread", "go_back")))


def test_trail_is_short(tutor: Answerer) -> None:
    """The first answer and the last few are remembered."""
    turns = [
        (f"{word} of type {n}", act)
        for n in ("1", "2", "1.5")
        for word, act in (("strengths", "ask_strengths"), ("weaknesses", "ask_weaknesses"))
    ]

    trail = talk(tutor, FLATBREAD, *turns).context.trail

    assert (len(trail), trail[0].act, trail[-1].subjects) == (TURNS, "define", ("type-1.5",))


# -- nothing to lean on, and contexts of older versions ------------------------------------------------------------


@pytest.mark.parametrize("act", sorted(ACTS, key=lambda a: a.value))
def test_nothing_to_lean_on(tutor: Answerer, act: Act) -> None:
    """As a first message each of them is asked back for, with questions that can be asked."""
    reply = ask(tutor, "2" if act in (Act.pick, Act.open_source) else "that", act.value)

    assert isinstance(reply, Clarify)
    assert (reply.message, bool(reply.suggestions)) == (ASK_BACK[act], True)


@pytest.mark.parametrize("act", sorted(ACTS, key=lambda a: a.value))
def test_old_context(tutor: Answerer, course: Course, act: Act) -> None:
    """A context without the newer fields still carries."""
    old: Dict[str, Any] = {
        "act": "define",
        "aspect": "definition",
        "subjects": ["type-1"],
        "recent": ["type-1"],
        "shown": ["type-1.definition"],
    }

    reply = ask(tutor, "1" if act is Act.pick else "that", act.value, Context(**old))

    assert not isinstance(reply, Decline)
    assert not isinstance(reply, Answer) or violations(reply, course) == []


@pytest.mark.parametrize("act", sorted(ACTS, key=lambda a: a.value))
def test_other_words_go_before(tutor: Answerer, act: Act) -> None:
    """What has a topic of its own is a question, even if the model hears something else."""
    reply = tutor.answer(Question("which loaf has a crust that sings?", {act.value: 0.5, "ask_question": 0.4}))

    assert SOFT in said(reply)


def test_example_of_a_term(tutor: Answerer) -> None:
    """Without examples of its own, what is missing is named."""
    reply = talk(tutor, ("what is type 2", "define"), ("give me an example", "ask_examples"))

    assert isinstance(reply, Decline)
    assert "examples" in reply.message


# -- several things in one message ---------------------------------------------------------------------------------


def test_several_aspects(tutor: Answerer, course: Course) -> None:
    """All aspects that are named are answered, each under its heading."""
    reply = ask(tutor, "strengths and weaknesses of type 1", "ask_strengths")

    assert said(reply) == [FAST, PLAIN, HARD]
    assert [(s.title, s.first) for s in reply.sections] == [("Strengths of Type 1", 0), ("Weaknesses of Type 1", 2)]
    assert "**Weaknesses of Type 1**\n\n- Type 1 turns hard within a day. [3]" in markdown(reply)
    assert violations(reply, course) == []


def test_several_aspects_of_another(tutor: Answerer) -> None:
    """ "And type 2?" asks for the same several."""
    assert said(talk(tutor, ("strengths and weaknesses of type 1", "ask_strengths"), ("and type 2?", "follow_up"))) == [SOFT, NIGHT]


def test_missing_aspect(tutor: Answerer) -> None:
    """An aspect of which there is nothing is named."""
    reply = ask(tutor, "weaknesses and examples of type 2", "ask_weaknesses")

    assert (said(reply), "examples" in (reply.lead or "")) == ([NIGHT], True)


def test_several_questions(tutor: Answerer, course: Course) -> None:
    """Two questions are answered one after the other, and no sentence twice."""
    reply = ask(tutor, "what is type 1 and what are the weaknesses of type 2?", "define")

    assert said(reply) == [FLAT, NIGHT]
    assert [(s.title, s.first) for s in reply.sections] == [("What is type 1", 0), ("Weaknesses of Type 2", 1)]
    assert ([c.number for c in reply.citations], violations(reply, course)) == ([1, 2, 3], [])
    assert len(said(ask(tutor, "what is type 1? define type 1", "define"))) == 1


def test_second_question_leaves_out_the_rest(tutor: Answerer) -> None:
    """What the first question asks is asked in the second, too, if that only names something else."""
    rankings = ({"ask_weaknesses": 0.9}, {"ask_participants": 0.3})

    reply = heard(tutor, "where does type 1 fall short, and where does type 2?", *rankings)

    assert [part.title for part in reply.sections] == ["Weaknesses of Type 1", "Weaknesses of Type 2"]


def test_second_question_leans_on_the_first(tutor: Answerer) -> None:
    """ "And its drawbacks?" is about what the first question names; the model may have read each part."""
    parts = (Part("what is type 1", {"define": 0.9}), Part("what is bad in it", {"ask_weaknesses": 0.9}))
    heard = Question("what is type 1? what is bad in it?", {"define": 0.9}, parts=parts)

    assert said(tutor.answer(heard)) == [FLAT, HARD]
    assert said(ask(tutor, "what is type 1? and its drawbacks?", "define")) == [FLAT, HARD]


def test_first_question_leans_on_the_second(tutor: Answerer) -> None:
    """A name that only the second question has is that of the first, too."""
    assert said(ask(tutor, "what are the drawbacks and who are the participants of type 1?", "ask_weaknesses"))[0] == HARD


def test_greeting_is_no_question(tutor: Answerer) -> None:
    """What asks nothing is left out."""
    assert said(ask(tutor, "hello! what is type 1? thanks", "define")) == [FLAT]


def heard(tutor: Answerer, text: str, *rankings: Dict[str, float]) -> Any:
    """The reply to a message of whose parts the intent model makes this."""
    parts = tuple(Part(part, ranking) for part, ranking in zip(clauses(text), rankings, strict=True))
    return tutor.answer(Question(text, {"ask_question": 0.4}, parts=parts))


DEFINE, WEAK, STRONG, FREE = {"define": 0.9}, {"ask_weaknesses": 0.9}, {"ask_strengths": 0.9}, {"ask_question": 0.9}
CHATTER = "my oven is broken again and my flatmate has eaten all the butter that I had hidden so well, "


def test_one_half_has_no_answer(tutor: Answerer) -> None:
    """Of two questions that do not lean on each other, the one that has an answer gets it, and the other is named."""
    reply = heard(tutor, "what is type 1, and also who won the zeppelin race?", DEFINE, {"out_of_scope": 0.9})

    assert reply.lead == "The course has no answer to “Who won the zeppelin race”. What it does say:"
    assert said(reply) == [FLAT]


def test_name_from_the_question_before(tutor: Answerer) -> None:
    """A pronoun beside a name of its own still means what was named before."""
    assert said(heard(tutor, "what is type 1? how does it differ from type 2?", DEFINE, {"compare": 0.9}))[0] == FLAT
    assert rows(heard(tutor, "what is type 1? how does it differ from type 2?", DEFINE, {"compare": 0.9}))


def test_question_amid_chatter(tutor: Answerer) -> None:
    """Of a long message only the question counts; its pronoun means what was named last before it."""
    assert said(heard(tutor, f"{CHATTER}sorry. we had flatbread in class. what are its weaknesses?", WEAK)) == [HARD]
    assert said(heard(tutor, f"{CHATTER}we had type 2 and type 1. so quick: what are the drawbacks of type 2?", WEAK)) == [NIGHT]


def test_short_chatter(tutor: Answerer) -> None:
    """What names nothing is left out of a short message, too, if the question says what it is about."""
    reply = heard(tutor, "my keyboard is broken. compare type 1 and type 2", FREE, {"compare": 0.9})

    assert rows(reply) == rows(ask(tutor, "compare type 1 and type 2", "compare"))


def test_statement_lends_its_name(tutor: Answerer) -> None:
    """A short statement with one name goes as its name is taken over; one whose words are needed stays."""
    assert said(heard(tutor, "we had flatbread yesterday. what are its weaknesses?", FREE, WEAK)) == [HARD]


def test_question_without_an_answer(tutor: Answerer, course: Course) -> None:
    """Of a long message the questions that have an answer are answered, and those that have none named above."""
    task = f"{CHATTER}sorry. Define type 1, explain how bitcoin miners celebrate carnival, and list its weaknesses."
    reply = heard(tutor, task, DEFINE, FREE, WEAK)

    assert said(reply) == [FLAT, HARD]
    assert reply.lead == "The course has no answer to “Explain how bitcoin miners celebrate carnival”. What it does say:"
    assert violations(reply, course) == []


def test_short_message_without_an_answer(tutor: Answerer) -> None:
    """A short message of which one question has no answer is not answered in part."""
    assert isinstance(heard(tutor, "who shot the sheriff and what did Bob Marley sing", FREE, FREE), Decline)


def test_answer_about_something_else(tutor: Answerer) -> None:
    """What is found for a part that names nothing must have to do with what was named before it."""
    task = f"{CHATTER}sorry. Define type 1, state the weaknesses of type 1, and say who kept yeast in jars."
    reply = heard(tutor, task, DEFINE, WEAK, FREE)

    assert (said(reply), "jars" in (reply.lead or "")) == ([FLAT, HARD], True)


def test_request_without_its_opening(tutor: Answerer) -> None:
    """A request that has no answer with what stands before it is tried without."""
    task = f"{CHATTER}sorry. In view of the parliamentary elections in Norway, explain why type 1 turns hard."

    assert said(heard(tutor, task, FREE))[0] == HARD


def test_positions_among_several(tutor: Answerer, course: Course) -> None:
    """Positions side by side stay so beside another answer."""
    reply = heard(tutor, "what is type 2? what is type 1?", DEFINE, DEFINE)

    assert len(reply.positions) == 2
    assert (said(reply)[-1], violations(reply, course)) == (FLAT, [])


def test_aspects_alone_are_no_quiz(tutor: Answerer) -> None:
    """ "Strengths and weaknesses?" has no word of a quiz, whatever the model hears in it."""
    reply = talk(tutor, FLATBREAD, ("strengths and weaknesses?", "start_quiz"))

    assert said(reply) == [FAST, PLAIN, HARD]
    assert isinstance(talk(tutor, FLATBREAD, ("quiz me on strengths and weaknesses", "start_quiz")), Chat)


# -- asking back, and other letters --------------------------------------------------------------------------------


def test_names_alone(tutor: Answerer) -> None:
    """Two names and "or" may ask anything."""
    reply = ask(tutor, "1.5 or 2?", "compare")

    assert isinstance(reply, Clarify)
    assert reply.suggestions == ("Compare Type 1.5 and Type 2", "What is Type 1.5?", "What is Type 2?")


def test_foreign_letters_with_a_name(course: Course) -> None:
    """A name and an aspect are recognised in any letters; the answer is in English and says so."""
    fields = {name: getattr(course, name) for name in Course.__fields__}
    named = tuple(c.copy(update={"also_called": (*c.also_called, "خبز مسطح")}) if c.id == "type-1" else c for c in course.concepts)

    tutor = built(Course(**{**fields, "concepts": named}))

    reply = ask(tutor, "ما هو خبز مسطح؟", "out_of_scope")
    listed = ask(tutor, "ما هي نقاط ضعف خبز مسطح؟", "out_of_scope")

    assert (said(reply), reply.lead) == ([FLAT], "My answers are in English.")
    assert listed.lead == "My answers are in English. Weaknesses of Type 1"


def test_compare_by_something_in_particular(tutor: Answerer) -> None:
    """What things are to be compared by is the first row; where the course is silent, it says so."""
    reply = ask(tutor, "differences in crust between type 1 and type 2", "compare")

    assert rows(reply)[0] == ("Crust", "The course does not say.", "stays soft")


# -- reading -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, parts",
    [
        ("what is ripeness and who coined it?", ("what is ripeness", "who coined it")),
        ("what is 1.5? and its drawbacks?", ("what is 1.5", "and its drawbacks")),
        ("define it and give an example", ("define it", "give an example")),
        ("strengths and weaknesses of it", ("strengths and weaknesses of it",)),
        ("1 vs. 2?", ("1 vs. 2?",)),
        ("can it rise, and if not what is it good for?", ("can it rise", "what is it good for")),
        ("Q1. define rye. Q2) list its strengths", ("define rye", "list its strengths")),
        ("define Track 1. name two types of 1.5. what is rye?", ("define Track 1", "name two types of 1.5", "what is rye")),
        ("one thing: what is rye?", ("one thing", "what is rye")),
        ("compare and contrast the two", ("compare and contrast the two",)),
        ("one thing i missed - what is rye?", ("one thing i missed", "what is rye")),
        ("will soda change rye? whats in the course about it", ("will soda change rye",)),
        ("kindly define rye and name its baker", ("kindly define rye", "name its baker")),
        ("who are the bakers and since when do they bake?", ("who are the bakers", "since when do they bake")),
        ("the bakers, who are they and who taught them?", ("the bakers, who are they", "who taught them")),
        ("who bakes it and by whom is it sold?", ("who bakes it", "by whom is it sold")),
        ("which flour and which salt are best?", ("which flour and which salt are best?",)),
        ("is rye bread? its a cake after all", ("is rye bread", "its a cake after all")),
        (
            "compare rye and wheat as regards who bakes them and how sour they are",
            ("compare rye and wheat as regards who bakes them and how sour they are",),
        ),
        (
            "what do bakers think of millers, and the other way round?",
            ("what do bakers think of millers", "what do millers think of bakers"),
        ),
        (
            "how do rye eaters see wheat eaters, and vice versa",
            ("how do rye eaters see wheat eaters", "how do wheat eaters see rye eaters"),
        ),
        ("moral authority - is it a strength?", ("moral authority - is it a strength?",)),
        ("rye bread - what is its crust?", ("rye bread - what is its crust?",)),
    ],
)
def test_clauses(text: str, parts: Tuple[str, ...]) -> None:
    """A message is cut between questions, not within lists of names."""
    assert clauses(text) == parts


@pytest.mark.parametrize(
    "task, parts",
    [
        (
            "Question 3 (10 marks). Bread has been baked for many thousand years. With reference to the textbook by Baker, "
            "and drawing upon the lectures, define rye and explain why it is sour. Your answer should be short. (8 marks)",
            ("define rye", "explain why it is sour"),
        ),
        (
            "Section B, Q2. Bakers have long been divided, and are divided today. Describe what sourdough is, how it is made, "
            "and say who invented it. Do not write more than 100 words.",
            ("Describe what sourdough is", "how it is made", "say who invented it"),
        ),
        (
            "Exam. Bakers bake at night, and many bake alone. (i) identify two weaknesses of rye and (ii) explain, with one "
            "example, say under which conditions it rises.",
            ("identify two weaknesses of rye", "explain, with one example", "say under which conditions it rises"),
        ),
        (
            "Task 6: A student claims that bread is nothing but baked dough. Discuss this claim. On the basis of what Baker "
            "says, explain what bread is, using examples from the readings.",
            ("On the basis of what Baker says, explain what bread is",),
        ),
        (
            '"Bread is the oldest of all the arts." Discuss this statement with examples: which bakers were artists, and what '
            "could they do that others could not? (25 marks)",
            ("which bakers were artists", "what could they do that others could not"),
        ),
        (
            "i have my exam on monday and my notes are gone and i have no idea what the prof said about rye, anyway what is rye "
            "good for? can you help me?",
            ("anyway what is rye good for",),
        ),
        (
            "we were at the bakery for hours yesterday and it was so hot, and there it smelled of rye. can you tell me?",
            ("we were at the bakery for hours yesterday and it was so hot, and there it smelled of rye", "can you tell me"),
        ),
    ],
)
def test_clauses_of_a_task(task: str, parts: Tuple[str, ...]) -> None:
    """Of a long message only what it asks counts: no heading, no statement, not where to look nor how to answer."""
    assert clauses(task) == parts


def test_unopened() -> None:
    """What stands before a request goes, but nothing else."""
    assert unopened("In the light of the crisis, explain rye") == "explain rye"
    assert unopened("explain rye, with salt") == "explain rye, with salt"


def test_asks() -> None:
    """A question or request opens as one, politeness aside."""
    asking = ("and who is it", "please define it", "can you list them", "the bakers, who are they", "since when is it baked")
    telling = ("my teacher said so", "its a cake after all", "bakers are people who are up early")

    assert ([asks(t) for t in asking], [asks(t) for t in telling]) == ([True] * len(asking), [False] * len(telling))


def test_listed() -> None:
    """Aspects are side by side if each is joined to the next."""
    text = "pros and cons when used"

    assert are_listed(text, [(0, 4), (9, 13)])
    assert not are_listed(text, [(0, 4), (9, 13), (19, 23)])
    assert not are_listed(text, [(0, 4)])


@pytest.mark.parametrize(
    "text, number",
    [
        ("the second one", 2),
        ("open [3]", 3),
        ("the 4th", 4),
        ("no. 2", 2),
        ("option b", 2),
        ("point three", 3),
        ("the last", LAST),
        ("that", None),
    ],
)
def test_which_of(text: str, number: int | None) -> None:
    """A place is read from words, figures, marks and letters."""
    assert which_of(text) == number


def test_place() -> None:
    """A place outside the row is none."""
    assert [place(n, 3) for n in (1, 3, LAST, 4, 0, None)] == [0, 2, 2, None, None, None]
    assert place(LAST, 0) is None


def test_which_of_them_is_right(tutor: Answerer) -> None:
    """After one of several positions, who of them is right is answered with all of them."""
    reply = talk(tutor, ("what is type 2", "define"), ("so which of them is right?", "compare"))

    assert [p.author for p in reply.positions] == ["Ada Baker", "Ben Miller"]


def test_objection(tutor: Answerer) -> None:
    """That somebody said otherwise doubts what was said."""
    reply = talk(tutor, FLATBREAD, ("hmm but somebody told me it was type 2", "follow_up"))

    assert reply.lead == "It stands in these places" and said(reply)[0] == FLAT


def test_no_reason_beyond(tutor: Answerer) -> None:
    """Where nothing gives a reason for an answer, that is said, with the answer and nothing else."""
    first = ("is type 1 made by nomads and who kept yeast", "ask_question")
    answered, reply = talk(tutor, first), talk(tutor, first, ("why though?", "ask_reason"))

    assert reply.lead == "The readings give no reason beyond this"
    assert said(reply) == said(answered) == [NOMADS, JARS]


def test_declined_names_are_kept(tutor: Answerer) -> None:
    """What a declined message named is what the next one leans on."""
    first = ("who invented type 1 in zanzibar by helicopter", "ask_beyond")

    assert isinstance(talk(tutor, first), Decline)
    assert said(talk(tutor, first, ("and its strengths?", "ask_strengths"))) == [FAST, PLAIN]


def test_one_example(tutor: Answerer) -> None:
    """ "Give one" asks for an example of what stands before it."""
    reply = ask(tutor, "What is meant by type 1 and give one?", "define")

    assert "Tortillas and matzo are Type 1." in said(reply)


def test_who_says_that(tutor: Answerer) -> None:
    """Who says that asks for the places of what was said, whatever the intent model takes it for."""
    reply = talk(tutor, FLATBREAD, ("who says that?", "ask_agreement"))

    assert reply.lead == "That stands in these places" and said(reply)[0] == FLAT


def test_comparison_in_one_sentence(tutor: Answerer) -> None:
    """A comparison in one sentence is one sentence, without a table."""
    reply = talk(tutor, ("compare type 1.5 and type 2", "compare"), ("in one sentence", "shorten"))

    assert said(reply) == ["Type 1.5 stands between Type 1 and Type 2."] and reply.table is None


def test_which_of_the_compared(tutor: Answerer) -> None:
    """Which of two that were compared does something is a question, no comparison."""
    reply = talk(tutor, ("compare type 1 and type 1.5", "compare"), ("which of them tastes of soap?", "compare"))

    assert said(reply)[0] == SOAP and reply.table is None


def test_the_opposite(tutor: Answerer) -> None:
    """That somebody says the opposite of what was told is answered with the positions."""
    first = ("is type 2 any loaf with holes?", "ask_question")
    reply = talk(tutor, first, ("but doesn't ada baker say the opposite?", "ask_question"))

    assert [p.author for p in reply.positions] == ["Ada Baker", "Ben Miller"]


def test_half_that_leans_on_what_has_no_answer(tutor: Answerer) -> None:
    """What leans on a half without an answer has none either."""
    parts = (Part("explain the zanzibar game", {"ask_beyond": 1.0}), Part("how it relates to type 1", {"ask_relation": 1.0}))
    reply = tutor.answer(Question("explain the zanzibar game and how it relates to type 1", {"ask_beyond": 1.0}, parts=parts))

    assert isinstance(reply, Decline)


def test_answer_where_none_is_awaited(tutor: Answerer) -> None:
    """What only a quiz understands is a question where none is going on, also as the second guess behind a comparison."""
    reply = tutor.answer(Question("b, type 1 or a", {"compare": 0.5, "quiz_answer": 0.4}))

    assert said(reply)[0] == FLAT


def test_stranger_who_might_agree(tutor: Answerer) -> None:
    """Whether somebody unheard of agrees is declined, not answered with where the others differ."""
    reply = talk(tutor, ("what is type 2", "define"), ("would kissinger agree with that?", "ask_agreement"))

    assert isinstance(reply, Decline)


def test_same_aspect(tutor: Answerer) -> None:
    """ "Same aspect" says nothing that would be looked for."""
    before = talk(tutor, ("weaknesses of type 1", "ask_weaknesses")).context
    reply = tutor.answer(Question("what about type 2, same aspect", {"follow_up": 0.6, "compare": 0.2}, context=before))

    assert said(reply) == [NIGHT]


def test_if_not(tutor: Answerer) -> None:
    """ "If not, where do they differ?" is answered with the disagreement, and is no second question."""
    agree = {"ask_agreement": 1.0}
    parts = (Part("do the authors agree on the yeast in sourdough", agree), Part("where do they differ", {"ask_question": 1.0}))
    text = "do the authors agree on the yeast in sourdough? if not, where do they differ?"
    reply = tutor.answer(Question(text, agree, parts=parts))

    assert not reply.sections
    assert [p.author for p in reply.positions] == ["Ada Baker", "Ben Miller"]


def test_second_question_stands_on_its_own(tutor: Answerer) -> None:
    """A second question that points at nothing is answered, whatever the first one was about; not after one without an answer."""
    both = ask(tutor, "what is type 1 and who kept yeast in jars?", "ask_question")
    alone = ask(tutor, "why did type 1 collapse in zanzibar and who kept yeast in jars?", "ask_beyond")

    assert [s.title for s in both.sections or ()] == ["What is type 1", "Who kept yeast in jars"]
    assert isinstance(alone, Decline)
