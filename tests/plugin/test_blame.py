"""Whatever a target sends, the run ends with verdicts and reports, and `error` is never the target's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest

from tuningfork.mock.app import Environ, StartResponse

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout, Served

READS = {
    "Location": """
        from urllib.parse import urljoin

        @claim("SC-TRACK-06")
        def test_it(unauthenticated):
            answer = unauthenticated.get("/odd")
            unauthenticated.get(urljoin(unauthenticated.base_url, answer.headers["location"]))
        """,
    "port": """
        from urllib.parse import urlsplit

        @claim("SC-TRACK-06")
        def test_it(unauthenticated):
            assert urlsplit(unauthenticated.get("/odd").object["url"]).port is None
        """,
    "id": """
        from urllib.parse import quote

        @claim("SC-TRACK-06")
        def test_it(unauthenticated):
            quote(str(unauthenticated.get("/odd").object["id"]))
        """,
    "words": """
        @claim("SC-TRACK-06")
        def test_it(unauthenticated):
            found = unauthenticated.get("/odd").object["id"]
            assert found == 1, f"expected 1, found {found}"
        """,
    "unmet": """
        @claim("SC-TRACK-06")
        def test_it(unauthenticated):
            raise ExpectationFailed(unauthenticated.get("/odd").object["id"], "\\udcff \\x9b31m")
        """,
}
OURS = """
@claim("SC-TRACK-06")
def test_it(unauthenticated):
    found = unauthenticated.get("/odd").object["id"]
    print(found)
    raise RuntimeError(found)
"""


def odd(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    fields = [("Location", "http://[::1"), ("Set-Cookie", "=\xff;;"), ("Content-Type", "application/json")]
    start_response("200 \xff\x9b", fields)
    return [b'{"id": "\\ud800", "url": "http://a:99999/"}']


@pytest.mark.parametrize(("name", "workers"), [*((name, ()) for name in READS), ("unmet", ("-n", "1"))])
def test_what_can_not_be_read_is_the_targets_failure(
    checkout: Checkout, served: Served, name: str, workers: tuple[str, ...]
) -> None:
    checkout.suite(READS[name])
    checkout.target(served.settings)
    served.mock.wsgi = odd  # type: ignore[assignment]  # so are faults put in

    result = checkout.run("--target", "served", *workers)

    assert "INTERNALERROR" not in str(result.stdout)
    assert result.ret == 1
    assert checkout.verdicts()["SC-TRACK-06"] == "failed"
    assert (checkout.path / "reports/junit.xml").is_file()


@pytest.mark.parametrize("workers", [(), ("-n", "1")])
def test_an_exception_of_a_test_stays_our_error(
    checkout: Checkout, served: Served, workers: tuple[str, ...]
) -> None:
    checkout.suite(OURS)
    checkout.target(served.settings)
    served.mock.wsgi = odd  # type: ignore[assignment]  # so are faults put in

    assert checkout.run("--target", "served", *workers).ret == 3

    assert checkout.verdicts()["SC-TRACK-06"] == "error"
