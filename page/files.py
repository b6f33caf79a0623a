"""The page's own scripts, styles and icon, under addresses that name their version."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api.guard import Door

FOLDER = Path(__file__).parent / "static"
ENTRY = "behaviour.js"
# No module: it has to run before Gradio's own scripts.
QUEUE = "queue.js"
ICON = FOLDER / "icon.svg"
# A browser runs no module and no style sheet of another type, and systems disagree on them.
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
# For what is named by its contents: the name never means anything else.
FOR_GOOD = "max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Files:
    """The contents of files by their names, as they were read.

    One digest of all of them is in every address, and modules name each other by relative ones:
    a browser gets modules of one version or none. New files that are installed below a running
    server are not read before it starts again.
    """

    contents: Mapping[str, bytes]
    version: str

    @classmethod
    def read(cls, folder: Path = FOLDER) -> Files:
        """All files of a folder that are of a known type."""
        found = sorted(path for path in folder.iterdir() if path.suffix in TYPES)
        contents = {path.name: path.read_bytes() for path in found}
        digest = sha256()
        for name, content in contents.items():
            digest.update(f"{name} {len(content)} ".encode() + content)
        return cls(contents, digest.hexdigest()[:16])

    def address(self, name: str) -> str:
        """Where a file is served."""
        return f"/kutip/{self.version}/{name}"

    def head(self) -> str:
        """What of them the start page loads, before Gradio's own scripts.

        Modules too: a reader may type as soon as there is a box, and what is typed before the
        modules are there is not heard.
        """
        style, queue = self.address("style.css"), self.address(QUEUE)
        modules = [name for name in self.contents if name.endswith(".js") and name != QUEUE]
        return "".join(
            [
                f'<link rel="stylesheet" href="{style}"><script src="{queue}"></script>',
                *(f'<link rel="modulepreload" href="{self.address(name)}">' for name in modules),
            ]
        )

    def door(self) -> Door:
        """The door to these files and no other."""
        paths = "|".join(re.escape(self.address(name)) for name in self.contents)
        return Door(frozenset({"GET", "HEAD"}), re.compile(paths))

    def routes(self) -> list[BaseRoute]:
        """One route for each file."""
        return [
            Route(self.address(name), _giving(content, TYPES[Path(name).suffix]))
            for name, content in self.contents.items()
        ]


def _giving(content: bytes, media_type: str) -> Callable[[Request], Awaitable[Response]]:
    async def give(_: Request) -> Response:
        headers = {"Cache-Control": FOR_GOOD}
        return Response(content, media_type=media_type, headers=headers)

    return give
