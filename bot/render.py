"""A reply as Rasa sends it: text, buttons, custom JSON."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Optional

from tutor.items import ItemType, PutItem
from tutor.quiz_reply import Feedback, Progress, QuizItem, Summary, quiz_markdown
from tutor.reply import markdown
from tutor.tutor import Said

QUIZ = (QuizItem, Feedback, Summary, Progress)

ONE_ANSWER = (ItemType.multiple_choice, ItemType.true_false)


def render(reply: Said) -> Dict[str, Any]:
    """The arguments of `dispatcher.utter_message`, in the shape of the contract."""
    put: Optional[PutItem] = getattr(reply, "item", None)
    return {
        "text": quiz_markdown(reply) if isinstance(reply, QUIZ) else markdown(reply),
        "buttons": [*_options(put), *({"title": s, "payload": s} for s in reply.suggestions)],
        "json_message": json.loads(reply.json(exclude_none=False)),
    }


def _options(put: Optional[PutItem]) -> List[Dict[str, str]]:
    """A button for each option that is still open, where one of them is the whole answer."""
    if put is None or put.type not in ONE_ANSWER:
        return []
    return [{"title": o.text, "payload": o.id} for o in put.options if o.id not in put.struck]
