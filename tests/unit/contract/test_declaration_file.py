"""The reader of conventions.yaml: what it refuses, in one sentence with a line, and what it reads how."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tuningfork.contract.errors import ContractError
from tuningfork.contract.lint import lint
from tuningfork.contract.openapi import Contract
from tuningfork.conventions.declaration import Declaration

from .broken_declarations import BROKEN

DOCUMENT = """
openapi: 3.1.0
info: {title: Acme, version: '1'}
paths:
  /things:
    get: {operationId: listThings, tags: [things], responses: {'200': {description: All.}}}
    post: {responses: {'201': {description: A new one.}}}
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: One.}}}
    put: {responses: {'200': {description: One.}}}
  /login:
    post: {responses: {'200': {description: A token.}}}
"""


REMEDY = re.compile("write|remove|did you mean|use one of|use fewer|declare|indent|correct|close|must")
YAML_1_1 = ("on", "off", "no", "yes", "y", "n", "2022-06-28", "1.10", "1_000", "1:30", "=", "0b1")
"""Plain words that YAML 1.1 reads as booleans, dates, numbers or operators."""


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    """The folder of a contract that has a document and no conventions."""
    folder = tmp_path / "acme"
    folder.mkdir()
    (folder / "openapi.yaml").write_text(DOCUMENT)
    return folder


def declare(folder: Path, text: str | bytes) -> Path:
    """Write a conventions.yaml; a text that begins with a line break is the whole file."""
    whole = text if isinstance(text, bytes) or text.startswith("\n") else f"conventions: 1\n{text}"
    (folder / "conventions.yaml").write_bytes(whole if isinstance(whole, bytes) else whole.encode())
    return folder


def read(folder: Path, text: str | bytes) -> Declaration:
    """Return the declaration of a conventions.yaml."""
    return Contract.load(declare(folder, text)).declaration


@pytest.mark.parametrize("name", BROKEN)
def test_broken_file_is_refused_in_one_sentence_with_line_and_remedy(name: str, acme: Path) -> None:
    text, line, words = BROKEN[name]
    file = str(declare(acme, text) / "conventions.yaml")

    with pytest.raises(ContractError) as raised:
        Contract.load(acme)

    message = str(raised.value)
    assert message.startswith(f"{file}, line {line}: ")
    assert "\n" not in message
    for word in words:
        assert word in message
    assert REMEDY.search(message)
    assert [str(error) for error in lint(acme)] == [message]


def test_secret_is_not_repeated(acme: Path) -> None:
    with pytest.raises(ContractError) as raised:
        read(acme, "requests: {headers: {Authorization: Bearer 0123456789abcdef}}\n")

    assert "0123456789abcdef" not in str(raised.value)


def test_file_that_is_not_utf8_is_refused_with_its_line(acme: Path) -> None:
    with pytest.raises(ContractError, match="line 2: the file is not UTF-8; save it as UTF-8"):
        read(acme, b"conventions: 1\ntitle: Caf\xe9\n")


def test_folder_in_place_of_the_file_is_an_api_without_conventions(acme: Path) -> None:
    (acme / "conventions.yaml").mkdir()
    (acme / "claims.toml").write_text('api = "acme"\ntitle = "Acme"\ndocumentation = "-"\nclaims = []\n')

    assert not [error for error in lint(acme) if "conventions.yaml" in error.file]


@pytest.mark.parametrize("text", ["\ufeffconventions: 1\ntitle: Acme\n", "conventions: 1\r\ntitle: Acme\r\n"])
def test_byte_order_mark_and_crlf_are_read(acme: Path, text: str) -> None:
    assert read(acme, text.encode()).title == "Acme"


@pytest.mark.parametrize("word", YAML_1_1)
def test_words_that_are_values_in_other_yaml_are_texts(acme: Path, word: str) -> None:
    declared = read(acme, f"versioning: {{in: query, name: v, supported: [{word}]}}\n").first("versioning")

    assert declared is not None
    assert declared.supported == [word]


def test_null_in_end_is_the_value_null(acme: Path) -> None:
    declared = read(acme, "pagination: {type: page, parameter: p, end: [null, ~, {/next: null}]}\n")

    assert declared.groups["pagination"][0].end == [None, None, {"/next": None}]


def test_anchors_and_merge_keys_are_read(acme: Path) -> None:
    declared = read(
        acme,
        """
conventions: 1
requests: {media-type: &type a/b}
errors: {media-type: *type, members: &members {/code: string}}
envelope: {members: {<<: *members, /data: array}}
""",
    )

    assert declared.groups["errors"][0].media_type == "a/b"
    assert list(declared.groups["envelope"][0].members) == ["/code", "/data"]


def test_group_inherits_merges_replaces_and_takes_away(acme: Path) -> None:
    declared = read(
        acme,
        """
conventions: 1
pagination:
  - {type: page, parameter: p, reach: 100, size: {parameter: n, maximum: 50}, end: [empty-page, total]}
  - {operations: [GET /things], reach: null, size: {maximum: 20}, end: [total]}
""",
    )

    first, second = declared.groups["pagination"]
    assert (first.reach, second.reach) == (100, None)
    assert (second.type, second.parameter) == ("page", "p")
    assert (second.size.parameter, second.size.maximum, first.size.maximum) == ("n", 20, 50)
    assert second.end == ["total"]


def test_group_does_not_inherit_what_the_first_one_is_about(acme: Path) -> None:
    declared = read(
        acme,
        """
conventions: 1
errors:
  - {operations: [GET /things], media-type: a/b}
  - {operations: ['* /things/{id}'], members: {/code: string}}
""",
    )

    assert [str(pattern) for pattern in declared.groups["errors"][1].operations] == ["* /things/{id}"]
    assert declared.groups["errors"][1].media_type == "a/b"


def test_json_is_yaml_too(acme: Path) -> None:
    text = b'{"conventions": 1, "versioning": {"in": "query", "name": "v", "supported": [1.10, "on"]}}'

    assert read(acme, text).groups["versioning"][0].supported == ["1.10", "on"]


def test_file_with_only_its_version_declares_nothing(acme: Path) -> None:
    contract = Contract.load(declare(acme, ""))

    assert contract.declaration.is_empty
    assert not contract.claims
