"""The command `tuningfork serve`: mocks on sockets."""

from __future__ import annotations

import contextlib
import json
import shlex
import sys
from collections.abc import Mapping
from typing import Any

import click
import tomli_w

from tuningfork import apis
from tuningfork.audit.fault import UnknownPatch, apply_patches, require_known
from tuningfork.cli.errors import CommandError
from tuningfork.cli.selected_apis import selected_mocks
from tuningfork.client.setting_variables import setting_variables
from tuningfork.mock.server import Server

IDLE_S = 3600
"""Seconds without a request after which a served mock stops."""


@click.command()
@click.argument("names", nargs=-1, metavar="[API ...]")
@click.option(
    "--port",
    default=8701,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="port of the first API; each further API has the next port; 0 for free ports",
)
@click.option("--json", "as_json", is_flag=True, help="print the targets' tables as JSON")
@click.option("--env", "as_env", is_flag=True, help="print the settings of one API as variables of a shell")
@click.option(
    "--idle", default=IDLE_S, show_default=True, help="seconds without a request after which it stops"
)
@click.option("--fault", "faults", multiple=True, metavar="ID", help="apply this fault; may be repeated")
def serve(
    names: tuple[str, ...], port: int, as_json: bool, as_env: bool, idle: int, faults: tuple[str, ...]
) -> None:
    """Serve mocks on 127.0.0.1 and print the table of tuningfork.toml for each."""
    served = selected_mocks(names)
    if as_env and len(served) > 1:
        raise CommandError(f"--env is for one API; name one of {', '.join(served)}.")
    patches = [patch for name in served for patch in apis.patches(name, under_load=True)] if faults else []
    try:
        require_known(faults, patches)
    except UnknownPatch as error:
        raise CommandError(f"--fault: {error}") from None
    with contextlib.suppress(KeyboardInterrupt), contextlib.ExitStack() as stack:
        tables, servers = {}, []
        for offset, name in enumerate(served):
            mock = apply_patches(apis.mock(name), faults, patches)
            server = Server(mock, port and port + offset, idle=idle)
            try:
                servers.append(stack.enter_context(server))
            except (OSError, OverflowError):
                raise CommandError(f"port {port + offset} can't be used; choose another --port.") from None
            tables[name] = mock.settings(server.base_url)
        if as_env:
            click.echo(_as_exports(tables[served[0]]))
        else:
            click.echo(json.dumps(tables, indent=2) if as_json else _as_toml(tables))
        sys.stdout.flush()
        for server in servers:
            server.wait()


def _as_exports(table: Mapping[str, Any]) -> str:
    """Return the lines of a shell that export the settings of an API."""
    return "\n".join(f"export {name}={shlex.quote(text)}" for name, _, text in setting_variables(table))


def _as_toml(tables: dict[str, dict[str, Any]]) -> str:
    """Return the text of tuningfork.toml with the served mocks as one target."""
    target = {"writes": True, "rate": "1000/s", "timeout": 30, "settle": 0, **tables}
    return tomli_w.dumps({"targets": {"served": target}})
