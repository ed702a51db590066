"""Secrets reach no report, no log, no curl line and no terminal, not even from a server that tells them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest

from tuningfork.mock.app import Environ, StartResponse

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout, Served

FAILING = """
import logging

import pytest
import requests

@pytest.fixture
def said(user):
    return user.get("/me?access_token=" + user.token).text

@claim("SC-TRACK-01")
def test_unmet(api, said):
    api.get("/tracks").expect_ok()

@claim("SC-TRACK-02")
def test_assertion(said):
    assert "nothing" in said, said

@claim("SC-TRACK-03")
def test_bare_assertion(user, said):
    assert user.token == said

@claim("SC-ERR-01")
def test_our_own_error(user, said):
    raise ValueError(f"{user.token} {said}")

@claim("SC-ERR-01")
def test_an_error_with_arguments(user, target):
    requests.get(user.token, auth=(target.client_secret.get_secret_value(), user.token))

@claim("SC-ERR-09")
def test_not_verified(user, said):
    not_verified(f"the server says {said} of {user.token}")

@claim("SC-ERR-09")
def test_nothing_asked(target):
    not_verified(f"no {target.client_secret.get_secret_value()}")

@claim("SC-AUTH-10")
def test_output(user, target, said):
    print(user.token, said)
    logging.getLogger("suite").error("said %s of %s", said, user.token)
    api = user.post("/oauth2/token", form={"client_secret": target.client_secret.get_secret_value()})
    api.expect_ok()
"""


def telling(served: Served, secrets: list[str]) -> None:
    """Have the server give tokens, and answer all else with every secret that it has heard of."""
    answer = served.mock.wsgi

    def tell(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] in ("/connect", "/connect/consent", "/oauth2/token") and (
            environ["PATH_INFO"] != "/oauth2/token" or environ.get("HTTP_AUTHORIZATION") is None
        ):
            return learn(answer(environ, start_response))
        said = " and ".join([*secrets, environ.get("HTTP_AUTHORIZATION", "")])
        start_response("418 I'm a teapot", [("Content-Type", "application/json"), ("X-Told", said)])
        return [json.dumps({"message": f"no, not with {said}"}).encode()]

    def learn(chunks: Iterable[bytes]) -> list[bytes]:
        body = b"".join(chunks)
        if body.startswith(b"{"):
            tokens = json.loads(body)
            secrets.extend(tokens[name] for name in ("access_token", "refresh_token") if name in tokens)
        return [body]

    served.mock.wsgi = tell  # type: ignore[method-assign]  # a server that can't keep a secret


@pytest.mark.parametrize(
    "options", [(), ("-vv", "-l", "--tb=long", "-rA", "--log-level=DEBUG", "--log-file=log.txt")]
)
def test_no_secret_is_told(checkout: Checkout, served: Served, options: tuple[str, ...]) -> None:
    users = served.settings["users"]
    secrets = [served.settings["client_secret"], *(user["password"] for user in users.values())]
    telling(served, secrets)
    checkout.suite(FAILING)
    checkout.target(served.settings)

    result = checkout.run("--target", "served", "--log-cli-level=DEBUG", *options)

    assert checkout.verdicts()["SC-TRACK-01"] == "failed"
    assert len(secrets) >= 7
    texts = {"the terminal": f"{result.stdout}{result.stderr}"}
    kept = checkout.path / ".tuningfork"
    for file in checkout.path.rglob("*"):
        if file.is_file() and not file.is_relative_to(kept) and file.name != "tuningfork.toml":
            texts[file.name] = file.read_text(errors="replace")
    leaks = [
        (name, secret, text[max(0, text.index(secret) - 100) :][:150])
        for name, text in texts.items()
        for secret in secrets
        if secret in text
    ]
    assert leaks == []
