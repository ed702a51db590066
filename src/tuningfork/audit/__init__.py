"""Mutation testing for the suites: faults, conforming variants and response mutants, and their results."""
