"""Tests of the suites that judge successes do not pass against a server that refuses everything."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import pytest

from tuningfork.audit import fault
from tuningfork.mock.app import Environ, Mock, StartResponse

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout

Refuses = Callable[[Environ, str], bool]
"""Whether a request, which the mock answers with this status, is answered another one."""
CASES: dict[str, tuple[str, str, Refuses, tuple[str, ...]]] = {
    "audiosocket creates nothing": (
        "audiosocket",
        "400 Bad Request",
        lambda environ, _: environ["REQUEST_METHOD"] == "POST",
        (
            "test_tracks.py::test_a_new_track_has_its_fields",
            "test_status_codes.py::test_creating_keeps_each_field",
            "test_status_codes.py::test_a_long_body_is_a_duplicate_too",
        ),
    ),
    "audiosocket shows no track": (
        "audiosocket",
        "410 Gone",
        lambda environ, _: (
            environ["PATH_INFO"].startswith("/v2/tracks/") or "/tracks/" in environ["PATH_INFO"]
        ),
        (
            "test_tracks.py::test_a_track_has_its_fields",
            "test_tracks.py::test_a_track_is_what_its_list_says",
        ),
    ),
    "audioboo calls nothing": (
        "audioboo",
        "400 Bad Request",
        lambda environ, _: "callback=" in environ["QUERY_STRING"],
        (
            "test_envelope.py::test_every_page_can_be_a_call",
            "test_envelope.py::test_any_name_can_be_called",
        ),
    ),
    "soundcloud has other refusals": (
        "soundcloud",
        "403 Forbidden",
        lambda environ, status: "HTTP_ORIGIN" in environ and status[:3] in ("401", "404"),
        ("test_browsers.py::test_a_401_may_be_read", "test_browsers.py::test_a_404_of_writing_may_be_read"),
    ),
}


def refusing(other: str, refuses: Refuses) -> Callable[[Mock], None]:
    """A fault: what `refuses` says is answered with the other status."""

    def change(mock: Mock) -> None:
        usual = mock.wsgi

        def wsgi(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            def start(status: str, headers: list[tuple[str, str]], *rest: object) -> object:
                return start_response(other if refuses(environ, status) else status, headers, *rest)

            return usual(environ, start)

        mock.wsgi = wsgi  # type: ignore[method-assign]  # so are faults put in

    return change


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_test_of_successes_does_not_pass_where_there_is_none(
    whole: Checkout, monkeypatch: pytest.MonkeyPatch, case: tuple[str, str, Refuses, tuple[str, ...]]
) -> None:
    api, other, refuses, tests = case
    difference = fault.MockPatch("refuses", api, (), "", refusing(other, refuses), is_fault=True)
    monkeypatch.setitem(fault.REGISTRY, "refuses", difference)

    whole.run("--api", api, "--fault", "refuses", *(f"suites/{api}/{test}" for test in tests))

    results = whole.results()["tests"]
    assert len(results) >= len(tests)
    assert [test["id"] for test in results if test["outcome"] == "passed"] == []
