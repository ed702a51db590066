"""Faults and conforming variants of the reference server, one module for each convention."""
