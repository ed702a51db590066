"""The consent page is driven as a browser would do it, regardless of its structure."""

from __future__ import annotations

from collections.abc import Callable
from http.client import HTTPMessage
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from tuningfork.auth.consent_page import ConsentPageDriver
from tuningfork.auth.html_form import HtmlForm
from tuningfork.auth.oauth2 import AuthError

START = "http://127.0.0.1:1/connect?client_id=a&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb&state=s"
AUTHORIZE = "http://127.0.0.1:1/oauth/authorize?oauth_token=t"
DONE = "https://app.example.com/cb?code=c&state=s"
Respond = Callable[[requests.PreparedRequest, dict[str, str]], tuple[int, dict[str, str], str]]


class WebSite(HTTPAdapter):
    """A web site that responds with a function of the request and the fields of its form."""

    def __init__(self, respond: Respond) -> None:
        super().__init__()
        self._respond = respond
        self.requests: list[tuple[str, str, dict[str, str]]] = []

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        sent = request.body.decode() if isinstance(request.body, bytes) else request.body or ""
        fields = dict(parse_qsl(str(sent), keep_blank_values=True))
        self.requests.append((str(request.method), str(request.url), fields))
        status, headers, body = self._respond(request, fields)
        message = HTTPMessage()
        for name, value in headers.items():
            message[name] = value
        origin: Any = SimpleNamespace(msg=message, isclosed=lambda: True, close=lambda: None)
        raw = HTTPResponse(
            BytesIO(body.encode()), headers, status, preload_content=False, original_response=origin
        )
        return self.build_response(request, raw)


def consent(respond: Respond) -> tuple[ConsentPageDriver, WebSite]:
    site, session = WebSite(respond), requests.Session()
    session.mount("http://", site)
    return ConsentPageDriver(session), site


def page(html: str, then: str = DONE) -> Respond:
    return lambda request, _: (302, {"Location": then}, "") if request.method == "POST" else (200, {}, html)


FORM = """<form method="POST" action="{action}"><input type="hidden" name="state" value="a&amp;&quot;b">
  <input name="username"><input type="password" name="password">
  <button name="decision" value="approve">Yes</button>
  <button name="decision" value="deny">No</button></form>"""


def test_single_page_is_filled_and_approved() -> None:
    user, site = consent(page(FORM.format(action="")))

    assert user.approve(START, "me", "pass") == DONE

    method, url, fields = site.requests[-1]
    assert (method, url) == ("POST", START)
    assert fields == {"state": 'a&"b', "username": "me", "password": "pass", "decision": "approve"}


def test_deny_presses_deny_button() -> None:
    user, site = consent(
        page(FORM.format(action="/decide"), "https://app.example.com/cb?error=access_denied")
    )

    assert user.deny(START, "me", "pass").endswith("error=access_denied")

    assert site.requests[-1][1:] == (
        "http://127.0.0.1:1/decide",
        {"state": 'a&"b', "username": "me", "password": "pass", "decision": "deny"},
    )


@pytest.mark.parametrize(
    "button",
    [
        '<input type="submit" name="approve" value="Allow">',
        '<input type="submit" name="commit" value="approve">',
        "<button name='Approve'>Allow</button>",
        '<input type="submit" name="deny"><button type="submit" name="x" value="approve">Allow</button>',
    ],
)
def test_button_is_found_by_name_or_value(button: str) -> None:
    user, site = consent(
        page(f'<form><input type="submit" value="Search"></form><form method=post>{button}</form>')
    )

    assert user.approve(START, "me", "pass") == DONE

    assert len(site.requests[-1][2]) == 1


def several_pages(
    request: requests.PreparedRequest, fields: dict[str, str]
) -> tuple[int, dict[str, str], str]:
    match (request.method, urlsplit(str(request.url)).path):
        case ("GET", "/connect"):
            return 302, {"Location": "login?next=1", "Set-Cookie": "seen=1; Path=/"}, ""
        case ("GET", "/login"):
            form = '<input name="username"><input type="password" name="password"><button name="in">'
            return 200, {}, f'<form method="post" action="session">{form}</form>'
        case ("POST", "/session") if fields == {"username": "me", "password": "pass", "in": ""}:
            return 303, {"Location": "/grant", "Set-Cookie": "in=1; Path=/"}, ""
        case ("GET", "/grant") if "in=1" in str(request.headers.get("Cookie")):
            choice = '<select name="s"><option>a<option selected>b</select>'
            return 200, {}, f'<form action="/granted">{choice}<button value="approve">'
        case ("GET", "/granted") if "s=b" in str(request.url):
            return 302, {"Location": "my-app://soundcloud/callback?code=c"}, ""
    return 404, {}, ""


def test_login_and_consent_may_be_separate_pages() -> None:
    user, _ = consent(several_pages)

    assert user.approve(START, "me", "pass") == "my-app://soundcloud/callback?code=c"


def test_signed_in_user_may_be_redirected_at_once() -> None:
    user, site = consent(lambda *_: (302, {"Location": DONE}, ""))

    assert user.approve(START, "me", "pass") == DONE
    assert len(site.requests) == 1


@pytest.mark.parametrize("decide", [ConsentPageDriver.approve, ConsentPageDriver.deny])
def test_callback_may_be_registered(
    decide: Callable[[ConsentPageDriver, str, str, str], str],
) -> None:
    back = "https://app.example.com/cb?denied=t"
    user, _ = consent(page(FORM.format(action=""), back))

    knowing = ConsentPageDriver(user.session, "https://app.example.com/cb?x=1")

    assert decide(knowing, AUTHORIZE, "me", "pass") == back


