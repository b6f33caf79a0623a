"""Publication dates, from the page's own words or its address; never from the file system.

A wrong date is worse than none: what is incomplete, impossible, relative or in the future is no
date.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from index.errors import InputError

# Newspapers of record are digitised back to the 19th century; later than 2100 is a typing error.
_YEARS = range(1800, 2101)
# The year of the first web page: an address with an earlier year in it counts something else.
_FIRST_WEB_YEAR = 1991
# Somewhere on earth it is tomorrow already.
_TIME_ZONES = timedelta(days=1)

# A logo's or a clock's digits may touch the year: "Vietnam+14/10/202510:15".
_END = r"(?=\D|$|\d{2}[:.]\d{2})"
_ISO = re.compile(rf"(?<!\d)(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}})(?:{_END}|(?=T\d))")
_NUMERIC = re.compile(
    rf"(?<![\d/])(?<!\d[-.])(\d{{1,2}})\s?([-/.])\s?(\d{{1,2}})\s?\2\s?(\d{{4}}){_END}"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?\d{4,6}Z?)?")
_WORD = r"[^\W\d_]{3,10}"
_WORDED = re.compile(
    r"(?<!\d)(?<!\d[-–/])\d{1,2}(?:st|nd|rd|th)?(?:\s+of)?[\s/-]+"
    rf"(?:(?:tháng|thg|th)\.?\s*\d{{1,2}}|(?:tháng\s+)?{_WORD}(?:\s+(?:một|hai))?)"
    rf"\.?,?(?:\s+năm)?[\s/-]+\d{{4}}{_END}"
    rf"|(?:tháng\s+)?{_WORD}(?:\s+(?:một|hai))?\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}{_END}",
    re.IGNORECASE,
)
_AGO = re.compile(r"\b(?:lalu|ago|trước|yesterday|kemarin|hôm qua)\b", re.IGNORECASE)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_BOUND = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
# An address with no separators must go on to a time: eight digits alone are an article's number.
_URL = re.compile(
    rf"[/-](\d{{4}})([/-])(\d{{2}}|{'|'.join(_MONTHS)})\2(\d{{2}})(?:[/.-]|$)"
    r"|[/-](\d{4})()(\d{2})(\d{2})\d{4,9}(?:[/.-]|$)"
)


def date_in_text(text: str, *, today: date | None = None) -> date | None:
    """The first full date (day, month, year) written in `text`, day before month, or None.

    Dates without a year and relative dates ("14 hari lalu") are no dates: nothing on the page
    says what they count from. Nor are days after `today` (default: this day). The month stands
    first only where an English weekday says so.
    """
    if match := _ISO.search(text):
        return valid_date(int(match[1]), int(match[3]), int(match[4]), today)
    if match := _NUMERIC.search(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        swapped = valid_date(year, first, second, today)
        found = valid_date(year, second, first, today)
        if swapped and _weekday(text) == swapped.weekday() != (found and found.weekday()):
            return swapped
        return found
    if _AGO.search(text):
        return None
    if match := _WORDED.search(text):
        return _in_words(match.group(), today)
    return None


def beside_date(text: str) -> str:
    """What a text says before and after the date in it."""
    found = filter(None, (pattern.search(text) for pattern in (_ISO, _NUMERIC, _WORDED)))
    match = next(found, None)
    return f"{text[: match.start()]} {text[match.end() :]}" if match else text


def date_in_stamp(text: str) -> date | None:
    """The date of a machine's time stamp, as it is written there, or a date in words, or None."""
    if match := _COMPACT.fullmatch(text.strip()):
        return valid_date(int(match[1]), int(match[2]), int(match[3]))
    return date_in_text(text)


def date_in_url(url: str) -> date | None:
    """The date an article's address carries (`/2025/10/26/`, `-20251026114315150.htm`), or None."""
    if not (match := _URL.search(url.lower())):
        return None
    year, _, month, day = (part for part in match.groups() if part is not None)
    number = _MONTHS.index(month) + 1 if month in _MONTHS else int(month)
    return valid_date(int(year), number, int(day)) if int(year) >= _FIRST_WEB_YEAR else None


def _in_words(words: str, today: date | None) -> date | None:
    import dateparser  # slow to import, and needed only where a date is spelled out

    settings = {
        "DATE_ORDER": "DMY",
        "STRICT_PARSING": True,
        "REQUIRE_PARTS": ["day", "month", "year"],
    }
    words = re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", words, flags=re.IGNORECASE)
    words = re.sub(r"\bAg(?:s|ust)\b", "Agt", words, flags=re.IGNORECASE)
    found = dateparser.parse(words, languages=["id", "en", "vi"], settings=settings)
    return valid_date(found.year, found.month, found.day, today) if found else None


def _weekday(text: str) -> int | None:
    words = re.findall(r"[a-z]+day\b", text.lower())
    return next((_WEEKDAYS.index(word) for word in words if word in _WEEKDAYS), None)


def parse_day(text: str, *, last: bool) -> date:
    """A day given as YYYY, YYYY-MM or YYYY-MM-DD; `last` takes the last day of what is left out.

    Raises InputError.
    """
    match = _BOUND.fullmatch(text.strip())
    if match:
        year, month, day = match.groups()
        months = int(month or (12 if last else 1))
        try:
            days = int(day or (monthrange(int(year), months)[1] if last else 1))
            return date(int(year), months, days)
        except ValueError:
            pass
    raise InputError(f"{text!r} is no date; write 2025, 2025-10 or 2025-10-26")


def valid_date(year: int, month: int, day: int, today: date | None = None) -> date | None:
    """The date of these numbers if there is one that a publication can have by `today`."""
    try:
        found = date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None
    return found if found and found <= (today or date.today()) + _TIME_ZONES else None
