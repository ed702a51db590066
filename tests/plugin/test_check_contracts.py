"""`tuningfork check` with real responses and the shipped contract, and with invalid contracts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from tuningfork.cli import main

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout

CASES = Path(__file__).parent / "cases"
REPOSITORY = Path(__file__).parents[2]
TRACK_CLAIMS = {"SC-TRACK-01", "SC-TRACK-03", "SC-TRACK-04", "SC-TRACK-05"}


def check(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", *arguments])


@pytest.fixture
def check_recording(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Returns the output of `check --json` for each exchange of a recording."""
    monkeypatch.chdir(REPOSITORY)

    def check_recording(name: str) -> list[dict[str, Any]]:
        exchanges: list[dict[str, Any]] = json.loads(check("--json", str(CASES / name)).stdout)["exchanges"]
        return exchanges

    return check_recording


@pytest.mark.parametrize(
    ("name", "claim", "found"),
    [
        ("newline.yaml", "SC-TRACK-03", "2020/07/01 12:00:00 +0000"),
        ("nan.yaml", "SC-TRACK-01", "a body that is not JSON"),
    ],
)
def test_violation_names_the_claim_nearest_to_its_pointer(
    check_recording: Any, name: str, claim: str, found: str
) -> None:
    (exchange,) = check_recording(name)

    assert [broken["claim"] for broken in exchange["broken"]] == [claim]
    assert found in exchange["broken"][0]["found"]


@pytest.mark.parametrize("name", ["two.yaml", "kept.yaml"])
def test_track_without_informational_properties_violates_no_claim(check_recording: Any, name: str) -> None:
    first, second = check_recording(name)

    assert set(first["kept"]) >= TRACK_CLAIMS
    assert set(second["kept"]) >= TRACK_CLAIMS
    assert not first["broken"] + second["broken"]


def test_track_of_2021_has_no_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)

    result = check(str(CASES / "kept.yaml"))

    assert result.exit_code == 0
    assert "note:" not in result.output


def test_invalid_schema_exits_4(checkout: Checkout) -> None:
    add_schema(checkout, "{minimum: 0, exclusiveMinimum: true}")

    result = check(str(CASES / "nan.yaml"))

    assert result.exit_code == 4
    assert "openapi.yaml, #/components/schemas/Odd/exclusiveMinimum: " in result.output
    assert "#/components/schemas/Odd/exclusiveMinimum" in checkout.expect_error()


def test_keyword_of_openapi_3_0_prints_a_note_and_exits_0(checkout: Checkout) -> None:
    add_schema(checkout, "{nullable: true}")

    result = check("--json", str(CASES / "nan.yaml"))

    assert result.exit_code == 0
    assert "#/components/schemas/Odd/nullable: OpenAPI 3.1 ignores nullable" in result.stderr
    assert json.loads(result.stdout)


def add_schema(checkout: Checkout, schema: str) -> None:
    """Add the schema Odd to the document."""
    text = checkout.document.read_text()
    checkout.document.write_text(f"{text.rstrip()}\n  schemas:\n    Odd: {schema}\n")
