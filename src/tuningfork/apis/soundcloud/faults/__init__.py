"""Faults, which a test must detect, and variants, which no test may report."""
