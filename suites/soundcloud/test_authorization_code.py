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

from .support.token_assertions import assert_token_properties
from .support.token_chain import TOKEN, TokenChain, TokenEndpoint, parse_token_set

Decide = Callable[..., str]
PAGES = ("text/html", "application/xhtml+xml")
REDIRECTS = (301, 302, 303, 307, 308)

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


@claim("SC-CODE-01")
def test_connect_shows_a_page(oauth: OAuth2, unauthenticated: Client) -> None:
    """HTML, at once or after redirects that do not lead to the app."""
    shows_a_page(unauthenticated, oauth.authorization_url(), oauth.app.redirect_uri)


@claim("SC-CODE-01", needs=["given:second_app"])
def test_connect_shows_a_page_for_each_app(second_oauth: OAuth2, unauthenticated: Client) -> None:
    """Another app has its own."""
    shows_a_page(unauthenticated, second_oauth.authorization_url(), second_oauth.app.redirect_uri)


@claim("SC-CODE-11")
def test_connect_has_a_page_for_phones(oauth: OAuth2, unauthenticated: Client) -> None:
    """`display=popup` is taken."""
    shows_a_page(unauthenticated, oauth.authorization_url(display="popup"), oauth.app.redirect_uri)


@claim("SC-CODE-02")
def test_approval_brings_a_code(approve: Decide, oauth: OAuth2) -> None:
    """To the very redirect_uri, one code, the first time and the next."""
    for _ in range(2):
        landed = approve()

        leads_to(landed, oauth.app.redirect_uri)
        only(landed, "code")


@claim("SC-CODE-02")
def test_a_browser_that_comes_back_gets_a_code(
    approve: Decide, oauth: OAuth2, unauthenticated: Client
) -> None:
    """Where the user is signed in already, or has approved before, there is another code."""
    browser = unauthenticated.new_session()

    first, second = (approve(browser=browser) for _ in range(2))

    leads_to(second, oauth.app.redirect_uri)
    assert only(first, "code") != only(second, "code"), "expected another code, found the same"


@claim("SC-CODE-02", needs=["given:second_app"])
def test_approval_of_another_app_brings_it_a_code(approve: Decide, second_oauth: OAuth2) -> None:
    """To its own redirect_uri."""
    landed = approve(oauth=second_oauth)

    leads_to(landed, second_oauth.app.redirect_uri)
    only(landed, "code")


@claim("SC-CODE-03")
@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_state_comes_back_unchanged(state: str, approve: Decide, oauth: OAuth2) -> None:
    """Whatever is in it, and the code beside it."""
    landed = approve(state=state)

    leads_to(landed, oauth.app.redirect_uri)
    is_same(only(landed, "state"), state)
    only(landed, "code")


@claim("SC-CODE-03")
def test_state_comes_back_to_a_browser_that_comes_back(
    approve: Decide, oauth: OAuth2, unauthenticated: Client
) -> None:
    """Where the user is signed in already, or has approved before, each time its own."""
    browser = unauthenticated.new_session()

    for state in ("first", "second & last"):
        landed = approve(browser=browser, state=state)

        leads_to(landed, oauth.app.redirect_uri)
        is_same(only(landed, "state"), state)


@claim("SC-CODE-04")
def test_a_code_brings_tokens(
    login: Decide, oauth: OAuth2, token_endpoint: TokenEndpoint, unauthenticated: Client
) -> None:
    """All four members, and the token is that of a user, the first time and the next."""
    for _ in range(2):
        answer = token_endpoint.post(oauth.exchange_form(login()))

        assert_token_properties(answer)
        unauthenticated.with_token(parse_token_set(answer).access_token).get("/me").expect_ok()


@claim("SC-CODE-05")
def test_a_code_is_good_once(login: Decide, oauth: OAuth2, token_endpoint: TokenEndpoint) -> None:
    """Refused the second time, and the third."""
    form = oauth.exchange_form(login())
    brings_tokens(token_endpoint.post(form))

    token_endpoint.post(form).expect_status(400, 401)
    token_endpoint.post(form).expect_status(400, 401)


