"""What every part that answers works with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

from knowledge.models import Course
from tutor.catalogue import Catalogue
from tutor.evidence import Weigher
from tutor.reply import Reply
from tutor.scope import Scope
from tutor.speaking import Speaker
from tutor.understanding import Act, Request


@dataclass(frozen=True)
class Desk:
    """One course laid out for answering; `do` answers a request as an act."""

    catalogue: Catalogue
    weigher: Weigher
    scope: Scope
    speak: Speaker
    do: Callable[[Act, Request], Reply]

    @property
    def course(self) -> Course:
        """The course that is taught."""
        return self.catalogue.course
