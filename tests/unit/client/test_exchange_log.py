from __future__ import annotations

import threading
from collections.abc import Sequence

from tuningfork.client.exchange_log import MAX_BODY_BYTES, ExchangeLog
from tuningfork.model import Exchange, Finding, Request, Response

VIOLATION, PASSED = Finding("X-1", False, "a", "b"), Finding("X-2", True, "a", "a")


def check(exchange: Exchange) -> tuple[str | None, Sequence[Finding]]:
    is_tracks = exchange.request.path.startswith("/tracks")
    return "GET /tracks" if is_tracks else None, [VIOLATION, PASSED]


def make_exchange(status: int = 200, path: str = "/tracks", seconds: float = 0.5) -> Exchange:
    return Exchange(Request("GET", f"https://api.example.com{path}"), Response(status), seconds)


def test_exchanges_and_their_findings_are_stored_until_reset() -> None:
    exchange_log = ExchangeLog(check)
    exchange = make_exchange()
    exchange_log.add(exchange)

    assert exchange_log.exchanges == [exchange]
    assert exchange_log.violations == [(VIOLATION, exchange)]
    assert exchange_log.judged == {"X-1", "X-2"}

    exchange_log.reset()

    assert (exchange_log.exchanges, exchange_log.violations, exchange_log.judged) == ([], [], set())


def test_operation_counts_cover_all_tests() -> None:
    exchange_log = ExchangeLog(check)
    for exchange in (make_exchange(), make_exchange(404, seconds=0.25), make_exchange(path="/elsewhere")):
        exchange_log.count_request()
        exchange_log.add(exchange)
        exchange_log.reset()

    assert exchange_log.total_requests == 3
    assert exchange_log.operation_counts.keys() == {"GET /tracks"}
    assert exchange_log.operation_counts["GET /tracks"].statuses == {200: 1, 404: 1}
    assert exchange_log.operation_counts["GET /tracks"].seconds == [0.5, 0.25]


def test_unanswered_request_is_a_violation() -> None:
    exchange_log = ExchangeLog(check)
    exchange_log.count_request()
    exchange_log.add_unanswered(VIOLATION, Request("GET", "https://api.example.com/tracks"))

    ((finding, exchange),) = exchange_log.violations
    assert (finding, exchange.response.status, exchange_log.total_requests) == (VIOLATION, 0, 1)


def test_log_is_thread_safe() -> None:
    exchange_log = ExchangeLog(check)

    def record() -> None:
        for _ in range(200):
            exchange_log.count_request()
            exchange_log.add(make_exchange())

    threads = [threading.Thread(target=record) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (
        exchange_log.total_requests
        == len(exchange_log.exchanges)
        == exchange_log.operation_counts["GET /tracks"].statuses[200]
        == 800
    )


def test_long_body_is_replaced_by_its_size() -> None:
    seen: list[int] = []
    exchange_log = ExchangeLog(lambda exchange: (seen.append(len(exchange.response.body)), ()) and (None, ()))

    exchange_log.add(
        Exchange(Request("GET", "https://a.example.com/"), Response(200, body=bytes(MAX_BODY_BYTES + 1)))
    )

    assert seen == [MAX_BODY_BYTES + 1]
    assert exchange_log.exchanges[0].response.body == b"(1,048,577 bytes, too long to store)"


def test_uncounted_requests_are_not_test_requests() -> None:
    exchange_log = ExchangeLog(check)

    with exchange_log.uncounted():
        with exchange_log.uncounted():
            exchange_log.count_request()
        exchange_log.count_request()

    assert (exchange_log.total_requests, exchange_log.test_requests) == (2, 0)

    exchange_log.count_request()

    assert (exchange_log.total_requests, exchange_log.test_requests) == (3, 1)


def test_uncounted_affects_only_its_thread() -> None:
    exchange_log = ExchangeLog(check)

    with exchange_log.uncounted():
        other = threading.Thread(target=exchange_log.count_request)
        other.start()
        other.join()

    assert exchange_log.test_requests == 1


def test_reset_sets_test_requests_to_zero() -> None:
    exchange_log = ExchangeLog(check)
    exchange_log.count_request()

    exchange_log.clear()

    assert exchange_log.test_requests == 1

    exchange_log.reset()

    assert (exchange_log.total_requests, exchange_log.test_requests) == (1, 0)
