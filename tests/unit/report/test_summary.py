"""summary.md: short for a green run, evidence for a failed one, and no markup of a target."""

from __future__ import annotations

import re

import pytest
from lxml import html
from markdown_it import MarkdownIt
from tests.unit.report.conftest import MakeClaim, MakeResult, build_results

from tuningfork.report import summary
from tuningfork.report.results import Results, RunInfo, totals

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def test_green_run_has_a_line_and_a_table(
    run_info: RunInfo, make_claim: MakeClaim, make_result: MakeResult
) -> None:
    claims = [make_claim(f"SC-A-{number:02}") for number in range(50)]
    results = build_results(run_info, claims, [make_result(claim.id) for claim in claims])

    assert summary.render(results).splitlines() == [
        "# Tuning Fork: staging",
        "",
        "✅ **50 claims: 50 passed.** 2,100 requests, seed 7, 2.5 s.",
        "",
        "| API | claims | passed | failed |",
        "| :-- | --: | --: | --: |",
        "| SoundCloud | 50 | 50 | 0 |",
        "",
    ]


def test_failure_has_promise_source_evidence_and_commands(all_verdicts: Results) -> None:
    text = summary.render(all_verdicts)

    assert (
        text.index("### SC-A-02 failed (MUST)") < text.index("### SC-B-01 error") < text.index("### SC-A-03")
    )
    for part in (
        "❌ **8 claims: 1 passed, 1 failed, 1 warned, 1 info, 2 not verified, 1 waived, 1 error.**",
        "The promise of SC-A-02\n\n- Source: [G Tokens](<https://docs.test/guide>)\n"
        "- Expected: 401\n- Found: ",
        "→ 200 OK</summary>\n\n```http\nGET https://api.example.test/tracks?limit=2&secret_token=$SECRET_TOKEN\n",
        '```http\n200 OK\nContent-Type: application/json\nSet-Cookie: s=$COOKIE; Path=/\n\n{"access_token"',
        "Reproduce:\n\n```sh\ncurl ",
        "Run the test again:\n\n```sh\ncd /home/ann/shop/api && tuningfork run t.py::SC-A-02\n```",
        "- Reason: KeyError: 'x'",
        "<summary>2 not verified</summary>\n\n- add users.second: SC-C-01, SC-C-02",
        "<summary>1 waived</summary>",
    ):
        assert part in text


def test_further_violations_are_folded_and_those_of_the_clean_up_say_so(all_verdicts: Results) -> None:
    claim = all_verdicts.claims[1]
    (violation,) = claim.violations
    others = [violation, violation.model_copy(update={"found": "500", "during_cleanup": True})]
    claims = [claim.model_copy(update={"violations": others})]

    first, _, rest = summary.render(all_verdicts.model_copy(update={"claims": claims})).partition(
        "<details><summary>1 more violation</summary>\n"
    )

    assert "- Expected: 401" in first
    assert "- During the clean-up of the test\n- Expected: 401\n- Found: 500" in rest
    assert rest.rstrip().endswith("</details>")


@pytest.mark.parametrize(
    ("verdicts", "sign"),
    [
        (("passed", "info", "waived", "not verified"), "✅"),
        (("passed", "warned"), "⚠️"),
        (("passed", "failed"), "❌"),
        (("passed", "error"), "❌"),
        (("not verified",), "❌"),
    ],
)
def test_sign_is_that_of_the_job(all_verdicts: Results, verdicts: tuple[str, ...], sign: str) -> None:
    claims = [claim for claim in all_verdicts.claims if claim.verdict in verdicts]
    selected = all_verdicts.model_copy(update={"claims": claims, "totals": totals(claims)})

    assert summary.render(selected).splitlines()[2].startswith(f"{sign} **{len(claims)} claim")


def test_incomplete_run_says_so(all_verdicts: Results) -> None:
    run = all_verdicts.run.model_copy(update={"complete": False, "lost": "no response"})
    text = summary.render(all_verdicts.model_copy(update={"run": run}))

    assert "The run did not complete.\n\n> **no response**" in text


def test_target_adds_no_element_and_leaves_no_code_block(hostile_results: Results) -> None:
    """The Markdown of a hostile target has the elements and the block structure of a friendly one."""
    page = html.fromstring(MARKDOWN.render(summary.render(hostile_results)))
    outside = " ".join(page.xpath("//text()[not(ancestor::pre)]"))

    assert {element.tag for element in page.iter()} == {
        "div", "h1", "h3", "p", "strong", "blockquote", "table", "thead", "tbody", "tr", "th", "td",
        "ul", "li", "a", "details", "summary", "pre", "code",
    }  # fmt: skip
    assert set(page.xpath("//a/@href")) == {"https://docs.test/guide"}
    assert [each.text for each in page.iter("h1")] == ["Tuning Fork: staging"]
    assert page.xpath("//code[not(parent::pre)]") == []
    assert "AAAA" not in outside
    assert not re.search(r"@team|://evil|www\.", outside)
    assert "<script>alert(1)</script>" in page.xpath("string(//pre)")


def test_summary_is_smaller_than_the_limit_and_names_what_it_leaves_out(hostile_results: Results) -> None:
    claims = [hostile_results.claims[1].model_copy(update={"id": f"SC-{number}"}) for number in range(100)]
    large = hostile_results.model_copy(update={"claims": claims})

    for limit in (summary.MAX_BYTES, 300_000):
        text = summary.render(large, limit)
        shown = text.count("### SC-")
        assert len(text.encode()) <= limit
        assert (
            f"{100 - shown} more claims left out, because a CI shows no more than 1 MiB: SC-{shown}, " in text
        )
