"""What Rasa and TensorFlow would import and a serving tutor never uses is left out: seconds of starting, and memory.

Optional libraries are said to be absent, which whoever imports them is written for. Of Rasa's own channels, which it imports
all, names alone are left; the tutor has its own. A test pins the list that this was written for. Call it before Rasa is
imported, and only to serve.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Dict

ABSENT = ("jax", "jaxlib", "pandas", "pydot", "h5py", "PIL", "pytest")  # asked for by TensorFlow, Keras, scikit-learn and skops
CHANNELS: Dict[str, str] = {
    "socketio": "SocketIOInput",
    "botframework": "BotFrameworkInput",
    "callback": "CallbackInput",
    "console": "CmdlineInput",
    "facebook": "FacebookInput",
    "mattermost": "MattermostInput",
    "rasa_chat": "RasaChatInput",
    "rocketchat": "RocketChatInput",
    "slack": "SlackInput",
    "telegram": "TelegramInput",
    "twilio": "TwilioInput",
    "twilio_voice": "TwilioVoiceInput",
    "webexteams": "WebexTeamsInput",
    "hangouts": "HangoutsInput",
}


def leave_out() -> None:
    """Leave out what is not used, as far as it is not imported yet."""
    if "rasa.core.channels" in sys.modules:
        return
    for name in ABSENT:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # None: importing it raises ImportError
    for module, channel in CHANNELS.items():
        full = f"rasa.core.channels.{module}"
        if full not in sys.modules:
            sys.modules[full] = _with_name_only(full, channel, module)


def _with_name_only(module: str, channel: str, name: str) -> ModuleType:
    """A module with a channel that has its name and cannot be opened."""

    class LeftOut:
        def __init__(self, *_: object, **__: object) -> None:
            raise NotImplementedError(f"Rasa's own channel '{name}' is left out of the tutor's server; see bot/lean.py")

        from_credentials = classmethod(__init__)

        @classmethod
        def name(cls) -> str:
            return name

    made = ModuleType(module)
    setattr(made, channel, LeftOut)
    return made
