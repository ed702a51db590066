"""Signatures: what is changed after it was signed, and what is malformed (RFC 5849 3.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tuningfork import claim
from tuningfork.apis.audioboo.error_assertions import assert_refused
from tuningfork.apis.audioboo.lookup import NONEXISTENT_IDS
from tuningfork.auth.oauth1 import Consumer, OAuth1
from tuningfork.client.client import Client
from tuningfork.testing.operation_requests import expect_everywhere
from tuningfork.testing.payloads import multipart

from .support.operation_requests import OperationRequest
from .support.owned_resources import OwnedResources, signature_placement
from .support.signature_tampering import (
    EDITORS,
    Change,
    Edit,
    TamperedAuth,
    add_parameters,
    edit_value,
    flip_character,
    header,
    in_form,
    in_header,
    in_query,
    method,
    path,
    remove_parameter,
    rename_parameter,
    repeat_parameter,
    replace_value,
)
from .support.signed_clients import REQUEST_TOKEN, parse_token, signing_client

Fresh = Callable[[str], str]
CLIPS = "/audio_clips"
OF_THE_PROTOCOL: dict[str, Edit] = {
    "consumer": replace_value("oauth_consumer_key", "no-such-consumer"),
    "token": replace_value("oauth_token", "no-such-token"),
    "no token": remove_parameter("oauth_token"),
    "nonce": replace_value("oauth_nonce", "another0nonce"),
    "timestamp": edit_value("oauth_timestamp", lambda value: str(int(value) + 3)),
    "no version": remove_parameter("oauth_version"),
    "one more": add_parameters(("oauth_verifier", "1")),
    "short signature": edit_value("oauth_signature", lambda value: value[:-2]),
    "long signature": edit_value("oauth_signature", lambda value: f"{value}A"),
}
NEEDED = ("consumer_key", "signature", "signature_method", "timestamp", "nonce")
MALFORMED = {
    **{f"no {name}": in_header(remove_parameter(f"oauth_{name}")) for name in NEEDED},
    **{f"empty {name}": in_header(replace_value(f"oauth_{name}", "")) for name in NEEDED},
    **{
        f"{name} twice": in_header(repeat_parameter(f"oauth_{name}"))
        for name in (*NEEDED, "token", "version")
    },
    "another nonce beside": in_header(add_parameters(("oauth_nonce", "another"))),
    "another token before": in_header(lambda pairs: [("oauth_token", "x"), *pairs]),
    "unknown method": in_header(replace_value("oauth_signature_method", "HMAC-MD4")),
    "method in lower case": in_header(replace_value("oauth_signature_method", "hmac-sha1")),
    "unknown version": in_header(replace_value("oauth_version", "2.0")),
    "scheme alone": header(lambda _: "OAuth"),
    "nothing in it": header(lambda _: "OAuth "),
    "a token only": header(lambda _: 'OAuth oauth_token="x"'),
    "no text": header(lambda _: "OAuth \xff=\xfe"),
    "token in the query too": in_query(add_parameters(("oauth_token", "x"))),
    "signature in the query too": in_query(add_parameters(("oauth_signature", "x"))),
}  # fmt: skip
MALFORMED_BUT_SIGNED: dict[str, dict[str, str | None]] = {
    "unknown method": {"oauth_signature_method": "HMAC-MD4"},
    "plain method": {"oauth_signature_method": "plaintext"},
    "no method": {"oauth_signature_method": None},
    "unknown version": {"oauth_version": "2.0"},
    "no nonce": {"oauth_nonce": None},
    "no timestamp": {"oauth_timestamp": None},
    "no number": {"oauth_timestamp": "now"},
    "empty timestamp": {"oauth_timestamp": ""},
    "negative": {"oauth_timestamp": "-1"},
    "no consumer": {"oauth_consumer_key": None},
}
QUERY_EDITS: dict[str, Edit] = {
    "a space less": replace_value("find[query]", "ab"),
    "a space more": replace_value("find[query]", "a  b"),
    "a capital": replace_value("find[query]", "A b"),
    "an accent": replace_value("find[query]", "a b\u0301"),
    "escaped twice": replace_value("find[query]", "a%20b"),
    "emptied": replace_value("find[query]", ""),
    "another number": replace_value("page[items]", "3"),
    "another name": rename_parameter("find[query]", "find[Query]"),
    "the name of another": rename_parameter("page[items]", "page[number]"),
    "left out": remove_parameter("find[query]"),
    "one more": add_parameters(("page[number]", "1")),
    "an empty one more": add_parameters(("x", "")),
    "said again": repeat_parameter("find[query]"),
    "the last said again": repeat_parameter("page[items]"),
}
FORM_EDITS: dict[str, Edit] = {
    "another title": replace_value("playlist[title]", "other"),
    "another value": replace_value("x", "2"),
    "emptied": replace_value("x", ""),
    "left out": remove_parameter("x"),
    "one more": add_parameters(("y", "")),
    "said again": repeat_parameter("x"),
    "said otherwise": add_parameters(("playlist[title]", "other")),
}


@claim("AB-SIGN-03")
@pytest.mark.parametrize(("placement", "step"), [("header", 1), ("query", 13)])
def test_a_signature_counts_in_every_character(placement: str, step: int, user: Client) -> None:
    """Another one in any place is another signature."""
    for position in range(0, 27, step):
        change = EDITORS[placement](flip_character("oauth_signature", position))

        assert_refused(signing_client(user, change, placement=placement).get("/account"), 401)


@claim("AB-SIGN-03")
@pytest.mark.parametrize("placement", ["header", "query"])
def test_a_signature_counts_its_capitals(placement: str, user: Client) -> None:
    """A letter in the other case is another character."""
    change = EDITORS[placement](edit_value("oauth_signature", str.swapcase))

    assert_refused(signing_client(user, change, placement=placement).get("/account"), 401)


@claim("AB-SIGN-03")
def test_a_signature_in_a_body_counts_in_every_character(unauthenticated: Client, consumer: Consumer) -> None:
    """An app's own too."""
    app = OAuth1(consumer, placement="body", callback="oob")
    parse_token(unauthenticated.with_auth(app).post(REQUEST_TOKEN))

    for position in (0, 1, 13, 25, 26):
        changed = in_form(flip_character("oauth_signature", position))
        assert_refused(unauthenticated.with_auth(TamperedAuth(app, [changed])).post(REQUEST_TOKEN), 401)


