"""One pass of every message through the trained bot, kept until anything that it depends on changes."""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, List, Sequence

from bench.evaluation.messages import ROOT, Message
from tutor.settings import Settings
from tutor.tutor import Tutor
from tutor.understanding import Question


@dataclass(frozen=True)
class Played:
    """What the bot made of one message: the reply, the intents' probabilities, and the signals for a free question."""

    reply: Dict[str, Any]
    ranking: Dict[str, float]
    signals: Dict[str, float]

    @property
    def intent(self) -> str:
        """The most likely intent."""
        return max(self.ranking, key=lambda name: self.ranking[name])


def tutor_without_readings(settings: Settings, folder: Path) -> Tutor:
    """The tutor with its course alone, whatever readings were ingested on this machine."""
    folder.mkdir(parents=True, exist_ok=True)
    for part in ("encoder", "index"):
        link = folder / part
        if not link.exists():
            link.symlink_to((settings.var / part).resolve())
    return Tutor.load(settings.copy(update={"var": folder}))


def play(messages: Sequence[Message], tutor: Tutor, model: Path, cache: Path) -> List[Played]:
    """Say every message in a conversation of its own, after its context."""
    names = ("knowledge", "index", "tutor", "bot", "config.yml", "domain.yml")
    key = digest(_sources(names), model.name, tutor.course.version, *(repr(m.context) + m.text for m in messages))
    rows = cached(cache / f"replies-{key}.json", lambda: _play(messages, tutor, model))
    return [Played(**row) for row in rows]


def _play(messages: Sequence[Message], tutor: Tutor, model: Path) -> List[Dict[str, Any]]:
    from bot.agent import load_agent, say

    agent = load_agent(model, tutor)

    async def one(message: Message) -> Dict[str, Any]:
        parsed = await agent.parse_message(message.text)
        for before in message.context:
            await say(agent, before, message.id)
        reply = await say(agent, message.text, message.id)
        if reply is None:
            raise RuntimeError(f"{message.id}: no reply")
        ranking = {row["name"]: float(row["confidence"]) for row in parsed["intent_ranking"]}
        signals = {} if message.context else tutor.signals(Question(message.text, ranking))
        return {"reply": reply["custom"], "ranking": ranking, "signals": signals}

    async def everything() -> List[Dict[str, Any]]:
        return [await one(message) for message in messages]

    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(everything())
    finally:
        loop.close()


def cached(path: Path, make: Callable[[], Any]) -> Any:
    """Read a result, or make it and drop those of other inputs."""
    if not path.is_file():
        made = json.dumps(make(), ensure_ascii=False)
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in path.parent.glob(path.name.rpartition("-")[0] + "-*.json"):
            old.unlink()
        path.write_text(made, encoding="utf-8")
    return json.loads(path.read_text(encoding="utf-8"))


def digest(*parts: str) -> str:
    """A short name for some inputs."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def _sources(names: Iterable[str]) -> str:
    """The digest of all files under these names, apart from what Python generates."""
    files = [f for name in names for f in ([ROOT / name] if (ROOT / name).is_file() else sorted((ROOT / name).rglob("*")))]
    kept = [f for f in files if f.is_file() and f.suffix in (".py", ".yml", ".txt")]
    return digest(*(f"{f.relative_to(ROOT).as_posix()} {hashlib.sha256(f.read_bytes()).hexdigest()}" for f in kept))
