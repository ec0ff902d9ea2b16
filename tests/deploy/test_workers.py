"""Several workers, one conversation; what happens when one of them, Redis or PostgreSQL dies. The tests go in this order."""

from __future__ import annotations

import json
import signal
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, List
from uuid import uuid4

import httpx
import pytest

from bench.loadtest import play
from tests.deploy.deployment import WEB, Deployment, Student

pytestmark = pytest.mark.rasa


@pytest.fixture
def pool() -> Any:
    """Threads to send from."""
    with ThreadPoolExecutor(8) as threads:
        yield threads


# -- together --------------------------------------------------------------------------------------------------------


def test_any_worker_goes_on(student: Student) -> None:
    """A follow-up is understood by a worker that did not hear the question before it; history and quiz are one."""
    student.say(0, "What are the strengths of Track 2?")
    reply = student.say(1, "and its weaknesses?")
    student.quizzed(0)
    graded = student.say(1, "a")

    assert reply["kind"] == "answer"
    assert "Track 2" in " ".join(sentence["text"] for sentence in reply["sentences"])
    assert graded["kind"] == "feedback"
    assert student.said(1)[:3] == ["What are the strengths of Track 2?", "and its weaknesses?", "10 questions"]
    assert student.said(1)[-1] == "a"


def test_one_at_a_time_in_order(deployed: Deployment, student: Student, pool: ThreadPoolExecutor) -> None:
    """While one worker has a conversation the others wait, and then go on in the order in which messages came."""
    texts = [f"What is Track {n}?" for n in (1, 2, 3, 4, 5)]
    with deployed.held():
        sent: List[Future[httpx.Response]] = []
        for number, text in enumerate(texts):
            sent.append(pool.submit(student.send, number % 2, text))
            time.sleep(0.7)
        early = [one.done() for one in sent]
    replies = [one.result() for one in sent]

    assert early == [False] * 5
    assert [reply.status_code for reply in replies] == [200] * 5
    assert student.said() == texts


def test_same_message_at_both(deployed: Deployment, student: Student, pool: ThreadPoolExecutor) -> None:
    """A message that reaches both workers is answered once."""
    student.quizzed(0)
    name = uuid4().hex
    both = [pool.submit(student.send, worker, "a", name) for worker in (0, 1)]

    first, second = (one.result().json()["turn"] for one in both)

    assert first == second
    assert len(student.answers()) == 1


def test_log(deployed: Deployment, student: Student) -> None:
    """Each message is a line of JSON with its outcome; neither what was said nor whose it was stands in any line."""
    student.say(0, "What is the zebra crossing of Track 2?")
    httpx.post(f"{deployed.workers[0].url}{WEB}/webhook", json={"message": "zebra", "id": "12345678"})
    lines = [json.loads(line) for line in deployed.lines(0) if line.startswith("{")]

    said, refused = [line for line in lines if line["event"] == "message"][-2:]

    assert (said["channel"], said["status"]) == ("web", 200)
    assert said["kind"] in ("answer", "decline", "clarify")
    assert said["ms"] > 0
    assert len(said["learner"]) == 12
    assert (refused["status"], "kind" in refused) == (401, False)
    assert "zebra" not in deployed.workers[0].log()
    assert student.id not in deployed.workers[0].log()


def test_metrics(deployed: Deployment, student: Student) -> None:
    """Latency by kind, kinds, declines by reason, and messages in flight are told; and to this machine alone."""
    student.say(0, "How do I bake bread?")
    url = f"{deployed.workers[0].url}/metrics"

    told = httpx.get(url).text
    refused = httpx.get(url, headers={"X-Forwarded-For": "192.0.2.1"})

    for name in ('tutor_reply_seconds_count{kind="decline"}', "tutor_declines_total{reason=", "tutor_messages_in_flight 0.0"):
        assert name in told
    assert refused.status_code == 403


def test_flood(deployed: Deployment, student: Student, pool: ThreadPoolExecutor) -> None:
    """Who sends more than a minute's worth at once is asked to wait, whichever worker he asks; others are not."""
    empty = {"id": "12345678"}  # refused as well, and quickly, so that the bucket does not fill meanwhile
    urls = [f"{worker.url}{WEB}/webhook" for worker in deployed.workers]
    sent = list(pool.map(lambda n: student.http.post(urls[n % 2], json=empty, headers=student.headers), range(200)))
    refused = [one for one in sent if one.status_code == 429]

    assert {one.status_code for one in sent} == {400, 429}
    assert len(sent) - len(refused) >= 60
    assert int(refused[0].headers["retry-after"]) >= 1
    assert "try again in" in refused[0].json()["error"]["message"]
    assert Student(deployed).send(0, "hello").status_code == 200


