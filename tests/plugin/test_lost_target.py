"""A target that stops responding ends the run, and its missing responses violate no claim."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
import tomli_w

from tuningfork import apis
from tuningfork.mock.app import Environ, Mock, StartResponse
from tuningfork.mock.server import Server

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout, Served

SUITE = """
import pytest

@claim("SC-TRACK-01")
def test_first(unauthenticated):
    unauthenticated.get("/oembed").expect_client_error()

@claim("SC-TRACK-02")
@pytest.mark.parametrize("turn", range(9))
def test_later(unauthenticated, turn):
    unauthenticated.get("/tracks").expect_status(401)
"""
VIOLATING = """
@claim("SC-ERR-01")
def test_violating(unauthenticated):
    unauthenticated.get("/oembed").expect_ok()
"""


class Blocker:
    """Delays the responses to requests for some paths until it is released."""

    def __init__(self, served: Served, *paths: str) -> None:
        self.is_released = threading.Event()
        self._paths = paths
        self._original = served.mock.wsgi
        served.mock.wsgi = self  # type: ignore[assignment]  # as faults do

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] in self._paths:
            self.is_released.wait()
        return self._original(environ, start_response)


@pytest.fixture
def blockers() -> Iterator[list[Blocker]]:
    created: list[Blocker] = []
    yield created
    for blocker in created:
        blocker.is_released.set()


def write_target(checkout: Checkout, served: Served, **options: Any) -> None:
    checkout.target(served.settings, timeout=0.3, **{"max_lost": 3, "writes": False, **options})


class BlockerAfterFirstTest(Blocker):
    """Blocks all paths from the request of the first test on."""

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/oembed":
            self._paths = ("/tracks", "/me", "/resolve")
        return super().__call__(environ, start_response)


@pytest.mark.parametrize("workers", [(), ("-n", "1")])
def test_target_that_stops_responding_is_lost(
    checkout: Checkout, served: Served, blockers: list[Blocker], workers: tuple[str, ...]
) -> None:
    checkout.suite(SUITE)
    write_target(checkout, served)
    blockers.append(BlockerAfterFirstTest(served))

    result = checkout.run("--target", "served", "-p", "no:randomly", *workers)

    run = checkout.results()["run"]
    assert (result.ret, run["complete"]) == (3, False)
    assert run["lost"] == "soundcloud: no response to 3 requests in a row"
    assert checkout.verdicts()["SC-TRACK-01"] == "passed"
    assert "failed" not in checkout.verdicts().values()
    assert "the target is lost: no response to 3 requests in a row" in checkout.reasons()["SC-TRACK-02"]
    assert (checkout.path / "reports/junit.xml").is_file()


def test_violation_before_the_loss_stays_failed(
    checkout: Checkout, served: Served, blockers: list[Blocker]
) -> None:
    checkout.suite(VIOLATING + SUITE)
    write_target(checkout, served)
    blockers.append(BlockerAfterFirstTest(served))

    assert checkout.run("--target", "served", "-p", "no:randomly").ret == 1
    assert checkout.verdicts()["SC-ERR-01"] == "failed"
    assert checkout.verdicts()["SC-TRACK-02"] == "not verified"


def test_missing_response_fails_if_the_probe_has_one(
    checkout: Checkout, served: Served, blockers: list[Blocker]
) -> None:
    checkout.suite(SUITE.replace("/tracks", "/playlists"))
    write_target(checkout, served)
    blockers.append(Blocker(served, "/playlists"))

    assert checkout.run("--target", "served", "-p", "no:randomly").ret == 1
    assert checkout.results()["run"]["lost"] == "soundcloud: no response to 3 requests in a row"
    verdicts = checkout.verdicts()
    assert (verdicts["SC-TRACK-02"], verdicts["SC-ERR-09"]) == ("warned", "failed")  # a SHOULD and a MUST


def test_permanent_429_ends_the_run_after_its_patience(checkout: Checkout, served: Served) -> None:
    checkout.suite(SUITE)
    write_target(checkout, served, patience=2.5)

    def respond_429(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("429 Too Many Requests", [("Retry-After", "1"), ("Content-Length", "0")])
        return [b""]

    served.mock.wsgi = respond_429  # type: ignore[assignment]  # as faults do

    assert checkout.run("--target", "served").ret == 3
    assert checkout.results()["run"]["lost"] == "soundcloud: more than 2.5 s of waiting in total"
    assert set(checkout.verdicts().values()) == {"not verified"}


def limit_rate(mock: Mock, every: int) -> list[str]:
    """Respond 429 to every `every`-th request, but for test hooks; return the list of requested paths."""
    original, paths = mock.wsgi, list[str]()

    def respond_429_sometimes(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith("/_controls"):
            return original(environ, start_response)
        paths.append(environ["PATH_INFO"])
        if len(paths) % every:
            return original(environ, start_response)
        start_response("429 Too Many Requests", [("Retry-After", "0"), ("Content-Type", "text/html")])
        return [b"<html>slow down</html>"]

    mock.wsgi = respond_429_sometimes  # type: ignore[assignment]  # as faults do
    return paths


def test_occasional_429_of_a_gateway_violates_no_claim(checkout: Checkout, served: Served) -> None:
    checkout.suite(SUITE)
    checkout.claims.write_text(checkout.claims.read_text().replace("SC-RATE-01", "SC-RATE-05"))
    write_target(checkout, served, max_lost=9)
    paths = limit_rate(served.mock, 7)

    checkout.run("--target", "served")

    assert len(paths) > 7
    assert not {"failed", "warned", "info"} & set(checkout.verdicts().values())
    assert checkout.verdicts()["SC-TRACK-02"] == "passed"


def test_429_of_a_gateway_does_not_count_as_outage_response(real_checkout: Checkout) -> None:
    mock = apis.mock("audiosocket")
    paths = limit_rate(mock, 5)
    with Server(mock) as server:
        table = {"writes": True, "rate": "100000/s", "audiosocket": mock.settings(server.base_url)}
        (real_checkout.path / "tuningfork.toml").write_text(tomli_w.dumps({"targets": {"served": table}}))

        real_checkout.run("--target", "served", "--api", "audiosocket", "-k", "test_maintenance_ends")

    assert len(paths) > 5
    assert real_checkout.verdicts()["AS-CODE-10"] == "passed"
