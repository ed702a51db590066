from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tuningfork.checks.base import is_client_error, is_success
from tuningfork.checks.errors import ErrorHeaders
from tuningfork.model import Exchange

Make = Callable[..., Exchange]

ERRORS = ErrorHeaders(code="X-Code", description="X-Description")


def fields(code: str = "404", description: str = "No such book") -> dict[str, str]:
    return {"X-Code": code, "X-Description": description}


@pytest.mark.parametrize(
    ("headers", "holds"),
    [
        (fields(), True),
        (fields("-1"), True),
        (fields("404, 404"), False),
        (fields("4.0"), False),
        (fields(description=" "), False),
        ({"X-Code": "404"}, False),
        ({"X-Description": "No"}, False),
        ({}, False),
    ],
)
def test_a_code_and_a_description_are_told(make: Make, headers: dict[str, str], holds: bool) -> None:
    (finding,) = ERRORS.present("B-1", is_client_error)(make(404, headers=headers), None)

    assert finding.holds == holds


def test_a_success_has_neither(make: Make) -> None:
    check = ERRORS.absent("B-1", is_success)

    assert [finding.holds for finding in check(make(200), None)] == [True]
    assert [finding.found for finding in check(make(200, headers=fields()), None)] == [
        "X-Code, X-Description"
    ]
    assert not list(check(make(404, headers=fields()), None))


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
def test_a_description_is_one_line(make: Make, description: str, holds: bool) -> None:
    (finding,) = ERRORS.one_line("B-1")(make(404, headers=fields(description=description)), None)

    assert finding.holds == holds


@pytest.mark.parametrize(
    ("error", "headers", "holds"),
    [
        ({"code": 404, "description": "No such book"}, fields(), True),
        ({"code": 404, "description": "No such\nbook"}, fields(), True),
        ({"code": 404, "description": "Kein Büchlein"}, fields(), True),
        ({"code": 404, "description": "No such book"}, {}, True),
        ({"code": 405, "description": "No such book"}, fields(), False),
        ({"code": "404", "description": "No such book"}, fields(), False),
        ({"code": True, "description": "No such book"}, fields("1"), False),
        ({"code": 404, "description": "Another"}, fields(), False),
        ({"code": 404}, fields(), False),
        (None, fields(), False),
        ("404", fields(), False),
    ],
)
def test_the_body_says_it_again(make: Make, error: Any, headers: dict[str, str], holds: bool) -> None:
    check = ERRORS.repeated_in_body("B-1", lambda body: body.get("error"), is_client_error)

    (finding,) = check(make(404, {"error": error}, headers=headers), None)

    assert finding.holds == holds


def test_answers_are_told_by_their_code(make: Make) -> None:
    assert ERRORS.has_code(404)(make(404, headers=fields()), None)
    assert not ERRORS.has_code(404)(make(404, headers=fields("x")), None)
