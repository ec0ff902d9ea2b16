"""A library's vectors in Milvus, for one too large for a machine: Lite (a file), stand-alone or distributed, by the same client.

A collection for each course and way of embedding holds the passages of every document that some state needs; a search names those
that its own state does not have. Documents never change once they are there, so a change of the library sends what is new.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Callable, Collection, Dict, Iterator, List, Mapping, Sequence, Tuple, Union
from urllib.parse import unquote, urlsplit, urlunsplit

import numpy as np

from index.dense import Numbers
from index.encoder import Vectors

SMALL = 100_000  # passages up to which Milvus tries every one
WAIT = 10  # seconds for an answer
BATCH = 1000  # passages that are sent at once; Milvus takes 64 MB
MOST = 16_384  # nearest that Milvus gives at once


class VectorsGone(Exception):
    """Milvus cannot be used; one line names TUTOR_VECTORS, the cause and the remedy."""


@dataclass(frozen=True)
class Place:
    """Where vectors lie: the URI of a Milvus, with user:password@ if it wants them, and a collection."""

    uri: str
    collection: str

    @property
    def shown(self) -> str:
        """The URI without a password."""
        return _split(self.uri)[0]


class Milvus:
    """One collection. Every method raises VectorsGone when Milvus fails."""

    def __init__(self, place: Place) -> None:
        self._place = place
        with _explained(place):
            self._client = _connect(place.uri)

    def add(self, documents: Mapping[str, Tuple[int, Callable[[], Vectors]]], dimension: int) -> None:
        """Send the passages of documents, by key their number and vectors, that are not all there yet."""
        with _explained(self._place):
            self._create(dimension, sum(count for count, _ in documents.values()))
            for key, (count, vectors) in documents.items():
                if self._count([key]) != count:
                    self._send(key, vectors())

    def _create(self, dimension: int, passages: int) -> None:
        if self._client.has_collection(self._place.collection):
            return
        from pymilvus import DataType, MilvusClient

        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("id", DataType.VARCHAR, is_primary=True, max_length=64)
        schema.add_field("document", DataType.VARCHAR, max_length=40)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
        by = MilvusClient.prepare_index_params()
        by.add_index("vector", index_type="FLAT" if passages <= SMALL else "AUTOINDEX", metric_type="IP")
        self._client.create_collection(self._place.collection, schema=schema, index_params=by, consistency_level="Strong")

    def _send(self, key: str, vectors: Vectors) -> None:
        for start in range(0, len(vectors), BATCH):
            part = np.asarray(vectors[start : start + BATCH])
            rows = [{"id": f"{key}.{start + n}", "document": key, "vector": row} for n, row in enumerate(part)]
            self._client.upsert(self._place.collection, rows, timeout=WAIT * 6)

    def drop(self, keys: Collection[str]) -> None:
        """Delete the passages of documents."""
        with _explained(self._place):
            if keys and self._client.has_collection(self._place.collection):
                self._client.delete(self._place.collection, filter=f"document in {_quoted(keys)}", timeout=WAIT)

    def count(self, keys: Collection[str]) -> int:
        """How many passages of documents are there."""
        with _explained(self._place):
            return self._count(keys) if self._client.has_collection(self._place.collection) else 0

    def _count(self, keys: Collection[str]) -> int:
        found = self._client.query(
            self._place.collection,
            filter=f"document in {_quoted(keys)}",
            output_fields=["count(*)"],
            consistency_level="Strong",
            timeout=WAIT,
        )
        return int(found[0]["count(*)"])

    def nearest(self, query: Vectors, k: int, without: Collection[str]) -> List[Tuple[str, int, float]]:
        """The k passages nearest to a unit vector, documents left out: document, number and cosine, best first."""
        with _explained(self._place):
            (hits,) = self._client.search(
                self._place.collection,
                [query.tolist()],
                limit=min(k, MOST),
                filter=f"document not in {_quoted(without)}" if without else "",
                consistency_level="Strong",
                timeout=WAIT,
            )
        return [(*_parts(hit["id"]), float(hit["distance"])) for hit in hits]

    def vectors(self, ids: Sequence[str]) -> Dict[str, List[float]]:
        """The vectors of passages, by id."""
        with _explained(self._place):
            found = self._client.get(self._place.collection, ids=list(ids), output_fields=["vector"], timeout=WAIT) if ids else []
        return {row["id"]: row["vector"] for row in found}

    def close(self) -> None:
        """Close the connection."""
        self._client.close()


class MilvusIndex:
    """The passages of one state, numbered as its documents follow each other."""

    def __init__(self, milvus: Milvus, passages: Mapping[str, int], others: Collection[str], dimension: int) -> None:
        there = milvus.count(passages)
        if there != sum(passages.values()):
            raise VectorsGone(f"TUTOR_VECTORS: Milvus has {there} of {sum(passages.values())} passages; run: python -m tutor index")
        self._milvus, self._others, self._dimension = milvus, tuple(others), dimension
        self._keys = [(key, n) for key, count in passages.items() for n in range(count)]
        starts = np.cumsum([0, *passages.values()]).tolist()
        self._first: Dict[str, int] = dict(zip(passages, starts, strict=False))  # row of each document's first passage

    def __len__(self) -> int:
        return len(self._keys)

    def search(self, query: Vectors, k: int) -> Tuple[Numbers, Vectors]:
        """The k nearest rows to one unit vector: row numbers and cosines, best first, each of shape (min(k, rows),)."""
        hits = self._milvus.nearest(query, min(k, len(self)), self._others)
        known = [(self._first[key] + n, cosine) for key, n, cosine in hits if key in self._first]
        numbers = np.asarray([number for number, _ in known], dtype=np.int64)
        return numbers, np.asarray([cosine for _, cosine in known], dtype=np.float32)

    def rows(self, numbers: Union[Numbers, Sequence[int]]) -> Vectors:
        """Some rows by their numbers, shape (len(numbers), dimension)."""
        ids = [f"{key}.{n}" for key, n in (self._keys[int(number)] for number in numbers)]
        found = self._milvus.vectors(ids)
        return np.asarray([found[i] for i in ids], dtype=np.float32).reshape(len(ids), self._dimension)


def _connect(uri: str) -> Any:
    from pymilvus import MilvusClient

    for name in ("pymilvus", "milvus_lite"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # every fault is raised, too
    plain, token = _split(uri)
    return MilvusClient(uri=plain, token=token, timeout=WAIT)


def _split(uri: str) -> Tuple[str, str]:
    """A URI without its user and password, and these as Milvus wants them."""
    parts = urlsplit(uri)
    user, at, host = parts.netloc.rpartition("@")
    return (urlunsplit(parts._replace(netloc=host)), unquote(user)) if at else (uri, "")


@contextmanager
def _explained(place: Place) -> Iterator[None]:
    try:
        from pymilvus import MilvusException
    except ImportError as error:
        message = f"TUTOR_VECTORS needs pymilvus ({error}); install this project's extra 'milvus', or leave the setting empty"
        raise VectorsGone(message) from None
    try:
        yield
    except (MilvusException, OSError, ValueError) as error:
        cause = " ".join(str(getattr(error, "message", "") or error).split())[:300]
        raise VectorsGone(f"TUTOR_VECTORS: {place.shown} cannot be used: {cause}; see that Milvus runs there") from error


def _parts(passage: str) -> Tuple[str, int]:
    key, _, number = passage.rpartition(".")
    return key, int(number)


def _quoted(keys: Collection[str]) -> str:
    """Keys of documents, hexadecimal digits, as Milvus's expressions want them."""
    return "[" + ", ".join(f'"{key}"' for key in sorted(keys)) + "]"
