"""OpenAPI documents as other projects write them: valid ones load, others are refused with the reason."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tuningfork.contract.errors import ContractError
from tuningfork.contract.lint import lint, lint_notes
from tuningfork.contract.loaders import read_yaml
from tuningfork.contract.openapi import Contract

Write = Callable[[str | bytes], Path]
HEAD = "openapi: 3.1.0\ninfo: {title: X, version: '1'}\n"
GET = "get: {operationId: a, x-claims: [B-READ-01], responses: {'200': {description: d}}}"
PATHS = f"paths:\n  /a:\n    {GET}\n"
DOCUMENT = HEAD + PATHS


@pytest.fixture
def write(folder: Path) -> Write:
    """A function that writes the OpenAPI document of the contract and returns the folder."""

    def write(document: str | bytes) -> Path:
        content = document if isinstance(document, bytes) else document.encode()
        (folder / "openapi.yaml").write_bytes(content)
        return folder

    return write


SERVERS = """
servers:
  - url: https://{env}.x.example/{base}
    variables: {env: {default: api}, base: {default: v1}}
  - url: '{scheme}://x.example'
    variables: {scheme: {enum: [http, https], default: http}}
  - url: /v1
"""
PATH_ITEM = f"""
paths: {{/a: {{$ref: '#/components/pathItems/a'}}}}
components:
  pathItems:
    a:
      {GET}
"""
POST = """
paths:
  /a:
    post:
      x-claims: [B-READ-01]
      callbacks: {c: {'{$request.body#/url}': {post: {responses: {2XX: {description: d}}}}}}
      parameters:
        - {name: c, in: cookie, schema: true}
        - {name: q, in: query, content: {application/json: {schema: {type: object}}}}
      responses:
        2XX: {description: d, content: {application/json: {schema: false}}}
        default: {description: d}
webhooks:
  new:
    post: {responses: {'200': {description: d}}}
"""
DATA = """
x-data: {$ref: '#/nowhere'}
x-list: [{$ref: other.yaml}]
components:
  examples: {e: {value: {$ref: nowhere}}}
  schemas: {A: {default: {$ref: nowhere}, examples: [{$ref: nowhere}], x-a: {$ref: nowhere}}}
"""
SCHEMAS = f"""
components:
  schemas:
    A: true
    B: false
    C: {{type: [string, 'null'], const: null}}
    D: {{contentMediaType: image/png, contentEncoding: base64}}
    E: {{unevaluatedProperties: {{$ref: '#/components/schemas/E'}}}}
    F: {{minimum: 1e400, maximum: {"9" * 5000}}}
    G: {{$schema: 'https://spec.openapis.org/oas/3.1/dialect/base', type: string}}
    H: {{pattern: '^\\p{{L}}(?<y>a)\\u{{1F600}}(?<=a+)$'}}
    I: {{pattern: '\\cA'}}
