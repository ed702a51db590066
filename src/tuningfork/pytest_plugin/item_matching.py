"""Compares an item of the target with an entry of the ledger, to decide whether the run created the item."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tuningfork.client.created_entry import Entry
from tuningfork.client.creation import Creation
from tuningfork.client.marks import UNIQUE_PATTERN

MAX_CLOCK_SKEW_S = 5.0
"""How much earlier than the Date header an item's creation time may be."""
MAX_CLOCK_SKEW_OF_UNIQUE_TEXT_S = 900.0
"""The skew for an item whose text is unique to the run; a gateway with a wrong clock may have set Date."""
UNIQUE_TEXT = re.compile(rf"\b{UNIQUE_PATTERN}\b")
"""What the fixture `unique_name` puts into a text."""


def has_text(item: Mapping[str, Any], creation: Creation, entry: Entry) -> bool:
    """Return whether an item has a text that the request of `entry`, or a later one, sent."""
    texts = [item[name] for name in creation.marker_properties if isinstance(item.get(name), str)]
    return bool(texts) and _normalize(texts[0]) in map(_normalize, (*entry.texts, *entry.later_texts))


def has_unique_text(entry: Entry) -> bool:
    """Return whether a request sent only texts that no other item has."""
    return bool(entry.texts) and all(map(UNIQUE_TEXT.search, entry.texts))


def is_created_after(item: Mapping[str, Any], creation: Creation, entry: Entry) -> bool:
    """Return whether an item's creation time is after the request of `entry`, within the clocks' skew."""
    created = creation_time(item, creation)
    skew = MAX_CLOCK_SKEW_OF_UNIQUE_TEXT_S if has_unique_text(entry) else MAX_CLOCK_SKEW_S
    return created is not None and created >= entry.since - skew


def creation_time(item: Mapping[str, Any], creation: Creation) -> float | None:
    """Return the Unix time when an item was created; None if it does not say so."""
    return _parse_time(item.get(creation.created_at_property))


def _normalize(text: str) -> str:
    """Return a text as servers store it: in Unicode's form C, with single spaces and none at its ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _parse_time(text: object) -> float | None:
    """Return the Unix time of `2022/02/11 19:03:44 +0000` or an RFC 3339 time; None if it is not valid."""
    if not isinstance(text, str):
        return None
    try:
        return datetime.fromisoformat(re.sub(r" (?=[+-]\d{4}$)", "", text.replace("/", "-"))).timestamp()
    except (ValueError, OverflowError):
        return None
