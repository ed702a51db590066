"""Faults of refresh tokens (https://developers.soundcloud.com/docs/api/guide#refresh-tokens)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tuningfork.apis.soundcloud.mock.apps import App
from tuningfork.apis.soundcloud.mock.tokens import Token
from tuningfork.audit.concurrency import concurrent_requests_event
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError


@fault("SC-TOKEN-07", "SC-TOKEN-17")
def refresh_keeps_the_access_token(mock: Any) -> None:
    """A refresh returns a new refresh token, but the same access token."""
    by_access_token: dict[str, Token] = {}

    def refresh(original: Any, token: Token) -> Token:
        new_token: Token = original(token)
        new_token.access_token = token.access_token
        by_access_token[token.access_token] = new_token
        return new_token

    wrap_method(mock.tokens, "refresh", refresh)
    wrap_method(mock.tokens, "find", lambda original, value: by_access_token.get(value) or original(value))


@fault("SC-TOKEN-08")
def refresh_token_is_reusable(mock: Any) -> None:
    """A refresh token still works after its first use."""
    mock.tokens.spend = lambda _token: None


@fault("SC-TOKEN-08")
def refresh_token_from_a_refresh_is_reusable(mock: Any) -> None:
    """A refresh token that a refresh has returned still works after its first use."""
    refreshed: set[str] = set()

    def refresh(original: Any, token: Token) -> Token:
        new_token: Token = original(token)
        refreshed.add(new_token.refresh_token)
        return new_token

    wrap_method(mock.tokens, "refresh", refresh)
    wrap_method(
        mock.tokens, "spend", lambda original, token: token.refresh_token in refreshed or original(token)
    )


@fault("SC-TOKEN-08")
def used_refresh_token_works_again_after_a_refusal(mock: Any) -> None:
    """The second use of a refresh token is refused, but the third use works."""

    def can_refresh(original: Any, token: Token, app: App) -> bool:
        can_be_used: bool = original(token, app)
        token.spent = False
        return can_be_used

    wrap_method(mock.tokens, "can_refresh", can_refresh)


@fault("SC-TOKEN-09", "SC-TOKEN-17")
def chain_ends_after_three_refreshes(mock: Any) -> None:
    """Tokens that were refreshed three times in a row can't be refreshed a fourth time."""
    refresh_counts: dict[str, int] = {}

    def can_refresh(original: Any, token: Token, app: App) -> bool:
        return refresh_counts.get(token.chain, 0) < 3 and original(token, app)

    def refresh(original: Any, token: Token) -> Token:
        refresh_counts[token.chain] = refresh_counts.get(token.chain, 0) + 1
        new_token: Token = original(token)
        return new_token

    wrap_method(mock.tokens, "can_refresh", can_refresh)
    wrap_method(mock.tokens, "refresh", refresh)


@fault("SC-TOKEN-10")
def refresh_loses_the_user(mock: Any) -> None:
    """A refresh of a user's token returns an app's own token."""
    mock.tokens.refresh = lambda token: mock.tokens.issue(token.app, None, token.chain)


@fault("SC-TOKEN-10")
def second_refresh_changes_the_user(mock: Any) -> None:
    """The second refresh in a row returns a token of another user."""
    refreshed_chains: set[str] = set()

    def refresh(original: Any, token: Token) -> Token:
        user = mock.users.list_all()[7] if token.user and token.chain in refreshed_chains else token.user
        refreshed_chains.add(token.chain)
        new_token: Token = original(replace(token, user=user))
        return new_token

    wrap_method(mock.tokens, "refresh", refresh)


@fault("SC-TOKEN-11")
def refresh_token_is_accepted_as_access_token(mock: Any) -> None:
    """A refresh token is accepted as an access token."""
    wrap_method(
        mock.tokens,
        "find",
        lambda original, value: original(value) or mock.tokens.find_by_refresh_token(value),
    )


@fault("SC-TOKEN-12")
def refresh_token_works_for_another_app(mock: Any) -> None:
    """A refresh token can be used by an app to which it was not issued."""
    mock.tokens.belongs_to = lambda _token, _app: True


