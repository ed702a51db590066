"""Fixtures of the suites of Audioboo: its clients and keys, requests of operations, and error responses."""

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
    """The credentials of the app."""
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
    """A client that signs with the service key."""
    return client_with_key(unauthenticated, key)


@pytest.fixture
def operation_requests(contract: Contract, api: Client, api_session: ApiSession) -> list[OperationRequest]:
    """A request for each documented operation, none of which changes a resource."""
    return api_session.shared.get("operation requests", lambda: safe_requests(contract, api))


@pytest.fixture
def readable_requests(operation_requests: list[OperationRequest]) -> list[OperationRequest]:
    """The requests that read existing resources, public ones and those of the account."""
    reads = (request for request in operation_requests if request.only_reads and request.targets_existing)
    return [request for request in reads if request.is_public or request.is_personal]


@pytest.fixture
def owned_resources(user: Client, unique_name: Callable[[str], str]) -> OwnedResources:
    """Resources of the first user that the test may change and delete."""
    return create_owned_resources(user, unique_name("mine"))


@pytest.fixture
def oauth1_flow(settings: AudiobooSettings, unauthenticated: Client, consumer: Consumer) -> OAuth1Steps:
    """The OAuth flow of the first user."""
    return make_flow(settings.users.first, unauthenticated, consumer)


@pytest.fixture
def other_oauth1_flow(settings: AudiobooSettings, unauthenticated: Client, consumer: Consumer) -> OAuth1Steps:
    """The OAuth flow of the second user; a test that uses it needs user2."""
    return make_flow(settings.users.second, unauthenticated, consumer)


def make_flow(user: User | None, unauthenticated: Client, consumer: Consumer) -> OAuth1Steps:
    """Return the OAuth flow of a user; without a password the test is not verified."""
    if user is None or user.username is None or user.password is None:
        not_verified("needs login")
    return OAuth1Steps(unauthenticated, consumer, user.username, user.password)


@pytest.fixture(
    params=[
        *ERROR_SCENARIOS,
        *(pytest.param(scenario, marks=claim(needs=("user", "write"))) for scenario in USER_ERROR_SCENARIOS),
    ]
)
def fetch_errors(
    request: pytest.FixtureRequest, api_session: ApiSession, operation_requests: list[OperationRequest]
) -> Callable[[], list[Response]]:
    """Returns the 4xx responses of one scenario, which the tests of several claims share."""
    scenario = request.param
    client: Client = request.getfixturevalue("user" if scenario in USER_ERROR_SCENARIOS else "api")

    def fetch() -> list[Response]:
        responses = api_session.shared.get(
            ("errors", scenario.__name__), lambda: list(scenario(client, operation_requests)), lasting=True
        )
        errors = (response for response in responses if 400 <= response.status < 500)
        return [error for error in errors if not rejected_by_http_layer(error.exchange)]

    return fetch
