from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tuningfork.client.controls import ControlsClient
from tuningfork.model import ExpectationFailed

if TYPE_CHECKING:
    from tests.unit.client.conftest import ClientFactory

HOOKS: list[tuple[str, Callable[[ControlsClient], None], dict[str, Any]]] = [
    ("clock", lambda controls: controls.clock(60), {"advance": 60}),
    ("outage", lambda controls: controls.outage(503, 3), {"status": 503, "count": 3}),
    ("quota", lambda controls: controls.quota("plays", 7), {"bucket": "plays", "used": 7}),
    ("disable", lambda controls: controls.disable("token", "t"), {"kind": "token", "value": "t"}),
    ("reset", lambda controls: controls.reset(), {}),
]


@pytest.fixture
def announced() -> list[str]:
    return []


@pytest.fixture
def controls(factory: ClientFactory, announced: list[str]) -> ControlsClient:
    return ControlsClient("https://api.example.com/_controls/", factory.session(), 5, announced.append)


@pytest.mark.parametrize(("hook", "call", "body"), HOOKS)
def test_hook_is_called_with_documented_body(
    factory: ClientFactory,
    controls: ControlsClient,
    announced: list[str],
    hook: str,
    call: Callable[[ControlsClient], None],
    body: dict[str, Any],
) -> None:
    factory.server.respond(204)

    call(controls)

    (request,) = factory.server.requests
    assert (request["REQUEST_METHOD"], request["PATH_INFO"]) == ("POST", f"/_controls/{hook}")
    assert json.loads(request["body"]) == body
    assert announced == [hook]


@pytest.mark.parametrize(("hook", "call"), [(hook, call) for hook, call, _ in HOOKS])
def test_unsupported_hook_is_not_verified(
    factory: ClientFactory, controls: ControlsClient, hook: str, call: Callable[[ControlsClient], None]
) -> None:
    factory.server.respond(404)

    with pytest.raises(pytest.skip.Exception, match=f"does not support the control /{hook}"):
        call(controls)

    assert (controls.was_reset, controls.has_moved_clock) == (False, False)


@pytest.mark.parametrize("status", [200, 400, 500])
def test_hook_with_unexpected_status_raises_expectation_failed(
    factory: ClientFactory, controls: ControlsClient, status: int
) -> None:
    factory.server.respond(status)

    with pytest.raises(ExpectationFailed, match=f"expected 204 from the control /clock; found {status}"):
        controls.clock(1)


def test_client_remembers_clock_changes_and_resets(factory: ClientFactory, controls: ControlsClient) -> None:
    factory.server.respond(204)
    controls.clock(1)
    assert (controls.has_moved_clock, controls.was_reset) == (True, False)

    controls.reset()
    assert controls.was_reset


@pytest.mark.parametrize(("status", "was_reset"), [(204, True), (404, False), (500, False)])
def test_reset_after_test_ignores_unsupported_hook(
    factory: ClientFactory, controls: ControlsClient, status: int, was_reset: bool
) -> None:
    factory.server.respond(status)

    controls.reset_after_test()

    assert controls.was_reset is was_reset
    assert factory.server.requests[0]["PATH_INFO"] == "/_controls/reset"
