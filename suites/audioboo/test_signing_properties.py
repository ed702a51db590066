"""Signatures: random parameters are signed and accepted; a random change of them is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tuningfork import claim
from tuningfork.apis.audioboo.error_assertions import assert_refused
from tuningfork.apis.audioboo.signing_scheme import PrivateKey
from tuningfork.auth.oauth1 import Consumer, OAuth1
from tuningfork.client.client import Client

from .support.signature_tampering import Pairs, TamperedAuth, in_form, in_query, replace_value
from .support.signed_clients import REQUEST_TOKEN, client_with_key, expect_signature_accepted, signing_client

CLIPS = "/audio_clips"
CHARACTERS = st.characters(exclude_categories=["Cs", "Cn", "Cc"], include_characters="\t\n &=+%;#?/\"'~*ä🎙")
TEXT = st.text(CHARACTERS, max_size=12)
NAMES = st.one_of(st.sampled_from("abX"), TEXT).map(lambda text: f"x{text}")
"""Names that neither a server nor the protocol uses."""
PARAMETERS = st.lists(st.tuples(NAMES, st.one_of(st.sampled_from(["", "1"]), TEXT)), max_size=5)
UNUSUAL_TEXTS = (
    "a b",
    "a+b",
    "%20",
    "ä ö ü",
    "日本語 🎙️",
    "&=;?#/:",
    "a=b&c=d",
    "~-._!*'()",
    '"',
    "é e\u0301",
    "",
)
UNUSUAL_PARAMETERS = [*((f"x{text}", text) for text in UNUSUAL_TEXTS), ("x", ""), ("x", "0")]
EDITS = st.sampled_from(["value", "name", "remove", "add", "repeat", "join"])

HALF_OF_THE_EXAMPLES = settings(max_examples=max(5, settings().max_examples // 2))


@HALF_OF_THE_EXAMPLES
@given(pairs=PARAMETERS)
@example(pairs=UNUSUAL_PARAMETERS)
@pytest.mark.parametrize(
    "placement",
    [pytest.param("header", marks=claim("AB-SIGN-01")), pytest.param("query", marks=claim("AB-SIGN-02"))],
)
def test_random_query_is_accepted(user: Client, placement: str, pairs: Pairs) -> None:
    """With repeated names and empty values."""
    client = signing_client(user, placement=placement)

    expect_signature_accepted(client.get("/account", params=pairs))


@claim("AB-SIGN-02")
@HALF_OF_THE_EXAMPLES
@given(pairs=PARAMETERS)
@pytest.mark.parametrize("placement", ["header", "body"])
def test_random_form_is_accepted(
    unauthenticated: Client, consumer: Consumer, placement: Any, pairs: Pairs
) -> None:
    client = unauthenticated.with_auth(OAuth1(consumer, placement=placement, callback="oob"))

    expect_signature_accepted(client.post(REQUEST_TOKEN, form=pairs))


@claim("AB-SIGN-03")
@HALF_OF_THE_EXAMPLES
@given(pairs=PARAMETERS, edit=EDITS, data=st.data())
@pytest.mark.parametrize("placement", ["header", "query"])
def test_random_edit_of_a_query_returns_401(
    user: Client, placement: str, pairs: Pairs, edit: str, data: st.DataObject
) -> None:
    """The edit changes one character of a value or a name, or the number of parameters."""
    edited = draw_edited_pairs(pairs, edit, data)
    change = in_query(lambda signed: [*edited, *signed[len(pairs) :]])

    response = signing_client(user, change, placement=placement).get("/account", params=pairs)

    assert_refused(response, 401)


@claim("AB-SIGN-03")
@HALF_OF_THE_EXAMPLES
@given(pairs=PARAMETERS, edit=EDITS, data=st.data())
@pytest.mark.parametrize("placement", ["header", "body"])
def test_random_edit_of_a_form_returns_401(
    unauthenticated: Client, consumer: Consumer, placement: Any, pairs: Pairs, edit: str, data: st.DataObject
) -> None:
    edited = draw_edited_pairs(pairs, edit, data)
    change = in_form(lambda signed: [*edited, *signed[len(pairs) :]])
    auth = TamperedAuth(OAuth1(consumer, placement=placement, callback="oob"), [change])

    response = unauthenticated.with_auth(auth).post(REQUEST_TOKEN, form=pairs)

    assert_refused(response, 401)


@claim("AB-SIGN-08")
@HALF_OF_THE_EXAMPLES
@given(text=TEXT)
@example(text=" ".join(UNUSUAL_TEXTS))
@example(text="")
def test_random_text_is_accepted_in_the_private_scheme(service_client: Client, text: str) -> None:
    """The text is signed before it is encoded."""
    query = {"find[query]": text, "page[items]": 1, "page[number]": 1}

    expect_signature_accepted(service_client.get(CLIPS, params=query))


@claim("AB-SIGN-11")
@HALF_OF_THE_EXAMPLES
@given(text=TEXT, other_text=TEXT)
def test_other_text_returns_401_in_the_private_scheme(
    unauthenticated: Client, key: PrivateKey, text: str, other_text: str
) -> None:
    assume(text != other_text)
    client = client_with_key(unauthenticated, key, in_query(replace_value("signed_find[query]", other_text)))

    assert_refused(client.get(CLIPS, params={"find[query]": text}), 401)


def draw_edited_pairs(pairs: Pairs, edit: str, data: st.DataObject) -> Pairs:
    """Return other parameters than these, in any order."""
    index = data.draw(st.integers(0, len(pairs)))
    name, value = pairs[index] if index < len(pairs) else ("x", "1")
    replacements: dict[str, Pairs] = {
        "value": [(name, draw_edited_text(value, data))],
        "name": [(f"x{draw_edited_text(name[1:], data)}", value)],
        "remove": [],
        "add": [(name, value), ("x", data.draw(TEXT))],
        "repeat": [(name, value), (name, value)],
        "join": [(name, f"{value}&{name}={value}")],
    }
    edited = [*pairs[:index], *replacements[edit], *pairs[index + 1 :]]
    assume(sorted(edited) != sorted(pairs))
    return edited


def draw_edited_text(text: str, data: st.DataObject) -> str:
    """Return the text with one character added or removed, or with swapped case."""
    index = data.draw(st.integers(0, len(text)))
    longer = text[:index] + data.draw(CHARACTERS) + text[index:]
    return data.draw(st.sampled_from([longer, text[:index] + text[index + 1 :], text.swapcase()]))
