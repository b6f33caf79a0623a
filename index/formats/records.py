"""JSON lines, JSON arrays and single JSON objects: each record is an article of its own."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Any

from index.article import Page, Skipped
from index.formats.crude import plain
from index.formats.decoding import decode, tidy
from index.formats.feed import Lined, RefusedError
from index.formats.fields import RENDERED, TEXT, first, metadata_of
from index.formats.limits import MAX_PAGE, too_long
from index.formats.naming import content_key, inside, record_key
from index.formats.plain import EMPTY, NO_TEXT, digest_of

# Fields that name a record, the surest first.
_ID = ("id", "_id", "url")


class _Repeats:
    """Records of one file by name, so that none takes another's place."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[str, str]] = {}

    def settle(self, page: Page, place: str) -> Page | Skipped:
        """The page under a name of its own, or why it is left out."""
        if page.id in self._seen:
            digest, where = self._seen[page.id]
            if digest == page.digest:
                return Skipped(page.id, f"the same record as {where}", place)
            # Two versions under one id: both stay, the later named by its text as well.
            page = replace(page, id=page.id + content_key(page.text))
            if page.id in self._seen:
                return Skipped(page.id, "the same record as an earlier one", place)
        self._seen[page.id] = page.digest, place
        return page


def read_lines(identity: str, stream: Lined) -> Iterator[Page | Skipped]:
    """The records of a JSON lines file, and which lines hold none."""
    repeats = _Repeats()
    empty = True
    for number in count(1):
        place = f"line {number}"
        line = stream.readline(MAX_PAGE + 1)
        if not line:
            break
        if len(line) > MAX_PAGE:
            _skip_line(stream)
            yield Skipped(identity, too_long(MAX_PAGE), place)
            continue
        if not line.strip().strip(b"\xef\xbb\xbf\0"):
            continue
        empty = False
        yield _settle(repeats, identity, line, place)
    if empty:
        yield Skipped(identity, EMPTY)


def _skip_line(stream: Lined) -> None:
    while (piece := stream.readline(1 << 20)) and not piece.endswith(b"\n"):
        pass


def _settle(repeats: _Repeats, identity: str, line: bytes, place: str) -> Page | Skipped:
    try:
        value, warnings = parse(line)
    except RefusedError as error:
        return Skipped(identity, str(error), place)
    page = to_page(identity, value, digest_of(line.strip()), warnings, place)
    return repeats.settle(page, place) if isinstance(page, Page) else page


def read_json(identity: str, data: bytes) -> Iterator[Page | Skipped]:
    """A JSON file: an array of records, one record, or JSON lines under another name."""
    if not data.strip():
        yield Skipped(identity, EMPTY)
        return
    try:
        value, warnings = parse(data)
    except RefusedError as error:
        if b"\n" in data.strip() and _is_record(data.lstrip().split(b"\n", 1)[0]):
            yield from read_lines(identity, io.BytesIO(data))
        else:
            yield Skipped(identity, str(error))
        return
    if isinstance(value, list):
        yield from _read_array(identity, value)
        return
    page = to_page(identity, value, digest_of(data), warnings, "")
    # One record in a file of its own goes by the file's name.
    yield replace(page, id=identity) if isinstance(page, Page) else replace(page, path=identity)


def _read_array(identity: str, values: Iterable[Any]) -> Iterator[Page | Skipped]:
    repeats = _Repeats()
    number = 0
    for number, value in enumerate(values, start=1):
        place = f"entry {number}"
        canonical = json.dumps(value, sort_keys=True).encode()
        page = to_page(identity, value, digest_of(canonical), (), place)
        yield repeats.settle(page, place) if isinstance(page, Page) else page
    if not number:
        yield Skipped(identity, EMPTY)


def _is_record(line: bytes) -> bool:
    try:
        return isinstance(parse(line)[0], dict)
    except RefusedError:
        return False


def parse(data: bytes) -> tuple[Any, tuple[str, ...]]:
    """A JSON value and warnings. Raises RefusedError with the reason.

    NaN and Infinity, which JSON lacks and exporters write for missing values, are nothing.
    """
    decoded = decode(data)
    if isinstance(decoded, str):
        raise RefusedError(decoded)
    text, warnings = decoded
    repeated: set[str] = set()

    def collect(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            times = Counter(name for name, _ in pairs)
            repeated.update(name for name in found if times[name] > 1)
        return found

    try:
        value = json.loads(
            text, object_pairs_hook=collect, parse_constant=lambda _: None, parse_int=_integer
        )
    except RecursionError:
        raise RefusedError("JSON nested too deep") from None
    except ValueError as error:
        raise RefusedError(f"not JSON ({getattr(error, 'msg', error)})") from None
    if repeated:
        names = ", ".join(sorted(repeated))[:80]
        warnings = (*warnings, f"given twice, the last counts: {names}")
    return value, warnings


def _integer(digits: str) -> int | str:
    """Python refuses integers of more than 4,300 digits; as a name they may stay what they are."""
    return int(digits) if len(digits) < 1000 else digits


def to_page(
    identity: str, value: Any, digest: str, warnings: tuple[str, ...], place: str
) -> Page | Skipped:
    """A record as a page named by its id field or, without one, by its text."""
    if not isinstance(value, dict):
        return Skipped(identity, "not a JSON object with named fields", place)
    key = next((key for name in _ID if (key := record_key(value.get(name)))), None)
    text, more = _text(value)
    if not text.strip():
        named = inside(identity, key) if key else identity
        return Skipped(named, _without_text(value), place)
    metadata, doubts = metadata_of(value)
    return Page(
        id=inside(identity, key or content_key(text)),
        text=text,
        digest=digest,
        warnings=(*warnings, *more, *doubts),
        metadata=metadata,
        bare=True,
    )


def _text(record: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    value = first({name.lower(): v for name, v in record.items()}, TEXT)
    if isinstance(value, dict):
        value = value.get(RENDERED)
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        value = "\n\n".join(value)
    if not isinstance(value, str):
        return "", ()
    text, warnings = tidy(value)
    return tidy(plain(text))[0], warnings  # an entity may stand for a line break


def _without_text(record: Mapping[str, Any]) -> str:
    if first({name.lower(): v for name, v in record.items()}, TEXT) is not None:
        return NO_TEXT
    names = ", ".join(list(record)[:6])
    return f"no field called text (it has: {names[:80]})" if names else NO_TEXT
