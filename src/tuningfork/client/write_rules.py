"""What the guard of writes must know about an API beyond its creations and relations."""

from __future__ import annotations

from tuningfork.model import Exchange, Request

ACCEPTED = 202
"""The status of a request that is processed later, or not at all (RFC 9110 15.3.3)."""


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

    def confirms_deletion(self, exchange: Exchange) -> bool:
        """Return whether the response to a deletion says that it has happened, not only that it will."""
        return exchange.response.status < 300 and exchange.response.status != ACCEPTED

    def deleted_item(self, request: Request, path: str) -> str | None:
        """Return the path of the item that a request deletes; None for any other request."""
        return None
