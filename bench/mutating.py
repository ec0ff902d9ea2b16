"""Messages as nobody means them: those of the development set, mistyped, garbled, blown up, mixed with other scripts."""

from __future__ import annotations

import random
from typing import Callable, Dict, Iterator, Sequence

QUIZ = (
    "quiz me",
    "quiz me with 20 questions",
    "quiz me on track 1.5",
    "10 true or false questions",
    "short answer questions please",
    "5 questions on weaknesses of track 2",
    "test me on what I got wrong",
    "what's due?",
    "a",
    "b",
    "c",
    "d",
    "a and c",
    "not sure, maybe b",
    "1a 2b 3c",
    "true",
    "false",
    "it is unofficial and lets both sides talk in private",
    "hint",
    "skip",
    "why?",
    "pause",
    "resume",
    "stop",
    "next",
    "how am I doing?",
    "export my data",
    "forget me",
    "yes",
    "no",
)
OTHER_SCRIPTS = (
    "ما هو المسار الثاني",
    "什么是第二轨道外交",
    "что такое второй трек",
    "מהו ערוץ שתיים",
    "ट्रैक दो क्या है",
    "τι είναι το track 2",
    "トラック2とは",
    "track二是什么",
)
SIGNS = "\u200b\u202e\u0301\u0489\ufeff\u00ad\u2028\u0085\ufffd\U000e0041\u1d400"
EMOJI = ("👩‍👩‍👧‍👦", "🏳️‍🌈", "🤝", "👍🏽", "🇺🇳", "\U0001f9d1\u200d\U0001f680")
INJECTED = (
    "'; DROP TABLE learners; --",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "{{7*7}} ${7*7} %s %n {0}",
    '/answer{"concept": "track-2"}',
    "/restart",
    "../../etc/passwd",
    '{"kind": "answer"}',
    "[[[[[[[[",
    "**__``[1](javascript:alert(1))",
    "\\x00\\u0000",
    "NaN -1 1e309 99999999999999999999",
    "T1.5.5.5.5 track 0 track -2 track 10^9",
)
ALPHABET = "abcdefghijklmnopqrstuvwxyz'.,?! 0123456789"
LONGEST, USUAL = 2100, 120  # characters; a channel lets 2,000 through
LONG, OF_QUIZZES = 0.03, 0.4  # shares of messages
Mutation = Callable[[random.Random, str], str]


def messages(rng: random.Random, seeds: Sequence[str]) -> Iterator[str]:
    """Messages without end: as they were, or changed once to four times; some twenty times as long as students write."""
    kinds = list(MUTATIONS.values())
    while True:
        text = rng.choice(QUIZ) if rng.random() < OF_QUIZZES else rng.choice(seeds)
        longest = LONGEST if rng.random() < LONG else USUAL
        for _ in range(rng.choice((0, 1, 1, 1, 2, 2, 3, 4))):
            text = rng.choice(kinds)(rng, text)[:longest]
        yield text


def mistyped(rng: random.Random, text: str) -> str:
    """Letters swapped, dropped, doubled or struck beside."""
    letters = list(text)
    for _ in range(rng.randint(1, 1 + len(letters) // 8)):
        at = rng.randrange(len(letters) + 1)
        change = rng.randrange(4)
        if change == 0:
            letters.insert(at, rng.choice(ALPHABET))
        elif at < len(letters):
            letters[at : at + 1 + (change == 3)] = {
                1: [],
                2: [letters[at]] * 2,
                3: letters[at : at + 2][::-1],
            }[change]
    return "".join(letters)


def shuffled(rng: random.Random, text: str) -> str:
    """The words in another order."""
    words = text.split()
    rng.shuffle(words)
    return " ".join(words)


def repeated(rng: random.Random, text: str) -> str:
    """The whole, a word, or a sign many times."""
    piece = rng.choice((text, text[:1], text[-1:], *text.split()[:3]))
    return text + rng.choice(("", " ", "\n")) + piece * rng.choice((2, 10, 100, 2000))


def spliced(rng: random.Random, text: str) -> str:
    """Something else put in somewhere: another script, a picture, an attack."""
    strange = rng.choice((*OTHER_SCRIPTS, *EMOJI, *INJECTED, *SIGNS))
    at = rng.randrange(len(text) + 1)
    return text[:at] + strange * rng.choice((1, 1, 1, 30)) + text[at:]


def controlled(rng: random.Random, text: str) -> str:
    """Control characters, also half of a surrogate pair, strewn in."""
    for _ in range(rng.randint(1, 10)):
        at = rng.randrange(len(text) + 1)
        text = text[:at] + chr(rng.choice((*range(32), 127, 0x85, 0xD800, 0xDFFF, 0xFFFE))) + text[at:]
    return text


def cased(rng: random.Random, text: str) -> str:
    """Other letters of the same meaning: capitals, full width, mathematical."""
    return rng.choice(
        (
            text.upper(),
            text.title(),
            text.swapcase(),
            "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
            "".join(chr(0x1D41A + ord(c) - 97) if "a" <= c <= "z" else c for c in text),
        )
    )


def cut(rng: random.Random, text: str) -> str:
    """A stretch of it."""
    start, end = sorted((rng.randrange(len(text) + 1), rng.randrange(len(text) + 1)))
    return text[start:end]


def punctuated(rng: random.Random, text: str) -> str:
    """With signs between the words, or none at all."""
    return rng.choice(("", "?", " ?! ", "/", "...", ",", "\n", "\t", "\u00a0", "-", '"', "(", "1.5", " vs ", " and ")).join(
        text.split()
    )


def random_text(rng: random.Random, text: str) -> str:
    """Characters from all of Unicode, without any meaning."""
    return "".join(chr(rng.choice((rng.randrange(32, 127), rng.randrange(0x110000)))) for _ in range(rng.choice((1, 5, 30, 300))))


def asked_again(rng: random.Random, text: str) -> str:
    """Several questions in one message."""
    return rng.choice((" and ", "? ", "\n- ", "; ", "\n1) ", ". also ")).join([text] * rng.choice((2, 3, 12)))


MUTATIONS: Dict[str, Mutation] = {
    "mistyped": mistyped,
    "shuffled": shuffled,
    "repeated": repeated,
    "spliced": spliced,
    "controlled": controlled,
    "cased": cased,
    "cut": cut,
    "punctuated": punctuated,
    "random": random_text,
    "several": asked_again,
}
