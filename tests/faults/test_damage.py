"""R5, R11, R14: what is damaged, foreign or senseless is noticed before it is used."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index.checking import check
from index.collection import Collection
from index.database import Database
from index.embedding import Encoding
from index.errors import CollectionError, DiskError, KutipError, ModelError
from index.store import FILE, FORMAT, Store
from tests.faults.world import (
    ALL,
    QuickEncoder,
    World,
    answers,
    digest,
    fresh_digest,
    old_folder,
    update,
    write,
)

FLIPS = 200 if ALL else 25
SEED = 5


def flip(path: Path, dice: random.Random) -> None:
    data = bytearray(path.read_bytes())
    data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    path.write_bytes(data)


def zero(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def lengthen(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"x" * 16)


def become_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def become_a_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/nowhere/collection.sqlite")


def is_noticed(world: World) -> bool:
    """Whether the damage is reported; if not, what is served must be one generation."""
    try:
        served = answers(world.now)
        findings = check(world.now)
    except (CollectionError, DiskError):
        return True
    assert served in (world.old_answers, world.new_answers) or findings
    return bool(findings)


def mends(world: World) -> None:
    """`kutip index`, or with --rebuild when it says so, makes the collection whole."""
    try:
        world.update()
        if check(world.now):
            raise CollectionError("check found something")
    except KutipError:
        update(world.now, world.folder, rebuild=True)
    assert check(world.now) == []
    assert digest(world.now) == world.new_digest


@pytest.mark.parametrize(
    "harm", [Path.unlink, zero, halve, lengthen, become_a_folder, become_a_link],
    ids=lambda harm: harm.__name__,
)  # fmt: skip
def test_r5_a_damaged_file_is_noticed_or_harmless(
    world: World, harm: Callable[[Path], object]
) -> None:
    harm(world.begin() / FILE)
    assert is_noticed(world) or harm is lengthen
    mends(world)


@pytest.mark.timeout(300)
def test_r5_a_flipped_bit_is_noticed_or_harmless(world: World) -> None:
    dice, noticed = random.Random(SEED), 0
    for _ in range(FLIPS):
        flip(world.begin() / FILE, dice)
        noticed += is_noticed(world)
        mends(world)
    # The rest fell on pages that hold nothing.
    assert noticed > FLIPS * 0.8


def test_r5_would_notice_without_checksums(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The flips matter: without checksums some of them reach an answer or pass unseen."""
    dice, unseen = random.Random(SEED), 0
    for _ in range(20):
        path = world.begin() / FILE
        data = bytearray(path.read_bytes())
        words = b"kedua negara sepakat"
        at = data.find(words, dice.randrange(len(data) // 2))
        if at < 0:
            continue
        data[at] ^= 1
        path.write_bytes(data)
        database = Database(path)
        database.run("PRAGMA checksum_verification=OFF")
        try:
            unseen += database.rows("PRAGMA integrity_check") == [("ok",)]
        finally:
            database.close()
        assert is_noticed(world)
    assert unseen


def test_r5_a_file_put_back_from_before_is_one_generation(world: World) -> None:
    world.begin()
    world.update()
    shutil.copy(world.before / FILE, world.now / FILE)
    assert not is_noticed(world)
    assert answers(world.now) == world.old_answers
    mends(world)


def test_r5_parts_of_different_ages_are_noticed(world: World) -> None:
    world.begin()
    with Store.open(world.now) as store, store.writing():
        store._db.run("UPDATE passage SET stop = stop - 1 WHERE number = 1")
    findings = check(world.now)
    assert ["put together of parts" in finding.what for finding in findings] == [True]
    mends(world)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("UPDATE encoding SET vector = zeroblob(length(vector))", "does not have length 1"),
        ("UPDATE encoding SET vector = x'00'", "no vector of the encoder's size"),
        ("DELETE FROM encoding WHERE key IN (SELECT key FROM encoding LIMIT 1)", "no vector"),
        ("UPDATE encoding SET states = NULL, offsets = x''", "token vectors"),
    ],
)
def test_r5_check_names_what_is_wrong_and_what_mends_it(world: World, harm: str, said: str) -> None:
    world.begin()
    with Store.open(world.now) as store, store.writing():
        store._db.run(harm)
        if "states" in harm:
            store.set_meta({"token_width": "8"})
    findings = check(world.now)
    assert any(said in finding.what for finding in findings)
    assert {finding.mend for finding in findings} == {"kutip index --rebuild"}
    mends(world)


