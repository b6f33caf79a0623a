"""How much of a file Kutip takes on; beyond that it says so instead of trying."""

from __future__ import annotations

MB = 1_000_000

# One article, unpacked. A news page is some 100 KB with all its scripts; two hundred times that is
# a data dump.
MAX_PAGE = 20 * MB
# A file that is read piece by piece: JSON lines, or anything gzipped.
MAX_STREAM = 2_000 * MB
# A file that has to be held whole: an archive (its table stands at its end), a JSON array.
MAX_WHOLE = 256 * MB
# Up to here a file is read at one moment, so that no half-written state is taken for it.
MAX_IN_MEMORY = 32 * MB
# What an archive or a gzipped file may unpack to. Text packs to a third or a tenth, never to a
# hundredth; small files may, since a page of spaces does no harm.
MAX_UNPACKED = 4_000 * MB
MAX_RATIO = 100
RATIO_COUNTS_FROM = 10 * MB
# One step of parsing, a page or a megabyte of lines, in seconds of the processor; and by the clock,
# which may have much else to do, or wait for nothing.
MAX_SECONDS = 10
MAX_WAIT = 60.0
MAX_MEMORY = 1 << 30


def too_long(limit: int) -> str:
    """The reason for leaving out what is longer than `limit` bytes."""
    return f"longer than {limit // MB:,} MB"
