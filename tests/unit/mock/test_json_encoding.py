"""The JSON of a mock's responses is that of the standard library."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tuningfork.mock.json_encoding import encode_json

TEXTS = st.text(st.characters())
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
)


@given(VALUES)
@example({"name": "São Paulo \u2028", "lone": "\ud800", "control": "\x00\x7f"})
@example([10**40, -0.0, 1e-7, 5e-324, 1.7976931348623157e308])
def test_text_is_ascii_and_has_the_value(value: Any) -> None:
    text = encode_json(value)

    assert text.isascii()
    assert repr(json.loads(text)) == repr(value)


def test_text_is_compact() -> None:
    assert encode_json({"a": [1, {"b": None}], "c": "</script>"}) == b'{"a":[1,{"b":null}],"c":"</script>"}'


def test_circular_value_raises() -> None:
    circular: list[Any] = []
    circular.append(circular)

    with pytest.raises(ValueError, match="Circular"):
        encode_json(circular)
