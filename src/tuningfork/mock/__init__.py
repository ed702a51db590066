"""What the built-in servers share."""
