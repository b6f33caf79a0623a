"""Where the time goes, as a flame graph: of questions, or of an index run.

    PYTHONPATH=. python benchmarks/flame.py question ARTICLES.jsonl --collection DIR
    PYTHONPATH=. python benchmarks/flame.py index ARTICLES.jsonl

Needs py-spy (`pip install py-spy`), which samples a process from the outside. Questions are the
headlines of ARTICLES.jsonl (see `titles.py`), the model warm; the index run is over its first
articles. Width is time by the clock of the thread that asks or indexes; native code counts for
the Python function that called it. In a collection of 50,000 passages and more the encoding and
the search by vectors run in another thread and are not drawn. The SVG, in benchmarks/flames/ if
not elsewhere, says a frame's name, share and milliseconds when the pointer is on it.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from benchmarks.titles import headline
from index.collection import Collection
from qa.answering import respond
from qa.operators import plain

FLAMES = Path(__file__).parent / "flames"
ARTICLES = 40  # of the index run: some 400 passages, a minute
RATE = 250  # samples a second
SECONDS = 20
# Frames above this one are of starting up, and those of `index.stages` around every stage.
STEADY = "steadily"
_AROUND = re.compile(r"^timed\.<locals>")
# Of the picture, in pixels; a thinner frame cannot be seen.
WIDTH, LINE, THINNEST, LETTER = 1200, 17, 0.4, 6.6


def ask(articles: Path, folder: Path) -> None:
    """Ask headlines, each once, until the time is over."""
    collection = Collection.open(folder)
    records = [json.loads(line) for line in articles.read_text("utf-8").splitlines()]
    titles = [title for record in records if (title := headline(record))]
    for title in titles[:10]:
        respond(collection, plain(title), k=5)

    def steadily() -> None:
        until = time.monotonic() + SECONDS
        for title in titles[10:]:
            respond(collection, plain(title), k=5)
            if time.monotonic() > until:
                return

    steadily()


def index(articles: Path) -> None:
    """Index the first articles, the model warm."""
    with tempfile.TemporaryDirectory(prefix="kutip-") as place:
        source = Path(place, "news")
        source.mkdir()
        lines = articles.read_text("utf-8").splitlines(keepends=True)[:ARTICLES]
        (source / "news.jsonl").write_text("".join(lines), "utf-8")
        collection = Collection(Path(place, "collection"))
        collection.encoder.encode_passages(["warm"])

        def steadily() -> None:
            collection.update(source)

        steadily()


@dataclass(slots=True)
class Frame:
    """A function where it was called: the samples in it, and what it called."""

    samples: int = 0
    calls: dict[str, Frame] = field(default_factory=dict)

    def add(self, stack: Iterable[str], samples: int) -> None:
        """Count samples of a stack, outermost function first."""
        self.samples += samples
        here = self
        for name in stack:
            here = here.calls.setdefault(name, Frame())
            here.samples += samples


def sample(command: list[str]) -> Frame:
    """Run a command under py-spy. Exits when that is not installed."""
    with tempfile.TemporaryDirectory(prefix="kutip-") as place:
        stacks = Path(place, "stacks.txt")
        try:
            subprocess.run(
                ["py-spy", "record", "--format", "raw", "--function", "--rate", str(RATE),
                 "--output", stacks, "--", *command],
                check=True, capture_output=True,
            )  # fmt: skip
        except FileNotFoundError:
            sys.exit("py-spy is not installed; run: pip install py-spy")
        return folded(stacks.read_text("utf-8"))


def folded(stacks: str) -> Frame:
    """What py-spy saw below the function that runs steadily: a line each, `a;b;c samples`."""
    root = Frame()
    for line in stacks.splitlines():
        names, _, samples = line.rpartition(" ")
        stack = names.split(";")
        inside = [i for i, name in enumerate(stack) if f".{STEADY} (" in name]
        if inside:
            below = [re.sub(r":\d+\)$", ")", name) for name in stack[inside[0] + 1 :]
                     if not _AROUND.match(name)]  # fmt: skip
            root.add(below, int(samples))
    return root


def boxes(frame: Frame, name: str, left: float, line: int, scale: float) -> Iterator[str]:
    """A frame and all that it called as SVG, the widest first."""
    width = frame.samples * scale
    if width < THINNEST:
        return
    share, ms = width / WIDTH, frame.samples * 1000 / RATE
    # One hue a file, so that a module is seen at a glance.
    hue = sum(map(ord, name.partition("(")[2])) * 37 % 360
    shown = name[: int(width / LETTER)] if width > 4 * LETTER else ""
    yield (
        f'<g><title>{escape(name)}: {share:.1%}, {ms:.0f} ms</title><rect x="{left:.1f}" '
        f'y="{line * LINE}" width="{max(width - 0.3, 0.1):.1f}" height="{LINE - 1}" '
        f'fill="hsl({hue} 55% 78%)"/>'
        + (f'<text x="{left + 3:.1f}" y="{line * LINE + 12}">{escape(shown)}</text>'
           if shown else "")
        + "</g>"
    )  # fmt: skip
    for called, inner in sorted(frame.calls.items(), key=lambda one: -one[1].samples):
        yield from boxes(inner, called, left, line + 1, scale)
        left += inner.samples * scale


def picture(root: Frame, name: str) -> str:
    """The flame graph as SVG, the outermost function on top."""
    drawn = "\n".join(boxes(root, name, 0.0, 0, WIDTH / max(1, root.samples)))
    lines = max(int(y) for y in re.findall(r'y="(\d+)" width', drawn)) // LINE + 1
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {lines * LINE}" '
        f'font-family="monospace" font-size="11">\n'
        f'<rect width="{WIDTH}" height="{lines * LINE}" fill="white"/>\n{drawn}\n</svg>\n'
    )


def main() -> None:
    """Sample, draw, keep."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["question", "index"])
    parser.add_argument("articles", type=Path)
    parser.add_argument("--collection", type=Path, default=Path(".kutip"), help="to ask")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--run", action="store_true", help="only do what is sampled")
    options = parser.parse_args()
    if options.run:
        if options.what == "question":
            ask(options.articles, options.collection)
        else:
            index(options.articles)
        return
    root = sample([sys.executable, *sys.argv, "--run"])
    if not root.samples:
        sys.exit("nothing was sampled: did the run fail? try it with --run")
    out = options.out or FLAMES / f"{options.what}.svg"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(picture(root, f"{options.what}: {root.samples / RATE:.0f} s"), "utf-8")
    print(f"{out}: {root.samples} samples")


if __name__ == "__main__":
    main()
