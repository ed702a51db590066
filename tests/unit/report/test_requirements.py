from __future__ import annotations

import pytest

from tuningfork.report.requirements import unmet_requirements
from tuningfork.report.results import Requirements, Results

NEEDED = "add users.second (SC-C-01, SC-C-02); in error: KeyError: 'x' (SC-B-01)"


def requiring(results: Results, minimum: int = 0, *globs: str) -> list[str]:
    """Return the sentences for results of a run with these requirements."""
    requirements = Requirements(min_verified=minimum, require=list(globs))
    run = results.run.model_copy(update={"requirements": requirements})
    return unmet_requirements(results.model_copy(update={"run": run}))


def test_too_few_verified_claims_say_what_the_others_need(results: Results) -> None:
    """A violated claim counts as verified; one in error or without a decision does not."""
    assert requiring(results, 4) == []
    assert requiring(results, 5) == [f"only 4 of 7 claims are verified, 5 are required; {NEEDED}."]


@pytest.mark.parametrize("pattern", ["SC-A-01", "SC-A-*", "SC-A-0[1-4]"])
def test_claims_with_a_verdict_meet_a_requirement(results: Results, pattern: str) -> None:
    assert requiring(results, 0, pattern) == []


def test_each_glob_has_a_sentence_with_its_claims_only(results: Results) -> None:
    assert requiring(results, 0, "SC-C-01", "SC-A-*", "SC-[BC]-*") == [
        "SC-C-01 is required, but not every claim of it is verified; add users.second (SC-C-01).",
        f"SC-[BC]-* is required, but not every claim of it is verified; {NEEDED}.",
    ]
