"""One file's bytes to its pages, whatever its format. Runs where a crash does no harm."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

from index.article import Page, Skipped
from index.formats.archives import Begun, read_zip
from index.formats.decoding import decode
from index.formats.feed import Gunzip, Lined, Peekable, RefusedError, read_up_to
from index.formats.kinds import HEAD, Kind, kind_of, looks_like_html, not_read
from index.formats.limits import MAX_PAGE, MAX_WHOLE
from index.formats.markdown import read_markdown
from index.formats.plain import read_text
from index.formats.records import read_json, read_lines
from index.formats.web import read_page

_WIDE = (b"\xff\xfe", b"\xfe\xff")
Parsed = Page | Skipped | Begun


def parse(identity: str, name: str, stream: Peekable, *, start: int = 0) -> Iterator[Parsed]:
    """The pages of one file, called `name`, and what of it cannot be read.

    `start` is the number of the first entry of an archive to read.
    """
    if kind_of(name)[0] is not Kind.ZIP:
        yield from _parse_one(identity, name, stream)
        return
    try:
        data = read_up_to(stream, MAX_WHOLE)
    except RefusedError as error:
        yield Skipped(identity, str(error))
        return
    yield from read_zip(identity, data, _parse_one, start=start)


def _parse_one(identity: str, name: str, stream: Peekable) -> Iterator[Page | Skipped]:
    """As `parse`, for everything but an archive."""
    kind, gzipped = kind_of(name)
    gunzip = Gunzip(stream) if gzipped else None
    if gunzip is not None:
        stream = io.BufferedReader(gunzip)
    try:
        if kind is Kind.ZIP:
            yield Skipped(identity, "an archive inside an archive")
        elif kind is Kind.LINES:
            yield from read_lines(identity, _narrow(stream))
        elif kind is Kind.JSON:
            yield from read_json(identity, read_up_to(stream, MAX_WHOLE))
        elif kind is None and not looks_like_html(stream.peek(HEAD)[:HEAD]):
            yield Skipped(identity, not_read(name))
        else:
            page = _read_single(identity, kind, read_up_to(stream, MAX_PAGE))
            if gunzip is not None and gunzip.damage:
                page = _note(page, gunzip.damage)
            yield page
            return
    except RefusedError as error:
        yield Skipped(identity, str(error))
    if gunzip is not None and gunzip.damage:
        yield Skipped(identity, gunzip.damage)


def _read_single(identity: str, kind: Kind | None, data: bytes) -> Page | Skipped:
    if kind is Kind.MARKDOWN:
        return read_markdown(identity, data)
    if kind is Kind.TEXT and not looks_like_html(data[:HEAD]):
        return read_text(identity, data)
    return read_page(identity, data)


def _note(page: Page | Skipped, damage: str) -> Page | Skipped:
    if isinstance(page, Skipped):
        return Skipped(page.path, damage)
    return replace(page, warnings=(*page.warnings, damage))


def _narrow(stream: Peekable) -> Lined:
    """The stream with one byte for a line break: UTF-16, as some shells write, made UTF-8."""
    if not stream.peek(2).startswith(_WIDE):
        return stream
    decoded = decode(read_up_to(stream, MAX_WHOLE))
    if isinstance(decoded, str):
        raise RefusedError(decoded)
    return io.BytesIO(decoded[0].encode("utf-8"))
