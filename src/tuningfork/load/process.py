"""Runs the load that the options describe, and returns the exit code."""

from __future__ import annotations

import json

import click
import pytest

from tuningfork.apis import ApiError
from tuningfork.client.config import ConfigurationError
from tuningfork.contract.errors import ContractError
from tuningfork.load.interrupts import Interrupts
from tuningfork.load.run import LoadOptions, LoadRun
from tuningfork.report.exit_codes import Exit


def main(argument: str) -> int:
    """Run the load of the options, written as JSON; print an error as one sentence; return the exit code."""
    interrupts = Interrupts()
    try:
        return LoadRun.of(LoadOptions(**json.loads(argument)), interrupts).execute().exit_code()
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except (ConfigurationError, ContractError, ApiError) as error:
        return _refuse(str(error))
    except pytest.UsageError as error:
        return _refuse(" ".join(map(str, error.args)))
    except OSError as error:
        return _refuse(f"{error.filename}: can't be written ({error.strerror}); choose another --report-dir.")
    except pytest.exit.Exception as error:
        click.echo(f"ERROR: {error.msg}", err=True)
        return error.returncode or Exit.ERROR


def _refuse(sentence: str) -> int:
    """Print why the run cannot start, and return the exit code."""
    click.echo(f"Error: {sentence}", err=True)
    return Exit.REFUSED
