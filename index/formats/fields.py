"""Named fields, of a JSON record or of front matter, to an article's metadata."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from index.article import Metadata
from index.dates import date_in_text, valid_date
from index.formats.crude import plain
from index.formats.decoding import tidy

# The documented name of each field first, then the usual others.
TEXT = ("text", "body", "content")
# Where WordPress gives a field as an object, its HTML goes by this name.
RENDERED = "rendered"
_TITLE = ("title", "headline")
_DATE = ("date", "published", "published_at", "date_published", "datePublished")
_URL = ("url", "link")
_SOURCE = ("source", "outlet", "publisher", "site")
_AUTHOR = ("author", "byline")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?=\D|$)|(\d{4})(\d{2})(\d{2})$")
# Seconds since 1970 of this century, or milliseconds.
_SECONDS = range(10**9, 10**10)
# Longer ones are text in the wrong field; headlines with a deck and addresses are long.
MAX_LINE = 2000


def metadata_of(fields: Mapping[str, object]) -> tuple[Metadata, tuple[str, ...]]:
    """The metadata that fields hold, and warnings about those that cannot be understood."""
    lowered = {str(name).strip().lower(): value for name, value in fields.items()}
    warnings: list[str] = []
    when = first(lowered, _DATE)
    published = to_date(when)
    if when is not None and published is None:
        warnings.append(f"the date “{str(when)[:40]}” is not understood: undated")
    title, url, source, author = (
        _line(name, first(lowered, names), warnings)
        for name, names in (
            ("title", _TITLE), ("url", _URL), ("source", _SOURCE), ("author", _AUTHOR),
        )
    )  # fmt: skip
    url = url and url.replace(" ", "%20")
    if source and _is_address(source):
        url, source = url or source, _host(source)
    if url and not _is_address(url):
        warnings.append(f"“{url[:40]}” is no web address: left out")
        url = None
    return Metadata(
        title=title,
        outlet=source or _host(url),
        published=published,
        url=url,
        author=author,
    ), tuple(warnings)


def first(fields: Mapping[str, object], names: tuple[str, ...]) -> object:
    """The first of these fields that holds anything."""
    values = (fields.get(name.lower()) for name in names)
    return next((value for value in values if value not in (None, "", [], {})), None)


def to_date(value: object) -> date | None:
    """A date written in any usual way, or None; never the file's."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int) and abs(value) > _SECONDS.stop * 1000:
        return None  # too long a number for a fraction
    if isinstance(value, int | float):
        seconds = value / 1000 if math.isfinite(value) and value > _SECONDS.stop else value
        if math.isfinite(seconds) and int(seconds) in _SECONDS:
            found = datetime.fromtimestamp(seconds, UTC)
            return valid_date(found.year, found.month, found.day)
        return None
    if not isinstance(value, str):
        return None
    if match := _ISO.match(value.strip()):
        year, month, day = (int(part) for part in match.groups() if part)
        return valid_date(year, month, day)
    return date_in_text(value[:MAX_LINE])


def _line(name: str, value: object, warnings: list[str]) -> str | None:
    """One printable line, or None; a warning where it is too long to be one."""
    if isinstance(value, list):
        value = ", ".join(part for part in value if isinstance(part, str))
    if isinstance(value, dict):
        value = first(value, ("name", RENDERED))
    if not isinstance(value, str):
        return None
    line = " ".join(tidy(plain(tidy(value)[0]))[0].split())
    if len(line) > MAX_LINE:
        warnings.append(f"the field {name} has {len(line):,} characters: left out")
        return None
    return line or None


def _is_address(text: str) -> bool:
    return bool(re.fullmatch(r"https?://[^\s/]+\S*", text))


def _host(url: str | None) -> str | None:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.") or None if url else None
    except ValueError:  # "https://[": an address that is none
        return None
