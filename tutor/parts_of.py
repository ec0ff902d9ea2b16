"""What a whole consists of ("name the nine tracks")."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Optional, Sequence

from knowledge.models import Aspect, Claim, Concept
from tutor.desk import Desk
from tutor.reply import Reply
from tutor.scope import SURE, asks_for_fact
from tutor.understanding import Act, Request, asks_for_brevity

_BY_NAME = re.compile(r"\b(?:one|1|a|single) words?\b|\b(?:just|only) (?:the|their) names\b|\bnames? only\b", re.IGNORECASE)


class PartsOf:
    """Answers questions for the members of a system."""

    def __init__(self, desk: Desk) -> None:
        self._course, self._catalogue, self._weigher = desk.course, desk.catalogue, desk.weigher
        self._scope, self._speak, self._do = desk.scope, desk.speak, desk.do

    def answer(self, request: Request) -> Reply:
        """The members of a system, each with the first thing to be said of it."""
        numbered = [c for c in request.concepts if self._course.concept[c].number]
        if len(numbered) > 1 and len(numbered) == len(request.concepts):  # "tell me about tracks 3 to 9"
            return self._do(Act.define, request)
        one_of_them = bool(numbered)  # "is 1.5 one of the nine?"
        if one_of_them or asks_for_fact(request.text):
            return self._do(Act.ask_question, request)
        if self._scope.asks_which_member(request) and request.leftover:  # "foundations: which of the nine tracks?"
            return self._do(Act.ask_question, request)
        if Aspect.origin in request.aspects and not request.concepts:  # "how did we get from two to nine? short history"
            return self._do(Act.ask_question, request)
        whole = next((s for s in self._scope.subjects(request) if self._course.parts_of(s)), None)
        unsure = request.probability < SURE
        elsewhere = request.leans_back and unsure and request.context.subjects  # "how could one make up for them?"
        if whole is None and not request.concepts and not elsewhere and self._scope.only_names(request):
            whole = next((c.id for c in self._course.concepts if self._course.parts_of(c.id)), None)
            whole = whole if whole and self._is_theirs(whole, request.people) else None
        if whole is None:
            return self._do(Act.define if request.concepts else Act.ask_question, request)
        parts = self._course.parts_of(whole)
        parts = tuple(sorted((p for p in parts if p.number), key=lambda p: float(p.number or 0))) or parts
        short = self._in_one(whole, parts) if asks_for_brevity(request.text) or _BY_NAME.search(request.text) else None
        claims = [short] if short else [self._claim(whole, part.id) for part in parts]
        listed = replace(request, act=Act.list_parts)
        return self._speak.say(
            listed, claims, (whole,), None, lead=f"The parts of {self._catalogue.name(whole)}", limit=len(claims)
        )

    def _in_one(self, whole: str, parts: Sequence[Concept]) -> Optional[Claim]:
        """The one claim that counts all the parts."""
        numbers = [p.number for p in parts if p.number]
        counting = [c for c in self._catalogue.own(whole) if all(re.search(rf"\b{n}\b", c.text) for n in numbers)]
        return counting[0] if numbers and counting else None

    def _is_theirs(self, whole: str, people: Sequence[str]) -> bool:
        """Whether all of these people, if there are any, are told of where it is told what a whole is or where it comes from."""
        claims = self._catalogue.claims(whole, [Aspect.definition, Aspect.origin])
        told = {p for c in claims for p in self._catalogue.people_told_of(c.id)}
        return set(people) <= told

    def are_named(self, request: Request, subjects: Sequence[str]) -> bool:
        """Whether a whole is named by its members: "the nine tracks"."""
        members = f"{self._course.series.noun}s" if self._course.series else ""
        by_members = any(surface.lower().endswith(members) for surface in request.surfaces)
        return bool(members) and by_members and len(subjects) == 1 and bool(self._course.parts_of(subjects[0]))

    def worded(self, request: Request, part: str) -> Sequence[Claim]:
        """How a system words a part, where it is picked from the list of all."""
        said = [self._course.concept_of[i] for i in request.context.said[:1] if i in self._course.claim]
        listed = request.context.act == Act.list_parts.value
        told = [s for s in said if self._course.concept[part].part_of == s]  # "and the second one?" after the first of the list
        if told:
            return [self._claim(told[0], part)]
        wholes = [s for s in self._scope.remembered(request.context.subjects) if self._course.concept[part].part_of == s]
        return [self._claim(whole, part) for whole in wholes if listed]

    def _claim(self, whole: str, part: str) -> Claim:
        """How the system words a part, if it does, else the part's own definition."""
        worded = [c for c in self._catalogue.own(whole) if c.about == (part,) and c.aspect is Aspect.definition]
        return worded[0] if worded else self._catalogue.definitions(part)[0]
