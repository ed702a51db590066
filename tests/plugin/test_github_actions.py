"""In a job of GitHub Actions a run prints annotations and adds summary.md to the page of the job."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout

SUITE = """
@claim("SC-TRACK-01")
def test_must(api):
    api.get("/tracks", limit=1).expect_status(202)

@claim("SC-TRACK-02")
def test_should(api):
    api.get("/tracks", limit=1).expect_status(202)
"""


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The environment of a job of GitHub Actions; the file of its summary, which an earlier command wrote."""
    file = tmp_path / "step-summary.md"
    file.write_text("# Before\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    return file


@pytest.mark.parametrize("options", [(), ("-q",), ("-n", "1")])
def test_broken_claims_are_annotated_once_at_the_end(
    checkout: Checkout, job: Path, options: tuple[str, ...]
) -> None:
    (checkout.path / ".git").mkdir()
    checkout.suite(SUITE)

    lines = checkout.run(*options).outlines

    commands = [line for line in lines if line.startswith("::")]
    assert [command.partition("::SC")[0] for command in commands] == [
        "::error file=suites/soundcloud/test_small.py,line=3,title=SC-TRACK-01 failed (MUST)",
        "::warning file=suites/soundcloud/test_small.py,line=7,title=SC-TRACK-02 warned (SHOULD)",
    ]
    assert "%0Areproduce:" in commands[0]


def test_summary_is_added_to_that_of_the_step(checkout: Checkout, job: Path) -> None:
    checkout.suite(SUITE)

    checkout.run()

    written = (checkout.path / "reports/summary.md").read_text()
    assert "### SC-TRACK-01 failed (MUST)" in written
    assert job.read_text() == f"# Before\n\n{written}"


def test_summary_leaves_room_for_the_one_before(checkout: Checkout, job: Path) -> None:
    job.write_text("x" * 999_000)
    checkout.suite(SUITE)

    checkout.run()

    assert "more claims left out" in job.read_text()
    assert job.stat().st_size < 2**20


def test_summary_that_cannot_be_written_is_a_warning(
    checkout: Checkout, job: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(job / "file"))
    checkout.suite(SUITE)

    result = checkout.run()

    assert result.ret == 1
    assert "::warning::GITHUB_STEP_SUMMARY can't be written (Not a directory)." in result.outlines


@pytest.fixture
def repository(checkout: Checkout) -> Iterator[Path]:
    """The folder above the checkout, as a Git repository."""
    folder = checkout.path.parent
    (folder / ".git").mkdir()
    yield folder
    (folder / ".git").rmdir()


def test_paths_start_at_the_root_of_the_repository(checkout: Checkout, job: Path, repository: Path) -> None:
    checkout.suite(SUITE)

    result = checkout.run()

    file = f"{checkout.path.relative_to(repository)}/suites/soundcloud/test_small.py"
    result.stdout.fnmatch_lines([f"::error file={file},line=3,*"])
    assert f'file="{file}"' in (checkout.path / "reports/junit.xml").read_text()


def test_other_environments_have_no_annotations(checkout: Checkout) -> None:
    checkout.suite(SUITE)

    assert not [line for line in checkout.run().outlines if line.startswith("::")]
