"""The encoder, whichever it is: what the rest of the project imports."""

from __future__ import annotations

from pathlib import Path

from index.encoders.e5_encoder import E5Encoder
from index.encoders.encoding import Encoder, Encoding, TokenStates
from index.errors import ModelError

__all__ = ["Encoder", "Encoding", "TokenStates", "load_encoder"]


def load_encoder(model: str | None = None) -> Encoder:
    """Return the encoder named `model`, or the default one; its weights are loaded on first use.

    `model` is an encoder's `name`, a folder holding a sentence-transformers model, or the name of
    one on the Hugging Face hub.
    Raises ModelError for an empty name or one that is plainly a path and leads nowhere; a model
    that cannot be loaded raises it on first use.
    """
    if model is None or model == E5Encoder.name:
        return E5Encoder()
    path = Path(model).expanduser()
    looks_like_path = path.is_absolute() or model.startswith((".", "~")) or model.count("/") > 1
    if not model.strip() or (looks_like_path and not path.is_dir()):
        raise ModelError(
            f"no model folder {model!r}; name an existing folder or a sentence-transformers "
            "model, or leave it out for the default"
        )
    from index.encoders.sentence_encoder import SentenceEncoder

    return SentenceEncoder(model)
