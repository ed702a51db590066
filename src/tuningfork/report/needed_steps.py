"""Chooses the steps that lead to an exchange: what a reader must send to see it again."""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, urlsplit

from tuningfork.client.exchange_log import Step
from tuningfork.contract.cases import SAFE_METHODS
from tuningfork.model import Exchange, Request
from tuningfork.report.carried_times import relative_time
from tuningfork.report.carried_values import (
    Extraction,
    IsSecret,
    Origin,
    ValueIndex,
    request_atoms,
    response_values,
)

MAX_UNSAFE_STEPS = 15
"""With more requests that may change data, only those that concern the same resources are sent."""
MAX_EARLIER_STEPS = (300, 20, 5, 1)
"""The last of these and of equal requests that are sent; fewer if the block would be too long."""
MAX_PAGES = 15
"""With more pages of a list, the URL of a page is written literally."""
CODE_GRANT = b"grant_type=authorization_code"
"""Part of a request that exchanges a code for tokens (RFC 6749 4.1.3)."""
MAX_STEPS = 400
"""The last steps that are considered."""


@dataclass
class NeededSteps:
    """The steps to send, and the values that they carry.

    Args:
        steps: the steps in their order.
        shown: the indexes of the steps whose responses show the violation.
        breaking: the index of the step that breaks the claim.
        own: the indexes of the steps of the test and of its fixtures.
        writes: the indexes of the test's requests that may have changed data.
    """

    steps: Sequence[Step]
    shown: Collection[int]
    breaking: int
    own: Collection[int] = ()
    writes: Collection[int] = ()
    positions: set[int] = field(default_factory=set)
    origins: dict[str, Origin] = field(default_factory=dict)
    """Where the carried values come from."""

    def outputs(self, index: int) -> dict[Extraction, str]:
        """Return what is read from the response of a step, each with one of its values."""
        found = {origin.extraction: value for value, origin in self.origins.items() if origin.step == index}
        return dict(sorted(found.items(), key=lambda pair: pair[0].path))

    def groups(self) -> list[list[int]]:
        """Return the indexes of the needed steps, grouped by requests that were sent at the same time."""
        groups: list[list[int]] = []
        for position in sorted(self.positions):
            if groups and any(overlaps(self.steps[each], self.steps[position]) for each in groups[-1]):
                groups[-1].append(position)
            else:
                groups.append([position])
        return groups


def find_needed_steps(
    steps: Sequence[Step],
    own: Collection[Step],
    shown: Iterable[Exchange],
    is_secret: IsSecret,
    max_earlier: int = MAX_EARLIER_STEPS[0],
) -> NeededSteps:
    """Return the steps that are needed to send `shown` again.

    Args:
        steps: what the run has sent: earlier logins and shared fixtures, and the steps of the test.
        own: the steps of the test and of its fixtures, whose writes are sent again.
        shown: the exchanges that show the violation, the breaking one first.
        is_secret: which values of responses are secret.
        max_earlier: how many earlier requests are sent only because they concern the same resources.
    """
    own_ids = {id(step) for step in own}
    steps = _latest(steps, own_ids)
    breaking_exchange, *compared = shown
    compared = [each for each in compared if not _is_login(each) or _is_login(breaking_exchange)]
    breaking = _find(steps, breaking_exchange)
    if breaking is None:  # it got no response
        breaking = len(steps)
        last = steps[-1].ended if steps else 0.0
        steps.append(Step(breaking_exchange, last + breaking_exchange.seconds))
    found = (_find(steps, each) for each in compared)
    positions = [breaking, *(each for each in found if each is not None)]
    index = ValueIndex(is_secret)
    for position, step in enumerate(steps[: max(positions) + 1]):
        index.add(position, step.exchange)
        if id(step) not in own_ids:
            _alias_refreshed(index, steps, position)
    own_positions = [position for position in range(max(positions)) if id(steps[position]) in own_ids]
    writes = [each for each in own_positions if steps[each].exchange.request.method not in SAFE_METHODS]
    positions += _refused_items(steps, own_positions, breaking)
    own_steps = frozenset({breaking, *own_positions})
    needed = NeededSteps(steps, positions, breaking, own_steps, frozenset(writes))
    _add(needed, index, positions)
    _add(needed, index, _earlier_login(needed, own_positions, breaking))
    _add(needed, index, _repetitions(steps, own_positions, breaking)[-max_earlier:])
    _add(needed, index, _concurrent(steps, own_positions, breaking))
    _add(needed, index, _same_nonce(steps, own_positions, breaking))
    related = _related(needed, writes, breaking)[-max_earlier:]
    if len(writes) <= MAX_UNSAFE_STEPS:
        related = [each for each in writes if each in related or not _is_refused(steps[each].exchange)]
    _add(needed, index, related)
    request = breaking_exchange.request
    pages = {each for each in needed.positions if _is_page_of(steps[each].exchange.request, request)}
    return replace(needed, shown=pages.union(positions))


