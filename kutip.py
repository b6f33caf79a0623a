"""The command line: `kutip index`, `ask`, `find`, `show`, `watch`, `check`, `serve`, `mcp`, ...

Exit codes: 0 done; 1 failure; 2 usage; 3 nothing found or not answered;
4 collection missing, damaged or made by another model or format; 5 another writer holds it;
6 indexed, but not everything could be read (with --strict); 130 interrupted.
"""

from __future__ import annotations

import sys

from cli.exit_codes import INTERRUPTED


def main() -> None:
    """Run the command line and exit."""
    try:
        # Here and not above: most of the first tenth of a second goes into these imports, and an
        # interrupt in it is one like any other.
        from cli.commands import run

        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
