"""Every response leads to verdicts and reports, and an invalid response is never an `error`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest

from tuningfork.mock.app import Environ, StartResponse

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout, Served

SUITES = {
    "Location": """
        from urllib.parse import urljoin

        @claim("SC-TRACK-06")
        def test_response(unauthenticated):
            response = unauthenticated.get("/odd")
            unauthenticated.get(urljoin(unauthenticated.base_url, response.headers["location"]))
        """,
    "port": """
        from urllib.parse import urlsplit

        @claim("SC-TRACK-06")
        def test_response(unauthenticated):
            assert urlsplit(unauthenticated.get("/odd").object["url"]).port is None
        """,
    "id": """
        from urllib.parse import quote

        @claim("SC-TRACK-06")
        def test_response(unauthenticated):
            quote(str(unauthenticated.get("/odd").object["id"]))
        """,
    "message": """
        @claim("SC-TRACK-06")
        def test_response(unauthenticated):
            value = unauthenticated.get("/odd").object["id"]
            assert value == 1, f"expected 1, found {value}"
        """,
    "expectation": """
        @claim("SC-TRACK-06")
        def test_response(unauthenticated):
            raise ExpectationFailed(unauthenticated.get("/odd").object["id"], "\\udcff \\x9b31m")
        """,
}
RAISING = """
@claim("SC-TRACK-06")
def test_response(unauthenticated):
    value = unauthenticated.get("/odd").object["id"]
    print(value)
    raise RuntimeError(value)
"""


def respond_invalid(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    fields = [("Location", "http://[::1"), ("Set-Cookie", "=\xff;;"), ("Content-Type", "application/json")]
    start_response("200 \xff\x9b", fields)
    return [b'{"id": "\\ud800", "url": "http://a:99999/"}']


@pytest.mark.parametrize(
    ("name", "workers"), [*((each, ()) for each in SUITES), ("expectation", ("-n", "1"))]
)
def test_unparsable_response_fails(
    checkout: Checkout, served: Served, name: str, workers: tuple[str, ...]
) -> None:
    checkout.suite(SUITES[name])
    checkout.target(served.settings)
    served.mock.wsgi = respond_invalid  # type: ignore[assignment]  # as faults do

    result = checkout.run("--target", "served", *workers)

    assert "INTERNALERROR" not in str(result.stdout)
    assert result.ret == 1
    assert checkout.verdicts()["SC-TRACK-06"] == "failed"
    assert (checkout.path / "reports/junit.xml").is_file()


@pytest.mark.parametrize("workers", [(), ("-n", "1")])
def test_exception_of_the_test_itself_is_an_error(
    checkout: Checkout, served: Served, workers: tuple[str, ...]
) -> None:
    checkout.suite(RAISING)
    checkout.target(served.settings)
    served.mock.wsgi = respond_invalid  # type: ignore[assignment]  # as faults do

    assert checkout.run("--target", "served", *workers).ret == 3

    assert checkout.verdicts()["SC-TRACK-06"] == "error"
