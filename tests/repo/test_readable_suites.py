"""A test of the suites shows in its own body what it sends and what it expects.

The check reads the syntax of each test function below suites/. Helpers count by what they are called, not by
what they contain: a reader of the test sees no more than that.

The body shows a request, or the tested function, if it contains one of these calls:

- a method of a client that sends: `user.get("/account")`, `api.send_raw(…)`; `get` of a dictionary does not
  count, so the first argument of `get` must not be a literal, unless it is a path;
- a helper with the literal "METHOD /path" or "/path" as an argument: `wait_until_listed(api, "/tracks", 7)`;
- a helper whose first word is one of REQUEST_VERBS: `update_clip(user, fields)`, `tracks.create(title)`;
- an expectation of the engine that sends its arguments: SENDING_EXPECTATIONS.

It shows an expectation if it contains an `assert`, a call of `expect`, `expect_…`, `assert_…` or
`wait_until_…`, or `pytest.raises`. A helper `expect_…` or `assert_…` shows no request, even if it sends one.

A state machine shows both in its rules; the one test that runs it shows neither, and counts as such.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MIN_SHARE = 0.9
"""Part of the tests that must show both."""

CLIENT_METHODS = frozenset(
    {"get", "post", "put", "delete", "patch", "head", "options", "request", "send", "pages", "all_items"}
    | {"send_raw", "send_headers_only", "send_each", "send_concurrently"}
)
REQUEST_VERBS = frozenset(
    {"send", "get", "post", "put", "delete", "fetch", "read", "list", "create", "update", "upload", "write"}
    | {
        "add",
        "remove",
        "move",
        "register",
        "search",
        "find",
        "follow",
        "unfollow",
        "like",
        "favourite",
        "download",
    }
    | {"authorize", "exchange", "refresh", "revoke", "sign", "log", "walk", "stream", "comment", "repost"}
)
SENDING_EXPECTATIONS = frozenset({"expect_everywhere", "expect_nowhere", "assert_no_server_error"})
"""Expectations of tuningfork.testing whose arguments are the requests that they send."""
PATH = re.compile(r"([A-Z]+ )?/|https?://")
EXPECTATION = re.compile(r"expect(_\w+)?|assert_\w+|wait_until_\w+|raises")


def find_tests(root: Path = ROOT) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Yield the node id and the syntax of each test function below suites/."""
    for file in sorted(root.glob("suites/**/test_*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield f"{file.relative_to(root).as_posix()}::{node.name}", node


def shows_request(test: ast.FunctionDef) -> bool:
    """Return whether the body of a test contains a call that names a request or the tested function."""
    return any(_is_request(call) for call in _calls(test))


def shows_expectation(test: ast.FunctionDef) -> bool:
    """Return whether the body of a test contains an `assert` or a call that names an expectation."""
    has_assert = any(isinstance(node, ast.Assert) for node in ast.walk(test))
    return has_assert or any(EXPECTATION.fullmatch(_name(call)) for call in _calls(test))


def _calls(test: ast.FunctionDef) -> Iterator[ast.Call]:
    """Yield the calls in the body of a test, without those of its decorators."""
    for statement in test.body:
        yield from (node for node in ast.walk(statement) if isinstance(node, ast.Call))


def _is_request(call: ast.Call) -> bool:
    """Return whether a call sends a request or calls the tested function, by its name and its literals."""
    name = _name(call)
    if name == "get" and call.args:
        return isinstance(call.func, ast.Attribute) and not _is_key(call.args[0])
    if EXPECTATION.fullmatch(name):
        return name in SENDING_EXPECTATIONS or any(map(_is_path, call.args))
    is_helper = name in CLIENT_METHODS or name.split("_")[0] in REQUEST_VERBS
    return is_helper or any(map(_is_path, call.args))


def _is_key(argument: ast.expr) -> bool:
    """Return whether an argument is a literal that is not a path: the key of a dictionary."""
    return isinstance(argument, ast.Constant) and not _is_path(argument)


def _is_path(argument: ast.expr) -> bool:
    """Return whether an argument is a literal, or an f-string, that begins like a path or an operation."""
    start = argument.values[0] if isinstance(argument, ast.JoinedStr) and argument.values else argument
    return isinstance(start, ast.Constant) and isinstance(start.value, str) and bool(PATH.match(start.value))


def _name(call: ast.Call) -> str:
    """Return the last part of the name of the called function or method."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_nine_of_ten_tests_show_request_and_expectation() -> None:
    """The message names each test that does not, with what its body lacks."""
    tests = dict(find_tests())
    lacking = {
        name: [
            word
            for word, shows in (("request", shows_request), ("expectation", shows_expectation))
            if not shows(test)
        ]
        for name, test in tests.items()
    }
    opaque = {name: words for name, words in lacking.items() if words}

    share = 1 - len(opaque) / len(tests)

    listed = "\n".join(f"{name}: no {' and no '.join(words)}" for name, words in opaque.items())
    assert share >= MIN_SHARE, f"{share:.1%} of {len(tests)} tests show both; these do not:\n{listed}"


@pytest.mark.parametrize(
    ("body", "request_shown", "expectation_shown"),
    [
        ('api.get("/tracks").expect_ok()', True, True),
        ("user.get(CLIPS_PATH).expect_ok()", True, True),
        ('expect(track.get("title"), "a", "title")', False, True),
        ("expect_title_unchanged(tracks, title)", False, True),
        ('tracks.create("a")', True, False),
        ("response = update_clip(user, clip, fields)\n    assert response", True, True),
        ('wait_until_listed(api, "/tracks", 7)', True, True),
        ("expect_everywhere(requests, api, 401)", True, True),
        ("run_machine(Machine)", False, False),
        ("check_all(api)", False, False),
    ],
)
def test_bodies_are_read_as_documented(body: str, request_shown: bool, expectation_shown: bool) -> None:
    module = ast.parse(f"@claim('/x', create())\ndef test_x():\n    {body}")
    [test] = module.body
    assert isinstance(test, ast.FunctionDef)

    assert (shows_request(test), shows_expectation(test)) == (request_shown, expectation_shown)
