"""Deliberate differences of Audiosocket's mock."""
