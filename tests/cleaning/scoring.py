"""How well a text agrees with a labelled body: F1 over sentences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from index.sentences import sentences


def sentences_of(blocks: Sequence[str]) -> Counter[str]:
    """The sentences of blocks of text, as letters and digits only, so that spacing is no matter."""
    found: Counter[str] = Counter()
    for block in blocks:
        for line in block.split("\n"):
            for start, end in sentences(line):
                if letters := re.sub(r"[\W_]+", "", line[start:end].casefold()):
                    found[letters] += 1
    return found


def sentence_f1(text: str, body: Sequence[str], neutral: Sequence[str] = ()) -> float:
    """F1 of the sentences of `text` against those of `body`; those of `neutral` do not count."""
    wanted = sentences_of(body)
    ignored = sentences_of(neutral)
    got = Counter(
        {s: n for s, n in sentences_of([text]).items() if s not in ignored or s in wanted}
    )
    shared = (wanted & got).total()
    return 2 * shared / (wanted.total() + got.total()) if wanted or got else 1.0
