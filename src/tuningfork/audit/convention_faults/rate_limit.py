"""Faults and variants of `rate-limit`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from email.utils import formatdate

from flask import Response, g

from tuningfork.audit.convention_patch import breaks, keeps
from tuningfork.audit.patching import wrap_method
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.rate_limit import Limit, RateLimit
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.rate_limit import Counter, RateLimitPart
from tuningfork.mock.reference.server import ReferenceServer

MAX_SENT = 50
"""The greatest limit that a test uses up by requests."""
Pairs = Iterator[tuple[str, str]]
HeaderPairs = Callable[[RateLimit, Counter], Pairs]


def _has(window: str) -> Callable[[Declaration], bool]:
    """Return the condition that a limit has this window."""
    return lambda declaration: any(
        limit.window == window for group in declaration.values("rate-limit") for limit in group.limits
    )


def _has_limit(declaration: Declaration) -> bool:
    """Return whether the number of a limit is declared; without it no request is known to be below it."""
    return any(group.limits for group in declaration.values("rate-limit"))


def _is_small(declaration: Declaration) -> bool:
    """Return whether a fixed limit is small enough to be used up by requests."""
    return any(
        limit.window == "fixed" and limit.count <= MAX_SENT
        for group in declaration.values("rate-limit")
        for limit in group.limits
    )


def _has_reset(unit: str) -> Callable[[Declaration], bool]:
    """Return the condition that a header has the time of the next start in this unit."""
    return lambda declaration: any(
        group.reset == unit and group.headers is not None and group.headers.reset is not None
        for group in declaration.values("rate-limit")
    )


def _says(form: str) -> Callable[[Declaration], bool]:
    """Return the condition that Retry-After has this form."""
    return lambda declaration: any(group.retry_after == form for group in declaration.values("rate-limit"))


def _has_limit_and_remaining(declaration: Declaration) -> bool:
    """Return whether there are headers for the limit and for what is left of it."""
    return any(
        group.headers is not None and None not in (group.headers.limit, group.headers.remaining)
        for group in declaration.values("rate-limit")
    )


def _change_header(
    server: ReferenceServer, header: str, change: Callable[[str, Counter], str | None]
) -> None:
    """Replace the value of the declared header `limit`, `remaining` or `reset`; None removes it."""

    def number_headers(original: HeaderPairs, declared: RateLimit, counter: Counter) -> Pairs:
        for name, value in original(declared, counter):
            changed = change(value, counter) if name == getattr(declared.headers, header) else value
            if changed is not None:
                yield name, changed

    wrap_method(server.get(RateLimitPart), "number_headers", number_headers)


@breaks("RATE-STATUS")
def no_limit_is_enforced(server: ReferenceServer) -> None:
    """Any number of requests is accepted."""
    wrap_method(server.get(RateLimitPart), "is_full", lambda *_: False)


@breaks("RATE-STATUS")
def one_request_above_the_limit_is_accepted(server: ReferenceServer) -> None:
    """One more request than the limit is accepted."""
    wrap_method(
        server.get(RateLimitPart), "is_full", lambda _original, counter: counter.used > counter.limit.count
    )


@breaks("RATE-STATUS", when=_has_limit)
def last_request_of_the_limit_is_refused(server: ReferenceServer) -> None:
    """The last request that the limit allows is refused."""
    wrap_method(
        server.get(RateLimitPart),
        "is_full",
        lambda _original, counter: counter.used + 2 > counter.limit.count,
    )


@breaks("RATE-STATUS")
def too_many_requests_return_403(server: ReferenceServer) -> None:
    """A request above the limit returns 403."""
    part = server.get(RateLimitPart)

    def before(original: Callable[[Call], Response | None], call: Call) -> Response | None:
        try:
            return original(call)
        except HttpError as error:
            raise HttpError(403, headers=error.headers) from None

    wrap_method(part, "before", before)


@breaks("RATE-STATUS")
def one_operation_is_not_limited(server: ReferenceServer) -> None:
    """The last of the limited operations accepts any number of requests."""
    part = server.get(RateLimitPart)
    limited = [each for each in server.operations if server.declaration.of("rate-limit", each) is not None]

    def is_full(original: Callable[[Counter], bool], counter: Counter) -> bool:
        return original(counter) and g.context.operation is not limited[-1]

    wrap_method(part, "is_full", is_full)


@breaks("RATE-RETRY-AFTER", "RATE-RETRY-WORKS")
def refusal_has_no_retry_after(server: ReferenceServer) -> None:
    """A refusal for too many requests has no Retry-After."""
    wrap_method(server.get(RateLimitPart), "retry_headers", lambda *_: {})


@breaks("RATE-RETRY-AFTER")
def retry_after_has_a_unit(server: ReferenceServer) -> None:
    """Retry-After is a number with the unit, such as `30s`."""
    wrap_method(server.get(RateLimitPart), "retry_after", lambda _original, _declared, seconds: f"{seconds}s")


@breaks("RATE-RETRY-AFTER")
def retry_after_has_a_fraction(server: ReferenceServer) -> None:
    """Retry-After is a number with a decimal point."""
    wrap_method(
        server.get(RateLimitPart), "retry_after", lambda _original, _declared, seconds: f"{seconds}.0"
    )


@breaks("RATE-RETRY-AFTER", when=_says("seconds"))
def retry_after_is_a_date(server: ReferenceServer) -> None:
    """Retry-After is a date although seconds are declared."""
    wrap_method(
        server.get(RateLimitPart), "retry_after", lambda _original, _declared, seconds: _date(server, seconds)
    )


@breaks("RATE-RETRY-AFTER", when=_says("date"))
def retry_after_is_in_seconds(server: ReferenceServer) -> None:
    """Retry-After has seconds although a date is declared."""
    wrap_method(server.get(RateLimitPart), "retry_after", lambda _original, _declared, seconds: str(seconds))


@breaks("RATE-RETRY-WORKS")
def retry_after_is_half_of_the_time(server: ReferenceServer) -> None:
    """Retry-After is half of the time after which a request is accepted."""
    wrap_method(server.get(RateLimitPart), "wait", lambda original, full: original(full) // 2)


@breaks("RATE-RETRY-WORKS")
def retry_after_is_in_minutes(server: ReferenceServer) -> None:
    """Retry-After has minutes in place of seconds."""
    wrap_method(server.get(RateLimitPart), "wait", lambda original, full: original(full) // 60)


@keeps("RATE-RETRY-AFTER", "RATE-RETRY-WORKS")
def retry_after_is_ten_seconds_longer(server: ReferenceServer) -> None:
    """Retry-After is ten seconds longer than necessary, so that clients do not come at once."""
    wrap_method(server.get(RateLimitPart), "wait", lambda original, full: original(full) + 10)


@keeps("RATE-RETRY-AFTER", "RATE-RETRY-WORKS", when=_says("either"))
def retry_after_may_be_a_date(server: ReferenceServer) -> None:
    """Retry-After is a date, which is declared beside seconds."""

    def retry_after(original: Callable[..., str], declared: RateLimit, seconds: int) -> str:
        return _date(server, seconds) if declared.retry_after == "either" else original(declared, seconds)

    wrap_method(server.get(RateLimitPart), "retry_after", retry_after)


@breaks("RATE-WINDOW")
def limit_never_starts_again(server: ReferenceServer) -> None:
    """A limit that is used up stays so."""
    wrap_method(server.get(RateLimitPart), "refresh", lambda *_: None)


@breaks("RATE-WINDOW", when=_has("fixed"))
def window_is_a_minute_longer(server: ReferenceServer) -> None:
    """A limit starts again a minute after its time."""
    wrap_method(server.get(RateLimitPart), "window", lambda original, limit: original(limit) + 60)


@breaks("RATE-WINDOW", when=_is_small)
def half_of_the_limit_is_there_again(server: ReferenceServer) -> None:
    """After its time half of the limit is there again."""
    wrap_method(server.get(RateLimitPart), "used_at_start", lambda _original, limit: limit.count // 2)


@breaks("RATE-WINDOW", when=_has("bucket"))
def bucket_fills_half_as_fast(server: ReferenceServer) -> None:
    """A bucket needs twice its time to be full again."""
    wrap_method(server.get(RateLimitPart), "window", lambda original, limit: 2 * original(limit))


@breaks("RATE-WINDOW", when=_has("sliding"))
def sliding_window_ends_early(server: ReferenceServer) -> None:
    """The window of the last requests has a third of its time."""
    wrap_method(server.get(RateLimitPart), "window", lambda original, limit: original(limit) / 3)


@keeps("RATE-STATUS", "RATE-WINDOW", when=_has("fixed"))
def windows_begin_at_full_hours(server: ReferenceServer) -> None:
    """A window begins at a multiple of its time, not at the first request."""

    def start(original: Callable[[Limit, float], float], limit: Limit, now: float) -> float:
        return now - now % limit.seconds if limit.window == "fixed" else original(limit, now)

    wrap_method(server.get(RateLimitPart), "start", start)


@keeps("RATE-STATUS", "RATE-COUNTS-DOWN")
def refused_requests_count_too(server: ReferenceServer) -> None:
    """A refused request counts as well."""

    def is_full(original: Callable[[Counter], bool], counter: Counter) -> bool:
        if not original(counter):
            return False
        counter.used += 1
        return True

    wrap_method(server.get(RateLimitPart), "is_full", is_full)


@breaks("RATE-HEADERS", "RATE-COUNTS-DOWN")
def responses_have_no_numbers(server: ReferenceServer) -> None:
    """No response has the headers of the limit."""
    wrap_method(server.get(RateLimitPart), "number_headers", lambda *_: iter(()))


@breaks("RATE-HEADERS")
def refusals_have_no_numbers(server: ReferenceServer) -> None:
    """A refusal for too many requests lacks the headers of the limit."""

    def number_headers(original: HeaderPairs, declared: RateLimit, counter: Counter) -> Pairs:
        return (
            iter(())
            if part.is_full(counter) and part.remaining(counter) == 0
            else original(declared, counter)
        )

    part = server.get(RateLimitPart)
    wrap_method(part, "number_headers", number_headers)


@breaks("RATE-HEADERS", when=_has_limit_and_remaining)
def remaining_is_below_zero(server: ReferenceServer) -> None:
    """A refusal says that -1 requests are left."""
    _change_header(server, "remaining", lambda value, _: "-1" if value == "0" else value)


@breaks("RATE-HEADERS", when=_has_limit_and_remaining)
def more_is_left_than_the_limit(server: ReferenceServer) -> None:
    """More requests are left than the limit has."""
    _change_header(server, "remaining", lambda value, counter: str(int(value) + counter.limit.count))


@breaks("RATE-HEADERS", when=_has_reset("epoch"))
def reset_is_in_milliseconds(server: ReferenceServer) -> None:
    """The time at which the limit starts again is in milliseconds since 1970."""
    _change_header(server, "reset", lambda value, _: f"{value}000")


@breaks("RATE-HEADERS", when=_has_reset("epoch"))
def reset_is_from_now(server: ReferenceServer) -> None:
    """The time at which the limit starts again is in seconds from now."""
    _change_header(server, "reset", lambda value, _: str(int(value) - math.floor(server.clock.now())))


@breaks("RATE-HEADERS", when=_has_reset("seconds"))
def reset_is_a_time(server: ReferenceServer) -> None:
    """The time at which the limit starts again is in seconds since 1970."""
    _change_header(server, "reset", lambda value, _: str(int(value) + math.floor(server.clock.now())))


@breaks("RATE-HEADERS", when=_has_reset("date"))
def reset_is_a_number(server: ReferenceServer) -> None:
    """The time at which the limit starts again is a number."""
    _change_header(server, "reset", lambda *_: "60")


@breaks("RATE-COUNTS-DOWN")
def remaining_stays_the_same(server: ReferenceServer) -> None:
    """The number of requests that are left is always the limit."""
    _change_header(server, "remaining", lambda _, counter: str(counter.limit.count))


@breaks("RATE-COUNTS-DOWN")
def reads_are_not_counted(server: ReferenceServer) -> None:
    """A GET changes nothing in the number of requests that are left."""

    def before(original: Callable[[Call], Response | None], call: Call) -> Response | None:
        response = original(call)
        for counter in call.notes.get("rate-limit", ()) if call.request.method == "GET" else ():
            counter.used -= 1
        return response

    wrap_method(server.get(RateLimitPart), "before", before)


@keeps("RATE-COUNTS-DOWN", "RATE-HEADERS")
def other_clients_use_the_limit_too(server: ReferenceServer) -> None:
    """Each request of a client takes two from the limit, as if another client had sent one."""

    def remaining(original: Callable[[Counter], int], counter: Counter) -> int:
        return max(0, original(counter) - round(counter.used))

    wrap_method(server.get(RateLimitPart), "remaining", remaining)


@breaks("RATE-DRAFT")
def draft_has_more_left_than_the_quota(server: ReferenceServer) -> None:
    """RateLimit has a greater `r` than the `q` of RateLimit-Policy."""
    _change_draft(server, "RateLimit", lambda value: value.replace(";r=", ";r=9"))


@breaks("RATE-DRAFT")
def draft_has_a_time_since_1970(server: ReferenceServer) -> None:
    """The `t` of RateLimit is in seconds since 1970."""
    _change_draft(
        server, "RateLimit", lambda value: f"{value.partition(';t=')[0]};t={int(server.clock.now())}"
    )


@breaks("RATE-DRAFT")
def draft_has_an_unquoted_name(server: ReferenceServer) -> None:
    """The name in RateLimit has no quotes."""
    _change_draft(server, "RateLimit", lambda value: value.replace('"', ""))


@keeps("RATE-DRAFT")
def draft_has_two_policies(server: ReferenceServer) -> None:
    """RateLimit-Policy has a second policy, of which RateLimit says nothing."""
    _change_draft(server, "RateLimit-Policy", lambda value: f'{value}, "burst";q=1000;w=1;pk=:YQ==:')


def _change_draft(server: ReferenceServer, header: str, change: Callable[[str], str]) -> None:
    """Replace the value of a header of the draft."""

    def draft_headers(original: HeaderPairs, declared: RateLimit, counter: Counter) -> Pairs:
        for name, value in original(declared, counter):
            yield name, change(value) if name == header else value

    wrap_method(server.get(RateLimitPart), "draft_headers", draft_headers)


def _date(server: ReferenceServer, seconds: int) -> str:
    """Return the HTTP date in a number of seconds."""
    return formatdate(math.ceil(server.clock.now()) + seconds, usegmt=True)
