"""With a password, nothing answers without it, and guessing is slow."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api import password as module
from api.hosts import names_answered
from api.mcp_server import http_app
from api.password import TRIES, Password, read_password
from api.serving import bind
from app import create_app, serve
from index.collection import Collection
from index.errors import InputError
from tests.fakes import FakeEncoder

HERE = "http://127.0.0.1:7860"
SECRET = "kuda lumping 🐎"


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return Collection(tmp_path / ".kutip", encoder=FakeEncoder())


@pytest.fixture
def client(collection: Collection) -> TestClient:
    return TestClient(create_app(collection, password=SECRET), base_url=HERE)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"), ("GET", "/kutip/style.css"), ("GET", "/v1/index"),
        ("GET", "/v1/openapi.json"),
        ("GET", "/gradio_api/queue/data?session_hash=another"), ("POST", "/gradio_api/queue/join"),
        ("POST", "/v1/ask"), ("POST", "/v1/index"), ("GET", "/nothing"),
    ],
)  # fmt: skip
def test_nothing_answers_without_the_password(client: TestClient, method: str, path: str) -> None:
    response = client.request(method, path, json={} if method == "POST" else None)
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Basic ")
    if path.startswith("/v1/"):
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["status"] == 401


def test_the_password_opens_the_page_and_the_api(client: TestClient) -> None:
    for user in ("", "anyone"):
        assert client.get("/", auth=(user, SECRET)).status_code == 200
        response = client.get("/v1/index", auth=(user, SECRET))
        assert response.status_code == 200
        assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    "header", ["Basic", "Basic !!!", "Basic eA==", "Bearer x", "basic Og==", "Basic é".encode()]
)
def test_what_is_no_password_is_refused(client: TestClient, header: str | bytes) -> None:
    assert client.get("/", headers={"authorization": header}).status_code == 401


def test_guessing_is_stopped_and_may_go_on_later(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    codes = [client.get("/v1/index", auth=("x", f"guess {n}")).status_code for n in range(100)]
    assert codes == [401] * TRIES + [429] * (100 - TRIES)
    # Also the right one is not looked at, or guessing would go on.
    refused = client.get("/v1/index", auth=("x", SECRET))
    assert refused.status_code == refused.json()["status"] == 429
    assert refused.headers["retry-after"] == "60"
    now += 61
    assert client.get("/v1/index", auth=("x", SECRET)).status_code == 200


def test_time_does_not_tell_how_much_of_a_guess_is_right() -> None:
    guarded = Password(lambda *_: None, "x" * 40)  # type: ignore[arg-type,return-value]

    def median(guess: bytes) -> float:
        times = []
        for _ in range(2000):
            started = time.perf_counter()
            guarded._hashed(guess) == guarded._hash  # noqa: B015
            times.append(time.perf_counter() - started)
        return statistics.median(times)

    # What is compared are keyed hashes, of which a guess cannot choose a prefix.
    assert guarded._hashed(b"x" * 39 + b"y")[:8] != guarded._hash[:8]
    assert 0.2 < median(b"x" * 39 + b"y") / median(b"y" * 40) < 5


def test_mcp_over_http_asks_too(collection: Collection) -> None:
    with TestClient(http_app(collection, password=SECRET), base_url=HERE) as client:
        assert client.post("/mcp", json={}).status_code == 401
        assert client.post("/mcp", json={}, auth=("x", SECRET)).status_code not in {401, 429}


@pytest.mark.parametrize(
    ("content", "password"),
    [("kuda lumping\n", "kuda lumping"), ("kuda lumping\r\n# x", "kuda lumping"),
     ("\ufeffkuda lumping\n", "kuda lumping")],
)  # fmt: skip
def test_the_password_is_a_file_s_first_line(tmp_path: Path, content: str, password: str) -> None:
    (tmp_path / "secret").write_bytes(content.encode())
    assert read_password(tmp_path / "secret") == password


@pytest.mark.parametrize("content", [b"", b"\n", b"short\n", b"\xff\xfe" * 20])
def test_a_password_that_cannot_be_used_is_said_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret").write_bytes(content)
    with pytest.raises(InputError, match="secret: "):
        read_password(tmp_path / "secret")
    with pytest.raises(InputError, match="check the path"):
        read_password(tmp_path / "nothing")


def test_only_with_a_password_is_another_machine_served(collection: Collection) -> None:
    with pytest.raises(InputError, match=r"without a password .* this machine only"):
        serve(collection, host="0.0.0.0", port=0)
    with bind("0.0.0.0", 0, anywhere=True) as bound:
        assert bound.getsockname()[0] == "0.0.0.0"
    # Also by the name of a proxy before it.
    assert names_answered(None) == ("127.0.0.1", "localhost")
    app = create_app(collection, password=SECRET, names=names_answered(SECRET))
    with TestClient(app, base_url="https://kutip.example") as client:
        assert client.get("/v1/index").status_code == 401
        assert client.get("/v1/index", auth=("x", SECRET)).status_code == 200
        evil = {"origin": "https://evil.example"}
        assert client.get("/v1/index", auth=("x", SECRET), headers=evil).status_code == 403
