"""Numbers of any size, as a server may send them."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest

from tuningfork.json_text import read_json
from tuningfork.numbers import is_integer, is_number, read_digits, to_float

LONG = "9" * 400
LONGER = "9" * 5000


@pytest.mark.parametrize(
    ("text", "integer", "as_float"),
    [
        ("7", True, 7.0),
        ("-7.0", True, -7.0),
        ("0.5", False, 0.5),
        ("1e400", True, math.inf),
        ("-1e400", True, -math.inf),
        ("1e-400", False, 0.0),
        (LONG, True, math.inf),
        (f"-{LONG}", True, -math.inf),
        (LONGER, True, math.inf),
        (f"{LONGER}.5", False, math.inf),
    ],
)
def test_every_json_number_is_one(text: str, integer: bool, as_float: float) -> None:
    value = read_json(text)

    assert is_number(value)
    assert (is_integer(value), to_float(value)) == (integer, as_float)


@pytest.mark.parametrize("value", [True, False, None, "7", [], {}])
def test_other_values_are_not_numbers(value: Any) -> None:
    assert not is_number(value)
    assert (is_integer(value), to_float(value)) == (False, None)


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("007", 7), (LONG, int(LONG)), (LONGER, Decimal(LONGER))]
    + [(text, None) for text in ("", "²", "٣", "-1", "1.0", " 1", "1_0", None, 7)],
)
def test_only_ascii_digits_are_a_number(text: Any, number: int | Decimal | None) -> None:
    assert read_digits(text) == number
