"""A target that stops answering ends the run in order, and its silence breaks no claim."""

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

TESTS = """
import pytest

@claim("SC-TRACK-01")
def test_first(unauthenticated):
    unauthenticated.get("/oembed").expect_client_error()

@claim("SC-TRACK-02")
@pytest.mark.parametrize("turn", range(9))
def test_later(unauthenticated, turn):
    unauthenticated.get("/tracks").expect_status(401)
"""
BROKEN = """
@claim("SC-ERR-01")
def test_broken(unauthenticated):
    unauthenticated.get("/oembed").expect_ok()
"""


class Tap:
    """Lets requests through until it is shut, and as long as they are for other paths."""

    def __init__(self, served: Served, *paths: str) -> None:
        self.over = threading.Event()
        self._paths = paths
        self._answer = served.mock.wsgi
        served.mock.wsgi = self  # type: ignore[assignment]  # so are faults put in

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] in self._paths:
            self.over.wait()
        return self._answer(environ, start_response)


@pytest.fixture
def taps() -> Iterator[list[Tap]]:
    made: list[Tap] = []
    yield made
    for tap in made:
        tap.over.set()


def target(checkout: Checkout, served: Served, **options: Any) -> None:
    checkout.target(served.settings, timeout=0.3, **{"max_lost": 3, "writes": False, **options})


class Silent(Tap):
    """Answers the probes before the run and the first test; from then on nothing."""

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/oembed":
            self._paths = ("/tracks", "/me", "/resolve")
        return super().__call__(environ, start_response)


@pytest.mark.parametrize("workers", [(), ("-n", "1")])
def test_a_target_that_falls_silent_is_lost(
    checkout: Checkout, served: Served, taps: list[Tap], workers: tuple[str, ...]
) -> None:
    checkout.suite(TESTS)
    target(checkout, served)
    taps.append(Silent(served))

    result = checkout.run("--target", "served", "-p", "no:randomly", *workers)

    run = checkout.results()["run"]
    assert (result.ret, run["complete"]) == (3, False)
    assert run["lost"] == "soundcloud: no response to 3 requests in a row"
    assert checkout.verdicts()["SC-TRACK-01"] == "passed"
    assert "failed" not in checkout.verdicts().values()
    assert "the target is lost: no response to 3 requests in a row" in checkout.reasons()["SC-TRACK-02"]
    assert (checkout.path / "reports/junit.xml").is_file()


def test_what_was_broken_before_the_loss_stays_broken(
    checkout: Checkout, served: Served, taps: list[Tap]
) -> None:
    checkout.suite(BROKEN + TESTS)
    target(checkout, served)
    taps.append(Silent(served))

    assert checkout.run("--target", "served", "-p", "no:randomly").ret == 1
    assert checkout.verdicts()["SC-ERR-01"] == "failed"
    assert checkout.verdicts()["SC-TRACK-02"] == "not verified"


def test_a_target_that_answers_its_probes_is_to_blame_for_what_it_does_not_answer(
    checkout: Checkout, served: Served, taps: list[Tap]
) -> None:
    checkout.suite(TESTS.replace("/tracks", "/playlists"))
    target(checkout, served)
    taps.append(Tap(served, "/playlists"))

    assert checkout.run("--target", "served", "-p", "no:randomly").ret == 1
    assert checkout.results()["run"]["lost"] == "soundcloud: no response to 3 requests in a row"
    verdicts = checkout.verdicts()
    assert (verdicts["SC-TRACK-02"], verdicts["SC-ERR-09"]) == ("warned", "failed")  # a SHOULD and a MUST


def test_429_for_ever_ends_the_run_after_its_patience(checkout: Checkout, served: Served) -> None:
    checkout.suite(TESTS)
    target(checkout, served, patience=2.5)

    def busy(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("429 Too Many Requests", [("Retry-After", "1"), ("Content-Length", "0")])
        return [b""]

    served.mock.wsgi = busy  # type: ignore[assignment]  # so are faults put in

    assert checkout.run("--target", "served").ret == 3
    assert checkout.results()["run"]["lost"] == "soundcloud: more than 2.5 s of waiting in total"
    assert set(checkout.verdicts().values()) == {"not verified"}


def limit(mock: Mock, every: int) -> list[str]:
    """Have a gateway refuse one of so many requests, controls apart; gives the paths that were asked for."""
    answer, seen = mock.wsgi, list[str]()

    def limited(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith("/_controls"):
            return answer(environ, start_response)
        seen.append(environ["PATH_INFO"])
        if len(seen) % every:
            return answer(environ, start_response)
        start_response("429 Too Many Requests", [("Retry-After", "0"), ("Content-Type", "text/html")])
        return [b"<html>slow down</html>"]

    mock.wsgi = limited  # type: ignore[assignment]  # so are faults put in
    return seen


def test_429_of_a_gateway_now_and_then_breaks_no_claim(checkout: Checkout, served: Served) -> None:
    checkout.suite(TESTS)
    checkout.claims.write_text(checkout.claims.read_text().replace("SC-RATE-01", "SC-RATE-05"))
    target(checkout, served, max_lost=9)
    seen = limit(served.mock, 7)

    checkout.run("--target", "served")

    assert len(seen) > 7
    assert not {"failed", "warned", "noted"} & set(checkout.verdicts().values())
    assert checkout.verdicts()["SC-TRACK-02"] == "passed"


def test_429_of_a_gateway_is_no_part_of_an_outage(whole: Checkout) -> None:
    mock = apis.mock("audiosocket")
    seen = limit(mock, 5)
    with Server(mock) as server:
        table = {"writes": True, "rate": "100000/s", "audiosocket": mock.settings(server.base_url)}
        (whole.path / "tuningfork.toml").write_text(tomli_w.dumps({"targets": {"served": table}}))

        whole.run("--target", "served", "--api", "audiosocket", "-k", "test_maintenance_ends")

    assert len(seen) > 5
    assert whole.verdicts()["AS-CODE-10"] == "passed"
