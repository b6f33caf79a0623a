"""Where a collection should not live: file systems that do not keep a database's promises."""

from __future__ import annotations

import re
from pathlib import Path

# They share folders between machines; locks and memory maps, which SQLite's write-ahead log needs,
# do not hold there (sqlite.org/wal.html: "WAL does not work over a network filesystem").
_SHARED = re.compile(
    r"nfs\d?|cifs|smb\d?|smbfs|9p|afs|ceph|glusterfs|lustre|davfs2?|vboxsf|"
    r"fuse\.(?:sshfs|rclone|s3fs|gvfsd-fuse|glusterfs|davfs|google-drive-ocamlfuse|onedriver)"
)
_MOUNTS = Path("/proc/self/mounts")


def shared_file_system(directory: Path, mounts: str | None = None) -> str | None:
    """The kind of shared file system that a directory is on ("nfs4"), or None.

    `mounts` is a table as in `/proc/self/mounts`, by default that one; without one nothing is
    known.
    """
    if mounts is None:
        try:
            mounts = _MOUNTS.read_text("utf-8", "replace")
        except OSError:
            return None
    place = directory.resolve()
    best: tuple[int, str] = (-1, "")
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), fields[1])
        if place.is_relative_to(point) and len(point) >= best[0]:
            best = len(point), fields[2]
    return best[1] if _SHARED.fullmatch(best[1]) else None
