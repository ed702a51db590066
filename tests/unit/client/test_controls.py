from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tuningfork.client.controls import ControlsClient
from tuningfork.model import ExpectationFailed

if TYPE_CHECKING:
    from tests.unit.client.conftest import Way

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
def controls(way: Way, announced: list[str]) -> ControlsClient:
    return ControlsClient("https://api.example.com/_controls/", way.session(), 5, announced.append)


@pytest.mark.parametrize(("hook", "call", "body"), HOOKS)
def test_a_hook_is_posted_as_it_is_described(
    way: Way,
    controls: ControlsClient,
    announced: list[str],
    hook: str,
    call: Callable[[ControlsClient], None],
    body: dict[str, Any],
) -> None:
    way.site.says(204)

    call(controls)

    (asked,) = way.site.asked
    assert (asked["REQUEST_METHOD"], asked["PATH_INFO"]) == ("POST", f"/_controls/{hook}")
    assert json.loads(asked["body"]) == body
    assert announced == [hook]


@pytest.mark.parametrize(("hook", "call"), [(hook, call) for hook, call, _ in HOOKS])
def test_a_hook_that_is_not_offered_proves_nothing(
    way: Way, controls: ControlsClient, hook: str, call: Callable[[ControlsClient], None]
) -> None:
    way.site.says(404)

    with pytest.raises(pytest.skip.Exception, match=f"does not support the control /{hook}"):
        call(controls)

    assert (controls.was_reset, controls.has_moved_clock) == (False, False)


@pytest.mark.parametrize("status", [200, 400, 500])
def test_a_hook_that_is_answered_in_another_way_is_the_targets_failure(
    way: Way, controls: ControlsClient, status: int
) -> None:
    way.site.says(status)

    with pytest.raises(ExpectationFailed, match=f"expected 204 from the control /clock; found {status}"):
        controls.clock(1)


def test_it_is_known_what_was_changed(way: Way, controls: ControlsClient) -> None:
    way.site.says(204)
    controls.clock(1)
    assert (controls.has_moved_clock, controls.was_reset) == (True, False)

    controls.reset()
    assert controls.was_reset


@pytest.mark.parametrize(("status", "was_reset"), [(204, True), (404, False), (500, False)])
def test_tidying_up_resets_what_can_be_reset(
    way: Way, controls: ControlsClient, status: int, was_reset: bool
) -> None:
    way.site.says(status)

    controls.reset_after_test()

    assert controls.was_reset is was_reset
    assert way.site.asked[0]["PATH_INFO"] == "/_controls/reset"
