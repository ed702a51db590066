"""Reads what a run has to verify: its options, else the keys of its target."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tuningfork.client.config import ConfigurationError, Target
from tuningfork.report.requirements import matching
from tuningfork.report.results import Requirements


def requirements_of(config: pytest.Config, target: Target, claims: Sequence[str]) -> Requirements:
    """Return what a run has to verify.

    The keys of a target are for runs of all its claims, so a run of a part of them has only its options.

    Args:
        config: of the session.
        target: of the run.
        claims: the ids of the claims of the run.

    Raises:
        ConfigurationError: no claim matches, or more claims are required than there are.
    """
    keys = Requirements() if _is_partial(config) else _keys_of(target)
    minimum: int | None = config.option.min_verified
    globs: list[str] = config.option.require
    table = f"{target.file}: targets.{target.name}"
    at_globs = "--require" if globs else f"{table}.require"
    at_minimum = f"{table}.min_verified" if minimum is None else "--min-verified"
    required = globs or keys.require
    number = keys.min_verified if minimum is None else minimum
    require_possible(required, at_globs, number, at_minimum, claims)
    return Requirements(min_verified=number, require=required)


def require_possible(
    globs: Sequence[str], at_globs: str, minimum: int, at_minimum: str, claims: Sequence[str]
) -> None:
    """Raise ConfigurationError for requirements that no verdicts of these claims can meet.

    Args:
        globs: of claims that have to be verified.
        at_globs: where they are written, for the message.
        minimum: how many claims have to be verified.
        at_minimum: where that is written.
        claims: the ids of the claims of the run.
    """
    for pattern in globs:
        if not matching(claims, pattern):
            raise ConfigurationError(
                f"{at_globs}: no claim of the run matches {pattern}; `tuningfork claims` lists them."
            )
    if not 0 <= minimum <= len(claims):
        raise ConfigurationError(
            f"{at_minimum}: {minimum} claims can't be verified; give a number from 0 to {len(claims)}."
        )


def _keys_of(target: Target) -> Requirements:
    """Return what the table of a target requires."""
    options = target.options
    return Requirements(min_verified=options.min_verified, require=list(options.require))


def _is_partial(config: pytest.Config) -> bool:
    """Return whether the options choose some of the target's claims or tests."""
    option = config.option
    has_tests = any("::" in argument or argument.endswith(".py") for argument in config.args)
    return bool(option.api or option.claim or option.keyword or option.markexpr or has_tests)
