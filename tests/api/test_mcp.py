"""The MCP server as a client sees it: over stdio with a real process, and over HTTP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from starlette.testclient import TestClient

from api.mcp_server import create_server, http_app
from index.collection import Collection
from index.filters import Filter
from qa.answering import ask
from qa.lookup import find
from tests.api.loops import run
from tests.fakes import FakeEncoder

ROOT = Path(__file__).parent.parent.parent
HERE = "http://127.0.0.1:7861"
QUESTION = "Di mana pusat nuklir dibangun?"
SERVER = """
import sys
from pathlib import Path
from api.mcp_server import serve_stdio
from index.collection import Collection
from tests.fakes import FakeEncoder
serve_stdio(Collection(Path(sys.argv[1]), encoder=FakeEncoder()), interrupted=130)
"""


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    folder = tmp_path_factory.mktemp("mcp") / "articles"
    folder.mkdir()
    (folder / "rusia.txt").write_text(
        "Rusia membangun pusat nuklir\n"
        "TEMPO.CO, Moskow - Rusia akan membangun pusat nuklir di Vietnam.\n"
        "Pusat nuklir itu dibangun untuk tujuan damai dan penelitian bersama.\n"
    )
    made = Collection(folder.parent / ".kutip", encoder=FakeEncoder())
    made.update(folder)
    return made


@pytest.fixture
def client(collection: Collection) -> Iterator[TestClient]:
    with TestClient(http_app(collection), base_url=HERE) as opened:
        yield opened


def rpc(client: TestClient, method: str, **params: object) -> Any:
    headers = {
        "accept": "application/json, text/event-stream",
        "mcp-protocol-version": "2025-06-18",
    }
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    response = client.post("/mcp", json=body, headers=headers)
    assert response.status_code == 200, response.text
    return response.json()["result"]


def call(client: TestClient, tool: str, **arguments: object) -> Any:
    result = rpc(client, "tools/call", name=tool, arguments=arguments)
    (content,) = result["content"]
    assert content["type"] == "text"
    assert not result.get("isError"), content["text"]
    return json.loads(content["text"])


def test_a_client_asks_over_stdio(collection: Collection) -> None:
    async def talk() -> tuple[list[str], str]:
        # By itself the client hands on little of its environment, where BLAS may be told which
        # kernel to take: with another, scores differ in their last digit.
        python = StdioServerParameters(
            command=sys.executable,
            args=["-c", SERVER, str(collection.directory)],
            env=dict(os.environ),
            cwd=ROOT,
        )
        async with stdio_client(python) as (read, write), ClientSession(read, write) as session:
            await session.initialize()
            tools = await session.list_tools()
            answer = await session.call_tool("ask", {"question": QUESTION, "source": "tempo"})
            (content,) = answer.content
            return [tool.name for tool in tools.tools], content.text

    names, text = run(talk)
    assert names == ["search", "fetch", "ask"]
    tempo = Filter(source="tempo")
    given, expected = json.loads(text), ask(collection, QUESTION, where=tempo).to_dict()
    given["took_ms"] = expected["took_ms"] = 0
    # Byte for byte what `kutip ask --json` prints, but for the time.
    assert json.dumps(given, ensure_ascii=False) == json.dumps(expected, ensure_ascii=False)
    assert text == json.dumps(json.loads(text), ensure_ascii=False)


@pytest.mark.model
def test_a_client_that_goes_at_once_finds_no_crash(seeds: Collection) -> None:
    """While the model and the articles are still being loaded."""
    command = [sys.executable, "kutip.py", "mcp", "--collection", str(seeds.directory)]
    ended = subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")


def test_an_interrupt_ends_it_though_standard_input_stays_open(collection: Collection) -> None:
    asked = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, str(collection.directory)], cwd=ROOT,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as server:  # fmt: skip
        assert server.stdin
        assert server.stdout
        server.stdin.write(json.dumps(asked).encode() + b"\n")
        server.stdin.flush()
        assert server.stdout.readline()
        server.send_signal(signal.SIGINT)
        try:
            assert server.wait(timeout=30) == 130
        finally:
            server.kill()


def test_it_does_not_end_while_it_loads(collection: Collection) -> None:
    """The model's threads abort a process whose interpreter ends meanwhile."""
    slow = (
        "import sys, threading, time\n"
        "import api.serving\n"
        "def load(*arguments):\n"
        "    time.sleep(1)\n"
        "    sys.stderr.write('loaded')\n"
        "api.serving.ask = load\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", slow + SERVER, str(collection.directory)], cwd=ROOT,
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "loaded")


