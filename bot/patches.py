"""Three slow spots of Rasa 3.6.21, mended. The only module that changes Rasa; a test pins the code it was written for.

Each action call re-compiled and re-checked a JSON schema (60 to 100 ms), and each past event of a conversation
searched the tree of event classes again. After each answer the policies were asked what to do next: to listen.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict

from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker

ANSWER = "action_answer"


def apply() -> None:
    """Mend Rasa in this process; doing it twice changes nothing."""
    if getattr(RemoteAction, "_tutor_patched", False):
        return
    schema = RemoteAction.action_response_format_spec()
    validator = validator_for(schema)(schema)

    def validate(self: RemoteAction, result: Dict[str, Any]) -> bool:
        validator.validate(result)
        return True

    RemoteAction._validate_action_result = validate
    predict = MessageProcessor._predict_next_with_tracker

    def predict_next(self: MessageProcessor, tracker: DialogueStateTracker) -> PolicyPrediction:
        if tracker.latest_action_name == ANSWER:
            return PolicyPrediction.for_action_name(self.domain, ACTION_LISTEN_NAME, ANSWER, 1.0)
        return predict(self, tracker)

    MessageProcessor._predict_next_with_tracker = predict_next
    Event.resolve_by_type = staticmethod(lru_cache(maxsize=None)(Event.resolve_by_type))
    RemoteAction._tutor_patched = True
