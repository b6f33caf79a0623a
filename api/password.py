"""One password for the whole server, by HTTP Basic authentication (RFC 7617).

Every browser and HTTP client knows it, and it leaves no cookie that another site could ride on.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from collections import OrderedDict, deque
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import refusal
from index.errors import InputError

# Wrong passwords a minute before an address has to wait: a person mistypes, a program guesses.
TRIES = 10
WINDOW = 60.0
# Addresses whose wrong passwords are remembered; a server that is not on the internet meets few.
ADDRESSES = 1000
# At ten tries a minute, eight characters take ages.
MIN_CHARS = 8


def read_password(path: Path) -> str:
    """The password in a file: its first line. Raises InputError when unreadable or too short."""
    try:
        password = path.read_text("utf-8-sig").split("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error}); check the path") from None
    return check_password(password, where=str(path))


def check_password(password: str, *, where: str) -> str:
    """The password itself. Raises InputError, naming `where` it stands, when it is too short."""
    if len(password) < MIN_CHARS:
        raise InputError(f"{where}: a password has at least {MIN_CHARS} characters")
    return password


class Password:
    """ASGI middleware that asks for the password; any user name will do."""

    def __init__(self, app: ASGIApp, password: str) -> None:
        """Guard `app`; only a salted hash of the password is kept."""
        self._app = app
        self._salt = secrets.token_bytes(16)
        self._hash = self._hashed(password.encode())
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request with the password through; answer others with 401 or 429."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        address = (scope.get("client") or ("",))[0]
        given = _given(Headers(scope=scope).get("authorization", ""))
        if self._tried_out(address):
            wait = {"Retry-After": "60"}
            refused = refusal(scope["path"], 429, "too many tries; wait a minute", headers=wait)
        elif given is None:
            refused = _challenge(scope["path"])
        elif hmac.compare_digest(self._hashed(given), self._hash):
            await self._app(scope, receive, send)
            return
        else:
            self._remember(address)
            refused = _challenge(scope["path"])
        await refused(scope, receive, send)

    def _tried_out(self, address: str) -> bool:
        """Whether this address must wait; then even the right password is not looked at."""
        wrong = self._wrong.get(address)
        return wrong is not None and len(wrong) == TRIES and time.monotonic() - wrong[0] < WINDOW

    def _remember(self, address: str) -> None:
        self._wrong.setdefault(address, deque(maxlen=TRIES)).append(time.monotonic())
        self._wrong.move_to_end(address)
        if len(self._wrong) > ADDRESSES:
            self._wrong.popitem(last=False)

    def _hashed(self, password: bytes) -> bytes:
        # Fast on purpose: it is never stored, and every request of a page is checked.
        return hashlib.blake2b(password, key=self._salt).digest()


def _challenge(path: str) -> Response:
    headers = {"WWW-Authenticate": 'Basic realm="Kutip", charset="UTF-8"'}
    return refusal(path, 401, "a password is needed", headers=headers)


def _given(header: str) -> bytes | None:
    """The password in an Authorization header, or None when there is none."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        pair = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
    return pair.partition(b":")[2]
