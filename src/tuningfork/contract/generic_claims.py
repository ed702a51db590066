"""The ids of generic claims, which conventions.yaml may give ids and words of the API's own."""

from __future__ import annotations

from tuningfork.contract.declaration_errors import suggest
from tuningfork.conventions.declaration import Declaration

GENERIC_CLAIMS = frozenset(
    {
        "AUTH-ACCEPTED", "AUTH-MISSING", "AUTH-WRONG", "AUTH-SCHEME-CASE", "AUTH-CHALLENGE",
        "AUTH-NOT-IN", "AUTH-FIRST", "AUTH-UNCHANGED", "AUTH-EXPIRED", "AUTH-REVOKED", "LOGIN-ALIKE",
        "REFRESH-ONCE", "REFRESH-RACE", "REFRESH-CHAIN", "LOGOUT", "ERROR-FORM", "ERROR-CODE",
        "ERROR-STATUS", "ERROR-PHRASE", "ERROR-ONLY", "NO-INTERNALS", "NO-5XX", "IS-JSON", "NOT-FOUND",
        "MALFORMED-ID", "UNKNOWN-PATH", "METHOD", "MEDIA-TYPE", "ACCEPT", "INVALID-BODY",
        "MALFORMED-BODY", "OUTAGE-FORM", "OUTAGE-PASSES", "ENVELOPE-SHAPE", "ENVELOPE-STATUS",
        "ENVELOPE-DATA", "ENVELOPE-PHRASE", "ENVELOPE-CONSTANT", "ENVELOPE-CLOCK", "PAGE-SIZE",
        "PAGE-DEFAULT", "PAGE-MAXIMUM", "PAGE-ZERO", "PAGE-NEGATIVE", "PAGE-MALFORMED", "PAGE-WALK",
        "PAGE-END", "PAGE-NEXT", "PAGE-FILTERS", "PAGE-BAD-CURSOR", "PAGE-ORDER", "PAGE-STABLE",
        "PAGE-INSERT", "PAGE-DELETE", "PAGE-TOTAL", "PAGE-REACH", "PAGE-EXPIRED", "LIST-EMPTY",
        "LIST-FILTER", "LIST-COMBINE", "LIST-SEARCH", "LIST-SORT", "LIFECYCLE", "TEXT",
        "UPDATE-ONLY-NAMED", "OWNER-ONLY", "DUPLICATE", "RACE", "SAME-IN-LIST", "DELETE-TWICE",
        "DELETE-TOMBSTONE", "LOCATION", "IDEM-REPLAY", "IDEM-OTHER-BODY", "IDEM-CONCURRENT",
        "IDEM-OTHER-USER", "IDEM-MISSING", "ETAG", "NOT-MODIFIED", "IF-MATCH", "RATE-STATUS",
        "RATE-RETRY-AFTER", "RATE-HEADERS", "RATE-COUNTS-DOWN", "RATE-WINDOW", "RATE-DRAFT",
        "VERSION-SUPPORTED", "VERSION-UNKNOWN", "VERSION-MISSING", "VERSION-ECHO", "CORS-ORIGIN",
        "CORS-PREFLIGHT", "CORS-ERRORS", "CORS-EXPOSE", "CORS-CREDENTIALS", "CORS-MAX-AGE",
    }
)  # fmt: skip
"""Ids that a file may mention although it does not declare what brings them."""


def unknown_claims(declaration: Declaration) -> list[tuple[str, str]]:
    """Return each key of `claims` that is not a generic claim, with what to write instead."""
    known = sorted({*GENERIC_CLAIMS, *declaration.brought()})
    return [
        (name, f"there is no generic claim {name!r}; {suggest(name, known)}")
        for name in declaration.own_claims
        if name not in known
    ]
