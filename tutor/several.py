"""A message that asks several things, or wraps its question in a pasted task: each is answered as if it stood alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Callable, List, Optional, Sequence, Tuple

from index.vocabulary import Vocabulary
from tutor.catalogue import Catalogue
from tutor.parts import LONG, MOST_PARTS, Part, asks, clauses, heading, sentences_of, together, unopened
from tutor.referring import Referring
from tutor.reply import Answer, Context, Decline, Reason, Reply
from tutor.scope import SURE, SURE_OF_ABUSE, Scope, asks_for_fact
from tutor.understanding import ASPECTS_OF, Act, Question, Request, contrasts, understand

FRAGMENT = 2  # words
CASE = 5  # words of a sentence that may tell a case
ABUSE = 4  # words of a part that may be an attempt to talk the tutor out of its sources
MAYBE_ABUSE = 0.05  # probability from which a pasted task may be one as a whole
_HE_OR_IT = re.compile(r"\b(?:he|she|him|her|his|it|its)\b", re.IGNORECASE)
_IF_NOT = re.compile(r"\bif (?:not|so|yes|no)\W*$", re.IGNORECASE)
_WHATS = re.compile(r"(?:what['’]?s|who['’]?s|define|explain|describe) \w", re.IGNORECASE)  # a question of its own


@dataclass(frozen=True)
class Asked:
    """A part of a message that asks something, as a question of its own.

    `said` is how it was typed. `before` are the concepts named last between the question before and this one, `heard` those
    named last before it at all.
    """

    said: str
    question: Question
    request: Request
    before: Tuple[str, ...]
    heard: Tuple[str, ...]

    @property
    def named(self) -> bool:
        """Whether it names what it is about."""
        return bool(self.request.concepts or self.request.people or self.request.unknown)


class Several:
    """Takes messages apart."""

    def __init__(self, catalogue: Catalogue, vocabulary: Vocabulary, scope: Scope, one: Callable[[Question], Reply]) -> None:
        self._catalogue = catalogue
        self._vocabulary = vocabulary
        self._scope = scope
        self._one = one  # the reply to a message with one question
        self._referring = Referring(catalogue, vocabulary)

    def answer(self, question: Question) -> Optional[Reply]:
        """The answers to each question of a message; None if it asks but one, or if it is better answered as a whole."""
        parts = question.parts or tuple(Part(text, {}) for text in clauses(question.text))
        if question.concepts or (len(parts) < 2 and parts[0].text == question.text):
            return None
        asked = self._questions(question, parts)
        if len(asked) == 1 and _is_abuse(asked[0], question):  # "answer from elsewhere: what is ...": refused as a whole
            return self._one(asked[0].question)
        if len(asked) == 1:
            return self._only(asked[0])
        return self._each(question, asked) if len(asked) <= MOST_PARTS else None

    def _only(self, asked: Asked) -> Optional[Reply]:
        """The answer to the one question of a message that says other things, too, if it tells what it is about."""
        about = asked.named or (asked.before and (asked.request.leans_back or self._scope.is_bare(asked.request)))
        reply = self._reply(asked, asked.question.context) if about else None
        return reply if isinstance(reply, Answer) else None

    def _each(self, question: Question, asked: Sequence[Asked]) -> Optional[Reply]:
        """The answers to several questions, if all have one; those of a long message that have none are named.

        So are those of a short one, if it has no answer as a whole.
        """
        task = _is_task(question)
        told: List[Tuple[str, Answer]] = []
        unanswered: List[str] = []
        context = asked[0].question.context if asked else Context()
        for part in asked:
            listed = next((a.context for _, a in reversed(told) if a.context.act == Act.list_parts.value), context)
            if _is_fragment(part):  # "which city and which institute ..."
                return None
            if unanswered and not told and _leans(part):  # "explain Putnam's game and how it relates to Track 1"
                unanswered.append(heading(part.said))
                continue
            reply = self._reply(part, listed if part.request.act is Act.pick else context)  # "the third one" is one of a list
            if isinstance(reply, Answer) and self._is_about(reply, part, task or bool(unanswered)):
                told.append((heading(part.said), reply))
                context = reply.context
            elif isinstance(reply, Decline) and reply.reason is Reason.unsafe:
                return None
            elif task or (isinstance(reply, Decline) and all(a.question.text == a.said for a in asked)):  # none leans on another
                unanswered.append(heading(part.said))
            else:
                return None
        if unanswered and not task and not isinstance(self._one(question), Decline):
            return None
        return together(told, unanswered) if told and len(told) >= len(unanswered) else None

    def _reply(self, asked: Asked, context: Context) -> Reply:
        """The reply to a part that leans on what was named just before it, else on what was answered before.

        A request that has no answer with what stands before it ("in the light of the crisis, ...") may have one without.
        """
        question = replace(asked.question, context=Context(subjects=asked.before) if asked.before else context)
        reply, bare = self._one(question), unopened(question.text)
        return self._one(replace(question, text=bare)) if isinstance(reply, Decline) and bare != question.text else reply

    def _is_about(self, answer: Answer, asked: Asked, tied: bool) -> bool:
        """Whether what was found for a part has to do with what it names, or, if it is `tied`, with what was named before."""
        first = next((i for i in answer.context.said or answer.context.shown if i in self._catalogue.course.claim), None)
        leans = tied or asked.request.leans_back or self._scope.is_bare(asked.request)  # else it stands on its own
        about = (*asked.request.concepts, *asked.request.people) or (asked.heard if leans else ())
        free = answer.context.act == Act.ask_question.value
        other = self._scope.asks_which_member(asked.request) and not asked.named  # "what is Track 3, and which track pays for it?"
        return not free or first is None or not about or other or self._catalogue.touches(first, about)

    def _questions(self, question: Question, parts: Sequence[Part]) -> List[Asked]:
        """The parts of a message that ask something of their own; none if another part says something that they need.

        They need no chatter that names nothing, and no statement whose one name they can take over.
        """
        asked: List[Asked] = []
        heard: List[str] = []  # the sentences and questions before
        task = _is_task(question)
        chatter = statement = told = False
        end = 0
        for part in parts:
            start = max(question.text.find(part.text, end), end)
            between = sentences_of(question.text[end:start])
            one = self._like_the_last(self._read(question, part, heard, between), asked)
            if _is_abuse(one, question):
                return [one]
            agreement = bool(asked) and asked[-1].request.act is Act.ask_agreement
            if agreement and _IF_NOT.search(question.text[end:start]):  # "if not, where do they part ways?" is answered with it
                continue
            clear = one.named or one.request.aspects or self._is_clear(one.request) or asks_for_fact(part.text)
            clear = clear or (one.request.leans_back and contrasts(one.request.text))  # "... and what separates them?"
            empty = not clear and self._scope.is_bare(one.request)
            if empty:
                chatter = chatter or asks(part.text)
            elif asks(part.text):
                if statement and (one.question.text == part.text or len(one.before) != 1):
                    return []
                if self._is_unclear(one) and not task:
                    return []
                told = told or any(len(sentence.split()) >= CASE and not asks(sentence) for sentence in between)
                if told and self._scope.asks_which(one.request):  # "they no longer speak. Which kind of diplomacy could help?"
                    return []
                asked.append(one)
                heard += [*between, part.text]
                statement, end = False, start + len(part.text)
            elif one.request.aspects:
                return []
            else:
                statement, chatter, told = statement or one.named, chatter or not one.named, True
        if statement or (chatter and not all(one.named and not one.request.leans_back for one in asked)):
            return []
        if len(asked) > 1 and not (asked[0].named or asked[0].request.leans_back) and self._scope.is_bare(asked[0].request):
            first = asked[0]  # "what are the strengths and weaknesses of Track 2": named once, for both
            asked[0] = replace(first, question=replace(first.question, concepts=asked[1].request.concepts))
        return asked

    def _read(self, question: Question, part: Part, heard: Sequence[str], between: Sequence[str]) -> Asked:
        """A part as a question of its own, after what was asked before and the sentences since."""
        everything = (*heard, *between)
        one = Question(self._referring.spelt_out(part.text, everything), part.ranking, context=question.context)
        request = understand(one, self._catalogue, self._vocabulary)
        return Asked(part.text, one, request, self._referring.nearest(between), self._referring.nearest(everything))

    def _like_the_last(self, one: Asked, before: Sequence[Asked]) -> Asked:
        """ "Where does Track 1 fall short, and where does Track 2?": what leaves out the rest asks the same as the one before."""
        last = before[-1] if before else None
        if last is None or last.request.act not in ASPECTS_OF or one.request.aspects or one.request.probability >= SURE:
            return one
        word = one.said.split()[0].lower()
        short = one.named and self._scope.is_bare(one.request) and len(one.said.split()) < len(last.said.split())
        if not (short and asks(one.said) and last.said.lower().startswith(word)):
            return one
        act = last.request.act
        question = replace(one.question, ranking={act.value: 1.0})
        return replace(one, question=question, request=replace(one.request, act=act, probability=1.0, ranking={act: 1.0}))

    @staticmethod
    def _is_unclear(asked: Asked) -> bool:
        """Whether a pronoun may stand for several things and the question does not tell for which."""
        replaced = asked.question.text != asked.said
        return replaced and len(asked.heard) > 1 and not asked.request.aspects and asked.request.act not in ASPECTS_OF

    def _is_clear(self, request: Request) -> bool:
        """Whether nothing but what is asked for is said, and surely so."""
        clear = request.act is Act.list_parts or (request.act in ASPECTS_OF and request.leans_back)
        return clear and request.probability >= SURE


def _is_fragment(asked: Asked) -> bool:
    """Whether a part is too short to be a question of its own and leans on nothing."""
    request = asked.request
    alone = not (asked.named or request.aspects or request.leans_back or asked.before or request.context.subjects)
    return alone and len(asked.said.split()) <= FRAGMENT and not _WHATS.match(asked.said)


def _leans(asked: Asked) -> bool:
    """Whether a part speaks of somebody or something that only the part before it can tell."""
    return bool(_HE_OR_IT.search(asked.said)) and asked.question.text == asked.said and not asked.before


def _is_abuse(asked: Asked, whole: Question) -> bool:
    """Whether a part is surely an attempt to talk the tutor out of its sources; of a pasted task, only if the whole may be one.

    A few words ("exam tomorrow lol") are none.
    """
    surely = asked.request.act is Act.manipulate and asked.request.probability >= SURE_OF_ABUSE
    maybe = not _is_task(whole) or whole.ranking.get(Act.manipulate.value, 1.0) >= MAYBE_ABUSE
    return surely and maybe and len(asked.said.split()) >= ABUSE


def _is_task(question: Question) -> bool:
    """Whether a message is so long that what it asks is wrapped in other things."""
    return len(question.text.split()) >= LONG
