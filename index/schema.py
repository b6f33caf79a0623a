"""The tables of a collection's file, beside those of encodings and of engines."""

from __future__ import annotations

from typing import Final

# What an update compares stands before the text, whose overflow pages it then need not read.
TABLES: Final = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE article (
    id TEXT PRIMARY KEY, digest TEXT NOT NULL, source_digest TEXT NOT NULL, file TEXT NOT NULL,
    generation INTEGER NOT NULL, warnings TEXT NOT NULL,
    title TEXT NOT NULL, title_on_page INTEGER NOT NULL, outlet TEXT, published TEXT, url TEXT,
    author TEXT, text TEXT NOT NULL, blocks TEXT NOT NULL, dropped TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE passage (
    article TEXT NOT NULL REFERENCES article(id) ON DELETE CASCADE,
    number INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL,
    context TEXT NOT NULL, encoding TEXT NOT NULL, context_encoding TEXT,
    whole_encoding TEXT NOT NULL,
    PRIMARY KEY (article, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX passage_encoding ON passage (encoding);
CREATE INDEX passage_context ON passage (context_encoding);
CREATE INDEX passage_whole ON passage (whole_encoding);
CREATE TABLE outline (
    site TEXT NOT NULL, article TEXT NOT NULL UNIQUE REFERENCES article(id) ON DELETE CASCADE,
    headline BLOB, lines BLOB NOT NULL, PRIMARY KEY (site, article)
) STRICT, WITHOUT ROWID;
CREATE TABLE file (
    path TEXT PRIMARY KEY, stamp TEXT NOT NULL, skipped TEXT NOT NULL, kept TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""

# What an update and a reader look at of every article, without its text.
INDEX: Final = """
CREATE INDEX IF NOT EXISTS article_state ON article
    (id, generation, digest, source_digest, file, warnings);
"""
