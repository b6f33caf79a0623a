"""The page: `kutip serve`, or `python app.py` for the default collection."""

from __future__ import annotations

import sys
from pathlib import Path

from index.errors import KutipError
from page.server import create_app, serve

__all__ = ["create_app", "serve"]


def main() -> int:
    """Serve the default collection on the default port; return the exit code."""
    from index.collection import Collection

    def ready(url: str) -> None:
        sys.stderr.write(f"Kutip answers at {url}\n")

    try:
        serve(Collection.open(Path(".kutip")), ready=ready)
    except KutipError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
