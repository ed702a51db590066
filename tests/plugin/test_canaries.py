"""No secret leaves the process, in any encoding and with any verbosity."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from tests.plugin.canaries import COUNT, Echo, Server, canary, find_canaries, find_files_with_canaries, forms

from tuningfork.cli import main
from tuningfork.pytest_plugin import api_sessions

if TYPE_CHECKING:
    from tests.plugin.conftest import Checkout

ECHO = f"""
import logging
import warnings

import pytest
import requests
from hypothesis import given, strategies

EVERY = pytest.mark.parametrize("number", range({COUNT}))
SOME = pytest.mark.parametrize("number", range(0, {COUNT}, 9))
COUNT = {COUNT}

def echo(api, number):
    names = api.get("/names")
    answer = api.get("/tracks", n=number)
    return names, answer
"""
PASSING = (
    ECHO
    + """
@EVERY
@claim("SC-TRACK-01")
def test_passes(user, number):
    names, response = echo(user, number)
    secret = response.json["message"].partition(" and ")[0]
    user.get("/tracks/" + requests.utils.quote(secret, safe=""))
    user.post("/tracks", json={"title": secret})
    user.post("/tracks", form={"title": secret})
"""
)
FAILING = (
    ECHO
    + """
@EVERY
@claim("SC-TRACK-01")
def test_unmet(user, number):
    names, response = echo(user, number)
    response.expect_status(404)

@SOME
@claim("SC-TRACK-02")
def test_cut_by_the_test(user, number):
    names, response = echo(user, number)
    raise ExpectationFailed(
        "nothing", f"{response.text[:40]!r} and {response.text[:50]} and {response.text[:70]}...")

@SOME
@claim("SC-TRACK-03")
def test_assertion(user, number):
    names, response = echo(user, number)
    print(response.text, dict(response.headers))
    logging.getLogger("suite").error("received %s and %s", response.text, dict(response.headers))
    warnings.warn(response.text)
    assert response.text == names.text

@SOME
@claim("SC-ERR-01")
def test_error(user, number):
    names, response = echo(user, number)
    secret = response.json["message"].partition(" and ")[0]
    try:
        raise ValueError(response.text)
    except ValueError:
        logging.getLogger("suite").exception("failed")
    requests.get("http://127.0.0.1:1/" + secret, auth=("me", secret), params={"q": secret})

@SOME
@claim("SC-ERR-09")
def test_not_verified(user, number):
    names, response = echo(user, number)
    not_verified(f"the server sends {response.text}")

@claim("SC-AUTH-10")
@given(strategies.sampled_from([0, 9, 18, 27]))
def test_property(user, number):
    names, response = echo(user, number)
    assert response.text == ""
