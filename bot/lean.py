"""What Rasa would import and a serving tutor never uses is left out: half the time of starting, and a third of the memory.

Optional libraries are said to be absent, which whoever imports them is written for. Of Rasa's own channels, which it imports
all, names alone are left; the tutor has its own. So it is with what only a training uses: the check of training data would
bring every component of Rasa, its rules the tests of stories, and two helpers for training neural networks are all for which
Rasa's core imports TensorFlow. Tests pin what this was written for. Call it before Rasa is imported, and only to serve.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Dict, Tuple

ABSENT = ("jax", "pytest")  # asked for by bm25s, and by scikit-learn
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
TRAINING: Dict[str, Tuple[str, ...]] = {  # of training and testing
    "rasa.graph_components.validators.default_recipe_validator": ("DefaultV1RecipeValidator",),
    "rasa.core.test": ("WrongPredictionException",),
    "rasa.utils.tensorflow.callback": ("RasaTrainingLogger", "RasaModelCheckpoint"),
    "rasa.utils.tensorflow.data_generator": ("RasaBatchDataGenerator",),
}


def leave_out() -> None:
    """Leave out what is not used, as far as it is not imported yet."""
    if "rasa.core.channels" in sys.modules:
        return
    for name in ABSENT:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # None: importing it raises ImportError
    unused = {**{f"rasa.core.channels.{module}": (name,) for module, name in CHANNELS.items()}, **TRAINING}
    for module, names in unused.items():
        if module not in sys.modules:
            sys.modules[module] = _with_names_only(module, names)
    import skops.io  # noqa: F401 - it looks for each function of NumPy in every module there is: seconds, once there are many


def _with_names_only(module: str, of_classes: Tuple[str, ...]) -> ModuleType:
    """A module with classes that have their names and cannot be used."""
    short = module.rpartition(".")[2]

    def refuse(*_: object, **__: object) -> None:
        raise NotImplementedError(f"Rasa's own '{short}' is left out of the tutor's server; see bot/lean.py")

    kept = {"__init__": refuse, "from_credentials": classmethod(refuse), "create": classmethod(refuse)}
    made = ModuleType(module)
    for name in of_classes:
        setattr(made, name, type(name, (), {**kept, "name": classmethod(lambda _: short), "__module__": module}))
    return made
