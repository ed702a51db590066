"""Uses each configured credential once before a run, so that a wrong one is reported as a wrong setting."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

import pytest

from tuningfork.apis import Provable
from tuningfork.auth.oauth2 import AuthError, WrongCredentials
from tuningfork.client.config import ConfigurationError
from tuningfork.model import ExpectationFailed
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.pytest_plugin.reachability import UnreachableError


def expect_valid_credentials(session: ApiSession) -> None:
    """Fetch tokens for every principal of an API, and use those that the target did not issue.

    Credentials of the test data (`given`) are not used. Other failures are left to the tests.

    Raises:
        ConfigurationError: the target rejects a credential; the message names its key in tuningfork.toml.
        UnreachableError: no credential is accepted, and the target has no path of the API.
    """
    credentials = session.credentials
    if not isinstance(credentials, Provable):
        _expect_accepted_writer(session)
        return
    checked: list[str] = []
    is_accepted = False
    for principal in credentials.principals():
        try:
            is_accepted = _accepts(session, principal, credentials.probe_paths(principal)) or is_accepted
        except WrongCredentials as error:
            if checked and not is_accepted:
                _expect_paths_of_api(session, checked[0])
            raise _make_error(session, credentials.key(principal, error.kind), error) from None
        except (AuthError, ExpectationFailed, pytest.skip.Exception):
            pass
        checked.append(principal)
    if checked and not is_accepted:
        _expect_paths_of_api(session, checked[0])


def _expect_accepted_writer(session: ApiSession) -> None:
    """Raise ConfigurationError if the target returns 401 for the credentials of the principal that writes.

    This is the check for credentials that do not list their principals. It does nothing for an API without
    credentials.
    """
    principal = session.profile.write_as
    try:
        if session.auth_of(principal) is not None:
            _accepts(session, principal, [session.credentials.probe_path(principal)])
    except WrongCredentials as error:
        raise _make_error(session, "a credential", error) from None
    except (AuthError, ExpectationFailed, pytest.skip.Exception):
        pass


def _accepts(session: ApiSession, principal: str, paths: Sequence[str]) -> bool:
    """Return whether the target accepts a principal's tokens; False if it returns 404 for all `paths`.

    Raises:
        WrongCredentials: it returns 401 for all `paths`, or rejects the credentials at login.
        AuthError, ExpectationFailed: it issues no token, or does not respond, for another reason.
    """
    client = session.unchecked_client(session.auth_of(principal))
    statuses = {client.get(path).status for path in paths}
    if statuses == {401}:
        raise WrongCredentials(f"401 at {', '.join(paths)}", "token")
    return statuses != {404}


def _expect_paths_of_api(session: ApiSession, principal: str) -> None:
    """Raise UnreachableError if the target rejects or does not know every login path and reachability path.

    A target that does not respond is left to the tests.
    """
    profile = session.profile
    logins = sorted({login.partition(" ")[2] for login in profile.logins})
    with contextlib.suppress(ExpectationFailed, pytest.skip.Exception):
        try:
            auth = session.auth_of(principal)
        except AuthError:
            auth = None
        client = session.unchecked_client(auth)
        responses = [client.get(path) for path in logins]
        responses += [client.options(path) for path in profile.reachability_paths]
        if all(response.status in (401, 403, 404) for response in responses):
            paths = ", ".join([*logins, *profile.reachability_paths])
            raise UnreachableError(
                f"{session.settings.base_url} has none of {paths}, "
                f"so it is not the {profile.title} API; correct base_url."
            )


def _make_error(session: ApiSession, key: str, error: WrongCredentials) -> ConfigurationError:
    """Return the error that names the key of tuningfork.toml with the rejected credential."""
    target = session.run.target
    return ConfigurationError(
        f"{target.file}: {key} of [targets.{target.name}.{session.name}] is refused: {error}; correct it."
    )
