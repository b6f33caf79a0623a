"""The HTTP API: the one Answer, problems as RFC 9457 has them, and the update as a job."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import anyio
import jsonschema
import pytest
from starlette.testclient import TestClient

import kutip
from api import routes
from api.guard import MAX_BODY
from api.problems import problem_of
from api.serving import AT_ONCE
from app import create_app
from index.collection import Collection
from index.errors import (
    BackendError,
    CollectionError,
    DiskError,
    InputError,
    KutipError,
    LockedError,
    ModelError,
)
from index.store import Store
from qa.operators import MAX_CHARS
from tests.api.loops import run
from tests.fakes import FakeEncoder

pytestmark = pytest.mark.usefixtures("sure")

HERE = "http://127.0.0.1:7860"
QUESTION = "Siapa sepakat memperluas pelatihan di Tokyo?"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("api") / "articles"
    (folder / "2025").mkdir(parents=True)
    (folder / "2025" / "jepang?.txt").write_text(
        "Vietnam dan Jepang memperluas pelatihan\nJumat, 5 Desember 2025\n"
        "Vietnam dan Jepang sepakat memperluas pelatihan keamanan siber di Tokyo.\n"
        "Kedua negara juga membahas perdagangan dan pangan bersama di forum itu.\n"
        "Komentar (0)\n"
    )
    (folder / "rusia.txt").write_text(
        "Rusia membangun pusat nuklir\n"
        "TEMPO.CO, Moskow - Rusia akan membangun pusat nuklir di Vietnam.\n"
        "Pusat nuklir itu dibangun untuk tujuan damai dan penelitian bersama.\n"
    )
    return folder


@pytest.fixture(scope="module")
def collection(folder: Path) -> Collection:
    made = Collection(folder.parent / ".kutip", encoder=FakeEncoder())
    made.update(folder)
    return made


@pytest.fixture(scope="module")
def client(collection: Collection) -> Iterator[TestClient]:
    with TestClient(create_app(collection), base_url=HERE) as opened:
        yield opened


def without_time(text: str) -> str:
    """A JSON text whose time is set to nothing and all else is byte for byte as it was."""
    took = json.loads(text)["took_ms"]
    assert text.count(f'"took_ms": {took}') == 1
    return text.replace(f'"took_ms": {took}', '"took_ms": 0')


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("ask", {"question": QUESTION}),
        ("ask", {"question": QUESTION, "k": 1, "after": "2025", "source": ""}),
        ("ask", {"question": "Siapa memenangkan lomba?"}),
        ("ask", {"question": 'pelatihan after:2025-12 sebelum:2026 "keamanan siber" -Turki'}),
        ("ask", {"question": 'siapa membangun "pusat nuklear"?'}),
        ("find", {"query": "nuklir sumber:tempo", "after": "2025"}),
        ("find", {"query": '"pusat nuklir" damai'}),
        ("find", {"query": "pelatihan", "source": "tempo", "before": "2026-01"}),
    ],
)
def test_programs_get_the_bytes_that_the_command_line_prints(
    client: TestClient,
    collection: Collection,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    path: str,
    body: dict[str, Any],
) -> None:
    monkeypatch.setattr("index.collection.load_encoder", lambda model=None: FakeEncoder())
    words, *options = body.items()
    given = [part for name, value in options if value for part in (f"--{name}", str(value))]
    given = ["-k" if part == "--k" else part for part in given]
    command = ["kutip", path, words[1], *given, "--json"]
    monkeypatch.setattr("sys.argv", [*command, "--collection", str(collection.directory)])
    with pytest.raises(SystemExit):
        kutip.main()
    printed = without_time(capsys.readouterr().out.removesuffix("\n"))
    posted = client.post(f"/v1/{path}", json=body)
    assert (posted.status_code, posted.headers["content-type"]) == (200, "application/json")
    assert without_time(posted.text) == printed
    assert without_time(client.get(f"/v1/{path}", params=body).text) == printed


def test_an_article_is_what_show_prints(
    client: TestClient,
    collection: Collection,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("index.collection.load_encoder", lambda model=None: FakeEncoder())
    monkeypatch.setattr("sys.argv", ["kutip", "show", "2025/jepang?.txt", "--json", "--collection",
                                     str(collection.directory)])  # fmt: skip
    with pytest.raises(SystemExit):
        kutip.main()
    assert client.get("/v1/articles/2025/jepang%3F.txt").text + "\n" == capsys.readouterr().out


def test_quotes_stand_in_the_article_that_the_api_gives(client: TestClient) -> None:
    answer = client.post("/v1/ask", json={"question": QUESTION}).json()
    assert answer["answered"]
    assert answer["citations"]
    for citation in answer["citations"]:
        text = client.get(f"/v1/articles/{citation['article'].replace('?', '%3F')}").json()["text"]
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_articles_are_listed_filtered_and_paged(client: TestClient) -> None:
    def listed(**params: object) -> tuple[int, list[str]]:
        found = client.get("/v1/articles", params=params).json()
        return found["total"], [article["article"] for article in found["articles"]]

    both = ["2025/jepang?.txt", "rusia.txt"]
    assert listed() == (2, both)
    assert listed(limit=1) == (2, both[:1])
    assert listed(offset=1) == (2, both[1:])
    assert listed(text="NUKLIR") == (1, both[1:])
    assert listed(source="tempo") == (1, both[1:])
    assert listed(after="2025-12", before="2025") == (1, both[:1])


def test_every_answer_is_as_the_openapi_document_says(client: TestClient) -> None:
    document = client.get("/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": "/v1"}]
    answers = {
        ("/ask", "post", "200"): client.post("/v1/ask", json={"question": QUESTION}),
        ("/ask", "get", "200"): client.get("/v1/ask", params={"question": QUESTION}),
        ("/find", "post", "200"): client.post("/v1/find", json={"query": "nuklir"}),
        ("/find", "get", "200"): client.get("/v1/find", params={"query": "nuklir"}),
        ("/articles", "get", "200"): client.get("/v1/articles"),
        ("/articles/{id}", "get", "200"): client.get("/v1/articles/rusia.txt"),
        ("/index", "get", "200"): client.get("/v1/index"),
        ("/index", "post", "202"): client.post("/v1/index", json={}),
    }
    described = {(path, method) for path, found in document["paths"].items() for method in found}
    assert {(path, method) for path, method, _ in answers} == described - {("/index", "delete")}
    for (path, method, status), answer in answers.items():
        assert str(answer.status_code) == status, path
        content = document["paths"][path][method]["responses"][status]["content"]
        schema = content["application/json"]["schema"] | {"components": document["components"]}
        jsonschema.validate(answer.json(), schema)
        known = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]["properties"]
        assert list(answer.json()) == list(known), path


def test_the_document_says_what_articles_and_reports_are_made_of(client: TestClient) -> None:
    schemas = client.get("/v1/openapi.json").json()["components"]["schemas"]
    article = client.get("/v1/articles/2025/jepang%3F.txt").json()
    for field, schema in (
        ("blocks", "Block"), ("passages", "ArticlePassage"), ("dropped", "Dropped"),
    ):  # fmt: skip
        assert article[field]
        for one in article[field]:
            assert set(one) == set(schemas[schema]["properties"]), field
            jsonschema.validate(one, schemas[schema])
    client.post("/v1/index", json={})
    report = ended(client)["report"]
    assert list(report) == list(schemas["Report"]["properties"])
    jsonschema.validate(report, schemas["Report"])


def test_the_document_says_what_problems_are_and_what_starts_an_update(
    client: TestClient,
) -> None:
    document = client.get("/v1/openapi.json").json()
    for path, method, answer in (
        ("/ask", "post", client.post("/v1/ask", json={})),
        ("/articles/{id}", "get", client.get("/v1/articles/nothing.txt")),
    ):
        ((kind, content),) = document["paths"][path][method]["responses"]["4XX"]["content"].items()
        assert answer.headers["content-type"] == kind
        jsonschema.validate(
            answer.json(), content["schema"] | {"components": document["components"]}
        )
    assert document["components"]["securitySchemes"]["password"]["scheme"] == "basic"
    assert document["security"] == [{}, {"password": []}]
    body = document["paths"]["/index"]["post"]["requestBody"]
    assert body["required"]
    assert set(body["content"]) == {"application/json"}
    # What an update is not asked for is not ignored.
    assert client.post("/v1/index", json={"rebuild": True}).status_code == 422


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("ask", {}, 422, "question: Field required"),
        ("ask", {"question": " "}, 422, "the question is empty"),
        ("ask", {"question": "x" * (MAX_CHARS + 1)}, 422, "at most 2000 characters"),
        ("ask", {"question": "x", "k": 0}, 422, "k: "),
        ("ask", {"question": "x", "after": "lusa"}, 422, "is no date; write 2025"),
        ("ask", {"question": "x", "more": 1}, 422, "more: Extra inputs are not permitted"),
        ("ask", {"question": {"path": "http://x"}}, 422, "question: "),
        ("ask", {"question": 7}, 422, "question: "),
        ("ask", {"question": None}, 422, "question: "),
        ("ask", {"question": True}, 422, "question: "),
        ("ask", {"question": "x", "k": True}, 422, "k: Input should be a valid integer"),
        ("ask", {"question": "x", "k": "3"}, 422, "k: Input should be a valid integer"),
        ("find", {"query": "x", "k": "3"}, 422, "k: Input should be a valid integer"),
        ("ask", {"question": "x", "k": 2.5}, 422, "k: Input should be a valid integer"),
        ("ask", {"question": "x", "k": [3]}, 422, "k: Input should be a valid integer"),
        ("ask", {"question": "x", "k": None}, 422, "k: Input should be a valid integer"),
        ("ask", {"question": "x", "after": 2025}, 422, "after: Input should be a valid string"),
        ("ask", {"question": "x", "before": False}, 422, "before: Input should be a valid string"),
        ("ask", {"question": "x", "source": ["x"]}, 422, "source: Input should be a valid string"),
        ("ask", [], 422, "body: "),
        ("ask?k=3", {"question": QUESTION}, 422, "k: Extra inputs are not permitted"),
        ("index?rebuild=1", {}, 422, "rebuild: Extra inputs are not permitted"),
        ("find", {}, 422, "query: Field required"),
        ("find", {"query": "-Turki"}, 422, "add a word to search for"),
        ("ask", {"question": "apa after:lusa"}, 422, "names no date"),
        ("nothing", {}, 404, "/v1/openapi.json"),
        ("", {}, 404, "/v1/openapi.json"),
        ("ask/", {"question": QUESTION}, 404, "/v1/openapi.json"),
        ("articles", {}, 405, "POST is not for this address, which takes GET, HEAD"),
    ],
)
def test_what_cannot_be_done_is_a_problem_in_one_line(
    client: TestClient, path: str, body: object, status: int, said: str
) -> None:
    response = client.post(f"/v1/{path}", json=body)
    found = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert response.status_code == found["status"] == status
    assert said in found["detail"]
    assert "\n" not in found["detail"]
    assert found["title"]


def test_a_whole_number_is_an_integer_however_json_writes_it(client: TestClient) -> None:
    # JSON Schema, 2020-12: an integer is any number with no fraction.
    for body in (b'{"query": "Tokyo", "k": 1.0}', b'{"query": "Tokyo", "k": 1e0}'):
        headers = {"content-type": "application/json"}
        found = client.post("/v1/find", headers=headers, content=body)
        assert len(found.json()["hits"]) == 1
    # In an address everything is text.
    assert len(client.get("/v1/find?query=Tokyo&k=1").json()["hits"]) == 1


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("ask?question=Tokyo&question=Turki", 422, "question: given twice"),
        ("find?query=Tokyo&k=2&k=3", 422, "k: given twice"),
        ("ask?question=Tokyo%FF", 400, "not in UTF-8"),
        ("articles?text=%ED%A0%80", 400, "not in UTF-8"),
        ("articles?more=1", 422, "more: Extra inputs are not permitted"),
        ("articles?after=2026&before=2025", 422, "swap the dates"),
        ("articles/rusia.txt?passages=1", 422, "passages: Extra inputs are not permitted"),
        ("index?state=done", 422, "state: Extra inputs are not permitted"),
    ],
)
def test_nothing_in_an_address_is_passed_over(
    client: TestClient, path: str, status: int, said: str
) -> None:
    response = client.get(f"/v1/{path}")
    assert response.headers["content-type"] == "application/problem+json"
    assert response.status_code == response.json()["status"] == status
    assert said in response.json()["detail"]


def test_what_is_above_all_addresses_is_a_problem_too(client: TestClient) -> None:
    for path in ("/v1", "/v1/"):
        response = client.get(path)
        assert response.headers["content-type"] == "application/problem+json"
        assert response.status_code == response.json()["status"] == 404


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("ask", "GET, HEAD, POST"),
        ("find", "GET, HEAD, POST"),
        ("articles", "GET, HEAD"),
        ("articles/rusia.txt", "GET, HEAD"),
        ("index", "DELETE, GET, HEAD, POST"),
        ("openapi.json", "GET, HEAD"),
    ],
)
def test_a_method_that_an_address_lacks_is_405_and_names_those_it_has(
    client: TestClient, path: str, allowed: str
) -> None:
    for method in {"OPTIONS", "PUT", "PATCH", "POST", "DELETE"} - set(allowed.split(", ")):
        response = client.request(method, f"/v1/{path}", json={})
        assert response.status_code == response.json()["status"] == 405
        assert response.headers["content-type"] == "application/problem+json"
        assert response.headers["allow"] == allowed
        assert method in response.json()["detail"]


@pytest.mark.parametrize(
    "path", ["articles", "articles/rusia.txt", "index", "openapi.json", "find?query=nuklir", "ask"]
)
def test_head_is_get_without_a_body(client: TestClient, path: str) -> None:
    plain = {"accept-encoding": "identity"}
    got, headed = (client.request(m, f"/v1/{path}", headers=plain) for m in ("GET", "HEAD"))
    assert (headed.status_code, headed.content) == (got.status_code, b"")
    for name in ("content-type", "cache-control"):
        assert headed.headers[name] == got.headers[name]


@pytest.mark.parametrize(
    "name", ["nothing.txt", "../../etc/passwd", "rusia.txt/x", "%00", "%2e%2e"]
)
def test_an_article_that_is_not_there_is_a_problem(client: TestClient, name: str) -> None:
    response = client.get(f"/v1/articles/{name}")
    assert response.status_code == 404
    if "etc" not in name:  # the client itself climbs out of /v1 with that one
        assert response.json()["title"] == "Not Found"


def test_other_errors_are_logged_and_not_told(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret /home/reader")

    monkeypatch.setattr("api.operations.answer_question", fail)
    response = client.post("/v1/ask", json={"question": "x"})
    assert response.status_code == 500
    assert "secret" not in response.text
    assert "secret" in caplog.text


def test_a_missing_collection_is_a_problem_that_says_what_to_do(tmp_path: Path) -> None:
    missing = Collection(tmp_path / "nowhere", encoder=FakeEncoder())
    with TestClient(create_app(missing), base_url=HERE) as client:
        for response in (
            client.post("/v1/ask", json={"question": "x"}),
            client.get("/v1/articles"),
            client.get("/v1/articles/x"),
        ):
            assert response.status_code == 503
            assert "make one with: kutip index" in response.json()["detail"]
        client.post("/v1/index", json={})
        job = ended(client)
        assert (job["state"], job["generation"]) == ("failed", None)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 400),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://["}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "same-origin", "origin": HERE}, 200),
        ({"sec-fetch-site": "none"}, 200),
    ],
)
def test_other_sites_may_not_use_the_api(
    client: TestClient, headers: dict[str, str], status: int
) -> None:
    got = client.get("/v1/index", headers=headers)
    assert got.status_code == status
    assert "access-control-allow-origin" not in got.headers
    posted = client.post("/v1/ask", headers=headers, json={"question": QUESTION})
    assert posted.status_code == status
    assert client.options("/v1/ask", headers=headers).status_code in {400, 403, 405}


def test_a_body_that_a_form_could_send_is_refused(client: TestClient) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        for path in ("ask", "index"):
            response = client.post(f"/v1/{path}", headers={"content-type": kind}, content="{}")
            assert response.status_code == 415
            assert response.json()["status"] == 415


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"{", 400, "not JSON"),
        (b"[" * 30_000, 400, "not JSON"),
        (b'{"question": "\\ud800"}', 400, "not JSON in UTF-8"),
        (b"\xff", 400, "not JSON in UTF-8"),
        (b'{"question": "' + b"x" * MAX_BODY + b'"}', 413, "too long"),
        (b"", 422, "body: Field required"),
    ],
)
def test_what_is_no_request_is_a_problem(
    client: TestClient, body: bytes, status: int, said: str
) -> None:
    headers = {"content-type": "application/json"}
    response = client.post("/v1/ask", headers=headers, content=body)
    assert response.status_code == response.json()["status"] == status
    assert said in response.json()["detail"]


@pytest.mark.parametrize("kind", ["", "text/plain", "application/json"])
@pytest.mark.parametrize("body", [b"", b"{", b"x" * (MAX_BODY + 1)], ids=["none", "bad", "long"])
def test_what_an_address_does_not_take_is_said_before_what_a_body_is_not(
    client: TestClient, kind: str, body: bytes
) -> None:
    headers = {"content-type": kind}
    for path in ("nothing", "", "ask/"):
        response = client.post(f"/v1/{path}", headers=headers, content=body)
        assert response.status_code == response.json()["status"] == 404, path
    for path in ("articles", "articles/rusia.txt", "openapi.json"):
        response = client.post(f"/v1/{path}", headers=headers, content=body)
        assert response.status_code == response.json()["status"] == 405, path
        assert response.headers["allow"] == "GET, HEAD"
    expected = 415 if kind != "application/json" else {b"": 422, b"{": 400}.get(body, 413)
    response = client.post("/v1/ask", headers=headers, content=body)
    assert response.status_code == response.json()["status"] == expected


def ended(client: TestClient) -> dict[str, Any]:
    """How the update ended."""
    for _ in range(200):
        job = client.get("/v1/index").json()
        if job["state"] not in {"running", "cancelling"}:
            return job
        time.sleep(0.05)
    pytest.fail("the update never ended")


class SlowEncoder(FakeEncoder):
    """Encodes when it is let."""

    def __init__(self) -> None:
        self.started, self.go = threading.Event(), threading.Event()

    def encode_passages(self, texts, **options):
        self.started.set()
        assert self.go.wait(10)
        return super().encode_passages(texts, **options)


def test_an_update_is_a_job_that_can_be_followed_and_cancelled(
    folder: Path, tmp_path: Path
) -> None:
    encoder = SlowEncoder()
    new = Collection(tmp_path / ".kutip", encoder=encoder)
    with TestClient(create_app(new, folder=folder), base_url=HERE) as client:
        assert client.get("/v1/index").json()["state"] == "idle"
        refused = client.delete("/v1/index")
        assert (refused.status_code, refused.json()["detail"]) == (409, "no update is running")
        started = client.post("/v1/index", json={})
        assert started.status_code == 202
        assert started.headers["location"] == "/v1/index"
        assert encoder.started.wait(10)
        job = client.get("/v1/index").json()
        assert job["state"] == "running"
        assert set(job["progress"]) == {"stage", "done", "total"}
        assert client.post("/v1/index", json={}).status_code == 409
        assert client.delete("/v1/index").json()["state"] == "cancelling"
        encoder.go.set()
        assert ended(client)["state"] == "cancelled"
        client.post("/v1/index", json={})
        job = ended(client)
        assert job["state"] == "done"
        assert job["report"]["added"] == ["2025/jepang?.txt", "rusia.txt"]
        assert job["generation"] == new.generation() > 0
        assert client.post("/v1/ask", json={"question": QUESTION}).json()["answered"]


def test_more_questions_than_may_wait_are_turned_away(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "WAITING", 3)
    go = threading.Event()
    monkeypatch.setattr("api.operations.answer_question", lambda *_, **__: go.wait(60))
    codes: list[int] = []

    def ask() -> None:
        codes.append(client.post("/v1/ask", json={"question": "x"}).status_code)

    with client:  # one event loop for all, as the server has
        asking = [threading.Thread(target=ask) for _ in range(20)]
        for thread in asking:
            thread.start()
        for _ in range(600):
            if len(codes) >= 20 - AT_ONCE - 3:
                break
            time.sleep(0.05)
        turned_away = list(codes)
        go.set()
        for thread in asking:
            thread.join()
    assert turned_away == [503] * (20 - AT_ONCE - 3)


def test_a_media_type_is_known_in_any_case(client: TestClient) -> None:
    headers = {"content-type": "Application/JSON; charset=utf-8"}
    asked = client.post("/v1/ask", headers=headers, content=json.dumps({"question": QUESTION}))
    assert asked.status_code == 200


def test_an_article_and_its_passages_are_read_together(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read apart, they could be of two generations."""
    (name, *_) = (one["article"] for one in client.get("/v1/articles").json()["articles"])
    real, opened = Store.open.__func__, []

    def count(cls: type[Store], directory: Path) -> Store:
        opened.append(directory)
        return real(cls, directory)

    monkeypatch.setattr(Store, "open", classmethod(count))
    assert client.get(f"/v1/articles/{quote(name)}").json()["passages"]
    assert len(opened) == 1


