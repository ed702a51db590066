"""Describes contracts as results without a run: their claims, tests, faults and operations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pytest

from tuningfork import apis
from tuningfork.contract.documented_parts import DocumentedParts
from tuningfork.contract.openapi import Contract
from tuningfork.pytest_plugin.collection import claims_of, first_paragraph
from tuningfork.pytest_plugin.traceability import collect_tests
from tuningfork.report.operation_stats import operation_stats
from tuningfork.report.page import Fault
from tuningfork.report.results import Api, Results, RunInfo, totals
from tuningfork.report.results_writer import test_entry
from tuningfork.report.test_result import TestResult
from tuningfork.report.verdicts import aggregate


def contract_results(folder: Path, contracts: Mapping[str, Contract]) -> Results:
    """Return the claims, tests and operations of contracts; no claim is verified.

    Args:
        folder: the working folder.
        contracts: by API.

    Raises:
        CollectionError: a suite cannot be collected.
    """
    tests = _tests(collect_tests(folder, list(contracts)), contracts)
    claims = aggregate((claim for each in contracts.values() for claim in each.claims.values()), tests)
    claims = [claim.model_copy(update={"reason": None}) for claim in claims]
    return Results(
        run=RunInfo(
            target="",
            started=datetime.now(UTC).isoformat(timespec="seconds"),
            seed=0,
            version=version("tuningfork"),
            apis=describe_apis(contracts),
        ),
        totals=totals(claims),
        claims=claims,
        operations=operation_stats((), documented_parts(contracts)),
        tests=[test_entry(test) for test in tests],
    )


def contract_faults(contracts: Iterable[str]) -> list[Fault]:
    """Return the faults of APIs."""
    patches = (patch for api in contracts for patch in apis.patches(api))
    return [Fault(id=each.id, claims=list(each.claims), says=each.says) for each in patches if each.is_fault]


def describe_apis(contracts: Mapping[str, Contract]) -> dict[str, Api]:
    """Return what results.json says about the APIs of contracts."""
    return {
        name: Api(
            title=contract.title,
            documentation=contract.documentation,
            sources=dict(contract.sources),
            settings=list(apis.profile(name).settings.model_fields),
        )
        for name, contract in contracts.items()
    }


def documented_parts(contracts: Mapping[str, Contract]) -> dict[str, dict[str, DocumentedParts]]:
    """Return what the operations of contracts document, by API and operation key."""
    return {
        api: {operation.key: DocumentedParts(operation) for operation in contract.operations}
        for api, contract in contracts.items()
    }


def _tests(items: Iterable[pytest.Item], contracts: Mapping[str, Contract]) -> list[TestResult]:
    """Return a result without an outcome for each test function; its cases are one."""
    apis_of = {claim: api for api, contract in contracts.items() for claim in contract.claims}
    tests: dict[str, TestResult] = {}
    for item in items:
        name = item.nodeid.partition("[")[0]
        claims = [claim for claim in claims_of(item) if claim in apis_of]
        if claims:
            earlier = tests[name].claims if name in tests else ()
            tests[name] = TestResult(
                test=name,
                api=apis_of[claims[0]],
                claims=tuple(dict.fromkeys((*earlier, *claims))),
                doc=first_paragraph(item),
                outcome="not verified",
            )
    return list(tests.values())
