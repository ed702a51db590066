"""Commands that sign a request again: the same signature, the same tampering, and what differs."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import replace
from urllib.parse import quote

import pytest
import requests

from tuningfork.auth.oauth1 import Consumer, OAuth1
from tuningfork.auth.signing import snapshot
from tuningfork.model import Headers, Request
from tuningfork.redaction import Disclosure
from tuningfork.report.shell_request import ShellFiles, command
from tuningfork.report.shell_signing import ShellSigner, signing_variables
from tuningfork.report.shell_text import ShellText

BASE = "https://api.example.com"
NOW = 1_795_952_442
AUTH = OAuth1(Consumer("app-key", "app-secret"), "token-key", "token-secret")
FIXED = replace(AUTH, nonce="fixed", timestamp=NOW)
VARIABLES = {"app-key": "CONSUMER_KEY", "app-secret": "CONSUMER_SECRET", "token-secret": "TOKEN_SECRET"}
Edit = Callable[[str], str]


def signed(auth: OAuth1, method: str = "GET", url: str = f"{BASE}/a?b=1", **rest: object) -> Request:
    prepared = requests.Request(method, url, auth=auth, **rest).prepare()  # type: ignore[arg-type]  # options of requests
    signing = prepared.signing  # type: ignore[attr-defined]  # set by OAuth1
    return replace(snapshot(prepared), signing=replace(signing, signed_at=NOW))


def with_signature(request: Request, edit: Edit) -> Request:
    """Return a request whose signature was edited after it was computed."""
    assert request.signing is not None
    old = quote(request.signing.signature, safe="~")
    new = quote(edit(request.signing.signature), safe="~")
    headers = Headers((name, value.replace(old, new)) for name, value in request.headers.pairs)
    return replace(request, headers=headers)


def other(character: str) -> str:
    """Return a character of base64 with another first bit."""
    return "A" if character >= "g" or character < "A" else "w"


def lines(*sent: Request) -> list[str]:
    """Return the commands of a block that sends requests."""
    issued = dict.fromkeys(["token-secret"], "TOKEN_SECRET")
    carried = signing_variables(sent) | issued
    text = ShellText(Disclosure(), VARIABLES, carried, {BASE: "BASE_URL"}, lambda _: False)
    signer, files = ShellSigner(text), ShellFiles()
    written: list[str] = []
    for request in sent:
        send = command(request, text, files, [])
        written += [*signer.lines(request, send), send]
    return [*signer.head, *written]


def run(written: Iterable[str]) -> list[str]:
    """Return the words that curl gets in each command, at the time when the requests were signed."""
    settings = [f"{name}={value}" for value, name in VARIABLES.items()]
    stubs = [f"date() {{ echo {NOW}; }}", """curl() { printf '%s\\n' "$*"; }""", f"BASE_URL={BASE}"]
    script = "\n".join([*settings, *stubs, *written])
    process = subprocess.run(["bash", "-uc", script], capture_output=True, check=True, text=True)
    return process.stdout.splitlines()


def remarks(written: Iterable[str]) -> list[str]:
    marker = "# differs from an accepted request: "
    return [line.removeprefix(marker) for line in written if line.startswith(marker)]


@pytest.mark.parametrize("placement", ["header", "query", "body"])
def test_signature_is_computed_by_shell(placement: str) -> None:
    request = signed(replace(FIXED, placement=placement), "POST", data={"c": "ä &"})  # type: ignore[arg-type]  # one of the three
    assert request.signing is not None

    written = lines(request)

    assert quote(request.signing.signature, safe="~") in "".join(run(written))
    assert request.signing.signature not in "".join(written).replace("%", "")
    assert not remarks(written)


def test_ordinary_request_has_new_nonce_and_time() -> None:
    request = signed(AUTH)

    written = lines(request)
    first, second = run(written), run(written)

    assert first != second
    assert request.signing is not None
    assert request.signing.nonce not in "".join(written)
    assert str(NOW) not in "".join(written)


@pytest.mark.parametrize(
    ("edit", "remark"),
    [
        (lambda text: text[:5] + other(text[5]) + text[6:], "character 6 of oauth_signature is changed"),
        (str.swapcase, "the letters of oauth_signature have the other case"),
        (lambda text: text[:-2], "the last 2 characters of oauth_signature are missing"),
        (lambda text: f"{text}A", "oauth_signature has 'A' at its end"),
    ],
)  # fmt: skip
def test_tampered_signature_is_tampered_again(edit: Edit, remark: str) -> None:
    request = with_signature(signed(FIXED), edit)
    assert request.signing is not None

    written = lines(request)

    assert f'oauth_signature="{quote(edit(request.signing.signature), safe="~")}"' in run(written)[0]
    assert remarks(written) == [remark]


def test_unrelated_signature_is_sent_as_it_was() -> None:
    written = lines(with_signature(signed(FIXED), lambda _: "made-up"))

    assert 'oauth_signature="made-up"' in run(written)[0]
    assert remarks(written) == ["oauth_signature was changed after the signing"]
    assert not any("oauth1()" in line for line in written)


def test_repeated_signature_is_repeated_again() -> None:
    request = signed(FIXED)
    headers = [
        (name, re.sub(r'(, oauth_signature="[^"]+")', r"\1\1", value))
        for name, value in request.headers.pairs
    ]

    written = lines(replace(request, headers=Headers(headers)))

    assert written[-1].count('oauth_signature=\\"$SIGNATURE\\"') == 2
    assert remarks(written) == ["oauth_signature was repeated after the signing"]


@pytest.mark.parametrize(
    ("change", "remark"),
    [
        ({"url": f"{BASE}/a?b=2"}, "b was changed after the signing"),
        ({"url": f"{BASE}/a"}, "b was removed after the signing"),
        ({"url": f"{BASE}/a?b=1&b=1"}, "b was repeated after the signing"),
        ({"url": f"{BASE}/a?b=1&c=1"}, "c was added after the signing"),
        ({"url": f"{BASE}/z?b=1"}, "it was signed for /a"),
        ({"method": "PUT"}, "it was signed as GET"),
        ({"body": b"x"}, "the body was changed after the signing"),
    ],
)
def test_change_after_signing_is_remark(change: dict[str, object], remark: str) -> None:
    assert remarks(lines(replace(signed(FIXED), **change))) == [remark]  # type: ignore[arg-type]  # fields of Request


def test_old_timestamp_is_relative_to_now() -> None:
    written = lines(signed(replace(AUTH, timestamp=NOW - 960)))

    assert f'oauth_timestamp="{NOW - 960}"' in run(written)[0]
    assert remarks(written) == ["the timestamp is 960 s old"]
    assert str(NOW - 960) not in "".join(written)


def test_second_use_of_nonce_has_same_timestamp() -> None:
    first, second = signed(FIXED), signed(FIXED, url=f"{BASE}/b")

    written = lines(first, second)

    assert all(f'oauth_nonce="fixed", oauth_timestamp="{NOW}"' in line for line in run(written))
    assert remarks(written) == ["nonce and timestamp are those of an earlier request"]


def test_timestamp_changed_after_signing_is_relative_to_signed_one() -> None:
    request = signed(FIXED)
    headers = [(name, value.replace(str(NOW), str(NOW + 3))) for name, value in request.headers.pairs]

    written = lines(replace(request, headers=Headers(headers)))

    assert f'oauth_timestamp="{NOW + 3}"' in run(written)[0]
    assert remarks(written) == ["oauth_timestamp was changed after the signing"]


def test_wrong_and_missing_secrets_are_remarks() -> None:
    wrong = lines(signed(replace(FIXED, consumer=Consumer("app-key", "guess"))))
    missing = lines(signed(replace(FIXED, token_secret=None)))

    assert remarks(wrong) == ["the consumer_secret is a wrong one"]
    assert remarks(missing) == ["the oauth_token_secret is missing"]


def test_remark_of_hostile_text_stays_in_one_line() -> None:
    written = lines(signed(replace(FIXED, parameter_overrides={"oauth_version": "1\n$(touch x)\u2028"})))

    assert [line for line in written if "touch" in line and "\n" in line] == []
    assert remarks(written)[0].startswith("oauth_version is ")
