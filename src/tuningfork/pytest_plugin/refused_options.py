"""Refuses options that fit neither each other, nor the target, nor the claims of a run."""

from __future__ import annotations

import fnmatch
import re

import pytest

from tuningfork import apis
from tuningfork.client.config import BUILT_IN_TARGETS, ConfigurationError, Target
from tuningfork.pytest_plugin.run_arguments import values_of
from tuningfork.pytest_plugin.run_config import CASSETTE, MOCK, RunConfig

LOCAL_WORKER = re.compile(r"(\d+\*)?popen(//.*)?")
"""What `--tx` of pytest-xdist has for processes of this machine: "popen", "2*popen//python=python3.12"."""


def require_paths(config: pytest.Config) -> None:
    """Refuse an argument that is not an existing file or folder, before workers start."""
    for argument in config.args if not config.option.pyargs else ():
        path = config.invocation_params.dir / str(argument).partition("[")[0].partition("::")[0]
        try:
            exists = path.exists()
        except (OSError, ValueError):  # too long, or not a path
            exists = False
        if not exists:
            raise ConfigurationError(
                f"{argument}: there is no such file or folder; name one of suites/, a test of it, or nothing."
            )


def require_compatible(config: pytest.Config, target: Target) -> None:
    """Raise ConfigurationError for `--fault` or `--record` with a target that does not allow it."""
    option = config.option
    if option.fault and target.name != MOCK:
        raise ConfigurationError("--fault is for the mock; leave out --target.")
    if target.name == CASSETTE and (option.depth or option.max_requests or option.max_minutes):
        raise ConfigurationError("--depth, --max-requests and --max-minutes: a cassette costs no request.")
    if option.record and (target.name == CASSETTE or getattr(option, "numprocesses", None)):
        raise ConfigurationError("--record needs a target other than cassette and one process; use -n 0.")


def require_local_workers(config: pytest.Config, target: Target) -> None:
    """Raise ConfigurationError for workers of pytest-xdist on another machine that use the same server."""
    if target.name in BUILT_IN_TARGETS:
        return
    given = values_of("--tx", list(map(str, config.invocation_params.args)))  # -n replaces the option
    for spec in (*map(str, config.option.tx or ()), *given):
        if not LOCAL_WORKER.fullmatch(spec) or "//via=" in spec:
            raise ConfigurationError(
                f"--tx {spec}: workers on other machines do not share the rate, the tokens and the locks of "
                "a target; split the run with --shard (docs/shards.md)."
            )


def require_known_rules(run: RunConfig) -> None:
    """Refuse a profile that names an unknown claim, which would silently leave out tests."""
    for name, contract in run.contracts.items():
        if run.homes[name].overrides is not None:
            continue  # the contract is not the one that the profile was written for
        for rule, claim in apis.profile(name).rules.items():
            if claim not in contract.claims:
                file = contract.folder / "claims.toml"
                raise ConfigurationError(
                    f"{name}: the rule {rule} names the claim {claim!r}; correct it or add it to {file}."
                )


def require_matching_claims(run: RunConfig) -> None:
    """Raise ConfigurationError for a value of `--claim` that matches no claim of the run."""
    for pattern in run.patterns:
        if not any(
            fnmatch.fnmatchcase(claim, pattern)
            for contract in run.contracts.values()
            for claim in contract.claims
        ):
            raise ConfigurationError(f"--claim {pattern}: no claim of {', '.join(run.contracts)} matches.")
