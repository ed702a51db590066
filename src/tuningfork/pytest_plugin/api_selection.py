"""Chooses the APIs of a run: those of `--api`, else those of the working folder, else all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tuningfork.apis import ApiError, ApiHome
from tuningfork.client.config import ConfigurationError, Options, Target, did_you_mean


def choose_apis(
    named: Sequence[str], homes: Mapping[str, ApiHome], target: Target
) -> tuple[list[str], list[str]]:
    """Return the names of the APIs that a run judges, and notes on the choice.

    Args:
        named: the values of `--api`.
        homes: the known APIs.
        target: the server under test.

    Raises:
        ConfigurationError: an API is unknown, broken, or not available on the target.
    """
    _require_known(named, homes)
    if target.name in ("mock", "cassette"):
        chosen, missing = _available(list(named) or default_apis(homes), homes, target.name)
        if missing and (named or not chosen):
            raise ConfigurationError(missing[0])
        notes = [f"not run: {sentence}" for sentence in missing]
    else:
        chosen, notes = _of_target(named, homes, target), []
    for name in chosen:
        if homes[name].defect:
            raise ApiError(homes[name].defect)
        if homes[name].overrides is not None:
            notes.append(f"{name} is the one in {homes[name].root}, not in {homes[name].overrides}")
    return chosen, notes


def default_apis(homes: Mapping[str, ApiHome]) -> list[str]:
    """Return the APIs of the working folder; all if it has none."""
    return [name for name, home in homes.items() if home.is_local] or list(homes)


def _require_known(named: Sequence[str], homes: Mapping[str, ApiHome]) -> None:
    for name in named:
        if name not in homes:
            raise ConfigurationError(
                f"--api {name}: there is no such API{did_you_mean(name, homes)}; "
                f"choose one of: {', '.join(homes)}."
            )


def _available(
    names: Sequence[str], homes: Mapping[str, ApiHome], target: str
) -> tuple[list[str], list[str]]:
    """Return the APIs that a built-in target has, and for each other API a sentence."""
    available, missing = [], []
    for name, home in homes.items():
        if name not in names:
            continue
        if target == "mock" and not home.defect and not home.has_code("mock"):
            missing.append(
                f"{name} has no mock (apis/{name}/mock/__init__.py); "
                "name a target with --target, or write the mock."
            )
        else:
            available.append(name)
    return available, missing


def _of_target(named: Sequence[str], homes: Mapping[str, ApiHome], target: Target) -> list[str]:
    for error in _table_errors(named, homes, target):
        raise ConfigurationError(f"{target.file}: {error}")
    return [name for name in homes if name in target.tables and name in (named or target.tables)]


def _table_errors(named: Sequence[str], homes: Mapping[str, ApiHome], target: Target) -> Iterator[str]:
    for name in target.tables:
        if name not in homes:
            yield (
                f"targets.{target.name}.{name}: there is no such API or field"
                f"{did_you_mean(name, [*homes, *Options.model_fields])}; the APIs are: {', '.join(homes)}."
            )
    for name in named:
        if name not in target.tables:
            yield (
                f"target {target.name!r} has no table for {name}; "
                f"add [targets.{target.name}.{name}] or leave out --api {name}."
            )
    if not target.tables:
        yield (
            f"target {target.name!r} names no API; add a table like "
            f"[targets.{target.name}.{next(iter(default_apis(homes)), 'NAME')}] with its base_url."
        )
