from __future__ import annotations

import time

import pytest

from tuningfork.redaction import SecretLocations, hidden_field_names
from tuningfork.redaction.location_redactor import LocationRedactor

REDACT = LocationRedactor(SecretLocations(), lambda name, secret: f"<{name}:{secret}>")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://a/cb?code=c%2Fd&state=x%20y", "https://a/cb?code=<code:c/d>&state=x%20y"),
        ("my-app://cb#access_token=t&x=1", "my-app://cb#access_token=<access_token:t>&x=1"),
        (
            "grant_type=refresh_token&refresh_token=r+1",
            "grant_type=refresh_token&refresh_token=<refresh_token:r 1>",
        ),
        ("user%5Bpassword%5D=p", "user%5Bpassword%5D=<password:p>"),
        ("CODE=c", "CODE=<code:c>"),
        ("/r?url=https://a/b?secret_token=s&c=1", "/r?url=https://a/b?secret_token=<secret_token:s>&c=1"),
        (
            "/r?url=https%3A%2F%2Fa%3Fb%3D1%26secret_token%3Ds%26c",
            "/r?url=https%3A%2F%2Fa%3Fb%3D1%26secret_token%3D<secret_token:s>%26c",
        ),
        (
            '{"access_token": "a", "code": 404, "refresh_token": null}',
            '{"access_token": "<access_token:a>", "code": 404, "refresh_token": null}',
        ),
        ('{"access_token":"a\\"b"}', '{"access_token":"<access_token:a\\"b>"}'),
        ('{"access_token": 7}', '{"access_token": "<access_token:7>"}'),
        (
            '{"secret_uri": "https:\\/\\/a?x=1\\u0026secret_token=s"}',
            '{"secret_uri": "https:\\/\\/a?x=1\\u0026secret_token=<secret_token:s>"}',
        ),
        ("/**/cb({'access_token': 'a'});", "/**/cb({'access_token': '<access_token:a>'});"),
        ('{"a":[{"secret_token":"s"}]}', '{"a":[{"secret_token":"<secret_token:s>"}]}'),
        (
            "https://cdn/a.mp3?Policy=p&Signature=s&Key-Pair-Id=k",
            "https://cdn/a.mp3?Policy=<policy:p>&Signature=<signature:s>&Key-Pair-Id=<key-pair-id:k>",
        ),
        ('{"username": "ann", "title": "code=red"}', '{"username": "ann", "title": "code=red"}'),
        ("code=", "code="),
    ],
)
def test_secret_in_text_is_redacted(text: str, shown: str) -> None:
    assert REDACT.text(text) == shown


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", "OAuth t", "OAuth <access_token:t>"),
        ("authorization", "bare", "<access_token:bare>"),
        ("Authorization", "Basic eA==", "Basic <basic_credentials:eA==>"),
        ("Cookie", "a=1; b=2", "a=<cookie:1>; b=<cookie:2>"),
        ("Set-Cookie", "s=1; Path=/; HttpOnly", "s=<cookie:1>; Path=/; HttpOnly"),
        ("WWW-Authenticate", 'OAuth realm="x", error="invalid_token"', None),
        ("Location", "https://a/cb?code=c", "https://a/cb?code=<code:c>"),
        ("Cache-Control", "max-age=60, private", None),
    ],
)
def test_secret_in_header_is_redacted(name: str, value: str, shown: str | None) -> None:
    assert REDACT.header(name, value) == (value if shown is None else shown)


def test_multipart_body_keeps_its_other_bytes() -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    body = part % (b"password", b"p") + part % (b"file", b"\xff\x00?code=1") + b"--b--"

    shown = REDACT.body(body, "multipart/form-data")

    assert shown == part % (b"password", b"<password:p>") + part % (b"file", b"\xff\x00?code=1") + b"--b--"


def test_hidden_form_fields_are_redacted() -> None:
    page = """<input type=hidden name="csrf" value="csrf"><input name=state type='hidden' value=s>
    <INPUT VALUE='a&amp;b' type="hidden" name=t><input name=username value=ann>"""

    shown = REDACT.body(page.encode(), "text/html").decode()

    assert 'name="csrf" value="<csrf:csrf>"' in shown
    assert '<INPUT VALUE="<t:a&b>" type="hidden" name=t>' in shown
    assert "value=s>" in shown
    assert "value=ann" in shown
    assert hidden_field_names(page) == {"csrf", "t"}


def test_page_of_tags_without_an_end_has_no_hidden_fields() -> None:
    page = "<input type=hidden name=a>" + "<input " * 10**6  # n * n steps would not end

    assert hidden_field_names(page) == {"a"}


def test_plus_adds_locations() -> None:
    redact = LocationRedactor(SecretLocations().plus(["X-Key"], ["Ticket"], ["stream_key"]), lambda *_: "-")

    assert redact.header("x-key", "k") == "-"
    assert redact.text("?ticket=1") == "?ticket=-"
    assert redact.text('{"stream_key": "k"}') == '{"stream_key": "-"}'


def test_media_bodies_are_unchanged() -> None:
    assert REDACT.body(b"ID3?code=1", "audio/mpeg") == b"ID3?code=1"


