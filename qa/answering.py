"""One question, from its words to its Answer."""

from __future__ import annotations

import time

from index.collection import Collection, View
from index.filters import Filter
from index.stages import timed
from qa.alignment import align
from qa.answer import Answer, Citation
from qa.confidence import THRESHOLD, confidence
from qa.countries import naming
from qa.extraction import PASSAGES, Quote, extract
from qa.folding import counterparts
from qa.language import identify
from qa.names import speaking_of
from qa.operators import Request, parse
from qa.retrieval import retrieve, understand
from qa.searching import admit, search
from qa.years import dating


def ask(
    collection: Collection, question: str, *, k: int = 5, where: Filter | None = None
) -> Answer:
    """Answer a question with verbatim quotes from the articles, or say that they do not say.

    The question may hold operators (see `operators`); `where` narrows it further. Raises
    InputError for a question that cannot be asked so, CollectionError and ModelError.
    """
    return respond(collection, parse(question, where=where), k=k)


@timed("cite")
def respond(collection: Collection, request: Request, *, k: int, folded: bool = True) -> Answer:
    """The answer to a request; `hits` holds the k best passages, at least those read for quotes.

    Not `folded`, reprints are ranked one by one, as measures count them. Raises CollectionError
    and ModelError.
    """
    started = time.perf_counter()
    query = understand(collection, request.text)
    with collection.view() as view:
        rows, narrowed = admit(view, request)
        find = search if folded else retrieve
        hits = find(collection, view, query, k=max(k, PASSAGES), rows=rows)
        language = identify(request.text)
        best, silent = naming(view, query, hits[:PASSAGES], language=language)
        best, undated = dating(request.text, best, view.snapshot.articles)
        best, unnamed = speaking_of(view, query, best, language=language)
        quotes = extract(collection, view, query, best, rows=rows)
        sure = 0.0 if narrowed.missing else confidence(best, silent=silent or undated or unnamed)
        answered = bool(quotes) and sure >= THRESHOLD
        return Answer(
            question=request.typed,
            language=language,
            answered=answered,
            confidence=sure,
            citations=tuple(
                cite(view, quote, n=n) for n, quote in enumerate(quotes if answered else (), 1)
            ),
            hits=hits,
            terms=align(view, query, best[0], language=language) if answered else (),
            generation=view.snapshot.generation,
            took_ms=(time.perf_counter() - started) * 1000,
            narrowed=narrowed,
        )


def cite(view: View, quote: Quote, *, n: int) -> Citation:
    """The only maker of citations: the quote is cut out of the article, so it cannot differ."""
    passage = quote.hit.passage
    article = view.snapshot.articles[passage.article]
    text = article.text[quote.start : quote.end]
    return Citation(
        n=n,
        article=article.id,
        title=article.title,
        outlet=article.outlet,
        published=article.published,
        url=article.url,
        start=quote.start,
        end=quote.end,
        quote=text,
        passage=passage,
        also=counterparts(text, quote.hit.also),
    )
