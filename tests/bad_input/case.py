"""What a case of bad input is, and the honest text that hides in most of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

OK = "ok"
# "part: PATTERN" and "skip: PATTERN" say what the report has to match.
PART = "part: "
SKIP = "skip: "
IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Case:
    """Files that `make` writes into a folder of their own, and what must become of each.

    `expect` maps names inside that folder to OK, PART + pattern, SKIP + pattern or IGNORED. Of a
    `heavy` case only reading and cleaning are tested, since its text would fill an index.
    """

    number: int
    make: Callable[[Path], None]
    expect: Mapping[str, str]
    heavy: bool = False

    @property
    def folder(self) -> str:
        return f"{self.number:02d}"


def body(topic: str = "pangan") -> str:
    return (
        f"Menteri mengatakan bahwa kedua negara sepakat memperluas kerja sama {topic} tahun ini.\n"
        f"Kerja sama {topic} itu, katanya, akan dimulai bulan depan di kedua ibu kota negara.\n"
    )


def web(topic: str = "pangan", head: str = "", extra: str = "") -> str:
    paragraphs = "".join(f"<p>{line}</p>\n" for line in body(topic).splitlines())
    return (
        f"<!doctype html><html><head><title>Kerja sama {topic}</title>{head}</head>"
        f"<body><h1>Kerja sama {topic} diperluas</h1><article>{paragraphs}</article>{extra}"
        "</body></html>"
    )


def files(contents: Mapping[str, bytes | str]) -> Callable[[Path], None]:
    """A maker that writes these files."""

    def make(folder: Path) -> None:
        for name, content in contents.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    return make
