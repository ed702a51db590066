"""Audioboo, as of December 2014."""
