"""Milvus (https://milvus.io), or Milvus Lite as a file or a server; the only importer of pymilvus.

Written to what Milvus and Milvus Lite do alike: upsert and never insert, inner product only,
`output_fields` always given, no empty `in`, no filter templates, client-side ranking.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.backends.backend import Address, Among, Cover, Row
from index.backends.milvus_errors import one_line, reason
from index.errors import BackendError

# Seconds to wait for a connection, and for one call.
CONNECT, CALL = 10, 60
# Rows a call: Milvus takes 64 MB, and a row has some 3 KB.
BATCH = 500
# Up to so many rows every vector is compared, which is exact; more get a graph (HNSW, Malkov &
# Yashunin 2018, arXiv 1603.09320, with the parameters that its index is usually built with).
EXACT = 200_000
GRAPH = {"M": 16, "efConstruction": 200}
# A passage without terms: an empty sparse vector is refused. The id is of no term, the weight none.
NO_WORDS = {0: 1e-9}

# A connection of its own tries at once, whatever became of others to the same address. It asks for
# signs of life only during a call: a server may take those of an idle one for an attack.
CHANNEL = {
    "grpc.use_local_subchannel_pool": 1,
    "grpc.max_reconnect_backoff_ms": 1000,
    "grpc.keepalive_permit_without_calls": 0,
    "grpc.keepalive_time_ms": 60_000,
}
# "The collection is not loaded": Milvus Lite's server forgets that when it starts again.
NOT_LOADED = 101

_VECTOR, _WORDS = "vector", "words"
_NUMBERS = ("born", "site", "day")


class Milvus:
    """A connection to Milvus; see `backend.Backend`."""

    most = 16_384  # offset + limit of one search (Milvus' limits)

    def __init__(self, address: Address) -> None:
        """Connect. Raises BackendError: not installed, unreachable, or refused."""
        self._uri = address.uri
        remote = "://" in address.uri
        if not remote:
            # Rows not yet in a segment are searched one by one in Python: keep them few.
            os.environ.setdefault("MILVUS_LITE_MEMTABLE_MEMORY_LIMIT_BYTES", "1000000")
            Path(address.uri).parent.mkdir(parents=True, exist_ok=True)
        # What goes wrong with a connection is raised; here it would be printed as well.
        os.environ.setdefault("GRPC_VERBOSITY", "NONE")
        try:
            from pymilvus import DataType, MilvusClient
            from pymilvus.exceptions import MilvusException
        except ImportError:
            raise BackendError(
                "Milvus is not installed: in Kutip's folder, pip install '.[milvus]'"
            ) from None
        # Every error is raised as well; here they would be printed with their tracebacks.
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
        self._types, self._failure = DataType, MilvusException
        options: dict[str, Any] = {}
        if address.ca:
            options["ca_pem_path"] = address.ca
            _read(address.ca, "certificates")
        if address.uri.startswith("https://"):
            options["secure"] = True
        with self._errors():
            self._client = MilvusClient(
                uri=address.uri, token=_token(address), timeout=CONNECT, dedicated=True,
                grpc_options=CHANNEL, **options,
            )  # fmt: skip

    def create(self, name: str, *, dimension: int, size: int) -> None:
        """See `Backend`."""
        types = self._types
        with self._errors():
            self._client.drop_collection(name, timeout=CALL)
            schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
            schema.add_field("id", types.VARCHAR, is_primary=True, max_length=64)
            for field in _NUMBERS:
                schema.add_field(field, types.INT64)
            schema.add_field(_VECTOR, types.FLOAT_VECTOR, dim=dimension)
            schema.add_field(_WORDS, types.SPARSE_FLOAT_VECTOR)
            indexes = self._client.prepare_index_params()
            kind: dict[str, Any] = {"index_type": "FLAT"}
            if size > EXACT:
                kind = {"index_type": "HNSW", "params": GRAPH}
            indexes.add_index(_VECTOR, metric_type="IP", **kind)
            indexes.add_index(_WORDS, index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
            for field in _NUMBERS:
                indexes.add_index(field, index_type="INVERTED")
            self._client.create_collection(
                name, schema=schema, index_params=indexes, consistency_level="Strong",
                timeout=CALL,
            )  # fmt: skip
            self._client.load_collection(name, timeout=CALL)

    def drop(self, name: str) -> None:
        """See `Backend`."""
        with self._errors():
            self._client.drop_collection(name, timeout=CALL)

    def names(self, prefix: str) -> list[str]:
        """See `Backend`."""
        with self._errors():
            found = self._client.list_collections(timeout=CALL)
        return [name for name in found if name.startswith(prefix)]

    def upsert(self, name: str, rows: Sequence[Row]) -> None:
        """See `Backend`."""
        for start in range(0, len(rows), BATCH):
            written = [
                {
                    "id": row.id,
                    "born": row.born,
                    "site": row.site,
                    "day": row.day,
                    _VECTOR: row.vector.tolist(),
                    _WORDS: dict(row.words) or NO_WORDS,
                }
                for row in rows[start : start + BATCH]
            ]
            with self._errors():
                self._client.upsert(name, written, timeout=CALL)

    def loaded(self, name: str) -> None:
        """See `Backend`. Milvus allows one flush in ten seconds, so only here."""
        with self._errors():
            self._client.flush(name, timeout=10 * CALL)

    def delete(self, name: str, ids: Sequence[str]) -> None:
        """See `Backend`."""
        for start in range(0, len(ids), BATCH):
            with self._errors():
                self._client.delete(name, ids=list(ids[start : start + BATCH]), timeout=CALL)

    def delete_since(self, name: str, generation: int) -> None:
        """See `Backend`."""
        with self._errors():
            self._client.delete(name, filter=f"born >= {generation}", timeout=CALL)

    def nearest(
        self, name: str, vector: npt.NDArray[np.float32], k: int, among: Among = None
    ) -> list[tuple[str, float]]:
        """See `Backend`."""
        # An exact index pays no heed to `ef`; a graph must look at more than it gives.
        return self._search(name, _VECTOR, vector.tolist(), k, among, {"ef": max(256, 2 * k)})

    def best(
        self, name: str, weights: Mapping[int, float], k: int, among: Among = None
    ) -> list[tuple[str, float]]:
        """See `Backend`."""
        return self._search(name, _WORDS, dict(weights), k, among, {}) if weights else []

    def ids(self, name: str) -> Iterator[str]:
        """See `Backend`."""
        with self._errors():
            pages = self._loaded(
                name,
                lambda: self._client.query_iterator(
                    name, filter='id != ""', output_fields=["id"], batch_size=5000, timeout=CALL
                ),
            )
            try:
                while page := pages.next():
                    yield from (row["id"] for row in page)
            finally:
                pages.close()

    def count(self, name: str) -> int:
        """See `Backend`."""
        with self._errors():
            found = self._loaded(
                name,
                lambda: self._client.query(
                    name, filter='id != ""', output_fields=["count(*)"], timeout=CALL
                ),
            )
        return int(found[0]["count(*)"])

    def close(self) -> None:
        """See `Backend`."""
        with self._errors():
            self._client.close()

    def _search(
        self,
        name: str,
        field: str,
        wanted: Any,
        k: int,
        among: Among,
        params: Mapping[str, Any],
    ) -> list[tuple[str, float]]:
        if k <= 0 or (isinstance(among, Sequence) and not among):
            return []
        with self._errors():
            found = self._loaded(
                name,
                lambda: self._client.search(
                    name,
                    [wanted],
                    anns_field=field,
                    limit=min(k, self.most),
                    filter=_expression(among),
                    output_fields=["id"],
                    search_params={"metric_type": "IP", "params": dict(params)},
                    timeout=CALL,
                ),
            )
        return [(hit["id"], float(hit["distance"])) for hit in found[0]]

    def _loaded(self, name: str, ask: Callable[[], Any]) -> Any:
        """Ask, and once more if the collection had to be loaded first."""
        try:
            return ask()
        except self._failure as error:
            if error.code != NOT_LOADED:
                raise
            self._client.load_collection(name, timeout=CALL)
            return ask()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except self._failure as error:
            raise BackendError(f"{self._uri}: {reason(error)}") from None
        except (OSError, ValueError, RuntimeError) as error:
            raise BackendError(f"{self._uri}: {one_line(error)}; check the address") from None


def _expression(among: Among) -> str:
    """The filter, in Milvus' language: made of numbers and our own ids, never of what was typed."""
    if among is None:
        return ""
    if not isinstance(among, Cover):
        return f"id in {json.dumps(list(among))}"
    days = f"day >= {among.first} and day <= {among.last}"
    return days if among.sites is None else f"site in {list(among.sites)} and {days}"


def _token(address: Address) -> str:
    if not address.token_file:
        return os.environ.get("KUTIP_MILVUS_TOKEN", "")
    lines = _read(address.token_file, "token").splitlines()
    return lines[0].strip() if lines else ""


def _read(path: str, what: str) -> str:
    try:
        return Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BackendError(f"{path}: the {what} cannot be read ({error})") from None
