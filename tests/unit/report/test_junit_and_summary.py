from __future__ import annotations

from xml.etree import ElementTree as ET

from tuningfork.report import junit, summary
from tuningfork.report.results import OperationStats, Results


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
    assert "expected:  401" in failure.text
    assert (
        'reproduce: curl "https://api.example.test/tracks?limit=2&secret_token=$SECRET_TOKEN"' in failure.text
    )
    assert [each.text.split("\n")[0] for each in root.iter("system-out") if each.text] == ["warned", "info"]


def test_junit_has_a_failure_for_each_problem(results: Results) -> None:
    root = ET.fromstring(junit.render(results.model_copy(update={"problems": ["SC-A-01: passes \0again"]})))

    assert root.get("failures") == "2"
    assert root[-1][0].get("name") == "SC-A-01: passes \ufffdagain"


def test_summary_has_totals_sections_claims_and_reasons(results: Results) -> None:
    text = summary.render(results)

    assert "**SoundCloud: 7 claims, 4 verified, 1 failed, 1 warned, 1 info, 1 error, 2 not verified**" in text
    assert "| Search \\| lists | 2 |" in text
    assert "## Failed\n\n**SC-A-02** (MUST) The promise of SC-A-02" in text
    assert "- needs user2: SC-C-01, SC-C-02" in text
    assert "\x1b" not in text


def test_summary_lists_operations(results: Results) -> None:
    stats = OperationStats(
        api="soundcloud", operation="GET /tracks", statuses={"200": 1200, "401": 3}, p50_ms=1.25, p95_ms=9
    )

    text = summary.render(results.model_copy(update={"operations": [stats]}))

    assert "| `GET /tracks` | 200: 1200, 401: 3 | 1.2 | 9.0 |" in text


def test_summary_lists_notes_and_assumed_claims(results: Results) -> None:
    first, second, *rest = results.claims
    with_note = first.model_copy(update={"note": "The document contradicts RFC 9110."})
    assumed = second.model_copy(update={"source": "A, after G 200"})

    text = summary.render(results.model_copy(update={"claims": [with_note, assumed, *rest]}))

    assert f"{first.id}: The document contradicts RFC 9110." in text
    assert f"Assumed, because no document states it: {second.id}" in text


def test_summary_escapes_markup_of_a_target(results: Results) -> None:
    reason = "<img src=x> [click](https://evil.test) `code` ![i](x) @team ``` \n# head"
    claims = [each.model_copy(update={"reason": reason}) if each.reason else each for each in results.claims]

    text = summary.render(results.model_copy(update={"claims": claims}))

    assert "\\[click\\](https:&#47;/evil.test) \\`code\\`" in text
    assert "<img" not in text
    assert "@team" not in text
    assert "\n# head" not in text
