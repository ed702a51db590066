"""The operation that subtle faults are about."""

from __future__ import annotations

from flask import g

from tuningfork.mock.reference.server import ReferenceServer


def is_last_read(server: ReferenceServer) -> bool:
    """Return whether the request is the last documented GET that has as few path parameters as possible."""
    reads = [operation for operation in server.operations if operation.method == "GET"]
    fewest = min(operation.path.count("{") for operation in reads)
    last = [operation for operation in reads if operation.path.count("{") == fewest][-1]
    return "context" in g and g.context.operation is last
