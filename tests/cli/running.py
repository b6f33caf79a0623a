"""What a command said, and two articles to ask about."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

JAPAN = (
    "Vietnam dan Jepang memperluas pelatihan\nJumat, 5 Desember 2025\n"
    "Vietnam dan Jepang sepakat memperluas pelatihan keamanan siber di Tokyo.\n"
    "Kedua negara juga membahas perdagangan dan pangan bersama di forum itu.\n"
    "Komentar (0)\n"
)
RUSSIA = (
    "Rusia membangun pusat nuklir\n"
    "TEMPO.CO, Moskow - Rusia akan membangun pusat nuklir di Vietnam.\n"
    "Pusat nuklir itu dibangun untuk tujuan damai dan penelitian bersama.\n"
)


@dataclass
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)


Run = Callable[..., Ran]
