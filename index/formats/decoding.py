"""Bytes to text: never a guess where there is knowledge, never a loss without a word.

The order: byte order mark, strict UTF-8, the encoding the page declares, UTF-8 with a few damaged
bytes replaced, and only then a guess: by the letters of a Latin text, and by statistics, which
come off worse on text with a few bad bytes.
"""

from __future__ import annotations

import codecs
import re

from index.formats.latin import encoding_of

# Above this share of undecodable bytes a file is in another encoding rather than slightly damaged.
MAX_BAD_SHARE = 0.01
# Above this share of control characters it is no text at all.
MAX_CONTROL_SHARE = 0.05
FEW = 20
# UTF-16 of a Latin script has a zero in nearly every second byte.
UTF16_ZERO_SHARE = 0.3
# What is enough to tell an encoding by.
SAMPLE = 200_000

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What browsers take these labels for (encoding.spec.whatwg.org, "Names and labels").
_LABELS = {
    "ascii": "cp1252", "us-ascii": "cp1252", "iso-8859-1": "cp1252", "latin-1": "cp1252",
    "latin1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
    "shift-jis": "cp932", "x-sjis": "cp932", "ks_c_5601-1987": "cp949", "euc-kr": "cp949",
    "iso-8859-9": "cp1254", "tis-620": "cp874", "windows-874": "cp874", "big5": "big5hkscs",
}  # fmt: skip
# The legacy encodings of news pages. A guess among all that exist finds Baltic and Icelandic.
_GUESSES = [
    "cp1252", "cp1258", "gb18030", "cp932", "big5", "cp949", "cp1251", "koi8_r", "euc_jp",
    "cp1256", "cp874", "cp1253", "cp1255",
]  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# How ISO-2022-JP changes to two-byte letters; no terminal's commands begin so.
_JAPANESE = re.compile(rb"\x1b\$[@B]")
_UTF7 = re.compile(rb"\+[A-Za-z0-9+/]{3,}-")

Decoded = tuple[str, tuple[str, ...]]


