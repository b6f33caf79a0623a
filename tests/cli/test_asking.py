"""Asking, looking up and showing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.errors import ModelError
from tests.cli.running import JAPAN, RUSSIA, Run
from tests.fakes import FakeEncoder


def test_ask_answers_in_json_as_documented(indexed: Run) -> None:
    ran = indexed("ask", "pelatihan keamanan siber Jepang", "--json", "-k", "2")
    assert ran.code == 0
    answer = ran.json
    assert list(answer) == [
        "question", "language", "answered", "confidence", "answer", "citations", "hits", "terms",
        "generation", "took_ms", "filters",
    ]  # fmt: skip
    assert answer["answered"] is True
    first = answer["citations"][0]
    assert list(first) == [
        "n", "article", "title", "outlet", "date", "url", "start", "end", "quote", "passage",
        "also",
    ]  # fmt: skip
    assert first["date"] == "2025-12-05"
    assert answer["answer"][0] == {"quote": first["quote"], "citation": 1}
    for citation in answer["citations"]:
        text = indexed("show", citation["article"], "--json").json["text"]
        assert text[citation["start"] : citation["end"]] == citation["quote"]
        passage = citation["passage"]
        assert text[passage["start"] : passage["end"]] == passage["text"]
    assert len(answer["hits"]) >= 2
    assert [hit["rank"] for hit in answer["hits"]] == list(range(1, len(answer["hits"]) + 1))


def test_ask_for_people_names_the_source(indexed: Run) -> None:
    ran = indexed("ask", "pelatihan keamanan siber Jepang")
    assert "keamanan siber di Tokyo. [1]" in ran.out
    assert "2025-12-05 · Vietnam dan Jepang memperluas pelatihan" in ran.out
    assert "japan.txt#" in ran.out


def test_a_long_headline_is_cut_below_a_quote_and_shown_whole(run: Run, tmp_path: Path) -> None:
    title = ("Menteri bertemu lagi " * 26).strip()
    record = {"id": "a", "title": title, "text": JAPAN.split("\n")[2]}
    folder = tmp_path / "long"
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps(record), "utf-8")
    assert run("index", str(folder)).code == 0
    shown = " ".join(run("ask", "pelatihan keamanan siber").out.split())
    assert "lagi Menteri …" in shown
    assert title not in shown
    assert title in " ".join(run("show", "a.json").out.split())
    assert run("ask", "pelatihan keamanan siber", "--json").json["citations"][0]["title"] == title


def test_not_answered_is_an_answer_with_its_own_code(indexed: Run) -> None:
    ran = indexed("ask", "zzz qqq", "--json")
    assert ran.code == 3
    assert (ran.json["answered"], ran.json["answer"], ran.json["citations"]) == (False, [], [])
    assert ran.json["hits"]
    assert "Not in these articles" in indexed("ask", "zzz qqq").out


def test_filters_act_before_the_ranking(indexed: Run) -> None:
    tempo = indexed("ask", "Vietnam", "--source", "tempo", "--json")
    assert {hit["article"] for hit in tempo.json["hits"]} == {"russia.txt"}
    dated = indexed("ask", "Vietnam", "--after", "2025-12", "--before", "2025-12", "--json")
    assert {hit["article"] for hit in dated.json["hits"]} == {"japan.txt"}
    assert "1 undated article left out" in dated.err
    nothing = indexed("ask", "Vietnam", "--after", "2030", "--json")
    assert (nothing.code, nothing.json["hits"]) == (3, [])


def test_operators_do_what_the_options_do(indexed: Run) -> None:
    assert indexed("ask", "Vietnam source:tempo", "--json").json["hits"][0]["article"] == (
        "russia.txt"
    )
    by_operators = indexed("ask", "Vietnam after:2025-12 before:2025-12", "--json")
    by_options = indexed("ask", "Vietnam", "--after", "2025-12", "--before", "2025-12", "--json")
    assert by_operators.json["hits"] == by_options.json["hits"]
    assert by_operators.json["filters"] == by_options.json["filters"] == {
        "source": [], "after": "2025-12-01", "before": "2025-12-31", "phrases": [], "without": [],
        "undated_left_out": 1, "phrases_missing": [],
    }  # fmt: skip
    assert by_operators.json["question"] == "Vietnam after:2025-12 before:2025-12"
    assert by_operators.err == by_options.err
    assert by_operators.err.splitlines() == [
        "only: from 2025-12-01 on, up to 2025-12-31",
        "1 undated article left out by the date filter",
    ]
    both = indexed("ask", "Vietnam after:2025-12", "--source", "tempo", "--json")
    assert (both.code, both.json["hits"], both.json["filters"]["undated_left_out"]) == (3, [], 1)
    found = indexed("find", "Vietnam source:tempo", "--json").json
    assert (found["query"], found["filters"]["source"]) == ("Vietnam source:tempo", ["tempo"])


def test_phrases_bind_an_answer_too(indexed: Run) -> None:
    answer = indexed("ask", 'apa tentang "PUSAT  nuklir"?', "--json").json
    assert {hit["article"] for hit in answer["hits"]} == {"russia.txt"}
    assert all("pusat nuklir" in hit["passage"]["text"].casefold() for hit in answer["hits"])
    assert "russia.txt" not in str(indexed("ask", "Vietnam -nuklir", "--json").json["hits"])
    absent = indexed("ask", 'siapa membangun "pusat nuklear"?')
    assert absent.code == 3
    assert "Not in these articles" in absent.out
    assert "no passage has “pusat nuklear” word for word" in absent.err
    assert indexed("find", '"pusat nuklear"').code == 3


def test_reprints_are_named_under_the_first(run: Run, tmp_path: Path) -> None:
    (tmp_path / "seeds" / "reprint.txt").write_text(JAPAN.replace("5 Desember", "3 Desember"))
    run("index")
    ran = run("ask", "pelatihan keamanan siber Jepang")
    assert "reprint.txt#" in ran.out
    assert "also in: unknown outlet 2025-12-05 (japan.txt, characters" in ran.out
    answer = run("ask", "pelatihan keamanan siber Jepang", "--json", "-k", "9").json
    for told in (*answer["hits"], *answer["citations"]):
        for version in told["also"]:
            text = run("show", version["article"], "--json").json["text"]
            assert text[version["start"] : version["end"]] == version["quote"]
    assert {hit["article"] for hit in answer["hits"]} == {"reprint.txt", "russia.txt"}
    found = run("find", "keamanan siber", "--json").json["hits"]
    assert [version["article"] for version in found[0]["also"]] == ["japan.txt"]


def test_batch_keeps_order_and_names_bad_lines(indexed: Run, tmp_path: Path) -> None:
    batch = tmp_path / "q.jsonl"
    batch.write_text(
        '{"id": "a", "question": "pelatihan siber"}\n\n{"id": "b"}\nnot json\n'
        '{"id": 4, "question": "pusat nuklir"}\n{"id": "e", "question": " "}\n[]\n'
    )
    ran = indexed("ask", "--batch", str(batch), "--jsonl")
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert [line["id"] for line in lines] == ["a", "b", None, 4, "e", None]
    assert ["answered" in line for line in lines] == [True, False, False, True, False, False]
    assert ran.code == 1
    assert "q.jsonl:3:" in ran.err
    assert "q.jsonl:6: the question is empty" in ran.err


def test_a_batch_may_begin_with_a_byte_order_mark(indexed: Run, tmp_path: Path) -> None:
    batch = tmp_path / "q.jsonl"
    batch.write_text('{"id": "a", "question": "pelatihan siber"}\n', "utf-8-sig")
    ran = indexed("ask", "--batch", str(batch), "--jsonl")
    assert (ran.code, json.loads(ran.out)["id"]) == (0, "a")


def test_a_question_of_another_encoding_or_without_a_word_is_refused(indexed: Run) -> None:
    for question, said in (("apa \udcff?", "write it in UTF-8"), ("???", "no word in it")):
        for command in ("ask", "find"):
            ran = indexed(command, question)
            assert (ran.code, ran.err.count("\n")) == (1, 1)
            assert said in ran.err


def test_find_takes_phrases_and_exclusions(indexed: Run) -> None:
    found = indexed("find", '"pusat nuklir" -damai', "--json").json
    assert [hit["article"] for hit in found["hits"]] == ["russia.txt"]
    hit = found["hits"][0]
    text = indexed("show", "russia.txt", "--json").json["text"]
    assert [text[start:end] for start, end in hit["matches"]] == ["pusat nuklir"]
    assert indexed("find", '"nuklir pusat"').code == 3
    assert indexed("find", "--", "-damai").code == 1


def test_long_passages_are_printed_whole(run: Run, tmp_path: Path) -> None:
    sentence = "Kedua negara sepakat memperluas pelatihan " + "dan perdagangan " * 20 + "bersama."
    (tmp_path / "seeds" / "long.txt").write_text(sentence)
    run("index")
    assert sentence in run("find", '"memperluas pelatihan"').out
    assert sentence in run("ask", "zzz qqq").out


def test_show_explains_what_was_dropped(indexed: Run) -> None:
    assert "Komentar (0)" in indexed("show", "japan.txt", "--dropped").out
    dropped = indexed("show", "japan.txt", "--json").json["dropped"]
    assert {"line": 5, "text": "Komentar (0)", "reason": "end of the article"} in dropped
    passage = indexed("show", "japan.txt#2", "--json").json
    assert passage["text"].startswith("Kedua negara")
    missing = indexed("show", "jepang.txt")
    assert (missing.code, "did you mean japan.txt" in missing.err) == (3, True)


def test_what_was_dropped_belongs_to_an_article(indexed: Run) -> None:
    ran = indexed("show", "japan.txt#1", "--dropped")
    assert (ran.code, ran.out, "name japan.txt" in ran.err) == (2, "", True)


def test_what_is_stored_is_shown_without_its_model(
    indexed: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = indexed("ask", "siapa membangun pusat nuklir?", "--json").out
    (tmp_path / "answer.json").write_text(asked)

    def gone(model: str | None = None) -> FakeEncoder:
        raise ModelError(f"no model folder {model}")

    monkeypatch.setattr("index.collection.load_encoder", gone)
    assert indexed("show", "russia.txt").code == 0
    assert indexed("check").code == 0
    assert indexed("check", "answer.json").code == 0
    ran = indexed("ask", "siapa membangun pusat nuklir?")
    assert (ran.code, "made with the model fake, which is not there" in ran.err) == (4, True)


def test_an_overlong_question_is_refused(indexed: Run) -> None:
    ran = indexed("ask", "a" * 2001)
    assert (ran.code, "2,000 characters" in ran.err) == (1, True)


def test_an_article_cannot_speak_to_the_terminal(run: Run, tmp_path: Path) -> None:
    hostile = (
        "\x1b]52;c;cm0gLXJm\x07 \x1b]8;;http://canary.invalid\x07x\x1b]8;;\x07 \x1b[2J \x9b31m"
    )
    (tmp_path / "seeds" / "hostile.txt").write_text(
        "Jerapah di kebun binatang\n"
        f"Wali kota menyerahkan jerapah {hostile} kepada kebun binatang. "
        + "Penjaga kebun binatang memberi makan hewan pada pagi hari dan sore hari. "
        * 40
    )
    assert run("index").code == 0
    for command in (
        ["ask", "siapa menyerahkan jerapah?"], ["find", "jerapah"], ["show", "hostile.txt"],
        ["show", "hostile.txt", "--dropped"],
    ):  # fmt: skip
        shown = run(*command)
        assert "menyerahkan" in shown.out, command
        assert not set(shown.out + shown.err) & {"\x1b", "\x07", "\x9b"}, command
        assert not set(run(*command, "--json").out) & {"\x1b", "\x07", "\x9b"}, command


def test_profile_says_where_the_time_went_and_leaves_the_data_alone(run: Run) -> None:
    made = run("index", "--json", "--profile")
    assert made.json["passages"] > 0
    assert "ms  encode" in made.err
    asked = run("ask", "pelatihan Jepang", "--json", "--profile")
    assert asked.json["answered"]
    assert all(f"ms  {stage}" in asked.err for stage in ("encode the question", "BM25", "in all"))
    assert "ms" not in run("ask", "pelatihan Jepang", "--json").err


def test_a_batch_is_cut_at_line_feeds_alone(indexed: Run, tmp_path: Path) -> None:
    asked = [{"id": "\u2028", "question": "siapa membangun\u2028pusat nuklir?"},
             {"id": "\ud800", "question": "pelatihan\x0bdi Tokyo?"}]  # fmt: skip
    lines = json.dumps(asked[0], ensure_ascii=False), json.dumps(asked[1])
    (tmp_path / "asked.jsonl").write_text("\n".join(lines))
    ran = indexed("ask", "--batch", str(tmp_path / "asked.jsonl"))
    assert (ran.code, ran.err) == (0, "")
    found = [json.loads(line) for line in ran.out.rstrip("\n").split("\n")]
    assert [one["id"] for one in found] == [one["id"] for one in asked]
    assert all(one["answered"] for one in found)


def test_an_article_is_shown_by_its_files_name_too(run: Run, tmp_path: Path) -> None:
    name = "a\x1b\udcff.txt"
    (tmp_path / "seeds" / name).write_text(RUSSIA)
    run("index")
    for typed in (name, r"a\x1b\xff.txt"):
        assert run("show", typed, "--json").json["article"] == r"a\x1b\xff.txt"
        assert run("show", f"{typed}#1", "--json").json["id"] == r"a\x1b\xff.txt#1"
    ran = run("show", "b\udcff.txt")
    assert (ran.code, ran.err.count("\n")) == (3, 1)
    assert r"b\xff.txt: not in this collection; did you mean a\x1b\xff.txt" in ran.err


def test_nothing_close_is_not_announced(run: Run, tmp_path: Path) -> None:
    (tmp_path / "seeds" / "japan.txt").unlink()
    (tmp_path / "seeds" / "russia.txt").unlink()
    run("index")
    assert run("ask", "apa?").out.strip() == "Not in these articles."


def test_a_phrase_is_missing_from_what_the_filters_left(indexed: Run) -> None:
    ran = indexed("ask", 'after:2025-12 apa "pusat nuklir"?')
    assert "of these passages none has “pusat nuklir” word for word" in ran.err
