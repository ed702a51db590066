"""Tuning Fork tests whether an HTTP API does what its documentation says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from tuningfork.model import ExpectationFailed

if TYPE_CHECKING:
    import pytest

__all__ = ["ExpectationFailed", "claim", "not_verified"]


def claim(*ids: str, needs: Sequence[str] = ()) -> pytest.MarkDecorator:
    """Return the mark that names the claims of a test.

    Args:
        ids: ids of claims; if the test fails, each of them fails.
        needs: what a target must offer for this test, besides the needs of the claims: "user", "write",
            "control:clock".
    """
    import pytest  # `python -m tuningfork` imports this module first, and pytest takes long to import

    return pytest.mark.claim(*ids, needs=tuple(needs))


def not_verified(reason: str) -> NoReturn:
    """End the running test without a verdict, because the target cannot be tested here.

    Its claims get the verdict "not verified" (ISO 9646: inconclusive) if no other test judges them.

    Args:
        reason: why, as a phrase; reports show it beside the claim.
    """
    import pytest

    pytest.skip(reason)
