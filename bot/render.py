"""A reply as Rasa sends it: text, buttons, custom JSON."""

from __future__ import annotations

import json
from typing import Any, Dict

from tutor.reply import Reply, markdown


def render(reply: Reply) -> Dict[str, Any]:
    """The arguments of `dispatcher.utter_message`, in the shape of the contract."""
    return {
        "text": markdown(reply),
        "buttons": [{"title": suggestion, "payload": suggestion} for suggestion in reply.suggestions],
        "json_message": json.loads(reply.json(exclude_none=False)),
    }
