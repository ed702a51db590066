"""Decides whether an unexpected exception in a test is the fault of the target or of the test."""

from __future__ import annotations

import _strptime  # type: ignore[import-not-found]  # datetime.strptime parses in it; it has no stubs
import email.utils
import ipaddress
import json
import json.decoder
import urllib.parse

from tuningfork.client.exchange_log import ExchangeLog
from tuningfork.model import ExpectationFailed

PARSER_FILES = frozenset(
    module.__file__ for module in (urllib.parse, ipaddress, json, json.decoder, email.utils, _strptime)
)
"""Files of the standard library that parse what a target sends: URLs, addresses, JSON, dates."""
DATA_ERRORS = (LookupError, TypeError, AttributeError, ValueError, ArithmeticError, RecursionError)
"""Exceptions that a value of the wrong type or form can cause."""


def blame_target_if_unparsable(error: BaseException, log: ExchangeLog) -> BaseException:
    """Return an ExpectationFailed if a parser raised `error` on data of the target, else `error` itself."""
    if isinstance(error, DATA_ERRORS) and log.exchanges and _is_raised_by_parser(error):
        return ExpectationFailed("a value that can be parsed", f"{type(error).__name__}: {error}")
    return error


def explain_by_violation(error: BaseException, log: ExchangeLog) -> str:
    """Return why `error` may come from a response that violates the contract; empty if no exchange does."""
    if isinstance(error, DATA_ERRORS) and log.violations:
        return f"a response violates the contract and cannot be read ({type(error).__name__}: {error})"
    return ""


def _is_raised_by_parser(error: BaseException) -> bool:
    """Return whether the innermost frame of the traceback is in a file of PARSER_FILES."""
    innermost = error.__traceback__
    while innermost is not None and innermost.tb_next is not None:
        innermost = innermost.tb_next
    return innermost is not None and innermost.tb_frame.f_code.co_filename in PARSER_FILES
