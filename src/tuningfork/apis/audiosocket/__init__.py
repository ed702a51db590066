"""Audiosocket, as its published introduction of 2024 describes it."""
