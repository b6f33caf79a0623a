"""Runs the unpacked model in ONNX Runtime, the only user of that library."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.encoders.onnx_graph import GRAPH, STATE_LAYERS
from index.errors import ModelError

Ids = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float32]

_MAX_THREADS = 8  # matrices 384 wide have no work for more


class OnnxModel:
    """An open session; `run` may be called from several threads.

    Raises ModelError when the graph or its weights cannot be opened.
    """

    def __init__(self, directory: Path, *, graph: str = GRAPH, together: bool = True) -> None:
        """Open a graph in `directory`; its weights are mapped into memory, not read.

        All of `threads` work `together` on each batch, or only the one that calls `run`.
        """
        # Read when the runtime is first loaded. Without it, it keeps a device id and events in the
        # user's cache folder and sends them to its maker.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime

        # The runtime's own default counts the machine's cores, also those it may not use.
        self.threads = min(_MAX_THREADS, _usable_cores())
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads if together else 1
        options.inter_op_num_threads = 1
        # Threads that wait by spinning win 5 ms for one question, and take the cores from all
        # others: three times the processor time a question.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3  # errors only: warnings would end up among the messages
        try:
            self._session = onnxruntime.InferenceSession(
                directory / graph, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # the runtime's exceptions share no base but this
            raise ModelError(
                f"cannot open the model in {directory}: {_first_line(error)}; "
                "delete that folder to unpack it again"
            ) from error

    def run(self, ids: Ids, mask: Ids, *, with_states: bool) -> tuple[Numbers, Numbers | None]:
        """Encode one padded batch, `ids` and `mask` being (texts, tokens).

        Returns unit vectors (texts, dimension) and, when asked for, the states of STATE_LAYERS
        side by side, (texts, tokens, layers * dimension).
        """
        names = ["sentence_embedding"]
        if with_states:
            names += [f"hidden_{layer}" for layer in STATE_LAYERS]
        vectors, *states = self.outputs(names, ids, mask)
        return vectors, np.concatenate(states, axis=-1) if states else None

    def outputs(self, names: Sequence[str], ids: Ids, mask: Ids) -> list[Numbers]:
        """The graph's outputs of these names, for one padded batch."""
        try:
            made: list[Numbers] = self._session.run(
                names, {"input_ids": ids, "attention_mask": mask}
            )
        except Exception as error:
            raise ModelError(
                f"the model failed on {ids.shape[0]} texts of {ids.shape[1]} tokens: "
                f"{_first_line(error)}; free some memory and try again"
            ) from error
        return made


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
