"""Wires the tutor together. This is all that the bot may call."""

from __future__ import annotations

import hashlib
import json
import logging
import random
from datetime import datetime
from functools import lru_cache
from typing import Any, Collection, Dict, Optional, Tuple, Union

from index.encoder import Encoder, EncoderError, export, is_exported, load_encoder
from index.library import LibraryError, Store
from index.retrieval import IndexUnusable, Retriever, documents, is_current
from index.vocabulary import Vocabulary
from knowledge.ingest.document import UnreadableDocument
from knowledge.loader import CourseError, find_course, load_course
from knowledge.models import Course, Source
from tutor.answering import Answerer
from tutor.exporting import KINDS, Format, file_name
from tutor.exporting import export as export_items
from tutor.gaps import Gaps
from tutor.grounding import withhold_ungrounded
from tutor.ingesting import Ingester, made_with
from tutor.item_edits import apply
from tutor.item_lists import Alikeness
from tutor.item_space import items
from tutor.item_store import stored_items
from tutor.items import Item, PutItem
from tutor.library import Library, locator, original, quoted
from tutor.quiz import Heard, Quizmaster
from tutor.quiz_reply import Feedback, QuizReply
from tutor.quoting import Quoter
from tutor.reply import Decline, Reply
from tutor.settings import Settings, SettingsError, load_settings
from tutor.short_answers import ShortAnswers
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
    ) -> None:
        self.course = course
        self.vocabulary = Vocabulary(course)
        self.library = library
        quoter = Quoter(library, encoder) if library and encoder else None
        self._answerer = Answerer(course, self.vocabulary, retriever, quoter)
        self._gaps = gaps
        self.quiz = quiz

    @classmethod
    def load(cls, settings: Optional[Settings] = None, learners: bool = False) -> Tutor:
        """Load course, encoder and index, and the records of `learners` for quizzes; raise one of CannotTeach."""
        settings = settings or load_settings()
        course = load_course(find_course(settings.course))
        encoder = load_encoder(settings.encoder, settings.encoder_folder)
        store = Store(settings.library_folder(course.id))
        retriever = Retriever.load(settings.index_folder(course.id), course, encoder)
        gaps = Gaps(settings.gaps_file(course.id)) if settings.keep_gaps else None
        library = Library(store, encoder, made_with(course, encoder))
        quiz = _quizmaster(course, encoder, settings) if learners else None
        return cls(course, retriever, encoder, library, gaps, quiz)

    def reply(self, question: Question, learner: Optional[str] = None, now: Optional[datetime] = None) -> Said:
        """Answer a question; no sentence leaves that neither the course nor the library holds.

        Of a learner who is quizzed, a message may be an answer or a command; under any other reply the open question is put again.
        """
        if self.quiz is None or learner is None or now is None:
            return self.answer(question)
        try:
            said = self.quiz.hear(Heard(learner, question.text, self._answerer.read(question), now))
            if said:
                return said
            reply, waiting = self.answer(question), self.quiz.open_item(learner, now)
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
        return self.quiz.waiting(learner) if self.quiz else None

    def choose_item(self, wish: str, before: Collection[str], rng: random.Random) -> Optional[Item]:
        """A quiz question for everybody about what is wished for, if possible none of those put `before`."""
        return self.quiz.choose(wish, before, rng) if self.quiz else None

    def answer_apart(self, learner: str, item: Item, text: str, now: datetime) -> Optional[Feedback]:
        """Grade a learner's answer to a question that was put to everybody; None if it is no answer to it."""
        return self.quiz.answer_apart(learner, item, text, now) if self.quiz else None

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


def _quizmaster(course: Course, encoder: Encoder, settings: Settings) -> Quizmaster:
    storage, vocabulary = Storage.open(settings.database_url(course.id)), Vocabulary(course)
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
    return Vocabulary(load_course(find_course(load_settings().course)))


def serving_encoder() -> Encoder:
    """The sentence encoder in use, one for each process."""
    settings = load_settings()
    return load_encoder(settings.encoder, settings.encoder_folder)


def names_digest(settings: Settings) -> str:
    """Digest what a trained bot depends on: the encoder, and the names that are masked in its examples. Claims do not matter."""
    course = load_course(find_course(settings.course))
    names = [(c.id, c.name, c.kind.value, c.number, c.also_called) for c in course.concepts]
    text = json.dumps([settings.encoder, course.series.dict() if course.series else None, names])
    return hashlib.sha256(text.encode()).hexdigest()


def build_index(settings: Settings, force: bool = False) -> bool:
    """Export the encoder and build index and library where they are missing or stale; whether the index was built."""
    course = load_course(find_course(settings.course))
    encoder = ready_encoder(settings)
    built = _build_index_of(course, settings, force)
    quiz_items(course, encoder, settings)
    if Store(settings.library_folder(course.id)).state().entries:
        ingester(settings).refresh()
    return built


def ready_encoder(settings: Settings) -> Encoder:
    """The sentence encoder, exported first where that was not done."""
    if not is_exported(settings.encoder, settings.encoder_folder):
        log.info("preparing the sentence encoder %s (once) ...", settings.encoder)
        export(settings.encoder, settings.encoder_folder)
    return load_encoder(settings.encoder, settings.encoder_folder)


def _build_index_of(course: Course, settings: Settings, force: bool) -> bool:
    folder = settings.index_folder(course.id)
    if not force and is_current(folder, course, settings.encoder):
        return False
    encoder: Encoder = load_encoder(settings.encoder, settings.encoder_folder)
    docs = documents(course, Vocabulary(course))
    log.info("indexing %d claims of the course '%s' ...", len(docs), course.title)
    Retriever.build(docs, encoder).save(folder, course)
    return True


def ingester(settings: Settings) -> Ingester:
    """What adds to the library of the course in use, and takes from it."""
    course = load_course(find_course(settings.course))
    encoder = load_encoder(settings.encoder, settings.encoder_folder)
    store = Store(settings.library_folder(course.id))
    return Ingester(course, Vocabulary(course), encoder, store, max_bytes=settings.max_file_mb * 1024 * 1024)
