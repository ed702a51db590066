from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.unit.report.conftest import MakeClaim, MakeResult, build_results

import tuningfork
from tuningfork.report.needs import REASONS, missing, what_it_takes
from tuningfork.report.results import Api, Results, RunInfo

RunOf = Callable[..., Results]
READ_ONLY = "the request would change data, and the run is read-only"


@pytest.fixture
def run_of(run_info: RunInfo, make_claim: MakeClaim, make_result: MakeResult) -> RunOf:
    """Return the results of a run whose claims are not verified for the given reasons, one for each test."""

    def make(*reasons: str | list[str], options: tuple[str, ...] = ()) -> Results:
        by_claim = {
            f"SC-A-{number}": [each] if isinstance(each, str) else each for number, each in enumerate(reasons)
        }
        apis = {"soundcloud": Api(title="SoundCloud", settings=["base_url", "second_app"])}
        return build_results(
            run_info.model_copy(update={"apis": apis, "options": list(options)}),
            [make_claim(claim) for claim in by_claim],
            [
                make_result(claim, "not verified", f"t.py::{claim}-{number}", reason=reason)
                for claim, each in by_claim.items()
                for number, reason in enumerate(each)
            ],
        )

    return make


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("needs user", "add users.first"),
        ("needs user, user2, write", "add users.first and users.second, set writes = true"),
        ("needs user, login", "add users.first.username and users.first.password"),
        ("needs given:many_tracks", "add given.many_tracks"),
        ("needs given:second_app", "add second_app"),
        ("needs control:clock, control:reset", "set controls"),
        ("needs control:clock, write", "set controls and writes = true"),
        ("the target does not support the control /clock", "offer /clock below the URL of controls"),
        ("the target has no test hooks (`controls`)", "set controls"),
        (READ_ONLY, "set writes = true"),
    ],
)
def test_sentence_names_the_keys_of_tuningfork_toml(run_of: RunOf, reason: str, sentence: str) -> None:
    assert [each.sentence for each in missing(run_of(reason))] == [sentence]


def test_known_reasons_are_those_that_runs_give() -> None:
    package = Path(tuningfork.__file__).parent
    texts = [
        file.read_text(encoding="utf-8")
        for part in ("client", "pytest_plugin")
        for file in (package / part).glob("*.py")
    ]

    assert [reason for reason in REASONS if not any(f'"{reason}"' in text for text in texts)] == []


@pytest.mark.parametrize("reason", ["the list has no track", "needs more tracks", "no test of it ran"])
def test_other_reasons_are_not_of_the_target_s_table(run_of: RunOf, reason: str) -> None:
    results = run_of(reason)

    assert missing(results) == []
    assert what_it_takes(results) == {reason: ["SC-A-0"]}


def test_claim_is_only_in_the_group_of_all_its_needs(run_of: RunOf) -> None:
    results = run_of("needs user", "needs user, user2", "needs user2, user", "empty")

    assert [(each.sentence, each.claims) for each in missing(results)] == [
        ("add users.first and users.second", ("SC-A-1", "SC-A-2")),
        ("add users.first", ("SC-A-0",)),
    ]
    assert list(what_it_takes(results)) == [
        "add users.first and users.second", "add users.first", "empty",
    ]  # fmt: skip


def test_test_with_the_least_needs_decides(run_of: RunOf) -> None:
    results = run_of(["needs user, user2, write", "the list is empty", "needs user2"])

    assert [each.sentence for each in missing(results)] == ["add users.second"]


def test_read_only_option_is_named_instead_of_writes(run_of: RunOf) -> None:
    results = run_of("needs user, write", options=("--target", "staging", "--read-only"))

    assert [each.sentence for each in missing(results)] == ["add users.first, leave out --read-only"]


def test_writes_are_for_all_apis_and_other_keys_for_one(run_of: RunOf) -> None:
    results = run_of("needs write", "needs write", "needs user2", "needs user2")
    second = results.claims[1].model_copy(update={"api": "shop"})
    fourth = results.claims[3].model_copy(update={"api": "shop"})
    apis = {**results.run.apis, "shop": Api(title="Shop")}
    results = results.model_copy(
        update={
            "claims": [results.claims[0], second, results.claims[2], fourth],
            "run": results.run.model_copy(update={"apis": apis}),
        }
    )

    assert [(each.api, len(each.claims)) for each in missing(results)] == [
        ("", 2), ("soundcloud", 1), ("shop", 1),
    ]  # fmt: skip
    assert "Shop: add users.second" in what_it_takes(results)
