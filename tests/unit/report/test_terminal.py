"""The results of a run as the terminal shows them."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import product

import pytest
from rich.console import Console
from tests.unit.report.conftest import MakeClaim, MakeResult, MakeViolation, build_results

from tuningfork.report import table
from tuningfork.report.results import Api, Results, RunInfo
from tuningfork.report.terminal import print_results

LINES, COLUMNS = 24, 80
LINES_BEFORE_RESULTS = 5
"""The command, the header, pytest's empty line, and a prompt of two lines."""


def printed(results: Results, width: int = 100, *, verbose: bool = False) -> str:
    file = io.StringIO()
    print_results(results, table.console(file, width), verbose=verbose)
    return file.getvalue()


@pytest.fixture
def green_results(run_info: RunInfo, make_claim: MakeClaim, make_result: MakeResult) -> Results:
    """A green run of three APIs, with notes on claims and two skipped tests of each API."""
    apis = {name: Api(title=name.capitalize()) for name in ("audioboo", "audiosocket", "soundcloud")}
    claims = [
        replace(make_claim(f"{api}-{number}", note="The document contradicts itself."), api=api)
        for api, number in product(apis, range(80))
    ]
    test_results = [make_result(claim.id) for claim in claims] + [
        make_result(f"{api}-{number}", "not verified", f"t.py::{api}{number}", reason=f"no list of {number}")
        for api, number in product(apis, range(2))
    ]
    return build_results(run_info.model_copy(update={"apis": apis}), claims, test_results)


def test_green_run_fits_80_columns_and_24_lines(green_results: Results) -> None:
    lines = printed(green_results, COLUMNS).splitlines()

    assert len(lines) + LINES_BEFORE_RESULTS <= LINES
    assert max(len(line) for line in lines) <= COLUMNS
    assert [line.split() for line in lines[:3]] == [
        [title, "80", "claims", "80", "verified"] for title in ("Audioboo", "Audiosocket", "Soundcloud")
    ]
    assert lines[3] == "240 claims: 240 passed; 246 tests, 2,100 requests, seed 7, 2 s"
    assert lines[4].startswith("6 tests could not decide; other tests verified their claims")
    assert lines[5] == "reports: reports/ (index.html, results.json, junit.xml, ...)"


def test_verbose_shows_sections_notes_and_reasons_of_skipped_tests(green_results: Results) -> None:
    text = printed(green_results, verbose=True)

    assert "section  claims  verified  failed  tests  requests" in text
    assert "audioboo-0: The document contradicts itself." in text
    assert "3: no list of 1" in text
    assert "contradicts itself" not in printed(green_results)


def test_failed_claim_is_printed_once_with_all_its_details(results: Results) -> None:
    text = printed(results)

    assert text.isascii()
    start = text.index("SC-A-02 failed (MUST): The promise of SC-A-02")
    rows = [line.split(":")[0].strip() for line in text[start:].split("\n\n")[0].splitlines()[1:]]
    assert rows == ["source", "expected", "found", "exchange", '{"access_token"', "reproduce", "run again"]
    assert text.count("SC-A-02 failed") == 1
    assert "  source:    G Tokens, https://docs.test/guide" in text
    assert '  found:     "\\x1b[31mred" <b> (at status)' in text
    url = "https://api.example.test/tracks?limit=2&secret_token=$SECRET_TOKEN"
    assert f"  exchange:  GET {url} -> 200 OK:" in text
    assert f'  reproduce: curl "{url}" -H' in text
    assert "  run again: tuningfork run t.py::SC-A-02\n" in text


def test_other_broken_claims_have_one_line_each(results: Results) -> None:
    text = printed(results)

    assert "SC-A-03 warned (SHOULD): GET /tracks: expected 401; found 200\n" in text
    assert "SC-A-04 info (MAY): GET /tracks: expected 401; found 200\n" in text
    assert text.index("SC-A-02 failed") < text.index("SC-A-03 warned") < text.index("SC-A-04 info")
    assert "SC-A-03 warned (SHOULD): The promise" in printed(results, verbose=True)


def test_claims_without_verdict_are_grouped_by_reason(results: Results) -> None:
    text = printed(results)

    assert "error: 1 claim\n  KeyError: 'x': SC-B-01\n" in text
    assert "not verified: 2 claims\n  add users.second: SC-C-01, SC-C-02\n" in text
    assert "could not decide" not in text  # the claims of the skipped tests are listed above


def test_first_of_several_violations_is_printed(
    run_info: RunInfo, make_claim: MakeClaim, make_result: MakeResult, make_violation: MakeViolation
) -> None:
    violations = tuple(make_violation(found=found) for found in ("200", "500", "501"))
    result = make_result(outcome="failed", violations=violations)
    results = build_results(run_info, [make_claim()], [result])

    assert printed(results).count("found:") == 1
    assert "  2 more violations: see -v, or the reports\n" in printed(results)
    assert printed(results, verbose=True).count("found:") == 3


def test_totals_are_the_last_lines(results: Results) -> None:
    *_, totals = printed(results).split("\n\n")

    assert " ".join(totals.split()) == (
        "SoundCloud 7 claims 4 verified 1 failed 1 warned 1 info 2 not verified 1 error "
        "7 claims: 1 passed, 1 failed, 1 warned, 1 info, 2 not verified, 1 error; "
        "7 tests, 2,100 requests, seed 7, 2 s reports: reports/ (index.html, results.json, junit.xml, ...)"
    )


def test_section_is_a_row(results: Results) -> None:
    lines = [line.split() for line in printed(results, verbose=True).splitlines()]

    assert ["Tokens", "4", "4", "1", "1", "1", "0", "0", "4", "12"] in lines


@pytest.mark.parametrize(("asked", "used"), [(40, 80), (100, 100), (300, 120)])
def test_width_is_80_to_120_columns(results: Results, asked: int, used: int) -> None:
    lines = [line for line in printed(results, asked).splitlines() if "curl" not in line]

    assert max(len(line) for line in lines) <= used
    assert table.console(io.StringIO(), asked).width == used


def test_terminal_gets_colours_but_no_control_sequences_of_the_target(results: Results) -> None:
    file = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    print_results(
        results,
        Console(file=file, force_terminal=True, width=100, color_system="standard"),
        verbose=True,
    )
    file.seek(0)
    text = file.read()

    assert "─" in text
    assert "\x1b[1;31mSC-A-02 failed" in text
    assert "\x1b[31mred" not in text


def test_pipe_gets_no_control_sequences(results: Results) -> None:
    assert "\x1b" not in printed(results, verbose=True)


def test_problems_are_printed(results: Results) -> None:
    problem = "SC-A-01: passes again; remove its deviation"

    assert f"\n{problem}\n" in printed(results.model_copy(update={"problems": [problem]}))


def test_notes_and_assumed_claims_are_printed_if_verbose(results: Results) -> None:
    first, second, *rest = results.claims
    with_note = first.model_copy(update={"note": "The document contradicts RFC 9110."})
    assumed = second.model_copy(update={"source": "A, after G 200"})

    text = printed(results.model_copy(update={"claims": [with_note, assumed, *rest]}), verbose=True)

    assert f"{first.id}: The document contradicts RFC 9110." in text
    assert f"{second.id}: assumed, because no document states it" in text
