"""Other tokens, and other ways to them, that the claims allow."""

from __future__ import annotations

import secrets
from typing import Any

from authlib.oauth2.rfc6749.errors import InvalidClientError

from tuningfork.apis.soundcloud.mock.apps import App
from tuningfork.apis.soundcloud.mock.oauth import Asked
from tuningfork.apis.soundcloud.mock.tokens import Token
from tuningfork.audit.fault import variant
from tuningfork.audit.patching import around, around_handler
from tuningfork.mock.errors import Refusal


@variant("SC-AUTH-05")
def bearer_is_refused(mock: Any) -> None:
    """`Bearer TOKEN` is answered 401, as every scheme but `OAuth`."""
    mock.guard.schemes = lambda: ("oauth",)


@variant("SC-TOKEN-04", "SC-TOKEN-01")
def basic_at_token_is_refused(mock: Any) -> None:
    """A token request with HTTP Basic is answered 401 with a Basic challenge, whatever its form says."""

    def token(token: Any, asked: Asked) -> Any:
        if asked.basic_id is not None:
            raise mock.oauth.refusal(InvalidClientError())
        return token(asked)

    around(mock.oauth, "token", token)


@variant("SC-TOKEN-04", "SC-TOKEN-01")
def basic_at_token_is_ignored(mock: Any) -> None:
    """The Authorization header of a token request is not read; its form alone counts."""
    around(mock.oauth, "token", lambda token, asked: token(Asked(asked.form, asked.address)))


@variant("SC-AUTH-04")
def old_access_token_dies_at_a_refresh(mock: Any) -> None:
    """An access token ends when it is renewed."""

    def spend(spend: Any, token: Token) -> None:
        token.revoked = True
        spend(token)

    around(mock.tokens, "spend", spend)


@variant("SC-AUTH-04", "SC-TOKEN-08")
def reuse_of_a_refresh_token_ends_its_chain(mock: Any) -> None:
    """A refresh token that comes twice was stolen: its whole chain ends."""

    def renewable(renewable: Any, token: Token, app: App) -> bool:
        good: bool = renewable(token, app)
        if token.spent:
            mock.tokens.end(token.chain)
        return good

    around(mock.tokens, "renewable", renewable)


@variant("SC-TOKEN-02", "SC-TOKEN-17")
def tokens_are_long_and_begin_alike(mock: Any) -> None:
    """Tokens look like signed documents of 400 characters, which all begin alike."""
    head = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    mock.tokens.secret = lambda: f"{head}{secrets.token_urlsafe(230)}.{secrets.token_urlsafe(32)}"


@variant("SC-TOKEN-01", "SC-TOKEN-02", "SC-CODE-04")
def token_answers_say_more(mock: Any) -> None:
    """The answer to a token request has a token_type and a scope with words in it."""
    more = {"token_type": "bearer", "scope": "* non-expiring"}
    around(mock.tokens, "show", lambda show, token: show(token) | more)


@variant("SC-TOKEN-03", "SC-AUTH-04")
def tokens_live_for_56_minutes(mock: Any) -> None:
    """An access token lives 3360 seconds."""
    mock.tokens.lifetime = lambda: 3360


@variant("SC-AUTH-04", "SC-TOKEN-03")
def server_clock_is_fast(mock: Any) -> None:
    """The server is five minutes ahead of everybody else."""
    around(mock.clock, "now", lambda now: now() + 300)


@variant("SC-RATE-01", "SC-RATE-02")
def refused_requests_are_counted(mock: Any) -> None:
    """A request that comes too early is counted too."""

    def grant(grant: Any, client_id: str, address: str) -> None:
        try:
            grant(client_id, address)
        except Refusal:
            mock.limits.by_app.count(client_id, mock.clock.now())
            raise

    around(mock.limits, "grant", grant)


@variant("SC-CODE-01")
def consent_page_is_behind_a_redirect(mock: Any) -> None:
    """GET /connect redirects to the page."""

    def ask(handle: Any, mock: Any, call: Any) -> Any:
        answer = handle(mock, call)
        if answer.status_code != 200 or "page" in call.args:
            return answer
        query = call.request.query_string.decode("latin-1")
        return mock.consent.redirect(f"{call.base}/connect?{query}&page=1")

    around_handler(mock.handlers, "GET /connect", ask)


@variant("SC-CODE-02")
def consent_is_answered_303(mock: Any) -> None:
    """The user's decision is answered 303 instead of 302."""

    def redirect(redirect: Any, location: str) -> Any:
        answer = redirect(location)
        answer.status_code = 303
        return answer

    around(mock.consent, "redirect", redirect)


@variant("SC-CODE-01")
def buttons_are_inputs(mock: Any) -> None:
    """The consent page has inputs for buttons and another form before it."""

    def page(page: Any, *of: Any) -> str:
        html: str = page(*of)
        html = html.replace("</button>", "").replace("<button", "<input").replace(">Connect", "/>")
        return html.replace("<form", '<form action="/search"><input name="q"></form>\n<form', 1)

    around(mock.consent, "page", page)


@variant("SC-CODE-02", "SC-CODE-04")
def state_comes_before_the_code(mock: Any) -> None:
    """The redirect has its parameters in another order."""

    def location(location: Any, pending: Any, pairs: Any) -> str:
        sent: str = location(pending, pairs)
        start, _, query = sent.partition("?")
        return start + "?" + "&".join(query.split("&")[::-1])

    around(mock.consent, "location", location)
