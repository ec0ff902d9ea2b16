"""Everything that is kept of a learner: quiz records, conversations, links, notices."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, Dict, List, Optional

from tutor.dialogues import Remembered
from tutor.linking import Links
from tutor.notices import NoticeKind, Notices
from tutor.storage import Storage
from tutor.talks import Talk, Talks

PAGE = 200  # turns that are read at once


class Learners(Storage):
    """The learners' records with their conversations and links, in one database; records are kept under a learner's account."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.talks = Talks(self.engine)
        self.links = Links(self.engine)
        self.notices = Notices(self.engine)
        self.dialogues: Optional[Remembered] = None  # what the bot remembers

    def forget(self, learner: str) -> int:
        """Delete everything of a learner, of all that are linked; the links last, so that it can be done again if it breaks off."""
        everyone = self.links.everyone(learner)
        gone = self.talks.forget(everyone) + sum(map(self.notices.forget, everyone))
        gone += self.dialogues.forget(everyone) if self.dialogues else 0
        gone += sum(super(Learners, self).forget(one) for one in everyone)
        return gone + self.links.forget(everyone)

    def export(self, learner: str) -> Dict[str, Any]:
        """Everything that is kept of a learner, JSON-ready."""
        everyone = self.links.everyone(learner)
        talks = [{"learner": one, **_told(talk)} for one in everyone for talk in self._all_turns(one)]
        wished = filter(None, (self.notices.wished(NoticeKind.due, one) for one in everyone))
        notices = [{"learner": n.who, "at": f"{n.minute // 60:02}:{n.minute % 60:02}", "zone": n.zone} for n in wished]
        return {**super().export(everyone[0]), "linked": everyone[1:], "conversations": talks, "reminders": notices}

    def drop_before(self, moment: datetime) -> int:
        """Delete what is older of conversations, as learners saw them and as the bot remembers them; give the number of rows."""
        remembered = self.dialogues.drop_before(moment) if self.dialogues else 0
        return remembered + self.talks.drop_before(moment)

    def check(self) -> None:
        """Raise StorageError unless the databases answer."""
        super().check()
        if self.dialogues:
            self.dialogues.check()

    def close(self) -> None:
        """Close the connections."""
        super().close()
        if self.dialogues:
            self.dialogues.close()

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
