"""Reverse geocoding: the name of the city that is nearest to a clip's location."""

from __future__ import annotations

from typing import NamedTuple


class City(NamedTuple):
    """A city and its coordinates in degrees."""

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
    """Return the city with the smallest distance in degrees."""
    return min(CITIES, key=lambda city: (city.latitude - latitude) ** 2 + _angle(city, longitude) ** 2)


def _angle(city: City, longitude: float) -> float:
    difference = abs(city.longitude - longitude)
    return min(difference, 360 - difference)
