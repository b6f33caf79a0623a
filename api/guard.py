"""What reaches an application and what does not, and what every answer of the server carries."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import ADDRESSES, refusal

# The longest request is a question of 2,000 characters, at most 24 KB of JSON.
MAX_BODY = 64 * 1024
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
# The longest header line that servers commonly take (nginx: large_client_header_buffers).
MAX_HEADER = 8 * 1024
# Seconds for a whole body: one that drips in only holds a place.
BODY_SECONDS = 10
# Where a response's policy finds the nonce of its scripts.
NONCE = "kutip.nonce"
NO_SCRIPTS = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
# Nobody may read an answer from another origin, whatever an application inside thinks.
UNWANTED = ("access-control-allow-origin", "access-control-allow-credentials")
# Not to be believed from a browser: a server behind no proxy has no forwarded address.
FORWARDED = re.compile(rb"x-forwarded-|x-direct-url|x-gradio-|forwarded$")


def anything(body: bytes) -> bool:
    """Whether a body is JSON text that can be written again (no lone surrogates), or empty."""
    if not body:
        return True
    try:
        json.dumps(json.loads(body), ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class Door:
    """Requests that may pass: their methods, their path, and what their body must be.

    `methods` is empty where the application itself says which it takes, and gives 405 for others;
    of what `takes` tells that it will refuse, nobody reads the body, so nothing is said of it.
    `same_site` refuses even a link from another site: what only programs read needs none.
    """

    methods: frozenset[str]
    path: re.Pattern[str]
    body: Callable[[bytes], bool] = anything
    takes: Callable[[Scope], bool] = lambda _: True
    same_site: bool = False

    def admits(self, method: str, path: str) -> bool:
        """Whether such a request may pass, its body apart."""
        return (not self.methods or method in self.methods) and bool(self.path.fullmatch(path))


# The HTTP API: whatever is not an address of it is answered by it.
API = Door(frozenset(), ADDRESSES, same_site=True)
MCP = Door(frozenset(), re.compile(r"/mcp"), same_site=True)


class Guard:
    """ASGI middleware around a whole application. Put a Host check outside of it."""

    def __init__(self, app: ASGIApp, doors: Sequence[Door], policy: str = NO_SCRIPTS) -> None:
        """Let only `doors` through to `app`; `policy` may hold a `{nonce}`, also in the scope."""
        self._app = app
        self._doors = doors
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it with 400, 403, 404, 408, 413, 415 or 431."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        scope[NONCE] = secrets.token_urlsafe(16)
        respond = _with_headers(send, self._policy.format(nonce=scope[NONCE]))
        method, path = scope["method"], scope["path"]
        door = next((door for door in self._doors if door.admits(method, path)), None)
        if door is None:
            await refusal(path, 404, "not found")(scope, receive, respond)
            return
        reads = method == "POST" and door.takes(scope)
        if refused := _refusal(scope, door, reads=reads):
            await refused(scope, receive, respond)
            return
        scope["headers"] = [item for item in scope["headers"] if not FORWARDED.match(item[0])]
        if reads:
            try:
                body = await asyncio.wait_for(_read(receive), BODY_SECONDS)
            except _TooLongError:
                await refusal(path, 413, "the request is too long")(scope, receive, respond)
                return
            except TimeoutError:
                await refusal(path, 408, "the request took too long")(scope, receive, respond)
                return
            if not anything(body):
                why = "the body is not JSON in UTF-8; send one object"
                await refusal(path, 400, why)(scope, receive, respond)
                return
            if not door.body(body):
                await refusal(path, 400, "this is no request of Kutip")(scope, receive, respond)
                return
            receive = _replay(body, receive)
        await self._app(scope, receive, respond)


def _refusal(scope: Scope, door: Door, *, reads: bool) -> Response | None:
    """Why this request, whose body somebody `reads`, goes no further, or None."""
    path, headers = scope["path"], Headers(scope=scope)
    if any(len(name) + len(value) > MAX_HEADER for name, value in scope["headers"]):
        return refusal(path, 431, "a header of the request is too long")
    foreign = _is_foreign(headers.get("origin"), headers.get("host"))
    # Browsers say where a request comes from, also where they send no Origin (W3C Fetch Metadata).
    linked = headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}
    if foreign or (door.same_site and linked):
        return refusal(path, 403, "another site may not use this server")
    content = headers.get("content-type", "").partition(";")[0].strip().lower()
    # A form of another site can send any body, but not this type.
    if reads and content != "application/json":
        return refusal(path, 415, "JSON is expected: Content-Type: application/json")
    return None


def _is_foreign(origin: str | None, host: str | None) -> bool:
    try:
        return origin is not None and urlsplit(origin).netloc != host
    except ValueError:  # "http://[": no address, so not ours
        return True


class _TooLongError(Exception):
    """A body is longer than MAX_BODY."""


async def _read(receive: Receive) -> bytes:
    """The whole body. Raises _TooLongError."""
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > MAX_BODY:
            raise _TooLongError
        if not message.get("more_body", False):
            return body


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


def _with_headers(send: Send, policy: str) -> Send:
    async def respond(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            # A new version's script must not meet the old one's page.
            headers.setdefault("Cache-Control", "no-cache")
            headers["Content-Security-Policy"] = policy
            for name in UNWANTED:
                del headers[name]
        await send(message)

    return respond
