from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tuningfork.checks.base import is_client_error, is_success
from tuningfork.checks.errors import ErrorHeaders
from tuningfork.model import Exchange

Make = Callable[..., Exchange]

ERRORS = ErrorHeaders(code="X-Code", description="X-Description")


def error_headers(code: str = "404", description: str = "No such book") -> dict[str, str]:
    return {"X-Code": code, "X-Description": description}


@pytest.mark.parametrize(
    ("headers", "holds"),
    [
        (error_headers(), True),
        (error_headers("-1"), True),
        (error_headers("404, 404"), False),
        (error_headers("4.0"), False),
        (error_headers(description=" "), False),
        ({"X-Code": "404"}, False),
        ({"X-Description": "No"}, False),
        ({}, False),
    ],
)
def test_error_has_code_and_description(make: Make, headers: dict[str, str], holds: bool) -> None:
    (finding,) = ERRORS.present("B-1", is_client_error)(make(404, headers=headers), None)

    assert finding.holds == holds


def test_success_has_neither_header(make: Make) -> None:
    check = ERRORS.absent("B-1", is_success)

    assert [finding.holds for finding in check(make(200), None)] == [True]
    assert [finding.found for finding in check(make(200, headers=error_headers()), None)] == [
        "X-Code, X-Description"
    ]
    assert not list(check(make(404, headers=error_headers()), None))


@pytest.mark.parametrize(
    ("description", "holds"),
    [
        ("No such book", True),
        ("Kein BÃ¼chlein", True),
        ("No\tsuch book", False),
        ("No\x7f", False),
        ("No\xe2\x80\xa8such", False),
        ("No\xff\x00", False),
        ("N\xf6", True),
    ],
)
def test_description_is_one_line(make: Make, description: str, holds: bool) -> None:
    (finding,) = ERRORS.one_line("B-1")(make(404, headers=error_headers(description=description)), None)

    assert finding.holds == holds


@pytest.mark.parametrize(
    ("error", "headers", "holds"),
    [
        ({"code": 404, "description": "No such book"}, error_headers(), True),
        ({"code": 404, "description": "No such\nbook"}, error_headers(), True),
        ({"code": 404, "description": "Kein Büchlein"}, error_headers(), True),
        ({"code": 404, "description": "No such book"}, {}, True),
        ({"code": 405, "description": "No such book"}, error_headers(), False),
        ({"code": "404", "description": "No such book"}, error_headers(), False),
        ({"code": True, "description": "No such book"}, error_headers("1"), False),
        ({"code": 404, "description": "Another"}, error_headers(), False),
        ({"code": 404}, error_headers(), False),
        (None, error_headers(), False),
        ("404", error_headers(), False),
    ],
)
def test_body_repeats_code_and_description(
    make: Make, error: Any, headers: dict[str, str], holds: bool
) -> None:
    check = ERRORS.repeated_in_body("B-1", lambda body: body.get("error"), is_client_error)

    (finding,) = check(make(404, {"error": error}, headers=headers), None)

    assert finding.holds == holds


def test_has_code_matches_code_in_header(make: Make) -> None:
    assert ERRORS.has_code(404)(make(404, headers=error_headers()), None)
    assert not ERRORS.has_code(404)(make(404, headers=error_headers("x")), None)
