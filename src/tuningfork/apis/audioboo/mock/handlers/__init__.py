"""One module a resource; a handler answers one operation."""
