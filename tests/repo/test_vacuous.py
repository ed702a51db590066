"""No test of the suites can pass without reaching an expectation; vacuity.py defines both."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import TypeGuard

import pytest
from tests.repo.vacuity import Flow, Helpers

ROOT = Path(__file__).parents[2]
SRC, APIS = ROOT / "src/tuningfork", ROOT / "src/tuningfork/apis"
ENGINE = (SRC / "client/client.py", *sorted(SRC.glob("testing/**/*.py")))
"""Modules of the engine whose helpers the suites call."""
SUITES = sorted(ROOT.glob("suites/*/test_*.py"))

HELPERS = """
    def at_least_one(items, lacking): ...

    def assert_track(track):
        if not track["id"]:
            raise ExpectationFailed("an id", "no id")

    def assert_json(response):
        if not response.content:
            return
        assert_track(response.json)

    def create(api):
        try:
            return api.post("/tracks").expect_created()
        except ExpectationFailed:
            not_verified("no track is created")
"""
VACUOUS = {
    "a sweep that sends nothing": """
        with expect_no_server_errors(api) as send:
            for path in find_paths():
                send("GET", path)
    """,
    "the same name in another block": """
        with open_connection(api) as send:
            send("GET", "/tracks")
    """,
    "an if without an else": """
        response = api.post("/tracks")
        if response.status == 201:
            assert_track(response.object)
    """,
    "an if without an else after an expectation about another response": """
        api.get("/tracks").expect_ok()
        response = api.post("/tracks")
        if response.status == 201:
            assert_track(response.object)
    """,
    "an if without an else in a loop over a literal": """
        for fields in ({}, {"length": 1}):
            response = api.post("/tracks", **fields)
            if response.status == 201:
                assert response.object
    """,
    "a continue": """
        for probe in operation_requests:
            if probe.only_reads:
                continue
            probe.send(api).expect_client_error()
    """,
    "an early return": """
        response = api.post("/tracks")
        if response.status == 409:
            return
        response.expect_created()
    """,
    "an elif without an else": """
        response = api.get("/tracks")
        if response.status == 200:
            assert_track(response.object)
        elif response.status >= 400:
            response.expect_client_error()
    """,
    "one branch without an expectation": """
        response = api.get("/tracks")
        if response.status == 200:
            assert_track(response.object)
        else:
            print(response)
    """,
    "a match without a wildcard": """
        match api.get("/tracks").status:
            case 200:
                api.get("/tracks").expect_ok()
    """,
    "a loop over what the target lists": """
        for track in api.get("/tracks").items:
            assert_track(track)
    """,
    "a loop over a variable that has the list": """
        tracks = api.everything("/tracks")
        for track in tracks:
            assert_track(track)
    """,
    "a loop over a filtered list": """
        for probe in [each for each in operation_requests if each.only_reads]:
            probe.send(api).expect_ok()
    """,
    "a comprehension over what the target lists": """
        [assert_track(track) for track in api.get("/tracks").items]
    """,
    "all of a list that may be empty": """
        assert all(track["id"] for track in api.get("/tracks").items)
    """,
    "not any of a list that may be empty": """
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
    "an expectation after an and": """
        api.get("/tracks").status == 200 and assert_track(api.get("/tracks/1").object)
    """,
    "an expectation in one half of a conditional": """
        assert_track(api.get("/tracks/1").object) if api.get("/tracks").status == 200 else None
    """,
    "a function that is never called": """
        def expect_list():
            api.get("/tracks").expect_ok()
    """,
    "a helper that returns early": """
        assert_json(api.get("/tracks"))
    """,
    "a helper that ends the test where it fails": """
        create(api)
    """,
    "an assumption": """
        assume(api.get("/tracks").status == 200)
    """,
    "only a request": """
        api.get("/tracks")
    """,
}
SOUND = {
    "a sweep": """
        with expect_no_server_errors(api) as send:
            for operation in operation_requests:
                send("GET", operation.path)
    """,
    "an expectation": """
        api.get("/tracks").expect_ok()
    """,
    "an expectation in both branches": """
        response = api.post("/tracks")
        if response.status == 201:
            assert_track(response.object)
        else:
            response.expect_client_error()
    """,
    "a not_verified in the other branch": """
        response = api.post("/tracks")
        if response.status != 201:
            not_verified("no track is created")
        assert_track(response.object)
    """,
    "an if that raises": """
        response = api.post("/tracks")
        if response.status >= 500:
            raise ExpectationFailed("a status below 500", str(response.status))
    """,
    "an expectation after the if": """
        response = api.post("/tracks")
        if response.status == 201:
            assert_track(response.object)
        api.get("/tracks").expect_ok()
    """,
    "a loop over at least one": """
        for track in at_least_one(api.get("/tracks").items, "no track"):
            assert_track(track)
    """,
    "a loop after a guard": """
        tracks = [track for track in api.get("/tracks").items if track["title"]]
        if not tracks:
            not_verified("no track has a title")
        for track in tracks:
            assert_track(track)
    """,
    "a loop over operations of the document": """
        for probe in operation_requests:
            probe.send(api).expect_client_error()
    """,
    "a loop over a constant": """
        for value in malformed.VALUES:
            api.get("/tracks", q=value).expect_ok()
    """,
    "all of at least one": """
        tracks = at_least_one(api.get("/tracks").items, "no track")
        assert all(track["id"] for track in tracks)
    """,
    "a function with an expectation as argument": """
        def expect_tracks(tracks):
            for track in at_least_one(tracks, "no track"):
                assert_track(track)

        api.eventually(expect_tracks)
    """,
    "an attempt that is repeated while data changes": """
        for attempt in retry_while_changing(lambda: api.get("/tracks").items):
            with attempt as tracks:
                expect(api.get("/tracks").items, tracks, "tracks")
    """,
    "a lambda with an expectation as argument": """
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


def find_vacuous_lines(body: str) -> list[int]:
    """Return the lines at which a test with this body can end without an expectation."""
    module = ast.parse(dedent(HELPERS) + "\ndef test(api, operation_requests):\n" + body)
    test = module.body[-1]
    assert isinstance(test, ast.FunctionDef)
    return list(Flow(Helpers([module])).find_vacuous_lines(test))


def is_test(node: ast.AST) -> TypeGuard[ast.FunctionDef]:
    return isinstance(node, ast.FunctionDef) and node.name.startswith("test_")


def parse(*files: Path) -> list[ast.AST]:
    return [ast.parse(file.read_text(encoding="utf-8")) for file in files]


@cache
def helpers_of(suite: str) -> Helpers:
    """Return the helpers that a suite may call: of the engine, its API, its support/ and conftest.py."""
    api = [file for file in sorted(APIS.glob(f"{suite}/*.py")) if file.stem not in ("checks", "rules")]
    api += sorted(ROOT.glob(f"suites/{suite}/support/*.py"))
    jsonp, conftest = APIS.parent / "checks/jsonp.py", ROOT / f"suites/{suite}/conftest.py"
    return Helpers(parse(*ENGINE, *api, jsonp, conftest))


@pytest.mark.parametrize("suite", SUITES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_each_suite_test_reaches_an_expectation_on_every_path(suite: Path) -> None:
    (module,) = parse(suite)
    helpers = Helpers([module], helpers_of(suite.parent.name))

    tests = [node for node in ast.walk(module) if is_test(node)]
    vacuous = {test.name: lines for test in tests if (lines := list(Flow(helpers).find_vacuous_lines(test)))}

    assert tests
    assert vacuous == {}, "a test can end at these lines without an expectation"


@pytest.mark.parametrize("body", VACUOUS.values(), ids=VACUOUS)
def test_test_that_can_pass_without_expectation_is_found(body: str) -> None:
    assert find_vacuous_lines(body)


@pytest.mark.parametrize("body", SOUND.values(), ids=SOUND)
def test_test_that_always_reaches_an_expectation_is_accepted(body: str) -> None:
    assert find_vacuous_lines(body) == []
