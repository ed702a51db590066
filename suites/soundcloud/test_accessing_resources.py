"""Accessing Resources (https://developers.soundcloud.com/docs/api/guide#accessing-resources)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pytest

from tuningfork import ExpectationFailed, claim, not_verified
from tuningfork.apis.soundcloud.factories import create_playlist, create_track
from tuningfork.apis.soundcloud.lookup import find_public_tracks
from tuningfork.auth.oauth2 import OAuth2
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.client.response import JsonObject, Response
from tuningfork.contract.openapi import Contract
from tuningfork.testing.expect import expect, expect_true
from tuningfork.testing.listings import json_objects
from tuningfork.testing.operation_requests import OperationRequest as AnyProbe
from tuningfork.testing.operation_requests import expect_everywhere, expect_nowhere, make_operation_request

from .support.diffs import expect_unchanged
from .support.operation_requests import (
    OperationRequest,
    create_requests,
    playable_track,
    uploader_of,
    write_requests,
)
from .support.token_chain import TOKEN, TokenChain

Fresh = Callable[[str], str]
MARGIN = 30
"""Seconds around the end of a token's life, for the time that requests take."""

MALFORMED: dict[str, Callable[[str], str]] = {
    "bare token": lambda token: token,
    "nothing": lambda _: "",
    "scheme alone": lambda _: "OAuth",
    "empty token": lambda _: "OAuth ",
    "no space": lambda token: f"OAuth{token}",
    "the other way round": lambda token: f"{token} OAuth",
    "two tokens": lambda token: f"OAuth {token} {token}",
    "equals sign": lambda token: f"OAuth={token}",
    "basic": lambda token: f"Basic {token}",
    "basic, encoded": lambda token: f"Basic {encoded(token)}",
    "basic, as a password": lambda token: f"Basic {encoded(f'oauth:{token}')}",
    "basic, and another": lambda token: f"Basic eA==, OAuth {token}",
    "in quotes": lambda token: f'OAuth "{token}"',
    "digest": lambda token: f"Digest {token}",
}
UNKNOWN: dict[str, Callable[[str], str]] = {
    "longer": lambda token: f"{token}xxxx",
    "shorter": lambda token: token[: len(token) // 2],
    "without its end": lambda token: token[:-4],
    "other case": lambda token: token.swapcase(),
    "backwards": lambda token: f"{token[::-1]}x",
    "first changed": lambda token: f"{'b' if token.startswith('a') else 'a'}{token[1:]}",
}


@dataclass(frozen=True, slots=True)
class Own:
    """A track and a playlist of the first user's, and what changes them."""

    me: Client
    track: JsonObject
    playlist: JsonObject
    write_requests: list[AnyProbe]

    def is_unchanged(self) -> None:
        """ExpectationFailed if anything has come of what was refused."""
        for before, path in ((self.track, "/tracks"), (self.playlist, "/playlists")):
            after = self.me.get(f"{path}/{before['id']}").expect_ok().object
            expect_unchanged(before, after)
        for path in ("comments", "favoriters"):
            if added := self.me.get(f"/tracks/{self.track['id']}/{path}").expect_ok().items:
                raise ExpectationFailed(f"no {path} of the track", f"{len(added)}")


@pytest.fixture
def own(user: Client, contract: Contract, unique_name: Fresh) -> Own:
    """Public things that the test may lose."""
    track = create_track(user, unique_name("mine"))
    playlist = create_playlist(user, [track["id"]], unique_name("mine"))
    before = [user.get(f"/tracks/{track['id']}"), user.get(f"/playlists/{playlist['id']}")]
    if any(answer.status != 200 for answer in before):
        not_verified("what was made can't be read")
    probed = write_requests(contract, track["id"], playlist["id"], unique_name("a stranger's"))
    return Own(user, before[0].object, before[1].object, probed)


@pytest.fixture
def readable(operation_requests: list[OperationRequest]) -> list[OperationRequest]:
    """What is there and anybody's token may read."""
    return [
        probe
        for probe in operation_requests
        if probe.only_reads and probe.targets_existing and not probe.is_personal
    ]


@pytest.fixture
def personal(operation_requests: list[OperationRequest]) -> list[OperationRequest]:
    """/me and everything below it, whatever the method."""
    return [probe for probe in operation_requests if probe.is_personal]


@claim("SC-AUTH-01")
def test_nothing_answers_without_a_token(
    operation_requests: list[OperationRequest], unauthenticated: Client
) -> None:
    """Every documented operation, but those that are open, is 401."""
    expect_everywhere(operation_requests, unauthenticated, 401)


@claim("SC-AUTH-01")
def test_no_parameter_stands_for_a_token(readable: list[OperationRequest], unauthenticated: Client) -> None:
    """What is public is 401 in pages, by ids and with a secret token too."""
    expect_everywhere(
        readable,
        unauthenticated,
        401,
        linked_partitioning=True,
        limit=1,
        ids="1,2",
        secret_token="s-x",  # noqa: S106  # invented
    )


@claim("SC-AUTH-01", needs=["user", "write"])
def test_nothing_is_changed_without_a_token(own: Own, unauthenticated: Client) -> None:
    """What a user has is neither changed nor commented, liked or deleted by a request that is else good."""
    expect_everywhere(own.write_requests, unauthenticated, 401)

    own.is_unchanged()


@claim("SC-AUTH-01")
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/no-such-path"), ("GET", "/me/no/such/path"), ("PATCH", "/tracks"), ("PUT", "/me")],
)
def test_what_is_unknown_says_no_more_without_a_token(
    method: str, path: str, unauthenticated: Client
) -> None:
    """An unknown path or method is 401, 404 or 405."""
    unauthenticated.request(method, path).expect_status(401, 404, 405)


