"""SecretFinder finds the same secrets as collect_secrets."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuningfork.model import Exchange, Headers, Request, Response
from tuningfork.redaction import KnownSecrets, SecretFinder, SecretLocations, collect_secrets
from tuningfork.report import traffic

LOCATIONS = SecretLocations().plus(properties=("note_auth",))
FINDER = SecretFinder(LOCATIONS)
CASSETTES = sorted((Path(__file__).parents[2] / "cassettes").glob("*/*/*.yaml"))[::12]
VALUES = ("s3cret-value-1", "null", '"s3cret-value-2"', '["s3cret-value-3"]', "1234567890", "true")
NAMES = (
    "token",
    "secret_token",
    "Api-Key",
    "key_signature",
    "user[password]",
    "%74oken",
    "acc\\u0065ss_to\\u006ben",
    "&#x74;oken",
    "note_auth",
    "design",
)
FORMS = (
    '{{"{name}": {value}}}', '{{"x": "{{\\"{name}\\": \\"{value}\\"}}"}}', "a=1&{name}={value}",
    "https://u:{value}@host/?{name}={value}", "<{name} a='b'>{value}</{name}>", "{name}: {value}",
    "redirect=%3F{name}%3D{value}", "Bearer {value}", "cookie: {name}={value}",
    "&quot;{name}&quot;:&quot;{value}",
)  # fmt: skip


class Added:
    """Takes the secrets."""

    def __init__(self) -> None:
        self.pairs: list[tuple[str, str]] = []

    def add(self, name: str, secret: str) -> None:
        self.pairs.append((name, secret))


def assert_same_secrets(exchange: Exchange) -> None:
    added = Added()
    collect_secrets(exchange, LOCATIONS, added)
    assert FINDER.find(exchange) == tuple(dict.fromkeys(added.pairs))


@pytest.mark.parametrize("file", CASSETTES, ids=lambda file: file.stem)
def test_secrets_of_recorded_traffic_are_found(file: Path) -> None:
    for recorded in traffic.read(file):
        assert_same_secrets(recorded.with_empty_bodies())


@given(
    st.lists(st.tuples(*map(st.sampled_from, (FORMS, NAMES, VALUES))), max_size=3),
    st.sampled_from(("application/json", "text/html", "application/x-www-form-urlencoded", "text/plain")),
)
def test_secrets_in_each_form_are_found(parts: list[tuple[str, str, str]], media_type: str) -> None:
    text = " ".join(form.format(name=name, value=value) for form, name, value in parts)
    headers = Headers([("Content-Type", media_type), ("X-Note", text)])
    request = Request("GET", f"https://api.test/?{text}", headers, text.encode())

    assert_same_secrets(Exchange(request, Response(200, "", headers, text.encode())))


def test_only_the_last_secrets_are_replaced() -> None:
    secrets = KnownSecrets(max_secrets=2)
    for name in ("first-secret", "second-secret", "first-secret", "third-secret"):
        secrets.add("token", name)

    text = secrets.replace("first-secret second-secret third-secret", lambda *_: "$TOKEN", False, False)

    assert text == "$TOKEN second-secret $TOKEN"
