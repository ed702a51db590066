"""metrics.txt: valid by the parser of Prometheus, and its figures."""

from __future__ import annotations

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from tuningfork.report import openmetrics
from tuningfork.report.results import Results

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples(results: Results) -> Samples:
    """Return the value of each sample, by its name without the prefix and its labels."""
    families = text_string_to_metric_families(openmetrics.render(results))
    return {
        (sample.name.removeprefix("tuningfork_"), frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def sample(results: Results, name: str, **labels: str) -> float:
    return samples(results)[name, frozenset(labels.items())]


@pytest.mark.parametrize("name", ["all_verdicts", "hostile_results"])
def test_parser_reads_every_line(name: str, request: pytest.FixtureRequest) -> None:
    text = openmetrics.render(request.getfixturevalue(name))

    parsed = samples(request.getfixturevalue(name))

    assert len(parsed) == sum(not line.startswith("#") for line in text.splitlines())


def test_parser_rejects_a_text_without_its_end(all_verdicts: Results) -> None:
    text = openmetrics.render(all_verdicts).removesuffix("# EOF\n")

    with pytest.raises(ValueError, match="EOF"):
        list(text_string_to_metric_families(text))


def test_claims_are_counted_by_api_verdict_and_level(all_verdicts: Results) -> None:
    counted = {labels: value for (name, labels), value in samples(all_verdicts).items() if name == "claims"}

    assert sum(counted.values()) == len(all_verdicts.claims)
    not_verified = {"api": "soundcloud", "verdict": "not verified", "level": "MUST"}
    assert sample(all_verdicts, "claims", **not_verified) == 2


def test_run_and_operations_have_their_figures(all_verdicts: Results) -> None:
    operation = {"api": "soundcloud", "operation": "GET /tracks"}

    assert sample(all_verdicts, "run_requests") == 2100
    assert sample(all_verdicts, "run_duration_seconds") == 2.5
    assert sample(all_verdicts, "run_started_timestamp_seconds") == 1714557600
    assert sample(all_verdicts, "run_complete") == 1
    assert sample(all_verdicts, "operation_responses", **operation, status="200") == 1200
    assert sample(all_verdicts, "operation_response_seconds", **operation, percentile="95") == 0.009


def test_label_values_are_escaped(all_verdicts: Results) -> None:
    name = 'a "b" \\n\nc'
    stats = all_verdicts.operations[0].model_copy(update={"operation": name})

    labels = {"api": "soundcloud", "operation": 'a "b" \\n c', "status": "401"}
    with_name = all_verdicts.model_copy(update={"operations": [stats]})
    assert sample(with_name, "operation_responses", **labels) == 3
