"""The server answers this machine's browser, through a handful of doors, and nobody else."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.guard import MAX_BODY
from api.serving import AT_ONCE, WAITING
from app import create_app, serve
from index.collection import Collection
from index.errors import InputError
from page.doors import POLICY
from page.files import Files
from page.library import Library
from page.views import Asked, Views
from page.wording import ENGLISH, INDONESIAN, VIETNAMESE, Wording
from qa.answer import Citation
from qa.operators import MAX_CHARS
from tests.fakes import FakeEncoder

HERE = "http://127.0.0.1:7860"
ROOT = Path(__file__).parent.parent.parent
JOIN = "/gradio_api/queue/join"
FILES = Files.read()
STYLE = FILES.address("style.css")


def collect(directory: Path) -> Collection:
    folder = directory / "articles"
    folder.mkdir()
    sentence = "Menteri pertahanan kedua negara sepakat memperluas pelatihan perwira muda di {}."
    for place in ("Tokyo", "Hanoi"):
        (folder / f"{place}.txt").write_text(" ".join([sentence.format(place)] * 4))
    made = Collection(directory / ".kutip", encoder=FakeEncoder())
    made.update(folder)
    return made


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return collect(tmp_path)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    return collect(tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="module")
def client(served: Collection) -> Iterator[TestClient]:
    with TestClient(create_app(served), base_url=HERE) as opened:
        yield opened


def join(client: TestClient, **changes: object) -> int:
    body = {"data": [], "event_data": None, "fn_index": 0, "trigger_id": 0, "session_hash": "s"}
    return client.post(JOIN, json=body | changes).status_code


def test_the_page_is_served(client: TestClient) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert "gradio" in response.text
    assert response.text.index(FILES.address("queue.js")) < response.text.index("/assets/index-")
    assert FILES.address("behaviour.js") in response.text
    for name in FILES.contents:
        served = client.get(FILES.address(name))
        assert served.status_code == 200
        assert served.content == FILES.contents[name]


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.nip.io", "192.168.0.7", "0.0.0.0:7860", "[::1]:7860", ""]
)
def test_other_names_for_this_machine_are_refused(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 400
    assert client.post(JOIN, headers={"host": host}, json={}).status_code == 400
    told = client.get("/v1/index", headers={"host": host})
    assert told.headers["content-type"] == "application/problem+json"
    assert "127.0.0.1 and localhost alone; with --password-file" in told.json()["detail"]


def test_every_answer_carries_the_security_headers(client: TestClient) -> None:
    for path in ("/", "/gradio_api/upload", "/theme.css", *map(FILES.address, FILES.contents)):
        headers = client.get(path, headers={"origin": HERE}).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "access-control-allow-origin" not in headers


def test_the_policy_names_no_other_origin_and_no_inline_script(client: TestClient) -> None:
    assert "http" not in POLICY
    assert "*" not in POLICY
    scripts = next(part for part in POLICY.split("; ") if part.startswith("script-src"))
    assert "unsafe-inline" not in scripts
    first, second = client.get("/"), client.get("/")
    nonce = re.search(r"'nonce-([^']+)'", first.headers["content-security-policy"])
    assert nonce
    assert nonce[1] not in second.headers["content-security-policy"]
    assert first.text.count("<script") == first.text.count(f'<script nonce="{nonce[1]}"') > 0


def test_a_browser_keeps_what_is_named_by_its_hash_and_asks_for_the_rest(
    client: TestClient,
) -> None:
    page = client.get("/").text
    hashed = re.findall(r"[./]*(/assets/[\w.-]+-[\w-]{8}\.(?:js|css))", page)
    assert hashed
    for path in (*hashed, *map(FILES.address, FILES.contents)):
        assert client.get(path).headers["cache-control"] == "max-age=31536000, immutable"
    for path in ("/theme.css", FILES.address("old.js"), "/kutip/0123456789abcdef/behaviour.js"):
        assert client.get(path).headers["cache-control"] == "no-cache"
    assert client.get("/").headers["cache-control"] == "no-store"
    assert "immutable" not in client.get("/assets/index-AAAAAAAA.js").headers["cache-control"]


def test_the_start_page_loads_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/").text
    loaded = re.findall(r"<(?:script|link|img|iframe)[^>]*?(?:src|href)=\"([^\"]+)\"", page)
    assert loaded
    assert [address for address in loaded if re.match(r"(?:https?:)?//", address)] == []


def test_the_start_page_tells_nothing_about_the_machine(
    client: TestClient, served: Collection
) -> None:
    page = client.get("/").text
    assert str(served.directory.parent) not in page
    assert str(Path.home()) not in page
    config = json.loads(re.search(r"gradio_config = (\{.*?\});</script>", page)[1])  # type: ignore[index]
    assert {dependency["api_visibility"] for dependency in config["dependencies"]} == {"private"}
    assert config["footer_links"] == []


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd", "/gradio_api/file=..%2f..%2fetc/passwd", "/file=x",
        "/gradio_api/file=http://169.254.169.254/", "/gradio_api/proxy=http://example.org/",
        "/gradio_api/file=..%5c..%5cetc%5cpasswd", "/gradio_api/file=file:///etc/passwd",
        "/gradio_api/file=%5c%5chost%5cx", "/gradio_api/file=a%00.txt", "/gradio_api/file=//host/x",
        "/gradio_api/file=http://[::1]/", "/gradio_api/file=http://0x7f000001/",
        "/assets/%2e%2e/%2e%2e/routes.py", "/static/a%00.js", "/kutip/x.html", "/kutip/a/b.svg",
        "/kutip/behaviour.js", "/kutip/0123456789abcdef/behaviour.js", FILES.address("x.js"),
        "/gradio_api/file/x", "/monitoring", "/monitoring/summary", "/gradio_api/runs",
        "/gradio_api/deep_link", "/gradio_api/mcp", "/gradio_api/mcp/sse", "/gradio_api/info",
        "/gradio_api/openapi.json", "/openapi.json", "/docs", "/redoc", "/config", "/login",
        "/gradio_api/dev/reload", "/gradio_api/vibe-code", "/gradio_api/stream/x/y",
        "/gradio_api/custom_component/x/y/z/a.js", "/svelte/x", "/pwa_icon", "/manifest.json",
        "/gradio_api/token", "/gradio_api/app_id/x", "/gradio_api/upload_progress",
        "/kutip/../page/server.py", "/kutip/..%2fserver.py", "/kutip/server.py", "/assets/../x",
        FILES.address("../server.py"), FILES.address("..%2fserver.py"),
        "/static/..%2f..%2froutes.py", "//etc/passwd", "/gradio_api/heartbeat/../info",
    ],
)  # fmt: skip
def test_doors_the_page_does_not_use_are_shut(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.head(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/", "/gradio_api/upload", "/gradio_api/run/ask", "/gradio_api/api/ask", "/login",
        "/gradio_api/call/ask", "/gradio_api/call/v2/ask", "/gradio_api/process_recording",
        "/gradio_api/component_server", "/gradio_api/vibe-edit", "/gradio_api/run/predict",
        "/gradio_api/run-history/connect", STYLE,
    ],
)  # fmt: skip
def test_nothing_can_be_posted_elsewhere(client: TestClient, path: str) -> None:
    assert client.post(path, json={"data": []}).status_code == 404
    assert client.put(path, json={}).status_code == 404
    assert client.delete(path).status_code == 404
    assert client.options(path, headers={"origin": "https://evil.example"}).status_code == 404


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "x"])
def test_other_sites_may_not_use_the_page(client: TestClient, origin: str) -> None:
    headers = {"origin": origin}
    assert client.get("/", headers=headers).status_code == 403
    assert client.post(JOIN, headers=headers, json={}).status_code == 403
    plain = client.post(JOIN, headers={"content-type": "text/plain"}, content="{}")
    assert plain.status_code == 415


def test_a_long_body_is_refused_whether_it_says_so_or_not(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    long = b'{"data": ["' + b"x" * MAX_BODY + b'"]}'
    assert client.post(JOIN, headers=headers, content=long).status_code == 413
    chunked = client.post(JOIN, headers=headers, content=iter([long[:1000], long[1000:]]))
    assert chunked.status_code == 413


def test_a_long_header_is_refused(client: TestClient) -> None:
    for path in ("/", "/v1/index", STYLE):
        assert client.get(path, headers={"x-long": "x" * 8000}).status_code == 200
        assert client.get(path, headers={"x-long": "x" * 9000}).status_code == 431
    assert join(client) == 200


@pytest.mark.parametrize(
    "body",
    [
        {"data": [{"path": "http://127.0.0.1:1/", "meta": {"_type": "gradio.FileData"}}]},
        {"data": [["nested"]]},
        {"data": "text"},
        {"event_data": {"text": {"path": "/etc/passwd"}}},
        {"event_data": ["x"]},
        {"session_hash": ["x"]},
        {"more": {"path": "/etc/passwd"}},
    ],
)
def test_only_flat_bodies_pass(client: TestClient, body: dict[str, object]) -> None:
    assert join(client, **body) == 400


@pytest.mark.parametrize(
    "body", [b"[", b"[]", b"7", b"[" * 30_000, b'{"data": ["\\ud800"]}', b"\xff\xfe", b"NaN{"]
)
def test_what_is_no_request_is_refused(client: TestClient, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    assert client.post(JOIN, headers=headers, content=body).status_code == 400


def test_an_upload_leaves_nothing_behind(client: TestClient, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for name in ("x.txt", "../../x"):
        files = [("files", (name, b"x" * 100_000, "text/plain"))] * 50
        assert client.post("/gradio_api/upload", files=files).status_code == 404
    assert list(tmp_path.iterdir()) == []


def test_the_page_s_own_requests_pass(client: TestClient) -> None:
    assert join(client) == 200


def test_a_page_that_lost_the_server_hears_when_it_is_back(client: TestClient) -> None:
    told = client.get("/gradio_api/app_id")
    assert told.status_code == 200
    assert list(told.json()) == ["app_id"]


def test_more_waiting_requests_than_the_limit_are_turned_away(
    served: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()
    monkeypatch.setattr(Library, "outlets", lambda self, w: str(go.wait(10)))
    with TestClient(create_app(served), base_url=HERE) as client:
        codes = [join(client, session_hash=f"s{n}") for n in range(WAITING + 20)]
        go.set()
    assert codes.count(200) <= WAITING + AT_ONCE
    assert codes[-1] == 503


def test_an_environment_cannot_open_the_server_up(tmp_path: Path) -> None:
    code = """
