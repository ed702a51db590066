"""Faults of tokens and rights (https://developers.soundcloud.com/docs/api/guide#accessing-resources)."""

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
    """GET /tracks/{track_id}/related returns the list to a request without an Authorization header."""

    def require_token(original: Any, context: Any) -> Token:
        has_no_header = "Authorization" not in context.request.headers
        token: Token = (
            _issue_app_token(mock)
            if has_no_header and _operation_ends_with(context, "/related")
            else original(context)
        )
        return token

    wrap_method(mock.authorization, "require_token", require_token)


@fault("SC-AUTH-01")
def put_without_token_returns_403(mock: Any) -> None:
    """A PUT without an Authorization header returns 403 instead of 401."""

    def require_token(original: Any, context: Any) -> Token:
        if context.request.method == "PUT" and "Authorization" not in context.request.headers:
            raise HttpError(403, "")
        token: Token = original(context)
        return token

    wrap_method(mock.authorization, "require_token", require_token)


@fault("SC-AUTH-02")
def valid_token_is_refused_at_one_operation(mock: Any) -> None:
    """GET /me/followings/{user_id} returns 401 for every token, even for a valid one."""

    def require_token(original: Any, context: Any) -> Token:
        if context.operation == "GET /me/followings/{user_id}":
            raise HttpError(401, "")
        token: Token = original(context)
        return token

    wrap_method(mock.authorization, "require_token", require_token)


@fault("SC-AUTH-03")
def token_matches_by_its_first_20_characters(mock: Any) -> None:
    """An access token is accepted if its first 20 characters are those of a valid token."""
    by_prefix: dict[str, Token] = {}

    def issue(original: Any, *args: Any) -> Token:
        token: Token = original(*args)
        by_prefix[token.access_token[:20]] = token
        return token

    wrap_method(mock.tokens, "issue", issue)
    wrap_method(mock.tokens, "find", lambda original, value: original(value) or by_prefix.get(value[:20]))


@fault("SC-AUTH-03")
def unknown_access_token_returns_403(mock: Any) -> None:
    """An unknown access token returns 403 instead of 401."""

    def find_token(original: Any, context: Any) -> Token | None:
        value = mock.authorization.parse_header(context.request.headers.get("Authorization", ""))
        if value and mock.tokens.find(value) is None:
            raise HttpError(403, "")
        token: Token | None = original(context)
        return token

    wrap_method(mock.authorization, "find_token", find_token)


@fault("SC-AUTH-04")
def expired_token_lists_playlists(mock: Any) -> None:
    """GET /playlists accepts an expired access token; all other operations refuse it."""
    wrap_method(
        mock.tokens, "is_expired", lambda original, token: request.path != "/playlists" and original(token)
    )


@fault("SC-AUTH-04")
def token_is_valid_twice_as_long_as_expires_in(mock: Any) -> None:
    """An access token is valid for twice the time that `expires_in` promises."""
    mock.tokens.is_expired = lambda token: mock.clock.now() >= token.expires_at + mock.tokens.lifetime()


@fault("SC-AUTH-04")
def token_expires_after_half_of_expires_in(mock: Any) -> None:
    """An access token expires after half of the time that `expires_in` promises."""
    mock.tokens.is_expired = lambda token: mock.clock.now() >= token.expires_at - mock.tokens.lifetime() / 2


@fault("SC-AUTH-05")
def bare_token_in_authorization_is_accepted(mock: Any) -> None:
    """An Authorization header that contains only the token, without a scheme, is accepted."""
    wrap_method(
        mock.authorization,
        "parse_header",
        lambda original, header: original(header) or (header if " " not in header else None),
    )


@fault("SC-AUTH-05")
def basic_scheme_with_token_is_accepted(mock: Any) -> None:
    """The Authorization header `Basic TOKEN` is accepted like `OAuth TOKEN`."""
    mock.authorization.schemes = lambda: ("oauth", "bearer", "basic")


@fault("SC-AUTH-06")
def app_token_gets_empty_activities(mock: Any) -> None:
    """GET /me/activities with an app's own token returns an empty list instead of 401 or 403."""

    def index(original: Any, mock: Any, context: Any) -> Any:
        return original(mock, context) if context.viewer else json_response({"collection": []})

    wrap_method(
        mock.authorization,
        "needs_user",
        lambda original, operation: _not_activities(operation) and original(operation),
    )
    wrap_handler(mock.handlers, "GET /me/activities", index)


@fault("SC-AUTH-06")
def app_token_gets_404_at_me(mock: Any) -> None:
    """GET /me with an app's own token returns 404 instead of 401 or 403."""

    def require_rights(original: Any, operation: str, token: Token) -> None:
        if operation == "GET /me" and token.user is None:
            raise HttpError(404)
        original(operation, token)

    wrap_method(mock.authorization, "require_rights", require_rights)


@fault("SC-AUTH-07", "SC-FIND-09")
def app_token_cannot_search_playlists(mock: Any) -> None:
    """GET /playlists with `q` and an app's own token returns 403 instead of the playlists."""

    def require_rights(original: Any, operation: str, token: Token) -> None:
        if operation == "GET /playlists" and token.user is None and "q" in request.args:
            raise HttpError(403, "")
        original(operation, token)

    wrap_method(mock.authorization, "require_rights", require_rights)


@fault("SC-AUTH-08")
def me_returns_the_oldest_account(mock: Any) -> None:
    """GET /me returns the profile of the oldest account for every user."""
    wrap_method(
        mock.profiles,
        "serialize_own",
        lambda original, _user, context: original(mock.users.list_all()[0], context),
    )


