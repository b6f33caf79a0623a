"""The few doors of Gradio that the page uses, and the policy its browser obeys.

Gradio is a toolbox with many doors: uploads, a file server, a proxy, an API, monitoring. The page
needs a handful of them; all others are shut, whatever a later version adds.
"""

from __future__ import annotations

import json
import re
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.guard import NONCE, Door, anything
from page.files import FOR_GOOD

# 'unsafe-eval': Gradio compiles its HTML templates in the browser. Scripts inside the page need
# the nonce, so neither an inline script nor an event handler in a text could ever run.
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)


def flat(body: bytes) -> bool:
    """Whether a body holds only what the page sends: text, numbers, flat objects of these.

    Gradio fetches the address in an object that looks like one of its files, so no nested object
    may pass.
    """
    if not anything(body):
        return False
    sent = json.loads(body) if body else {}
    if not isinstance(sent, dict):
        return False
    data, event = sent.get("data") or [], sent.get("event_data") or {}
    others = [value for key, value in sent.items() if key not in {"data", "event_data"}]
    return (
        isinstance(data, list)
        and isinstance(event, dict)
        and all(_scalar(value) for value in (*data, *event.values(), *others))
    )


# No dot at the start of a path's part: nothing climbs.
_FILE = r"[\w-][\w.-]*(?:/[\w-][\w.-]*)*"
_HASHED = re.compile(r"/assets/[\w.-]+-[\w-]{8,9}\.(?:js|css)")
PAGE = (
    Door(
        frozenset({"GET", "HEAD"}),
        re.compile(
            rf"/|/assets/{_FILE}|/static/{_FILE}|/theme\.css"
            r"|/favicon\.ico|/gradio_api/heartbeat/\w+|/gradio_api/queue/data"
            # A page that lost the server asks here, for a random number, until it is back.
            r"|/gradio_api/app_id"
        ),
    ),
    Door(frozenset({"POST"}), re.compile(r"/gradio_api/(?:queue/join|cancel|reset)"), body=flat),
)


class StartScripts:
    """ASGI middleware that marks the scripts of Gradio's start page, the only inline ones.

    They get the nonce of the policy, which the guard outside has put into the scope.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Mark the start page of `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, with marks if it is for the start page."""
        if scope["type"] == "http" and scope["path"] == "/":
            # What is to be marked must not come compressed.
            scope["headers"] = [item for item in scope["headers"] if item[0] != b"accept-encoding"]
            send = _with_nonce(send, scope[NONCE])
        await self._app(scope, receive, send)


class Assets:
    """ASGI middleware that lets browsers keep Gradio's scripts and styles, named by their hash."""

    def __init__(self, app: ASGIApp) -> None:
        """Let what `app` serves under /assets/ be kept."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; a hashed name never means another file, so it is for good."""

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                MutableHeaders(scope=message)["cache-control"] = FOR_GOOD
            await send(message)

        hashed = scope["type"] == "http" and _HASHED.fullmatch(scope["path"])
        await self._app(scope, receive, keep if hashed else send)


def _scalar(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float)


def _with_nonce(send: Send, nonce: str) -> Send:
    start: Message = {}
    page = b""

    async def respond(message: Message) -> None:
        nonlocal start, page
        if message["type"] == "http.response.start":
            start = message
            return
        if message["type"] != "http.response.body":
            await send(message)
            return
        page += message.get("body", b"")
        if message.get("more_body", False):
            return
        marked = page.replace(b"<script", f'<script nonce="{nonce}"'.encode())
        headers = MutableHeaders(scope=start)
        if marked:
            headers["content-length"] = str(len(marked))
        headers["cache-control"] = "no-store"
        await send(start)
        await send({"type": "http.response.body", "body": marked})

    return respond
