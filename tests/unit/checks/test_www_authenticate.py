from __future__ import annotations

from collections.abc import Callable

import pytest

from tuningfork.checks.base import status_in
from tuningfork.checks.www_authenticate import names_scheme, schemes
from tuningfork.model import Exchange


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", []),
        ("Bearer", ["bearer"]),
        ('Bearer realm="a"', ["bearer"]),
        ('bearer realm="a, Basic b", error="x"', ["bearer"]),
        ('Basic realm="Bearer, Bearer x"', ["basic"]),
        ('Basic realm="say \\"Bearer\\", x", BEARER', ["basic", "bearer"]),
        ("Digest nonce=Bearer, Negotiate, Bearer scope=a", ["digest", "negotiate", "bearer"]),
        ("Bearer error = x", ["bearer"]),
        ("Bearers", ["bearers"]),
    ],
)
def test_schemes_of_challenges(value: str, expected: list[str]) -> None:
    assert schemes(value) == expected


def test_one_challenge_must_have_the_scheme(make: Callable[..., Exchange]) -> None:
    check = names_scheme("B-1", "Bearer", status_in(401))

    def results(status: int, **headers: str) -> list[bool]:
        return [finding.holds for finding in check(make(status, headers=headers), None)]

    assert results(401, **{"WWW-Authenticate": 'Basic realm="a", bearer'}) == [True]
    assert results(401, **{"WWW-Authenticate": 'Basic realm="Bearer"'}) == [False]
    assert results(401) == [False]
    assert results(403) == []
