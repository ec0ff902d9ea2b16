"""Rasa components: the sentence vector that the intent is read from, and the names of the course."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Dict, List

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from tutor.parts import clauses
from tutor.settings import load_settings
from tutor.tutor import course_vocabulary, names_digest, serving_encoder

PARTS = "parts"  # key of a message's clauses


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceFeaturizer(DenseFeaturizer, GraphComponent):
    """Embeds a message, its names masked, as one vector of length `scale`."""

    @cached_property
    def _encoder(self) -> Any:
        return serving_encoder()

    @classmethod
    def required_components(cls) -> List[type]:
        """Rasa wants every featurizer to follow a tokenizer."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`scale` stretches the unit vectors, which calibrates the classifier that reads them."""
        return {**DenseFeaturizer.get_default_config(), "scale": 6.0}

    @classmethod
    def validate_config(cls, config: Dict[str, Any]) -> None:
        """Refuse a scale that would erase or invert the vectors."""
        if not config["scale"] > 0:
            raise ValueError(f"config.yml, bot.nlu.SentenceFeaturizer, scale: {config['scale']} is not above 0")

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> SentenceFeaturizer:
        """Build the component; Rasa calls this."""
        return cls(execution_context.node_name, config)

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> str:
        """What the vectors depend on beside this class, so that Rasa's cache is not fooled."""
        return names_digest(load_settings())

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Embed every example."""
        self._embed([m for m in training_data.training_examples if m.get(TEXT)])
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Embed what a student typed, and each clause of it if there are several."""
        for message in messages:
            text = message.get(TEXT) or ""
            texts = clauses(text)
            message.set(PARTS, [Message({TEXT: part}) for part in texts] if texts != (text,) else [])
        parts = [part for m in messages for part in m.get(PARTS)]
        self._embed([m for m in (*messages, *parts) if m.get(TEXT)])
        return messages

    def _embed(self, messages: List[Message]) -> None:
        vocabulary = course_vocabulary()
        rows = self._encoder.encode([vocabulary.mask(m.get(TEXT)) for m in messages]) * self._config["scale"]
        for message, row in zip(messages, rows, strict=True):
            tokens = len(message.get("text_tokens") or [None])
            self.add_features_to_message(np.repeat(row[None], tokens, axis=0), row[None], TEXT, message)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentReader(LogisticRegressionClassifier):
    """Reads the intent of a message, and that of each clause: "what is Track 2 and who coined it" asks two things."""

    def process(self, messages: List[Message]) -> List[Message]:
        """Add the intents, and as `parts` the clauses with theirs."""
        super().process(messages)
        for message in messages:
            parts = super().process(message.get(PARTS)) if message.get(PARTS) else []
            read = [{"text": part.get(TEXT), "intent_ranking": part.get("intent_ranking")} for part in parts]
            message.set(PARTS, read, add_to_output=True)
        return messages

    def _create_X(self, messages: List[Message]) -> NDArray[np.float32]:  # noqa: N802 - Rasa's name
        """The vectors of SentenceFeaturizer, one row each; Rasa's own makes sparse matrices of them, which takes longer to read."""
        return np.vstack([message.get_dense_features(TEXT)[1].features for message in messages])


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class NameExtractor(EntityExtractorMixin, GraphComponent):
    """Finds the concepts and aspects that a message names, in every spelling."""

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> NameExtractor:
        """Build the component; Rasa calls this."""
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        """Add the entities `concept` and `aspect`, their values ids."""
        for message in messages:
            found = self._entities(message.get(TEXT) or "")
            message.set(ENTITIES, message.get(ENTITIES, []) + self.add_extractor_name(found), add_to_output=True)
        return messages

    @staticmethod
    def _entities(text: str) -> List[Dict[str, Any]]:
        vocabulary = course_vocabulary()
        spans = [("concept", m.concept, m.start, m.end) for m in vocabulary.mentions(text) if m.concept]
        spans += [("aspect", a.aspect.value, a.start, a.end) for a in vocabulary.aspects(text)]
        return [{"entity": entity, "value": value, "start": start, "end": end} for entity, value, start, end in spans]
