"""What kind of answer a question expects: a date, another number, or neither.

"When", "kapan", "khi nào" and "いつ" share no letters, but the encoder puts questions that expect
the same kind of answer on one side of a plane. The planes (a multinomial logistic regression over
the question's vector) were learned from questions whose answers are known;
`benchmarks/train_expected.py` makes them again. A number is one in digits: "how many" people is
often answered in words. Expecting the type of an answer before looking for it is as old as
answering by computer (Li & Roth 2002, "Learning Question Classifiers",
https://aclanthology.org/C02-1150).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import regex

from index.errors import ModelError
from qa.calendar import calendar
from qa.language import ARTICLE_LANGUAGES

Floats = npt.NDArray[np.float32]

WEIGHTS: Final = Path(__file__).with_name("expected.safetensors")
KINDS: Final = ("date", "number", "other")
# Log-odds that a sentence gains by holding what the question surely expects; half or twice as
# much changes little (benchmarks/quality.md).
GAIN: Final = 6.0

_YEAR = regex.compile(r"(?<!\d)(?:1\d|20)\d{2}(?!\d)")
_NUMBER = regex.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True, eq=False)
class ExpectedKind:
    """The learned planes: `weights` (kinds, dimension) and `biases` (kinds,), for one encoder."""

    weights: Floats
    biases: Floats

    @classmethod
    def for_encoder(cls, fingerprint: str) -> ExpectedKind | None:
        """The shipped planes if they were learned on this encoder, and None for any other."""
        encoder, planes = _shipped()
        return planes if encoder == fingerprint else None

    def of(self, vector: Floats) -> tuple[float, float]:
        """The probabilities that a question's (dimension,) vector expects a date, or a number."""
        scores = self.weights @ vector + self.biases
        shares = np.exp(scores - scores.max())
        date, number, _ = shares / shares.sum()
        return float(date), float(number)

    def gains(self, vector: Floats, question: str, sentences: list[str]) -> Floats:
        """The log-odds each sentence gains, (n,), by a date or number the question has not."""
        date, number = self.of(vector)
        own_dates, own_numbers = dates(question), numbers(question)
        held = [
            date * bool(dates(sentence) - own_dates)
            + number * bool(numbers(sentence) - own_numbers)
            for sentence in sentences
        ]
        return np.asarray(held, dtype=np.float32) * np.float32(GAIN)


def dates(text: str) -> frozenset[str]:
    """The years, months and days of the week that a text names."""
    return frozenset(_YEAR.findall(text)) | frozenset(calendar(ARTICLE_LANGUAGES).findall(text))


def numbers(text: str) -> frozenset[str]:
    """The numbers that a text has in digits."""
    return frozenset(_NUMBER.findall(text))


@cache
def _shipped() -> tuple[str, ExpectedKind]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(WEIGHTS, framework="numpy") as file:
            encoder = (file.metadata() or {})["encoder"]
            planes = ExpectedKind(
                *(file.get_tensor(name).astype(np.float32) for name in ("weights", "biases"))
            )
    except (OSError, SafetensorError, KeyError) as error:
        raise ModelError(
            f"cannot read {WEIGHTS}: {error}; reinstall Kutip or make it again with "
            "benchmarks/train_expected.py"
        ) from error
    return encoder, planes
