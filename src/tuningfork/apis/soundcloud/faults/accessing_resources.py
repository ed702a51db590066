"""What goes wrong with credentials (https://developers.soundcloud.com/docs/api/guide#accessing-resources)."""

from __future__ import annotations

from typing import Any

from flask import request

from tuningfork.apis.soundcloud.mock.apps import FIRST
from tuningfork.apis.soundcloud.mock.request_context import json_response
from tuningfork.apis.soundcloud.mock.tokens import Token
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError


@fault("SC-AUTH-01", "SC-AUTH-11")
def related_tracks_need_no_token(mock: Any) -> None:
    """The related tracks of a track are given to whoever shows no Authorization header."""

    def require_token(original: Any, context: Any) -> Token:
        anonymous = "Authorization" not in context.request.headers
        token: Token = _apps_own(mock) if anonymous and _is(context, "/related") else original(context)
        return token

    wrap_method(mock.authorization, "require_token", require_token)


@fault("SC-AUTH-01")
def anonymous_write_is_forbidden(mock: Any) -> None:
    """A PUT without an Authorization header is answered 403 instead of 401."""

    def require_token(original: Any, context: Any) -> Token:
        if context.request.method == "PUT" and "Authorization" not in context.request.headers:
            raise HttpError(403, "")
        token: Token = original(context)
        return token

    wrap_method(mock.authorization, "require_token", require_token)


@fault("SC-AUTH-02")
def valid_token_is_refused_at_one_operation(mock: Any) -> None:
    """One operation, /me/followings/{user_id}, takes no token at all."""

    def require_token(original: Any, context: Any) -> Token:
        if context.operation == "GET /me/followings/{user_id}":
            raise HttpError(401, "")
        token: Token = original(context)
        return token

    wrap_method(mock.authorization, "require_token", require_token)


@fault("SC-AUTH-03")
def token_is_found_by_its_beginning(mock: Any) -> None:
    """An access token whose end is another is taken for the one that begins like it."""
    issued: dict[str, Token] = {}

    def issue(original: Any, *of: Any) -> Token:
        token: Token = original(*of)
        issued[token.access_token[:20]] = token
        return token

    wrap_method(mock.tokens, "issue", issue)
    wrap_method(mock.tokens, "find", lambda original, text: original(text) or issued.get(text[:20]))


@fault("SC-AUTH-03")
def unknown_token_is_forbidden(mock: Any) -> None:
    """An unknown token is answered 403, since one layer takes it for a token without rights."""

    def find_token(original: Any, context: Any) -> Token | None:
        credential = mock.authorization.parse_header(context.request.headers.get("Authorization", ""))
        if credential and mock.tokens.find(credential) is None:
            raise HttpError(403, "")
        found: Token | None = original(context)
        return found

    wrap_method(mock.authorization, "find_token", find_token)


@fault("SC-AUTH-04")
def token_never_expires_at_one_operation(mock: Any) -> None:
    """The list of playlists goes on taking a token whose time is over."""
    wrap_method(
        mock.tokens, "is_expired", lambda original, token: request.path != "/playlists" and original(token)
    )


@fault("SC-AUTH-04")
def token_lives_an_hour_longer_than_it_says(mock: Any) -> None:
    """An access token is accepted for twice the time that expires_in gives it."""
    mock.tokens.is_expired = lambda token: mock.clock.now() >= token.expires_at + mock.tokens.lifetime()


@fault("SC-AUTH-04")
def token_dies_after_half_its_time(mock: Any) -> None:
    """An access token is refused after half an hour, though expires_in says an hour."""
    mock.tokens.is_expired = lambda token: mock.clock.now() >= token.expires_at - mock.tokens.lifetime() / 2


@fault("SC-AUTH-05")
def bare_token_is_accepted(mock: Any) -> None:
    """The Authorization header may be the token alone."""
    wrap_method(
        mock.authorization,
        "parse_header",
        lambda original, header: original(header) or (header if " " not in header else None),
    )


@fault("SC-AUTH-05")
def scheme_does_not_matter(mock: Any) -> None:
    """A token is accepted as `Basic TOKEN` as well."""
    mock.authorization.schemes = lambda: ("oauth", "bearer", "basic")


@fault("SC-AUTH-06")
def apps_token_reads_a_list_below_me(mock: Any) -> None:
    """An app's own token gets an empty /me/activities instead of a refusal."""

    def index(original: Any, mock: Any, context: Any) -> Any:
        return original(mock, context) if context.viewer else json_response({"collection": []})

    wrap_method(
        mock.authorization,
        "needs_user",
        lambda original, operation: _not_activities(operation) and original(operation),
    )
    wrap_handler(mock.handlers, "GET /me/activities", index)


@fault("SC-AUTH-06")
def apps_token_finds_nothing_at_me(mock: Any) -> None:
    """An app's own token is answered 404 at /me instead of 401 or 403."""

    def require_rights(original: Any, operation: str, token: Token) -> None:
        if operation == "GET /me" and token.user is None:
            raise HttpError(404)
        original(operation, token)

    wrap_method(mock.authorization, "require_rights", require_rights)


@fault("SC-AUTH-07", "SC-FIND-09")
def apps_token_cannot_search_playlists(mock: Any) -> None:
    """An app's own token is refused where playlists are searched by a word."""

    def require_rights(original: Any, operation: str, token: Token) -> None:
        if operation == "GET /playlists" and token.user is None and "q" in request.args:
            raise HttpError(403, "")
        original(operation, token)

    wrap_method(mock.authorization, "require_rights", require_rights)


