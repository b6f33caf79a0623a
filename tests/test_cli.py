"""The command line as scripts and people use it: data, messages, exit codes."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

import kutip
from index.collection import Collection
from index.errors import BackendError, CollectionError, DiskError, ModelError
from tests.conftest import ROOT
from tests.fakes import FakeEncoder

JAPAN = (
    "Vietnam dan Jepang memperluas pelatihan\nJumat, 5 Desember 2025\n"
    "Vietnam dan Jepang sepakat memperluas pelatihan keamanan siber di Tokyo.\n"
    "Kedua negara juga membahas perdagangan dan pangan bersama di forum itu.\n"
    "Komentar (0)\n"
)
RUSSIA = (
    "Rusia membangun pusat nuklir\n"
    "TEMPO.CO, Moskow - Rusia akan membangun pusat nuklir di Vietnam.\n"
    "Pusat nuklir itu dibangun untuk tujuan damai dan penelitian bersama.\n"
)


@dataclass
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `kutip ...` in a folder with seeds/, with an encoder that needs no model."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KUTIP_COLLECTION", raising=False)
    monkeypatch.delenv("KUTIP_MODEL", raising=False)
    monkeypatch.setattr("index.collection.load_encoder", lambda model=None: FakeEncoder())
    # The fake's cosines say nothing of likelihood: a shared word is an answer here.
    monkeypatch.setattr(
        "qa.answering.confidence",
        lambda hits, silent: float(hits[0].bm25 > 0) if hits else 0.0,
    )
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "japan.txt").write_text(JAPAN)
    (seeds / "russia.txt").write_text(RUSSIA)

    def run(*arguments: str) -> Ran:
        monkeypatch.setattr("sys.argv", ["kutip", *arguments])
        with pytest.raises(SystemExit) as ended:
            kutip.main()
        out, err = capsys.readouterr()
        return Ran(int(ended.value.code or 0), out, err)

    return run


@pytest.fixture
def indexed(run: Run) -> Run:
    assert run("index").code == 0
    return run


def test_index_reports_what_it_did(run: Run) -> None:
    first = run("index", "--json")
    assert first.code == 0
    assert first.json["added"] == ["japan.txt", "russia.txt"]
    second = run("index")
    assert "0 changed, 0 added, 0 removed, 2 unchanged; 0 passages encoded" in second.out
    assert ".kutip" in second.err


def looks(monkeypatch: pytest.MonkeyPatch, *before: Callable[[], object]) -> None:
    """Let `kutip watch` look once after each of these, and then end."""

    def changes(folder: Path) -> Iterator[None]:
        for change in before:
            change()
            yield

    monkeypatch.setattr("index.watching.changes", changes)


def test_watching_says_once_what_it_could_not_read(
    indexed: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = tmp_path / "seeds" / "a.txt"
    nothing = bool
    looks(
        monkeypatch, nothing, lambda: picture.write_bytes(b"\x89PNG\r\n\x1a\n"), nothing,
        picture.unlink, nothing,
    )  # fmt: skip
    out = indexed("watch").out
    assert out.count("not read: a.txt") == 1
    assert out.count("0 changed, 0 added") == 2


def test_watching_goes_on_after_an_error(
    indexed: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    update = Collection.update
    errors = iter([DiskError("the disk is full"), DiskError("the disk is full"),
                   BackendError("no engine"), CollectionError("damaged"), None])  # fmt: skip

    def failing(*args: Any, **kwargs: Any) -> object:
        if error := next(errors):
            raise error
        return update(*args, **kwargs)

    monkeypatch.setattr(Collection, "update", failing)
    looks(monkeypatch, *[bool] * 5)
    ran = indexed("watch")
    assert ran.code == 0
    assert [ran.err.count(said) for said in ("disk is full", "no engine", "damaged")] == [1, 1, 1]
    assert "2 unchanged" in ran.out


def test_watching_ends_when_the_model_is_at_fault(
    indexed: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*args: Any, **kwargs: Any) -> object:
        raise ModelError("not a model")

    monkeypatch.setattr(Collection, "update", failing)
    looks(monkeypatch, *[bool] * 2)
    ran = indexed("watch")
    assert ran.code == 1
    assert ran.err.count("not a model") == 1


def test_dry_run_writes_nothing(run: Run, tmp_path: Path) -> None:
    plan = run("index", "--dry-run", "--json")
    assert plan.json["dry_run"] is True
    assert plan.json["added"] == ["japan.txt", "russia.txt"]
    assert not (tmp_path / ".kutip").exists()


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


def test_options_of_a_server_need_one(indexed: Run, tmp_path: Path) -> None:
    for option in (["--port", "80"], ["--host", "::"], ["--password-file", str(tmp_path / "x")]):
        ran = indexed("mcp", *option)
        assert ran.code == 2
        assert "are for --http" in ran.err


def test_mcp_over_http_takes_them(indexed: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[int] = []
    monkeypatch.setattr(
        "api.mcp_server.serve_http", lambda _, *, port, **options: served.append(port)
    )
    assert indexed("mcp", "--http", "--port", "80").code == 0
    assert served == [80]


def test_no_file_gets_the_number_of_a_closed_stream(tmp_path: Path) -> None:
    code = (
        "import os, sys\n"
        "for number in range(3): os.close(number)\n"
        "from cli.streams import ready_streams\n"
        "ready_streams()\n"
        "with open(sys.argv[1], 'w') as file: file.write(str(file.fileno()))\n"
    )
    told = tmp_path / "told"
    subprocess.run(
        [sys.executable, "-c", code, str(told)], cwd=Path(__file__).parents[1], check=False
    )
    assert int(told.read_text()) > 2


def test_a_password_file_in_the_environment_does_not_keep_mcp_from_standard_input(
    indexed: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[int] = []
    monkeypatch.setenv("KUTIP_PASSWORD_FILE", str(tmp_path / "password"))
    monkeypatch.setattr(
        "api.mcp_server.serve_stdio", lambda _, *, interrupted: served.append(interrupted)
    )
    assert indexed("mcp").code == 0
    assert served == [130]


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


def test_check_passes_and_then_finds_what_is_wrong(indexed: Run, tmp_path: Path) -> None:
    assert indexed("check", "--json").json["sound"] is True
    file = tmp_path / ".kutip" / "collection.sqlite"
    from index.store import Store

    with Store.open(file.parent) as store, store.writing():
        store.set_meta({"dimension": "65"})
    ran = indexed("check")
    assert ran.code == 4
    assert "kutip index --rebuild" in ran.out


def test_check_says_whether_a_saved_answer_still_stands(indexed: Run, tmp_path: Path) -> None:
    saved = tmp_path / "answer.json"
    saved.write_text(indexed("ask", "pelatihan keamanan siber Jepang", "--json").out)
    assert indexed("check", str(saved)).code == 0
    assert indexed("check", str(saved), "--json").json["stands"] is True
    article = tmp_path / "seeds" / "japan.txt"
    article.write_text(JAPAN.replace("sepakat", "menolak"))
    indexed("index")
    changed = indexed("check", str(saved))
    assert (changed.code, "the source has changed since: japan.txt" in changed.out) == (1, True)
    # The old quote is shown.
    assert "sepakat memperluas pelatihan keamanan siber" in changed.out
    article.unlink()
    indexed("index")
    ran = indexed("check", str(saved), "--json")
    assert {citation["status"] for citation in ran.json["citations"]} == {"removed"}
    assert "the source was removed" in indexed("check", str(saved)).out
    saved.write_text("{")
    assert indexed("check", str(saved)).code == 1


def test_moves_are_told_in_one_line(indexed: Run, tmp_path: Path) -> None:
    (tmp_path / "seeds" / "japan.txt").rename(tmp_path / "seeds" / "jepang.txt")
    line = "0 changed, 0 added, 1 moved, 0 removed, 1 unchanged; 0 passages"
    assert f"{line} to encode" in indexed("index", "--dry-run").out
    moved = indexed("index")
    assert f"{line} encoded" in moved.out
    assert "moved: japan.txt -> jepang.txt" in moved.out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("ask", "apa?"), 4, "kutip index"),
        (("find", "apa"), 4, "kutip index"),
        (("check",), 4, "kutip index"),
        (("index", "nowhere"), 1, "no such folder"),
        (("ask",), 2, "QUESTION"),
        (("ask", "apa?", "--after", "kemarin"), 2, "no date"),
        (("ask", "apa after:kemarin"), 1, "after:2025-10-26"),
        (("find", "source:tempo"), 1, "add a word"),
        (("find", '"?"'), 1, "no word in it"),
        (("ask", "apa?", "-k", "0"), 2, "-k"),
        (("nonsense",), 2, "nonsense"),
        (("evaluate", "none.jsonl"), 1, "cannot be read"),
        (("evaluate", "/dev/null"), 1, "no question in it"),
        (("index", "seeds", "--workers", "²"), 1, "--workers ²"),
        (("index", ""), 2, "empty"),
        (("find", "apa", "--collection", ""), 2, "empty"),
        (("find", "apa", "--source", ""), 2, "empty"),
        (("find", "apa", "--after", ""), 2, "no date"),
        (("index", "--uri", "lite.db"), 2, "--backend milvus"),
        (("evaluate", "q.jsonl", "--backend", "embedded"), 2, "kutip index --backend"),
        (("evaluate", "q.jsonl", "--uri", "lite.db"), 2, "kutip index --backend"),
        (("evaluate", "seeds", "--collection", "here"), 2, "a BEIR folder needs none"),
        (("index", "--backend", "embedded", "--ca", "ca.pem"), 2, "--backend milvus"),
        (("index", "a" * 300), 1, "too long"),
        (("evaluate", "a" * 300), 1, "too long"),
        (("check", "--collection", "a" * 300), 1, "too long"),
        (("index", "seeds", "--collection", "seeds/japan.txt"), 1, "--collection DIR"),
    ],
)
def test_errors_are_one_clear_line(
    run: Run, arguments: tuple[str, ...], code: int, message: str
) -> None:
    ran = run(*arguments)
    assert ran.code == code
    assert message in ran.err
    assert "Traceback" not in ran.err
    assert ran.out == ""


def test_a_link_to_itself_is_no_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    for command in ("index", "watch"):
        ran = run(command, "loop")
        assert (ran.code, "no such folder" in ran.err) == (1, True)


def test_an_engine_named_by_the_environment_is_no_mistake(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUTIP_MILVUS_URI", "http://127.0.0.1:1")
    monkeypatch.setenv("KUTIP_MILVUS_TOKEN_FILE", "token")
    assert run("index").code == 0


def test_an_interrupt_while_it_starts_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text("raise KeyboardInterrupt")  # what is imported first
    ran = subprocess.run(
        [sys.executable, "-c", "import kutip; kutip.main()"], capture_output=True, text=True,
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (130, "")


def test_help_on_a_full_disk_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with suppress(OSError), Path("/dev/full").open("w") as full:
        monkeypatch.setattr("sys.stdout", full)
        ran = run("--help")
        monkeypatch.undo()
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "cannot write the output" in ran.err


@pytest.mark.parametrize("command", ["index", "watch"])
def test_a_current_folder_that_is_gone_is_said(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    ran = run(command)
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "the current folder is gone" in ran.err


def test_before_the_first_index_is_done_nothing_is_said_of_the_articles(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*args: object, **kwargs: object) -> object:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("index.making.encode", killed)
        assert run("index").code == 130
    for command in ("ask", "find", "show"):
        ran = run(command, "nuklir")
        assert (ran.code, ran.out, ran.err.count("\n")) == (4, "", 1)
        assert "nothing is indexed yet" in ran.err
        assert "go on with: kutip index" in ran.err
    assert run("index").code == 0
    assert run("find", "nuklir").code == 0


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


def test_index_says_that_the_model_reads_less_than_a_passage(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeEncoder, "max_tokens", 10)
    assert "cut: 4 passages, with headline" in run("index").out


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


def test_evaluate_measures_questions(indexed: Run, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text(
        json.dumps({"id": "1", "question": "membahas perdagangan pangan forum", "lang": "id",
                    "article": "japan.txt", "answers": ["membahas perdagangan dan pangan"],
                    "kind": "fact"}) + "\n" +
        json.dumps({"id": "2", "question": "zzz", "lang": "en", "article": None, "answers": [],
                    "kind": "none"}) + "\n"
    )  # fmt: skip
    measured = indexed("evaluate", str(questions), "--json", "--run", str(tmp_path / "run")).json
    assert measured["questions"] == 2
    assert measured["quote_success@1"] == 1.0
    assert measured["by_language"]["id"]["passage_success@1"] == 1.0
    assert measured["abstention"] == {
        "auroc": 1.0, "false_answer_rate": 0.0, "false_refusal_rate": 0.0
    }  # fmt: skip
    first = (tmp_path / "run").read_text().splitlines()[0].split()
    assert first[:2] + first[3:4] == ["1", "Q0", "1"]
    assert "kutip" in indexed("evaluate", str(questions)).out
    assert measured["unknown"] == {}


def test_a_run_has_six_columns_whatever_articles_are_called(run: Run, tmp_path: Path) -> None:
    (tmp_path / "seeds" / "japan.txt").rename(tmp_path / "seeds" / "100% pangan baru.txt")
    assert run("index").code == 0
    questions = tmp_path / "questions.jsonl"
    asked = {"id": "q1", "question": "membahas perdagangan pangan forum",
             "article": "100% pangan baru.txt", "answers": ["perdagangan"]}  # fmt: skip
    questions.write_text(json.dumps(asked))
    assert run("evaluate", str(questions), "--run", "run").code == 0
    lines = [line.split() for line in Path("run").read_text("utf-8").splitlines()]
    assert {len(line) for line in lines} == {6}
    assert lines[0][2] == "100%25%20pangan%20baru.txt#2"
    assert unquote(lines[0][2]) == "100% pangan baru.txt#2"
    questions.write_text(json.dumps(asked | {"id": "q 1"}))
    assert run("evaluate", str(questions)).code == 0
    refused = run("evaluate", str(questions), "--run", "other")
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert f"{questions}: the id 'q 1' has a blank, which a run cannot hold" in refused.err
    assert not Path("other").exists()


def test_evaluate_names_articles_that_are_not_there(indexed: Run, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text(
        json.dumps({"id": "q7", "question": "membahas perdagangan pangan", "lang": "id",
                    "article": "jepang.txt", "answers": ["pangan"], "kind": "fact"}) + "\n"
    )  # fmt: skip
    ran = indexed("evaluate", str(questions))
    assert ran.code == 0
    assert "question q7: no article 'jepang.txt' in the collection" in ran.err
    assert "unknown" not in ran.out
    assert indexed("evaluate", str(questions), "--json").json["unknown"] == {"q7": "jepang.txt"}


def test_profile_says_where_the_time_went_and_leaves_the_data_alone(run: Run) -> None:
    made = run("index", "--json", "--profile")
    assert made.json["passages"] > 0
    assert "ms  encode" in made.err
    asked = run("ask", "pelatihan Jepang", "--json", "--profile")
    assert asked.json["answered"]
    assert all(f"ms  {stage}" in asked.err for stage in ("encode the question", "BM25", "in all"))
    assert "ms" not in run("ask", "pelatihan Jepang", "--json").err


def test_milvus_is_asked_for_once_and_remembered(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUTIP_MILVUS_URI", raising=False)
    assert run("index").code == 0
    here = run("ask", "nuklir Vietnam", "--json").json
    assert run("index", "--backend", "milvus").code == 2
    assert run("index", "--backend", "solr").code == 2
    lost = run("index", "--backend", "milvus", "--uri", "http://127.0.0.1:1")
    assert (lost.code, lost.err.count("\n")) == (1, 1)
    assert "Milvus does not answer there" in lost.err
    assert run("ask", "nuklir Vietnam", "--json").json["hits"] == here["hits"]
    moved = run("index", "--backend", "milvus", "--uri", "lite.db", "--json").json
    assert (moved["encoded"], moved["generation"]) == (0, 2)
    Path("seeds/new.txt").write_text("Kopi\nEkspor kopi Vietnam ke Jepang naik pada tahun ini.\n")
    monkeypatch.setenv("KUTIP_MILVUS_URI", "http://127.0.0.1:1")  # of another collection
    assert run("index").code == 0
    Path("seeds/new.txt").unlink()
    assert run("index").code == 0
    there = run("ask", "nuklir Vietnam", "--json").json
    assert there["hits"] == here["hits"]
    assert there["citations"] == here["citations"]
    assert run("find", "nuklir").code == 0
    assert run("check").code == 0
    assert run("index", "--backend", "embedded").code == 0
    assert run("ask", "nuklir Vietnam", "--json").json["hits"] == here["hits"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"id": 1, "question": "apa?", "answers": []}', 'no "answers"'),
        ('{"id": 1, "question": "apa?", "answers": null}', 'no "answers"'),
        ('{"id": 1}', "no field 'question'"),
        ("[" * 100_000, "not JSON lines"),
    ],
)
def test_questions_that_cannot_be_measured_are_named(
    indexed: Run, tmp_path: Path, line: str, message: str
) -> None:
    (tmp_path / "questions.jsonl").write_text(f"{line}\n")
    ran = indexed("evaluate", str(tmp_path / "questions.jsonl"))
    assert (ran.code, ran.out) == (1, "")
    assert message in ran.err


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


def test_names_that_are_no_text_are_said_so(indexed: Run, tmp_path: Path) -> None:
    saved = {"citations": [{"article": "\ud800", "start": 0, "end": 1, "quote": "x"}]}
    (tmp_path / "answer.json").write_text(json.dumps(saved))
    assert indexed("check", str(tmp_path / "answer.json")).code == 1


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


def test_output_that_cannot_be_written_is_one_line(
    indexed: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr("sys.stdout", full)
        ran = indexed("ask", "siapa membangun pusat nuklir?", "--json")
        monkeypatch.undo()
        with suppress(OSError):
            full.close()
    assert ran.code == 1
    assert ran.err.count("\n") == 1
    assert "cannot write the output" in ran.err


def test_what_an_encoding_lacks_is_escaped_and_json_is_utf_8(
    indexed: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "seeds" / "vietnam.txt").write_text("Hà Nội\nKota Hà Nội membangun jembatan 🌉.\n")
    indexed("index")
    shown: list[bytes] = []
    for options in ([], ["--json"]):
        latin = io.TextIOWrapper(io.BytesIO(), "latin-1")
        with monkeypatch.context() as patched:
            patched.setattr("sys.stdout", latin)
            assert indexed("find", '"jembatan"', *options).code == 0
        shown.append(latin.buffer.getvalue())  # type: ignore[attr-defined]
    assert b"H\xe0 N\\u1ed9i membangun jembatan \\U0001f309" in shown[0]
    assert "Hà Nội" in json.loads(shown[1].decode("utf-8"))["hits"][0]["passage"]["text"]


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_reader_that_goes_away_is_no_failure(
    indexed: Run, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with suppress(OSError), os.fdopen(writing, "w") as pipe:
        monkeypatch.setattr("sys.stdout", pipe)
        ran = indexed("ask", "siapa membangun pusat nuklir?", *options)
        monkeypatch.undo()
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_closed_streams_are_said_where_they_matter(
    indexed: Run, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    monkeypatch.setattr("sys.stdout", None)
    ran = indexed("find", "nuklir", *options)
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "cannot write the output (it is closed)" in ran.err
    monkeypatch.setattr("sys.stdin", None)
    ran = indexed("ask", "--batch", "-", *options)
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "standard input is closed" in ran.err


@pytest.mark.parametrize("lost", ["closed", "full"])
def test_messages_that_nobody_hears_change_no_exit_code(
    indexed: Run, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    with suppress(OSError), Path("/dev/full").open("w") as full:
        monkeypatch.setattr("sys.stderr", None if lost == "closed" else full)
        assert indexed("index").code == 0
        monkeypatch.setattr("sys.stderr", None if lost == "closed" else full)
        assert indexed("show", "nowhere").code == 3
        monkeypatch.undo()


def test_nothing_close_is_not_announced(run: Run, tmp_path: Path) -> None:
    (tmp_path / "seeds" / "japan.txt").unlink()
    (tmp_path / "seeds" / "russia.txt").unlink()
    run("index")
    assert run("ask", "apa?").out.strip() == "Not in these articles."


def test_a_phrase_is_missing_from_what_the_filters_left(indexed: Run) -> None:
    ran = indexed("ask", 'after:2025-12 apa "pusat nuklir"?')
    assert "of these passages none has “pusat nuklir” word for word" in ran.err
