"""Each folder here is an API; a folder is enough to exist."""
