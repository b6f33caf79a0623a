"""The options of servers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import Run


def test_options_of_a_server_need_one(indexed: Run, tmp_path: Path) -> None:
    for option in (["--port", "80"], ["--host", "::"], ["--password-file", str(tmp_path / "x")]):
        ran = indexed("mcp", *option)
        assert ran.code == 2
        assert "are for --http" in ran.err


def test_mcp_over_http_takes_them(indexed: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[int] = []
    monkeypatch.setattr(
        "api.mcp_server.serve_http", lambda _, *, port, **options: served.append(port)
    )
    assert indexed("mcp", "--http", "--port", "80").code == 0
    assert served == [80]


def test_a_password_file_in_the_environment_does_not_keep_mcp_from_standard_input(
    indexed: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[int] = []
    monkeypatch.setenv("KUTIP_PASSWORD_FILE", str(tmp_path / "password"))
    monkeypatch.setattr(
        "api.mcp_server.serve_stdio", lambda _, *, interrupted: served.append(interrupted)
    )
    assert indexed("mcp").code == 0
    assert served == [130]
