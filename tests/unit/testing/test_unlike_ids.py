"""Ids that no item has are of the kind of the existing ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tuningfork.client.request_safety import UNUSED_ID
from tuningfork.contract.declaration_file import read_declaration
from tuningfork.conventions.declaration import Declaration
from tuningfork.conventions.grammar.operation_patterns import OperationPattern
from tuningfork.testing.declared_request import fill_path
from tuningfork.testing.declared_resource import DeclaredResources
from tuningfork.testing.relation_requests import DeclaredRelation, unknown_id
from tuningfork.testing.unlike_ids import UNUSED_UUID, unlikely_like

UUID = "3f1c9a52-7f0e-4f6b-9a38-0d7c5a0e1b11"


@pytest.mark.parametrize(
    "existing", [0, 9, 5_000_123, 2**31 - 1, 9_999_999_999, 2**63 - 1, 1234567890123456789]
)
def test_unlikely_number_is_in_the_range_of_the_existing_ids(existing: int) -> None:
    for number in unlikely_like(existing):
        assert number != existing
        assert number < (2**31 if existing < 2**31 else 2**63)


@pytest.mark.parametrize(("existing", "unlikely"), [(5_000_123, 9_999_999), (9, 9_999)])
def test_unlikely_number_is_far_from_the_existing_ids(existing: int, unlikely: int) -> None:
    assert unlikely in unlikely_like(existing)


LIKES = """
conventions: 1
requests: {parameters: {id: {absent: ABSENT}}}
relations: {like: {put: "PUT /likes/{id}"}}
"""


@pytest.mark.parametrize(
    ("own", "absent", "unknown"),
    [(UUID, "null", UNUSED_UUID), (7, "null", UNUSED_ID), (UUID, "gone", "gone")],
)
def test_unknown_id_of_a_relation_is_of_the_kind_of_the_others(
    own: Any, absent: str, unknown: Any, tmp_path: Path
) -> None:
    declaration = declared(LIKES.replace("ABSENT", absent), tmp_path)
    nobody: Any = None
    resources = DeclaredResources(declaration, nobody, str)

    assert unknown_id(DeclaredRelation(declaration.named["relations"]["like"], resources, [own])) == unknown


def test_id_0_is_an_id(tmp_path: Path) -> None:
    declaration = declared("conventions: 1\nrequests: {parameters: {id: {example: 7}}}", tmp_path)

    path = fill_path(OperationPattern("GET /things/{id}"), [0], declaration, {}, has_item=True)

    assert path == "/things/0"


def declared(text: str, folder: Path) -> Declaration:
    """Return the declaration of a text."""
    (folder / "conventions.yaml").write_text(text)
    return read_declaration(folder / "conventions.yaml", "acme")
