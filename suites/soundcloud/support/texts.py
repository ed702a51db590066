"""Texts for titles, comments and descriptions."""

from __future__ import annotations

UNUSUAL_TEXTS = (
    "plain",
    "\"double\" 'single' `back` 100% & more + = ; # ?",
    "<i>&amp;</i> {{7*7}} ${x} back\\slash / slash",
    "Zoë Ångström Łódź",
    "שלום مرحبا 日本語 한국어",
    "🎧🏽 👩‍🎤",
)
"""Texts with quotes, markup, escapes, accents, other scripts and emoji; a resource returns them unchanged."""
