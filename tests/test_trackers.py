"""What is kept of a conversation."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Iterator, Union

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.trackers import KEPT, RecentEvents, StoredEvents
from tutor.dialogues import Dialogues
from tutor.tables import StorageError

Store = Union[RecentEvents, StoredEvents]
TEXT = "where is my sourdough"


@pytest.fixture(params=["memory", "stored"])
def store(request: pytest.FixtureRequest, domain: Domain, url: str) -> Iterator[Store]:
    """A store of conversations."""
    if request.param == "memory":
        yield RecentEvents(domain)
        return
    dialogues = Dialogues.open(url)
    yield StoredEvents(dialogues, domain)
    dialogues.close()


@pytest.fixture
def domain() -> Domain:
    """One slot, the context."""
    slot = AnySlot("context", mappings=[{"type": "custom"}], influence_conversation=False)
    return Domain.from_dict({"slots": {"context": slot.persistence_info() | {"mappings": [{"type": "custom"}]}}})


def ask(store: Store, sender: str = "ada") -> DialogueStateTracker:
    """The conversation as Rasa asks for it."""
    return asyncio.run(store.get_or_create_tracker(sender))


def turn(tracker: DialogueStateTracker, number: int, **custom: Any) -> None:
    """What one turn adds."""
    read = {"intent": {"name": f"intent_{number}", "confidence": 1.0}, "intent_ranking": [{"name": "x"}] * 60, "entities": []}
    tracker.update(UserUttered(TEXT, parse_data=read, intent=read["intent"], metadata={"learner": "slack.T.ada"}))
    tracker.update(SlotSet("context", {"turn": number}))
    tracker.update(BotUttered(TEXT, {"custom": {"kind": "answer", **custom}}))
    tracker.update(ActionExecuted("action_listen"))


def test_only_the_last_events_are_kept(store: Store) -> None:
    """However long a conversation is, the last events come back, with the slot that the last turn set."""
    for number in range(30):
        tracker = ask(store)
        turn(tracker, number)
        asyncio.run(store.save(tracker))

    kept = ask(store)

    intents = [event.intent_name for event in kept.events if isinstance(event, UserUttered)]
    assert len(kept.events) <= KEPT + 1
    assert intents == [f"intent_{n}" for n in range(30 - len(intents), 30)]
    assert len(intents) >= 4
    assert kept.get_slot("context") == {"turn": 29}


def test_slot_outlasts_turns_that_do_not_set_it(store: Store) -> None:
    """The slot stays though its event is long gone, and though the session began after it."""
    tracker = ask(store)
    turn(tracker, 7)
    tracker.update(SessionStarted())
    tracker.update(SlotSet("context", {"turn": 7}))
    asyncio.run(store.save(tracker))
    for _ in range(KEPT):
        tracker = ask(store)
        tracker.update(UserUttered(TEXT))
        asyncio.run(store.save(tracker))

    assert ask(store).get_slot("context") == {"turn": 7}


def test_nothing_that_was_said_is_kept(url: str, domain: Domain) -> None:
    """The bot's memory holds no message, no reply and no ranking."""
    dialogues = Dialogues.open(url)
    store = StoredEvents(dialogues, domain)
    tracker = ask(store)
    turn(tracker, 1)

    asyncio.run(store.save(tracker))

    kept = dialogues.find("ada") or ""
    dialogues.close()
    assert TEXT not in kept
    assert "ranking" not in kept
    assert "intent_1" in kept
    assert len(kept) < 2000


def test_forgotten(store: Store) -> None:
    """The turn that forgets a learner leaves nothing behind."""
    tracker = ask(store)
    turn(tracker, 1)
    asyncio.run(store.save(tracker))
    turn(tracker, 2, forgotten=True)

    asyncio.run(store.save(tracker))

    assert asyncio.run(store.retrieve("ada")) is None


def test_outlasts_the_process(url: str, domain: Domain) -> None:
    """Another process goes on where this one stopped."""
    first, second = Dialogues.open(url), Dialogues.open(url)
    tracker = ask(StoredEvents(first, domain))
    turn(tracker, 5)
    asyncio.run(StoredEvents(first, domain).save(tracker))
    first.close()

    assert ask(StoredEvents(second, domain)).get_slot("context") == {"turn": 5}
    second.close()


def test_unreadable_begins_anew(url: str, domain: Domain) -> None:
    """What another version left behind keeps nobody from talking."""
    dialogues = Dialogues.open(url)
    dialogues.keep("ada", "ada", json.dumps([{"event": "no such event"}, 7]), datetime.now(timezone.utc))

    assert asyncio.run(StoredEvents(dialogues, domain).retrieve("ada")) is None
    dialogues.close()


def test_dropped_and_forgotten_by_learner(url: str) -> None:
    """Old conversations go; so do those in which a learner spoke, whatever they are called."""
    now = datetime.now(timezone.utc)
    dialogues = Dialogues.open(url)
    dialogues.keep("slack.T.C.1", "slack.T.ada", "[]", now)
    dialogues.keep("web.bob", "web.bob", "[]", now)
    dialogues.keep("web.old", "web.old", "[]", now - timedelta(days=91))

    assert dialogues.drop_before(now - timedelta(days=90)) == 1
    assert dialogues.forget(["slack.T.ada", "web.ada"]) == 1
    assert [name for name in ("slack.T.C.1", "web.bob", "web.old") if dialogues.find(name)] == ["web.bob"]
    dialogues.close()


def test_database_gone(tmp_path: Path, domain: Domain) -> None:
    """A conversation that cannot be read now is an error, not a new conversation."""
    store = StoredEvents(Dialogues(f"sqlite:///{tmp_path}/empty.sqlite3"), domain)

    with pytest.raises(StorageError, match="TUTOR_DATABASE"):
        ask(store)
