"""What this run has created on the target, and may therefore change."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from tuningfork.client.created_entry import Entry
from tuningfork.client.created_resources import CreatedResources
from tuningfork.client.creation import Creation
from tuningfork.client.marks import UNIQUE_PATTERN
from tuningfork.client.request_safety import RequestSafety
from tuningfork.client.write_rules import WriteRules
from tuningfork.model import Request

ID_PATTERN = re.compile(r"([A-Za-z]+[_-]?)?[1-9][0-9]{0,18}|(?=[^0-9]*[0-9])[0-9A-Za-z_-]{16,64}", re.ASCII)
"""Path segments that a server may take for the id of an existing resource."""
OWN_NAME = re.compile(f"tuning-fork-{UNIQUE_PATTERN}")
"""The names that tests choose for new items."""


@dataclass(slots=True)
class OwnResources:
    """Separates the resources of this run from those of others.

    Args:
        safety: knows the ids that no resource has.
        journal: the resources that the run created or may have created.
        rules: what the API declares about its requests.
    """

    safety: RequestSafety
    journal: CreatedResources
    rules: WriteRules
    _unjournalled: set[str] = field(default_factory=set)
    """Paths of deleted or undeletable resources, which are not foreign although the journal omits them."""

    def add(self, paths: Iterable[str]) -> None:
        """Add resources that are no longer in the journal, or never were."""
        self._unjournalled.update(paths)

    def find(self, path: str) -> Entry | None:
        """Return the entry of an item, or of one that contains it; None without any."""
        return self.journal.find_exactly(path) or self.journal.find_containing(path)

    def whole_of(self, request: Request, path: str) -> str:
        """Return the path of the own item that a request creates a part of; empty without one."""
        containing = self.journal.find_containing(path)
        paths = [*(self.rules.changed_items(request, path) or ()), *([containing.path] if containing else ())]
        return next((each for each in paths if each in self.journal and each != path.rstrip("/")), "")

    def covers(self, request: Request, path: str) -> bool:
        """Return whether a request changes only what this run created, or what does not exist."""
        changed = self.rules.changed_items(request, path)
        if changed is None:
            return self.safety.names_only_unused(path)
        return all(self._has(item_path) for item_path in changed)

    def is_foreign(self, path: str) -> bool:
        """Return whether a path has the id of a resource that may exist and that this run did not create."""
        segments = self.safety.path_ids(path)
        ids = [segment for segment in segments if ID_PATTERN.fullmatch(segment.partition(".json")[0])]
        if all(self.safety.is_unused(each) for each in ids) or self.journal.find_containing(path) is not None:
            return False
        return not self._is_unjournalled(path)

    def has_foreign_name(self, creation: Creation, path: str) -> bool:
        """Return whether a creation names an item that may exist and that this run did not create."""
        name = creation.name_in(path)
        if not name or OWN_NAME.fullmatch(name) or self.safety.is_unused(name):
            return False
        return self.journal.find_containing(path) is None and path not in self._unjournalled

    def is_new(self, creation: Creation, path: str) -> bool:
        """Return whether a creation certainly replaces nothing: the server chooses the id, or a test did."""
        name = creation.name_in(path)
        if not name:
            return creation.item_path != ""
        return OWN_NAME.fullmatch(name) is not None and self.find(path) is None

    def _has(self, item_path: str) -> bool:
        """Return whether an item was created by this run, or does not exist."""
        if self.find(item_path) is not None or self._is_unjournalled(item_path):
            return True
        item_id = self.rules.id_of(item_path)
        if item_id is None:
            return self.safety.ends_with_unused_id(item_path)
        return self.safety.is_unused(item_id)

    def _is_unjournalled(self, path: str) -> bool:
        """Return whether a path is in or below an own resource that the journal omits."""
        return any(f"{path}/".startswith(f"{own}/") for own in self._unjournalled)
