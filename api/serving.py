"""Running an application on this machine: the address, the server, and its end."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from contextlib import suppress

from starlette.types import ASGIApp

from api.hosts import NAMES
from index.collection import Collection
from index.errors import InputError, KutipError
from qa.answering import ask

# Requests worked on side by side: Python itself runs one, while libraries work for the other.
AT_ONCE = 2
# Requests that may wait before new ones are turned away.
WAITING = 64
# Seconds that open connections get when the server stops: a browser holds its own for ever.
GRACE = 1


def bind(host: str, port: int, *, anywhere: bool = False) -> socket.socket:
    """A socket that hears at once, so a taken port is known before the wait.

    Port 0 takes a free one. Raises InputError when it cannot be had, or when the host is not this
    machine and `anywhere` does not allow it.
    """
    if host not in NAMES and not anywhere:
        raise InputError(
            f"{host}: without a password Kutip is for this machine only; use --host 127.0.0.1, "
            "or --password-file FILE"
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen()  # bound alone, it would let another have the port too
    except (OSError, OverflowError) as error:
        bound.close()
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(
            f"port {port} on {host} cannot be had ({why}); stop what uses it, or: --port 0"
        ) from None
    return bound


def run(app: ASGIApp, bound: socket.socket, *, started: Callable[[], None]) -> None:
    """Serve `app` on the socket until interrupted; `started` is called once it answers."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                started()

    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
    server = Server(config)
    log = logging.getLogger("uvicorn.error")

    def wanted(_: logging.LogRecord) -> bool:
        # That streams to open browser tabs end with the server is no error.
        return not server.should_exit

    log.addFilter(wanted)
    try:
        with bound:
            server.run(sockets=[bound])
    finally:
        log.removeFilter(wanted)


def address(bound: socket.socket, host: str) -> str:
    """The web address of a bound socket under the host's name."""
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{bound.getsockname()[1]}/"


def warm_up(collection: Collection) -> None:
    """Load meanwhile, in a thread, what the first question would otherwise wait for."""

    def load() -> None:
        with suppress(KutipError):  # the question will raise it again, where it can be shown
            ask(collection, "Kutip?")

    # No daemon: a process that ends while the libraries below are at work would be aborted.
    threading.Thread(target=load, name="warm-up").start()