@claim("SC-AUTH-02")
def test_an_apps_token_is_accepted(readable: list[OperationRequest], api: Client) -> None:
    """As `OAuth TOKEN`, by everything that is public."""
    expect_nowhere(readable, api.with_authorization(f"OAuth {api.token}"), 401, 403)


@claim("SC-AUTH-02", needs=["user"])
def test_a_users_token_is_accepted(
    readable: list[OperationRequest], personal: list[OperationRequest], user: Client
) -> None:
    """By everything that is public and by everything that is the user's own."""
    mine = [probe for probe in personal if probe.only_reads]

    expect_nowhere([*readable, *mine], user.with_authorization(f"OAuth {user.token}"), 401, 403)


@claim("SC-AUTH-02", needs=["user", "write"])
def test_a_users_token_is_accepted_for_changes(own: Own) -> None:
    """By every operation that changes what is the user's own."""
    expect_nowhere(own.write_requests, own.me.with_authorization(f"OAuth {own.me.token}"), 401, 403)


@claim("SC-AUTH-03")
def test_an_unknown_token_opens_nothing(
    operation_requests: list[OperationRequest], unauthenticated: Client
) -> None:
    """On no operation."""
    expect_everywhere(operation_requests, unauthenticated.with_token("no-such-token"), 401)


@claim("SC-AUTH-03")
@pytest.mark.parametrize("near", UNKNOWN.values(), ids=UNKNOWN)
def test_a_token_that_is_nearly_right_is_unknown(near: Callable[[str], str], api: Client) -> None:
    """A good one that was altered is another one."""
    altered = near(api.token)
    if altered == api.token:
        not_verified("this token has no other case")

    api.with_token(altered).get("/tracks", limit=1).expect_status(401)


@claim("SC-AUTH-03", needs=["user"])
@pytest.mark.parametrize("near", UNKNOWN.values(), ids=UNKNOWN)
def test_a_users_token_that_is_nearly_right_is_unknown(near: Callable[[str], str], user: Client) -> None:
    """It opens nobody's profile."""
    altered = near(user.token)
    if altered == user.token:
        not_verified("this token has no other case")

    user.with_token(altered).get("/me").expect_status(401)


@claim("SC-AUTH-04")
def test_an_apps_token_is_accepted_for_its_time(
    app_chain: TokenChain,
    operation_requests: list[OperationRequest],
    readable: list[OperationRequest],
    controls: ControlsClient,
) -> None:
    """Until shortly before its end, however often it was used, and nowhere after it."""
    holder, life = app_chain.bearer, life_of(app_chain)
    app_chain.assert_usable()

    controls.clock(life / 2)
    app_chain.assert_usable()
    controls.clock(life / 2 - MARGIN)
    expect_nowhere(readable, holder, 401)

    controls.clock(2 * MARGIN)
    expect_everywhere(operation_requests, holder, 401)
    controls.clock(24 * 3600)
    expect_everywhere(readable, holder, 401)


