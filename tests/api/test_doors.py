"""One question with operators through every door: terminal, HTTP, MCP and page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from starlette.testclient import TestClient

import kutip
from api.mcp_server import http_app
from api.schemas import Answer, Lookup
from app import create_app
from index.collection import Collection
from page.asked import Asked
from page.views import Views
from page.wording import LANGUAGES, Wording
from tests.fakes import FakeEncoder

pytestmark = pytest.mark.usefixtures("sure")

STORY = (
    "Vietnam dan Jepang memperluas pelatihan\n{day} Desember 2025\n"
    "Vietnam dan Jepang sepakat memperluas pelatihan keamanan siber bagi dua puluh perwira di "
    "Tokyo, kata juru bicara Hideo Sato kepada wartawan pada hari Jumat.\n"
    "Kedua negara juga membahas perdagangan beras dan pangan bersama di forum itu, dan biaya "
    "sebesar 3,5 juta dolar ditanggung oleh pemerintah Jepang.\n"
)
TYPED = 'Siapa sepakat tentang pelatihan after:2025-12 before:2025 "keamanan siber" -Turki'
FILTERS = {
    "source": [], "after": "2025-12-01", "before": "2025-12-31", "phrases": ["keamanan siber"],
    "without": ["Turki"], "undated_left_out": 1, "phrases_missing": [],
}  # fmt: skip


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    folder = tmp_path_factory.mktemp("doors") / "articles"
    folder.mkdir()
    (folder / "japan.txt").write_text(STORY.format(day="Jumat, 5"))
    (folder / "reprint.txt").write_text(STORY.format(day="Rabu, 3"))
    (folder / "russia.txt").write_text(
        "Rusia membangun pusat nuklir\n"
        "TEMPO.CO, Moskow - Rusia akan membangun pusat nuklir dan keamanan siber di Vietnam.\n"
    )
    made = Collection(folder.parent / ".kutip", encoder=FakeEncoder())
    made.update(folder)
    return made


@pytest.fixture
def mcp(collection: Collection) -> Iterator[TestClient]:
    with TestClient(http_app(collection), base_url="http://127.0.0.1:7861") as opened:
        yield opened


def called(client: TestClient, tool: str, **arguments: object) -> str:
    """The text that a tool gives."""
    headers = {
        "accept": "application/json, text/event-stream",
        "mcp-protocol-version": "2025-06-18",
    }
    params = {"name": tool, "arguments": arguments}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    (content,) = client.post("/mcp", json=body, headers=headers).json()["result"]["content"]
    return str(content["text"])


def timeless(text: str) -> str:
    """A JSON text with a time of nothing, byte for byte as it was otherwise."""
    return text.replace(f'"took_ms": {json.loads(text)["took_ms"]}', '"took_ms": 0')


@pytest.fixture
def printed(
    collection: Collection, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> str:
    """What `kutip ask --json` prints for the question."""
    monkeypatch.setattr("index.collection.load_encoder", lambda model=None: FakeEncoder())
    where = ["--collection", str(collection.directory)]
    monkeypatch.setattr("sys.argv", ["kutip", "ask", TYPED, "--json", *where])
    with pytest.raises(SystemExit):
        kutip.main()
    return capsys.readouterr().out.removesuffix("\n")


def test_every_door_understands_the_same(
    printed: str, collection: Collection, mcp: TestClient
) -> None:
    answer: dict[str, Any] = json.loads(printed)
    assert (answer["question"], answer["filters"]) == (TYPED, FILTERS)
    assert answer["answered"]
    assert {told["article"] for told in answer["hits"]} == {"reprint.txt"}
    for told in (*answer["citations"], *answer["hits"]):
        assert [version["article"] for version in told["also"]] == ["japan.txt"]
    with TestClient(create_app(collection), base_url="http://127.0.0.1:7860") as http:
        assert timeless(http.post("/v1/ask", json={"question": TYPED}).text) == timeless(printed)
        found = http.post("/v1/find", json={"query": TYPED}).json()
    assert timeless(called(mcp, "ask", question=TYPED)) == timeless(printed)
    # Nothing that is given lacks in the schemas, and the other way round, at any depth.
    assert Answer.model_validate(answer).model_dump(mode="json") == answer
    assert Lookup.model_validate(found).model_dump(mode="json") == found


def test_a_search_tells_its_filters_and_reprints(mcp: TestClient) -> None:
    found = json.loads(called(mcp, "search", query=TYPED))
    assert found["filters"] == FILTERS
    assert [result["metadata"]["article"] for result in found["results"]] == ["reprint.txt"]
    (version,) = found["results"][0]["metadata"]["also"]
    whole = json.loads(called(mcp, "fetch", id=version["article"]))["text"]
    assert whole[version["start"] : version["end"]] == version["quote"]


@pytest.mark.parametrize("w", LANGUAGES.values(), ids=lambda w: w.code)
def test_the_page_says_what_it_understood(collection: Collection, w: Wording) -> None:
    views = Views(collection)
    asked, answer = views.ask(Asked(TYPED), w)
    looked_up, lookup = views.find(Asked(TYPED), w)
    assert answer is not None
    assert lookup is not None
    assert answer.narrowed.to_dict() == lookup.narrowed.to_dict() == FILTERS
    for html in (asked, looked_up):
        assert w.only in html
        chips = re.findall(r'data-retype="([^"]*)" aria-label="([^"]*)"', html)
        assert {(left, label.removeprefix(f"{w.remove_filter}: ")) for left, label in chips} == {
            (
                "Siapa sepakat tentang pelatihan before:2025 &#34;keamanan siber&#34; -Turki",
                w.from_day.format(day=w.day(date(2025, 12, 1))),
            ),
            (
                "Siapa sepakat tentang pelatihan after:2025-12 &#34;keamanan siber&#34; -Turki",
                w.to_day.format(day=w.day(date(2025, 12, 31))),
            ),
            # The words of a phrase stay; only that they must stand so goes.
            (
                "Siapa sepakat tentang pelatihan after:2025-12 before:2025 keamanan siber -Turki",
                f"{w.with_phrase} “keamanan siber”",
            ),
            (
                "Siapa sepakat tentang pelatihan after:2025-12 before:2025 "
                "&#34;keamanan siber&#34;",
                f"{w.without_phrase} “Turki”",
            ),
        }
        assert w.count(1, w.left_out) in html
        assert w.count(1, w.also_in) in html
    # The fields beside the box and the operators in it mean the same.
    by_fields, _ = views.ask(Asked("pelatihan", after="2025-12-01"), w)
    assert w.count(1, w.left_out) in by_fields
