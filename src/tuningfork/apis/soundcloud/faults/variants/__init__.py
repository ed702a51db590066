"""Variants of the mock: differences that every claim allows, so no test may fail."""
