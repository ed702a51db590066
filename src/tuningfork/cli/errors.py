"""Errors of commands, each in one sentence with an exit code."""

from __future__ import annotations

import click

from tuningfork.report.exit_codes import Exit


class CommandError(click.ClickException):
    """A wrong argument, configuration or contract, in one sentence."""

    exit_code = Exit.REFUSED


class InternalError(click.ClickException):
    """An error of this program, in one sentence."""

    exit_code = Exit.ERROR
