"""Wires the tutor together. This is all that the bot may call."""

from __future__ import annotations

import hashlib
import json
import logging
import random
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Collection, Dict, Optional, Tuple, Union

from index.encoder import FEW, Encoder, EncoderError, Knowing, export, is_exported, load_encoder
from index.library import LibraryError, Store
from index.retrieval import IndexUnusable, Retriever, documents, embedded, is_current
from index.vocabulary import Vocabulary
from knowledge.ingest.document import UnreadableDocument
from knowledge.loader import CourseError, course_version, find_course, load_course
from knowledge.models import Course, Source
from tutor.answering import Answerer
from tutor.dialogues import Dialogues
from tutor.exporting import KINDS, Format, file_name
from tutor.exporting import export as export_items
from tutor.gaps import Gaps
from tutor.grounding import violations, withhold_ungrounded
from tutor.ingesting import Ingester, made_with
from tutor.item_edits import apply
from tutor.item_lists import Alikeness
from tutor.item_space import items
from tutor.item_store import stored_items
from tutor.items import Item, PutItem
from tutor.learners import Learners
from tutor.library import Library, locator, original, quoted
from tutor.parts import clauses
from tutor.quiz import Heard, Quizmaster
from tutor.quiz_reply import Feedback, QuizReply
from tutor.quoting import Quoter
from tutor.reply import Answer, Decline, Reply
from tutor.reported import Reports, reported
from tutor.settings import Settings, SettingsError, load_settings
from tutor.short_answers import ShortAnswers
from tutor.standing import standing
from tutor.storage import Storage, StorageError
from tutor.understanding import Question

log = logging.getLogger(__name__)

CannotTeach = (
    CourseError,
    EncoderError,
    IndexUnusable,
    LibraryError,
    SettingsError,
    StorageError,
    UnreadableDocument,
)  # what an author or operator has to mend


