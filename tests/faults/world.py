"""A small collection with a past and a future, and what may be seen of it at any moment."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from index import cache_file
from index.checking import check
from index.collection import Collection
from index.errors import NoCollectionError
from index.report import Report
from index.store import FILE, Store
from qa.answering import ask
from tests.fakes import FakeEncoder

# `make faults` runs every fault and large numbers; `make test` a part that takes some two minutes.
ALL = bool(os.environ.get("KUTIP_FAULTS"))
TOPICS = ("pelatihan", "energi", "pangan", "kelautan", "nuklir", "kopi")
QUESTIONS = tuple(f"{verb} {topic}" for topic in (*TOPICS, "perikanan", "kesehatan", "perang",
                  "beras") for verb in ("kerja sama", "generasi baru"))  # fmt: skip


class QuickEncoder(FakeEncoder):
    """The deterministic encoder, each word's direction made once."""

    _direction = staticmethod(cache(FakeEncoder()._direction))


def scratch() -> Path:
    """A new folder, in memory where there is such a place: thousands of syncs are waited for."""
    memory = Path("/dev/shm")
    return Path(
        tempfile.mkdtemp(prefix="kutip-", dir=memory if os.access(memory, os.W_OK) else None)
    )


def collection(directory: Path) -> Collection:
    return Collection(directory, encoder=QuickEncoder())


def write(path: Path, topic: str, *, generation: str = "lama") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"Kerja sama {topic} diperluas\n"
        f"Menteri mengatakan bahwa kedua negara sepakat memperluas kerja sama {topic}.\n"
        f"Naskah ini berasal dari generasi {generation}, demikian keterangan tentang {topic}.\n"
    )


def old_folder(folder: Path, size: int = 12) -> None:
    """Articles with names from 00.txt on, at least ten."""
    for number in range(size):
        write(folder / f"{number:02}.txt", f"{TOPICS[number % 6]} {number}")


def new_folder(folder: Path, size: int = 12) -> None:
    """The same folder later: a third changed, one added, moved, removed, two swapped."""
    for number in range(1, size, 3):
        write(folder / f"{number:02}.txt", f"{TOPICS[number % 6]} {number}", generation="baru")
    write(folder / "sub" / "new.txt", "perikanan", generation="baru")
    (folder / "02.txt").rename(folder / "sub" / "02.txt")
    (folder / "05.txt").unlink()
    spare = folder / "t"
    (folder / "08.txt").rename(spare)
    (folder / "09.txt").rename(folder / "08.txt")
    spare.rename(folder / "09.txt")


def update(directory: Path, folder: Path, **options: Any) -> Report:
    return collection(directory).update(folder, **options)


def answers(directory: Path) -> tuple[str, ...]:
    """What twenty questions are answered, but for the time it took and the generation's number."""
    opened = collection(directory)
    found = [ask(opened, question).to_dict() for question in QUESTIONS]
    return tuple(str({k: v for k, v in one.items() if k not in ("took_ms", "generation")})
                 for one in found)  # fmt: skip


def digest(directory: Path) -> str:
    """Of everything an answer can depend on; no times, no generation's number."""
    with Store.open(directory) as store, store.reading():
        meta, rows = store.meta(), store.passages()
        keys = {key for row in rows for key in (row.encoding, row.context_encoding,
                                                row.whole_encoding) if key}  # fmt: skip
        made = {key: store.encodings.one(key, int(meta["token_width"])) for key in keys}
        parts = [*map(repr, store.articles()), *map(repr, rows)]
        for key, one in sorted(made.items()):
            assert one is not None
            states = (one.states, one.offsets)
            parts += [key, one.vector.tobytes().hex(),
                      *(b"".hex() if s is None else s.tobytes().hex() for s in states)]  # fmt: skip
        files = {identity: known.file for identity, known in store.known().items()}
        parts += [repr(files), meta["identity"], meta["recipe"]]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def fresh_digest(scratch: Path, folder: Path) -> str:
    """The digest of a collection made from nothing."""
    shutil.rmtree(scratch, ignore_errors=True)
    update(scratch, folder, allow_empty=True)
    found = digest(scratch)
    shutil.rmtree(scratch)
    return found


class World:
    """The folder after its change, the collection before it, and both kinds of answers."""

    # How the update under test is asked for.
    options: dict[str, Any] = {}  # noqa: RUF012

    def __init__(self, root: Path, size: int = 12, *, ask_always: bool = ALL) -> None:
        """A past and a future of so many articles.

        Unless `ask_always`, what was asked of one digest is not asked again of the same.
        """
        self._ask_always = ask_always
        self.root, self.folder = root, root / "articles"
        self.before, self.now = root / "before", root / "now"
        old_folder(self.folder, size)
        update(self.before, self.folder)
        self.old_answers, self.old_digest = answers(self.before), digest(self.before)
        new_folder(self.folder, size)
        update(root / "after", self.folder)
        self.new_answers, self.new_digest = answers(root / "after"), digest(root / "after")
        assert self.old_answers != self.new_answers
        self._asked: dict[str, tuple[str, ...]] = {}

    def begin(self) -> Path:
        """The collection as it was before the change."""
        shutil.rmtree(self.now, ignore_errors=True)
        shutil.copytree(self.before, self.now)
        return self.now

    def update(self) -> Report:
        """What is tested: bring the collection up to date."""
        return update(self.now, self.folder, **self.options)

    def holds(self, *, done: bool = False) -> str:
        """The common condition after any fault; which generation was served.

        `done` says that the update reported success: then only the new one may be served.
        """
        served = self._served()
        allowed = {self.new_answers: "new"} | ({} if done else {self.old_answers: "old"})
        assert served in allowed, "answers of neither the old nor the new generation"
        # Nobody needs to know what happened: it is the usual update that makes it good.
        update(self.now, self.folder)
        assert check(self.now) == []
        assert digest(self.now) == self.new_digest
        assert {path.name.partition("-")[0] for path in self.now.iterdir()} <= {
            FILE, "writer.lock", cache_file.FILE
        }, "something was left behind"  # fmt: skip
        return allowed[served]

    def _served(self) -> tuple[str, ...]:
        """What is answered by a collection that `check` finds sound."""
        held = digest(self.now)
        if self._ask_always or held not in self._asked:
            self._asked[held] = answers(self.now)
        assert check(self.now) == []
        return self._asked[held]


class Rebuilding(World):
    """The same change, met by a collection that is made anew."""

    options = {"rebuild": True}  # noqa: RUF012


class Beginning(World):
    """The folder has no collection yet: the update is the first."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.old_answers = ("no collection here",)

    def begin(self) -> Path:
        """No collection, nor a place for one."""
        shutil.rmtree(self.now, ignore_errors=True)
        return self.now

    def _served(self) -> tuple[str, ...]:
        try:
            with Store.open(self.now) as store, store.reading():
                begun = store.meta()["generation"] == "0"
        except NoCollectionError:  # whatever is there of it, nobody takes it for a damaged one
            return self.old_answers
        if begun:
            with pytest.raises(NoCollectionError, match="nothing is indexed yet"):
                answers(self.now)
            assert check(self.now) == []
            return self.old_answers
        return super()._served()
