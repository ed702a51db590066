from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests
from schemathesis.core import NOT_SET
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode
from schemathesis.generation.meta import ComponentInfo

from tuningfork.client.created_entry import Entry
from tuningfork.client.created_resources import CreatedResources
from tuningfork.contract.cases import Case, Cases
from tuningfork.contract.openapi import Contract
from tuningfork.model import ExpectationFailed
from tuningfork.testing.case_sender import (
    UNUSED_ID,
    CaseSender,
    avoid_named_deletes,
    find_list_operation,
    restrict_to_created,
)

DOCUMENT = """
openapi: 3.1.0
info: {title: Books, version: '1'}
paths:
  /books:
    get: {responses: {'200': {description: Books.}}}
  /shelves/{shelf}/books/{book}:
    get: {responses: {'200': {description: A book.}}}
  /books/{book}:
    parameters: [{name: book, in: path, required: true, schema: {type: integer}, example: 1}]
    get: {responses: {'200': {description: A book.}}}
    delete: {responses: {'204': {description: Gone.}}}
  /books/{book}/pages:
    parameters: [{name: book, in: path, required: true, schema: {type: integer}, example: 1}]
    post: {responses: {'201': {description: A page.}}}
"""
CLAIMS = '[[claims]]\nid = "B-1"\nlevel = "MUST"\nsection = "s"\nsource = "G"\npromise = "p"\n'


class Client:
    """Returns one status for every request, and records the requests."""

    base_url = "https://api.example.com/v1"

    def __init__(self, status: int = 200) -> None:
        self.session = self
        self.status = status
        self.sent: list[dict[str, Any]] = []

    def request(self, **arguments: Any) -> requests.Response:
        self.sent.append(arguments)
        if "\n" in arguments["url"]:
            raise requests.exceptions.InvalidURL
        response = requests.Response()
        response.status_code = self.status
        return response


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    folder: Path = tmp_path_factory.mktemp("specs") / "books"
    folder.mkdir()
    (folder / "openapi.yaml").write_text(DOCUMENT)
    (folder / "claims.toml").write_text(CLAIMS)
    return Contract.load(folder)


def case_of(contract: Contract, method: str, path: str, *, odd: str | None = None) -> Case:
    operation = contract.find(method, path)
    assert operation is not None
    (case,) = Cases(contract).examples(operation)
    if odd is not None:
        assert case.meta is not None
        case.path_parameters = {"book": odd}
        case.meta.components[ParameterLocation.PATH] = ComponentInfo(mode=GenerationMode.NEGATIVE)
    return case


@pytest.mark.parametrize(
    ("method", "odd", "ids", "sent"),
    [
        ("GET", None, {"book": 7}, 7),
        ("GET", None, {}, UNUSED_ID),
        ("GET", "0.5", {"book": 7}, "0.5"),
        ("DELETE", None, {"book": 7}, 7),
        ("DELETE", None, {}, UNUSED_ID),
        ("DELETE", "AAA", {"book": 7}, "AAA"),
        ("DELETE", "12abc", {}, UNUSED_ID),
        ("DELETE", "", {}, UNUSED_ID),
        ("DELETE", "a/b", {}, UNUSED_ID),
    ],
)
def test_path_names_a_resource_that_may_be_read_or_changed(
    contract: Contract, method: str, odd: str | None, ids: dict[str, Any], sent: Any
) -> None:
    case = case_of(contract, method, "/books/1", odd=odd)

    CaseSender(Client(), ids).set_path_ids(case)  # type: ignore[arg-type]  # a stand-in

    assert case.path_parameters == {"book": sent}


def test_request_is_sent_below_the_base_url_without_redirects(contract: Contract) -> None:
    client = Client()

    CaseSender(client, {"book": 7}).assert_no_server_error(case_of(contract, "GET", "/books/1"))  # type: ignore[arg-type]

    (sent,) = client.sent
    assert (sent["method"], sent["url"]) == ("GET", "https://api.example.com/v1/books/7")
    assert sent["allow_redirects"] is False


def test_status_5xx_fails(contract: Contract) -> None:
    with pytest.raises(ExpectationFailed, match="expected a status below 500; found 503"):
        CaseSender(Client(503), {}).assert_no_server_error(case_of(contract, "GET", "/books/1"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("method", "path", "kept"),
    [
        ("DELETE", "/books/1", True),
        ("POST", "/books/1/pages", True),
        ("DELETE", "/books/2", False),
        ("GET", "/books/2", True),
    ],
)
def test_only_created_resources_are_changed(contract: Contract, method: str, path: str, kept: bool) -> None:
    created = CreatedResources()
    created.add(Entry("first", "/books/1"))
    case = case_of(contract, method, path)
    case.path_parameters = {"book": path.split("/")[2]}

    restrict_to_created(case, created)

    assert (case.path_parameters != {"book": UNUSED_ID}) == kept


def test_list_operation_of_a_parameter_is_found(contract: Contract) -> None:
    operation = find_list_operation(contract, "book")

    assert operation is not None
    assert operation.key == "GET /books"
    assert find_list_operation(contract, "shelf") is None


@pytest.mark.parametrize(
    ("method", "query", "body", "kept"),
    [
        (
            "DELETE",
            {"user": "3", "odd": "x"},
            {"user": 3},
            ({"user": UNUSED_ID, "odd": "x"}, {"user": UNUSED_ID}),
        ),
        ("DELETE", {"user": ["3"]}, b"user=3", ({"user": UNUSED_ID}, NOT_SET)),
        ("POST", {"user": "3"}, {"user": 3}, ({"user": "3"}, {"user": 3})),
    ],
)
def test_ids_in_query_and_body_of_a_delete_are_replaced(
    contract: Contract, method: str, query: Any, body: Any, kept: Any
) -> None:
    case = case_of(contract, "GET", "/books/{book}")
    case.method, case.path_parameters, case.query, case.body = method, {}, query, body

    avoid_named_deletes(case)

    assert (case.query, case.body) == kept


def test_responses_of_all_cases_are_returned(contract: Contract) -> None:
    cases = [case_of(contract, "GET", "/books/1"), case_of(contract, "GET", "/books")]

    responses = CaseSender(Client(401), {}).send_each(cases)  # type: ignore[arg-type]  # a stand-in

    assert [one.status_code for one in responses] == [401, 401]


def test_no_sendable_case_is_not_verified(contract: Contract) -> None:
    with pytest.raises(pytest.skip.Exception, match="no request of this operation can be generated and sent"):
        CaseSender(Client(), {}).send_each([])  # type: ignore[arg-type]  # a stand-in
