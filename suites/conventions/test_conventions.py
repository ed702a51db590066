"""What holds for every operation of an API alike."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import requests

from tuningfork import Unmet, not_verified
from tuningfork.contract.cases import Cases
from tuningfork.contract.openapi import Operation
from tuningfork.testing.case_sender import Sender


@pytest.mark.judges("needs a token", secured=True)
def test_credentials_are_asked_for(operation: Operation, cases: Cases, nobodys: Sender) -> None:
    """Whoever shows no credentials is answered 401, however good the request is otherwise."""
    for response in nobodys.send_each(cases.examples(operation)):
        if response.status_code != 401:
            raise Unmet("401", str(response.status_code))


@pytest.mark.judges(
    "error headers", "error envelope", "error status", "error list", "error texts", secured=True
)
def test_refusals_are_told_alike(operation: Operation, cases: Cases, nobodys: Sender) -> None:
    """A refusal of any operation comes in the documented form, which every answer is held against."""
    responses = nobodys.send_each(cases.examples(operation))

    expect_checked([one for one in responses if 400 <= one.status_code < 500])


def expect_checked(refusals: Sequence[requests.Response]) -> None:
    """The checks of every exchange have judged these; not verified if there is none."""
    if not refusals:
        not_verified("the target refuses nothing here")
