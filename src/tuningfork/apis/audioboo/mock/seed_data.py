"""Words and numbers from which the seed data is generated."""

from __future__ import annotations

FIRST_NAMES = ("agnes", "bram", "celia", "dougal", "edith", "fergus", "gwen", "hamish", "iris", "jago")
LAST_NAMES = ("of-the-marsh", "on-air", "speaks", "records", "wanders")
SUBJECTS = (
    "Beach",
    "Lighthouse",
    "Market",
    "Choir",
    "Ferry",
    "Night Train",
    "Café",
    "Thunderstorm",
    "Goal!",
    "Q & A",
    "Rock'n'Roll",
    "50% Off",
)
OCCASIONS = ("in the morning", "after the rain", "with Grandma", "… part two", "(unedited)", "at low tide")
TAGS = (
    "beach",
    "Beach",
    "BEACH",
    "summer",
    "Interview",
    "field recording",
    "Music",
    "music",
    "Café",
    "São Paulo",
    "R&B",
)
SAYINGS = (
    "I can hear the sea!",
    "More of this, please.",
    "Where was that?",
    "Brought a tear to my eye",
    "🎙",
    "Très bien",
)
DURATIONS = (136.2, 12.5, 59.04, 180.0, 299.9, 45.333, 0.75)
