from __future__ import annotations

import pytest

from tuningfork.client.exchange_log import ExchangeLog
from tuningfork.client.shared_cache import SharedCache


def journal_of_one_test() -> ExchangeLog:
    return ExchangeLog(lambda _: (None, ()))


def test_value_is_fetched_once_and_its_requests_count_for_each_test() -> None:
    journal = journal_of_one_test()
    shared = SharedCache(journal, is_persistent=True)

    def fetch() -> str:
        journal.count_request()
        journal.count_request()
        return "fetched"

    first = shared.get("key", fetch)
    journal.reset()
    second = shared.get("key", lambda: "fetched again")

    assert (first, second) == ("fetched", "fetched")
    assert (journal.total_requests, journal.test_requests) == (2, 2)


def test_value_is_fetched_by_each_test_where_nothing_is_kept() -> None:
    shared = SharedCache(journal_of_one_test(), is_persistent=False)

    assert [shared.get("key", lambda: 1), shared.get("key", lambda: 2)] == [1, 2]


def test_value_that_may_name_what_the_test_has_made_ends_with_it() -> None:
    made = [True, False, False]
    shared = SharedCache(journal_of_one_test(), is_persistent=True, has_created=lambda: made.pop(0))

    values = [shared.get("key", lambda text=text: text) for text in ("own", "found", "found later")]

    assert values == ["own", "found", "found"]


def test_value_made_without_a_request_gives_no_test_an_exchange() -> None:
    journal = journal_of_one_test()
    shared = SharedCache(journal, is_persistent=True)

    values = [shared.get("key", lambda: None) for _ in range(2)]

    assert (values, journal.test_requests) == ([None, None], 0)


def test_iterator_is_not_shared() -> None:
    shared = SharedCache(journal_of_one_test(), is_persistent=True)

    with pytest.raises(TypeError, match="read only once"):
        shared.get("key", lambda: iter("ab"))


def test_dropped_value_is_fetched_again() -> None:
    shared = SharedCache(journal_of_one_test(), is_persistent=True)
    shared.get(("walk", 1), lambda: "old")
    shared.get(("list", 1), lambda: "old")

    shared.discard_if(lambda key: key[0] == "walk")

    assert shared.get(("walk", 1), lambda: "new") == "new"
    assert shared.get(("list", 1), lambda: "new") == "old"


def test_what_may_name_a_thing_that_is_gone_is_fetched_again_and_answers_are_not() -> None:
    shared = SharedCache(journal_of_one_test(), is_persistent=True, has_created=lambda: False)
    shared.get("probes", lambda: "old")
    shared.get("refusals", lambda: "old", lasting=True)

    shared.discard_temporary()

    assert shared.get("probes", lambda: "new") == "new"
    assert shared.get("refusals", lambda: "new", lasting=True) == "old"


def test_answers_are_kept_though_the_test_has_made_things() -> None:
    shared = SharedCache(journal_of_one_test(), is_persistent=True, has_created=lambda: True)

    values = [shared.get("key", lambda text=text: text, lasting=True) for text in ("first", "second")]

    assert values == ["first", "first"]
