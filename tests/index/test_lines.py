"""What reads as prose, and its words, in any script."""

from __future__ import annotations

import pytest

from index.article import Page
from index.cleaning import clean
from index.lines import is_prose, words_of


@pytest.mark.parametrize(
    "lines",
    [
        ("都が渋谷に新図書館　蔵書30万冊",
         "東京都は５日、渋谷区に新しい都立図書館を開設したと発表した。",
         "図書館は午前九時から午後九時まで開館し、月曜日は休館となる。利用には無料の登録が必要だ。"),
        ("上海新图书馆开馆 藏书30万册",
         "上海市五日宣布新图书馆正式开馆，藏书约三十万册，预计每年接待读者一百万人。",
         "图书馆每天上午九点开馆，周一闭馆。市民可以免费登记使用。"),
        ("กรุงเทพเปิดห้องสมุดใหม่",
         "กรุงเทพมหานครเปิดห้องสมุดแห่งใหม่เมื่อวันที่ห้ามีหนังสือประมาณสามแสนเล่ม",
         "ห้องสมุดกรุงเทพแห่งใหม่เปิดทุกวันยกเว้นวันจันทร์ประชาชนลงทะเบียนใช้ได้โดยไม่เสียค่าใช้จ่าย"),
    ],
    ids=["ja", "zh", "th"],
)  # fmt: skip
def test_prose_without_spaces_is_prose(lines: tuple[str, ...]) -> None:
    title, *body = lines
    article = clean(Page("a.txt", "\n\n".join(lines), "x"))
    assert article.title == title
    assert article.text.split("\n\n") == body


def test_words_of_hindi_have_their_vowel_signs() -> None:
    assert words_of("दिल्ली में प्रदूषण") == {"दिल्ली", "प्रदूषण"}


@pytest.mark.parametrize(
    "sentence",
    ["यह सूचकांक गंभीर श्रेणी में है।", "ما أهمية هذا الاكتشاف بالنسبة لمصر؟", "यह सब यहीं समाप्त होता है॥",
     "یہ کتاب بہت اچھی ہے۔", "„Wir halten unser Wort im Land.“", "「家計への影響は大きい。」"],
)  # fmt: skip
def test_sentence_ends_of_many_scripts(sentence: str) -> None:
    assert is_prose(sentence)
    assert not is_prose(sentence.rstrip("।؟॥۔.。“」"))
