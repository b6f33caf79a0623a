"""What Milvus and its client library say when something fails, in Kutip's words."""

from __future__ import annotations

from typing import Any


def reason(error: Exception) -> str:
    """What went wrong, in one line with the next step, of an error that pymilvus raised."""
    # pymilvus says "illegal connection params or server unavailable" of all that goes wrong while
    # it connects, a refused token too; the call that failed knows better.
    said, code = one_line(getattr(error, "message", "") or error), ""
    failed: Any = error.__cause__
    if hasattr(failed, "details") and hasattr(failed, "code"):
        said, code = one_line(failed.details() or said), failed.code().name
    low = f"{code} {said}".casefold()
    if "open local milvus failed" in low or "locked" in low:
        return (
            "the file cannot be opened, another process may have it open; "
            "for several processes run: milvus-lite server --data-dir DIR --host 127.0.0.1"
        )
    if "ssl" in low or "handshake" in low or "certificate" in low:
        return f"no encrypted connection ({said}); check whether it is https, and --ca"
    if "database" in low and "not" in low:
        return f"{said}; create it, or leave it out of --uri"
    if "unimplemented" in low or "unknown method" in low:
        return (
            "what answers there is no Milvus, or of a version that pymilvus does not fit; check "
            "--uri (Milvus' own port is 19530) and the versions"
        )
    if "auth" in low or "permission" in low or "privilege" in low:
        return f"refused the token ({said}); check --token-file or KUTIP_MILVUS_TOKEN"
    if "connect" in low or "unavailable" in low or "deadline" in low or "timeout" in low:
        return "Milvus does not answer there; start it, or check --uri, and try again"
    if "not exist" in low or "not found" in low:
        return f"the collection is not there any more ({said}); run: kutip index --checksum"
    return f"Milvus refuses: {said}"


def one_line(error: object) -> str:
    """What an error says, on one line of bearable length."""
    said = " ".join(str(error).split())
    return said if len(said) <= 200 else f"{said[:199]}…"
