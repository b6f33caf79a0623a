from __future__ import annotations

import pytest

from api.serving import bind
from index.errors import InputError


def test_a_port_is_had_once() -> None:
    with bind("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(InputError, match=f"port {port} on 127.0.0.1 cannot be had"):
            bind("127.0.0.1", port)
