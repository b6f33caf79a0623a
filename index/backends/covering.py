"""What a set of rows has in common that an engine can search by: outlets and a span of days.

A filter reaches the searchers as the rows it admits. Too many to be named are covered instead: by
all the sites and the days from the first to the last that stand among them. Of a filter by outlet
and date that is the filter itself; of anything else the engine finds more, and the rows decide.
So there is one meaning of a filter, and only numbers ever enter an engine's expression.
"""

from __future__ import annotations

import hashlib
from datetime import date

import numpy as np

from index.backends.backend import Cover
from index.part import Facts
from index.rows import Rows
from index.snapshot import Snapshot

# Sites that are named to an engine; more are not worth telling apart.
SITES = 500


def site_number(facts: Facts) -> int:
    """A number for an outlet and its host, 0 to 2^63 - 1: the same on every machine.

    Two that share one only make each other's passages candidates.
    """
    said = f"{facts.outlet or ''}\n{facts.url or ''}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(said, digest_size=8).digest()) >> 1


def day_of(published: date | None) -> int:
    """Days since the year 1, 0 for none."""
    return published.toordinal() if published else 0


class Coverer:
    """Covers sets of a snapshot's rows."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Look up every article's site and day once."""
        articles, self._starts = snapshot.articles, snapshot.passages.starts
        self._sites = articles.by_facts(site_number, np.int64)
        self._days = articles.by_facts(lambda facts: day_of(facts.published), np.int64)

    def cover(self, rows: Rows) -> tuple[Cover | None, int]:
        """The least cover of some rows, not none; and how many rows it lets through.

        None where that would be nearly all.
        """
        nths = np.unique(np.searchsorted(self._starts, rows, side="right") - 1)
        first, last = int(self._days[nths].min()), int(self._days[nths].max())
        sites = np.unique(self._sites[nths])
        through = (self._days >= first) & (self._days <= last)
        named = None
        if len(sites) <= SITES and len(sites) < len(np.unique(self._sites[through])):
            named = tuple(sites.tolist())
            through &= np.isin(self._sites, sites)
        size = int(np.diff(self._starts)[through].sum())
        if through.all():
            return None, size
        return Cover(named, first, last), size
