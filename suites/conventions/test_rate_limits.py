"""`rate-limit`: how too many requests are refused, and how a client learns when it may send again."""

from __future__ import annotations

from tuningfork.checks.declared.rate_limit import judge_draft, judge_numbers, judge_retry_after
from tuningfork.checks.http_dates import parse_http_date
from tuningfork.checks.judgement import Judgement
from tuningfork.client.client import Client
from tuningfork.client.controls import ControlsClient
from tuningfork.client.response import Response
from tuningfork.conventions.declaration import Subject
from tuningfork.testing.convention import convention
from tuningfork.testing.declared_operation import DeclaredOperation
from tuningfork.testing.expect import expect_true
from tuningfork.testing.fairness import premise
from tuningfork.testing.listings import at_least_one
from tuningfork.testing.quota import MAX_SENT, Quota
from tuningfork.testing.refusal import expect_refusal

HOOKS = ("write", "control:quota", "control:clock")
REQUESTS = 4


@convention("RATE-STATUS", needs=("write",))
def test_request_above_the_limit_is_refused(
    subject: Subject, declared_operation: DeclaredOperation, quota: Quota
) -> None:
    request = declared_operation.harmless()

    for limit in quota.limits:
        response = quota.send_above(limit, request)

        refusal = subject.model.refusal
        is_other = response.status == 429 and 429 not in refusal.statuses
        expect_true(not is_other, f"status {refusal.statuses}", "429", response)
        expect_refusal(response, refusal, quota.declaration, declared_operation.operation)


@convention("RATE-RETRY-AFTER", needs=("write",))
def test_refusal_says_when_to_send_again(
    subject: Subject, declared_operation: DeclaredOperation, quota: Quota
) -> None:
    request = declared_operation.harmless()

    for limit in quota.limits:
        response = quota.send_above(limit, request)
        premise(quota.is_refused(response), "no request is refused")

        expect_judgement(judge_retry_after(response.exchange, subject.model.retry_after), response)


@convention("RATE-STATUS", needs=("write", "control:quota"))
def test_last_request_below_the_limit_is_accepted(
    declared_operation: DeclaredOperation, client: Client, quota: Quota
) -> None:
    premise(bool(quota.declared.limits), "no limit is declared")
    request = declared_operation.harmless()

    for limit in quota.limits:
        quota.leave(limit, 1)
        response = request.send(client)

        premise(quota.is_alone or not quota.is_refused(response), "others may use the quota, too")
        expect_true(not quota.is_refused(response), "the last request to be accepted", "a refusal", response)


@convention("RATE-RETRY-WORKS", needs=HOOKS)
def test_request_after_retry_after_is_accepted(
    declared_operation: DeclaredOperation, client: Client, controls: ControlsClient, quota: Quota
) -> None:
    request = declared_operation.harmless()

    for limit in quota.limits:
        refused = quota.send_above(limit, request)
        premise(quota.is_refused(refused), "no request is refused")
        controls.clock(seconds_to_wait(refused) + 1)
        response = request.send(client)

        premise(quota.is_alone or not quota.is_refused(response), "others may use the quota, too")
        expect_true(not quota.is_refused(response), "a request to be accepted", "a refusal", response)


@convention("RATE-WINDOW", needs=HOOKS)
def test_limit_starts_again_after_its_time(
    declared_operation: DeclaredOperation, client: Client, controls: ControlsClient, quota: Quota
) -> None:
    """A window of the last requests is still full after half of its time."""
    request = declared_operation.harmless()

    for limit in quota.limits:
        premise(quota.is_refused(quota.send_above(limit, request)), "no request is refused")
        controls.clock(limit.seconds / 2)
        if limit.window == "sliding":
            early = request.send(client)
            expect_true(quota.is_refused(early), "a refusal in the window", str(early.status), early)
        controls.clock(limit.seconds / 2 + 1)
        response = request.send(client)

        premise(quota.is_alone or not quota.is_refused(response), "others may use the quota, too")
        expect_true(not quota.is_refused(response), "a request to be accepted", "a refusal", response)


@convention("RATE-WINDOW", needs=HOOKS)
def test_whole_limit_is_there_again_after_its_time(
    declared_operation: DeclaredOperation, client: Client, controls: ControlsClient, quota: Quota
) -> None:
    """Of the smallest limit, if it is small enough to be used up by requests."""
    request = declared_operation.harmless()
    limit = min(quota.limits, key=lambda each: each.count)
    premise(limit.count <= MAX_SENT, f"{limit.count} requests are too many")

    quota.leave(limit, 0)
    controls.clock(limit.seconds + 1)
    responses = [request.send(client) for _ in range(limit.count)]

    refused = [response for response in responses if quota.is_refused(response)]
    found = f"{len(refused)} of them refused"
    expect_true(not refused, f"{limit.count} requests to be accepted", found, refused[0] if refused else None)


@convention("RATE-HEADERS")
def test_response_has_the_numbers_of_the_limit(
    subject: Subject, declared_operation: DeclaredOperation, client: Client
) -> None:
    response = declared_operation.harmless().send(client)

    premise(response.status < 300, f"the request returns {response.status}")
    judgements = judge_numbers(response.exchange, subject.model)
    for judgement in at_least_one(judgements, "no number is declared"):
        expect_judgement(judgement, response)


@convention("RATE-DRAFT")
def test_response_has_the_headers_of_the_draft(declared_operation: DeclaredOperation, client: Client) -> None:
    response = declared_operation.harmless().send(client)

    premise(response.status < 300, f"the request returns {response.status}")
    expect_judgement(judge_draft(response.exchange), response)


@convention("RATE-COUNTS-DOWN")
def test_remaining_number_falls(
    subject: Subject, declared_operation: DeclaredOperation, client: Client
) -> None:
    request = declared_operation.harmless()

    responses = [request.send(client) for _ in range(REQUESTS)]

    headers = subject.model.headers
    expect_lower(responses[0], responses[-1], headers.remaining, headers.reset)


def expect_judgement(judgement: Judgement, response: Response) -> None:
    """Raise ExpectationFailed unless a judgement of a response holds."""
    expect_true(judgement.holds, judgement.expected, judgement.found, response)


def expect_lower(first: Response, last: Response, name: str, reset: str | None) -> None:
    """Raise ExpectationFailed unless a number fell, or its limit has started again; 0 is not judged."""
    before, after = (response.headers.get(name, "") for response in (first, last))
    premise(before.isdigit() and after.isdigit() and int(before) > 0, f"{name} is {before or 'missing'}")
    has_restarted = int(after) > int(before) and (
        reset is None or first.headers.get(reset) != last.headers.get(reset)
    )
    expected = f"{name} below {before} after {REQUESTS} requests"
    expect_true(int(after) < int(before) or has_restarted, expected, after, last)


def seconds_to_wait(refused: Response) -> float:
    """Return the time in Retry-After in seconds; the test is not verified without one."""
    value = refused.headers.get("retry-after", "").strip()
    if value.isdigit():
        return float(value)
    until, now = parse_http_date(value), parse_http_date(refused.headers.get("date", ""))
    premise(until is not None and now is not None, "the refusal has no Retry-After")
    return max(0.0, (until or 0) - (now or 0))
