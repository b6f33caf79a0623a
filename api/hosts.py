"""Which names of this machine are answered."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import refusal

# Any other name for this machine is how a foreign web page would reach it (DNS rebinding).
NAMES = ("127.0.0.1", "localhost")


class Hosts:
    """ASGI middleware that answers only requests for one of some names, or for any."""

    def __init__(self, app: ASGIApp, names: Sequence[str] | None) -> None:
        """Let requests for `names` through to `app`, without names all."""
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it with 400."""
        if scope["type"] == "http" and self._names is not None:
            name = Headers(scope=scope).get("host", "").partition(":")[0]
            if name not in self._names:
                why = (
                    f"this server answers to {' and '.join(self._names)} alone; "
                    "with --password-file it answers to every name"
                )
                await refusal(scope["path"], 400, why)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def names_answered(password: str | None) -> tuple[str, ...] | None:
    """The names that are answered; None: any.

    A rebound name reaches the server, but no browser sends it the password of another name: with
    one, any name will do, as that of the proxy before it.
    """
    return NAMES if password is None else None