class NoSuchExport(LookupError):
    """A file that cannot be made: which part of the request is wrong, and what it may be."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


Said = Union[Reply, QuizReply]  # whatever the tutor says


class Tutor:
    """One course, ready to answer."""

    def __init__(
        self,
        course: Course,
        retriever: Retriever,
        encoder: Optional[Encoder] = None,
        library: Optional[Library] = None,
        gaps: Optional[Gaps] = None,
        quiz: Optional[Quizmaster] = None,
        learners: Optional[Learners] = None,
        reports: Optional[Reports] = None,
        vocabulary: Optional[Vocabulary] = None,
    ) -> None:
        self.course = course
        self.vocabulary = vocabulary or Vocabulary(course)
        self.library = library
        quoter = Quoter(library, encoder) if library and encoder else None
        self._answerer = Answerer(course, self.vocabulary, retriever, quoter)
        self._gaps = gaps
        self.quiz = quiz
        self._learners = learners
        self._reports = reports

    @classmethod
    def load(cls, settings: Optional[Settings] = None, learners: bool = False) -> Tutor:
        """Load course, encoder and index, and the records of `learners` for quizzes; raise one of CannotTeach."""
        settings = settings or load_settings()
        course, vocabulary = _in_use(settings)
        encoder = load_encoder(settings.encoder_name, settings.encoder_folder)
        store = Store(settings.library_folder(course.id), settings.vectors)
        retriever = Retriever.load(settings.index_folder(course.id), course, encoder)
        gaps = Gaps(settings.gaps_file(course.id)) if settings.keep_gaps else None
        library = Library(store, encoder, made_with(course, encoder))
        records = _records(settings, course) if learners else None
        quiz = _quizmaster(course, vocabulary, encoder, settings, records) if records else None
        return cls(course, retriever, encoder, library, gaps, quiz, records, Reports(settings.reports_file(course.id)), vocabulary)

    def reply(self, question: Question, learner: Optional[str] = None, now: Optional[datetime] = None) -> Said:
        """Answer a question; no sentence leaves that neither the course nor the library holds.

        Of a learner who is quizzed, a message may be an answer or a command; under any other reply the open question is put again.
        """
        if self.quiz is None or learner is None or now is None:
            return self.answer(question)
        try:
            learner = self._account(learner)
            said, waiting = self.quiz.hear(Heard(learner, question.text, self._answerer.read(question), now))
            if said:
                return said
            reply = self.answer(question)
            return reply.copy(update={"item": waiting, "context": reply.context}) if waiting else reply  # copy() drops the context
        except StorageError:
            log.exception("no quiz without the learners' records")
            return self.answer(question)

    def answer(self, question: Question) -> Reply:
        """Answer a question of nobody in particular; no sentence leaves that neither the course nor the library holds."""
        return withhold_ungrounded(self._answerer.answer(question), self.course, self.library)

    # -- for channels with controls ------------------------------------------------------------------------------

    def waiting(self, learner: str) -> Optional[PutItem]:
        """The quiz question that waits for this learner's answer."""
        return self.quiz.waiting(self._account(learner)) if self.quiz else None

    def choose_item(self, wish: str, before: Collection[str], rng: random.Random) -> Optional[Item]:
        """A quiz question for everybody about what is wished for, if possible none of those put `before`."""
        return self.quiz.choose(wish, before, rng) if self.quiz else None

    def answer_apart(self, learner: str, item: Item, text: str, now: datetime) -> Optional[Feedback]:
        """Grade a learner's answer to a question that was put to everybody; None if it is no answer to it."""
        return self.quiz.answer_apart(self._account(learner), item, text, now) if self.quiz else None

    def export_quiz(self, format: str, concept: Optional[str] = None) -> Tuple[str, str, bytes]:
        """The quiz questions, all or those on one concept, as a file: name, media type, bytes. Raises NoSuchExport."""
        if format not in list(Format):
            raise NoSuchExport("format", f"there is no format '{format[:50]}'; there are {', '.join(f.value for f in Format)}")
        if concept and concept not in self.course.concept:
            raise NoSuchExport("concept", f"the course has no concept '{concept[:100]}'")
        wanted = [i for i in (self.quiz.items if self.quiz else ()) if not concept or i.concept == concept]
        if not wanted:
            raise NoSuchExport("concept", "there are no quiz questions on that")
        kind = KINDS[Format(format)]
        return file_name(format, self.course), kind.media_type, export_items(format, wanted, self.course)

    def check(self) -> None:
        """Raise StorageError unless the learners' records can be reached."""
        if self.quiz:
            self.quiz.check()

    # -- what is kept of a learner -------------------------------------------------------------------------------

    @property
    def learners(self) -> Learners:
        """The learners' records; raise StorageError if this tutor has none."""
        if self._learners is None:
            raise StorageError("the tutor was loaded without the learners' records")
        return self._learners

    def _account(self, learner: str) -> str:
        """Under whom a learner's records are kept."""
        return self._learners.links.account(learner) if self._learners else learner

    def new_link_code(self, learner: str, now: datetime) -> str:
        """A code with which another channel's learner becomes this one; ten minutes, one use."""
        return self.learners.links.new_code(learner, now)

    def link(self, code: str, learner: str, now: datetime) -> bool:
        """Share the records of the one who asked for this code; False if the code is not valid."""
        return self.learners.links.link(code, learner, now)

    def unlink(self, learner: str) -> bool:
        """Share no records any more; whether there was a link."""
        return self.learners.links.unlink(learner)

    def is_linked(self, learner: str) -> bool:
        """Whether a learner shares records with another channel's."""
        return self.learners.links.is_linked(learner)

    def forget(self, learner: str) -> int:
        """Delete everything of a learner, and of those linked; give the number of rows."""
        return self.learners.forget(learner)

    def export_learner(self, learner: str, now: datetime) -> Dict[str, Any]:
        """Everything that is kept of a learner, JSON-ready."""
        return {"exported": now.isoformat(timespec="seconds"), **self.learners.export(learner)}

    def progress(self, learner: str, now: datetime) -> Dict[str, Any]:
        """How a learner stands, JSON-ready, in the shape of the progress view."""
        account = self.learners.links.account(learner)
        if self.quiz is None:
            raise StorageError("the tutor was loaded without a quiz")
        return {**standing(self.learners, self.quiz.progress(account, now), account, now), "linked": self.is_linked(learner)}

    # -- what instructors see, and what others can open ------------------------------------------------------------

    def report(self, question: str, reply: Dict[str, Any], note: str, now: datetime) -> None:
        """Keep a reported reply for the instructor, without who asked; raise OSError if it cannot be kept."""
        if self._reports:
            self._reports.add(reported(question, reply, note, now))

    def still_stands(self, answer: Answer) -> bool:
        """Whether each sentence and citation of an answer is as the course, or a reading in the library, has it today."""
        return not violations(answer, self.course, self.library)

    def note_gap(self, question: Question, reply: Said, now: datetime) -> None:
        """Keep a question that was declined for the instructor, without who asked."""
        if self._gaps and isinstance(reply, Decline):
            self._gaps.note(question.text, reply, now)

    def signals(self, question: Question) -> Dict[str, float]:
        """The measures that decide whether a free question is answered, for calibration; empty for a number unheard of."""
        return self._answerer.signals(question)

    def passage(self, passage_id: str) -> Optional[Dict[str, Any]]:
        """A passage with source, editor's notes and original paragraph, JSON-ready; None if there is none of this id."""
        passage = self.course.passages.get(passage_id)
        if passage is None:
            return self._paragraph(passage_id)
        notes = [n for n in self.course.notes_on.get(passage.claim, ()) if n.source == passage.source]
        return {
            "id": passage.id,
            "text": passage.text,
            "locator": passage.locator,
            "claim": passage.claim,
            "source": _described(self.course.source[passage.source]),
            "notes": [n.dict(include={"slip", "reading_says", "course_teaches"}) for n in notes],
            "original": self.library.behind(passage.source, passage.claim, passage.text) if self.library else None,
        }

    def _paragraph(self, passage_id: str) -> Optional[Dict[str, Any]]:
        """A paragraph of a reading in the library, in the shape of a passage."""
        found = self.library.passage(passage_id) if self.library else None
        if found is None:
            return None
        source, paragraph, document = found
        return {
            "id": passage_id,
            "text": paragraph.text,
            "locator": locator(paragraph),
            "claim": None,
            "source": _described(source),
            "notes": [],
            "original": original(document, paragraph, *quoted(passage_id)),
        }


