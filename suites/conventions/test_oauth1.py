"""`auth` with `type: oauth1`: signatures, nonces and timestamps (RFC 5849)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from requests import PreparedRequest
from requests.auth import AuthBase

from tuningfork.auth.oauth1 import Consumer, OAuth1
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Contract
from tuningfork.conventions.declaration import Subject
from tuningfork.conventions.grammar import Refusal, Statuses
from tuningfork.testing.convention import convention
from tuningfork.testing.fairness import premise_succeeds
from tuningfork.testing.refusal import expect_refusal

SendSigned = Callable[[AuthBase], Response]


class Tampered(AuthBase):
    """Adds a parameter to the query of a request after it was signed."""

    def __init__(self, signer: OAuth1) -> None:
        self.signer = signer

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Sign a request and change its URL."""
        signed = self.signer(request)
        signed.prepare_url(signed.url, {"tuning": "fork"})
        return signed


@convention("OAUTH1-SIGNATURE")
def test_signature_over_another_request_is_refused(
    subject: Subject, signer: OAuth1, send_signed: SendSigned, contract: Contract
) -> None:
    other_secret = replace(signer, consumer=Consumer(signer.consumer.key, f"{signer.consumer.secret}x"))

    for wrong in (Tampered(signer), other_secret):
        expect_refusal(send_signed(wrong), subject.model.wrong, contract.declaration)


@convention("OAUTH1-NONCE")
def test_used_nonce_is_refused(
    subject: Subject,
    signer: OAuth1,
    send_signed: SendSigned,
    contract: Contract,
    unique_name: Callable[[str], str],
) -> None:
    repeated = replace(signer, nonce=unique_name("nonce").replace(" ", ""), timestamp=int(time.time()))
    premise_succeeds(send_signed(repeated), "a signed request does not succeed")

    expect_refusal(send_signed(repeated), subject.model.wrong, contract.declaration)


@convention("OAUTH1-TIMESTAMP")
def test_timestamp_that_is_not_positive_is_refused(
    subject: Subject, signer: OAuth1, send_signed: SendSigned, contract: Contract
) -> None:
    for timestamp in ("-1", "now"):
        response = send_signed(replace(signer, timestamp=timestamp))

        expect_refusal(response, or_bad_request(subject), contract.declaration)


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


def or_bad_request(subject: Subject) -> Refusal:
    """Return the declared refusal, or 400 for an unsupported parameter (RFC 5849 3.2)."""
    return Refusal(Statuses((*subject.model.wrong.statuses.patterns, "400")))
