from __future__ import annotations

import pytest

from tuningfork.client.exchange_log import ExchangeLog
from tuningfork.client.shared_cache import SharedCache


def new_log() -> ExchangeLog:
    return ExchangeLog(lambda _: (None, ()))


def test_value_is_fetched_once_and_counted_for_each_test() -> None:
    exchange_log = new_log()
    cache = SharedCache(exchange_log, is_persistent=True)

    def fetch() -> str:
        exchange_log.count_request()
        exchange_log.count_request()
        return "fetched"

    first = cache.get("key", fetch)
    exchange_log.reset()
    second = cache.get("key", lambda: "fetched again")

    assert (first, second) == ("fetched", "fetched")
    assert (exchange_log.total_requests, exchange_log.test_requests) == (2, 2)


def test_value_is_fetched_by_each_test_if_not_persistent() -> None:
    cache = SharedCache(new_log(), is_persistent=False)

    assert [cache.get("key", lambda: 1), cache.get("key", lambda: 2)] == [1, 2]


def test_value_is_not_stored_while_created_resources_exist() -> None:
    created = [True, False, False]
    cache = SharedCache(new_log(), is_persistent=True, has_created=lambda: created.pop(0))

    values = [cache.get("key", lambda text=text: text) for text in ("own", "found", "found later")]

    assert values == ["own", "found", "found"]


def test_value_without_requests_adds_no_test_requests() -> None:
    exchange_log = new_log()
    cache = SharedCache(exchange_log, is_persistent=True)

    values = [cache.get("key", lambda: None) for _ in range(2)]

    assert (values, exchange_log.test_requests) == ([None, None], 0)


def test_iterator_raises_type_error() -> None:
    cache = SharedCache(new_log(), is_persistent=True)

    with pytest.raises(TypeError, match="read only once"):
        cache.get("key", lambda: iter("ab"))


def test_discarded_value_is_fetched_again() -> None:
    cache = SharedCache(new_log(), is_persistent=True)
    cache.get(("walk", 1), lambda: "old")
    cache.get(("list", 1), lambda: "old")

    cache.discard_if(lambda key: key[0] == "walk")

    assert cache.get(("walk", 1), lambda: "new") == "new"
    assert cache.get(("list", 1), lambda: "new") == "old"


def test_discard_temporary_keeps_lasting_values() -> None:
    cache = SharedCache(new_log(), is_persistent=True, has_created=lambda: False)
    cache.get("probes", lambda: "old")
    cache.get("refusals", lambda: "old", lasting=True)

    cache.discard_temporary()

    assert cache.get("probes", lambda: "new") == "new"
    assert cache.get("refusals", lambda: "new", lasting=True) == "old"


def test_lasting_value_is_stored_while_created_resources_exist() -> None:
    cache = SharedCache(new_log(), is_persistent=True, has_created=lambda: True)

    values = [cache.get("key", lambda text=text: text, lasting=True) for text in ("first", "second")]

    assert values == ["first", "first"]
