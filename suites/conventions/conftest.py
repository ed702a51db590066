"""Parametrizes the tests of conventions by the operations, or by the APIs, of the run."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import SecretStr
from requests.auth import AuthBase

from tuningfork import apis, claim, not_verified
from tuningfork.apis import Rule
from tuningfork.auth.oauth1 import Consumer, OAuth1
from tuningfork.auth.oauth2 import App
from tuningfork.client.client import Client
from tuningfork.client.config import Settings
from tuningfork.client.response import Response
from tuningfork.contract.cases import SAFE_METHODS, Cases
from tuningfork.contract.openapi import Contract, Operation
from tuningfork.conventions.auth import issues_tokens
from tuningfork.conventions.cases import UNAUTHENTICATED
from tuningfork.conventions.declaration import Declaration, Subject
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.pytest_plugin.collection import claims_of
from tuningfork.pytest_plugin.run_config import RunConfig, run_of
from tuningfork.testing.case_row import CaseRow
from tuningfork.testing.case_sender import CaseSender, find_list_operation
from tuningfork.testing.credential import Credential
from tuningfork.testing.declared_operation import DeclaredOperation, changes_resource
from tuningfork.testing.declared_resource import DeclaredResource, DeclaredResources
from tuningfork.testing.filled_list import FilledList, ListFinder, pagination_of
from tuningfork.testing.oauth1_app import OAuth1App
from tuningfork.testing.oauth2_app import OAuth2App
from tuningfork.testing.probe import Probe
from tuningfork.testing.quota import Quota
from tuningfork.testing.role import RoleClient, secured_group
from tuningfork.testing.sessions import Sessions


def pytest_configure(config: pytest.Config) -> None:
    """Register the mark that names the rules that a test judges."""
    config.addinivalue_line("markers", "judges(*rules, secured): the rules of a contract that a test judges")
    config.addinivalue_line("markers", "convention(*claims, needs): the generic claims that a test judges")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize a test by each operation, or by each API, that has claims for the test's rules.

    A test of declared conventions is parametrized by what the claims are judged of.
    """
    generic = metafunc.definition.get_closest_marker("convention")
    if generic is not None:
        metafunc.parametrize("subject", list(_subject_params(run_of(metafunc.config), generic)))
        return
    rules = metafunc.definition.get_closest_marker("judges")
    assert rules is not None, f"{metafunc.definition.nodeid} needs the mark `judges` with the rules it judges"
    run = run_of(metafunc.config)
    if "operation_key" in metafunc.fixturenames:
        only_secured = rules.kwargs.get("secured", False)
        metafunc.parametrize("operation_key", list(_operation_params(run, rules.args, only_secured)))
    else:
        params = [pytest.param(name, marks=mark) for name, mark in _apis_with_claims(run, rules.args)]
        metafunc.parametrize("api_name", params)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests of rules for which no API of the run has a claim."""
    without_claim = [item for item in items if is_of_conventions(item) and not claims_of(item)]
    left_out = set(without_claim)
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=without_claim)


def is_of_conventions(item: pytest.Item) -> bool:
    """Return whether a test judges rules or generic claims."""
    return any(item.get_closest_marker(name) is not None for name in ("judges", "convention"))


def _subject_params(run: RunConfig, generic: pytest.Mark) -> Iterator[Any]:
    """Yield what the generic claims of a test are judged of, in each API that declares them."""
    for name, contract in run.contracts.items():
        for subject in contract.subjects_of(*generic.args):
            ids = [own for claim_id in generic.args for own in subject.claims.get(claim_id, ())]
            needs = [*generic.kwargs.get("needs", ()), *_needs_of(subject, contract.declaration)]
            is_left_out = generic.kwargs.get("only_changes") and not changes_resource(
                contract.declaration, subject.operation
            )
            if not is_left_out and generic.kwargs["where"](subject):
                mark = claim(*ids, needs=needs)
                yield pytest.param(subject, marks=mark, id=f"{name} {subject.name}")


def _needs_of(subject: Subject, declaration: Declaration) -> list[str]:
    """Return what a target must permit so that a request of the subject's operation can be sent."""
    operation = subject.operation
    if operation is None or operation.method in SAFE_METHODS:
        return []
    return [] if any(each.matches(operation) for each in declaration.requests.read_only) else ["write"]


def _operation_params(run: RunConfig, rules: tuple[Rule, ...], only_secured: bool) -> Iterator[Any]:
    for name, mark in _apis_with_claims(run, rules):
        never = run.contracts[name].declaration.requests.never
        for operation in run.contracts[name].operations:
            is_sent = not any(pattern.matches(operation) for pattern in never)
            if is_sent and (operation.secured or not only_secured):
                needs = () if operation.method in SAFE_METHODS else ("write",)
                marks = (mark, claim(needs=needs))
                yield pytest.param(operation.key, marks=marks, id=f"{name} {operation.key}")


