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
def test_an_operation_is_found_by_method_and_path(
    contract: Contract, method: str, path: str, key: str | None
) -> None:
    operation = contract.find(method, path)

    assert (operation and operation.key) == key


def test_the_methods_of_a_path_are_known(contract: Contract) -> None:
    assert contract.methods("/books/7") == ["GET", "DELETE"]
    assert contract.methods("/films") == []


def test_a_response_is_selected_by_status_then_range_then_default(contract: Contract) -> None:
    operation = contract.find("GET", "/books/7")

    assert operation is not None
    assert [operation.response(status).status for status in (200, 404, 503)] == ["200", "4XX", "default"]  # type: ignore[union-attr]
    assert contract.find("DELETE", "/books/7").response(200) is None  # type: ignore[union-attr]


def test_a_range_expects_the_statuses_that_it_names(contract: Contract) -> None:
    found, failed, other = contract.find("GET", "/books/7").responses  # type: ignore[union-attr]

    assert [one.usual for one in (found, failed, other)] == [("200",), ("400", "404"), ("default",)]
    assert [failed.expects(status) for status in (400, 404, 499)] == [True, True, False]
    assert found.expects(200)
    assert other.expects(503)


def test_a_range_that_names_no_status_expects_all(spoil: Spoil) -> None:
    contract = Contract.load(spoil("      x-usual: [400, 404]\n", ""))

    failed = contract.find("GET", "/books/7").response(499)  # type: ignore[union-attr]

    assert failed is not None
    assert failed.expects(499)


def test_a_media_type_is_found_whatever_its_parameters_and_by_its_range(contract: Contract) -> None:
    book = contract.find("GET", "/books/7").response(200)  # type: ignore[union-attr]
    new = contract.find("GET", "/books/new").response(200)  # type: ignore[union-attr]

    assert book is not None
    assert book.content("application/json") is not None
    assert book.content("text/html") is None
    assert new is not None
    assert new.content("text/html; charset=utf-8") is not None
    assert not new.describes("application/json")


def test_an_operation_knows_its_parameters_bodies_claims_and_security(contract: Contract) -> None:
    books, book = contract.find("GET", "/books"), contract.find("GET", "/books/7")

    assert books is not None
    assert book is not None
    assert (books.secured, book.secured) == (False, True)
    assert books.parameter("limit") is not None
    assert [(one.name, one.where, one.required) for one in book.parameters] == [("id", "path", True)]
    assert book.claims == ("B-READ-01",)
    assert list(contract.find("POST", "/books").bodies) == ["application/json"]  # type: ignore[union-attr]


def test_the_contract_knows_what_it_is_about(contract: Contract) -> None:
    assert (contract.api, contract.title, contract.documentation) == (
        "books",
        "Books",
        "https://books.example/docs",
    )
    assert list(contract.claims) == ["B-READ-01", "B-READ-02", "B-ERR-01"]
    assert contract.claims["B-READ-02"].needs == ("user", "given:rare_book", "control:clock")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "openapi: 3.1.0",
            "openapi: 3.0.0",
            "openapi.yaml, openapi: this is OpenAPI 3.0.0, and only 3.1 is read; convert it",
        ),
        ("info: {", "info: [", "openapi.yaml, line "),
        (
            "operationId: newBooks",
            "summary: a\n      summary: b",
            "no valid YAML, the key 'summary' a second time",
        ),
        (
            "description: Gone.",
            "about: Gone.",
            "#/paths/~1books~1{id}/delete/responses/204: expected a member descr",
        ),
        (
            "schemas/Books'",
            "schemas/Boks'",
            "schema: #/components/schemas/Boks leads nowhere; correct or define it",
        ),
        (
            "#/components/schemas/Books'",
            "other.yaml'",
            "is in another file; move what it names into this one",
        ),
        ('id = "B-READ-01"\n', "", "claims.toml, line 10: the claim has no id; give it one"),
        ("[sources]", "[sources", "claims.toml, line 6: no valid TOML"),
    ],
)
def test_a_broken_contract_is_one_sentence_with_file_and_place(
    spoil: Spoil, old: str, new: str, told: str
) -> None:
    folder = spoil(old, new)

    with pytest.raises(ContractError) as error:
        Contract.load(folder)

    assert told in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("text", ["", "- 1", "just words", "openapi: 3.1.0", "\x00", "openapi: &a [*a]"])
def test_what_is_no_document_is_refused_without_a_crash(folder: Path, text: str) -> None:
    (folder / "openapi.yaml").write_text(text)

    with pytest.raises(ContractError, match=r"openapi\.yaml"):
        Contract.load(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "openapi.yaml").unlink()

    with pytest.raises(ContractError, match=r"openapi\.yaml: it can't be read \(No such file"):
        Contract.load(folder)


def test_references_in_a_circle_are_refused(spoil: Spoil) -> None:
    folder = spoil("    Failure:\n", "    Failure: {$ref: '#/components/responses/Round'}\n    Round:\n")
    document = (folder / "openapi.yaml").read_text()
    start = document.index("    Round:\n")
    end = document.index("  schemas:\n    Book:")
    (folder / "openapi.yaml").write_text(
        f"{document[:start]}    Round: {{$ref: '#/components/responses/Failure'}}\n{document[end:]}"
    )

    with pytest.raises(ContractError, match="goes in a circle"):
        Contract.load(folder)


def test_operation_beyond_claims_is_found_and_not_among_operations(spoil: Spoil) -> None:
    contract = Contract.load(spoil("operationId: addBook\n      x-claims: [B-READ-01]", BEYOND))

    found = contract.find("POST", "/books")

    assert found is not None
    assert found.beyond
    assert found in contract.all_operations
    assert "POST /books" not in [one.key for one in contract.operations]
    assert not any(one.beyond for one in contract.operations)


BEYOND = "operationId: addBook\n      x-beyond: true"
