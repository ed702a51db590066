"""The command `tuningfork load`: many users at once, every response judged by the claims."""

from __future__ import annotations

import importlib.util
import json
import os
import secrets
import sys

import click

from tuningfork.cli.errors import CommandError
from tuningfork.pytest_plugin.prepared_run import MAX_SEED

MISSING = "`tuningfork load` needs Locust; install it with: python -m pip install 'tuningfork[load]'"
MODULE = "tuningfork.load"


@click.command()
@click.option("--target", required=True, metavar="NAME", help="a target of tuningfork.toml")
@click.option("--api", "names", multiple=True, metavar="NAME", help="only this API; may be repeated")
@click.option("--users", default=50, show_default=True, type=click.IntRange(1, 10_000), help="users at once")
@click.option("--minutes", type=click.FloatRange(0, min_open=True), help="how long; 2 if not given")
@click.option("--seconds", type=click.FloatRange(0, min_open=True), help="how long, in place of --minutes")
@click.option("--seed", type=click.IntRange(0, MAX_SEED), help="of random choices; a new one if not given")
@click.option("--read-only", is_flag=True, help="create, change and delete nothing")
@click.option(
    "--report-dir", default="reports", show_default=True, metavar="DIR", help="for load.json, load.md"
)
def load(
    target: str,
    names: tuple[str, ...],
    users: int,
    minutes: float | None,
    seconds: float | None,
    seed: int | None,
    read_only: bool,
    report_dir: str,
) -> None:
    """Use a target with many users at once, and judge every response by the claims of its APIs.

    Each scenario runs once alone, then all users repeat all scenarios. A claim that is broken only then is
    reported as "holds alone, breaks under load". The rate limit of the target holds for all users together;
    what they create is deleted.

    Exit code 1 if a MUST is broken, 2 if interrupted, 3 if the target is lost or this program has an error,
    4 if the configuration is wrong, 5 if nothing was judged.
    """
    if minutes is not None and seconds is not None:
        raise CommandError("--minutes and --seconds say the same; give one of them.")
    if importlib.util.find_spec("locust") is None:
        raise CommandError(MISSING)
    options = {
        "target": target,
        "apis": names,
        "users": users,
        "seconds": seconds or 60 * (minutes or 2),
        "seed": secrets.randbelow(MAX_SEED) if seed is None else seed,
        "read_only": read_only,
        "report_dir": report_dir,
    }
    sys.stdout.flush()
    # Locust patches the standard library, so it must be imported before everything else: in a new process.
    os.execv(sys.executable, [sys.executable, "-P", "-m", MODULE, json.dumps(options)])  # noqa: S606 - no shell
