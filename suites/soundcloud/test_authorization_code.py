"""Authorization Code Flow (https://developers.soundcloud.com/docs/api/guide#auth-code)."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import pytest

from tuningfork import ExpectationFailed, claim, not_verified
from tuningfork.apis.soundcloud.settings import SoundCloudSettings
from tuningfork.auth.oauth2 import OAuth2, redirect_parameters
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.client.response import Response
from tuningfork.testing.concurrency import send_concurrently
from tuningfork.testing.expect import expect, expect_in, expect_not_in, expect_one_of, expect_true

from .support.token_assertions import assert_token_properties
from .support.token_chain import TOKEN, TokenChain, TokenEndpoint, parse_token_set

Decide = Callable[..., str]
Change = Callable[[str], str]
HTML = ("text/html", "application/xhtml+xml")
REDIRECTS = (301, 302, 303, 307, 308)
MAX_REDIRECTS = 10
NEEDS_SECOND_APP = claim(needs=["given:second_app"])
NEEDS_CUSTOM_URI = claim(needs=["given:custom_redirect_uri"])

STATES = {
    "plain": "xyz",
    "spaces": " a  b ",
    "marks": "a&b=c#d?e/f+g%h;i",
    "escaped": "%20%26%2B+%25",
    "quotes": "\"'<>`\\</form><script>alert(1)</script>",
    "entities": "&amp;&lt;&#34;&nbsp;",
    "letters": "äßéñ e\u0301 日本語 Ωмир",
    "lines": "one\r\n\ttwo\n",
    "emoji": "🎵👩🏽‍🎤",
    "base64": "eyJhIjoxfQ==/+",
    "json": '{"to": "/me?x=[1,2]", "n": null}',
    "like a parameter": "s&code=other&state=other",
    "long": "0123456789abcdef" * 60,
    "zero": "0",
}


def swap_path_case(uri: str) -> str:
    """Return the URI with the case of its path swapped; without a path, with another path."""
    path = urlsplit(uri).path
    return uri.replace(path, path.swapcase(), 1) if path else uri + "/X"


OTHER_REDIRECT_URIS: dict[str, Change] = {
    "slash": lambda uri: uri + "/",
    "query": lambda uri: uri + "?x=1",
    "below": lambda uri: uri + "/other",
    "shorter": lambda uri: uri[:-1],
    "other case": swap_path_case,
    "other host": lambda _: "https://other.example.org/callback",
}
UNREGISTERED_REDIRECT_URIS: tuple[Change, ...] = (
    lambda _: "https://evil.example.net/callback",
    lambda uri: uri + "/other",
    lambda uri: uri + ".evil.example.net",
    lambda uri: uri + "?next=https://evil.example.net",
    lambda uri: uri.replace("://", "://evil.example.net/", 1),
    lambda uri: uri.replace("://", "://evil.example.net@", 1),
    lambda uri: uri.replace("://", "://user@", 1),
    lambda uri: uri.replace("://", "://x.", 1),
    lambda uri: uri.replace("https://", "http://", 1),
    lambda uri: urljoin(uri, "/"),
    lambda uri: urljoin(uri, "/../evil"),
    lambda uri: uri + "/../evil",
    lambda uri: uri + "#x",
    lambda uri: uri.replace(urlsplit(uri).netloc, f"{urlsplit(uri).hostname}:8442", 1),
    swap_path_case,
    lambda uri: "javascript:alert(1)//" + uri,
    lambda uri: "//" + urlsplit(uri).netloc + urlsplit(uri).path,
    lambda _: "evil-app://soundcloud/callback",
)
UNKNOWN_CLIENT_IDS: tuple[Change, ...] = (
    lambda _: "no-such-app",
    lambda client_id: client_id + "x",
    lambda client_id: client_id[:-1],
    lambda _: "",
)


@pytest.fixture(params=["oauth", pytest.param("second_oauth", marks=NEEDS_SECOND_APP)])
def each_oauth(request: pytest.FixtureRequest) -> OAuth2:
    """The authorization server, for the first and for the second app."""
    oauth: OAuth2 = request.getfixturevalue(request.param)
    return oauth


@pytest.fixture(params=["usual", pytest.param("custom scheme", marks=NEEDS_CUSTOM_URI)])
def redirect_uri(request: pytest.FixtureRequest, oauth: OAuth2, settings: SoundCloudSettings) -> str:
    """The redirect URI of the app, and the one with a scheme of its own."""
    return oauth.app.redirect_uri if request.param == "usual" else str(settings.custom_redirect_uri)


@claim("SC-CODE-01")
def test_connect_returns_an_html_page(each_oauth: OAuth2, unauthenticated: Client) -> None:
    """At once, or after redirects that do not lead to the app."""
    response = unauthenticated.get(each_oauth.authorization_url())

    assert_page(unauthenticated, response, each_oauth.app.redirect_uri)


@claim("SC-CODE-11")
def test_connect_with_display_popup_returns_an_html_page(oauth: OAuth2, unauthenticated: Client) -> None:
    response = unauthenticated.get(oauth.authorization_url(display="popup"))

    assert_page(unauthenticated, response, oauth.app.redirect_uri)


@claim("SC-CODE-02")
def test_approval_redirects_with_a_code(approve: Decide, each_oauth: OAuth2) -> None:
    """The first time and the second time."""
    for _ in range(2):
        assert_redirect(approve(oauth=each_oauth), each_oauth.app.redirect_uri, code=None)


@claim("SC-CODE-02")
def test_second_approval_in_a_browser_redirects_with_another_code(
    approve: Decide, oauth: OAuth2, unauthenticated: Client
) -> None:
    """The user is already signed in, or has approved the app before."""
    browser = unauthenticated.new_session()

    first, second = approve(browser=browser), approve(browser=browser)

    assert_redirect(second, oauth.app.redirect_uri, code=None)
    expect_true(only_value(first, "code") != only_value(second, "code"), "another code", "the same code")


@claim("SC-CODE-03")
@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_state_is_returned_unchanged(state: str, approve: Decide, oauth: OAuth2) -> None:
    redirect = approve(state=state)

    assert_redirect(redirect, oauth.app.redirect_uri, state=state, code=None)


@claim("SC-CODE-03")
def test_each_approval_in_a_browser_returns_its_own_state(
    approve: Decide, oauth: OAuth2, unauthenticated: Client
) -> None:
    browser = unauthenticated.new_session()

    for state in ("first", "second & last"):
        assert_redirect(approve(browser=browser, state=state), oauth.app.redirect_uri, state=state)


@claim("SC-CODE-04")
def test_code_returns_usable_user_tokens(
    login: Decide, oauth: OAuth2, token_endpoint: TokenEndpoint, unauthenticated: Client
) -> None:
    """A first and a second code."""
    for _ in range(2):
        response = token_endpoint.post(oauth.exchange_form(login()))

        assert_token_properties(response)
        unauthenticated.with_token(parse_token_set(response).access_token).get("/me").expect_ok()


@claim("SC-CODE-05")
def test_used_code_returns_400_or_401(login: Decide, oauth: OAuth2, token_endpoint: TokenEndpoint) -> None:
    form = oauth.exchange_form(login())
    tokens_or_skip(token_endpoint.post(form))

    token_endpoint.post(form).expect_status(400, 401)
    token_endpoint.post(form).expect_status(400, 401)


@claim("SC-CODE-05", needs=["control:clock"])
def test_used_code_returns_400_or_401_after_its_expiry(
    login: Decide, oauth: OAuth2, token_endpoint: TokenEndpoint, controls: ControlsClient
) -> None:
    form = oauth.exchange_form(login())
    tokens_or_skip(token_endpoint.post(form))

    controls.clock(15 * 60)

    token_endpoint.post(form).expect_status(400, 401)


@claim("SC-CODE-05")
@pytest.mark.live("several requests at the same moment")
def test_concurrent_exchanges_of_a_code_return_one_set_of_tokens(
    login: Decide, oauth: OAuth2, unauthenticated: Client
) -> None:
    form = oauth.exchange_form(login())

    responses = send_concurrently(unauthenticated, 4, lambda client: client.post(TOKEN, form=form))

    successes = [response for response in responses if response.status == 200]
    expect_true(len(successes) <= 1, "one set of tokens at most", f"{len(successes)}", responses[0])


@claim("SC-CODE-06")
@pytest.mark.parametrize("change", OTHER_REDIRECT_URIS.values(), ids=OTHER_REDIRECT_URIS)
def test_exchange_with_another_redirect_uri_returns_400_or_401(
    change: Change, login: Decide, oauth: OAuth2, token_endpoint: TokenEndpoint
) -> None:
    """With the same redirect URI it returns tokens."""
    tokens_or_skip(token_endpoint.post(oauth.exchange_form(login())))
    form = oauth.exchange_form(login(), change(oauth.app.redirect_uri))

    token_endpoint.post(form).expect_status(400, 401)


@claim("SC-CODE-06", needs=["given:custom_redirect_uri"])
def test_exchange_with_another_redirect_uri_of_the_app_returns_400_or_401(
    login: Decide, oauth: OAuth2, token_endpoint: TokenEndpoint, settings: SoundCloudSettings
) -> None:
    custom, usual = str(settings.custom_redirect_uri), oauth.app.redirect_uri

    token_endpoint.post(oauth.exchange_form(login(), custom)).expect_status(400, 401)
    token_endpoint.post(oauth.exchange_form(login(redirect_uri=custom), usual)).expect_status(400, 401)


@claim("SC-CODE-07")
def test_exchange_by_another_app_returns_400_or_401(
    login: Decide, oauth: OAuth2, second_oauth: OAuth2, token_endpoint: TokenEndpoint
) -> None:
    """With the redirect URI of the code, and with its own; each app can exchange its own codes."""
    for own, other in ((oauth, second_oauth), (second_oauth, oauth)):
        tokens_or_skip(token_endpoint.post(own.exchange_form(login(oauth=own))))

        for redirect_uri in (own.app.redirect_uri, other.app.redirect_uri):
            form = other.exchange_form(login(oauth=own), redirect_uri)
            token_endpoint.post(form).expect_status(400, 401)


@claim("SC-CODE-08")
@pytest.mark.parametrize("change", UNREGISTERED_REDIRECT_URIS)
def test_unregistered_redirect_uri_returns_4xx_without_redirect(
    change: Change, oauth: OAuth2, unauthenticated: Client
) -> None:
    redirect_uri = change(oauth.app.redirect_uri)
    if redirect_uri == oauth.app.redirect_uri:
        not_verified("the changed redirect URI is the registered one")

    assert_no_redirect(unauthenticated.get(oauth.authorization_url(redirect_uri=redirect_uri)))


@claim("SC-CODE-08", needs=["given:second_app"])
def test_redirect_uri_of_another_app_returns_4xx_without_redirect(
    oauth: OAuth2, second_oauth: OAuth2, unauthenticated: Client
) -> None:
    first_uri, second_uri = oauth.app.redirect_uri, second_oauth.app.redirect_uri
    if first_uri == second_uri:
        not_verified("both apps have registered the same redirect URI")

    assert_no_redirect(unauthenticated.get(oauth.authorization_url(redirect_uri=second_uri)))
    assert_no_redirect(unauthenticated.get(second_oauth.authorization_url(redirect_uri=first_uri)))


@claim("SC-CODE-09")
@pytest.mark.parametrize("change", UNKNOWN_CLIENT_IDS)
def test_unknown_client_returns_4xx_without_redirect(
    change: Change, oauth: OAuth2, unauthenticated: Client
) -> None:
    client_id = change(oauth.app.client_id)

    assert_no_redirect(unauthenticated.get(oauth.authorization_url(client_id=client_id)))


@claim("SC-CODE-10")
def test_custom_scheme_gets_a_usable_code(
    approve: Decide, oauth: OAuth2, settings: SoundCloudSettings, token_endpoint: TokenEndpoint
) -> None:
    custom = str(settings.custom_redirect_uri)

    redirect = approve(redirect_uri=custom, state="a b&c")

    assert_redirect(redirect, custom, state="a b&c", code=None)
    form = oauth.exchange_form(only_value(redirect, "code"), custom)
    assert_token_properties(token_endpoint.post(form))


@claim("SC-CODE-12")
@pytest.mark.parametrize("state", ["xyz", "a b&c", STATES["marks"], STATES["letters"], STATES["long"]])
def test_denial_redirects_with_access_denied_and_state(state: str, deny: Decide, redirect_uri: str) -> None:
    redirect = deny(redirect_uri=redirect_uri, state=state)

    assert_redirect(redirect, redirect_uri, error="access_denied", state=state)
    expect_not_in("code", list(redirect_parameters(redirect)), "parameters of the redirect")


@claim("SC-CODE-13")
@pytest.mark.parametrize(
    "response_type", ["token", "code_and_token", "code token", "id_token", "none", "CODE", ""]
)
def test_other_response_type_returns_an_error_without_token(
    response_type: str, oauth: OAuth2, unauthenticated: Client
) -> None:
    """The error is a 4xx, or a parameter of a redirect."""
    response = unauthenticated.get(oauth.authorization_url(response_type=response_type, state="s"))

    parameters = list(redirect_parameters(response.headers.get("location", "")))
    expect_not_in("access_token", parameters, "parameters of the redirect", response)
    if response.status in REDIRECTS:
        expect_in("error", parameters, "parameters of the redirect", response)
    else:
        response.expect_client_error()


@claim("SC-CODE-14")
def test_code_expires_within_eleven_minutes(
    login: Decide, oauth: OAuth2, token_endpoint: TokenEndpoint, controls: ControlsClient
) -> None:
    """After 11 and 60 minutes; a new code returns tokens."""
    for minutes in (11, 60):
        code = login()
        controls.clock(minutes * 60)
        token_endpoint.post(oauth.exchange_form(code)).expect_client_error()

    tokens_or_skip(token_endpoint.post(oauth.exchange_form(login())))


@claim("SC-CODE-15")
def test_second_use_of_a_code_revokes_its_tokens(
    login: Decide, oauth: OAuth2, token_endpoint: TokenEndpoint, unauthenticated: Client
) -> None:
    form = oauth.exchange_form(login())
    tokens = parse_token_set(tokens_or_skip(token_endpoint.post(form)))
    chain = TokenChain(unauthenticated, oauth, tokens)
    chain.assert_usable()

    token_endpoint.post(form)

    chain.bearer.get("/me").expect_status(401)
    chain.bearer.get("/tracks", limit=1).expect_status(401)
    chain.try_refresh(chain.refresh_token).expect_status(400, 401)


def assert_page(client: Client, response: Response, redirect_uri: str) -> None:
    """Follow redirects; raise ExpectationFailed unless they end at an HTML page and not at the app."""
    for _ in range(MAX_REDIRECTS):
        location = urljoin(response.exchange.request.url, response.headers.get("location", ""))
        if response.status not in REDIRECTS:
            break
        expect_true(not location.startswith(redirect_uri), "a page for the user", "a redirect to the app")
        if not client.transport.is_own(location):
            not_verified("the page for the user is on another host")
        response = client.get(location)
    expect_one_of(response.expect_ok().exchange.response.media_type, HTML, "media type", response)
    expect_true(response.content.strip() != b"", "an HTML page", "an empty body", response)


def tokens_or_skip(response: Response) -> Response:
    """Return a token response; without tokens the error of another exchange shows nothing: not verified."""
    if response.status != 200:
        not_verified(f"a valid code returns no tokens: {response.status}")
    return response


def assert_redirect(redirect: str, redirect_uri: str, **parameters: str | None) -> None:
    """Raise ExpectationFailed unless a redirect leads to this URI and has each of these parameters once.

    Args:
        redirect: the URL to which the browser is redirected.
        redirect_uri: the redirect URI of the app.
        parameters: the expected values; None allows any value.
    """
    for name, expected in parameters.items():
        value = only_value(redirect, name)
        expect(value, value if expected is None else expected, name)
    start = redirect_uri + ("&" if "?" in redirect_uri else "?")
    expect_true(redirect.startswith(start), f"a redirect to {start}…", redirect.partition("?")[0])


def only_value(redirect: str, name: str) -> str:
    """Return a parameter of a redirect; raise ExpectationFailed unless it occurs once with a value."""
    values = redirect_parameters(redirect).get(name, [])
    if len(values) != 1 or not values[0]:
        found = "an empty one" if values == [""] else f"{len(values)} of them" if values else "none"
        names = ", ".join(redirect_parameters(redirect)) or "no parameters"
        raise ExpectationFailed(f"one {name} in the redirect", f"{found}; the redirect has {names}")
    return values[0]


def assert_no_redirect(response: Response) -> None:
    """Raise ExpectationFailed unless the response is a 4xx without a Location header."""
    location = response.headers.get("location", "").partition("?")[0]
    expect_true(not location, "no Location header", location, response)
    response.expect_client_error()
