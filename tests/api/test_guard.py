"""What the guard does that a test client cannot send."""

from __future__ import annotations

import anyio
import pytest

from api import guard
from api.guard import API, Guard
from tests.api.loops import run


def test_a_body_that_drips_in_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.2)
    sent: list[dict] = []

    async def drip() -> dict:
        await anyio.sleep(0.05)
        return {"type": "http.request", "body": b" ", "more_body": True}

    async def send(message) -> None:
        sent.append(message)

    async def unreached(*_: object) -> None:
        pytest.fail("the application was reached")

    scope = {
        "type": "http", "method": "POST", "path": "/v1/ask",
        "headers": [(b"content-type", b"application/json"), (b"host", b"localhost")],
    }  # fmt: skip
    run(Guard(unreached, (API,)), scope, drip, send)
    assert sent[0]["status"] == 408


def test_only_http_reaches_the_application() -> None:
    async def unreached(*_: object) -> None:
        pytest.fail("the application was reached")

    run(Guard(unreached, (API,)), {"type": "websocket", "path": "/v1/ask"}, None, None)
