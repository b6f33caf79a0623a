"""The question box: operators are understood, and what is no operator is left as it is."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.errors import InputError
from index.filters import Filter
from qa.operators import MAX_CHARS, NAMES, Request, parse, plain

DATES = st.dates(date(1900, 1, 1), date(2099, 12, 31))
WORDS = st.from_regex(r"[a-zàđ0-9][a-zàđ0-9,.?!-]{0,8}", fullmatch=True)


def understood(request: Request) -> tuple[object, ...]:
    return (
        request.text, request.sources, request.after, request.before,
        [phrase.text for phrase in request.phrases], [phrase.text for phrase in request.without],
    )  # fmt: skip


def test_everything_at_once() -> None:
    request = parse('after:2025-10 before:2025-11-03 source:tempo siapa "frasa tepat" itu -kata')
    assert understood(request) == (
        "siapa frasa tepat itu", ("tempo",), date(2025, 10, 1), date(2025, 11, 3),
        ["frasa tepat"], ["kata"],
    )  # fmt: skip
    assert request.words == ("siapa", "itu")
    assert request.to_dict() == {
        "source": ["tempo"], "after": "2025-10-01", "before": "2025-11-03",
        "phrases": ["frasa tepat"], "without": ["kata"],
    }  # fmt: skip


@pytest.mark.parametrize(
    "question",
    [
        "Apa hasil ASEAN-Vietnam pukul 10:15 pada suhu -5 derajat?",
        "Before: the war. After: what?",
        "Apa itu Re:Zero - dan -- apa --itu?",
        'Layar 5" atau 6" itu?',
        "tempo.co:80 https://tempo.co/a?after:2025",
        "Siapa (source:tempo) itu?",
        "xafter:2025 dan COVID-19, 2-1, e-KTP",
        'Apa arti "" dan "?!" itu?',
        "Kata Đặng: “mở ngoặc",
        "  a  b  ",
    ],
)
def test_what_is_no_operator_is_the_question_unchanged(question: str) -> None:
    request = parse(question)
    assert not request
    assert request.text == request.typed == question.strip()
    assert request == plain(question)


@pytest.mark.parametrize(
    ("typed", "text", "narrowed"),
    [
        ("gempa AFTER:2025", "gempa", {"after": "2025-01-01"}),
        ("gempa sesudah:2025-10 sebelum:2025-10", "gempa",
         {"after": "2025-10-01", "before": "2025-10-31"}),
        ("động đất sau:2024 trước:2025 nguồn:baotintuc", "động đất",
         {"after": "2024-01-01", "before": "2025-12-31", "source": ["baotintuc"]}),
        ('sumber:"CNN Indonesia" gempa', "gempa", {"source": ["CNN Indonesia"]}),
        ("apa after: 2025-10 yang baru?", "apa yang baru?", {"after": "2025-10-01"}),
        ("apa after:2025-10?", "apa", {"after": "2025-10-01"}),
        ("after:2025-10 before: source:tempo gempa", "gempa",
         {"after": "2025-10-01", "source": ["tempo"]}),
        ("gempa source:", "gempa", {}),
        ("gempa after:2025-10-02 after:2025 before:2026 before:2025-11", "gempa",
         {"after": "2025-10-02", "before": "2025-11-30"}),
        ("source:tempo source:co gempa", "gempa", {"source": ["tempo", "co"]}),
        ("gempa “kerja sama”, -Turki. -«makan malam»", "gempa kerja sama,",
         {"phrases": ["kerja sama"], "without": ["Turki", "makan malam"]}),
    ],
)  # fmt: skip
def test_operators(typed: str, text: str, narrowed: dict[str, object]) -> None:
    request = parse(typed)
    assert request.text == text
    empty = {"source": [], "after": None, "before": None, "phrases": [], "without": []}
    assert request.to_dict() == empty | narrowed


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("gempa after:kemarin", "after:2025-10-26"),
        ("gempa sebelum:2025-13", "sebelum:2025-10-26"),
        ("gempa after:26/10/2025", "names no date"),
        ("gempa after:2025 before:2024", "swap the dates"),
        ("source:tempo after:2025", "add a word"),
        ("-damai", "add a word"),
        ("", "empty"),
        ("a" * (MAX_CHARS + 1), "2,000 characters"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(typed: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as refused:
        parse(typed)
    assert "\n" not in str(refused.value)


def test_options_and_operators_both_count() -> None:
    where = Filter(source="tempo", after=date(2025, 5, 1))
    request = parse("gempa after:2025-03 before:2025-06 source:co", where=where)
    assert (request.after, request.before) == (date(2025, 5, 1), date(2025, 6, 30))
    assert request.sources == ("tempo", "co")
    assert parse("gempa", where=where).text == "gempa"
    assert not parse("gempa", where=Filter())


@given(st.text(max_size=200) | st.text(alphabet='":-afterbefore source“”2025 \n', max_size=60))
@example('after:"" x')
@example('-"" x')
@example("after: before: source: x")
@example('source:"\u2028" x')
@settings(deadline=None)
def test_any_text_is_understood_or_refused(typed: str) -> None:
    try:
        request = parse(typed)
    except InputError:
        return
    assert request.typed == typed.strip()
    assert request.text
    if not request and not any(f"{name}:" in typed.casefold() for name in NAMES):
        assert request.text == request.typed


@given(st.lists(WORDS, min_size=1, max_size=5), st.none() | DATES, st.none() | DATES,
       st.lists(st.sampled_from(["tempo", "CNN Indonesia"]), max_size=1),
       st.lists(st.sampled_from(["kerja sama", "Hà Nội"]), max_size=2, unique=True),
       st.lists(st.sampled_from(["damai", "makan malam"]), max_size=2, unique=True),
       st.randoms())  # fmt: skip
@settings(deadline=None)
def test_what_is_written_as_operators_is_read_back(
    words: list[str], after: date | None, before: date | None, sources: list[str],
    phrases: list[str], without: list[str], random: object,
) -> None:  # fmt: skip
    if after and before and after > before:
        after, before = before, after
    parts = [f'-"{text}"' for text in without] + [f'source:"{name}"' for name in sources]
    parts += [f"after:{after}"] if after else []
    parts += [f"before:{before}"] if before else []
    question = [*words, *(f'"{text}"' for text in phrases)]
    for part in parts:
        question.insert(random.randint(0, len(question)), part)  # type: ignore[attr-defined]
    request = parse(" ".join(question))
    text = " ".join([*words, *phrases])
    assert understood(request) == (text, tuple(sources), after, before, phrases, [
        phrase for part in question for phrase in without if part == f'-"{phrase}"'
    ])  # fmt: skip


@given(st.text(alphabet='ab :-"“”after12345source.', max_size=40))
@settings(deadline=None)
def test_an_operator_stands_where_it_says_and_can_be_taken_out(typed: str) -> None:
    try:
        request = parse(typed)
    except InputError:
        return
    assert bool(request) == bool(request.operators)
    for operator in request.operators:
        assert operator.value in request.typed[operator.start : operator.end]
        left = request.typed_without(operator)
        if operator.kind == "phrase":
            assert operator.value in " ".join(left.split()) or "  " in operator.value
        assert len(left) < len(request.typed)


def test_what_is_left_without_an_operator() -> None:
    request = parse('siapa after: 2025 "keamanan  siber" -Turki source:"CNN Indonesia"')
    assert {one.kind: request.typed_without(one) for one in request.operators} == {
        "after": 'siapa "keamanan siber" -Turki source:"CNN Indonesia"',
        "phrase": 'siapa after: 2025 keamanan siber -Turki source:"CNN Indonesia"',
        "without": 'siapa after: 2025 "keamanan siber" source:"CNN Indonesia"',
        "source": 'siapa after: 2025 "keamanan siber" -Turki',
    }
