"""What Rasa keeps of a conversation: the last events, so that a reply costs the same at turn 500 as at turn 5."""

from __future__ import annotations

from typing import Any, Optional

from rasa.core.tracker_store import InMemoryTrackerStore

KEPT = 100  # events, some fifteen turns; what later turns lean on is in the slot, which each turn sets anew


class RecentEvents(InMemoryTrackerStore):
    """Rasa's store in memory, bounded: it would replay every event since the first at each turn."""

    @property
    def max_event_history(self) -> int:
        """The most events that come back."""
        return KEPT

    @max_event_history.setter
    def max_event_history(self, value: Optional[int]) -> None:
        """Rasa sets None whenever it asks for a conversation, which would lift the bound."""

    def forget(self, sender: str) -> None:
        """Drop a conversation."""
        self.store.pop(sender, None)


def forget(agent: Any, sender: str) -> None:
    """Drop what Rasa keeps of a conversation, where its store can do that."""
    store = getattr(agent, "tracker_store", None)
    store = getattr(store, "_tracker_store", store)  # Rasa wraps the store it was given
    if isinstance(store, RecentEvents):
        store.forget(sender)
