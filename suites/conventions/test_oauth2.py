"""`auth.oauth2`: the endpoints and rules of OAuth 2.0 (RFC 6749, 7636, 7009, 7662, 8414, 9700)."""

from __future__ import annotations

import pytest

from tuningfork.auth.oauth2 import redirect_parameters
from tuningfork.auth.pkce import Challenge
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.client.response import Response
from tuningfork.conventions.declaration import Subject
from tuningfork.json_text import to_json
from tuningfork.testing.convention import convention
from tuningfork.testing.expect import expect, expect_in, expect_no, expect_one_of, expect_true
from tuningfork.testing.fairness import premise, premise_succeeds
from tuningfork.testing.oauth2_app import OAuth2App
from tuningfork.testing.probe import Probe

CLOCK_TOLERANCE_S = 60
STATE = "tuning fork ~!*()'&=+%/?"
"""A state with characters that an URL must encode (RFC 6749 A.5)."""
METADATA_ENDPOINTS = (
    "authorization_endpoint",
    "token_endpoint",
    "revocation_endpoint",
    "introspection_endpoint",
)
METADATA_LISTS = (
    "grant_types_supported",
    "token_endpoint_auth_methods_supported",
    "code_challenge_methods_supported",
)


@convention("OAUTH2-TOKEN")
def test_token_response_has_a_token_that_works(oauth2: OAuth2App, probe: Probe) -> None:
    for grant in oauth2.grants:
        response = oauth2.grant(grant)

        members = oauth2.properties(response)
        expect(response.status, 200, f"status of {grant}", response)
        for name in ("access_token", "token_type"):
            expect_true(
                isinstance(members.get(name), str), f"a text {name}", to_json(members.get(name)), response
            )
        is_refused = probe.is_refused(str(members.get("access_token")))
        expect_true(not is_refused, f"the token of {grant} to be accepted", "a refusal", response)


@convention("OAUTH2-NO-STORE")
def test_token_response_must_not_be_stored(oauth2: OAuth2App) -> None:
    for grant in oauth2.grants:
        response = premise_succeeds(oauth2.grant(grant), f"no token by {grant}")

        directives = response.headers.get("Cache-Control", "").lower().replace(" ", "").split(",")
        expect_in("no-store", directives, "Cache-Control", response)


@convention("OAUTH2-LIFETIME")
def test_expires_in_is_in_the_declared_range(subject: Subject, oauth2: OAuth2App) -> None:
    least, most = subject.model.oauth2.lifetime
    for grant in oauth2.grants:
        response = premise_succeeds(oauth2.grant(grant), f"no token by {grant}")

        seconds = oauth2.properties(response).get("expires_in")
        is_inside = isinstance(seconds, int | float) and least <= seconds <= most
        expect_true(is_inside, f"expires_in from {least} to {most}", to_json(seconds), response)


@convention("OAUTH2-CLIENT-AUTH")
def test_each_declared_way_to_authenticate_the_client_works(subject: Subject, oauth2: OAuth2App) -> None:
    methods = set(subject.model.oauth2.token_endpoint_auth_methods_supported)
    judged = methods & {"client_secret_post", "client_secret_basic"}
    premise(bool(judged), "no declared method can be tested")
    for method in sorted(judged):
        response = oauth2.by_method(method).grant()

        expect(response.status, 200, f"status with {method}", response)


@convention("OAUTH2-CLIENT")
def test_unknown_client_and_wrong_secret_are_refused(oauth2: OAuth2App) -> None:
    known = oauth2.app
    for client_id, secret in (("no-such-client", known.client_secret), (known.client_id, "no-such-secret")):
        response = oauth2.as_client(client_id, secret).request_token({"grant_type": oauth2.grants[0]})

        expect_one_of(response.status, (400, 401), "status", response)
        expect(oauth2.properties(response).get("error"), "invalid_client", "error", response)


@convention("OAUTH2-GRANT")
def test_unknown_or_missing_grant_type_is_refused(oauth2: OAuth2App) -> None:
    for form, errors in (
        (
            {"grant_type": "no-such-grant"},
            ("unsupported_grant_type", "invalid_request", "unauthorized_client"),
        ),
        ({"scope": ""}, ("invalid_request", "unsupported_grant_type")),
    ):
        response = oauth2.request_token(form)

        expect(response.status, 400, "status", response)
        expect_one_of(oauth2.properties(response).get("error"), errors, "error", response)


@convention("OAUTH2-CODE-ONCE")
def test_used_code_is_refused(oauth2: OAuth2App) -> None:
    challenge = oauth2.challenge()
    code = oauth2.code(challenge)
    premise_succeeds(oauth2.exchange(code, challenge), "a new code does not work")

    for _ in range(2):
        expect_invalid_grant(oauth2, oauth2.exchange(code, challenge))


@convention("OAUTH2-CODE-LIFETIME")
def test_code_works_until_its_lifetime_is_over(
    subject: Subject, oauth2: OAuth2App, controls: ControlsClient
) -> None:
    challenge, lifetime = oauth2.challenge(), subject.model.oauth2.code.lifetime
    fresh, expired = oauth2.code(challenge), oauth2.code(challenge)

    controls.clock(lifetime / 2)
    expect(oauth2.exchange(fresh, challenge).status, 200, "status after half of the lifetime")

    controls.clock(lifetime / 2 + CLOCK_TOLERANCE_S)
    expect_invalid_grant(oauth2, oauth2.exchange(expired, challenge))


