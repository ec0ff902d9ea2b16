"""Everything that is kept of a learner: quiz records, conversations, links."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Dict, List

from tutor.linking import Links
from tutor.storage import Storage
from tutor.talks import Talk, Talks

PAGE = 200  # turns that are read at once


class Learners(Storage):
    """The learners' records with their conversations and links, in one database; records are kept under a learner's account."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.talks = Talks(self.engine)
        self.links = Links(self.engine)

    def forget(self, learner: str) -> int:
        """Delete everything of a learner, of all that are linked; the links last, so that it can be done again if it breaks off."""
        everyone = self.links.everyone(learner)
        gone = self.talks.forget(everyone)
        gone += sum(super(Learners, self).forget(one) for one in everyone)
        return gone + self.links.forget(everyone)

    def export(self, learner: str) -> Dict[str, Any]:
        """Everything that is kept of a learner, JSON-ready."""
        everyone = self.links.everyone(learner)
        talks = [{"learner": one, **_told(talk)} for one in everyone for talk in self._all_turns(one)]
        return {**super().export(everyone[0]), "linked": everyone[1:], "conversations": talks}

    def _all_turns(self, learner: str) -> List[Talk]:
        kept: List[Talk] = []
        more = True
        while more:
            page, more = self.talks.history(learner, PAGE, after=kept[-1].number if kept else 0)
            kept += page
        return kept


def _told(talk: Talk) -> Dict[str, Any]:
    """A turn without the exports in its replies: each would hold all those before it."""
    replies = [{**r, "custom": {**r["custom"], "data": None}} if (r.get("custom") or {}).get("data") else r for r in talk.replies]
    return {**asdict(talk), "at": talk.at.isoformat(), "replies": replies}
