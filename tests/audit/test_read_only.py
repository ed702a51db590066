"""A suite that may not write changes nothing, whatever its tests are called."""

from __future__ import annotations

import json

from tests.audit.conftest import REPOSITORY, Audit

SAFE = ("GET", "HEAD", "OPTIONS")


def test_nothing_is_changed(audit: Audit) -> None:
    result = audit.run("--api=audiosocket", "--read-only", str(REPOSITORY / "suites" / "audiosocket"))

    assert result.ret == 0
    results = json.loads((audit.pytester.path / "reports" / "results.json").read_text(encoding="utf-8"))
    writing = [one for one in results["operations"] if not one["operation"].startswith(SAFE)]
    assert writing, "writing is tried without the right to"
    changed = {
        one["operation"]: one["statuses"]
        for one in writing
        if any(status.startswith("2") for status in one["statuses"])
    }
    assert changed == {}
