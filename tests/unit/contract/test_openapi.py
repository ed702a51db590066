from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tuningfork.contract.errors import ContractError
from tuningfork.contract.openapi import Contract

Spoil = Callable[[str, str], Path]


@pytest.mark.parametrize(
    ("method", "path", "key"),
    [
        ("GET", "/books", "GET /books"),
        ("get", "/books", "GET /books"),
        ("HEAD", "/books", "GET /books"),
        ("GET", "/books/7", "GET /books/{id}"),
        ("DELETE", "/books/soundcloud:books:7", "DELETE /books/{id}"),
        ("GET", "/books/a%2Fb", "GET /books/{id}"),
        ("GET", "/books/new", "GET /books/new"),
        ("GET", "/books/ne%77", "GET /books/new"),
        ("GET", "/books/7.txt", "GET /books/{id}.txt"),
        ("GET", "/books/", None),
        ("GET", "/books/7/", None),
        ("GET", "/books/7/8", None),
        ("DELETE", "/books/new", None),
        ("PATCH", "/books", None),
        ("HEAD", "/", None),
    ],
)
def test_find_matches_method_and_path(contract: Contract, method: str, path: str, key: str | None) -> None:
    operation = contract.find(method, path)

    assert (operation and operation.key) == key


def test_methods_lists_documented_methods_of_path(contract: Contract) -> None:
    assert contract.methods("/books/7") == ["GET", "DELETE"]
    assert contract.methods("/films") == []


def test_response_prefers_status_over_range_over_default(contract: Contract) -> None:
    operation = contract.find("GET", "/books/7")

    assert operation is not None
    assert [operation.response(status).status for status in (200, 404, 503)] == ["200", "4XX", "default"]  # type: ignore[union-attr]
    assert contract.find("DELETE", "/books/7").response(200) is None  # type: ignore[union-attr]


def test_range_expects_its_usual_statuses(contract: Contract) -> None:
    exact, failed, other = contract.find("GET", "/books/7").responses  # type: ignore[union-attr]

    assert [response.usual for response in (exact, failed, other)] == [("200",), ("400", "404"), ("default",)]
    assert [failed.expects(status) for status in (400, 404, 499)] == [True, True, False]
    assert exact.expects(200)
    assert other.expects(503)


def test_range_without_usual_statuses_expects_all(spoil: Spoil) -> None:
    contract = Contract.load(spoil("      x-usual: [400, 404]\n", ""))

    failed = contract.find("GET", "/books/7").response(499)  # type: ignore[union-attr]

    assert failed is not None
    assert failed.expects(499)


def test_schema_for_ignores_parameters_and_matches_ranges(contract: Contract) -> None:
    book = contract.find("GET", "/books/7").response(200)  # type: ignore[union-attr]
    new = contract.find("GET", "/books/new").response(200)  # type: ignore[union-attr]

    assert book is not None
    assert book.schema_for("application/json") is not None
    assert book.schema_for("text/html") is None
    assert new is not None
    assert new.schema_for("text/html; charset=utf-8") is not None
    assert not new.describes("application/json")


def test_operation_has_parameters_request_schemas_claims_and_security(contract: Contract) -> None:
    books, book = contract.find("GET", "/books"), contract.find("GET", "/books/7")

    assert books is not None
    assert book is not None
    assert (books.secured, book.secured) == (False, True)
    assert books.parameter("limit") is not None
    assert [(each.name, each.location, each.required) for each in book.parameters] == [("id", "path", True)]
    assert book.claims == ("B-READ-01",)
    assert list(contract.find("POST", "/books").request_schemas) == ["application/json"]  # type: ignore[union-attr]


def test_contract_has_title_documentation_and_claims(contract: Contract) -> None:
    assert (contract.api, contract.title, contract.documentation) == (
        "books",
        "Books",
        "https://books.example/docs",
    )
    assert list(contract.claims) == ["B-READ-01", "B-READ-02", "B-ERR-01"]
    assert contract.claims["B-READ-02"].needs == ("user", "given:rare_book", "control:clock")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "openapi: 3.1.0",
            "openapi: 3.0.0",
            "openapi.yaml, openapi: this is OpenAPI 3.0.0; only 3.1 is supported, so convert it",
        ),
        ("info: {", "info: [", "openapi.yaml, line "),
        (
            "operationId: newBooks",
            "summary: a\n      summary: b",
            "this is not valid YAML (the key 'summary' occurs twice)",
        ),
        (
            "description: Gone.",
            "about: Gone.",
            '#/paths/~1books~1{id}/delete/responses/204: expected a property "descr',
        ),
        (
            "schemas/Books'",
            "schemas/Boks'",
            "schema: #/components/schemas/Boks does not exist; fix the reference",
        ),
        (
            "#/components/schemas/Books'",
            "other.yaml'",
            "is in another file; move its target into this file",
        ),
        ('id = "B-READ-01"\n', "", "claims.toml, line 10: the claim has no id; add id ="),
        ("[sources]", "[sources", "claims.toml, line 6: this is not valid TOML"),
    ],
)
def test_contract_error_is_one_sentence_with_file_and_location(
    spoil: Spoil, old: str, new: str, message: str
) -> None:
    folder = spoil(old, new)

    with pytest.raises(ContractError) as error:
        Contract.load(folder)

    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("text", ["", "- 1", "just words", "openapi: 3.1.0", "\x00", "openapi: &a [*a]"])
def test_file_that_is_not_a_document_is_refused(folder: Path, text: str) -> None:
    (folder / "openapi.yaml").write_text(text)

    with pytest.raises(ContractError, match=r"openapi\.yaml"):
        Contract.load(folder)


def test_missing_file_is_named(folder: Path) -> None:
    (folder / "openapi.yaml").unlink()

    with pytest.raises(ContractError, match=r"openapi\.yaml: the file cannot be read \(No such file"):
        Contract.load(folder)


def test_cyclic_references_are_refused(spoil: Spoil) -> None:
    folder = spoil("    Failure:\n", "    Failure: {$ref: '#/components/responses/Round'}\n    Round:\n")
    document = (folder / "openapi.yaml").read_text()
    start = document.index("    Round:\n")
    end = document.index("  schemas:\n    Book:")
    (folder / "openapi.yaml").write_text(
        f"{document[:start]}    Round: {{$ref: '#/components/responses/Failure'}}\n{document[end:]}"
    )

    with pytest.raises(ContractError, match="form a cycle"):
        Contract.load(folder)


def test_informational_operation_is_found_but_not_in_operations(spoil: Spoil) -> None:
    contract = Contract.load(spoil("operationId: addBook\n      x-claims: [B-READ-01]", INFORMATIONAL))

    operation = contract.find("POST", "/books")

    assert operation is not None
    assert operation.beyond
    assert operation in contract.all_operations
    assert "POST /books" not in [each.key for each in contract.operations]
    assert not any(each.beyond for each in contract.operations)


INFORMATIONAL = "operationId: addBook\n      x-beyond: true"
