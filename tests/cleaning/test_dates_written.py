"""Dates in three languages as pages write them: none read wrongly."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from index.dates import date_in_text

LINES = (Path(__file__).parent / "dates.txt").read_text("utf-8").splitlines()[1:]
WRITTEN = [tuple(line.replace(r"\|", "\0").split(" | ")) for line in LINES]
TODAY = date(2026, 1, 1)


@pytest.mark.parametrize(("text", "day"), WRITTEN, ids=[text for text, _ in WRITTEN])
def test_written_dates(text: str, day: str) -> None:
    found = date_in_text(text.replace("\0", "|"), today=TODAY)
    assert (str(found) if found else "-") == day


def test_there_are_sixty() -> None:
    assert len(WRITTEN) >= 60


def test_tomorrow_may_be_today_elsewhere_but_not_the_day_after() -> None:
    assert date_in_text("2 Januari 2026", today=TODAY) == date(2026, 1, 2)
    assert date_in_text("3 Januari 2026", today=TODAY) is None