LONG = 40_000
HOSTILE = {
    "backslashes": "\\" * 3 * LONG,
    "queries in queries": "?a=" * LONG,
    "percent-encoded queries": "%26a%3D" * LONG,
    "tags without an end": "<input " * LONG,
    "a tag of one long name": f"<input {'a' * LONG}>",
    "parts in one line": 'name="a"' * LONG,
    "names of parts in many lines": ("name=" * 200 + "\n") * 1000,
    "delimiters of parts": "--\r\n" * LONG,
    "lists without an end": '"token":["a",' * LONG,
    "parts without an end": 'name="a"\r\nb: c\r\n' * LONG,
    "CDATA without an end": "</a><a><![CDATA[" * LONG,
    "schemes": "Bearer+" * LONG,
    "encoded addresses": "@" + "%3A%2F%2F" * LONG,
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("media_type", ["application/json", "text/html", "multipart/form-data"])
def test_redaction_time_is_linear_in_text_length(name: str, media_type: str) -> None:
    body = HOSTILE[name].encode()
    start = time.process_time()

    REDACT.body(body, media_type)

    assert time.process_time() - start < 4  # in proportion to its square it takes longer


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/a?x=/b?y=/c?token=s", "/a?x=/b?y=/c?token=<token:s>"),
        ("a=b=token=s", "a=b=token=<token:s>"),
        ("?token=s?code=t", "?token=<token:s?code=t>"),
        ("<token><![CDATA[a<b]c]]></token>", "<token><token:<![CDATA[a<b]c]]>></token>"),
        (r'{\\"token\\": \\"s\\"}', r'{\\"token\\": \\"<token:s>\\"}'),
    ],
)
def test_secret_inside_other_value_is_redacted(text: str, shown: str) -> None:
    assert REDACT.text(text) == shown


SECRET = "Zq81kdLw02mXx7Pq"


@pytest.mark.parametrize(
    "text",
    [
        *(
            f'{{"{name}": "{SECRET}"}}'
            for name in (
                "auth_key",
                "credentials",
                "device_code",
                "oauth_verifier",
                "password_confirmation",
                "signingKey",
                "subscription-key",
                "tokens",
            )
        ),
        f'{{"tokens": ["{SECRET}"]}}',
        f"cb({{token:'{SECRET}'}})",
        f"token: {SECRET}",
        f"token%3D{SECRET}",
        f"?q=%7B%22token%22%3A%22{SECRET}%22%7D",
        f"&quot;token&quot;: &quot;{SECRET}&quot;",
        f'<input value="{SECRET}" name="csrf_token">',
        f'<meta name="csrf-token" content="{SECRET}">',
    ],
)
def test_secret_is_found_by_common_name(text: str) -> None:
    assert SECRET not in LocationRedactor(SecretLocations(), lambda name, _: f"${name}").text(text)


@pytest.mark.parametrize(
    "text",
    [
        "error: 404 for /tracks/12345678",
        '{"cursor": "Zq81kdLw02mXx7Pq"}',
        "next: 12345678",
        "at 12:34:56.789012",
    ],
)
def test_text_without_secret_is_unchanged(text: str) -> None:
    assert REDACT.text(text) == text


SECRETS = ("Zq81kdLw02mXx7Pq", "m4Vt-93hsbQe10Rk", "9087654321")


@pytest.mark.parametrize(
    "text",
    [
        '{"tokens": ["%s", "%s", %s], "note": ["a", 1]}',
        '{"tokens": [null, "%s", true,\n[["%s"], %s]]}',
        "{'tokens': ['%s', '%s', %s]}",
        '{\\"tokens\\": [\\"%s\\", \\"%s\\",\\"%s\\"]}',
        "?q=%%22tokens%%22%%3A%%5B%%22%s%%22%%2C%%22%s%%22%%2C%%22%s%%22%%5D",
        "&quot;tokens&quot;:[&quot;%s&quot;,&quot;%s&quot;, &quot;%s&quot;]",
        '{"tokens": ["%s", "%s", "%s',
        "Cookie: a=%s; b=%s; c=%s",
    ],
)
def test_each_secret_of_one_name_is_redacted(text: str) -> None:
    shown = LocationRedactor(SecretLocations(), lambda name, _: f"${name}").text(text % SECRETS)

    assert not [secret for secret in SECRETS if secret in shown], shown


def test_values_beside_secret_list_are_unchanged() -> None:
    text = '{"tokens": ["%s"], "note": ["a", 1], "x": "y"}'

    assert REDACT.text(text % "s") == text % "<tokens:s>"
    assert REDACT.text('{"note": ["a", 1], "tokens": []}') == '{"note": ["a", 1], "tokens": []}'


@pytest.mark.parametrize(
    "header", ['form-data; name="private_key"', 'form-data; filename=a; name="private_key"']
)
def test_all_lines_of_form_part_are_redacted(header: str) -> None:
    key = "-----BEGIN PRIVATE KEY-----\r\nMIIEvQIBADAN\r\nBgkqhkiG9w0B\r\n-----END PRIVATE KEY-----"
    body = f"--B\r\nContent-Disposition: {header}\r\n\r\n{{}}\r\n--B--\r\n"

    shown = REDACT.body(body.format(key).encode(), "multipart/form-data").decode()

    assert shown == body.format(f"<private_key:{key}>")


def test_form_part_with_unquoted_name_is_redacted() -> None:
    body = f"--b\r\nContent-Disposition: form-data; name=password\r\n\r\n{SECRET}\r\n--b--"

    assert SECRET.encode() not in LocationRedactor(SecretLocations(), lambda name, _: f"${name}").body(
        body.encode(), "multipart/form-data"
    )
