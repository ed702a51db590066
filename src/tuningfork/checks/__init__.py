"""Checks of single exchanges: pure functions that compare a response with claims and documents."""
