"""Signatures: whatever the parameters are, they are signed and accepted; whatever is changed is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tuningfork import ExpectationFailed, claim
from tuningfork.apis.audioboo.error_assertions import assert_refused
from tuningfork.apis.audioboo.signing_scheme import PrivateKey
from tuningfork.auth.oauth1 import Consumer, OAuth1
from tuningfork.client.client import Client
from tuningfork.client.response import Response

from .support.signature_tampering import Pairs, TamperedAuth, in_form, in_query
from .support.signed_clients import REQUEST_TOKEN, client_with_key, signing_client

CLIPS = "/audio_clips"
CHARACTERS = st.characters(exclude_categories=["Cs", "Cn", "Cc"], include_characters="\t\n &=+%;#?/\"'~*ä🎙")
TEXT = st.text(CHARACTERS, max_size=12)
NAMES = st.one_of(st.sampled_from("abX"), TEXT).map(lambda text: f"x{text}")
"""None of them means anything to a server, or to the protocol."""
PARAMETERS = st.lists(st.tuples(NAMES, st.one_of(st.sampled_from(["", "1"]), TEXT)), max_size=5)
CHANGES = st.sampled_from(["value", "name", "left out", "added", "said again", "joined"])

SOME = settings(max_examples=max(5, settings().max_examples // 2))


@claim("AB-SIGN-01")
@SOME
@given(pairs=PARAMETERS)
def test_any_parameters_are_signed_in_the_header(pairs: Pairs, user: Client) -> None:
    """Odd characters, names that repeat, values that are empty."""
    is_accepted(user.get("/account", params=pairs))


@claim("AB-SIGN-02")
@SOME
@given(pairs=PARAMETERS)
def test_any_parameters_are_signed_in_the_query(pairs: Pairs, user: Client) -> None:
    """Beside the protocol's own."""
    is_accepted(signing_client(user, placement="query").get("/account", params=pairs))


@claim("AB-SIGN-02")
@SOME
@given(pairs=PARAMETERS)
@pytest.mark.parametrize("placement", ["header", "body"])
def test_any_form_is_signed(
    placement: Any, pairs: Pairs, unauthenticated: Client, consumer: Consumer
) -> None:
    """Wherever the protocol's own parameters are."""
    app = OAuth1(consumer, placement=placement, callback="oob")

    is_accepted(unauthenticated.with_auth(app).post(REQUEST_TOKEN, form=pairs))


@claim("AB-SIGN-03")
@SOME
@given(pairs=PARAMETERS, change=CHANGES, data=st.data())
@pytest.mark.parametrize("placement", ["header", "query"])
def test_any_change_of_a_query_is_refused(
    placement: str, pairs: Pairs, change: str, data: st.DataObject, user: Client
) -> None:
    """Of a value or a name, by one character too, and of how often there is one."""
    other = changed(pairs, change, data)

    def swap(old: Pairs) -> Pairs:
        return [*other, *old[len(pairs) :]]

    assert_refused(
        signing_client(user, in_query(swap), placement=placement).get("/account", params=pairs), 401
    )


@claim("AB-SIGN-03")
@SOME
@given(pairs=PARAMETERS, change=CHANGES, data=st.data())
@pytest.mark.parametrize("placement", ["header", "body"])
def test_any_change_of_a_form_is_refused(
    placement: Any,
    pairs: Pairs,
    change: str,
    data: st.DataObject,
    unauthenticated: Client,
    consumer: Consumer,
) -> None:
    """In a body as in a query."""
    other = changed(pairs, change, data)
    app = OAuth1(consumer, placement=placement, callback="oob")

    def swap(old: Pairs) -> Pairs:
        return [*other, *old[len(pairs) :]]

    assert_refused(
        unauthenticated.with_auth(TamperedAuth(app, [in_form(swap)])).post(REQUEST_TOKEN, form=pairs), 401
    )


@claim("AB-SIGN-08")
@SOME
@given(text=TEXT)
def test_any_text_is_signed_by_a_service_key(text: str, service_client: Client) -> None:
    """As it is, not as it is escaped."""
    is_accepted(service_client.get(CLIPS, params={"find[query]": text, "page[items]": 1, "page[number]": 1}))


@claim("AB-SIGN-11")
@SOME
@given(text=TEXT, other_text=TEXT)
def test_any_other_text_is_refused_of_a_service_key(
    text: str, other_text: str, key: PrivateKey, unauthenticated: Client
) -> None:
    """What was signed is what counts."""
    assume(text != other_text)

    def swap(pairs: Pairs) -> Pairs:
        return [(name, other_text if name == "signed_find[query]" else value) for name, value in pairs]

    assert_refused(
        client_with_key(unauthenticated, key, in_query(swap)).get(CLIPS, params={"find[query]": text}), 401
    )


def changed(pairs: Pairs, change: str, data: st.DataObject) -> Pairs:
    """Other parameters than these, whatever their order."""
    at = data.draw(st.integers(0, len(pairs)))
    name, value = pairs[at] if at < len(pairs) else ("x", "1")
    other: dict[str, Pairs] = {
        "value": [(name, altered(value, data))],
        "name": [(f"x{altered(name[1:], data)}", value)],
        "left out": [],
        "added": [(name, value), ("x", data.draw(TEXT))],
        "said again": [(name, value), (name, value)],
        "joined": [(name, f"{value}&{name}={value}")],
    }
    found = [*pairs[:at], *other[change], *pairs[at + 1 :]]
    assume(sorted(found) != sorted(pairs))
    return found


def altered(text: str, data: st.DataObject) -> str:
    """The text with one character more, less, or in another case."""
    at = data.draw(st.integers(0, len(text)))
    more = text[:at] + data.draw(CHARACTERS) + text[at:]
    return data.draw(st.sampled_from([more, text[:at] + text[at + 1 :], text.swapcase()]))


def is_accepted(answer: Response) -> None:
    """ExpectationFailed if a good signature is refused; a parameter that means nothing may be."""
    if answer.status in (401, 403) or answer.status >= 500:
        raise ExpectationFailed("a signature that is accepted", f"{answer.status} with {answer.text!r}")
