"""What goes wrong on the way to a token (RFC 5849, 2)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from tuningfork.apis.audioboo.mock.tokens import AccessToken
from tuningfork.audit.fault import fault
from tuningfork.audit.patching import wrap_handler, wrap_method


@fault("AB-SIGN-06")
def request_token_is_good_twice(mock: Any) -> None:
    """A request token is exchanged as often as its verifier is shown."""
    mock.tokens.invalidate_request_token = lambda _token: None


@fault("AB-SIGN-06")
def approval_alone_is_enough(mock: Any) -> None:
    """An approved request token is exchanged without a verifier."""

    def approving_user(original: Any, token: Any, verifier: Any) -> Any:
        return token.user if verifier is None else original(token, verifier)

    wrap_method(mock.tokens, "approving_user", approving_user)


@fault("AB-SIGN-06")
def verifier_is_compared_by_its_beginning(mock: Any) -> None:
    """A verifier may lack its last character, and may have more."""

    def approving_user(original: Any, token: Any, verifier: Any) -> Any:
        whole = (token.verifier or " ") if (verifier or "")[:7] == (token.verifier or " ")[:7] else verifier
        return original(token, whole)

    wrap_method(mock.tokens, "approving_user", approving_user)


@fault("AB-SIGN-06")
def any_verifier_of_a_user_is_good(mock: Any) -> None:
    """A verifier is good for every request token that its user has approved."""
    given: dict[str, Any] = {}

    def approve(original: Any, token: Any, user: Any) -> Any:
        verifier = original(token, user)
        given[verifier] = user
        return verifier

    def approving_user(original: Any, token: Any, verifier: Any) -> Any:
        return original(token, verifier) or (token.user if given.get(verifier) is token.user else None)

    wrap_method(mock.tokens, "approve", approve)
    wrap_method(mock.tokens, "approving_user", approving_user)


@fault("AB-SIGN-06")
def refusal_brings_a_verifier(mock: Any) -> None:
    """Who refuses sends the consumer a verifier all the same."""

    def denied(_original: Any, pending: Any) -> Any:
        return mock.consent.redirect_to_callback(pending, {"oauth_verifier": mock.tokens.new_verifier()})

    wrap_method(mock.consent, "denied", denied)


@fault("AB-SIGN-06")
def callback_loses_its_query(mock: Any) -> None:
    """The redirect to a callback leaves out what was in its query."""

    def redirect_to_callback(_original: Any, pending: Any, parameters: dict[str, str]) -> Any:
        query = urlencode({"oauth_token": pending.token.token, **parameters})
        return mock.consent.redirect(f"{pending.token.callback.partition('?')[0]}?{query}")

    wrap_method(mock.consent, "redirect_to_callback", redirect_to_callback)


@fault("AB-SIGN-06")
def callback_is_told_no_token(mock: Any) -> None:
    """The redirect to a callback has a verifier, and does not say for which token."""

    def redirect(original: Any, location: str) -> Any:
        start, _, query = location.partition("?")
        query = "&".join(pair for pair in query.split("&") if not pair.startswith("oauth_token="))
        return original(f"{start}?{query}")

    wrap_method(mock.consent, "redirect", redirect)


@fault("AB-SIGN-06")
def callback_is_not_confirmed(mock: Any) -> None:
    """The answer with a request token lacks oauth_callback_confirmed."""

    def request_token(handle: Any, mock: Any, context: Any) -> Any:
        response = handle(mock, context)
        response.set_data(response.get_data(as_text=True).replace("&oauth_callback_confirmed=true", ""))
        return response

    wrap_handler(mock.handlers, "POST /oauth/request_token", request_token)


@fault("AB-SIGN-06")
def request_token_signs_once_it_is_approved(mock: Any) -> None:
    """An approved request token opens /account."""

    def find_access_token(original: Any, text: str) -> Any:
        asked = mock.tokens.find_request_token(text)
        if asked is None or asked.user is None:
            return original(text)
        return AccessToken(asked.token, asked.secret, asked.consumer, asked.user)

    wrap_method(mock.tokens, "find_access_token", find_access_token)


@fault("AB-SIGN-06")
def token_is_of_whoever_approved_last(mock: Any) -> None:
    """An access token is in the name of the user who pressed a button last."""
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
    """Every verifier is the same number."""
    mock.tokens.new_verifier = lambda: "48151623"


@fault("AB-SIGN-07")
def pin_is_in_two_groups(mock: Any) -> None:
    """The page shows the PIN with a space in its middle."""
    wrap_method(
        mock.consent, "pin_page", lambda original, verifier: original(f"{verifier[:4]} {verifier[4:]}")
    )


@fault("AB-SIGN-07")
def pin_stands_beside_another_number(mock: Any) -> None:
    """The page of the PIN names a number of the help line."""

    def pin_page(original: Any, verifier: str) -> str:
        return str(original(verifier)).replace("</body>", "<p>Questions? Call 020 7946 0018.</p></body>")

    wrap_method(mock.consent, "pin_page", pin_page)
