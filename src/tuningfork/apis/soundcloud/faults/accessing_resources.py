"""What goes wrong with credentials (https://developers.soundcloud.com/docs/api/guide#accessing-resources)."""

from __future__ import annotations

from typing import Any

from flask import request

from tuningfork.apis.soundcloud.mock.apps import FIRST
from tuningfork.apis.soundcloud.mock.call import reply
from tuningfork.apis.soundcloud.mock.tokens import Token
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import around, around_handler
from tuningfork.mock.errors import Refusal


@fault("SC-AUTH-01", "SC-AUTH-11")
def related_tracks_need_no_token(mock: Any) -> None:
    """The related tracks of a track are given to whoever shows no Authorization header."""

    def need_token(need: Any, call: Any) -> Token:
        anonymous = "Authorization" not in call.request.headers
        token: Token = _apps_own(mock) if anonymous and _is(call, "/related") else need(call)
        return token

    around(mock.guard, "need_token", need_token)


@fault("SC-AUTH-01")
def anonymous_write_is_forbidden(mock: Any) -> None:
    """A PUT without an Authorization header is answered 403 instead of 401."""

    def need_token(need: Any, call: Any) -> Token:
        if call.request.method == "PUT" and "Authorization" not in call.request.headers:
            raise Refusal(403, "")
        token: Token = need(call)
        return token

    around(mock.guard, "need_token", need_token)


@fault("SC-AUTH-02")
def valid_token_is_refused_at_one_operation(mock: Any) -> None:
    """One operation, /me/followings/{user_id}, takes no token at all."""

    def need_token(need: Any, call: Any) -> Token:
        if call.operation == "GET /me/followings/{user_id}":
            raise Refusal(401, "")
        token: Token = need(call)
        return token

    around(mock.guard, "need_token", need_token)


@fault("SC-AUTH-03")
def token_is_found_by_its_beginning(mock: Any) -> None:
    """An access token whose end is another is taken for the one that begins like it."""
    issued: dict[str, Token] = {}

    def issue(issue: Any, *of: Any) -> Token:
        token: Token = issue(*of)
        issued[token.access_token[:20]] = token
        return token

    around(mock.tokens, "issue", issue)
    around(mock.tokens, "find", lambda find, text: find(text) or issued.get(text[:20]))


@fault("SC-AUTH-03")
def unknown_token_is_forbidden(mock: Any) -> None:
    """An unknown token is answered 403, since one layer takes it for a token without rights."""

    def token(read: Any, call: Any) -> Token | None:
        credential = mock.guard.credential(call.request.headers.get("Authorization", ""))
        if credential and mock.tokens.find(credential) is None:
            raise Refusal(403, "")
        found: Token | None = read(call)
        return found

    around(mock.guard, "token", token)


@fault("SC-AUTH-04")
def token_never_expires_at_one_operation(mock: Any) -> None:
    """The list of playlists goes on taking a token whose time is over."""
    around(mock.tokens, "expired", lambda expired, token: request.path != "/playlists" and expired(token))


@fault("SC-AUTH-04")
def token_lives_an_hour_longer_than_it_says(mock: Any) -> None:
    """An access token is accepted for twice the time that expires_in gives it."""
    mock.tokens.expired = lambda token: mock.clock.now() >= token.expires_at + mock.tokens.lifetime()


@fault("SC-AUTH-04")
def token_dies_after_half_its_time(mock: Any) -> None:
    """An access token is refused after half an hour, though expires_in says an hour."""
    mock.tokens.expired = lambda token: mock.clock.now() >= token.expires_at - mock.tokens.lifetime() / 2


@fault("SC-AUTH-05")
def bare_token_is_accepted(mock: Any) -> None:
    """The Authorization header may be the token alone."""
    around(
        mock.guard,
        "credential",
        lambda credential, header: credential(header) or (header if " " not in header else None),
    )


@fault("SC-AUTH-05")
def scheme_does_not_matter(mock: Any) -> None:
    """A token is accepted as `Basic TOKEN` as well."""
    mock.guard.schemes = lambda: ("oauth", "bearer", "basic")


@fault("SC-AUTH-06")
def apps_token_reads_a_list_below_me(mock: Any) -> None:
    """An app's own token gets an empty /me/activities instead of a refusal."""

    def index(handle: Any, mock: Any, call: Any) -> Any:
        return handle(mock, call) if call.viewer else reply({"collection": []})

    around(mock.guard, "is_users_own", lambda own, operation: _not_activities(operation) and own(operation))
    around_handler(mock.handlers, "GET /me/activities", index)


@fault("SC-AUTH-06")
def apps_token_finds_nothing_at_me(mock: Any) -> None:
    """An app's own token is answered 404 at /me instead of 401 or 403."""

    def need_rights(need: Any, operation: str, token: Token) -> None:
        if operation == "GET /me" and token.user is None:
            raise Refusal(404)
        need(operation, token)

    around(mock.guard, "need_rights", need_rights)