@claim("SC-CODE-05", needs=["control:clock"])
def test_a_code_stays_spent_when_time_goes_by(
    login: Decide, oauth: OAuth2, token_endpoint: TokenEndpoint, controls: ControlsClient
) -> None:
    """Though nobody needs to remember a code that is so old."""
    form = oauth.exchange_form(login())
    brings_tokens(token_endpoint.post(form))

    controls.clock(15 * 60)

    token_endpoint.post(form).expect_status(400, 401)


@claim("SC-CODE-05")
@pytest.mark.live("several requests at one moment")
def test_of_many_exchanges_at_once_one_is_good(login: Decide, oauth: OAuth2, unauthenticated: Client) -> None:
    """However they meet, no two of them bring tokens."""
    form = oauth.exchange_form(login())

    answers = send_concurrently(unauthenticated, 4, lambda sender: sender.post(TOKEN, form=form))

    good = [answer for answer in answers if answer.status == 200]
    assert len(good) <= 1, f"expected one set of tokens, found {len(good)}"


@claim("SC-CODE-05")
def test_a_code_stays_spent_after_a_refresh(
    login: Decide, oauth: OAuth2, token_endpoint: TokenEndpoint, unauthenticated: Client
) -> None:
    """And after another code has been exchanged."""
    form = oauth.exchange_form(login())
    first = token_endpoint.post(form)
    brings_tokens(first)
    TokenChain(unauthenticated, oauth, parse_token_set(first)).refresh()
    brings_tokens(token_endpoint.post(oauth.exchange_form(login())))

    token_endpoint.post(form).expect_status(400, 401)


@claim("SC-CODE-06")
@pytest.mark.parametrize(
    "change",
    [
        lambda uri: uri + "/",
        lambda uri: uri + "?x=1",
        lambda uri: uri + "/other",
        lambda uri: uri[:-1],
        lambda uri: uri.replace(urlsplit(uri).path or uri, urlsplit(uri).path.swapcase() or uri + "/X"),
        lambda _: "https://other.example.org/callback",
    ],
    ids=["slash", "query", "below", "shorter", "other case", "other host"],
)
def test_a_code_is_for_one_redirect_uri(
    change: Callable[[str], str], login: Decide, oauth: OAuth2, token_endpoint: TokenEndpoint
) -> None:
    """With one that is nearly the same it is refused, where the same one is taken."""
    brings_tokens(token_endpoint.post(oauth.exchange_form(login())))

    token_endpoint.post(oauth.exchange_form(login(), change(oauth.app.redirect_uri))).expect_status(400, 401)


@claim("SC-CODE-06", needs=["given:custom_redirect_uri"])
def test_a_code_is_for_one_of_the_registered_redirect_uris(
    login: Decide, oauth: OAuth2, token_endpoint: TokenEndpoint, settings: SoundCloudSettings
) -> None:
    """That another one belongs to the same app is not enough, either way round."""
    custom, usual = str(settings.custom_redirect_uri), oauth.app.redirect_uri

    token_endpoint.post(oauth.exchange_form(login(), custom)).expect_status(400, 401)
    token_endpoint.post(oauth.exchange_form(login(redirect_uri=custom), usual)).expect_status(400, 401)


@claim("SC-CODE-07")
def test_a_code_is_for_one_client(
    login: Decide, oauth: OAuth2, second_oauth: OAuth2, token_endpoint: TokenEndpoint
) -> None:
    """Each of two apps is refused the other's, where its own is taken."""
    brings_tokens(token_endpoint.post(oauth.exchange_form(login())))
    brings_tokens(token_endpoint.post(second_oauth.exchange_form(login(oauth=second_oauth))))

    first = second_oauth.exchange_form(login(), oauth.app.redirect_uri)
    second = oauth.exchange_form(login(oauth=second_oauth), second_oauth.app.redirect_uri)
    token_endpoint.post(first).expect_status(400, 401)
    token_endpoint.post(second).expect_status(400, 401)