@claim("AB-SIGN-03")
@pytest.mark.parametrize("placement", ["header", "query"])
def test_a_wrong_signature_is_refused_wherever_one_reads(
    placement: str, readable_requests: list[OperationRequest], user: Client
) -> None:
    """What anybody may read unsigned too."""
    wrong = signing_client(
        user, EDITORS[placement](flip_character("oauth_signature", 5)), placement=placement
    )

    for answer in expect_everywhere(readable_requests, wrong, 401):
        assert_refused(answer, 401)
    assert_refused(wrong.get("/account", callback="f"), 401)


@claim("AB-SIGN-03", needs=["write"])
def test_a_wrong_signature_changes_nothing(owned_resources: OwnedResources) -> None:
    """Whatever is written, and wherever it is signed."""
    for number, asked in enumerate(owned_resources.write_requests()):
        place = signature_placement(("header", "query", "body")[number % 3], asked)
        wrong = signing_client(
            owned_resources.me, EDITORS[place](flip_character("oauth_signature", number)), placement=place
        )
        assert_refused(wrong.request(asked[0], asked[1], **asked[2]), 401)
        if "form" in asked[2]:
            parts = multipart({**asked[2]["form"], **asked[2].get("files", {})})
            wrong = signing_client(owned_resources.me, in_header(flip_character("oauth_signature", number)))
            assert_refused(wrong.request(asked[0], asked[1], **parts), 401)

    owned_resources.is_unchanged()


@claim("AB-SIGN-03")
@pytest.mark.parametrize("placement", ["header", "query"])
@pytest.mark.parametrize("edit", OF_THE_PROTOCOL.values(), ids=OF_THE_PROTOCOL)
def test_every_parameter_of_the_protocol_is_signed(edit: Edit, placement: str, user: Client) -> None:
    """Changed, left out or added, it is refused."""
    assert_refused(signing_client(user, EDITORS[placement](edit), placement=placement).get("/account"), 401)


@claim("AB-SIGN-03")
@pytest.mark.parametrize("placement", ["header", "query"])
@pytest.mark.parametrize("edit", QUERY_EDITS.values(), ids=QUERY_EDITS)
def test_every_parameter_of_a_query_is_signed(edit: Edit, placement: str, user: Client) -> None:
    """Its name, its value, and that it is there, as often as it is."""
    query = {"find[query]": "a b", "page[items]": 2}

    assert_refused(signing_client(user, in_query(edit), placement=placement).get(CLIPS, params=query), 401)


