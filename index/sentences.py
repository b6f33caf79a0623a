"""Sentence boundaries, as spans: nothing is ever rewritten.

A rule and a list beat the trained splitters on Indonesian news, which none of them knows: its
abbreviated titles ("Dr. Ir. H."), initials ("Mmamiloko T. Kubayi"), numbers ("Rp 1.000.000",
"No. 5"), clock times ("10.47 WIB") and addresses ("TEMPO.CO").
"""

from __future__ import annotations

import re

# Words that end in a full stop and do not end a sentence (Indonesian, English, Vietnamese; the
# commonest of German, French, Spanish, Russian).
ABBREVIATIONS = frozenset(
    """
    dr drs dra ir prof h hj kh ust st sdr sdri tn ny nn bpk jend letjen mayjen brigjen kol
    letkol kapt lettu let serka sertu kombes akbp kompol irjen brigjenpol komjen jl jln gg
    no nomor hal rp tgl pkl kab kec kel kep prov rt rw pt cv tbk ud fa dkk dsb dll dst hlm
    jo vol ed red ttd an ub up cq qq sd s.d a.n u.p d.a a.l e.g i.e mr mrs ms jr sr gen col
    lt sgt capt rep sen gov rev hon vs etc inc ltd co corp dept est fig art approx jan feb
    mar apr jun jul agu agt aug sep sept okt oct nov des dec gs ts ths ks tp ông bà q p
    nr bzw ca mio mrd str dipl ing mme mlle sra dña им г ул акад проф тыс млн млрд руб
    """.split()
)
# These may also end a sentence ("... kapasitas, dll. Pertama, ..."): they do, before a capital.
_LIST_ENDS = frozenset("dll dsb dst dkk etc tbk inc ltd corp co usw руб тыс млн млрд".split())
# "2025 г." is a year, "г. Москва" a town.
_YEAR_ENDS = re.compile(r"\d\s*г$")

# German writes ordinals with a full stop, mostly before a noun with its capital: "am 4. Februar",
# "der 2. Weltkrieg". These words stand before them, or the month after.
_BEFORE_ORDINAL = frozenset(
    "am der die das dem den des im vom zum zur beim ab bis seit und sowie".split()
)
_MONTHS = frozenset(
    """
    januar jänner februar märz april mai juni juli august september oktober november dezember
    """.split()
)

_STOP = re.compile(
    r"(?<![.!?…؟۔])(?P<mark>[.!?…؟۔]+)(?P<close>(?:[ \u00a0\u202f]?»|[\"'”’“)\]])*)"
    r"(?=\s+(?P<next>[\"'“‘«(\[*]*\S))"
    r"|(?P<wide>[。！？।॥።။។]+[」』”’]*)"
    r"|(?P<line>\n+)"
)
# Longer than any abbreviation with what may stand before it.
WINDOW = 60
# "U.S.", "a.m.", "K.H.", "EE.UU.": they may end a sentence, but cut it mostly.
_DOTTED = re.compile(r"(?:[^\W\d_]{1,3}\.)+[^\W\d_]{1,3}")
_ABBREVIATED = re.compile(r"\s+[^\W\d_]{1,3}\.")
# 「...。」と述べた: what was said is part of the sentence that says who said it.
_SAID = ("と", "って")
_WORD_BEFORE = re.compile(r"[^\s(\"'“‘\[]+$")
# What may open a sentence without being part of it: space and list marks. A dash is one before
# space alone: "-5 derajat" is not five degrees.
_OPENING = re.compile(r"(?:[\s*•·]|[–-]+(?=\s|$))*")
_ORDINAL = re.compile(r"(?:(\w+)\s+)?\d{1,2}$")
_NEXT_WORD = re.compile(r"\s+(\w+)")


def sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of `text` as half-open code-point spans, in order, trimmed and non-empty."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _STOP.finditer(text):
        if match["mark"] and not _ends_sentence(text, match):
            continue
        if match["wide"] and match["wide"][-1] in "」』" and text.startswith(_SAID, match.end()):
            continue
        _append(spans, text, start, match.end())
        start = match.end()
    _append(spans, text, start, len(text))
    return spans


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    following = match["next"][-1]
    if following.islower():
        return False
    if match["mark"] != "." or match["close"]:
        return True
    # A window, or a long paragraph would be looked through again for each of its sentences.
    before = _WORD_BEFORE.search(text, max(0, match.start() - WINDOW), match.start())
    if not before:
        return True
    word = before.group()
    if word.isdecimal() and _is_ordinal(text, match):
        return False
    if (
        len(word) == 1
        and word.isalpha()
        and (not word.islower() or _ABBREVIATED.match(text, match.end()))
    ):
        return False  # an initial, or the first half of "z. B."
    if _DOTTED.fullmatch(word):
        return False
    name = word.casefold()
    if name in _LIST_ENDS or _YEAR_ENDS.search(text, max(0, match.start() - WINDOW), match.start()):
        # "Telkom Tbk. (TLKM) naik": what is in brackets is said of the name.
        return following.isupper() and match["next"][0] not in "(["
    return name not in ABBREVIATIONS


def _is_ordinal(text: str, match: re.Match[str]) -> bool:
    """Whether the full stop makes an ordinal of the one or two digits before it."""
    found = _ORDINAL.search(text, max(0, match.start() - WINDOW), match.start())
    if not found:
        return False
    following = _NEXT_WORD.match(text, match.end())
    return (found[1] or "").casefold() in _BEFORE_ORDINAL or (
        following is not None and following[1].casefold() in _MONTHS
    )


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    opening = _OPENING.match(text, start, end)
    start = opening.end() if opening else start
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))
