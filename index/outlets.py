"""Who published an article: the name in its byline, its dateline, its address or its masthead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from index import furniture
from index.dates import date_in_text
from index.lines import Line

# A dash, unlike a hyphen ("Daily-wage workers"), has space on one side at least.
_DATELINE = re.compile(r"^(.{3,60}?)(?:\s+(?:–|—|-{1,2})|(?:–|—|-)\s+|--)\s*(?:-\s*)?\S")
# As long as a name may be: without a bound, what is all spaces takes time by their square.
_NAMED_DATE = re.compile(r"([^\W\d_][^\d,|]{0,60}?)[\s|,-]*\d{1,2}[/.-]\d")
_APART = re.compile(r"[,|•·–—]|\s-+\s")
_PARTED = re.compile(r"\s*+[|,•·–—-]")
# Why a line is dropped that names the site.
SITE_NAME = "name of the site"
_DOMAIN = re.compile(
    r"[\w-]+\.(?:com|co|id|co\.id|net|org|vn|news|go\.id|tv|info|uk|co\.uk)", re.IGNORECASE
)
# What newsrooms call themselves, beside towns and provinces: "Bandung, Jawa Barat -" names none.
_NEWSROOM = re.compile(
    r"\b(?:news|post|times|press|tv|radio|online|daily|herald|\w+ indonesia|tribun\w*|antara"
    r"|kompas|tempo|detik\w*|republika|liputan\d*|kumparan|tirto|okezone|sindonews|beritasatu"
    r"|katadata|reuters|afp|ap|bernama|xinhua|kyodo|ttxvn|vnexpress|vietnamplus|vov|tto|tpo|nld"
    r"|plo|vtc|nhân dân|tuổi trẻ|thanh niên|dân trí)\b",
    re.IGNORECASE,
)
# "Jakarta, Senin, 9 November 2025", and no more of a day than that before it.
_PLACE = re.compile(
    r"([^\W\d_a-z]\w*(?: [^\W\d_a-z]\w*){0,2}),(?=(?:\s+\w+,)?\s+(?:ngày )?(?:\d|\w+\.? \d).*\d{4})"
)
_AGENCY = re.compile(r"^[^()]{2,40}\(([^()]{2,25})\)$")


def dateline_outlet(lines: Sequence[Line]) -> str | None:
    """ "TEMPO.CO, Moskow –" and "Jakarta, CNN Indonesia -" name the outlet before the dash."""
    for part in _dateline_parts(lines):
        if _AGENCY.match(part):
            continue
        if _is_newsroom(part):
            return part
    return None


def _is_newsroom(name: str) -> bool:
    known = len(name.split()) <= 3 and _NEWSROOM.search(name) is not None
    return known or _DOMAIN.fullmatch(name) is not None


def dateline_agency(lines: Sequence[Line]) -> str | None:
    """ "Hà Nội (TTXVN) -": the agency that an article was taken from, if it names no other."""
    for part in _dateline_parts(lines):
        if (match := _AGENCY.match(part)) and not any(c.isdigit() for c in match[1]):
            return match[1].strip()
    return None


def dateline_date(lines: Sequence[Line]) -> date | None:
    """ "JAKARTA, 9 November 2025 -": the day on which a press release was given out."""
    opening = dateline(next((line.text for line in lines if line.role == "body"), "")) or ""
    place = _PLACE.match(opening)
    if not place or any(word.casefold() in furniture.CALENDAR for word in place[1].split()):
        return None
    return date_in_text(opening[place.end() :])


def _dateline_parts(lines: Sequence[Line]) -> list[str]:
    first = next((line.text for line in lines if line.role == "body"), "")
    return [part.strip(" ()") if not _AGENCY.match(part.strip()) else part.strip()
            for part in (dateline(first) or "").split(",") if part]  # fmt: skip


def dateline(text: str) -> str | None:
    """What stands before the dash that a paragraph may begin with: "Jakarta, CNN Indonesia"."""
    match = _DATELINE.match(text)
    return match[1] if match else None


def host(url: str | None) -> str | None:
    """The name of the server in an address, or None."""
    if not url:
        return None
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.") or None
    except ValueError:  # "https://[": an address that is none
        return None


def site_of(identity: str, outlet: str | None, url: str | None) -> str:
    """Whose pages an article is counted with: its server's, its outlet's, or its folder's."""
    return host(url) or (outlet or "").casefold() or f"{PurePosixPath(identity).parent}/"


def masthead(lines: Sequence[Line]) -> str | None:
    """The site that a line above the article names."""
    for line in lines:
        if line.reason == SITE_NAME and (match := furniture.SITE.fullmatch(line.text)):
            return match[1]
    return None


def name_beside_date(text: str) -> str | None:
    """ "VietnamPlus 14/10/2025": the outlet written before a date, if any.

    Set apart from it ("CNN Indonesia - 17 Nov 2025") are also towns and authors: there it is what
    newsrooms call themselves.
    """
    match = _NAMED_DATE.match(text)
    if not match:
        return next(filter(_is_newsroom, map(str.strip, _APART.split(text))), None)
    if re.search(r":|\b(?:pada|on|at|ngày|lúc|hari)\s*$", match[1], re.IGNORECASE):
        return None
    name, *others = [p.strip() for p in _APART.split(text[: match.end(1)])]
    if others or _PARTED.match(text, match.end(1)):
        return next(filter(_is_newsroom, (name, *others)), None)
    if name.casefold() in furniture.CALENDAR:
        return None
    # "VietnamPlusVietnamPlus" is a logo's text beside a link's text: the name once.
    doubled = re.fullmatch(r"(.{2,}?)\s*\1", name)
    return (doubled[1] if doubled else name) or None
