"""Whose fault an unexpected exception is: the target's if an answer could not be read, else ours."""

from __future__ import annotations

import _strptime  # type: ignore[import-not-found]  # where datetime.strptime reads; it has no stubs
import email.utils
import ipaddress
import json
import json.decoder
import urllib.parse

from tuningfork.client.exchange_log import ExchangeLog
from tuningfork.model import ExpectationFailed

READERS = frozenset(
    module.__file__ for module in (urllib.parse, ipaddress, json, json.decoder, email.utils, _strptime)
)
"""Files of the standard library that read what a target has sent: URLs, addresses, JSON, dates."""
SHAPES = (LookupError, TypeError, AttributeError, ValueError, ArithmeticError, RecursionError)
"""What comes of a value that is not of the kind that the contract promises."""


def blamed(raised: BaseException, journal: ExchangeLog) -> BaseException:
    """The exception, or an ExpectationFailed in its place where a value of the target could not be read."""
    if isinstance(raised, SHAPES) and journal.exchanges and _is_of_a_reader(raised):
        return ExpectationFailed("a value that can be read", f"{type(raised).__name__}: {raised}")
    return raised


def misled(raised: BaseException, journal: ExchangeLog) -> str:
    """Why a test could not go on that met an answer which breaks the contract; empty if it met none."""
    if isinstance(raised, SHAPES) and journal.violations:
        return f"an answer that breaks the contract could not be read ({type(raised).__name__}: {raised})"
    return ""


def _is_of_a_reader(raised: BaseException) -> bool:
    place = raised.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    return place is not None and place.tb_frame.f_code.co_filename in READERS
