"""The yardstick: Rasa's default bot on the same training data, with an action that only echoes what was said.

Default pipeline and policies as `rasa init` writes them, the tutor's examples and rules, a tracker in memory, the stock action
server. It takes minutes to train, so that is done once; what it took stands beside the model, which is kept until the data change.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List

import httpx
import yaml

from bench.processes import free_port

ROOT = Path(__file__).resolve().parent.parent
NLU, RULES = ROOT / "bot" / "data" / "nlu.yml", ROOT / "bot" / "data" / "rules.yml"
ECHO = "action_echo"
APART = 7  # intents between the two of a story
CONFIG = """
recipe: default.v1
assistant_id: yardstick
language: en
pipeline:
  - name: WhitespaceTokenizer
  - name: RegexFeaturizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
  - name: DIETClassifier
    epochs: 100
    constrain_similarities: true
  - name: EntitySynonymMapper
  - name: ResponseSelector
    epochs: 100
    constrain_similarities: true
  - name: FallbackClassifier
    threshold: 0.3
    ambiguity_threshold: 0.1
policies:
  - name: MemoizationPolicy
  - name: RulePolicy
  - name: UnexpecTEDIntentPolicy
    max_history: 5
    epochs: 100
  - name: TEDPolicy
    max_history: 5
    epochs: 100
    constrain_similarities: true
"""
ACTION = '''"""Say what was said."""

from rasa_sdk import Action


class Echo(Action):
    def name(self):
        return "action_echo"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text=tracker.latest_message.get("text") or "")
        return []
'''


@dataclass(frozen=True)
class Yardstick:
    """A trained default bot: its folder, and how long `rasa train` took, in seconds."""

    folder: Path
    training_s: float


def ready(folder: Path) -> Yardstick:
    """The default bot, trained if it is not there or its data have changed."""
    digest = hashlib.sha256("".join((CONFIG, ACTION, NLU.read_text(encoding="utf-8"), str(_intents()))).encode()).hexdigest()[:12]
    home, done = folder / f"default-bot-{digest}", folder / f"default-bot-{digest}" / "trained.json"
    if not done.is_file():
        shutil.rmtree(home, ignore_errors=True)
        _write(home)
        print("training Rasa's default bot, once (some minutes) ...", flush=True)
        done.write_text(json.dumps({"seconds": _train(home)}), encoding="utf-8")
    return Yardstick(home, json.loads(done.read_text(encoding="utf-8"))["seconds"])


def _intents() -> List[str]:
    rules = yaml.safe_load(RULES.read_text(encoding="utf-8"))["rules"]
    return sorted({step["intent"] for rule in rules for step in rule["steps"] if "intent" in step})


def _write(home: Path) -> None:
    """Put the project down as somebody who begins with Rasa has it."""
    intents = _intents()
    steps = [[{"intent": name}, {"action": ECHO}] for name in intents]
    rules = [
        {"rule": name, "steps": two} for name, two in zip([*intents, "nlu_fallback"], [*steps, _steps_of_fallback()], strict=True)
    ]
    stories = [{"story": name, "steps": [*steps[n], *steps[(n + APART) % len(intents)]]} for n, name in enumerate(intents)]
    session = {"session_expiration_time": 60, "carry_over_slots_to_new_session": True}
    domain = {"version": "3.1", "intents": [*intents], "entities": [], "actions": [ECHO], "session_config": session}
    (home / "data").mkdir(parents=True)
    shutil.copyfile(NLU, home / "data" / "nlu.yml")
    (home / "config.yml").write_text(CONFIG, encoding="utf-8")
    (home / "actions.py").write_text(ACTION, encoding="utf-8")
    _dump(home / "domain.yml", domain)
    _dump(home / "data" / "rules.yml", {"version": "3.1", "rules": rules})
    _dump(home / "data" / "stories.yml", {"version": "3.1", "stories": stories})
    _dump(home / "credentials.yml", {"rest": None})


def _steps_of_fallback() -> List[Dict[str, str]]:
    return [{"intent": "nlu_fallback"}, {"action": ECHO}]


def _dump(path: Path, content: Dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def _train(home: Path) -> float:
    begun = time.perf_counter()
    command = [sys.executable, "-W", "ignore", "-m", "rasa", "train", "--fixed-model-name", "default", "--quiet"]
    with (home / "train.log").open("w", encoding="utf-8") as log:
        done = subprocess.run(command, cwd=home, env=environment(), stdout=log, stderr=log, check=False)
    if done.returncode or not (home / "models" / "default.tar.gz").is_file():
        ended = f"`rasa train` ended with {done.returncode}"  # below 0: a signal
        raise SystemExit(f"Rasa's default bot could not be trained: {ended}; {home / 'train.log'} says why")
    return time.perf_counter() - begun


def environment() -> Dict[str, str]:
    """What a user of Rasa would have set, and nothing of the tutor's."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TUTOR_") and k not in ("HOST", "PORT", "PYTHONPATH")}
    return {**kept, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}


def start(yardstick: Yardstick, port: int, log: Path) -> List[subprocess.Popen[bytes]]:
    """Start the action server and Rasa's own; neither is ready yet."""
    actions = free_port()
    home = yardstick.folder
    _dump(home / "endpoints.yml", {"action_endpoint": {"url": f"http://127.0.0.1:{actions}/webhook"}})
    quiet = [sys.executable, "-W", "ignore", "-m"]
    first = [*quiet, "rasa_sdk", "--actions", "actions", "--port", str(actions)]
    model = ["--model", "models/default.tar.gz", "--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]
    second = [*quiet, "rasa", "run", "--port", str(port), "-i", "127.0.0.1", *model]
    more = {**environment(), "SANIC_HOST": "127.0.0.1"}
    with log.open("ab") as out:
        return [subprocess.Popen(each, cwd=home, env=more, stdout=out, stderr=out) for each in (first, second)]


def answers(base: str) -> bool:
    """Whether a message is answered: Rasa listens before its model is loaded."""
    body = {"sender": "canary", "message": "hello there"}
    try:
        response = httpx.post(f"{base}/webhooks/rest/webhook", json=body, timeout=60)
        return response.status_code == 200 and bool(response.json())
    except (httpx.TransportError, ValueError):
        return False
