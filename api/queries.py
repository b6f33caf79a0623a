"""What the query of an address may hold: each parameter once, and none that the route lacks."""

from __future__ import annotations

from collections import Counter
from urllib.parse import unquote_to_bytes

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException


def check_query(request: Request) -> None:
    """Refuse what would be passed over. Raises RequestValidationError, and HTTPException 400."""
    try:
        unquote_to_bytes(request.scope["query_string"]).decode()
    except UnicodeDecodeError:
        raise HTTPException(400, "the address is not in UTF-8") from None
    names = Counter(name for name, _ in request.query_params.multi_items())
    # A route that takes parameters refuses others itself.
    takes = request.scope["route"].dependant.query_params
    wrong = [
        {
            "loc": ("query", name),
            "msg": "given twice" if takes else "Extra inputs are not permitted",
        }
        for name, times in names.items()
        if times > 1 or not takes
    ]
    if wrong:
        raise RequestValidationError(wrong)
