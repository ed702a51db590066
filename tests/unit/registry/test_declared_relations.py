"""The relations that conventions.yaml declares, as the write guard knows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuningfork.contract.declaration_file import read_declaration
from tuningfork.model import Headers, Request
from tuningfork.registry.declared_profile import declared_relations

FORM = Headers([("Content-Type", "application/x-www-form-urlencoded")])
PATH = "put: 'POST /likes/{id}', delete: 'DELETE /likes/{id}'"
BODY = "put: POST /likes, body: {like: {thing: '{id}'}}, delete: 'DELETE /likes?thing={id}'"
QUERY = "put: 'POST /likes?thing={id}', delete: 'DELETE /likes?thing={id}'"
NONE = "put: POST /likes, delete: DELETE /likes"


def deleted_path(folder: Path, relation: str, path: str, query: str = "", body: bytes = b"") -> str | None:
    """Return the path that deletes what a request to a declared relation adds."""
    file = folder / "conventions.yaml"
    file.write_text(f"conventions: 1\nrelations: {{like: {{{relation}, list: GET /likes}}}}\n")
    (declared,) = declared_relations(read_declaration(file, "acme"))
    request = Request("POST", f"https://api.example.com{path}{query}", FORM, body)
    return declared.delete_path_for(request, path)


@pytest.mark.parametrize(
    ("relation", "path", "query", "body", "expected"),
    [
        (PATH, "/likes/7", "", b"", "/likes/7"),
        (BODY, "/likes", "", b"thing=7", "/likes?thing=7"),
        (QUERY, "/likes", "?thing=7", b"", "/likes?thing=7"),
        (NONE, "/likes", "", b"", None),
    ],
)
def test_relation_is_deleted_by_the_id_of_its_request(
    relation: str, path: str, query: str, body: bytes, expected: str | None, tmp_path: Path
) -> None:
    assert deleted_path(tmp_path, relation, path, query, body) == expected
