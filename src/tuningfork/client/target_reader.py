"""What a run reads of the target to protect what is not its own."""

from __future__ import annotations

from collections.abc import Mapping

from tuningfork.client.created_entry import Entry


class TargetReader:
    """Reads the state of the target outside the exchanges of the tests."""

    def list_ids(self, principal: str, list_path: str) -> tuple[str, ...] | None:
        """Return the ids in the list at `list_path`; None if it can't be read now, or not to its end."""
        raise NotImplementedError

    def is_created_by(self, entry: Entry) -> bool | None:
        """Return whether the resource at `entry.path` was created by the request of that entry.

        None if it was, and is gone.
        """
        raise NotImplementedError

    def restoring_form(self, principal: str, operation: str) -> Mapping[str, str] | None:
        """Return the form that restores what an operation overwrites; None if the state can't be read.

        The form is empty for an app, which has no state of its own.
        """
        raise NotImplementedError
