"""Judgements of single exchanges: pure functions, no input or output."""
