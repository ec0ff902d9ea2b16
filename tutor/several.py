"""A message that asks several things, or wraps its question in a pasted task: each is answered as if it stood alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Callable, List, Optional, Sequence, Tuple

from index.vocabulary import Vocabulary
from tutor.catalogue import Catalogue
from tutor.parts import MOST_PARTS, Part, asks, clauses, heading, together
from tutor.reply import Answer, Reply
from tutor.scope import SURE, Scope
from tutor.understanding import ASPECTS_OF, Act, Question, Request, understand


class Several:
    """Takes messages apart."""

    def __init__(self, catalogue: Catalogue, vocabulary: Vocabulary, scope: Scope, one: Callable[[Question], Reply]) -> None:
        self._catalogue = catalogue
        self._vocabulary = vocabulary
        self._scope = scope
        self._one = one  # the reply to a message with one question

    def answer(self, question: Question) -> Optional[Reply]:
        """The answers to each question of a message; None if it asks but one, or if one of them has no answer."""
        parts = question.parts or tuple(Part(text, {}) for text in clauses(question.text))
        if question.concepts or (len(parts) < 2 and parts[0].text == question.text):
            return None
        if len(parts) == 1:
            return self._task(question, parts[0])
        asked = self._questions(question, parts)
        context, told = question.context, []
        for part in asked if 1 < len(asked) <= MOST_PARTS else ():
            reply = self._one(replace(part, context=context))
            if not isinstance(reply, Answer):
                return None
            told.append((heading(part.text), reply))
            context = reply.context
        return together(told) if told else None

    def _task(self, question: Question, task: Part) -> Optional[Reply]:
        """The answer to what a pasted task asks for, if that names what it is about."""
        one, request = self._read(question, task)
        reply = self._one(one) if request.concepts or request.people else None
        return reply if isinstance(reply, Answer) else None

    def _questions(self, question: Question, parts: Sequence[Part]) -> List[Question]:
        """The parts of a message that ask something of their own; none if another part says something, too."""
        asked: List[Tuple[Question, Request]] = []
        for part in parts:
            one, request = self._read(question, part)
            named = bool(request.concepts or request.people or request.unknown)
            clear = request.act is Act.list_parts or (request.act in ASPECTS_OF and request.leans_back)
            sure = clear and request.probability >= SURE
            if (named or request.aspects or sure) and asks(part.text):
                asked.append((one, request))
            elif named or not self._scope.is_bare(request):
                return []
        if len(asked) > 1 and not (asked[0][1].concepts or asked[0][1].people or asked[0][1].leans_back):
            first, request = asked[0]  # "what are the strengths and weaknesses of Track 2": named once, for both
            asked[0] = (replace(first, concepts=asked[1][1].concepts), request)
        return [one for one, _ in asked]

    def _read(self, question: Question, part: Part) -> Tuple[Question, Request]:
        """A part as a question of its own."""
        one = Question(part.text, part.ranking, context=question.context)
        return one, understand(one, self._catalogue, self._vocabulary)
