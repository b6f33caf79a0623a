"""One question, from its words to its Answer."""

from __future__ import annotations

import time

from index.collection import Collection, View
from index.errors import InputError
from index.snapshot import Filter
from qa.alignment import align
from qa.answer import Answer, Citation
from qa.confidence import THRESHOLD, confidence
from qa.countries import naming
from qa.extraction import PASSAGES, Quote, extract
from qa.language import identify
from qa.retrieval import retrieve, understand

# A question is a sentence or two; whole articles pasted in are a mistake worth naming.
MAX_CHARS = 2000


def ask(
    collection: Collection, question: str, *, k: int = 5, where: Filter | None = None
) -> Answer:
    """Answer a question with verbatim quotes from the articles, or say that they do not say.

    `hits` holds the k best passages, at least those that were read for quotes. Raises InputError
    for an empty or overlong question, CollectionError and ModelError when it cannot be asked.
    """
    started = time.perf_counter()
    question = check_question(question)
    query = understand(collection, question)
    with collection.view() as view:
        rows = view.snapshot.rows(where) if where else None
        hits = retrieve(collection, view, query, k=max(k, PASSAGES), rows=rows)
        language = identify(question)
        best, silent = naming(question, language, hits[:PASSAGES], view.snapshot.articles)
        quotes = extract(collection, view, query, best)
        sure = confidence(best, silent=silent)
        answered = bool(quotes) and sure >= THRESHOLD
        return Answer(
            question=question,
            language=language,
            answered=answered,
            confidence=sure,
            citations=tuple(
                cite(view, quote, n=n) for n, quote in enumerate(quotes if answered else (), 1)
            ),
            hits=hits,
            terms=align(view, query, best[0]) if answered else (),
            generation=view.snapshot.generation,
            took_ms=(time.perf_counter() - started) * 1000,
        )


def check_question(question: str) -> str:
    """The question without the space around it. Raises InputError when empty or overlong."""
    question = question.strip()
    if not question:
        raise InputError("the question is empty; ask something")
    if len(question) > MAX_CHARS:
        raise InputError(f"the question is longer than {MAX_CHARS:,} characters; shorten it")
    return question


def cite(view: View, quote: Quote, *, n: int) -> Citation:
    """The only maker of citations: the quote is cut out of the article, so it cannot differ."""
    passage = quote.hit.passage
    article = view.snapshot.articles[passage.article]
    return Citation(
        n=n,
        article=article.id,
        title=article.title,
        outlet=article.outlet,
        published=article.published,
        url=article.url,
        start=quote.start,
        end=quote.end,
        quote=article.text[quote.start : quote.end],
        passage=passage,
    )
