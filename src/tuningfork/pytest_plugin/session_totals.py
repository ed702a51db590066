"""What the API sessions of one process add up to; a pytest-xdist worker sends it to the main process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tuningfork.client.created_entry import INTENDED, Entry
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.pytest_plugin.api_sessions import ApiSessions
from tuningfork.pytest_plugin.leftovers import MAX_NAMED, describe_entry


def undeleted_resources(sessions: ApiSessions) -> list[str]:
    """Return a line for each resource that clean-up left, and for what it deleted of killed jobs.

    What a session has created and not deleted yet counts once the session is closed.
    """
    return [
        f"{session.name}: {line}"
        for session in sessions.created.values()
        for line in (*session.notices, *(f"not removed: {each}" for each in _left(session)))
    ]


def _left(session: ApiSession) -> Iterator[str]:
    """Yield a line for each resource that may not be the run's own, and that the target did not delete."""
    yield from session.cleanup.undeleted
    for entry in session.left[:MAX_NAMED]:
        yield f"{_describe_left(entry)}; the next run or `tuningfork clean` tries it again"
    if len(session.left) > MAX_NAMED:
        yield f"{len(session.left) - MAX_NAMED} more"


def _describe_left(entry: Entry) -> str:
    """Return what is left of an entry of the journal, and why."""
    if entry.kind == INTENDED:
        return f"{describe_entry(entry)}: no response says whether it did"
    return f"{describe_entry(entry)}: the target did not confirm it"


def exchange_counts(sessions: ApiSessions) -> list[dict[str, Any]]:
    """Return, for each session, the number of requests, and what was counted for each operation."""
    return [
        {
            session.name: {
                "requests": session.gate.sent,
                "operations": {
                    key: {
                        "statuses": dict(counts.statuses),
                        "seconds": counts.seconds,
                        "observed": sorted(session.judge.coverage.observed[key]),
                    }
                    for key, counts in session.exchange_log.operation_counts.items()
                },
            }
        }
        for session in sessions.created.values()
    ]


def lost_targets(sessions: ApiSessions) -> dict[str, str]:
    """Return the reason of the loss for each API whose target is lost."""
    return {session.name: session.loss.reason for session in sessions.created.values() if session.loss.reason}