def _latest(steps: Sequence[Step], own_ids: Collection[int]) -> list[Step]:
    """Return the steps of the test and the latest others, in the order of their ends, without duplicates."""
    unique = sorted({id(step): step for step in steps}.values(), key=lambda step: step.ended)
    surplus = max(0, len(unique) - MAX_STEPS)
    return [step for number, step in enumerate(unique) if number >= surplus or id(step) in own_ids]


def _find(steps: Sequence[Step], exchange: Exchange) -> int | None:
    """Return the index of the step of an exchange; None if the log has no such step."""
    for is_same in (operator.is_, _is_equal):
        for position in reversed(range(len(steps))):
            if is_same(steps[position].exchange, exchange):
                return position
    return None


def _is_equal(one: Exchange, other: Exchange) -> bool:
    """Return whether two exchanges have the same request and status; a long body may have been shortened."""
    return one.request == other.request and one.response.status == other.response.status


def _alias_refreshed(index: ValueIndex, steps: Sequence[Step], position: int) -> None:
    """Let new tokens of an earlier test come from the first response of their chain of refreshes."""
    exchange = steps[position].exchange
    form = parse_qs(exchange.request.body[:10_000].decode("utf-8", "replace"))
    if form.get("grant_type") != ["refresh_token"]:
        return
    root = index.origin((form.get("refresh_token") or [""])[0])
    if root is None or root.extraction.path != ("refresh_token",):
        return
    for extraction, value in response_values(exchange.response):
        if extraction.path in (("refresh_token",), ("access_token",)):
            index.replace(value, Origin(root.step, extraction, True))


def _refused_items(steps: Sequence[Step], own: Sequence[int], breaking: int) -> list[int]:
    """Return the step before the breaking one if it was refused an item of the list that this one reads."""
    before = [each for each in own if each < breaking][-1:]
    path = urlsplit(steps[breaking].exchange.request.url).path
    return [
        each
        for each in before
        if _is_refused(steps[each].exchange)
        and urlsplit(steps[each].exchange.request.url).path.startswith(f"{path}/")
    ]


def _earlier_login(needed: NeededSteps, own: Collection[int], breaking: int) -> list[int]:
    """Return the step that ended the run's own login of a user, if the breaking step ends another one."""
    bodies = [step.exchange.request.body for step in needed.steps]
    if CODE_GRANT not in bodies[breaking]:
        return []
    users = {pair for each in needed.positions for pair in bodies[each].split(b"&") if _is_user(pair)}
    others = [each for each in range(1, breaking) if each not in own and CODE_GRANT in bodies[each]]
    return [each for each in others if not users.isdisjoint(bodies[each - 1].split(b"&"))][-1:]


def _is_user(pair: bytes) -> bool:
    return pair.startswith(b"username=")


def _repetitions(steps: Sequence[Step], own: Iterable[int], breaking: int) -> list[int]:
    """Return the earlier steps with the breaking request; signed or with hooks, with any credentials."""
    request = steps[breaking].exchange.request
    before = [each for each in own if each < breaking]
    parts = ["method", "url", "body"]
    is_any = request.signing is not None or any(steps[each].is_hook for each in before)
    parts += [] if is_any else ["headers"]
    is_same = operator.attrgetter(*parts)
    return [each for each in before if is_same(steps[each].exchange.request) == is_same(request)]


def _concurrent(steps: Sequence[Step], own: Iterable[int], breaking: int) -> list[int]:
    """Return the steps whose requests were sent while the breaking request waited for its response."""
    return [each for each in own if overlaps(steps[each], steps[breaking])]


def overlaps(one: Step, other: Step) -> bool:
    """Return whether two requests waited for their responses at the same time."""
    return one.started < other.ended and other.started < one.ended