@claim("SC-AUTH-04", needs=["login"])
def test_a_users_token_is_accepted_for_its_time(
    user_chain: TokenChain,
    operation_requests: list[OperationRequest],
    personal: list[OperationRequest],
    controls: ControlsClient,
) -> None:
    """Until shortly before its end, and nowhere after it, neither to read nor to write."""
    holder, life = user_chain.bearer, life_of(user_chain)
    mine = [probe for probe in personal if probe.only_reads]

    controls.clock(life - MARGIN)
    expect_nowhere(mine, holder, 401)

    controls.clock(2 * MARGIN)
    expect_everywhere(operation_requests, holder, 401)


@claim("SC-AUTH-04")
def test_a_refreshed_token_has_a_time_of_its_own(app_chain: TokenChain, controls: ControlsClient) -> None:
    """Counted from the refresh: accepted when the one before has ended, and ended in its turn."""
    controls.clock(life_of(app_chain) / 2)
    app_chain.refresh()
    life = life_of(app_chain)

    controls.clock(life - MARGIN)
    app_chain.assert_usable()

    controls.clock(2 * MARGIN)
    app_chain.bearer.get("/tracks", limit=1).expect_status(401)


@claim("SC-AUTH-04")
def test_a_token_does_not_end_by_what_becomes_of_another(
    app_chain: TokenChain, unauthenticated: Client, oauth: OAuth2, controls: ControlsClient
) -> None:
    """A second grant, its refreshes and its reuse leave the first one alone, now and later."""
    second = TokenChain(unauthenticated, oauth, oauth.client_credentials())
    spent = second.refresh_token
    second.refresh()
    second.refresh()
    second.try_refresh(spent)

    app_chain.assert_usable()
    controls.clock(life_of(app_chain) - MARGIN)
    app_chain.assert_usable()


@claim("SC-AUTH-04", needs=["login"])
def test_a_users_token_does_not_end_by_another_login(
    user_chain: TokenChain, unauthenticated: Client, oauth: OAuth2, login: Callable[..., str]
) -> None:
    """Nor by what becomes of the tokens that it gives."""
    second = TokenChain(unauthenticated, oauth, oauth.exchange_code(login()))
    spent = second.refresh_token
    second.refresh()
    second.try_refresh(spent)

    user_chain.bearer.get("/me").expect_ok()


@claim("SC-AUTH-05")
@pytest.mark.parametrize("way", ["bare token", "empty token", "basic"])
def test_a_malformed_header_opens_nothing(
    way: str, operation_requests: list[OperationRequest], api: Client
) -> None:
    """On no operation, though the token in it is good."""
    expect_everywhere(operation_requests, api.with_authorization(MALFORMED[way](api.token)), 401)


@claim("SC-AUTH-05")
@pytest.mark.parametrize("way", MALFORMED)
def test_no_malformed_header_opens_anything(
    way: str, operation_requests: list[OperationRequest], api: Client
) -> None:
    """In whatever way it is malformed, neither what is public nor what is not."""
    some = operation_requests[list(MALFORMED).index(way) % 4 :: 4]

    expect_everywhere(some, api.with_authorization(MALFORMED[way](api.token)), 401)


@claim("SC-AUTH-05")
def test_an_apps_credentials_open_nothing(
    operation_requests: list[OperationRequest], api: Client, oauth: OAuth2
) -> None:
    """As `Basic` they are no token."""
    basic = f"Basic {encoded(f'{oauth.app.client_id}:{oauth.app.client_secret}')}"

    expect_everywhere(operation_requests[::4], api.with_authorization(basic), 401)


@claim("SC-AUTH-05", needs=["user"])
@pytest.mark.parametrize("way", MALFORMED)
def test_a_malformed_header_opens_nothing_of_a_user(way: str, user: Client) -> None:
    """Though the user's token in it is good."""
    for path in ("/me", "/me/tracks"):
        user.with_authorization(MALFORMED[way](user.token)).get(path).expect_status(401)


@claim("SC-AUTH-06")
def test_an_app_is_nobody(personal: list[OperationRequest], api: Client) -> None:
    """Its token is refused at /me and everywhere below it, the second time too, in pages or not."""
    for query in ({}, {"linked_partitioning": True, "limit": 1}):
        expect_everywhere(personal, api, 401, 403, **query)


