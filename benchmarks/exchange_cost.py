"""What an exchange through the client costs beside a bare call of requests.

    python -m benchmarks.exchange_cost [--exchanges 200] [--rounds 5] [--distinct] [--most 1.25] [--least 2.5]

Each exchange is the GET of a page of 50 tracks of SoundCloud's mock: signed, recorded and judged through the
client, first against a mock that another process serves, then against one in this process; and by a bare
session of requests on the same socket. The three take turns, BLOCK exchanges each. The times are processor
times of client and server together, and the median of the blocks of a round: other programs on the machine
change them least. With --distinct each page has other tracks, so that no body is like an earlier one. Exit
code 1 if the served client needs more than --most times the bare call, or if the one in this process is less
than --least times as fast.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import requests
import tomli_w
from benchmarks.served_mocks import served
from benchmarks.workers import OPTIONS

from tuningfork import apis
from tuningfork.client.client import Client
from tuningfork.client.config import Target, load_target
from tuningfork.contract.garbage import collect_seldom
from tuningfork.contract.openapi import Contract
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.pytest_plugin.api_sessions import ApiSessions
from tuningfork.pytest_plugin.chosen_target import UNLIMITED
from tuningfork.pytest_plugin.run_config import MOCK, RunConfig

API, PAGE_SIZE = "soundcloud", 50
BLOCK = 10
"""Exchanges of one kind before those of the next."""


def main() -> int:
    """Measure the three, and print the times and the ratios of their medians."""
    options = _parsed()
    with _sessions() as (served_session, local_session):
        calls = {
            "bare": _bare_call(served_session, options.distinct),
            "served": _call_through_client(served_session, options.distinct),
            "in process": _call_through_client(local_session, options.distinct),
        }
        for call in calls.values():
            _milliseconds(call, options.exchanges // 4)
        rounds = [_round(calls, max(options.exchanges // BLOCK, 1)) for _ in range(options.rounds)]
    for number, each in enumerate(rounds, 1):
        times = ", ".join(f"{name} {milliseconds:.3f} ms" for name, milliseconds in each.items())
        print(f"round {number}: {times}; load {os.getloadavg()[0]:.1f}")
    served_ratio = median(each["served"] / each["bare"] for each in rounds)
    local_ratio = median(each["bare"] / each["in process"] for each in rounds)
    print(f"served: {served_ratio:.2f} times a bare call (at most {options.most})")
    print(f"in process: {local_ratio:.2f} times as fast as a bare call (at least {options.least})")
    return int(served_ratio > options.most or local_ratio < options.least)


def _round(calls: dict[str, Callable[[], int]], blocks: int) -> dict[str, float]:
    """Return the time of one exchange of each kind, the median of its blocks."""
    times = [{name: _milliseconds(call, BLOCK) for name, call in calls.items()} for _ in range(blocks)]
    return {name: median(each[name] for each in times) for name in calls}


def _milliseconds(call: Callable[[], int], exchanges: int) -> float:
    """Return the time of one exchange, the mean of some."""
    start = _processor_seconds()
    for _ in range(exchanges):
        if call() != 200:
            raise SystemExit("an exchange failed")
    return 1000 * (_processor_seconds() - start) / exchanges


def _processor_seconds() -> float:
    """Return the processor time of this process and of the server."""
    servers = (Path(f"/proc/{each.pid}/task") for each in multiprocessing.active_children())
    threads = (thread for server in servers for thread in server.glob("*/schedstat"))
    return time.process_time() + sum(int(each.read_text().split()[0]) for each in threads) / 1e9


def _query(client: Client, is_distinct: bool) -> Callable[[], dict[str, Any]]:
    """Return a function that returns the query of a page: always the same, or with ids of other tracks."""
    if not is_distinct:
        return lambda: {"limit": PAGE_SIZE}
    ids = [track["id"] for track in client.get("/tracks", limit=200).json]
    rng = random.Random(1)  # noqa: S311 - no secret
    return lambda: {"limit": PAGE_SIZE, "ids": ",".join(map(str, rng.sample(ids, PAGE_SIZE)))}


def _bare_call(session: ApiSession, is_distinct: bool) -> Callable[[], int]:
    """Return a function that gets the page with requests alone, and returns the status."""
    client, bare = session.client("app"), requests.Session()
    bare.headers["Authorization"] = f"OAuth {client.token}"
    url, query = f"{client.base_url}/tracks", _query(client, is_distinct)

    def call() -> int:
        """Get the page."""
        response = bare.get(url, params=query())
        assert len(response.content) > PAGE_SIZE
        return response.status_code

    return call


def _call_through_client(session: ApiSession, is_distinct: bool) -> Callable[[], int]:
    """Return a function that gets the page through the client, and returns the status."""
    client: Client = session.client("app")
    query = _query(client, is_distinct)

    def call() -> int:
        """Get the page; begin the log of a test like each test."""
        session.exchange_log.reset()
        status = client.get("/tracks", params=query()).status
        assert len(session.exchange_log.exchanges) == 1
        assert not session.exchange_log.violations
        return status

    return call


@contextlib.contextmanager
def _sessions() -> Iterator[tuple[ApiSession, ApiSession]]:
    """Yield a session of a mock that another process serves, and one of a mock in this process."""
    with tempfile.TemporaryDirectory() as folder, served([API]) as [mock]:
        file = Path(folder, "tuningfork.toml")
        file.write_text(
            tomli_w.dumps({"targets": {"served": {**OPTIONS, API: mock.table}}}), encoding="utf-8"
        )
        run = _run_config(Path(folder), load_target(file, "served"))
        local = dataclasses.replace(run, target=Target(name=MOCK, options=UNLIMITED, tables={}, file=file))
        sessions = ApiSessions(run), ApiSessions(local)
        collect_seldom()  # as each run does
        yield sessions[0][API], sessions[1][API]
        for each in sessions:
            each.close()


def _run_config(folder: Path, target: Target) -> RunConfig:
    """Return the configuration of a run without tests."""
    home = apis.discover(Path(__file__).parents[1])[API]
    return RunConfig(
        root=folder,
        target=target,
        homes={API: home},
        contracts={API: Contract.load(home.specs)},
        patterns=[],
        seed=0,
        read_only=False,
        record=False,
        sockets=False,
        faults=[],
        reports=folder / "reports",
        deviations=[],
        state=folder / ".tuningfork",
        folder=folder,
        started=datetime.now(UTC),
        run_id="benchmark",
    )


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--exchanges", type=int, default=200, help="of each kind in a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--distinct", action="store_true", help="each page has other tracks")
    parser.add_argument("--most", type=float, default=1.25)
    parser.add_argument("--least", type=float, default=2.5)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