def _apis_with_claims(run: RunConfig, rules: tuple[Rule, ...]) -> Iterator[tuple[str, pytest.MarkDecorator]]:
    for name in run.contracts:
        stated = apis.profile(name).rules
        claims = [stated[rule] for rule in rules if stated.get(rule) in run.contracts[name].claims]
        if claims:
            yield name, claim(*claims)


@pytest.fixture
def operation(operation_key: str, contract: Contract) -> Operation:
    """The operation that the test is about."""
    return contract.operation(operation_key)


@pytest.fixture(scope="session")
def case_generators() -> dict[str, Cases]:
    """By name of an API, the generator of its requests: all tests share it, since building it is slow."""
    return {}


@pytest.fixture
def cases(contract: Contract, case_generators: dict[str, Cases]) -> Cases:
    """The generator of requests from the OpenAPI document."""
    if contract.api not in case_generators:
        case_generators[contract.api] = Cases(contract)
    return case_generators[contract.api]


@pytest.fixture
def client(api_session: ApiSession) -> Client:
    """The client with the most permissions: that of the user who writes, or else that of the app."""
    return api_session.client("app" if api_session.lacks("user") else api_session.profile.write_as)


@pytest.fixture
def sender(
    api_session: ApiSession,
    client: Client,
    operation: Operation,
    unique_name: Callable[[str], str],
    make_declared_operation: Callable[[Operation], DeclaredOperation],
) -> CaseSender:
    """Sends requests of the operation, with ids of resources that the test may read or change."""
    parameters = [parameter.name for parameter in operation.parameters if parameter.location == "path"]
    declared = make_declared_operation(operation).known_ids()
    if operation.method in SAFE_METHODS:
        return CaseSender(client, {**declared, **_readable_ids(api_session, client, parameters)})
    factories = api_session.profile.factories if client.principal == api_session.profile.write_as else {}
    created = [name for name in parameters if name in factories]
    made = {name: factories[name](client, unique_name("Generated")) for name in created}
    return CaseSender(client, {**declared, **made})


@pytest.fixture
def unauthenticated_sender(unauthenticated: Client) -> CaseSender:
    """Sends requests without credentials and with ids that do not exist."""
    return CaseSender(unauthenticated, {})


def _readable_ids(session: ApiSession, client: Client, parameters: list[str]) -> dict[str, Any]:
    """Return an existing id for each path parameter, as far as the profile or a list of the API has one."""
    if not parameters:
        return {}
    existing = session.shared.get("ids", lambda: session.profile.existing_ids(client))
    ids = {
        name: existing[name] if name in existing else _first_listed_id(session, client, name)
        for name in parameters
    }
    return {name: resource_id for name, resource_id in ids.items() if resource_id not in (None, "")}


def _first_listed_id(session: ApiSession, client: Client, parameter: str) -> Any:
    """Return the id of the first item of the list that belongs to a path parameter; None without an item."""
    listing = find_list_operation(session.contract, parameter)
    if listing is None:
        return None
    page_size = client.paginator.page_size_query(1)
    query = {name: page_size[name] for name in page_size if listing.parameter(name)}
    response = client.get(listing.path, params=query)
    items = response.items if response.status == 200 else []
    return items[0].get("id") if items and isinstance(items[0], dict) else None


@pytest.fixture
def make_declared_operation(
    contract: Contract, resources: DeclaredResources, api_session: ApiSession
) -> Callable[[Operation], DeclaredOperation]:
    """Returns an operation of the document with what makes requests of it."""
    return lambda operation: DeclaredOperation(
        operation, contract.declaration, resources, api_session.shared.get
    )


@pytest.fixture
def declared_operation(
    subject: Subject, contract: Contract, make_declared_operation: Callable[[Operation], DeclaredOperation]
) -> DeclaredOperation:
    """The operation that the claims are judged of."""
    return make_declared_operation(contract.operation(subject.operation_key))


@pytest.fixture
def role(
    subject: Subject,
    contract: Contract,
    client: Client,
    test_data: dict[str, Any],
    make_declared_operation: Callable[[Operation], DeclaredOperation],
) -> RoleClient:
    """The client with the credentials of the role that the claims are judged of."""
    token = str(test_data[subject.model.credentials.removeprefix("given:")])
    own = Credential.of(client, secured_group(contract.declaration)).with_token(token).sent_by(client)
    return RoleClient(own, subject.model, contract.declaration, contract.operations, make_declared_operation)


@pytest.fixture
def credential(subject: Subject, client: Client) -> Credential:
    """The credential of the client, where `auth` declares it."""
    return Credential.of(client, subject.model)


@pytest.fixture
def probe(subject: Subject, api_session: ApiSession, unauthenticated: Client, contract: Contract) -> Probe:
    """The request that shows whether a token is accepted."""
    declared = subject.model.probe
    if declared is not None and declared.is_concrete and "{" not in declared.path:
        return Probe(unauthenticated, subject.model, contract.declaration, declared.method, declared.path)
    path = api_session.credentials.probe_path("app")
    return Probe(unauthenticated, subject.model, contract.declaration, "GET", path)