@fault("SC-AUTH-07", "SC-FIND-09")
def apps_token_cannot_search_playlists(mock: Any) -> None:
    """An app's own token is refused where playlists are searched by a word."""

    def need_rights(need: Any, operation: str, token: Token) -> None:
        if operation == "GET /playlists" and token.user is None and "q" in request.args:
            raise Refusal(403, "")
        need(operation, token)

    around(mock.guard, "need_rights", need_rights)


@fault("SC-AUTH-08")
def me_is_somebody_else(mock: Any) -> None:
    """The profile at /me is that of the oldest account, whoever asks."""
    around(mock.users, "show_own", lambda show, _user, call: show(mock.users.all()[0], call))


@fault("SC-AUTH-08")
def me_has_nobodys_name(mock: Any) -> None:
    """The profile at /me has another id than the user has everywhere else."""
    around(mock.users, "show_own", lambda show, user, call: show(user, call) | {"id": user.id + 1})


@fault("SC-AUTH-09")
def apps_token_likes_a_playlist(mock: Any) -> None:
    """An app's own token may like a playlist: nobody is told that it has no effect."""

    def like(handle: Any, mock: Any, call: Any, playlist_id: str) -> Any:
        return handle(mock, call, playlist_id) if call.viewer else reply({"status": "200 - OK"})

    around(mock.guard, "is_write", lambda write, operation: _not_likes(operation) and write(operation))
    around_handler(mock.handlers, "POST /likes/playlists/{playlist_id}", like)


@fault("SC-AUTH-09")
def refused_delete_of_an_app_is_done(mock: Any) -> None:
    """An app's own token is refused when it deletes a track, but the track is gone."""

    def need_rights(need: Any, operation: str, token: Token) -> None:
        if operation == "DELETE /tracks/{track_id}" and token.user is None:
            track = mock.tracks.find(mock.number(request.path.rpartition("/")[2]))
            if track is not None:
                mock.tracks.delete(track)
        need(operation, token)

    around(mock.guard, "need_rights", need_rights)


@fault("SC-AUTH-10")
def unauthorized_without_a_challenge(mock: Any) -> None:
    """A 401 says nothing of how to do better."""
    mock.errors.headers = lambda _code: {}


@fault("SC-AUTH-11", "SC-AUTH-01")
def token_in_the_query_is_accepted(mock: Any) -> None:
    """A token is read from `oauth_token=` where there is no header."""

    def token(read: Any, call: Any) -> Token | None:
        found: Token | None = read(call) or mock.tokens.find(call.args.get("oauth_token", ""))
        return found

    around(mock.guard, "token", token)


@fault("SC-AUTH-11", "SC-AUTH-01")
def client_id_opens_search(mock: Any) -> None:
    """A bare `client_id=` is enough to list tracks, as it was before 2021."""

    def token(read: Any, call: Any) -> Token | None:
        known = mock.apps.find(call.args.get("client_id", "")) is not None
        found: Token | None = read(call)
        return found or (_apps_own(mock) if known and call.operation == "GET /tracks" else None)

    around(mock.guard, "token", token)


@fault("SC-AUTH-02")
def users_token_is_refused_for_related_tracks(mock: Any) -> None:
    """The related tracks of a track are given to apps alone; a user's own token is answered 401."""

    def need_token(need: Any, call: Any) -> Token:
        token: Token = need(call)
        if token.user is not None and _is(call, "/related"):
            raise Refusal(401, "")
        return token

    around(mock.guard, "need_token", need_token)


@fault("SC-AUTH-11", "SC-AUTH-01")
def users_token_in_the_query_likes(mock: Any) -> None:
    """For likes, and nothing else, a user's token is read from `oauth_token=` as well."""

    def token(read: Any, call: Any) -> Token | None:
        found: Token | None = read(call)
        named = mock.tokens.find(call.args.get("oauth_token", "")) if _is_like(call) else None
        return found or (named if named and named.user else None)

    around(mock.guard, "token", token)


@fault("SC-AUTH-04")
def expired_token_still_writes(mock: Any) -> None:
    """A user's token that has had its time is refused for reading alone."""

    def expired(expired: Any, token: Token) -> bool:
        return bool(expired(token)) and (token.user is None or request.method == "GET")

    around(mock.tokens, "expired", expired)


@fault("SC-AUTH-05")
def credentials_of_an_app_are_a_token(mock: Any) -> None:
    """`Basic` with an app's id and secret opens what its token opens."""

    def token(token: Any, call: Any) -> Token | None:
        given = call.request.authorization
        if given is None or given.type != "basic":
            found: Token | None = token(call)
            return found
        app = mock.apps.find(given.username or "")
        return mock.tokens.issue(app, None, "") if app and app.client_secret == given.password else None

    around(mock.guard, "token", token)


def _is_like(call: Any) -> bool:
    return str(call.operation).startswith(("POST /likes/", "DELETE /likes/"))


def _apps_own(mock: Any) -> Token:
    token: Token = mock.tokens.issue(FIRST, None, mock.tokens.new_chain())
    return token


def _is(call: Any, ending: str) -> bool:
    return str(call.operation).endswith(ending)


def _not_activities(operation: str) -> bool:
    return operation != "GET /me/activities"


def _not_likes(operation: str) -> bool:
    return operation != "POST /likes/playlists/{playlist_id}"
