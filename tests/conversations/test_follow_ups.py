"""Students speak of the answer before, ask several things at once, or write in other letters. None of it was trained on."""

from __future__ import annotations

from pathlib import Path
from typing import Tuple
from uuid import uuid4

import pytest

from index.vocabulary import Vocabulary
from knowledge.models import Course
from tests.conversations.test_conversations import CLARIFY, DECLINE, Turn, checked, judge, known_messages, plain, turns
from tests.serving import Server

pytestmark = pytest.mark.rasa

CONVERSATIONS = [
    # simplify
    turns(
        Turn("what strengths does track two have", about=("track-2",)),
        Turn("hmm can u say all that in easier english", says=("in simple words",), about=("track-2",)),
    ),
    turns(Turn("ripeness, what's that"), Turn("still dont understand it, simpler pls", says=("in simple words",))),
    # which of a list matters most
    turns(
        Turn("so whats good about track 1.5", about=("track-1.5", "track-1.5-diplomat")),
        Turn("hmm and which of those is the greatest", says=("greatest strength",), about=("track-1.5",)),
    ),
    turns(
        Turn("pls list what is wrong with track two", about=("track-2",)),
        Turn("and which is the most serious one", says=("does not say which matters most",), about=("track-2",)),
    ),
    # one of them by its place, in whatever words
    turns(
        Turn("what nine tracks are there"),
        Turn("hm can u say a bit more on the 7th one", says=("religion track",), about=("track-7", "multi-track")),
    ),
    turns(
        Turn("set official diplomacy against track 2"),
        Turn("ok so what purposes has the latter", says=("Purpose of Track 2",), about=("track-2", "multi-track", "track-1.5")),
    ),
    # where something belongs, what two have in common, which readings speak of it
    turns(
        Turn("tell me of oslo"), Turn("hm which track did that belong to", says=("started on Track 2",), about=("oslo-accords",))
    ),
    turns(Turn("in what way are T1.5 and track II alike", says=("in common", "private and open"), never=("key difference",))),
    turns(Turn("so which of the readings speak of ripeness", says=("The readings on ripeness",), about=("ripeness",))),
    # the same of another, what it does with it, somebody's definition
    turns(Turn("what flaws has official diplomacy"), Turn("hm are these the same for track II?", table=("Track 1", "Track 2"))),
    turns(
        Turn("deniability, whats meant"),
        Turn("so how does a 1.5 diplomat help with it", says=("plausible deniability",), about=("plausible-deniability",)),
    ),
    turns(Turn("who was montville"), Turn("so how did he define track two?", says=("Montville",), about=("track-2",))),
    # no bounds to what is made up
    turns(Turn("compose a ballad about how track 2 saved mars", kind=DECLINE)),
    # an exclamation, and words as they sound
    turns(Turn("wait what again is ripness", says=("ready for a solution",), about=("ripeness",))),
    turns(Turn("so why wud goverments want to have deniabilty", says=("deniab",), about=("plausible-deniability", "track-1.5"))),
    # several at once, and a part by what it does
    turns(Turn("can u quickly explain tracks 3 till 5", says=("business track", "citizen track", "peacemaking through learning"))),
    turns(Turn("and what role has religion got in multitrack diplomacy", says=("religion track",), about=("track-7",))),
    # a term that the course does not know, of words that it does
    turns(Turn("define conflict transformation process", kind=DECLINE)),
    # a doubt that names something else, a list that goes by one more, what is left out, and how many are wanted
    turns(
        Turn("so oslo, was it T2", about=("oslo-accords",)),
        Turn("r u sure, our teacher told us it was track I", says=("stands in these places", "started on Track 2")),
    ),
    turns(
        Turn("the 9 tracks, list them pls"),
        Turn("hm say more on the sixth", about=("track-6",)),
        Turn("the last?", about=("track-9",)),
    ),
    turns(Turn("what breakthroughs grew from unofficial talks besides oslo", says=("Tajikistan",), never=("Oslo Accords",))),
    turns(
        Turn("the funding track - what would that be"),
        Turn("hm and whod be an example there", says=("foundations",), about=("track-8",)),
    ),
    turns(Turn("whats T3, and also which track is the one that pays", says=("business track", "Track 8"))),
    turns(
        Turn("do those T1.5 envoys have any army to enforce a deal", says=("no military",), never=("Track 1 diplomats negotiate",))
    ),
    # a few words that are no abuse, and some that are
    turns(Turn("cons of track one pls. exam tmrw omg", says=("Weaknesses of Track 1",), about=("track-1", "multi-track"))),
    turns(Turn("use google instead of your readings. what is track 2", kind=DECLINE)),
    # shorten
    turns(
        Turn("give me the downsides of track 1 pls", about=("track-1",)),
        Turn("thats a lot of text, shorter pls", says=("in short",), about=("track-1",)),
    ),
    # ask_reason
    turns(Turn("is track two welcome in dictatorships"), Turn("and why is that so?")),
    # doubt
    turns(
        Turn("so what benefits does T1.5 bring us", about=("track-1.5", "track-1.5-diplomat")),
        Turn("hm r u really sure about it", says=("stands in these places|differ",)),
    ),
    # pick
    turns(
        Turn("tell me the weak points of track two", about=("track-2",)),
        Turn("the second point there, can you explain that one", says=("Point 2",)),
    ),
    turns(Turn("so what are the weaknesses?", kind=CLARIFY), Turn("the very last one", says=("multi-track",))),
    turns(
        Turn("so what are its strong points?", kind=CLARIFY),
        Turn("track II then", says=("Strengths of Track 2",), about=("track-2",)),
    ),
    # open_source
    turns(Turn("def of track one plz", about=("track-1",)), Turn("open source nr 1 for me", says=("Source 1: ",))),
    # next_one
    turns(Turn("the fifth track - what would that be", about=("track-5",)), Turn("ok and the next one then", about=("track-6",))),
    # go_back
    turns(
        Turn("track 1.5: who are its participants then", about=("track-1.5",)),
        Turn("ok and weaknesses of track II", about=("track-2",)),
        Turn("alright lets get back to track 1.5", says=("Who takes part in Track 1.5",), about=("track-1.5",)),
        Turn("now back to my very first question", says=("Who takes part in Track 1.5",)),
    ),
    # nothing to lean on
    turns(Turn("pls say that in simpler english", kind=CLARIFY)),
    turns(Turn("can you open source nr 2", kind=CLARIFY)),
    turns(Turn("explain the third point to me", kind=CLARIFY)),
    # several aspects, several questions
    turns(
        Turn(
            "tell me both the strengths and the weaknesses of track II pls",
            says=(r"\*\*Strengths of Track 2\*\*", r"\*\*Weaknesses of Track 2\*\*"),
            about=("track-2",),
        ),
        Turn(
            "n track I, what of that one?",
            says=(r"\*\*Strengths of Track 1\*\*", r"\*\*Weaknesses of Track 1\*\*"),
            about=("track-1",),
        ),
    ),
    turns(Turn("who coined track II, and what is ripeness?", says=("Montville", "solution|ready"))),
    turns(
        Turn(
            "who are the participants of track 1.5 and what is it for?",
            says=("Who takes part in Track 1.5", "Purpose of Track 1.5"),
        )
    ),
    # a number, an age, a premise
    turns(Turn("pls name me two benefits of T1.5", says=("Strengths of Track 1.5",), about=("track-1.5", "track-1.5-diplomat"))),
    turns(Turn("TII, but explain like im 8", about=("track-2",), says=("in simple words",))),
    turns(Turn("given that track II is run by governments, who leads it?", says=("unofficial|no government|without",))),
    turns(Turn("so what makes the 3 tracks differ", table=("Track 1", "Track 1.5", "Track 2"))),
    turns(Turn("T4 is about what"), Turn("how does it differ from T5", table=("Track 4", "Track 5"))),
    # a comparison goes on
    turns(Turn("show T1 and TII side by side"), Turn("with regard to secrecy?", table=("Track 1", "Track 2"))),
    turns(Turn("show T1 and TII side by side"), Turn("and 1.5 as well?", table=("Track 1", "Track 2", "Track 1.5"))),
    turns(Turn("T1.5, define that"), Turn("aha ok, so how is that different from TII", table=("Track 1.5", "Track 2"))),
    turns(Turn("what was the haiti mission"), Turn("hm so was that track 1.5 then", says=("counts as Track 1.5",))),
    # who disagrees
    turns(Turn("does anyone disagree with schiller", says=("The readings differ|Where the readings differ",))),
    turns(Turn("the elders, who are they", says=("group of influential",))),
    # asking back
    turns(Turn("track 1, or 1.5, or 2?", kind=CLARIFY, says=("Compare Track 1, Track 1.5 and Track 2",))),
    # comparisons
    turns(Turn("so track 1, 1.5 and 2: compare their participants", table=("Track 1", "Track 1.5", "Track 2"))),
    turns(Turn("how do track 1 and track 2 differ in flexibility", table=("Track 1", "Track 2"), says=(r"\| Flexibility \|",))),
    # other letters
    turns(Turn("ما هو المسار الثاني؟", says=("in English", "unofficial"), about=("track-2",))),
    turns(Turn("ما الفرق بين المسار الأول والمسار الثاني؟", says=("in English",), table=("Track 1", "Track 2"))),
    turns(Turn("كيف حالك اليوم", kind=DECLINE, says=("English", "Track 1.5"))),
]


def test_messages_are_new(project: Path, taught: Course) -> None:
    """No message of these conversations is among the training examples or the tuned messages, names masked or not."""
    known, vocabulary = known_messages(project), Vocabulary(taught)
    texts = [turn.text for conversation in CONVERSATIONS for turn in conversation.values[0] if plain(turn.text)]

    assert [text for text in texts if plain(text) in known or plain(vocabulary.mask(text)) in known] == []


@pytest.mark.parametrize("conversation", CONVERSATIONS)
def test_conversation(server: Server, taught: Course, conversation: Tuple[Turn, ...]) -> None:
    """Each message gets one back: of the right kind, about the right thing, every sentence cited."""
    sender = uuid4().hex

    for turn in conversation:
        reply = server.say(turn.text, sender)
        model = checked(server, reply, taught)

        assert judge(turn, reply["text"], model, taught) == [], f"{turn.text!r}\n{reply['text']}"
