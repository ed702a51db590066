"""Parsing of the Accept header (RFC 9110, 12.5.1)."""

from __future__ import annotations


def accepts(accept: str, media_type: str) -> bool:
    """Return True if an Accept header allows `media_type`; an empty header allows every type."""
    weights = dict(_parse_range(part) for part in accept.split(",") if part.strip())
    for media_range in (media_type, f"{media_type.partition('/')[0]}/*", "*/*"):
        if media_range in weights:
            return weights[media_range] > 0
    return not weights


def _parse_range(part: str) -> tuple[str, float]:
    """Return a media range and its weight, which is 1 if it is missing or invalid."""
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            return name, 0.0 if parameter[2:].strip("0.") == "" else 1.0
    return name, 1.0
