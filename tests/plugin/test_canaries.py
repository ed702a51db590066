"""No secret is in any byte that leaves the process, whatever form it has, however much is printed."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from tests.plugin.canaries import COUNT, Echo, Server, canary, files_with_traces, forms, found_in

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
def test_passes(me, number):
    names, answer = echo(me, number)
    secret = answer.json["message"].partition(" and ")[0]
    me.get("/tracks/" + requests.utils.quote(secret, safe=""))
    me.post("/tracks", json={"title": secret})
    me.post("/tracks", form={"title": secret})
"""
)
FAILING = (
    ECHO
    + """
@EVERY
@claim("SC-TRACK-01")
def test_unmet(me, number):
    names, answer = echo(me, number)
    answer.has_status(404)

@SOME
@claim("SC-TRACK-02")
def test_cut_by_the_test(me, number):
    names, answer = echo(me, number)
    raise Unmet("nothing", f"{answer.text[:40]!r} and {answer.text[:50]} and {answer.text[:70]}...")

@SOME
@claim("SC-TRACK-03")
def test_assertion(me, number):
    names, answer = echo(me, number)
    print(answer.text, dict(answer.headers))
    logging.getLogger("suite").error("said %s and %s", answer.text, dict(answer.headers))
    warnings.warn(answer.text)
    assert answer.text == names.text

@SOME
@claim("SC-ERR-01")
def test_error(me, number):
    names, answer = echo(me, number)
    secret = answer.json["message"].partition(" and ")[0]
    try:
        raise ValueError(answer.text)
    except ValueError:
        logging.getLogger("suite").exception("failed")
    requests.get("http://127.0.0.1:1/" + secret, auth=("me", secret), params={"q": secret})

@SOME
@claim("SC-ERR-09")
def test_not_verified(me, number):
    names, answer = echo(me, number)
    not_verified(f"the server says {answer.text}")

@claim("SC-AUTH-10")
@given(strategies.sampled_from([0, 9, 18, 27]))
def test_property(me, number):
    names, answer = echo(me, number)
    assert answer.text == ""
"""
)


def settings(base_url: str) -> dict[str, Any]:
    """A target whose every secret is a canary."""
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


def named() -> dict[str, Any]:
    """Secrets that only the server knows, by the names that they usually have."""
    members = [
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
    found: dict[str, Any] = {name: canary(16 + at) for at, name in enumerate(members)}
    ascii_only = [canary(number) for number in (24, 25, 26, 28)]
    found["headers"] = {
        name: before + secret for (name, before), secret in zip(headers.items(), ascii_only, strict=True)
    }
    found["url"] = f"https://x.test/a?sig={canary(29)}&X=1"
    for at, name in enumerate(("SAMLResponse", "bearer", "pwd", "X-Amz-Signature"), 30):
        found[name] = canary(at)
    found["id_token"] = canary(27)
    return found


@pytest.fixture
def target(checkout: Checkout) -> Iterator[Checkout]:
    """A checkout whose target echoes every secret."""
    Echo.names = named()
    server = Server(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    checkout.target(settings(f"http://127.0.0.1:{server.server_port}"))
    yield checkout
    server.shutdown()
    thread.join()
    server.server_close()


def traces(checkout: Checkout, result: pytest.RunResult) -> dict[str, list[str]]:
    """Where a canary can be read."""
    printed = {"stdout": found_in(str(result.stdout))[:3], "stderr": found_in(str(result.stderr))[:3]}
    return {name: found for name, found in printed.items() if found} | files_with_traces(checkout.path)


def test_every_form_of_a_canary_is_found_by_the_search() -> None:
    for number in range(COUNT):
        for form in forms(canary(number)):
            assert found_in(f"before {form} after"), form


LOUD = ("-vv", "-l", "--tb=long", "-rA", "-s", "--log-cli-level=DEBUG", "--log-file=log.txt")


@pytest.mark.parametrize(
    "options",
    [("-q",), LOUD, ("-n", "2", "-vv", "-l", "-rA"), ("-vv", "--hypothesis-verbosity=debug", "-rA")],
    ids=["quiet", "loud", "workers", "hypothesis"],
)
def test_failing_run_shows_no_secret(target: Checkout, options: tuple[str, ...]) -> None:
    # Where much is printed every fifth canary is enough: each way to write one is among them.
    every, some = f"range({COUNT})", f"range(0, {COUNT}, 5)"
    target.suite(FAILING if options == ("-q",) else FAILING.replace(every, some, 1))

    result = target.run("--target", "served", *options)

    verdicts = target.verdicts()
    assert (verdicts["SC-TRACK-01"], verdicts["SC-TRACK-02"]) == ("failed", "warned")
    assert verdicts["SC-ERR-01"] == "error"
    assert traces(target, result) == {}


@pytest.mark.parametrize("options", [("-o", "log_cli=true", "-o", "log_cli_level=DEBUG"), ("-s",)])
def test_what_is_printed_while_the_first_test_runs_shows_no_secret(
    target: Checkout, options: tuple[str, ...]
) -> None:
    target.suite(
        ECHO
        + """
@claim("SC-ERR-01")
def test_first(me):
    names, answer = echo(me, 18)
    print(answer.text)
    try:
        raise ValueError(answer.text)
    except ValueError:
        logging.getLogger("suite").exception("failed")
"""
    )

    result = target.run("--target", "served", "-n0", *options)

    assert traces(target, result) == {}


def test_recording_holds_no_secret_and_replays(target: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuningfork.pytest_plugin.cassettes.ENOUGH", COUNT)
    monkeypatch.setattr("tuningfork.pytest_plugin.cassettes.LARGEST", 10_000_000)
    monkeypatch.setattr(api_sessions, "recording_port", lambda _: 0)
    target.suite(PASSING)

    result = target.run("--target", "served", "--record", "-p", "no:randomly")

    assert len(list(target.path.glob("cassettes/soundcloud/*/*.yaml"))) >= 1
    assert traces(target, result) == {}
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
    assert found_in(result.output) == []
