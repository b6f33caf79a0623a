"""Bad input, numbers 35 to 50, 55 and 56: names, links, rights and odd things in folders.

Those about time and rights (39, 40, 41, 56) need a test of their own and are in
`test_bad_input.py` too.
"""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

from tests.bad_input.case import IGNORED, OK, SKIP, Case, body, files


def loops(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub/a.txt").write_text(body())
    (folder / "sub/parent").symlink_to(folder)
    (folder / "x").symlink_to(folder / "y")
    (folder / "y").symlink_to(folder / "x")


def outside(folder: Path) -> None:
    (folder / "passwd.txt").symlink_to("/etc/passwd")
    (folder / "etc").symlink_to("/etc")
    (folder / "in.txt").write_text(body())
    (folder / "same.txt").symlink_to("in.txt")


def not_regular(folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")
    here = os.open(folder, os.O_RDONLY)
    try:  # by way of the descriptor: a socket's path may have 107 characters
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(f"/proc/self/fd/{here}/socket.txt")
    finally:
        os.close(here)
    (folder / "zero.txt").symlink_to("/dev/zero")
    (folder / "proc.txt").symlink_to("/proc/self/maps")


def sparse(folder: Path) -> None:
    for name in ("huge.txt", "huge.jsonl", "huge.zip", "huge.html.gz"):
        with (folder / name).open("wb") as file:
            file.truncate(1 << 40)


NAMES = ("a\nb.txt", "a\tb.txt", "a\rb.txt", "a\x1b[31m.txt", "a\u202eb.txt", "a\u200bb.txt")
SHELL = ("-rf.txt", "--help.txt", "$(x).txt", "'; DROP TABLE article;--.txt",
         "<img src=x onerror=alert(1)>.txt")  # fmt: skip


def deep(folder: Path) -> None:
    (folder / ("n" * 251 + ".txt")).write_text(body())
    here = os.open(folder, os.O_RDONLY)
    try:
        for level in range(1000):
            os.mkdir("d", dir_fd=here)
            inner = os.open("d", os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = inner
            if level in (0, 999):
                made = os.open("a.txt", os.O_CREAT | os.O_WRONLY, dir_fd=here)
                os.write(made, body().encode())
                os.close(made)
        for _ in range(12):  # on to a path beyond the 4,096 bytes that the system takes
            os.mkdir("e" * 250, dir_fd=here)
            inner = os.open("e" * 250, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = inner
    finally:
        os.close(here)


def remove(folder: Path) -> None:
    """Remove also what is too deep for Python to walk."""
    subprocess.run(["rm", "-rf", str(folder)], check=True)


def copies(folder: Path) -> None:
    for number in range(1000):
        (folder / f"{number:04d}.txt").write_text(body("kembar"))


def odd_company(folder: Path) -> None:
    files({
        ".git/config": "x", ".kutip/collection.sqlite": "x", "sub/collection.sqlite": "x",
        "a.txt": body(), "a.txt~": body(), ".a.txt.swp": body(), "~$a.docx": b"x",
        "a.txt.part": body(), "b.html.crdownload": body(), "page_files/ad.html": "<html>",
        "page.html": f"<html><body><p>{'</p><p>'.join(body().splitlines())}</p></body></html>",
    })(folder)  # fmt: skip


FAR = "/".join(["d"] * 1000)
TOO_LONG = SKIP + "cannot be (listed|read) \\(File name too long\\)"

CASES = (
    Case(35, loops, {"sub/a.txt": OK, "sub/parent": SKIP + "a link to a folder",
                     "x": SKIP + "a link to itself", "y": SKIP + "a link to itself"}),
    Case(36, outside, {"passwd.txt": SKIP + "leads outside", "etc": SKIP + "leads outside",
                       "in.txt": OK, "same.txt": OK}),
    Case(37, lambda folder: (folder / "gone.txt").symlink_to("nowhere.txt"),
         {"gone.txt": SKIP + "a link to nothing"}),
    Case(38, not_regular, {"pipe.txt": SKIP + "not a regular file",
                           "socket.txt": SKIP + "not a regular file",
                           "zero.txt": SKIP + "leads outside", "proc.txt": SKIP + "leads outside"}),
    Case(42, sparse, {"huge.txt": SKIP + "longer than 20 MB", "huge.jsonl": SKIP + "longer than",
                      "huge.zip": SKIP + "longer than", "huge.html.gz": SKIP + "longer than"}),
    Case(43, files({name: body() for name in NAMES}),
         {"a\\nb.txt": OK, "a\\tb.txt": OK, "a\\rb.txt": OK, "a\\x1b[31m.txt": OK,
          "a\\u202eb.txt": OK, "a\\u200bb.txt": OK}),
    Case(44, lambda folder: (folder / os.fsdecode(b"bad\xff.txt")).write_text(body()) and None,
         {"bad\\xff.txt": OK}),
    Case(45, files({name: body() for name in SHELL}), dict.fromkeys(SHELL, OK)),
    Case(46, deep, {"n" * 251 + ".txt": OK, "d/a.txt": OK, f"{FAR}/a.txt": OK,
                    f"{FAR}/eee*": TOO_LONG}),
    Case(47, files({"\u00e9.txt": body("satu"), "e\u0301.txt": body("dua"), "A.txt": body("tiga"),
                    "a.txt": body("empat")}),
         {"\u00e9.txt": OK, "e\u0301.txt": OK, "A.txt": OK, "a.txt": OK}),
    Case(48, files({"CON": body(), "CON.txt": body(), "a:b.txt": body(), "dot.txt.": body(),
                    "space.txt ": body(), "back\\slash.txt": body()}),
         {"CON": SKIP + "not a kind", "CON.txt": OK, "a:b.txt": OK, "dot.txt.": SKIP + "not a kind",
          "space.txt ": SKIP + "not a kind", "back\\\\slash.txt": OK}),
    Case(49, copies, {f"{number:04d}.txt": OK for number in range(1000)}),
    Case(55, odd_company,
         {".git": IGNORED, ".kutip": IGNORED, "sub": IGNORED, "a.txt": OK, "a.txt~": IGNORED,
          ".a.txt.swp": IGNORED, "~$a.docx": IGNORED, "a.txt.part": IGNORED,
          "b.html.crdownload": IGNORED, "page_files": IGNORED, "page.html": OK}),
)  # fmt: skip