@fault("SC-TOKEN-13")
def refresh_response_has_no_cache_control(mock: Any) -> None:
    """The response to a refresh has no Cache-Control header."""

    def issue(original: Any, mock: Any, context: Any) -> Any:
        response = original(mock, context)
        if context.request.form.get("grant_type") == "refresh_token":
            del response.headers["Cache-Control"]
        return response

    wrap_handler(mock.handlers, "POST /oauth2/token", issue)


@fault("SC-TOKEN-14")
def refresh_token_expires_with_its_access_token(mock: Any) -> None:
    """A refresh token is refused after its access token has expired."""
    wrap_method(
        mock.tokens,
        "can_refresh",
        lambda original, token, app: original(token, app) and not mock.tokens.is_expired(token),
    )


@fault("SC-TOKEN-07", "SC-TOKEN-17")
def second_refresh_keeps_the_access_token(mock: Any) -> None:
    """The second refresh in a row returns a new refresh token, but the same access token."""
    refreshed_chains: dict[str, Token] = {}
    by_access_token: dict[str, Token] = {}

    def refresh(original: Any, token: Token) -> Token:
        new_token: Token = original(token)
        if token.chain in refreshed_chains:
            new_token.access_token = token.access_token
            by_access_token[new_token.access_token] = new_token
        refreshed_chains[token.chain] = new_token
        return new_token

    wrap_method(mock.tokens, "refresh", refresh)
    wrap_method(mock.tokens, "find", lambda original, value: by_access_token.get(value) or original(value))


@fault("SC-TOKEN-09", "SC-TOKEN-14")
def chain_ends_after_five_hours(mock: Any) -> None:
    """A token can't be refreshed more than five hours after the login, however often it was refreshed."""
    started_at: dict[str, float] = {}

    def issue(original: Any, app: App, user: Any, chain: str) -> Token:
        started_at.setdefault(chain, mock.clock.now())
        token: Token = original(app, user, chain)
        return token

    def can_refresh(original: Any, token: Token, app: App) -> bool:
        age = mock.clock.now() - started_at.get(token.chain, mock.clock.now())
        return age < 5 * 3600 and bool(original(token, app))

    wrap_method(mock.tokens, "issue", issue)
    wrap_method(mock.tokens, "can_refresh", can_refresh)


@fault("SC-TOKEN-10")
def refresh_returns_the_token_of_the_first_user(mock: Any) -> None:
    """Every refresh of a user's token returns a token of the first user who logged in."""
    users: list[Any] = []

    def issue(original: Any, app: App, user: Any, chain: str) -> Token:
        if user is not None and user.password is not None:
            users.append(user)
        token: Token = original(app, user, chain)
        return token

    def refresh(original: Any, token: Token) -> Token:
        new_token: Token = original(replace(token, user=users[0]) if token.user and users else token)
        return new_token

    wrap_method(mock.tokens, "issue", issue)
    wrap_method(mock.tokens, "refresh", refresh)


@fault("SC-TOKEN-10")
def refreshed_user_token_cannot_write(mock: Any) -> None:
    """An access token of a user from a refresh returns 403 for every write."""
    refreshed: set[str] = set()

    def refresh(original: Any, token: Token) -> Token:
        new_token: Token = original(token)
        refreshed.add(new_token.access_token)
        return new_token

    def require_rights(original: Any, operation: str, token: Token) -> None:
        original(operation, token)
        if token.access_token in refreshed and mock.authorization.is_write(operation):
            raise HttpError(403, "")

    wrap_method(mock.tokens, "refresh", refresh)
    wrap_method(mock.authorization, "require_rights", require_rights)


@fault("SC-TOKEN-08")
def concurrent_uses_of_a_refresh_token_all_succeed(mock: Any) -> None:
    """Two uses of one refresh token at the same moment both return tokens."""
    is_concurrent = concurrent_requests_event(mock)
    wrap_method(
        mock.tokens, "spend", lambda original, token: None if is_concurrent.is_set() else original(token)
    )
