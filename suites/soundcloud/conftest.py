"""Fixtures of SoundCloud's suite: its authorization server, logins, token chains, requests and track ids."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from requests import Session

from tuningfork import ExpectationFailed, claim, not_verified
from tuningfork.apis.soundcloud.factories import create_track
from tuningfork.apis.soundcloud.lookup import find_public_tracks
from tuningfork.apis.soundcloud.settings import SecondApp, SoundCloudSettings
from tuningfork.auth.consent_page import ConsentPageDriver
from tuningfork.auth.oauth2 import App, AuthError, OAuth2, TokenSet
from tuningfork.client.client import Client
from tuningfork.client.config import User
from tuningfork.contract.openapi import Contract
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.testing.listings import ids

from .support.operation_requests import OperationRequest, safe_requests
from .support.token_chain import TOKEN, TokenChain, TokenEndpoint


@pytest.fixture
def media() -> Path:
    """A folder with small audio files and a picture."""
    return Path(__file__).parent / "media"


@pytest.fixture
def oauth(settings: SoundCloudSettings, unauthenticated: Client) -> OAuth2:
    """The authorization server, for the first app."""
    return _oauth(settings, unauthenticated)


@pytest.fixture
def second_oauth(settings: SoundCloudSettings, unauthenticated: Client) -> OAuth2:
    """The authorization server, for the second app; a test that uses it needs given:second_app."""
    if settings.second_app is None:
        not_verified("needs given:second_app")
    return _oauth(settings.second_app, unauthenticated)


@pytest.fixture
def token_endpoint(unauthenticated: Client) -> TokenEndpoint:
    """POST /oauth2/token; an app that has reached its rate limit makes the test not verified."""
    return TokenEndpoint(unauthenticated)


@pytest.fixture
def approve(settings: SoundCloudSettings, unauthenticated: Client, oauth: OAuth2) -> Callable[..., str]:
    """Approves an app on the consent page: `approve(state="x")` returns the URL that the browser is sent to.

    The first user approves the first app, unless the call has `user=` or `oauth=`. `browser=` is a session
    with its cookies. Other arguments are parameters of the authorization URL.
    """
    return partial(_decide, ConsentPageDriver.approve, settings, unauthenticated, oauth)


@pytest.fixture
def deny(settings: SoundCloudSettings, unauthenticated: Client, oauth: OAuth2) -> Callable[..., str]:
    """Denies an app on the consent page; its arguments and its result are those of `approve`."""
    return partial(_decide, ConsentPageDriver.deny, settings, unauthenticated, oauth)


@pytest.fixture
def login(approve: Callable[..., str]) -> Callable[..., str]:
    """Returns a code for an approved app; its arguments are those of `approve`."""

    def fetch_code(**arguments: object) -> str:
        try:
            return OAuth2.parse_code(approve(**arguments))
        except (AuthError, ExpectationFailed) as error:
            not_verified(f"the consent page gives no code: {error}")

    return fetch_code


@pytest.fixture
def user_token_chain(unauthenticated: Client, oauth: OAuth2, login: Callable[..., str]) -> TokenChain:
    """A token chain of the first user for this test only."""
    return _token_chain(unauthenticated, oauth, lambda: oauth.exchange_code(login()))


@pytest.fixture
def other_token_chain(
    settings: SoundCloudSettings, unauthenticated: Client, oauth: OAuth2, login: Callable[..., str]
) -> TokenChain:
    """A token chain of the second user for this test only."""
    code = login(user=settings.users.second)
    return _token_chain(unauthenticated, oauth, lambda: oauth.exchange_code(code))


@pytest.fixture(scope="session")
def token_cache() -> dict[str, TokenSet]:
    """Tokens that one test passes on to the next: their number is limited for each app."""
    return {}


@pytest.fixture
def app_token_chain(
    api_session: ApiSession, unauthenticated: Client, oauth: OAuth2, token_cache: dict[str, TokenSet]
) -> Iterator[TokenChain]:
    """A token chain of the app for this test only; in a recording each test starts with a new grant."""
    is_cassette = api_session.run.record or api_session.run.is_replay
    cached = None if is_cassette else token_cache.pop("app", None)
    chain = _token_chain(unauthenticated, oauth, lambda: _refresh_or_grant(oauth, cached))
    yield chain
    token_cache["app"] = chain.tokens


@pytest.fixture(params=["app_token_chain", "user_token_chain"])
def token_chain(request: pytest.FixtureRequest) -> TokenChain:
    """A token chain of the app, and one of the first user."""
    chain: TokenChain = request.getfixturevalue(request.param)
    return chain


@pytest.fixture
def second_app_token_chain(unauthenticated: Client, second_oauth: OAuth2) -> TokenChain:
    """A token chain of the second app for this test only."""
    return _token_chain(unauthenticated, second_oauth, second_oauth.client_credentials)


@pytest.fixture
def operation_requests(contract: Contract, api: Client) -> list[OperationRequest]:
    """A harmless request for each documented operation that needs a token."""
    return safe_requests(contract, api)


@pytest.fixture
def public_reads(operation_requests: list[OperationRequest]) -> list[OperationRequest]:
    """The requests that read existing public resources."""
    return [request for request in operation_requests if request.is_public_read and request.targets_existing]


@pytest.fixture
def personal_requests(operation_requests: list[OperationRequest]) -> list[OperationRequest]:
    """The requests to /me and to the paths below it."""
    return [request for request in operation_requests if request.is_personal]


@pytest.fixture
def personal_reads(personal_requests: list[OperationRequest]) -> list[OperationRequest]:
    """The requests that read /me and the paths below it."""
    return [request for request in personal_requests if request.only_reads]


@pytest.fixture(params=["api", pytest.param("user", marks=claim(needs=("user",)))])
def reader(request: pytest.FixtureRequest) -> Client:
    """The client of the app, and that of the first user."""
    client: Client = request.getfixturevalue(request.param)
    return client


@pytest.fixture
def readable_requests(reader: Client, operation_requests: list[OperationRequest]) -> list[OperationRequest]:
    """The requests that `reader` sends: the app reads public resources, the user those below /me."""
    is_app = reader.principal == "app"
    return [request for request in operation_requests if request.only_reads and request.is_personal != is_app]


@pytest.fixture
def track_ids(user: Client, unique_name: Callable[[str], str]) -> list[int]:
    """The ids of three new tracks of the user."""
    return [create_track(user, unique_name(f"track {number}"))["id"] for number in range(3)]


@pytest.fixture
def many_track_ids(api: Client) -> list[int]:
    """The ids of 60 to 75 public tracks; a page has 50 by default."""
    return ids(find_public_tracks(api, at_least=60, limit=75))


def _oauth(app: SoundCloudSettings | SecondApp, client: Client) -> OAuth2:
    """Return the authorization server for an app of the settings."""
    credentials = App(app.client_id, app.client_secret.get_secret_value(), app.redirect_uri)
    return OAuth2(client.new_session(), client.url("/connect"), client.url(TOKEN), credentials)


def _token_chain(client: Client, oauth: OAuth2, fetch_tokens: Callable[[], TokenSet]) -> TokenChain:
    """Return a token chain; without tokens the test is not verified."""
    try:
        return TokenChain(client, oauth, fetch_tokens())
    except AuthError as error:
        not_verified(f"the token endpoint returns no tokens: {error}")


def _decide(
    decide: Callable[[ConsentPageDriver, str, str, str], str],
    settings: SoundCloudSettings,
    client: Client,
    first_oauth: OAuth2,
    oauth: OAuth2 | None = None,
    browser: Session | None = None,
    user: User | None = None,
    **parameters: str,
) -> str:
    """Open the consent page and approve or deny; return the URL to which the browser is redirected."""
    user = user or settings.users.first
    if user is None or user.username is None or user.password is None:
        not_verified("needs login")
    url = (oauth or first_oauth).authorization_url(**parameters)
    try:
        page = ConsentPageDriver(browser or client.new_session(), login_origins=settings.login_origins)
        return decide(page, url, user.username, user.password.get_secret_value())
    except AuthError as error:
        raise ExpectationFailed("a redirect to the app after the user's decision", str(error)) from None


def _refresh_or_grant(oauth: OAuth2, tokens: TokenSet | None) -> TokenSet:
    """Return refreshed tokens; without a usable refresh token, return those of a new grant."""
    if tokens is not None and tokens.refresh_token is not None:
        try:
            return oauth.refresh(tokens.refresh_token)
        except AuthError:
            pass  # the previous test has used it, or the target was reset
    return oauth.client_credentials()
