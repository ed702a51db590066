"""Variants of tokens and of token requests."""

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
    """`Authorization: Bearer TOKEN` returns 401. The claims require only the scheme `OAuth`."""
    mock.authorization.schemes = lambda: ("oauth",)


@variant("SC-TOKEN-04", "SC-TOKEN-01")
def token_request_with_basic_returns_401(mock: Any) -> None:
    """A token request with HTTP Basic returns 401 with a Basic challenge. The claims allow this."""

    def respond(original: Any, request: OAuthRequest) -> Any:
        if request.basic_id is not None:
            raise mock.oauth_server.to_http_error(InvalidClientError())
        return original(request)

    wrap_method(mock.oauth_server, "respond", respond)


@variant("SC-TOKEN-04", "SC-TOKEN-01")
def token_request_ignores_basic(mock: Any) -> None:
    """A token request ignores HTTP Basic and checks the credentials in its form. The claims allow this."""
    wrap_method(
        mock.oauth_server,
        "respond",
        lambda original, request: original(OAuthRequest(request.form, request.address)),
    )


@variant("SC-AUTH-04")
def refresh_revokes_the_old_access_token(mock: Any) -> None:
    """A refresh revokes the old access token. The claims allow this."""

    def spend(original: Any, token: Token) -> None:
        token.revoked = True
        original(token)

    wrap_method(mock.tokens, "spend", spend)


@variant("SC-AUTH-04", "SC-TOKEN-08")
def reuse_of_a_refresh_token_revokes_its_chain(mock: Any) -> None:
    """The second use of a refresh token revokes all tokens of its chain. The claims allow this."""

    def can_refresh(original: Any, token: Token, app: App) -> bool:
        can_be_used: bool = original(token, app)
        if token.spent:
            mock.tokens.revoke_chain(token.chain)
        return can_be_used

    wrap_method(mock.tokens, "can_refresh", can_refresh)


@variant("SC-TOKEN-02", "SC-TOKEN-17")
def tokens_are_long_with_a_common_prefix(mock: Any) -> None:
    """Tokens are long and all start with the same characters. The claims allow this."""
    prefix = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    mock.tokens.new_secret = lambda: f"{prefix}{secrets.token_urlsafe(230)}.{secrets.token_urlsafe(32)}"


@variant("SC-TOKEN-01", "SC-TOKEN-02", "SC-CODE-04")
def token_response_has_type_and_scope(mock: Any) -> None:
    """A token response has a `token_type` and a `scope` that is not empty. The claims allow this."""
    extra = {"token_type": "bearer", "scope": "* non-expiring"}
    wrap_method(mock.tokens, "serialize", lambda original, token: original(token) | extra)


@variant("SC-TOKEN-03", "SC-AUTH-04")
def tokens_are_valid_for_56_minutes(mock: Any) -> None:
    """An access token is valid for 3360 seconds. The claims say about an hour."""
    mock.tokens.lifetime = lambda: 3360


@variant("SC-AUTH-04", "SC-TOKEN-03")
def server_clock_is_five_minutes_ahead(mock: Any) -> None:
    """The clock of the server is five minutes ahead of the client's. Tests must tolerate this."""
    wrap_method(mock.clock, "now", lambda original: original() + 300)


@variant("SC-RATE-01", "SC-RATE-02")
def refused_token_requests_are_counted(mock: Any) -> None:
    """A token request that returns 429 also counts towards the app's limit. The claims allow this."""

    def count_token(original: Any, client_id: str, address: str) -> None:
        try:
            original(client_id, address)
        except HttpError:
            mock.rate_limits.by_app.count(client_id, mock.clock.now())
            raise

    wrap_method(mock.rate_limits, "count_token", count_token)


@variant("SC-CODE-01")
def connect_redirects_to_the_consent_page(mock: Any) -> None:
    """GET /connect redirects to the URL of the consent page. The claims allow this."""

    def show_page(original: Any, mock: Any, context: Any) -> Any:
        response = original(mock, context)
        if response.status_code != 200 or "page" in context.args:
            return response
        query = context.request.query_string.decode("latin-1")
        return mock.consent.redirect(f"{context.base}/connect?{query}&page=1")

    wrap_handler(mock.handlers, "GET /connect", show_page)


@variant("SC-CODE-02")
def consent_redirects_with_303(mock: Any) -> None:
    """The redirect after the user's decision has the status 303 instead of 302. The claims allow both."""

    def redirect(original: Any, location: str) -> Any:
        response = original(location)
        response.status_code = 303
        return response

    wrap_method(mock.consent, "redirect", redirect)


@variant("SC-CODE-01")
def consent_page_has_inputs_as_buttons(mock: Any) -> None:
    """The consent page has another form first and `input` elements as buttons. The claims allow this."""

    def page(original: Any, *args: Any) -> str:
        html: str = original(*args)
        html = html.replace("</button>", "").replace("<button", "<input").replace(">Connect", "/>")
        return html.replace("<form", '<form action="/search"><input name="q"></form>\n<form', 1)

    wrap_method(mock.consent, "page", page)


@variant("SC-CODE-02", "SC-CODE-04")
def redirect_parameters_are_in_reverse_order(mock: Any) -> None:
    """The redirect after an approval has its parameters in reverse order. The claims allow this."""

    def redirect_url(original: Any, pending: Any, parameters: Any) -> str:
        url: str = original(pending, parameters)
        start, _, query = url.partition("?")
        return start + "?" + "&".join(query.split("&")[::-1])

    wrap_method(mock.consent, "redirect_url", redirect_url)
