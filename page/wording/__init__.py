"""The words of the page in English, Indonesian and Vietnamese, and which of them a reader gets."""

from __future__ import annotations

from page.wording.english import ENGLISH
from page.wording.indonesian import INDONESIAN
from page.wording.vietnamese import VIETNAMESE
from page.wording.words import Wording

__all__ = ["ENGLISH", "EXAMPLES", "INDONESIAN", "LANGUAGES", "LOOKUPS", "VIETNAMESE", "Wording",
           "choose"]  # fmt: skip

# The same question in three languages comes first: asking across languages is the point.
EXAMPLES: tuple[tuple[str, str], ...] = (
    ("en", "What did Vietnam agree with Japan on training?"),
    ("id", "Apa yang disepakati Vietnam dan Azerbaijan tentang pelatihan?"),
    ("vi", "Việt Nam và Nhật Bản đã thỏa thuận gì về đào tạo?"),
    ("en", "What did Putin say about the Soviet Union and Vietnam?"),
    ("id", "Berapa perwira Vietnam yang dilatih di Turki?"),
)
LOOKUPS: tuple[tuple[str, str], ...] = (
    ("id", '"kerja sama" pelatihan'),
    ("en", "peacekeeping -Turki"),
    ("id", '"Konvensi Hanoi"'),
)


LANGUAGES = {wording.code: wording for wording in (ENGLISH, INDONESIAN, VIETNAMESE)}


def choose(chosen: str | None, accepted: str | None) -> Wording:
    """The wording the reader chose, or the first the browser accepts, or English.

    `accepted` is an Accept-Language header (RFC 9110, section 12.5.4).
    """
    if chosen in LANGUAGES:
        return LANGUAGES[chosen]
    ranked: list[tuple[float, str]] = []
    for item in (accepted or "").split(","):
        tag, _, weight = item.partition(";q=")
        try:
            ranked.append((-float(weight or 1), tag.strip().split("-")[0].lower()))
        except ValueError:
            continue
    # Sorting is stable: equal weights keep the browser's order.
    for _, code in sorted(ranked, key=lambda item: item[0]):
        if code in LANGUAGES:
            return LANGUAGES[code]
    return ENGLISH
