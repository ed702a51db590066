"""Deliberate faults, and the proof that the suites find them."""