@convention("OAUTH2-CODE-BOUND")
def test_code_is_refused_with_another_redirect_uri(oauth2: OAuth2App) -> None:
    challenge = oauth2.challenge()
    code = oauth2.code(challenge)

    response = oauth2.exchange(code, challenge, redirect_uri=f"{oauth2.app.redirect_uri}/other")

    expect_invalid_grant(oauth2, response)


@convention("OAUTH2-REDIRECT")
def test_unregistered_redirect_uri_gets_no_redirect(oauth2: OAuth2App, unauthenticated: Client) -> None:
    """A foreign URI, and one that begins like the registered one."""
    for uri in ("https://unregistered.example.net/", f"{oauth2.app.redirect_uri}.unregistered"):
        parameters = {"redirect_uri": uri, **oauth2.challenge().parameters}

        response = unauthenticated.get(oauth2.authorization_url(**parameters))

        location = response.headers.get("Location", "")
        expect_true(not location.startswith(uri), f"no redirect to {uri}", location, response)
        can_approve = response.status == 200 and oauth2.user is not None
        redirect = oauth2.try_approve(**parameters) if can_approve else ""
        expect_true(not redirect.startswith(uri), f"no redirect to {uri}", "one after the approval", response)


@convention("OAUTH2-STATE")
def test_redirect_has_the_state_unchanged(oauth2: OAuth2App) -> None:
    redirect = oauth2.approve(state=STATE, **oauth2.challenge().parameters)

    expect(redirect_parameters(redirect).get("state"), [STATE], "state")


@convention("OAUTH2-PKCE")
@pytest.mark.parametrize("proof", [{}, {"code_verifier": "x" * 64}], ids=["missing", "wrong"])
def test_code_needs_the_verifier_of_its_challenge(
    subject: Subject, oauth2: OAuth2App, proof: dict[str, str]
) -> None:
    for method in subject.model.oauth2.code_challenge_methods_supported:
        challenge, without = Challenge.of([method]), Challenge()

        response = oauth2.exchange(oauth2.code(challenge), challenge)
        expect(response.status, 200, f"status with the verifier of {method}", response)

        response = oauth2.exchange(oauth2.code(challenge), without, **proof)
        expect_invalid_grant(oauth2, response)


@convention("OAUTH2-REFRESH-ONCE", where=lambda subject: not subject.model.oauth2.refresh.grace)
def test_used_refresh_token_is_refused(oauth2: OAuth2App) -> None:
    """That of a grant, and one that a refresh has returned."""
    first = oauth2.refresh_token()
    response = premise_succeeds(oauth2.refresh(first), "a new refresh token does not work")
    second = str(oauth2.properties(response).get("refresh_token", first))
    if second != first:
        premise_succeeds(oauth2.refresh(second), "the refresh token of a refresh does not work")

    for token in (second, second, first, first):
        expect_invalid_grant(oauth2, oauth2.refresh(token))


@convention("OAUTH2-REFRESH-ONCE", where=lambda subject: bool(subject.model.oauth2.refresh.grace))
def test_used_refresh_token_is_refused_after_the_grace(
    subject: Subject, oauth2: OAuth2App, controls: ControlsClient
) -> None:
    token = oauth2.refresh_token()
    premise_succeeds(oauth2.refresh(token), "a new refresh token does not work")

    controls.clock(subject.model.oauth2.refresh.grace + 1)

    expect_invalid_grant(oauth2, oauth2.refresh(token))


@convention("OAUTH2-REVOKE")
def test_revoked_token_no_longer_works(subject: Subject, oauth2: OAuth2App, probe: Probe) -> None:
    endpoint = subject.model.oauth2.revocation_endpoint
    token = oauth2.text_property(oauth2.grant(), "access_token")
    premise(not probe.is_refused(token), "a new token does not work")

    for value in ("no-such-token", token):
        response = oauth2.request_token({"token": value}, endpoint)
        expect(response.status, 200, "status", response)

    def expect_refused() -> None:
        expect_true(probe.is_refused(token), "the revoked token to be refused", "a success")

    oauth2.client.eventually(expect_refused)


@convention("OAUTH2-INTROSPECT")
def test_introspection_says_whether_a_token_is_active(subject: Subject, oauth2: OAuth2App) -> None:
    endpoint = subject.model.oauth2.introspection_endpoint
    token = oauth2.text_property(oauth2.grant(), "access_token")

    for value, is_active in ((token, True), (f"{token}x", False)):
        response = oauth2.request_token({"token": value}, endpoint)
        expect(response.status, 200, "status", response)
        expect(oauth2.properties(response).get("active"), is_active, "active", response)


@convention("OAUTH2-METADATA")
def test_metadata_have_the_declared_values(subject: Subject, unauthenticated: Client) -> None:
    declared = subject.model.oauth2

    response = unauthenticated.get(declared.metadata)

    metadata = response.expect_status(200).object
    expect_true(
        isinstance(metadata.get("issuer"), str), "a text issuer", to_json(metadata.get("issuer")), response
    )
    for name in METADATA_ENDPOINTS:
        path, found = getattr(declared, name), str(metadata.get(name))
        expect_true(path is None or found.endswith(path), f"{name} with {path}", found, response)
    for name in METADATA_LISTS:
        lacking = [value for value in getattr(declared, name) if value not in (metadata.get(name) or ())]
        expect_no(lacking, f"declared values that {name} lacks", response)


def expect_invalid_grant(oauth2: OAuth2App, response: Response) -> None:
    """Raise ExpectationFailed unless a grant is refused with 400 or 401 and without a token."""
    expect_one_of(response.status, (400, 401), "status", response)
    token = oauth2.properties(response).get("access_token")
    expect_true(token is None, "no access token", "one", response)
