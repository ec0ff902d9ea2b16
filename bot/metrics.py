"""What Prometheus reads. Each worker tells its own figures; Prometheus adds them up."""

from __future__ import annotations

from typing import Any, Optional

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

BUCKETS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1, 2, 5, 10)  # seconds


class Metrics:
    """Requests, replies, and what went wrong."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = self._counter("tutor_requests", "Requests to the channels.", "status")
        self._seconds = self._histogram("tutor_request_seconds", "Time from request to response, of all channels.")
        self._replies = self._counter("tutor_replies", "Replies.", "channel", "kind")
        self._reply_seconds = self._histogram("tutor_reply_seconds", "Time from message to reply.", "kind")
        self._declines = self._counter("tutor_declines", "Questions that were declined.", "reason")
        self.errors = self._counter("tutor_errors", "Messages that ended in an error.", "error")
        self.refused = self._counter("tutor_refused", "Requests over a rate limit.", "limit")
        self._in_flight = Gauge("tutor_messages_in_flight", "Messages being answered, or waiting.", registry=self._registry)

    def in_flight(self) -> Any:
        """A context in which a message is counted as in flight."""
        return self._in_flight.track_inprogress()

    def count(self, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(status).inc()
        self._seconds.observe(seconds)

    def answered(self, channel: str, kind: str, reason: Optional[str], seconds: float) -> None:
        """Count one reply."""
        self._replies.labels(channel, kind).inc()
        self._reply_seconds.labels(kind).observe(seconds)
        if kind == "decline":
            self._declines.labels(reason or "none").inc()

    def text(self) -> str:
        """The Prometheus exposition format."""
        return generate_latest(self._registry).decode()

    def _counter(self, name: str, told: str, *labels: str) -> Counter:
        return Counter(name, told, labels, registry=self._registry)

    def _histogram(self, name: str, told: str, *labels: str) -> Histogram:
        return Histogram(name, told, labels, registry=self._registry, buckets=BUCKETS)
