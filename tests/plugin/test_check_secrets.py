"""`tuningfork check` prints no secrets and no control characters of recorded traffic."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tuningfork.cli import main

TRAFFIC = Path(__file__).parents[1] / "unit/report/traffic"


@pytest.mark.parametrize("options", [(), ("--json",)])
@pytest.mark.parametrize("name", ["token.yaml", "boo.yaml"])
def test_secrets_in_known_locations_are_not_printed(name: str, options: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, ["check", str(TRAFFIC / name), *options])

    assert "service%5Bkey%5D=$KEY" in result.output or "token=$TOKEN" in result.output
    assert "NOBODY-MAY-SEE-THIS" not in result.output


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_escape_sequences_are_not_printed(tmp_path: Path, options: tuple[str, ...]) -> None:
    file = tmp_path / "method.har"
    file.write_text((TRAFFIC / "ansi.har").read_text().replace(r"\u001b]0;pwned\u0007\u009b2J", ""))

    result = CliRunner().invoke(main, ["check", str(file), *options])

    assert r"\x1b[31mT" in result.output.replace("\\\\", "\\")
    assert all(each.isprintable() or each == "\n" for each in result.output)
