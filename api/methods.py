"""Which methods an address takes: HEAD wherever there is GET, and what is said of all others."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from typing import Any

from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send


class HeadAsGet:
    """ASGI middleware that answers HEAD as GET; the server leaves the body out."""

    def __init__(self, app: ASGIApp) -> None:
        """Let `app` know nothing of HEAD."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http" and scope["method"] == "HEAD":
            # A copy: by its own scope the server still knows that no body may go out.
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)


def methods_of(routes: Iterable[BaseRoute], scope: MutableMapping[str, Any]) -> list[str]:
    """The methods that an address takes, of all routes that have it."""
    found: set[str] = set()
    for route in routes:
        if route.matches(scope)[0] is not Match.NONE:
            found |= getattr(route, "methods", None) or set()
    return sorted(found | {"HEAD"} if "GET" in found else found)
