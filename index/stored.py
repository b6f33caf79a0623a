"""What a collection holds as it is stored: its articles by id, with no encoder and no search."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from index.article import Article, Passage
from index.errors import CollectionError, NoCollectionError
from index.store import Store


class StoredArticles:
    """The articles of a collection, each call those of its newest generation.

    Every method raises CollectionError when the collection is missing or damaged.
    """

    def __init__(self, directory: Path) -> None:
        """Name a collection; nothing is opened yet."""
        self.directory = directory

    def article(self, identity: str) -> Article | None:
        """One article of the newest generation, or None."""
        with self._published() as store:
            return store.article(identity)

    def article_ids(self) -> list[str]:
        """The ids of all articles, in order."""
        with self._published() as store:
            return store.article_ids()

    def articles_with(self, text: str) -> list[str]:
        """The ids of the articles that hold `text` word for word, in order."""
        with self._published() as store:
            return store.articles_with(text)

    def passages(self, identity: str) -> tuple[Article, tuple[Passage, ...]] | None:
        """One article with its passages, in order, both of one generation."""
        with self._published() as store:
            article = store.article(identity)
            if article is None:
                return None
            return article, tuple(row.passage(article) for row in store.passages(identity))

    def generation(self) -> int:
        """The number of the newest generation; loads nothing. Raises CollectionError."""
        with Store.open(self.directory) as store, store.reading():
            return int(store.meta()["generation"])

    def folder(self) -> Path:
        """The folder the collection was last made from. Raises CollectionError without one."""
        with Store.open(self.directory) as store, store.reading():
            folder = store.meta().get("folder")
        if folder is None:
            raise CollectionError(f"{self.directory}: never filled; run: kutip index")
        return Path(folder)

    @contextmanager
    def _published(self) -> Iterator[Store]:
        """The newest generation as it is stored. Raises CollectionError."""
        with Store.open(self.directory) as store, store.reading():
            require_generation(self.directory, store.meta())
            yield store


def require_generation(directory: Path, meta: Mapping[str, str]) -> None:
    """Refuse what the first update has not published: that nothing is found there says nothing.

    One of an empty folder was published without a change. Raises NoCollectionError.
    """
    if meta["generation"] == "0" and meta.get("unpublished") != "0":
        raise NoCollectionError(
            f"{directory}: nothing is indexed yet, the first `kutip index` still runs or was "
            "stopped; wait for it, or go on with: kutip index"
        )
