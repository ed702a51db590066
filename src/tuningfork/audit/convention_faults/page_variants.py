"""Conforming variants of `pagination`: other responses that a declaration allows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tuningfork.audit.convention_faults.page_cursors import edit_next_url
from tuningfork.audit.convention_faults.page_edits import CURSORS, edit_pages, has_type, sent_size, some_group
from tuningfork.audit.convention_faults.page_sizes import edit_size, kind
from tuningfork.audit.convention_faults.page_walks import lead_to_empty_pages
from tuningfork.audit.convention_patch import keeps
from tuningfork.audit.patching import wrap_method
from tuningfork.conventions.grammar.responses import AllowedResponses, Refusal
from tuningfork.conventions.grammar.statuses import Statuses
from tuningfork.conventions.pagination import Pagination
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.page_requests import DEFAULT_SIZE, SizeRefused
from tuningfork.mock.reference.pagination import PaginationPart
from tuningfork.mock.reference.server import ReferenceServer


def allows_both(answers: AllowedResponses | None) -> bool:
    """Return whether a request may be refused or not."""
    return answers is not None and bool(answers.words) and answers.refusal is not None


def last_refusal(answers: AllowedResponses) -> Refusal:
    """Return the last declared refusal."""
    refusal = answers.refusals[-1]
    return Refusal(Statuses(refusal.statuses.patterns[-1:]), refusal.codes)


@keeps("PAGE-NEXT", "PAGE-WALK", when=has_type("url", "link"))
def next_urls_are_relative(server: ReferenceServer) -> None:
    """The URL of the next page is relative (RFC 3986 4.2)."""
    edit_next_url(server, lambda call, url: call.request.path + url.removeprefix(call.request.base_url))


@keeps("PAGE-NEXT", "PAGE-WALK", when=has_type("url", "link"))
def next_urls_have_another_scheme(server: ReferenceServer) -> None:
    """The URL of the next page has the scheme that the server sees behind a gateway."""
    edit_next_url(server, lambda _, url: url.replace("https://", "http://", 1))


@keeps(
    "PAGE-WALK",
    "PAGE-END",
    "PAGE-SIZE",
    when=some_group(lambda group: group.type in CURSORS and not group.size.exact),
)
def last_pages_may_lead_to_an_empty_page(server: ReferenceServer) -> None:
    """A last page that is full has a next page, which is empty."""
    lead_to_empty_pages(server)


@keeps(
    "PAGE-WALK",
    "PAGE-SIZE",
    "PAGE-DEFAULT",
    when=some_group(
        lambda group: (
            group.type in (*CURSORS, "after") and not group.size.exact and "short-page" not in group.end
        )
    ),
)
def pages_are_shorter_than_requested(server: ReferenceServer) -> None:
    """A page of more than three items has one item less than requested, although there are more."""
    edit_size(server, lambda _, __, size: size - 1 if size > 3 else size)


@keeps(
    "PAGE-MAXIMUM",
    "PAGE-SIZE",
    when=some_group(
        lambda group: (
            group.type in (*CURSORS, "after")
            and group.size.maximum
            and group.size.default
            and not group.size.exact
            and "short-page" not in group.end
        )
    ),
)
def pages_have_at_most_the_default_size(server: ReferenceServer) -> None:
    """The server has a bound below the declared maximum: the default size."""

    def bounded(call: Call, declared: Pagination, size: int) -> int:
        return min(size, declared.size.default or DEFAULT_SIZE)

    edit_size(server, bounded)


@keeps("PAGE-MAXIMUM", when=some_group(lambda group: allows_both(group.size.above)))
def sizes_above_the_maximum_are_refused(server: ReferenceServer) -> None:
    """A size above the maximum is refused as declared, where it may also be reduced."""
    refuse_sizes(server, "above")


@keeps("PAGE-ZERO", when=some_group(lambda group: allows_both(group.size.zero)))
def size_zero_is_refused(server: ReferenceServer) -> None:
    """The size 0 is refused as declared, where it may also have another response."""
    refuse_sizes(server, "zero")


@keeps("PAGE-NEGATIVE", when=some_group(lambda group: allows_both(group.size.negative)))
def negative_sizes_are_refused(server: ReferenceServer) -> None:
    """A negative size is refused as declared, where it may also have another response."""
    refuse_sizes(server, "negative")


@keeps("PAGE-MALFORMED", when=some_group(lambda group: allows_both(group.size.malformed)))
def malformed_sizes_are_refused(server: ReferenceServer) -> None:
    """A size that is not a number is refused as declared, where it may also have another response."""
    refuse_sizes(server, "malformed")


def refuse_sizes(server: ReferenceServer, name: str) -> None:
    """Refuse the sizes of a kind as declared."""

    def size(original: Callable[[Call, Pagination], int], call: Call, declared: Pagination) -> int:
        text, answers = sent_size(call, declared), getattr(declared.size, name)
        if text is not None and kind(text, declared) == name and answers is not None and answers.refusals:
            raise SizeRefused(last_refusal(answers))
        return original(call, declared)

    wrap_method(server.get(PaginationPart), "size", size)


@keeps("PAGE-BAD-CURSOR", when=some_group(lambda group: allows_both(group.bad)))
def bad_cursors_are_refused(server: ReferenceServer) -> None:
    """A cursor that is not valid is refused, where the first page is allowed too."""
    part = server.get(PaginationPart)

    def refuse_bad(
        original: Callable[[AllowedResponses | None], None], answers: AllowedResponses | None
    ) -> None:
        if answers is not None and answers.refusals:
            raise part.refuse(last_refusal(answers))
        original(answers)

    wrap_method(part, "refuse_bad", refuse_bad)


@keeps("PAGE-END", "PAGE-WALK", when=some_group(lambda group: len(group.next_signals) > 1))
def last_pages_have_the_other_signal(server: ReferenceServer) -> None:
    """The last page has the last of the declared signals for the next one."""

    def signal(original: Callable[[Pagination], str], declared: Pagination) -> str:
        return declared.next_signals[-1] if declared.next_signals else original(declared)

    wrap_method(server.get(PaginationPart).bodies, "signal", signal)


@keeps("PAGE-TOTAL", when=some_group(lambda group: group.total and not group.total.exact))
def totals_are_estimates(server: ReferenceServer) -> None:
    """The total is rounded up to tens."""
    edit_pages(server, lambda _, __, page: replace(page, total=-(-page.total // 10) * 10))


@keeps(
    "PAGE-WALK",
    "PAGE-END",
    "PAGE-SIZE",
    when=some_group(lambda group: not group.order and group.type in (*CURSORS, "after", "none")),
)
def lists_begin_with_the_newest_item(server: ReferenceServer) -> None:
    """A list whose order is not declared begins with the newest item."""

    def ordered(original: Callable[..., list[Any]], declared: Pagination, items: Any) -> list[Any]:
        return original(declared, items) if declared.order else original(declared, items)[::-1]

    wrap_method(server.get(PaginationPart), "ordered", ordered)
