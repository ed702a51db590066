"""What the suites of Audioboo share: its app and keys, the three legs, a user who logs in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tuningfork import claim, not_verified
from tuningfork.apis.audioboo.credentials import consumer_of
from tuningfork.apis.audioboo.settings import AudiobooSettings
from tuningfork.apis.audioboo.signing_scheme import PrivateKey
from tuningfork.auth.oauth1 import Consumer
from tuningfork.checks.http_rejections import refused_by_http
from tuningfork.client.client import Answer, Client
from tuningfork.client.config import User
from tuningfork.contract.openapi import Contract
from tuningfork.pytest_plugin.api_session import Stage

from .support.error_scenarios import REFUSERS, REFUSERS_OF_A_USER
from .support.oauth1_flow import Walk
from .support.operation_requests import Probe, probes
from .support.owned_resources import Own, owned
from .support.signed_clients import keyed


@pytest.fixture
def consumer(target: AudiobooSettings) -> Consumer:
    """The app."""
    return consumer_of(target)


@pytest.fixture
def key(target: AudiobooSettings) -> PrivateKey:
    """The service key of the app."""
    return PrivateKey("service", target.service_key, target.service_secret.get_secret_value())


@pytest.fixture
def service(anonymous: Client, key: PrivateKey) -> Client:
    """A client that signs in the private scheme, by the service key."""
    return keyed(anonymous, key)


@pytest.fixture
def probed(contract: Contract, api: Client, stage: Stage) -> list[Probe]:
    """A request for each documented operation, of which none changes what anybody has."""
    return stage.shared.get("probes", lambda: probes(contract, api))


@pytest.fixture
def readable(probed: list[Probe]) -> list[Probe]:
    """What there is to read, the user's own included."""
    reads = (probe for probe in probed if probe.only_reads and probe.is_there)
    return [probe for probe in reads if probe.is_public or probe.is_personal]


@pytest.fixture
def own(me: Client, fresh: Callable[[str], str]) -> Own:
    """Things of the first user, that the test may lose."""
    return owned(me, fresh("mine"))


@pytest.fixture
def legs(target: AudiobooSettings, anonymous: Client, consumer: Consumer) -> Walk:
    """The three legs of the first user."""
    return _walk(target.users.first, anonymous, consumer)


@pytest.fixture
def other_legs(target: AudiobooSettings, anonymous: Client, consumer: Consumer) -> Walk:
    """Those of the second user; a test that asks for it needs user2."""
    return _walk(target.users.second, anonymous, consumer)


def _walk(user: User | None, anonymous: Client, consumer: Consumer) -> Walk:
    if user is None or user.username is None or user.password is None:
        not_verified("needs login")
    return Walk(anonymous, consumer, user.username, user.password)


@pytest.fixture(
    params=[
        *REFUSERS,
        *(pytest.param(refuser, marks=claim(needs=("user", "write"))) for refuser in REFUSERS_OF_A_USER),
    ]
)
def refusals(request: pytest.FixtureRequest, stage: Stage, probed: list[Probe]) -> Callable[[], list[Answer]]:
    """The 4xx of each sort of refusal, which the tests of several claims share."""
    asker: Client = request.getfixturevalue("me" if request.param in REFUSERS_OF_A_USER else "api")
    sort = request.param.__name__

    def refused() -> list[Answer]:
        answers = stage.shared.get(
            ("refusals", sort), lambda: list(request.param(asker, probed)), lasting=True
        )
        refusals = [answer for answer in answers if 400 <= answer.status < 500]
        return [answer for answer in refusals if not refused_by_http(answer.exchange)]

    return refused
