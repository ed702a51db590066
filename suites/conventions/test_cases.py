"""`cases`: a table of requests with their responses."""

from __future__ import annotations

from collections.abc import Mapping

from tuningfork.checks.places import MISSING, find_in_response, has_form
from tuningfork.client.response import Response
from tuningfork.conventions.declaration import Subject
from tuningfork.conventions.grammar.forms import Form, iterate_locations
from tuningfork.json_text import to_json
from tuningfork.testing.case_row import CaseRow
from tuningfork.testing.convention import convention
from tuningfork.testing.expect import expect_true


@convention("CASE")
def test_case_has_the_declared_response(subject: Subject, case_row: CaseRow) -> None:
    response = case_row.send()

    expected = subject.model.expect
    expect_true(
        response.status in expected.status, f"status {expected.status}", str(response.status), response
    )
    expect_forms(response, expected.members)


def expect_forms(response: Response, members: Mapping[str, Form]) -> None:
    """Raise ExpectationFailed unless a response has each declared property in its form."""
    for place, form in iterate_locations(members):
        value = find_in_response(response.exchange.response, place)
        found = "nothing" if value is MISSING else to_json(value)
        expect_true(value is not MISSING and has_form(value, form), f"{form} at {place}", found, response)
