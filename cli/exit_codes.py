"""What the command line exits with."""

from __future__ import annotations

from typing import Final

from index.errors import CollectionError, KutipError, LockedError

FAILURE: Final = 1
NOTHING_FOUND: Final = 3  # or not answered; 2 is typer's, for wrong usage
UNUSABLE: Final = 4  # the collection is missing, damaged, or of another model or format
LOCKED: Final = 5  # another writer holds it
NOT_ALL_READ: Final = 6  # indexed, but not everything could be read, with --strict
INTERRUPTED: Final = 130  # as a shell has it


def code_of(error: KutipError) -> int:
    """The exit code for an error."""
    if isinstance(error, CollectionError):
        return UNUSABLE
    return LOCKED if isinstance(error, LockedError) else FAILURE
