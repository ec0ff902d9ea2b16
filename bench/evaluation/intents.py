"""The intent model: cross-validated on its own examples, and on the messages by what they ask for."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from importlib import import_module
from pathlib import Path
from typing import Any, Dict, FrozenSet, List, Sequence, Tuple

import yaml

from bench.evaluation.answers import share
from bench.evaluation.messages import ROOT, Message
from knowledge.models import Aspect
from tutor.understanding import ACT_OF, CHATTING

FOLDS = 5
SEED = 1
NLU = ROOT / "bot" / "data" / "nlu.yml"
OUTSIDE = ("out_of_scope", "manipulate", "nlu_fallback")
CHAT = frozenset(act.value for act in CHATTING)


def cross_validate() -> Dict[str, Any]:
    """Train the shipped classifier on four fifths of the examples, let it read the rest, and so on in turn."""
    from rasa.shared.nlu.constants import INTENT
    from rasa.shared.nlu.training_data.loading import load_data
    from sklearn.model_selection import StratifiedKFold

    examples = [m for m in load_data(str(NLU)).intent_examples if m.get("text")]
    _featurizer().process(examples)
    truth = [m.get(INTENT) for m in examples]
    predicted = [""] * len(examples)
    for trained, held_out in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(examples, truth):
        said = _read([examples[i] for i in trained], [examples[i].get("text") for i in held_out])
        for i, intent in zip(held_out, said, strict=True):
            predicted[i] = intent
    return {"folds": FOLDS, **scores(truth, predicted)}


def _featurizer() -> Any:
    from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer

    component, settings = _shipped(DenseFeaturizer)
    return component(component.__name__, settings)


def _read(train: List[Any], texts: List[str]) -> List[str]:
    """What the shipped classifier, trained on some examples, takes some texts for."""
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource
    from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
    from rasa.shared.nlu.training_data.message import Message as RasaMessage
    from rasa.shared.nlu.training_data.training_data import TrainingData

    component, settings = _shipped(LogisticRegressionClassifier)
    with tempfile.TemporaryDirectory() as scratch:
        classifier = component(settings, "classifier", LocalModelStorage(Path(scratch)), Resource("classifier"))
        classifier.train(TrainingData(training_examples=train))
    held_out = [RasaMessage({"text": text}) for text in texts]
    _featurizer().process(held_out)
    return [m.get("intent")["name"] for m in classifier.process(held_out)]


def _shipped(kind: type) -> Tuple[Any, Dict[str, Any]]:
    """The component of this kind that config.yml names, and its settings."""
    for row in yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]:
        module, _, name = row["name"].rpartition(".")
        found = getattr(import_module(module), name) if module else kind if name == kind.__name__ else None
        if found and issubclass(found, kind):
            return found, {**found.get_default_config(), **{key: value for key, value in row.items() if key != "name"}}
    raise ValueError(f"config.yml names no {kind.__name__}")


def scores(truth: Sequence[str], predicted: Sequence[str]) -> Dict[str, Any]:
    """Accuracy, macro-F1 (each intent counts the same), and who is taken for whom."""
    table: Dict[str, Counter[str]] = defaultdict(Counter)
    for wanted, got in zip(truth, predicted, strict=True):
        table[wanted][got] += 1
    by_intent = {intent: f1(table, intent) for intent in sorted(table)}
    return {
        "examples": len(truth),
        "intents": len(table),
        "accuracy": round(sum(t == p for t, p in zip(truth, predicted, strict=True)) / len(truth), 4),
        "macro_f1": round(sum(by_intent.values()) / len(by_intent), 4),
        "f1": {intent: round(value, 4) for intent, value in by_intent.items()},
        "confusion": {intent: dict(sorted(table[intent].items())) for intent in sorted(table)},
    }


def f1(table: Dict[str, Counter[str]], intent: str) -> float:
    """Twice the hits by the sum of predictions and examples of an intent."""
    predictions = sum(row[intent] for row in table.values())
    return 2 * table[intent][intent] / (predictions + sum(table[intent].values()))


def expected(message: Message) -> FrozenSet[str]:
    """The acts that fit the aspects expected of an answer; a definition may be explained, a comparison compared."""
    acts = {ACT_OF[Aspect(a)].value for a in message.aspects if a != "compare" and Aspect(a) in ACT_OF}
    extra = {"explain"} if "definition" in message.aspects else set()
    return frozenset(acts | extra | ({"compare"} if "compare" in message.aspects else set()))


def family(intent: str) -> str:
    """The family of an intent: outside the course, small talk, or asking something."""
    if intent in OUTSIDE:
        return "outside"
    return "chat" if intent in CHAT else "ask"


def expected_families(message: Message) -> FrozenSet[str]:
    """The families that fit a message; whether the course covers a topic is not for the intent to know."""
    if message.kind == "decline":
        return frozenset({"outside"}) if message.reason in ("off_topic", "unsafe") else frozenset({"outside", "ask"})
    return frozenset({"chat" if kind == "chat" else "outside" if kind == "decline" else "ask" for kind in message.kinds})


def on_messages(messages: Sequence[Message], intents: Sequence[str]) -> Dict[str, Any]:
    """What the most likely intent of each message is worth, whichever model said it; follow-ups do not count for acts."""
    pairs: List[Tuple[Message, str]] = list(zip(messages, intents, strict=True))
    acts = [intent in expected(m) for m, intent in pairs if m.must_answer and not m.context and expected(m)]
    opened = [intent == "ask_question" for m, intent in pairs if m.must_answer and not m.context and expected(m)]
    families = [family(intent) in expected_families(m) for m, intent in pairs]
    outside = [family(intent) == "outside" for m, intent in pairs if expected_families(m) == {"outside"}]
    wrongly = [family(intent) == "outside" for m, intent in pairs if m.must_answer]
    return {
        "expected_act": share(sum(acts), len(acts)),
        "left_open": share(sum(opened), len(opened)),
        "family": share(sum(families), len(families)),
        "out_of_scope_recall": share(sum(outside), len(outside)),
        "false_out_of_scope": share(sum(wrongly), len(wrongly)),
    }
