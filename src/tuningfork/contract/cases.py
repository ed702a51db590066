"""Generates requests from a contract with Schemathesis: from examples, boundary values, and at random."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterable, Iterator
from typing import Any

import schemathesis
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.config import SchemathesisConfig
from schemathesis.core.errors import SchemathesisError
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode
from schemathesis.generation.hypothesis.examples import generate_one

from tuningfork.contract.openapi import Contract, Operation

Case = schemathesis.Case[Any]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""The safe methods, which change nothing on the server (RFC 9110 9.2.1)."""
GENERATION_ERRORS = (Unsatisfiable, SchemathesisError)
"""Raised if no request can be generated: a schema allows no value, or a media type is not supported."""


class Cases:
    """Generates requests for the operations of a contract; the requests have no credentials.

    Args:
        contract: the contract; no request is generated for its informational operations (`x-beyond`).
    """

    def __init__(self, contract: Contract) -> None:
        config = SchemathesisConfig.from_dict(
            {
                "generation": {"with-security-parameters": False},
                "phases": {
                    "coverage": {"unexpected-methods": []},
                    "stateful": {"generation": {"mode": "positive"}},
                },
            }
        )
        document = schemathesis.openapi.from_dict(dict(contract.document), config=config)
        self.schema = document.exclude(lambda context: context.operation.definition.raw.get("x-beyond"))
        self._examples: dict[str, list[Case]] = {}  # by operation key

    def examples(self, operation: Operation) -> list[Case]:
        """Return one request for each documented example, or else the smallest valid request.

        The list is generated once for each operation; it is empty if the schemas allow no request.
        """
        if operation.key not in self._examples:
            target = self._schemathesis_operation(operation)
            smallest = target.as_strategy(generation_mode=GenerationMode.POSITIVE)
            strategies = target.get_strategies_from_examples() or [smallest]
            self._examples[operation.key] = list(_simplest_cases(strategies))
        return self._examples[operation.key]

    def boundaries(self, operation: Operation, max_cases: int, seed: int) -> list[Case]:
        """Return valid requests with boundary values, and invalid ones with values just outside of them.

        Every second request has only the required parameters and the tested one, because an invalid
        parameter can hide another.

        Args:
            operation: the operation of the requests.
            max_cases: how many requests are returned at most; they are a random sample.
            seed: the seed of the sample.
        """
        cases = list(self._coverage_cases(operation))
        generator = random.Random(f"{seed} {operation.key}")  # noqa: S311 - not used for security
        sample = generator.sample(cases, min(max_cases, len(cases)))
        for case in sample[1::2]:
            case.query = _minimal_query(case, operation)
        return sample

    def strategy(self, operation: Operation) -> st.SearchStrategy[Case]:
        """Return a Hypothesis strategy for valid and invalid requests."""
        target = self._schemathesis_operation(operation)
        return st.one_of(*(target.as_strategy(generation_mode=mode) for mode in GenerationMode))

    def _coverage_cases(self, operation: Operation) -> Iterator[Case]:
        """Yield all valid and invalid requests with boundary values that Schemathesis generates."""
        target = self._schemathesis_operation(operation)
        return self.schema.iter_coverage_cases(
            target,
            generation_modes=list(GenerationMode),
            generation_config=self.schema.config.generation_for(operation=target, phase="coverage"),
        )

    def _schemathesis_operation(self, operation: Operation) -> Any:
        return self.schema[operation.path][operation.method]


def has_invalid_path(case: Case) -> bool:
    """Return whether a generated request has an invalid path on purpose, so that its path must not change."""
    component = case.meta.components.get(ParameterLocation.PATH) if case.meta else None
    return component is not None and component.mode == GenerationMode.NEGATIVE


def _simplest_cases(strategies: Iterable[st.SearchStrategy[Case]]) -> Iterator[Case]:
    """Yield the simplest request of each strategy that can generate one."""
    for strategy in strategies:
        with contextlib.suppress(*GENERATION_ERRORS):
            yield generate_one(strategy)


def _minimal_query(case: Case, operation: Operation) -> dict[str, Any]:
    """Return the query of a request reduced to the required parameters and the tested one."""
    names = {parameter.name for parameter in operation.parameters if parameter.required}
    if case.meta is not None and case.meta.phase.data.parameter is not None:
        names.add(case.meta.phase.data.parameter)
    return {name: value for name, value in case.query.items() if {name, name.partition("[")[0]} & names}
