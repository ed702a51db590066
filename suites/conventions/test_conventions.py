"""What holds for every operation of an API alike."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import requests

from tuningfork import ExpectationFailed, not_verified
from tuningfork.apis import Rule
from tuningfork.contract.cases import Cases
from tuningfork.contract.openapi import Operation
from tuningfork.testing.case_sender import CaseSender


@pytest.mark.judges(Rule.NEEDS_TOKEN, secured=True)
def test_credentials_are_asked_for(operation: Operation, cases: Cases, nobodys: CaseSender) -> None:
    """Whoever shows no credentials is answered 401, however good the request is otherwise."""
    for response in nobodys.send_each(cases.examples(operation)):
        if response.status_code != 401:
            raise ExpectationFailed("401", str(response.status_code))


@pytest.mark.judges(
    Rule.ERROR_HEADERS,
    Rule.ERROR_ENVELOPE,
    Rule.ERROR_STATUS,
    Rule.ERROR_LIST,
    Rule.ERROR_TEXTS,
    secured=True,
)
def test_refusals_are_told_alike(operation: Operation, cases: Cases, nobodys: CaseSender) -> None:
    """A refusal of any operation comes in the documented form, which every answer is held against."""
    responses = nobodys.send_each(cases.examples(operation))

    expect_checked([one for one in responses if 400 <= one.status_code < 500])


def expect_checked(refusals: Sequence[requests.Response]) -> None:
    """The checks of every exchange have judged these; not verified if there is none."""
    if not refusals:
        not_verified("the target refuses nothing here")