@claim("AB-SIGN-03", needs=["write"])
@pytest.mark.parametrize("placement", ["header", "query", "body"])
@pytest.mark.parametrize(
    "edit",
    FORM_EDITS.values(),
    ids=FORM_EDITS,
)
def test_every_parameter_of_a_form_is_signed(
    edit: Any, placement: str, user: Client, unique_name: Fresh
) -> None:
    """Though it stands in the body, and the signature may stand elsewhere."""
    form = {"playlist[title]": unique_name("list"), "x": "1"}

    assert_refused(
        signing_client(user, in_form(edit), placement=placement).post("/playlists", form=form), 401
    )


@claim("AB-SIGN-03")
@pytest.mark.parametrize("placement", ["header", "query"])
@pytest.mark.parametrize(
    ("signed", "asked"),
    [
        ("/account", "/account/audio_clips"),
        ("/account/audio_clips", "/account"),
        ("/audio_clips", "/audio_clips/popular"),
        ("/audio_clips/popular", "/audio_clips/featured"),
        ("/account/followings", "/account/audio_clips/favourites"),
    ],
)
def test_the_path_is_signed(signed: str, asked: str, placement: str, user: Client) -> None:
    """Asked for another path than what was signed, nothing is given, though the user may read it."""
    change = path(lambda old: old.removesuffix(signed) + asked)

    assert_refused(signing_client(user, change, placement=placement).get(signed), 401)


@claim("AB-SIGN-03")
@pytest.mark.parametrize("placement", ["header", "query"])
@pytest.mark.parametrize("signed", ["POST", "PUT", "DELETE", "HEAD"])
def test_the_method_is_signed(signed: str, placement: str, user: Client) -> None:
    """What was signed for another method can't be read."""
    assert_refused(signing_client(user, method("GET"), placement=placement).request(signed, "/account"), 401)


@claim("AB-SIGN-03", needs=("write",))
@pytest.mark.parametrize(
    ("signed", "sent"), [("GET", "PUT"), ("GET", "DELETE"), ("PUT", "DELETE"), ("DELETE", "PUT")]
)
def test_a_method_that_writes_is_signed(signed: str, sent: str, user: Client) -> None:
    """What was signed for reading writes nothing, nor does one way of writing stand for another."""
    swapped = signing_client(user, method(sent), placement="query")

    assert_refused(swapped.request(signed, f"/audio_clips/{NONEXISTENT_IDS[0]}"), 401)


@claim("AB-SIGN-03")
@pytest.mark.parametrize("change", MALFORMED.values(), ids=MALFORMED)
def test_what_is_malformed_is_refused(change: Change, user: Client) -> None:
    """Parameters missing, empty or said twice, in one place or two; methods that there are not."""
    assert_refused(signing_client(user, change).get("/account"), 400, 401)


@claim("AB-SIGN-03")
@pytest.mark.parametrize("said", MALFORMED_BUT_SIGNED.values(), ids=MALFORMED_BUT_SIGNED)
def test_what_is_malformed_is_refused_though_its_signature_is_right(
    said: dict[str, str | None], user: Client
) -> None:
    """It was signed as it stands there."""
    assert_refused(signing_client(user, parameter_overrides=said).get("/account"), 400, 401)


@claim("AB-SIGN-03")
@pytest.mark.parametrize("name", ["oauth_nonce", "oauth_token", "oauth_signature", "oauth_timestamp"])
def test_a_parameter_twice_in_the_query_is_refused(name: str, user: Client) -> None:
    """Though both say the same."""
    twofold = signing_client(user, in_query(repeat_parameter(name)), placement="query")

    assert_refused(twofold.get("/account"), 400, 401)


@claim("AB-SIGN-03")
@pytest.mark.parametrize("options", [
    {"token_secret": ""}, {"token_secret": "x"}, {"token_secret": None}, {"token": "no-such-token"},
    {"token": None}, {"token": None, "token_secret": None},
])  # fmt: skip
def test_who_has_not_both_secrets_signs_for_nobody(options: dict[str, Any], user: Client) -> None:
    """A token without its secret, an unknown one, or none at all."""
    assert_refused(signing_client(user, **options).get("/account"), 401)


@claim("AB-SIGN-03")
@pytest.mark.parametrize("key", [None, "no-such-consumer"])
@pytest.mark.parametrize("secret", ["x", ""])
def test_a_token_is_used_by_its_consumer(
    key: str | None, secret: str, user: Client, consumer: Consumer
) -> None:
    """The right one with its own secret, and no other."""
    wrong = Consumer(key or consumer.key, secret)

    assert_refused(signing_client(user, consumer=wrong).get("/account"), 401)