@claim("SC-CODE-07")
def test_a_code_is_for_one_client_whatever_its_redirect_uri(
    login: Decide, second_oauth: OAuth2, token_endpoint: TokenEndpoint
) -> None:
    """Nor does the other app get it with a redirect_uri of its own."""
    token_endpoint.post(second_oauth.exchange_form(login())).expect_status(400, 401)


@claim("SC-CODE-08")
@pytest.mark.parametrize(
    "change",
    [
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
        lambda uri: uri.replace(urlsplit(uri).path or uri, urlsplit(uri).path.swapcase() or uri + "/X"),
        lambda uri: "javascript:alert(1)//" + uri,
        lambda uri: "//" + urlsplit(uri).netloc + urlsplit(uri).path,
        lambda _: "evil-app://soundcloud/callback",
    ],
)  # fmt: skip
def test_connect_never_redirects_where_nobody_registered(
    change: Callable[[str], str], oauth: OAuth2, unauthenticated: Client
) -> None:
    """Neither to a stranger nor to what begins like the app's own."""
    elsewhere = change(oauth.app.redirect_uri)
    if elsewhere == oauth.app.redirect_uri:
        not_verified("that is what is registered")

    stays(unauthenticated.get(oauth.authorization_url(redirect_uri=elsewhere)))


@claim("SC-CODE-08", needs=["given:second_app"])
def test_connect_never_redirects_to_another_app(
    oauth: OAuth2, second_oauth: OAuth2, unauthenticated: Client
) -> None:
    """What one app has registered is no good for the other."""
    if oauth.app.redirect_uri == second_oauth.app.redirect_uri:
        not_verified("both apps have registered the same redirect_uri")

    stays(unauthenticated.get(oauth.authorization_url(redirect_uri=second_oauth.app.redirect_uri)))
    stays(unauthenticated.get(second_oauth.authorization_url(redirect_uri=oauth.app.redirect_uri)))


@claim("SC-CODE-09")
@pytest.mark.parametrize(
    "change", [lambda _: "no-such-app", lambda app: app + "x", lambda app: app[:-1], lambda _: ""]
)
def test_connect_never_redirects_for_an_unknown_client(
    change: Callable[[str], str], oauth: OAuth2, unauthenticated: Client
) -> None:
    """Though the redirect_uri is a registered one."""
    stays(unauthenticated.get(oauth.authorization_url(client_id=change(oauth.app.client_id))))


@claim("SC-CODE-10")
def test_an_app_on_a_phone_gets_its_code(
    approve: Decide, oauth: OAuth2, settings: SoundCloudSettings, token_endpoint: TokenEndpoint
) -> None:
    """At its own scheme, with its state, and the code is good."""
    custom = str(settings.custom_redirect_uri)

    landed = approve(redirect_uri=custom, state="a b&c")

    leads_to(landed, custom)
    is_same(only(landed, "state"), "a b&c")
    assert_token_properties(token_endpoint.post(oauth.exchange_form(only(landed, "code"), custom)))


@claim("SC-CODE-12")
@pytest.mark.parametrize("state", [STATES["plain"], STATES["marks"], STATES["letters"], STATES["long"]])
def test_refusal_is_told_to_the_app(state: str, deny: Decide, oauth: OAuth2) -> None:
    """With access_denied and the state, and without a code."""
    landed = deny(state=state)

    leads_to(landed, oauth.app.redirect_uri)
    is_same(only(landed, "error"), "access_denied")
    is_same(only(landed, "state"), state)
    assert "code" not in redirect_parameters(landed), "expected no code after a refusal; found one"


@claim("SC-CODE-12", needs=["given:custom_redirect_uri"])
def test_refusal_is_told_to_an_app_on_a_phone(
    deny: Decide, oauth: OAuth2, settings: SoundCloudSettings
) -> None:
    """At its own scheme."""
    custom = str(settings.custom_redirect_uri)

    landed = deny(redirect_uri=custom, state="a b&c")

    leads_to(landed, custom)
    is_same(only(landed, "error"), "access_denied")
    is_same(only(landed, "state"), "a b&c")


