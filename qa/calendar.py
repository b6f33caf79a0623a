"""The words of the calendar, months and days of the week, as the Unicode CLDR spells them."""

from __future__ import annotations

from functools import cache

import regex

_DIGITS = regex.compile(r"\d")


@cache
def calendar(languages: tuple[str, ...]) -> regex.Pattern[str]:
    """Any month or day of the week of these languages, where it is a word; with its capital."""
    from babel import Locale, UnknownLocaleError

    names: set[str] = set()
    for language in languages:
        try:
            locale = Locale.parse(language)
        except (UnknownLocaleError, ValueError):
            continue
        for spelled in (locale.months, locale.days):
            names.update(spelled["format"]["wide"].values())
    # "tháng 5", May, is caught by "tháng"; a month's capital tells May from "may".
    words = {name if not _DIGITS.search(name) else name.split()[0] for name in names}
    return regex.compile(rf"(?<!\w)(?:{'|'.join(map(regex.escape, sorted(words)))})(?!\w)")
