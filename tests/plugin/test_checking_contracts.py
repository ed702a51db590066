"""What `check` says of real answers against the shipped contract, and of contracts that can't be used."""

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
OF_TRACKS = {"SC-TRACK-01", "SC-TRACK-03", "SC-TRACK-04", "SC-TRACK-05"}


def check(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", *arguments])


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What is told of each exchange of a recording."""
    monkeypatch.chdir(REPOSITORY)

    def told(name: str) -> list[dict[str, Any]]:
        exchanges: list[dict[str, Any]] = json.loads(check("--json", str(CASES / name)).stdout)["exchanges"]
        return exchanges

    return told


@pytest.mark.parametrize(
    ("name", "claim", "found"),
    [
        ("newline.yaml", "SC-TRACK-03", "2020/07/01 12:00:00 +0000"),
        ("nan.yaml", "SC-TRACK-01", "a body that is not JSON"),
    ],
)
def test_broken_claim_is_the_nearest_one(told: Any, name: str, claim: str, found: str) -> None:
    (exchange,) = told(name)

    assert [broken["claim"] for broken in exchange["broken"]] == [claim]
    assert found in exchange["broken"][0]["found"]


@pytest.mark.parametrize("name", ["two.yaml", "kept.yaml"])
def test_track_without_informational_members_keeps_its_claims(told: Any, name: str) -> None:
    first, second = told(name)

    assert set(first["kept"]) >= OF_TRACKS
    assert set(second["kept"]) >= OF_TRACKS
    assert not first["broken"] + second["broken"]


def test_track_of_2021_may_have_country_codes_and_no_access(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)

    result = check(str(CASES / "kept.yaml"))

    assert result.exit_code == 0
    assert "note:" not in result.output


def test_schema_that_is_none_is_refused_before_anything_is_judged(checkout: Checkout) -> None:
    _spoil(checkout, "{minimum: 0, exclusiveMinimum: true}")

    result = check(str(CASES / "nan.yaml"))

    assert result.exit_code == 4
    assert "openapi.yaml, #/components/schemas/Odd/exclusiveMinimum: " in result.output
    assert "#/components/schemas/Odd/exclusiveMinimum" in checkout.refused()


def test_keyword_of_openapi_3_0_is_noted_and_stops_nothing(checkout: Checkout) -> None:
    _spoil(checkout, "{nullable: true}")

    result = check("--json", str(CASES / "nan.yaml"))

    assert result.exit_code == 0
    assert "#/components/schemas/Odd/nullable: OpenAPI 3.1 ignores nullable" in result.stderr
    assert json.loads(result.stdout)


def _spoil(checkout: Checkout, schema: str) -> None:
    """Add a schema to the document."""
    text = checkout.document.read_text()
    checkout.document.write_text(f"{text.rstrip()}\n  schemas:\n    Odd: {schema}\n")