def test_load(deployed: Deployment) -> None:
    """Many students at once, each on both workers: no error, and nobody gets another's reply."""
    result = play([worker.url for worker in deployed.workers], students=12, messages=8, seed=7)

    assert result.faults == []
    assert result.answered == 12 * 8


# -- what breaks -------------------------------------------------------------------------------------------------------


def test_redis_gone(deployed: Deployment, student: Student) -> None:
    """Without Redis a message is refused with a sentence and a time, and answered once when Redis is back."""
    student.quizzed(0)
    deployed.redis.kill()
    try:
        refused = student.send(0, "a", "the-answer")
        health = httpx.get(f"{deployed.workers[0].url}/health")
    finally:
        deployed.redis.start()
    graded = student.until_answered(1, "a", "the-answer")

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert "try again in a few seconds" in refused.json()["error"]["message"]
    assert (health.status_code, health.json()["status"]) == (503, "failing")
    assert graded["kind"] == "feedback"
    assert len(student.answers()) == 1
    assert httpx.get(f"{deployed.workers[0].url}/health").status_code == 200


def test_redis_loses_its_memory(deployed: Deployment, student: Student, pool: ThreadPoolExecutor) -> None:
    """Who was answering when Redis lost everything is not overtaken."""
    student.quizzed(0)
    with deployed.held():
        first = pool.submit(student.send, 0, "a")
        student.until_kept()
        deployed.redis.kill()
        deployed.redis.start()
        second = pool.submit(student.send, 1, "next")
        time.sleep(5)
        early = (first.done(), second.done())
    kinds = [one.result().json()["turn"]["replies"][0]["custom"]["kind"] for one in (first, second)]

    assert early == (False, False)
    assert kinds == ["feedback", "quiz_item"]
    assert student.said()[-2:] == ["a", "next"]
    assert student.said().count("a") == 1


def test_postgres_gone(deployed: Deployment, student: Student, pool: ThreadPoolExecutor) -> None:
    """PostgreSQL crashes in the middle of a turn: a sentence and a time; and nothing is lost or counted twice afterwards."""
    student.quizzed(0)
    with deployed.held():
        broken = pool.submit(student.send, 0, "a", "the-answer")
        student.until_kept()
        deployed.postgres.stop()
    try:
        meanwhile = student.send(1, "What is Track 2?")
        health = httpx.get(f"{deployed.workers[1].url}/health", timeout=60)
    finally:
        deployed.postgres.start()
    graded = student.until_answered(1, "a", "the-answer")

    for refused in (broken.result(), meanwhile):
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
        assert "try again in a few seconds" in refused.json()["error"]["message"]
    assert health.json()["status"] == "failing"
    assert graded["kind"] == "feedback"
    assert student.said()[-1] == "a"
    assert student.said().count("a") == 1
    assert len(student.answers()) == 1


def test_worker_killed(deployed: Deployment, student: Student, pool: ThreadPoolExecutor) -> None:
    """A worker is killed in the middle of a turn: the other goes on with the same message, which counts once."""
    student.quizzed(1)
    with deployed.held():
        lost = pool.submit(student.send, 1, "a", "the-answer")
        student.until_kept()
        deployed.workers[1].process.kill()
        deployed.workers[1].process.wait()
    graded = student.until_answered(0, "a", "the-answer")
    following = student.say(0, "next")

    assert isinstance(lost.exception(), httpx.TransportError)
    assert (graded["kind"], following["kind"]) == ("feedback", "quiz_item")
    assert student.said()[-2:] == ["a", "next"]
    assert student.said().count("a") == 1
    assert len(student.answers()) == 1


def test_asked_to_stop(deployed: Deployment, student: Student, pool: ThreadPoolExecutor) -> None:
    """On SIGTERM a worker finishes what it has in hand, takes nothing new, and leaves with 0."""
    student.quizzed(0)
    worker = deployed.workers[0]
    with deployed.held():
        last = pool.submit(student.send, 0, "a")
        student.until_kept()
        worker.process.send_signal(signal.SIGTERM)
        time.sleep(1)
        refused = student.send(0, "next")
        health = httpx.get(f"{worker.url}/health")
    reply = last.result()
    status = worker.process.wait(timeout=30)

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert "stopping" in refused.json()["error"]["message"]
    assert health.json()["status"] == "stopping"
    assert reply.json()["turn"]["replies"][0]["custom"]["kind"] == "feedback"
    assert status == 0, worker.log()
