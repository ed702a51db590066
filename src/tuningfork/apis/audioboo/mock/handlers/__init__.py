"""Request handlers, one module per resource; each handler serves one operation."""
