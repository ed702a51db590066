"""A request for each operation, to see how it treats its caller."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tuningfork.apis.audiosocket.nonexistent_ids import possible
from tuningfork.apis.audiosocket.tracks import PATH, Tracks, at
from tuningfork.client.client import Answer
from tuningfork.contract.openapi import Contract
from tuningfork.model import Unmet
from tuningfork.testing.listings import at_least_one, ids
from tuningfork.testing.operation_requests import Probe, probe_of


def harmless(contract: Contract, tracks: Tracks) -> list[Probe]:
    """One for each operation: creating is without a title, removing names what nobody has."""
    taken = ids(tracks.listed())
    nobody = possible(taken)
    tracks.client.vouch(nobody)
    return [
        probe_of(contract, "GET", PATH, {}),
        probe_of(contract, "GET", at(taken[0]), {}),
        probe_of(contract, "POST", PATH, {"json": {}}),
        probe_of(contract, "DELETE", at(nobody), {}),
    ]


def changing(contract: Contract, tracks: Tracks, track: Any, title: str) -> list[Probe]:
    """What creates a track of this title, and what removes the one with this id."""
    return [
        probe_of(contract, "POST", PATH, {"json": tracks.body(title)}),
        probe_of(contract, "DELETE", at(track), {}),
    ]


def reading(probed: Iterable[Probe]) -> list[Probe]:
    """Those that change nothing, at least one."""
    return at_least_one((probe for probe in probed if probe.only_reads), "no operation reads")


def writing(probed: Iterable[Probe]) -> list[Probe]:
    """Those that could change something, at least one."""
    return at_least_one((probe for probe in probed if not probe.only_reads), "no operation writes")


def all_in(answers: Iterable[Answer], allowed: Iterable[int]) -> list[Answer]:
    """The answers; Unmet with those whose status is none of these."""
    found = list(answers)
    others = [answer for answer in found if answer.status not in allowed]
    if others:
        expected = " or ".join(map(str, allowed))
        raise Unmet(f"{expected} from each", ", ".join(map(told, others[:8])))
    return found


def told(answer: Answer) -> str:
    """An answer's status, and what it answers."""
    request = answer.exchange.request
    body = request.body[:60].decode("utf-8", "replace")
    return f"{answer.status} to {request.method} {request.url[:120]} {body}".rstrip()
