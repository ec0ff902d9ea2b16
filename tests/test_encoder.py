"""The sentence encoder that serves: the real one, exported; no torch."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Sequence

import numpy as np
import pytest

from index.encoder import (
    BATCH,
    INT8,
    PACKAGED,
    EncoderError,
    OnnxEncoder,
    Remembering,
    Vectors,
    encoder_folder,
    encoder_name,
    is_exported,
    load_encoder,
)

REAL = Path(__file__).resolve().parent.parent / "var" / "encoder"
needs_export = pytest.mark.skipif(not is_exported(PACKAGED, REAL), reason="the encoder is not exported; run: python -m tutor index")
TEXTS = [f"{'Bread rises slowly. ' * (7 * n % 13)}Loaf number {n}." for n in range(BATCH + 9)]  # long and short, more than a batch


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    """The packaged model as it is served."""
    return OnnxEncoder(encoder_folder(PACKAGED, REAL))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder of encoders with a copy of the packaged one, to spoil."""
    shutil.copytree(encoder_folder(PACKAGED, REAL), encoder_folder(PACKAGED, tmp_path))
    return tmp_path


@pytest.fixture
def loaf_net(tmp_path: Path) -> Path:
    """A folder of encoders with files as an export of loaf-net would leave them."""
    target = encoder_folder("loaf-net", tmp_path)
    target.mkdir()
    (target / "model.onnx").write_bytes(b"network")
    (target / "tokenizer.json").write_bytes(b"cutter")
    (target / "manifest.json").write_text(json.dumps({"bytes": {"model.onnx": 7, "tokenizer.json": 6}}), encoding="utf-8")
    return tmp_path


@needs_export
def test_unit_rows(encoder: OnnxEncoder) -> None:
    """A text is one row of length 1 in single precision."""
    rows = encoder.encode(["What is bread?", "", "¿Qué es? 外交 1.5 — “quoted” 🍞", "word " * 5000])

    assert (rows.shape, rows.dtype) == ((4, encoder.dimension), np.float32)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)


ALIKE = """
import sys
from pathlib import Path
import numpy as np
from index.dense import DenseIndex
from index.encoder import PACKAGED, SentenceTransformerEncoder, load_encoder
from knowledge.loader import find_course, load_course
course = load_course(find_course("multi-track-diplomacy"))
texts = [claim.text for claim in course.claim.values()][:200]
asked = [question for claim in course.claim.values() for question in claim.questions][:200]
served, original = load_encoder(PACKAGED, Path(sys.argv[1])), SentenceTransformerEncoder(PACKAGED)
rows, true = served.encode(texts), original.encode(texts)
found, expected = (DenseIndex(of).search_all(encoder.encode(asked), 5)[0] for of, encoder in ((rows, served), (true, original)))
print(len(texts), len(asked), (rows * true).sum(axis=1).min(), (found == expected).mean())
"""


@needs_export
def test_like_the_original() -> None:
    """On 200 texts the exported network is sentence-transformers to a cosine of 0.9999, and finds the same in the same order."""
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(
        [sys.executable, "-Wi", "-c", ALIKE, str(REAL)], cwd=root, stdout=subprocess.PIPE, text=True, timeout=600, check=True
    )

    texts, asked, cosine, same = map(float, done.stdout.split())
    assert (texts, asked) == (200, 200)
    assert cosine >= 0.9999
    assert same == 1


@needs_export
def test_name(encoder: OnnxEncoder) -> None:
    """The encoder bears the name of its model, and its dimension."""
    assert (encoder.name, encoder.dimension) == ("all-MiniLM-L6-v2", 384)


@needs_export
def test_order(encoder: OnnxEncoder) -> None:
    """Rows come in the order of the texts, however the texts are batched by length."""
    together = encoder.encode(TEXTS)

    alone = np.vstack([encoder.encode([text]) for text in TEXTS])

    assert (together * alone).sum(axis=1) == pytest.approx(1, abs=1e-4)
    assert (together @ alone.T).argmax(axis=1).tolist() == list(range(len(TEXTS)))


@needs_export
def test_nothing(encoder: OnnxEncoder) -> None:
    """No texts are no rows, of the right width."""
    rows = encoder.encode([])

    assert (rows.shape, rows.dtype) == ((0, 384), np.float32)


@needs_export
def test_meaning(encoder: OnnxEncoder) -> None:
    """Texts that mean the same are nearer than texts that share words."""
    asked, alike, unlike = encoder.encode(["How do I bake a loaf?", "What is the recipe for bread?", "How do I file a tax return?"])

    same, other = asked @ alike, asked @ unlike

    assert same > other + 0.2


@needs_export
def test_loaded_once(copy: Path) -> None:
    """A process loads an encoder once."""
    assert load_encoder(PACKAGED, copy) is load_encoder(PACKAGED, copy)


def test_missing(tmp_path: Path) -> None:
    """A missing encoder is named, with its place and the command that makes it."""
    with pytest.raises(EncoderError) as caught:
        load_encoder("loaf-net", tmp_path)

    assert str(caught.value).startswith(f"the sentence encoder 'loaf-net' is not ready in {encoder_folder('loaf-net', tmp_path)} (")
    assert str(caught.value).endswith("); run: python -m tutor index")


