"""Other tokens, and other ways to them, that the claims allow."""

from __future__ import annotations

import secrets
from typing import Any

from authlib.oauth2.rfc6749.errors import InvalidClientError

from tuningfork.apis.soundcloud.mock.apps import App
from tuningfork.apis.soundcloud.mock.oauth_server import OAuthRequest
from tuningfork.apis.soundcloud.mock.tokens import Token
from tuningfork.audit.fault import variant
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError


@variant("SC-AUTH-05")
def bearer_is_refused(mock: Any) -> None:
    """`Bearer TOKEN` is answered 401, as every scheme but `OAuth`."""
    mock.authorization.schemes = lambda: ("oauth",)


@variant("SC-TOKEN-04", "SC-TOKEN-01")
def basic_at_token_is_refused(mock: Any) -> None:
    """A token request with HTTP Basic is answered 401 with a Basic challenge, whatever its form says."""

    def respond(original: Any, asked: OAuthRequest) -> Any:
        if asked.basic_id is not None:
            raise mock.oauth_server.to_http_error(InvalidClientError())
        return original(asked)

    wrap_method(mock.oauth_server, "respond", respond)


@variant("SC-TOKEN-04", "SC-TOKEN-01")
def basic_at_token_is_ignored(mock: Any) -> None:
    """The Authorization header of a token request is not read; its form alone counts."""
    wrap_method(
        mock.oauth_server,
        "respond",
        lambda original, asked: original(OAuthRequest(asked.form, asked.address)),
    )


@variant("SC-AUTH-04")
def old_access_token_dies_at_a_refresh(mock: Any) -> None:
    """An access token ends when it is renewed."""

    def spend(original: Any, token: Token) -> None:
        token.revoked = True
        original(token)

    wrap_method(mock.tokens, "spend", spend)


@variant("SC-AUTH-04", "SC-TOKEN-08")
def reuse_of_a_refresh_token_ends_its_chain(mock: Any) -> None:
    """A refresh token that comes twice was stolen: its whole chain ends."""

    def can_refresh(original: Any, token: Token, app: App) -> bool:
        good: bool = original(token, app)
        if token.spent:
            mock.tokens.revoke_chain(token.chain)
        return good

    wrap_method(mock.tokens, "can_refresh", can_refresh)


@variant("SC-TOKEN-02", "SC-TOKEN-17")
def tokens_are_long_and_begin_alike(mock: Any) -> None:
    """Tokens look like signed documents of 400 characters, which all begin alike."""
    head = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    mock.tokens.new_secret = lambda: f"{head}{secrets.token_urlsafe(230)}.{secrets.token_urlsafe(32)}"


@variant("SC-TOKEN-01", "SC-TOKEN-02", "SC-CODE-04")
def token_answers_say_more(mock: Any) -> None:
    """The answer to a token request has a token_type and a scope with words in it."""
    more = {"token_type": "bearer", "scope": "* non-expiring"}
    wrap_method(mock.tokens, "to_json", lambda original, token: original(token) | more)


@variant("SC-TOKEN-03", "SC-AUTH-04")
def tokens_live_for_56_minutes(mock: Any) -> None:
    """An access token lives 3360 seconds."""
    mock.tokens.lifetime = lambda: 3360


@variant("SC-AUTH-04", "SC-TOKEN-03")
def server_clock_is_fast(mock: Any) -> None:
    """The server is five minutes ahead of everybody else."""
    wrap_method(mock.clock, "now", lambda original: original() + 300)


@variant("SC-RATE-01", "SC-RATE-02")
def refused_requests_are_counted(mock: Any) -> None:
    """A request that comes too early is counted too."""

    def count_token(original: Any, client_id: str, address: str) -> None:
        try:
            original(client_id, address)
        except HttpError:
            mock.rate_limits.by_app.count(client_id, mock.clock.now())
            raise

    wrap_method(mock.rate_limits, "count_token", count_token)


@variant("SC-CODE-01")
def consent_page_is_behind_a_redirect(mock: Any) -> None:
    """GET /connect redirects to the page."""

    def ask(original: Any, mock: Any, context: Any) -> Any:
        answer = original(mock, context)
        if answer.status_code != 200 or "page" in context.args:
            return answer
        query = context.request.query_string.decode("latin-1")
        return mock.consent.redirect(f"{context.base}/connect?{query}&page=1")

    wrap_handler(mock.handlers, "GET /connect", ask)


@variant("SC-CODE-02")
def consent_is_answered_303(mock: Any) -> None:
    """The user's decision is answered 303 instead of 302."""

    def redirect(original: Any, location: str) -> Any:
        answer = original(location)
        answer.status_code = 303
        return answer

    wrap_method(mock.consent, "redirect", redirect)


@variant("SC-CODE-01")
def buttons_are_inputs(mock: Any) -> None:
    """The consent page has inputs for buttons and another form before it."""

    def page(original: Any, *of: Any) -> str:
        html: str = original(*of)
        html = html.replace("</button>", "").replace("<button", "<input").replace(">Connect", "/>")
        return html.replace("<form", '<form action="/search"><input name="q"></form>\n<form', 1)

    wrap_method(mock.consent, "page", page)


@variant("SC-CODE-02", "SC-CODE-04")
def state_comes_before_the_code(mock: Any) -> None:
    """The redirect has its parameters in another order."""

    def redirect_url(original: Any, pending: Any, pairs: Any) -> str:
        sent: str = original(pending, pairs)
        start, _, query = sent.partition("?")
        return start + "?" + "&".join(query.split("&")[::-1])

    wrap_method(mock.consent, "redirect_url", redirect_url)
