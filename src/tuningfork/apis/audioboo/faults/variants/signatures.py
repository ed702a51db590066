"""Other ways to judge signatures and to give tokens, which no claim fixes."""

from __future__ import annotations

from typing import Any

from tuningfork.audit.fault import variant
from tuningfork.audit.patching import wrap_handler, wrap_method
from tuningfork.mock.errors import HttpError


@variant("AB-SIGN-03")
def malformed_signatures_are_unauthorized(mock: Any) -> None:
    """A signature that is malformed is 401."""

    def verify(original: Any, context: Any) -> None:
        try:
            original(context)
        except HttpError as error:
            raise HttpError(401, error.message) from None

    wrap_method(mock.signatures, "verify", verify)


@variant("AB-SIGN-04")
def timestamp_may_be_two_minutes_off(mock: Any) -> None:
    """A timestamp that is over two minutes off is refused."""
    mock.nonces.max_timestamp_offset_s = lambda: 120


@variant("AB-SIGN-05")
def unhashed_upload_is_taken(mock: Any) -> None:
    """A body without a hash is accepted."""
    mock.signatures.needs_body_hash = lambda _context: False


@variant("AB-SIGN-09")
def disabled_keys_are_forbidden(mock: Any) -> None:
    """A disabled key is 403."""
    mock.signing_scheme.disabled_key_status = lambda: 403


@variant("AB-SIGN-08", "AB-ERR-04")
def registered_source_says_more(mock: Any) -> None:
    """The status of a source that is not linked has the URL at which to link it, and limits."""

    def status(handle: Any, mock: Any, context: Any) -> Any:
        response = handle(mock, context)
        more = {"link_url": f"{context.base}/link", "limits": {"record": {"duration": 300}}}
        return mock.envelope.respond(response.get_json()["body"] | more)

    wrap_handler(mock.handlers, "GET /sources/status", status)


@variant("AB-SIGN-06")
def consent_asks_in_two_steps(mock: Any) -> None:
    """The page first asks who one is, and for the decision only then."""

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
def denial_is_told_in_another_word(mock: Any) -> None:
    """The redirect after a refusal has `denied` with the request token."""

    def denied(_original: Any, pending: Any) -> Any:
        return mock.consent.redirect_to_callback(pending, {"denied": pending.token.token})

    wrap_method(mock.consent, "denied", denied)


@variant("AB-SIGN-06")
def tokens_are_given_as_plain_text(mock: Any) -> None:
    """Tokens come as `text/plain`, the secret first, with a member more."""

    def given(handle: Any, *args: Any) -> Any:
        response = handle(*args)
        pairs = response.get_data(as_text=True).split("&")
        response.set_data("&".join(["x_expires=0", *pairs[::-1]]))
        response.content_type = "text/plain; charset=utf-8"
        return response

    for leg in ("request_token", "access_token"):
        wrap_handler(mock.handlers, f"POST /oauth/{leg}", given)


@variant("AB-SIGN-07")
def pin_has_six_digits(mock: Any) -> None:
    """A PIN is shorter."""
    wrap_method(mock.tokens, "new_verifier", lambda original: original()[:6])


@variant("AB-SIGN-01", "AB-SIGN-03")
def challenge_is_of_another_realm(mock: Any) -> None:
    """A 401 challenges with another realm."""

    def headers(original: Any, error: HttpError) -> Any:
        return original(error) | ({"WWW-Authenticate": "OAuth"} if error.status == 401 else {})

    wrap_method(mock.errors, "headers", headers)