@pytest.mark.parametrize(
    ("format_", "said"), [("999", "newer Kutip"), ("1", "format 1"), ("x", "format x")]
)
def test_r11_another_format_is_refused_with_a_way_out(
    world: World, format_: str, said: str
) -> None:
    assert format_ != FORMAT
    world.begin()
    with Store.open(world.now) as store, store.writing():
        store.set_meta({"format": format_})
    for use in (lambda: answers(world.now), lambda: world.update(), lambda: check(world.now)):
        with pytest.raises(CollectionError, match=said) as refused:
            use()
        assert "kutip index --rebuild" in str(refused.value)
    mends(world)


class OtherWeights(QuickEncoder):
    """The same name and dimension, other weights."""

    fingerprint = "fake@2"


def test_r11_other_weights_of_the_same_model_are_refused(world: World) -> None:
    world.begin()
    other = Collection(world.now, encoder=OtherWeights())
    for use in (other.snapshot, lambda: other.update(world.folder)):
        with pytest.raises(CollectionError, match="another version of the encoder"):
            use()
    # What needs no model works without it.
    assert other.article("01.txt") is not None
    assert check(world.now) == []
    other.update(world.folder, rebuild=True)
    assert check(world.now) == []
    assert len(other.snapshot().passages) > 0


class SenselessEncoder(QuickEncoder):
    """Returns what no vector is for texts about coffee; or for all."""

    def __init__(self, what: str, *, about: str = "kopi") -> None:
        self.what, self.about = what, about

    def encode_passages(self, texts, **options):
        made = super().encode_passages(texts, **options)
        bad = [row for row, text in enumerate(texts) if self.about in text]
        if not bad:
            return made
        vectors = made.vectors.copy()
        if self.what == "raises":
            raise ModelError("not finite")
        if self.what == "few":
            return Encoding(vectors[:-1], made.tokens)
        if self.what == "wide":
            return Encoding(np.hstack([vectors, vectors]), made.tokens)
        if self.what == "whole":
            return Encoding(vectors.astype(np.int64), made.tokens)
        vectors[bad] = {"nan": np.nan, "inf": np.inf, "zero": 0}[self.what]
        return Encoding(vectors, made.tokens)


SENSELESS = ["nan", "inf", "zero", "few", "wide", "whole", "raises"]


@pytest.mark.parametrize("what", SENSELESS)
def test_r14_senseless_vectors_stay_out_and_are_tried_again(tmp_path: Path, what: str) -> None:
    folder, directory = tmp_path / "articles", tmp_path / "kutip"
    old_folder(folder)
    report = Collection(directory, encoder=SenselessEncoder(what)).update(folder)
    assert [path for path, _ in report.skipped] == ["05.txt", "11.txt"]
    assert len(report.added) == 10
    assert check(directory) == []
    again = update(directory, folder)
    assert again.added == ["05.txt", "11.txt"]
    assert digest(directory) == fresh_digest(tmp_path / "fresh", folder)
    # An article that was good stays as it was.
    write(folder / "05.txt", "kopi 5", generation="baru")
    report = Collection(directory, encoder=SenselessEncoder(what)).update(folder)
    assert (report.kept, report.changed) == (["05.txt"], [])
    assert check(directory) == []
    assert "lama" in Collection(directory, encoder=QuickEncoder()).article("05.txt").text


def test_r14_a_model_that_fails_on_everything_is_an_error(tmp_path: Path) -> None:
    old_folder(tmp_path / "articles")
    encoder = SenselessEncoder("raises", about="")
    with pytest.raises(ModelError, match="not finite"):
        Collection(tmp_path / "kutip", encoder=encoder).update(tmp_path / "articles")
