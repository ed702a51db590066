"""Faults of `pagination`: the sizes of pages."""

from __future__ import annotations

from collections.abc import Callable

from tuningfork.audit.convention_faults.page_edits import (
    can_exceed_maximum,
    is_first,
    sent_size,
    some_group,
)
from tuningfork.audit.convention_patch import breaks
from tuningfork.audit.patching import wrap_method
from tuningfork.conventions.pagination import Pagination
from tuningfork.mock.errors import HttpError
from tuningfork.mock.reference.call import Call
from tuningfork.mock.reference.pagination import PaginationPart
from tuningfork.mock.reference.server import ReferenceServer

Size = Callable[[Call, Pagination], int]


def edit_size(server: ReferenceServer, edit: Callable[[Call, Pagination, int], int]) -> None:
    """Replace the size of each page by what `edit` makes of it."""

    def size(original: Size, call: Call, declared: Pagination) -> int:
        return edit(call, declared, original(call, declared))

    wrap_method(server.get(PaginationPart), "size", size)


def replace_size(server: ReferenceServer, name: str, size: Callable[[str, Pagination], int | None]) -> None:
    """Replace the size of a page whose requested size is malformed, zero, negative or above the maximum."""

    def new(original: Size, call: Call, declared: Pagination) -> int:
        text = sent_size(call, declared)
        is_chosen = text is not None and kind(text, declared) == name
        found = size(text, declared) if text is not None and is_chosen else None
        return original(call, declared) if found is None else found

    wrap_method(server.get(PaginationPart), "size", new)


def kind(text: str, declared: Pagination) -> str:
    """Return which kind of size a text is."""
    if not text.lstrip("-").isdigit():
        return "malformed"
    number, maximum = int(text), declared.size.maximum
    if number <= 0:
        return "negative" if number else "zero"
    return "above" if maximum is not None and number > maximum else "usual"


def fail(text: str, declared: Pagination) -> int:
    """Raise the error of a server that does not expect such a size."""
    raise HttpError(500)


@breaks("PAGE-SIZE")
def pages_have_one_item_more(server: ReferenceServer) -> None:
    """A page has one item more than its size says."""
    edit_size(server, lambda call, declared, size: size + (sent_size(call, declared) is not None))


@breaks("PAGE-SIZE")
def only_the_first_page_obeys_the_size(server: ReferenceServer) -> None:
    """The pages after the first one have at least three items for every size."""
    edit_size(server, lambda call, declared, size: size if is_first(server, call, declared) else max(size, 3))


@breaks("PAGE-DEFAULT")
def default_pages_have_one_item_more(server: ReferenceServer) -> None:
    """A page has one item more than the default size if no size is requested."""
    edit_size(server, lambda call, declared, size: size + (sent_size(call, declared) is None))


@breaks("PAGE-DEFAULT", when=some_group(lambda group: group.size.parameter and group.size.exact is not False))
def default_pages_have_one_item_less(server: ReferenceServer) -> None:
    """A page has one item less than the default size if no size is requested."""
    edit_size(server, lambda call, declared, size: size - (sent_size(call, declared) is None and size > 1))


@breaks("PAGE-MAXIMUM", when=some_group(can_exceed_maximum))
def sizes_above_the_maximum_are_obeyed(server: ReferenceServer) -> None:
    """A page has as many items as requested, also above the maximum."""
    replace_size(server, "above", lambda text, _: int(text))


@breaks("PAGE-MAXIMUM", when=some_group(can_exceed_maximum))
def maximum_is_off_by_one(server: ReferenceServer) -> None:
    """A page may have one item more than the maximum."""

    def size(text: str, declared: Pagination) -> int | None:
        is_next = declared.size.maximum is not None and int(text) == declared.size.maximum + 1
        return int(text) if is_next else None

    replace_size(server, "above", size)


@breaks("PAGE-ZERO")
def size_zero_is_a_server_error(server: ReferenceServer) -> None:
    """The status of a request with the size 0 is 500."""
    replace_size(server, "zero", fail)


@breaks("PAGE-ZERO")
def size_zero_has_one_item(server: ReferenceServer) -> None:
    """A page for which the size 0 is requested has one item."""
    replace_size(server, "zero", lambda *_: 1)


@breaks("PAGE-NEGATIVE")
def negative_size_is_a_server_error(server: ReferenceServer) -> None:
    """The status of a request with a negative size is 500."""
    replace_size(server, "negative", fail)


@breaks("PAGE-NEGATIVE")
def negative_size_loses_its_sign(server: ReferenceServer) -> None:
    """A page for which the size -1 is requested has one item."""
    replace_size(server, "negative", lambda text, _: abs(int(text)))


@breaks("PAGE-MALFORMED")
def malformed_size_is_a_server_error(server: ReferenceServer) -> None:
    """The status of a request with a size that is not a number is 500."""
    replace_size(server, "malformed", fail)


@breaks("PAGE-MALFORMED")
def fractions_are_rounded(server: ReferenceServer) -> None:
    """A page for which the size 1.5 is requested has one item."""
    replace_size(server, "malformed", lambda text, _: 1 if text == "1.5" else None)


@breaks("PAGE-EXACT")
def second_pages_are_not_full(server: ReferenceServer) -> None:
    """The second page of a walk lacks one item, which the third page has."""
    edit_size(server, lambda call, declared, size: shorter(server, call, declared, size))


@breaks("PAGE-EXACT")
def first_pages_are_not_full(server: ReferenceServer) -> None:
    """The first page has one item less than requested, if more than two are requested."""
    edit_size(
        server,
        lambda call, declared, size: size - (is_first(server, call, declared) and size > 2),
    )


def shorter(server: ReferenceServer, call: Call, declared: Pagination, size: int) -> int:
    """Return a size that is smaller by one on each page but the first one."""
    return size if is_first(server, call, declared) or size < 2 else size - 1
