"""Errors as problem details (RFC 9457)."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from starlette.responses import PlainTextResponse, Response

from api.operations import NotThereError
from index.errors import (
    BackendError,
    CollectionError,
    InputError,
    KutipError,
    LockedError,
    ModelError,
)

LOG = logging.getLogger("kutip.api")
MEDIA_TYPE = "application/problem+json"
# The addresses of the HTTP API, whose errors are problems.
ADDRESSES = re.compile(r"/v1(?:/.*)?")
STATUS: tuple[tuple[type[KutipError], int], ...] = (
    (NotThereError, 404),
    (InputError, 422),
    (LockedError, 409),
    (CollectionError, 503),
    (BackendError, 503),
    (ModelError, 503),
    (KutipError, 500),
)


class BusyError(KutipError):
    """More questions are waiting than will be answered soon."""


def problem(status: int, detail: str, *, headers: dict[str, str] | None = None) -> Response:
    """A problem; its title is that of the status, so its type says no more (section 4.2.1)."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    content = json.dumps(body, ensure_ascii=False).encode()
    return Response(content, status, media_type=MEDIA_TYPE, headers=headers)


def refusal(path: str, status: int, why: str, *, headers: dict[str, str] | None = None) -> Response:
    """What a request gets that goes no further: a problem at the API, elsewhere a line of text."""
    if ADDRESSES.fullmatch(path):
        return problem(status, why, headers=headers)
    return PlainTextResponse(why, status, headers)


def nothing_here() -> Response:
    """What an address that the API does not have answers."""
    return problem(404, "nothing has this address; GET /v1/openapi.json describes those that are")


def problem_of(error: Exception) -> Response:
    """What a client is told of an error: one of Kutip's own in its words, any other not at all."""
    if isinstance(error, BusyError):
        return problem(503, str(error), headers={"Retry-After": "1"})
    for kind, status in STATUS:
        if isinstance(error, kind):
            return problem(status, str(error))
    LOG.error("a request failed", exc_info=error)
    return problem(500, "something went wrong; the details are in the server's log")


def complaints(found: Iterable[Mapping[str, Any]], *, within: int = 0) -> str:
    """What is wrong with a request, and where, in one line, without repeating what was sent.

    `within` is how many parts of each place lead to the request itself, as `body` does; they are
    named where the whole of it is wrong.
    """
    return "; ".join(
        ": ".join(
            part
            for part in (".".join(map(str, one["loc"][within:] or one["loc"])), one["msg"])
            if part
        )
        for one in found
    )