"""
)


def settings(base_url: str) -> dict[str, Any]:
    """Return the settings of a target in which every secret is a canary."""
    users = {
        name: {
            "username": name,
            "password": canary(first),
            "access_token": canary(first + 1),
            "access_token_secret": canary(first + 2),
            "refresh_token": canary(first + 3),
        }
        for name, first in (("first", 8), ("second", 12))
    }
    return {
        "base_url": base_url,
        "client_id": "my-client",
        "client_secret": canary(3),
        "redirect_uri": "https://app.example.com/callback",
        "second_app": {
            "client_id": "second",
            "client_secret": canary(4),
            "redirect_uri": "https://app.example.com/callback",
        },
        "users": users,
        "given": {"revocable": {"key": canary(5), "secret": canary(7)}, "api_token": canary(0)},
    }


def names_of_secrets() -> dict[str, Any]:
    """Return canaries that only the server has, by the names that secrets usually have."""
    properties = [
        "api_key",
        "jwt",
        "sessionId",
        "private_key",
        "clientSecret",
        "passwd",
        "csrfToken",
        "assertion",
    ]
    headers = {"X-Access-Token": "", "X-Amz-Security-Token": "", "Set-Cookie": "sid=", "X-Api-Key": ""}
    secrets: dict[str, Any] = {name: canary(16 + at) for at, name in enumerate(properties)}
    ascii_only = [canary(number) for number in (24, 25, 26, 28)]
    secrets["headers"] = {
        name: before + secret for (name, before), secret in zip(headers.items(), ascii_only, strict=True)
    }
    secrets["url"] = f"https://x.test/a?sig={canary(29)}&X=1"
    for at, name in enumerate(("SAMLResponse", "bearer", "pwd", "X-Amz-Signature"), 30):
        secrets[name] = canary(at)
    secrets["id_token"] = canary(27)
    return secrets


@pytest.fixture
def target(checkout: Checkout) -> Iterator[Checkout]:
    """A checkout whose target repeats every secret."""
    Echo.names = names_of_secrets()
    server = Server(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    checkout.target(settings(f"http://127.0.0.1:{server.server_port}"))
    yield checkout
    server.shutdown()
    thread.join()
    server.server_close()


def find_all_canaries(checkout: Checkout, result: pytest.RunResult) -> dict[str, list[str]]:
    """Return the canaries in the output and in the files of a run, by file."""
    printed = {
        "stdout": find_canaries(str(result.stdout))[:3],
        "stderr": find_canaries(str(result.stderr))[:3],
    }
    return {name: canaries for name, canaries in printed.items() if canaries} | find_files_with_canaries(
        checkout.path
    )


def test_search_finds_every_form_of_a_canary() -> None:
    for number in range(COUNT):
        for form in forms(canary(number)):
            assert find_canaries(f"before {form} after"), form


LOUD = ("-vv", "-l", "--tb=long", "-rA", "-s", "--log-cli-level=DEBUG", "--log-file=log.txt")


@pytest.mark.parametrize(
    "options",
    [("-q",), LOUD, ("-n", "2", "-vv", "-l", "-rA"), ("-vv", "--hypothesis-verbosity=debug", "-rA")],
    ids=["quiet", "loud", "workers", "hypothesis"],
)
def test_failing_run_prints_and_writes_no_secret(target: Checkout, options: tuple[str, ...]) -> None:
    # Every fifth canary is enough for verbose runs: they have all kinds of canaries.
    all_numbers, few_numbers = f"range({COUNT})", f"range(0, {COUNT}, 5)"
    target.suite(FAILING if options == ("-q",) else FAILING.replace(all_numbers, few_numbers, 1))

    result = target.run("--target", "served", *options)

    verdicts = target.verdicts()
    assert (verdicts["SC-TRACK-01"], verdicts["SC-TRACK-02"]) == ("failed", "warned")
    assert verdicts["SC-ERR-01"] == "error"
    assert find_all_canaries(target, result) == {}


@pytest.mark.parametrize("options", [("-o", "log_cli=true", "-o", "log_cli_level=DEBUG"), ("-s",)])
def test_output_during_the_first_test_has_no_secret(target: Checkout, options: tuple[str, ...]) -> None:
    target.suite(
        ECHO
        + """
@claim("SC-ERR-01")
def test_first(user):
    names, response = echo(user, 18)
    print(response.text)
    try:
        raise ValueError(response.text)
    except ValueError:
        logging.getLogger("suite").exception("failed")
"""
    )

    result = target.run("--target", "served", "-n0", *options)

    assert find_all_canaries(target, result) == {}


def test_cassettes_have_no_secret_and_replay(target: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuningfork.pytest_plugin.cassettes.MAX_CASSETTES_PER_CLAIM", COUNT)
    monkeypatch.setattr("tuningfork.pytest_plugin.cassettes.MAX_CASSETTE_BYTES", 10_000_000)
    monkeypatch.setattr(api_sessions, "recording_port", lambda _: 0)
    target.suite(PASSING)

    result = target.run("--target", "served", "--record", "-p", "no:randomly")

    assert len(list(target.path.glob("cassettes/soundcloud/*/*.yaml"))) >= 1
    assert find_all_canaries(target, result) == {}
    assert target.run("--target", "cassette").ret == 0


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_check_prints_no_secret(target: Checkout, options: tuple[str, ...]) -> None:
    entries = []
    for number in range(COUNT):
        secret = canary(number)
        written = {"message": " and ".join(forms(secret))}
        for body in ({"access_token": secret}, written):
            url = f"https://api.soundcloud.com/tracks/{number}?client_secret=1"
            entries.append(
                {
                    "request": {
                        "method": "GET",
                        "url": url,
                        "headers": [{"name": "Authorization", "value": f"OAuth {secret}"}],
                    },
                    "response": {
                        "status": 404,
                        "statusText": secret,
                        "headers": [{"name": "Content-Type", "value": "application/json"}],
                        "content": {"text": json.dumps(body)},
                    },
                    "time": 1,
                }
            )
    har = target.path / "input.har"
    har.write_text(json.dumps({"log": {"entries": entries}}), encoding="utf-8")

    result = CliRunner().invoke(main, ["check", str(har), "--api", "soundcloud", *options])

    assert result.exit_code in (0, 1), result.output
    assert "tracks" in result.output
    assert find_canaries(result.output) == []
