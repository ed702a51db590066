"""Drives an API's consent page in a user's name until it redirects to the app."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urljoin

from requests import PreparedRequest, Request, Response, Session

from tuningfork.auth.html_form import HtmlForm, visible_text
from tuningfork.auth.oauth2 import AuthError, WrongCredentials, redirect_parameters
from tuningfork.auth.response_text import read_text
from tuningfork.origin import origin

MAX_STEPS = 12
"""Maximum number of pages and redirects; more than that is a loop."""
GRANT_PARAMETERS = frozenset({"code", "access_token", "oauth_verifier"})
"""Parameters that only a redirect to an app has."""
METHOD_PRESERVING_STATUSES = frozenset({307, 308})
"""Redirects after which the same request is sent again with its body (RFC 9110 15.4.8)."""
BAD_URL = "the consent page contains an invalid URL"
PIN_PATTERN = re.compile(r"(?<!\d)\d{4,}(?!\d)")


@dataclass(frozen=True, slots=True)
class ConsentPageDriver:
    """Approves or denies an app's access in a user's name; the session stores the cookies of one browser.

    Args:
        session: sends the requests.
        callback_url: the app's redirect URI, if the URL of the page has no redirect_uri.
        login_origins: origins, in addition to that of the first page, to which a password may be sent.
    """

    session: Session = field(repr=False)
    callback_url: str = ""
    login_origins: frozenset[str] = frozenset()

    def approve(self, url: str, username: str, password: str) -> str:
        """Approve the access and return the URL of the redirect to the app, which is not followed.

        Raises:
            AuthError: the page can't be loaded, has no form, or does not redirect to the app.
        """
        return self._decide_and_redirect(url, "approve", username, password)

    def deny(self, url: str, username: str, password: str) -> str:
        """Deny the access and return the URL of the redirect to the app, which is not followed.

        Raises:
            AuthError: the page can't be loaded, has no form, or does not redirect to the app.
        """
        return self._decide_and_redirect(url, "deny", username, password)

    def approve_for_pin(self, url: str, username: str, password: str) -> str:
        """Approve the access and return the PIN on the next page: its only number of four or more digits.

        Raises:
            AuthError: the page can't be loaded, redirects to an app, or shows no PIN or several.
        """
        result = self._decide(url, "approve", username, password, shows_pin=True)
        if isinstance(result, str):
            raise AuthError("the consent page redirects to an app, but no redirect URI is registered")
        pins = PIN_PATTERN.findall(visible_text(read_text(result)))
        if len(pins) != 1:
            raise AuthError(
                f"the page after the approval has {len(pins)} numbers of four or more digits, expected one"
            )
        return str(pins[0])

    def _decide_and_redirect(self, url: str, decision: str, username: str, password: str) -> str:
        """Make the decision ("approve" or "deny") and return the URL of the redirect to the app."""
        result = self._decide(url, decision, username, password)
        assert isinstance(result, str), "only approve_for_pin ends on a page"
        return result

    def _decide(
        self, url: str, decision: str, username: str, password: str, shows_pin: bool = False
    ) -> str | Response:
        """Submit each consent page until the app is reached; return the URL of the redirect to the app.

        With `shows_pin`, return the first page that needs neither a decision nor a password instead.

        A password is typed only once, since a page that prompts for it again did not accept it.
        """
        typed_values = {"username": username, "password": password}
        redirect_uri = self.callback_url or (redirect_parameters(url).get("redirect_uri") or [""])[-1]
        trusted_origins = self.login_origins | {origin(url)}
        request = Request("GET", url)
        is_password_typed = False
        for _ in range(MAX_STEPS):
            response = self._send(request)
            if location := _location(response):
                if _is_for_app(location, redirect_uri):
                    return location
                request = _follow_redirect(response, request, location)
                if request.method != "GET":
                    _require_trusted(trusted_origins, self._prepare(request).url)
                continue
            if shows_pin and not _is_undecided(response, decision):
                return response
            if is_password_typed and _has_password_input(response):
                raise WrongCredentials("the consent page prompts for the password again", "password")
            form = _find_form(response, decision)
            is_password_typed = is_password_typed or form.has_input("password")
            request = _submit(form, decision, typed_values)
            if form.has_input("password"):
                _require_trusted(trusted_origins, response.url, self._prepare(request).url)
        raise AuthError(f"the consent page did not redirect to the app within {MAX_STEPS} steps")

    def _send(self, request: Request) -> Response:
        """Send a request with the browser's cookies, without following a redirect."""
        with _no_url_in_errors():
            return self.session.send(self.session.prepare_request(request), allow_redirects=False)

    def _prepare(self, request: Request) -> PreparedRequest:
        r"""Return the request as it is sent: its URL shows the host (http://a\@b leads to a, not to b)."""
        with _no_url_in_errors():
            return self.session.prepare_request(request)


