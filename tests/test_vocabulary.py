"""Names in what a student types: in every spelling, and never one that was not meant."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.series import number_forms
from index.vocabulary import AspectMention, Mention, Vocabulary
from index.words import singular, tokens, words_of
from knowledge.loader import find_course, load_course
from knowledge.models import Aspect, Concept, Course

ONE, HALF, TWO = "type-1", "type-1.5", "type-2"


def with_concept(course: Course, **fields: str) -> Course:
    """The course and one concept more."""
    more = Concept(claims=course.concepts[0].claims, **fields)
    return Course(**{**{name: getattr(course, name) for name in Course.__fields__}, "concepts": (*course.concepts, more)})


@pytest.fixture(scope="module")
def real() -> Vocabulary:
    """The names of the course that is really taught."""
    return Vocabulary(load_course(find_course("multi-track-diplomacy")))


# -- numbered names ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, concepts",
    [
        ("type 2", [TWO]),
        ("TYPE 2", [TWO]),
        ("Type II", [TWO]),
        ("type ii", [TWO]),
        ("type two", [TWO]),
        ("types 2", [TWO]),
        ("type-2", [TWO]),
        ("type2", [TWO]),
        ("type_2", [TWO]),
        ("type #2", [TWO]),
        ("type no. 2", [TWO]),
        ("type number two", [TWO]),
        ("t2", [TWO]),
        ("T2", [TWO]),
        ("t 2", [TWO]),
        ("t-2", [TWO]),
        ("second type", [TWO]),
        ("2nd type", [TWO]),
        ("the second type of bread", [TWO]),
        ("type ２", [TWO]),
        ("type Ⅱ", [TWO]),
        ("type 2's crust", [TWO]),
        ("tpye 2", [TWO]),
        ("typs 2", [TWO]),
        ("typ 2", [TWO]),
        ("type I", [ONE]),
        ("first type", [ONE]),
        ("1st type", [ONE]),
        ("i like type 1", [ONE]),
        ("crust of type too", [TWO]),
        ("is that type too old", []),
        ("which type too", []),
        ("type 1.5", [HALF]),
        ("t1.5", [HALF]),
        ("type 1,5", [HALF]),
        ("type 1½", [HALF]),
        ("type 1 ½", [HALF]),
        ("type one and a half", [HALF]),
        ("type one-and-a-half", [HALF]),
        ("type 1 and a half", [HALF]),
        ("type one and half", [HALF]),
        ("type one point five", [HALF]),
        ("1.5 type", [HALF]),
        ("one and a half", [HALF]),
        ("1.5", [HALF]),
        ("type 1 1/2", [HALF]),
    ],
)
def test_spellings(vocabulary: Vocabulary, text: str, concepts: list[str]) -> None:
    """A numbered name is understood in every spelling."""
    assert list(vocabulary.concepts(text)) == concepts


@pytest.mark.parametrize(
    "text, concepts",
    [
        ("types 1 and 2", [ONE, TWO]),
        ("type 2 and 1", [TWO, ONE]),
        ("type 1 or 2", [ONE, TWO]),
        ("type 1 & 2", [ONE, TWO]),
        ("type 1/2", [ONE, TWO]),
        ("type I and II", [ONE, TWO]),
        ("types one and two", [ONE, TWO]),
        ("types 1, 1.5 and 2", [ONE, HALF, TWO]),
        ("types one, one and a half and two", [ONE, HALF, TWO]),
        ("first and second type", [ONE, TWO]),
        ("t1 vs t2", [ONE, TWO]),
        ("1.5 vs 2", [HALF, TWO]),
        ("1 vs 2", [ONE, TWO]),
        ("difference between one and two", [ONE, TWO]),
        ("compare 1 and 1.5", [ONE, HALF]),
        ("is type 1.5 better than 1", [HALF, ONE]),
        ("what about 2?", [TWO]),
        ("and 2?", [TWO]),
        ("type 2, and type 2 again", [TWO]),
    ],
)
def test_several(vocabulary: Vocabulary, text: str, concepts: list[str]) -> None:
    """Several names are found in the order in which they are typed, each once."""
    assert list(vocabulary.concepts(text)) == concepts


@pytest.mark.parametrize(
    "text, concepts",
    [
        ("number two of the three types", [TWO]),
        ("no. 2 out of the 3 types", [TWO]),
        ("the first one of the types", [ONE]),
        ("one of the types", []),
        ("first of all, the types", []),
        ("two of the three types", []),
    ],
)
def test_one_of_all(vocabulary: Vocabulary, text: str, concepts: list[str]) -> None:
    """A place in the row of all of them is a name; a count of them is none."""
    assert [m.concept for m in vocabulary.mentions(text) if m.concept in (ONE, TWO)] == concepts


@pytest.mark.parametrize(
    "text, concepts",
    [
        ("two?", [TWO]),
        ("2?", [TWO]),
        ("whats 2 then", [TWO]),
        ("so what's two", [TWO]),
        ("oops 2", [TWO]),
        ("Sorry, I meant 2!", [TWO]),
        ("2", []),
        ("2, please", []),
        ("one?", []),
        ("the second?", []),
        ("then two of them", []),
        ("so 2 loaves", []),
        ("give me 2", []),
        ("no 2", []),
    ],
)
def test_whole_turn(vocabulary: Vocabulary, text: str, concepts: list[str]) -> None:
    """A number with nothing beside it but small words counts nothing; alone it may pick something."""
    assert list(vocabulary.concepts(text)) == concepts


@pytest.mark.parametrize("text", ["type 10", "type 2.5", "t20", "t2.5", "type 0", "type 1.55", "type 3", "type 22"])
def test_unknown_number(vocabulary: Vocabulary, text: str) -> None:
    """A number that the series does not have is noticed, and mistaken for no other."""
    mentions = vocabulary.mentions(text)

    assert mentions == [Mention(None, 0, len(text), text)]


@pytest.mark.parametrize(
    "text",
    ["type three", "third type", "type twenty", "type iii", "type a", "type two point five", "type two and a half"],
)
def test_unknown_word(vocabulary: Vocabulary, text: str) -> None:
    """A number in words that the series does not have is mistaken for no other."""
    assert vocabulary.concepts(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "give me 2 examples",
        "in 2 minutes",
        "page 2",
        "2",
        "one type",
        "two types of bread",
        "both types",
        "I am the second in line",
        "one and two thirds",
        "they drank t or tea",
        "the 2 types of bread",
    ],
)
def test_no_mention(vocabulary: Vocabulary, text: str) -> None:
    """A number that counts something is no name."""
    assert vocabulary.mentions(text) == []


@pytest.mark.parametrize(
    "text, concepts",
    [
        ("type 2 and 3 examples", [TWO]),
        ("type 1 and 2 examples", [ONE]),
        ("2 examples of type 1", [ONE]),
        ("type 1 strengths and 2 weaknesses", [ONE]),
        ("step 2 of type 1", [ONE]),
    ],
)
def test_count_beside_name(vocabulary: Vocabulary, text: str, concepts: list[str]) -> None:
    """A number that counts something is no name, even beside one."""
    assert list(vocabulary.concepts(text)) == concepts


def test_unknown_beside_known(vocabulary: Vocabulary) -> None:
    """A known and an unknown number keep their places."""
    assert [m.concept for m in vocabulary.mentions("type 3 vs type 2")] == [None, TWO]


def test_tail(vocabulary: Vocabulary) -> None:
    """A tail, a word that adds nothing, belongs to the name."""
    assert vocabulary.mentions("is type 2 bread old?") == [Mention(TWO, 3, 15, "type 2 bread")]


@pytest.mark.parametrize("text, surface", [("is type 2?", "type 2"), ("type 2 is old", "type 2")])
def test_surface(vocabulary: Vocabulary, text: str, surface: str) -> None:
    """A mention ends where its name ends, before the space."""
    assert [m.surface for m in vocabulary.mentions(text)] == [surface]


def test_no_series(course: Course) -> None:
    """In a course without a series, numbers are no names."""
    unnumbered = Vocabulary(Course(**{**{name: getattr(course, name) for name in Course.__fields__}, "series": None}))

    assert unnumbered.concepts("t2, 1.5 vs 2, second type") == ()
    assert unnumbered.concepts("sourdough") == (TWO,)


@pytest.mark.parametrize(
    "number, cardinals, ordinals",
    [
        ("2", [("2",), ("two",), ("ii",)], [("2", "nd"), ("second",)]),
        ("13", [("13",), ("13",)], [("13", "th")]),
        ("2.7", [("2.7",)], []),
    ],
)
def test_number_forms(number: str, cardinals: list[tuple[str, ...]], ordinals: list[tuple[str, ...]]) -> None:
    """A number is spelled in digits, in words, in Roman figures, and as an ordinal."""
    assert number_forms(number) == (cardinals, ordinals)


def test_number_forms_beyond_twelve() -> None:
    """A half beyond twelve is spelled in digits, as is every number beyond twelve."""
    assert ("13.5",) in number_forms("13.5")[0]


# -- other names ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, concepts",
    [
        ("sourdough", [TWO]),
        ("Sourdoughs", [TWO]),
        ("SOURDOUGH!", [TWO]),
        ("sóurdough", [TWO]),
        ("sordough", [TWO]),
        ("soda bread", [HALF]),
        ("the soda breads", [HALF]),
        ("flatbread or flat bread", [ONE]),
        ("Ada Baker", ["ada-baker"]),
        ("baker", ["ada-baker"]),
        ("what does Baker say of type 2?", ["ada-baker", TWO]),
        ("compare sourdough and flatbread", [TWO, ONE]),
        ("soda", []),
        ("bread", []),
        ("Miller", []),
        ("", []),
        ("?!", []),
    ],
)
def test_names(vocabulary: Vocabulary, text: str, concepts: list[str]) -> None:
    """A name is found in any case, in the plural, without accents, and with one letter wrong."""
    assert list(vocabulary.concepts(text)) == concepts


@pytest.mark.parametrize("text", ["chocolate sourdough", "why is chocolate sourdough dark?"])
def test_compound(vocabulary: Vocabulary, text: str) -> None:
    """A one-word name after a foreign word is the head of another term."""
    assert vocabulary.concepts(text) == ()


@pytest.mark.parametrize(
    "text", ["the sourdough", "a lonely sourdough", "advantages of sourdough", "compare sourdough", "benefits sourdough"]
)
def test_no_compound(vocabulary: Vocabulary, text: str) -> None:
    """A function word, a contrast, an aspect or a word like "lonely" before a one-word name does not change it."""
    assert vocabulary.concepts(text) == (TWO,)


@pytest.mark.parametrize("claims, found", [(1, [None]), (3, [])])
def test_compound_often_asked(course: Course, claims: int, found: list[None]) -> None:
    """A word that one claim is asked with makes a foreign term of a name's head; one that three are asked with is the course's."""
    old = course.concept["type-1"]
    asked = [c.copy(update={"questions": (*c.questions, "what of chocolate?")}) for c in old.claims[:claims]]
    new = old.copy(update={"claims": (*asked, *old.claims[claims:])})
    fields = {name: getattr(course, name) for name in Course.__fields__}
    changed = Course(**{**fields, "concepts": tuple(new if c is old else c for c in course.concepts)})
    names = Vocabulary(with_concept(changed, id="bread", name="bread", kind="topic"))

    assert [m.concept for m in names.mentions("chocolate bread")] == found


def test_compound_of_two_words(vocabulary: Vocabulary) -> None:
    """A name of several words stays itself after a foreign word."""
    assert vocabulary.concepts("Irish soda bread") == (HALF,)


def test_compound_of_person(vocabulary: Vocabulary) -> None:
    """A person stays the same after a foreign word."""
    assert vocabulary.concepts("famous Baker") == ("ada-baker",)


def test_longest_name(course: Course) -> None:
    """Where names overlap, the longest is meant."""
    names = Vocabulary(with_concept(course, id="soda-bread-cake", name="soda bread cake"))

    assert names.concepts("soda bread cake and soda bread") == ("soda-bread-cake", HALF)


def test_typo_of_known_word(vocabulary: Vocabulary) -> None:
    """A word that the course uses is never taken for a typo of a name."""
    assert vocabulary.knows("bakers")
    assert vocabulary.concepts("bakers") == ("ada-baker",)
    assert vocabulary.concepts("baked") == ()


def test_longest_name_with_number(course: Course) -> None:
    """A name that begins with a numbered name is longer, and meant."""
    names = Vocabulary(with_concept(course, id="type-2-baker", name="Type 2 baker"))

    assert names.concepts("who is a type 2 baker?") == ("type-2-baker",)


def test_longest_name_around_number(course: Course) -> None:
    """A name around a numbered name is longer, and meant."""
    names = Vocabulary(with_concept(course, id="crumb", name="crumb of type 2"))

    assert names.concepts("why is the crumb of type 2 soft?") == ("crumb",)


@pytest.mark.parametrize(
    "text, subjects, found",
    [
        ("and flat?", [TWO], [(ONE, "flat")]),
        ("the flat one", [TWO], [(ONE, "flat")]),
        ("what are the pros of the soda kind?", [TWO], [(HALF, "soda")]),
        ("so whats the flat one then", [TWO], [(ONE, "flat")]),
        ("and flat?", [], []),
        ("and flat?", ["ada-baker"], []),
        ("is it flat", [TWO], []),
        ("why is the crust flat", [TWO], []),
        ("the second one", [TWO], []),
        ("the best one", [TWO], []),
        ("", [TWO], []),
    ],
)
def test_completed(vocabulary: Vocabulary, text: str, subjects: list[str], found: list[tuple[str, str]]) -> None:
    """After "risen bread", "the flat one" and a turn with nothing but "flat" name the flat bread."""
    assert [(m.concept, m.surface) for m in vocabulary.completed(text, subjects)] == found


# -- aspects -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, aspects",
    [
        ("advantages of type 2", [Aspect.strength]),
        ("pros and cons", [Aspect.strength, Aspect.weakness]),
        ("the weaknesses", [Aspect.weakness]),
        ("weakneses", [Aspect.weakness]),
        ("Who takes part?", [Aspect.participants]),
        ("case studies", [Aspect.example]),
        ("when should I bake", [Aspect.condition]),
        ("who invented it", [Aspect.origin]),
        ("professional", []),
        ("ما هي نقاط الضعف والعيوب؟", [Aspect.weakness, Aspect.weakness]),
        ("امثلة", [Aspect.example]),
        ("type 2", []),
        ("", []),
    ],
)
def test_aspects(vocabulary: Vocabulary, text: str, aspects: list[Aspect]) -> None:
    """An aspect is found by its words, whole, also in the plural."""
    assert [m.aspect for m in vocabulary.aspects(text)] == aspects


def test_aspect_place(vocabulary: Vocabulary) -> None:
    """An aspect is found with its place."""
    assert vocabulary.aspects("what good points has type 2?") == [AspectMention(Aspect.strength, 5, 16)]


def test_aspect_in_name(course: Course) -> None:
    """A word inside a name asks for nothing."""
    names = Vocabulary(with_concept(course, id="benefit-loaf", name="benefit loaf"))

    assert names.aspects("what is the benefit loaf?") == []


# -- rewriting -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, canonical",
    [
        ("what is t2?", "what is Type 2?"),
        ("Type One and a Half bread", "Type 1.5"),
        ("sourdough or flatbread", "Type 2 or Type 1"),
        ("what does baker say?", "what does baker say?"),
        ("type 10", "type 10"),
        ("dis-advantages of t2", "disadvantages of Type 2"),
        ("no names here", "no names here"),
        ("", ""),
        ("types 1 and 2", "Type 1 and Type 2"),
        ("dinosaurs with t2 teeth", "dinosaurs with Type 2 teeth"),
        ("the one and a half type", "the Type 1.5"),
    ],
)
def test_canonical(vocabulary: Vocabulary, text: str, canonical: str) -> None:
    """Numbered names are written one way, and nothing else is touched."""
    assert vocabulary.canonical(text) == canonical


@pytest.mark.parametrize(
    "text, masked",
    [
        ("what is t2?", "what is TOPIC?"),
        ("what does Ada Baker say of sourdough?", "what does PERSON say of TOPIC?"),
        ("type 10?", "TOPIC?"),
        ("how many types are there?", "how many TOPIC are there?"),
        ("no names here", "no names here"),
        ("", ""),
        ("1.5 vs 2", "TOPIC vs TOPIC"),
        ("are tortilas t1?", "are tortillas TOPIC?"),
        ("why are tortilas flat?", "why are tortillas flat?"),
        ("which type is best?", "which TOPIC is best?"),
        ("my favourite type", "my favourite type"),
        ("type my essay", "type my essay"),
    ],
)
def test_mask(vocabulary: Vocabulary, text: str, masked: str) -> None:
    """Names are masked by what they are, known numbers or not, typos are mended, and nothing else is touched."""
    assert vocabulary.mask(text) == masked


TYPED = "type types t 2 1.5 1 10 one two half and a vs , . ½ II i second sourdough Baker bread the of ? pros ٣ ² Ⅳ"
WORDS = st.sampled_from(TYPED.split())


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(st.text(max_size=40), st.lists(WORDS, max_size=12).map(" ".join), st.lists(WORDS, max_size=8).map("".join)))
def test_any_text(vocabulary: Vocabulary, text: str) -> None:
    """Whatever is typed, mentions lie in the text, in order and apart, and nothing breaks."""
    mentions = vocabulary.mentions(text)

    assert all(text[m.start : m.end] == m.surface for m in mentions)
    assert all(left.end <= right.start for left, right in pairwise(mentions))
    assert not any(m.concept and m.concept not in vocabulary._kind for m in mentions)
    assert all(0 <= a.start < a.end <= len(text) for a in vocabulary.aspects(text))
    vocabulary.canonical(text)
    vocabulary.mask(text)


# -- words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word, one",
    [
        ("types", "type"),
        ("countries", "country"),
        ("weaknesses", "weakness"),
        ("approaches", "approach"),
        ("weakness", "weakness"),
        ("crisis", "crisis"),
        ("status", "status"),
        ("pros", "pro"),
        ("yes", "yes"),
        ("ties", "tie"),
    ],
)
def test_singular(word: str, one: str) -> None:
    """A plural meets its singular, and a singular stays."""
    assert singular(word) == one


def test_tokens() -> None:
    """A token is compared in lower case, without accents and with a decimal point, and keeps its place."""
    cut = [(t.text, t.start, t.end) for t in tokens("Crème, 1,5!")]

    assert cut == [("creme", 0, 5), (",", 5, 6), ("1.5", 7, 10), ("!", 10, 11)]


def test_words_of() -> None:
    """The words of some texts are the texts of their tokens."""
    texts = ["Type 1,5 – naïve?", "two types & TWO more"]

    assert words_of(texts) == {t.text for text in texts for t in tokens(text)}


@pytest.mark.parametrize(
    "word, slip",
    [
        ("agian", True),
        ("abuot", True),
        ("happend", True),
        ("recieved", True),
        ("again", False),
        ("yeast", False),
        ("xqzt", False),
        ("xylqrt", False),
        ("teh", True),
        ("hapn", False),
    ],
)
def test_slip(vocabulary: Vocabulary, word: str, slip: bool) -> None:
    """A usual word with a wrong letter, or two in the wrong order, is a slip; a word of the course, or of no dictionary, is not."""
    assert vocabulary.is_slip(word) is slip


def test_knows(vocabulary: Vocabulary) -> None:
    """A course knows the words that stand in it, in singular and plural."""
    assert [w for w in ("tortillas", "tortilla", "crust", "advantage", "cheese") if vocabulary.knows(w)] == [
        "tortillas",
        "tortilla",
        "crust",
        "advantage",
    ]


@pytest.mark.parametrize(
    "text, mended",
    [
        ("tortilas", "tortillas"),
        ("the overnigt dough", "the overnight dough"),
        ("Egyptain brewers", "egyptian brewers"),
        ("tortillas", "tortillas"),
        ("zeppelins", "zeppelins"),  # near nothing
        ("a weaning", "a weaning"),
        ("breed makers", "breed makers"),  # an English word, though near "bread"
        ("kampers", "campers"),  # a first letter that sounds alike
        ("the three typs", "the three types"),  # the series' noun, however short
        ("crst", "crst"),  # too short to guess at
        ("baguettes and tortlas", "baguettes and tortlas"),  # two typos are too many for a word of seven letters
        ("", ""),
    ],
)
def test_mend(vocabulary: Vocabulary, text: str, mended: str) -> None:
    """A long word that the course does not use is written like the one word of it that is near, and no other is touched."""
    assert vocabulary.mend(text) == mended


@pytest.mark.parametrize(
    "text, spelled",
    [
        ("explain it like im 5: type 2", "explain it like im five: type 2"),
        ("like I'm a 10 year old", "like I'm five year old"),
        ("i like type 1", "i like type 1"),
        ("like im 1.5", "like im 1.5"),
    ],
)
def test_age_is_no_name(vocabulary: Vocabulary, text: str, spelled: str) -> None:
    """The age of whom it is explained to is no number of the series."""
    assert vocabulary.spell_out(text) == spelled


@pytest.mark.parametrize(
    "text, spelled",
    [
        ("what was baked in 93", "what was baked in 1993"),
        ("since '78 and until now", "since 1978 and until now"),
        ("in 93 bakeries", "in 93 bakeries"),
        ("in 20 minutes", "in 20 minutes"),
        ("in 1993", "in 1993"),
    ],
)
def test_year_in_short(vocabulary: Vocabulary, text: str, spelled: str) -> None:
    """The last two figures of a year stand for it, where they count nothing."""
    assert vocabulary.spell_out(text) == spelled


# -- the real course -----------------------------------------------------------------------------------------------

REAL = {  # the numbers of the tracks, and texts that name these in this order
    "1": """
        track 1 | Track 1 | TRACK 1 | track one | Track One diplomacy | track I | Track-One | track-1 | track1 | t1 | T1
        | t 1 | T-1 | first track | 1st track | the first track | track no. 1 | track number one | trak 1 | tracks 1 |
        official diplomacy | Official Diplomacy | traditional diplomacy | government-to-government diplomacy | formal
        diplomacy | what are the pros of track 1 | track１ | give me 2 examples of track 1 | track 1 strengths and 2
        weaknesses | three weaknesses of track one
    """,
    "1.5": """
        track 1.5 | Track 1.5 diplomacy | T1.5 | t1.5 | t 1.5 | t1,5 | track 1,5 | track 1½ | track 1 ½ | track one and
        a half | track one-and-a-half | Track One and a Half diplomacy | track one point five | track one and half |
        track 1 and a half | track 1 1/2 | 1.5 | what is 1.5? | 1.5 track | track1.5 | track-1.5 | trakc 1.5 |
        semi-official diplomacy | hybrid diplomacy | mixed diplomacy | 2 strengths of track 1.5 | one and a half track |
        1.5 diplomacy | the half track | half-track
    """,
    "2": """
        track 2 | Track II | track ii diplomacy | Track Two | track-two | second track | 2nd track | the second track |
        T2 | t2 | t2 diplomacy | track2 | track number 2 | track nr 2 | rtack 2 | unofficial diplomacy | citizen
        diplomacy | citizens' diplomacy | what about 2? | and 2? | Track 2’s weaknesses | track 2 diplomats | two
        examples of track two | tell me about track two please
    """,
    "1 2": """
        t1 vs t2 | tracks 1 and 2 | track 1 and 2 | track 1 or 2 | track one vs track two | track 1 versus 2 | first and
        second track | 1 vs 2 | difference between 1 and 2 | difference between one and two | track I and II | Track I
        and Track II | Track 1/2 | track 1/track 2 | traks 1 and 2 | T1/T2 | track 1, 2 | official diplomacy versus
        unofficial diplomacy | compare official and unofficial diplomacy | official vs unofficial diplomacy
    """,
    "1.5 2": """
        1.5 vs 2 | 1.5 and 2 | compare t1.5 with t2 | is 1.5 better than 2? | difference between track 1.5 and track 2
    """,
    "1 1.5": """
        tracks 1 & 1.5 | between track 1 and 1.5 | t1 or t1.5
    """,
    "2 1": """
        why use track 2 instead of 1? | track two and one
    """,
    "1 1.5 2": """
        tracks 1, 1.5 and 2 | T1, T1.5 & T2 | tracks one, one and a half, and two | tracks 1,1.5,2
    """,
    "1.5 2 1": """
        t1.5 vs t2 vs t1
    """,
    "1.5 1": """
        how does 1.5 differ from 1
    """,
    "": """
        track 2.5 | track 12 | track 0 | t15 | give me 2 examples | dollar diplomacy | sound track | a 1 to 2 hour talk
        | tracking 2 parcels | what are the 2 tracks
    """,
}
REAL_CASES = [(" ".join(text.split()), numbers) for numbers, texts in REAL.items() for text in texts.split("|")]


@pytest.mark.parametrize("text, numbers", REAL_CASES)
def test_real_course(real: Vocabulary, text: str, numbers: str) -> None:
    """Tracks 1, 1.5 and 2 are understood in every spelling, and in no other words."""
    assert real.concepts(text) == tuple(f"track-{number}" for number in numbers.split())


@pytest.mark.parametrize("text, numbers", [("tk 4", "4"), ("whats tk 1.5", "1.5"), ("trks 1 n 2", "1 2"), ("tk you", "")])
def test_shorthand(real: Vocabulary, text: str, numbers: str) -> None:
    """A track is known by what students type for short."""
    assert real.concepts(real.spell_out(text)) == tuple(f"track-{number}" for number in numbers.split())


@pytest.mark.parametrize(
    "text, numbers",
    [
        ("tracks 3-6", "3 4 5 6"),
        ("what about track 3 to 9?", "3 4 5 6 7 8 9"),
        ("tracks three through five", "3 4 5"),
        ("Tracks 4 – 6 pls", "4 5 6"),
        ("from track 3 until track 5", "3 4 5"),
        ("how do ideas get from track 2 to track 1", "2 1"),
        ("from track 1 to track 2", "1 2"),
        ("compare track 1 to 9", "1 9"),
        ("tracks 3 to 12", "3"),
        ("track 1 to 1.5", "1 1.5"),
    ],
)
def test_ranges(real: Vocabulary, text: str, numbers: str) -> None:
    """A range names every track in it; what is set against each other, or leads from one to the other, is none."""
    assert real.concepts(real.spell_out(text)) == tuple(f"track-{number}" for number in numbers.split())


def test_real_names(real: Vocabulary, project: Path) -> None:
    """Every name that an author gave leads to its concept, or to a concept that has the same name."""
    course = load_course(project / "knowledge" / "packs" / "multi-track-diplomacy")
    owners: dict[str, set[str]] = {}
    for concept in course.concepts:
        for name in (concept.name, *concept.also_called):
            owners.setdefault(name.lower(), set()).add(concept.id)

    lost = [name for name, ids in owners.items() if not ids & set(real.concepts(name))]

    assert lost == []
