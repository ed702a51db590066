from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tuningfork.contract.claims import load_claims
from tuningfork.contract.errors import ContractError
from tuningfork.contract.lint import lint
from tuningfork.model import Level

Spoil = Callable[[str, str], Path]


def test_valid_contract_has_no_error(folder: Path) -> None:
    assert lint(folder) == []


@pytest.mark.parametrize(
    ("old", "new", "location", "message"),
    [
        ('level = "MAY"\n', "", "line 26", "B-ERR-01 has no level; add level ="),
        ('section = "Errors"', 'section = " "', "line 26", "B-ERR-01 has no section; add section ="),
        ('source = "G Errors"', "", "line 26", "B-ERR-01 has no source; add source ="),
        (
            'source = "G Errors"',
            'source = "Q Errors"',
            "line 26",
            "B-ERR-01 has the source 'Q', which is not in [sources]",
        ),
        (
            'promise = "Errors are JSON"',
            "promise = 1",
            "line 26",
            "B-ERR-01 has no promise; add promise =",
        ),
        (
            'level = "MAY"',
            'level = "MIGHT"',
            "line 26",
            "B-ERR-01 has the level 'MIGHT'; use one of MUST, SHOULD",
        ),
        (
            'level = "SHOULD"',
            'level = "MUST"',
            "line 17",
            "B-READ-02 is an assumption (source A) and a MUST; make it a",
        ),
        (
            '"B-ERR-01"\n',
            '"B-READ-01"\n',
            "line 26",
            "B-READ-01 is the id of an earlier claim; ids are unique",
        ),
        (
            '"user", "given:',
            '"users", "given:',
            "line 17",
            "B-READ-02 needs 'users', which is unknown; use user",
        ),
        (
            '"control:clock"',
            '"control:time"',
            "line 17",
            "B-READ-02 needs 'control:time', which is unknown; use",
        ),
        (
            'note = "In cents."',
            'notes = "In cents."',
            "line 17",
            "B-READ-02 has an unknown key 'notes'; use one",
        ),
        (
            'note = "In cents."',
            "note = 3",
            "line 17",
            'B-READ-02: note is not a text; write note = "…"',
        ),
        (
            'api = "books"',
            'api = "films"',
            "api",
            "the API is 'films', but the folder is 'books'; use the same name",
        ),
        (
            'api = "books"',
            'api = ["books"]',
            "api",
            'this is not a text; write api = "books", the name of the folder',
        ),
    ],
)
def test_error_in_claims_has_line_and_fix(
    spoil: Spoil, old: str, new: str, location: str, message: str
) -> None:
    errors = lint(spoil(old, new))

    matching = [(Path(error.file).name, error.location) for error in errors if message in error.message]
    assert matching == [("claims.toml", location)], errors