@claim("SC-AUTH-07")
def test_an_app_reads_what_is_public(readable: list[OperationRequest], api: Client) -> None:
    """Lists and single things alike: 200, or 302 where the answer is elsewhere."""
    expect_everywhere(readable, api, 200, 302)


@claim("SC-AUTH-07")
def test_an_app_searches(api: Client) -> None:
    """For tracks, playlists and users."""
    for path in ("/tracks", "/playlists", "/users"):
        page = api.get(path, q="a", limit=5).expect_ok()
        expect_true(isinstance(page.items, list), f"a list of {path}", page.text, page)


@claim("SC-AUTH-07")
def test_an_app_reads_each_track_that_it_finds(api: Client) -> None:
    """And its user: it is the one that was asked for."""
    for track in find_public_tracks(api)[:10]:
        is_that_one(api.get(f"/tracks/{track['id']}"), track)
        is_that_one(api.get(f"/users/{uploader_of(track)['id']}"), uploader_of(track))


@claim("SC-AUTH-07")
def test_an_app_resolves_and_plays(api: Client) -> None:
    """A permalink leads somewhere, and a playable track has streams."""
    track = playable_track(api)

    api.get("/resolve", url=track["permalink_url"]).expect_status(200, 302)
    api.get(f"/tracks/{track['id']}/streams").expect_ok()


@claim("SC-AUTH-08")
def test_a_users_token_gets_the_users_profile(user: Client) -> None:
    """The same as that user has in public, each time."""
    profile = user.get("/me").expect_ok().object

    public = is_that_one(user.get(f"/users/{profile['id']}"), profile)
    for name in ("username", "permalink"):
        expect(public.get(name), profile.get(name), name, public)
    is_that_one(user.get("/me"), profile)


@claim("SC-AUTH-08", needs=["user2"])
def test_each_user_gets_a_profile_of_their_own(user: Client, other_user: Client) -> None:
    """Asked in turn, so that neither gets what was meant for the other."""
    mine, theirs = user.get("/me").expect_ok().object, other_user.get("/me").expect_ok().object

    assert mine["id"] != theirs["id"], "expected two users; found one"
    is_that_one(user.get("/me"), mine)
    is_that_one(other_user.get("/me"), theirs)


@claim("SC-AUTH-08", needs=["write"])
def test_a_profile_is_that_of_who_uploads(user: Client, unique_name: Fresh) -> None:
    """What is made with the token belongs to the user at /me."""
    track = create_track(user, unique_name("mine"))

    is_that_one(user.get("/me"), uploader_of(user.get(f"/tracks/{track['id']}").expect_ok().object))


@claim("SC-AUTH-08", needs=["login"])
def test_a_new_login_gets_the_same_profile(user: Client, user_chain: TokenChain) -> None:
    """Whoever logs in at the consent page is at /me."""
    is_that_one(user_chain.bearer.get("/me"), user.get("/me").expect_ok().object)


@claim("SC-AUTH-09")
def test_an_app_makes_nothing(contract: Contract, api: Client, unique_name: Fresh) -> None:
    """Neither a track nor a playlist, though the request is a good one."""
    title = unique_name("apps")

    expect_everywhere(
        [make_operation_request(contract, *request) for request in create_requests(title)], api, 401, 403
    )

    for path in ("/tracks", "/playlists"):
        found = [item.get("title") for item in json_objects(api.get(path, q=title).expect_ok().items)]
        assert title not in found, f"expected nothing called {title!r} in {path}; found it"


@claim("SC-AUTH-09")
def test_an_app_changes_nothing_of_anybodys(operation_requests: list[OperationRequest], api: Client) -> None:
    """It likes nothing; and what isn't there, so that nobody can be hurt, it neither changes nor deletes."""
    unsafe = [probe for probe in operation_requests if not probe.only_reads and not probe.is_personal]
    likes = [probe for probe in unsafe if probe.path.startswith("/likes")]

    expect_everywhere(likes, api, 401, 403)
    expect_everywhere([probe for probe in unsafe if probe not in likes], api, 401, 403, 404)


@claim("SC-AUTH-09", needs=["user", "write"])
def test_an_app_changes_nothing_of_a_users(own: Own, api: Client) -> None:
    """Not even what it may read."""
    expect_everywhere(own.write_requests, api, 401, 403)

    own.is_unchanged()


