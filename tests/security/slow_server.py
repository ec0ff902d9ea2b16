"""`python -m tests.security.slow_server PORT`: the toy tutor behind the real HTTP server, which waits two seconds for a request."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from bot import server
from index.retrieval import Retriever, documents
from index.vocabulary import Vocabulary
from knowledge.loader import load_course
from tests.conftest import ROOT, ToyEncoder
from tests.toy_app import ToyAgent
from tutor.learners import Learners
from tutor.settings import Settings
from tutor.tutor import Tutor

PATIENCE = 2  # seconds


def main(port: int) -> None:
    """Serve until killed."""
    course = load_course(ROOT / "tests" / "course")
    retriever = Retriever.build(documents(course, Vocabulary(course)), ToyEncoder())
    settings = Settings(var=Path(tempfile.mkdtemp()), secret="s" * 40)
    tutor = Tutor(course, retriever, learners=Learners.open(settings.database_url(course.id)))
    agent = ToyAgent(tutor)

    def toy_agent(*_: Any, **__: Any) -> ToyAgent:
        return agent

    server.load_agent = toy_agent  # type: ignore[assignment]
    app = server.create_app(tutor, settings)
    app.config.REQUEST_TIMEOUT = PATIENCE  # for the head of a request
    app.config.RESPONSE_TIMEOUT = PATIENCE  # for its body and the answer
    app.run(host="127.0.0.1", port=port, access_log=False, debug=False, motd=False)


if __name__ == "__main__":
    main(int(sys.argv[1]))
