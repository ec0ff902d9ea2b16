"""What was offered as a button, chosen in words: answered as if it had been pressed."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional, Sequence, Tuple

from index.lexical import terms
from index.vocabulary import Vocabulary
from knowledge.models import Aspect
from tutor.desk import Desk
from tutor.reply import Reply
from tutor.understanding import ACT_OF, Act, Request, contrasts


class Offers:
    """Answers the suggestions of the last reply."""

    def __init__(self, desk: Desk, vocabulary: Vocabulary) -> None:
        self._course, self._catalogue, self._vocabulary = desk.course, desk.catalogue, vocabulary
        self._speak, self._do = desk.speak, desk.do

    def clicked(self, request: Request, offered: str) -> Reply:
        """Answer what was offered as if its button had been pressed."""
        text = self._vocabulary.spell_out(offered)
        concepts = self._vocabulary.concepts(text)
        act, aspects = self._offered_act(offered, concepts)
        people = tuple(c for c in concepts if c in self._catalogue.voices)
        asked = replace(
            request,
            text=text,
            canonical=self._vocabulary.canonical(text),
            asked=self._vocabulary.canonical(text),
            act=act,
            next_act=Act.ask_question,
            probability=1.0,
            ranking={act: 1.0},
            aspects=aspects,
            concepts=tuple(c for c in concepts if c not in people),
            people=people,
            surfaces=tuple(m.surface for m in self._vocabulary.mentions(text) if m.concept),
            leftover=tuple(terms(text)) if act is Act.ask_question else (),
            leans_back=False,
        )
        return self._do(act, asked)

    def _offered_act(self, offered: str, concepts: Sequence[str]) -> Tuple[Act, Tuple[Aspect, ...]]:
        """What a question that was offered asks for: an aspect of a concept, a comparison, or something in particular."""
        for concept in concepts[:1]:
            worded = {a: self._speak.question(concept, a) for a in Aspect}
            for aspect, question in worded.items():
                if question.lower() == offered.lower():
                    return ACT_OF[aspect], (aspect,)
        if len(concepts) > 1 and contrasts(offered):
            return Act.compare, ()
        spoken = tuple(dict.fromkeys(a.aspect for a in self._vocabulary.aspects(offered)))
        if any(offered.lower() == q.lower() for c in self._course.claim.values() for q in c.questions):
            return Act.ask_question, ()
        if spoken and concepts:
            return ACT_OF[spoken[0]], spoken
        return (Act.define, (Aspect.definition,)) if concepts else (Act.ask_question, ())

    def settled(self, request: Request) -> Optional[Reply]:
        """After "which one do you mean?": a bare name, or a bare aspect, chooses the option that has it; two, their comparison."""
        before = request.context
        bare = not request.leftover and not request.people and bool(request.concepts) and not request.aspects
        if not (before.asking and bare) or request.act is Act.go_back:
            return None
        if len(request.concepts) > 1:  # "compare which ones?" "1 and 2"
            comparing = bool(before.offered) and all(contrasts(o) for o in before.offered)
            return self._do(Act.compare, replace(request, act=Act.compare)) if comparing else None
        named = [(o, self._vocabulary.concepts(o)) for o in before.offered]
        exact = [o for o, concepts in named if concepts == request.concepts]
        fitting = exact or [o for o, concepts in named if request.concepts[0] in concepts]
        return self.clicked(request, fitting[0]) if len(fitting) == 1 else None

    def numbered(self, request: Request) -> Optional[str]:
        """The one option about the member of the series whose number was typed ("2" after "weaknesses of Track 1, 1.5 or 2?")."""
        typed = request.text.strip(" .!?)")
        members = {c.id for c in self._course.concepts if c.number == typed}
        fitting = [o for o in request.context.offered if members & set(self._vocabulary.concepts(o))]
        return fitting[0] if len(fitting) == 1 else None
