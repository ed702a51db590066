"""Requests that lead to each other by the links of the document."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, settings
from schemathesis.core.transport import Response

from tuningfork import ExpectationFailed, claim
from tuningfork.client.client import Client
from tuningfork.contract.cases import Case, Cases
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.testing.case_sender import restrict_to_created


@claim(needs=("write",))
@pytest.mark.usefixtures("api_name")
@pytest.mark.judges("no server error")
def test_linked_requests(cases: Cases, party: Client, api_session: ApiSession) -> None:
    """A server lives through any walk along the links of its documentation."""
    sending = {"session": party.session, "base_url": party.base_url, "allow_redirects": False}

    class Walk(cases.schema.as_state_machine()):  # type: ignore[misc]  # made at run time
        """What comes back is held against the document, like every answer."""

        def before_call(self, case: Case) -> None:
            restrict_to_created(case, api_session.created_resources)

        def get_call_kwargs(self, case: Case) -> dict[str, Any]:
            return sending

        def validate_response(self, response: Response, case: Case, **rest: Any) -> None:
            if response.status_code >= 500:
                raise ExpectationFailed("a status below 500", str(response.status_code))

    Walk.run(settings=settings(max_examples=max(settings().max_examples // 5, 1), phases=[Phase.generate]))
