"""The page's own files: which there are, what a browser is told of them, and who imports whom."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from page import blocks
from page.files import ENTRY, FOLDER, QUEUE, Files

ROOT = Path(__file__).parent.parent.parent
IMPORTED = re.compile(
    r"""^(?:import|export)\s[^;]*?from\s"\./([^"]+)"|^import "\./([^"]+)";""", re.M
)


def imports() -> dict[str, set[str]]:
    """The modules by name, each with those it imports."""
    modules = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.js")}
    return {
        name: {one or other for one, other in IMPORTED.findall(text)}
        for name, text in modules.items()
        if name != QUEUE
    }


def test_all_that_lies_in_the_folder_is_served_and_shipped() -> None:
    names = {path.name for path in FOLDER.iterdir()}
    assert set(Files.read().contents) == names
    setup = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    patterns = setup["package-data"]["page"]
    shipped = {path for pattern in patterns for path in FOLDER.parent.glob(pattern)}
    assert {FOLDER / name for name in names} <= shipped


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        (ENTRY, "text/javascript; charset=utf-8"),
        ("style.css", "text/css; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
    ],
)
def test_a_file_says_its_type_and_may_be_kept_for_good(name: str, media_type: str) -> None:
    files = Files.read()
    client = TestClient(Starlette(routes=files.routes()))
    for method in (client.get, client.head):
        response = method(files.address(name))
        assert response.status_code == 200
        assert response.headers["content-type"] == media_type
        assert response.headers["cache-control"] == "max-age=31536000, immutable"
    assert client.get(files.address(name)).content == (FOLDER / name).read_bytes()


def test_no_module_of_one_version_is_served_where_another_s_was(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "new")
    before = Files.read(tmp_path / "new")
    old = TestClient(Starlette(routes=before.routes()))
    module = tmp_path / "new" / "latest.js"
    # Of the same length, as an installer may leave it with the same time.
    changed = module.read_bytes().replace(b"20_000", b"30_000")
    module.write_bytes(changed)
    after = Files.read(tmp_path / "new")
    assert not {*map(before.address, before.contents)} & {*map(after.address, after.contents)}
    # A server that runs meanwhile gives what it began with.
    assert old.get(before.address("latest.js")).content == before.contents["latest.js"] != changed
    assert not any(after.door().admits("GET", before.address(name)) for name in before.contents)


def test_only_what_is_there_has_a_door() -> None:
    files = Files.read()
    for name in files.contents:
        assert files.door().admits("GET", files.address(name))
        assert not files.door().admits("POST", files.address(name))
    for path in (f"/kutip/{ENTRY}", files.address("x.js"), files.address("../server.py")):
        assert not files.door().admits("GET", path)


def test_every_module_is_imported_by_a_relative_name_that_is_served() -> None:
    graph = imports()
    for name, imported in graph.items():
        assert imported <= graph.keys(), name
        # What is imported in any other way would be another version's, or none.
        text = (FOLDER / name).read_text("utf-8")
        assert len(re.findall(r"^import\b|^export\b.*\bfrom\b", text, re.M)) == len(imported), name
    reached, waiting = set[str](), [ENTRY]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += graph[name]
    assert reached == graph.keys()


def test_the_start_page_loads_all_modules_at_once() -> None:
    files = Files.read()
    loaded = re.findall(r'<link rel="modulepreload" href="([^"]+)">', files.head())
    assert set(loaded) == {files.address(name) for name in imports()}


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = imports()
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail, name))
        if name not in done:
            for imported in graph[name]:
                visit(imported, (*trail, name))
            done.add(name)

    visit(ENTRY, ())


def test_the_entry_answers_what_the_panes_ask_for() -> None:
    [answers] = re.findall(
        r"event\.detail\(\{ (.*) \}\);$", (FOLDER / ENTRY).read_text("utf-8"), re.M
    )
    called = re.findall(r'pane\((?:f?"[\w{}-]+"), "(\w+)"', Path(blocks.__file__).read_text())
    assert set(answers.split(", ")) == set(called) != set()
