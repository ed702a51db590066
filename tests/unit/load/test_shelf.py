"""The created items of a list, and a walk that must find each of them once."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest

from tuningfork.client.pagination import SinglePagePaginator
from tuningfork.client.response import Response
from tuningfork.model import Exchange, ExpectationFailed, Headers, Request
from tuningfork.model import Response as RawResponse
from tuningfork.testing.load_scenario import LoadUser, SharedState
from tuningfork.testing.shelf import Shelf, WalkedPage


def page(*keys: str) -> WalkedPage:
    exchange = Exchange(
        Request("GET", "http://127.0.0.1/items", Headers(()), b""),
        RawResponse(200, "OK", Headers(()), b"[]"),
    )
    return WalkedPage(list(keys), Response(exchange, SinglePagePaginator(items_property="data")))


@pytest.fixture
def shelf() -> Shelf:
    shelf = Shelf()
    for key in "abc":
        shelf.add(key, f"item {key}")
    return shelf


def test_walk_with_each_item_once_passes(shelf: Shelf) -> None:
    shelf.expect_walk(lambda _: [page("c", "other"), page("b", "a")])


@pytest.mark.parametrize("pages", [[page("c"), page("a")], [page("c", "b"), page("b", "a")]])
def test_missing_or_repeated_item_fails_with_its_page(shelf: Shelf, pages: list[WalkedPage]) -> None:
    with pytest.raises(ExpectationFailed, match=r"item b [02] times") as failure:
        shelf.expect_walk(lambda _: pages)

    assert failure.value.exchange is pages[-1].response.exchange


def test_item_whose_deletion_began_during_the_walk_may_be_missing(shelf: Shelf) -> None:
    def walk(size: int) -> list[WalkedPage]:
        shelf.take(remaining=2)
        return [page("a", "b")]

    shelf.expect_walk(walk)


def test_new_item_with_the_id_of_a_deleted_one_may_be_missing(shelf: Shelf) -> None:
    def walk(size: int) -> list[WalkedPage]:
        shelf.take(remaining=2)
        shelf.add("c", "a new item")
        return [page("a", "b")]

    shelf.expect_walk(walk)


def test_item_added_during_the_walk_may_be_missing(shelf: Shelf) -> None:
    def walk(size: int) -> list[WalkedPage]:
        shelf.add("d", "item d")
        return [page("a", "b", "c")]

    shelf.expect_walk(walk)


@pytest.mark.parametrize("pages", [[], ["a"]])
def test_item_younger_than_the_age_is_not_judged(pages: list[str]) -> None:
    """Without another item, nothing is judged."""
    shelf = Shelf(age=1000)
    shelf.add("a", "item a")

    with pytest.raises(pytest.skip.Exception, match="no item of this run is old enough"):
        shelf.expect_walk(lambda _: [page(*pages)])
    with pytest.raises(pytest.skip.Exception, match="no item of this run is old enough"):
        shelf.expect_listed(lambda: page(*pages))


def test_lists_of_a_resource_share_turns_but_no_items() -> None:
    shared = SharedState()
    posts, comments = (shared.shelf(name, resource="comment") for name in ("of a post", "all"))
    posts.add("a", "item a")

    with posts.walking():
        assert not comments.may_delete
    assert not comments.expected()


def test_user_who_is_alone_waits_until_a_list_must_have_what_was_added(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shared = SharedState(settle=1000)
    waited: list[float] = []
    monkeypatch.setattr("tuningfork.testing.load_scenario.time.sleep", waited.append)
    user = SimpleNamespace(is_alone=True, shared=shared)

    LoadUser.stock(user, lambda: shared.shelf("items").add("a", "item a"))  # type: ignore[arg-type]

    assert waited == [1000]


def test_walk_is_not_judged_if_another_client_deletes_an_item(shelf: Shelf) -> None:
    """An item of another client was on a page, and is missing in all further walks."""
    walks = iter([[page("other", "c"), page("a")], *[[page("a", "b", "c")]] * 5])

    with pytest.raises(pytest.skip.Exception, match="other clients delete"):
        shelf.expect_walk(lambda _: next(walks))


def test_walk_is_judged_if_the_item_of_another_client_is_found_again(shelf: Shelf) -> None:
    walks = iter([[page("other", "c"), page("a")], [page("a", "b", "c")], [page("other", "a", "b", "c")]])

    with pytest.raises(ExpectationFailed):
        shelf.expect_walk(lambda _: next(walks))


def test_whole_list_lacks_an_item(shelf: Shelf) -> None:
    with pytest.raises(ExpectationFailed, match="item b 0 times"):
        shelf.expect_listed(lambda: page("a", "c"))


def test_newest_items_are_taken(shelf: Shelf) -> None:
    """A list must have the older ones by now."""
    assert shelf.take(remaining=1) == ["item b", "item c"]
    assert list(shelf.expected()) == ["a"]


def test_deletion_waits_for_the_end_of_a_walk(shelf: Shelf) -> None:
    order: list[str] = []

    def delete() -> None:
        with shelf.deleting():
            order.append("deleted")

    with shelf.walking():
        thread = threading.Thread(target=delete)
        thread.start()
        order.append("walked")
    thread.join()

    assert order == ["walked", "deleted"]


def test_page_size_depends_on_the_length_of_the_latest_walk(shelf: Shelf) -> None:
    first = shelf.page_size()
    shelf.expect_walk(lambda _: [page("a", "b", "c", *map(str, range(57)))])

    assert (first, shelf.page_size(), shelf.page_size(maximum=4)) == (50, 10, 4)


def test_unwanted_items_are_deleted_after_the_walk(shelf: Shelf) -> None:
    deleted: list[str] = []

    with shelf.walking():
        shelf.dispose(["x"], deleted.append)
        is_postponed = not deleted
    shelf.dispose(["y"], deleted.append)

    assert (is_postponed, deleted) == (True, ["x", "y"])


def test_deletion_that_fails_does_not_end_the_others(shelf: Shelf) -> None:
    deleted: list[str] = []

    def delete(item: str) -> None:
        if item == "x":
            raise ExpectationFailed("a 204", "500")
        deleted.append(item)

    shelf.dispose(["x", "y"], delete)

    assert deleted == ["y"]
