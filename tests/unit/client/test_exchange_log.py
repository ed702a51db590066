from __future__ import annotations

import threading
from collections.abc import Iterable

from tuningfork.client.exchange_log import MAX_BODY_BYTES, ExchangeLog
from tuningfork.model import Exchange, Finding, Request, Response

BROKEN, HELD = Finding("X-1", False, "a", "b"), Finding("X-2", True, "a", "a")


def judge(exchange: Exchange) -> tuple[str | None, Iterable[Finding]]:
    known = exchange.request.path.startswith("/tracks")
    return "GET /tracks" if known else None, [BROKEN, HELD]


def answered(status: int = 200, path: str = "/tracks", seconds: float = 0.5) -> Exchange:
    return Exchange(Request("GET", f"https://api.example.com{path}"), Response(status), seconds)


def test_exchanges_and_what_they_break_are_kept_until_the_next_test() -> None:
    journal = ExchangeLog(judge)
    exchange = answered()
    journal.add(exchange)

    assert journal.exchanges == [exchange]
    assert journal.violations == [(BROKEN, exchange)]

    journal.reset()

    assert (journal.exchanges, journal.violations) == ([], [])


def test_operations_add_up_over_all_tests() -> None:
    journal = ExchangeLog(judge)
    for exchange in (answered(), answered(404, seconds=0.25), answered(path="/elsewhere")):
        journal.count_request()
        journal.add(exchange)
        journal.reset()

    assert journal.total_requests == 3
    assert journal.operation_counts.keys() == {"GET /tracks"}
    assert journal.operation_counts["GET /tracks"].statuses == {200: 1, 404: 1}
    assert journal.operation_counts["GET /tracks"].seconds == [0.5, 0.25]


def test_a_request_without_an_answer_breaks_its_claim() -> None:
    journal = ExchangeLog(judge)
    journal.count_request()
    journal.add_unanswered(BROKEN, Request("GET", "https://api.example.com/tracks"))

    ((finding, exchange),) = journal.violations
    assert (finding, exchange.response.status, journal.total_requests) == (BROKEN, 0, 1)


def test_threads_may_share_it() -> None:
    journal = ExchangeLog(judge)

    def record() -> None:
        for _ in range(200):
            journal.count_request()
            journal.add(answered())

    threads = [threading.Thread(target=record) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (
        journal.total_requests
        == len(journal.exchanges)
        == journal.operation_counts["GET /tracks"].statuses[200]
        == 800
    )


def test_large_body_is_kept_by_its_size() -> None:
    seen: list[int] = []
    journal = ExchangeLog(lambda exchange: (seen.append(len(exchange.response.body)), ()) and (None, ()))

    journal.add(
        Exchange(Request("GET", "https://a.example.com/"), Response(200, body=bytes(MAX_BODY_BYTES + 1)))
    )

    assert seen == [MAX_BODY_BYTES + 1]
    assert journal.exchanges[0].response.body == b"(1,048,577 bytes, too long to store)"


def test_requests_of_the_tool_itself_do_not_count_for_the_test() -> None:
    journal = ExchangeLog(judge)

    with journal.uncounted():
        with journal.uncounted():
            journal.count_request()
        journal.count_request()

    assert (journal.total_requests, journal.test_requests) == (2, 0)

    journal.count_request()

    assert (journal.total_requests, journal.test_requests) == (3, 1)


def test_requests_of_another_thread_count_while_the_tool_sends_its_own() -> None:
    journal = ExchangeLog(judge)

    with journal.uncounted():
        other = threading.Thread(target=journal.count_request)
        other.start()
        other.join()

    assert journal.test_requests == 1


def test_requests_count_until_the_next_test_begins() -> None:
    journal = ExchangeLog(judge)
    journal.count_request()

    journal.clear()

    assert journal.test_requests == 1

    journal.reset()

    assert (journal.total_requests, journal.test_requests) == (1, 0)
