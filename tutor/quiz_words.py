"""How a quiz is worded: questions, hints, feedback with its citations, summaries. Decides nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from knowledge.models import Course
from tutor.grading import Result
from tutor.items import Ground, Item, ItemType, PutItem, Why
from tutor.progress import Card, Mastery, due_forecast
from tutor.quiz_reply import ConceptScore, Feedback, Progress, QuizItem, Summary
from tutor.quiz_requests import QuizRequest
from tutor.reply import Chat, Clarify, Context, CourseRef, Download, Notes, Section, Sentence
from tutor.storage import Turn

FILES = {"anki": "Anki deck", "gift": "Moodle (GIFT)", "qti": "Canvas (QTI)", "csv": "Table (CSV)"}
DAYS = 30  # of the forecast
MISSED = 5  # questions that a summary names
NEXT, RESULTS, RETRY, PROGRESS = "Next question", "Show my results", "Test me on what I got wrong", "How am I doing?"
HINT, SKIP, STOP = "Hint", "Skip", "Stop the quiz"
WRONG_SHOWN = 2  # wrong choices whose place is told


class Hint(NamedTuple):
    """A step of the hint ladder: what it says, and the options that it rules out."""

    text: str
    struck: Tuple[str, ...] = ()


class QuizWords:
    """Words what the quizmaster decides."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._ref = CourseRef(id=course.id, version=course.version)

    # -- questions -----------------------------------------------------------------------------------------------

    def put(self, item: PutItem, context: Context, message: str = "") -> QuizItem:
        """Put a question."""
        return QuizItem(course=self._ref, message=message, item=item, suggestions=(HINT, SKIP), context=context)

    def which(self, chosen: Sequence[str], item: PutItem, context: Context) -> Clarify:
        """Ask which of two options is meant."""
        options = tuple(chosen) or tuple(o.id for o in item.options)
        message = f"Do you mean {' or '.join(options)}? Give me one answer, please."
        return Clarify(course=self._ref, message=message, suggestions=options, context=context)

    def hints(self, item: Item) -> Tuple[Hint, ...]:
        """The ladder: a nudge, then a narrower question. What follows is the answer."""
        nudge = Hint(item.nudge or self._nudge(item))
        narrower = self._narrower(item)
        return (nudge, narrower) if narrower else (nudge,)

    def _nudge(self, item: Item) -> str:
        claim = self._course.claim.get(item.claims[0])
        if claim is None:
            return "Take the options one by one."
        source = self._course.source[claim.source]
        return f"Think of what {source.author if source.author != 'Author not named' else source.title} says."

    def _narrower(self, item: Item) -> Optional[Hint]:
        if item.type is ItemType.multiple_choice:
            wrong = next(o.id for o in item.options if o.id not in item.key)
            return Hint(f"It is not {wrong}.", (wrong,))
        if item.type is ItemType.select_all:
            return Hint(f"{len(item.key)} of them are right.")
        if item.type is ItemType.match:
            return Hint(f"One pair is {item.key[0]}.")
        if item.type is ItemType.short_answer and item.points:
            return Hint(f"One of {len(item.points)} points: {item.points[0].text}.")
        return None

    # -- feedback ------------------------------------------------------------------------------------------------

    def feedback(
        self,
        item: Item,
        result: Result,
        place: Tuple[int, int],
        context: Context,
        last: bool = False,
        again: bool = False,
        whole: bool = False,
    ) -> Feedback:
        """Say whether an answer is right, why, and where what was chosen belongs. `whole` explains every option."""
        notes = Notes(self._course)
        sentences: List[Sentence] = []
        sections: List[Section] = []
        told: Set[str] = set()
        for title, claims in self._reasons(item, result, whole):
            fresh = [c for c in claims if c not in told and c in self._course.claim]
            told.update(fresh)
            sections += [Section(title=title, first=len(sentences))] if fresh else []
            sentences += [notes.sentence(self._course.claim[c]) for c in fresh]
        return Feedback(
            course=self._ref,
            message=self._verdict(item, result, again),
            item_id=item.id,
            number=place[0],
            of=place[1],
            correct=result.correct,
            score=result.score,
            key=item.key,
            chosen=result.chosen,
            present=tuple(p.text for p in item.points if p.id in result.present),
            missing=tuple(p.text for p in item.points if p.id in result.missing),
            sentences=tuple(sentences),
            citations=notes.citations(),
            sections=tuple(sections),
            suggestions=((RESULTS if last else NEXT), "Why?", STOP),
            context=context,
        )

    def _verdict(self, item: Item, result: Result, again: bool) -> str:
        counted = "You have answered this already; it counts once. " if again else ""
        if result.skipped:
            return f"{counted}You skipped this one."
        if result.correct:
            return f"{counted}**Right.**"
        verdict = "**Partly right.**" if result.score > 0 else "**Not quite.**"
        if item.type is ItemType.short_answer:
            return f"{counted}{verdict}{self._points(item, result)}"
        return f"{counted}{verdict} {_right(item)}"

    @staticmethod
    def _points(item: Item, result: Result) -> str:
        """What a short answer said, and what it left out."""
        present = [p.text for p in item.points if p.id in result.present]
        missing = [p.text for p in item.points if p.id in result.missing]
        said = f" You said: {'; '.join(present)}." if present else ""
        return f"{said} Missing: {'; '.join(missing)}." if missing else said

    def _reasons(self, item: Item, result: Result, whole: bool) -> List[Tuple[str, Tuple[str, ...]]]:
        """Headings with the claims beneath them: the key first, then what was chosen instead."""
        if item.type is ItemType.short_answer:
            return [("The answer", tuple(dict.fromkeys(p.claim for p in item.points)) or item.claims)]
        grounds = item.grounds()
        right = [g for g in item.proof if g.right]
        reasons = [(_why_right(item, g), g.claims) for g in right]
        wrong = [o.id for o in item.options if o.id not in item.key] if whole else [c for c in result.chosen if c not in item.key]
        places = [grounds[o] for o in wrong if o in grounds and not grounds[o].right]
        return reasons + [(self._where(item, g), g.claims) for g in (places if whole else places[:WRONG_SHOWN])]

    def _where(self, item: Item, ground: Ground) -> str:
        """Where a wrong option belongs."""
        claim = self._course.claim.get(ground.claims[0]) if ground.claims else None
        if item.type is ItemType.true_false or claim is None:
            return "What the course says"
        label = self._course.aspects[claim.aspect].label.lower() if claim.aspect in self._course.aspects else "claims"
        if ground.why is Why.shared:
            return f"{_letter(item, ground.option)} is true of both"
        if ground.why is Why.other_author and claim.author:
            return f"{_letter(item, ground.option)} is held by {claim.author}"
        concept = ground.belongs or self._course.concept_of[claim.id]
        name = self._course.concept[concept].name if concept in self._course.concept else concept
        return f"{_letter(item, ground.option)} belongs to {name}: {label}"

    # -- results -------------------------------------------------------------------------------------------------

    def summary(self, turns: Sequence[Turn], mastery: Mapping[str, Mastery], cards: Sequence[Card], context: Context) -> Summary:
        """The end of a session."""
        told = _Told(turns)
        missed = tuple(dict.fromkeys(t.item["stem"] for t in turns if t.result and not t.result["correct"]))[:MISSED]
        message = f"**{told.correct} of {told.asked} right.**" if turns else "The quiz is over; nothing was answered."
        return Summary(
            course=self._ref,
            message=message,
            score=told.score,
            correct=told.correct,
            asked=told.asked,
            by_concept=self._scores(told.by_concept, mastery, cards),
            missed=missed,
            suggestions=tuple(filter(None, [RETRY if missed else "", "Quiz me again", PROGRESS])),
            context=context,
        )

    def progress(
        self, turns: Sequence[Turn], mastery: Mapping[str, Mastery], cards: Sequence[Card], now: datetime, context: Context
    ) -> Progress:
        """How a learner is doing, from the answers so far."""
        told = _Told(turns)
        due = sum(c.due <= now for c in cards)
        ready = f"{due} {'point is' if due == 1 else 'points are'} due for review now." if due else "Nothing is due now."
        nothing = "You have not answered any quiz questions yet."
        return Progress(
            course=self._ref,
            message=f"**{told.correct} of {told.asked} right so far.** {ready}" if turns else nothing,
            score=told.score,
            correct=told.correct,
            asked=told.asked,
            by_concept=self._scores(told.by_concept, mastery, cards),
            due=due,
            forecast=tuple(due_forecast(cards, now, DAYS)),
            suggestions=("What's due?", "Quiz me") if due else ("Quiz me",),
            context=context,
        )

    def _scores(
        self, counts: Mapping[str, Tuple[int, int]], mastery: Mapping[str, Mastery], cards: Sequence[Card]
    ) -> Tuple[ConceptScore, ...]:
        """A row for each concept, the weakest first."""
        due: Dict[str, datetime] = {}
        for card in cards:
            concept = self._course.concept_of.get(card.claim)
            if concept:
                due[concept] = min(card.due, due.get(concept, card.due))
        rows = [
            ConceptScore(
                concept=concept,
                name=self._course.concept[concept].name if concept in self._course.concept else concept,
                correct=correct,
                asked=asked,
                mastery=mastery[concept].reported if concept in mastery else 0.0,
                due=due.get(concept),
            )
            for concept, (correct, asked) in counts.items()
        ]
        return tuple(sorted(rows, key=lambda r: (r.mastery, r.concept)))

    # -- small words ---------------------------------------------------------------------------------------------

    def nothing_to_ask(self, wanted: QuizRequest, upcoming: Optional[datetime], context: Context) -> Chat:
        """Say why there is no question of the kind that was wished for."""
        if wanted.source == "missed":
            message = "There is nothing that you got wrong and have not mended since."
        elif wanted.source == "due":
            when = f" The next review is due on {upcoming.day} {upcoming:%B}." if upcoming else ""
            message = f"Nothing is due for review now.{when}"
        else:
            message = (
                "I have no question of that kind. I can ask about the tracks, their strengths and weaknesses, terms and authors."
            )
        return self._chat(message, ("Quiz me", "Quiz me on Track 2", "10 questions on weaknesses"), context)

    def paused(self, context: Context) -> Chat:
        """The quiz waits."""
        return self._chat("The quiz waits where you left it. Say resume when you want to go on.", ("Resume the quiz",), context)

    def no_quiz(self, context: Context) -> Chat:
        """There is no quiz going on."""
        return self._chat("There is no quiz going on. Shall I start one?", ("Quiz me", PROGRESS), context)

    def forgotten(self, rows: int, context: Context) -> Chat:
        """Everything of a learner is deleted."""
        kept = (
            "I had kept nothing about you."
            if not rows
            else "Your quizzes, answers, reviews and progress are deleted; nothing is left."
        )
        return self._chat(kept, ("Quiz me",), context).copy(update={"forgotten": True, "context": context})

    def really(self, yes: str, context: Context) -> Clarify:
        """Ask before deleting."""
        message = "That would delete all your quizzes, answers and progress. Do you want that?"
        return Clarify(course=self._ref, message=message, suggestions=(yes, "No"), context=context)

    def exported(self, data: Dict[str, Any], context: Context) -> Chat:
        """All that is kept of a learner."""
        answers = len(data["answers"])
        message = f"This is all that I keep about you, as JSON: {answers} {'question' if answers == 1 else 'questions'} put to you."
        return self._chat(message, (PROGRESS, "Forget me"), context, data=data)

    def take_away(self, wanted: QuizRequest, context: Context) -> Chat:
        """Where the questions can be had as files."""
        about = f"?concept={wanted.concepts[0]}" if wanted.concepts else ""
        files = tuple(Download(title=title, path=f"api/quiz/export/{name}{about}") for name, title in FILES.items())
        lines = "\n".join(f"- {d.title}: /{d.path}" for d in files)
        message = f"You can take the quiz questions with you, each with its citations:\n\n{lines}"
        return self._chat(message, (PROGRESS,), context, downloads=files)

    def _chat(
        self,
        message: str,
        suggestions: Sequence[str],
        context: Context,
        downloads: Sequence[Download] = (),
        data: Optional[Dict[str, Any]] = None,
    ) -> Chat:
        told = tuple(suggestions)
        return Chat(course=self._ref, message=message, suggestions=told, context=context, downloads=tuple(downloads), data=data)


