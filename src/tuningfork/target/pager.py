"""Ways in which APIs page their lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tuningfork.model import Unmet

if TYPE_CHECKING:
    from tuningfork.target.client import Answer


@dataclass(frozen=True)
class LinkPager:
    """Each page names the URL of the next one.

    Args:
        query: what asks for links.
        member: where the link stands; absent or null at the end.
        collection: where the items stand in an object; a bare array is a page too.
    """

    member: str
    collection: str
    query: Mapping[str, Any] = field(default_factory=dict)

    def first(self, query: dict[str, Any]) -> dict[str, Any]:
        """The query of the first page."""
        return {**self.query, **query}

    def items(self, body: Any) -> list[Any]:
        """The items of a page.

        Raises:
            Unmet: it is neither an array nor an object with one.
        """
        items = body.get(self.collection) if isinstance(body, dict) else body
        if not isinstance(items, list):
            raise Unmet(f"an array, or an object with {self.collection!r}", repr(body)[:120])
        return items

    def following(self, answer: Answer) -> str | None:
        """The URL of the next page, None at the end.

        Raises:
            Unmet: the link is no string.
        """
        body = answer.json
        link = body.get(self.member) if isinstance(body, dict) else None
        if link is not None and not isinstance(link, str):
            raise Unmet(f"{self.member} as a string or null", repr(link)[:120])
        return link
