"""What a repetition of a scenario says about claims, and what it says nothing about."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from threading import Barrier
from typing import Any, NoReturn

import pytest

from tuningfork import not_verified
from tuningfork.client.client import Client
from tuningfork.client.response import Response
from tuningfork.load.results import claims_of, errors_of, scenarios_of
from tuningfork.load.simulated_user import DISTURBED, ApiLoad, SimulatedUser, repeat_alone
from tuningfork.mock.app import Environ, Mock, StartResponse
from tuningfork.model import ExpectationFailed
from tuningfork.testing import meeting
from tuningfork.testing.expect import expect
from tuningfork.testing.load_scenario import LoadUser, Scenario
from tuningfork.testing.meeting import Meeting
from tuningfork.testing.shelf import WalkedPage

CLAIM = "AS-CODE-04"
MakeLoad = Callable[..., ApiLoad]


def scenario(steps: Callable[[LoadUser], Any], *needs: str) -> Scenario:
    return Scenario("small", steps, (CLAIM,), needs)


def read(user: LoadUser) -> None:
    """Judge CLAIM by the status of a read."""
    with user.judging(CLAIM):
        expect(user.client.get("/tracks").status, 200, "status")


def read_with(user: LoadUser, token: str) -> None:
    """Judge CLAIM by the status of a read with a token."""
    headers = {"Authorization": f"Bearer {token}"}
    with user.judging(CLAIM):
        expect(user.unauthenticated.get("/tracks", headers=headers).status, 200, "status")


def fail(user: LoadUser) -> None:
    """Break CLAIM by a read that is right."""
    with user.judging(CLAIM):
        expect(user.client.get("/tracks").status, 201, "status")


def close_connection(environ: object, start_response: object) -> NoReturn:
    """End a request without a response."""
    raise ConnectionError


def lack(user: LoadUser) -> None:
    not_verified("no list")


def crash(user: LoadUser) -> None:
    raise KeyError("missing")


def repeat(load: ApiLoad, *, times: int = 1) -> None:
    user = SimulatedUser(load, 0)
    for _ in range(times):
        user.run_next()


def test_met_expectation_confirms_the_claim_and_checks_judge_the_exchange(make_load: MakeLoad) -> None:
    load = make_load(scenario(read))

    repeat(load, times=3)

    judged = {id_: tally.judged["alone"] for id_, tally in load.tally.claims.items()}
    assert judged[CLAIM] == 3
    assert judged["AS-ENV-01"] >= 3, "a claim that the checks of each exchange judge"
    assert not any(tally.broken for tally in load.tally.claims.values())


def test_failed_expectation_breaks_the_claim_with_its_exchange(make_load: MakeLoad) -> None:
    load = make_load(scenario(fail))

    repeat(load, times=2)

    [claim] = [each for each in claims_of(load) if each.id == CLAIM]
    assert (claim.verdict, claim.alone.broken, claim.first is not None) == ("breaks alone", 2, True)
    assert claim.first is not None
    assert claim.first.exchange is not None
    assert (claim.first.scenario, claim.first.exchange.method) == ("small", "GET")


def test_exchange_of_a_broken_claim_has_no_secret(make_load: MakeLoad) -> None:
    load = make_load(scenario(fail))
    token = load.session.settings.token.get_secret_value()

    repeat(load)

    texts = json.dumps([each.model_dump(mode="json") for each in claims_of(load)])
    assert token not in texts


def test_claim_that_breaks_in_the_second_phase_holds_alone(make_load: MakeLoad) -> None:
    steps = [read, fail]
    load = make_load(scenario(lambda user: steps.pop(0)(user)))

    repeat(load)
    load.tally.phase = "load"
    repeat(load)

    [claim] = [each for each in claims_of(load) if each.id == CLAIM]
    assert (claim.verdict, claim.holds_alone) == ("breaks under load", True)


@pytest.mark.parametrize(
    ("status", "errors", "breaks_5xx"), [(503, ["503 of a gateway"], False), (500, [], True)]
)
def test_5xx_in_a_block_says_nothing_about_its_claims(
    make_load: MakeLoad, mock: Mock, status: int, errors: list[str], breaks_5xx: bool
) -> None:
    """502 to 504 are errors; a 500 breaks the claim about server errors only."""
    load = make_load(scenario(read))
    user = SimulatedUser(load, 0)
    user.run_next()  # the first request of a process proves its credentials
    mock.outage.start(status, 1)

    user.run_next()

    assert [each.reason for each in errors_of(load)] == errors
    assert {id_: bool(tally.broken) for id_, tally in load.tally.claims.items() if tally.broken} == (
        {"AS-CODE-14": True} if breaks_5xx else {}
    )
    assert load.tally.claims[CLAIM].judged["alone"] == 1
    assert scenarios_of(load)[0].inconclusive == {DISTURBED: 1}


def test_401_for_an_issued_token_says_nothing_and_the_user_logs_in_again(
    make_load: MakeLoad, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token has expired, or another login has ended it."""
    load = make_load(scenario(lambda user: read_with(user, "an-expired-token")))
    discarded = []
    monkeypatch.setattr(load.session, "issued_token", lambda _: "an-expired-token")
    monkeypatch.setattr(load.session, "discard_token", lambda *words: discarded.append(words))

    repeat(load)

    assert [each.reason for each in errors_of(load)] == ["401 for an access token of this run"]
    assert CLAIM not in load.tally.claims
    assert discarded == [("app", "an-expired-token")]


