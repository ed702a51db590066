"""Judgements of several exchanges together: walks over pages, entity tags, and counters of rate limits.

What one exchange contributes is an observation, which is small. Each judge keeps the last observations only,
so that traffic of any length needs bounded memory.
"""
