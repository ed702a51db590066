"""A run, or the next one, deletes what it created and nothing else."""

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
from tuningfork.client.created_entry import CREATED, INTENDED, LISTED_BEFORE, Entry
from tuningfork.client.created_resources import CreatedResources
from tuningfork.client.exchange_log import ExchangeLog
from tuningfork.client.inprocess import WsgiAdapter
from tuningfork.client.rate_limit import NoRateLimit
from tuningfork.client.transport import TransportContext
from tuningfork.mock.app import Environ, StartResponse
from tuningfork.mock.server import Server
from tuningfork.pytest_plugin.cleanup import Cleanup

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout, Served

CREATES = """
@claim("SC-TRACK-06")
def test_creating(user, unique_name):
    for title in ("one", "two"):
        user.post("/playlists", json={"playlist": {"title": unique_name(title)}}).expect_created()
"""
WAITS = """
import sys

@claim("SC-TRACK-06")
def test_waiting(user, unique_name):
    user.post("/playlists", json={"playlist": {"title": unique_name("created")}}).expect_created()
    print("waiting", file=sys.__stdout__, flush=True)
    sys.stdin.read()
"""
CLOCK = """
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


def deleted_paths(served: Served) -> list[str]:
    return [path for method, path in served.requests if method == "DELETE"]


@pytest.fixture
def killed(checkout: Checkout, served: Served) -> int:
    """The id of a playlist that a run created before it was killed."""
    before = playlists(served)
    checkout.target(served.settings)
    checkout.suite(WAITS)
    command = [sys.executable, "-m", "pytest", "-s", "-p", "no:cacheprovider", "--target", "served"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        assert any("waiting" in line for line in run.stdout)
        run.kill()
    (playlist,) = playlists(served) - before
    checkout.suite(GOOD)
    return playlist


def test_created_resources_are_deleted_after_their_test(checkout: Checkout, served: Served) -> None:
    before = playlists(served)
    checkout.target(served.settings)
    checkout.suite(CREATES + GOOD)

    checkout.run("--target", "served", "-p", "no:randomly")

    assert playlists(served) == before
    assert len(deleted_paths(served)) == 2
    assert served.requests[-1] == ("GET", "/tracks"), "deleted before the next test"


def test_resource_created_after_a_clock_reset_is_deleted(checkout: Checkout, served: Served) -> None:
    before = playlists(served)
    checkout.target(served.settings)
    checkout.suite(CLOCK + CREATES)

    result = checkout.run("--target", "served", "-p", "no:randomly")

    assert "not removed" not in str(result.stdout)
    assert playlists(served) == before


def test_resource_created_behind_a_gateway_with_a_fast_clock_is_deleted(
    checkout: Checkout, served: Served
) -> None:
    before = playlists(served)
    original = served.mock.wsgi

    def respond_with_fast_clock(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        date = ("Date", formatdate(time.time() + 600, usegmt=True))

        def start(status: str, fields: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*(field for field in fields if field[0] != "Date"), date], *rest)

        return original(environ, start)

    served.mock.wsgi = respond_with_fast_clock  # type: ignore[method-assign]  # as faults do
    checkout.target(served.settings)
    checkout.suite(GOOD + CREATES)

    result = checkout.run("--target", "served", "-p", "no:randomly")

    assert "not removed" not in str(result.stdout)
    assert playlists(served) == before


def test_resources_of_a_failing_test_are_deleted(checkout: Checkout, served: Served) -> None:
    before = playlists(served)
    checkout.target(served.settings)
    checkout.suite(CREATES + "    raise ValueError\n")

    assert checkout.run("--target", "served").ret == 3
    assert playlists(served) == before


def test_next_run_with_write_access_deletes_what_a_killed_run_left(
    checkout: Checkout, served: Served, killed: int
) -> None:
    served.requests.clear()
    with Server(served.mock) as another:
        checkout.target(served.mock.settings(another.base_url))
        checkout.run("--target", "served")
    checkout.target(served.settings)
    checkout.run("--target", "served", "--read-only")
    assert deleted_paths(served) == []

    checkout.run("--target", "served")

    assert deleted_paths(served) == [f"/playlists/{killed}"]
    assert killed not in playlists(served)
    assert not list(checkout.path.rglob("ledger/*"))


def test_next_run_retries_a_failed_delete(checkout: Checkout, served: Served) -> None:
    original = served.mock.wsgi
    before = playlists(served)

    def refuse_delete(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "DELETE":
            return original(environ, start_response)
        served.requests.append(("DELETE", environ["PATH_INFO"]))
        start_response("409 Conflict", [("Content-Type", "application/json")])
        return [b"{}"]

    served.mock.wsgi = refuse_delete  # type: ignore[method-assign]  # nothing can be deleted
    checkout.target(served.settings)
    checkout.suite(CREATES + GOOD)
    output = str(checkout.run("--target", "served", "-p", "no:randomly").stdout)
    left = playlists(served) - before
    assert len(left) == 2
    for playlist in left:
        assert f"not removed: /playlists/{playlist} of first: the target did not confirm it" in output
    assert len(deleted_paths(served)) == 4, "each after its test, and at the end of the run"

    served.mock.wsgi = original  # type: ignore[method-assign]
    checkout.suite(GOOD)
    checkout.run("--target", "served")
    assert playlists(served) == before


@pytest.fixture
def audiosocket() -> Client:
    """A client of Audiosocket's mock in this process."""
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


