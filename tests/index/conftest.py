"""The real model, unpacked once into the user's cache and shared by all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.encoders import e5_encoder
from index.encoders.e5_encoder import E5Encoder
from index.encoders.model_package import default_model_directory


@pytest.fixture(scope="session")
def model_directory() -> Path:
    return default_model_directory()


@pytest.fixture(scope="session")
def e5() -> E5Encoder:
    return E5Encoder()


@pytest.fixture(scope="session")
def float32() -> E5Encoder:
    """The default encoder as it is on a CPU that does not multiply 8 bits."""
    encoder = E5Encoder()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(e5_encoder, "multiplies_eight_bits", lambda: False)
        encoder.encode_queries(["opens the model"])
    return encoder
