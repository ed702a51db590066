"""Chooses the APIs of a run: those of `--api`, else those of the working folder, else all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tuningfork.apis import ApiError, ApiHome
from tuningfork.client.config import BUILT_IN_TARGETS, ConfigurationError, Options, Target, did_you_mean


def choose_apis(
    named: Sequence[str], homes: Mapping[str, ApiHome], target: Target, *, is_listing: bool = False
) -> tuple[list[str], list[str]]:
    """Return the names of the APIs that a run judges, and a sentence for each that it leaves out.

    Args:
        named: the values of `--api`.
        homes: the known APIs.
        target: the server under test.
        is_listing: whether tests are listed only, so that a mock is not needed.

    Raises:
        ConfigurationError: an API is unknown, broken, or not available on the target.
    """
    _require_known(named, homes)
    if target.name in BUILT_IN_TARGETS:
        candidates = [name for name in homes if name in (named or default_apis(homes))]
        needs_mock = target.name == "mock" and not is_listing
        sentences = [
            homes[name].missing_mock() for name in candidates if needs_mock and _lacks_mock(homes[name])
        ]
        chosen = [name for name in candidates if not (needs_mock and _lacks_mock(homes[name]))]
        if sentences and (named or not chosen):
            raise ConfigurationError(sentences[0])
        notes = [f"not run: {sentence}" for sentence in sentences]
    else:
        chosen, notes = _of_target(named, homes, target), []
    for name in chosen:
        if homes[name].defect:
            raise ApiError(homes[name].defect)
    return chosen, notes


def override_notes(homes: Iterable[ApiHome]) -> list[str]:
    """Return a sentence for each API of the working folder that replaces an installed one."""
    return [
        f"{home.name}: the API in {home.root} replaces the one in {home.overrides}"
        for home in homes
        if home.overrides is not None
    ]


def default_apis(homes: Mapping[str, ApiHome]) -> list[str]:
    """Return the APIs of the working folder; all if it has none."""
    return [name for name, home in homes.items() if home.is_local] or list(homes)


def _require_known(named: Sequence[str], homes: Mapping[str, ApiHome]) -> None:
    """Raise ConfigurationError for the first value of `--api` that is not a known API."""
    for name in named:
        if name not in homes:
            raise ConfigurationError(
                f"--api {name}: there is no such API{did_you_mean(name, homes)}; "
                f"choose one of: {', '.join(homes)}."
            )


def _lacks_mock(home: ApiHome) -> bool:
    """Return whether an API has no mock; an API that cannot be used at all is reported by its defect."""
    return not home.defect and not home.can_be_served


def _of_target(named: Sequence[str], homes: Mapping[str, ApiHome], target: Target) -> list[str]:
    """Return the APIs that have a table in the target, limited to those of `--api` if it was given."""
    for error in _table_errors(named, homes, target):
        raise ConfigurationError(f"{target.file}: {error}")
    return [name for name in homes if name in target.tables and name in (named or target.tables)]


def _table_errors(named: Sequence[str], homes: Mapping[str, ApiHome], target: Target) -> Iterator[str]:
    """Yield a sentence for each unknown API in the target, and for each value of `--api` without a table."""
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
