"""Invalid credentials that are derived from a valid token differ from it."""

from __future__ import annotations

import pytest
from suites.audiosocket.support.invalid_tokens import MALFORMED_HEADERS, OTHER_SCHEMES, similar_tokens


@pytest.mark.parametrize("token", ["abc123", "123456", "b", "a"])
def test_altered_token_differs_from_token(token: str) -> None:
    assert token not in similar_tokens(token)
    assert "" not in similar_tokens(token)


@pytest.mark.parametrize("way", [*OTHER_SCHEMES.values(), *MALFORMED_HEADERS.values()])
def test_invalid_header_differs_from_valid_one(way: object) -> None:
    assert callable(way)
    assert " ".join(way("abc").split()) != "Bearer abc"