def test_redirect_with_verifier_is_for_app() -> None:
    back = "https://anywhere.example.com/cb?oauth_token=t&oauth_verifier=v"
    user, _ = consent(page(FORM.format(action=""), back))

    assert user.approve(AUTHORIZE, "me", "pass") == back


def ends_with(html: str) -> Respond:
    form = FORM.format(action="/decide")
    return lambda request, _: (200, {}, form if request.method == "GET" else html)


@pytest.mark.parametrize(
    "html",
    [
        "<p>Your PIN: <b>0042</b></p>",
        "<p>Enter</p><div><span>00</span><span>42</span></div><p>within 10 minutes of 123</p>",
        "<style>b{width:1234px}</style><script>x=5678</script><p>0042",
        "<title>9999</title><p hidden>1111</p><i style='display:none'>2222</i><p>0042</p><!-- 3333 -->",
        "<form action=/search><input name=q value=7777><button>Go</button></form>0042",
        "<td>123</td><td>0042</td><td>456</td>",
    ],
)
def test_pin_is_found_in_visible_text(html: str) -> None:
    user, _ = consent(ends_with(html))

    assert user.approve_for_pin(AUTHORIZE, "me", "pass") == "0042"


def test_pin_page_may_follow_redirect_or_be_first() -> None:
    def respond(request: requests.PreparedRequest, _: Any) -> tuple[int, dict[str, str], str]:
        shown = "/pin" in str(request.url)
        return (200, {}, "0042") if shown else (302, {"Location": "/pin"}, "")

    user, _ = consent(respond)

    assert user.approve_for_pin(AUTHORIZE, "me", "pass") == "0042"


@pytest.mark.parametrize(
    ("respond", "reason"),
    [
        (ends_with("<p>Thank you</p>"), "has 0 numbers"),
        (ends_with("<p>1234 or 5678</p>"), "has 2 numbers"),
        (ends_with("<p>123456789012</p><p>1234</p>"), "has 2 numbers"),
        (ends_with(FORM.format(action="/decide")), "prompts for the password again"),
        (page(FORM.format(action=""), "https://a.example/?oauth_verifier=v"), "redirects to an app"),
        (lambda *_: (404, {}, "1234"), "the consent page returned 404"),
    ],
)
def test_missing_or_ambiguous_pin_raises_auth_error(respond: Respond, reason: str) -> None:
    user, _ = consent(respond)

    with pytest.raises(AuthError, match=reason):
        user.approve_for_pin(AUTHORIZE, "me", "pass")


CONTROLS = (
    "<input name=password>",
    "<input type=checkbox name=password value=1 checked>",
    "<textarea name=password></textarea>",
    "<select name=password><option>1</select>",
)
OTHER = "http://other.example"


@pytest.mark.parametrize("control", CONTROLS)
def test_other_host_gets_no_password_by_any_control(control: str) -> None:
    form = f"<form>{control}<button value=approve></form>"
    user, site = consent(
        lambda request, _: (
            (200, {}, form) if OTHER in str(request.url) else (302, {"Location": f"{OTHER}/login"}, "")
        )
    )

    with pytest.raises(AuthError, match="sends the password to http://other"):
        user.approve(START, "me", "pass")

    assert [url for _, url, _ in site.requests] == [START, f"{OTHER}/login"]


DISGUISED = "http://other.example\\@127.0.0.1:1/"


@pytest.mark.parametrize(
    "respond",
    [
        lambda *_: (200, {}, FORM.format(action=DISGUISED)),
        lambda request, _: (
            (307, {"Location": DISGUISED}, "")
            if request.method == "POST"
            else (200, {}, FORM.format(action=""))
        ),
    ],
)
def test_url_that_looks_like_a_trusted_host_gets_no_password(respond: Respond) -> None:
    user, site = consent(respond)

    with pytest.raises(AuthError, match="sends the password to http://other"):
        user.approve(START, "me", "pass")

    assert all(url == START for _, url, _ in site.requests)


def test_redirect_to_app_without_code_is_returned() -> None:
    user, _ = consent(lambda *_: (302, {"Location": "https://app.example.com/cb"}, ""))

    assert user.approve(START, "me", "pass") == "https://app.example.com/cb"


@pytest.mark.parametrize(
    ("respond", "reason"),
    [
        (lambda *_: (400, {}, "<form></form>"), "the consent page returned 400"),
        (lambda *_: (200, {}, "Sign in with an app"), "no form"),
        (lambda *_: (302, {"Location": "/connect"}, ""), "did not redirect"),
        (lambda *_: (200, {}, FORM.format(action="")), "prompts for the password again"),
        (lambda *_: (302, {"Location": "http://[bad/"}, ""), "contains an invalid URL"),
    ],
)
def test_failed_consent_raises_auth_error_without_secret(respond: Respond, reason: str) -> None:
    user, _ = consent(respond)

    with pytest.raises(AuthError, match=reason) as refused:
        user.approve(START, "me-secret", "pass-secret")

    assert "secret" not in str(refused.value)


def test_form_sends_what_browser_sends() -> None:
    html = """<form method=post><input type=checkbox name=on checked><input type=checkbox name=off>
      <input type=radio name=r value=1><input type=radio name=r value=2 checked><textarea name=t>x</textarea>
      <input name=gone disabled value=1><input type=file name=f>
      <input type=reset name=z value=z><input value=nameless>
      <button type=button name=no>-</button><button formaction=/other formmethod=get>Go</button></form>"""

    form = HtmlForm.find_all(html, "http://127.0.0.1/p")[0]

    request = form.submit(form.find_button(), {})
    assert (request.method, request.url) == ("GET", "http://127.0.0.1/other?on=on&r=2&t=x")
