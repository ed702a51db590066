"""What the API sessions of one process add up to; a pytest-xdist worker sends it to the main process."""

from __future__ import annotations

from typing import Any

from tuningfork.pytest_plugin.api_sessions import ApiSessions


def undeleted_resources(sessions: ApiSessions) -> list[str]:
    """Return a line for each resource that clean-up left, and for what it deleted of killed jobs."""
    return [
        f"{session.name}: {line}"
        for session in sessions.created.values()
        for line in (*session.notices, *(f"not removed: {each}" for each in session.cleanup.undeleted))
    ]


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
                        "observed": sorted(session.coverage.observed[key]),
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
