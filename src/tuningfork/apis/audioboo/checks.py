"""What every exchange with Audioboo is held against; fair to all that the claims allow."""

from __future__ import annotations

from tuningfork.checks import schema, status
from tuningfork.checks.check import Check
from tuningfork.checks.malformed import refused_by_http

CHECKS: tuple[Check, ...] = (
    status.documented(),
    status.no_server_error("AB-ERR-07"),
    schema.body(unless=refused_by_http),
    schema.headers(unless=refused_by_http),
)
"""Judged from one exchange alone."""

WITNESSES: tuple[Check, ...] = (schema.kept(unless=refused_by_http),)
"""What else recorded traffic tells of the claims that it keeps."""