@claim("SC-CODE-13")
@pytest.mark.parametrize(
    "response_type", ["token", "code_and_token", "code token", "id_token", "none", "CODE", ""]
)
def test_other_response_types_are_refused(response_type: str, oauth: OAuth2, unauthenticated: Client) -> None:
    """4xx or a redirect with an error, and never with a token."""
    answer = unauthenticated.get(oauth.authorization_url(response_type=response_type, state="s"))

    told = redirect_parameters(answer.headers.get("location", ""))
    if "access_token" in told:
        raise ExpectationFailed("no token in a redirect", f"{answer.status} with {', '.join(told)}")
    if answer.status in REDIRECTS and "error" in told:
        return
    answer.expect_client_error()


@claim("SC-CODE-14")
def test_a_code_does_not_live_long(
    login: Decide, oauth: OAuth2, token_endpoint: TokenEndpoint, controls: ControlsClient
) -> None:
    """Eleven minutes are too long, and an hour is, where a new one is taken at once."""
    for minutes in (11, 60):
        code = login()
        controls.clock(minutes * 60)
        token_endpoint.post(oauth.exchange_form(code)).expect_client_error()

    brings_tokens(token_endpoint.post(oauth.exchange_form(login())))


@claim("SC-CODE-15")
def test_a_second_use_of_a_code_ends_its_tokens(
    login: Decide, oauth: OAuth2, token_endpoint: TokenEndpoint, unauthenticated: Client
) -> None:
    """The access token and the refresh token that the first use gave."""
    form = oauth.exchange_form(login())
    first = token_endpoint.post(form)
    brings_tokens(first)
    chain = TokenChain(unauthenticated, oauth, parse_token_set(first))
    chain.assert_usable()

    token_endpoint.post(form)

    chain.bearer.get("/me").expect_status(401)
    chain.bearer.get("/tracks", limit=1).expect_status(401)
    chain.try_refresh(chain.refresh_token).expect_status(400, 401)


def shows_a_page(anonymous: Client, url: str, redirect_uri: str) -> None:
    """A page for the user, and no redirect to the app before the user was asked."""
    answer = anonymous.get(url)
    for _ in range(10):
        location = urljoin(answer.exchange.request.url, answer.headers.get("location", ""))
        if answer.status not in REDIRECTS:
            break
        if location.startswith(redirect_uri):
            raise ExpectationFailed("a page for the user", "a redirect to the app")
        if not anonymous.transport.is_own(location):
            not_verified("the page for the user is on another host")
        answer = anonymous.get(location)
    media_type = answer.expect_ok().exchange.response.media_type
    if media_type not in PAGES or not answer.content.strip():
        raise ExpectationFailed(
            "a page of HTML", f"{media_type or 'no Content-Type'}, {len(answer.content)} bytes"
        )


def brings_tokens(answer: Response) -> None:
    """Otherwise a refusal after it says nothing."""
    if answer.status != 200:
        not_verified(f"a code is not exchanged at all: {answer.status}")


def leads_to(landed: str, redirect_uri: str) -> None:
    """To that URI, with nothing but parameters added."""
    begins = redirect_uri + ("&" if "?" in redirect_uri else "?")
    if not landed.startswith(begins):
        raise ExpectationFailed(f"a redirect to {begins}…", landed.partition("?")[0])


def only(landed: str, name: str) -> str:
    """The value of a parameter of a redirect that is there once."""
    values = redirect_parameters(landed).get(name, [])
    if len(values) != 1 or not values[0]:
        raise ExpectationFailed(
            f"one {name} in the redirect", f"{len(values)}, and {', '.join(redirect_parameters(landed))}"
        )
    return values[0]


def is_same(found: str, expected: str) -> None:
    """Letter by letter."""
    if found != expected:
        raise ExpectationFailed(repr(expected), repr(found))


def stays(answer: Response) -> None:
    """A 4xx that sends nobody anywhere."""
    if "location" in answer.headers:
        raise ExpectationFailed(
            "a 4xx without a redirect", f"{answer.status} to {answer.headers['location'].partition('?')[0]}"
        )
    answer.expect_client_error()