def test_the_tools_are_described_as_read_only_with_their_filters(client: TestClient) -> None:
    tools = {tool["name"]: tool for tool in rpc(client, "tools/list")["tools"]}
    assert set(tools) == {"search", "fetch", "ask"}
    for tool in tools.values():
        assert tool["annotations"]["readOnlyHint"] is True
        assert tool["annotations"]["openWorldHint"] is False
    for name, first in (("search", "query"), ("ask", "question")):
        schema = tools[name]["inputSchema"]
        assert list(schema["properties"]) == [first, "k", "source", "after", "before"]
        assert schema["required"] == [first]
    for tool in tools.values():
        assert tool["inputSchema"]["additionalProperties"] is False


def test_the_server_says_its_version(collection: Collection) -> None:
    assert create_server(collection).version


def test_search_gives_ids_that_fetch_takes(client: TestClient, collection: Collection) -> None:
    found = call(client, "search", query='"pusat nuklir" damai')["results"]
    hits = find(collection, '"pusat nuklir" damai').hits
    assert [result["id"] for result in found] == [hit.passage.id for hit in hits]
    assert found
    for result in found:
        assert {"id", "title", "url"} <= set(result)
        passage = call(client, "fetch", id=result["id"])
        assert passage["text"] == result["text"]
        whole = call(client, "fetch", id=result["metadata"]["article"])
        cut = passage["metadata"]["passage"]
        assert whole["text"][cut["start"] : cut["end"]] == passage["text"]
        assert list(whole) == ["id", "title", "text", "url", "metadata"]


def test_filters_keep_other_articles_out(client: TestClient) -> None:
    assert call(client, "search", query="nuklir", source="vietnamplus")["results"] == []
    undated = call(client, "search", query="nuklir", after="2025")
    assert (undated["results"], undated["filters"]["undated_left_out"]) == ([], 1)
    assert not call(client, "ask", question=QUESTION, source="vietnamplus")["answered"]


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("fetch", {"id": "nothing.txt"}, "nothing.txt: not in this collection"),
        ("fetch", {"id": "rusia.txt#99"}, "no such passage"),
        ("fetch", {"id": "../../etc/passwd"}, "not in this collection"),
        ("ask", {"question": "  "}, "the question is empty"),
        ("ask", {"question": "x", "after": "lusa"}, "is no date"),
        ("ask", {"question": "x" * 2001}, "2000"),
        ("search", {"query": "x", "k": 0}, "k: Input should be greater than or equal to 1"),
        ("search", {}, "query: Field required"),
        ("ask", {"question": 7, "k": "x"}, "question: Input should be a valid string; k: "),
        (
            "ask",
            {"question": QUESTION, "outlet": "tempo"},
            "outlet: Extra inputs are not permitted",
        ),
        ("fetch", {"id": ""}, "`search` gives the ids"),
    ],
)
def test_what_cannot_be_done_is_the_tool_s_error(
    client: TestClient, tool: str, arguments: dict[str, object], said: str
) -> None:
    result = rpc(client, "tools/call", name=tool, arguments=arguments)
    assert result["isError"] is True
    assert said in result["content"][0]["text"]
    assert "Traceback" not in result["content"][0]["text"]
    assert "\n" not in result["content"][0]["text"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 400),
        ({"origin": "https://evil.example"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"content-type": "text/plain"}, 415),
    ],
)
def test_other_sites_may_not_use_the_tools(
    client: TestClient, headers: dict[str, str], status: int
) -> None:
    assert client.post("/mcp", headers=headers, json={}).status_code == status
    assert client.get("/other").status_code == 404


def test_a_method_that_the_address_lacks_is_405(client: TestClient) -> None:
    response = client.put("/mcp", json={})
    assert response.status_code == 405
    assert response.headers["allow"]
