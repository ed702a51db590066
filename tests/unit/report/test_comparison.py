from __future__ import annotations

import pytest

from tuningfork.model import Verdict
from tuningfork.report.comparison import IncomparableError, compare
from tuningfork.report.results import Results, totals

GROUP_OF = {
    ("passed", "failed"): "newly failing",
    ("warned", "failed"): "newly failing",
    ("passed", "error"): "newly failing",
    ("failed", "failed"): "still failing",
    ("failed", "error"): "still failing",
    ("failed", "passed"): "fixed",
    ("error", "passed"): "fixed",
    ("warned", "passed"): "fixed",
    ("passed", "warned"): "newly warned",
    ("not verified", "waived"): "newly warned",
    ("passed", "not verified"): "newly not verified",
    ("failed", "not verified"): "newly not verified",
    ("not verified", "passed"): "newly verified",
    ("failed", "waived"): "changed",
    ("error", "not verified"): "changed",
    ("passed", "passed"): "",
    ("warned", "warned"): "",
    (None, "passed"): "new",
    (None, "not verified"): "new",
    (None, "failed"): "newly failing",
    (None, "error"): "newly failing",
    ("failed", None): "gone",
}


def of(results: Results, verdict: str | None) -> Results:
    """Return results with one claim that has this verdict, or with none."""
    claims = [results.claims[0].model_copy(update={"verdict": Verdict(verdict)})] if verdict else []
    return results.model_copy(update={"claims": claims, "totals": totals(claims)})


@pytest.mark.parametrize(("verdicts", "group"), GROUP_OF.items())
def test_change_is_in_its_group(
    results: Results, verdicts: tuple[str | None, str | None], group: str
) -> None:
    before, after = verdicts

    changes = compare(of(results, before), of(results, after)).changes

    assert list(changes) == ([group] if group else [])
    for change in changes.get(group, []):
        assert (change.claim.id, change.before, change.after) == (results.claims[0].id, before, after)


def test_runs_of_different_depths_are_not_compared(results: Results) -> None:
    smoke = results.model_copy(update={"run": results.run.model_copy(update={"depth": "smoke"})})

    assert compare(smoke, smoke).previous.depth == "smoke"
    with pytest.raises(IncomparableError, match="the older run is at depth smoke, this one at full"):
        compare(smoke, results)