@fault("SC-AUTH-08")
def me_is_somebody_else(mock: Any) -> None:
    """The profile at /me is that of the oldest account, whoever asks."""
    wrap_method(
        mock.profiles, "own_to_json", lambda original, _user, context: original(mock.users.all()[0], context)
    )


@fault("SC-AUTH-08")
def me_has_nobodys_name(mock: Any) -> None:
    """The profile at /me has another id than the user has everywhere else."""
    wrap_method(
        mock.profiles,
        "own_to_json",
        lambda original, user, context: original(user, context) | {"id": user.id + 1},
    )


@fault("SC-AUTH-09")
def apps_token_likes_a_playlist(mock: Any) -> None:
    """An app's own token may like a playlist: nobody is told that it has no effect."""

    def like(original: Any, mock: Any, context: Any, playlist_id: str) -> Any:
        return (
            original(mock, context, playlist_id) if context.viewer else json_response({"status": "200 - OK"})
        )

    wrap_method(
        mock.authorization,
        "is_write",
        lambda original, operation: _not_likes(operation) and original(operation),
    )
    wrap_handler(mock.handlers, "POST /likes/playlists/{playlist_id}", like)


@fault("SC-AUTH-09")
def refused_delete_of_an_app_is_done(mock: Any) -> None:
    """An app's own token is refused when it deletes a track, but the track is gone."""

    def require_rights(original: Any, operation: str, token: Token) -> None:
        if operation == "DELETE /tracks/{track_id}" and token.user is None:
            track = mock.tracks.find(mock.number(request.path.rpartition("/")[2]))
            if track is not None:
                mock.tracks.delete(track)
        original(operation, token)

    wrap_method(mock.authorization, "require_rights", require_rights)


@fault("SC-AUTH-10")
def unauthorized_without_a_challenge(mock: Any) -> None:
    """A 401 says nothing of how to do better."""
    mock.errors.headers = lambda _code: {}


@fault("SC-AUTH-11", "SC-AUTH-01")
def token_in_the_query_is_accepted(mock: Any) -> None:
    """A token is read from `oauth_token=` where there is no header."""

    def find_token(original: Any, context: Any) -> Token | None:
        found: Token | None = original(context) or mock.tokens.find(context.args.get("oauth_token", ""))
        return found

    wrap_method(mock.authorization, "find_token", find_token)


@fault("SC-AUTH-11", "SC-AUTH-01")
def client_id_opens_search(mock: Any) -> None:
    """A bare `client_id=` is enough to list tracks, as it was before 2021."""

    def find_token(original: Any, context: Any) -> Token | None:
        known = mock.apps.find(context.args.get("client_id", "")) is not None
        found: Token | None = original(context)
        return found or (_apps_own(mock) if known and context.operation == "GET /tracks" else None)

    wrap_method(mock.authorization, "find_token", find_token)


@fault("SC-AUTH-02")
def users_token_is_refused_for_related_tracks(mock: Any) -> None:
    """The related tracks of a track are given to apps alone; a user's own token is answered 401."""

    def require_token(original: Any, context: Any) -> Token:
        token: Token = original(context)
        if token.user is not None and _is(context, "/related"):
            raise HttpError(401, "")
        return token

    wrap_method(mock.authorization, "require_token", require_token)


@fault("SC-AUTH-11", "SC-AUTH-01")
def users_token_in_the_query_likes(mock: Any) -> None:
    """For likes, and nothing else, a user's token is read from `oauth_token=` as well."""

    def find_token(original: Any, context: Any) -> Token | None:
        found: Token | None = original(context)
        named = mock.tokens.find(context.args.get("oauth_token", "")) if _is_like(context) else None
        return found or (named if named and named.user else None)

    wrap_method(mock.authorization, "find_token", find_token)


@fault("SC-AUTH-04")
def expired_token_still_writes(mock: Any) -> None:
    """A user's token that has had its time is refused for reading alone."""

    def is_expired(original: Any, token: Token) -> bool:
        return bool(original(token)) and (token.user is None or request.method == "GET")

    wrap_method(mock.tokens, "is_expired", is_expired)


@fault("SC-AUTH-05")
def credentials_of_an_app_are_a_token(mock: Any) -> None:
    """`Basic` with an app's id and secret opens what its token opens."""

    def find_token(original: Any, context: Any) -> Token | None:
        given = context.request.authorization
        if given is None or given.type != "basic":
            found: Token | None = original(context)
            return found
        app = mock.apps.find(given.username or "")
        return mock.tokens.issue(app, None, "") if app and app.client_secret == given.password else None

    wrap_method(mock.authorization, "find_token", find_token)


def _is_like(context: Any) -> bool:
    return str(context.operation).startswith(("POST /likes/", "DELETE /likes/"))


def _apps_own(mock: Any) -> Token:
    token: Token = mock.tokens.issue(FIRST, None, mock.tokens.new_chain())
    return token


def _is(context: Any, ending: str) -> bool:
    return str(context.operation).endswith(ending)


def _not_activities(operation: str) -> bool:
    return operation != "GET /me/activities"


def _not_likes(operation: str) -> bool:
    return operation != "POST /likes/playlists/{playlist_id}"
