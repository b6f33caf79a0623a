"""How quick and how heavy the page is, in a real Chromium and with many readers at once.

    python benchmarks/page.py COLLECTION [--rounds 20] [--readers 20]

Prints one JSON object: bytes and requests of the first and of the next load, milliseconds from a
click to the painted answer and from a citation to its mark in view (with the article fetched, and
with it open already), and what readers who all ask at the same
moment wait through the page's own queue and through the HTTP API.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
QUESTIONS = [
    "What did Vietnam agree with Japan on training?",
    "Apa yang disepakati Vietnam dan Azerbaijan tentang pelatihan?",
    "Việt Nam và Nhật Bản đã thỏa thuận gì về đào tạo?",
    "What did Putin say about the Soviet Union and Vietnam?",
    "Berapa perwira Vietnam yang dilatih di Turki?",
]
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu"]
# From the click until two frames after the sign is there: then it has been painted.
PAINTED = """([button, sign]) => new Promise((done) => {
  const started = performance.now();
  const seen = () => document.querySelector(sign) && requestAnimationFrame(
    () => requestAnimationFrame(() => done(performance.now() - started)));
  const watch = new MutationObserver(() => { if (document.querySelector(sign)) {
    watch.disconnect(); seen(); } });
  watch.observe(document.body, { subtree: true, childList: true, attributes: true });
  document.querySelector(button).click();
})"""


def main() -> None:
    """Serve the collection, measure, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("collection", type=Path)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--readers", type=int, default=20)
    given = parser.parse_args()
    server = subprocess.Popen(
        [sys.executable, str(ROOT / "kutip.py"), "serve", "--port", "0",
         "--collection", str(given.collection)],
        stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    try:
        assert server.stderr is not None
        address = re.findall(r"http://\S+/", server.stderr.readline())[0]
        figures: dict[str, Any] = {"load_average": os.getloadavg()[0]}
        figures |= in_browser(address, given.rounds)
        figures["together"] = {
            "readers": given.readers,
            "page": together(address, given.readers, open_page),
            "api": together(address, given.readers, open_api),
        }
        print(json.dumps(figures, indent=2))
    finally:
        server.terminate()
        server.wait(15)


def in_browser(address: str, rounds: int) -> dict[str, Any]:
    """Weight of the first load, and the two waits of a reader."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-US")
        loads: dict[str, int] = {}
        names: dict[str, str] = {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")

        def named(event: dict[str, Any]) -> None:
            names[event["requestId"]] = event["response"]["url"]

        def loaded(event: dict[str, Any]) -> None:
            loads[event["requestId"]] = int(event["encodedDataLength"])

        session.on("Network.responseReceived", named)
        session.on("Network.loadingFinished", loaded)
        page.goto(address)
        page.wait_for_selector(".masthead")
        page.wait_for_timeout(1000)
        first = dict(loads)
        ours = sum(size for key, size in loads.items() if "/kutip/" in names.get(key, ""))
        figures: dict[str, Any] = {
            "first_load": {"requests": len(first), "kB": round(sum(first.values()) / 1000),
                           "kB_of_kutip": round(ours / 1000)},
        }  # fmt: skip
        loads.clear()
        page.goto(address)
        page.wait_for_selector(".masthead")
        page.wait_for_timeout(1000)
        figures["next_load"] = {"requests": len(loads), "kB": round(sum(loads.values()) / 1000)}
        figures["ask_to_painted_ms"] = spread([asked(page, n) for n in range(rounds + 2)][2:])
        figures["citation_to_mark_ms"] = spread([opened(page) for _ in range(rounds)])
        asked(page, 0)  # two citations of one article
        figures["open_article_citation_to_mark_ms"] = spread([turned(page) for _ in range(rounds)])
        browser.close()
        return figures


def asked(page: Page, n: int) -> float:
    """Milliseconds until the answer to a question is painted."""
    page.evaluate("document.querySelector('[data-answered]')?.removeAttribute('data-answered')")
    page.locator("#ask-form textarea").fill(QUESTIONS[n % len(QUESTIONS)])
    taken = page.evaluate(PAINTED, ["#ask-form button[type=submit]", "[data-answered]"])
    page.wait_for_selector("mark.current")
    return float(taken)


def opened(page: Page) -> float:
    """Milliseconds from a citation to its mark."""
    page.keyboard.press("Escape")
    page.evaluate("document.querySelector('#ask-reader .reader')?.remove()")
    return float(page.evaluate(PAINTED, [".cite", ".desk.reading mark.current"]))


def turned(page: Page) -> float:
    """Milliseconds from one citation of the open article to its other."""
    beside = ".cite:not([aria-current])"
    mark = "mark.current:not([data-was])"
    page.evaluate("document.querySelectorAll('mark').forEach(m => { delete m.dataset.was; })")
    page.evaluate("document.querySelectorAll('.current').forEach(m => { m.dataset.was = 1; })")
    return float(page.evaluate(PAINTED, [beside, mark]))


def together(
    address: str, readers: int, opened: Callable[[httpx.Client, int], Callable[[], None]]
) -> dict[str, Any]:
    """What `readers` wait who ask at the same moment, and how many of them get no answer.

    All have opened what they ask through before; opening is not measured.
    """
    start = threading.Barrier(readers)
    waits: list[float] = []
    errors: list[str] = []

    def one(n: int) -> None:
        with httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
            try:
                ask = opened(client, n)
            finally:
                start.wait()
            started = time.perf_counter()
            ask()
            waits.append((time.perf_counter() - started) * 1000)

    def noting(n: int) -> None:
        try:
            one(n)
        except Exception as error:
            errors.append(repr(error))

    threads = [threading.Thread(target=noting, args=(n,)) for n in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"errors": len(errors), "first_error": errors[:1], "ms": spread(waits)}


def open_api(client: httpx.Client, n: int) -> Callable[[], None]:
    """A connection to the HTTP API, and the question to be asked through it."""
    client.get("/v1/index").raise_for_status()
    asked = {"question": QUESTIONS[n % len(QUESTIONS)]}

    def ask() -> None:
        client.post("/v1/ask", json=asked).raise_for_status()

    return ask


def open_page(client: httpx.Client, n: int) -> Callable[[], None]:
    """The page, and the question as it sends it: into the queue, then the event stream."""
    config = json.loads(re.findall(r"gradio_config = (\{.*?\});</script>", client.get("/").text)[0])
    search = next(d for d in config["dependencies"] if [t[1] for t in d["targets"]] == ["search"])
    body = {
        "data": [], "fn_index": search["id"], "trigger_id": search["targets"][0][0],
        "session_hash": f"reader{n}",
        "event_data": {"text": QUESTIONS[n % len(QUESTIONS)], "source": "", "after": "",
                       "before": "", "open": 1},
    }  # fmt: skip

    def ask() -> None:
        client.post("/gradio_api/queue/join", json=body).raise_for_status()
        stream = client.stream("GET", f"/gradio_api/queue/data?session_hash=reader{n}")
        with stream as events:
            for line in events.iter_lines():
                if '"process_completed"' in line:
                    if "data-answered" not in line:
                        raise RuntimeError(line[:200])
                    return
        raise RuntimeError("the stream ended without an answer")

    return ask


def spread(values: list[float]) -> dict[str, int]:
    """Median, 95th percentile and maximum, rounded."""
    if len(values) < 2:
        return {}
    return {
        "p50": round(statistics.median(values)),
        "p95": round(statistics.quantiles(values, n=20)[-1]),
        "max": round(max(values)),
    }


if __name__ == "__main__":
    main()
