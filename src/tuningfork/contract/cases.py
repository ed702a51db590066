"""Requests that follow from a contract: examples, boundaries of schemas, random ones (by Schemathesis)."""

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
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""Methods that change nothing (RFC 9110 9.2.1)."""
UNGENERABLE = (Unsatisfiable, SchemathesisError)
"""Raised while a request is drawn for a schema that allows no value, or a media type that is not known."""


class Cases:
    """The requests of one contract; credentials are left to whoever sends them."""

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
        self._examples: dict[str, list[Case]] = {}

    def examples(self, operation: Operation) -> list[Case]:
        """One request for each documented example, or else the smallest valid one; made once.

        Empty if the schemas allow no request.
        """
        if operation.key not in self._examples:
            one = self._of(operation)
            smallest = one.as_strategy(generation_mode=GenerationMode.POSITIVE)
            strategies = one.get_strategies_from_examples() or [smallest]
            self._examples[operation.key] = list(_simplest(strategies))
        return self._examples[operation.key]

    def boundaries(self, operation: Operation, most: int, seed: int) -> list[Case]:
        """Valid requests at the edges of each parameter, and invalid ones just beyond them.

        Every other one says nothing but what it is about, so that one odd parameter does not hide another.

        Args:
            operation: whose requests.
            most: how many, chosen at random among all.
            seed: of the choice.
        """
        every = list(self._covering(operation))
        dice = random.Random(f"{seed} {operation.key}")  # noqa: S311 - nothing secret is chosen
        chosen = dice.sample(every, min(most, len(every)))
        for case in chosen[1::2]:
            case.query = _bare(case, operation)
        return chosen

    def strategy(self, operation: Operation) -> st.SearchStrategy[Case]:
        """Random requests, valid and invalid ones."""
        one = self._of(operation)
        return st.one_of(*(one.as_strategy(generation_mode=mode) for mode in GenerationMode))

    def _covering(self, operation: Operation) -> Iterator[Case]:
        one = self._of(operation)
        return self.schema.iter_coverage_cases(
            one,
            generation_modes=list(GenerationMode),
            generation_config=self.schema.config.generation_for(operation=one, phase="coverage"),
        )

    def _of(self, operation: Operation) -> Any:
        return self.schema[operation.path][operation.method]


def has_odd_path(case: Case) -> bool:
    """Whether the path is what is wrong with a request, and so must stay as it is."""
    part = case.meta.components.get(ParameterLocation.PATH) if case.meta else None
    return part is not None and part.mode == GenerationMode.NEGATIVE


def _simplest(strategies: Iterable[st.SearchStrategy[Case]]) -> Iterator[Case]:
    """The simplest value of each strategy that has one."""
    for strategy in strategies:
        with contextlib.suppress(*UNGENERABLE):
            yield generate_one(strategy)


def _bare(case: Case, operation: Operation) -> dict[str, Any]:
    """What a query must have, and the parameter that its request is about."""
    kept = {one.name for one in operation.parameters if one.required}
    if case.meta is not None and case.meta.phase.data.parameter is not None:
        kept.add(case.meta.phase.data.parameter)
    return {name: value for name, value in case.query.items() if {name, name.partition("[")[0]} & kept}
