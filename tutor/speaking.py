"""Replies put together: what is said of the claims that were chosen, and what is said when there are none."""

from __future__ import annotations

from typing import List, Mapping, Optional, Sequence, Set, Tuple, TypeVar

from knowledge.models import Aspect, Claim, Course, Disagreement, Passage
from tutor.catalogue import Catalogue
from tutor.comparison import Topic, compare
from tutor.evidence import Evidence
from tutor.quoting import Quotation
from tutor.reply import (
    Answer,
    Cell,
    Chat,
    Clarify,
    Context,
    CourseRef,
    Decline,
    Notes,
    Position,
    Reason,
    Section,
    Sentence,
    citation,
    cite_quotation,
)
from tutor.suggesting import Suggester, capital
from tutor.understanding import Act, Request

P = TypeVar("P", Sentence, Cell, Position)
LIST_LIMIT = 10  # items of a list that are shown before "more"
RECENT = 4  # subjects that a follow-up may lean on

LEADS: Mapping[Optional[Aspect], str] = {
    Aspect.strength: "Strengths of {concept}",
    Aspect.weakness: "Weaknesses of {concept}",
    Aspect.participants: "Who takes part in {concept}",
    Aspect.purpose: "Purpose of {concept}",
    Aspect.method: "Methods of {concept}",
    Aspect.example: "Examples of {concept}",
    Aspect.condition: "Conditions for {concept}",
    Aspect.outcome: "Results of {concept}",
    Aspect.origin: "Origin of {concept}",
    Aspect.relation: "How {concept} relates to other approaches",
    Aspect.criticism: "Criticism of {concept}",
}

CHATS: Mapping[Act, str] = {
    Act.greet: "Hello! I teach {title} from {readings} readings, and each sentence carries its source. What is your question?",
    Act.thanks: "You are welcome. Is there anything else you would like to know?",
    Act.goodbye: "Goodbye, and good luck with your studies!",
    Act.help: """I am a tutor program. I answer questions about {title} from {readings} readings and cite every sentence.

Ask me to define or compare things, for strengths, weaknesses, participants, methods or examples, who said what, or any question of
your own. If the readings do not cover it, I say so.""",
    Act.start_quiz: "Quiz questions are put where I know who answers: on the study page or in a chat. Here you can ask me:",
}


