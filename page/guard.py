"""What reaches Gradio and what does not, and what every answer of the server carries.

Gradio is a toolbox with many doors: uploads, a file server, a proxy, an API, monitoring. The page
needs a handful of them; all others are shut, whatever a later version adds.
"""

from __future__ import annotations

import json
import re
import secrets
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The longest request of the page is a question of 2,000 characters, at most 24 KB of JSON.
MAX_BODY = 64 * 1024
READ = re.compile(
    r"/|/kutip/[a-z]+\.(?:js|css|svg)|/assets/[\w./-]+|/static/[\w./-]+|/theme\.css|/favicon\.ico"
    r"|/gradio_api/heartbeat/\w+|/gradio_api/queue/data"
)
WRITE = re.compile(r"/gradio_api/(?:queue/join|cancel|reset)")
# 'unsafe-eval': Gradio compiles its HTML templates in the browser. Scripts inside the page need
# the nonce, so neither an inline script nor an event handler in a text could ever run.
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
# Gradio lets other sites in when it thinks it is not on this machine.
UNWANTED = ("access-control-allow-origin", "access-control-allow-credentials")
# Not to be believed from a browser: a page behind no proxy has no forwarded address.
FORWARDED = re.compile(rb"x-forwarded-|x-direct-url|x-gradio-|forwarded$|accept-encoding$")


class Guard:
    """ASGI middleware around the whole application. Put a Host check outside of it."""

    def __init__(self, app: ASGIApp) -> None:
        """Guard `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it with 403, 404, 413 or 400."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        respond = _with_headers(send, nonce)
        if refusal := _refusal(scope):
            await refusal(scope, receive, respond)
            return
        scope["headers"] = [item for item in scope["headers"] if not FORWARDED.match(item[0])]
        if scope["method"] == "POST":
            body = await _read(receive)
            if body is None:
                too_long = PlainTextResponse("request too long", 413)
                await too_long(scope, receive, respond)
                return
            if not _plain(body):
                malformed = PlainTextResponse("not a request of this page", 400)
                await malformed(scope, receive, respond)
                return
            receive = _replay(body, receive)
        elif scope["path"] == "/":
            respond = _with_nonce(respond, nonce)
        await self._app(scope, receive, respond)


def _refusal(scope: Scope) -> PlainTextResponse | None:
    """Why this request goes no further, or None."""
    method, path = scope["method"], scope["path"]
    if not (
        (method in {"GET", "HEAD"} and READ.fullmatch(path) and ".." not in path)
        or (method == "POST" and WRITE.fullmatch(path))
    ):
        return PlainTextResponse("not found", 404)
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != headers.get("host"):
        return PlainTextResponse("another site may not use this page", 403)
    content = headers.get("content-type", "").partition(";")[0].strip()
    if method == "POST" and content != "application/json":
        return PlainTextResponse("JSON is expected", 415)
    return None


async def _read(receive: Receive) -> bytes | None:
    """The whole body, or None when it is longer than MAX_BODY."""
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > MAX_BODY:
            return None
        if not message.get("more_body", False):
            return body


def _plain(body: bytes) -> bool:
    """Whether a body holds only what the page sends: text, numbers, flat objects of these.

    Gradio fetches the address in an object that looks like one of its files, so no nested object
    may pass.
    """
    if not body:
        return True
    try:
        sent = json.loads(body)
        json.dumps(sent, ensure_ascii=False).encode()  # no lone surrogates
    except (ValueError, RecursionError):
        return False
    if not isinstance(sent, dict):
        return False
    data, event = sent.get("data") or [], sent.get("event_data") or {}
    others = [value for key, value in sent.items() if key not in {"data", "event_data"}]
    return (
        isinstance(data, list)
        and isinstance(event, dict)
        and all(_scalar(value) for value in (*data, *event.values(), *others))
    )


def _scalar(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float)


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives a body that was read already, then waits for the real one."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _with_headers(send: Send, nonce: str) -> Send:
    async def respond(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            # A new version's script must not meet the old one's page.
            headers.setdefault("Cache-Control", "no-cache")
            headers["Content-Security-Policy"] = POLICY.format(nonce=nonce)
            for name in UNWANTED:
                del headers[name]
        await send(message)

    return respond


def _with_nonce(send: Send, nonce: str) -> Send:
    """Mark the scripts of Gradio's start page, the only inline ones, with the policy's nonce."""
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
