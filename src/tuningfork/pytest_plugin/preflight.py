"""Checks before the first test of a run: its contracts, other runs on its target, the target, credentials."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tuningfork import apis
from tuningfork.client.config import ConfigurationError
from tuningfork.client.reservation import OccupiedError, ReservationEntry, TargetReservation
from tuningfork.contract.lint import lint_loaded
from tuningfork.pytest_plugin.api_sessions import ApiSessions
from tuningfork.pytest_plugin.credential_check import expect_valid_credentials
from tuningfork.pytest_plugin.reachability import UnreachableError, expect_reachable
from tuningfork.pytest_plugin.run_config import RunConfig
from tuningfork.report.exit_codes import Exit


def require_valid_contracts(run: RunConfig) -> None:
    """Raise pytest.UsageError with each error of the contracts."""
    errors = [str(error) for contract in run.contracts.values() for error in lint_loaded(contract)]
    if errors:
        raise pytest.UsageError(*errors)


def reserve_target(
    run: RunConfig, sessions: ApiSessions, write_line: Callable[[str], None]
) -> TargetReservation:
    """Return the reservation of a target: exclusive for a run that writes, shared for one that only reads.

    Args:
        run: the run that reserves its target.
        sessions: of the run.
        write_line: shows that the run waits for another one.

    Raises:
        pytest.exit.Exception: another run did not release the target in time.
        pytest.UsageError: the folder of reservations can't be written.
    """
    settings = [sessions.settings(name) for name in run.contracts]
    keys = tuple(key for each in settings for key in each.reservation_keys())
    try:
        run.state.mkdir(parents=True, exist_ok=True)
        reservation = TargetReservation(ReservationEntry.for_this_process(keys, run.writes))
        reservation.acquire(run.target.options.patience, write_line)
    except OccupiedError as occupied:
        pytest.exit(str(occupied), Exit.ERROR)
    except OSError as error:
        raise pytest.UsageError(
            f"{error.filename}: can't be written ({error.strerror}); "
            "a run records there what it creates. Make the folder writable."
        ) from None
    return reservation


def require_reachable_target(run: RunConfig, sessions: ApiSessions) -> None:
    """Send a request to each API of a target, and use each of its credentials once.

    Nothing is sent if the budget of the run suffices for no test.

    Raises:
        ConfigurationError: a credential is wrong.
        pytest.exit.Exception: an API is not reachable.
    """
    if run.budget is not None and not run.budget.limits.test_requests:
        return
    try:
        for name in run.contracts:
            for _ in apis.profile(name).reachability_paths or ("",):
                sessions[name].gate.let_pass()
            expect_reachable(name, sessions.settings(name), sessions.route(name))
            expect_valid_credentials(sessions[name])
    except UnreachableError as unreachable:
        sessions.close()
        pytest.exit(str(unreachable), Exit.ERROR)
    except ConfigurationError:
        sessions.close()
        raise
