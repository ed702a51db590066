"""`auth.login`, `auth.refresh` and `auth.logout`: sessions of a user; each test has a session of its own."""

from __future__ import annotations

from typing import Any

from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Contract
from tuningfork.conventions.declaration import Subject
from tuningfork.json_text import to_json
from tuningfork.testing.concurrency import send_concurrently
from tuningfork.testing.convention import convention
from tuningfork.testing.expect import expect, expect_no, expect_true
from tuningfork.testing.fairness import premise
from tuningfork.testing.item_comparison import leaves
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.probe import Probe
from tuningfork.testing.refusal import code_of, expect_refusal
from tuningfork.testing.sessions import Sessions, expect_one_refresh

CONCURRENT_REFRESHES = 4
REFRESHES_IN_TURN = 3
CLOCK_TOLERANCE_S = 60


@convention("LOGIN-WORKS")
def test_login_returns_tokens_that_work(sessions: Sessions, probe: Probe) -> None:
    response = sessions.log_in()

    tokens = sessions.tokens(response)
    expect_true(bool(tokens.access), f"an access token at {sessions.login.access}", "none", response)
    if sessions.login.refresh is not None:
        expect_true(bool(tokens.refresh), f"a refresh token at {sessions.login.refresh}", "none", response)
    if sessions.login.expires is not None:
        has_lifetime = tokens.lifetime is not None and tokens.lifetime > 0
        expect_true(has_lifetime, f"a number at {sessions.login.expires}", to_json(tokens.lifetime), response)
    expect_true(probe.is_accepted(tokens.access), "the access token to be accepted", "a refusal")


@convention("LOGIN-WRONG")
def test_login_with_a_wrong_password_is_refused(
    subject: Subject, sessions: Sessions, contract: Contract
) -> None:
    response = sessions.log_in(password=f"{sessions.password}x")

    expect_refusal(response, subject.model.login.wrong, contract.declaration)


@convention("LOGIN-ALIKE")
def test_unknown_name_is_refused_like_a_wrong_password(sessions: Sessions, contract: Contract) -> None:
    """Values that differ between two equal requests, such as the time, are left out."""
    wrong, again = (sessions.log_in(password="no-such-password") for _ in range(2))  # noqa: S106 - a wrong one
    unknown = sessions.log_in(username="no-such-user")

    expect(unknown.status, wrong.status, "status", unknown)
    expect(
        code_of(unknown, contract.declaration, None),
        code_of(wrong, contract.declaration, None),
        "code",
        unknown,
    )
    differing = differing_pointers(wrong, unknown) - differing_pointers(wrong, again)
    expect_no(differing, "properties that differ from those for a wrong password", unknown)


@convention("AUTH-LIFETIME")
def test_access_token_works_for_half_of_its_lifetime(
    sessions: Sessions, probe: Probe, controls: ControlsClient
) -> None:
    tokens = sessions.start()
    premise(tokens.lifetime is not None, "the response has no lifetime")

    controls.clock(float(tokens.lifetime or 0) / 2)

    expect_true(probe.is_accepted(tokens.access), "the access token to be accepted", "a refusal")


@convention("AUTH-EXPIRED", where=lambda subject: subject.model.login is not None)
def test_access_token_is_refused_after_its_lifetime(
    subject: Subject, sessions: Sessions, probe: Probe, controls: ControlsClient, contract: Contract
) -> None:
    tokens = sessions.start()
    premise(tokens.lifetime is not None, "the response has no lifetime")
    premise(probe.is_accepted(tokens.access), "a new token does not work")

    controls.clock(float(tokens.lifetime or 0) + CLOCK_TOLERANCE_S)

    expect_refusal(probe.send(tokens.access), subject.model.expired, contract.declaration)


@convention("REFRESH-WORKS")
def test_refresh_returns_an_access_token_that_works(sessions: Sessions, probe: Probe) -> None:
    started = sessions.start()

    response = sessions.refresh(started.refresh)

    token = sessions.tokens(response).access
    expect_true(bool(token), "an access token", f"none in a {response.status}", response)
    expect_true(probe.is_accepted(token), "the access token to be accepted", "a refusal")


@convention("REFRESH-WRONG")
def test_unknown_refresh_token_is_refused(subject: Subject, sessions: Sessions, contract: Contract) -> None:
    started = sessions.start()

    response = sessions.refresh(f"{started.refresh}x")

    expect_refusal(response, subject.model.refresh.wrong, contract.declaration)


