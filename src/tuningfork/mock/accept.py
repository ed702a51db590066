"""The Accept header (RFC 9110, 12.5.1)."""

from __future__ import annotations


def accepts(accept: str, media_type: str) -> bool:
    """Whether an Accept header takes a media type; an empty one takes all."""
    weights = dict(_weighed(part) for part in accept.split(",") if part.strip())
    for wanted in (media_type, f"{media_type.partition('/')[0]}/*", "*/*"):
        if wanted in weights:
            return weights[wanted] > 0
    return not weights


def _weighed(part: str) -> tuple[str, float]:
    """A media range and its weight; what has no weight that can be read has 1."""
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            return name, 0.0 if parameter[2:].strip("0.") == "" else 1.0
    return name, 1.0
