"""What this computer's processor can do."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

_CPU_INFO = Path("/proc/cpuinfo")
_DOT_PRODUCTS = frozenset({"avx512_vnni", "avx_vnni"})


def multiplies_eight_bits() -> bool:
    """Whether the processor adds up products of 8-bit numbers exactly and fast (VNNI).

    Without these instructions x86 sums pairs of products in 16 bits, which overflow. Only Linux
    on x86 says so in a way that is read here: elsewhere the answer is no.
    """
    with suppress(OSError), _CPU_INFO.open(encoding="ascii", errors="replace") as lines:
        flags = next((line for line in lines if line.startswith("flags")), "")
        return not _DOT_PRODUCTS.isdisjoint(flags.split())
    return False