class Speaker:
    """Words replies from one course; decides nothing."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._course: Course = catalogue.course
        self._catalogue = catalogue
        self._suggest = Suggester(catalogue)
        self._ref = CourseRef(id=self._course.id, version=self._course.version)

    def names(self, concepts: Sequence[str]) -> str:
        """Names in a row: "Track 1, Track 1.5 and Track 2"."""
        names = [self._catalogue.name(c) for c in concepts]
        return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))

    # -- answers -------------------------------------------------------------------------------------------------

    def say(
        self,
        request: Request,
        claims: Sequence[Claim],
        subjects: Sequence[str],
        aspect: Optional[Aspect] = None,
        lead: Optional[str] = None,
        limit: int = LIST_LIMIT,
        seen: Sequence[str] = (),
        whole: int = LIST_LIMIT,
    ) -> Answer:
        """Answer with these claims, in this order, the first `whole` in full, the others in brief if they are of the one subject.

        `seen` are claims of the turns before, which "more" leaves out.
        """
        claims = list(dict.fromkeys(claims))[:limit]
        notes, own = Notes(self._course), set(subjects)
        if lead is None and aspect is Aspect.relation and len(subjects) > 1:
            lead = f"How {self.names(subjects)} relate to each other"
        elif lead is None and aspect in LEADS and subjects:
            lead = LEADS[aspect].format(concept=self.names(subjects))
        return Answer(
            lead=lead,
            sentences=tuple(
                notes.sentence(c, brief=n >= whole and own == {self._course.concept_of[c.id]}) for n, c in enumerate(claims)
            ),
            citations=notes.citations(),
            list=len(claims) > 2,
            course=self._ref,
            suggestions=self._suggest.after(subjects, aspect, claims),
            context=self._remember(request, aspect, subjects, claims, seen),
        )

    def sections(self, request: Request, sections: Sequence[Tuple[Aspect, Sequence[Claim]]], subject: str) -> Answer:
        """Answer under several aspects, each beneath its heading; name those of which there is nothing."""
        notes, name = Notes(self._course), self._catalogue.name(subject)
        sentences: List[Sentence] = []
        told: Set[Claim] = set()
        heads: List[Section] = []
        for aspect, claims in sections:
            fresh = [c for c in claims if c not in told]
            title = LEADS.get(aspect, "What {concept} is").format(concept=name)
            heads += [Section(title=title, first=len(sentences))] if fresh else []
            sentences += [notes.sentence(c) for c in fresh]
            told.update(fresh)
        missing = [self._course.aspects[a].label.lower() for a, claims in sections if not claims]
        shown = [c for _, claims in sections for c in claims]
        context = self._remember(request, sections[0][0], [subject], shown)
        return Answer(
            lead=f"The course says nothing on this for {name}: {', '.join(missing)}. What it does say:" if missing else None,
            sentences=tuple(sentences),
            sections=tuple(heads),
            citations=notes.citations(),
            list=True,
            course=self._ref,
            suggestions=self._suggest.after([subject], None, shown),
            context=context.copy(update={"aspects": tuple(a.value for a, _ in sections)}),
        )

    def passage(self, request: Request, passage: Passage, number: int) -> Answer:
        """Answer with one passage and its place, under the number that it had."""
        claim, source = self._course.claim[passage.claim], self._course.source[passage.source]
        subjects = self._course_has(request.context.subjects)
        return Answer(
            lead=f"Source {number}: {source.author}, “{source.title}”, {passage.locator}",
            sentences=(Sentence(text=claim.text, citations=(number,)),),
            citations=(citation(number, passage, self._course),),
            course=self._ref,
            suggestions=self._suggest.after(subjects, None, [claim]),
            context=request.context,
        )

    def _course_has(self, concepts: Sequence[str]) -> Tuple[str, ...]:
        return tuple(c for c in concepts if c in self._course.concept)

    def compare(
        self,
        request: Request,
        subjects: Sequence[str],
        aspects: Sequence[Aspect],
        points: Optional[int] = None,
        topics: Sequence[Topic] = (),
        between: Sequence[Claim] = (),
    ) -> Optional[Answer]:
        """Set concepts side by side, `points` of each in a cell, below what is `between` them; None if there is nothing to set."""
        notes = Notes(self._course)
        sentences, table, shown = compare(self._catalogue, notes, subjects, aspects, points, topics, between)
        if not sentences:
            return None
        return Answer(
            lead=capital(f"{self.names(subjects)} compared"),
            sentences=sentences,
            table=table,
            citations=notes.citations(),
            course=self._ref,
            suggestions=self._suggest.after(subjects, None),
            context=self._remember(request, aspects[0] if aspects else None, subjects, shown),
        )

    def positions(
        self,
        request: Request,
        lead: str,
        positions: Sequence[Tuple[str, Claim]],
        subjects: Sequence[str],
        first: Sequence[Claim] = (),
    ) -> Answer:
        """What several authors hold, side by side, after what is plain (`first`)."""
        notes = Notes(self._course)
        claims = [*first, *(claim for _, claim in positions)]
        return Answer(
            lead=capital(lead),
            sentences=tuple(notes.sentence(c) for c in (first or claims)),
            positions=tuple(Position(author=author, text=c.text, citations=notes.cite(c)) for author, c in positions),
            citations=notes.citations(),
            course=self._ref,
            suggestions=self._suggest.after(subjects, Aspect.definition, claims),
            context=self._remember(request, Aspect.definition, subjects, claims),
        )

    def disagreement(
        self, request: Request, what: Disagreement, first: Sequence[Claim] = (), also: Sequence[Disagreement] = ()
    ) -> Answer:
        """Where the positions part, in one sentence, and the positions side by side, after what is plain (`first`)."""
        notes = Notes(self._course)
        plain = tuple(notes.sentence(c) for c in first)
        sides = [(p.author, self._course.claim[p.claims[0]]) for p in what.positions]
        sides.sort(key=lambda side: not set(request.people) & set(self._catalogue.holders(side[1].id)))  # who is asked about leads
        positions = tuple(Position(author=author, text=c.text, citations=notes.cite(c)) for author, c in sides)
        cited = tuple(dict.fromkeys(p.citations[0] for p in positions))
        claims = [*first, *(claim for _, claim in sides)]
        other = tuple(f"Do the readings agree on {d.topic}?" for d in also if d is not what)
        return Answer(
            lead=f"The readings differ on {what.topic}",
            sentences=(*plain, Sentence(text=what.difference, citations=cited)),
            positions=positions,
            citations=notes.citations(),
            course=self._ref,
            suggestions=(*other[:2], *self._suggest.after(what.about, Aspect.definition, claims))[:3],
            context=self._remember(request, Aspect.definition, what.about[:1], claims),
        )

    def disagreements(self, request: Request, several: Sequence[Disagreement]) -> Answer:
        """Where the readings differ, a sentence for each topic."""
        notes = Notes(self._course)
        shown = several[:LIST_LIMIT]
        firsts = [[self._course.claim[p.claims[0]] for p in d.positions] for d in shown]
        cited = [tuple(dict.fromkeys(map(notes.cite_once, claims))) for claims in firsts]
        some = f": {len(shown)} of {len(several)} topics" if len(shown) < len(several) else ""
        return Answer(
            lead=f"Where the readings differ{some}",
            sentences=tuple(Sentence(text=d.difference, citations=numbers) for d, numbers in zip(shown, cited, strict=True)),
            citations=notes.citations(),
            list=True,
            course=self._ref,
            suggestions=tuple(f"Do the readings agree on {d.topic}?" for d in shown[:3]),
            context=self._remember(request, None, (), [claim for claims in firsts for claim in claims]),
        )

    def quote(self, request: Request, quotation: Quotation) -> Answer:
        """Answer in the words of a reading in the library."""
        notes = Notes(self._course)
        return Answer(
            lead=f"From “{quotation.source.title}”, word for word",
            sentences=notes.quote(quotation),
            citations=notes.citations(),
            course=self._ref,
            suggestions=self._course.start_with,
            context=request.context,
        )

    @staticmethod
    def add_quote(answer: Answer, quotation: Quotation, first: bool = False) -> Answer:
        """Let a reading in the library speak after the course, or before it."""
        number = 1 if first else max((c.number for c in answer.citations), default=0) + 1
        said = tuple(Sentence(text=text, citations=(number,)) for text in quotation.sentences)
        cited = cite_quotation(number, quotation)
        if first:
            answer = _renumbered(answer)
            more = {"sentences": (*said, *answer.sentences), "citations": (cited, *answer.citations)}
        else:
            more = {"sentences": (*answer.sentences, *said), "citations": (*answer.citations, cited)}
        return answer.copy(update={**more, "context": answer.context})

    def _remember(
        self, request: Request, aspect: Optional[Aspect], subjects: Sequence[str], claims: Sequence[Claim], seen: Sequence[str] = ()
    ) -> Context:
        recent = tuple(dict.fromkeys((*subjects, *request.context.recent)))[:RECENT]
        shown = tuple(dict.fromkeys((*seen, *(c.id for c in claims))))
        return Context(
            act=request.act.value, aspect=aspect.value if aspect else None, subjects=tuple(subjects), recent=recent, shown=shown
        )

    # -- asking back ---------------------------------------------------------------------------------------------

    def which(self, request: Request, aspects: Sequence[Aspect]) -> Clarify:
        """Ask which topic an aspect is asked of."""
        topics = [t for t in self._catalogue.topics if self._catalogue.claims(t, aspects)]
        options = [self._suggest.question(t, aspects[0]) for t in topics] or self._course.start_with
        return self._clarify(request, "Which one do you mean?", options)

    def what_of(self, request: Request, subjects: Sequence[str]) -> Clarify:
        """Ask what is wanted of things that were only named."""
        plain = [self._suggest.question(s, Aspect.definition) for s in subjects]
        return self._clarify(
            request, f"What would you like to know of {self.names(subjects)}?", [f"Compare {self.names(subjects)}", *plain]
        )

    def ask_back(self, request: Request, message: str, options: Sequence[str] = ()) -> Clarify:
        """Ask back in these words."""
        return self._clarify(request, message, options or self._course.start_with)

    def question(self, concept: str, aspect: Aspect) -> str:
        """The plain question for an aspect of a concept."""
        return self._suggest.question(concept, aspect)

    def compare_which(self, request: Request, left: str) -> Clarify:
        """Ask with what something is to be compared."""
        others = [t for t in self._catalogue.topics if t != left]
        return self._clarify(request, "Compare which ones?", [f"Compare {self.names([left, t])}" for t in others])

    def what(self, request: Request) -> Clarify:
        """Ask for a question."""
        return self._clarify(request, "What would you like to know?", self._course.start_with)

    def _clarify(self, request: Request, message: str, options: Sequence[str]) -> Clarify:
        return Clarify(message=message, suggestions=tuple(options), course=self._ref, context=request.context)

    # -- declining -----------------------------------------------------------------------------------------------

    def unreadable(self, request: Request) -> Decline:
        """Decline what holds neither a letter that is read nor a name of the course."""
        message = (
            "Sorry, I read and write English; in other languages I recognise only some terms of the course. "
            "Please ask in English, for example:"
        )
        return self._decline(request, Reason.not_covered, message)

    @staticmethod
    def in_english(answer: Answer) -> Answer:
        """Say first that the answer is in English, to a question that is not."""
        lead = f"My answers are in English. {answer.lead or ''}".strip()
        return answer.copy(update={"lead": lead, "context": answer.context})

    def off_topic(self, request: Request) -> Decline:
        """Decline what belongs to another field."""
        message = f"That is outside this course, which is about {self._course.title.lower()}. You could ask:"
        return self._decline(request, Reason.off_topic, message)

    def not_covered(self, request: Request, evidence: Sequence[Evidence]) -> Decline:
        """Decline what the readings do not say, and offer the nearest that they do."""
        message = "The course does not cover that. The nearest that it does cover:"
        return self._decline(request, Reason.not_covered, message, self._suggest.nearest(evidence))

    def nothing_listed(self, request: Request, concept: str, aspect: Aspect) -> Decline:
        """Decline an aspect of which the readings say nothing for this concept."""
        label = self._course.aspects[aspect].label.lower()
        message = f"The course says nothing on this for {self._catalogue.name(concept)} ({label}). It does cover:"
        return self._decline(request, Reason.not_covered, message, self._suggest.after([concept], aspect))

    def no_such_member(self, request: Request) -> Decline:
        """Decline a number that the series does not have."""
        message = f"The course knows no {request.unknown[0].strip()}. It does cover:"
        return self._decline(request, Reason.not_covered, message, self._suggest.topics())

    def unsafe(self, request: Request) -> Decline:
        """Decline to leave the readings."""
        return self._decline(
            request, Reason.unsafe, "I only say what stands in the readings of this course, with the place. You could ask:"
        )

    def _decline(self, request: Request, reason: Reason, message: str, suggestions: Sequence[str] = ()) -> Decline:
        offered = tuple(suggestions) or self._course.start_with
        named = (*request.people, *request.concepts)
        context = Context(subjects=named) if reason is Reason.not_covered and named else request.context  # "when was that?"
        return Decline(reason=reason, message=message, suggestions=offered, course=self._ref, context=context)

    # -- small talk ----------------------------------------------------------------------------------------------

    def chat(self, request: Request) -> Chat:
        """Greet, thank, explain what the tutor can do."""
        message = CHATS[request.act].format(title=self._course.title.lower(), readings=len(self._course.sources))
        return self._chat(request, message, self._course.start_with)

    def readings(self, request: Request) -> Chat:
        """List the readings."""
        titles = "\n".join(f"- {s.author}: *{s.title}*{f' ({s.year})' if s.year else ''}" for s in self._course.sources)
        message = f"Everything I say comes from these readings, and each sentence names its place:\n\n{titles}"
        return self._chat(request, message, self._course.start_with)

    def no_neighbour(self, request: Request, subject: str, first: bool) -> Chat:
        """Say that a series begins or ends here."""
        message = f"{self._catalogue.title(subject)} is the {'first' if first else 'last'} of its series. You could ask:"
        return self._chat(request, message, self._suggest.after([subject], None))

    def that_is_all(self, request: Request, subjects: Sequence[str]) -> Chat:
        """Say that nothing is left to tell."""
        message = f"That is all that the course says about {self._catalogue.name(subjects[0])}."
        return self._chat(request, message, self._suggest.after(subjects, None))

    def _chat(self, request: Request, message: str, suggestions: Sequence[str]) -> Chat:
        return Chat(message=message, suggestions=tuple(suggestions), course=self._ref, context=request.context)


def _renumbered(answer: Answer) -> Answer:
    """The answer with every citation's number one higher."""

    def higher(part: P) -> P:
        return part.copy(update={"citations": tuple(n + 1 for n in part.citations)})

    table = answer.table
    rows = tuple(row.copy(update={"cells": tuple(map(higher, row.cells))}) for row in table.rows) if table else ()
    changed = {
        "sentences": tuple(map(higher, answer.sentences)),
        "citations": tuple(c.copy(update={"number": c.number + 1}) for c in answer.citations),
        "positions": tuple(map(higher, answer.positions)) if answer.positions is not None else None,
        "table": table.copy(update={"rows": rows}) if table else None,
    }
    return answer.copy(update={**changed, "context": answer.context})
