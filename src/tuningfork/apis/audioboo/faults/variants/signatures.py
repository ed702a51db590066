"""Conforming variants of signatures and tokens."""

from __future__ import annotations

from typing import Any

from tuningfork.audit.fault import variant
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError


@variant("AB-SIGN-03")
def malformed_signature_returns_401(mock: Any) -> None:
    """A malformed signature returns 401 instead of 400."""

    def verify(original: Any, context: Any) -> None:
        try:
            original(context)
        except HttpError as error:
            raise HttpError(401, error.message) from None

    wrap_method(mock.signatures, "verify", verify)


@variant("AB-SIGN-04")
def timestamp_limit_is_two_minutes(mock: Any) -> None:
    """An OAuth timestamp that differs by more than two minutes from the server's clock is refused."""
    mock.nonces.max_timestamp_offset_s = lambda: 120


@variant("AB-SIGN-05")
def upload_without_body_hash_is_accepted(mock: Any) -> None:
    """An upload without an `oauth_body_hash` is accepted."""
    mock.signatures.needs_body_hash = lambda _context: False


@variant("AB-SIGN-11")
def keys_are_found_without_case(mock: Any) -> None:
    """A service key or a source key is found in upper or lower case."""

    def find(original: Any, kind: str, key: str) -> Any:
        return original(kind, key) or original(kind, key.lower())

    wrap_method(mock.api_keys, "find", find)


@variant("AB-SIGN-09")
def disabled_key_returns_403(mock: Any) -> None:
    """A disabled key returns 403 instead of 401."""
    mock.signing_scheme.disabled_key_status = lambda: 403


@variant("AB-SIGN-08", "AB-ERR-04")
def source_status_has_extra_properties(mock: Any) -> None:
    """GET /sources/status has the additional properties `link_url` and limits."""

    def status(handle: Any, mock: Any, context: Any) -> Any:
        response = handle(mock, context)
        extra = {"link_url": f"{context.base}/link", "limits": {"record": {"duration": 300}}}
        return mock.envelope.respond(response.get_json()["body"] | extra)

    wrap_handler(mock.handlers, "GET /sources/status", status)


@variant("AB-SIGN-06")
def consent_page_has_two_steps(mock: Any) -> None:
    """The consent page first shows a login form, and the decision after the login."""

    def page(original: Any, ticket: str, pending: Any, *args: Any) -> str:
        html: str = original(ticket, pending, *args)
        if mock.consent.signed_in(pending.browser) is not None:
            return html
        start, _, rest = html.partition("<button")
        return (
            f'{start}<button name="step" value="login">Log in</button></form>{rest.partition("</form>")[2]}'
        )

    def decide(original: Any, of: Any, action: str) -> Any:
        pending = mock.consent.find(of.form.get("ticket", ""), of.cookies.get(mock.consent.cookie))
        if pending is None or of.form.get("step") != "login":
            return original(of, action)
        name, password = of.form.get("username", ""), of.form.get("password", "")
        mock.consent.sign_in(pending.browser, name, password)
        return mock.consent.show(of.form["ticket"], pending, action)

    wrap_method(mock.consent, "page", page)
    wrap_method(mock.consent, "decide", decide)


@variant("AB-SIGN-06")
def denial_has_other_parameter(mock: Any) -> None:
    """The redirect after a denial has the parameter `denied` with the request token."""

    def denied(_original: Any, pending: Any) -> Any:
        return mock.consent.redirect_to_callback(pending, {"denied": pending.token.token})

    wrap_method(mock.consent, "denied", denied)


@variant("AB-SIGN-06")
def tokens_are_plain_text(mock: Any) -> None:
    """Token responses are text/plain, with the parameters in another order and one more."""

    def to_plain_text(handle: Any, *args: Any) -> Any:
        response = handle(*args)
        pairs = response.get_data(as_text=True).split("&")
        response.set_data("&".join(["x_expires=0", *pairs[::-1]]))
        response.content_type = "text/plain; charset=utf-8"
        return response

    for step in ("request_token", "access_token"):
        wrap_handler(mock.handlers, f"POST /oauth/{step}", to_plain_text)


@variant("AB-SIGN-07")
def pin_has_six_digits(mock: Any) -> None:
    """A PIN has six digits."""
    wrap_method(mock.tokens, "new_verifier", lambda original: original()[:6])


@variant("AB-SIGN-01", "AB-SIGN-03")
def challenge_has_no_realm(mock: Any) -> None:
    """The WWW-Authenticate header of a 401 has no realm."""

    def headers(original: Any, error: HttpError) -> Any:
        return original(error) | ({"WWW-Authenticate": "OAuth"} if error.status == 401 else {})

    wrap_method(mock.errors, "headers", headers)
