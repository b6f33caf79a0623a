"""The web application: the page and the HTTP API, on this machine only, behind one guard."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from api.guard import Guard
from api.hosts import NAMES, Hosts, names_answered
from api.password import Password
from api.serving import address, bind, run, warm_up
from index.collection import Collection
from index.errors import LockedError
from index.jobs import Updates
from index.watching import Watcher
from page.doors import PAGE, POLICY, Assets, StartScripts
from page.files import ENTRY, ICON, Files
from page.library import Library
from page.views import Views

if TYPE_CHECKING:
    from fastapi import FastAPI


def create_app(
    collection: Collection,
    *,
    folder: Path | None = None,
    updates: Updates | None = None,
    password: str | None = None,
    names: tuple[str, ...] | None = NAMES,
) -> FastAPI:
    """The page of a collection, and the API under /v1, as a web application.

    `folder` is indexed when there is no collection yet; `updates`, when given, are shared. `names`
    are the Host headers that are answered, None any; without a `password`, only names of this
    machine may be among them.
    """
    close_gradio_environment()
    import gradio as gr
    from fastapi import FastAPI
    from starlette.middleware.gzip import GZipMiddleware
    from starlette.routing import Route

    from api.problems import nothing_here
    from api.routes import create_api, door_to
    from page.blocks import build

    updates = updates or Updates(collection, first=folder)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    api = create_api(collection, updates)
    app.mount("/v1", api)
    # A mount takes only what is below it; all else goes to Gradio, whose errors are no problems.
    app.router.routes.append(Route("/v1", nothing_here()))
    files = Files.read()
    app.router.routes.extend(files.routes())
    gr.mount_gradio_app(
        app,
        build(
            Views(collection, updates),
            Library(collection, updates),
            updates,
            script=files.address(ENTRY),
        ),
        path="/",
        server_name="127.0.0.1",
        root_path="",
        allowed_paths=[],
        blocked_paths=[],
        favicon_path=str(ICON),
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=1,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
        head=files.head(),
    )
    # The last added is the outermost: Host check, password, guard, and what the page adds.
    app.add_middleware(StartScripts)
    app.add_middleware(Assets)
    # Gradio compresses its own scripts and styles; this adds the rest, and leaves streams alone.
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(Guard, doors=(*PAGE, files.door(), door_to(api)), policy=POLICY)
    if password is not None:
        app.add_middleware(Password, password=password)
    app.add_middleware(Hosts, names=names)
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
    folder: Path | None = None,
    password: str | None = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the page and the API until interrupted; `ready` gets the address once it answers.

    Meanwhile the collection follows its folder. Port 0 takes a free one. `folder` is indexed when
    there is no collection yet. Raises InputError when the host is not this machine and there is no
    password, or when the port is taken.
    """
    bound = bind(host, port, anywhere=password is not None)
    url = address(bound, host)

    def started() -> None:
        warm_up(collection)
        if ready:
            ready(url)

    updates = Updates(collection, first=folder)
    app = create_app(collection, updates=updates, password=password, names=names_answered(password))

    def catch_up() -> None:
        if updates.state and updates.state.cancelled:
            return  # somebody stopped it: they say when it goes on
        with suppress(LockedError):  # somebody started one: it reads the same folder
            updates.start(quiet=True)
        for step in updates.watch():
            if step.error:
                raise step.error
        # Now, so that the next question need not wait for it.
        collection.snapshot()

    with Watcher(collection.folder, catch_up):
        run(app, bound, started=started)
