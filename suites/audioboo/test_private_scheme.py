"""Signatures: requests signed by service and source keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tuningfork import ExpectationFailed, claim, not_verified
from tuningfork.apis.audioboo.envelope import is_unsupported_version_error
from tuningfork.apis.audioboo.error_assertions import assert_refused
from tuningfork.apis.audioboo.signing_scheme import PrivateKey
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.client.response import JsonObject, Response
from tuningfork.testing.expect import expect
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
    parse_source_key,
    register_source,
    registration_form,
)

Fresh = Callable[[str], str]
CLIPS = "/audio_clips"
QUERY = {"page[items]": 2, "page[number]": 1, "find[query]": "a b"}
ODD = ("a b", "a+b", "%20", "ä ö ü", "日本語 🎙️", "&=;?#/:", "a=b&c=d", "~-._!*'()", '"', "")
EDITS: dict[str, Edit] = {
    "another value": replace_value("signed_page[items]", "3"),
    "another text": replace_value("signed_find[query]", "a  b"),
    "emptied": replace_value("signed_find[query]", ""),
    "another case": replace_value("signed_find[query]", "A b"),
    "another name": rename_parameter("signed_page[items]", "signed_page[item]"),
    "values changed over": lambda pairs: replace_value("signed_page[number]", "2")(
        replace_value("signed_page[items]", "1")(pairs)
    ),
    "left out": remove_parameter("signed_find[query]"),
    "one more": add_parameters(("signed_max_time", "1")),
    "said again": repeat_parameter("signed_page[items]"),
    "another time": edit_value("signed_service[timestamp]", lambda value: str(int(value) + 1)),
    "another key": replace_value("service[key]", "no-such-key"),
    "short": edit_value("service[signature]", lambda value: value[:-1]),
    "long": edit_value("service[signature]", lambda value: f"{value}0"),
    "zeros": replace_value("service[signature]", "0" * 40),
}
INCOMPLETE: dict[str, Edit] = {
    "no signature": remove_parameter("service[signature]"),
    "empty signature": replace_value("service[signature]", ""),
    "no key": remove_parameter("service[key]"),
    "empty key": replace_value("service[key]", ""),
    "no time": remove_parameter("signed_service[timestamp]"),
}


@pytest.fixture
def source(service_client: Client, unique_name: Fresh) -> PrivateKey:
    """The key of a new device."""
    return register_source(service_client, unique_name("device"))


@pytest.fixture
def revocable(test_data: dict[str, Any]) -> PrivateKey:
    """A service key that may be disabled."""
    lent = test_data["revocable_service_key"]
    return PrivateKey("service", str(lent["key"]), str(lent["secret"]))


@pytest.fixture
def public(readable_requests: list[OperationRequest]) -> list[OperationRequest]:
    """What anybody may read."""
    return [probe for probe in readable_requests if probe.is_public]


@claim("AB-SIGN-08")
def test_a_service_key_reads_what_is_public(public: list[OperationRequest], service_client: Client) -> None:
    """At every operation."""
    expect_nowhere(public, service_client, 400, 401, 403)


@claim("AB-SIGN-08")
def test_signed_parameters_count(service_client: Client, source: PrivateKey, unauthenticated: Client) -> None:
    """They are those of the request, in spite of the prefix that they have."""
    for client in (service_client, client_with_key(unauthenticated, source)):
        first, second = (client.get(CLIPS, params={"page[items]": n}).expect_ok().items for n in (1, 2))

        expect((len(first), len(second)), (1, 2), "numbers of items on pages of one and of two")
        client.get("/users", params={"find[username]": user_of(second[0])}).expect_ok()


@claim("AB-SIGN-08")
@pytest.mark.parametrize("text", ODD)
def test_odd_text_is_signed_and_accepted(text: str, service_client: Client) -> None:
    """As it is, not as it is escaped."""
    service_client.get(CLIPS, params={"find[query]": text, "page[items]": 1}).expect_ok()


@claim("AB-SIGN-08")
def test_names_are_in_order_whatever_their_case(service_client: Client) -> None:
    """A capital does not come first."""
    for names in (("a", "B", "c"), ("Z", "y", "X"), ("zebra", "Tango", "alpha")):
        answer = service_client.get(CLIPS, params=[*((name, "1") for name in names), ("page[items]", "1")])

        if answer.status in (401, 403):
            raise ExpectationFailed("a signature that is accepted", f"{answer.status} for {', '.join(names)}")


@claim("AB-SIGN-08")
@pytest.mark.parametrize("encoding", ["urlencoded", "multipart"])
def test_a_service_key_registers_a_source(encoding: str, service_client: Client, unique_name: Fresh) -> None:
    """By a form of either sort, whatever it says of the device."""
    for text in ODD[:-1]:
        form = {**registration_form(unique_name("device")), "source[device_name]": text}

        answer = service_client.post(REGISTER, **encode_parameters(encoding, form))

        parse_source_key(answer)


@claim("AB-SIGN-08")
def test_a_file_is_signed_with_its_bytes(service_client: Client, unique_name: Fresh) -> None:
    """Whatever is in it: a registration that carries one may be refused, but not for its signature."""
    parts = {
        **registration_form(unique_name("device")),
        "picture": ("a.bin", b"\r\n--\xff\x00=&:\r\n", "image/png"),
    }

    answer = service_client.post(REGISTER, **multipart(parts))

    if answer.status in (401, 403):
        raise ExpectationFailed("a signature that is accepted", f"{answer.status}")


@claim("AB-SIGN-08")
def test_a_source_key_is_accepted(
    source: PrivateKey, public: list[OperationRequest], unauthenticated: Client
) -> None:
    """By its status, the second time too, and by everything that is public."""
    device = client_with_key(unauthenticated, source)

    is_status(device.get(STATUS))
    is_status(device.get(STATUS))
    expect_nowhere(public, device, 400, 401, 403)


@claim("AB-VER-04", needs=("write",))
@pytest.mark.parametrize("accept", [None, "*/*", "application/json"])
def test_a_source_key_asks_for_no_version(
    source: PrivateKey,
    service_client: Client,
    public: list[OperationRequest],
    unauthenticated: Client,
    unique_name: Fresh,
    accept: str | None,
) -> None:
    """It is the private scheme, with which error 800 never comes for want of a version, nor for a new key."""
    device = client_with_key(unauthenticated, source)

    for answer in (
        service_client.post(
            REGISTER, form=registration_form(unique_name("device")), headers={"Accept": accept}
        ),
        device.get(STATUS, headers={"Accept": accept}),
        public[0].send(device, headers={"Accept": accept}),
    ):
        if is_unsupported_version_error(answer):
            raise ExpectationFailed("no error 800", f"{answer.status} with {answer.text!r}")


@claim("AB-SIGN-08")
def test_each_device_has_a_key_of_its_own(
    service_client: Client, unauthenticated: Client, unique_name: Fresh
) -> None:
    """A later one does not end an earlier one."""
    first, second = (register_source(service_client, unique_name("device")) for _ in range(2))

    assert first.key != second.key, "expected another api_key, found the same"
    for source in (first, second, first):
        is_status(client_with_key(unauthenticated, source).get(STATUS))


@claim("AB-SIGN-09")
def test_a_disabled_service_key_is_refused(
    revocable: PrivateKey,
    controls: ControlsClient,
    public: list[OperationRequest],
    unauthenticated: Client,
    service_client: Client,
    unique_name: Fresh,
) -> None:
    """Everywhere, where it was accepted before; the other one goes on."""
    holder = client_with_key(unauthenticated, revocable)
    expect_nowhere(public, holder, 400, 401, 403)
    register_source(holder, unique_name("device"))

    controls.disable("service_key", revocable.key)

    for answer in expect_everywhere(public, holder, 401, 403):
        assert_refused(answer)
    for body in (
        {"form": registration_form(unique_name("device"))},
        multipart(registration_form(unique_name("device"))),
    ):
        assert_refused(holder.post(REGISTER, **body), 401, 403)
    parse_source_key(service_client.post(REGISTER, form=registration_form(unique_name("device"))))


@claim("AB-SIGN-09")
def test_a_disabled_source_key_is_refused(
    controls: ControlsClient,
    public: list[OperationRequest],
    unauthenticated: Client,
    service_client: Client,
    unique_name: Fresh,
) -> None:
    """Everywhere, where it was accepted before; another one and the service that registered it go on."""
    source, another = (register_source(service_client, unique_name("device")) for _ in range(2))
    holder = client_with_key(unauthenticated, source)
    is_accepted(holder.get(STATUS))

    controls.disable("source_key", source.key)

    for answer in [holder.get(STATUS), holder.get(STATUS), *expect_everywhere(public, holder, 401, 403)]:
        assert_refused(answer, 401, 403)
    is_status(client_with_key(unauthenticated, another).get(STATUS))
    parse_source_key(service_client.post(REGISTER, form=registration_form(unique_name("device"))))


@claim("AB-SIGN-11")
@pytest.mark.parametrize("name", ["page[number]", "page[items]", "max_time", "find[query]"])
def test_each_parameter_is_signed(name: str, key: PrivateKey, unauthenticated: Client) -> None:
    """Another number, or another text, is refused."""
    swap = in_query(replace_value(f"signed_{name}", "2"))

    assert_refused(client_with_key(unauthenticated, key, swap).get(CLIPS, params={name: "1"}), 401)


@claim("AB-SIGN-11")
def test_a_signature_counts_in_every_character(key: PrivateKey, unauthenticated: Client) -> None:
    """Another digit in any place is another signature."""
    for position in range(40):
        wrong = in_query(flip_character("service[signature]", position, other_hex_digit))

        assert_refused(client_with_key(unauthenticated, key, wrong).get(CLIPS, params=QUERY), 401)


@claim("AB-SIGN-11")
def test_a_wrong_signature_is_refused_everywhere(
    public: list[OperationRequest], key: PrivateKey, unauthenticated: Client
) -> None:
    """Though anybody may read there unsigned."""
    wrong = in_query(flip_character("service[signature]", 3, other_hex_digit))

    for answer in expect_everywhere(public, client_with_key(unauthenticated, key, wrong), 401):
        assert_refused(answer)
    assert_refused(
        client_with_key(unauthenticated, key, wrong).get(CLIPS, params={**QUERY, "callback": "f"}), 401
    )


@claim("AB-SIGN-11")
@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_everything_is_signed(edit: Edit, key: PrivateKey, unauthenticated: Client) -> None:
    """Each parameter, its name, its value and that it is there, and the time."""
    assert_refused(client_with_key(unauthenticated, key, in_query(edit)).get(CLIPS, params=QUERY), 401)


@claim("AB-SIGN-11")
@pytest.mark.parametrize("edit", INCOMPLETE.values(), ids=INCOMPLETE)
def test_a_signature_that_is_incomplete_is_refused(
    edit: Edit, key: PrivateKey, unauthenticated: Client
) -> None:
    """It does not count as none."""
    assert_refused(client_with_key(unauthenticated, key, in_query(edit)).get(CLIPS, params=QUERY), 400, 401)


@claim("AB-SIGN-11")
@pytest.mark.parametrize(
    ("signed", "asked"),
    [
        (CLIPS, f"{CLIPS}/popular"),
        (f"{CLIPS}/popular", CLIPS),
        (f"{CLIPS}/popular", f"{CLIPS}/featured"),
        ("/tag/a/audio_clips", "/tag/b/audio_clips"),
    ],
)
def test_the_path_is_signed(signed: str, asked: str, key: PrivateKey, unauthenticated: Client) -> None:
    """Nothing is given at another one."""
    change = path(lambda old: old.removesuffix(signed) + asked)

    assert_refused(client_with_key(unauthenticated, key, change).get(signed), 401)


@claim("AB-SIGN-11")
def test_an_unknown_key_is_refused(
    key: PrivateKey, public: list[OperationRequest], unauthenticated: Client
) -> None:
    """One that nobody has, the right one with a wrong secret or none, and a service's as a device's."""
    strangers = (
        replace(key, key="no-such-key"),
        replace(key, key=""),
        replace(key, secret=f"{key.secret}x"),
        replace(key, secret=""),
        replace(key, key=key.key.swapcase()),
        PrivateKey("source", key.key, key.secret),
        PrivateKey("source", "no-such-key", "no-such-secret"),
    )
    for number, stranger in enumerate(strangers):
        if stranger == key:
            not_verified("this key has no other case")
        allowed = (401,) if stranger.key else (400, 401)
        for answer in expect_everywhere(
            public[number :: len(strangers)] or public, client_with_key(unauthenticated, stranger), *allowed
        ):
            assert_refused(answer)


@claim("AB-SIGN-11", needs=["write"])
@pytest.mark.parametrize("edit", [
    flip_character("service[signature]", 0, other_hex_digit),
    flip_character("service[signature]", 39, other_hex_digit),
    replace_value("signed_source[device_name]", "other"), remove_parameter("signed_source[device_model]"),
    replace_value("signed_source[unique_identifier]", "other"), add_parameters(("signed_force_mobile", "1")),
    replace_value("service[key]", "no-such-key"),
])  # fmt: skip
def test_a_changed_form_is_refused(
    edit: Edit, key: PrivateKey, unauthenticated: Client, unique_name: Fresh
) -> None:
    """No source is registered by it."""
    changed = client_with_key(unauthenticated, key, in_form(edit))

    assert_refused(changed.post(REGISTER, form=registration_form(unique_name("device"))), 401)


@claim("AB-SIGN-11", needs=["write"])
@pytest.mark.parametrize("name", ["source[device_name]", "source[system_name]", "file"])
def test_a_changed_multipart_body_is_refused(
    name: str, key: PrivateKey, unauthenticated: Client, unique_name: Fresh
) -> None:
    """In a text and in a file."""
    parts: dict[str, Any] = registration_form(unique_name("device"))
    parts[name] = "BEFORE" if name != "file" else ("a.bin", b"\xff\x00BEFORE\r\n", "image/png")

    changed = client_with_key(unauthenticated, key, in_body(b"BEFORE", b"AFTER!"))

    assert_refused(changed.post(REGISTER, **multipart(parts)), 401)


@claim("AB-SIGN-11", needs=["write"])
def test_a_source_signs_for_itself(
    source: PrivateKey, service_client: Client, unauthenticated: Client, unique_name: Fresh
) -> None:
    """Not with the secret of another device, not in another path, not with a changed signature."""
    another = register_source(service_client, unique_name("device"))

    for position in (0, 20, 39):
        wrong = in_query(flip_character("source[signature]", position, other_hex_digit))
        assert_refused(client_with_key(unauthenticated, source, wrong).get(STATUS), 401)
    assert_refused(client_with_key(unauthenticated, replace(source, secret=another.secret)).get(STATUS), 401)
    assert_refused(
        client_with_key(unauthenticated, source, path(lambda old: old.removesuffix(CLIPS) + STATUS)).get(
            CLIPS
        ),
        401,
    )
    is_status(client_with_key(unauthenticated, source).get(STATUS))


def is_status(answer: Response) -> None:
    """ExpectationFailed if an answer does not say whether a device is linked."""
    body = answer.expect_ok().object["body"]
    linked = body["linked"] if isinstance(body, JsonObject) else None
    if not isinstance(linked, bool):
        raise ExpectationFailed("body.linked, a boolean", repr(body))


def is_accepted(answer: Response) -> None:
    """Where a source key is not accepted at all, nothing is verified of a disabled one."""
    if answer.status != 200:
        not_verified(f"a source key is not accepted: {answer.status}")


def user_of(clip: Any) -> str:
    """The name of the user of a clip, or one that is as good as any."""
    user = clip.get("user") if isinstance(clip, JsonObject) else None
    return str(user.get("username")) if isinstance(user, JsonObject) else "romney"
