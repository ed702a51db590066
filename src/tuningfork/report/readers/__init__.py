"""Readers of recorded traffic, a module for each file format."""