def decode(data: bytes, *, declared: str | None = None) -> Decoded | str:
    """Bytes to text and warnings, or the reason why these bytes are no text.

    `declared` is the label of the encoding that the page itself names, if it names one.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _tidy(*_replace(data[len(mark) :], encoding))
    if b"\x00" in data and (found := _with_zeros(data)):
        return found
    label = _codec(declared)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(data, label)
    if b"\x1b" in data and (found := _seven_bits(data, label)):
        return found  # which passes for UTF-8
    if len(_CONTROL.findall(text)) > max(FEW, MAX_CONTROL_SHARE * len(text)):
        return "not text (control characters all over)"
    if text.isascii():
        return "UTF-7, which Kutip does not read" if _is_utf7(data, label) else _tidy(text, ())
    false = label not in (None, "utf-8")
    return _tidy(text, (f"declared as {declared}, but it is UTF-8",) if false else ())


def _with_zeros(data: bytes) -> Decoded | str | None:
    """What zero bytes mean: UTF-16 without a mark, no text, or None for a few stray ones."""
    total = data.count(0) / len(data)
    even, odd = data[::2].count(0) * 2 / len(data), data[1::2].count(0) * 2 / len(data)
    for share, other, encoding in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if share > UTF16_ZERO_SHARE and other < MAX_BAD_SHARE:
            text, warnings = _replace(data, encoding)
            if not warnings and len(_CONTROL.findall(text)) <= MAX_BAD_SHARE * len(text):
                return _tidy(text, (f"no byte order mark: read as {encoding.upper()}",))
    if total > 0.5:
        return "UTF-32 without a byte order mark, or not text"
    return "not text (it holds zero bytes)" if total > MAX_BAD_SHARE else None


def _seven_bits(data: bytes, label: str | None) -> Decoded | None:
    if label and label.startswith("iso2022"):
        return _tidy(*_replace(data, label))
    if not _JAPANESE.search(data):
        return None
    text, warnings = _replace(data, "iso2022_jp")
    return None if warnings else _tidy(text, _guessed("iso2022_jp"))


def _not_utf8(data: bytes, label: str | None) -> Decoded | str:
    try:
        # UTF-16 written as if it were UTF-8 (CESU-8): pairs make characters, halves do not.
        wide = data.decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass")
        return _tidy(*_replace(wide, "utf-16-le"))
    except UnicodeDecodeError:
        pass
    if label and label != "utf-8":
        text, warnings = _replace(data, label)
        if text.count("\N{REPLACEMENT CHARACTER}") <= MAX_BAD_SHARE * len(text):
            return _tidy(text, warnings)
    text, warnings = _replace(data, "utf-8")
    few = text.count("\N{REPLACEMENT CHARACTER}") <= MAX_BAD_SHARE * len(data)
    if few and _damaged_utf8(text):
        return _tidy(text, warnings)
    if latin := encoding_of(data):
        guessed, lost = _replace(data, latin)
        if not lost and not _CONTROL.search(guessed):
            return _tidy(guessed, _guessed(latin))
    return _tidy(text, warnings) if few else _guess(data)


def _damaged_utf8(text: str) -> bool:
    """Whether there is as much UTF-8 in it as bytes that are none, or all but the end is."""
    bad = text.count("\N{REPLACEMENT CHARACTER}")
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    return beyond - bad >= bad or (bad == 1 and text.endswith("\N{REPLACEMENT CHARACTER}"))


def _guess(data: bytes) -> Decoded | str:
    from charset_normalizer import from_bytes  # slow to import, and seldom needed

    best = from_bytes(data[:SAMPLE], cp_isolation=_GUESSES).best()
    # Where there is too little to tell by: the usual one of Indonesian and English pages.
    encoding = best.encoding if best else "cp1252"
    text, warnings = _replace(data, encoding)
    if best is None and (warnings or _CONTROL.search(text)):
        return "not text in any encoding Kutip knows"
    return _tidy(text, (*_guessed(encoding), *warnings))


def _guessed(encoding: str) -> tuple[str]:
    name = encoding.replace("cp125", "windows-125").replace("_", "-")
    name = f"ISO-{name[3:].upper()}" if name.startswith("iso") else name
    return (f"not UTF-8: read as {name}, which is a guess",)


def _codec(label: str | None) -> str | None:
    """Python's name of a declared encoding, or None when it names none."""
    if not label:
        return None
    label = label.strip().strip("\"'").lower()
    try:
        found = codecs.lookup(_LABELS.get(label, label))
    except (LookupError, ValueError):
        return None
    # Codecs between bytes and bytes, or of escapes, are no encodings of text.
    if not found._is_text_encoding or found.name in ("idna", "punycode", "unicode_escape"):
        return None
    return None if found.name in ("raw_unicode_escape", "undefined") else found.name


def _is_utf7(data: bytes, label: str | None) -> bool:
    """Whether all that looks like UTF-7's runs of Base64 are letters beyond ASCII in it."""
    if label == "utf-7" or data.startswith(b"+/v"):
        return True
    runs = _UTF7.findall(data[:SAMPLE])
    try:
        return len(runs) >= 3 and not any(run.decode("utf-7").isascii() for run in runs)
    except UnicodeDecodeError:
        return False


def _replace(data: bytes, encoding: str) -> Decoded:
    text = data.decode(encoding, "replace")
    bad = text.count("\N{REPLACEMENT CHARACTER}") - (
        data.count("\N{REPLACEMENT CHARACTER}".encode()) if encoding == "utf-8" else 0
    )
    return text, (f"{bad} characters could not be decoded as {encoding}",) if bad > 0 else ()


def _tidy(text: str, warnings: tuple[str, ...]) -> Decoded:
    text, more = tidy(text)
    return text, (*warnings, *more)


def tidy(text: str) -> Decoded:
    """One kind of line break; no control characters, which could steer a terminal.

    Halves of surrogate pairs, which no encoding of text can hold, are replaced.
    """
    warnings = []
    text = _BREAK.sub("\n", text)
    text, halves = _SURROGATE.subn("\N{REPLACEMENT CHARACTER}", text)
    text, removed = _CONTROL.subn("", text)
    if halves:
        warnings.append(f"{halves} halves of characters replaced")
    if removed:
        warnings.append(f"{removed} control characters removed")
    return text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"), tuple(warnings)
