"""The web application and the server around it: this machine only, and nothing but the page."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from index.collection import Collection
from index.errors import InputError, KutipError
from index.watching import Watcher
from page.guard import Guard
from page.updates import Updates
from page.views import Views
from qa.language import identify

if TYPE_CHECKING:
    from fastapi import FastAPI

# Any other name for this machine is how a foreign web page would reach it (DNS rebinding).
NAMES = ("127.0.0.1", "localhost")
HERE = Path(__file__).parent
# Seconds that open connections get when the server stops: a browser holds its own for ever.
GRACE = 1


def create_app(collection: Collection, *, updates: Updates | None = None) -> FastAPI:
    """The page of a collection as a web application, with the updates that it shares."""
    close_gradio_environment()
    import gradio as gr
    from fastapi import FastAPI
    from starlette.middleware.trustedhost import TrustedHostMiddleware
    from starlette.staticfiles import StaticFiles

    from page.blocks import build

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/kutip", StaticFiles(directory=HERE / "static"))
    gr.mount_gradio_app(
        app,
        build(Views(collection), updates or Updates(collection)),
        path="/",
        server_name="127.0.0.1",
        root_path="",
        allowed_paths=[],
        blocked_paths=[],
        favicon_path=str(HERE / "static" / "icon.svg"),
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=1,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
        head='<link rel="stylesheet" href="/kutip/style.css">',
    )
    app.add_middleware(Guard)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=NAMES)
    return app


def close_gradio_environment() -> None:
    """Forget every GRADIO_* setting of the environment, and forbid telemetry and downloads.

    Call before Gradio is first imported: some are read then.
    """
    for name in [name for name in os.environ if name.startswith("GRADIO_")]:
        del os.environ[name]
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"


def serve(
    collection: Collection,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the page until interrupted; `ready` gets its address once it answers.

    Meanwhile the collection follows its folder. Port 0 takes a free one.
    Raises InputError when the host is not this machine or the port is
    taken.
    """
    import uvicorn

    bound = _bind(host, port)
    url = f"http://{host}:{bound.getsockname()[1]}/"

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                threading.Thread(target=_warm_up, args=(collection,), daemon=True).start()
                if ready:
                    ready(url)

    updates = Updates(collection)

    def catch_up() -> None:
        for step in updates.run():
            if step.error:
                raise step.error
        # Now, so that the next question need not wait for it.
        collection.snapshot()

    config = uvicorn.Config(
        create_app(collection, updates=updates),
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
        with bound, Watcher(collection.folder, catch_up):
            server.run(sockets=[bound])
    finally:
        log.removeFilter(wanted)


def _warm_up(collection: Collection) -> None:
    """Load now what the first question would otherwise wait for."""
    with suppress(KutipError):  # the question will raise it again, where it can be shown
        collection.encoder.encode_queries(["?"])
        identify("?")


def _bind(host: str, port: int) -> socket.socket:
    """A socket on this machine that hears at once, so a taken port is known before the wait."""
    if host not in NAMES:
        raise InputError(f"{host}: the page is for this machine only; use --host 127.0.0.1")
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except (OSError, OverflowError) as error:
        bound.close()
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(
            f"port {port} on {host} cannot be had ({why}); stop what uses it, or: --port 0"
        ) from None
    return bound
