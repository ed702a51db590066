"""The options that the plugin adds to pytest, which `tuningfork run --help` lists."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tuningfork.pytest_plugin.session import FOLDER

OPTIONS: Mapping[str, dict[str, Any]] = {
    "--target": {
        "metavar": "NAME",
        "default": "mock",
        "help": "mock (built in, the default), cassette, or a target of tuningfork.toml",
    },
    "--api": {
        "metavar": "NAME",
        "action": "append",
        "default": [],
        "help": "run only this API; may be repeated",
    },
    "--claim": {
        "metavar": "GLOB",
        "action": "append",
        "default": [],
        "help": "judge only claims whose id matches, such as SC-PAGE-*; may be repeated",
    },
    "--min-verified": {
        "metavar": "N",
        "type": int,
        "help": "exit 1 if fewer than N claims are verified",
    },
    "--require": {
        "metavar": "GLOB",
        "action": "append",
        "default": [],
        "help": "exit 1 if a claim whose id matches is not verified; may be repeated",
    },
    "--shard": {
        "metavar": "I/N",
        "help": "run only part I of N, such as 2/5; `tuningfork merge` joins the results",
    },
    "--depth": {
        "choices": ["smoke", "standard", "full"],
        "metavar": "DEPTH",
        "help": "smoke, standard or full: how many tests run, chosen by what they find (default: full)",
    },
    "--slice": {
        "metavar": "N",
        "type": int,
        "help": "at smoke: from which tenth of the other tests some run (default: the commit chooses)",
    },
    "--max-requests": {
        "metavar": "N",
        "type": int,
        "help": "send at most this number of requests; the tests run in the order of their worth",
    },
    "--max-minutes": {"metavar": "N", "type": float, "help": "take at most this time"},
    "--record": {"action": "store_true", "help": "record cassettes from the target"},
    "--read-only": {
        "action": "store_true",
        "help": "create, change and delete nothing, even if the target allows it",
    },
    "--journal": {
        "metavar": "PATH",
        "type": Path,
        "help": "a file or folder outside the runner, where a later job finds what this run created",
    },
    "--deviations": {
        "metavar": "FILE",
        "type": Path,
        "help": "the known deviations (default: deviations.toml, if it exists)",
    },
    "--report-dir": {
        "metavar": "DIR",
        "type": Path,
        "default": Path("reports"),
        "help": "where reports are written (default: reports)",
    },
    "--no-reports": {
        "action": "store_true",
        "help": "write only results.json; `tuningfork report` writes the others",
    },
    "--fault": {
        "metavar": "ID",
        "action": "append",
        "default": [],
        "help": "apply a fault or variant to the mock; may be repeated",
    },
    "--seed": {
        "metavar": "N",
        "type": int,
        "help": "seed of random choices (default: 0 on the mock, with --shard one of the commit, else new)",
    },
    "--in-process": {
        "dest": "sockets",
        "action": "store_false",
        "default": False,
        "help": "call the mock without a socket (the default)",
    },
    "--sockets": {"dest": "sockets", "action": "store_true", "help": "serve the mock on 127.0.0.1"},
}
PYTEST_OPTIONS = {
    "-n N": "number of worker processes (pytest-xdist); 0 for none",
    "-k EXPRESSION": "run only tests whose name matches",
    "-x": "stop at the first failure; what failed last, and what finds the most for its requests, runs first",
    "--collect-only": "list the tests without running them",
    "--hypothesis-profile NAME": "default or thorough: how many requests a property test generates",
}
"""Options of pytest and its plugins that the help of `tuningfork run` shows too."""


def add(parser: pytest.Parser) -> None:
    """Add the options, and the setting in which `tuningfork run` names the working folder."""
    group = parser.getgroup("tuningfork", "Tuning Fork: an API against its documentation")
    for flag, attributes in OPTIONS.items():
        group.addoption(flag, **attributes)
    parser.addini(FOLDER, "the working folder of `tuningfork run`", default="")


def described() -> list[tuple[str, str]]:
    """Return each option of `tuningfork run` with its value and its help."""
    plugin_options = [
        (f"{flag} {attributes.get('metavar', '')}".strip(), str(attributes["help"]))
        for flag, attributes in OPTIONS.items()
    ]
    return [*plugin_options, *PYTEST_OPTIONS.items()]