def _same_nonce(steps: Sequence[Step], own: Iterable[int], breaking: int) -> list[int]:
    """Return the earlier steps that a test signed with the nonce and timestamp of the breaking step."""
    nonce = _chosen_nonce(steps[breaking].exchange.request)
    return [
        each
        for each in own
        if nonce and each < breaking and _chosen_nonce(steps[each].exchange.request) == nonce
    ]


def _chosen_nonce(request: Request) -> tuple[str, str] | None:
    """Return the nonce and the timestamp of a signed request; None if the nonce was generated for it."""
    if request.signing is None or request.signing.nonce:
        return None
    nonce = dict(request.signing.parameters).get("oauth_nonce", "")
    return (nonce, request.signing.timestamp) if nonce else None


def _related(needed: NeededSteps, writes: Iterable[int], breaking: int) -> list[int]:
    """Return the writes with a path or a carried value of the needed steps."""
    steps, carried = needed.steps, needed.origins.keys()
    paths = {urlsplit(steps[each].exchange.request.url).path for each in {breaking, *needed.positions}}
    related = []
    for each in writes:
        request = steps[each].exchange.request
        path = urlsplit(request.url).path
        is_near = any(path == other or path.startswith(f"{other}/") for other in paths)
        if steps[each].is_hook or is_near or not carried.isdisjoint(request_atoms(request)):
            related.append(each)
    return related


def _is_only_in_path(value: str, request: Request) -> bool:
    """Return whether a request has a value once, at most."""
    return f"{request.url} {request.body[:10_000]!r}".count(value) <= 1


def _is_login(exchange: Exchange) -> bool:
    """Return whether an exchange is a page or a redirect of a login, or has issued tokens."""
    response = exchange.response
    return (
        response.media_type == "text/html"
        or "location" in response.headers
        or b'"access_token"' in response.body[:10_000]
    )


def _is_refused(exchange: Exchange) -> bool:
    """Return whether a write was refused, so that it has changed nothing."""
    return 400 <= exchange.response.status < 500


def _add(needed: NeededSteps, index: ValueIndex, positions: Iterable[int]) -> None:
    """Add steps, and the steps from which their values come."""
    pending = list(positions)
    while pending:
        position = pending.pop()
        if position not in needed.positions:
            needed.positions.add(position)
            carried = _carried(needed.steps[position].exchange.request, position, index)
            carried |= _times(needed, position)
            carried |= _link(needed, position, index)
            needed.origins |= carried
            pending += [origin.step for origin in carried.values()]


def _link(needed: NeededSteps, position: int, index: ValueIndex) -> dict[str, Origin]:
    """Return where the URL of a page comes from, if the test has changed the list; none in a long list."""
    request = needed.steps[position].exchange.request
    origin = index.origin(request.url)
    pages = [each for each in range(position) if _is_page_of(needed.steps[each].exchange.request, request)]
    is_changed = any(each < position for each in needed.writes)
    is_page = "?" in request.url and len(pages) <= MAX_PAGES
    return {request.url: origin} if origin and is_changed and is_page else {}


def _is_page_of(one: Request, other: Request) -> bool:
    """Return whether two reads have the same path and different queries."""
    return one.method == other.method == "GET" and one.path == other.path and one.url != other.url


def _times(needed: NeededSteps, position: int) -> dict[str, Origin]:
    """Return the times in the query of a request that are close to the time of the last write before it."""
    request = needed.steps[position].exchange.request
    earlier = (each for each in reversed(range(position)) if each in needed.writes)
    if (last := next(earlier, None)) is None or not request.url.partition("?")[2]:
        return {}
    response = needed.steps[last].exchange.response
    times = {value: relative_time(value, response) for _, value in request.query}
    return {
        value: Origin(last, Extraction("time", time), True)
        for value, time in times.items()
        if time is not None
    }


def _carried(request: Request, position: int, index: ValueIndex) -> dict[str, Origin]:
    """Return where the values of a request come from that earlier responses have."""
    carried = {
        atom: origin
        for atom in map(index.base, request_atoms(request))
        if (origin := index.origin(atom)) is not None and origin.is_new and origin.step < position
    }
    for atom, origin in list(carried.items()):
        value = atom.rpartition("/")[2]
        is_of_other = value in carried and carried[value] != origin
        if atom != request.url and is_of_other and _is_only_in_path(value, request):
            del carried[value]  # the id of another resource
    if len(carried) > 1 and not index.has_secret(request.url):
        carried.pop(request.url, None)  # its parts are carried
    return carried
