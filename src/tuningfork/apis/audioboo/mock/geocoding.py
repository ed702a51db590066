"""Names of places, for recordings that say where they were made."""

from __future__ import annotations

from typing import NamedTuple


class City(NamedTuple):
    """Somewhere: degrees."""

    name: str
    latitude: float
    longitude: float


CITIES = (
    City("New Romney, Kent, United Kingdom", 50.9853, 0.9409),
    City("Dungeness, Kent, United Kingdom", 50.9133, 0.9749),
    City("Reykjavík, Iceland", 64.1466, -21.9426),
    City("Valparaíso, Chile", -33.0472, -71.6127),
    City("Lagos, Nigeria", 6.4550, 3.3941),
    City("Ōsaka, Japan", 34.6937, 135.5023),
    City("Suva, Fiji", -18.1416, 178.4419),
)


def nearest_city(latitude: float, longitude: float) -> City:
    """The place of this map that is nearest in degrees, near enough for a name."""
    return min(CITIES, key=lambda place: (place.latitude - latitude) ** 2 + _turn(place, longitude) ** 2)


def _turn(place: City, longitude: float) -> float:
    apart = abs(place.longitude - longitude)
    return min(apart, 360 - apart)
