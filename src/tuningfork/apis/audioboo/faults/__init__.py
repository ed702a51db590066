"""Differences of the mock: faults that the suite must find, variants that it must let pass."""
