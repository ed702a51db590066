"""Judges the headers of rate limits: Retry-After, the numbers, and the fields of the IETF draft."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal

from tuningfork.checks.base import Check
from tuningfork.checks.http_dates import parse_http_date
from tuningfork.checks.judgement import Judgement, as_check
from tuningfork.contract.openapi import Operation
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.rate_limit import RateLimit
from tuningfork.json_text import read_integer
from tuningfork.model import Exchange
from tuningfork.numbers import read_digits

SKEW_S = 300
"""How far the clocks of several servers of a target may differ."""
ITEM = re.compile(
    r'\s*"(?P<name>[^"]*)"(?P<parameters>(?:\s*;\s*[a-z]+=(?:-?\d+|"[^"]*"|:[^:]*:|[\w/*-]+))*)\s*'
)
PARAMETER = re.compile(r";\s*([a-z]+)=(-?\d+)(?=\s|;|$)")


def checks(declaration: Declaration) -> Iterable[Check]:
    """Return the check of the numbers in successful responses."""

    def judge(exchange: Exchange, operation: Operation | None) -> Iterator[Judgement]:
        """Yield the judgements of a response of a limited operation."""
        declared: RateLimit | None = declaration.of("rate-limit", operation) if operation else None
        if declared is not None and 200 <= exchange.response.status < 300:
            yield from judge_all_numbers(exchange, declared)

    return [as_check(declaration, judge)] if declaration.values("rate-limit") else []


def checks_of_429(declaration: Declaration) -> Iterable[Check]:
    """Return the check of the headers of a 429; one that is a page of a gateway is not judged."""

    def judge(exchange: Exchange, operation: Operation | None) -> Iterator[Judgement]:
        """Yield the judgements of a refusal of a limited operation."""
        declared: RateLimit | None = declaration.of("rate-limit", operation) if operation else None
        is_page = exchange.response.media_type == "text/html"
        if declared is None or declared.refusal is None or 429 not in declared.refusal.statuses or is_page:
            return
        if declared.retry_after is not None:
            yield judge_retry_after(exchange, declared.retry_after)
        yield from judge_all_numbers(exchange, declared)

    return [as_check(declaration, judge)] if declaration.values("rate-limit") else []


def judge_all_numbers(exchange: Exchange, declared: RateLimit) -> Iterator[Judgement]:
    """Yield the judgements of all headers with numbers."""
    if declared.headers is not None:
        yield from judge_numbers(exchange, declared)
    if declared.draft is not None:
        yield judge_draft(exchange)


def judge_retry_after(exchange: Exchange, form: str) -> Judgement:
    """Return whether a refusal has a Retry-After of the declared form (RFC 9110 10.2.3)."""
    value = exchange.response.headers.get("retry-after", "").strip()
    forms = {"seconds": is_seconds, "date": is_date}
    holds = any(test(value) for name, test in forms.items() if form in (name, "either"))
    expected = f"Retry-After with {'seconds or a date' if form == 'either' else form}"
    return Judgement("RATE-RETRY-AFTER", holds, expected, value or "no Retry-After", "Retry-After")


def judge_numbers(exchange: Exchange, declared: RateLimit) -> Iterator[Judgement]:
    """Yield whether a response has the declared headers, with numbers that agree."""
    names = declared.headers
    assert names is not None
    headers = exchange.response.headers
    numbers: dict[str, int | Decimal] = {}
    for name in (names.limit, names.remaining):
        if name is not None:
            value = headers.get(name, "").strip()
            number = read_digits(value)
            yield _judgement(number is not None, f"{name} with a number", value or f"no {name}", name)
            if number is not None:
                numbers[name] = number
    if names.limit in numbers and names.remaining in numbers:
        limit, remaining = numbers[str(names.limit)], numbers[str(names.remaining)]
        yield _judgement(remaining <= limit, f"at most {limit} left", str(remaining), str(names.remaining))
    counts = {limit.count for limit in declared.limits}
    if names.limit in numbers and counts:
        found = numbers[str(names.limit)]
        expected = f"a limit of {' or '.join(map(str, sorted(counts)))}"
        yield _judgement(found in counts, expected, str(found), str(names.limit))
    if names.reset is not None and declared.reset is not None:
        yield judge_reset(exchange, declared, names.reset, declared.reset)


def judge_reset(exchange: Exchange, declared: RateLimit, name: str, unit: str) -> Judgement:
    """Return whether the limit starts again at a time from now to the longest declared time from now."""
    value = exchange.response.headers.get(name, "").strip()
    longest = max((limit.seconds for limit in declared.limits), default=366 * 86_400)
    now = parse_http_date(exchange.response.headers.get("date", ""))
    read: dict[str, Callable[[], float | None]] = {
        "seconds": lambda: float(value) if is_seconds(value) else None,
        "epoch": lambda: float(value) - now if is_seconds(value) and now is not None else None,
        "date": lambda: _difference(parse_http_date(value), now),
    }
    seconds = read[unit]()
    is_judged = unit == "seconds" or now is not None or not value
    holds = seconds is not None and -SKEW_S <= seconds <= longest + SKEW_S if is_judged else True
    expected = f"{name} at most {longest} s from now, as {unit}"
    return _judgement(holds, expected, value or f"no {name}", name)


def judge_draft(exchange: Exchange) -> Judgement:
    """Return whether RateLimit and RateLimit-Policy are well-formed and agree."""
    headers = exchange.response.headers
    limits, policies = (parse_items(headers.get(name, "")) for name in ("ratelimit", "ratelimit-policy"))
    holds = (
        bool(limits)
        and policies is not None
        and all(is_within(parameters, policies.get(name)) for name, parameters in (limits or {}).items())
    )
    found = f"{headers.get('ratelimit', 'no RateLimit')} with {headers.get('ratelimit-policy', 'no policy')}"
    expected = 'RateLimit: "name";r=REMAINING;t=SECONDS with RateLimit-Policy: "name";q=QUOTA;w=SECONDS'
    return Judgement("RATE-DRAFT", holds, expected, found, "RateLimit")


def is_within(limit: Mapping[str, int | Decimal], policy: Mapping[str, int | Decimal] | None) -> bool:
    """Return whether a limit has a remaining quota, and neither it nor its time is above the policy."""
    remaining, seconds = limit.get("r", -1), limit.get("t", 0)
    if policy is None:
        return remaining >= 0 <= seconds
    quota, window = policy.get("q", -1), policy.get("w", seconds)
    return 0 <= remaining <= quota and 0 <= seconds <= window


def parse_items(value: str) -> dict[str, dict[str, int | Decimal]] | None:
    """Return the parameters of each item of a structured field by its name; None if it is not well-formed."""
    items: dict[str, dict[str, int | Decimal]] = {}
    for part in re.split(r',(?=\s*")', value) if value.strip() else []:
        match = ITEM.fullmatch(part)
        if match is None:
            return None
        items[match["name"]] = {
            name: read_integer(number) for name, number in PARAMETER.findall(match["parameters"])
        }
    return items


def is_seconds(value: str) -> bool:
    """Return whether a value is a number of at least 0 (RFC 9110 10.2.3, delay-seconds)."""
    return value.isascii() and value.isdigit()


def is_date(value: str) -> bool:
    """Return whether a value is an HTTP date."""
    return parse_http_date(value) is not None


def _difference(time: float | None, now: float | None) -> float | None:
    """Return the seconds between two times; None if one is missing."""
    return None if time is None or now is None else time - now


def _judgement(holds: bool, expected: str, found: str, name: str) -> Judgement:
    """Return a judgement of a header with a number."""
    return Judgement("RATE-HEADERS", holds, expected, found, name)
