from __future__ import annotations

import pytest
from babel import localedata

from qa.countries import not_spelled
from qa.country_names import named, names_in


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
        # Without capitals, or in nothing else.
        ("what did vietnam agree with canada on training?", "en", {"VN", "CA"}),
        ("WHAT DID VIETNAM AGREE WITH CANADA ON TRAINING?", "en", {"VN", "CA"}),
        ("who told us about it?", "en", set()),
        ("luật pháp yêu cầu gì?", "vi", set()),
        # One name, one country.
        ("Что сказали США о Вьетнаме?", "ru", {"US", "VN"}),
        ("Что сказала Великобритания?", "ru", {"GB"}),
        ("¿Qué firmó China con Vietnam?", "es", {"CN", "VN"}),
        ("Co řekla Francie?", "cs", {"FR"}),
        # Adjectives, in their capitals.
        ("How many drones did the Swedish army buy from Israel?", "en", {"SE", "IL"}),
        ("How much is the South Korean plant worth?", "en", {"KR"}),
        ("What do Latin American states say about the Indian Ocean?", "en", set()),
        # In Arabic and, for and the are written onto the word.
        ("ما قيمة صفقة الغاز بين مصر ولبنان؟", "ar", {"EG", "LB"}),
        ("ماذا قالت مصر والسعودية للأردن؟", "ar", {"EG", "JO", "SA"}),
        # A sea is no country.
        ("What did Vietnam say about the South China Sea?", "en", {"VN"}),
        ("Bagaimana sikap Vietnam soal Laut Cina Selatan?", "id", {"VN"}),
        ("ماذا قالت فيتنام عن بحر الصين الجنوبي؟", "ar", {"VN"}),
        # Pieces of other words.
        ("Сколько команд будет на Кубке мира 2026 года?", "ru", set()),
        ("Перед кем выступал Первый заместитель?", "ru", set()),
        ("Что сказали Даниил Медведев и Ираклий Кобахидзе?", "ru", set()),
        ("Того ли он хотел? Что в Малом театре?", "ru", set()),
        (
            "Куда летел министр с Кубы в Перу, Нидерландов и Филиппин?",
            "ru",
            {"CU", "PE", "NL", "PH"},
        ),
        ("新しい作品のタイトルは何ですか？", "ja", set()),
        ("リアルタイムで何が見られますか？", "ja", set()),
        ("タイは何に合意しましたか？", "ja", {"TH"}),
        ("Pháp luật yêu cầu Bộ Y tế làm gì?", "vi", set()),
        ("Bộ trưởng Pháp nói gì?", "vi", {"FR"}),
        ("ما حجم أكبر دعم مالي؟", "ar", set()),
        ("어떤 수단으로 이동했나요?", "ko", set()),
        ("Jersey timnas Vietnam dibuat dari apa?", "id", {"VN"}),
        ("Siapa menteri Jersey?", "id", {"JE"}),
    ],
)
def test_countries_of_a_question(question: str, language: str, codes: set[str]) -> None:
    found = named(question, language)
    assert set(found) == codes
    assert all(question[start:end].strip() for start, end in found.values())


@pytest.mark.parametrize(
    ("text", "codes", "silent"),
    [
        ("Vietnam dan Jepang sepakat.", {"VN", "JP"}, False),
        ("Vietnam dan Jepang sepakat.", {"VN", "CA"}, True),
        ("Presiden AS dan Inggris bertemu.", {"US", "GB"}, False),
        ("Menteri menerima delegasi Turki.", {"TR"}, False),
        ("Kanadang besar.", {"CA"}, True),
        ("The Japanese minister opened it.", {"JP"}, False),
        # The Indonesian press need not name Indonesia.
        ("Presiden tiba di Hanoi, Vietnam.", {"ID", "VN"}, False),
        # A currency is no mention of its country.
        ("Perdagangan Vietnam dan Thailand 25 miliar dolar AS.", {"VN", "US"}, True),
    ],
)
def test_texts_that_never_name_a_country(text: str, codes: set[str], silent: bool) -> None:
    left = not_spelled(text, frozenset(codes), written_in=lambda _: "id", asked_in="en")
    assert bool(left) is silent


@pytest.mark.parametrize(
    ("text", "written_in", "code", "silent"),
    [
        ("El presidente inauguró en Bogotá el hospital infantil.", "es", "CO", True),
        ("The minister opened a plant in Dresden.", "en", "US", True),
        ("Der Minister eröffnete eine Fabrik in Dresden.", "de", "DE", False),
        ("Der Minister eröffnete eine Fabrik in Dresden.", "de", "AT", True),
        ("Bộ trưởng khai trương nhà máy.", "vi", "VN", False),
    ],
)
def test_only_a_language_of_one_home_excuses_a_country(
    text: str, written_in: str, code: str, silent: bool
) -> None:
    left = not_spelled(text, frozenset({code}), written_in=lambda _: written_in, asked_in="en")
    assert bool(left) is silent


def test_no_name_is_that_of_two_countries() -> None:
    for locale in localedata.locale_identifiers():
        if "_" not in locale:
            names = [name for own in names_in(locale).values() for name in own]
            assert len(names) == len(set(names)), locale