import json, os, sys
from pathlib import Path
from starlette.testclient import TestClient
from index.collection import Collection
from page.server import create_app
from tests.fakes import FakeEncoder
app = create_app(Collection(Path(sys.argv[1]), encoder=FakeEncoder()))
import gradio
with TestClient(app, base_url="http://127.0.0.1:7860") as client:
    page = client.get("/")
    print(json.dumps({
        "closed": [client.get(p).status_code for p in ("/monitoring", "/gradio_api/mcp/sse",
                   "/gradio_api/runs", "/gradio_api/file=/etc/hostname", "/gradio_api/info")],
        "evil": "evil" in page.text,
        "left": sorted(n for n in os.environ if n.startswith("GRADIO_")),
        "analytics": gradio.analytics.analytics_enabled(),
    }))
"""
    hostile = {
        "GRADIO_SHARE": "1", "GRADIO_MCP_SERVER": "True", "GRADIO_SERVER_NAME": "0.0.0.0",
        "GRADIO_ALLOWED_PATHS": "/", "GRADIO_ANALYTICS_ENABLED": "True", "GRADIO_SSR_MODE": "True",
        "GRADIO_ROOT_PATH": "//evil.example", "GRADIO_RUN_HISTORY": "True",
        "GRADIO_PROFILING": "1", "PATH": "/usr/bin", "HOME": str(tmp_path),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / ".kutip")],
        capture_output=True, text=True, cwd=ROOT, env=hostile, check=True,
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert set(found["closed"]) == {404}
    assert found["evil"] is False
    assert found["left"] == ["GRADIO_ANALYTICS_ENABLED"]
    assert found["analytics"] is False


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.0.7", "::", "example.org", ""])
def test_only_this_machine_is_served(collection: Collection, host: str) -> None:
    with pytest.raises(InputError, match=r"this machine only; use --host 127\.0\.0\.1"):
        serve(collection, host=host)


@pytest.mark.parametrize("port", [-1, 65536])
def test_an_impossible_port_is_said_so(collection: Collection, port: int) -> None:
    with pytest.raises(InputError, match=f"port {port} .* or: --port 0"):
        serve(collection, port=port)


def test_a_taken_port_is_said_before_anything_is_loaded(collection: Collection) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"port {port} .* or: --port 0"):
            serve(collection, port=port)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_serve_says_only_that_it_answers_and_stops_when_told(
    tmp_path: Path, stop: signal.Signals
) -> None:
    code = """
