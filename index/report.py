"""What an update did, for people and as JSON."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True)
class Report:
    """What an update did, or with `dry_run` would do. The lists hold article ids.

    `moved` pairs the old id with the new one. `skipped` pairs what was not read (or has no prose)
    with the reason, `warnings` the articles that were read in part or with doubts with what was
    lost; `ignored` are files that nobody expects to be read, by the rule of their names. `kept`
    are articles whose file could not be read this time: the last good version stays. `encoded`
    counts the passages of which anything was encoded, `cut` those among them that were longer, with
    their context, than the encoder takes.
    """

    folder: str
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    moved: list[tuple[str, str]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    passages: int = 0
    encoded: int = 0
    cut: int = 0
    generation: int = 0
    seconds: float = 0.0
    dry_run: bool = False

    def __bool__(self) -> bool:
        """Whether readers can tell the difference."""
        return bool(self.added or self.changed or self.moved or self.removed)

    def to_dict(self) -> dict[str, Any]:
        """The report as a JSON object."""
        return asdict(self) | {"reasons": self.reasons()}

    def reasons(self) -> dict[str, dict[str, int]]:
        """How many were skipped, and read with losses or doubts, by the kind of reason."""
        groups = {"skipped": self.skipped, "warnings": self.warnings}
        return {
            name: dict(Counter(kind_of_reason(reason) for _, reason in pairs).most_common())
            for name, pairs in groups.items()
        }

    @property
    def complete(self) -> bool:
        """Whether everything was read, without a loss or a doubt."""
        return not (self.skipped or self.warnings or self.kept)


def kind_of_reason(reason: str) -> str:
    """A reason without what differs from file to file: its numbers and what it quotes."""
    return re.sub(r"“[^”]*”", "“…”", re.sub(r"\d[\d.,]*", "N", reason))
