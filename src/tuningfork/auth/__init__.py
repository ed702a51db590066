"""The client's side of each scheme of authentication."""
