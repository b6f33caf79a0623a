"""The real model, unpacked once into the user's cache and shared by all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.encoders.e5_encoder import E5Encoder
from index.encoders.model_package import default_model_directory


@pytest.fixture(scope="session")
def model_directory() -> Path:
    return default_model_directory()


@pytest.fixture(scope="session")
def e5() -> E5Encoder:
    return E5Encoder()
