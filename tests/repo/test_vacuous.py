"""No test of the suites can pass without reaching an expectation (judgement.py says what that means)."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import TypeGuard

import pytest
from tests.repo.judgement import Flow, Helpers

ROOT = Path(__file__).parents[2]
SRC, APIS = ROOT / "src/tuningfork", ROOT / "src/tuningfork/apis"
ENGINE = (
    "client/client",
    "testing/expect",
    "testing/malformed/values",
    "testing/malformed/bodies",
    "testing/listings",
    "testing/operation_requests",
    "testing/case_sender",
    "testing/robustness",
    "testing/pagination",
)
"""Modules of the engine whose helpers the suites call."""
SUITES = sorted(ROOT.glob("suites/*/test_*.py"))

HELPERS = """
    def at_least_one(items, lacking): ...

    def is_track(track):
        if not track["id"]:
            raise ExpectationFailed("an id", "none")

    def is_json(answer):
        if not answer.content:
            return
        is_track(answer.json)

    def make(api):
        try:
            return api.post("/tracks").expect_created()
        except ExpectationFailed:
            not_verified("no track is made")
"""
VACUOUS = {
    "an if without an else": """
        answer = api.post("/tracks")
        if answer.status == 201:
            is_track(answer.object)
    """,
    "an if without an else behind an expectation about something else": """
        api.get("/tracks").expect_ok()
        answer = api.post("/tracks")
        if answer.status == 201:
            is_track(answer.object)
    """,
    "an if without an else in a loop over a literal": """
        for fields in ({}, {"length": 1}):
            answer = api.post("/tracks", **fields)
            if answer.status == 201:
                assert answer.object
    """,
    "a continue": """
        for probe in operation_requests:
            if probe.only_reads:
                continue
            probe.send(api).expect_client_error()
    """,
    "an early return": """
        answer = api.post("/tracks")
        if answer.status == 409:
            return
        answer.expect_created()
    """,
    "an elif without an else": """
        answer = api.get("/tracks")
        if answer.status == 200:
            is_track(answer.object)
        elif answer.status >= 400:
            answer.expect_client_error()
    """,
    "one branch without an expectation": """
        answer = api.get("/tracks")
        if answer.status == 200:
            is_track(answer.object)
        else:
            print(answer)
    """,
    "a match without a wildcard": """
        match api.get("/tracks").status:
            case 200:
                api.get("/tracks").expect_ok()
    """,
    "a loop over what the target lists": """
        for track in api.get("/tracks").items:
            is_track(track)
    """,
    "a loop over a name for it": """
        found = api.everything("/tracks")
        for track in found:
            is_track(track)
    """,
    "a loop over a filtered list": """
        for probe in [one for one in operation_requests if one.only_reads]:
            probe.send(api).expect_ok()
    """,
    "a comprehension over what the target lists": """
        [is_track(track) for track in api.get("/tracks").items]
    """,
    "all of nothing": """
        assert all(track["id"] for track in api.get("/tracks").items)
    """,
    "not any of nothing": """
        assert not any(track.get("secret") for track in api.get("/tracks").items)
    """,
    "a while": """
        while api.get("/tracks").status == 503:
            api.get("/status").expect_ok()
    """,
    "an exception that is swallowed": """
        try:
            api.get("/tracks").expect_ok()
        except AssertionError:
            pass
    """,
    "an exception that is suppressed": """
        with suppress(ExpectationFailed):
            api.get("/tracks").expect_ok()
    """,
    "an expectation behind an and": """
        api.get("/tracks").status == 200 and is_track(api.get("/tracks/1").object)
    """,
    "an expectation in one half of a conditional": """
        is_track(api.get("/tracks/1").object) if api.get("/tracks").status == 200 else None
    """,
    "a function that is never called": """
        def judge():
            api.get("/tracks").expect_ok()
    """,
    "a helper that returns early": """
        is_json(api.get("/tracks"))
    """,
    "a helper that ends the test where it fails": """
        make(api)
    """,
    "an assumption": """
        assume(api.get("/tracks").status == 200)
    """,
    "only a request": """
        api.get("/tracks")
    """,
}
JUDGING = {
    "an expectation": """
        api.get("/tracks").expect_ok()
    """,
    "either and or": """
        answer = api.post("/tracks")
        if answer.status == 201:
            is_track(answer.object)
        else:
            answer.expect_client_error()
    """,
    "an end in the other branch": """
        answer = api.post("/tracks")
        if answer.status != 201:
            not_verified("no track is made")
        is_track(answer.object)
    """,
    "an if that raises": """
        answer = api.post("/tracks")
        if answer.status >= 500:
            raise ExpectationFailed("a status below 500", str(answer.status))
    """,
    "an expectation behind the if": """
        answer = api.post("/tracks")
        if answer.status == 201:
            is_track(answer.object)
        api.get("/tracks").expect_ok()
    """,
    "a loop over at least one": """
        for track in at_least_one(api.get("/tracks").items, "no track"):
            is_track(track)
    """,
    "a loop behind a guard": """
        found = [track for track in api.get("/tracks").items if track["title"]]
        if not found:
            not_verified("no track has a title")
        for track in found:
            is_track(track)
    """,
    "a loop over operations of the document": """
        for probe in operation_requests:
            probe.send(api).expect_client_error()
    """,
    "a loop over a constant": """
        for value in hostile.VALUES:
            api.get("/tracks", q=value).expect_ok()
    """,
    "all of at least one": """
        tracks = at_least_one(api.get("/tracks").items, "no track")
        assert all(track["id"] for track in tracks)
    """,
    "a judge that is passed on": """
        def judge(known):
            for track in at_least_one(known, "no track"):
                is_track(track)

        steadily(look, judge)
    """,
    "an attempt that is repeated while data changes": """
        for attempt in retry_while_changing(lambda: api.get("/tracks").items):
            with attempt as tracks:
                expect(api.get("/tracks").items, tracks, "tracks")
    """,
    "a lambda that is passed on": """
        api.eventually(lambda: api.get("/tracks").expect_ok())
    """,
    "an exception that ends the test": """
        try:
            api.get("/tracks").expect_ok()
        except OSError:
            not_verified("no connection")
    """,
    "an assertion that ends the test": """
        assert api.get("/tracks").items or not_verified("no track")
    """,
}


def skipped(body: str) -> list[int]:
    """The lines at which a test with this body can end without a judgement."""
    module = ast.parse(dedent(HELPERS) + "\ndef test(api, operation_requests):\n" + body)
    test = module.body[-1]
    assert isinstance(test, ast.FunctionDef)
    return list(Flow(Helpers([module])).vacuous(test))


def is_test(node: ast.AST) -> TypeGuard[ast.FunctionDef]:
    return isinstance(node, ast.FunctionDef) and node.name.startswith("test_")


def trees(*files: Path) -> list[ast.AST]:
    return [ast.parse(file.read_text(encoding="utf-8")) for file in files]


@cache
def helpers_of(suite: str) -> Helpers:
    """What all modules of a suite may call: the engine's helpers, its API's, and those of its conftest.py."""
    api = [file for file in sorted(APIS.glob(f"{suite}/*.py")) if file.stem not in ("checks", "rules")]
    api += sorted(ROOT.glob(f"suites/{suite}/support/*.py"))
    engine = [SRC / f"{name}.py" for name in ENGINE]
    jsonp, conftest = APIS.parent / "checks/jsonp.py", ROOT / f"suites/{suite}/conftest.py"
    return Helpers(trees(*engine, *api, jsonp, conftest))


@pytest.mark.parametrize("suite", SUITES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_each_test_reaches_an_expectation_on_every_path(suite: Path) -> None:
    (module,) = trees(suite)
    helpers = Helpers([module], helpers_of(suite.parent.name))

    tests = [node for node in ast.walk(module) if is_test(node)]
    vacuous = {test.name: lines for test in tests if (lines := list(Flow(helpers).vacuous(test)))}

    assert tests
    assert vacuous == {}, "these lines can end a test that has judged nothing"


@pytest.mark.parametrize("body", VACUOUS.values(), ids=VACUOUS)
def test_vacuous_test_is_found(body: str) -> None:
    assert skipped(body)


@pytest.mark.parametrize("body", JUDGING.values(), ids=JUDGING)
def test_test_that_always_judges_is_not_complained_of(body: str) -> None:
    assert skipped(body) == []
