"""Accessing Resources (https://developers.soundcloud.com/docs/api/guide#accessing-resources)."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tuningfork import claim, not_verified
from tuningfork.apis.soundcloud.factories import create_playlist, create_track
from tuningfork.auth.oauth2 import OAuth2
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.client.response import JsonObject, Response
from tuningfork.contract.openapi import Contract
from tuningfork.json_text import to_json
from tuningfork.testing.expect import (
    expect,
    expect_each,
    expect_no,
    expect_not_in,
    expect_properties,
    expect_true,
)
from tuningfork.testing.listings import json_objects
from tuningfork.testing.operation_requests import OperationRequest as AnyOperationRequest
from tuningfork.testing.operation_requests import expect_everywhere, expect_nowhere, make_operation_request

from .support.diffs import expect_unchanged
from .support.operation_requests import (
    OperationRequest,
    create_requests,
    uploader_of,
    write_requests,
)
from .support.token_chain import TOKEN, TokenChain

UniqueName = Callable[[str], str]
MARGIN_S = 30
"""Seconds before and after the expiry of a token, for the time that requests take."""

MALFORMED_HEADERS = {
    "bare token": "{token}",
    "nothing": "",
    "scheme alone": "OAuth",
    "empty token": "OAuth ",
    "no space": "OAuth{token}",
    "reversed": "{token} OAuth",
    "two tokens": "OAuth {token} {token}",
    "equals sign": "OAuth={token}",
    "basic": "Basic {token}",
    "basic, encoded": "Basic {encoded}",
    "basic, as a password": "Basic {password}",
    "basic, and another": "Basic eA==, OAuth {token}",
    "in quotes": 'OAuth "{token}"',
    "digest": "Digest {token}",
}
SIMILAR_TOKENS: dict[str, Callable[[str], str]] = {
    "longer": lambda token: f"{token}xxxx",
    "shorter": lambda token: token[: len(token) // 2],
    "without its end": lambda token: token[:-4],
    "other case": lambda token: token.swapcase(),
    "backwards": lambda token: f"{token[::-1]}x",
    "first changed": lambda token: f"{'b' if token.startswith('a') else 'a'}{token[1:]}",
}


@dataclass(frozen=True, slots=True)
class OwnedResources:
    """A track and a playlist of the first user, and requests that change them."""

    user: Client
    track: JsonObject
    playlist: JsonObject
    write_requests: list[AnyOperationRequest]

    def assert_unchanged(self) -> None:
        """Raise ExpectationFailed if the track or playlist has changed, or has a comment or like."""
        for before, path in ((self.track, "/tracks"), (self.playlist, "/playlists")):
            expect_unchanged(before, self.user.get(f"{path}/{before['id']}").expect_ok().object)
        for path in ("comments", "favoriters"):
            response = self.user.get(f"/tracks/{self.track['id']}/{path}").expect_ok()
            expect_no(response.items, path, response)


@pytest.fixture
def owned_resources(user: Client, contract: Contract, unique_name: UniqueName) -> OwnedResources:
    """A public track and a public playlist that the test may lose."""
    track_id = create_track(user, unique_name("owned"))["id"]
    playlist_id = create_playlist(user, [track_id], unique_name("owned"))["id"]
    track, playlist = (user.get(path) for path in (f"/tracks/{track_id}", f"/playlists/{playlist_id}"))
    if (track.status, playlist.status) != (200, 200):
        not_verified("the created track and playlist cannot be read")
    requests = write_requests(contract, track_id, playlist_id, unique_name("changed"))
    return OwnedResources(user, track.object, playlist.object, requests)


@claim("SC-AUTH-01")
def test_request_without_token_returns_401(
    operation_requests: list[OperationRequest], unauthenticated: Client
) -> None:
    expect_everywhere(operation_requests, unauthenticated, 401)


@claim("SC-AUTH-01")
def test_query_without_token_returns_401(
    public_reads: list[OperationRequest], unauthenticated: Client
) -> None:
    """With parameters for pages and ids, with a secret token, and with a callback."""
    query = {"linked_partitioning": True, "limit": 1, "ids": "1,2", "secret_token": "s-x", "callback": "f"}

    expect_everywhere(public_reads, unauthenticated, 401, **query)


@claim("SC-AUTH-01", needs=["user", "write"])
def test_write_without_token_returns_401_and_changes_nothing(
    owned_resources: OwnedResources, unauthenticated: Client
) -> None:
    expect_everywhere(owned_resources.write_requests, unauthenticated, 401)

    owned_resources.assert_unchanged()


@claim("SC-AUTH-02")
def test_app_token_is_accepted(public_reads: list[OperationRequest], api: Client) -> None:
    expect_nowhere(public_reads, api.with_authorization(f"OAuth {api.token}"), 401, 403)


@claim("SC-AUTH-02", needs=["user"])
def test_user_token_is_accepted_for_public_resources(
    public_reads: list[OperationRequest], user: Client
) -> None:
    expect_nowhere(public_reads, user.with_authorization(f"OAuth {user.token}"), 401, 403)


@claim("SC-AUTH-02", needs=["user"])
def test_user_token_is_accepted_below_me(personal_reads: list[OperationRequest], user: Client) -> None:
    expect_nowhere(personal_reads, user.with_authorization(f"OAuth {user.token}"), 401, 403)


@claim("SC-AUTH-02", needs=["user", "write"])
def test_user_token_is_accepted_for_writes(owned_resources: OwnedResources, user: Client) -> None:
    expect_nowhere(owned_resources.write_requests, user.with_authorization(f"OAuth {user.token}"), 401, 403)


@claim("SC-AUTH-03")
def test_unknown_token_returns_401(
    operation_requests: list[OperationRequest], unauthenticated: Client
) -> None:
    expect_everywhere(operation_requests, unauthenticated.with_token("no-such-token"), 401)


@claim("SC-AUTH-03")
@pytest.mark.parametrize("change", SIMILAR_TOKENS.values(), ids=SIMILAR_TOKENS)
def test_token_similar_to_a_valid_one_returns_401(reader: Client, change: Callable[[str], str]) -> None:
    token = change(reader.token)
    if token == reader.token:
        not_verified("the token has no letters")

    path = "/me" if reader.principal == "first" else "/tracks"
    reader.with_token(token).get(path).expect_status(401)


@claim("SC-AUTH-04")
def test_app_token_is_accepted_until_it_expires(
    app_token_chain: TokenChain,
    operation_requests: list[OperationRequest],
    public_reads: list[OperationRequest],
    controls: ControlsClient,
) -> None:
    """Using it does not change its lifetime; a day later it is still refused."""
    client, lifetime = app_token_chain.bearer, app_token_chain.lifetime
    app_token_chain.assert_usable()

    controls.clock(lifetime / 2)
    app_token_chain.assert_usable()
    controls.clock(lifetime / 2 - MARGIN_S)
    expect_nowhere(public_reads, client, 401)

    controls.clock(2 * MARGIN_S)
    expect_everywhere(operation_requests, client, 401)
    controls.clock(24 * 3600)
    expect_everywhere(public_reads, client, 401)


@claim("SC-AUTH-04", needs=["login"])
def test_user_token_is_accepted_until_it_expires(
    user_token_chain: TokenChain,
    operation_requests: list[OperationRequest],
    personal_reads: list[OperationRequest],
    controls: ControlsClient,
) -> None:
    client = user_token_chain.bearer

    controls.clock(user_token_chain.lifetime - MARGIN_S)
    expect_nowhere(personal_reads, client, 401)

    controls.clock(2 * MARGIN_S)
    expect_everywhere(operation_requests, client, 401)


@claim("SC-AUTH-04")
def test_lifetime_of_refreshed_token_starts_with_the_refresh(
    app_token_chain: TokenChain, controls: ControlsClient
) -> None:
    controls.clock(app_token_chain.lifetime / 2)
    app_token_chain.refresh()

    controls.clock(app_token_chain.lifetime - MARGIN_S)
    app_token_chain.assert_usable()

    controls.clock(2 * MARGIN_S)
    app_token_chain.bearer.get("/tracks", limit=1).expect_status(401)


@claim("SC-AUTH-04")
def test_app_token_is_accepted_after_use_of_another_grant(
    app_token_chain: TokenChain, unauthenticated: Client, oauth: OAuth2, controls: ControlsClient
) -> None:
    """The other grant is refreshed twice, and its first refresh token is used again."""
    other_chain = TokenChain(unauthenticated, oauth, oauth.client_credentials())
    used_token = other_chain.refresh_token
    other_chain.refresh()
    other_chain.refresh()
    other_chain.try_refresh(used_token)

    app_token_chain.assert_usable()
    controls.clock(app_token_chain.lifetime - MARGIN_S)
    app_token_chain.assert_usable()


@claim("SC-AUTH-04", needs=["login"])
def test_user_token_is_accepted_after_another_login(
    user_token_chain: TokenChain, unauthenticated: Client, oauth: OAuth2, login: Callable[..., str]
) -> None:
    """The tokens of the other login are refreshed, and their refresh token is used again."""
    other_chain = TokenChain(unauthenticated, oauth, oauth.exchange_code(login()))
    used_token = other_chain.refresh_token
    other_chain.refresh()
    other_chain.try_refresh(used_token)

    user_token_chain.bearer.get("/me").expect_ok()


@claim("SC-AUTH-05")
@pytest.mark.parametrize("kind", ["bare token", "empty token", "basic"])
def test_malformed_header_returns_401_everywhere(
    kind: str, operation_requests: list[OperationRequest], api: Client
) -> None:
    client = api.with_authorization(malformed_header(kind, api.token))

    expect_everywhere(operation_requests, client, 401)


@claim("SC-AUTH-05")
@pytest.mark.parametrize("kind", MALFORMED_HEADERS)
def test_malformed_header_returns_401(
    kind: str, operation_requests: list[OperationRequest], api: Client
) -> None:
    """At a fourth of the operations, another one for each kind."""
    sample = operation_requests[list(MALFORMED_HEADERS).index(kind) % 4 :: 4]

    expect_everywhere(sample, api.with_authorization(malformed_header(kind, api.token)), 401)


@claim("SC-AUTH-05")
def test_app_credentials_in_basic_return_401(
    operation_requests: list[OperationRequest], api: Client, oauth: OAuth2
) -> None:
    basic = f"Basic {encode(f'{oauth.app.client_id}:{oauth.app.client_secret}')}"

    expect_everywhere(operation_requests[::4], api.with_authorization(basic), 401)


@claim("SC-AUTH-05", needs=["user"])
@pytest.mark.parametrize("kind", MALFORMED_HEADERS)
def test_malformed_header_with_user_token_returns_401(kind: str, user: Client) -> None:
    client = user.with_authorization(malformed_header(kind, user.token))

    for path in ("/me", "/me/tracks"):
        client.get(path).expect_status(401)


@claim("SC-AUTH-06")
@pytest.mark.parametrize("query", [{}, {"linked_partitioning": True, "limit": 1}], ids=["plain", "page"])
def test_app_token_below_me_returns_401_or_403(
    query: dict[str, Any], personal_requests: list[OperationRequest], api: Client
) -> None:
    expect_everywhere(personal_requests, api, 401, 403, **query)


@claim("SC-AUTH-07")
def test_app_token_reads_public_resources(public_reads: list[OperationRequest], api: Client) -> None:
    """The status is 200, or 302 for a redirect to the resource."""
    expect_everywhere(public_reads, api, 200, 302)


@claim("SC-AUTH-07")
def test_app_token_searches(api: Client) -> None:
    for path in ("/tracks", "/playlists", "/users"):
        response = api.get(path, q="a", limit=5).expect_ok()

        expect_true(isinstance(response.items, list), f"a list of {path}", response.text, response)


@claim("SC-AUTH-08")
def test_me_is_the_public_profile_of_the_user(user: Client) -> None:
    me = user.get("/me").expect_ok().object

    public = user.get(f"/users/{me['id']}").expect_ok().object

    names = [name for name in ("id", "username", "permalink") if name in me]
    expect_properties(public, **{name: me[name] for name in names})
    expect_properties(user.get("/me").expect_ok().object, id=me["id"])


@claim("SC-AUTH-08", needs=["user2"])
def test_each_user_token_returns_its_own_profile(user: Client, other_user: Client) -> None:
    """In any order of requests."""
    user_id = user.get("/me").expect_ok().object["id"]
    other_id = other_user.get("/me").expect_ok().object["id"]

    expect_true(user_id != other_id, "two users", f"{to_json(user_id)} twice")
    expect_properties(user.get("/me").expect_ok().object, id=user_id)
    expect_properties(other_user.get("/me").expect_ok().object, id=other_id)


@claim("SC-AUTH-08", needs=["write"])
def test_me_is_the_user_of_an_uploaded_track(user: Client, unique_name: UniqueName) -> None:
    track_id = create_track(user, unique_name("uploaded"))["id"]

    track = user.get(f"/tracks/{track_id}").expect_ok().object

    expect(user.get("/me").expect_ok().object["id"], uploader_of(track)["id"], "id of the uploader")


@claim("SC-AUTH-09")
def test_app_token_creates_nothing(contract: Contract, api: Client, unique_name: UniqueName) -> None:
    title = unique_name("by an app")
    requests = [make_operation_request(contract, *request) for request in create_requests(title)]

    expect_everywhere(requests, api, 401, 403)

    for path in ("/tracks", "/playlists"):
        items = json_objects(api.get(path, q=title).expect_ok().items)
        expect_not_in(title, [item.get("title") for item in items], path)


@claim("SC-AUTH-09")
def test_app_token_for_writes_returns_401_or_403(
    operation_requests: list[OperationRequest], api: Client
) -> None:
    """Writes to ids that do not exist may also return 404."""
    writes = [request for request in operation_requests if not (request.only_reads or request.is_personal)]
    likes = [request for request in writes if request.path.startswith("/likes")]

    expect_everywhere(likes, api, 401, 403)
    expect_everywhere([request for request in writes if request not in likes], api, 401, 403, 404)


@claim("SC-AUTH-09", needs=["user", "write"])
def test_app_token_changes_nothing_of_a_user(owned_resources: OwnedResources, api: Client) -> None:
    expect_everywhere(owned_resources.write_requests, api, 401, 403)

    owned_resources.assert_unchanged()


@claim("SC-AUTH-10")
def test_401_without_token_has_a_challenge(
    operation_requests: list[OperationRequest], unauthenticated: Client
) -> None:
    expect_challenges([request.send(unauthenticated) for request in operation_requests])


@claim("SC-AUTH-10")
def test_401_for_a_wrong_token_has_a_challenge(
    operation_requests: list[OperationRequest], api: Client
) -> None:
    """For an unknown token, malformed headers, and an app's token at /me."""
    wrong, malformed = (
        api.with_token("no-such-token"),
        [api.with_authorization(malformed_header(kind, api.token)) for kind in MALFORMED_HEADERS],
    )

    expect_challenges([request.send(wrong) for request in operation_requests])
    expect_challenges([client.get("/tracks") for client in malformed])
    expect_challenges([wrong.get("/me"), api.get("/me")])


