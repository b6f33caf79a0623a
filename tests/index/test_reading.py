from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Page, Skipped
from index.errors import InputError
from index.formats.decoding import decode
from index.formats.limits import MAX_PAGE
from index.reading import read_folder


def read(folder: Path) -> dict[str, Page | Skipped]:
    return {(p.id if isinstance(p, Page) else p.path): p for p in read_folder(folder)}


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Việt Nam".encode(), "Việt Nam"),
        ("\ufeffHalo".encode(), "Halo"),
        ("Halo".encode("utf-16"), "Halo"),
        (b"\xfe\xff" + "Halo".encode("utf-16-be"), "Halo"),
        ("Halo".encode("utf-32"), "Halo"),
        (b"a\r\nb\rc\xe2\x80\xa8d", "a\nb\nc\nd"),
    ],
)
def test_text_is_decoded_without_a_word(data: bytes, text: str) -> None:
    assert decode(data) == (text, ())


def test_a_few_bad_bytes_are_replaced_and_reported() -> None:
    decoded = decode(b"berita " * 100 + b"\xff\xfe")
    assert decoded[0].endswith("\ufffd\ufffd")
    assert decoded[1] == ("2 characters could not be decoded as utf-8",)


def test_legacy_encoding_is_read_and_reported() -> None:
    text, warnings = decode("“Café” résumé déjà".encode("cp1252"))
    assert text == "“Café” résumé déjà"
    assert "windows-1252" in warnings[0]


def test_control_characters_cannot_reach_a_terminal() -> None:
    text, warnings = decode(b"a\x1b]52;c;x\x07b")
    assert text == "a]52;c;xb"
    assert warnings == ("2 control characters removed",)


def test_zero_bytes_are_no_text() -> None:
    assert decode(b"PK\x00\x00") == "not text (it holds zero bytes)"


@given(st.binary(max_size=300))
def test_decoding_never_fails(data: bytes) -> None:
    decoded = decode(data)
    if not isinstance(decoded, str):
        decoded[0].encode("utf-8")


def test_every_file_is_read_or_reported(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.txt").write_text("isi")
    (tmp_path / "B.TXT").write_text("isi")
    (tmp_path / "c.pdf").write_bytes(b"%PDF")
    (tmp_path / "empty.txt").write_text(" \n")
    (tmp_path / "big.txt").write_bytes(b"a" * (MAX_PAGE + 1))
    (tmp_path / ".hidden.txt").write_text("isi")
    (tmp_path / "note.txt~").write_text("isi")
    (tmp_path / "broken.txt").symlink_to(tmp_path / "missing.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    outside = tmp_path.parent / "outside.txt"
    outside.write_text("rahasia")
    (tmp_path / "link.txt").symlink_to(outside)
    (tmp_path / "loop").symlink_to(tmp_path)
    found = read(tmp_path)
    assert {name for name, p in found.items() if isinstance(p, Page)} == {"sub/a.txt", "B.TXT"}
    assert {name: p.reason for name, p in found.items() if isinstance(p, Skipped)} == {
        ".hidden.txt": "ignored by rule",
        "note.txt~": "ignored by rule",
        "c.pdf": "not a kind of file Kutip reads (.pdf)",
        "empty.txt": "no text in it",
        "big.txt": "longer than 20 MB",
        "broken.txt": "a link to nothing",
        "pipe.txt": "not a regular file",
        "link.txt": "a link that leads outside the folder",
        "loop": "a link to a folder; its articles are read in place",
    }


def test_hostile_names_are_printable(tmp_path: Path) -> None:
    for name in (b"a\x1b[31m.txt", b"bad\xff.txt", "rtl\u202etxt.txt".encode(), b"--help.txt"):
        (tmp_path / os.fsdecode(name)).write_text("isi")
    found = read(tmp_path)
    assert all(name.isprintable() for name in found)
    assert len(found) == 4


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        list(read_folder(tmp_path / "nowhere"))
