"""Suite tests of successful requests do not pass on a server that rejects these requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import pytest

from tuningfork.audit import fault
from tuningfork.mock.app import Environ, Mock, StartResponse

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout

Refuses = Callable[[Environ, str], bool]
"""Whether the response to a request, here with the mock's status, gets another status."""
CASES: dict[str, tuple[str, str, Refuses, tuple[str, ...]]] = {
    "audiosocket rejects POST": (
        "audiosocket",
        "400 Bad Request",
        lambda environ, _: environ["REQUEST_METHOD"] == "POST",
        (
            "test_tracks.py::test_created_track_has_documented_properties",
            "test_status_codes.py::test_created_track_has_each_sent_property",
            "test_status_codes.py::test_repeated_long_body_returns_409",
        ),
    ),
    "audiosocket has no track": (
        "audiosocket",
        "410 Gone",
        lambda environ, _: (
            environ["PATH_INFO"].startswith("/v2/tracks/") or "/tracks/" in environ["PATH_INFO"]
        ),
        (
            "test_tracks.py::test_track_read_by_id_has_documented_properties",
            "test_tracks.py::test_track_read_by_id_equals_the_listed_track",
        ),
    ),
    "audioboo rejects callbacks": (
        "audioboo",
        "400 Bad Request",
        lambda environ, _: "callback=" in environ["QUERY_STRING"],
        (
            "test_envelope.py::test_every_page_supports_jsonp",
            "test_envelope.py::test_every_valid_callback_name_is_called",
        ),
    ),
    "soundcloud returns 403 for 401 and 404": (
        "soundcloud",
        "403 Forbidden",
        lambda environ, status: "HTTP_ORIGIN" in environ and status[:3] in ("401", "404"),
        (
            "test_browsers.py::test_401_allows_every_origin",
            "test_browsers.py::test_404_of_a_write_allows_every_origin",
        ),
    ),
}


def respond_with_status(status: str, is_refused: Refuses) -> Callable[[Mock], None]:
    """Return a fault that responds with `status` to the requests that `is_refused` selects."""

    def change(mock: Mock) -> None:
        original = mock.wsgi

        def wsgi(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            def start(mock_status: str, headers: list[tuple[str, str]], *rest: object) -> object:
                is_changed = is_refused(environ, mock_status)
                return start_response(status if is_changed else mock_status, headers, *rest)

            return original(environ, start)

        mock.wsgi = wsgi  # type: ignore[method-assign]  # as faults do

    return change


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_test_of_a_success_does_not_pass_without_one(
    real_checkout: Checkout, monkeypatch: pytest.MonkeyPatch, case: tuple[str, str, Refuses, tuple[str, ...]]
) -> None:
    api, status, is_refused, tests = case
    patch = fault.MockPatch("refuses", api, (), "", respond_with_status(status, is_refused), is_fault=True)
    monkeypatch.setitem(fault.REGISTRY, "refuses", patch)

    real_checkout.run("--api", api, "--fault", "refuses", *(f"suites/{api}/{test}" for test in tests))

    results = real_checkout.results()["tests"]
    assert len(results) >= len(tests)
    assert [test["id"] for test in results if test["outcome"] == "passed"] == []
