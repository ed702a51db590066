"""Reads from an exchange what claims about several exchanges need: pages, entity tags, rate limits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from urllib.parse import urljoin

from tuningfork.checks.base import is_success
from tuningfork.checks.declared.pagination import group_of
from tuningfork.checks.declared.rate_limit import is_seconds
from tuningfork.checks.http_dates import parse_http_date
from tuningfork.checks.json_body import json_values
from tuningfork.checks.places import MISSING, find_in_response, find_value
from tuningfork.checks.series.observation import (
    Observation,
    Observer,
    Page,
    Quota,
    TaggedBody,
    client_of,
    digest,
    may_change,
    normalized_url,
)
from tuningfork.client.gateway import is_from_cache, is_of_gateway
from tuningfork.client.response import Response
from tuningfork.contract.openapi import Contract, Operation
from tuningfork.conventions.pagination import Pagination
from tuningfork.model import EVIDENCE, Exchange, ExpectationFailed
from tuningfork.numbers import read_digits
from tuningfork.registry.api_profile import Profile

RANKING_PARAMETERS = frozenset({"q", "query", "search", "term"})
"""Parameters of lists that are sorted by a score, which may change at any time."""
ITEM_KEY = "/id"


def make_observer(contract: Contract, profile: Profile) -> Observer | None:
    """Return what observes the exchanges of an API; None if no claim is about several exchanges."""
    groups = contract.declaration.groups
    if not profile.walk_claim and not groups.keys() & {"pagination", "conditional", "rate-limit"}:
        return None
    return _Observer(contract, profile)


class _Observer:
    """Observes the exchanges of one API.

    Args:
        contract: of the API.
        profile: of the API; it knows the next page.
    """

    def __init__(self, contract: Contract, profile: Profile) -> None:
        self._contract, self._declaration, self._profile = contract, contract.declaration, profile

    def __call__(self, exchange: Exchange, operation: Operation | None) -> Observation:
        """Return what an exchange contributes; a response of a gateway or a cache shows nothing."""
        client, changes = client_of(exchange), may_change(exchange)
        is_own = not is_of_gateway(exchange.response) and not is_from_cache(exchange.response)
        if operation is None or not is_own or not is_success(exchange, operation):
            return Observation(client, changes)
        quota = self._quota(exchange, operation)
        if exchange.request.method != "GET" or exchange.response.status != 200:
            return Observation(client, changes, quota=quota)
        return Observation(
            client, changes, self._page(exchange, operation), self._tagged(exchange, operation), quota
        )

    def _page(self, exchange: Exchange, operation: Operation) -> Page | None:
        """Return the page of a list whose items have keys; None for another response."""
        declared = self._declared_pages(exchange, operation)
        claims = self._known(self._declaration.own_ids("PAGE-WALK", operation)) if declared else ()
        if self._is_walk_claim_of(operation):
            claims = (self._profile.walk_claim,)
        if not claims or RANKING_PARAMETERS & dict(exchange.request.query).keys():
            return None
        try:
            items = [self._profile.paginator.items(body) for body in json_values(exchange)]
            key = declared.key if declared else ITEM_KEY
            keys = [find_value(item, key) for item in items[0]] if items else [MISSING]
            if any(isinstance(each, bool) or not isinstance(each, int | str) for each in keys):
                return None
            next_url = self._profile.paginator.next_url(Response(exchange, self._profile.paginator))
        except (ExpectationFailed, ValueError):
            return None
        finally:
            EVIDENCE.reset()
        url = exchange.request.url
        return Page(
            claims,
            normalized_url(url),
            None if next_url is None else normalized_url(urljoin(url, next_url)),
            tuple((str(name), digest(item)) for name, item in zip(keys, items[0], strict=True)),
            declared is not None and _is_first(exchange, declared),
            None if declared is None else _exact_total(exchange, declared),
            parse_http_date(exchange.response.headers.get("date", "")),
        )

    def _is_walk_claim_of(self, operation: Operation) -> bool:
        """Return whether the profile's claim about walks is about an operation."""
        has_repeats = operation.key in self._profile.lists_with_repeats
        return self._profile.walk_claim in operation.claims and not has_repeats

    def _declared_pages(self, exchange: Exchange, operation: Operation) -> Pagination | None:
        """Return what is declared of the pages of a list; None if nothing is, or if it has no pages."""
        if "pagination" not in self._declaration.groups:
            return None
        group = group_of(self._declaration, exchange, operation)
        return group if group is not None and group.is_paged else None

    def _tagged(self, exchange: Exchange, operation: Operation) -> TaggedBody | None:
        """Return the entity tag of a read that is declared to have one."""
        declared = self._declaration.of("conditional", operation)
        tag = exchange.response.headers.get("etag")
        if declared is None or declared.validator != "etag" or not tag:
            return None
        claims = self._known(self._declaration.own_ids("COND-ETAG", operation))
        url, body = normalized_url(exchange.request.url), digest(exchange.response.body)
        return TaggedBody(claims, url, tag, body, parse_http_date(exchange.response.headers.get("date", "")))

    def _quota(self, exchange: Exchange, operation: Operation) -> Quota | None:
        """Return the numbers of a fixed window that counts the operation."""
        declared = self._declaration.of("rate-limit", operation)
        names = declared.headers if declared else None
        if declared is None or names is None or names.remaining is None or names.reset is None:
            return None
        headers = exchange.response.headers
        if any(limit.window != "fixed" or not limit.is_counted(operation) for limit in declared.limits):
            return None
        remaining, date = headers.get(names.remaining, "").strip(), parse_http_date(headers.get("date", ""))
        reset = _time_of_reset(headers, names.reset, declared.reset, date)
        if not is_seconds(remaining) or date is None or reset is None:
            return None
        claims = self._known(self._declaration.own_ids("RATE-COUNTS-DOWN", operation))
        limit = headers.get(names.limit, "") if names.limit else ""
        return Quota(claims, names.remaining, limit, int(remaining[:18]), reset, date)

    def _known(self, claims: tuple[str, ...]) -> tuple[str, ...]:
        """Return the claims that the contract has."""
        return tuple(claim for claim in claims if claim in self._contract.claims)


def _is_first(exchange: Exchange, declared: Pagination) -> bool:
    """Return whether a request is for the first page of a list."""
    value = dict(exchange.request.query).get(declared.parameter or "")
    return declared.in_ == "query" and value in (None, str(declared.first))


def _exact_total(exchange: Exchange, declared: Pagination) -> int | None:
    """Return the number of all items of a list that can be reached to its end; None if it is not exact."""
    if declared.total is None or not declared.total.exact:
        return None
    value = find_in_response(exchange.response, declared.total.at)
    number = value if (digits := read_digits(value)) is None else digits
    if not isinstance(number, int) or isinstance(number, bool) or number > (declared.reach or math.inf):
        return None
    return number


def _time_of_reset(
    headers: Mapping[str, str], name: str, unit: str | None, date: float | None
) -> float | None:
    """Return when a limit starts again, in Unix time; None if the header does not say it."""
    value = headers.get(name, "").strip()
    if unit == "date":
        return parse_http_date(value)
    if not is_seconds(value) or date is None:
        return None
    return float(value[:18]) + (date if unit == "seconds" else 0)
