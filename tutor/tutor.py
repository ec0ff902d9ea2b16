"""Wires the tutor together. This is all that the bot may call."""

from __future__ import annotations

import hashlib
import json
import logging
from datetime import datetime
from functools import lru_cache
from typing import Any, Dict, Optional

from index.encoder import Encoder, EncoderError, export, is_exported, load_encoder
from index.library import LibraryError, Store
from index.retrieval import IndexUnusable, Retriever, documents, is_current
from index.vocabulary import Vocabulary
from knowledge.ingest.document import UnreadableDocument
from knowledge.loader import CourseError, find_course, load_course
from knowledge.models import Course, Source
from tutor.answering import Answerer
from tutor.gaps import Gaps
from tutor.grounding import withhold_ungrounded
from tutor.ingesting import Ingester, made_with
from tutor.library import Library, locator, original, quoted
from tutor.quoting import Quoter
from tutor.reply import Reply
from tutor.settings import Settings, SettingsError, load_settings
from tutor.understanding import Question

log = logging.getLogger(__name__)

CannotTeach = (
    CourseError,
    EncoderError,
    IndexUnusable,
    LibraryError,
    SettingsError,
    UnreadableDocument,
)  # what an author or operator has to mend


class Tutor:
    """One course, ready to answer."""

    def __init__(
        self,
        course: Course,
        retriever: Retriever,
        encoder: Optional[Encoder] = None,
        library: Optional[Library] = None,
        gaps: Optional[Gaps] = None,
    ) -> None:
        self.course = course
        self.vocabulary = Vocabulary(course)
        self.library = library
        quoter = Quoter(library, encoder) if library and encoder else None
        self._answerer = Answerer(course, self.vocabulary, retriever, quoter)
        self._gaps = gaps

    @classmethod
    def load(cls, settings: Optional[Settings] = None) -> Tutor:
        """Load course, encoder and index; raise CourseError, EncoderError or IndexUnusable."""
        settings = settings or load_settings()
        course = load_course(find_course(settings.course))
        encoder = load_encoder(settings.encoder, settings.encoder_folder)
        store = Store(settings.library_folder(course.id))
        retriever = Retriever.load(settings.index_folder(course.id), course, encoder)
        gaps = Gaps(settings.gaps_file(course.id)) if settings.keep_gaps else None
        return cls(course, retriever, encoder, Library(store, encoder, made_with(course, encoder)), gaps)

    def reply(self, question: Question) -> Reply:
        """Answer a question; no sentence leaves that neither the course nor the library holds."""
        return withhold_ungrounded(self._answerer.answer(question), self.course, self.library)

    def note_gap(self, question: Question, reply: Reply, now: datetime) -> None:
        """Keep a question that was declined for the instructor, without who asked."""
        if self._gaps:
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
    ready_encoder(settings)
    built = _build_index_of(course, settings, force)
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
