"""A suite that may not write changes nothing, whatever its tests are called."""

from __future__ import annotations

import json

import pytest
from tests.audit.conftest import REPOSITORY, Audit

from tuningfork import apis

SAFE = ("GET", "HEAD", "OPTIONS")
TOKENS = ("POST /oauth",)
"""A token is asked for by POST; it is nobody's thing."""


@pytest.mark.parametrize("api", apis.names())
def test_read_only_run_changes_nothing(api: str, audit: Audit) -> None:
    suites = [str(REPOSITORY / "suites" / name) for name in (api, "conventions")]

    result = audit.run(f"--api={api}", "--read-only", *suites)

    assert result.ret == 0
    results = json.loads((audit.pytester.path / "reports" / "results.json").read_text(encoding="utf-8"))
    writing = [one for one in results["operations"] if not one["operation"].startswith((*SAFE, *TOKENS))]
    assert writing, "writing is tried without the right to"
    changed = {
        one["operation"]: one["statuses"]
        for one in writing
        if any(status.startswith("2") for status in one["statuses"])
    }
    assert changed == {}
