"""Expectations of the responses to sizes and cursors that are not valid."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tuningfork import not_verified
from tuningfork.client.response import Response
from tuningfork.conventions.grammar.responses import AllowedResponses
from tuningfork.model import ExpectationFailed
from tuningfork.testing.declared_list import DeclaredList, ListPage
from tuningfork.testing.declared_pages import PageRequest
from tuningfork.testing.expect import expect_true
from tuningfork.testing.fairness import bracket
from tuningfork.testing.refusal import expect_refusal

OTHER_CURSOR = "x"
"""A text that is not a cursor of any API."""

BELOW_ZERO = -1


def expect_allowed_response(response: Response, answers: AllowedResponses, listing: DeclaredList) -> bool:
    """Return whether a request was not refused; ExpectationFailed for a response that is not declared.

    Args:
        response: the response to a size or a cursor that is not valid.
        answers: the declared responses.
        listing: the list.
    """
    is_success = 200 <= response.status < 300
    if answers.refusal is not None and (response.status in answers.refusal.statuses or not is_success):
        expect_true(response.status < 500, "a status below 500", str(response.status), response)
        expect_refusal(response, answers.refusal, listing.declaration, listing.operation)
        return False
    expect_true(is_success and bool(answers.words), str(answers), str(response.status), response)
    return True


def expect_bounded(
    response: Response, maximum: int, answers: AllowedResponses | None, listing: DeclaredList
) -> None:
    """Expect at most `maximum` items, or the declared response, of a request for more items."""
    is_success = 200 <= response.status < 300
    if answers is not None:
        is_success = expect_allowed_response(response, answers, listing)
    count = len(listing.items(response)) if is_success else 0
    expect_true(count <= maximum, f"at most {maximum} items", f"{count} items", response)


def expect_size(value: Any, answers: AllowedResponses, listing: DeclaredList) -> None:
    """Expect the declared response to a size that cannot be: a default page, an empty one, or a refusal."""
    if not expect_allowed_response(listing.first_page(value), answers, listing):
        return

    def is_declared_page() -> None:
        """Expect as many items as a page without a size has, or none."""
        response = listing.first_page(value)
        count, usual = len(listing.items(response)), len(listing.items(listing.first_page()))
        allowed = {"default": usual, "empty": 0}
        expected = " or ".join(f"{allowed[word]} items" for word in answers.words)
        expect_true(count in [allowed[word] for word in answers.words], expected, f"{count} items", response)

    bracket(listing.read_keys, is_declared_page)


def expect_bad_cursor(request: PageRequest, answers: AllowedResponses, listing: DeclaredList) -> None:
    """Expect the declared response to a cursor that is not valid."""
    if not expect_allowed_response(listing.send(request), answers, listing):
        return

    def is_first_page() -> None:
        """Expect the items of the first page."""
        first, response = listing.fetch(listing.first_request()), listing.fetch(request)
        expect_true(
            response.keys[:1] == first.keys[:1],
            f"the first page with {first.keys[:1]}",
            f"{response.keys[:1]}",
        )

    bracket(listing.read_keys, is_first_page)


def bad_requests(page: ListPage, listing: DeclaredList) -> list[PageRequest]:
    """Return requests with cursors or numbers of pages that are not valid.

    Args:
        page: a page that is not the last one.
        listing: the list.
    """
    request = listing.turner.following(page.request, page.response)
    if request is None:
        return not_verified(f"{listing.path} has only one page")
    declared = listing.declared
    if request.url:
        return _bad_urls(request, page, declared.parameter)
    name = declared.parameter or declared.type
    bad = [request.with_parameter(name, declared.in_, OTHER_CURSOR)]
    if declared.type in ("page", "offset"):
        bad.append(listing.turner.numbered(request, BELOW_ZERO))
    if declared.type == "cursor":
        cursor = str(request.parameter(name, declared.in_))
        bad.append(request.with_parameter(name, declared.in_, with_other_middle(cursor)))
    return bad


def _bad_urls(request: PageRequest, page: ListPage, parameter: str | None) -> list[PageRequest]:
    """Return the URL of the next page with cursors that are not valid."""
    parts = urlsplit(request.url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    sent = {name for name, _ in page.response.exchange.request.query}
    added = [name for name, _ in pairs if name not in sent]
    if parameter is None and len(added) > 1:
        not_verified(f"the next page has {' and '.join(added)}: declare pagination.parameter, the cursor's")
    name = parameter or next(iter(added), None)
    cursor = dict(pairs).get(name or "")
    if name is None or cursor is None:
        raise ExpectationFailed(f"a cursor {name or ''} in the URL of the next page", request.url)
    bad = []
    for value in (OTHER_CURSOR, with_other_middle(cursor)):
        changed = [(each, value if each == name else old) for each, old in pairs]
        url = parts._replace(query=urlencode(changed)).geturl()
        bad.append(PageRequest(request.path, request.query, request.headers, request.body, url))
    return bad


def with_other_middle(cursor: str) -> str:
    """Return a cursor with another character in its middle."""
    middle = len(cursor) // 2
    return f"{cursor[:middle]}{'a' if cursor[middle : middle + 1] != 'a' else 'b'}{cursor[middle + 1 :]}"