@pytest.mark.parametrize(
    ("old", "new", "location", "message"),
    [
        (
            "x-claims: [B-READ-02]",
            "x-claims: [B-READ-99]",
            "/x-claims",
            "no claim has the id B-READ-99; fix it",
        ),
        (
            "x-claims: [B-READ-02]",
            "x-claims: B-READ-02",
            "/x-claims",
            "x-claims is not a list of ids; write x-claims",
        ),
        (
            "operationId: burnBook\n      x-claims: [B-READ-01]",
            "operationId: burnBook",
            "#/paths/~1books~1{id}/delete",
            "DELETE /books/{id} has no claim; add x-claims",
        ),
        ("example: 3}", "example: three}", "/get/parameters/0/example", 'expected integer, found "three"'),
        (
            "example: {id: 1,",
            "example: {id: x,",
            "#/paths/~1books/post",
            'schema at /id: expected integer, found "x"',
        ),
        (
            "{id: 1, kind: book, price",
            "{id: 1, kind: tome, price",
            "/examples/one/value",
            'expected "book", found',
        ),
        (
            "example: 4}",
            "example: 0}",
            "/headers/X-Shelf/example",
            "expected 1 or more, found 0; fix one",
        ),
        (
            "examples: [300]",
            "examples: [cheap]",
            "/properties/price/examples/0",
            'expected integer, found "cheap"',
        ),
        (
            "{operationId: getBook, p",
            "{operationId: fetch, p",
            "/links/again",
            "the link again leads to no operation",
        ),
        (
            "parameters: {id: $res",
            "parameters: {no: $res",
            "/links/again",
            "GET /books/{id} has no parameter no;",
        ),
        (
            "operationId: newBooks",
            "operationId: getBook",
            "#/paths/~1books~1new/get",
            "2 operations have the operationId getBook; use unique ids",
        ),
        (
            "  /books/new:",
            "  /books/{new}:",
            "#/paths/~1books~1{new}/get",
            "the path parameter {new} is not declared",
        ),
        (
            "  /books/{id}.txt:",
            "  /books/old:",
            "#/paths/~1books~1old/get",
            "the parameter id is not in the path",
        ),
        (
            "format: uri",
            "format: url",
            "/properties/cover[url]",
            "the format url is unknown; use one of date,",
        ),
        (
            "{type: integer, minimum: 0,",
            "{type: integr, minimum: 0,",
            "/properties/price/type",
            "not a valid JSON Schema",
        ),
        (
            "openapi: 3.1.0",
            "openapi: '2'",
            "openapi",
            "`openapi: 2` is not a supported version; an OpenAPI 3.1",
        ),
        (
            "in: query",
            "in: querry",
            "#/paths/~1books/get/parameters/0/in",
            'expected one of "query", "header"',
        ),
        (
            "schemas/Books'",
            "schemas/Boks'",
            "#/paths/~1books/get/responses/200",
            "does not exist; fix the reference",
        ),
        ("info: {", "info: [", "line 3", "this is not valid YAML"),
        (
            "x-usual: [400, 404]",
            "x-usual: 404",
            "#/components/responses/Failure/x-usual",
            "x-usual is not a list of 4XX statuses; write x-usual: [STATUS, …]",
        ),
        (
            "x-usual: [400, 404]",
            "x-usual: [400, 504]",
            "#/components/responses/Failure/x-usual",
            "x-usual is not a list of 4XX statuses; write x-usual: [STATUS, …]",
        ),
    ],
)
def test_error_in_document_has_pointer_and_fix(
    spoil: Spoil, old: str, new: str, location: str, message: str
) -> None:
    errors = lint(spoil(old, new))

    matching = [error for error in errors if message in error.message and location in error.location]
    assert matching, errors
    assert all(Path(error.file).name == "openapi.yaml" and "\n" not in error.message for error in errors)


def test_lint_reports_all_errors_at_once(spoil: Spoil) -> None:
    spoil('level = "MAY"\n', "")
    spoil('note = "In cents."', 'notes = "In cents."')
    folder = spoil("example: 3}", "example: three}")

    assert {Path(error.file).name for error in lint(folder)} == {"claims.toml", "openapi.yaml"}
    assert len({error.location for error in lint(folder)}) >= 3


def test_missing_files_are_errors(tmp_path: Path) -> None:
    assert [Path(error.file).name for error in lint(tmp_path)] == ["claims.toml", "openapi.yaml"]


def test_claims_keep_the_order_of_the_file(folder: Path) -> None:
    claims = load_claims(folder / "claims.toml")

    assert [(claim.id, claim.level) for claim in claims] == [
        ("B-READ-01", Level.MUST),
        ("B-READ-02", Level.SHOULD),
        ("B-ERR-01", Level.MAY),
    ]
    assert claims[1].note == "In cents."
    assert claims[0].api == "books"


def test_file_without_claims_is_refused(folder: Path) -> None:
    (folder / "claims.toml").write_text('api = "books"\n')

    with pytest.raises(ContractError, match=r"there is no \[\[claims\]\] table; add one for each claim"):
        load_claims(folder / "claims.toml")


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ("x-beyond: true", None),
        ("x-beyond: true\n      x-claims: []", None),
        (
            "x-beyond: true\n      x-claims: [B-READ-01]",
            "POST /books has both x-beyond and x-claims; remove one of them",
        ),
        (
            "x-beyond: yes please\n      x-claims: [B-READ-01]",
            "x-beyond is not a boolean; write x-beyond: true",
        ),
        ("x-beyond: false", "POST /books has no claim; add x-claims"),
    ],
)
def test_informational_operation_has_no_claims(spoil: Spoil, new: str, message: str | None) -> None:
    errors = lint(
        spoil("operationId: addBook\n      x-claims: [B-READ-01]", f"operationId: addBook\n      {new}")
    )

    assert [error.message.startswith(message) for error in errors if message] == [True] * bool(message)
    assert len(errors) == bool(message)
