"""A quiz session: what is put, heard, graded and kept. The state is in the database, so nothing is lost between two messages."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Collection, List, Mapping, Optional, Sequence, Tuple, Union

from index.vocabulary import Vocabulary
from knowledge.models import Course
from tutor.grading import Result, Short, grade
from tutor.items import Item, PutItem, shown
from tutor.progress import Card, Mastery, review
from tutor.progress import grade as grade_of
from tutor.quiz_choice import Chooser, Standing
from tutor.quiz_replies import Kind, Reply, read_reply
from tutor.quiz_reply import Feedback, Progress, QuizItem, Summary
from tutor.quiz_requests import QuizRequest, read_request
from tutor.quiz_words import RESULTS, QuizWords, scored
from tutor.reply import Chat, Clarify, Context
from tutor.storage import Gone, Reviewed, Session, Status, Storage, Turn
from tutor.understanding import ACT_OF, QUIZZING, Act, Request

Said = Union[QuizItem, Feedback, Summary, Progress, Chat, Clarify]
IDLE = timedelta(hours=12)  # after which an open question is not put again under every answer
LIKELY = 0.5  # probability from which a message is taken for a command
PLAIN = 0.8  # ... and for one that deletes, or that might be an answer
RIVAL = 0.5  # share of the probability of a quiz that makes another act as likely
ORDER = 3  # words of an order at most, where any text may be an answer
MOST_DUE = 500  # claims that are looked at to choose the next question
HISTORY = 2000  # answers that a report on progress counts
GOES_ON = frozenset({Act.next_one, Act.more, Act.quiz_resume, Act.quiz_skip})
YES_DELETE = "Yes, delete everything about me"


@dataclass(frozen=True)
class Heard:
    """A message to the quiz: whose, as it was typed, and as it was understood."""

    learner: str
    text: str
    request: Request
    now: datetime

    def asks(self, *acts: Act) -> bool:
        """Whether the message is surely one of these acts."""
        return self.request.act in acts and self.request.probability >= LIKELY

    @property
    def may_ask_for_list(self) -> bool:
        """Whether a message names what may as well be told ("i asked about the weaknesses")."""
        sure = self.request.ranking.get(Act.start_quiz, 0.0)
        return any(self.request.ranking.get(ACT_OF[a], 0.0) > sure * RIVAL for a in self.request.aspects)

    @property
    def is_order(self) -> bool:
        """Whether a few words are surely for the quiz ("my score"), not an answer in own words."""
        order = self.request.act in QUIZZING - {Act.quiz_answer} and self.request.probability >= PLAIN
        return order and len(self.text.split()) <= ORDER


class Quizmaster:
    """Quizzes learners on one course."""

    def __init__(
        self,
        course: Course,
        vocabulary: Vocabulary,
        items: Sequence[Item],
        storage: Storage,
        short: Short,
    ) -> None:
        self._course = course
        self._vocabulary = vocabulary
        self._storage = storage
        self._short = short
        self._chooser = Chooser(course, items)
        self._words = QuizWords(course)
        self.items = tuple(items)
        self._by_id = {i.id: i for i in items}

    def hear(self, heard: Heard) -> Tuple[Optional[Said], Optional[PutItem]]:
        """The reply to what belongs to the quiz; for any other message None, and the question that waits, to be put again."""
        try:
            session = self._storage.current(heard.learner)
            turn = self._last(session)
            said = self._hear(heard, session, turn)
            return said, None if said else self._still_open(_open(session, turn), heard.now)
        except Gone:  # the learner was forgotten from another window meanwhile
            return self._words.no_quiz(heard.request.context), None

    def _hear(self, heard: Heard, session: Optional[Session], turn: Optional[Turn]) -> Optional[Said]:
        if session and turn and session.status is Status.active:
            said = self._at_item(heard, session, turn) if turn.answered_at is None else self._between(heard, session, turn)
            if said:
                return said
        return self._command(heard, session, turn)

    def check(self) -> None:
        """Raise StorageError unless the records can be reached."""
        self._storage.check()

    def waiting(self, learner: str) -> Optional[PutItem]:
        """The question that waits for an answer, however long."""
        session = self._storage.current(learner)
        found = _open(session, self._last(session))
        return self._shown(*found) if found else None

    def _still_open(self, found: Optional[Tuple[Session, Turn]], now: datetime) -> Optional[PutItem]:
        """A question that waits, unless that was long ago."""
        return self._shown(*found) if found and now - found[1].put_at <= IDLE else None

    def progress(self, learner: str, now: datetime, context: Optional[Context] = None) -> Progress:
        """How a learner is doing."""
        cards, mastery = tuple(self._storage.cards(learner).values()), self._storage.mastery(learner)
        return self._words.progress(_graded(self._storage.history(learner, HISTORY)), mastery, cards, now, context or Context())

    # -- while a question is open --------------------------------------------------------------------------------

    def _at_item(self, heard: Heard, session: Session, turn: Turn) -> Optional[Said]:
        """An answer before a command: "they pause the fighting" answers, "pause" does not."""
        reading = read_reply(heard.text, Item(**turn.item), self._vocabulary.canonical)
        if reading.kind is Kind.ambiguous:
            return self._words.which(reading.chosen, self._shown(session, turn), heard.request.context)
        if reading.is_answer and not (reading.kind is Kind.free and heard.is_order):
            return self._graded(heard, session, turn, reading)
        return self._item_command(heard, session, turn)

    def _item_command(self, heard: Heard, session: Session, turn: Turn) -> Optional[Said]:
        """Hint, skip, stop, pause, or the question again."""
        if heard.asks(Act.quiz_hint):
            return self._hint(heard, session, turn)
        if heard.asks(Act.quiz_skip):
            return self._skip(heard, session, turn)
        if heard.asks(Act.quiz_stop):
            return self._stop(heard, session)
        if heard.asks(Act.quiz_pause):
            self._storage.set_status(session.id, Status.paused)
            return self._words.paused(heard.request.context)
        bare = not heard.request.concepts and not heard.request.people and not heard.request.leftover
        if heard.asks(Act.next_one, Act.quiz_resume) and bare:
            return self._again(heard, session, turn, "This one first; or say skip.")
        if heard.asks(Act.ask_reason) and bare:
            return self._again(heard, session, turn, "I tell you why once you have answered; or say hint.")
        return None

    def _again(self, heard: Heard, session: Session, turn: Turn, message: str = "") -> QuizItem:
        return self._words.put(self._shown(session, turn), heard.request.context, message)

    def _hint(self, heard: Heard, session: Session, turn: Turn) -> Said:
        """A nudge, then one option less, then the answer."""
        item = Item(**turn.item)
        ladder = self._words.hints(item)
        if turn.hints >= len(ladder):
            return self._graded(heard, session, turn, Reply(kind=Kind.gives_up))
        self._storage.hint(session.id, turn.number)
        return self._again(heard, session, self._turn(session, turn.number))

    def _skip(self, heard: Heard, session: Session, turn: Turn) -> Said:
        """Leave a question ungraded: it may come back another day."""
        result = Result(correct=False, score=0.0, text=heard.text, skipped=True)
        self._storage.answer(session.id, turn.number, heard.text, result.dict(), (), (), _unreviewed, heard.now)
        return self._next(heard, session, "Skipped.")

    def _graded(self, heard: Heard, session: Session, turn: Turn, reading: Reply) -> Feedback:
        """Grade once: what was answered already, here or in another tab, keeps its result."""
        self._keep(session, turn, reading, heard.text, heard.now)
        return self._feedback(heard, session, self._turn(session, turn.number))

    def _keep(self, session: Session, turn: Turn, reading: Reply, text: str, now: datetime) -> None:
        """Grade an answer and keep it with what follows from it, unless there was one already."""
        item = Item(**turn.item)
        result = grade(item, reading, self._short)

        def reviewed(cards: Mapping[str, Card], mastery: Mapping[str, Mastery]) -> Tuple[List[Reviewed], List[Mastery]]:
            told = scored(item, result)
            after = []
            for claim, score in told.items():
                given = grade_of(score, turn.hints)
                after.append(Reviewed(claim, given, score, review(cards.get(claim), claim, given, now), item.id))
            worth = result.score / (2 if turn.hints else 1)
            return after, [mastery.get(item.concept, Mastery(item.concept)).after(worth)]

        claims, concepts = tuple(scored(item, result)), (item.concept,)
        self._storage.answer(session.id, turn.number, text, result.dict(), claims, concepts, reviewed, now)

    # -- put to many ---------------------------------------------------------------------------------------------

    def choose(self, wish: str, before: Collection[str], rng: random.Random) -> Optional[Item]:
        """An item for everybody, about what is wished for; one of those put `before` only if there is no other."""
        wanted = read_request(wish, self._vocabulary, self._course)
        used = [self._by_id[i] for i in before if i in self._by_id]
        return self._chooser.next(wanted, Standing(), used, rng) or self._chooser.next(wanted, Standing(), (), rng)

    def answer_apart(self, learner: str, item: Item, text: str, now: datetime) -> Optional[Feedback]:
        """Grade an answer to an item for everybody; it counts, beside the learner's own session. None if it is no answer."""
        reading = read_reply(text, item, self._vocabulary.canonical)
        if not reading.is_answer:
            return None
        plan = {"request": QuizRequest().dict(), "of": 1, "course": self._course.version}
        session = self._storage.begin(learner, plan, now)
        self._storage.set_status(session.id, Status.done)
        self._keep(session, self._storage.put(session.id, 1, item.dict(), now), reading, text, now)
        result = Result(**(self._turn(session, 1).result or {}))
        return self._words.feedback(item, result, (1, 1), Context()).copy(update={"suggestions": ()})

    # -- between two questions -----------------------------------------------------------------------------------

    def _between(self, heard: Heard, session: Session, turn: Turn) -> Optional[Said]:
        item = Item(**turn.item)
        another = heard.asks(Act.start_quiz) and self._read_request(heard).is_plain
        if heard.asks(*GOES_ON) or another or heard.text.strip().lower() == RESULTS.lower():
            return self._next(heard, session)
        if heard.asks(Act.quiz_stop) or heard.text.strip() == RESULTS:
            return self._stop(heard, session)
        if heard.asks(Act.quiz_pause):
            self._storage.set_status(session.id, Status.paused)
            return self._words.paused(heard.request.context)
        if heard.asks(Act.ask_reason) and not heard.request.concepts and not heard.request.leftover:
            return self._feedback(heard, session, turn, whole=True)
        repeated = read_reply(heard.text, item, self._vocabulary.canonical)
        answered_before = heard.text.strip().lower() == (turn.answer or "").strip().lower()
        if answered_before or repeated.kind is Kind.chosen:
            return self._feedback(heard, session, turn, again=True)
        return None

    def _next(self, heard: Heard, session: Session, message: str = "", standing: Optional[Standing] = None) -> Said:
        """The next question, or the summary after the last; `standing` if it is known already."""
        turns = self._storage.turns(session.id)
        wanted = QuizRequest(**session.plan["request"])
        if len(turns) >= session.plan["of"]:
            return self._stop(heard, session)
        number = len(turns) + 1
        rng = random.Random(f"{session.id}.{number}")  # noqa: S311 - no secret: the same session draws the same item
        used = [self._by_id.get(t.item["id"]) or Item(**t.item) for t in turns]
        item = self._chooser.next(wanted, standing or self._standing(heard.learner, heard.now), used, rng)
        if item is None:
            return self._stop(heard, session)
        turn = self._storage.put(session.id, number, item.dict(), heard.now)
        return self._words.put(self._shown(session, turn), heard.request.context, message)

    def _stop(self, heard: Heard, session: Session) -> Summary:
        self._storage.set_status(session.id, Status.done)
        turns = _graded(self._storage.turns(session.id))
        cards = tuple(self._storage.cards(heard.learner).values())
        return self._words.summary(turns, self._storage.mastery(heard.learner), cards, heard.request.context)

    # -- commands ------------------------------------------------------------------------------------------------

    def _command(self, heard: Heard, session: Optional[Session], turn: Optional[Turn]) -> Optional[Said]:
        if heard.text.strip() == YES_DELETE or (heard.asks(Act.forget_me) and heard.request.probability >= PLAIN):
            return self._words.forgotten(self._storage.forget(heard.learner), heard.request.context)
        if heard.asks(Act.forget_me):
            return self._words.really(YES_DELETE, heard.request.context)
        if heard.asks(Act.start_quiz) and not heard.may_ask_for_list:
            return self._begin(heard, session)
        if session and heard.asks(Act.quiz_resume):
            self._storage.set_status(session.id, Status.active)
            still_open = turn is not None and turn.answered_at is None
            return self._again(heard, session, turn) if turn and still_open else self._next(heard, session)
        if session and heard.asks(Act.quiz_stop):
            return self._stop(heard, session)
        if heard.asks(Act.quiz_progress):
            return self.progress(heard.learner, heard.now, heard.request.context)
        if heard.asks(Act.export_data):
            return self._words.exported(self._storage.export(heard.learner), heard.request.context)
        if heard.asks(Act.quiz_export):
            return self._words.take_away(self._read_request(heard), heard.request.context)
        of_quiz = heard.asks(Act.quiz_hint, Act.quiz_skip, Act.quiz_stop, Act.quiz_pause, Act.quiz_resume)
        of_quiz = of_quiz and (heard.request.probability >= PLAIN or not heard.request.context.subjects)  # "another one pls"
        if of_quiz and self._is_bare(heard):
            return self._words.no_quiz(heard.request.context)
        return None

    @staticmethod
    def _is_bare(heard: Heard) -> bool:
        return not (heard.request.concepts or heard.request.people or heard.request.aspects)

    def _begin(self, heard: Heard, before: Optional[Session]) -> Said:
        wanted = self._read_request(heard)
        standing = self._standing(heard.learner, heard.now)
        found = self._chooser.fitting(wanted, standing)
        if not found:
            upcoming = min((c.due for c in self._storage.cards(heard.learner).values()), default=None)
            return self._words.nothing_to_ask(wanted, upcoming, heard.request.context)
        if before:
            self._storage.set_status(before.id, Status.done)
        plan = {"request": wanted.dict(), "of": min(wanted.number, len(found)), "course": self._course.version}
        return self._next(heard, self._storage.begin(heard.learner, plan, heard.now), standing=standing)

    def _read_request(self, heard: Heard) -> QuizRequest:
        """What a quiz is wished to be about; of a "this" or "it", what was spoken of."""
        wanted = read_request(heard.text, self._vocabulary, self._course)
        about = [c for c in heard.request.context.subjects if c in self._course.concept]
        if wanted.concepts or not heard.request.leans_back or not about:
            return wanted
        return wanted.copy(update={"concepts": tuple(about)})

    # -- what is known -------------------------------------------------------------------------------------------

    def _standing(self, learner: str, now: datetime) -> Standing:
        return Standing(
            due=self._storage.due_claims(learner, now, MOST_DUE),
            reviewed=frozenset(self._storage.claims(learner)),
            mastery={concept: m.value for concept, m in self._storage.mastery(learner).items()},
            seen=self._storage.seen(learner),
            missed=self._storage.missed_items(learner, MOST_DUE),
        )

    def _last(self, session: Optional[Session]) -> Optional[Turn]:
        turns = self._storage.turns(session.id) if session else []
        return turns[-1] if turns else None

    def _turn(self, session: Session, number: int) -> Turn:
        return next(t for t in self._storage.turns(session.id) if t.number == number)

    def _shown(self, session: Session, turn: Turn) -> PutItem:
        item = Item(**turn.item)
        hints = self._words.hints(item)[: turn.hints]
        return shown(item, turn.number, session.plan["of"], [h.text for h in hints], [o for h in hints for o in h.struck])

    def _feedback(self, heard: Heard, session: Session, turn: Turn, again: bool = False, whole: bool = False) -> Feedback:
        last = turn.number >= session.plan["of"]
        result = Result(**(turn.result or {}))
        item = Item(**turn.item)
        return self._words.feedback(
            item, result, (turn.number, session.plan["of"]), heard.request.context, last=last, again=again, whole=whole
        )


def _graded(turns: Sequence[Turn]) -> List[Turn]:
    """The questions that were answered, not skipped."""
    return [t for t in turns if t.result and not t.result.get("skipped")]


def _unreviewed(*_: object) -> Tuple[Tuple[Reviewed, ...], Tuple[Mastery, ...]]:
    """What follows from a question that was skipped: nothing."""
    return (), ()


def _open(session: Optional[Session], turn: Optional[Turn]) -> Optional[Tuple[Session, Turn]]:
    """The question of a session that waits for an answer."""
    if not session or not turn or session.status is not Status.active or turn.answered_at:
        return None
    return session, turn
