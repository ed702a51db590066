"""Workflow commands of GitHub Actions: where they are shown, how many, and that a target adds none."""

from __future__ import annotations

import re

from tuningfork.report import annotations as github
from tuningfork.report.results import Results

COMMAND = re.compile(r"::(\w+) ([^:]*)::(.*)")


def commands(results: Results) -> list[tuple[str, str, str]]:
    """Return kind, properties and message of each line; every line is a command."""
    matches = [COMMAND.fullmatch(line) for line in github.render(results).split("\n")[:-1]]
    assert all(matches)
    return [(match[1], match[2], match[3]) for match in matches if match]


def test_failed_error_warned_and_info_are_shown_beside_their_tests(all_verdicts: Results) -> None:
    found = [(kind, properties) for kind, properties, _ in commands(all_verdicts)]

    assert found == [
        ("error", "file=api/t.py,line=1,title=SC-A-02 failed (MUST)"),
        ("error", "file=api/t.py,line=1,title=SC-B-01 error (MUST)"),
        ("warning", "file=api/t.py,line=1,title=SC-A-03 warned (SHOULD)"),
        ("notice", "file=api/t.py,line=1,title=SC-A-04 info (MAY)"),
    ]


def test_message_has_promise_evidence_and_commands(all_verdicts: Results) -> None:
    message = commands(all_verdicts)[0][2].replace("%0A", "\n")

    for part in ("The promise of SC-A-02", "expected:  401", "reproduce: curl", "run again: cd "):
        assert part in message


def test_target_cannot_add_a_command_or_a_property(hostile_results: Results) -> None:
    claim = hostile_results.claims[1]
    violation = claim.violations[0].model_copy(update={"test": "a,line=9::b\r\n::error::.py::test"})
    claims = [claim.model_copy(update={"violations": [violation]})]

    found = commands(hostile_results.model_copy(update={"claims": claims}))

    assert [kind for kind, _, _ in found] == ["error"] * 3
    assert found[-1][1] == "file=api/a%2Cline=9,line=1,title=SC-A-02 failed (MUST)"
    assert "%250A" in found[-1][2]


def test_at_most_ten_of_each_kind_and_the_last_counts_the_rest(all_verdicts: Results) -> None:
    failed, warned = all_verdicts.claims[1], all_verdicts.claims[2]

    exactly = commands(all_verdicts.model_copy(update={"claims": [failed] * 10}))
    more = commands(all_verdicts.model_copy(update={"claims": [failed] * 12 + [warned] * 11}))

    assert len(exactly) == 10
    assert [kind for kind, _, _ in more] == ["error"] * 10 + ["warning"] * 10
    assert more[9][2] == "3 more errors: see the summary of the job."
    assert more[19][2] == "2 more warnings: see the summary of the job."


def test_green_run_has_no_command(all_verdicts: Results) -> None:
    assert github.render(all_verdicts.model_copy(update={"claims": all_verdicts.claims[:1]})) == ""
