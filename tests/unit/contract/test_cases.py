from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings

from tuningfork.contract.cases import Case, Cases, has_odd_path
from tuningfork.contract.openapi import Contract, Operation


@pytest.fixture
def cases(contract: Contract) -> Cases:
    return Cases(contract)


def operation_of(contract: Contract, key: str) -> Operation:
    return next(one for one in contract.operations if one.key == key)


def test_examples_are_the_documented_ones(contract: Contract, cases: Cases) -> None:
    listing = cases.examples(operation_of(contract, "GET /books"))
    adding = cases.examples(operation_of(contract, "POST /books"))

    assert [case.query for case in listing] == [{"limit": 3}]
    assert {"id": 1, "kind": "book"} in [case.body for case in adding]


def test_operation_without_examples_has_its_smallest_request(contract: Contract, cases: Cases) -> None:
    (reading,) = cases.examples(operation_of(contract, "GET /books/{id}.txt"))
    (listing,) = cases.examples(operation_of(contract, "GET /books/new"))

    assert isinstance(reading.path_parameters["id"], int)
    assert (listing.path_parameters, listing.query) == ({}, {})


def test_operation_whose_schema_allows_nothing_has_no_request(spoil: Callable[[str, str], Path]) -> None:
    contract = Contract.load(
        spoil(
            "{name: limit, in: query, schema: {type: integer}, example: 3}",
            "{name: limit, in: query, required: true, schema: {type: integer, minimum: 5, maximum: 3}}",
        )
    )

    assert Cases(contract).examples(operation_of(contract, "GET /books")) == []


def test_boundaries_are_as_many_as_asked_for_and_repeat_with_the_seed(
    contract: Contract, cases: Cases
) -> None:
    operation = operation_of(contract, "GET /books")

    first, again, other = (told(cases.boundaries(operation, 5, seed)) for seed in (0, 0, 1))

    assert len(first) == 5
    assert first == again
    assert first != other
    assert len(cases.boundaries(operation, 10_000, 0)) < 10_000


def test_boundaries_are_valid_and_invalid_ones(contract: Contract, cases: Cases) -> None:
    bodies = [case.body for case in cases.boundaries(operation_of(contract, "POST /books"), 1000, 0)]

    assert any(isinstance(body, dict) and body.get("price") == 0 for body in bodies)
    assert any(isinstance(body, dict) and body.get("price") == -1 for body in bodies)


def test_no_boundary_changes_anything_by_a_method_that_is_not_documented(
    contract: Contract, cases: Cases
) -> None:
    operation = operation_of(contract, "GET /books/{id}")

    methods = {case.method for case in cases.boundaries(operation, 1000, 0)}

    assert methods == {"GET"}


def test_a_path_that_is_wrong_on_purpose_is_known(contract: Contract, cases: Cases) -> None:
    found = cases.boundaries(operation_of(contract, "GET /books/{id}"), 1000, 0)

    odd = {str(case.path_parameters["id"]) for case in found if has_odd_path(case)}
    assert odd
    assert not any(value.isdigit() for value in odd)


def test_no_request_has_credentials_of_its_own(contract: Contract, cases: Cases) -> None:
    operation = operation_of(contract, "POST /books")

    @settings(max_examples=20, phases=[Phase.generate], derandomize=True, database=None, deadline=None)
    @given(case=cases.strategy(operation))
    def has_none(case: Case) -> None:
        assert "X-Key" not in (case.headers or {})

    has_none()


def told(cases: list[Case]) -> list[str]:
    return [f"{case.method} {case.path_parameters} {case.query}" for case in cases]


def test_walk_does_not_reach_operations_beyond_claims(spoil: Callable[[str, str], Path]) -> None:
    old = "operationId: addBook\n      x-claims: [B-READ-01]"
    contract = Contract.load(spoil(old, "operationId: addBook\n      x-beyond: true"))
    made = Cases(contract)

    walked = {result.ok().label for result in made.schema.get_all_operations()}

    assert "POST /books" not in walked
    assert "GET /books" in walked
    assert made.examples(contract.find("POST", "/books"))  # type: ignore[arg-type]  # it is there
