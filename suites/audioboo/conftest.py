"""What the suites of Audioboo share: its app and keys, the three legs, a user who logs in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tuningfork import claim, not_verified
from tuningfork.apis.audioboo.credentials import get_consumer
from tuningfork.apis.audioboo.settings import AudiobooSettings
from tuningfork.apis.audioboo.signing_scheme import PrivateKey
from tuningfork.auth.oauth1 import Consumer
from tuningfork.checks.http_rejections import rejected_by_http_layer
from tuningfork.client.client import Client
from tuningfork.client.config import User
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Contract
from tuningfork.pytest_plugin.api_session import ApiSession

from .support.error_scenarios import ERROR_SCENARIOS, USER_ERROR_SCENARIOS
from .support.oauth1_flow import OAuth1Steps
from .support.operation_requests import OperationRequest, safe_requests
from .support.owned_resources import OwnedResources, create_owned_resources
from .support.signed_clients import client_with_key


@pytest.fixture
def consumer(settings: AudiobooSettings) -> Consumer:
    """The app."""
    return get_consumer(settings)


@pytest.fixture
def key(settings: AudiobooSettings) -> PrivateKey:
    """The service key of the app."""
    return PrivateKey("service", settings.service_key, settings.service_secret.get_secret_value())


@pytest.fixture
def client(request: pytest.FixtureRequest) -> Client:
    """The client whose fixture a test names: `parametrize("client", ["user", "api"], indirect=True)`."""
    named: Client = request.getfixturevalue(request.param)
    return named


@pytest.fixture
def service_client(unauthenticated: Client, key: PrivateKey) -> Client:
    """A client that signs in the private scheme, by the service key."""
    return client_with_key(unauthenticated, key)


@pytest.fixture
def operation_requests(contract: Contract, api: Client, api_session: ApiSession) -> list[OperationRequest]:
    """A request for each documented operation, none of which changes a resource."""
    return api_session.shared.get("probes", lambda: safe_requests(contract, api))


@pytest.fixture
def readable(operation_requests: list[OperationRequest]) -> list[OperationRequest]:
    """What there is to read, the user's own included."""
    reads = (probe for probe in operation_requests if probe.only_reads and probe.targets_existing)
    return [probe for probe in reads if probe.is_public or probe.is_personal]


@pytest.fixture
def own(user: Client, unique_name: Callable[[str], str]) -> OwnedResources:
    """Resources of the first user that the test may change and delete."""
    return create_owned_resources(user, unique_name("mine"))


@pytest.fixture
def legs(settings: AudiobooSettings, unauthenticated: Client, consumer: Consumer) -> OAuth1Steps:
    """The three legs of the first user."""
    return _walk(settings.users.first, unauthenticated, consumer)


@pytest.fixture
def other_legs(settings: AudiobooSettings, unauthenticated: Client, consumer: Consumer) -> OAuth1Steps:
    """Those of the second user; a test that uses it needs user2."""
    return _walk(settings.users.second, unauthenticated, consumer)


def _walk(user: User | None, anonymous: Client, consumer: Consumer) -> OAuth1Steps:
    if user is None or user.username is None or user.password is None:
        not_verified("needs login")
    return OAuth1Steps(anonymous, consumer, user.username, user.password)


@pytest.fixture(
    params=[
        *ERROR_SCENARIOS,
        *(pytest.param(refuser, marks=claim(needs=("user", "write"))) for refuser in USER_ERROR_SCENARIOS),
    ]
)
def refusals(
    request: pytest.FixtureRequest, api_session: ApiSession, operation_requests: list[OperationRequest]
) -> Callable[[], list[Response]]:
    """The 4xx of each sort of refusal, which the tests of several claims share."""
    asker: Client = request.getfixturevalue("user" if request.param in USER_ERROR_SCENARIOS else "api")
    sort = request.param.__name__

    def refused() -> list[Response]:
        answers = api_session.shared.get(
            ("refusals", sort), lambda: list(request.param(asker, operation_requests)), lasting=True
        )
        refusals = [answer for answer in answers if 400 <= answer.status < 500]
        return [answer for answer in refusals if not rejected_by_http_layer(answer.exchange)]

    return refused
