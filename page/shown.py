"""How a view becomes HTML that is always there, and what several views need to know."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import lru_cache

from index.article import Article
from index.errors import KutipError
from page import rendering
from page.wording import Wording
from qa.language import identify
from qa.operators import QuestionError

LOG = logging.getLogger("kutip.page")
# An article's language shows in its opening; more text only costs time.
OPENING_CHARS = 2000
# Openings whose language is remembered: telling it takes half a millisecond, for each article below
# an answer and of the list.
KNOWN = 1000


class ToldError(KutipError):
    """What a reader cannot have, said in the reader's language."""


def shown(show: Callable[[], str], w: Wording, *, quiet: bool = False, beside: bool = False) -> str:
    """What `show` makes, or a notice of what went wrong; never an exception.

    An error of Kutip's own is shown in its words, unless `quiet`; any other is logged, and the
    reader is told no more than that. `beside` when it is an article that is shown. The comment at
    the end lets the browser notice that the same was shown anew.
    """
    try:
        made = show()
    except QuestionError as error:
        said = w.refusal(error)
        made = "" if quiet else rendering.notice(said or str(error), w, foreign=not said)
    except KutipError as error:
        foreign = not isinstance(error, ToldError)
        made = "" if quiet else rendering.notice(str(error), w, foreign=foreign, beside=beside)
    except Exception:
        LOG.exception("a view failed")
        made = rendering.notice(w.unexpected, w, beside=beside)
    return f"{made}<!-- {time.monotonic_ns()} -->"


def language_of(article: Article) -> str:
    """The ISO 639-1 code of an article's language, or "und"."""
    return _language(article.text[:OPENING_CHARS])


@lru_cache(maxsize=KNOWN)
def _language(opening: str) -> str:
    return identify(opening)
