"""A fault that shows only under load is named by its claim, and what judged nothing is visible."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from tests.unit.load.harbour import BERTH, Answer, Harbour, declare, refusal

from tuningfork import not_verified
from tuningfork.audit.patching import wrap_method
from tuningfork.load.report import as_markdown
from tuningfork.load.results import LoadResults, claims_of, errors_of, scenarios_of
from tuningfork.load.simulated_user import ATTEMPTS, DISTURBED, ApiLoad, SimulatedUser, repeat_alone
from tuningfork.mock.app import Environ, Mock
from tuningfork.mock.reference.idempotency import IdempotencyPart
from tuningfork.testing.load_scenario import LoadUser, Scenario

Serve = Callable[..., Harbour]
MakeLoad = Callable[..., ApiLoad]
KEYS = {"operations": ["POST /berths"], "replay": "equal", "concurrent": ["replayed", 409]}
CLAIM = "AS-CODE-04"


def report(load: ApiLoad) -> str:
    """Return the results of a load as Markdown."""
    results = LoadResults(
        complete=True,
        target="served",
        apis=["harbour"],
        users=1,
        seconds=1,
        seed=1,
        started="",
        reproduce="",
        interrupted=False,
        lost={},
        failures=load.failures,
        notices=[],
        claims=claims_of(load),
        errors=errors_of(load),
        scenarios=scenarios_of(load),
        operations=[],
    )
    return as_markdown(results)


def on_request(harbour: Harbour, method: str, act: Callable[[Environ], Answer | None]) -> None:
    harbour.intercept(lambda environ: act(environ) if environ["REQUEST_METHOD"] == method else None)


def test_deletion_that_is_refused_under_load_breaks_its_claim(serve: Serve) -> None:
    harbour = serve(declare())
    harbour.repeat_alone("life")
    on_request(harbour, "DELETE", lambda _: refusal("404 NOT FOUND"))

    assert harbour.repeat()["RESOURCE-DELETE"] is False


def test_creations_that_are_refused_under_load_are_in_the_report(serve: Serve) -> None:
    harbour = serve(declare())
    harbour.repeat_alone("life")
    harbour.repeat()
    on_request(harbour, "POST", lambda _: refusal("409 CONFLICT"))

    harbour.repeat(times=2)

    [life] = [each for each in scenarios_of(harbour.load) if each.name.startswith("life")]
    reason = "the target creates no berth: 409"
    assert (life.load.repetitions, life.load.inconclusive) == (3, {reason: 2})
    assert (life.repetitions, life.inconclusive) == (4, {reason: 2})
    remark = f"2 of 3 repetitions of life of berth judged nothing, or not all: {reason}"
    assert remark in report(harbour.load)


def test_repetition_whose_blocks_judge_nothing_after_a_5xx_is_counted(
    make_load: MakeLoad, mock: Mock
) -> None:
    scenario, _ = needs_luck(attempts=0)
    load = make_load(scenario)
    repeat_alone(load)
    mock.outage.start(503, 1)

    is_conclusive = SimulatedUser(load, 0).repeat(scenario)

    assert not is_conclusive
    assert load.tally.scenario("small").inconclusive == {DISTURBED: 1}


def needs_luck(attempts: int) -> tuple[Scenario, Counter[str]]:
    """Return a scenario that finds what it needs only after so many attempts with a request."""
    calls: Counter[str] = Counter()

    def steps(user: LoadUser) -> None:
        calls["all"] += 1
        user.client.get("/tracks")
        if calls["all"] <= attempts:
            not_verified("other clients delete items of the list")
        with user.judging(CLAIM):
            pass

    return Scenario("small", steps, (CLAIM,)), calls


def test_scenario_that_finds_no_passing_condition_is_tried_again(make_load: MakeLoad) -> None:
    scenario, _ = needs_luck(attempts=ATTEMPTS - 1)
    load = make_load(scenario)

    repeat_alone(load)

    assert load.tally.claims[CLAIM].judged["alone"] == 1


def test_scenario_that_finds_no_passing_condition_stays_in_the_load(make_load: MakeLoad) -> None:
    scenario, calls = needs_luck(attempts=ATTEMPTS)
    load = make_load(scenario)

    repeat_alone(load)

    assert (load.scenarios, calls["all"]) == ([scenario], ATTEMPTS)


def test_login_that_fails_once_drops_no_scenario(
    make_load: MakeLoad, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario, _ = needs_luck(attempts=0)
    load = make_load(scenario)
    original, first = load.session.client, [lambda *_: not_verified("no token")]

    def client(*arguments: Any) -> Any:
        return first.pop()(*arguments) if first else original(*arguments)

    monkeypatch.setattr(load.session, "client", client)

    repeat_alone(load)

    assert load.tally.claims[CLAIM].judged["alone"] == 1


def test_scenario_is_dropped_if_no_login_succeeds(
    make_load: MakeLoad, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario, calls = needs_luck(attempts=0)
    load = make_load(scenario)
    monkeypatch.setattr(load.session, "client", lambda *_: not_verified("no token"))

    repeat_alone(load)

    assert not load.scenarios
    assert not calls


def respond_to_keys(harbour: Harbour, refused: int) -> None:
    """Refuse the first requests with the second key of a repetition, which is the one of a race."""
    keys: Counter[str] = Counter()

    def respond(environ: Environ) -> Answer | None:
        key = str(environ.get("HTTP_IDEMPOTENCY_KEY"))
        keys[key] += 1
        is_second = list(keys).index(key) == 1
        return refusal("409 CONFLICT") if is_second and keys[key] <= refused else None

    on_request(harbour, "POST", respond)


@pytest.mark.parametrize(("refused", "holds"), [(2, True), (3, False)])
def test_key_of_requests_that_refused_each_other_works_afterwards(
    serve: Serve, refused: int, holds: bool
) -> None:
    harbour = serve(declare(idempotency=KEYS))
    harbour.repeat_alone("repeated")
    respond_to_keys(harbour, refused)

    assert harbour.repeat() == {"IDEM-REPLAY": True, "IDEM-CONCURRENT": holds}


def test_response_to_a_repeated_key_with_other_properties_breaks_the_claim(serve: Serve) -> None:
    harbour = serve(declare(idempotency=KEYS))
    harbour.repeat_alone("repeated")

    def repeat(original: Callable[..., Any], *arguments: Any) -> Any:
        response = original(*arguments)
        response.set_data(json.dumps(json.loads(response.get_data()) | {"label": "of another request"}))
        return response

    wrap_method(harbour.server.get(IdempotencyPart), "repeat", repeat)

    assert harbour.repeat()["IDEM-REPLAY"] is False


def test_duplicates_race_for_a_new_name(serve: Serve) -> None:
    """The requests of the race have one name, and no earlier item has it."""
    named = {"request": "PUT /berths/{id}", "body": {"label": "{text}"}}
    harbour = serve(declare(resources={"berth": {**BERTH, "duplicate": 409, "create": named}}))
    paths: Counter[str] = Counter()

    def count(environ: Environ) -> None:
        paths[str(environ["PATH_INFO"])] += 1

    on_request(harbour, "PUT", count)
    harbour.repeat_alone("duplicates")

    assert list(paths.values()) == [1, 2]
