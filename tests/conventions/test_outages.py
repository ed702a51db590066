"""An outage passes; a gateway that notices its end too late is not the API."""

from __future__ import annotations

from pathlib import Path

import yaml
from tests.conventions.harness import DeclaredApi

LIBRARY = Path(__file__).parent / "declarations/library.yaml"


def test_gateway_that_notices_the_end_of_an_outage_late_is_not_accused(tmp_path: Path) -> None:
    declared = yaml.safe_load(LIBRARY.read_text(encoding="utf-8"))

    audit = DeclaredApi(tmp_path).audit(declared, ["gateway_refuses_*"], "--variants")

    assert [variant["verdict"] for variant in audit["variants"]] == ["fair"]


def test_outage_that_lasts_longer_is_found(tmp_path: Path) -> None:
    declared = yaml.safe_load(LIBRARY.read_text(encoding="utf-8"))

    audit = DeclaredApi(tmp_path).audit(declared, ["outages_last_longer", "gets_fail_after_an_outage"])

    assert [fault["verdict"] for fault in audit["faults"]] == ["killed", "killed"]
