from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from tuningfork.load.report import as_markdown, describe
from tuningfork.load.results import SCHEMA_FILE, ClaimLoad, Count, LoadResults, schema
from tuningfork.model import Level
from tuningfork.report.exit_codes import Exit


def claim(verdict: str = "holds", level: Level = Level.MUST, judged: int = 5, **more: Any) -> ClaimLoad:
    values = {"holds_alone": True, "alone": Count(judged=1), "load": Count(judged=judged), "first": None}
    return ClaimLoad(
        id="A-1",
        api="a",
        level=level,
        promise="It works",
        verdict=verdict,
        **{**values, **more},  # type: ignore[arg-type]
    )


def results(*claims: ClaimLoad, **more: Any) -> LoadResults:
    values: dict[str, Any] = {
        "complete": True, "target": "t", "apis": ["a"], "users": 2, "seconds": 3.0, "seed": 1,
        "started": "now", "reproduce": "tuningfork load", "interrupted": False, "lost": {}, "failures": [],
        "notices": [],
        "errors": [], "scenarios": [], "operations": [],
    }  # fmt: skip
    return LoadResults(claims=list(claims), **{**values, **more})


BROKEN = claim("breaks under load")


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (results(claim()), Exit.OK),
        (results(BROKEN), Exit.FAILED),
        (results(claim("breaks alone")), Exit.FAILED),
        (results(claim("waived")), Exit.OK),
        (results(claim("breaks under load", Level.SHOULD)), Exit.OK),
        (results(), Exit.NOTHING_VERIFIED),
        (results(claim(judged=0)), Exit.NOTHING_VERIFIED),
        (results(claim(), lost={"a": "no response"}), Exit.ERROR),
        (results(BROKEN, lost={"a": "no response"}), Exit.FAILED),
        (results(BROKEN, failures=["KeyError"]), Exit.ERROR),
        (results(BROKEN, interrupted=True), Exit.INTERRUPTED),
    ],
)
def test_exit_code_is_the_first_that_applies(found: LoadResults, code: Exit) -> None:
    assert found.exit_code() is code


def test_published_schema_is_that_of_the_model() -> None:
    assert json.loads(SCHEMA_FILE.read_text()) == schema(), "publish it: json.dumps(schema(), indent=2)"


def test_results_match_the_schema() -> None:
    content = json.loads(results(BROKEN).model_dump_json(by_alias=True))

    jsonschema.Draft202012Validator(schema()).validate(content)
    assert content["schema"] == "tuningfork.load/1"


def test_only_a_claim_that_was_judged_alone_holds_alone() -> None:
    assert describe(BROKEN) == "holds alone, breaks under load"
    assert describe(claim("breaks under load", holds_alone=None)) == "breaks under load"


def test_markup_in_texts_of_a_target_is_escaped_in_markdown() -> None:
    text = as_markdown(results(claim(), notices=["<img src=x> [a](http://b)"]))

    assert "<img" not in text
    assert "[a](" not in text
