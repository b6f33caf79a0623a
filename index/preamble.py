"""What stands above the first paragraph of a page and is part of the article.

A record (minutes, a letter, a press release) opens with labelled lines; a report of a match may
open with its score.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from index.article import Role
from index.lines import ITEM, TITLE_WORDS, Line, runs, word_count, words_of

_LABELLED = re.compile(r"([^\W\d_][^:：]{0,30}?)\s*[:：](?:\s|$)")
# Of these labels none is a menu's, a teaser's or a byline's; others beside them are a record's too.
_OF_RECORDS = frozenset(
    """
    nomor no no. perihal hal lampiran sifat hadir tidak_hadir peserta undangan agenda acara tempat
    kepada yth tembusan pimpinan_rapat ketua_rapat notulis
    number ref reference subject re attendees present absent apologies in_attendance venue chair
    số v/v về_việc kính_gửi nơi_nhận thành_phần tham_dự vắng_mặt địa_điểm chủ_trì thư_ký
    """.split()
)
# "Persib 2 - 1 Persija": names of up to three words and their goals.
_NAME = r"[^\W\d_][^\s:]*(?: [^\s\d:]+){0,2}"
SCORE = re.compile(rf"{_NAME} \(?\d{{1,3}}\s?[-–—:]\s?\d{{1,3}}\)? {_NAME}")
# So much of what a score names is in the report of its match; of a ticker's it is not.
SHARE = 0.5


def keep_record_head(lines: Sequence[Line]) -> None:
    """Keep the labelled lines of a record, and what they list, as body above the article."""
    for run in runs(takewhile(lambda line: _label(line) or not line.prose, lines)):
        labels = [_label(line) for line in run]
        if not _OF_RECORDS.intersection(labels):
            continue
        held = [
            label != "" or bool(ITEM.match(line.text)) or line.indent > run[0].indent
            for label, line in zip(labels, run, strict=True)
        ]
        # Where the run is nothing else, its first line says what the record is, or is its title.
        held[0] |= all(held[1:]) and word_count(run[0].text) not in TITLE_WORDS
        for line, keep in zip(run, held, strict=True):
            if keep and line.open:
                line.role, line.preamble = Role.BODY, True


def keep_scores(lines: Sequence[Line]) -> None:
    """Keep the score of the match that the article reports, where it is not the title."""
    body = {word for line in lines if line.role is Role.BODY for word in words_of(line.text)}
    for line in takewhile(lambda line: not line.in_body, lines):
        if line.open and SCORE.fullmatch(line.text):
            named = words_of(line.text)
            if named and len(named & body) >= SHARE * len(named):
                line.role, line.preamble = Role.BODY, True


def _label(line: Line) -> str:
    match = _LABELLED.match(line.text)
    return "_".join(match[1].casefold().split()) if match else ""
