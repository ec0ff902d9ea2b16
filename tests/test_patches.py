"""The mended spots of Rasa. When this fails after an upgrade, read Rasa's new code before anything else."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jsonschema import ValidationError

from bot import patches

WRITTEN_FOR = {
    ("rasa.core.actions.action", "RemoteAction._validate_action_result"): "24da0f6bdeb2d44f",
    ("rasa.core.actions.action", "RemoteAction.action_response_format_spec"): "6f492274727ebb10",
    ("rasa.core.processor", "MessageProcessor._predict_next_with_tracker"): "fd0f1c54fde6185f",
    ("rasa.core.processor", "MessageProcessor._log_action_on_tracker"): "184a11987def2cd4",
    ("rasa.core.policies.rule_policy", "RulePolicy._predict"): "d0f079b86973bf96",
    ("rasa.core.processor", "MessageProcessor.predict_next_with_tracker_if_should"): "ded83cd69afebc1a",
    ("rasa.shared.core.events", "Event.resolve_by_type"): "ffabe9999fc8f7f3",
}


def source_of(module: str, name: str) -> str:
    """The source of a method as it stands in its file, mended or not."""
    spec = importlib.util.find_spec(module)
    assert spec and spec.origin
    text = Path(spec.origin).read_text(encoding="utf-8")
    of_class, method = name.split(".")
    tree = next(n for n in ast.parse(text).body if isinstance(n, ast.ClassDef) and n.name == of_class)
    found = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == method]
    assert found, f"Rasa has no {name} any more: bot/patches.py mends nothing, remove or rewrite it"
    return ast.get_source_segment(text, found[0]) or ""


@pytest.mark.parametrize("module, name", WRITTEN_FOR, ids=lambda value: value)
def test_written_for(module: str, name: str) -> None:
    """The mended functions, and the schema they check by, are those that the patches were written for."""
    digest = hashlib.sha256(source_of(module, name).encode()).hexdigest()[:16]

    assert digest == WRITTEN_FOR[module, name], (
        f"Rasa's {name} in {module} is not the one that bot/patches.py was written for. Compare it with the patch, measure whether "
        f"the patch is still needed (python -m bench.serving), then put {digest!r} here."
    )


def test_twice() -> None:
    """Applying the patches twice changes nothing."""
    from rasa.core.actions.action import RemoteAction
    from rasa.shared.core.events import Event

    patches.apply()
    before = RemoteAction._validate_action_result, Event.resolve_by_type
    patches.apply()

    assert (RemoteAction._validate_action_result, Event.resolve_by_type) == before


@pytest.mark.parametrize(
    "result", [{"events": "none"}, {"responses": 7}, {"events": [7]}, {"events": [{"name": "x"}]}, [], None, "text"], ids=repr
)
def test_invalid_result(result: object) -> None:
    """A result that Rasa would refuse is refused still."""
    from rasa.core.actions.action import RemoteAction

    patches.apply()

    with pytest.raises(ValidationError):
        RemoteAction("action_answer", None)._validate_action_result(result)


def test_valid_result() -> None:
    """A result that Rasa would take is taken still."""
    from rasa.core.actions.action import RemoteAction

    patches.apply()
    result = {"events": [{"event": "slot", "name": "context", "value": None}], "responses": [{"text": "Hi"}]}

    assert RemoteAction("action_answer", None)._validate_action_result(result) is True


def test_events() -> None:
    """Events are found by name as before, and an unknown one is still an error."""
    from rasa.shared.core.events import Event, SlotSet

    patches.apply()

    assert [Event.resolve_by_type("slot") for _ in range(2)] == [SlotSet, SlotSet]
    assert Event.resolve_by_type("topic") is None
    assert Event.resolve_by_type("no such", default=SlotSet) is SlotSet
    for _ in range(2):
        with pytest.raises(ValueError, match="Unknown event name 'no such'"):
            Event.resolve_by_type("no such")


def test_listens_after_an_answer() -> None:
    """Once the tutor has answered it listens, and no policy is asked; before that, the policies are."""
    from rasa.core.policies.policy import PolicyPrediction
    from rasa.core.processor import MessageProcessor
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.events import ActionExecuted, UserUttered
    from rasa.shared.core.trackers import DialogueStateTracker

    patches.apply()
    domain = Domain.from_dict({"intents": ["greet"], "actions": ["action_answer"]})
    processor = MessageProcessor.__new__(MessageProcessor)
    processor.domain, processor.model_metadata = domain, None  # without which the policies cannot be asked
    tracker = DialogueStateTracker.from_events("ada", [ActionExecuted("action_listen"), UserUttered("hi", {"name": "greet"})])

    with pytest.raises(AttributeError):
        processor._predict_next_with_tracker(tracker)
    tracker.update(ActionExecuted("action_answer"))
    predicted: PolicyPrediction = processor._predict_next_with_tracker(tracker)

    assert domain.action_names_or_texts[predicted.max_confidence_index] == "action_listen"


def test_known_intent() -> None:
    """What follows an intent is asked of the policies once; each prediction has events of its own, that happen now."""
    from rasa.core.policies.policy import PolicyPrediction
    from rasa.core.processor import MessageProcessor
    from rasa.shared.core.events import ActionExecuted, DefinePrevUserUtteredFeaturization, UserUttered
    from rasa.shared.core.trackers import DialogueStateTracker

    patches.apply()
    asked = []

    class Runner:
        """Stands in for the policies."""

        def run(self, inputs: Any, targets: Any) -> Any:
            """Predict the answer."""
            asked.append(inputs)
            return {
                "policies": PolicyPrediction([1.0], "RulePolicy", events=[DefinePrevUserUtteredFeaturization(False, timestamp=1.0)])
            }

    processor = MessageProcessor.__new__(MessageProcessor)
    processor.graph_runner, processor.model_metadata = Runner(), SimpleNamespace(core_target="policies")

    def predicted(intent: str) -> PolicyPrediction:
        tracker = DialogueStateTracker("ada", [])
        tracker.update(ActionExecuted("action_listen"))
        tracker.update(UserUttered("x", intent={"name": intent}))
        return processor._predict_next_with_tracker(tracker)

    first, second, other = predicted("define"), predicted("define"), predicted("compare")

    assert len(asked) == 2
    assert first == second == other
    assert first.events[0] is not second.events[0]
    assert first.events[0].timestamp > 1.0


def test_own_result() -> None:
    """The result of an action of this process is not checked: it was made by the code that would check it."""
    from rasa.core.actions.action import RemoteAction
    from rasa.utils.endpoints import EndpointConfig

    patches.apply()

    assert RemoteAction("action_answer", EndpointConfig(url=patches.IN_PROCESS))._validate_action_result({"events": "none"})
    with pytest.raises(ValidationError):
        RemoteAction("action_answer", EndpointConfig(url="http://actions"))._validate_action_result({"events": "none"})
