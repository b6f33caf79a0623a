from __future__ import annotations

import pytest

from qa.countries import named_in, silent_on


@pytest.mark.parametrize(
    ("question", "language", "codes"),
    [
        ("What did Vietnam agree with Japan on training?", "en", {"VN", "JP"}),
        ("Apa yang disepakati Vietnam dengan Afrika Selatan?", "id", {"VN", "ZA"}),
        ("ベトナムは日本と何に合意しましたか？", "ja", {"VN", "JP"}),
        ("What of South Korea and Papua New Guinea?", "en", {"KR", "PG"}),
        ("Did Turkey and America agree?", "en", {"TR", "US"}),
        ("Anh ấy là ai? Đức nói gì?", "vi", set()),
        ("who asked for polish?", "en", set()),
        ("Who heads Ericsson?", "xx", set()),
        ("Какая цель торговли между Вьетнамом и Индией?", "ru", {"VN", "IN"}),
        ("Что сказал министр Южной Кореи о Чили?", "ru", {"KR", "CL"}),
        ("мало ли что, иди сюда", "ru", set()),
        ("베트남과 한국의 무역 목표는 얼마입니까?", "ko", {"VN", "KR"}),
        ("살인자 말리나는 언제 개봉하나요?", "ko", set()),
        ("ما حجم التجارة مع مصر؟", "ar", {"EG"}),
        ("ဂျပန်သည်ဘာလဲ", "my", {"JP"}),
        ("What is the target between Vietnam and the US?", "en", {"VN", "US"}),
    ],
)
def test_countries_of_a_question(question: str, language: str, codes: set[str]) -> None:
    assert named_in(question, language) == codes


@pytest.mark.parametrize(
    ("text", "codes", "silent"),
    [
        ("Vietnam dan Jepang sepakat.", {"VN", "JP"}, False),
        ("Vietnam dan Jepang sepakat.", {"VN", "CA"}, True),
        ("Presiden AS dan Inggris bertemu.", {"US", "GB"}, False),
        ("Menteri menerima delegasi Turki.", {"TR"}, False),
        ("Kanadang besar.", {"CA"}, True),
        # The Indonesian press need not name Indonesia.
        ("Presiden tiba di Hanoi, Vietnam.", {"ID", "VN"}, False),
        # A currency is no mention of its country.
        ("Perdagangan Vietnam dan Thailand 25 miliar dolar AS.", {"VN", "US"}, True),
    ],
)
def test_texts_that_never_name_a_country(text: str, codes: set[str], silent: bool) -> None:
    assert silent_on(text, frozenset(codes), written_in="id", asked_in="en") is silent


@pytest.mark.parametrize(
    ("code", "silent"), [("CO", False), ("ES", False), ("PE", True), ("MX", True)]
)
def test_a_language_of_many_countries_excuses_one(code: str, silent: bool) -> None:
    text = "El presidente de Colombia inauguró en Bogotá el hospital infantil."
    assert silent_on(text, frozenset({code}), written_in="es", asked_in="en") is silent
