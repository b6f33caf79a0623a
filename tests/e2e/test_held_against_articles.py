"""Countries, names and years of a question, held against articles in six languages.

With the real model: whether a name has its like in an article is its to say.
"""

from __future__ import annotations

import pytest

from index.collection import Collection
from qa.answering import ask

pytestmark = pytest.mark.model

PAGES = {
    "en_plant.txt": """Japan opens semiconductor plant in Dresden

3 March 2025

Japanese Economy Minister Yoji Muto opened a semiconductor plant in Dresden on Monday together \
with the German Chancellor, and said that it would employ 2,000 engineers by 2027.

British officials said in London that they were considering a similar subsidy, worth 900 million \
pounds, for factories in Wales.
""",
    "id_cabai.txt": """Harga cabai di Semarang naik

Semarang, 20/3/2025 - Harga cabai merah di Pasar Johar mencapai Rp 85.000 per kilogram pada Kamis, \
kata pedagang di pasar itu.

Kenaikan itu kemudian bagus untuk petani, kata Wali Kota Semarang kepada wartawan, dan sejak \
Agustus belum pernah setinggi ini.
""",
    "de_bruecke.txt": """Neue Brücke in der Stadt eröffnet

4. Februar 2025

Der französische Präsident eröffnete am Montag in Straßburg eine Brücke über den Fluss, die 140 \
Millionen Euro gekostet hat und 380 Meter lang ist.
""",
    "ru_most.txt": """В городе открыли новый мост

5 февраля 2025

Японские инженеры построили в городе мост длиной 700 метров, сообщила в среду мэрия. Работы \
продолжались четыре года.
""",
    "id_sanksi.txt": """Sanksi untuk 24 bank diumumkan

6/2/2025

Pemerintah Amerika Serikat (AS) mengumumkan sanksi terhadap 24 bank pada hari Kamis karena \
transaksi minyak ilegal.
""",
    "en_band.txt": """How the band Aquila began

12 May 2024

The band Aquila played its debut concert in Lisbon in 1993 before 300 people, its singer told \
reporters at a festival on Sunday.
""",
    "id_piala.txt": """Piala Dunia akan diikuti lebih banyak tim

7/2/2025

Sebanyak 48 tim akan mengikuti Piala Dunia 2026, kata badan sepak bola dunia itu pada hari Jumat.
""",
}


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    folder = tmp_path_factory.mktemp("news")
    for name, text in PAGES.items():
        (folder / name).write_text(text, encoding="utf-8")
    collection = Collection(folder / ".kutip")
    report = collection.update(folder)
    assert len(report.added) == len(PAGES)
    return collection


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        # An adjective names its country too.
        ("What did Japan's economy minister open?", "semiconductor plant"),
        ("What did officials in the United Kingdom consider?", "900 million"),
        ("Wer aus Frankreich eröffnete die Brücke in Straßburg?", "französische Präsident"),
        ("Какой длины мост построили инженеры из Японии?", "700 метров"),
        ("Против скольких банков США ввели санкции?", "24 bank"),
        # Days and months are no names, nor are offices.
        ("Berapa harga cabai pada Kamis, 20 Maret 2025?", "85.000"),
        ("How much did chili cost at Johar market on Thursday in March 2025?", "85.000"),
        ("What did the Mayor of Semarang say about the price of chili?", "Wali Kota"),
        # A decade is no year, and Cuba is not in a cup.
        ("Where did the band Aquila have its debut in the 1990s?", "Lisbon"),
        ("Сколько команд примут участие в Кубке мира 2026 года?", "48 tim"),
    ],
)
def test_what_the_articles_say_in_other_words_is_answered(
    news: Collection, question: str, quoted: str
) -> None:
    answer = ask(news, question)
    assert answer.answered, answer.confidence
    assert quoted in answer.citations[0].quote


@pytest.mark.parametrize(
    "question",
    [
        "Which minister of the United States opened a semiconductor plant in Dresden?",
        "What did officials in Canada consider?",
        "what did canada's economy minister open in dresden?",
        "Wer aus Italien eröffnete die Brücke in Straßburg?",
        "Какой длины мост построили инженеры из Канады?",
        "Bộ trưởng của Nokia mở nhà máy bán dẫn nào ở Dresden?",
        # Not in "kemudian".
        "Apa kata Dian tentang harga cabai?",
        "Berapa harga cabai pada tahun 2019?",
    ],
)
def test_what_they_say_of_another_is_not(news: Collection, question: str) -> None:
    assert not ask(news, question).answered
