from __future__ import annotations

from tuningfork.report.operation_stats import operation_stats, percentile_ms


def test_counts_of_several_processes_are_summed() -> None:
    first = {
        "soundcloud": {
            "requests": 2,
            "operations": {"GET /a": {"statuses": {200: 2}, "seconds": [0.001, 0.003], "observed": []}},
        }
    }
    second = {
        "soundcloud": {
            "requests": 1,
            "operations": {"GET /a": {"statuses": {200: 1, 404: 1}, "seconds": [0.002], "observed": []}},
        }
    }

    [stats] = operation_stats([first, second], {})  # type: ignore[list-item]  # a literal of the same shape

    assert (stats.statuses, stats.p50_ms, stats.p95_ms) == ({"200": 3, "404": 1}, 2.0, 2.9)


def test_percentile_of_no_one_and_many_durations() -> None:
    assert percentile_ms([], 50) == 0
    assert percentile_ms([0.5], 95) == 500
    assert percentile_ms([each / 1000 for each in range(101)], 95) == 95
