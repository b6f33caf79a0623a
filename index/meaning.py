"""The one vector by which a passage is found, from those that are stored."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from index.store import Store


def passage_vectors(
    store: Store, own: Sequence[str], whole: Sequence[str], dimension: int
) -> npt.NDArray[np.float32]:
    """One vector a passage: the mean of that of its text and that of context and text together.

    They are given by their encodings' keys. The context says whom a passage is about; alone it
    would drown what the passage says. Raises CollectionError when one is missing.
    """
    mean = (store.encodings.vectors(own, dimension) + store.encodings.vectors(whole, dimension)) / 2
    return np.asarray(mean, dtype=np.float32)
