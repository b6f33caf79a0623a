"""A browser, a server over the seeds and one hostile article, and a canary outside of both."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.reader import HOSTILE, HOSTILE_NAME, PATIENCE_MS, ROOT, serving_new

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass
class Canary:
    """Every host that is not this machine, as the browser sees the world."""

    port: int = 0
    requests: list[str] = field(default_factory=list)


# The browser looks for updates of its parts whatever its flags say; no page can make it do so.
CHROMIUMS_OWN = "update.googleapis.com"


@pytest.fixture(scope="session")
def canary() -> Iterator[Canary]:
    """A server that answers for all other hosts, and counts."""
    made = Canary()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host = self.headers.get("host") or ""
            if host != CHROMIUMS_OWN:
                made.requests.append(f"{host}{self.path}")
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            # Or the browser asks for an icon, some time later.
            self.wfile.write(b'<link rel="icon" href="data:,">')

        do_POST = do_GET  # noqa: N815 - the name that the library calls

        def log_message(self, *_: object) -> None:
            """Silence."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield made
        server.shutdown()


@pytest.fixture(scope="session")
def browser(canary: Canary) -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if found is None:
        pytest.fail("no Chromium here; install chromium (Debian: apt install chromium)")
    expect.set_options(timeout=PATIENCE_MS)
    outside = f"--host-resolver-rules=MAP * 127.0.0.1:{canary.port}, EXCLUDE 127.0.0.1"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=[*FLAGS, outside])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The seeds and a hostile article, indexed and served by the command line."""
    directory = tmp_path_factory.mktemp("browser")
    folder, collection = directory / "articles", directory / ".kutip"
    shutil.copytree(ROOT / "seeds", folder)
    (folder / HOSTILE_NAME).write_text(HOSTILE)
    with serving_new(folder, collection) as url:
        yield url


Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, address: str, canary: Canary) -> Iterator[Open]:
    """Open the page; at the end, nothing was loaded from elsewhere and nothing went wrong."""
    canary.requests.clear()
    pages: list[Page] = []
    wrong: list[str] = []

    def note(message: str) -> None:
        # A page that is left drops the stream it listens to.
        if not re.search("signal is aborted|Connection errored out", message):
            wrong.append(message)

    def start(path: str = "", **options: object) -> Page:
        wanted = {"viewport": {"width": 1280, "height": 900}, "locale": "en-US"} | options
        page = browser.new_context(**wanted).new_page()  # type: ignore[arg-type]
        page.set_default_timeout(PATIENCE_MS)
        page.on(
            "request",
            lambda r: None if r.url.startswith((address, "data:", "blob:")) else note(r.url),
        )
        page.on("pageerror", lambda error: note(str(error)))
        page.on("dialog", lambda dialog: note(dialog.message))
        page.on("console", lambda m: note(m.text) if m.type == "error" else None)
        page.goto(address + path)
        expect(page.locator(".masthead")).to_be_visible()
        pages.append(page)
        return page

    yield start
    for page in pages:
        assert page.evaluate("typeof window.__pwn") == "undefined"
        page.context.close()
    assert wrong == []
    assert canary.requests == []