import sys, urllib.request
from pathlib import Path
from index.collection import Collection
from page.server import serve
from tests.fakes import FakeEncoder
def ready(url):
    print(url, flush=True)
try:
    serve(Collection(Path(sys.argv[1]), encoder=FakeEncoder()), port=0, ready=ready)
except KeyboardInterrupt:
    pass
"""
    server = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    assert server.stdout is not None
    url = server.stdout.readline().strip()
    try:
        port = int(re.fullmatch(r"http://127\.0\.0\.1:(\d+)/", url)[1])  # type: ignore[index]
        # An open stream, as a browser's tab holds one, must not keep the server from stopping.
        with socket.create_connection(("127.0.0.1", port)) as tab:
            path = "/gradio_api/heartbeat/abc"
            tab.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
            assert tab.recv(12) == b"HTTP/1.1 200"
            server.send_signal(stop)
            out, err = server.communicate(timeout=60)
    finally:
        server.kill()
    assert (out, err) == ("", "")


def test_an_overlong_question_is_refused_on_the_server(collection: Collection) -> None:
    html, answer = Views(collection).ask(Asked("x" * (MAX_CHARS + 1)), ENGLISH)
    assert answer is None
    assert "shorten it" in html


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Asked("x", after="yesterday"), "is not a date; write it as 2025-12-31"),
        (Asked("x", before="0000-00-00"), "is not a date"),
        # Dates to Python, but neither to the form nor to the API.
        (Asked("x", before="20251231"), "is not a date"),
        (Asked("x", before="2025-W52-3"), "is not a date"),
        (Asked("x", after="2026-01-01", before="2025-01-01"), "swap the dates"),
        (Asked("  "), "ask something"),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_line(
    collection: Collection, asked: Asked, said: str
) -> None:
    html, answer = Views(collection).ask(asked, ENGLISH)
    assert answer is None
    assert said in html
    assert 'role="alert"' in html


REFUSED = {
    "empty": Asked(" "),
    "too_long": Asked("x" * (MAX_CHARS + 1)),
    "no_word": Asked("???"),
    "only_operators": Asked("source:tempo"),
    "no_day": Asked("x", after="2026-01-01", before="2025-01-01"),
    "no_date": Asked("Putin after:2025-13<b>"),
    "no_field_date": Asked("x", after="{yesterday}"),
}


@pytest.mark.parametrize("w", [INDONESIAN, VIETNAMESE], ids=lambda w: w.code)
def test_why_a_question_cannot_be_asked_is_said_in_the_reader_s_language(
    collection: Collection, w: Wording
) -> None:
    assert set(w.refusals) == set(REFUSED)
    said = {kind: Views(collection).ask(asked, w)[0] for kind, asked in REFUSED.items()}
    for kind, html in said.items():
        assert 'role="alert"' in html
        assert 'lang="en"' not in html
        assert w.refusals[kind].split("{")[0].split("“")[0] in html
    assert "2.000" in said["too_long"]
    assert f"1 {w.months[0]} 2026" in said["no_day"]
    assert "after:2025-13&lt;b&gt;" in said["no_date"]
    assert "&#123;yesterday&#125;" in said["no_field_date"]
    assert said["no_word"].count(w.refusals["no_word"]) == 1
    assert Views(collection).find(REFUSED["no_word"], w)[0].count(w.refusals["no_word"]) == 1


@pytest.mark.parametrize(
    "text",
    [
        " ".join(["dan"] * 600), "dan yang di ke dari", '"', '""', '"" OR 1:* NEAR(',
        "'; DROP TABLE passage;--", "* ^ : ( ) AND OR NOT", "\u200b", "-" * 2000,
        "after:" * 300, '"a" ' * 500, "\x00\x1b[2J", "🐎" * 1000,
    ],
    ids=lambda text: text.encode("unicode_escape").decode()[:24],
)  # fmt: skip
def test_any_question_is_answered_or_refused_at_once(served: Collection, text: str) -> None:
    for view in (Views(served).ask, Views(served).find):
        started = time.process_time()
        html, _ = view(Asked(text), ENGLISH)
        assert time.process_time() - started < 1
        assert ENGLISH.unexpected not in html
    assert len(served.article_ids()) == 2


def test_a_missing_collection_says_how_to_make_one(tmp_path: Path) -> None:
    views = Views(Collection(tmp_path / "nowhere", encoder=FakeEncoder()))
    assert "make one with: kutip index" in views.ask(Asked("x"), ENGLISH)[0]
    assert "make one with: kutip index" in views.find(Asked("x"), ENGLISH)[0]


def test_an_empty_collection_says_where_articles_go(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    collection = Collection(tmp_path / ".kutip", encoder=FakeEncoder())
    collection.update(folder)
    for html in (
        Views(collection).ask(Asked("x"), ENGLISH)[0],
        Views(collection).find(Asked("x"), ENGLISH)[0],
    ):
        assert ENGLISH.no_articles in html
        assert str(folder) in html


def test_other_errors_are_logged_and_not_shown(
    collection: Collection, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret /home/reader")

    monkeypatch.setattr("page.views.ask", fail)
    html, answer = Views(collection).ask(Asked("x"), ENGLISH)
    assert answer is None
    assert "secret" not in html
    assert "server’s log" in html
    assert "secret" in caplog.text


def test_a_look_up_says_that_there_is_more_only_where_there_is(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("page.views.LOOKUP_PASSAGES", 2)
    html, _ = Views(collection).find(Asked("pelatihan"), ENGLISH)
    assert ">2 passages<" in html
    monkeypatch.setattr("page.views.LOOKUP_PASSAGES", 1)
    html, found = Views(collection).find(Asked("pelatihan"), ENGLISH)
    assert ">The 1 best passages; a narrower search shows others<" in html
    assert html.count('data-open="hit"') == 1
    assert found is not None
    assert len(found.hits) == len(found.matches) == 1


def test_only_what_was_shown_can_be_opened(collection: Collection) -> None:
    views = Views(collection)
    _, found = views.find(Asked("pelatihan"), ENGLISH)
    assert found is not None
    assert 'class="reader"' in views.open_hit(found, 1, ENGLISH)
    # From there on to the next that was found.
    assert re.search(r'data-step="2" data-of="hit"[^>]*>›', views.open_hit(found, 1, ENGLISH))
    assert re.search(r'data-step="1" data-of="hit"[^>]*>‹', views.open_hit(found, 2, ENGLISH))
    for rank in (0, -1, 99):
        assert ENGLISH.outdated in views.open_hit(found, rank, ENGLISH)
    assert ENGLISH.outdated in views.open_hit(None, 1, ENGLISH)
    assert ENGLISH.outdated in views.open_citation(None, 1, ENGLISH)
    for identity in ("../../etc/passwd", "", "Tokyo.txt#1", "<script>"):
        assert ENGLISH.gone in views.open_article(identity, ENGLISH)
    assert 'class="reader"' in views.open_article("Tokyo.txt", ENGLISH)


def test_another_version_opens_where_it_says_the_same(
    collection: Collection, tmp_path: Path
) -> None:
    articles = tmp_path / "articles"
    (articles / "Copy.txt").write_bytes((articles / "Tokyo.txt").read_bytes())
    collection.update(articles)
    views = Views(collection)
    _, asked = views.ask(Asked('pelatihan "Tokyo"'), ENGLISH)
    _, found = views.find(Asked('pelatihan "Tokyo"'), ENGLISH)
    assert asked is not None
    assert found is not None
    (listed,) = found.hits
    passage = listed.passage
    cited = Citation(
        1, passage.article, "", None, None, None, passage.start, passage.end, passage.text,
        passage, listed.also,
    )  # fmt: skip
    answer = replace(asked, answered=True, citations=(cited,))
    opened = views.open_version(answer, 1, 1, ENGLISH, citation=True)
    assert f'class="current">{cited.also[0].quote}</mark>' in opened
    looked_up = views.open_version(found, 1, 1, ENGLISH, citation=False)
    assert listed.also[0].quote[:40] in looked_up
    assert 'class="body focused"' in looked_up
    assert "<mark" not in looked_up
    for result, n, place in ((answer, 1, 9), (answer, 1, -1), (answer, 99, 1), (None, 1, 1)):
        for citation in (True, False):
            refused = views.open_version(result, n, place, ENGLISH, citation=citation)
            assert ENGLISH.outdated in refused
    assert ENGLISH.outdated in views.open_version(found, 1, 1, ENGLISH, citation=True)
    (articles / cited.also[0].article).write_text("Kini isinya lain sama sekali. " * 9)
    collection.update(articles)
    assert ENGLISH.outdated in views.open_version(answer, 1, 1, ENGLISH, citation=True)


def test_a_changed_article_is_not_marked_in_the_wrong_place(
    collection: Collection, tmp_path: Path
) -> None:
    views = Views(collection)
    _, found = views.find(Asked('"Tokyo"'), ENGLISH)
    changed = (
        "Presiden berbicara panjang lebar tentang ekonomi dan perdagangan di Jakarta hari ini. "
    )
    (tmp_path / "articles" / "Tokyo.txt").write_text(changed * 3)
    collection.update(tmp_path / "articles")
    assert ENGLISH.outdated in views.open_hit(found, 1, ENGLISH)
