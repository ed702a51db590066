"""None of the credentials that are made from a good token is that token's own."""

from __future__ import annotations

import pytest
from suites.audiosocket.support.invalid_tokens import BROKEN, STRANGE, altered


@pytest.mark.parametrize("token", ["abc123", "123456", "b", "a"])
def test_an_altered_token_is_another_one(token: str) -> None:
    assert token not in altered(token)
    assert "" not in altered(token)


@pytest.mark.parametrize("way", [*STRANGE.values(), *BROKEN.values()])
def test_no_header_is_the_good_one(way: object) -> None:
    assert callable(way)
    assert " ".join(way("abc").split()) != "Bearer abc"
