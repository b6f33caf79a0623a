"""Which encoding a text of Latin letters is in: the one by which it has one language's letters.

Statistics of bytes take Swedish for Polish and Turkish for Icelandic, since most letters of a
Latin text are ASCII and tell nothing. The few others do: no language has ø and ì.
"""

from __future__ import annotations

from collections import Counter

# What these encodings have alike and any language may use.
_SIGNS = "€‚„…†‡‰‹‘’“”•–—™›\xa0¤¦§©«¬\xad®°´·¸»".encode("cp1252")
# Letters beyond ASCII (after Unicode CLDR's exemplar sets), the likelier encodings first.
_LETTERS = (
    ("cp1252", (
        "àâæçèéêëîïôœùûüÿ", "áéíñóúü¡¿ªº", "áâãàçéêíóôõúªº", "äöüß", "àèéìíîòóù", "äåéöü",
        "æåéèêøó", "áéëïíóöúüè", "àçèéíïòóúü",
    )),
    ("cp1258", ("ăâđêôơưàáèéíóùú\u0300\u0301\u0303\u0309\u0323",)),
    ("cp1250", (
        "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţ", "ćčđšž",
    )),
    ("iso8859_2", ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "ćčđšž")),
    ("cp1254", ("çğıöşüâîûİ",)),
)  # fmt: skip
# Signs of the west alone, which may stand in a text of any of its languages.
_WESTERN = "£½¼¾²±¶"
# A name in a foreign spelling here and there is no other language.
ENOUGH = 0.95


def encoding_of(data: bytes) -> str | None:
    """The encoding by which what is not ASCII are letters of one language, or None."""
    beyond = data.translate(None, bytes(range(0x80)))
    if 2 * len(beyond) > len(data):
        return None  # not a Latin script
    high = Counter(beyond)
    for sign in _SIGNS:
        del high[sign]
    if not high:
        return "cp1252"
    shares = [(_share(high, letters), encoding) for encoding, letters in _alphabets()]
    best, encoding = max(shares, key=lambda found: found[0])  # the first of equals
    if best >= ENOUGH:
        return encoding
    # English has names of all languages.
    western = frozenset().union(*(letters for name, letters in _alphabets() if name == "cp1252"))
    return "cp1252" if western.issuperset(high) else None


def _alphabets() -> list[tuple[str, frozenset[int]]]:
    return [
        (encoding, _bytes(letters + _WESTERN if encoding == "cp1252" else letters, encoding))
        for encoding, group in _LETTERS
        for letters in group
    ]


def _bytes(letters: str, encoding: str) -> frozenset[int]:
    return frozenset((letters + letters.upper()).encode(encoding, "ignore"))


def _share(high: Counter[int], letters: frozenset[int]) -> float:
    return sum(count for byte, count in high.items() if byte in letters) / high.total()
