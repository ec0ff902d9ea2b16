"""A reply as Rasa sends it: text, buttons, custom JSON."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, Dict, FrozenSet, List, Optional, Type

from pydantic import BaseModel

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
        "json_message": plain(reply),
    }


def plain(value: Any) -> Any:
    """A record as JSON would have it, without what stays inside: what `json.loads(value.json())` gives, in half the time."""
    if isinstance(value, BaseModel):
        inside = _inside(type(value))
        return {name: plain(held) for name, held in vars(value).items() if name not in inside}
    if isinstance(value, (tuple, list)):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {key: plain(held) for key, held in value.items()}
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


@cache
def _inside(model: Type[BaseModel]) -> FrozenSet[str]:
    """The fields of a record that are not for the outside."""
    return frozenset(name for name, field in model.__fields__.items() if field.field_info.exclude)


def _options(put: Optional[PutItem]) -> List[Dict[str, str]]:
    """A button for each option that is still open, where one of them is the whole answer."""
    if put is None or put.type not in ONE_ANSWER:
        return []
    return [{"title": o.text, "payload": o.id} for o in put.options if o.id not in put.struck]