def test_401_for_a_token_of_the_configuration_breaks_a_claim(make_load: MakeLoad) -> None:
    load = make_load(scenario(lambda user: read_with(user, "a-wrong-token")))

    repeat(load)

    assert load.tally.claims[CLAIM].broken["alone"] == 1


def test_two_apis_of_a_target_create_other_texts(make_load: MakeLoad) -> None:
    load, other = make_load(scenario(read)), make_load(scenario(read))
    first = load.unique_name("track")
    other.session.name = "another"

    assert other.unique_name("track") != first


def test_missing_response_is_an_error_and_breaks_nothing(make_load: MakeLoad, mock: Mock) -> None:
    load = make_load(scenario(read))
    user = SimulatedUser(load, 0)
    user.run_next()
    original = mock.wsgi
    mock.wsgi = close_connection  # type: ignore[method-assign]  # as faults do

    user.run_next()
    mock.wsgi = original  # type: ignore[method-assign]

    assert load.tally.errors.total() == 1
    assert not any(tally.broken for tally in load.tally.claims.values())
    assert scenarios_of(load)[0].inconclusive == {DISTURBED: 1}


def test_429_is_obeyed_and_breaks_nothing(make_load: MakeLoad, mock: Mock) -> None:
    load = make_load(scenario(read))
    user = SimulatedUser(load, 0)
    user.run_next()
    mock.outage.start(429, 1)

    user.run_next()

    assert load.tally.claims[CLAIM].judged["alone"] == 2
    assert not any(tally.broken for tally in load.tally.claims.values())


def test_scenario_that_the_target_cannot_serve_is_not_repeated(make_load: MakeLoad) -> None:
    load = make_load(scenario(lack))

    is_served = SimulatedUser(load, -1).repeat(load.scenarios[0], is_alone=True)

    assert not is_served
    assert scenarios_of(load)[0].inconclusive == {"no list": 1}


def test_scenario_with_an_unmet_need_is_left_out(make_load: MakeLoad) -> None:
    load = make_load(scenario(read, "user"), Scenario("other", read, ()))

    assert [each.name for each in load.scenarios] == ["other"]
    assert scenarios_of(load)[0].inconclusive == {"needs user": 1}


def test_error_of_a_scenario_is_an_error_of_the_program(make_load: MakeLoad) -> None:
    load = make_load(scenario(crash))

    repeat(load)

    assert load.failures == ["small: KeyError: 'missing'"]
    assert not load.tally.claims


def test_users_never_get_the_same_text(make_load: MakeLoad) -> None:
    load = make_load()

    texts = [load.unique_name("text") for _ in range(3000)]

    assert len(set(texts)) == len(texts)


def test_requests_at_once_are_sent_in_turn_by_a_user_alone(make_load: MakeLoad) -> None:
    load = make_load()
    active, most = [0], [0]

    def send(client: Any) -> Any:
        active[0] += 1
        most[0] = max(most[0], active[0])
        response = client.get("/tracks")
        active[0] -= 1
        return response

    def steps(user: LoadUser) -> None:
        assert [each.status for each in user.at_once(3, send)] == [200] * 3

    SimulatedUser(load, -1).repeat(scenario(steps), is_alone=True)

    assert (most, load.failures) == ([1], [])


