"""What Rasa calls when a student has said something. Works in the tutor's process and in a stock action server."""

from __future__ import annotations

import logging
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any, Dict, List, Optional

from pydantic import ValidationError
from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecuted, EventType, SessionStarted, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.render import render
from tutor.parts import Part
from tutor.reply import Context
from tutor.tutor import Tutor
from tutor.understanding import Question

log = logging.getLogger(__name__)
APOLOGY = "Something went wrong on my side, so I cannot answer that just now. Please try again, or ask in other words."


@lru_cache(maxsize=1)
def shared_tutor() -> Tutor:
    """The tutor of this process, loaded once."""
    return Tutor.load(learners=True)


class ActionAnswer(Action):
    """Answer what the student said."""

    def __init__(self, tutor: Optional[Tutor] = None) -> None:
        self._tutor = tutor

    def name(self) -> str:
        """Name of the action in the domain."""
        return "action_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> List[EventType]:
        """Ask the tutor. Rasa turns an exception into silence, so none may leave."""
        tutor = self._tutor
        try:
            tutor = tutor or shared_tutor()
            question = question_of(tracker)
            now = datetime.now(timezone.utc)
            reply = tutor.reply(question, learner=learner_of(tracker), now=now)
            tutor.note_gap(question, reply, now)
            message, context = render(reply), reply.context.dict()
        except Exception:
            log.exception("no reply")
            dispatcher.utter_message(**apology(tutor))
            return []
        dispatcher.utter_message(**message)
        return [SlotSet("context", context)]


class ActionSessionStart(Action):
    """Begin a session with the slots of the last one, one event each: Rasa's own repeats every past one."""

    def name(self) -> str:
        """Name of the action, Rasa's own."""
        return "action_session_start"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> List[EventType]:
        """Start the session and listen."""
        context = tracker.get_slot("context")
        carried = [SlotSet("context", context)] if context else []
        return [SessionStarted(), *carried, ActionExecuted("action_listen")]


def apology(tutor: Optional[Tutor]) -> Dict[str, Any]:
    """What is said when something broke, in the shape of a reply as far as the course could be read."""
    known = {"course": {"id": tutor.course.id, "version": tutor.course.version}} if tutor else {}
    return {"text": APOLOGY, "json_message": {"kind": "chat", "message": APOLOGY, "suggestions": [], **known}}


def learner_of(tracker: Tracker) -> str:
    """Who speaks: whoever the channel names, as several may speak in one conversation; else the one whose conversation it is."""
    metadata = tracker.latest_message.get("metadata") or {}
    return str(metadata.get("learner") or tracker.sender_id)


def question_of(tracker: Tracker) -> Question:
    """The latest message as a question, with what the intent model made of it."""
    message = tracker.latest_message
    text = message.get("text") or ""
    ranking = _ranking(message)
    parts = tuple(Part(part["text"], _ranking(part)) for part in message.get("parts") or ())
    by_button = tuple(e["value"] for e in message.get("entities") or () if e["entity"] == "concept") if text.startswith("/") else ()
    return Question(text=text, ranking=ranking, concepts=by_button, context=_context(tracker), parts=parts)


def _ranking(read: Dict[str, Any]) -> Dict[str, float]:
    """The intent model's probabilities by intent."""
    return {row["name"]: float(row["confidence"]) for row in read.get("intent_ranking") or () if row.get("name")}


def _context(tracker: Tracker) -> Context:
    """The remembered context; an older or damaged one is forgotten."""
    try:
        return Context(**(tracker.get_slot("context") or {}))
    except (TypeError, ValidationError):
        return Context()