@pytest.mark.parametrize(
    ("error", "status"),
    [(BackendError, 503), (ModelError, 503), (CollectionError, 503), (LockedError, 409),
     (InputError, 422), (DiskError, 500)],
)  # fmt: skip
def test_errors_have_the_status_that_says_who_can_mend_them(
    error: type[KutipError], status: int
) -> None:
    assert problem_of(error("said")).status_code == status


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_question_whose_asker_went_while_it_waited_is_not_worked_on(
    collection: Collection, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    worked: list[str] = []
    go = threading.Event()

    def work(_: object, question: str, **__: object) -> Any:
        worked.append(question)
        go.wait(60)
        return SimpleNamespace(to_dict=dict)

    monkeypatch.setattr("api.operations.answer_question", work)
    app = create_app(collection)

    async def ask(question: str, gone: anyio.Event) -> None:
        body = json.dumps({"question": question}).encode()
        headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
            "path": "/v1/ask", "raw_path": b"/v1/ask", "query_string": b"", "root_path": "",
            "scheme": "http", "headers": headers, "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 2),
        }  # fmt: skip
        if method == "GET":
            scope["query_string"] = f"question={question}".encode()
        given = False

        async def receive() -> dict[str, Any]:
            nonlocal given
            if gone.is_set():  # at once, as the server says it
                return {"type": "http.disconnect"}
            if not given:
                given = True
                return {"type": "http.request", "body": body, "more_body": False}
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(_: object) -> None:
            pass

        await app(scope, receive, send)

    async def all_at_once() -> None:
        stays, goes = anyio.Event(), anyio.Event()
        async with anyio.create_task_group() as tasks:
            for number in range(AT_ONCE):
                tasks.start_soon(ask, f"first{number}", stays)
            while len(worked) < AT_ONCE:
                await anyio.sleep(0.01)
            tasks.start_soon(ask, "gone", goes)
            tasks.start_soon(ask, "stays", stays)
            await anyio.sleep(0.2)
            goes.set()
            go.set()

    run(all_at_once)
    assert sorted(worked) == [*(f"first{number}" for number in range(AT_ONCE)), "stays"]
