"""Secrets reach no report, log, curl line or terminal, even if the server repeats them in its responses."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest

from tuningfork.mock.app import Environ, StartResponse

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout, Served

SUITE = """
import logging
import re
from pathlib import Path

import pytest
import requests

SECRET = re.search('client_secret = "(.*)"', Path("tuningfork.toml").read_text())[1]

@pytest.fixture
def body(user):
    return user.get("/me?access_token=" + user.token).text

@claim("SC-TRACK-01")
def test_expectation(api, body):
    api.get("/tracks").expect_ok()

@claim("SC-TRACK-02")
def test_assertion(body):
    assert "nothing" in body, body

@claim("SC-TRACK-03")
def test_bare_assertion(user, body):
    assert user.token == body

@claim("SC-ERR-01")
def test_error(user, body):
    raise ValueError(f"{user.token} {body}")

@claim("SC-ERR-01")
def test_error_with_arguments(user, settings):
    requests.get(user.token, auth=(settings.client_secret.get_secret_value(), user.token))

@pytest.mark.parametrize("value", [SECRET])
@claim("SC-ERR-01")
def test_case(user, body, value):
    assert not value, "a value"

@claim("SC-ERR-09")
def test_not_verified(user, body):
    not_verified(f"the server sends {body} to {user.token}")

@claim("SC-ERR-09")
def test_no_request(settings):
    not_verified(f"no {settings.client_secret.get_secret_value()}")

@claim("SC-AUTH-10")
def test_output(user, settings, body):
    print(user.token, body)
    logging.getLogger("suite").error("received %s for %s", body, user.token)
    api = user.post("/oauth2/token", form={"client_secret": settings.client_secret.get_secret_value()})
    api.expect_ok()
"""


def reveal_secrets(served: Served, secrets: list[str]) -> None:
    """Have the server respond with all secrets that it received or issued, but to requests of a login."""
    original = served.mock.wsgi

    def respond_with_secrets(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] in ("/connect", "/connect/consent", "/oauth2/token") and (
            environ["PATH_INFO"] != "/oauth2/token" or environ.get("HTTP_AUTHORIZATION") is None
        ):
            return collect_tokens(original(environ, start_response))
        text = " and ".join([*secrets, environ.get("HTTP_AUTHORIZATION", "")])
        start_response("418 I'm a teapot", [("Content-Type", "application/json"), ("X-Secrets", text)])
        return [json.dumps({"message": f"not with {text}"}).encode()]

    def collect_tokens(chunks: Iterable[bytes]) -> list[bytes]:
        body = b"".join(chunks)
        if body.startswith(b"{"):
            tokens = json.loads(body)
            secrets.extend(tokens[name] for name in ("access_token", "refresh_token") if name in tokens)
        return [body]

    served.mock.wsgi = respond_with_secrets  # type: ignore[method-assign]  # a server that reveals secrets


@pytest.mark.parametrize(
    "options", [(), ("-vv", "-l", "--tb=long", "-rA", "--log-level=DEBUG", "--log-file=log.txt")]
)
def test_failing_tests_print_and_write_no_secret(
    checkout: Checkout, served: Served, options: tuple[str, ...]
) -> None:
    users = served.settings["users"]
    secrets = [served.settings["client_secret"], *(user["password"] for user in users.values())]
    reveal_secrets(served, secrets)
    checkout.suite(SUITE)
    checkout.target(served.settings)

    result = checkout.run("--target", "served", "--log-cli-level=DEBUG", *options)

    assert checkout.verdicts()["SC-TRACK-01"] == "failed"
    assert len(secrets) >= 7
    assert any("test_case[$CLIENT_SECRET]" in test["id"] for test in checkout.results()["tests"])
    texts = {"the terminal": f"{result.stdout}{result.stderr}"}
    state = checkout.path / ".tuningfork"
    for file in checkout.path.rglob("*"):
        if file.is_file() and not file.is_relative_to(state) and file.name != "tuningfork.toml":
            texts[file.name] = file.read_text(errors="replace")
    leaks = [
        (name, secret, text[max(0, text.index(secret) - 100) :][:150])
        for name, text in texts.items()
        for secret in secrets
        if secret in text
    ]
    assert leaks == []
