"""Renders ctrf-report.json: the Common Test Report Format (https://ctrf.io), one test for each claim."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from tuningfork.model import Verdict
from tuningfork.report.evidence import claim_text, exchanges_text, file_of_test, locate
from tuningfork.report.plain_text import block, line
from tuningfork.report.results import ClaimResult, Results
from tuningfork.report.sections import sections, source, title

SPEC_VERSION = "0.0.0"
STATUSES = {
    Verdict.PASSED: "passed",
    Verdict.FAILED: "failed",
    Verdict.WARNED: "other",
    Verdict.INFO: "passed",
    Verdict.NOT_VERIFIED: "skipped",
    Verdict.WAIVED: "skipped",
    Verdict.ERROR: "failed",
}
"""The status of each verdict; `rawStatus` has the verdict. An error is "failed", because it fails the run."""


def render(results: Results) -> str:
    """Return the JSON."""
    run = results.run
    seconds = {test.id: test.seconds for test in results.tests}
    started = datetime.fromisoformat(run.started)
    stopped = started + timedelta(seconds=run.seconds)
    report = {
        "reportFormat": "CTRF",
        "specVersion": SPEC_VERSION,
        "timestamp": stopped.isoformat(),
        "generatedBy": "tuningfork",
        "results": {
            "tool": {"name": "tuningfork", "version": run.version},
            "summary": _summary(results, started, stopped),
            "tests": [_test(results, claim, seconds) for claim in results.claims],
            "environment": {"testEnvironment": line(run.target), "healthy": run.complete},
            "extra": {
                "seed": run.seed,
                "depth": run.depth,
                "requests": run.requests,
                "alarms": [*map(line, results.alarms)],
            },
        },
    }
    return json.dumps(report, indent=1) + "\n"


def _summary(results: Results, started: datetime, stopped: datetime) -> dict[str, int]:
    """Return the number of tests with each status, and the times of the run in milliseconds."""
    counts = Counter(STATUSES[claim.verdict] for claim in results.claims)
    return {
        "tests": len(results.claims),
        **{status: counts[status] for status in ("passed", "failed", "skipped", "pending", "other")},
        "suites": len(sections(results)),
        "start": round(started.timestamp() * 1000),
        "stop": round(stopped.timestamp() * 1000),
        "duration": round(results.run.seconds * 1000),
    }


def _test(results: Results, claim: ClaimResult, seconds: dict[str, float]) -> dict[str, Any]:
    """Return a claim as a test; `seconds` has the durations of the tests of the run."""
    test = {
        "name": line(f"{claim.id} {claim.promise}"),
        "status": STATUSES[claim.verdict],
        "rawStatus": claim.verdict,
        "duration": round(1000 * sum(seconds.get(each, 0.0) for each in claim.tests)),
        "suite": [line(title(results, claim.api)), line(claim.section)],
        "tags": [claim.level],
        "type": "contract",
        "filePath": block(file_of_test(results, claim)),
        "extra": {
            "claim": claim.id,
            "api": claim.api,
            "level": claim.level,
            "source": line(source(results, claim)),
            "curl": [block(each.command) for each in claim.violations if each.command],
        },
    }
    if claim.verdict is not Verdict.PASSED:
        test["line"] = locate(results, claim).line
        test["message"] = line(claim.reason or "")
        test["trace"] = claim_text(results, claim)
    if output := exchanges_text(claim):
        test["stdout"] = output.splitlines()
    return test