@contextmanager
def _no_url_in_errors() -> Iterator[None]:
    """Replace an error about an invalid URL, which may contain a code, by one that does not quote it."""
    try:
        yield
    except ValueError:
        raise AuthError(BAD_URL) from None


def _submit(form: HtmlForm, decision: str, typed_values: Mapping[str, str]) -> Request:
    """Return the request that submits a form with the button of the decision, else with its first button."""
    with _no_url_in_errors():
        return form.submit(form.find_button(decision) or form.find_button(), typed_values)


def _location(response: Response) -> str:
    """Return the absolute URL that a response redirects to; empty if it is not a redirect."""
    location = response.headers.get("Location") if response.is_redirect else None
    with _no_url_in_errors():
        return (
            urljoin(response.url, location.encode("latin-1").decode("utf-8", "replace")) if location else ""
        )


def _follow_redirect(response: Response, request: Request, location: str) -> Request:
    """Return the request that a redirect requires (RFC 9110 15.4); not a GET if a form is sent again."""
    if response.status_code not in METHOD_PRESERVING_STATUSES or request.method == "GET":
        return Request("GET", location)
    return Request(request.method, location, data=request.data)


def _require_trusted(trusted_origins: frozenset[str], *urls: str | None) -> None:
    """Raise AuthError unless the origins of all URLs, of prepared requests, are among the trusted ones."""
    for host in (origin(url or "") for url in urls):
        if host not in trusted_origins:
            raise AuthError(
                f"the consent page sends the password to {host or 'no host'}, which is not in login_hosts"
            )


def _is_for_app(location: str, redirect_uri: str) -> bool:
    """Return whether a redirect leads to the app: to its URI, a custom scheme, or with a grant parameter."""
    is_own_uri = (
        bool(redirect_uri) and location.partition("?")[0].partition("#")[0] == redirect_uri.partition("?")[0]
    )
    is_app_scheme = location.partition(":")[0].lower() not in ("http", "https")
    return is_own_uri or is_app_scheme or bool(GRANT_PARAMETERS & redirect_parameters(location).keys())


def _is_undecided(response: Response, decision: str) -> bool:
    """Return whether a page still needs a decision or a password, or is an error page."""
    forms = HtmlForm.find_all(read_text(response), response.url)
    needs_input = any(form.find_button(decision) or form.has_input("password") for form in forms)
    return needs_input or response.status_code != 200


def _has_password_input(response: Response) -> bool:
    """Return whether a page has a form with a password input, regardless of its status."""
    return any(form.has_input("password") for form in HtmlForm.find_all(response.text, response.url))


def _find_form(response: Response, decision: str) -> HtmlForm:
    """Return the form with the decision's button, else one with a password input, else the first form."""
    if response.status_code != 200:
        raise AuthError(f"the consent page returned {response.status_code}")
    forms = HtmlForm.find_all(read_text(response), response.url)
    if not forms:
        raise AuthError("the consent page has no form")
    with_decision = (form for form in forms if form.find_button(decision))
    with_password = (form for form in forms if form.has_input("password"))
    return next(with_decision, None) or next(with_password, forms[0])
