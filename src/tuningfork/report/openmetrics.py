"""Renders metrics.txt: the figures of a run in OpenMetrics, which Prometheus and GitLab read.

All metrics are gauges, because each file describes one run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from tuningfork.report.plain_text import line
from tuningfork.report.results import Results

Labels = dict[str, str]
Sample = tuple[Labels, float]


def render(results: Results) -> str:
    """Return the text, which ends with `# EOF`."""
    return "\n".join([*_lines(results), "# EOF"]) + "\n"


def _lines(results: Results) -> Iterator[str]:
    """Yield the lines of every metric."""
    run = results.run
    started = datetime.fromisoformat(run.started).timestamp()
    claims = Counter((claim.api, claim.verdict, claim.level) for claim in results.claims)
    tests = Counter((test.api, test.outcome) for test in results.tests)
    labels = {"target": run.target, "version": run.version, "depth": run.depth}
    yield from _metric("run_info", "The target, the version and the depth.", [(labels, 1)])
    yield from _metric("run_complete", "Whether the run ended as planned.", [({}, int(run.complete))])
    yield from _metric("run_started_timestamp_seconds", "When the run started.", [({}, started)])
    yield from _metric("run_duration_seconds", "How long the run took.", [({}, run.seconds)])
    yield from _metric("run_requests", "Requests that the run sent.", [({}, run.requests)])
    yield from _metric(
        "run_alarms", "Reasons that fail the run besides its claims.", [({}, len(results.alarms))]
    )
    yield from _metric(
        "claims",
        "Claims by API, verdict and level.",
        [
            ({"api": api, "verdict": verdict, "level": level}, number)
            for (api, verdict, level), number in sorted(claims.items())
        ],
    )
    yield from _metric(
        "tests",
        "Tests by API and outcome.",
        [({"api": api, "outcome": outcome}, number) for (api, outcome), number in sorted(tests.items())],
    )
    yield from _operations(results)


def _operations(results: Results) -> Iterator[str]:
    """Yield the responses and the response times of each operation."""
    operations = [({"api": each.api, "operation": each.operation}, each) for each in results.operations]
    yield from _metric(
        "operation_responses",
        "Responses by operation and status.",
        [
            (labels | {"status": status}, number)
            for labels, each in operations
            for status, number in each.statuses.items()
        ],
    )
    yield from _metric(
        "operation_response_seconds",
        "Response times by operation: median and 95th percentile.",
        [
            (labels | {"percentile": percentile}, milliseconds / 1000)
            for labels, each in operations
            for percentile, milliseconds in (("50", each.p50_ms), ("95", each.p95_ms))
        ],
    )


def _metric(name: str, meaning: str, samples: Iterable[Sample]) -> Iterator[str]:
    """Yield the type, the help and the samples of a metric."""
    yield f"# TYPE tuningfork_{name} gauge"
    if name.endswith("_seconds"):
        yield f"# UNIT tuningfork_{name} seconds"
    yield f"# HELP tuningfork_{name} {meaning}"
    for labels, number in samples:
        pairs = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        yield f"tuningfork_{name}{{{pairs}}} {number!r}" if pairs else f"tuningfork_{name} {number!r}"


def _escaped(text: str) -> str:
    """Return the value of a label with backslashes and quotes escaped."""
    return line(text).replace("\\", "\\\\").replace('"', '\\"')
