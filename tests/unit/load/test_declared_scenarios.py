"""What the declared scenarios find on a server with a fault, and of what they do not accuse a healthy one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import tomli_w
import yaml
from tests.unit.load.harbour import AUTH

from tuningfork.audit.patching import wrap_method
from tuningfork.contract.openapi import Contract
from tuningfork.load.declared_scenarios import declared_scenarios
from tuningfork.load.simulated_user import ApiLoad, SimulatedUser
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference.accounts import Token
from tuningfork.mock.reference.auth import AuthPart
from tuningfork.mock.reference.idempotency import IdempotencyPart, StoredResponse
from tuningfork.mock.reference.resources import ResourcePart
from tuningfork.mock.reference.server import ReferenceServer
from tuningfork.mock.reference.sessions import SessionPart
from tuningfork.mock.server import Server
from tuningfork.pytest_plugin import run_without_tests
from tuningfork.pytest_plugin.api_sessions import ApiSessions

API: dict[str, Any] = {
    "conventions": 1,
    "prefix": "HAR",
    "auth": [
        AUTH,
        {"operations": ["POST /login", "POST /refresh"], "type": "none"},
    ],
    "idempotency": {"operations": ["POST /bookings"], "replay": "equal", "concurrent": ["replayed", 409]},
    "pagination": {"type": "none", "items": "/items"},
    "resources": {
        name: {
            "list": f"GET /{name}s",
            "create": {"request": f"POST /{name}s", "body": {"label": "{text}", "built": "20240101"}},
            "read": {"request": f"GET /{name}s/{{id}}"},
            "delete": {"request": f"DELETE /{name}s/{{id}}"},
            "text": {"/label": "/label"},
            **({"duplicate": 409} if name == "berth" else {}),
        }
        for name in ("berth", "booking")
    },
}
KEYS, DUPLICATES, REFRESHES = "repeated keys of", "duplicates of", "refreshes of"
Repeat = Callable[..., dict[str, bool]]


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ReferenceServer:
    """Return a server that keeps API; `judge` serves it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / ".state"))
    contract = write_contract(API)
    return ReferenceServer(contract.document, contract.declaration)


@pytest.fixture
def judge(served: ReferenceServer) -> Iterator[Repeat]:
    """Repeat a scenario; return whether each claim that was judged holds, by its generic id."""
    sessions: list[ApiSessions] = []

    def repeat(verb: str, *, settle: float = 0, times: int = 1, users: int = 1) -> dict[str, bool]:
        target = {"writes": True, "rate": "100000/s", "settle": settle, "harbour": served.settings(url)}
        Path("tuningfork.toml").write_text(tomli_w.dumps({"targets": {"served": target}}))
        run = run_without_tests.configure("served", ())
        sessions.append(ApiSessions(run))
        session = sessions[-1]["harbour"]
        scenarios = [each for each in declared_scenarios(session.contract) if each.name.startswith(verb)]
        load = ApiLoad(session, sessions[-1].route("harbour"), scenarios, lambda *_: None)

        def work(number: int) -> None:
            user = SimulatedUser(load, number)
            for each in scenarios * times:
                user.repeat(each, is_alone=users == 1)

        with ThreadPoolExecutor(users) as pool:
            list(pool.map(work, range(users)))
        assert not load.failures
        wanted = {each for scenario in scenarios for each in scenario.claims}
        judged = {id_: tally for id_, tally in load.tally.claims.items() if id_ in wanted}
        return {id_.removeprefix("HAR-"): not tally.broken for id_, tally in judged.items()}

    with Server(served) as server:
        url = server.base_url
        yield repeat
        for each in sessions:
            each.close()


def write_contract(declared: dict[str, Any]) -> Contract:
    folder = Path("specs/harbour")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "conventions.yaml").write_text(yaml.safe_dump(declared, sort_keys=False))
    return Contract.load(folder)


def on_repeat(server: ReferenceServer, number: int, act: Callable[[StoredResponse], None]) -> None:
    """Call `act` at this repetition of a key: the first one is in turn, the second one of a race."""
    numbers = count(1)

    def find(original: Callable[..., StoredResponse | None], *arguments: Any) -> StoredResponse | None:
        known = original(*arguments)
        if known is not None and next(numbers) == number:
            act(known)
        return known

    wrap_method(server.get(IdempotencyPart), "find", find)


def refuse(status: int) -> Callable[[StoredResponse], None]:
    def act(_: StoredResponse) -> None:
        raise HttpError(status)

    return act


def insert(server: ReferenceServer) -> Callable[[StoredResponse], None]:
    """Return what stores the item of a repeated request once more."""
    return lambda known: store(server, "booking", json.loads(known.request))


def store(server: ReferenceServer, name: str, body: Any) -> None:
    server.get(ResourcePart).store(name, body, "first", (), None)


def change_lists(server: ReferenceServer, change: Callable[[list[Any]], list[Any]]) -> None:
    def listed(original: Callable[..., Iterator[Any]], *arguments: Any) -> Iterator[Any]:
        return iter(change(list(original(*arguments))))

    wrap_method(server.get(ResourcePart), "listed", listed)


@pytest.mark.parametrize("verb", [KEYS, DUPLICATES, REFRESHES])
def test_healthy_server_is_not_accused(judge: Repeat, verb: str) -> None:
    """All items have the same date, and duplicates are like the first item."""
    held = judge(verb, times=3)

    assert held
    assert all(held.values())


