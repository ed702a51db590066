"""Names of places, for recordings that say where they were made."""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """Somewhere: degrees."""

    name: str
    latitude: float
    longitude: float


PLACES = (
    Place("New Romney, Kent, United Kingdom", 50.9853, 0.9409),
    Place("Dungeness, Kent, United Kingdom", 50.9133, 0.9749),
    Place("Reykjavík, Iceland", 64.1466, -21.9426),
    Place("Valparaíso, Chile", -33.0472, -71.6127),
    Place("Lagos, Nigeria", 6.4550, 3.3941),
    Place("Ōsaka, Japan", 34.6937, 135.5023),
    Place("Suva, Fiji", -18.1416, 178.4419),
)


def nearest(latitude: float, longitude: float) -> Place:
    """The place of this map that is nearest in degrees, near enough for a name."""
    return min(PLACES, key=lambda place: (place.latitude - latitude) ** 2 + _turn(place, longitude) ** 2)


def _turn(place: Place, longitude: float) -> float:
    apart = abs(place.longitude - longitude)
    return min(apart, 360 - apart)
