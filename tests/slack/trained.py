"""The really trained bot in this process, with records of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, NamedTuple

from bot.actions import ActionAnswer  # noqa: F401 - before Rasa, which is slow to load
from tests.serving import ROOT, ready_var
from tutor.settings import Settings
from tutor.tutor import Tutor


class Trained(NamedTuple):
    """A tutor of the real course and Rasa's agent around it."""

    tutor: Tutor
    agent: Any
    settings: Settings


def load(folder: Path) -> Trained:
    """Load the trained bot around a tutor whose records are in this folder."""
    from bot.agent import load_agent
    from bot.quiet import silence_rasa
    from bot.train import model_path

    silence_rasa()
    var = ready_var(folder)
    settings = Settings(var=var, models=ROOT / "models")
    tutor = Tutor.load(settings, learners=True)
    return Trained(tutor, load_agent(model_path(settings), tutor), settings)


async def say(trained: Trained, text: str, learner: str) -> List[Dict[str, Any]]:
    """What the bot replies, as the channel gets it."""
    from rasa.core.channels.channel import UserMessage

    from bot.channels.rest import OneMessage

    output = OneMessage()
    await trained.agent.handle_message(UserMessage(text, output, learner, input_channel="slack", metadata={"learner": learner}))
    return list(output.messages)
