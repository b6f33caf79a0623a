"""The house rules that a reader may rely on: who imports whom, and that importing does nothing."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OWNERS = {
    "distributed": {"index/workers.py"},
    "pymilvus": {"index/backends/milvus.py"},
    "faiss": {"index/codes.py"},
    "apsw": {"index/database.py"},
    "sqlite3": set(),
    "rank_bm25": {"index/lexical.py"},
    "sentence_transformers": {"index/encoders/sentence_encoder.py"},
    "torch": {"index/encoders/sentence_encoder.py"},
    "onnx": {"index/encoders/onnx_graph.py"},
    "onnxruntime": {"index/encoders/onnx_model.py"},
    "py3langid": {"qa/language.py"},
    "watchfiles": {"index/watching.py"},
    "mcp": {"api/mcp_server.py"},
    "charset_normalizer": {"index/formats/decoding.py"},
    "yaml": {"index/formats/markdown.py"},
    "markdown_it": {"index/formats/markdown.py"},
    "zipfile": {"index/formats/archives.py"},
    "typer": {
        "cli/asking.py",
        "cli/commands.py",
        "cli/indexing.py",
        "cli/opening.py",
        "cli/options.py",
        "cli/serving.py",
    },
    "rich": {"cli/output.py", "cli/rendering.py"},
    "lxml": {"index/html_blocks.py"},
    "trafilatura": {"index/html_page.py"},
}
FORBIDDEN = {"pickle", "marshal", "shelve", "joblib"}


def modules() -> list[Path]:
    found = [
        p for room in ("index", "qa", "api", "page", "cli") for p in (ROOT / room).rglob("*.py")
    ]
    return [*found, *(ROOT / name for name in ("app.py", "kutip.py"))]


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def imports(path: Path) -> set[str]:
    """The full names of the modules that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add(node.module or "")
    return found


def rooms(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    above = {
        "index": {"qa", "api", "page", "app", "cli", "kutip"},
        "qa": {"api", "page", "app", "cli", "kutip"},
        "api": {"page", "app", "cli", "kutip"},
        "page": {"app", "cli", "kutip"},
        "app.py": {"cli", "kutip"},
        "cli": {"kutip"},
    }
    assert not rooms(path) & above.get(room, set())


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_each_library_has_one_owner(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    for library in rooms(path):
        assert library not in FORBIDDEN
        assert name in OWNERS.get(library, {name}), f"{name} imports {library}"
        if library == "gradio":
            assert name == "app.py" or name.startswith("page/")


def test_inside_index_the_parts_do_not_know_the_whole() -> None:
    composers = {
        "index.collection",
        "index.updating",
        "index.making",
        "index.plan",
        "index.encode",
        "index.workers",
        "index.snapshot",
        "index.checking",
        "index.jobs",
        "index.opening",
        "index.backends.covering",
        "index.backends.ids",
        "index.backends.publishing",
        "index.backends.searching",
    }
    assert composers <= {dotted(path) for path in modules()}
    for path in (ROOT / "index").rglob("*.py"):
        if dotted(path) not in composers:
            assert not imports(path) & composers, path.name


def test_formats_know_nothing_of_what_is_made_of_them() -> None:
    """What runs in the parsing process loads nothing that it does not need."""
    for path in (ROOT / "index/formats").glob("*.py"):
        ours = {name for name in imports(path) if name.startswith(("index.", "qa", "page"))}
        assert all(
            name.startswith("index.formats.")
            or name in {"index.article", "index.dates", "index.html_page", "index.lines"}
            for name in ours
        ), path.name


def test_the_map_of_index_has_every_module_once() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    drawn = text.split("each says in its first line what it is:\n\n```\n")[1].split("```")[0]
    names = [name for line in drawn.splitlines() for name in line[20:].split()]
    there = [p.stem for p in (ROOT / "index").glob("*.py") if p.stem != "__init__"]
    rooms = [f"{p.parent.name}/" for p in (ROOT / "index").glob("*/__init__.py")]
    assert sorted(names) == sorted([*there, *rooms])


def test_no_import_cycle() -> None:
    graph = {
        dotted(path): {name for name in imports(path) if name.startswith(("index", "qa"))}
        for room in ("index", "qa")
        for path in (ROOT / room).rglob("*.py")
    }
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join((*trail, module))
        if module not in done:
            for imported in graph.get(module, set()):
                visit(imported, (*trail, module))
            done.add(module)

    for module in graph:
        visit(module, ())


def test_the_tree_of_errors_is_drawn_as_it_stands() -> None:
    drawn: dict[str, str] = {}
    trail = ["KutipError"]
    docstring = ast.get_docstring(ast.parse((ROOT / "index/errors.py").read_text("utf-8"))) or ""
    for branch in re.finditer(r"^([│ ]*)[├└]── (\w+)", docstring, re.MULTILINE):
        depth = 1 + len(branch[1]) // 4
        trail[depth:] = [branch[2]]
        drawn[branch[2]] = trail[depth - 1]
    raised = {
        node.name: base.id
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
        for base in node.bases
        if isinstance(base, ast.Name) and base.id in {"KutipError", *drawn}
    }
    assert drawn == raised


@pytest.mark.parametrize(
    "module", ["cli.commands", "qa.answering", "index.collection", "qa.lookup"]
)
def test_importing_loads_no_heavy_library(module: str) -> None:
    code = (
        f"import {module}, sys; heavy = {{'torch', 'transformers', 'sentence_transformers', "
        "'gradio', 'pandas', 'pymilvus', 'grpc', 'distributed', 'onnx', 'trafilatura', "
        "'lxml', 'dateparser'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"
    assert done.stderr == ""
