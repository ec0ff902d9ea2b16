"""The library on disk: states go in whole, the one before comes back, and an interrupted document goes on."""

from __future__ import annotations

from pathlib import Path
from typing import List

import numpy as np
import pytest

from index import library
from index.library import EMPTY, KEPT, REMEDY, LibraryError, State, Store, passages_of
from index.vocabulary import Vocabulary
from tests.conftest import ToyEncoder
from tests.readings import entry, put, reading

YEAST, SODA = "Yeast raises dough.", "Soda lifts dough."


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty library."""
    return Store(tmp_path / "library")


@pytest.fixture
def held(store: Store, toy_encoder: ToyEncoder, vocabulary: Vocabulary) -> Store:
    """A library with the documents a, b and c on disk, and none in use."""
    for key in "abc":
        put(store, key, reading(f"{key}.txt", [YEAST, SODA]), toy_encoder, vocabulary)
    return store


def use(store: Store, keys: str) -> State:
    """Put documents into use together."""
    return store.commit([entry(key, 2) for key in keys], "toy", {"words": keys.encode()})


def keys(state: State) -> str:
    """The documents of a state."""
    return "".join(e.key for e in state.entries)


def folders(path: Path) -> List[str]:
    """What a folder holds, in order; nothing if it is not there."""
    return sorted(p.name for p in path.iterdir()) if path.is_dir() else []


# -- states --------------------------------------------------------------------------------------------------------


def test_empty(store: Store) -> None:
    """A library to which nothing was added is empty, and is not made by looking at it."""
    assert store.state() == EMPTY
    assert not store.root.exists()


def test_commit(held: Store) -> None:
    """A state that was put into use is the one in use, with its files and the number of the one before."""
    first, second = use(held, "a"), use(held, "ab")

    assert held.state() == second
    assert (first.number, first.back_to, second.number, second.back_to) == (1, 0, 2, 1)
    assert (held.folder(2) / "words").read_bytes() == b"ab"
    assert second.made_with == "toy"


def test_commit_of_nothing(held: Store) -> None:
    """A library may be emptied, and that can be undone."""
    use(held, "a")

    emptied = use(held, "")

    assert (held.state(), emptied.number) == (emptied, 2)
    assert keys(held.rollback()) == "a"


def test_entry(held: Store) -> None:
    """A document of a state is found by its id."""
    state = use(held, "ab")

    assert state.entry("b") == entry("b", 2)
    assert state.entry("c") is None


def test_commit_interrupted(held: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A state that is interrupted on its way leaves the one in use, and the next takes its number."""
    before = use(held, "a")
    monkeypatch.setattr(Store, "_point_to", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        use(held, "b")
    monkeypatch.undo()

    assert held.state() == before
    assert keys(use(held, "ab")) == "ab"
    assert keys(held.rollback()) == "a"


def test_commit_after_half_a_state(held: Store) -> None:
    """What a run that broke off left of a state is swept away."""
    (held.folder(1).with_suffix(".new")).mkdir(parents=True)
    (held.folder(1).with_suffix(".new") / "junk").touch()

    use(held, "a")

    assert folders(held.folder(1)) == ["state.json", "words"]
    assert folders(held.root / "states") == ["000001"]


# -- going back ----------------------------------------------------------------------------------------------------


def test_rollback(held: Store) -> None:
    """Each step back brings the state before, down to the empty library, and then there is nothing more."""
    use(held, "a")
    use(held, "ab")

    assert keys(held.rollback()) == "a"
    assert held.rollback() == EMPTY
    with pytest.raises(LibraryError, match="the library is as it was at first; there is nothing to go back to"):
        held.rollback()


def test_rollback_of_nothing(store: Store) -> None:
    """A library to which nothing was added cannot go back."""
    with pytest.raises(LibraryError, match="nothing to go back to"):
        store.rollback()


def test_commit_after_rollback(held: Store) -> None:
    """After a step back the next state follows on that one, under a number of its own, and the abandoned one is dropped."""
    use(held, "a")
    use(held, "ab")
    held.rollback()

    after = use(held, "ac")

    assert (after.number, after.back_to) == (3, 1)
    assert folders(held.root / "states") == ["000001", "000003"]
    assert folders(held.root / "documents") == ["a", "c"]
    assert keys(held.rollback()) == "a"


def test_commit_after_going_back_to_nothing(held: Store) -> None:
    """After a step back to the empty library the next state follows on that."""
    use(held, "a")
    held.rollback()

    after = use(held, "b")

    assert (keys(after), after.back_to) == ("b", 0)
    assert held.rollback() == EMPTY


def test_prune(held: Store) -> None:
    """So many states are kept; a document goes when no kept state needs it."""
    for wanted in ["a", "b", *["c"] * (KEPT - 1)]:
        use(held, wanted)

    assert len(folders(held.root / "states")) == KEPT
    assert folders(held.root / "documents") == ["b", "c"]
    for _ in range(KEPT - 2):
        assert keys(held.rollback()) == "c"
    assert keys(held.rollback()) == "b"
    with pytest.raises(LibraryError, match=f"the state before this one is gone; the last {KEPT} are kept"):
        held.rollback()
    assert keys(held.state()) == "b"


def test_prune_keeps_what_is_shared(held: Store) -> None:
    """A document of a dropped state stays as long as another state has it."""
    for wanted in ["a", *["ab"] * KEPT]:
        use(held, wanted)

    assert folders(held.root / "documents") == ["a", "b", "c"]  # c was never in use


# -- damage --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"one", b"\xff", b"1.5"])
def test_damaged_pointer(held: Store, content: bytes) -> None:
    """A pointer that is no number is told with the way out."""
    use(held, "a")
    held.pointer.write_bytes(content)

    with pytest.raises(
        LibraryError, match=f"the library {held.root} is damaged .*; remove the folder and ingest again, or put the"
    ):
        held.state()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b"\xff", b'{"number": "x"}', b'{"number": 1, "colour": 2}'])