@needs_export
@pytest.mark.parametrize("content", ["", "{", "{}", '{"name": "x"}'])
def test_damaged_manifest(copy: Path, content: str) -> None:
    """A damaged manifest is an encoder that is not ready."""
    (encoder_folder(PACKAGED, copy) / "manifest.json").write_text(content, encoding="utf-8")

    with pytest.raises(EncoderError, match=r"is not ready in .*; run: python -m tutor index"):
        load_encoder(PACKAGED, copy)


@needs_export
@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
@pytest.mark.parametrize("damage", ["damaged", "gone"])
def test_damaged(copy: Path, name: str, damage: str) -> None:
    """A damaged network or tokenizer is an encoder that is not ready."""
    path = encoder_folder(PACKAGED, copy) / name
    path.write_bytes(b"damaged")
    if damage == "gone":
        path.unlink()

    with pytest.raises(EncoderError, match=r"is not ready in .*; run: python -m tutor index"):
        load_encoder(PACKAGED, copy)


def test_not_exported(tmp_path: Path) -> None:
    """Where there is no folder, or one without a manifest, no encoder is exported."""
    before = is_exported("loaf-net", tmp_path)
    encoder_folder("loaf-net", tmp_path).mkdir()

    assert (before, is_exported("loaf-net", tmp_path)) == (False, False)


def test_exported(loaf_net: Path) -> None:
    """An encoder is exported when its files are as long as its manifest says."""
    assert is_exported("loaf-net", loaf_net)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "manifest.json"])
@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_exported_in_part(loaf_net: Path, name: str, damage: str) -> None:
    """An encoder with a file cut short or gone is not exported, so that the mending command mends it."""
    path = encoder_folder("loaf-net", loaf_net) / name
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1])

    assert not is_exported("loaf-net", loaf_net)


@pytest.mark.parametrize("manifest", [{}, [], None, {"bytes": None}, {"bytes": {}}, {"bytes": {"model.onnx": 7}}])
def test_exported_without_sizes(loaf_net: Path, manifest: object) -> None:
    """A manifest that does not tell the length of every file is not that of an exported encoder."""
    (encoder_folder("loaf-net", loaf_net) / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")

    assert not is_exported("loaf-net", loaf_net)


@pytest.mark.parametrize(
    "name, folder",
    [
        ("all-MiniLM-L6-v2", "all-MiniLM-L6-v2-07db4e1f"),
        ("org/model", "org-model-c87c0c64"),
        ("/home/a b/m", "home-a-b-m-798f4b49"),
        ("../../x", "x-9cdf6a50"),
        ("", "model-e3b0c442"),
        ("x" * 300, "x" * 60 + "-0d4e2ca9"),
    ],
)
def test_folder(name: str, folder: str) -> None:
    """An encoder's folder is one step below that of all encoders, whatever its name: what can be read of it, and a digest."""
    assert encoder_folder(name, Path("var")) == Path("var") / folder


@pytest.mark.parametrize("name", [".", "..", ""])
def test_folder_of_dots(name: str, tmp_path: Path) -> None:
    """A name of dots leads to no other folder."""
    assert encoder_folder(name, tmp_path).resolve().parent == tmp_path.resolve()


def test_folders_differ() -> None:
    """Names that read alike have folders of their own."""
    assert len({encoder_folder(name, Path("var")) for name in ("a/b", "a-b", "a b", "-a-b", "a.b")}) == 5


def test_eight_bits_apart() -> None:
    """An encoder in 8 bits has a name and a folder of its own: its vectors do not mix with others."""
    assert encoder_name("loaf-net", False) == "loaf-net"
    assert encoder_name("loaf-net", True) == "loaf-net" + INT8
    assert encoder_folder("loaf-net" + INT8, Path("var")) != encoder_folder("loaf-net", Path("var"))


class Counting:
    """An encoder that notes what it is asked for."""

    name, dimension = "counting", 2

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The length of each text, and one."""
        self.asked.append(list(texts))
        return np.asarray([[len(text), 1] for text in texts], dtype=np.float32).reshape(len(texts), 2)


def test_remembered() -> None:
    """A text is embedded once, new ones together in one pass, and each row is that of its text."""
    inner = Counting()
    encoder = Remembering(inner)
    encoder.encode(["loaf"])

    rows = encoder.encode(["bread", "loaf", "bread", "rye"])

    assert rows[:, 0].tolist() == [5, 4, 5, 3]
    assert inner.asked == [["loaf"], ["bread", "rye"]]


def test_forgotten() -> None:
    """Only the last texts are remembered, and many at once not at all."""
    inner = Counting()
    encoder = Remembering(inner, most=2)
    for text in ("a", "b", "c", "a"):
        encoder.encode([text])
    many = [f"loaf {n}" for n in range(20)]
    encoder.encode(many)

    assert [asked for asked in inner.asked if asked == ["a"]] == [["a"], ["a"]]
    assert encoder.encode([]).shape == (0, 2)
    assert inner.asked[-2] == many
