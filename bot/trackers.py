"""What Rasa keeps of a conversation: the last events, without what was said, so that turn 500 costs what turn 5 does.

What later turns lean on is in the slot `context`, ids that each turn sets anew; what was said is kept elsewhere (tutor/talks.py).
"""

from __future__ import annotations

import json
import logging
from datetime import datetime, timezone
from typing import Any, Collection, Dict, List, Optional

from rasa.core.tracker_store import InMemoryTrackerStore, TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot.beside import beside
from tutor.dialogues import Dialogues

log = logging.getLogger(__name__)
KEPT = 24  # events, three or four turns
SLOT = "context"


class RecentEvents(InMemoryTrackerStore):
    """Rasa's store in memory, bounded: it would replay every event since the first at each turn."""

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep a conversation, unless it was just forgotten."""
        if is_forgotten(tracker):
            self.forget([tracker.sender_id])
        else:
            self.store[tracker.sender_id] = json.dumps({"name": tracker.sender_id, "events": compact(tracker)})

    def forget(self, names: Collection[str]) -> int:
        """Drop the conversations of these names; give their number."""
        return sum(self.store.pop(name, None) is not None for name in names)

    def drop_before(self, moment: datetime) -> int:
        """Drop conversations that nothing was said in since; give their number."""
        last = {name: json.loads(kept)["events"][-1:] for name, kept in self.store.items()}
        return self.forget([name for name, end in last.items() if end and end[0]["timestamp"] < moment.timestamp()])

    def check(self) -> None:
        """Memory always answers."""

    def close(self) -> None:
        """Nothing is open."""


class StoredEvents(TrackerStore):
    """Conversations in a database: they outlast the process, and any worker may go on with them.

    Raises StorageError when the database fails. Rasa's own would begin the conversation anew, as if nothing had been said.
    """

    def __init__(self, dialogues: Dialogues, domain: Optional[Domain] = None) -> None:
        self.dialogues = dialogues
        super().__init__(domain)

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The conversation as far as it is kept; None for a new one, and for one that cannot be read any more."""
        found = await beside(self.dialogues.find, sender_id)
        if found is None:
            return None
        try:
            return DialogueStateTracker.from_dict(sender_id, json.loads(found), self.domain.slots)
        except Exception:  # of another version; a conversation that begins anew is better than none
            log.exception("a conversation cannot be read, and begins anew")
            return None

    async def create_tracker(self, sender_id: str, append_action_listen: bool = True) -> DialogueStateTracker:
        """A new conversation. Rasa would write it before the first turn and again after."""
        tracker = self.init_tracker(sender_id)
        if append_action_listen:
            tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep a conversation, unless it was just forgotten."""
        if is_forgotten(tracker):
            await beside(self.dialogues.forget, [tracker.sender_id])
            return
        events, now = json.dumps(compact(tracker)), datetime.now(timezone.utc)
        await beside(self.dialogues.keep, tracker.sender_id, _speaker(tracker), events, now)

    async def keys(self) -> List[str]:
        """None are told: whose conversations there are is nobody's business."""
        return []


def compact(tracker: DialogueStateTracker) -> List[Dict[str, Any]]:
    """The last events with what a policy looks at, and the slot; no texts, rankings, replies."""
    events = [_stripped(event.as_dict()) for event in list(tracker.events)[-KEPT:] if event.type_name != "slot"]
    slot = tracker.get_slot(SLOT) if SLOT in tracker.slots else None
    if slot is not None:
        begun = max((n for n, event in enumerate(events) if event["event"] == "session_started"), default=-1)  # clears slots
        events.insert(begun + 1, SlotSet(SLOT, slot).as_dict())
    return events


def _stripped(event: Dict[str, Any]) -> Dict[str, Any]:
    kept = {name: value for name, value in event.items() if name not in ("metadata", "message_id", "text", "data")}
    if event["event"] == "user":
        read = event.get("parse_data") or {}
        intent = {"name": (read.get("intent") or {}).get("name")}
        return {**kept, "text": "", "parse_data": {"text": "", "intent": intent, "entities": []}}
    if event["event"] == "bot":
        return {**kept, "text": "", "data": {}}
    return kept


def is_forgotten(tracker: DialogueStateTracker) -> bool:
    """Whether the last thing said was that everything is deleted."""
    said = next((event for event in reversed(tracker.events) if event.type_name == "bot"), None)
    custom = (said.data or {}).get("custom") if said else None
    return bool(custom and custom.get("forgotten"))


def forget(agent: Any, sender: str) -> None:
    """Drop what Rasa keeps of a conversation in memory; what a database holds goes with the learner (tutor/learners.py)."""
    store = getattr(agent, "tracker_store", None)
    store = getattr(store, "_tracker_store", store)  # Rasa wraps the store it was given
    if isinstance(store, RecentEvents):
        store.forget([sender])


def _speaker(tracker: DialogueStateTracker) -> str:
    """Who spoke last, as in bot/actions.py."""
    said = tracker.latest_message
    return str(((said.metadata if said else None) or {}).get("learner") or tracker.sender_id)
