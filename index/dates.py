"""Publication dates, from the page's own words or its address; never from the file system."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from index.errors import InputError

# Newspapers of record are digitised back to the 19th century; later than 2100 is a typing error.
_YEARS = range(1800, 2101)

_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)")
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_WORDED = re.compile(
    r"(?<!\d)\d{1,2}(?:st|nd|rd|th)?\s+(?:tháng\s+\d{1,2},?\s+(?:năm\s+)?|[^\W\d_]{3,12}\.?,?\s+)\d{4}(?!\d)"
    r"|[^\W\d_]{3,12}\.?\s+\d{1,2},\s+\d{4}(?!\d)"
)
_BOUND = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_URL = re.compile(r"[/-](\d{4})/?(\d{2})/?(\d{2})(?:\d{4,9})?(?:[/.-]|$)")


def date_in_text(text: str) -> date | None:
    """The first full date (day, month, year) written in `text`, day before month, or None.

    Dates without a year and relative dates ("14 hari lalu") are no dates: nothing on the page
    says what they count from.
    """
    for pattern, order in ((_ISO, (0, 1, 2)), (_NUMERIC, (2, 1, 0))):
        if match := pattern.search(text):
            parts = [int(part) for part in match.groups()]
            return _valid(*(parts[i] for i in order))
    if match := _WORDED.search(text):
        import dateparser  # slow to import, and needed only where a date is spelled out

        settings = {
            "DATE_ORDER": "DMY",
            "STRICT_PARSING": True,
            "REQUIRE_PARTS": ["day", "month", "year"],
        }
        words = re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", match.group())
        found = dateparser.parse(words, languages=["id", "en", "vi"], settings=settings)
        return _valid(found.year, found.month, found.day) if found else None
    return None


def date_in_url(url: str) -> date | None:
    """The date an article's address carries (`/2025/10/26/`, `-20251026114315150.htm`), or None."""
    match = _URL.search(url)
    return _valid(*(int(part) for part in match.groups())) if match else None


def parse_day(text: str, *, last: bool) -> date:
    """A day given as YYYY, YYYY-MM or YYYY-MM-DD; `last` takes the last day of what is left out.

    Raises InputError.
    """
    match = _BOUND.fullmatch(text.strip())
    if match:
        year, month, day = (int(part) if part else None for part in match.groups())
        try:
            if year and day is None:
                month = month or (12 if last else 1)
                day = monthrange(year, month)[1] if last else 1
            if year and month and day:
                return date(year, month, day)
        except ValueError:
            pass
    raise InputError(f"{text!r} is no date; write 2025, 2025-10 or 2025-10-26")


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None
