from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tuningfork.json_text import MAX_EXPONENT, TOO_DEEP, read_json, to_json
from tuningfork.model import Headers, Response


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e400", Decimal("1e400")),
        ("-1e400", Decimal("-1e400")),
        ("1e-400", Decimal("1e-400")),
        ("0e-400", 0.0),
        ("1.5", 1.5),
        ("-0.0", 0.0),
        ("7" * 300, int("7" * 300)),
        (f"[{'7' * 6000}, 1]", [Decimal("7" * 6000), 1]),
        ("1e99999999999999999999", Decimal(f"1e{MAX_EXPONENT}")),
        ("-1e-40000000", Decimal(f"-1e-{MAX_EXPONENT}")),
        ('"\\ud800"', "\ud800"),
        ("[" + "[]," * 500 + "0]", [*[[]] * 500, 0]),
        ('{"a": 1, "a": 2}', {"a": 2}),
        ("\ufeff[]", []),
        (b"\xef\xbb\xbf[]", []),
    ],
)
def test_valid_json_returns_value(text: str | bytes, value: Any) -> None:
    parsed = read_json(text)

    assert (parsed, type(parsed)) == (value, type(value))


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        '{"bpm": [NaN]}',
        "Infinity",
        "-Infinity",
        "",
        "01",
        "1.",
        '"\n"',
        "[" * 100_000,
        "[" * 257 + "]" * 257,
        '{"a":' * 300 + "1" + "}" * 300,
        "9" * 700 + "]",
        b'"\xff"',
        "{}".encode("utf-16"),
        "{}".encode("utf-16-be"),
        "{}".encode("utf-32"),
        b"\xef\xbb\xbf\xef\xbb\xbf{}",
    ],
)
def test_invalid_json_raises_value_error(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_json(text)


def test_integer_of_a_million_digits_is_parsed_in_linear_time() -> None:
    """int() would take minutes."""
    assert read_json("8" * 1_000_000).adjusted() == 999_999


def test_response_json_rejects_nan() -> None:
    with pytest.raises(ValueError, match="NaN is not JSON"):
        Response(200, body=b'{"bpm": NaN}').json()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        ('a"b', '"a\\"b"'),
        ({"a": ["é", 1.5]}, '{"a": ["é", 1.5]}'),
        ({3, 1}, "[1, 3]"),
        (set(), "[]"),
        ((1, "a"), '[1, "a"]'),
        ({"a": {1: None}}.values(), '[{"1": null}]'),
        (Headers([("Date", "now")]), '{"date": "now"}'),
        (b"a\xff", '"a\\\\xff"'),
        ("\ud800", '"\\ud800"'),
        (Decimal("1E+400"), "1E+400"),
    ],
)
def test_value_of_a_message_is_json(value: object, text: str) -> None:
    assert to_json(value) == text


def test_deeply_nested_value_of_a_message_is_not_shown() -> None:
    value: list[object] = []
    for _ in range(100_000):
        value = [value]

    assert to_json(value) == TOO_DEEP


@pytest.mark.parametrize(
    ("response", "text"),
    [
        (Response(404, body=b'{"a":\n  "b"}'), '404 with {"a": "b"}'),
        (Response(404, body=b"no\nsuch <b>track</b>"), '404 with "no such <b>track</b>"'),
        (Response(404), "404 without a body"),
    ],
)
def test_response_of_a_message_has_its_body_in_one_line(response: Response, text: str) -> None:
    assert str(response) == text