@pytest.fixture
def sessions(subject: Subject, unauthenticated: Client, contract: Contract, settings: Settings) -> Sessions:
    """Logs the first user in and out."""
    user = settings.users.first
    if user is None or user.username is None or user.password is None:
        not_verified("tuningfork.toml has no users.first with username and password")
    password = user.password.get_secret_value()
    return Sessions(unauthenticated, subject.model, contract.declaration, user.username, password)


@pytest.fixture
def signer(client: Client) -> OAuth1:
    """What signs the requests of the client with OAuth 1.0."""
    return client.auth if isinstance(client.auth, OAuth1) else not_verified("requests are not signed")


@pytest.fixture
def send_signed(probe: Probe, unauthenticated: Client) -> Callable[[AuthBase], Response]:
    """Returns the response to the probe with a signature."""
    return lambda auth: unauthenticated.with_auth(auth).request(probe.method, probe.path)


@pytest.fixture
def oauth1(subject: Subject, unauthenticated: Client, settings: Settings) -> OAuth1App:
    """The configured consumer at the declared endpoints of OAuth 1.0a."""
    names = ("consumer_key", "consumer_secret", "redirect_uri")
    key, secret, redirect_uri = (reveal(getattr(settings, name, None)) for name in names)
    declared, user = subject.model.oauth1, settings.users.first
    consumer, origins = Consumer(key, secret), settings.login_origins
    return OAuth1App(unauthenticated, declared, consumer, user, redirect_uri, origins)


@pytest.fixture
def oauth2(subject: Subject, unauthenticated: Client, settings: Settings) -> OAuth2App:
    """The configured app at the declared authorization server."""
    names = ("client_id", "client_secret", "redirect_uri")
    app = App(*(reveal(getattr(settings, name, None)) for name in names))
    return OAuth2App(unauthenticated, subject.model.oauth2, app, settings.users.first, settings.login_origins)


def reveal(value: SecretStr | str | None) -> str:
    """Return a setting as a text; empty without it."""
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value or "")


@pytest.fixture
def resources(
    client: Client, contract: Contract, unique_name: Callable[[str], str], test_data: dict[str, Any]
) -> DeclaredResources:
    """The declared resources of the API, with the requests of the client."""
    return DeclaredResources(contract.declaration, client, unique_name, test_data)


@pytest.fixture
def resource(subject: Subject, resources: DeclaredResources) -> DeclaredResource:
    """The resource that the claims are judged of, below a new parent if it has one."""
    return resources[subject.name].with_parent()


@pytest.fixture
def filled_list(
    subject: Subject,
    api_session: ApiSession,
    client: Client,
    declared_operation: DeclaredOperation,
    resources: DeclaredResources,
    test_data: dict[str, Any],
    unique_name: Callable[[str], str],
) -> FilledList:
    """The list that the claims are judged of."""
    may_write = not api_session.lacks("write")
    finder = ListFinder(api_session.contract, client, resources, test_data, unique_name, may_write)
    return finder.find(declared_operation.operation, pagination_of(subject, api_session.contract.declaration))


@pytest.fixture
def quota(subject: Subject, api_session: ApiSession, client: Client, contract: Contract) -> Quota:
    """The rate limits of the operation; a refusal for too many requests is returned to the test."""
    api_session.transport.obeys_retry_after = False
    find_controls = functools.cache(api_session.controls)
    has_hooks = not api_session.lacks("control:quota")
    return Quota(subject, contract.declaration, client, find_controls if has_hooks else lambda: None)


@pytest.fixture
def declared_operations(
    contract: Contract, resources: DeclaredResources, api_session: ApiSession
) -> list[DeclaredOperation]:
    """All operations that may be requested."""
    return [
        DeclaredOperation(operation, contract.declaration, resources, api_session.shared.get)
        for operation in contract.operations
        if not any(pattern.matches(operation) for pattern in contract.declaration.requests.never)
    ]


@pytest.fixture
def reading_operations(
    declared_operations: list[DeclaredOperation], contract: Contract
) -> list[DeclaredOperation]:
    """All operations that only read and may be requested; a login is the same in each version of an API."""
    groups = contract.declaration.groups.get("auth", ())
    return [
        each
        for each in declared_operations
        if each.only_reads and not any(issues_tokens(group, each.operation) for group in groups)
    ]


@pytest.fixture
def case_row(
    subject: Subject,
    contract: Contract,
    client: Client,
    unauthenticated: Client,
    test_data: dict[str, Any],
    unique_name: Callable[[str], str],
) -> CaseRow:
    """The row of `cases` that the claims are judged of, with a client of its role."""
    declaration, sender = (
        contract.declaration,
        unauthenticated if subject.model.as_ == UNAUTHENTICATED else client,
    )
    if subject.model.as_ not in (None, UNAUTHENTICATED):
        name = declaration.named["roles"][subject.model.as_].credentials.removeprefix("given:")
        token = str(test_data.get(name) or not_verified(f"needs given:{name}"))
        sender = Credential.of(client, secured_group(declaration)).with_token(token).sent_by(client)
    return CaseRow(subject.model, sender, declaration, test_data, unique_name)
