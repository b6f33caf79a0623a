"""The HTTP API under /v1: questions, look-ups, articles, and the update as a job."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Annotated, Any

import anyio
from anyio.to_thread import run_sync
from fastapi import Depends, FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import Scope

from api import operations
from api.guard import API, Door
from api.methods import HeadAsGet, methods_of
from api.problems import MEDIA_TYPE, BusyError, complaints, nothing_here, problem, problem_of
from api.queries import check_query
from api.schemas import (
    Answer,
    Article,
    Articles,
    ArticlesQuery,
    AskQuery,
    AskRequest,
    FindQuery,
    FindRequest,
    IndexRequest,
    Job,
    Lookup,
    Problem,
)
from api.serving import AT_ONCE, WAITING
from index.collection import Collection
from index.errors import KutipError
from index.jobs import Step, Updates
from qa.showing import to_json

LOG = logging.getLogger("kutip.api")
# What nginx notes of a client that went before its answer; it reaches nobody.
GONE = 499
_PROBLEM = {
    "description": "A problem (RFC 9457)",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_PROBLEMS: dict[int | str, dict[str, Any]] = {"4XX": _PROBLEM, "5XX": _PROBLEM}


class _Api(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """The document, with the schema that its problems refer to, and the password."""
        document = super().openapi()
        components = document["components"]
        components["schemas"]["Problem"] = Problem.model_json_schema()
        # Only a server with --password-file asks for it; any user name will do.
        components["securitySchemes"] = {"password": {"type": "http", "scheme": "basic"}}
        document["security"] = [{}, {"password": []}]
        return document


def create_api(collection: Collection, updates: Updates) -> FastAPI:
    """The API as an application of its own, to be mounted at /v1."""
    api = _Api(
        title="Kutip",
        version="1",
        description="Ask a folder of articles; get back the exact sentences that answer, cited. "
        "Offsets are code points into an article's `text`.",
        docs_url=None,
        redoc_url=None,
        responses=_PROBLEMS,
        dependencies=[Depends(check_query)],
        servers=[{"url": "/v1"}],
        root_path_in_servers=False,
        # A redirect would name http:// also to those who came through a TLS proxy.
        redirect_slashes=False,
    )
    api.add_middleware(HeadAsGet)
    turns = anyio.CapacityLimiter(AT_ONCE)
    at_hand = 0

    async def do(request: Request, work: Callable[[], dict[str, Any]]) -> Response:
        nonlocal at_hand
        # Counted here and now: the limiter learns of a request only when it comes to run.
        if at_hand >= AT_ONCE + WAITING:
            return problem_of(BusyError("too many questions at once; ask again in a moment"))
        at_hand += 1
        try:
            async with turns:
                if await request.is_disconnected():
                    return Response(status_code=GONE)  # others wait, and nobody for this
                made = await run_sync(lambda: to_json(work()))
        except Exception as error:
            return problem_of(error)
        finally:
            at_hand -= 1
        return Response(made, media_type="application/json")

    async def job(status: int = 200) -> Response:
        headers = {"Location": "/v1/index"} if status == 202 else None
        told = _job_to_dict(updates.state) | {"generation": await run_sync(generation)}
        return Response(to_json(told), status, headers, "application/json")

    def generation() -> int | None:
        with suppress(KutipError):
            return collection.generation()
        return None

    @api.get("/ask", responses={200: {"model": Answer}}, operation_id="ask_by_address")
    async def ask_by_address(request: Request, asked: Annotated[AskQuery, Query()]) -> Response:
        """Answer a question with quotes, or say that the articles do not say."""
        return await do(request, lambda: operations.ask(collection, **asked.model_dump()))

    @api.post("/ask", responses={200: {"model": Answer}}, operation_id="ask")
    async def ask(request: Request, asked: AskRequest) -> Response:
        """Answer a question with quotes, or say that the articles do not say."""
        return await do(request, lambda: operations.ask(collection, **asked.model_dump()))

    @api.get("/find", responses={200: {"model": Lookup}}, operation_id="find_by_address")
    async def find_by_address(request: Request, asked: Annotated[FindQuery, Query()]) -> Response:
        """Look passages up; nothing is answered."""
        return await do(request, lambda: operations.find(collection, **asked.model_dump()))

    @api.post("/find", responses={200: {"model": Lookup}}, operation_id="find")
    async def find(request: Request, asked: FindRequest) -> Response:
        """Look passages up; nothing is answered."""
        return await do(request, lambda: operations.find(collection, **asked.model_dump()))

    @api.get("/articles", responses={200: {"model": Articles}}, operation_id="articles")
    async def articles(request: Request, asked: Annotated[ArticlesQuery, Query()]) -> Response:
        """List articles, newest first."""
        return await do(request, lambda: operations.articles(collection, **asked.model_dump()))

    @api.get("/articles/{id:path}", responses={200: {"model": Article}}, operation_id="article")
    async def article(request: Request, id: str) -> Response:  # noqa: A002 - the name that the document shows
        """One article with its text, which all offsets refer to, and its passages."""
        return await do(request, lambda: operations.article(collection, id))

    @api.get("/index", responses={200: {"model": Job}}, operation_id="index_state")
    async def index_state() -> Response:
        """How the update of the collection stands."""
        return await job()

    @api.post(
        "/index", status_code=202, responses={202: {"model": Job}}, operation_id="index_start",
        # Without a body there would be no Content-Type, which the guard asks for.
        openapi_extra={"requestBody": {"required": True}},
    )  # fmt: skip
    async def index_start(_: IndexRequest | None = None) -> Response:
        """Make the collection equal to its folder; follow it with GET."""
        try:
            updates.start()
        except Exception as error:
            return problem_of(error)
        return await job(202)

    @api.delete(
        "/index", status_code=202, responses={202: {"model": Job}}, operation_id="index_cancel"
    )
    async def index_cancel() -> Response:
        """Cancel the running update; it stops between two batches and changes nothing."""
        if not updates.cancel():
            return problem(409, "no update is running")
        return await job(202)

    @api.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> Response:
        return problem(422, complaints(error.errors(), within=1))

    @api.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        if error.status_code == 405:
            allowed = ", ".join(methods_of(api.routes, request.scope))
            why = f"{request.method} is not for this address, which takes {allowed}"
            return problem(405, why, headers={"Allow": allowed})
        if error.status_code == 404:
            return nothing_here()
        return problem(error.status_code, str(error.detail))

    return api


def door_to(api: FastAPI) -> Door:
    """The door to the API mounted at /v1, which says 404 and 405 whatever the body."""

    def takes(scope: Scope) -> bool:
        return scope["method"] in methods_of(api.routes, {**scope, "root_path": "/v1"})

    return replace(API, takes=takes)


def _job_to_dict(state: Step | None) -> dict[str, Any]:
    made: dict[str, Any] = {"state": "idle", "progress": None, "report": None, "error": None}
    if state is None:
        return made
    if state.progress:
        stage, done, total = state.progress
        made["state"] = "cancelling" if state.cancelling else "running"
        made["progress"] = {"stage": stage or "starting", "done": done, "total": total}
    elif state.report is not None:
        made["state"], made["report"] = "done", state.report.to_dict()
    elif state.cancelled:
        made["state"] = "cancelled"
    else:
        made["state"] = "failed"
        made["error"] = str(state.error) if state.error else "see the server's log"
    return made
