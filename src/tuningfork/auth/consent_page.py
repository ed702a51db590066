"""A user at the consent page: one page or several, until it redirects to the app."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

from requests import Request, Response, Session

from tuningfork.auth.html_form import HtmlForm, visible_text
from tuningfork.auth.oauth2 import AuthError, WrongCredentials, redirect_parameters
from tuningfork.auth.response_text import read_text
from tuningfork.origin import origin

MAX_STEPS = 12
"""Pages and redirects that a consent may take; more than that is a loop."""
GRANT_PARAMETERS = frozenset({"code", "access_token", "oauth_verifier"})
"""What only a redirect to an app brings."""
METHOD_PRESERVING_STATUSES = frozenset({307, 308})
"""Redirects after which the same request is sent again, with its body (RFC 9110 15.4.8)."""
BAD_URL = "the consent page leads to a URL that can't be followed"
PIN_PATTERN = re.compile(r"(?<!\d)\d{4,}(?!\d)")


@dataclass(frozen=True, slots=True)
class ConsentPageDriver:
    """Decides in a user's name; the session keeps the cookies, so one Consent is one browser.

    Args:
        session: the browser.
        callback: the app's own URI, where the page's URL does not name it as redirect_uri.
        logins: origins, beside that of the first page, where a password may be typed.
    """

    session: Session = field(repr=False)
    callback_url: str = ""
    login_origins: frozenset[str] = frozenset()

    def approve(self, url: str, username: str, password: str) -> str:
        """The URL of the redirect that an approval leads to, unfollowed.

        Raises:
            AuthError: there is no page, no form on it or no redirect after it.
        """
        return self._redirect(url, "approve", username, password)

    def deny(self, url: str, username: str, password: str) -> str:
        """The URL of the redirect that a refusal leads to, unfollowed.

        Raises:
            AuthError: as for `approve`.
        """
        return self._redirect(url, "deny", username, password)

    def approve_for_pin(self, url: str, username: str, password: str) -> str:
        """The PIN on the page that an approval leads to: the only four or more digits in its visible text.

        Raises:
            AuthError: there is no page, it redirects to an app, or it shows no PIN or several.
        """
        end = self._decide(url, "approve", username, password, shows_pin=True)
        if isinstance(end, str):
            raise AuthError("the consent page redirects to an app where there is none")
        found = PIN_PATTERN.findall(visible_text(read_text(end)))
        if len(found) != 1:
            raise AuthError(f"{len(found)} runs of four or more digits are on the page after the approval")
        return str(found[0])

    def _redirect(self, url: str, decision: str, username: str, password: str) -> str:
        end = self._decide(url, decision, username, password)
        assert isinstance(end, str), "only a PIN is looked for on a page"
        return end

    def _decide(
        self, url: str, decision: str, username: str, password: str, shows_pin: bool = False
    ) -> str | Response:
        """Walk from page to page until one redirects to the app, or where a PIN is shown until it is decided.

        A password is typed once, since a page that asks again did not take it.
        """
        filled = {"username": username, "password": password}
        own = self.callback_url or (redirect_parameters(url).get("redirect_uri") or [""])[-1]
        trusted = self.login_origins | {origin(url)}
        step = Request("GET", url)
        typed = False
        for _ in range(MAX_STEPS):
            answer = self._send(step)
            if location := _location(answer):
                if _is_for_app(location, own):
                    return location
                step = _following(answer, step, location, trusted)
                continue
            if shows_pin and not _asks(answer, decision):
                return answer
            if typed and _asks_for_password(answer):
                raise WrongCredentials("the consent page asks for the password again", "password")
            form = _form(answer, decision)
            typed = typed or form.has_input("password")
            step = _pressed(form, decision, filled)
            if form.has_input("password"):
                _need_trust(trusted, answer.url, step.url)
        raise AuthError(f"the consent page led to no redirect in {MAX_STEPS} steps")

    def _send(self, step: Request) -> Response:
        try:
            return self.session.send(self.session.prepare_request(step), allow_redirects=False)
        except ValueError:
            # the URL itself may hold a code or a state, so it is not repeated
            raise AuthError(BAD_URL) from None


def _pressed(form: HtmlForm, decision: str, filled: Mapping[str, str]) -> Request:
    try:
        return form.submit(form.find_button(decision) or form.find_button(), filled)
    except ValueError:
        raise AuthError(BAD_URL) from None


def _location(answer: Response) -> str:
    """Where an answer redirects to; empty if it does not."""
    location = answer.headers.get("Location") if answer.is_redirect else None
    try:
        return urljoin(answer.url, location.encode("latin-1").decode("utf-8", "replace")) if location else ""
    except ValueError:
        raise AuthError(BAD_URL) from None


def _following(answer: Response, step: Request, location: str, trusted: frozenset[str]) -> Request:
    """The request that a redirect asks for (RFC 9110 15.4); what was typed goes nowhere else with it."""
    if answer.status_code not in METHOD_PRESERVING_STATUSES or step.method == "GET":
        return Request("GET", location)
    _need_trust(trusted, location)
    return Request(step.method, location, data=step.data)


def _need_trust(trusted: frozenset[str], *urls: str | None) -> None:
    for at in (origin(url or "") for url in urls):
        if at not in trusted:
            raise AuthError(
                f"the consent page asks for the password on {at or 'no host'}, not named in login_hosts"
            )


def _is_for_app(location: str, redirect_uri: str) -> bool:
    """A redirect to the app's own URI, to no web page, or with a credential in it, wherever it leads."""
    at_home = (
        bool(redirect_uri) and location.partition("?")[0].partition("#")[0] == redirect_uri.partition("?")[0]
    )
    no_page = location.partition(":")[0].lower() not in ("http", "https")
    return at_home or no_page or bool(GRANT_PARAMETERS & redirect_parameters(location).keys())


def _asks(answer: Response, decision: str) -> bool:
    """Whether a page is still in the way: one that wants a decision or a password, or is none."""
    forms = HtmlForm.find_all(read_text(answer), answer.url)
    wants = any(form.find_button(decision) or form.has_input("password") for form in forms)
    return wants or answer.status_code != 200


def _asks_for_password(answer: Response) -> bool:
    """Whether a page has a form with a password, whatever its status."""
    return any(form.has_input("password") for form in HtmlForm.find_all(answer.text, answer.url))


def _form(answer: Response, decision: str) -> HtmlForm:
    """The form that takes the decision, else the one that asks for a password, else the first."""
    if answer.status_code != 200:
        raise AuthError(f"the consent page answered {answer.status_code}")
    forms = HtmlForm.find_all(read_text(answer), answer.url)
    if not forms:
        raise AuthError("there is no form on the consent page")
    deciding = (form for form in forms if form.find_button(decision))
    asking = (form for form in forms if form.has_input("password"))
    return next(deciding, None) or next(asking, forms[0])
