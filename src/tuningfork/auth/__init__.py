"""Client-side authentication: one module for each scheme."""
