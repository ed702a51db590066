"""The expectation that a request about an item is refused for its credentials."""

from __future__ import annotations

from tuningfork.client.response import Response
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.grammar.responses import Refusal
from tuningfork.testing.declared_operation import DeclaredRequest
from tuningfork.testing.fairness import premise
from tuningfork.testing.refusal import expect_refusal

ABOUT_ID = (400, 404, 410, 422)
"""The statuses by which a server may refuse an id that does not exist."""


def expect_refused(
    request: DeclaredRequest, response: Response, refusal: Refusal, declaration: Declaration
) -> None:
    """Raise ExpectationFailed unless credentials are refused as declared.

    The test is not verified if the id of the request may be what is refused.
    """
    may_be_about_id = response.status == 404 or (
        response.status in ABOUT_ID and response.status not in refusal.statuses
    )
    premise(request.is_about_existing or not may_be_about_id, request.unknown)
    expect_refusal(response, refusal, declaration, request.operation)
