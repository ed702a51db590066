"""Signatures: requests signed with service and source keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tuningfork import claim, not_verified
from tuningfork.apis.audioboo.envelope import is_unsupported_version_error
from tuningfork.apis.audioboo.error_assertions import assert_refused
from tuningfork.apis.audioboo.signing_scheme import PrivateKey
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.client.response import JsonObject, Response
from tuningfork.json_text import to_json
from tuningfork.testing.expect import expect, expect_true
from tuningfork.testing.operation_requests import expect_everywhere, expect_nowhere
from tuningfork.testing.payloads import multipart

from .support.operation_requests import OperationRequest
from .support.parameter_encodings import encode_parameters
from .support.signature_tampering import (
    Edit,
    add_parameters,
    edit_value,
    flip_character,
    in_body,
    in_form,
    in_query,
    other_hex_digit,
    path,
    remove_parameter,
    rename_parameter,
    repeat_parameter,
    replace_value,
)
from .support.signed_clients import (
    REGISTER,
    STATUS,
    client_with_key,
    expect_signature_accepted,
    parse_source_key,
    register_source,
    registration_form,
)

UniqueName = Callable[[str], str]
CLIPS = "/audio_clips"
QUERY = {"page[items]": "2", "page[number]": "1", "find[query]": "a b", "max_time": "1"}
UNUSUAL_TEXTS = ("a b", "a+b", "%20", "ä ö ü", "日本語 🎙️", "&=;?#/:", "a=b&c=d", "~-._!*'()", '"')
EDITS: dict[str, Edit] = {
    **{f"value of {name}": replace_value(f"signed_{name}", "3") for name in QUERY},
    "another space": replace_value("signed_find[query]", "a  b"),
    "empty value": replace_value("signed_find[query]", ""),
    "case of a value": replace_value("signed_find[query]", "A b"),
    "name": rename_parameter("signed_page[items]", "signed_page[item]"),
    "exchanged values": lambda pairs: replace_value("signed_page[number]", "2")(
        replace_value("signed_page[items]", "1")(pairs)
    ),
    "removed": remove_parameter("signed_find[query]"),
    "added": add_parameters(("signed_other", "1")),
    "repeated": repeat_parameter("signed_page[items]"),
    "timestamp": edit_value("signed_service[timestamp]", lambda value: str(int(value) + 1)),
    "key": replace_value("service[key]", "no-such-key"),
    "short signature": edit_value("service[signature]", lambda value: value[:-1]),
    "long signature": edit_value("service[signature]", lambda value: f"{value}0"),
    "zeros as signature": replace_value("service[signature]", "0" * 40),
}
INCOMPLETE: dict[str, Edit] = {
    "no signature": remove_parameter("service[signature]"),
    "empty signature": replace_value("service[signature]", ""),
    "no key": remove_parameter("service[key]"),
    "empty key": replace_value("service[key]", ""),
    "no timestamp": remove_parameter("signed_service[timestamp]"),
}
FORM_EDITS: dict[str, Edit] = {
    "first digit": flip_character("service[signature]", 0, other_hex_digit),
    "last digit": flip_character("service[signature]", 39, other_hex_digit),
    "value": replace_value("signed_source[device_name]", "other"),
    "identifier": replace_value("signed_source[unique_identifier]", "other"),
    "removed": remove_parameter("signed_source[device_model]"),
    "added": add_parameters(("signed_force_mobile", "1")),
    "key": replace_value("service[key]", "no-such-key"),
}


@pytest.fixture
def source(service_client: Client, unique_name: UniqueName) -> PrivateKey:
    """The key of a new device."""
    return register_source(service_client, unique_name("device"))


@pytest.fixture
def revocable_key(test_data: dict[str, Any]) -> PrivateKey:
    """A service key that the test may disable."""
    key = test_data["revocable_service_key"]
    return PrivateKey("service", str(key["key"]), str(key["secret"]))


@pytest.fixture
def public_requests(readable_requests: list[OperationRequest]) -> list[OperationRequest]:
    """The requests that any app may send."""
    return [request for request in readable_requests if request.is_public]


@claim("AB-SIGN-08")
def test_service_key_reads_public_resources(
    public_requests: list[OperationRequest], service_client: Client
) -> None:
    expect_nowhere(public_requests, service_client, 400, 401, 403)


@claim("AB-SIGN-08")
def test_signed_parameters_have_an_effect(
    service_client: Client, source: PrivateKey, unauthenticated: Client
) -> None:
    """Although they are sent with a prefix."""
    for client in (service_client, client_with_key(unauthenticated, source)):
        for size in (1, 2):
            page = client.get(CLIPS, params={"page[items]": size}).expect_ok()
            expect(len(page.items), size, "number of items", page)
        client.get("/users", params={"find[username]": owner_name(page.items[1])}).expect_ok()


@claim("AB-SIGN-08")
def test_parameters_are_sorted_without_case(service_client: Client) -> None:
    for names in (("a", "B", "c"), ("Z", "y", "X"), ("zebra", "Tango", "alpha")):
        query = [*((name, "1") for name in names), ("page[items]", "1")]

        expect_signature_accepted(service_client.get(CLIPS, params=query))


@claim("AB-SIGN-08")
@pytest.mark.parametrize("encoding", ["urlencoded", "multipart"])
def test_service_key_registers_a_source(
    service_client: Client, unique_name: UniqueName, encoding: str
) -> None:
    """With any name of the device."""
    for text in UNUSUAL_TEXTS:
        form = {**registration_form(unique_name("device")), "source[device_name]": text}

        response = service_client.post(REGISTER, **encode_parameters(encoding, form))

        parse_source_key(response.expect_status(200, 201))


@claim("AB-SIGN-08")
def test_file_is_signed_with_its_bytes(service_client: Client, unique_name: UniqueName) -> None:
    """A registration with a file may be refused, but not because of its signature."""
    file = ("a.bin", b"\r\n--\xff\x00=&:\r\n", "image/png")

    response = service_client.post(
        REGISTER, **multipart({**registration_form(unique_name("device")), "picture": file})
    )

    expect_signature_accepted(response)


@claim("AB-SIGN-08")
def test_source_key_is_accepted(
    source: PrivateKey, public_requests: list[OperationRequest], unauthenticated: Client
) -> None:
    """By its status, twice, and by all public resources."""
    client = client_with_key(unauthenticated, source)

    expect_source_status(client.get(STATUS))
    expect_source_status(client.get(STATUS))
    expect_nowhere(public_requests, client, 400, 401, 403)


@claim("AB-VER-04", needs=("write",))
@pytest.mark.parametrize("accept", [None, "*/*", "application/json"])
def test_source_key_needs_no_version(
    source: PrivateKey,
    service_client: Client,
    public_requests: list[OperationRequest],
    unauthenticated: Client,
    unique_name: UniqueName,
    accept: str | None,
) -> None:
    """Its registration and its status need none, too."""
    client, headers = client_with_key(unauthenticated, source), {"Accept": accept}
    form = registration_form(unique_name("device"))

    for response in (
        service_client.post(REGISTER, form=form, headers=headers),
        client.get(STATUS, headers=headers),
        public_requests[0].send(client, headers=headers),
    ):
        is_refused = is_unsupported_version_error(response)
        expect_true(not is_refused, "no error 800", str(response), response)


@claim("AB-SIGN-08")
def test_each_device_has_its_own_key(
    service_client: Client, unauthenticated: Client, unique_name: UniqueName
) -> None:
    """The registration of another device does not disable the first key."""
    first, second = (register_source(service_client, unique_name("device")) for _ in range(2))

    assert first.key != second.key, "expected two keys, found the same key twice"
    for source in (first, second, first):
        expect_source_status(client_with_key(unauthenticated, source).get(STATUS))


@claim("AB-SIGN-08")
def test_key_of_a_device_that_registers_again_is_accepted(
    service_client: Client, unauthenticated: Client, unique_name: UniqueName
) -> None:
    """Its first key may not be valid any more."""
    identifier = unique_name("device")
    register_source(service_client, identifier)

    source = register_source(service_client, identifier)

    expect_source_status(client_with_key(unauthenticated, source).get(STATUS))


@claim("AB-SIGN-09")
def test_disabled_service_key_returns_401_or_403(
    revocable_key: PrivateKey,
    controls: ControlsClient,
    public_requests: list[OperationRequest],
    unauthenticated: Client,
    service_client: Client,
    unique_name: UniqueName,
) -> None:
    """For every operation that accepted it; another service key stays valid."""
    client = client_with_key(unauthenticated, revocable_key)
    form = registration_form(unique_name("device"))
    expect_nowhere(public_requests, client, 400, 401, 403)
    register_source(client, unique_name("device"))

    controls.disable("service_key", revocable_key.key)

    for response in expect_everywhere(public_requests, client, 401, 403):
        assert_refused(response)
    assert_refused(client.post(REGISTER, form=form), 401, 403)
    assert_refused(client.post(REGISTER, **multipart(form)), 401, 403)
    parse_source_key(service_client.post(REGISTER, form=form))


@claim("AB-SIGN-09")
def test_disabled_source_key_returns_401_or_403(
    controls: ControlsClient,
    public_requests: list[OperationRequest],
    unauthenticated: Client,
    service_client: Client,
    unique_name: UniqueName,
) -> None:
    """For every operation; another source key, and the service key that registered it, stay valid."""
    source, other = (register_source(service_client, unique_name("device")) for _ in range(2))
    client = client_with_key(unauthenticated, source)
    if (status := client.get(STATUS).status) != 200:
        not_verified(f"a source key is not accepted: {status}")

    controls.disable("source_key", source.key)

    for _ in range(2):
        assert_refused(client.get(STATUS), 401, 403)
    for response in expect_everywhere(public_requests, client, 401, 403):
        assert_refused(response)
    expect_source_status(client_with_key(unauthenticated, other).get(STATUS))
    parse_source_key(service_client.post(REGISTER, form=registration_form(unique_name("device"))))


@claim("AB-SIGN-11")
def test_wrong_digit_of_the_signature_returns_401(key: PrivateKey, unauthenticated: Client) -> None:
    """At every position."""
    for position in range(40):
        change = in_query(flip_character("service[signature]", position, other_hex_digit))

        assert_refused(client_with_key(unauthenticated, key, change).get(CLIPS, params=QUERY), 401)


@claim("AB-SIGN-11")
def test_read_with_a_wrong_signature_returns_401(
    public_requests: list[OperationRequest], key: PrivateKey, unauthenticated: Client
) -> None:
    """Although the resources are public, and with JSON-P."""
    change = in_query(flip_character("service[signature]", 3, other_hex_digit))
    client = client_with_key(unauthenticated, key, change)

    for response in expect_everywhere(public_requests, client, 401):
        assert_refused(response)
    assert_refused(client.get(CLIPS, params={**QUERY, "callback": "f"}), 401)


@claim("AB-SIGN-11")
@pytest.mark.parametrize(
    ("edit", "statuses"),
    [
        *(pytest.param(edit, (401,), id=name) for name, edit in EDITS.items()),
        *(pytest.param(edit, (400, 401), id=name) for name, edit in INCOMPLETE.items()),
    ],
)
def test_edited_query_returns_4xx(
    key: PrivateKey, unauthenticated: Client, edit: Edit, statuses: tuple[int, ...]
) -> None:
    """401; 400 or 401 if a parameter of the scheme is missing."""
    client = client_with_key(unauthenticated, key, in_query(edit))

    assert_refused(client.get(CLIPS, params=QUERY), *statuses)


@claim("AB-SIGN-11")
@pytest.mark.parametrize(
    ("signed", "sent"),
    [
        (CLIPS, f"{CLIPS}/popular"),
        (f"{CLIPS}/popular", CLIPS),
        (f"{CLIPS}/popular", f"{CLIPS}/featured"),
        ("/tag/a/audio_clips", "/tag/b/audio_clips"),
    ],
)
def test_other_path_than_the_signed_one_returns_401(
    key: PrivateKey, unauthenticated: Client, signed: str, sent: str
) -> None:
    client = client_with_key(unauthenticated, key, path(signed, sent))

    assert_refused(client.get(signed), 401)


@claim("AB-SIGN-11")
def test_unknown_key_returns_401(
    key: PrivateKey, public_requests: list[OperationRequest], unauthenticated: Client
) -> None:
    """Also a wrong secret, and the service key as a source key; an empty key returns 400 or 401."""
    unknown_keys = (
        replace(key, key="no-such-key"),
        replace(key, key=""),
        replace(key, secret=f"{key.secret}x"),
        replace(key, secret=""),
        PrivateKey("source", key.key, key.secret),
        PrivateKey("source", "no-such-key", "no-such-secret"),
    )
    for number, unknown in enumerate(unknown_keys):
        client = client_with_key(unauthenticated, unknown)
        requests = public_requests[number :: len(unknown_keys)] or public_requests

        for response in expect_everywhere(requests, client, *((401,) if unknown.key else (400, 401))):
            assert_refused(response)


@claim("AB-SIGN-11", needs=["write"])
@pytest.mark.parametrize("edit", FORM_EDITS.values(), ids=FORM_EDITS)
def test_edited_form_returns_401(
    key: PrivateKey, unauthenticated: Client, unique_name: UniqueName, edit: Edit
) -> None:
    client = client_with_key(unauthenticated, key, in_form(edit))

    assert_refused(client.post(REGISTER, form=registration_form(unique_name("device"))), 401)


@claim("AB-SIGN-11", needs=["write"])
@pytest.mark.parametrize("name", ["source[device_name]", "source[system_name]", "file"])
def test_edited_multipart_body_returns_401(
    key: PrivateKey, unauthenticated: Client, unique_name: UniqueName, name: str
) -> None:
    parts: dict[str, Any] = registration_form(unique_name("device"))
    parts[name] = "BEFORE" if name != "file" else ("a.bin", b"\xff\x00BEFORE\r\n", "image/png")
    client = client_with_key(unauthenticated, key, in_body(b"BEFORE", b"AFTER!"))

    assert_refused(client.post(REGISTER, **multipart(parts)), 401)


@claim("AB-SIGN-11", needs=["write"])
def test_wrong_signature_of_a_source_returns_401(
    source: PrivateKey, service_client: Client, unauthenticated: Client, unique_name: UniqueName
) -> None:
    """A wrong digit, the secret of another device, and the signature of another path."""
    other = register_source(service_client, unique_name("device"))
    with_other_secret = client_with_key(unauthenticated, replace(source, secret=other.secret))
    with_other_path = client_with_key(unauthenticated, source, path(CLIPS, STATUS))

    for position in (0, 20, 39):
        change = in_query(flip_character("source[signature]", position, other_hex_digit))
        assert_refused(client_with_key(unauthenticated, source, change).get(STATUS), 401)
    assert_refused(with_other_secret.get(STATUS), 401)
    assert_refused(with_other_path.get(CLIPS), 401)
    expect_source_status(client_with_key(unauthenticated, source).get(STATUS))


def expect_source_status(response: Response) -> None:
    """Raise ExpectationFailed unless a response says whether a device is linked."""
    body = response.expect_ok().object["body"]
    linked = body["linked"] if isinstance(body, JsonObject) else None
    expect_true(isinstance(linked, bool), "body.linked as a boolean", to_json(body), response)


def owner_name(clip: Any) -> str:
    """Return the name of the user of a clip, or another name if the clip has none."""
    user = clip.get("user") if isinstance(clip, JsonObject) else None
    return str(user.get("username")) if isinstance(user, JsonObject) else "romney"