def _records(settings: Settings, course: Course) -> Learners:
    """The learners' records, and what the bot remembers of conversations beside them or where TUTOR_TRACKER says."""
    records = Learners.open(settings.database_url(course.id))
    url = settings.tracker_url(course.id)
    records.dialogues = Dialogues.open(url) if url else None
    return records


def _quizmaster(course: Course, vocabulary: Vocabulary, encoder: Encoder, settings: Settings, storage: Storage) -> Quizmaster:
    short = ShortAnswers(encoder, course, vocabulary)
    return Quizmaster(course, vocabulary, quiz_items(course, encoder, settings), storage, short.grade)


def quiz_items(course: Course, encoder: Encoder, settings: Settings) -> Tuple[Item, ...]:
    """The quiz questions of a course, with its instructor's edits."""

    def make() -> Tuple[Item, ...]:
        return items(course, Alikeness.over(course, encoder))

    made = stored_items(settings.items_file(course.id), course, encoder.name, make)
    return apply(made, course.quiz_edits)


def _described(source: Source) -> Dict[str, Any]:
    return source.dict(include={"id", "title", "author", "year", "publication", "url", "note"})


@lru_cache(maxsize=1)
def course_vocabulary() -> Vocabulary:
    """The names of the course in use."""
    return _in_use(load_settings())[1]


def _in_use(settings: Settings) -> Tuple[Course, Vocabulary]:
    """The course in use and its names, read anew only if one of its files has changed."""
    folder = find_course(settings.course)
    return _read(folder, course_version(folder))


@lru_cache(maxsize=1)
def _read(folder: Path, version: str) -> Tuple[Course, Vocabulary]:
    """A course in that version, and its names."""
    course = load_course(folder)
    return course, Vocabulary(course)


def serving_encoder() -> Encoder:
    """The sentence encoder in use, one for each process."""
    settings = load_settings()
    return load_encoder(settings.encoder_name, settings.encoder_folder)


def embed(text: str) -> None:
    """Embed a message as intents and search will ask for it, in one pass; takes milliseconds, and may be done in any thread."""
    vocabulary = course_vocabulary()
    wanted = (vocabulary.canonical(text), *(vocabulary.mask(part) for part in dict.fromkeys((text, *clauses(text)))))
    serving_encoder().encode(wanted[:FEW])


def names_digest(settings: Settings) -> str:
    """Digest what a trained bot depends on: the encoder, and the names that are masked in its examples. Claims do not matter."""
    course = _in_use(settings)[0]
    names = [(c.id, c.name, c.kind.value, c.number, c.also_called) for c in course.concepts]
    text = json.dumps([settings.encoder_name, course.series.dict() if course.series else None, names])
    return hashlib.sha256(text.encode()).hexdigest()


def build_index(settings: Settings, force: bool = False) -> bool:
    """Export the encoder and build index and library where they are missing or stale; whether the index was built."""
    course, vocabulary = _in_use(settings)
    encoder = ready_encoder(settings)
    built = _build_index_of(course, vocabulary, settings, force)
    quiz_items(course, encoder, settings)
    if Store(settings.library_folder(course.id), settings.vectors).state().entries:
        ingester(settings).refresh()
    return built


def ready_encoder(settings: Settings) -> Encoder:
    """The sentence encoder, exported first where that was not done."""
    if not is_exported(settings.encoder_name, settings.encoder_folder):
        log.info("preparing the sentence encoder %s (once) ...", settings.encoder_name)
        export(settings.encoder_name, settings.encoder_folder)
    return load_encoder(settings.encoder_name, settings.encoder_folder)


def _build_index_of(course: Course, vocabulary: Vocabulary, settings: Settings, force: bool) -> bool:
    folder = settings.index_folder(course.id)
    if not force and is_current(folder, course, settings.encoder_name):
        return False
    encoder: Encoder = load_encoder(settings.encoder_name, settings.encoder_folder)
    docs = documents(course, vocabulary)
    known = {} if force else embedded(folder, encoder.name)  # of the index before: a small change takes little time
    log.info("indexing %d claims of the course '%s' ...", len(docs), course.title)
    Retriever.build(docs, Knowing(encoder, known), learning=True).save(folder, course)
    return True


def ingester(settings: Settings) -> Ingester:
    """What adds to the library of the course in use, and takes from it."""
    course, vocabulary = _in_use(settings)
    encoder = load_encoder(settings.encoder_name, settings.encoder_folder)
    store = Store(settings.library_folder(course.id), settings.vectors)
    return Ingester(course, vocabulary, encoder, store, max_bytes=settings.max_file_mb * 1024 * 1024)
