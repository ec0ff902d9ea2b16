"""What Rasa and TensorFlow would import and a serving tutor never uses is left out: seconds of starting, and memory.

Optional libraries are said to be absent, which whoever imports them is written for. Of Rasa's own channels, which it imports
all, names alone are left; the tutor has its own. So it is with the check of training data: a trained bot names it among what
trained it, and the import would bring every component of Rasa, neural networks and plots; its rules bring the tests of
stories. Tests pin what this was written for. Call it before Rasa is imported, and only to serve.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Dict

ABSENT = ("jax", "jaxlib", "pandas", "pydot", "h5py", "pytest")  # asked for by TensorFlow, Keras, scikit-learn and skops
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
TRAINING = {  # of training and testing
    "rasa.graph_components.validators.default_recipe_validator": "DefaultV1RecipeValidator",
    "rasa.core.test": "WrongPredictionException",
}


def leave_out() -> None:
    """Leave out what is not used, as far as it is not imported yet."""
    if "rasa.core.channels" in sys.modules:
        return
    for name in ABSENT:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # None: importing it raises ImportError
    unused = {**{f"rasa.core.channels.{module}": name for module, name in CHANNELS.items()}, **TRAINING}
    for module, name in unused.items():
        if module not in sys.modules:
            sys.modules[module] = _with_name_only(module, name)


def _with_name_only(module: str, of_class: str) -> ModuleType:
    """A module with a class that has its name and cannot be used."""
    short = module.rpartition(".")[2]

    def refuse(*_: object, **__: object) -> None:
        raise NotImplementedError(f"Rasa's own '{short}' is left out of the tutor's server; see bot/lean.py")

    kept = {"__init__": refuse, "from_credentials": classmethod(refuse), "create": classmethod(refuse)}
    made = ModuleType(module)
    setattr(made, of_class, type(of_class, (), {**kept, "name": classmethod(lambda _: short), "__module__": module}))
    return made