@pytest.mark.parametrize(("number", "broken"), [(1, "IDEM-REPLAY"), (2, "IDEM-CONCURRENT")])
def test_repetition_that_inserts_an_item_and_returns_the_stored_response_is_found(
    judge: Repeat, served: ReferenceServer, number: int, broken: str
) -> None:
    on_repeat(served, number, insert(served))

    held = judge(KEYS)

    assert held[broken] is False
    left = [each for each in served.get(ResourcePart).items["booking"] if each.sent and not each.is_deleted]
    assert len(left) == 1, "only the item that no response names"


def test_second_item_may_disappear_within_settle(judge: Repeat, served: ReferenceServer) -> None:
    on_repeat(served, 2, insert(served))
    reads = count(1)
    change_lists(served, lambda items: items if next(reads) <= 2 else items[:1])

    assert judge(KEYS, settle=0.5) == {"IDEM-REPLAY": True, "IDEM-CONCURRENT": True}


@pytest.mark.parametrize(
    "change",
    [lambda _: [], lambda items: [*items, *items]],
    ids=["a list that is late", "an item on two pages"],
)
def test_list_without_a_second_item_breaks_nothing(
    judge: Repeat, served: ReferenceServer, change: Callable[[list[Any]], list[Any]]
) -> None:
    change_lists(served, change)

    assert judge(KEYS) == {"IDEM-REPLAY": True, "IDEM-CONCURRENT": True}
    assert judge(DUPLICATES) == {"RESOURCE-RACE": True}


def test_list_that_cannot_be_read_leaves_the_responses(judge: Repeat, served: ReferenceServer) -> None:
    def refuse_list(_: list[Any]) -> list[Any]:
        raise HttpError(400)

    change_lists(served, refuse_list)
    on_repeat(served, 2, refuse(400))

    assert judge(KEYS) == {"IDEM-REPLAY": True, "IDEM-CONCURRENT": False}


@pytest.mark.parametrize(("status", "holds"), [(409, True), (400, False)])
def test_refusal_of_a_racing_request_is_the_declared_one(
    judge: Repeat, served: ReferenceServer, status: int, holds: bool
) -> None:
    on_repeat(served, 2, refuse(status))

    assert judge(KEYS) == {"IDEM-REPLAY": True, "IDEM-CONCURRENT": holds}


@pytest.mark.parametrize("number", [1, 2])
def test_request_with_a_token_that_is_refused_judges_nothing(
    judge: Repeat, served: ReferenceServer, number: int
) -> None:
    on_repeat(served, number, refuse(401))

    assert judge(KEYS) == {}


def test_duplicate_that_is_refused_and_stored_is_found(judge: Repeat, served: ReferenceServer) -> None:
    def check_unique(original: Callable[..., None], name: str, *rest: Any) -> None:
        try:
            original(name, *rest)
        except HttpError:
            store(served, name, rest[1])
            raise

    wrap_method(served.get(ResourcePart), "check_unique", check_unique)

    assert judge(DUPLICATES) == {"RESOURCE-RACE": False}


def refuse_refreshes(server: ReferenceServer, times: int) -> None:
    numbers = count(1)
    wrap_method(
        server.get(SessionPart),
        "may_refresh",
        lambda original, *rest: next(numbers) > times and original(*rest),
    )


def test_refreshes_that_are_all_refused_break_the_promise(judge: Repeat, served: ReferenceServer) -> None:
    refuse_refreshes(served, 1000)

    assert judge(REFRESHES) == {"REFRESH-RACE": False}


def test_refreshes_may_all_be_refused_where_a_second_use_ends_the_session(
    judge: Repeat, served: ReferenceServer
) -> None:
    first, *rest = API["auth"]
    write_contract(
        {**API, "auth": [{**first, "refresh": {**first["refresh"], "reuse": "ends-family"}}, *rest]}
    )
    refuse_refreshes(served, 1000)

    assert judge(REFRESHES) == {"REFRESH-RACE": True}


def test_refreshes_are_repeated_if_another_login_may_have_ended_the_session(
    judge: Repeat, served: ReferenceServer
) -> None:
    refuse_refreshes(served, 2)

    assert judge(REFRESHES) == {"REFRESH-RACE": True}


def test_server_on_which_a_login_ends_the_session_before_is_not_accused(
    judge: Repeat, served: ReferenceServer
) -> None:
    tokens = served.get(AuthPart).tokens

    def log_in(original: Callable[..., Any], *arguments: Any) -> Any:
        for token in tokens.by_value.values():
            token.is_revoked = token.is_revoked or token.kind == "refresh"
        return original(*arguments)

    wrap_method(served.get(SessionPart), "login", log_in)

    assert judge(REFRESHES, users=6, times=4) == {"REFRESH-RACE": True}


def test_refreshes_of_a_session_that_has_ended_judge_nothing(judge: Repeat, served: ReferenceServer) -> None:
    """The access token is refused as well."""
    tokens = served.get(AuthPart).tokens

    def may_refresh(_: object, token: Token, *__: object) -> bool:
        tokens.revoke_family(token.family)
        return False

    wrap_method(served.get(SessionPart), "may_refresh", may_refresh)

    assert judge(REFRESHES) == {}
