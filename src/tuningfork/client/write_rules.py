"""What the guard of writes must know about an API beyond its creations and relations."""

from __future__ import annotations

from tuningfork.model import Request


class WriteRules:
    """Rules of an API that declares nothing: the guard decides by ids alone.

    Attributes:
        is_strict: whether a read-only run sends nothing but GET, HEAD, OPTIONS and what only reads, and any
            other run changes nothing that it did not create.
    """

    is_strict: bool = False

    def is_never_sent(self, request: Request, path: str) -> bool:
        """Return whether a request must not be sent at all."""
        return False

    def only_reads(self, request: Request, path: str) -> bool:
        """Return whether a request changes nothing, regardless of its method."""
        return False

    def changed_items(self, request: Request, path: str) -> list[str] | None:
        """Return the paths of the items that a request changes or creates something below.

        None if that is not known.
        """
        return None

    def id_of(self, item_path: str) -> str | None:
        """Return the id in the path of an item; None if it is not known where it is."""
        return None

    def deleted_item(self, request: Request, path: str) -> str | None:
        """Return the path of the item that a request deletes; None for any other request."""
        return None
