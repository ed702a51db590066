from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tuningfork.contract.claims import load_claims
from tuningfork.contract.errors import ContractError
from tuningfork.contract.lint import lint
from tuningfork.model import Level

Spoil = Callable[[str, str], Path]


def test_a_sound_contract_has_no_problem(folder: Path) -> None:
    assert lint(folder) == []


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ('level = "MAY"\n', "", "line 26", "B-ERR-01 has no level; give it one as a text"),
        ('section = "Errors"', 'section = " "', "line 26", "B-ERR-01 has no section; give it one as a text"),
        ('source = "G Errors"', "", "line 26", "B-ERR-01 has no source; give it one as a text"),
        (
            'source = "G Errors"',
            'source = "Q Errors"',
            "line 26",
            "B-ERR-01 has a source 'Q' that [sources] does",
        ),
        (
            'promise = "Errors are told as JSON"',
            "promise = 1",
            "line 26",
            "B-ERR-01 has no promise; give it one",
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
            "B-READ-02 is assumed (source A) and a MUST; make it a",
        ),
        ('"B-ERR-01"\n', '"B-READ-01"\n', "line 26", "B-READ-01 is there twice; an id belongs to one claim"),
        (
            '"user", "given:',
            '"users", "given:',
            "line 17",
            "B-READ-02 needs 'users', which is unknown; use one",
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
            "B-READ-02 has an unknown field 'notes'; use one",
        ),
        (
            'api = "books"',
            'api = "films"',
            "api",
            "it reads 'films' in the folder of 'books'; make them agree",
        ),
    ],
)
def test_a_problem_of_the_claims_names_line_and_remedy(
    spoil: Spoil, old: str, new: str, place: str, message: str
) -> None:
    problems = lint(spoil(old, new))

    told = [(Path(problem.file).name, problem.place) for problem in problems if message in problem.message]
    assert told == [("claims.toml", place)], problems


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        (
            "x-claims: [B-READ-02]",
            "x-claims: [B-READ-99]",
            "/x-claims",
            "no claim has the id B-READ-99; correct it",
        ),
        (
            "x-claims: [B-READ-02]",
            "x-claims: B-READ-02",
            "/x-claims",
            "x-claims is no list of ids; write x-claims",
        ),
        (
            "operationId: burnBook\n      x-claims: [B-READ-01]",
            "operationId: burnBook",
            "#/paths/~1books~1{id}/delete",
            "DELETE /books/{id} stands for no claim; give it x-claims",
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
            "expected 1 or more, found 0; correct one",
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
            "the operationId getBook stands",
        ),
        (
            "  /books/new:",
            "  /books/{new}:",
            "#/paths/~1books~1{new}/get",
            "the path has {new} and no such parameter",
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
            "nothing checks the format url; use one of date,",
        ),
        (
            "{type: integer, minimum: 0,",
            "{type: integr, minimum: 0,",
            "/properties/price/type",
            "not a valid JSON Schema",
        ),
        ("openapi: 3.1.0", "openapi: '2'", "openapi", "`openapi: 2` is no version that is read; begin"),
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
            "leads nowhere; correct or define",
        ),
        ("info: {", "info: [", "line 3", "no valid YAML"),
        (
            "x-usual: [400, 404]",
            "x-usual: 404",
            "#/components/responses/Failure/x-usual",
            "x-usual is no list of statuses 4XX; write x-usual: [STATUS, …]",
        ),
        (
            "x-usual: [400, 404]",
            "x-usual: [400, 504]",
            "#/components/responses/Failure/x-usual",
            "x-usual is no list of statuses 4XX; write x-usual: [STATUS, …]",
        ),
    ],
)
def test_a_problem_of_the_document_names_place_and_remedy(
    spoil: Spoil, old: str, new: str, place: str, message: str
) -> None:
    problems = lint(spoil(old, new))

    told = [problem for problem in problems if message in problem.message and place in problem.place]
    assert told, problems
    assert all(
        Path(problem.file).name == "openapi.yaml" and "\n" not in problem.message for problem in problems
    )


def test_every_problem_is_told_at_once(spoil: Spoil) -> None:
    spoil('level = "MAY"\n', "")
    spoil('note = "In cents."', 'notes = "In cents."')
    folder = spoil("example: 3}", "example: three}")

    assert {Path(problem.file).name for problem in lint(folder)} == {"claims.toml", "openapi.yaml"}
    assert len({problem.place for problem in lint(folder)}) >= 3


def test_missing_files_are_problems(tmp_path: Path) -> None:
    assert [Path(problem.file).name for problem in lint(tmp_path)] == ["claims.toml", "openapi.yaml"]


def test_claims_are_read_in_order(folder: Path) -> None:
    claims = load_claims(folder / "claims.toml")

    assert [(claim.id, claim.level) for claim in claims] == [
        ("B-READ-01", Level.MUST),
        ("B-READ-02", Level.SHOULD),
        ("B-ERR-01", Level.MAY),
    ]
    assert claims[1].note == "In cents."
    assert claims[0].api == "books"


def test_a_file_without_claims_is_refused(folder: Path) -> None:
    (folder / "claims.toml").write_text('api = "books"\n')

    with pytest.raises(ContractError, match=r"there is no \[\[claims\]\] table; add one a claim"):
        load_claims(folder / "claims.toml")


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ("x-beyond: true", None),
        ("x-beyond: true\n      x-claims: []", None),
        (
            "x-beyond: true\n      x-claims: [B-READ-01]",
            "POST /books is beyond the claims; remove its x-claims",
        ),
        (
            "x-beyond: yes please\n      x-claims: [B-READ-01]",
            "x-beyond is not a boolean; write x-beyond: true",
        ),
        ("x-beyond: false", "POST /books stands for no claim; give it x-claims"),
    ],
)
def test_operation_beyond_claims_needs_none(spoil: Spoil, new: str, message: str | None) -> None:
    problems = lint(
        spoil("operationId: addBook\n      x-claims: [B-READ-01]", f"operationId: addBook\n      {new}")
    )

    assert [problem.message.startswith(message) for problem in problems if message] == [True] * bool(message)
    assert len(problems) == bool(message)