@fault("SC-AUTH-08")
def me_has_another_id(mock: Any) -> None:
    """GET /me returns an `id` that is one higher than the user's id in all other responses."""
    wrap_method(
        mock.profiles,
        "serialize_own",
        lambda original, user, context: original(user, context) | {"id": user.id + 1},
    )


@fault("SC-AUTH-09")
def app_token_gets_200_for_liking_a_playlist(mock: Any) -> None:
    """Liking a playlist with an app's own token returns 200 instead of 401 or 403 and has no effect."""

    def like(original: Any, mock: Any, context: Any, playlist_id: str) -> Any:
        if context.viewer:
            return original(mock, context, playlist_id)
        return json_response({"status": "200 - OK"})

    wrap_method(
        mock.authorization,
        "is_write",
        lambda original, operation: _not_likes(operation) and original(operation),
    )
    wrap_handler(mock.handlers, "POST /likes/playlists/{playlist_id}", like)


@fault("SC-AUTH-09")
def refused_delete_by_app_deletes_the_track(mock: Any) -> None:
    """DELETE of a track with an app's own token returns 403, but the track is deleted."""

    def require_rights(original: Any, operation: str, token: Token) -> None:
        if operation == "DELETE /tracks/{track_id}" and token.user is None:
            track = mock.tracks.find(mock.number(request.path.rpartition("/")[2]))
            if track is not None:
                mock.tracks.delete(track)
        original(operation, token)

    wrap_method(mock.authorization, "require_rights", require_rights)


@fault("SC-AUTH-10")
def unauthorized_response_has_no_challenge(mock: Any) -> None:
    """A 401 has no WWW-Authenticate header."""
    mock.errors.headers = lambda _code: {}


@fault("SC-AUTH-11", "SC-AUTH-01")
def token_in_the_query_is_accepted(mock: Any) -> None:
    """A request without a valid Authorization header may send its token in the parameter `oauth_token`."""

    def find_token(original: Any, context: Any) -> Token | None:
        token: Token | None = original(context) or mock.tokens.find(context.args.get("oauth_token", ""))
        return token

    wrap_method(mock.authorization, "find_token", find_token)


@fault("SC-AUTH-11", "SC-AUTH-01")
def client_id_alone_lists_tracks(mock: Any) -> None:
    """GET /tracks accepts a request with the parameter `client_id` and without a token."""

    def find_token(original: Any, context: Any) -> Token | None:
        is_known_app = mock.apps.find(context.args.get("client_id", "")) is not None
        token: Token | None = original(context)
        return token or (
            _issue_app_token(mock) if is_known_app and context.operation == "GET /tracks" else None
        )

    wrap_method(mock.authorization, "find_token", find_token)


@fault("SC-AUTH-02")
def user_token_is_refused_for_related_tracks(mock: Any) -> None:
    """GET /tracks/{track_id}/related returns 401 for a user's token and accepts only an app's own token."""

    def require_token(original: Any, context: Any) -> Token:
        token: Token = original(context)
        if token.user is not None and _operation_ends_with(context, "/related"):
            raise HttpError(401, "")
        return token

    wrap_method(mock.authorization, "require_token", require_token)


@fault("SC-AUTH-11", "SC-AUTH-01")
def user_token_in_the_query_can_like(mock: Any) -> None:
    """Liking and unliking accept a user's token in the parameter `oauth_token`; no other operation does."""

    def find_token(original: Any, context: Any) -> Token | None:
        token: Token | None = original(context)
        query_token = mock.tokens.find(context.args.get("oauth_token", "")) if _is_like(context) else None
        return token or (query_token if query_token and query_token.user else None)

    wrap_method(mock.authorization, "find_token", find_token)


@fault("SC-AUTH-04")
def expired_user_token_can_write(mock: Any) -> None:
    """An expired user token is refused for GET, but accepted for POST, PUT and DELETE."""

    def is_expired(original: Any, token: Token) -> bool:
        return bool(original(token)) and (token.user is None or request.method == "GET")

    wrap_method(mock.tokens, "is_expired", is_expired)


@fault("SC-AUTH-05")
def app_credentials_in_basic_are_accepted(mock: Any) -> None:
    """HTTP Basic with an app's client id and secret is accepted instead of a token."""

    def find_token(original: Any, context: Any) -> Token | None:
        credentials = context.request.authorization
        if credentials is None or credentials.type != "basic":
            token: Token | None = original(context)
            return token
        app = mock.apps.find(credentials.username or "")
        return mock.tokens.issue(app, None, "") if app and app.client_secret == credentials.password else None

    wrap_method(mock.authorization, "find_token", find_token)


@fault("SC-AUTH-01")
def request_with_a_callback_needs_no_token(mock: Any) -> None:
    """A request with the parameter `callback` is accepted without an Authorization header."""

    def find_token(original: Any, context: Any) -> Token | None:
        is_script = "callback" in context.args and "Authorization" not in context.request.headers
        token: Token | None = _issue_app_token(mock) if is_script else original(context)
        return token

    wrap_method(mock.authorization, "find_token", find_token)


def _is_like(context: Any) -> bool:
    return str(context.operation).startswith(("POST /likes/", "DELETE /likes/"))


def _issue_app_token(mock: Any) -> Token:
    token: Token = mock.tokens.issue(FIRST, None, mock.tokens.new_chain())
    return token


def _operation_ends_with(context: Any, ending: str) -> bool:
    return str(context.operation).endswith(ending)


def _not_activities(operation: str) -> bool:
    return operation != "GET /me/activities"


def _not_likes(operation: str) -> bool:
    return operation != "POST /likes/playlists/{playlist_id}"
