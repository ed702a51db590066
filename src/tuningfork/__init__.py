"""Tuning Fork holds an HTTP API against what its documentation promises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from tuningfork.model import ExpectationFailed

if TYPE_CHECKING:
    import pytest

__all__ = ["ExpectationFailed", "claim", "not_verified"]


def claim(*ids: str, needs: Sequence[str] = ()) -> pytest.MarkDecorator:
    """Mark a test with the claims that it judges.

    Args:
        ids: the claims; each is failed if the test fails.
        needs: what this test needs of a target beyond its claims' needs ("user", "write", "control:clock").
    """
    import pytest  # the command's first module imports this one, and has to be quick

    return pytest.mark.claim(*ids, needs=tuple(needs))


def not_verified(reason: str) -> NoReturn:
    """End the test without a verdict: the target offers nothing to judge.

    Args:
        reason: a phrase, shown beside the claim.
    """
    import pytest

    pytest.skip(reason)
