from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tuningfork.checks import headers
from tuningfork.checks.base import status_in
from tuningfork.model import Exchange

Make = Callable[..., Exchange]
OK = status_in(200)
ORIGIN = "https://app.example.org"


@pytest.mark.parametrize(
    ("check", "response_headers", "holds"),
    [
        (headers.present("B-1", "WWW-Authenticate", OK), {"www-authenticate": "Key"}, True),
        (headers.present("B-1", "WWW-Authenticate", OK), {"www-authenticate": " "}, False),
        (headers.present("B-1", "WWW-Authenticate", OK), {}, False),
        (
            headers.has_directive("B-1", "Cache-Control", "no-store", OK),
            {"cache-control": "private, No-Store"},
            True,
        ),
        (
            headers.has_directive("B-1", "Cache-Control", "no-store", OK),
            {"cache-control": "no-storing"},
            False,
        ),
        (headers.has_directive("B-1", "Cache-Control", "no-store", OK), {}, False),
        (
            headers.excludes("B-1", "Location", "token=", OK),
            {"location": "https://a.example/#token=1"},
            False,
        ),
        (headers.excludes("B-1", "Location", "token=", OK), {"location": "https://a.example/"}, True),
        (headers.allows_origin("B-1", OK), {"access-control-allow-origin": "*"}, True),
        (headers.allows_origin("B-1", OK), {"access-control-allow-origin": ORIGIN}, True),
        (headers.allows_origin("B-1", OK), {"access-control-allow-origin": "https://b.example"}, False),
        (headers.allows_origin("B-1", OK), {}, False),
        (
            headers.no_credentials_for_foreign_origins("B-1"),
            {"access-control-allow-credentials": "true"},
            True,
        ),
        (headers.no_credentials_for_foreign_origins("B-1"), {"access-control-allow-origin": ORIGIN}, True),
        (
            headers.no_credentials_for_foreign_origins("B-1"),
            {"access-control-allow-origin": ORIGIN, "access-control-allow-credentials": "True"},
            False,
        ),
    ],
)
def test_header_check(make: Make, check: Any, response_headers: dict[str, str], holds: bool) -> None:
    (finding,) = check(make(200, headers=response_headers, sent={"Origin": ORIGIN}), None)

    assert finding.holds == holds
    assert finding.claim == "B-1"


def test_request_without_origin_has_no_cors_finding(make: Make) -> None:
    assert not list(headers.allows_origin("B-1", OK)(make(200), None))
    assert not list(headers.no_credentials_for_foreign_origins("B-1")(make(200), None))


def test_origin_of_same_site_may_have_credentials(make: Make) -> None:
    own = "https://www.example.com"
    response_headers = {"access-control-allow-origin": own, "access-control-allow-credentials": "true"}

    assert not list(
        headers.no_credentials_for_foreign_origins("B-1")(
            make(headers=response_headers, sent={"Origin": own}), None
        )
    )
