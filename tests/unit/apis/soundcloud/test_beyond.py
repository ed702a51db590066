"""Operations of SoundCloud that no claim covers break no claim."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuningfork import apis
from tuningfork.checks.base import findings
from tuningfork.contract.openapi import Contract
from tuningfork.model import Exchange, Headers, Request, Response

CONTRACT = Contract.load(Path(__file__).parents[4] / "specs" / "soundcloud")
BEYOND = [operation.key for operation in CONTRACT.all_operations if operation.beyond]
BASE = "https://api.soundcloud.com"


def exchange_of(key: str, status: int, body: bytes, media_type: str) -> Exchange:
    method, _, template = key.partition(" ")
    path = template.replace("{", "").replace("}", "")
    headers = Headers([("Content-Type", media_type)])
    return Exchange(Request(method, BASE + path, Headers([]), b""), Response(status, "", headers, body))


@pytest.mark.parametrize("key", BEYOND)
@pytest.mark.parametrize(
    ("status", "body", "media_type"),
    [
        (404, b"unknown route", "text/plain"),
        (200, b'"neither list nor object"', "application/json"),
        (500, b"<html>", "text/html"),
    ],
)
def test_no_response_beyond_claims_breaks_one(key: str, status: int, body: bytes, media_type: str) -> None:
    exchange = exchange_of(key, status, body, media_type)
    operation = CONTRACT.find(exchange.request.method, exchange.request.path)

    results = list(findings(apis.profile("soundcloud").checks, exchange, operation))

    assert operation is not None
    assert operation.key == key
    assert results
    assert {finding.claim for finding in results} == {None}