@claim("SC-AUTH-10")
def test_401_of_the_token_endpoint_has_a_challenge(oauth: OAuth2, unauthenticated: Client) -> None:
    form = oauth.refresh_form("never-issued") | {"client_secret": "wrong"}

    expect_challenges([unauthenticated.post(TOKEN, form=form)])


@claim("SC-AUTH-11")
@pytest.mark.parametrize("name", ["oauth_token", "access_token", "client_id"])
def test_token_or_client_id_in_the_query_returns_401(
    name: str, operation_requests: list[OperationRequest], unauthenticated: Client, api: Client, oauth: OAuth2
) -> None:
    value = oauth.app.client_id if name == "client_id" else api.token

    expect_everywhere(operation_requests, unauthenticated, 401, **{name: value})


@claim("SC-AUTH-11", needs=["user"])
@pytest.mark.parametrize("name", ["oauth_token", "access_token"])
def test_user_token_in_the_query_returns_401(
    name: str, personal_reads: list[OperationRequest], unauthenticated: Client, user: Client
) -> None:
    expect_everywhere(personal_reads, unauthenticated, 401, **{name: user.token})


@claim("SC-AUTH-11", needs=["user", "write"])
@pytest.mark.parametrize("name", ["oauth_token", "access_token"])
def test_user_token_in_the_query_of_a_write_changes_nothing(
    name: str, owned_resources: OwnedResources, unauthenticated: Client, user: Client
) -> None:
    expect_everywhere(owned_resources.write_requests, unauthenticated, 401, **{name: user.token})

    owned_resources.assert_unchanged()


