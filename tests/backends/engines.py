"""Engines to test with: Milvus Lite as a server in a process of its own, that can be killed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from index.backends.backend import MILVUS, Address
from index.backends.connecting import connect
from index.errors import BackendError

PATIENCE_SECONDS = 60


def let_go(address: Address) -> None:
    """Close a Milvus Lite file, which stays open in a process that opened it once."""
    if "://" not in address.uri:
        from milvus_lite.server_manager import server_manager_instance

        server_manager_instance.release_server(address.uri)


class LiteServer:
    """Milvus Lite's server on a free port of this machine."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.address = Address(MILVUS, f"http://127.0.0.1:{self.port}")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.process = subprocess.Popen(
            [Path(sys.executable).parent / "milvus-lite", "server", "--data-dir", self.data,
             "--host", "127.0.0.1", "--port", str(self.port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            # Many small segments: the code a large collection meets, at the speed it meets it.
            env=os.environ | {"MILVUS_LITE_MEMTABLE_MEMORY_LIMIT_BYTES": "1000000"},
        )  # fmt: skip
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                connect(self.address).close()
                return
            except BackendError:
                if time.monotonic() > until or self.process.poll() is not None:
                    raise
                time.sleep(0.1)

    def kill(self) -> None:
        """End it as a power cut of its process would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
