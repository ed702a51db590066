"""The pytest plugin: options, fixtures, verdicts."""