@claim("SC-AUTH-11")
def test_client_id_with_token_in_the_query_returns_401(
    public_reads: list[OperationRequest], unauthenticated: Client, api: Client, oauth: OAuth2
) -> None:
    """Without an Authorization header, and with an unknown token in it."""
    query = {"client_id": oauth.app.client_id, "oauth_token": api.token}

    expect_everywhere(public_reads[::2], unauthenticated, 401, **query)
    expect_everywhere(public_reads[1::2], unauthenticated.with_token("no-such-token"), 401, **query)


def encode(text: str) -> str:
    """Return text in base64, as HTTP Basic sends credentials (RFC 7617)."""
    return base64.b64encode(text.encode()).decode()


def malformed_header(kind: str, token: str) -> str:
    """Return a malformed Authorization header with a valid token."""
    password = encode(f"oauth:{token}")
    return MALFORMED_HEADERS[kind].format(token=token, encoded=encode(token), password=password)


def expect_challenges(responses: list[Response]) -> None:
    """Raise ExpectationFailed unless each 401 has a WWW-Authenticate header (RFC 9110 11.6.1)."""
    refused = [response for response in responses if response.status == 401]
    expect_each(
        refused,
        lambda response: response.headers.get("www-authenticate", "").strip() != "",
        "WWW-Authenticate with each 401",
    )
