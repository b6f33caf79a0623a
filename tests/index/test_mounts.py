from __future__ import annotations

from pathlib import Path

import pytest

from index.mounts import shared_file_system

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
//box/my\\040files /mnt/my\\040files cifs rw 0 0
/dev/sdb1 /home/local ext4 rw 0 0
me@host: /home/me/far fuse.sshfs rw 0 0
half a line
"""


@pytest.mark.parametrize(
    ("directory", "kind"),
    [
        ("/var/kutip", None),
        ("/home/ani/.kutip", "nfs4"),
        ("/home/local/.kutip", None),
        ("/home/me/far/.kutip", "fuse.sshfs"),
        ("/mnt/my files/.kutip", "cifs"),
        ("/homework", None),
    ],
)
def test_shared_file_systems_are_told(directory: str, kind: str | None) -> None:
    assert shared_file_system(Path(directory), MOUNTS) == kind


def test_this_machine_has_a_table_or_not(tmp_path: Path) -> None:
    assert isinstance(shared_file_system(tmp_path), str | None)
