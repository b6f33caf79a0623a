"""A process that indexes a folder, to be killed: `python -m tests.backends.indexing DIR FOLDER`.

It says "ready" when everything is loaded, and "done" when the update has reported success.
"""

from __future__ import annotations

import sys
from pathlib import Path

from index.backends.backend import Place
from index.backends.connecting import connect
from index.store import Store
from tests.faults.world import collection


def main(directory: Path, folder: Path) -> None:
    with Store.open(directory) as store:
        place = Place.of(store.meta()["backend"])
    if place is not None and "://" in place.address.uri:  # a file has room for one
        connect(place.address).close()
    else:
        import pymilvus  # noqa: F401
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    collection(directory).update(folder)
    sys.stdout.write("done\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
