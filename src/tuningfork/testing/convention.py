"""The mark of a test that judges a generic claim for every API whose conventions bring it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest


def convention(
    *claims: str, needs: Sequence[str] = (), methods: Sequence[str] = (), only_changes: bool = False
) -> pytest.MarkDecorator:
    """Return the mark that names the generic claims of a test.

    The test runs for each operation, or each named thing, of which a declaration brings one of the claims.
    It gets what is declared by the fixture `subject`.

    Args:
        claims: generic ids, such as "PAGE-WALK".
        needs: what a target must offer for this test, as in `tuningfork.claim`.
        methods: the methods of the operations for which it runs; all of them if empty.
        only_changes: whether it runs only for operations that create, change or delete a declared resource.
    """
    return pytest.mark.convention(*claims, needs=tuple(needs), methods=methods, only_changes=only_changes)
