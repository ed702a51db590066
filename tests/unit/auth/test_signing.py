"""Descriptions of signatures: a shell function computes the same signature from each."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
import requests

from tuningfork.apis.audioboo.signing_scheme import PrivateKey
from tuningfork.auth.oauth1 import Consumer, OAuth1
from tuningfork.model import Signing

APP = Consumer("key", "app & secret")
USER = {"token": "tok/en", "token_secret": "its=secret"}
UPLOAD = {"files": {"a": ("a.bin", b"\x00\xff\r\n", "audio/wav")}}


def signing(auth: Any, method: str = "GET", path: str = "/a", **rest: Any) -> Signing:
    signed = requests.Request(method, f"https://API.example.com:443/v1{path}", auth=auth, **rest).prepare()
    found = signed.signing  # type: ignore[attr-defined]
    assert isinstance(found, Signing)
    return found


def computed(described: Signing) -> str:
    """Return what the shell function prints."""
    words = [*described.target, *(value for _, value in described.secrets)]
    words += [f"{name}={value}" for name, value in described.parameters]
    name = described.function.partition("(")[0]
    script = f'{described.function}\n{name} "$@"'
    return subprocess.run(
        ["bash", "-c", script, "bash", *words], capture_output=True, check=True, text=True
    ).stdout.strip()


@pytest.mark.parametrize("placement", ["header", "query", "body"])
@pytest.mark.parametrize(
    "form", [{"title": "ä + 'b' $c &=%20", "x": ""}, {"b": ["2", "1"], "B": "0", "~-._": "*"}]
)
def test_shell_signs_form_as_oauthlib_does(form: Any, placement: Any) -> None:
    described = signing(OAuth1(APP, **USER, placement=placement), "POST", data=form)

    assert computed(described) == described.signature
    assert described.request.url.startswith("https://api.example.com") or placement != "query"


@pytest.mark.parametrize("path", ["", "/", "/ä%20b?find[query]=a%20b+c&x=&x=%2B", "/a;b,c?q=日本"])
@pytest.mark.parametrize("auth", [OAuth1(APP), OAuth1(APP, **USER), OAuth1(APP, **USER, placement="query")])
def test_shell_signs_query_as_oauthlib_does(auth: OAuth1, path: str) -> None:
    described = signing(auth, path=path)

    assert computed(described) == described.signature


def test_shell_signs_hash_of_body() -> None:
    described = signing(OAuth1(APP, **USER), "POST", **UPLOAD)

    assert computed(described) == described.signature
    assert described.needs_exact_body


def test_bodyless_request_needs_no_exact_body() -> None:
    assert not signing(OAuth1(APP)).needs_exact_body


@pytest.mark.parametrize("kind", ["service", "source"])
@pytest.mark.parametrize(
    "request_of",
    [
        {"params": {"find[query]": "ä +&=", "B": "", "a": "1"}},
        {"method": "POST", "data": {"source[device_name]": "Bänk & Söhne + 1", "Z": "z"}},
        {"method": "PUT"},
    ],
)
def test_shell_signs_as_private_scheme_does(kind: Any, request_of: dict[str, Any]) -> None:
    described = signing(PrivateKey(kind, "k", "s3cret & more"), **request_of)

    assert computed(described) == described.signature
    assert described.secrets == ((f"{kind}_secret", "s3cret & more"),)


def test_only_generated_nonce_is_described() -> None:
    generated, chosen = signing(OAuth1(APP)), signing(OAuth1(APP, nonce="n", timestamp=5))

    assert generated.nonce == dict(generated.parameters)["oauth_nonce"]
    assert (chosen.nonce, chosen.timestamp) == ("", "5")


def test_overridden_parameters_are_remarks() -> None:
    overrides = {"oauth_version": "2.0", "oauth_nonce": None}

    described = signing(OAuth1(APP, parameter_overrides=overrides))

    assert described.remarks == ("oauth_version is '2.0'", "oauth_nonce is missing")
    assert computed(described) == described.signature


def test_request_as_signed_is_stored() -> None:
    auth = OAuth1(APP, **USER)
    signed = requests.Request("POST", "https://api.example.com/a", auth=auth, data={"x": "1"}).prepare()
    signed.body, signed.method = "x=2", "PUT"

    described = signed.signing  # type: ignore[attr-defined]

    assert (described.request.method, described.request.body) == ("POST", b"x=1")
    assert "its=secret" not in repr(described)
    assert described.signature not in repr(described).replace(repr(described.request), "")
