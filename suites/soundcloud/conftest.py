"""What the suites of SoundCloud share: its authorization server, users who log in, token chains to spend."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from requests import Session

from tuningfork import ExpectationFailed, not_verified
from tuningfork.apis.soundcloud.settings import SoundCloudSettings
from tuningfork.auth.consent_page import ConsentPageDriver
from tuningfork.auth.oauth2 import App, AuthError, OAuth2, TokenSet
from tuningfork.client.client import Client, Parameters
from tuningfork.client.config import User
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Contract
from tuningfork.pytest_plugin.api_session import ApiSession

from .support.operation_requests import OperationRequest, safe_requests
from .support.token_chain import TOKEN, TokenChain


@pytest.fixture
def media() -> Path:
    """A folder of real, small audio files and a picture."""
    return Path(__file__).parent / "media"


@pytest.fixture
def oauth(settings: SoundCloudSettings, unauthenticated: Client) -> OAuth2:
    """The authorization server, for the first app."""
    app = App(settings.client_id, settings.client_secret.get_secret_value(), settings.redirect_uri)
    return _oauth(app, unauthenticated)


@pytest.fixture
def second_oauth(settings: SoundCloudSettings, unauthenticated: Client) -> OAuth2:
    """The authorization server, for another app; a test that uses it needs given:second_app."""
    if settings.second_app is None:
        not_verified("needs given:second_app")
    second = settings.second_app
    return _oauth(
        App(second.client_id, second.client_secret.get_secret_value(), second.redirect_uri), unauthenticated
    )


@pytest.fixture
def token_request(unauthenticated: Client) -> Callable[..., Response]:
    """Posts a form to the token endpoint, `token_request(form)`; an app that had its share proves nothing."""

    def request(form: Parameters) -> Response:
        answer = unauthenticated.post(TOKEN, form=form)
        if answer.status == 429:
            not_verified("the app has had all the tokens that it gets for now")
        return answer

    return request


@pytest.fixture
def approve(settings: SoundCloudSettings, unauthenticated: Client, oauth: OAuth2) -> Callable[..., str]:
    """Has the first user approve: `approve(oauth=…, state=…)` gives the URL that the browser is sent to.

    `browser=` is a session with its cookies, a new one where nothing is said; `user=` is another user.
    """
    return partial(_decide, ConsentPageDriver.approve, settings, unauthenticated, oauth)


@pytest.fixture
def deny(settings: SoundCloudSettings, unauthenticated: Client, oauth: OAuth2) -> Callable[..., str]:
    """Has the first user refuse, as `approve` does."""
    return partial(_decide, ConsentPageDriver.deny, settings, unauthenticated, oauth)


@pytest.fixture
def login(approve: Callable[..., str]) -> Callable[..., str]:
    """A code of the first user, for tests of what comes after: `login(oauth=…, redirect_uri=…)`."""

    def code(**parameters: object) -> str:
        try:
            return OAuth2.parse_code(approve(**parameters))
        except (AuthError, ExpectationFailed) as failed:
            not_verified(f"the consent page gives no code: {failed}")

    return code


@pytest.fixture
def user_chain(unauthenticated: Client, oauth: OAuth2, login: Callable[..., str]) -> TokenChain:
    """A chain of tokens of the first user, for the test to spend."""
    try:
        return TokenChain(unauthenticated, oauth, oauth.exchange_code(login()))
    except AuthError as refused:
        not_verified(f"a code gives no tokens: {refused}")


@pytest.fixture
def other_chain(
    settings: SoundCloudSettings, unauthenticated: Client, oauth: OAuth2, login: Callable[..., str]
) -> TokenChain:
    """A chain of tokens of the second user, for the test to spend."""
    try:
        return TokenChain(unauthenticated, oauth, oauth.exchange_code(login(user=settings.users.second)))
    except AuthError as refused:
        not_verified(f"a code gives no tokens: {refused}")


@pytest.fixture
def user_tokens(user_chain: TokenChain) -> TokenSet:
    """Tokens of the first user that no other test has."""
    return user_chain.tokens


@pytest.fixture(scope="session")
def spare() -> dict[str, TokenSet]:
    """The tokens that the tests of a run hand on, since an app gets few of them."""
    return {}


@pytest.fixture
def app_chain(
    api_session: ApiSession, unauthenticated: Client, oauth: OAuth2, spare: dict[str, TokenSet]
) -> Iterator[TokenChain]:
    """A chain of tokens of the app, for the test to spend; in a recording each test has one of its own."""
    handed_on = None if api_session.run.record or api_session.run.is_replay else spare.pop("app", None)
    try:
        chain = TokenChain(unauthenticated, oauth, _continued(oauth, handed_on))
    except AuthError as refused:
        not_verified(f"the app gets no token: {refused}")
    yield chain
    spare["app"] = chain.tokens


@pytest.fixture(params=["app_chain", "user_chain"])
def chain(request: pytest.FixtureRequest) -> TokenChain:
    """Tokens of the app, and tokens of a user if the target has a login."""
    made: TokenChain = request.getfixturevalue(request.param)
    return made


@pytest.fixture
def second_chain(unauthenticated: Client, second_oauth: OAuth2) -> TokenChain:
    """A chain of tokens of another app, for the test to spend."""
    try:
        return TokenChain(unauthenticated, second_oauth, second_oauth.client_credentials())
    except AuthError as refused:
        not_verified(f"the second app gets no token: {refused}")


@pytest.fixture
def app_tokens(app_chain: TokenChain) -> TokenSet:
    """Tokens of the app that no other test has."""
    return app_chain.tokens


@pytest.fixture
def operation_requests(contract: Contract, api: Client) -> list[OperationRequest]:
    """A harmless request for each documented operation that needs a token."""
    return safe_requests(contract, api)


def _oauth(app: App, anonymous: Client) -> OAuth2:
    return OAuth2(anonymous.new_session(), anonymous.url("/connect"), anonymous.url(TOKEN), app)


def _decide(
    decide: Callable[[ConsentPageDriver, str, str, str], str],
    target: SoundCloudSettings,
    anonymous: Client,
    first: OAuth2,
    oauth: OAuth2 | None = None,
    browser: Session | None = None,
    user: User | None = None,
    **parameters: str,
) -> str:
    user = user or target.users.first
    if user is None or user.username is None or user.password is None:
        not_verified("needs login")
    url = (oauth or first).authorization_url(**parameters)
    try:
        consent = ConsentPageDriver(browser or anonymous.new_session(), login_origins=target.login_origins)
        return decide(consent, url, user.username, user.password.get_secret_value())
    except AuthError as refused:
        raise ExpectationFailed("a redirect to the app after the user's decision", str(refused)) from None


def _continued(oauth: OAuth2, tokens: TokenSet | None) -> TokenSet:
    if tokens is not None and tokens.refresh_token is not None:
        try:
            return oauth.refresh(tokens.refresh_token)
        except AuthError:
            pass  # the test before has spent it, or the target was reset
    return oauth.client_credentials()
