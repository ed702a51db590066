"""Blocks with signed requests: tokens of OAuth 1.0a from a form, a PIN from a page, a nonce used twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import requests

from tuningfork.auth.oauth1 import Consumer, OAuth1
from tuningfork.auth.signing import snapshot
from tuningfork.client.exchange_log import Step
from tuningfork.model import Exchange, Headers, Response
from tuningfork.redaction import Disclosure
from tuningfork.report.reproduction import Scene, reproduction
from tuningfork.report.shell_steps import AFTER, BREAKING, LOG_IN, TEST

BASE = "https://api.example.test"
FORM = "application/x-www-form-urlencoded"
APP = OAuth1(Consumer("app-key", "app-secret"))
USER = replace(APP, token="user-token-1", token_secret="user-secret-1")
SETTINGS = {"app-key": "CONSUMER_KEY", "app-secret": "CONSUMER_SECRET"}
PIN_PAGE = "<html><meta charset='utf-8'><body><p>Your PIN:</p><code>4829310</code></body></html>"

HEADINGS = (LOG_IN, TEST, BREAKING, AFTER)


def exchange(
    auth: OAuth1 | None, method: str, path: str, answer: str, media_type: str, **rest: Any
) -> Exchange:
    prepared = requests.Request(method, BASE + path, auth=auth, **rest).prepare()
    request = replace(snapshot(prepared), signing=getattr(prepared, "signing", None))
    return Exchange(request, Response(200, "", Headers([("Content-Type", media_type)]), answer.encode()))


def block(own: Iterable[Exchange], logins: Iterable[Exchange] = ()) -> list[str]:
    """Return the lines of the block that repeats the last exchange of a test."""
    steps = [Step(each, float(number)) for number, each in enumerate([*logins, *own])]
    own_steps = steps[len(steps) - len(list(own)) :]
    scene = Scene(steps, own_steps, Disclosure(), SETTINGS, {BASE: "BASE_URL"}, ["# ."], {})
    lines = reproduction(scene, own_steps[-1].exchange).splitlines()
    return [line.replace(" -w '%{http_code}\\n'", "") for line in lines if line not in HEADINGS]


def starting(lines: Iterable[str], *starts: str) -> list[str]:
    return [line for line in lines if line.startswith(starts)]


LOGIN = (
    exchange(APP, "POST", "/oauth/request_token", "oauth_token=rt-1&oauth_token_secret=rs-1&x=1", FORM),
    exchange(None, "POST", "/oauth/authorize", PIN_PAGE, "text/html", data={"oauth_token": "rt-1"}),
    exchange(
        replace(APP, token="rt-1", token_secret="rs-1", verifier="4829310"),
        "POST",
        "/oauth/access_token",
        "oauth_token=user-token-1&oauth_token_secret=user-secret-1",
        FORM,
    ),
)


def test_three_legs_of_login_carry_tokens_and_pin() -> None:
    lines = block([exchange(USER, "GET", "/account", "{}", "application/json")], LOGIN)

    assignments = [line.partition("=")[0] for line in starting(lines, "REQUEST_", "PIN", "ACCESS_", "curl")]
    assert assignments[:5] == [
        "REQUEST_TOKEN",
        "REQUEST_TOKEN_SECRET",
        "PIN",
        "ACCESS_TOKEN",
        "ACCESS_TOKEN_SECRET",
    ]
    signatures = starting(lines, "SIGNATURE=")
    assert '"$CONSUMER_SECRET" "$REQUEST_TOKEN_SECRET"' in signatures[1]
    assert '"oauth_verifier=$PIN"' in signatures[1]
    assert '"$CONSUMER_SECRET" "$ACCESS_TOKEN_SECRET"' in signatures[2]
    assert 'oauth_token=\\"$ACCESS_TOKEN\\"' in lines[-1]


def test_no_secret_and_no_signature_is_in_block() -> None:
    signed = exchange(USER, "GET", "/account", "{}", "application/json")
    assert signed.request.signing is not None

    text = "\n".join(block([signed], LOGIN))

    for secret in (
        "app-secret",
        "rs-1",
        "user-secret-1",
        "user-token-1",
        "4829310",
        signed.request.signing.nonce,
    ):
        assert secret not in text


def test_request_is_needed_that_used_the_same_nonce() -> None:
    fixed = replace(APP, nonce="again", timestamp=1_795_952_442)
    requests_of_test = [
        exchange(fixed, "GET", "/tracks", "{}", "application/json"),
        exchange(APP, "GET", "/users", "{}", "application/json"),
        exchange(fixed, "GET", "/account", "{}", "application/json"),
    ]

    lines = block(requests_of_test)

    sent = [line for line in lines if "curl" in line]
    assert ["/tracks" in line for line in sent] == [True, False]
    assert all('oauth_nonce=\\"again\\", oauth_timestamp=\\"$TIMESTAMP\\"' in line for line in sent)
    assert "/users" not in "".join(lines)


def test_ordinary_requests_of_same_url_are_repeated_in_a_loop() -> None:
    lines = block([exchange(APP, "GET", "/tracks", "{}", "application/json") for _ in range(4)])

    loop = next(line for line in lines if line.startswith("for "))
    assert loop.startswith("for _ in $(seq 3)")
    assert "NONCE=$RANDOM" in loop


def test_block_that_is_too_long_has_fewer_earlier_requests() -> None:
    writes = [
        exchange(APP, "PUT", "/tracks/17", "{}", "application/json", data={"title": f"{number}" * 400})
        for number in range(1, 60)
    ]

    lines = block([*writes, exchange(APP, "GET", "/tracks/17", "{}", "application/json")])

    sent = [line for line in lines if line.startswith("curl")]
    assert len(sent) == 21
    assert "59" * 400 in sent[-2]
