from __future__ import annotations

from datetime import date

import pytest

from index.dates import date_in_text, date_in_url, parse_day
from index.errors import InputError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jumat, 7 September 2018 10:47 WIB", date(2018, 9, 7)),
        ("VietnamPlusVietnamPlus14/10/2025", date(2025, 10, 14)),
        ("Senin, 12/03/2024 10.15 WIB", date(2024, 3, 12)),
        ("Kamis, 5 Agustus 2021", date(2021, 8, 5)),
        ("17 Agt 2020", date(2020, 8, 17)),
        ("ngày 14 tháng 10 năm 2025", date(2025, 10, 14)),
        ("October 26, 2025", date(2025, 10, 26)),
        ("26th October 2025", date(2025, 10, 26)),
        ("2025-10-26T11:43", date(2025, 10, 26)),
        ("14 hari lalu", None),
        ("4 Desember", None),
        ("31/02/2024", None),
        ("99/99/2024", None),
        ("0000-00-00", None),
        ("12 lusin 2024", None),
    ],
)
def test_dates_are_day_first_and_whole(text: str, expected: date | None) -> None:
    assert date_in_text(text) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://x.vn/a-20251026114315150.htm", date(2025, 10, 26)),
        ("https://x.id/2025/10/26/judul", date(2025, 10, 26)),
        ("https://x.vn/a-post1070321.vnp", None),
        ("https://x.vn/20259926114315150.htm", None),
    ],
)
def test_dates_in_addresses(url: str, expected: date | None) -> None:
    assert date_in_url(url) == expected


def test_bounds_take_whole_months_and_years() -> None:
    assert parse_day("2024-02", last=True) == date(2024, 2, 29)
    assert parse_day("2024", last=True) == date(2024, 12, 31)
    assert parse_day("2024", last=False) == date(2024, 1, 1)
    assert parse_day("2024-02-03", last=True) == date(2024, 2, 3)


@pytest.mark.parametrize(
    "text",
    ["yesterday", "2024-13", "2024-02-30", "", "24", "2024-00", "2024-0", "0000", "2024-02-00"],
)
def test_other_bounds_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="is no date"):
        parse_day(text, last=False)
    with pytest.raises(InputError, match="is no date"):
        parse_day(text, last=True)
