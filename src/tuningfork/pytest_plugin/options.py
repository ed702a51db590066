"""The options that the plugin adds to pytest."""

from __future__ import annotations

from pathlib import Path

import pytest


def add(parser: pytest.Parser) -> None:
    """Add them."""
    group = parser.getgroup("tuningfork", "Tuning Fork: an API against its documentation")
    add = group.addoption
    add("--target", metavar="NAME", default="mock", help="mock, cassette, or a target of tuningfork.toml")
    add("--api", metavar="NAME", action="append", default=[], help="only this API; may be repeated")
    add("--claim", metavar="GLOB", action="append", default=[], help="only claims like this: SC-PAGE-*")
    add("--record", action="store_true", help="write cassettes from the target")
    add(
        "--read-only",
        action="store_true",
        help="create, change and delete nothing, whatever the target allows",
    )
    add(
        "--deviations",
        metavar="FILE",
        type=Path,
        help="known deviations (default: deviations.toml, if it is there)",
    )
    add("--report-dir", metavar="DIR", type=Path, default=Path("reports"), help="where reports are written")
    add("--fault", metavar="ID", action="append", default=[], help="put a fault or a variant into the mock")
    add(
        "--seed",
        metavar="N",
        type=int,
        help="repeat a run's choices (default: 0 on the mock, else another each time)",
    )
    add(
        "--in-process",
        dest="sockets",
        action="store_false",
        default=False,
        help="call the mock without a socket (default)",
    )
    add("--sockets", dest="sockets", action="store_true", help="serve the mock on 127.0.0.1")
