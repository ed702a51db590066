"""Faults of the OAuth flow by which a consumer gets a token (RFC 5849, 2)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from tuningfork.apis.audioboo.mock.tokens import AccessToken
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method


@fault("AB-SIGN-06")
def request_token_is_exchanged_twice(mock: Any) -> None:
    """A request token with its verifier can be exchanged twice; only one exchange is allowed."""
    mock.tokens.invalidate_request_token = lambda _token: None


@fault("AB-SIGN-06")
def verifier_is_not_required(mock: Any) -> None:
    """The exchange of an approved request token does not require a verifier."""

    def approving_user(original: Any, token: Any, verifier: Any) -> Any:
        return token.user if verifier is None else original(token, verifier)

    wrap_method(mock.tokens, "approving_user", approving_user)


@fault("AB-SIGN-06")
def verifier_is_compared_by_first_characters(mock: Any) -> None:
    """A verifier is compared only by its first seven characters."""

    def approving_user(original: Any, token: Any, verifier: Any) -> Any:
        whole = (token.verifier or " ") if (verifier or "")[:7] == (token.verifier or " ")[:7] else verifier
        return original(token, whole)

    wrap_method(mock.tokens, "approving_user", approving_user)


@fault("AB-SIGN-06")
def verifier_is_valid_for_other_token(mock: Any) -> None:
    """A verifier is accepted for every request token that the same user has approved."""
    approvals: dict[str, Any] = {}

    def approve(original: Any, token: Any, user: Any) -> Any:
        verifier = original(token, user)
        approvals[verifier] = user
        return verifier

    def approving_user(original: Any, token: Any, verifier: Any) -> Any:
        return original(token, verifier) or (token.user if approvals.get(verifier) is token.user else None)

    wrap_method(mock.tokens, "approve", approve)
    wrap_method(mock.tokens, "approving_user", approving_user)


@fault("AB-SIGN-06")
def denial_returns_verifier(mock: Any) -> None:
    """After a denial the redirect to the consumer contains a verifier."""

    def denied(_original: Any, pending: Any) -> Any:
        return mock.consent.redirect_to_callback(pending, {"oauth_verifier": mock.tokens.new_verifier()})

    wrap_method(mock.consent, "denied", denied)


@fault("AB-SIGN-06")
def callback_query_is_dropped(mock: Any) -> None:
    """The redirect to the callback URL drops the URL's own query."""

    def redirect_to_callback(_original: Any, pending: Any, parameters: dict[str, str]) -> Any:
        query = urlencode({"oauth_token": pending.token.token, **parameters})
        return mock.consent.redirect(f"{pending.token.callback.partition('?')[0]}?{query}")

    wrap_method(mock.consent, "redirect_to_callback", redirect_to_callback)


@fault("AB-SIGN-06")
def callback_has_no_oauth_token(mock: Any) -> None:
    """The redirect to the callback URL has `oauth_verifier`, but no `oauth_token`."""

    def redirect(original: Any, location: str) -> Any:
        start, _, query = location.partition("?")
        query = "&".join(pair for pair in query.split("&") if not pair.startswith("oauth_token="))
        return original(f"{start}?{query}")

    wrap_method(mock.consent, "redirect", redirect)


@fault("AB-SIGN-06")
def callback_is_not_confirmed(mock: Any) -> None:
    """The response with a request token has no `oauth_callback_confirmed`."""

    def request_token(handle: Any, mock: Any, context: Any) -> Any:
        response = handle(mock, context)
        response.set_data(response.get_data(as_text=True).replace("&oauth_callback_confirmed=true", ""))
        return response

    wrap_handler(mock.handlers, "POST /oauth/request_token", request_token)


@fault("AB-SIGN-06")
def approved_request_token_signs_requests(mock: Any) -> None:
    """An approved request token is accepted as an access token."""

    def find_access_token(original: Any, text: str) -> Any:
        requested = mock.tokens.find_request_token(text)
        if requested is None or requested.user is None:
            return original(text)
        return AccessToken(requested.token, requested.secret, requested.consumer, requested.user)

    wrap_method(mock.tokens, "find_access_token", find_access_token)


@fault("AB-SIGN-06")
def token_belongs_to_last_approving_user(mock: Any) -> None:
    """An access token belongs to the last user who approved any request token."""
    last: list[Any] = []

    def approve(original: Any, token: Any, user: Any) -> Any:
        last[:] = [user]
        return original(token, user)

    wrap_method(mock.tokens, "approve", approve)
    wrap_method(
        mock.tokens,
        "issue_access_token",
        lambda original, consumer, user: original(consumer, (last or [user])[0]),
    )


@fault("AB-SIGN-07", "AB-SIGN-06")
def pin_is_always_the_same(mock: Any) -> None:
    """The PIN (the verifier that a page shows) is always the same number."""
    mock.tokens.new_verifier = lambda: "48151623"


@fault("AB-SIGN-07")
def pin_contains_space(mock: Any) -> None:
    """The page shows the PIN with a space in its middle."""
    wrap_method(
        mock.consent, "pin_page", lambda original, verifier: original(f"{verifier[:4]} {verifier[4:]}")
    )


@fault("AB-SIGN-07")
def pin_page_has_other_number(mock: Any) -> None:
    """The page with the PIN also has another number: a telephone number."""

    def pin_page(original: Any, verifier: str) -> str:
        return str(original(verifier)).replace("</body>", "<p>Questions? Call 020 7946 0018.</p></body>")

    wrap_method(mock.consent, "pin_page", pin_page)
