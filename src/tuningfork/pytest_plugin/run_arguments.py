"""The arguments of `tuningfork run`, before pytest reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from tuningfork.client.config import ConfigurationError

SINGLE = (
    "--target",
    "--depth",
    "--slice",
    "--max-requests",
    "--max-minutes",
    "--seed",
    "--report-dir",
    "--deviations",
    "--journal",
    "--min-verified",
    "--shard",
    "--hypothesis-profile",
)
"""Options of which pytest would silently use the last one."""
ONE_PROCESS = ("--target", "-n", "--numprocesses", "--record", "--pdb", "--collect-only", "--co")
"""Options that choose the number of processes, or that allow only one."""


def repeated_option(arguments: Sequence[str]) -> str | None:
    """Return an option that is given twice although only one value counts."""
    for option in SINGLE:
        if len(values_of(option, arguments)) > 1:
            return option
    return None


def values_of(option: str, arguments: Sequence[str]) -> list[str]:
    """Return the values of an option, in their order: `--api NAME` or `--api=NAME`."""
    values = []
    for argument, following in pairwise([*arguments, ""]):
        name, equals, value = argument.partition("=")
        if name == option:
            values.append(value if equals else following)
    return values


def report_folder(arguments: Sequence[str]) -> Path:
    """Return the folder of the reports, for a run in which pytest could not read its options."""
    return Path.cwd() / (values_of("--report-dir", arguments) or ["reports"])[-1]


def chooses_processes(arguments: Sequence[str]) -> bool:
    """Return whether the arguments choose the number of processes, or allow only one.

    The caller adds its own `-n` otherwise. Single tests and a target other than the mock allow only one
    process; a replay allows several.
    """
    if any("::" in argument for argument in arguments):
        return True  # single tests
    is_replay = "cassette" in values_of("--target", arguments)
    options = tuple(option for option in ONE_PROCESS if not (is_replay and option == "--target"))
    return any(argument.startswith(options) for argument in arguments)


def ends_at_failure(arguments: Sequence[str]) -> bool:
    """Return whether the arguments end the run at its first failure (`-x`, `-vx`), or after a few."""
    return any(
        argument.partition("=")[0] in ("--exitfirst", "--maxfail")
        or re.fullmatch(r"-[lqsvx]*x[lqsvx]*", argument)
        for argument in arguments
    )


def read_shard(text: str) -> tuple[int, int]:
    """Return the number of a shard and the number of all shards: (2, 5) for "2/5".

    Raises:
        ConfigurationError: the text has another form, or the first number is larger than the second.
    """
    match = re.fullmatch(r"(\d{1,4})/(\d{1,4})", text, re.ASCII)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise ConfigurationError(
            f"--shard {text}: is not a shard; give its number and how many there are, such as 2/5."
        )
    return int(match[1]), int(match[2])
