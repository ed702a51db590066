"""The mark of a test that judges a generic claim for every API whose conventions bring it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from tuningfork.conventions.declaration import Subject


def everywhere(subject: Subject) -> bool:
    """Return True: a test runs for each subject."""
    return True


def convention(
    *claims: str,
    needs: Sequence[str] = (),
    only_changes: bool = False,
    by_checks: bool = False,
    where: Callable[[Subject], bool] = everywhere,
) -> pytest.MarkDecorator:
    """Return the mark that names the generic claims of a test.

    The test runs for each operation, or each named value, of which a declaration brings one of the claims.
    It gets what is declared by the fixture `subject`.

    Args:
        claims: generic ids, such as "PAGE-WALK".
        needs: what a target must offer for this test, as in `tuningfork.claim`.
        only_changes: whether it runs only for operations that create, change or delete a declared resource.
        by_checks: whether the checks of its exchanges judge the claims; one that they do not is not verified.
        where: whether it runs for a subject.
    """
    options = {"needs": tuple(needs), "only_changes": only_changes, "by_checks": by_checks, "where": where}
    return pytest.mark.convention(*claims, **options)