def test_damaged_state(held: Store, content: bytes) -> None:
    """A state that cannot be read is told with the way out."""
    use(held, "a")
    (held.folder(1) / "state.json").write_bytes(content)

    with pytest.raises(LibraryError, match="is damaged"):
        held.state()


def test_way_out(held: Store) -> None:
    """The way out works: the number of a good state, put into the pointer, is that state."""
    use(held, "a")
    use(held, "ab")
    held.pointer.write_text("junk", encoding="ascii")

    held.pointer.write_text("1\n", encoding="ascii")

    assert keys(held.state()) == "a"


def test_other_format(held: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library of another version is refused with the command that mends it."""
    use(held, "a")
    monkeypatch.setattr(library, "FORMAT", 77)

    with pytest.raises(LibraryError, match=f"was written by another version; {REMEDY}"):
        held.state()


def test_state_folder_is_gone(held: Store) -> None:
    """A state in use whose folder was deleted by hand is damage, not an empty library."""
    use(held, "a")
    for file in held.folder(1).iterdir():
        file.unlink()
    held.folder(1).rmdir()

    with pytest.raises(LibraryError, match="is damaged"):
        held.state()


def test_older_state_is_damaged(held: Store) -> None:
    """Damage to a state that is not in use does not keep the next one from coming into use."""
    for _ in range(KEPT):
        use(held, "a")
    (held.folder(1) / "state.json").unlink()

    after = use(held, "ab")

    assert held.state() == after


# -- one writer ----------------------------------------------------------------------------------------------------


def test_lock(store: Store) -> None:
    """Of two writers the second is told to wait, and may write once the first has finished."""
    other = Store(store.root)

    with store.locked(), pytest.raises(LibraryError, match="another command is changing the library"), other.locked():
        pass

    with other.locked():
        pass


def test_lock_after_a_fault(store: Store) -> None:
    """A writer that breaks off lets go of the library."""
    with pytest.raises(KeyboardInterrupt), store.locked():
        raise KeyboardInterrupt

    with Store(store.root).locked():
        pass


def test_reading_is_not_locked(held: Store) -> None:
    """While one writes, others read."""
    use(held, "a")

    with held.locked():
        assert keys(Store(held.root).state()) == "a"


# -- documents -----------------------------------------------------------------------------------------------------


def test_document(store: Store, toy_encoder: ToyEncoder, vocabulary: Vocabulary) -> None:
    """A document comes back as it was put in, with its passages, vectors and the copy of its file."""
    document = reading("a.txt", [YEAST, SODA], heading="Dough")

    put(store, "a", document, toy_encoder, vocabulary)

    assert store.has("a")
    assert store.document("a") == document
    assert store.cuts("a").tolist() == [[1, 0, len(YEAST)], [2, 0, len(SODA)]]
    assert store.vectors("a").tolist() == [[1, 0, 0, 0], [0, 1, 0, 0]]
    assert store.file("a").name == "a.txt"
    assert store.file("a").read_text(encoding="utf-8") == document.original
    assert folders(store.root / "unfinished") == []


def test_document_without_passages(store: Store, toy_encoder: ToyEncoder, vocabulary: Vocabulary) -> None:
    """A document of which nothing can be searched is kept like any other."""
    put(store, "a", reading("a.txt", []), toy_encoder, vocabulary)

    assert store.document("a").paragraphs == ()
    assert (store.cuts("a").shape, store.vectors("a").shape) == ((0, 3), (0, toy_encoder.dimension))


def test_long_paragraph() -> None:
    """A long paragraph has several passages, each a range within its text."""
    text = "Yeast raises the dough. " * 60

    cuts = passages_of(reading("a.txt", ["Soda.", text.strip()])).tolist()

    assert [number for number, _, _ in cuts] == [1, 2, 2]
    assert [text[a:b][:5] + text[a:b][-6:] for _, a, b in cuts[1:]] == ["Yeastdough."] * 2


def test_unfinished_is_not_there(store: Store, tmp_path: Path) -> None:
    """A document that is still being embedded is not there."""
    (tmp_path / "a.txt").touch()

    store.unfinished("a", tmp_path / "a.txt", reading("a.txt", [YEAST]), 4)

    assert not store.has("a")


def test_resume(store: Store, tmp_path: Path) -> None:
    """An interrupted document goes on after the passages that are done, and ends as if it had not been interrupted."""
    document = reading("a.txt", [YEAST, SODA, "Salt."])
    (tmp_path / "a.txt").touch()
    rows = np.eye(4, dtype=np.float32)[:3]
    store.unfinished("a", tmp_path / "a.txt", document, 4).append(["", ""], rows[:2])

    again = store.unfinished("a", tmp_path / "a.txt", document, 4)
    done = again.done
    again.append([""] * len(rows[done:]), rows[done:])
    again.finish()

    assert done == 2
    assert store.vectors("a").tolist() == rows.tolist()


def test_resume_after_half_a_row(store: Store, tmp_path: Path) -> None:
    """What a crash left of a vector is thrown away."""
    document = reading("a.txt", [YEAST, SODA])
    (tmp_path / "a.txt").touch()
    rows = np.eye(4, dtype=np.float32)[:2]
    store.unfinished("a", tmp_path / "a.txt", document, 4).append([""], rows[:1])
    with (store.root / "unfinished" / "a" / "vectors.f32").open("ab") as file:
        file.write(b"half a ro")

    again = store.unfinished("a", tmp_path / "a.txt", document, 4)
    done = again.done
    again.append([""] * len(rows[done:]), rows[done:])
    again.finish()

    assert done == 1
    assert store.vectors("a").tolist() == rows.tolist()


def test_resume_before_the_last_step(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that broke off while the document was moved in can be run again."""
    document = reading("a.txt", [YEAST])
    (tmp_path / "a.txt").touch()
    row = np.eye(4, dtype=np.float32)[:1]
    work = store.unfinished("a", tmp_path / "a.txt", document, 4)
    work.append([""] * len(row), row)
    monkeypatch.setattr(Path, "rename", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        work.finish()
    monkeypatch.undo()

    again = store.unfinished("a", tmp_path / "a.txt", document, 4)
    again.append([""] * len(row[again.done :]), row[again.done :])
    again.finish()

    assert store.vectors("a").tolist() == row.tolist()