"""


@pytest.mark.parametrize(
    "document",
    [
        HEAD + SERVERS + PATHS,
        HEAD + PATH_ITEM,
        HEAD + POST,
        DOCUMENT + DATA,
        DOCUMENT + SCHEMAS,
        b"\xef\xbb\xbf" + DOCUMENT.encode(),
        DOCUMENT.replace("\n", "\r\n"),
        DOCUMENT.replace("'1'", "2020-01-01"),
        json.dumps(
            {"openapi": "3.1.0", "info": {"title": "\U0001f600", "version": "1"}, "paths": {}}, indent=1
        ),
        '{"openapi": "3.1.0", \n\t"info": {"title": "a\\/b", "version": "1"}, "paths": {}}',
    ],
)
def test_valid_document_loads(write: Write, document: str | bytes) -> None:
    assert not lint(write(document))
    assert Contract.load(write(document)).document["openapi"] == "3.1.0"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (DOCUMENT.replace("3.1.0", "3.0.3"), r"this is OpenAPI 3.0.3; .*nullable.*exclusiveMinimum.*example"),
        ("swagger: '2.0'\n", r"this is Swagger 2.0"),
        (DOCUMENT.replace("3.1.0", "3.1"), r"an OpenAPI 3.1 document starts with `openapi: 3.1.0`"),
        ("", r"this is not an OpenAPI document"),
        ("[]", r"this is not an OpenAPI document"),
        (DOCUMENT.encode("utf-16"), r"not UTF-8"),
        (DOCUMENT + "info: {}\n", r"line 6: this is not valid YAML \(the key 'info' occurs twice\)"),
        ('{"openapi": "3.1.0",\n"openapi": "3.1.0"}', r"line 2: .*the key 'openapi' occurs twice"),
        (DOCUMENT + "x-a:\n\tb: 1\n", r"line 7: a tab indents this line; write spaces"),
        (DOCUMENT + "---\n", r"line 6: this is not valid YAML"),
        (DOCUMENT + "x-a: !!binary aGVsbG8=\n", r"line 6: this is not valid YAML"),
        (DOCUMENT + "x-a: &a [*a]\n", r"line 6: this is not valid YAML"),
        (DOCUMENT + "x-a: " + "[" * 900 + "]" * 900, r"nest"),
        (DOCUMENT.replace("'1'", "1.0"), r"#/info/version: expected string, found 1.0"),
        (HEAD + "paths: {/a: {$ref: '#/paths/~1a'}}\n", r"#/paths/~1a: the references form a cycle"),
        (DOCUMENT + "components: {$ref: '#/components'}\n", r"openapi.yaml, #/components: .* form a cycle"),
        (
            DOCUMENT + "components: {schemas: {A: {$ref: 'http://[a'}}}\n",
            r"schemas/A: http://\[a is in another file",
        ),
        (HEAD + "paths: {/a: {get: {parameters: [{$ref: '#/info'}]}}}\n", r"#/info: this is not a parameter"),
        (HEAD + "paths: {/a: {$ref: '#/info/title'}}\n", r"#/paths/~1a: #/info/title is not an object"),
        (HEAD + "paths: []\n", r"#/paths: expected object, found \[\]"),
    ],
)
def test_invalid_document_is_refused_with_reason(write: Write, document: str | bytes, message: str) -> None:
    folder = write(document)

    with pytest.raises(ContractError, match=message):
        Contract.load(folder)


@pytest.mark.parametrize(
    ("schema", "pointer", "message"),
    [
        (
            "{small: {type: integer, minimum: 0, exclusiveMinimum: true}}",
            "small/exclusiveMinimum",
            "true is not",
        ),
        ("{small: {type: strin}}", "small/type", '"strin" is not'),
        ("{small: {type: object, required: true}}", "small/required", "true is not"),
        ("{small: {pattern: '('}}", "small/pattern", r"the pattern \( is not"),
        ("{small: {pattern: '[^]'}}", "small/pattern", r"the pattern \[\^\] is not"),
        ("{small: {patternProperties: {'*a': true}}}", "small/patternProperties", r"the pattern \*a is not"),
        ("{small: {items: [{}]}}", "small/items", r"is not of type"),
        ("{'007': {minLength: -1}}", "007/minLength", "-1 is less"),
        ("{small: {maximum: .inf}}", "small/maximum", "is not of type"),
    ],
)
def test_invalid_schema_is_refused_with_pointer(
    write: Write, schema: str, pointer: str, message: str
) -> None:
    folder = write(DOCUMENT + f"components: {{schemas: {{A: {{properties: {schema}}}}}}}\n")

    with pytest.raises(
        ContractError, match=rf"openapi.yaml, #/components/schemas/A/.*/{pointer}: .*{message}"
    ):
        Contract.load(folder)


def test_exponential_aliases_are_refused(write: Write) -> None:
    lines = [f"    A{n}: &a{n} {{allOf: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 12)]
    folder = write(DOCUMENT + "components:\n  schemas:\n    A0: &a0 {type: string}\n" + "".join(lines))

    with pytest.raises(ContractError, match="the aliases expand to more than 20,000,000 values"):
        Contract.load(folder)


def test_scalars_follow_yaml_1_2(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("[on, yes, 010, 0o10, 0x1F, 12:30:45, 2020-99-99, 1_000, .5, 1e3, ~, Null, True, '1']")

    assert read_yaml(file) == [
        "on", "yes", 10, 8, 31, "12:30:45", "2020-99-99", "1_000", 0.5, 1000.0, None, None, True, "1"
    ]  # fmt: skip


def test_merge_keys_are_merged_into_mapping(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}")

    assert read_yaml(file)["b"] == {"x": 1, "y": 3}


def test_ignored_keyword_is_a_note_and_no_error(write: Write) -> None:
    folder = write(
        DOCUMENT
        + "components: {schemas: {A: {nullable: true, own: 1}, B: {nullable: true, propertis: {}}}}\n"
    )

    messages = {note.location: note.message for note in lint_notes(Contract.load(folder))}

    assert not lint(folder)
    nullable = "OpenAPI 3.1 ignores nullable (and in 1 other schemas); write type: [TYPE, 'null']"
    assert messages == {
        "#/components/schemas/A/nullable": nullable,
        "#/components/schemas/B/propertis": "OpenAPI 3.1 ignores propertis; did you mean properties?",
    }


def test_header_with_nested_arrays_is_a_note(write: Write) -> None:
    headers = "{X-A: {schema: {type: array, items: {type: array}}}, X-B: {schema: {type: array, items: {}}}}"
    folder = write(DOCUMENT.replace("description: d", f"description: d, headers: {headers}"))

    (note,) = lint_notes(Contract.load(folder))

    assert "the header X-A cannot contain array in a list" in note.message


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/v2/ubuntu/tags/list", "GET /v2/{name}/tags/list"),
        ("/v2/library/ubuntu/tags/list", "GET /v2/{name}/tags/list"),
        ("/v2/Library/ubuntu/tags/list", None),
        ("/v2/library/ubuntu/manifests/latest", "GET /v2/{name}/manifests/{reference}"),
        ("/v2/library/ubuntu/manifests/a/b", None),
        ("/contents/a/b.txt", "GET /contents/{path}"),
        ("/users/a/b", None),
        ("/images/a.b.png", "GET /images/{id}.{format}"),
    ],
)
def test_path_parameter_matches_slashes_if_documented(write: Write, path: str, key: str | None) -> None:
    contract = Contract.load(write(_with_paths()))

    operation = contract.find("GET", path)

    assert (operation and operation.key) == key


def _with_paths() -> str:
    """Return a document with path parameters; only `name` has a pattern, which allows slashes."""
    templates = [
        "/v2/{name}/tags/list",
        "/v2/{name}/manifests/{reference}",
        "/contents/{path}",
        "/users/{id}",
        "/images/{id}.{format}",
    ]
    get = {"responses": {"200": {"description": "d"}}}
    paths = {
        template: {"parameters": list(map(_parameter, re.findall(r"{(.*?)}", template))), "get": get}
        for template in templates
    }
    return json.dumps({"openapi": "3.1.0", "info": {"title": "X", "version": "1"}, "paths": paths})


def _parameter(name: str) -> dict[str, Any]:
    schema = {"type": "string", **({"pattern": "^[a-z]+(/[a-z]+)*$"} if name == "name" else {})}
    return {"name": name, "in": "path", "required": True, "schema": schema}
