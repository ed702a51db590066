"""`refusals` in conventions.yaml."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from tuningfork.conventions.base import Convention, GenericClaim, Group
from tuningfork.conventions.grammar.responses import Refusal, RefusalValue


class Refusals(Group):
    """How requests are refused: one table."""

    not_found: RefusalValue | None = Field(None, description="of an id that does not exist")
    malformed_id: RefusalValue | None = Field(None, description="of an id that cannot exist")
    unknown_path: RefusalValue | None = Field(None, description="of a path that does not exist")
    method: RefusalValue | None = Field(None, description="of a method that a path does not have")
    media_type: RefusalValue | None = Field(None, description="of a body of another media type")
    not_acceptable: RefusalValue | None = Field(None, description="of an Accept that cannot be met")
    invalid_body: RefusalValue | None = Field(None, description="of a body that breaks the schema")
    malformed_body: RefusalValue | None = Field(
        None, description="of a body that cannot be parsed; as `invalid-body` without this key"
    )
    conflict: RefusalValue | None = Field(
        None,
        description="of a request that conflicts with the state; not judged: `resources` has `duplicate`",
    )
    gone: RefusalValue | None = Field(
        None, description="of something that existed; not judged: `resources` has `delete.then`"
    )
    method_allow: bool | None = Field(None, description="whether a 405 has the header Allow")


def claims(declared: Refusals) -> Iterator[GenericClaim]:
    """Yield the claims that a declaration of refusals brings."""
    refused: dict[str, tuple[Refusal | None, str, str]] = {
        "REFUSAL-NOT-FOUND": (declared.not_found, "An id that does not exist", "RFC 9110, 15.5.5"),
        "REFUSAL-MALFORMED-ID": (declared.malformed_id, "An id that cannot exist", "RFC 9110, 15.5.1"),
        "REFUSAL-UNKNOWN-PATH": (declared.unknown_path, "A path that does not exist", "RFC 9110, 15.5.5"),
        "REFUSAL-METHOD": (declared.method, "A method that a path does not have", "RFC 9110, 15.5.6"),
        "REFUSAL-MEDIA-TYPE": (declared.media_type, "A body of another media type", "RFC 9110, 15.5.16"),
        "REFUSAL-NOT-ACCEPTABLE": (
            declared.not_acceptable,
            "An Accept that cannot be met",
            "RFC 9110, 15.5.7",
        ),
        "REFUSAL-INVALID-BODY": (
            declared.invalid_body,
            "A body that breaks the schema creates nothing and",
            "RFC 9110, 15.5.1",
        ),
        "REFUSAL-MALFORMED-BODY": (
            declared.malformed_body or declared.invalid_body,
            "A body that cannot be parsed creates nothing and",
            "RFC 9110, 15.5.1",
        ),
    }
    for generic, (refusal, what, source) in refused.items():
        if refusal is not None:
            yield GenericClaim(generic, f"{what} is refused with {refusal}.", source)
    if declared.method_allow:
        promise = "A 405 names the methods of its path in Allow, without the refused one."
        yield GenericClaim("REFUSAL-ALLOW", promise, "RFC 9110, 15.5.6")


CONVENTION = Convention("refusals", "Refusals", Refusals, claims)
