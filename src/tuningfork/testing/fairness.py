"""The set-up by which a generic test accuses no server that keeps its promises."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tuningfork import not_verified
from tuningfork.client.response import Response
from tuningfork.model import ExpectationFailed

T = TypeVar("T")
MAX_TRIES = 3
"""How often a case is judged while others change what it is about."""


def bracket(observe: Callable[[], object], case: Callable[[], T], what: str = "the list") -> T:
    """Return the result of a case during which nothing that others may change has changed.

    If the observation differs after the case, the case is repeated; after three tries the test is not
    verified. An expectation that fails counts only if the observation is the same after it.

    Args:
        observe: returns what others may change, such as the ids of a list.
        case: the requests and expectations of the test.
        what: what has changed, for the reason of the verdict.

    Raises:
        ExpectationFailed: the case failed although nothing has changed.
    """
    for _ in range(MAX_TRIES):
        before = observe()
        failure: ExpectationFailed | None = None
        try:
            result = case()
        except ExpectationFailed as error:
            failure = error
        if observe() == before:
            if failure is not None:
                raise failure
            return result
    return not_verified(f"{what} changed meanwhile")


def premise(is_met: bool, reason: str) -> None:
    """End the test as not verified unless what it builds on is true.

    Args:
        is_met: whether the premise is true, such as that a good token is still accepted.
        reason: what is not true, as a phrase.
    """
    if not is_met:
        not_verified(reason)


def premise_holds(check: Callable[[], object], reason: str) -> None:
    """End the test as not verified if an expectation fails that the test builds on.

    Args:
        check: raises ExpectationFailed if the premise is not true.
        reason: what is not true, as a phrase.
    """
    try:
        check()
    except ExpectationFailed as failure:
        not_verified(f"{reason}: {failure}")


def premise_succeeds(response: Response, what: str) -> Response:
    """Return a successful response; end the test as not verified for any other one.

    Args:
        response: the response to a request that must succeed before anything can be judged.
        what: the request in words, such as "an item cannot be created".
    """
    premise(200 <= response.status < 300, f"{what}: {response.status}")
    return response
