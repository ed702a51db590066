"""Sequences of requests along the links of the OpenAPI document; every response is checked against it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, settings
from schemathesis.core.errors import NoLinksFound
from schemathesis.core.transport import Response

from tuningfork import claim, not_verified
from tuningfork.apis import Rule
from tuningfork.client.client import Client
from tuningfork.contract.cases import Case, Cases
from tuningfork.pytest_plugin.api_session import ApiSession
from tuningfork.testing.case_sender import restrict_to_created
from tuningfork.testing.expect import expect_true


@claim(needs=("write",))
@pytest.mark.usefixtures("api_name")
@pytest.mark.judges(Rule.NO_SERVER_ERROR)
def test_linked_requests_return_no_5xx(cases: Cases, client: Client, api_session: ApiSession) -> None:
    """Schemathesis follows the links of the document in random order, with a fifth of the run's examples."""
    sending = {"session": client.session, "base_url": client.base_url, "allow_redirects": False}
    max_examples = max(settings().max_examples // 5, 1)

    class LinkedRequests(cases.schema.as_state_machine()):  # type: ignore[misc]  # created at run time
        """Sends with the test's client and changes only what the run has created."""

        def before_call(self, case: Case) -> None:
            restrict_to_created(case, api_session.created_resources)

        def get_call_kwargs(self, case: Case) -> dict[str, Any]:
            return sending

        def validate_response(self, response: Response, case: Case, **rest: Any) -> None:
            expect_true(response.status_code < 500, "a status below 500", str(response.status_code))

    try:
        LinkedRequests.run(settings=settings(max_examples=max_examples, phases=[Phase.generate]))
    except NoLinksFound:
        not_verified("the document has no links between its operations")
