"""What a run creates is removed, by it or by the next one, and nothing else is."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

import pytest

from tuningfork import apis
from tuningfork.auth.header import HeaderAuth
from tuningfork.client.client import Client
from tuningfork.client.created_resources import CREATED, LISTED_BEFORE, CreatedResources, Entry
from tuningfork.client.exchange_log import ExchangeLog
from tuningfork.client.inprocess import WsgiAdapter
from tuningfork.client.rate_limit import NoRateLimit
from tuningfork.client.transport import TransportContext
from tuningfork.mock.app import Environ, StartResponse
from tuningfork.mock.server import Server
from tuningfork.pytest_plugin.cleanup import Cleanup

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout, Served

CREATING = """
@claim("SC-TRACK-06")
def test_creating(user, unique_name):
    for title in ("one", "two"):
        user.post("/playlists", json={"playlist": {"title": unique_name(title)}}).expect_created()
"""
WAITING = """
import sys

@claim("SC-TRACK-06")
def test_waiting(user, unique_name):
    user.post("/playlists", json={"playlist": {"title": unique_name("left")}}).expect_created()
    print("waiting", file=sys.__stdout__, flush=True)
    sys.stdin.read()
"""
MOVING = """
@claim("SC-TRACK-01")
def test_clock(api, controls):
    controls.clock(3600)
    api.get("/tracks", limit=1)
"""
GOOD = """
@claim("SC-TRACK-01")
def test_good(api):
    api.get("/tracks", limit=1).expect_ok()
"""


def playlists(served: Served) -> set[int]:
    return set(served.mock.playlists._playlists)  # type: ignore[attr-defined]  # a part of SoundCloud's mock


def deleted(served: Served) -> list[str]:
    return [path for method, path in served.asked if method == "DELETE"]


@pytest.fixture
def killed(checkout: Checkout, served: Served) -> int:
    """The id of a playlist that a run has created before it was killed."""
    before = playlists(served)
    checkout.target(served.settings)
    checkout.suite(WAITING)
    command = [sys.executable, "-m", "pytest", "-s", "-p", "no:cacheprovider", "--target", "served"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        assert any("waiting" in line for line in run.stdout)
        run.kill()
    (left,) = playlists(served) - before
    checkout.suite(GOOD)
    return left


def test_what_a_test_creates_is_removed_after_it(checkout: Checkout, served: Served) -> None:
    before = playlists(served)
    checkout.target(served.settings)
    checkout.suite(CREATING + GOOD)

    checkout.run("--target", "served", "-p", "no:randomly")

    assert playlists(served) == before
    assert len(deleted(served)) == 2
    assert served.asked[-1] == ("GET", "/tracks"), "removed before the next test"


def test_what_is_created_after_the_clock_was_put_back_is_removed(checkout: Checkout, served: Served) -> None:
    before = playlists(served)
    checkout.target(served.settings)
    checkout.suite(MOVING + CREATING)

    result = checkout.run("--target", "served", "-p", "no:randomly")

    assert "not removed" not in str(result.stdout)
    assert playlists(served) == before


def test_what_is_created_behind_a_gateway_with_a_fast_clock_is_removed(
    checkout: Checkout, served: Served
) -> None:
    before = playlists(served)
    answer = served.mock.wsgi

    def fast(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        date = ("Date", formatdate(time.time() + 600, usegmt=True))

        def start(status: str, fields: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*(one for one in fields if one[0] != "Date"), date], *rest)

        return answer(environ, start)

    served.mock.wsgi = fast  # type: ignore[method-assign]  # so are faults put in
    checkout.target(served.settings)
    checkout.suite(GOOD + CREATING)

    result = checkout.run("--target", "served", "-p", "no:randomly")

    assert "not removed" not in str(result.stdout)
    assert playlists(served) == before


def test_a_failing_test_is_tidied_up_after_too(checkout: Checkout, served: Served) -> None:
    before = playlists(served)
    checkout.target(served.settings)
    checkout.suite(CREATING + "    raise ValueError\n")

    assert checkout.run("--target", "served").ret == 3
    assert playlists(served) == before


def test_only_the_next_run_that_may_removes_what_a_killed_one_has_left(
    checkout: Checkout, served: Served, killed: int
) -> None:
    served.asked.clear()
    with Server(served.mock) as another:
        checkout.target(served.mock.settings(another.base_url))
        checkout.run("--target", "served")
    checkout.target(served.settings)
    checkout.run("--target", "served", "--read-only")
    assert deleted(served) == []

    checkout.run("--target", "served")

    assert deleted(served) == [f"/playlists/{killed}"]
    assert killed not in playlists(served)
    assert not list(checkout.path.rglob("ledger/*"))


def test_what_can_not_be_removed_is_tried_again_by_the_next_run(checkout: Checkout, served: Served) -> None:
    answer = served.mock.wsgi
    before = playlists(served)

    def refusing(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "DELETE":
            return answer(environ, start_response)
        served.asked.append(("DELETE", environ["PATH_INFO"]))
        start_response("409 Conflict", [("Content-Type", "application/json")])
        return [b"{}"]

    served.mock.wsgi = refusing  # type: ignore[method-assign]  # nothing can be deleted
    checkout.target(served.settings)
    checkout.suite(CREATING + GOOD)
    checkout.run("--target", "served", "-p", "no:randomly")
    assert len(playlists(served) - before) == 2
    assert len(deleted(served)) == 4, "after the test, and at the end of the run"

    served.mock.wsgi = answer  # type: ignore[method-assign]
    checkout.suite(GOOD)
    checkout.run("--target", "served")
    assert playlists(served) == before


@pytest.fixture
def audiosocket() -> Client:
    """The account of Audiosocket's mock, in this process."""
    mock, profile = apis.mock("audiosocket"), apis.profile("audiosocket")
    wire = TransportContext(
        adapter=WsgiAdapter(mock.wsgi),
        base_url=profile.base_url,
        origins=frozenset({profile.base_url}),
        timeout=5,
        rate_limiter=NoRateLimit(),
        exchange_log=ExchangeLog(lambda _: (None, ())),
        on_lost=lambda *_: None,
    )
    token = mock.settings(profile.base_url)["token"]
    return Client(wire, profile.paginator, principal="app", auth=HeaderAuth("Bearer", token))


@pytest.mark.parametrize("is_known", [True, False])
def test_an_item_whose_title_the_server_chose_is_removed_if_it_was_not_listed_before(
    audiosocket: Client, is_known: bool
) -> None:
    ledger = CreatedResources()
    before = tuple(str(track["id"]) for track in audiosocket.get("/tracks").items)
    made = audiosocket.post("/tracks", json={"title": "untitled"}).object["data"]["id"]
    if is_known:
        ledger.add(Entry("app", "/tracks", LISTED_BEFORE, texts=before))
    ledger.add(Entry("app", f"/tracks/{made}", CREATED, "POST /tracks"))
    cleaning = Cleanup(
        apis.profile("audiosocket"), ledger, lambda _: audiosocket, lambda _: audiosocket, lambda: False
    )

    cleaning.remove_all()
    cleaning.remove_all(again=True)

    assert audiosocket.get(f"/tracks/{made}").status == (404 if is_known else 200)
    assert bool(cleaning.left) is not is_known
