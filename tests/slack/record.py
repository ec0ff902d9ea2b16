"""`python -m tests.slack.record`: write down anew what the tutor shows in Slack for each kind of reply (tests/slack/data/)."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Dict, List

from bot.channels.slack.blocks import Message, messages
from bot.channels.slack.quiz import answered, question
from bot.channels.slack.views import home_view, passage_view
from tutor.notices import Notice, NoticeKind

DATA = Path(__file__).parent / "data"
SAID = {  # file -> what is said; the newest reply is kept
    "answer_list": ["what are the weaknesses of track 2?"],
    "answer_definition": ["what is track 1.5?"],
    "answer_comparison": ["compare track 1 and track 2"],
    "answer_of_three": ["compare track 1, track 1.5 and track 2"],
    "answer_positions": ["do the readings agree on track 1.5?"],
    "answer_sections": ["what are the strengths and weaknesses of track 1.5?"],
    "decline": ["what is dollar diplomacy?"],
    "decline_off_topic": ["what is the weather like?"],
    "clarify": ["what are the weaknesses?"],
    "chat": ["hello"],
    "chat_downloads": ["can i have the quiz as anki cards?"],
    "quiz_item_choice": ["quiz me with multiple choice questions"],
    "quiz_item_true_false": ["quiz me with true or false questions"],
    "quiz_item_select_all": ["quiz me with select all questions"],
    "quiz_item_match": ["quiz me with matching questions"],
    "quiz_item_short": ["quiz me with short answer questions"],
    "quiz_item_hint": ["quiz me with multiple choice questions", "hint", "hint"],
    "feedback": ["2 multiple choice questions on track 2", "a"],
    "quiz_summary": ["2 multiple choice questions on track 2", "a", "Next question", "b", "Show my results"],
    "progress": ["1 multiple choice question on track 2", "a", "How am I doing?"],
}


def shortened(value: Any) -> Any:
    """A reply with the author's name cut short; whole, name and title would be the first line of that reading."""
    return json.loads(json.dumps(value).replace("Barrington Roy Schiller", "B. R. Schiller"))


def rendered(reply: Dict[str, Any]) -> List[Message]:
    """What a reply looks like in direct messages."""
    custom = reply["custom"]
    return [question(custom["item"])] if custom["kind"] == "quiz_item" else messages(reply)


def kept(shown: List[Message]) -> List[Dict[str, Any]]:
    """Messages as JSON."""
    return [{"text": message.text, "blocks": message.blocks} for message in shown]


def write(name: str, value: Dict[str, Any]) -> None:
    """Write a file of the transcript."""
    DATA.mkdir(exist_ok=True)
    (DATA / f"{name}.json").write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


async def record(trained: Any) -> None:
    """Say everything and write down what is shown."""
    from tests.slack.trained import say

    found: Dict[str, Dict[str, Any]] = {}
    for name, said in SAID.items():
        for text in said:
            reply = shortened((await say(trained, text, f"slack.T1.{name}"))[-1])
            found[name] = found.get(name, {}) if text != said[-1] else reply
            item = reply["custom"].get("item")
            if item and name == "feedback":
                found["item"] = item
        write(name, {"said": said, "reply": found[name], "messages": kept(rendered(found[name]))})
    feedback = found["feedback"]["custom"]
    write("feedback_in_place", {"item": found["item"], "feedback": feedback, "messages": kept(answered(found["item"], feedback))})
    cited = found["answer_definition"]["custom"]["citations"][0]
    passage = shortened(trained.tutor.passage(cited["passage"]))
    write("passage", {"passage": passage, "view": passage_view("1", passage)})
    now = datetime.now(timezone.utc)
    progress, starts = trained.tutor.progress("slack.T1.progress", now), list(trained.tutor.course.start_with)
    notice = Notice(NoticeKind.due, "slack.T1.progress", 1080, "Europe/Berlin", frozenset({5, 6}))
    write("home", {"progress": progress, "starts": starts, "view": home_view(trained.tutor.course.title, progress, notice, starts)})


def main() -> int:
    """Record with the trained bot."""
    from tests.slack.trained import load

    with tempfile.TemporaryDirectory() as folder:
        trained = load(Path(folder))
        asyncio.run(record(trained))
    return 0


if __name__ == "__main__":
    sys.exit(main())
