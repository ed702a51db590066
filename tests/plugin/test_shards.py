"""`--shard I/N` runs a part of the tests; `tuningfork merge` makes one run of all parts."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from tuningfork.cli import main
from tuningfork.depth.digests import digest
from tuningfork.report.results import totals
from tuningfork.report.results_file import read

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout, Served

SUITE = """
import pytest

@pytest.mark.parametrize("limit", range(1, 13))
@claim("SC-TRACK-01")
def test_list(api, limit):
    api.get("/tracks", limit=limit).expect_ok()

@claim("SC-TRACK-06")
def test_missing(api):
    api.get("/tracks/9", limit=1).expect_ok()

@claim("SC-RATE-01", needs=("control:clock",))
def test_clock(controls, api):
    controls.clock(60)
    api.get("/tracks", limit=1).expect_ok()

@claim("SC-TRACK-03", needs=("write",))
def test_writing(api):
    api.get("/tracks", limit=1).expect_ok()

@claim("SC-TRACK-02", needs=("given:nothing",))
def test_without_data(api):
    api.get("/tracks", limit=1).expect_ok()
"""


def merge(*arguments: str | Path) -> int:
    return CliRunner().invoke(main, ["merge", *map(str, arguments)]).exit_code


def run_shard(checkout: Checkout, shard: str, *options: str) -> list[str]:
    """Run a shard on the mock; return the ids of its tests."""
    folder = f"shard-{shard.replace('/', '-')}"
    checkout.run("-n", "0", "--shard", shard, "--report-dir", folder, *options)
    return [test["id"] for test in results_of(checkout, folder)["tests"]]


def results_of(checkout: Checkout, folder: str) -> dict[str, Any]:
    return dict(json.loads((checkout.path / folder / "results.json").read_text(encoding="utf-8")))


def shards_of(checkout: Checkout, count: int, *options: str) -> list[list[str]]:
    """Run all shards on the mock; return the ids of the tests of each."""
    return [run_shard(checkout, f"{index}/{count}", *options) for index in range(1, count + 1)]


def test_every_test_is_in_one_shard(checkout: Checkout) -> None:
    checkout.suite(SUITE)
    checkout.run("-n", "0")
    all_tests = [test["id"] for test in checkout.results()["tests"]]

    shards = shards_of(checkout, 3)

    assert sorted(chain(*shards)) == sorted(all_tests)
    assert max(map(len, shards)) - min(map(len, shards)) <= 1


def test_shards_are_the_same_for_each_order_of_the_tests(checkout: Checkout) -> None:
    checkout.suite(SUITE)

    dealt = [set(run_shard(checkout, "1/3", f"--randomly-seed={seed}")) for seed in (1, 2)]

    assert dealt[0] == dealt[1] == set(run_shard(checkout, "1/3", "-p", "no:randomly"))


def test_exclusive_tests_are_in_one_shard(checkout: Checkout) -> None:
    checkout.suite(SUITE)

    shards = shards_of(checkout, 3)

    exclusive = [
        [test.partition("::")[2] for test in shard if "clock" in test or "writing" in test]
        for shard in shards
    ]
    assert [sorted(tests) for tests in exclusive] == [[], [], ["test_clock", "test_writing"]]


def test_measured_times_decide(checkout: Checkout) -> None:
    """Of 28 seconds, each of two shards has about 14; one of the first tests takes 13."""
    checkout.suite(SUITE)
    checkout.run("-n", "0")
    names = [test["id"] for test in checkout.results()["tests"]]
    rows = [
        {"test": name, "requests": 1, "seconds": 13 if name.endswith("test_list[1]") else 1} for name in names
    ]
    module = "suites/soundcloud/test_small.py"
    digests = {module: digest(checkout.path / module)}
    matrix = {"version": 1, "digests": digests, "faults": [], "tests": rows}
    (checkout.path / "specs/soundcloud/matrix.json").write_text(json.dumps(matrix), encoding="utf-8")

    first = [name.partition("::")[2] for name in run_shard(checkout, "1/2")]

    assert sorted(first) == ["test_list[10]", "test_list[11]", "test_list[12]", "test_list[1]"]


@pytest.mark.parametrize("workers", ["0", "2"])
def test_merged_shards_equal_a_whole_run(checkout: Checkout, workers: str) -> None:
    checkout.suite(SUITE)
    options = ("-n", workers)
    whole_code = checkout.run(*options).ret
    for index in (1, 2, 3):
        checkout.run(*options, "--shard", f"{index}/3", "--report-dir", f"part-{index}")

    code = merge("part-3", "part-1", "part-2", "--report-dir", "merged")

    whole, merged = (read(checkout.path / folder) for folder in ("reports", "merged"))
    assert code == whole_code == 1
    assert [(claim.id, claim.verdict, claim.reason) for claim in merged.claims] == [
        (claim.id, claim.verdict, claim.reason) for claim in whole.claims
    ]
    assert 0 <= merged.run.requests - whole.run.requests <= 4  # each process logs in
    assert [(each.operation, each.statuses, each.unseen_properties) for each in merged.operations] == [
        (each.operation, each.statuses, each.unseen_properties) for each in whole.operations
    ]
    failed = next(claim for claim in merged.claims if claim.id == "SC-TRACK-06")
    assert failed.violations[0].exchange is not None
    assert merged.totals == totals(merged.claims)


def test_merged_shards_of_a_real_suite_equal_a_whole_run(real_checkout: Checkout) -> None:
    """Of a faulty Audiosocket, read only: claims pass, fail and are not verified."""
    fault = ("--fault", "missing_token_returns_400", "--read-only")
    options = ("-n", "0", "--api", "audiosocket", "--claim", "AS-AUTH-*", *fault)
    whole_code = real_checkout.run(*options).ret
    for index in range(1, 5):
        real_checkout.run(*options, "--no-reports", "--shard", f"{index}/4", "--report-dir", f"part-{index}")

    code = merge(*(f"part-{index}" for index in range(1, 5)), "--report-dir", "merged")

    whole, merged = (read(real_checkout.path / folder) for folder in ("reports", "merged"))
    assert code == whole_code == 1
    assert {claim.id: claim.verdict for claim in merged.claims} == {
        claim.id: claim.verdict for claim in whole.claims
    }
    assert {"passed", "failed", "not verified"} == {claim.verdict for claim in merged.claims}
    assert {test.id: test.outcome for test in merged.tests} == {test.id: test.outcome for test in whole.tests}
    assert merged.run.requests <= 1.05 * whole.run.requests


def test_shard_of_nothing_verified_passes_and_the_merged_run_decides(checkout: Checkout) -> None:
    checkout.suite(
        '@claim("SC-TRACK-02", needs=("given:nothing",))\ndef test_one(api):\n    api.get("/tracks")\n'
    )

    codes = [
        checkout.run("-n", "0", "--shard", f"{index}/2", "--report-dir", f"part-{index}").ret
        for index in (1, 2)
    ]

    assert codes == [0, 0]
    assert merge("part-1", "part-2") == 5


def test_claim_of_other_shards_says_so(checkout: Checkout) -> None:
    checkout.suite(SUITE)
    shards = shards_of(checkout, 3)
    index = next(
        number for number, tests in enumerate(shards, 1) if not any("missing" in test for test in tests)
    )

    results = results_of(checkout, f"shard-{index}-3")

    claim = next(claim for claim in results["claims"] if claim["id"] == "SC-TRACK-06")
    assert (claim["verdict"], claim["reason"]) == ("not verified", "this shard has no test of it")
    folder = checkout.path / f"shard-{index}-3"
    assert f"This is shard {index}/3 of a run" in (folder / "summary.md").read_text(encoding="utf-8")
    assert f"<dd>{index}/3</dd>" in (folder / "index.html").read_text(encoding="utf-8")


def test_requirements_are_judged_when_merged(checkout: Checkout) -> None:
    checkout.suite(SUITE)
    options = ("--require", "SC-TRACK-02", "-k", "not missing")

    codes = [
        checkout.run("-n", "0", "--shard", f"{index}/2", "--report-dir", f"part-{index}", *options).ret
        for index in (1, 2)
    ]

    assert codes == [0, 0]
    assert merge("part-1", "part-2") == 1


def test_shards_share_rate_and_seed(checkout: Checkout, served: Served) -> None:
    """Each shard sends at its part of the rate, and all have the same seed without --seed."""
    checkout.suite(SUITE)
    checkout.target(served.settings, rate="4000/s")
    options = ("--target", "served", "-n", "0")

    for index in (1, 2):
        checkout.run(*options, "--shard", f"{index}/2", "--report-dir", f"part-{index}")

    seeds = {results_of(checkout, f"part-{index}")["run"]["seed"] for index in (1, 2)}
    assert len(seeds) == 1
    turns = {file.name for file in (checkout.path / ".tuningfork/served").glob("soundcloud/*/turn*")}
    assert {"turn-1", "turn-2"} <= turns


ORDER = """
import json
from pathlib import Path

def pytest_collection_finish(session):
    if hasattr(session.config, "workerinput"):
        Path("order.json").write_text(json.dumps([item.name for item in session.items]))
"""


def test_workers_that_share_a_target_run_exclusive_tests_last(checkout: Checkout, served: Served) -> None:
    """A test that uses a test hook is the last one, where it delays no others."""
    checkout.suite(SUITE)
    checkout.suite(ORDER, "conftest")
    checkout.target(served.settings)

    assert checkout.run("--target", "served", "-n", "2", "-k", "not missing").ret == 0

    order = json.loads((checkout.path / "order.json").read_text(encoding="utf-8"))
    assert order[-1] == "test_clock"
    assert len(order) == 15


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "a/b", "-1/2", "1/2/3", "²/3", ""])
def test_text_that_is_not_a_shard_is_refused(checkout: Checkout, text: str) -> None:
    checkout.suite(SUITE)

    assert f"--shard {text}: is not a shard" in checkout.expect_error("-n", "0", f"--shard={text}")