@claim("SC-AUTH-10")
def test_a_refusal_without_a_token_says_what_is_wanted(
    operation_requests: list[OperationRequest], unauthenticated: Client
) -> None:
    """Every 401 has WWW-Authenticate."""
    challenges(probe.send(unauthenticated) for probe in operation_requests)


@claim("SC-AUTH-10")
def test_a_refusal_of_a_header_says_what_is_wanted(
    operation_requests: list[OperationRequest], api: Client
) -> None:
    """Of an unknown token, of a malformed header, of an app's token where a user's is needed."""
    challenges(probe.send(api.with_token("no-such-token")) for probe in operation_requests)
    challenges(api.with_authorization(header(api.token)).get("/tracks") for header in MALFORMED.values())
    challenges([api.with_token("no-such-token").get("/me"), api.get("/me")])


@claim("SC-AUTH-10")
def test_a_refusal_of_credentials_says_what_is_wanted(oauth: OAuth2, unauthenticated: Client) -> None:
    """At the token endpoint, of a wrong secret."""
    form = oauth.refresh_form("never-issued") | {"client_secret": "wrong"}

    challenges([unauthenticated.post(TOKEN, form=form)])


@claim("SC-AUTH-11")
@pytest.mark.parametrize("name", ["oauth_token", "access_token", "client_id"])
def test_the_query_opens_nothing(
    name: str, operation_requests: list[OperationRequest], unauthenticated: Client, api: Client, oauth: OAuth2
) -> None:
    """Neither a good token in it nor the app's id."""
    value = oauth.app.client_id if name == "client_id" else api.token

    expect_everywhere(operation_requests, unauthenticated, 401, **{name: value})


@claim("SC-AUTH-11", needs=["user"])
@pytest.mark.parametrize("name", ["oauth_token", "access_token"])
def test_the_query_opens_nothing_of_a_user(
    name: str, personal: list[OperationRequest], unauthenticated: Client, user: Client
) -> None:
    """Not with the user's good token."""
    mine = [probe for probe in personal if probe.only_reads]

    expect_everywhere(mine, unauthenticated, 401, **{name: user.token})


@claim("SC-AUTH-11", needs=["user", "write"])
@pytest.mark.parametrize("name", ["oauth_token", "access_token"])
def test_the_query_changes_nothing_of_a_user(
    name: str, own: Own, unauthenticated: Client, user: Client
) -> None:
    """What the user's good token in the header would change stays as it is."""
    expect_everywhere(own.write_requests, unauthenticated, 401, **{name: user.token})

    own.is_unchanged()


@claim("SC-AUTH-11")
def test_id_and_token_in_the_query_open_nothing_together(
    readable: list[OperationRequest], unauthenticated: Client, api: Client, oauth: OAuth2
) -> None:
    """As they once did, neither without a header nor beside a bad one."""
    both = {"client_id": oauth.app.client_id, "oauth_token": api.token}

    expect_everywhere(readable[::2], unauthenticated, 401, **both)
    expect_everywhere(readable[1::2], unauthenticated.with_token("no-such-token"), 401, **both)


def encoded(text: str) -> str:
    """As credentials of Basic are (RFC 7617)."""
    return base64.b64encode(text.encode()).decode()


def life_of(chain: TokenChain) -> int:
    """How many seconds the newest access token is said to live."""
    if chain.tokens.expires_in is None:
        not_verified("the answer does not say how long the token lives")
    return chain.tokens.expires_in


def is_that_one(answer: Response, expected: JsonObject) -> JsonObject:
    """The thing that was asked for, by its id."""
    found = answer.expect_ok().object
    if found["id"] != expected["id"]:
        raise ExpectationFailed(f"the id {expected['id']}", f"{found['id']}")
    return found


def challenges(answers: Iterable[Response]) -> None:
    """Each 401 among them says how to authenticate (RFC 9110 11.6.1)."""
    refused = [answer for answer in answers if answer.status == 401]
    silent = [answer for answer in refused if not answer.headers.get("www-authenticate", "").strip()]
    if silent:
        asked = {f"{answer.exchange.request.method} {answer.exchange.request.path}" for answer in silent}
        raise ExpectationFailed("WWW-Authenticate with each 401", f"none at {', '.join(sorted(asked))}")
    if not refused:
        not_verified("nothing is answered 401")
