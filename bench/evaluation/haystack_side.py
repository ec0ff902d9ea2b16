"""Run by a Python that has Haystack: index texts, search each query by BM25 and by vector, fuse the two by rank."""

from __future__ import annotations

import json
import sys
from pathlib import Path

DEPTH = 50  # documents from each retriever; a claim has several
KEPT = 10  # claims


def main(given: str, made: str) -> None:
    """Read documents and queries, write the best claims of each query and the cosine of the nearest document."""
    from haystack import Document
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    payload = json.loads(Path(given).read_text(encoding="utf-8"))
    store = InMemoryDocumentStore()
    store.write_documents(
        [
            Document(id=str(n), content=row["text"], embedding=row["vector"], meta={"claim": row["claim"]})
            for n, row in enumerate(payload["documents"])
        ]
    )
    words = InMemoryBM25Retriever(store, top_k=DEPTH)
    vectors = InMemoryEmbeddingRetriever(store, top_k=DEPTH)
    joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion")
    rows = []
    for query in payload["queries"]:
        near = vectors.run(query_embedding=query["vector"])["documents"]
        alike = words.run(query=query["text"])["documents"]
        fused = joiner.run(documents=[alike, near])["documents"]
        claims = list(dict.fromkeys(document.meta["claim"] for document in fused))
        rows.append({"claims": claims[:KEPT], "score": near[0].score})
    Path(made).write_text(json.dumps(rows), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
