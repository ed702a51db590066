"""`auth` with `type: oauth1`: signatures, nonces and timestamps, and the login (RFC 5849)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from requests.auth import AuthBase

from tuningfork.auth.oauth1 import Consumer, OAuth1, Placement
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Contract
from tuningfork.conventions.declaration import Subject
from tuningfork.conventions.grammar.responses import Refusal
from tuningfork.conventions.grammar.statuses import Statuses
from tuningfork.testing.convention import convention
from tuningfork.testing.credential_refusal import expect_refused
from tuningfork.testing.declared_operation import DeclaredOperation
from tuningfork.testing.expect import expect, expect_true
from tuningfork.testing.fairness import premise_succeeds
from tuningfork.testing.oauth1_app import OAuth1App, parse_token
from tuningfork.testing.probe import is_probe
from tuningfork.testing.refusal import expect_refusal
from tuningfork.testing.signatures import other_secret, server_time, wrong_signers

SendSigned = Callable[[AuthBase], Response]
CLOCK_TOLERANCE_S = 15
"""Seconds that a request and the header Date may add to the difference of two clocks."""


@convention("OAUTH1-SIGNATURE")
def test_wrong_signature_is_refused(
    subject: Subject,
    declared_operation: DeclaredOperation,
    signer: OAuth1,
    client: Client,
    contract: Contract,
) -> None:
    """The probe gets all kinds of wrong signatures, any other operation one by another secret."""
    request = declared_operation.unauthorized()
    signers: list[AuthBase] = [other_secret(signer)]
    if is_probe(subject, contract):
        signers = list(wrong_signers(signer, must_be_signed=not subject.model.optional))

    for wrong in signers:
        response = request.send(client.with_auth(wrong))

        expect_refused(request, response, subject.model.wrong, contract.declaration)


@convention("OAUTH1-NONCE")
@pytest.mark.parametrize("placement", ["header", "query"])
def test_used_nonce_is_refused(
    placement: Placement,
    subject: Subject,
    signer: OAuth1,
    send_signed: SendSigned,
    contract: Contract,
    unique_name: Callable[[str], str],
) -> None:
    """At once and after another request; not verified if signatures are not read at a placement."""
    nonce = unique_name("nonce").replace(" ", "")
    repeated = replace(signer, nonce=nonce, timestamp=int(time.time()), placement=placement)
    premise_succeeds(send_signed(repeated), "a signed request does not succeed")

    expect_refusal(send_signed(repeated), subject.model.wrong, contract.declaration)
    premise_succeeds(send_signed(signer), "a signed request does not succeed")
    expect_refusal(send_signed(repeated), subject.model.wrong, contract.declaration)


@convention("OAUTH1-TIMESTAMP")
def test_timestamp_that_is_not_positive_is_refused(
    subject: Subject, signer: OAuth1, send_signed: SendSigned, contract: Contract
) -> None:
    for timestamp in ("-1", "now"):
        response = send_signed(replace(signer, timestamp=timestamp))

        expect_refusal(response, or_bad_request(subject), contract.declaration)


@convention("OAUTH1-WINDOW")
def test_timestamp_is_accepted_and_refused_as_declared(
    subject: Subject, signer: OAuth1, send_signed: SendSigned, contract: Contract
) -> None:
    """By the clock of the server, in both directions."""
    accepted, refused = subject.model.oauth1.timestamp

    for sign in (1, -1):
        off = sign * max(accepted - CLOCK_TOLERANCE_S, 0)
        response = send_signed(replace(signer, timestamp=server_time(send_signed(signer)) + off))
        expect_true(
            response.status < 300, f"a timestamp that is {off} s off is accepted", "refused", response
        )

        off = sign * (refused + CLOCK_TOLERANCE_S)
        response = send_signed(replace(signer, timestamp=server_time(send_signed(signer)) + off))
        expect_refusal(response, subject.model.wrong, contract.declaration)


@convention("OAUTH1-WINDOW", needs=("control:clock",))
def test_signature_is_refused_when_it_is_old(
    subject: Subject,
    signer: OAuth1,
    send_signed: SendSigned,
    contract: Contract,
    controls: ControlsClient,
) -> None:
    """A timestamp of before the clock of the server was set ahead."""
    timestamp = server_time(send_signed(signer))

    controls.clock(subject.model.oauth1.timestamp[1] + CLOCK_TOLERANCE_S)

    expect_refusal(
        send_signed(replace(signer, timestamp=timestamp)), subject.model.wrong, contract.declaration
    )


@convention("OAUTH1-METHOD")
def test_unknown_signature_method_is_refused(
    subject: Subject, signer: OAuth1, send_signed: SendSigned, contract: Contract
) -> None:
    response = send_signed(replace(signer, parameter_overrides={"oauth_signature_method": "TUNING-FORK"}))

    expect_refusal(response, or_bad_request(subject), contract.declaration)


@convention("OAUTH1-CONSUMER")
def test_unknown_consumer_is_refused(
    subject: Subject, signer: OAuth1, send_signed: SendSigned, contract: Contract
) -> None:
    unknown = Consumer("no-such-consumer", signer.consumer.secret)

    response = send_signed(replace(signer, consumer=unknown))

    expect_refusal(response, subject.model.wrong, contract.declaration)


@convention("OAUTH1-VERSION")
def test_other_version_is_refused(
    subject: Subject, signer: OAuth1, send_signed: SendSigned, contract: Contract
) -> None:
    response = send_signed(replace(signer, parameter_overrides={"oauth_version": "2.0"}))

    expect_refusal(response, or_bad_request(subject), contract.declaration)


@convention("OAUTH1-LOGIN")
def test_approved_request_token_gives_a_token_that_works(oauth1: OAuth1App, send_signed: SendSigned) -> None:
    response = oauth1.begin()
    expect(response.status, 200, "status of the request for a request token", response)
    request_token = parse_token(response)

    page = oauth1.open_consent_page(request_token)
    expect_true(page.status < 400, "a consent page", str(page.status), page)

    response = oauth1.exchange(request_token, oauth1.approve(request_token))
    expect(response.status, 200, "status of the exchange", response)
    signed = send_signed(oauth1.signed_by(parse_token(response)))
    expect_true(signed.status < 300, "the new token is accepted", f"{signed.status}", signed)


@convention("OAUTH1-VERIFIER")
def test_exchange_without_the_verifier_is_refused(oauth1: OAuth1App) -> None:
    """Before the approval, and after it with that of another token, a changed, a shorter and no verifier."""
    pending, other, approved = (oauth1.request_token() for _ in range(3))
    other_verifier, verifier = oauth1.approve(other), oauth1.approve(approved)
    other_end = f"{verifier[:-1]}{'8' if verifier.endswith('9') else '9'}"

    expect_no_token(oauth1.exchange(pending, verifier))
    expect_no_token(oauth1.exchange(pending, None))
    for wrong in (other_verifier, other_end, verifier[:-1], None):
        expect_no_token(oauth1.exchange(approved, wrong))


@convention("OAUTH1-ONCE")
def test_request_token_is_exchanged_once(oauth1: OAuth1App) -> None:
    request_token = oauth1.request_token()
    verifier = oauth1.approve(request_token)
    premise_succeeds(oauth1.exchange(request_token, verifier), "a new request token does not work")

    for _ in range(2):
        expect_no_token(oauth1.exchange(request_token, verifier))


@convention("OAUTH1-REQUEST-TOKEN")
def test_request_token_is_refused_in_other_requests(
    subject: Subject, oauth1: OAuth1App, send_signed: SendSigned, contract: Contract
) -> None:
    """Before the approval and after it."""
    request_token = oauth1.request_token()

    expect_refusal(send_signed(oauth1.signed_by(request_token)), subject.model.wrong, contract.declaration)
    oauth1.approve(request_token)
    expect_refusal(send_signed(oauth1.signed_by(request_token)), subject.model.wrong, contract.declaration)


def expect_no_token(response: Response) -> None:
    """Raise ExpectationFailed unless an exchange is refused with 4xx."""
    expect_true(400 <= response.status < 500, "status 4xx", str(response.status), response)


def or_bad_request(subject: Subject) -> Refusal:
    """Return the declared refusal, or 400 for an unsupported parameter (RFC 5849 3.2)."""
    return Refusal(Statuses((*subject.model.wrong.statuses.patterns, "400")))