def has_grace(subject: Subject) -> bool:
    """Return whether a used refresh token may work for a time."""
    return bool(subject.model.refresh.grace)


@convention("REFRESH-ONCE", where=lambda subject: not has_grace(subject))
def test_used_refresh_token_is_refused(sessions: Sessions, probe: Probe) -> None:
    started = sessions.start()
    renewed = sessions.refreshed(started.refresh)
    premise(probe.is_accepted(renewed.access), "a refreshed token does not work")

    for _ in range(2):
        expect_unusable(sessions, sessions.refresh(started.refresh))


@convention("REFRESH-ONCE", where=has_grace)
def test_used_refresh_token_is_refused_after_the_grace(sessions: Sessions, controls: ControlsClient) -> None:
    started = sessions.start()
    sessions.refreshed(started.refresh)

    controls.clock(sessions.declared_refresh.grace + 1)

    expect_unusable(sessions, sessions.refresh(started.refresh))


@convention("REFRESH-CHAIN")
def test_each_new_refresh_token_works(sessions: Sessions, probe: Probe) -> None:
    tokens = sessions.start()

    for _ in range(REFRESHES_IN_TURN):
        response = sessions.refresh(tokens.refresh)
        tokens = sessions.tokens(response)
        expect_true(bool(tokens.access and tokens.refresh), "new tokens", str(response.status), response)
    expect_true(probe.is_accepted(tokens.access), "the last access token to be accepted", "a refusal")


@convention("REFRESH-RACE")
def test_one_of_several_refreshes_at_the_same_moment_succeeds(
    sessions: Sessions, probe: Probe, unauthenticated: Client
) -> None:
    """A server may return the same new token several times, or end the session afterwards."""
    token = sessions.start().refresh

    def refresh(client: Client) -> Response:
        return sessions.refresh(token, client)

    responses = send_concurrently(unauthenticated, CONCURRENT_REFRESHES, refresh)

    expect_one_refresh(sessions, responses, probe.is_accepted)


@convention("REFRESH-REUSE")
def test_second_use_of_a_refresh_token_has_the_declared_effect(
    sessions: Sessions, controls: ControlsClient
) -> None:
    started = sessions.start()
    renewed = sessions.refreshed(started.refresh)
    controls.clock(sessions.declared_refresh.grace + 1)

    sessions.refresh(started.refresh)

    response = sessions.refresh(renewed.refresh)
    if sessions.declared_refresh.reuse == "ends-family":
        expect_unusable(sessions, response)
    else:
        expect_true(bool(sessions.tokens(response).access), "new tokens", str(response.status), response)


@convention("LOGOUT")
def test_logout_ends_the_declared_tokens(sessions: Sessions, probe: Probe, unauthenticated: Client) -> None:
    tokens = sessions.start()
    premise(probe.is_accepted(tokens.access), "a new token does not work")

    response = sessions.log_out(tokens)

    expect_true(response.status < 400, "a success", str(response.status), response)
    for ended in at_least_one(sessions.declared_logout.ends, "no token ends"):
        if ended == "access":
            unauthenticated.eventually(
                lambda: expect_true(
                    not probe.is_accepted(tokens.access), "the access token to be refused", "a success"
                )
            )
        else:
            unauthenticated.eventually(lambda: expect_unusable(sessions, sessions.refresh(tokens.refresh)))


def expect_unusable(sessions: Sessions, response: Response) -> None:
    """Raise ExpectationFailed unless a refresh was refused: as declared, or else with any error."""
    refusal = sessions.declared_refresh.wrong
    if refusal is not None:
        expect_refusal(response, refusal, sessions.declaration)
    expect_true(not sessions.tokens(response).access, "no new token", "an access token", response)


def differing_pointers(first: Response, second: Response) -> set[str]:
    """Return the locations at which the JSON bodies of two responses differ."""
    one, other = dict(leaves(_body(first))), dict(leaves(_body(second)))
    return {place for place in one.keys() | other.keys() if one.get(place) != other.get(place)}


def _body(response: Response) -> Any:
    """Return the JSON of a response; its text if it is not JSON."""
    try:
        return response.exchange.response.json()
    except ValueError:
        return response.text
