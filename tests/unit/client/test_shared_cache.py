from __future__ import annotations

import pytest

from tuningfork.client.exchange_log import ExchangeLog
from tuningfork.client.shared_cache import SharedCache


def journal_of_one_test() -> ExchangeLog:
    return ExchangeLog(lambda _: (None, ()))


def test_value_is_fetched_once_and_counted_for_each_test() -> None:
    exchange_log = journal_of_one_test()
    shared = SharedCache(exchange_log, is_persistent=True)

    def fetch() -> str:
        exchange_log.count_request()
        exchange_log.count_request()
        return "fetched"

    first = shared.get("key", fetch)
    exchange_log.reset()
    second = shared.get("key", lambda: "fetched again")

    assert (first, second) == ("fetched", "fetched")
    assert (exchange_log.total_requests, exchange_log.test_requests) == (2, 2)


def test_value_is_fetched_by_each_test_if_not_persistent() -> None:
    shared = SharedCache(journal_of_one_test(), is_persistent=False)

    assert [shared.get("key", lambda: 1), shared.get("key", lambda: 2)] == [1, 2]


def test_value_is_not_stored_while_created_resources_exist() -> None:
    made = [True, False, False]
    shared = SharedCache(journal_of_one_test(), is_persistent=True, has_created=lambda: made.pop(0))

    values = [shared.get("key", lambda text=text: text) for text in ("own", "found", "found later")]

    assert values == ["own", "found", "found"]


def test_value_without_requests_adds_no_test_requests() -> None:
    exchange_log = journal_of_one_test()
    shared = SharedCache(exchange_log, is_persistent=True)

    values = [shared.get("key", lambda: None) for _ in range(2)]

    assert (values, exchange_log.test_requests) == ([None, None], 0)


def test_iterator_raises_type_error() -> None:
    shared = SharedCache(journal_of_one_test(), is_persistent=True)

    with pytest.raises(TypeError, match="read only once"):
        shared.get("key", lambda: iter("ab"))


def test_discarded_value_is_fetched_again() -> None:
    shared = SharedCache(journal_of_one_test(), is_persistent=True)
    shared.get(("walk", 1), lambda: "old")
    shared.get(("list", 1), lambda: "old")

    shared.discard_if(lambda key: key[0] == "walk")

    assert shared.get(("walk", 1), lambda: "new") == "new"
    assert shared.get(("list", 1), lambda: "new") == "old"


def test_discard_temporary_keeps_lasting_values() -> None:
    shared = SharedCache(journal_of_one_test(), is_persistent=True, has_created=lambda: False)
    shared.get("probes", lambda: "old")
    shared.get("refusals", lambda: "old", lasting=True)

    shared.discard_temporary()

    assert shared.get("probes", lambda: "new") == "new"
    assert shared.get("refusals", lambda: "new", lasting=True) == "old"


def test_lasting_value_is_stored_while_created_resources_exist() -> None:
    shared = SharedCache(journal_of_one_test(), is_persistent=True, has_created=lambda: True)

    values = [shared.get("key", lambda text=text: text, lasting=True) for text in ("first", "second")]

    assert values == ["first", "first"]
