"""What was typed, taken apart: words to search by, and operators that narrow the search.

`after:2025-10 before:2025-11-03 source:tempo "exact phrase" -without`, anywhere in a question. The
one parser for the page, the command line and every program.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import regex

from index.dates import parse_day
from index.errors import InputError
from index.filters import Described, Filter
from qa.phrases import Phrase

# A question is a sentence or two; whole articles pasted in are a mistake worth naming.
MAX_CHARS = 2000

# The operators, and what Indonesian and Vietnamese readers call them.
NAMES = {
    "after": "after", "sesudah": "after", "sau": "after",
    "before": "before", "sebelum": "before", "trước": "before",
    "source": "source", "sumber": "source", "nguồn": "source",
}  # fmt: skip
_QUOTED = r'(?:"[^"]*"|“[^“”"]*”|„[^„“”"]*[“”]|«[^«»]*»)(?!\w)'
# Only at the start of a word, so that 10:15, ASEAN-Vietnam, -5 and a 6" screen are no operators.
_PART = regex.compile(
    rf"""(?<!\S)(?:
        (?P<name>{"|".join(NAMES)}):(?P<value>{_QUOTED}|[^\s"“”„«»]*)(?=\s|$)
      | -(?P<without>{_QUOTED}|\p{{L}}[^\s"“”„«»]*)
    )
    | (?<!\w)(?P<phrase>{_QUOTED})""",
    regex.IGNORECASE | regex.VERBOSE,
)
# Half a character, or a byte that stands for itself.
_SURROGATE = regex.compile(r"\p{Cs}")
_WORD = regex.compile(r"[\p{L}\p{N}]")
_INSIDE_MARKS = regex.compile(r"[\p{L}\p{N}](?:.*[\p{L}\p{M}\p{N}])?")
_MARKS_AROUND = '"“”„«» \t\n'
# What ends a sentence or a clause is not part of a value.
_MARKS_AFTER = "?!.,;:"


class QuestionError(InputError):
    """A question that cannot be asked as it was typed.

    `kind` says why and `facts` are what the message names, for those who say it in other words.
    """

    def __init__(self, kind: str, message: str, **facts: str | int | date) -> None:
        """`message` says it in English."""
        super().__init__(message)
        self.kind, self.facts = kind, facts


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator as it stands in what was typed: `typed[start:end]`.

    `kind` is "after", "before", "source", "phrase" or "without". `left` is what stays in the
    question without the operator: the words of a phrase. `where` is what it lets through, of
    those that narrow by article.
    """

    kind: str
    value: str
    start: int
    end: int
    left: str = ""
    where: Filter | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What was typed (`typed`) and what it asks for.

    `text` is the question in words, phrases included, operators left out; `words` are those of
    no phrase. `filters` must all admit an article; a passage must hold all `phrases` and nothing
    of `without`. `operators` are those that were typed, in order.
    """

    typed: str
    text: str
    words: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    without: tuple[Phrase, ...] = ()
    operators: tuple[Operator, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything narrows the search."""
        return bool(self.filters or self.phrases or self.without)

    @property
    def sources(self) -> tuple[str, ...]:
        """The outlets asked for; all must match."""
        return tuple(dict.fromkeys(f.source for f in self.filters if f.source))

    @property
    def after(self) -> date | None:
        """The first day asked for."""
        return max((f.after for f in self.filters if f.after), default=None)

    @property
    def before(self) -> date | None:
        """The last day asked for."""
        return min((f.before for f in self.filters if f.before), default=None)

    def typed_without(self, operator: Operator) -> str:
        """What was typed, one of its operators taken away."""
        parts = (self.typed[: operator.start], operator.left, self.typed[operator.end :])
        return " ".join("".join(parts).split())

    def leaves_out(self, article: Described) -> bool:
        """Whether the article fails only for having no date."""
        undated = article.published is None and bool(self.after or self.before)
        return undated and all(Filter(source=f.source).admits(article) for f in self.filters)

    def holds(self, text: str) -> bool:
        """Whether a passage's text has every phrase."""
        return all(phrase.within(text) for phrase in self.phrases)

    def excludes(self, text: str) -> bool:
        """Whether a passage's text has something that it must not have."""
        return any(phrase.within(text) for phrase in self.without)

    def to_dict(self) -> dict[str, Any]:
        """What was understood, as the JSON object `filters`."""
        return {
            "source": list(self.sources),
            "after": self.after.isoformat() if self.after else None,
            "before": self.before.isoformat() if self.before else None,
            "phrases": [phrase.text for phrase in self.phrases],
            "without": [phrase.text for phrase in self.without],
        }


def plain(typed: str) -> Request:
    """The text as a question that has no operators. Raises InputError when empty or overlong."""
    typed = check_length(typed)
    return Request(typed, typed, _words(typed))


def parse(typed: str, *, where: Filter | None = None) -> Request:
    """Take apart what was typed; `where` narrows it further.

    A text without operators is its own question, unchanged. Raises InputError for a text that is
    empty, overlong or nothing but operators, and for an operator that cannot be meant so.
    """
    request = plain(typed)
    typed = request.typed
    operators: list[Operator] = []
    text: list[str] = []
    words: list[str] = []
    end = 0
    for part in _PART.finditer(typed):
        if part.start() < end:  # a date that stood apart from its operator
            continue
        operator = _operator(typed, part)
        if operator is None:
            continue
        operators.append(operator)
        text += [typed[end : operator.start], operator.left]
        words += _words(typed[end : operator.start])
        end = operator.end
    if end:
        words += _words(typed[end:])
        question = " ".join("".join([*text, typed[end:]]).split())
        request = replace(request, text=question, words=tuple(words))
    request = replace(
        request,
        filters=tuple(where for where in (where, *(one.where for one in operators)) if where),
        phrases=tuple(Phrase(one.value) for one in operators if one.kind == "phrase"),
        without=tuple(Phrase(one.value) for one in operators if one.kind == "without"),
        operators=tuple(one for one in operators if one.value),
    )
    if not _WORD.search(request.text):
        if end:
            why = "these operators only narrow a search; add a word to search for"
            raise QuestionError("only_operators", why)
        raise QuestionError("no_word", "the question has no word in it; ask something")
    if request.after and request.before and request.after > request.before:
        raise QuestionError(
            "no_day",
            f"no day is after {request.after} and before {request.before}; swap the dates",
            after=request.after,
            before=request.before,
        )
    return request


def _words(text: str) -> tuple[str, ...]:
    """The words as they stand there, without the marks around them."""
    return tuple(match.group() for word in text.split() if (match := _INSIDE_MARKS.search(word)))


def check_length(typed: str) -> str:
    """The text without the space around it. Raises InputError when empty, overlong or no text."""
    typed = typed.strip()
    if not typed:
        raise QuestionError("empty", "the question is empty; ask something")
    if _SURROGATE.search(typed):  # as Python has the bytes that a terminal's encoding lacks
        raise InputError(
            "the question is not in the encoding of its surroundings; write it in UTF-8"
        )
    if len(typed) > MAX_CHARS:
        raise QuestionError(
            "too_long",
            f"the question is longer than {MAX_CHARS:,} characters; shorten it",
            most=MAX_CHARS,
        )
    return typed


def _operator(typed: str, part: regex.Match[str]) -> Operator | None:
    """One operator; None when this is plain text after all. Raises InputError."""
    if part["name"]:
        return _named(typed, part)
    inner = (part["phrase"] or part["without"]).strip(_MARKS_AROUND)
    inner = inner if part["phrase"] else inner.rstrip(_MARKS_AFTER)
    if not _WORD.search(inner):
        return None
    if part["phrase"]:
        return Operator("phrase", inner, part.start(), part.end(), left=inner)
    return Operator("without", inner, part.start(), part.end())


def _named(typed: str, part: regex.Match[str]) -> Operator | None:
    name = NAMES[part["name"].casefold()]
    value, end = part["value"].strip(_MARKS_AROUND).rstrip(_MARKS_AFTER), part.end()
    if not value:
        following = typed[end:].split(maxsplit=1)[:1]
        if name != "source" and following and following[0][:4].isdecimal():
            value = following[0].rstrip(_MARKS_AFTER)
            end = typed.index(following[0], end) + len(following[0])
        elif following and not _PART.match(typed, typed.index(following[0], end)):
            return None  # "Before: the war" is a sentence
        else:
            return Operator(name, "", part.start(), end)
    if name == "source":
        return Operator(name, value, part.start(), end, where=Filter(source=value))
    try:
        day = parse_day(value, last=name == "before")
    except InputError:
        typed_name = part["name"]
        raise QuestionError(
            "no_date",
            f"“{typed_name}:{value[:40]}” names no date; write {typed_name}:2025, "
            f"{typed_name}:2025-10 or {typed_name}:2025-10-26, or a space after the colon",
            name=typed_name,
            value=value[:40],
        ) from None
    where = Filter(after=day) if name == "after" else Filter(before=day)
    return Operator(name, value, part.start(), end, where=where)
