from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings

from tuningfork.contract.cases import Case, Cases, has_invalid_path
from tuningfork.contract.openapi import Contract, Operation


@pytest.fixture
def cases(contract: Contract) -> Cases:
    return Cases(contract)


def operation_of(contract: Contract, key: str) -> Operation:
    return next(operation for operation in contract.operations if operation.key == key)


def test_examples_are_the_documented_ones(contract: Contract, cases: Cases) -> None:
    listing = cases.examples(operation_of(contract, "GET /books"))
    adding = cases.examples(operation_of(contract, "POST /books"))

    assert [case.query for case in listing] == [{"limit": 3}]
    assert {"id": 1, "kind": "book"} in [case.body for case in adding]


def test_operation_without_examples_returns_smallest_request(contract: Contract, cases: Cases) -> None:
    (reading,) = cases.examples(operation_of(contract, "GET /books/{id}.txt"))
    (listing,) = cases.examples(operation_of(contract, "GET /books/new"))

    assert isinstance(reading.path_parameters["id"], int)
    assert (listing.path_parameters, listing.query) == ({}, {})


def test_unsatisfiable_schema_returns_no_request(spoil: Callable[[str, str], Path]) -> None:
    contract = Contract.load(
        spoil(
            "{name: limit, in: query, schema: {type: integer}, example: 3}",
            "{name: limit, in: query, required: true, schema: {type: integer, minimum: 5, maximum: 3}}",
        )
    )

    assert Cases(contract).examples(operation_of(contract, "GET /books")) == []


def test_boundaries_respect_max_cases_and_seed(contract: Contract, cases: Cases) -> None:
    operation = operation_of(contract, "GET /books")

    first, again, other = (describe(cases.boundaries(operation, 5, seed)) for seed in (0, 0, 1))

    assert len(first) == 5
    assert first == again
    assert first != other
    assert len(cases.boundaries(operation, 10_000, 0)) < 10_000


def test_boundaries_include_valid_and_invalid_requests(contract: Contract, cases: Cases) -> None:
    bodies = [case.body for case in cases.boundaries(operation_of(contract, "POST /books"), 1000, 0)]

    assert any(isinstance(body, dict) and body.get("price") == 0 for body in bodies)
    assert any(isinstance(body, dict) and body.get("price") == -1 for body in bodies)


def test_boundaries_use_documented_method_only(contract: Contract, cases: Cases) -> None:
    operation = operation_of(contract, "GET /books/{id}")

    methods = {case.method for case in cases.boundaries(operation, 1000, 0)}

    assert methods == {"GET"}


def test_has_invalid_path_detects_generated_invalid_ids(contract: Contract, cases: Cases) -> None:
    generated = cases.boundaries(operation_of(contract, "GET /books/{id}"), 1000, 0)

    invalid_ids = {str(case.path_parameters["id"]) for case in generated if has_invalid_path(case)}
    assert invalid_ids
    assert not any(value.isdigit() for value in invalid_ids)


def test_generated_requests_have_no_credentials(contract: Contract, cases: Cases) -> None:
    operation = operation_of(contract, "POST /books")

    @settings(max_examples=20, phases=[Phase.generate], derandomize=True, database=None, deadline=None)
    @given(case=cases.strategy(operation))
    def has_no_key(case: Case) -> None:
        assert "X-Key" not in (case.headers or {})

    has_no_key()


def describe(cases: list[Case]) -> list[str]:
    return [f"{case.method} {case.path_parameters} {case.query}" for case in cases]


def test_schemathesis_skips_informational_operations(spoil: Callable[[str, str], Path]) -> None:
    old = "operationId: addBook\n      x-claims: [B-READ-01]"
    contract = Contract.load(spoil(old, "operationId: addBook\n      x-beyond: true"))
    cases = Cases(contract)

    labels = {result.ok().label for result in cases.schema.get_all_operations()}

    assert "POST /books" not in labels
    assert "GET /books" in labels
    assert cases.examples(contract.find("POST", "/books"))  # type: ignore[arg-type]  # it exists
