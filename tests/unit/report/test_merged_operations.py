from __future__ import annotations

from typing import Any

import pytest

from tuningfork.report.merged_operations import merge_operations
from tuningfork.report.results import OperationStats


def stats(operation: str = "GET /tracks", **more: Any) -> OperationStats:
    values = {
        "api": "soundcloud",
        "statuses": {},
        "p50_ms": 0,
        "p95_ms": 0,
        "documented": ["200", "4XX", "default"],
    }
    return OperationStats.model_validate({"operation": operation, **values, **more})


def merged(*parts: dict[str, Any]) -> OperationStats:
    """Return the merged statistics of one operation in several shards."""
    (result,) = merge_operations([[stats(**part)] for part in parts])
    return result


def test_statuses_are_added_and_times_are_those_of_all_responses() -> None:
    result = merged(
        {"statuses": {"200": 30}, "p50_ms": 2, "p95_ms": 5},
        {"statuses": {"200": 9, "404": 1}, "p50_ms": 6, "p95_ms": 9},
        {},
    )

    assert (result.statuses, result.p50_ms, result.p95_ms) == ({"200": 39, "404": 1}, 3, 9)


def test_operations_are_in_the_order_of_their_names() -> None:
    result = merge_operations([[stats("POST /b"), stats("GET /a")], [stats("GET /c", api="audioboo")]])

    assert [each.operation for each in result] == ["GET /c", "GET /a", "POST /b"]


def test_parameter_is_unseen_if_no_shard_sent_it() -> None:
    result = merged(
        {"unseen_parameters": ["query limit", "body track.title", "body track.user.id"]},
        {"unseen_parameters": ["body *"]},
        {"unseen_parameters": ["query limit", "query offset", "body track"]},
    )

    assert result.unseen_parameters == ["body track.title", "body track.user.id"]


@pytest.mark.parametrize(
    ("parts", "unseen"),
    [
        ([(["200 a"], {"200": 1}), (["200 a"], {"200": 1})], ["200 a"]),
        ([(["200 a"], {"200": 1}), ([], {"200": 1})], []),
        ([(["200 a"], {"200": 1}), ([], {})], ["200 a"]),
        ([(["200 a"], {"200": 1}), ([], {"404": 1})], ["200 a"]),
        ([(["200 a.*"], {"200": 1}), (["200 a.b"], {"200": 1})], ["200 a.b"]),
        ([(["200 a"], {"200": 1}), (["200 a.*"], {"200": 1})], ["200 a.*"]),
        ([(["200 a[].b"], {"200": 1}), (["200 a"], {"200": 1})], ["200 a[].b"]),
        ([(["200 a"], {"200": 1}), (["200 ab"], {"200": 1})], []),
        ([(["4XX a"], {"404": 1}), ([], {"401": 1})], []),
        ([(["4XX a"], {"404": 1}), ([], {"200": 1})], ["4XX a"]),
        ([(["default a"], {"302": 1}), ([], {"401": 1})], ["default a"]),
        ([(["default a"], {"302": 1}), ([], {"500": 1})], []),
    ],
)
def test_property_is_unseen_if_no_shard_with_its_status_saw_it(
    parts: list[tuple[list[str], dict[str, int]]], unseen: list[str]
) -> None:
    for ordered in (parts, parts[::-1]):
        shards = [{"unseen_properties": names, "statuses": statuses} for names, statuses in ordered]
        assert merged(*shards).unseen_properties == unseen


def test_media_type_of_a_request_is_unseen_if_no_shard_sent_it() -> None:
    result = merged(
        {"unseen_media_types": ["request text/csv", "200 text/csv"], "statuses": {"200": 1}},
        {"unseen_media_types": ["request text/csv"]},
        {"unseen_media_types": ["200 text/csv"], "statuses": {"200": 2}},
    )

    assert result.unseen_media_types == ["200 text/csv"]
