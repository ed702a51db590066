"""The group of commands, which prints an error of any command as one sentence."""

from __future__ import annotations

import importlib
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import click
import pytest

from tuningfork.apis import ApiError
from tuningfork.cli.errors import CommandError, InternalError
from tuningfork.contract.errors import ContractError
from tuningfork.pytest_plugin import internal_error, streams
from tuningfork.pytest_plugin.signals import handle_interrupts
from tuningfork.redaction import Disclosure, printable_line
from tuningfork.report.exit_codes import Exit


class Commands(click.Group):
    """Commands whose errors are one sentence with an exit code; each is imported when it is needed.

    Args:
        names: of the commands; `run` is the function `run` of the module `run_command`.
        options: those of click's groups.
    """

    def __init__(self, *, names: Sequence[str] = (), **options: Any) -> None:
        super().__init__(**options)
        self._names = names

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, sorted."""
        return sorted(self._names)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return the command with a name; None for an unknown name."""
        if name not in self._names:
            return None
        command: click.Command = getattr(importlib.import_module(f"tuningfork.cli.{name}_command"), name)
        return command

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command and exit with its exit code; print an error as one sentence."""
        streams.ignore_write_errors()
        restore = handle_interrupts()
        try:
            sys.exit(super().main(*args, **extra | {"standalone_mode": False}))
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            sys.exit(Exit.REFUSED)
        except click.ClickException as error:
            message = Disclosure().line(" ".join(error.format_message().split()))
            click.echo(f"ERROR: {message}", err=True)
            sys.exit(Exit.REFUSED if isinstance(error, click.UsageError) else error.exit_code)
        finally:
            restore()

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; report an unexpected exception in one sentence and save its traceback to a file."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            sys.exit(Exit.INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except (ApiError, ContractError) as error:
            raise CommandError(printable_line(str(error))) from None
        except Exception as error:
            info, text = pytest.ExceptionInfo.from_exception(error), traceback.format_exception(error)
            message = internal_error.save_and_describe(info, "".join(text), Path(mkdtemp()))
            raise InternalError(message) from None
