"""The commands together, and how each of them ends: its exit code, and its errors in one line."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable

import typer

from cli.asking import ask, evaluate, find, show
from cli.exit_codes import FAILURE, INTERRUPTED, code_of
from cli.indexing import check, index, watch
from cli.output import say
from cli.serving import mcp, serve
from cli.streams import ready_streams
from index.errors import KutipError

app = typer.Typer(
    name="kutip",
    help="Ask your articles a question in your own language; get back the sentences that answer.",
    epilog="Exit codes: 0 done, 1 failure, 2 usage, 3 nothing found or not answered, "
    "4 collection missing or unusable, 5 another writer, 6 not all read (--strict), "
    "130 interrupted.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for command in (index, ask, find, show, watch, check, serve, mcp, evaluate):
    app.command()(command)


def run() -> None:
    """Run the command that was typed, and exit."""
    ready_streams()
    try:
        code = app(standalone_mode=False)
    except typer.Exit as error:
        sys.exit(error.exit_code)
    except KutipError as error:
        say(str(error), style="red")
        sys.exit(code_of(error))
    except (KeyboardInterrupt, typer.Abort):
        say("interrupted")
        sys.exit(INTERRUPTED)
    except MemoryError:
        say("out of memory; close other programs, or index a part of the folder", style="red")
        sys.exit(FAILURE)
    except OSError as error:
        said = _explained(error)
        if said is None:
            raise
        say(said, style="red")
        sys.exit(FAILURE)
    except Exception as error:
        show: Callable[[], None] | None = getattr(error, "show", None)
        if show is None:
            raise
        show()
        sys.exit(getattr(error, "exit_code", FAILURE))
    sys.exit(code or 0)


def _explained(error: OSError) -> str | None:
    """What a system's error that no command foresaw means to the user, if that is known."""
    if error.filename is not None:
        # A path in a folder that may not be entered, or longer than paths may be.
        return f"{error.filename}: {error.strerror}; check the path and its rights"
    if error.errno == errno.ENOSPC:
        return "cannot write the output (the disk is full); check where it goes"
    try:
        os.getcwd()
    except OSError:
        return "the current folder is gone; change to one that is there, and try again"
    return None
