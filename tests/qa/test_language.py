"""Which language a question or an article is told to be in."""

from __future__ import annotations

import pytest

from qa.language import identify


@pytest.mark.parametrize(
    ("text", "code"),
    [
        # To the identifier alone these are Malay.
        ("Di mana pertemuan itu?", "id"),
        ("Siapa nama menteri pertahanan?", "id"),
        ("Apa kesepakatan dengan Afrika Selatan tentang pelatihan dan pertukaran pejabat?", "id"),
        ("Rusia Akan Balas Jika Aset-asetnya Disita Amerika Serikat", "id"),
        # And these are.
        ("Siapakah Perdana Menteri Malaysia?", "ms"),
        ("Polis menahan tiga lelaki warga asing kerana disyaki terbabit dalam kegiatan mencuri "
         "kereta di sekitar Lembah Klang sejak dua bulan lalu.", "ms"),
        # Others stay what they are.
        ("Wer ist Kanzler?", "de"),
        ("Qui est le président ?", "fr"),
        ("Ко је председник Србије?", "sr"),
        ("Việt Nam và Nhật Bản đã thỏa thuận gì về đào tạo?", "vi"),
        ("Who is the president?", "en"),
        ("2025", "und"),
        ("zzz", "und"),
        ("", "und"),
    ],
)  # fmt: skip
def test_articles_and_questions_are_rather_in_a_language_that_is_expected(
    text: str, code: str
) -> None:
    assert identify(text) == code
