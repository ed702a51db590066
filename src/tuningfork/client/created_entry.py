"""An entry in the journal of what a run creates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

CREATED, VERIFIED, RELATED, INTENDED, SAVED_STATE, LISTED_BEFORE = (
    "made",  # a response contained it; it is read back before it is changed
    "verified",  # read back as the user's own, or absent before this run
    "related",  # a like or a following that was absent before this run
    "intended",  # a request that may have created a resource whose path is not known yet
    "state",  # the previous values of a property of the user, to be restored
    "before",  # the ids that a list had before this run added to it
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource to delete, or one state to restore, on the target.

    Args:
        holder: the principal whose credentials created the resource: "first" or "second".
        path: below the base URL: what DELETE removes or PUT restores; for `INTENDED` the path of the request;
            for `LISTED_BEFORE` the path of the list.
        kind: one of the kinds above.
        operation: the documented operation that created it.
        texts: the texts that identify the item; for `LISTED_BEFORE` the ids of the list.
        since: Unix time of the target's clock, before which the resource did not exist.
        form: names and values that restore the state.
        number: distinguishes two intents with equal texts, and two resources that had the same path.
        answered: whether the request of an intent got a response; if so, the target creates nothing later.
        owner: the id of the user whose item it is, by the response that contained it; empty if it had none.
        was_read: whether the item was read: if a read does not find it, it is gone, and not only late.
        later_texts: texts that later requests of the run gave the item.
        below: the path of the item that it is a part of; empty if it is a part of no item of the run.
        run: identifies the killed run that left the entry; empty for an entry of this run.
    """

    holder: str
    path: str
    kind: str = CREATED
    operation: str = ""
    texts: tuple[str, ...] = ()
    since: float = 0.0
    form: tuple[tuple[str, str], ...] = ()
    number: int = 0
    answered: bool = False
    owner: str = ""
    was_read: bool = False
    later_texts: tuple[str, ...] = ()
    below: str = ""
    run: str = ""

    @property
    def is_inside(self) -> bool:
        """Whether it is a part whose path is below that of its item, so that it is deleted with the item."""
        return self.below != "" and self.path.startswith(f"{self.below}/")

    def verified(self) -> Entry:
        """Return the entry of an item that was read back as the run's own."""
        return replace(self, kind=VERIFIED, was_read=True)


def parse_entry(properties: dict[str, Any]) -> Entry:
    """Return an entry from its JSON object, in which tuples are lists."""
    form = tuple((str(name), str(value)) for name, value in properties.get("form", ()))
    texts = {name: tuple(properties.get(name, ())) for name in ("texts", "later_texts")}
    return Entry(**{**properties, **texts, "form": form})
