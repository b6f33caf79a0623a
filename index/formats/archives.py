"""Zip archives, read in memory: nothing is ever unpacked to disk."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast

from index.article import Page, Skipped
from index.formats.feed import Peekable, RefusedError, check_ratio
from index.formats.kinds import ignored
from index.formats.naming import inside, leads_outside

# A bit of a zip entry's flags: its name is UTF-8. Many archivers write UTF-8 without saying so.
_NAME_IS_UTF8 = 0x800
_ENCRYPTED = 0x1

Parse = Callable[[str, str, Peekable], Iterator[Page | Skipped]]


@dataclass(frozen=True, slots=True)
class Begun:
    """A mark in the stream: entry `number` of an archive is being read, under this id."""

    number: int
    id: str


def read_zip(
    identity: str, data: bytes, parse: Parse, *, start: int = 0
) -> Iterator[Page | Skipped | Begun]:
    """The articles of an archive's entries, from number `start` on, each announced before it.

    `parse` reads one entry, given its id, its name and its bytes. An entry never unpacks to more
    than the archive's table declares (`zipfile` stops there), so bombs are told by the table.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, EOFError):
        yield Skipped(identity, "not a zip archive, or a damaged one")
        return
    try:
        check_ratio(len(data), sum(entry.file_size for entry in entries))
    except RefusedError as error:
        yield Skipped(identity, str(error))
        return
    last = {entry.filename: number for number, entry in enumerate(entries)}
    for number, entry in enumerate(entries):
        if number < start or entry.is_dir():
            continue
        name = _name(entry)
        named = inside(identity, name)
        yield Begun(number, named)
        if any(ignored(part) for part in name.split("/") if part != ".."):
            yield Skipped(named, "ignored by rule", by_rule=True)
        elif last[entry.filename] != number:
            yield Skipped(named, "this name comes again in the archive: the last one counts")
        elif why := _unreadable(entry, name):
            yield Skipped(named, why)
        else:
            yield from _read_entry(archive, entry, named, name, parse)


def _read_entry(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, named: str, name: str, parse: Parse
) -> Iterator[Page | Skipped]:
    try:
        with archive.open(entry) as stream:
            yield from parse(named, name, io.BufferedReader(cast(io.RawIOBase, stream)))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        yield Skipped(named, f"the archive is damaged here ({error})")


def _name(entry: zipfile.ZipInfo) -> str:
    if entry.flag_bits & _NAME_IS_UTF8:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _unreadable(entry: zipfile.ZipInfo, name: str) -> str | None:
    if leads_outside(name):
        return "a name that leads outside the archive"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "a link"
    if entry.flag_bits & _ENCRYPTED:
        return "encrypted"
    # The others unpack a block at once, however much that makes.
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "packed in a way Kutip does not read"
    return None
