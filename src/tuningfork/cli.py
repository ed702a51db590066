"""The command line: `tuningfork COMMAND`."""

from __future__ import annotations

import json
import sys
from importlib import resources
from pathlib import Path

import click
import pytest

from tuningfork import apis
from tuningfork.mock.serving import Server

USAGE = 4
IDLE = 3600
"""Seconds without a request after which a served mock stops by itself."""


def root() -> Path:
    """The checkout that one stands in, else the small one that was installed with the package."""
    here = Path.cwd()
    if (here / "suites").is_dir() and (here / "specs").is_dir():
        return here
    shipped = Path(str(resources.files("tuningfork"))) / "shipped"
    return shipped if shipped.is_dir() else Path(__file__).parents[2]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tuningfork")
def main() -> None:
    """Hold an HTTP API against what its documentation promises."""


@main.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def run(arguments: tuple[str, ...]) -> None:
    """Run the suites against a target; takes every option of pytest.

    \b
    --target NAME    mock (built in, the default), cassette, or a target of tuningfork.toml
    --api NAME       only this API
    --claim GLOB     only claims like this: SC-PAGE-*
    --read-only      create, change and delete nothing
    """
    given = list(arguments)
    folder = root()
    defaults = [
        "-c",
        str(folder / "pyproject.toml"),
        "-q",
        "--no-header",
        "-p",
        "no:cacheprovider",
        "-W",
        "default",
    ]
    if not any(
        argument in ("-n", "--numprocesses") or argument.startswith(("-n", "--numproc")) for argument in given
    ):
        defaults += ["-n", "2", "--dist", "worksteal"]
    if not any((Path.cwd() / argument.split("::")[0]).exists() for argument in given if argument[:1] != "-"):
        given.append(str(folder / "suites"))
    sys.exit(int(pytest.main([*defaults, *given])))


@main.command()
@click.argument("names", nargs=-1, metavar="[API ...]")
@click.option(
    "--port", default=8701, show_default=True, help="of the first API; the next one has the next port"
)
@click.option("--json", "as_json", is_flag=True, help="print the targets' tables as JSON")
@click.option(
    "--idle", default=IDLE, show_default=True, help="seconds without a request after which it stops"
)
def serve(names: tuple[str, ...], port: int, as_json: bool, idle: int) -> None:
    """Serve the built-in mocks on 127.0.0.1, and print how a target names them."""
    wanted = _known(names)
    servers = [Server(apis.mock(name), port + offset, idle=idle) for offset, name in enumerate(wanted)]
    tables = {}
    for name, server in zip(wanted, servers, strict=True):
        try:
            server.start()
        except OSError as taken:
            raise _Wrong(
                f"port {server.port} of 127.0.0.1 can't be used ({taken.strerror}); choose another --port."
            ) from None
        tables[name] = server.mock.settings(server.base_url)
    click.echo(json.dumps(tables, indent=2) if as_json else _as_toml(tables))
    sys.stdout.flush()
    try:
        for server in servers:
            server.wait()
    except KeyboardInterrupt:
        pass
    finally:
        for server in servers:
            server.stop()


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--api", "name", help="the API that was recorded, where its host does not tell")
@click.option("--json", "as_json", is_flag=True, help="print the findings as JSON")
def check(files: tuple[Path, ...], name: str | None, as_json: bool) -> None:
    """Hold recorded traffic (VCR cassettes, HAR) against the contract, offline."""


@main.command()
@click.option("--check", "strict", is_flag=True, help="fail where a claim has no test")
@click.option("--api", "names", multiple=True, help="only this API")
def claims(strict: bool, names: tuple[str, ...]) -> None:
    """List the claims with their tests, faults and cassettes."""


class _Wrong(click.ClickException):
    """One sentence, exit code 4."""

    exit_code = USAGE

    def show(self, file: object = None) -> None:
        click.echo(f"ERROR: {self.message}", err=True)


def _known(names: tuple[str, ...]) -> list[str]:
    known = apis.names()
    for name in names:
        if name not in known:
            raise _Wrong(f"there is no API {name!r}; choose of: {', '.join(known)}.")
    return list(names) or known