class _Told:
    """Answers counted: how many, how many right, the mean score 0..1, and (right, asked) by concept."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        results = [(t.item["concept"], t.result or {}) for t in turns]
        self.asked = len(results)
        self.correct = sum(r["correct"] for _, r in results)
        self.score = sum(r["score"] for _, r in results) / len(results) if results else 0.0
        self.by_concept: Dict[str, Tuple[int, int]] = {}
        for concept, result in results:
            right, asked = self.by_concept.get(concept, (0, 0))
            self.by_concept[concept] = (right + result["correct"], asked + 1)


def scored(item: Item, result: Result) -> Dict[str, float]:
    """What an answer shows of each claim that an item tests, 0..1."""
    if item.type is ItemType.select_all:
        return {g.claims[0]: float(g.option in result.chosen) for g in item.proof if g.right}
    if item.type is ItemType.match:
        return {g.claims[0]: float(g.option in result.chosen) for g in item.proof if g.right}
    return {item.claims[0]: result.score}


def _letter(item: Item, option: str) -> str:
    return option if item.type is ItemType.match else f"{option})"


def _right(item: Item) -> str:
    if item.type is ItemType.true_false:
        return f"The statement is {item.key[0]}."
    if item.type is ItemType.match:
        return f"The pairs are {', '.join(item.key)}."
    return f"Right: {', '.join(item.key)}."


def _why_right(item: Item, ground: Ground) -> str:
    if item.type is ItemType.true_false:
        return f"Why it is {item.key[0]}"
    if item.type is ItemType.match:
        return f"Why {ground.option}"
    text = next((o.text for o in item.options if o.id == ground.option), "")
    return f"Why {ground.option}) {text}" if text else f"Why {ground.option}"
