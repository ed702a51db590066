"""Lists of names, titles and texts from which the seed data is built."""

from __future__ import annotations

FIRST_NAMES = (
    "Dito",
    "Ella",
    "Finn",
    "Greta",
    "Hugo",
    "Ida",
    "Jonas",
    "Kaja",
    "Lars",
    "Mira",
    "Nils",
    "Olga",
    "Paul",
    "Rosa",
    "Sven",
    "Tilda",
)
LAST_NAMES = (
    "Night",
    "Harbour",
    "Marsh",
    "Quarry",
    "Lantern",
    "Meadow",
    "Ember",
    "Willow",
    "Copper",
    "Falcon",
    "Pebble",
    "Orchard",
)
ADJECTIVES = (
    "Quiet",
    "Broken",
    "Golden",
    "Distant",
    "Electric",
    "Hollow",
    "Paper",
    "Midnight",
    "Slow",
    "Northern",
    "Crystal",
    "Restless",
)
NOUNS = (
    "River",
    "Engine",
    "Garden",
    "Window",
    "Signal",
    "Harbour",
    "Mountain",
    "Letter",
    "Station",
    "Shadow",
    "Winter",
    "Machine",
)
CITIES = ("Berlin|Germany", "Lagos|Nigeria", "Lima|Peru", "Osaka|Japan", "Leeds|Britain (UK)")
GENRES = (
    "Pop",
    "House",
    "Techno",
    "Ambient",
    "Jazz",
    "Hip-hop & Rap",
    "Drum & Bass",
    "Folk",
    "Classical",
    None,
)
TAGS = (
    "live",
    "demo",
    '"field recording"',
    "remix",
    "piano",
    "808",
    "vinyl",
    '"late night"',
    "loop",
    "acoustic",
)
COMMENTS = (
    "Love this!",
    "That bass…",
    "Where can I buy it?",
    "On repeat all week",
    "💜",
    "First!",
    "The break at the end",
)
DURATIONS = (30_000, 95_500, 180_000, 180_000, 201_337, 245_120, 312_000, 600_001)