@pytest.mark.parametrize("is_list_known", [True, False])
def test_item_with_a_title_of_the_server_is_deleted_only_if_it_was_not_listed_before(
    audiosocket: Client, is_list_known: bool
) -> None:
    ledger = CreatedResources()
    before = tuple(str(track["id"]) for track in audiosocket.get("/tracks").items)
    created = audiosocket.post("/tracks", json={"title": "untitled"}).object["data"]["id"]
    if is_list_known:
        ledger.add(Entry("app", "/tracks", LISTED_BEFORE, texts=before))
    ledger.add(Entry("app", f"/tracks/{created}", CREATED, "POST /tracks"))
    cleanup = Cleanup(
        apis.profile("audiosocket"), ledger, lambda _: audiosocket, lambda _: audiosocket, lambda: False
    )

    cleanup.delete_all()
    cleanup.delete_all(retry=True)

    assert audiosocket.get(f"/tracks/{created}").status == (404 if is_list_known else 200)
    assert bool(cleanup.undeleted) is not is_list_known


def test_new_item_with_id_of_deleted_item_is_deleted_without_notice(audiosocket: Client) -> None:
    """The journal has both: the target did not confirm the deletion of the first one."""
    created = audiosocket.post("/tracks", json={"title": "second 5678efgh"}).object["data"]["id"]
    ledger = CreatedResources()
    for number, title in enumerate(("second 5678efgh", "first 1234abcd"), 1):
        path = f"/tracks/{created}"
        ledger.add(Entry("app", path, CREATED, "POST /tracks", (title,), number=number))
    cleanup = Cleanup(
        apis.profile("audiosocket"), ledger, lambda _: audiosocket, lambda _: audiosocket, lambda: False
    )

    cleanup.delete_all()
    cleanup.delete_all(retry=True)

    assert audiosocket.get(f"/tracks/{created}").status == 404
    assert (cleanup.undeleted, ledger.pending()) == ([], [])


def test_late_lists_are_waited_for_once(audiosocket: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of twenty requests whose responses named no item, one has created an item after all."""
    ledger = CreatedResources()
    for number in range(20):
        texts = (f"never created {number}",)
        ledger.add(Entry("app", "/tracks", INTENDED, "POST /tracks", texts, number=number, answered=True))
    created = audiosocket.post("/tracks", json={"title": "created 1234abcd"}).object["data"]["id"]
    texts = ("created 1234abcd",)
    ledger.add(Entry("app", "/tracks", INTENDED, "POST /tracks", texts, number=20, answered=True))
    waits: list[object] = []
    eventually = audiosocket.eventually
    monkeypatch.setattr(audiosocket, "eventually", lambda check: (waits.append(check), eventually(check))[1])
    cleanup = Cleanup(
        apis.profile("audiosocket"), ledger, lambda _: audiosocket, lambda _: audiosocket, lambda: False
    )

    cleanup.delete_all()
    cleanup.delete_all(retry=True)

    assert audiosocket.get(f"/tracks/{created}").status == 404
    assert ledger.pending() == []
    assert len(waits) <= 2, "for the item that is listed, and for the first of those that are not"
