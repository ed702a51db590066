"""A read-only run of the suites changes nothing."""

from __future__ import annotations

import json

import pytest
from tests.audit.conftest import REPOSITORY, Audit

from tuningfork import apis

SAFE = ("GET", "HEAD", "OPTIONS")
TOKEN_ENDPOINTS = ("POST /oauth",)
"""Paths that issue tokens; a token is not a change of the target."""


@pytest.mark.parametrize("api", apis.names())
def test_read_only_run_changes_nothing(api: str, audit: Audit) -> None:
    suites = [str(REPOSITORY / "suites" / name) for name in (api, "conventions")]

    result = audit.run(f"--api={api}", "--read-only", *suites)

    assert result.ret == 0
    results = json.loads((audit.pytester.path / "reports" / "results.json").read_text(encoding="utf-8"))
    write_operations = [
        each for each in results["operations"] if not each["operation"].startswith((*SAFE, *TOKEN_ENDPOINTS))
    ]
    assert write_operations, "tests send write requests that the target must reject"
    changed = {
        each["operation"]: each["statuses"]
        for each in write_operations
        if any(status.startswith("2") for status in each["statuses"])
    }
    assert changed == {}
