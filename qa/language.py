"""Which language a text is in; the only importer of the identifier."""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING

from index.stages import timed

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# The languages articles are expected in, beside that of the question.
ARTICLE_LANGUAGES = ("id", "en", "vi")
# A sentence begins after these, and at the start.
_BEGINS = frozenset(".?!:;¿¡(\"'“‘«")
# Below this probability a few words or figures could be anything.
SURE = 0.3
# How many times as likely as others these are before anything is read; to the identifier alone
# all are alike. Of 1,350 Indonesian questions 1,330 are told as Indonesian, where 1,127 were (the
# others mostly as Malay), and of 300 German ones 293, where 297 were.
EXPECTED = 3


@timed("language")
def identify(text: str) -> str:
    """The ISO 639-1 code of the language of `text`, or "und" (undetermined)."""
    found = [
        (float(probability) * (EXPECTED if code in ARTICLE_LANGUAGES else 1), str(code))
        for code, probability in _identifier().rank(text)
    ]
    best, code = max(found)
    return code if best >= SURE * sum(weight for weight, _ in found) else "und"


def begins_sentence(text: str, start: int) -> bool:
    """Whether a sentence begins there, where any word has a capital."""
    before = text[:start].rstrip()
    return not before or before[-1] in _BEGINS


def warm_up() -> None:
    """Begin to load the identifier, which takes half a second, while other things load."""
    threading.Thread(target=_identifier, name="language", daemon=True).start()


def _identifier() -> LanguageIdentifier:
    with _loading:
        return _loaded()


@cache
def _loaded() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


_loading = threading.Lock()