def test_requests_at_once_reach_the_server_together(
    make_load: MakeLoad, mock: Mock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They meet right before they are sent, and the server has each before it responds to another."""
    load, original, arrived = make_load(), mock.wsgi, Barrier(3)
    user = SimulatedUser(load, 0)
    user.repeat(scenario(read))  # the first request of a process proves its credentials

    def wait_for_others(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        arrived.wait(5)
        return original(environ, start_response)

    mock.wsgi = wait_for_others  # type: ignore[method-assign]  # as faults do
    statuses: list[int] = []
    met: list[Meeting] = []
    monkeypatch.setattr(Meeting, "wait", lambda own: met.append(own))
    user.repeat(scenario(lambda own: statuses.extend(each.status for each in own.at_once(3, get_tracks))))

    assert (statuses, load.failures) == ([200] * 3, [])
    assert len(met) == 3


def get_tracks(client: Client) -> Response:
    return client.get("/tracks")


def test_requests_at_once_do_not_wait_for_one_that_is_not_sent(
    make_load: MakeLoad, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = make_load()
    senders: list[Callable[[Client], Response]] = [refuse_to_send, get_tracks]
    monkeypatch.setattr(meeting, "TIMEOUT_S", None)  # the test would not end if it waited

    SimulatedUser(load, 0).repeat(scenario(lambda user: user.at_once(2, lambda own: senders.pop()(own))))

    assert load.tally.scenario("small").inconclusive == {"nothing is sent": 1}


def refuse_to_send(client: Client) -> Response:
    not_verified("nothing is sent")


@pytest.mark.parametrize("expected", [200, 201])
def test_5xx_before_a_block_says_nothing_about_its_claims(
    make_load: MakeLoad, mock: Mock, expected: int
) -> None:
    def send_and_judge(user: LoadUser) -> None:
        response = user.client.get("/tracks")
        with user.judging(CLAIM):
            expect(response.status, expected, "status")

    load = make_load(scenario(send_and_judge))
    user = SimulatedUser(load, 0)
    user.run_next()  # the first request of a process proves its credentials
    load.tally.claims.clear()
    mock.outage.start(503, 1)

    user.run_next()

    assert CLAIM not in load.tally.claims


def test_scenario_of_which_a_request_met_a_5xx_is_not_dropped(make_load: MakeLoad, mock: Mock) -> None:
    def need_item(user: LoadUser) -> None:
        if user.client.get("/tracks").status != 200:
            not_verified("the target creates no item")
        read(user)

    load = make_load(scenario(need_item))
    mock.outage.start(503, 2)

    repeat_alone(load)

    assert load.tally.claims[CLAIM].judged["alone"] == 1
    assert len(load.scenarios) == 1


def test_5xx_that_no_claim_forbids_is_counted(make_load: MakeLoad, mock: Mock) -> None:
    load = make_load(scenario(read))
    load.session.judge.checks = ()  # no check has a claim about server errors
    user = SimulatedUser(load, 0)
    user.run_next()  # the first request of a process proves its credentials
    mock.outage.start(500, 1)

    user.run_next()

    assert [each.reason for each in errors_of(load)] == ["500, which no claim forbids"]


def test_claim_of_a_dropped_scenario_is_not_judged(make_load: MakeLoad) -> None:
    load = make_load(scenario(lack))

    repeat_alone(load)

    assert not load.scenarios
    assert [(each.id, each.verdict) for each in claims_of(load)] == [(CLAIM, "not judged")]


def test_walk_adds_an_item_while_each_of_the_first_pages_is_read_unless_the_user_is_alone(
    make_load: MakeLoad,
) -> None:
    order: list[str] = []

    def steps(user: LoadUser) -> None:
        pages = (order.append(f"page {number}") or WalkedPage([], None) for number in range(5))  # type: ignore[func-returns-value,arg-type]
        user.walk(pages, lambda: order.append("added"))

    for is_alone in (True, False):
        SimulatedUser(make_load(), 0).repeat(scenario(steps), is_alone=is_alone)

    pages = [f"page {number}" for number in range(5)]
    assert order[:5] == pages
    assert [each for each in order[5:] if each != "added"] == pages
    assert order[5:].count("added") == 3
    assert order[-2:] == pages[-2:]


def test_write_that_fails_beside_a_read_judges_nothing(make_load: MakeLoad) -> None:
    def fail_to_write() -> None:
        raise ExpectationFailed("201", "409")

    def steps(user: LoadUser) -> None:
        with user.judging(CLAIM):
            user.meanwhile(lambda: user.client.get("/tracks"), fail_to_write)

    load = make_load(scenario(steps))

    repeat(load)

    assert CLAIM not in load.tally.claims
    assert scenarios_of(load)[0].inconclusive == {"a write failed: expected 201; found 409": 1}
