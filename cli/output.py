"""What the command line says, and where; no other file of it prints.

Data goes to standard output, progress and messages to standard error.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from cli.streams import Draft, write_data, write_message

if TYPE_CHECKING:
    from rich.console import RenderableType

    from qa.answer import Narrowed


def tell(narrowed: Narrowed) -> None:
    """What operators and filters did, as messages."""
    if not narrowed.request:
        return  # what writes for a terminal takes a while to import
    from cli.rendering import narrowed_lines

    for line in narrowed_lines(narrowed):
        say(line)


def put(data: dict[str, Any] | RenderableType) -> None:
    """Data, to standard output: an object as one line of JSON, the rest as text.

    Raises DiskError where it cannot be written.
    """
    if isinstance(data, dict):
        from qa.showing import to_json

        write_data(to_json(data) + "\n", utf_8=True)
        return
    terminal = sys.stdout is not None and sys.stdout.isatty()
    write_data(_drawn(data, sys.stdout, soft_wrap=not terminal), utf_8=False)


def say(message: str, *, style: str | None = None) -> None:
    """A message, to standard error."""
    write_message(_drawn(message, sys.stderr, soft_wrap=True, style=style))


def _drawn(
    shown: str | RenderableType, stream: TextIO | None, *, soft_wrap: bool, style: str | None = None
) -> str:
    """As Rich would write it to that stream. It would write itself, but gives up at any error."""
    from rich.console import Console

    draft = Draft(stream)
    Console(file=draft, highlight=False, markup=False, soft_wrap=soft_wrap).print(
        shown, style=style
    )
    return draft.getvalue()


@contextmanager
def profiling(wanted: bool) -> Iterator[None]:
    """When wanted, say afterwards how long each stage took."""
    if not wanted:
        yield
        return
    from index.stages import Stages

    with Stages().recording() as stages:
        yield
    for name, seconds in [*stages.seconds.items(), ("in all", sum(stages.seconds.values()))]:
        say(f"{seconds * 1000:10.1f} ms  {name}")


@contextmanager
def showing_progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each stage of what reports its progress; none into a file or a pipe."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TimeRemainingColumn())  # fmt: skip
    console = Console(stderr=True)
    # Into a file or a pipe a moving bar is only noise.
    shown = console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=not shown) as bar:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield report
