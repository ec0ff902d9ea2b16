"""Slow spots of Rasa 3.6.21, mended. The only module that changes Rasa; a test pins the code it was written for.

Each action call re-compiled and re-checked a JSON schema (60 to 100 ms), and each past event of a conversation
searched the tree of event classes again. After each answer the policies were asked what to do next: to listen; and after each
message anew what follows its intent, although rules of one intent and one action look at nothing else. What an action
brought was copied, replies and all, for a line of the log that is not written.
"""

from __future__ import annotations

import time
from copy import copy
from functools import lru_cache
from typing import Any, Dict

from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import BotUttered, Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

ANSWER = "action_answer"
IN_PROCESS = "in-process"  # the address of actions whose results need no check: this process made them


def apply() -> None:
    """Mend Rasa in this process; doing it twice changes nothing."""
    if getattr(RemoteAction, "_tutor_patched", False):
        return
    schema = RemoteAction.action_response_format_spec()
    validator = validator_for(schema)(schema)

    def validate(self: RemoteAction, result: Dict[str, Any]) -> bool:
        if getattr(self.action_endpoint, "url", None) != IN_PROCESS:
            validator.validate(result)
        return True

    RemoteAction._validate_action_result = validate
    predict = MessageProcessor._predict_next_with_tracker

    def predict_next(self: MessageProcessor, tracker: DialogueStateTracker) -> PolicyPrediction:
        if tracker.latest_action_name == ANSWER:
            return PolicyPrediction.for_action_name(self.domain, ACTION_LISTEN_NAME, ANSWER, 1.0)
        intent = (tracker.latest_message.intent or {}).get("name") if tracker.latest_message else None
        if tracker.latest_action_name != ACTION_LISTEN_NAME or tracker.followup_action or tracker.active_loop or not intent:
            return predict(self, tracker)
        known: Dict[str, PolicyPrediction] = self.__dict__.setdefault("_tutor_known", {})
        if intent not in known:
            known[intent] = predict(self, tracker)
        return _anew(known[intent])

    MessageProcessor._predict_next_with_tracker = predict_next
    Event.resolve_by_type = staticmethod(lru_cache(maxsize=None)(Event.resolve_by_type))
    for kind in (BotUttered, SlotSet):  # nothing changes an event once it is there
        kind.__deepcopy__ = lambda self, _: self
    RemoteAction._tutor_patched = True


def _anew(prediction: PolicyPrediction) -> PolicyPrediction:
    """The same prediction for another message; its events happen now."""
    made = copy(prediction)
    made.events = [copy(event) for event in prediction.events]
    for event in made.events:
        event.timestamp = time.time()
    return made
