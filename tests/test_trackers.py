"""What is kept of a conversation."""

from __future__ import annotations

import asyncio

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.trackers import KEPT, RecentEvents


def test_only_the_last_events_are_kept() -> None:
    """However long a conversation is, the last events come back, with the slot that the last turn set."""
    slot = AnySlot("context", mappings=[{"type": "custom"}], influence_conversation=False)
    domain = Domain.from_dict({"slots": {"context": slot.persistence_info() | {"mappings": [{"type": "custom"}]}}})
    store = RecentEvents(domain)
    tracker = asyncio.run(store.get_or_create_tracker("ada"))
    for turn in range(KEPT):
        tracker.update(UserUttered(f"question {turn}"))
        tracker.update(SlotSet("context", {"turn": turn}))

    asyncio.run(store.save(tracker))
    kept: DialogueStateTracker = asyncio.run(store.retrieve("ada"))

    said = [event.text for event in kept.events if isinstance(event, UserUttered)]
    assert len(kept.events) == KEPT
    assert said == [f"question {turn}" for turn in range(KEPT // 2, KEPT)]
    assert kept.get_slot("context") == {"turn": KEPT - 1}
