"""Known secrets are redacted in every form; printed texts contain no commands."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

import pytest
from tests.plugin.canaries import COUNT, canary, find_canaries, folded, forms

from tuningfork.model import Exchange, Headers, Request, Response
from tuningfork.redaction import (
    Disclosure,
    KnownSecrets,
    SecretLocations,
    collect_secrets,
    collector,
    printable_line,
)
from tuningfork.report.exchange import ExchangeRecord

SECRET = "canary-0x1/4f1d-9c27-ab"


def knowing(*secrets: str) -> Disclosure:
    known = KnownSecrets()
    for secret in secrets:
        known.add("client_secret", secret)
    return Disclosure(known_secrets=known)


@pytest.mark.parametrize("around", ["{}", "no {}, sorry", '{{"message": "not {}!"}}', "/tracks/{}/likes"])
def test_known_secret_is_redacted_in_every_form(around: str) -> None:
    for number in range(0, COUNT, 3):
        told = knowing(canary(number))
        for form in (*forms(canary(number)), *folded(canary(number))):
            assert find_canaries(told.text(around.format(form))) == [], form


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"401 with '{SECRET[:20]}'", "401 with '$CLIENT_SECRET'"),
        (f"{SECRET[:9]}…", "$CLIENT_SECRET…"),
        (f"'{SECRET[:10]}...{SECRET[-10:]}'", "'$CLIENT_SECRET...$CLIENT_SECRET'"),
        (f"{SECRET[:9]}other", f"{SECRET[:9]}other"),
        (SECRET[:7], SECRET[:7]),
    ],
)
def test_truncated_secret_is_redacted(text: str, shown: str) -> None:
    assert knowing(SECRET).text(text) == shown


def test_text_is_redacted_before_it_is_truncated() -> None:
    told = knowing(SECRET)

    for start in range(80, 121):
        assert SECRET[:8] not in told.line("x" * start + " " + SECRET + " and more", 120)


def test_short_secret_is_not_redacted_by_value() -> None:
    assert knowing("pass").text("a pass") == "a pass"


def test_text_around_secret_is_unchanged() -> None:
    assert knowing(SECRET).text(f"a%20b {SECRET}\r\nnext\\n&amp;") == "a%20b $CLIENT_SECRET\r\nnext\\n&amp;"


@pytest.mark.parametrize(
    "text",
    [
        '{"apiKey": "HIDDEN-7"}', '{"jwt":"HIDDEN-7"}', '{\\"session_id\\": \\"HIDDEN-7\\"}',
        '{"Authorization": "Bearer HIDDEN-7"}', "?sig=HIDDEN-7&a=1", "x?Signature=HIDDEN-7",
        "<api_key>HIDDEN-7</api_key>", "Authorization: Bearer HIDDEN-7", "csrf_token='HIDDEN-7'",
        "https://me:HIDDEN-7@host/", '"https:\\/\\/me:HIDDEN-7@host\\/"', '{"access_token": "HIDDEN-7',
    ],
)  # fmt: skip
def test_common_secret_names_are_redacted(text: str) -> None:
    assert "HIDDEN" not in Disclosure().text(text)


@pytest.mark.parametrize(
    "name", ["X-Access-Token", "X-Amz-Security-Token", "X-API-Key", "X-CSRF-Token", "Signature"]
)
def test_common_secret_header_names_are_redacted(name: str) -> None:
    assert Disclosure().header(name, "HIDDEN-7") == f"${name.upper().replace('-', '_')}"


@pytest.mark.parametrize(
    "text",
    [
        '{"key_signature": "C minor", "token_type": "bearer"}', "next_href=/tracks?cursor=abcdefgh12",
        '{"secret_uri": "https://a/b"}', "the target gives no token to 'first': refused",
        "targets.staging.soundcloud.client_secret: this field is needed and missing",
    ],
)  # fmt: skip
def test_other_names_are_not_redacted(text: str) -> None:
    assert Disclosure().text(text) == text


def test_narrowed_locations_keep_short_values_and_numbers() -> None:
    told = Disclosure(SecretLocations().narrowed())

    assert told.text('{"pin": 1234, "session": "on"}') == '{"pin": 1234, "session": "on"}'
    assert "HIDDEN" not in told.text('{"session": "HIDDEN-7-1"}')


def test_secret_of_one_exchange_is_redacted_in_all() -> None:
    known = KnownSecrets()
    issued = Response(200, headers=Headers([("Set-Cookie", "sid=c00kie-value; Path=/")]))
    collect_secrets(
        Exchange(Request("GET", "https://a/cb?code=c0de-7f3a9"), issued), SecretLocations(), known
    )

    assert Disclosure(known_secrets=known).text("c0de-7f3a9 or c00kie-value") == "$CODE or $COOKIE"


def test_escaped_json_secret_is_redacted_in_decoded_form() -> None:
    known = KnownSecrets()
    body = b'{"id_token": "c4nary-\\"\\u00fc-%3d"}'
    collect_secrets(
        Exchange(Request("GET", "https://a/"), Response(200, body=body)), SecretLocations(), known
    )

    assert Disclosure(known_secrets=known).text('c4nary-"ü-%3d'.encode().hex()) == "$ID_TOKEN"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("GE\x1b[31mT", "GE\\x1b[31mT"),
        ("a\x9b2J", "a\\x9b2J"),
        ("\u202egnp", "\\u202egnp"),
        ("::error::no", ": :error::no"),
        ("##vso[task.complete]", "# #vso[task.complete]"),
        ("std::vector", "std::vector"),
    ],
)
def test_printable_text_contains_no_terminal_or_ci_commands(text: str, shown: str) -> None:
    assert printable_line(text) == shown


def test_stored_exchange_is_printable_and_has_no_secret() -> None:
    response = Response(
        200, f"\x1b]0;{SECRET}", Headers([(f"X-{SECRET}", "a\x9b")]), f"\x1b{SECRET}".encode()
    )
    request = Request(f"GE\x1bT{SECRET}", f"https://a/{SECRET}\x9b", Headers([("X-\x1b", SECRET)]))

    record = ExchangeRecord.of(Exchange(request, response), knowing(SECRET)).model_dump_json()

    assert SECRET not in record
    assert "\\u001b" not in record
    assert record.isprintable()


UNUSUAL: dict[str, Callable[[str], str]] = {
    "hex in pairs": lambda secret: secret.encode().hex(":"),
    "upper-case hex in words": lambda secret: secret.encode().hex(" ").upper(),
    "Base32": lambda secret: base64.b32encode(secret.encode()).decode(),
    "hex of UTF-16": lambda secret: secret.encode("utf-16-be").hex(),
    "Base64 of UTF-16": lambda secret: base64.b64encode(secret.encode("utf-16-le")).decode(),
    "long escapes of Python": lambda secret: "".join(f"\\U{ord(each):08x}" for each in secret),
    "escapes in braces": lambda secret: "".join(f"\\u{{{ord(each):x}}}" for each in secret),
    "escapes of JavaScript's escape()": lambda secret: "".join(f"%u{ord(each):04x}" for each in secret),
    "references without semicolons": lambda secret: "".join(f"&#{ord(each)}" for each in secret),
    "soft hyphens": lambda secret: "\u00ad".join(secret),
    "references to soft hyphens": lambda secret: "&shy;".join(secret),
    "zero-width spaces": lambda secret: f"{secret[:5]}\u200b{secret[5:]}",
    "a mark within": lambda secret: f'<mark class="x">{secret[:5]}</mark>{secret[5:]}',
    "a place to break": lambda secret: f"{secret[:5]}<wbr>{secret[5:]}",
}


@pytest.mark.parametrize("form", UNUSUAL)
@pytest.mark.parametrize("secret", ["aB3$xY9!", "Zq9/" * 25, "p\u00e4ss w\u00f6rt\u03a9 1", "q\"u'o&<>+%2"])
def test_known_secret_is_redacted_in_unusual_form(form: str, secret: str) -> None:
    known = KnownSecrets()
    known.add("password", secret)

    shown = Disclosure(known_secrets=known).text(f"before: {UNUSUAL[form](secret)}, after")

    assert re.fullmatch(r'before: (<mark class="x">)?\$PASSWORD(</mark>)?=*, after', shown)


OAUTH1 = (
    'OAuth oauth_nonce="115058305071458475921796054746", oauth_timestamp="1796054746", oauth_version="1.0", '
    'oauth_signature_method="HMAC-SHA1", oauth_consumer_key="tuning-fork-consumer", '
    'oauth_token="ZLmtIu5N9mgHie_0khqMpQaZxIc", oauth_signature="{}%3D"'
)


@pytest.mark.parametrize("length", range(30, 150, 10))
def test_timestamp_of_a_signed_request_is_not_a_secret_in_a_response(length: int) -> None:
    disclosure, signature = Disclosure(), "x7" * length
    headers = Headers([("Authorization", OAUTH1.format(signature))])
    request = Request("GET", "https://api.test/", headers)
    collect_secrets(Exchange(request, Response(200)), disclosure.locations, disclosure.known_secrets)

    shown = disclosure.line(
        f'{{"version":200,"timestamp":1796054746,"method":"HMAC-SHA1","s":"{signature}"}}'
    )

    assert shown == '{"version":200,"timestamp":1796054746,"method":"HMAC-SHA1","s":"$ACCESS_TOKEN"}'


@pytest.mark.parametrize(
    ("credentials", "secret"),
    [
        (
            'Digest username="ann", realm="a realm", uri="/tracks", response="6629fae49393a053"',
            "6629fae49393a053",
        ),
        (
            "AWS4-HMAC-SHA256 Credential=AKIA9/2026/s3, SignedHeaders=host, Signature=fe5f80f77d5f",
            "fe5f80f77d5f",
        ),
        (OAUTH1.format("x7x7x7x7"), "ZLmtIu5N9mgHie_0khqMpQaZxIc"),
        (OAUTH1.format("x7x7x7x7"), "x7x7x7x7"),
    ],
)
def test_secret_parameters_of_credentials_are_redacted_in_a_response(credentials: str, secret: str) -> None:
    disclosure = Disclosure()
    request = Request("GET", "https://api.test/", Headers([("Authorization", credentials)]))
    collect_secrets(Exchange(request, Response(200)), disclosure.locations, disclosure.known_secrets)

    assert disclosure.line(f"was {secret} at /tracks of a realm") == "was $ACCESS_TOKEN at /tracks of a realm"


def test_id_of_a_test_may_end_like_the_start_of_a_secret() -> None:
    disclosure = knowing("consumer-secret-7c1e")

    assert disclosure.test_id("test_a.py::test[no consumer]") == "test_a.py::test[no consumer]"
    assert disclosure.test_id("test_a.py::test[consumer-secret-7c1e]") == "test_a.py::test[$CLIENT_SECRET]"


def test_credentials_with_many_spaces_are_read_in_linear_time() -> None:
    """A megabyte takes an hour if each space is tried again."""
    secret = f"a=b,c=d{' ' * 2**20}x"

    assert secret in collector._secrets_in("access_token", secret)


def test_token_that_looks_like_parameters_is_a_secret() -> None:
    token = "id=5,mac=Zx81-q"

    assert token in collector._secrets_in("access_token", token)
