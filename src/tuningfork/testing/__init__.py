"""Toolkit for the tests of suites: listings, pagination, malformed input, concurrency, state machines."""
