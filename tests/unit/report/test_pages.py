"""The same results as XML, Markdown and a table."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from tuningfork.report import junit, summary, table
from tuningfork.report.results import Operation, Results


def printed(results: Results, width: int = 100, **more: bool) -> str:
    file = io.StringIO()
    table.show(results, table.console(file, width), **more)
    return file.getvalue()


def test_junit_has_a_case_for_each_claim(results: Results) -> None:
    root = ET.fromstring(junit.render(results))

    assert {name: root.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "7", "failures": "1", "errors": "1", "skipped": "2",
    }  # fmt: skip
    assert [suite.get("name") for suite in root] == [
        "SoundCloud: Tokens", "SoundCloud: Errors", "SoundCloud: Search | lists",
    ]  # fmt: skip
    failure = root.find(".//failure")
    assert failure is not None
    assert failure.text is not None
    assert "expected: 401" in failure.text
    assert (
        'repeat:   curl "https://api.example.test/tracks?limit=2&secret_token=$SECRET_TOKEN"' in failure.text
    )
    assert [each.text.split("\n")[0] for each in root.iter("system-out") if each.text] == ["warned", "noted"]


def test_junit_says_why_a_deviation_fails_the_run(results: Results) -> None:
    root = ET.fromstring(junit.render(results.model_copy(update={"problems": ["SC-A-01: passes \0again"]})))

    assert root.get("failures") == "2"
    assert root[-1][0].get("name") == "SC-A-01: passes \ufffdagain"


def test_summary_is_a_page(results: Results) -> None:
    text = summary.render(results)

    assert (
        "**SoundCloud: 7 claims, 4 verified, 1 failed, 1 warned, 1 noted, 1 error, 2 not verified**" in text
    )
    assert "| Search \\| lists | 2 |" in text
    assert "## Failed\n\n**SC-A-02** (MUST) The promise of SC-A-02" in text
    assert "- needs user2: SC-C-01, SC-C-02" in text
    assert "\x1b" not in text


def test_the_table_tells_what_was_broken_and_ends_with_a_line(results: Results) -> None:
    text = printed(results)

    assert text.isascii()
    assert "SC-A-02 failed (MUST)" in text
    assert "promise   The promise of SC-A-02" in text
    assert "source    G Tokens, https://docs.test/guide" in text
    assert 'found     "\\x1b[31mred" <b> (at status)' in text
    assert (
        '  curl "https://api.example.test/tracks?limit=2&secret_token=$SECRET_TOKEN" -H "Authorization'
        in text
    )
    assert text.index("SC-A-02 failed") < text.index("SC-B-01 error") < text.index("SC-A-03 warned")
    assert "2 claims not verified\n  needs user2: SC-C-01, SC-C-02" in text
    last = " ".join(text.split("\n\n")[-1].split())
    assert last == (
        "SoundCloud: 7 claims, 4 verified, 1 failed, 1 warned, 1 noted, 1 error, 2 not verified;"
        " seed 7, 2,100 requests, 2.5 s, reports/"
    )


def test_a_section_is_a_row(results: Results) -> None:
    lines = [line.split() for line in printed(results).splitlines()]

    assert ["Tokens", "4", "4", "1", "1", "1", "0", "0", "4", "12"] in lines


@pytest.mark.parametrize(("asked", "used"), [(40, 80), (100, 100), (300, 120)])
def test_the_width_is_kept_in_bounds(results: Results, asked: int, used: int) -> None:
    lines = [line for line in printed(results, asked).splitlines() if "curl" not in line]

    assert max(len(line) for line in lines) <= used
    assert table.console(io.StringIO(), asked).width == used


def test_a_terminal_gets_lines_and_colours(results: Results) -> None:
    file = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    table.show(results, Console(file=file, force_terminal=True, width=100, color_system="standard"))
    file.seek(0)
    text = file.read()

    assert "─" in text
    assert "\x1b[1;31mSC-A-02 failed" in text
    assert "\x1b[31mred" not in text


def test_operations_are_shown_when_asked_for(results: Results) -> None:
    seen = Operation(
        api="soundcloud", operation="GET /tracks", statuses={"200": 1200, "401": 3}, p50_ms=1.25, p95_ms=9
    )
    results = results.model_copy(update={"operations": [seen]})

    assert "GET /tracks" not in printed(results)
    assert "GET /tracks  200: 1,200, 401: 3     1.2     9.0" in printed(results, operations=True)
    assert "| `GET /tracks` | 200: 1200, 401: 3 | 1.2 | 9.0 |" in summary.render(results)


def test_deviations_that_rot_are_told(results: Results) -> None:
    told = results.model_copy(update={"problems": ["SC-A-01: passes again; remove its deviation"]})

    assert "\nSC-A-01: passes again; remove its deviation\n" in printed(told)


@pytest.mark.parametrize("render", [printed, summary.render])
def test_what_a_reader_must_know_of_a_claim_is_told(
    results: Results, render: Callable[[Results], str]
) -> None:
    first, second, *rest = results.claims
    noted = first.model_copy(update={"note": "The document contradicts RFC 9110."})
    supposed = second.model_copy(update={"source": "A, after G 200"})

    text = " ".join(render(results.model_copy(update={"claims": [noted, supposed, *rest]})).split())

    assert f"{first.id}: The document contradicts RFC 9110." in text
    assert re.search(rf"{second.id}: assumed, since no|Assumed, since no document says it: {second.id}", text)


def test_summary_takes_no_markup_from_a_target(results: Results) -> None:
    said = "<img src=x> [click](https://evil.test) `code` ![i](x) @team ``` \n# head"
    claims = [one.model_copy(update={"reason": said}) if one.reason else one for one in results.claims]

    text = summary.render(results.model_copy(update={"claims": claims}))

    assert "\\[click\\](https:&#47;/evil.test) \\`code\\`" in text
    assert "<img" not in text
    assert "@team" not in text
    assert "\n# head" not in text
