"""Whether the collection has changed since an answer was given, and how."""

from __future__ import annotations

import threading

from index.collection import Collection
from index.contents import Articles
from page import rendering
from page.shown import shown
from page.wording import Wording

# Generations that an open page may still show; of an older one only the change itself is told.
KEPT = 5


class News:
    """Compares generations of one collection. Safe to use from several threads."""

    def __init__(self, collection: Collection) -> None:
        """Tell about this collection; it is opened when first asked."""
        self._collection = collection
        self._kept: dict[int, Articles] = {}
        self._keeping = threading.Lock()

    def keep(self) -> None:
        """Remember the newest generation, which somebody is being shown."""
        snapshot = self._collection.snapshot()
        with self._keeping:
            self._kept.pop(snapshot.generation, None)
            self._kept[snapshot.generation] = snapshot.articles
            while len(self._kept) > KEPT:
                del self._kept[next(iter(self._kept))]

    def since(self, generation: int, w: Wording) -> str:
        """What has changed since this generation, as a notice; nothing when no article has."""

        def show() -> str:
            snapshot = self._collection.snapshot()
            if snapshot.generation == generation:
                return ""
            before, now = self._kept.get(generation), snapshot.articles
            if before is None:
                return rendering.news("", w)
            counts = (
                len(now.keys() - before.keys()),
                len(now.differing(before)),
                len(before.keys() - now.keys()),
            )
            said = [w.count(n, form) for n, form in zip(counts, w.lists, strict=True) if n]
            return rendering.news(", ".join(said), w) if said else ""

        return shown(show, w, quiet=True)
